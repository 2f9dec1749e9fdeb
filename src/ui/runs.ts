// Writes the list of past batches as table, JSON and CSV.
import type { Operation } from '../domain/order.js'
import type { RunItem, RunRecord } from '../domain/run.js'
import { csvText } from '../text/csv.js'
import { grouped, listTime } from '../text/numbers.js'
import { moneyCell, moneyText } from './money.js'
import { summaryJson, type SummaryJson } from './summary.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { drawTable, KEEP } from './table.js'
import { word } from './words.js'

export interface RunListRow {
  readonly run: RunRecord
  readonly items: readonly RunItem[]
  /** Another process carries the run out now; the items are those that it is done with. */
  readonly underWay?: boolean
}

type CountedOutcome = Exclude<keyof SummaryJson, 'total' | `${string}Yen`>

const JA = {
  id: '番号',
  operation: '処理',
  operations: { sale: '売上', cancel: '取消' } satisfies Record<Operation, string>,
  refund: '返金',
  started: '開始',
  state: '状態',
  result: '結果',
  seen: '結果確認',
  yes: '済',
  no: '未',
  needless: '不要',
  none: 'まだ一括処理はありません。',
  outcomes: {
    accepted: '成功',
    rejected: '失敗',
    notProcessed: '不成立',
    refused: '対象外',
    unsent: '未送信',
    unknown: '結果不明',
    attention: '要対応',
  } satisfies Record<CountedOutcome, string>,
  left: (count: number) => `残り ${grouped(count)}`,
  bulk: { sale: '一括売上', cancel: '一括取消' } satisfies Record<Operation, string>,
  running: (operation: string, id: number, done: number, total: number) =>
    `実行中：${operation} #${id} ${grouped(done)}/${grouped(total)}件`,
  acknowledged: (id: number, done: boolean) =>
    `処理番号 #${id} ${done ? 'を結果確認済みにしました。' : 'はすでに結果確認済みか、実行中です。'}`,
  nothing: '結果未確認の処理はありません。',
  quiet: (runs: string, more: number) =>
    `無人実行の処理はすべて成功しました：${runs}${more > 0 ? ` ほか${grouped(more)}件の処理` : ''}`,
  quietRun: (id: number, operation: string, orders: number, money: string) =>
    `#${id} ${operation} ${grouped(orders)}件 ${money}`,
  between: '、',
}

const EN: typeof JA = {
  id: 'Run',
  operation: 'Kind',
  operations: { sale: 'sale', cancel: 'cancel' },
  refund: 'refund',
  started: 'Started',
  state: 'State',
  result: 'Result',
  seen: 'Review',
  yes: 'done',
  no: 'due',
  needless: 'no need',
  none: 'No batch has been run yet.',
  outcomes: {
    accepted: 'done',
    rejected: 'rejected',
    notProcessed: 'not carried out',
    refused: 'skipped',
    unsent: 'not sent',
    unknown: 'outcome unknown',
    attention: 'action needed',
  },
  left: (count) => `${grouped(count)} to go`,
  bulk: { sale: 'bulk sale', cancel: 'bulk cancel' },
  running: (operation, id, done, total) => `Running: ${operation} #${id}, ${grouped(done)} of ${grouped(total)} orders`,
  acknowledged: (id, done) =>
    done ? `Run #${id} is marked as reviewed.` : `Run #${id} has been reviewed already, or is under way.`,
  nothing: 'There is no result that is not reviewed.',
  quiet: (runs, more) => `Unattended runs that went well: ${runs}${more > 0 ? ` and ${grouped(more)} more` : ''}`,
  quietRun: (id, operation, orders, money) =>
    `#${id} ${operation} (${grouped(orders)} ${orders === 1 ? 'order' : 'orders'}, ${money})`,
  between: ', ',
}

const TEXTS = bothLanguages(JA, EN)

/** The outcomes that are counted even where there is none of them. */
const ALWAYS: readonly CountedOutcome[] = ['accepted', 'rejected']

/** Every outcome that the run had, in words: 成功, 失敗, 要対応. */
export function outcomeCounts(sum: SummaryJson, lang: Lang): { key: CountedOutcome; word: string; count: number }[] {
  const { outcomes } = TEXTS[lang]
  const counted = (Object.keys(outcomes) as CountedOutcome[]).filter((key) => sum[key] > 0 || ALWAYS.includes(key))
  return counted.map((key) => ({ key, word: outcomes[key], count: sum[key] }))
}

