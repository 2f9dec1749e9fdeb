// How a payment stands at Paygent against what the mirror holds: page 5.2, the late arrival, and the audit.
import type { Carrier, PaymentFact, PaymentStatus } from './order.js'

/** What the mirror holds of a payment; null is what nobody has told yet. */
export interface Standing {
  readonly status: PaymentStatus | null
  /** Whole yen. */
  readonly amountYen: number | null
  readonly carrier: Carrier | null
}

/** `aged`: only what time alone does to a payment has happened. `moved`: somebody or something moved it. */
export type Drift = 'same' | 'aged' | 'moved'

// What happens to a payment without any request: pages 2.2 and 2.3.
const BY_TIME: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  '20': ['21', '33'],
  '21': ['33'],
  '40': ['41'],
  '44': ['41'],
}
// docomo completes a sale and a cancel the day after.
const BY_TIME_DOCOMO: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  ...BY_TIME,
  '40': ['44', '41'],
  '60': ['62'],
}

/** Compares status and amount. What the mirror was never told cannot differ. */
export function driftOf({ status, amountYen, carrier }: Standing, fact: PaymentFact): Drift {
  if (amountYen !== null && amountYen !== fact.amountYen) return 'moved'
  if (status === null || status === fact.status) return 'same'
  const later = (carrier === 'docomo' ? BY_TIME_DOCOMO : BY_TIME)[status] ?? []
  return later.includes(fact.status) ? 'aged' : 'moved'
}

/** Why an order is listed as different from what Paygent says. */
export type DifferenceCause =
  /** Status or amount are not as the mirror has them. */
  | 'moved'
  /** The same for an order whose request was once settled by time: that request may have arrived late. */
  | 'late-arrival'
  /** Paygent tells no payment under the id. */
  | 'no-payment'
  /** Paygent has several payments under the order's trading id, and nobody has said which one is the order's. */
  | 'several-payments'
  /** Paygent tells the payment under another trading id: it may be another order's. */
  | 'other-trading-id'
  /** The payment is dead, and Paygent knows another under the same trading id. */
  | 'another-payment'
  /** The shop and the mirror name two payments, and both are alive. */
  | 'two-alive'
  /** The same, and neither is. */
  | 'none-alive'
  /** The shop's row of a changed payment has an error text that this tool did not write. */
  | 'shop-error'
  /** The shop said otherwise; what Paygent says has settled it. */
  | 'conflict'

/** Statuses and amounts of one payment on both sides; null is not known there. */
export interface Difference {
  readonly orderId: string
  readonly paymentId: string | null
  readonly cause: DifferenceCause
  readonly mirror: { readonly status: PaymentStatus | null; readonly amountYen: number | null }
  readonly paygent: { readonly status: PaymentStatus; readonly amountYen: number } | null
  /** Paygent's code where it told no payment. */
  readonly code: string | null
}

/** Differences that no later answer of Paygent can settle: a person must look. */
export const FOR_A_PERSON: readonly DifferenceCause[] = [
  'late-arrival',
  'several-payments',
  'another-payment',
  'two-alive',
  'none-alive',
  'shop-error',
]
