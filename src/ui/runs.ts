// Writes the list of past batches as table, JSON and CSV.
import type { RunItem, RunRecord } from '../domain/run.js'
import { csvText } from '../text/csv.js'
import { grouped, listTime } from '../text/numbers.js'
import { summaryJson, type SummaryJson } from './result.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { drawTable, KEEP } from './table.js'
import { word } from './words.js'

export interface RunListRow {
  readonly run: RunRecord
  readonly items: readonly RunItem[]
}

const JA = {
  id: '番号',
  operation: '処理',
  started: '開始',
  state: '状態',
  result: '結果',
  seen: '確認',
  yes: '済',
  no: '未',
  needless: '不要',
  none: 'まだ一括処理はありません。',
  counts: (sum: SummaryJson, open: number) =>
    `成功 ${grouped(sum.accepted)} / 失敗 ${grouped(sum.rejected + sum.notProcessed)}${open > 0 ? ` / 要確認 ${grouped(open)}` : ''}`,
  acknowledged: (id: number, done: boolean) =>
    `処理番号 #${id} ${done ? 'を結果確認済みにしました。' : 'はすでに結果確認済みか、実行中です。'}`,
  nothing: '結果未確認の処理はありません。',
  quiet: (runs: string, more: number) =>
    `無人実行の処理はすべて成功しました：${runs}${more > 0 ? ` ほか${grouped(more)}件の処理` : ''}`,
  quietRun: (id: number, operation: string, sum: SummaryJson) =>
    `#${id} ${operation} ${grouped(sum.accepted)}件 ${grouped(sum.acceptedYen)}円`,
  between: '、',
}

const EN: typeof JA = {
  id: 'Run',
  operation: 'Batch',
  started: 'Started',
  state: 'State',
  result: 'Result',
  seen: 'Seen',
  yes: 'yes',
  no: 'no',
  needless: 'not needed',
  none: 'No batch has been run yet.',
  counts: (sum, open) =>
    `${grouped(sum.accepted)} done / ${grouped(sum.rejected + sum.notProcessed)} failed${open > 0 ? ` / ${grouped(open)} open` : ''}`,
  acknowledged: (id, done) =>
    done ? `Run #${id} is marked as reviewed.` : `Run #${id} has been reviewed already, or is under way.`,
  nothing: 'There is no result that is not reviewed.',
  quiet: (runs, more) => `Unattended runs that went well: ${runs}${more > 0 ? ` and ${grouped(more)} more` : ''}`,
  quietRun: (id, operation, sum) =>
    `#${id} ${operation} (${grouped(sum.accepted)} ${sum.accepted === 1 ? 'order' : 'orders'}, ${grouped(sum.acceptedYen)} yen)`,
  between: ', ',
}

const TEXTS = bothLanguages(JA, EN)

const summaryOf = (items: readonly RunItem[]): SummaryJson =>
  summaryJson(items.map(({ outcome, amountYen }) => ({ outcome, amount: amountYen })))

export function runsText(rows: readonly RunListRow[], screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  if (rows.length === 0) return texts.none
  return drawTable(
    {
      columns: [
        { header: texts.id, shrink: 'never', align: 'right', priority: KEEP },
        { header: texts.operation, shrink: 'never', priority: 3 },
        { header: texts.started, shrink: 'never', priority: 4 },
        { header: texts.state, shrink: 'never', priority: 2 },
        { header: texts.result, shrink: 'wrap', min: 12, priority: KEEP },
        { header: word('column.amount', lang), shrink: 'never', align: 'right', priority: 1 },
        { header: texts.seen, shrink: 'never', priority: KEEP },
      ],
      rows: rows.map(({ run, items }) => {
        const sum = summaryOf(items)
        return [
          `#${run.id}`,
          word(`operation.${run.operation}`, lang),
          listTime(run.startedAt),
          word(`state.${run.state}`, lang),
          texts.counts(sum, sum.unknown + sum.attention),
          grouped(sum.acceptedYen),
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
    summary: summaryOf(items),
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
  const named = rows
    .slice(-NAMED)
    .map(({ run, items }) => texts.quietRun(run.id, word(`operation.${run.operation}`, lang), summaryOf(items)))
  return texts.quiet(named.join(texts.between), rows.length - named.length)
}