/** 成功 2 / 失敗 0 / 要対応 1 */
const countsText = (sum: SummaryJson, lang: Lang): string =>
  outcomeCounts(sum, lang)
    .map(({ word: name, count }) => `${name} ${grouped(count)}`)
    .join(' / ')

/** 実行中：一括売上 #11 3/60件 */
export function runningLine({ id, operation, done, total }: RunRecord, lang: Lang): string {
  const { bulk, operations, running } = TEXTS[lang]
  return running(total > 1 ? bulk[operation] : operations[operation], id, done, total)
}

/** The state as of now: a run whose process is gone has broken off, also before the next start has recorded it. */
const stateWord = ({ run, underWay = false }: RunListRow, lang: Lang): string =>
  word(`state.${run.state === 'running' && !underWay ? 'interrupted' : run.state}`, lang)

function resultCell({ run, items, underWay = false }: RunListRow, lang: Lang): string {
  const counts = countsText(summaryJson(items), lang)
  return underWay ? `${counts} / ${TEXTS[lang].left(run.total - items.length)}` : counts
}

export function runsText(rows: readonly RunListRow[], screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  if (rows.length === 0) return texts.none
  return drawTable(
    {
      columns: [
        { header: texts.id, shrink: 'never', align: 'right', priority: KEEP },
        { header: texts.operation, shrink: 'never', priority: 3 },
        { header: texts.started, shrink: 'wrap', min: 10, priority: 1 },
        { header: texts.state, shrink: 'never', priority: KEEP },
        { header: texts.result, shrink: 'wrap', parts: true, priority: KEEP },
        { header: word('column.amount', lang), shrink: 'wrap', parts: true, align: 'right', priority: KEEP },
        { header: texts.seen, shrink: 'never', priority: 2 },
      ],
      rows: rows.map((row) => {
        const { run, items } = row
        const accepted = items.filter(({ outcome }) => outcome === 'accepted')
        return [
          `#${run.id}`,
          items.length === 1 && items[0]?.request === 'refund' ? texts.refund : texts.operations[run.operation],
          listTime(run.startedAt),
          stateWord(row, lang),
          resultCell(row, lang),
          moneyCell(accepted, lang),
          run.acknowledgedAt !== null ? texts.yes : run.quiet ? texts.needless : texts.no,
        ]
      }),
    },
    screen,
  )
}

/** `runs --format json`, docs/interface.md#list-of-runs. */
export const runsJson = (rows: readonly RunListRow[]) =>
  rows.map(({ run, items }) => ({
    id: run.id,
    operation: run.operation,
    state: run.state,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    acknowledged: run.acknowledgedAt !== null,
    needsAcknowledgement: run.state !== 'running' && run.acknowledgedAt === null && !run.quiet,
    summary: summaryJson(items),
  }))

const NAMES = [
  'id',
  'operation',
  'state',
  'startedAt',
  'endedAt',
  'acknowledged',
  'total',
  'accepted',
  'acceptedYen',
  'needsAcknowledgement',
  'releasedYen',
  'refundedYen',
  'netYen',
] as const

/** `runs --format csv`. */
export const runsCsv = (rows: readonly RunListRow[]): string =>
  csvText(
    NAMES,
    runsJson(rows).map(({ summary, ...run }) => ({ ...run, ...summary })),
  )

export const acknowledgedText = (id: number, done: boolean, lang: Lang): string => TEXTS[lang].acknowledged(id, done)

export const nothingToReview = (lang: Lang): string => TEXTS[lang].nothing

/** The most runs that the one line about successful ones names. */
const NAMED = 5

/** The line about successful unattended runs, which need no review; it names the newest. */
export function quietLine(rows: readonly RunListRow[], lang: Lang): string {
  const texts = TEXTS[lang]
  const named = rows.slice(-NAMED).map(({ run, items }) => {
    const accepted = items.filter(({ outcome }) => outcome === 'accepted')
    const operation = word(`operation.${run.operation}`, lang)
    return texts.quietRun(run.id, operation, accepted.length, moneyText(accepted, lang))
  })
  return texts.quiet(named.join(texts.between), rows.length - named.length)
}
