// Writes the result of a batch as text, JSON and CSV: each order, its outcome and the next step.
import { type MoneyWay, netOf, sumsOfMoney } from '../domain/money.js'
import type { MoneyTelegram, Operation, RequestName } from '../domain/order.js'
import type { Outcome, Reason } from '../domain/outcome.js'
import type { Mark } from '../domain/permit.js'
import type { RunItem, RunState } from '../domain/run.js'
import { stateLabel } from '../domain/statuses.js'
import { csvText } from '../text/csv.js'
import { grouped, listTime } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { codeAdvice, outcomeAdvice, refundedText } from './advice.js'
import { moneyLines, requestText, shownYen, withWay } from './money.js'
import type { PlanView } from './plan.js'
import { reasonText } from './reasons.js'
import { type Lang, type Screen, paint } from './screen.js'
import { KEEP, drawTable } from './table.js'
import { OUTCOME_COLOURS, environmentWord, labelWord, resultWord, sentences, shortMethod, word } from './words.js'

// The result as JSON. Scripts rely on it: docs/interface.md#result-of-a-batch.

export interface RunHead {
  /** Null for a dry run, which is no run. */
  readonly id: number | null
  readonly operation: Operation
  readonly environment: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly state: RunState
}

/** A run that is over, or the part of it that was done. The fields are in the documented order. */
export interface ResultView {
  readonly run: RunHead
  readonly items: readonly RunItem[]
}

export type ShownOutcome = Outcome | 'planned'

export interface ResultItemJson {
  readonly position: number
  readonly orderId: string
  readonly request: RequestName | null
  readonly telegram: MoneyTelegram | null
  readonly outcome: ShownOutcome
  readonly label: string
  readonly code: string | null
  readonly detail: string | null
  readonly reason: Reason | null
  readonly reasonText: string | null
  readonly firstOutcome: ShownOutcome
  readonly paymentId: string | null
  readonly newPaymentId: string | null
  readonly amount: number | null
  readonly attempts: number
  /** The plan's mark: the order is sent only if a person chooses it. */
  readonly mark: Mark | null
  /** What the request does with the customer's money; null if it is not known or nothing is planned. */
  readonly money: MoneyWay | null
  /** The yen that the shop has more by it as of now, or would have by a planned request; null if that is not known. */
  readonly netYen: number | null
}

export interface SummaryJson {
  readonly total: number
  readonly accepted: number
  readonly rejected: number
  readonly refused: number
  readonly notProcessed: number
  readonly unknown: number
  readonly attention: number
  readonly unsent: number
  readonly acceptedYen: number
  readonly releasedYen: number | null
  readonly refundedYen: number | null
  readonly netYen: number | null
}

export interface ResultJson {
  readonly run: RunHead
  readonly results: readonly ResultItemJson[]
  readonly summary: SummaryJson
}

export interface DryRunJson extends ResultJson {
  readonly dryRun: true
}

type Counted = Pick<RunItem, 'amountYen' | 'telegram' | 'movement'> & { readonly outcome: ShownOutcome }

/**
 * Counts as of now, and the sums of accepted requests. `acceptedYen` is the sum of their amounts, whatever they moved;
 * a sum of money that is not known is null.
 */
export function summaryJson(items: readonly Counted[]): SummaryJson {
  const count = (outcome: ShownOutcome): number => items.filter((item) => item.outcome === outcome).length
  const accepted = items.filter(({ outcome }) => outcome === 'accepted')
  return {
    total: items.length,
    accepted: accepted.length,
    rejected: count('rejected'),
    refused: count('refused'),
    notProcessed: count('not-processed'),
    unknown: count('unknown'),
    attention: count('attention'),
    unsent: count('unsent'),
    acceptedYen: accepted.reduce((sum, { amountYen }) => sum + (amountYen ?? 0), 0),
    ...sumsOfMoney(accepted),
  }
}

