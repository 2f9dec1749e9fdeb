// The result of a batch as JSON: exactly page 3.5. Scripts rely on it.
import type { MoneyTelegram, Operation, RequestName } from '../domain/order.js'
import type { Outcome, Reason } from '../domain/outcome.js'
import type { Mark } from '../domain/permit.js'
import type { RunItem, RunState } from '../domain/run.js'
import { stateLabel } from '../domain/statuses.js'
import { labelWord } from './messages/texts.js'
import { refundedText } from './outcome-advice.js'
import type { PlanView } from './plan.js'
import { reasonText } from './reasons.js'
import type { Lang } from './screen.js'

export interface RunHead {
  /** Null for a dry run, which is no run. */
  readonly id: number | null
  readonly operation: Operation
  readonly environment: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly state: RunState
}

/** A run that is over, or as far as it got. The order of the fields is that of the page. */
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
  /** The plan's: an order that only a person's own choice sends. */
  readonly mark: Mark | null
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
}

export interface ResultJson {
  readonly run: RunHead
  readonly results: readonly ResultItemJson[]
  readonly summary: SummaryJson
}

export interface DryRunJson extends ResultJson {
  readonly dryRun: true
}

type Counted = Pick<ResultItemJson, 'outcome' | 'amount'>

/** Counts as of now; `acceptedYen` is what accepted sales captured, in a cancel run what accepted cancels released. */
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
    acceptedYen: accepted.reduce((sum, { amount }) => sum + (amount ?? 0), 0),
  }
}

/** For what was not sent no telegram is named, even if one was meant. */
const wasSent = (outcome: Outcome): boolean => outcome !== 'refused' && outcome !== 'unsent'

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
  }
}

/** Named one by one: what else a caller's object holds stays out, and the order is the page's. */
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
  return { run: headJson(run), results, summary: summaryJson(results) }
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
  }
}

/**
 * `--dry-run --format json`: page 3.1.
 * @param at when the plan was made, ISO Japan time
 */
export function dryRunJson(plan: PlanView, at: string, lang: Lang): DryRunJson {
  const { operation, environment } = plan
  const results = plan.items.map((item) => planItemJson(item, lang))
  const run = { id: null, operation, environment, startedAt: at, endedAt: at, state: 'completed' } as const
  return { dryRun: true, run, results, summary: summaryJson(results) }
}
