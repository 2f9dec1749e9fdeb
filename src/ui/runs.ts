// Past batches as a list. Page 3.1.
import type { RunItem, RunRecord } from '../domain/run.js'
import { csvText } from './csv.js'
import { word } from './messages/texts.js'
import { grouped, listTime } from './numbers.js'
import { summaryJson, type SummaryJson } from './result-json.js'
import type { Lang, Screen } from './screen.js'
import { drawTable, KEEP } from './table.js'

export interface RunRow {
  readonly run: RunRecord
  readonly items: readonly RunItem[]
}

const TEXTS = {
  ja: {
    id: '番号',
    operation: '処理',
    started: '開始',
    state: '状態',
    result: '結果',
    seen: '確認',
    yes: '済',
    no: '未',
    none: 'まだ一括処理はありません。',
    counts: (sum: SummaryJson, open: number) =>
      `成功 ${grouped(sum.accepted)} / 失敗 ${grouped(sum.rejected + sum.notProcessed)}${open > 0 ? ` / 要確認 ${grouped(open)}` : ''}`,
    acknowledged: (id: number, done: boolean) =>
      `実行 #${id} は${done ? '確認済みにしました。' : 'すでに確認済みか、実行中です。'}`,
  },
  en: {
    id: 'Run',
    operation: 'Batch',
    started: 'Started',
    state: 'State',
    result: 'Result',
    seen: 'Seen',
    yes: 'yes',
    no: 'no',
    none: 'No batch has been run yet.',
    counts: (sum: SummaryJson, open: number) =>
      `${grouped(sum.accepted)} done / ${grouped(sum.rejected + sum.notProcessed)} failed${open > 0 ? ` / ${grouped(open)} open` : ''}`,
    acknowledged: (id: number, done: boolean) =>
      done ? `Run #${id} is marked as looked at.` : `Run #${id} has been looked at already, or is under way.`,
  },
} as const satisfies Record<Lang, unknown>

const summaryOf = (items: readonly RunItem[]): SummaryJson =>
  summaryJson(items.map(({ outcome, amountYen }) => ({ outcome, amount: amountYen })))

export function runsText(rows: readonly RunRow[], screen: Screen): string {
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
          run.acknowledgedAt === null ? texts.no : texts.yes,
        ]
      }),
    },
    screen,
  )
}

/** `runs --format json`: page 3.5. */
export const runsJson = (rows: readonly RunRow[]) =>
  rows.map(({ run, items }) => ({
    id: run.id,
    operation: run.operation,
    state: run.state,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    acknowledged: run.acknowledgedAt !== null,
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
] as const

/** `runs --format csv`. */
export const runsCsv = (rows: readonly RunRow[]): string =>
  csvText(
    NAMES,
    runsJson(rows).map(({ summary, ...run }) => ({ ...run, ...summary })),
  )

export const acknowledgedText = (id: number, done: boolean, lang: Lang): string => TEXTS[lang].acknowledged(id, done)
