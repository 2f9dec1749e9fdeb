// Writes the result of a batch as text, JSON and CSV: each order, its outcome and the next step.
import type { MoneyWay } from '../domain/money.js'
import type { MoneyTelegram, Operation, RequestName } from '../domain/order.js'
import type { Outcome, Reason } from '../domain/outcome.js'
import type { Mark, RuleContext } from '../domain/permit.js'
import type { RunItem, RunRecord, RunState } from '../domain/run.js'
import { stateLabel } from '../domain/statuses.js'
import { csvText } from '../text/csv.js'
import { grouped, listTime } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { refundedText, resultAdvice } from './advice.js'
import { moneyLines, requestText, shownYen, withWay } from './money.js'
import { type Earlier, nextText } from './next-steps.js'
import type { PlanView } from './plan.js'
import { type AskedOf, reasonText } from './reasons.js'
import { detailText } from './problems.js'
import { runningLine } from './runs.js'
import { type Lang, type Screen, paint, underProfile } from './screen.js'
import { type Counted, isOpen, netYenOf, type ShownOutcome, type SummaryJson, summaryJson } from './summary.js'
import { KEEP, drawTable } from './table.js'
import { OUTCOME_COLOURS, environmentWord, labelWord, resultWord, sentences, shortMethod, word } from './words.js'

// The result as JSON. Scripts rely on it: docs/interface.md#result-of-a-batch.

export interface RunHead {
  /** Null for a dry run and for a choice of no order, which are no runs. */
  readonly id: number | null
  readonly operation: Operation
  readonly environment: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly state: RunState
}

/** A run that is over, or the part of it that was done. */
export interface ResultView {
  readonly run: RunHead
  readonly items: readonly RunItem[]
  /** The rules of a batch as they are now: they say what may still be sent for the orders. */
  readonly rules: RuleContext
  /** The run while another process carries it out; the items are those that it is done with. */
  readonly running?: RunRecord | null
  readonly earlier?: Earlier
}

const askedOf = ({ run, rules }: ResultView): AskedOf => ({ ...rules, operation: run.operation })

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
  /** The effect of the request on the customer's money; null if it is not known or nothing is planned. */
  readonly money: MoneyWay | null
  /** The yen that the shop has more by it as of now, or would have by a planned request; null if that is not known. */
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

/** An order that was not sent has no telegram, even where one was planned. */
const wasSent = (outcome: Outcome): boolean => outcome !== 'refused' && outcome !== 'unsent'

/** One line of the result; `label` is the ペイジェント状況 of the order as it is now. */
export function resultItemJson(item: RunItem, asked: AskedOf, lang: Lang): ResultItemJson {
  const { order, outcome, about } = item
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
      reason !== null
        ? reasonText({ reason, about, request: item.request }, order, asked, lang)
        : item.refunded
          ? refundedText(order.orderId, lang)
          : null,
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

export function resultJson(view: ResultView, lang: Lang): ResultJson {
  const { run, items } = view
  const results = items.map((item) => resultItemJson(item, askedOf(view), lang))
  return { run: headJson(run), results, summary: summaryJson(items) }
}

function planItemJson(item: PlanView['items'][number], asked: AskedOf, lang: Lang): ResultItemJson {
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
    reasonText: refused ? reasonText(refused, order, asked, lang) : null,
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
  const results = plan.items.map((item) => planItemJson(item, plan, lang))
  const run = { id: null, operation, environment, startedAt: at, endedAt: at, state: 'completed' } as const
  return { dryRun: true, run, results, summary: summaryJson(plan.items.map(countedPlan)) }
}

/** 【シミュレーター】 before a run's title, in red for 本番, so that a test is never taken for production. */
function titled(name: string, title: string, screen: Screen): string {
  const environment = environmentWord(name, screen.lang)
  const line = fitText(sentences(screen.lang).titleIn(environment, title), screen)
  return name === 'production' ? line.replace(environment, (word) => paint(word, 'red', screen)) : line
}

/** The orders of a run: how many it has in all, and the request of the first one that is known. */
export interface RunSize {
  readonly total: number
  readonly request: RequestName | null
}

/** 一括売上処理, or 売上処理, 取消処理, 一部返金 where the run has one order. */
const runName = (operation: Operation, { total, request }: RunSize, lang: Lang): string =>
  word(total !== 1 ? `operation.${operation}` : request === 'refund' ? 'single.refund' : `single.${operation}`, lang)

/** The title over the lines of a run that is under way. */
export const headLine = (
  { id, operation, environment }: Pick<RunHead, 'id' | 'operation' | 'environment'>,
  size: RunSize,
  screen: Screen,
) => titled(environment, sentences(screen.lang).runTitle(runName(operation, size, screen.lang), id, '', ''), screen)

/** The first line of a result: outside production it begins with シミュレーター or 試験. */
export function titleLine(run: RunHead, size: RunSize, screen: Screen): string {
  const { operation, id, startedAt, endedAt, state } = run
  const times = endedAt === null ? listTime(startedAt) : `${listTime(startedAt)} - ${listTime(endedAt).slice(11)}`
  const name = runName(operation, size, screen.lang)
  const title = sentences(screen.lang).runTitle(name, id, times, word(`state.${state}`, screen.lang))
  return titled(run.environment, title, screen)
}

const codeAndDetail = ({ code, detail }: RunItem, lang: Lang): string =>
  [code, detail === null ? null : detailText(detail, lang)].filter((part) => part).join(' ')

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
  const hasCodes = items.some((item) => codeAndDetail(item, lang) !== '')
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
        ...(hasCodes ? [codeAndDetail(item, lang)] : []),
      ]),
    },
    screen,
  )
}