/** An order that was not sent has no telegram, even where one was planned. */
const wasSent = (outcome: Outcome): boolean => outcome !== 'refused' && outcome !== 'unsent'

/** An outcome that a later answer may still turn into an accepted one. */
const isOpen = (outcome: ShownOutcome): boolean => outcome === 'unknown' || outcome === 'attention'

function netYenOf({ outcome, movement }: Pick<Counted, 'outcome' | 'movement'>): number | null {
  if (isOpen(outcome)) return null
  if (outcome !== 'accepted' && outcome !== 'planned') return 0
  return movement === null ? null : netOf(movement)
}

/** One line of the result; `label` is the ペイジェント状況 of the order as it is now. */
export function resultItemJson(item: RunItem, lang: Lang): ResultItemJson {
  const { order, outcome } = item
  const reason = outcome === 'refused' ? item.reason : null
  return {
    position: item.position,
    orderId: order.orderId,
    request: item.request,
    telegram: wasSent(outcome) ? item.telegram : null,
    outcome,
    label: labelWord(stateLabel(order), lang),
    code: item.code,
    detail: item.detail,
    reason,
    reasonText:
      reason !== null ? reasonText(reason, item.about, order, lang) : item.refunded ? refundedText(lang) : null,
    firstOutcome: item.firstOutcome,
    paymentId: item.paymentId,
    newPaymentId: item.newPaymentId,
    amount: item.amountYen,
    attempts: item.attempts,
    mark: item.mark,
    money: item.movement?.way ?? null,
    netYen: netYenOf(item),
  }
}

/** The fields are named one by one, in the documented order, so that other fields of a caller's object are left out. */
const headJson = ({ id, operation, environment, startedAt, endedAt, state }: RunHead): RunHead => ({
  id,
  operation,
  environment,
  startedAt,
  endedAt,
  state,
})

export function resultJson({ run, items }: ResultView, lang: Lang): ResultJson {
  const results = items.map((item) => resultItemJson(item, lang))
  return { run: headJson(run), results, summary: summaryJson(items) }
}

function planItemJson(item: PlanView['items'][number], lang: Lang): ResultItemJson {
  const { order, position, request } = item
  const outcome = item.verdict
  const refused = item.verdict === 'refused' ? item : null
  const planned = item.verdict === 'planned' ? item : null
  return {
    position,
    orderId: order.orderId,
    request,
    telegram: planned?.telegram ?? null,
    outcome,
    label: labelWord(stateLabel(order), lang),
    code: null,
    detail: null,
    reason: refused?.reason ?? null,
    reasonText: refused ? reasonText(refused.reason, refused.about, order, lang) : null,
    firstOutcome: outcome,
    paymentId: planned ? planned.paymentId : order.paymentId,
    newPaymentId: null,
    amount: planned?.amountYen ?? null,
    attempts: 0,
    mark: planned?.mark ?? null,
    money: planned?.movement?.way ?? null,
    netYen: netYenOf({ outcome, movement: planned?.movement ?? null }),
  }
}

/** Nothing of a plan is accepted yet. */
const countedPlan = ({ verdict }: PlanView['items'][number]): Counted => ({
  outcome: verdict,
  telegram: null,
  amountYen: null,
  movement: null,
})

/**
 * `--dry-run --format json`.
 * @param at when the plan was made, ISO Japan time
 */
export function dryRunJson(plan: PlanView, at: string, lang: Lang): DryRunJson {
  const { operation, environment } = plan
  const results = plan.items.map((item) => planItemJson(item, lang))
  const run = { id: null, operation, environment, startedAt: at, endedAt: at, state: 'completed' } as const
  return { dryRun: true, run, results, summary: summaryJson(plan.items.map(countedPlan)) }
}

/** 【シミュレーター】 before a run's title, in red for 本番, so that a test is never taken for production. */
function titled(name: string, title: string, screen: Screen): string {
  const environment = environmentWord(name, screen.lang)
  const line = fitText(sentences(screen.lang).titleIn(environment, title), screen)
  return name === 'production' ? line.replace(environment, (word) => paint(word, 'red', screen)) : line
}

