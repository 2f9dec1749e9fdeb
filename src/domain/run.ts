// A run, its items and the attempts in it, as the journal keeps them. Pages 3.5, 5.1 and 5.2.
import type { Moment } from './age.js'
import type { Asked, ChosenRequest } from './chosen.js'
import type { JudgedAttempt } from './judge.js'
import type { Carrier, Kind, Method, MoneyTelegram, Operation, Order, PaymentFact, RequestName } from './order.js'
import { type AttemptState, makesNewPayment, type OrderEffect, type Outcome, type Reason } from './outcome.js'
import type { Mark } from './permit.js'
import { ALIVE } from './statuses.js'

/** One request of a confirmed plan. Journal and wire see exactly this. */
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
  /** When Paygent told it, epoch milliseconds; null where a request of an earlier plan is sent once more. */
  readonly amountToldMs: number | null
  readonly totalYen: number
  /** The same request was once sent and not processed; that one may still arrive (page 5.2). */
  readonly resend: boolean
  /** When the order's last request was found not processed, epoch milliseconds, as the plan knew it. */
  readonly notProcessedMs: number | null
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

export interface NewRun {
  readonly asked: Asked
  readonly steps: readonly Step[]
  readonly refused: readonly RefusedItem[]
  readonly startedMs: number
}

/** The first answer "not moved" to an inquiry about an open attempt; the settle time counts from it. */
export type NotMoved = Moment

/** What is written when an attempt changes: outcome, and what Paygent told with it, in one transaction. */
export interface Settlement {
  readonly attemptId: number
  readonly outcome: Exclude<Outcome, 'refused'>
  readonly code: string | null
  readonly detail: string | null
  readonly effect: OrderEffect | null
  /** What Paygent said when asked; the mirror takes it after the effect. */
  readonly learnt: readonly PaymentFact[]
  readonly newPaymentId: string | null
  readonly notMoved: NotMoved | null
  /** Nothing of this telegram has left, though its outcome hangs on the one before it. */
  readonly neverLeft?: true
  readonly atMs: number
}

/** What Paygent told of a payment once its request was booked as accepted; null where it told nothing. */
export interface AfterAcceptance {
  readonly fact: PaymentFact | null
  readonly outcome: 'accepted' | 'attention'
  readonly atMs: number
}

export type Advanced =
  | {
      readonly type: 'prepared'
      readonly attemptId: number
      /** A request on the order was once called not processed, this one's own last try among them: it may still arrive. */
      readonly everSettledByTime: boolean
    }
  /** The order is no longer as planned; its item is booked as refused (`changed`), nothing may be sent. */
  | { readonly type: 'changed' }
  | { readonly type: 'none' }

export interface OpenAttempt extends JudgedAttempt {
  readonly attemptId: number
  readonly runId: number
  readonly orderId: string
  readonly position: number
  readonly state: AttemptState
  readonly code: string | null
  readonly notMoved: NotMoved | null
  /** When its intent was written, epoch milliseconds. */
  readonly preparedMs: number
  /** What Paygent told of the payment that it made; null where it makes none or nobody has told. */
  readonly newPaymentId: string | null
  /** It is the one that `reconcile` sent once more and that has left, as far as anybody knows: there is no second one. */
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
  /** No terminal was there, and at its end all was accepted and nothing of it waited: nobody has to close it. */
  readonly quiet: boolean
  /** Orders in the plan, and how many of them are through. */
  readonly total: number
  readonly done: number
}

/**
 * The items of a run as a mirror that was put back may speak of them: a run that was under way in it has gone on since, so
 * what it has no request of may have been sent.
 */
export const asPutBack = (run: Pick<RunRecord, 'state'>, items: readonly RunItem[]): readonly RunItem[] =>
  run.state !== 'running'
    ? items
    : items.map((item) => (item.outcome === 'unsent' ? { ...item, outcome: 'unknown', firstOutcome: 'unknown' } : item))

/** One line of a run's result as of now: page 3.5. */
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
  /** Telegrams that could move money. */
  readonly attempts: number
  /** Of the plan: only a person's own choice sends it. */
  readonly mark: Mark | null
  /** It was sent to release an authorisation, and has given money back: the payment had been sold meanwhile. */
  readonly refunded: boolean
}

// What became of an order so far: its payments and every attempt on it, as `show` lists them.
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
  /** The payment that the order has now. */
  readonly current: boolean
  /** The id of the payment that took this one's place. */
  readonly supersededBy: string | null
}

/** The ids of the payments that are alive. */
export const alivePayments = (payments: readonly PaymentRecord[]): string[] =>
  payments.flatMap(({ paymentId, status }) =>
    paymentId !== null && status !== null && ALIVE.includes(status) ? [paymentId] : [],
  )

/** 二重請求のおそれ: the payments that may both charge the customer. */
export interface DoubleCharge {
  /** Those that are alive, as far as they are known. */
  readonly paymentIds: readonly string[]
  /** A correction may have made another payment, and nobody has told its id. */
  readonly anotherUnknown: boolean
}

const UNSETTLED: readonly AttemptState[] = ['prepared', 'unknown', 'attention']

/**
 * Whether the customer may be charged twice: two payments are alive, or a correction that makes a payment of its own
 * is not settled while the old payment is alive. Null once both payments are known and one is dead. Page 5.2.
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
      UNSETTLED.includes(state) &&
      newPaymentId === null &&
      paymentIds.includes(paymentId),
  )
  return broken ? { paymentIds, anotherUnknown: true } : null
}