/** The next steps of an order that was not done. */
function adviceFor(item: RunItem, asked: AskedOf, lang: Lang): string[] {
  const { order, outcome, reason, about, code, refunded } = item
  // While a correction waits for a person, the order has the payment that it was to replace.
  const oldStatus = order.paymentId === item.paymentId ? order.status : null
  const subject = { orderId: order.orderId, operation: asked.operation, request: item.request, oldStatus }
  if (refunded) return [refundedText(order.orderId, lang)]
  if (outcome === 'refused')
    return reason === null ? [] : [reasonText({ reason, about, request: item.request }, order, asked, lang)]
  return resultAdvice(outcome, code, subject, lang)
}

/** One order that was not done, with Paygent's code and detail, and the next steps. */
function troubleOf(item: RunItem, asked: AskedOf, lang: Lang): string {
  const { itemTitle, withCode } = sentences(lang)
  const [result, code] = [resultWord(item, lang), codeAndDetail(item, lang)]
  const title = itemTitle(item.order.orderId, code === '' ? result : withCode(result, code))
  const lines = [title, ...adviceFor(item, asked, lang)]
  return lines.map((line, place) => (place === 0 ? safe(line) : `  ${line}`)).join('\n')
}

/** Outcomes that may be those of many orders alike: the end of the result says what to do about all of them. */
const SHARED = ['unknown', 'unsent'] as const satisfies readonly Outcome[]

const isShared = ({ outcome, code }: RunItem): boolean => code === null && SHARED.some((shared) => shared === outcome)

/** One line names all the orders of such an outcome. */
function sharedTexts(items: readonly RunItem[], lang: Lang): string[] {
  return SHARED.flatMap((outcome) => {
    const alike = items.filter((item) => item.outcome === outcome && isShared(item))
    const orderIds = alike.map(({ order }) => safe(order.orderId))
    const result = word(`outcome.${outcome}`, lang)
    return alike.length === 0 ? [] : [sentences(lang).ordersTitle(orderIds, result)]
  })
}

const isFine = ({ outcome, reason, refunded }: RunItem): boolean =>
  (outcome === 'accepted' && !refunded) || (outcome === 'refused' && reason === 'already')

/** Every order that was not done, each with its next step; '' when all is well. */
export function troubleText(view: ResultView, screen: Screen): string {
  const { items } = view
  const { lang } = screen
  const bad = items.filter((item) => !isFine(item))
  if (bad.length === 0) return ''
  const named = bad.filter((item) => !isShared(item)).map((item) => troubleOf(item, askedOf(view), lang))
  const texts = [...named, ...sharedTexts(bad, lang)]
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
  const { running = null } = view
  // Of a run under way the items are only those that it is done with.
  const size = { total: running?.total ?? view.items.length, request: view.items[0]?.request ?? null }
  const brokeOff = view.run.state === 'running' && running === null
  // What a run under way leaves open is its own next work, and no step for anybody else.
  const ending =
    running === null
      ? [closingText(view.items, screen), nextText(view, screen)]
      : [fitText(runningLine(running, screen.lang), screen)]
  const parts = [
    // A run whose process is gone has broken off, also before the next start has recorded it.
    titleLine(brokeOff ? { ...view.run, state: 'interrupted' } : view.run, size, screen),
    view.items.length === 0 ? '' : resultTable(view.items, screen),
    troubleText(view, screen),
    acceptedText(view, screen),
    ...ending,
  ]
  return underProfile(parts.filter((part) => part !== '').join('\n'), screen)
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
