// What became of an order so far: its payments and every attempt on it, as `show` lists them.
import type { MoneyTelegram, RequestName } from './order.js'
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
