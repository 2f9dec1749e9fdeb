// Defines a run, its items and its attempts, as the journal keeps them.
import type { Moment } from './age.js'
import { type Asked, type ChosenRequest, type Objection, objectionTo } from './chosen.js'
import type { JudgedAttempt } from './judge.js'
import type { Carrier, Kind, Method, MoneyTelegram, Operation, Order, PaymentFact, RequestName } from './order.js'
import { type AttemptState, makesNewPayment, type OrderEffect, type Outcome, type Reason } from './outcome.js'
import type { Movement } from './money.js'
import type { Mark } from './permit.js'
import { ALIVE, effectiveStatus } from './statuses.js'

/** One request of a confirmed plan. The journal keeps it and the gateway sends it exactly so. */
export interface Step extends ChosenRequest {
  readonly position: number
  readonly orderId: string
  readonly customerName: string
  readonly method: Method
  readonly carrier: Carrier | null
  readonly request: RequestName
  readonly tradingId: string
  readonly paymentId: string
  readonly kind: Kind
  readonly plannedStatus: string
  readonly heldAmountYen: number
  /** When Paygent gave this amount, epoch milliseconds; null if a request of an earlier plan is sent once more. */
  readonly amountToldMs: number | null
  readonly totalYen: number
  /** The same request was sent before and not processed; that one may still arrive. */
  readonly resend: boolean
  /** When the order's last request got the outcome `not-processed`, epoch milliseconds, as known to the plan. */
  readonly notProcessedMs: number | null
}

/** Why a planned request is not sent: a fact differs from the plan, or else the rules of now object. */
export type ChangeSincePlan =
  | Objection
  | 'gone'
  | 'payment'
  | 'kind'
  | 'status'
  | 'held-amount'
  | 'total'
  | 'earlier-attempt'
  | 'method'

/**
 * Returns the reason that stops the request, or null. Pure.
 * @param order as it is now; null when the mirror has it no more
 */
export const changeSincePlan = (order: Order | null, step: Step, nowMs: number): ChangeSincePlan | null =>
  order === null ? 'gone' : (changedFact(order, step) ?? objectionTo(order, step, nowMs))

/** Returns the first fact that differs from the plan, or null. The rules alone would permit au both at 20 and at 40. */
function changedFact(order: Order, step: Step): ChangeSincePlan | null {
  if (order.openAttempt) return 'open-attempt'
  if (order.attention) return 'attention'
  if (order.hold !== null) return 'on-hold'
  if (order.conflict) return 'conflict'
  if (order.duplicatePayment) return 'duplicate-payment'
  if (order.paymentId !== step.paymentId || order.tradingId !== step.tradingId) return 'payment'
  if (order.method !== step.method || order.carrier !== step.carrier) return 'method'
  if ((order.notProcessed?.atMs ?? null) !== step.notProcessedMs) return 'earlier-attempt'
  if (order.kind !== step.kind) return 'kind'
  const effective = effectiveStatus(order)
  if (!effective.known || effective.status !== step.plannedStatus) return 'status'
  if (order.heldAmountYen !== step.heldAmountYen) return 'held-amount'
  return order.totalYen === step.totalYen ? null : 'total'
}

/** An order of the plan that the rules refuse. */
export interface RefusedItem {
  readonly position: number
  readonly orderId: string
  readonly request: RequestName | null
  readonly paymentId: string | null
  readonly reason: Reason
  readonly about: string | null
}

/** The word of the person who confirms the plan of a file. */
export interface Approval {
  readonly planId: string
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly sha256: string
  /** `--same-person`: the person who made the plan may confirm it, too. */
  readonly samePerson: boolean
}

export interface NewRun {
  readonly asked: Asked
  readonly steps: readonly Step[]
  readonly refused: readonly RefusedItem[]
  readonly startedMs: number
  /** The run sends the plan of a file. It begins only while every order is as that plan has it. */
  readonly approval?: Approval
}

