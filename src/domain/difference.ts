// How a payment stands at Paygent against what the mirror holds: page 5.2, the late arrival, and the audit.
import { readStatus, type StatusSetting } from './order-status.js'
import type { Carrier, PaymentFact, PaymentStatus } from './order.js'
import type { Settlement } from './run.js'

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

// Which parts of a conflict with the shop Paygent can decide, and which only the shop's line or a person ends.
/** An order that the shop shows otherwise than the mirror has it, and that is not sent meanwhile. */
export interface Conflict {
  readonly orderId: string
  /** The fields that differ, by the names of the CSV's columns, as the mirror had them and as the shop gives them. */
  readonly ours: ConflictSide
  readonly theirs: ConflictSide
  readonly atMs: number
}

export type ConflictSide = Readonly<Record<string, string | number | null>>

/** The difference of a row that cannot be read stands under the order's number: nothing else of it is known. */
export const UNREADABLE = 'order_id'

/** Paygent knows the payment, and nothing of what the shop has agreed with its customer. */
const PAYGENT_KNOWS: readonly string[] = ['payment_id', 'trading_id', 'payment_status', 'kind', 'carrier']

/**
 * The fields that no answer of Paygent ends: another payment method, a row that cannot be read, an order that was called
 * off and comes back, a total that was raised, and of a sold order any total.
 * @param sold the order's payment is captured
 * @param statuses what the shop has said of its own 対応状況
 */
export const onlyTheShopEnds = (
  { ours, theirs }: Pick<Conflict, 'ours' | 'theirs'>,
  sold: boolean,
  statuses: StatusSetting,
): string[] =>
  Object.keys(theirs).filter((field) => {
    const [mine = null, other = null] = [ours[field], theirs[field]]
    if (field === 'total') return sold || Number(other) > Number(mine)
    if (field === 'order_status') return isRevival(String(mine ?? ''), String(other ?? ''), statuses)
    return field === UNREADABLE || (field === 'method' && other !== mine)
  })

/** What stays of the shop's side once Paygent has decided its part. */
export const withoutPaygents = (side: ConflictSide): ConflictSide =>
  Object.fromEntries(Object.entries(side).filter(([field]) => !PAYGENT_KNOWS.includes(field)))

/** Whether there is anything to ask Paygent about. */
export const isForPaygent = (
  conflict: Pick<Conflict, 'ours' | 'theirs'>,
  sold: boolean,
  statuses: StatusSetting,
): boolean =>
  onlyTheShopEnds(conflict, sold, statuses).length === 0 || PAYGENT_KNOWS.some((field) => field in conflict.theirs)

/**
 * The shop had called the order off, and now shows it as one that goes on: as likely as not that is an old file. An order
 * that was not finished and is now has never been called off.
 */
export const isRevival = (before: string, now: string, statuses: StatusSetting): boolean =>
  readStatus(before, statuses).meaning === 'cancelled' && readStatus(now, statuses).meaning !== 'cancelled'

// What `reconcile` and `settle` write into the mirror beside the outcomes of attempts: page 5.2.
/** Why a person must look at an order where no attempt says so. */
export type AttentionCause =
  | Extract<
      DifferenceCause,
      'late-arrival' | 'several-payments' | 'another-payment' | 'two-alive' | 'none-alive' | 'shop-error'
    >
  /** An audit opened the mirror again, and Paygent had said nothing of this order. */
  | 'no-answer'

/** One order's news, written in one transaction. */
export interface Booking {
  readonly orderId: string
  /** What the audit trail calls it. */
  readonly event: 'difference' | 'conflict-settled' | 'settled-by-hand'
  /** What Paygent said of the order's payments; the mirror takes it. */
  readonly facts: readonly PaymentFact[]
  /** The payment that the order has from now on; null leaves the one that it has. */
  readonly currentPaymentId: string | null
  /** The conflict is over as far as Paygent decides; by a person's word all of it is, whatever the shop says. */
  readonly endsConflict: boolean | 'by-a-person'
  /** `over`: nobody has to look any more. Null leaves it as it is. */
  readonly attention: AttentionCause | 'over' | null
  /** An attempt that is settled with it: one that is open, or one that waited for a person. */
  readonly settles: { readonly settlement: Settlement; readonly from: 'open' | 'attention' } | null
  /** For the audit trail: both sides, and what a person gave as the reason. */
  readonly detail: string | null
  readonly atMs: number
}

/** What an audit of the mirror came to. */
export interface AuditCounts {
  readonly asked: number
  readonly notAsked: number
  readonly differences: number
}
