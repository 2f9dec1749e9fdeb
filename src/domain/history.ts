// What became of an order so far: its payments and every attempt on it, as `show` lists them.
import type { MoneyTelegram, PaymentStatus, RequestName } from './order.js'
import type { AttemptState, Outcome } from './outcome.js'

/** One attempt as `show` lists it. */
export interface AttemptRecord {
  readonly attemptId: number
  readonly runId: number
  readonly position: number
  /** 1 for the first telegram of its order in the run. */
  readonly tryNumber: number
  readonly request: RequestName
  readonly telegram: MoneyTelegram
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

/** Statuses in which a payment holds or has taken the customer's money. */
const ALIVE: readonly PaymentStatus[] = ['20', '21', '30', '34', '35', '36', '40', '41', '42', '44', '50']

/** The ids of the payments that are alive. More than one of an order: the customer may be charged twice. Page 5.2. */
export const alivePayments = (payments: readonly PaymentRecord[]): string[] =>
  payments.flatMap(({ paymentId, status }) =>
    paymentId !== null && status !== null && ALIVE.includes(status) ? [paymentId] : [],
  )