/** The moment of the first answer "not moved" to an inquiry about an open attempt; the settle time counts from it. */
export type NotMoved = Moment

/** The change of an attempt: its outcome and Paygent's answers with it, written in one transaction. */
export interface Settlement {
  readonly attemptId: number
  readonly outcome: Exclude<Outcome, 'refused'>
  readonly code: string | null
  readonly detail: string | null
  readonly effect: OrderEffect | null
  /** Paygent's answers to inquiries; the mirror takes them over after the effect. */
  readonly learnt: readonly PaymentFact[]
  readonly newPaymentId: string | null
  readonly notMoved: NotMoved | null
  /** Paygent's own answer to the telegram has accepted it, and no inquiry was needed to know that. */
  readonly answered?: true
  /** This telegram was not sent, but an earlier one that broke off may have succeeded. */
  readonly neverLeft?: true
  readonly atMs: number
}

/** The inquiry after an accepted request; its fact is null if Paygent gave none. */
export interface AfterAcceptance {
  /** The payment that the order has now. */
  readonly fact: PaymentFact | null
  /** The payment that a refund has replaced, if Paygent has given a fact about it. */
  readonly replaced?: PaymentFact | null
  readonly outcome: 'accepted' | 'attention'
  /** Paygent gave no answer about one of the payments, so it is asked again. */
  readonly asksAgain?: boolean
  readonly atMs: number
}

/** An accepted request about whose payments Paygent has not answered. */
export interface UnaskedAttempt {
  readonly attemptId: number
  readonly orderId: string
  /** The payment that it made; null if it made none. */
  readonly newPaymentId: string | null
  /** Paygent was asked, and gave no answer. */
  readonly inVain: boolean
}

export type Advanced =
  | {
      readonly type: 'prepared'
      readonly attemptId: number
      /** A request on the order, or this one's last try, once timed out and may still arrive. */
      readonly mayArriveLate: boolean
    }
  /** The order is no longer as planned, or is on hold. Its item is booked as refused, and nothing may be sent. */
  | { readonly type: 'changed'; readonly reason: Extract<Reason, 'changed' | 'on-hold'> }
  | { readonly type: 'none' }

export interface OpenAttempt extends JudgedAttempt {
  readonly attemptId: number
  readonly runId: number
  readonly orderId: string
  readonly position: number
  readonly state: AttemptState
  readonly code: string | null
  readonly notMoved: NotMoved | null
  /** When the journal got its intent, epoch milliseconds. */
  readonly preparedMs: number
  /** The payment that it made, as Paygent gave it; null if it makes none or the id is unknown. */
  readonly newPaymentId: string | null
  /** `reconcile` has sent it once more, as far as is known, and does not do so again. */
  readonly sentAgain: boolean
}

export type RunState = 'running' | 'completed' | 'stopped' | 'interrupted'

export interface RunRecord {
  readonly id: number
  readonly operation: Operation
  readonly environment: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly state: RunState
  readonly host: string
  readonly osUser: string
  readonly acknowledgedAt: string | null
  /** Without a terminal, a run that ended with all accepted and nothing waiting needs no acknowledgement. */
  readonly quiet: boolean
  /** The number of orders in the plan, and of those that are done. */
  readonly total: number
  readonly done: number
}

/** How a nightly run ended. */
export interface Night {
  /** ISO Japan time, as `endedAt`. */
  readonly startedAt: string
  readonly endedAt: string
  readonly exitCode: number
  /** The code of the fault that ended it; null where none did. */
  readonly fault: string | null
  /** The run of its sale; null where it had none. */
  readonly runId: number | null
}

/**
 * The items of a run in a mirror that was restored from a backup. A run that was under way in the backup went on after
 * it, so its items without a request may have been sent.
 */