/** The title over the lines of a run that is under way. */
export const headLine = (
  { id, operation, environment }: Pick<RunHead, 'id' | 'operation' | 'environment'>,
  screen: Screen,
) => titled(environment, sentences(screen.lang).runTitle(operation, id, '', ''), screen)

/** The first line of a result: outside production it begins with シミュレーター or 試験. */
export function titleLine(run: RunHead, screen: Screen): string {
  const { operation, id, startedAt, endedAt, state } = run
  const times = endedAt === null ? listTime(startedAt) : `${listTime(startedAt)} - ${listTime(endedAt).slice(11)}`
  const title = sentences(screen.lang).runTitle(operation, id, times, word(`state.${state}`, screen.lang))
  return titled(run.environment, title, screen)
}

const codeAndDetail = ({ code, detail }: RunItem): string => [code, detail].filter((part) => part).join(' ')

function amountOf(item: RunItem, lang: Lang): string {
  const moved = shownYen(item)
  return moved === null ? word('none', lang) : grouped(moved)
}

/** 取消成功（返金）: the column of the request is the first to go where the terminal is narrow. */
const outcomeCell = (item: RunItem, lang: Lang): string => {
  const text = resultWord(item, lang)
  return item.outcome === 'accepted' ? withWay(text, item, lang) : text
}

/** 受注番号, 顧客名, 支払方法, 処理, 金額, 結果, ペイジェント状況, コード/詳細. */
export function resultTable(items: readonly RunItem[], screen: Screen): string {
  const { lang } = screen
  // Where all went well the column would only make the others narrow.
  const hasCodes = items.some((item) => codeAndDetail(item) !== '')
  return drawTable(
    {
      columns: [
        { header: word('column.order-id', lang), shrink: 'never', priority: KEEP },
        { header: word('column.customer-name', lang), shrink: 'cut', min: 6, priority: 5 },
        { header: word('column.method', lang), shrink: 'never', priority: 3 },
        { header: word('column.request', lang), shrink: 'wrap', min: 8, priority: 1 },
        { header: word('column.amount', lang), shrink: 'never', align: 'right', priority: KEEP },
        { header: word('column.outcome', lang), shrink: 'wrap', min: 16, priority: KEEP },
        {
          header: word('column.label', lang),
          shortHeader: word('column.label-short', lang),
          shrink: 'wrap',
          min: 6,
          priority: 4,
        },
        ...(hasCodes
          ? [{ header: word('column.code-detail', lang), shrink: 'wrap', min: 12, priority: 2 } as const]
          : []),
      ],
      rows: items.map((item) => [
        item.order.orderId,
        item.order.customerName,
        shortMethod(item.order, lang),
        requestText(item, null, lang),
        amountOf(item, lang),
        { text: outcomeCell(item, lang), colour: OUTCOME_COLOURS[item.outcome] },
        labelWord(stateLabel(item.order), lang),
        ...(hasCodes ? [codeAndDetail(item)] : []),
      ]),
    },
    screen,
  )
}

/** The next steps: first for the code, then for the outcome. */
function adviceFor({ order, outcome, reason, about, code, refunded }: RunItem, lang: Lang): string[] {
  if (refunded) return [refundedText(lang)]
  if (outcome === 'refused') return reason === null ? [] : [reasonText(reason, about, order, lang)]
  const byCode = code !== null && code !== '' && (outcome === 'rejected' || outcome === 'attention')
  return [...(byCode ? [codeAdvice(code, lang)] : []), outcomeAdvice(outcome, order.orderId, lang)]
}

/** One order that was not done, with Paygent's code and detail, and the next steps. */
function troubleOf(item: RunItem, lang: Lang): string {
  const title = sentences(lang).itemTitle(item.order.orderId, resultWord(item, lang))
  const lines = [`${title} ${codeAndDetail(item)}`.trimEnd(), ...adviceFor(item, lang)]
  return lines.map((line, place) => (place === 0 ? safe(line) : `  ${line}`)).join('\n')
}

