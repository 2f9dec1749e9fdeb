// What became of an order so far: its payments and every attempt on it, as `show` lists them.
import type { Carrier, MoneyTelegram, PaymentStatus, RequestName } from './order.js'
import { makesNewPayment, type AttemptState, type Outcome } from './outcome.js'

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

/** Statuses in which a payment holds or has taken the customer's money. */
export const ALIVE: readonly PaymentStatus[] = ['20', '21', '30', '34', '35', '36', '40', '41', '42', '44', '50']

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