export const asPutBack = (run: Pick<RunRecord, 'state'>, items: readonly RunItem[]): readonly RunItem[] =>
  run.state !== 'running'
    ? items
    : items.map((item) => (item.outcome === 'unsent' ? { ...item, outcome: 'unknown', firstOutcome: 'unknown' } : item))

/** One line of a run's result as of now. */
export interface RunItem {
  readonly position: number
  readonly order: Order
  readonly request: RequestName | null
  readonly telegram: MoneyTelegram | null
  readonly outcome: Outcome
  readonly firstOutcome: Outcome
  readonly code: string | null
  readonly detail: string | null
  readonly reason: Reason | null
  readonly about: string | null
  readonly paymentId: string | null
  readonly newPaymentId: string | null
  readonly amountYen: number | null
  /** The money that the request moves, or would if it were accepted; null if that is not known. */
  readonly movement: Movement | null
  /** The number of telegrams that could move money. */
  readonly attempts: number
  /** The mark that the plan showed: the order is sent only because the operator chose it. */
  readonly mark: Mark | null
  /** It was sent to release an authorisation, but the payment had been sold meanwhile, so it refunded the sale. */
  readonly refunded: boolean
  /** A later run's request on the same order was accepted. */
  readonly acceptedLater: boolean
}

// The history of an order: its payments and every attempt on it, as `show` lists them.
/** One attempt as `show` lists it. */
export interface AttemptRecord {
  readonly attemptId: number
  readonly runId: number
  readonly position: number
  /** 1 for the first telegram of its order in the run. */
  readonly tryNumber: number
  readonly request: RequestName
  readonly telegram: MoneyTelegram
  readonly carrier: Carrier | null
  readonly paymentId: string
  readonly newPaymentId: string | null
  readonly amountYen: number
  readonly state: AttemptState
  readonly firstOutcome: Outcome
  readonly code: string | null
  readonly detail: string | null
  readonly preparedAt: string
  readonly settledAt: string | null
  readonly osUser: string
}

/** One payment of an order as the mirror keeps it; an order may have had several. */
export interface PaymentRecord {
  readonly paymentId: string | null
  readonly tradingId: string
  readonly status: string | null
  readonly statusOrigin: 'shop' | 'paygent'
  readonly heldAmountYen: number | null
  readonly heldAmountAt: string | null
  /** The order has this payment now. */
  readonly current: boolean
  /** The id of the payment that replaced this one. */
  readonly supersededBy: string | null
}

/** The ids of the payments that are alive. */
export const alivePayments = (payments: readonly PaymentRecord[]): string[] =>
  payments.flatMap(({ paymentId, status }) =>
    paymentId !== null && status !== null && ALIVE.includes(status) ? [paymentId] : [],
  )

/** 二重請求のおそれ: the payments that may both charge the customer, docs/rules.md#double-charge. */
export interface DoubleCharge {
  /** The known payments that are alive. */
  readonly paymentIds: readonly string[]
  /** A correction may have made another payment with an unknown id. */
  readonly anotherUnknown: boolean
}

const WITHOUT_OUTCOME: readonly AttemptState[] = ['prepared', 'unknown', 'attention']

/**
 * Finds payments that may both charge the customer: two are alive, or a correction that makes a new payment has no
 * outcome while the old payment is alive. Null as soon as both payments are known and only one is alive.
 * @param attempts all on the order, the oldest first
 */
export function doubleCharge(
  payments: readonly PaymentRecord[],
  attempts: readonly AttemptRecord[],
): DoubleCharge | null {
  const paymentIds = alivePayments(payments)
  if (paymentIds.length > 1) return { paymentIds, anotherUnknown: false }
  const broken = attempts.some(
    ({ telegram, carrier, state, paymentId, newPaymentId }) =>
      makesNewPayment(telegram, carrier) &&
      WITHOUT_OUTCOME.includes(state) &&
      newPaymentId === null &&
      paymentIds.includes(paymentId),
  )
  return broken ? { paymentIds, anotherUnknown: true } : null
}