/** A batch that stopped early leaves many orders unsent, all with the same advice: one line names them. */
function unsentText(items: readonly RunItem[], lang: Lang): string {
  const orderIds = items.map(({ order }) => safe(order.orderId))
  const title = sentences(lang).ordersTitle(orderIds, word('outcome.unsent', lang))
  return `${title}\n  ${outcomeAdvice('unsent', '', lang)}`
}

const isFine = ({ outcome, reason, refunded }: RunItem): boolean =>
  (outcome === 'accepted' && !refunded) || (outcome === 'refused' && reason === 'already')

/** Every order that was not done, each with its next step; '' when all is well. */
export function troubleText(items: readonly RunItem[], screen: Screen): string {
  const { lang } = screen
  const bad = items.filter((item) => !isFine(item))
  if (bad.length === 0) return ''
  const named = bad.filter((item) => item.outcome !== 'unsent' || item.code !== null)
  const silent = bad.filter((item) => item.outcome === 'unsent' && item.code === null)
  const texts = named.map((item) => troubleOf(item, lang))
  if (silent.length > 0) texts.push(unsentText(silent, lang))
  return fitText([word('look-at-these', lang), ...texts].join('\n'), screen)
}

/** The yen of the accepted requests by what became of them; '' when nothing was accepted. */
export function acceptedText({ items }: ResultView, screen: Screen): string {
  const { lang } = screen
  const accepted = items
    .filter(({ outcome }) => outcome === 'accepted')
    .map((item) => ({ ...item, method: shortMethod(item.order, lang) }))
  const open = items.filter(({ outcome }) => isOpen(outcome)).length
  return fitText(moneyLines(accepted, open, lang).join('\n'), screen)
}

/** The closing counts: always the successes and failures, the others only where there are any. */
export function closingText(items: readonly RunItem[], screen: Screen): string {
  const texts = sentences(screen.lang)
  const sum = summaryJson(items)
  const already = items.filter((item) => item.outcome === 'refused' && item.reason === 'already').length
  const lines = [word('result-heading', screen.lang), texts.succeeded(sum.accepted), texts.failed(sum.rejected)]
  const others = [
    [sum.notProcessed, texts.notProcessed],
    [sum.unknown, texts.checking],
    [sum.attention, texts.needsPerson],
    [sum.unsent, texts.unsent],
    [sum.refused - already, texts.refused],
    [already, texts.already],
  ] as const
  for (const [count, line] of others) if (count > 0) lines.push(line(count))
  return fitText(lines.join('\n'), screen)
}

/** The whole result, ready to print, without a line break at its end. */
export function resultText(view: ResultView, screen: Screen): string {
  const parts = [
    titleLine(view.run, screen),
    view.items.length === 0 ? '' : resultTable(view.items, screen),
    troubleText(view.items, screen),
    acceptedText(view, screen),
    closingText(view.items, screen),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

// The result as CSV: the fields of an item in snake_case, one line for each order.

const NAMES = [
  'position',
  'orderId',
  'request',
  'telegram',
  'outcome',
  'label',
  'code',
  'detail',
  'reason',
  'reasonText',
  'firstOutcome',
  'paymentId',
  'newPaymentId',
  'amount',
  'attempts',
  'mark',
  'money',
  'netYen',
] as const satisfies readonly (keyof ResultItemJson)[]

/** With BOM and CRLF. */
export const resultCsv = (view: ResultView, lang: Lang): string => csvText(NAMES, rows(resultJson(view, lang).results))

/** The same for a dry run; `at` is when the plan was made, ISO Japan time. */
export const dryRunCsv = (plan: PlanView, at: string, lang: Lang): string =>
  csvText(NAMES, rows(dryRunJson(plan, at, lang).results))

const rows = (results: readonly ResultItemJson[]): Pick<ResultItemJson, (typeof NAMES)[number]>[] => [...results]
