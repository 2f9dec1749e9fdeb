// Defines differences between the mirror and Paygent, conflicts between the mirror and the shop, and how either ends;
// and contradictions between the mirror and its audit trail.
import { readStatus, type StatusSetting } from './order-status.js'
import type { Carrier, PaymentFact, PaymentStatus } from './order.js'
import type { Settlement } from './run.js'

/** A value or row of local data that the audit trail contradicts. */
export interface Contradiction {
  readonly what: 'attempt' | 'run' | 'item' | 'order' | 'payment' | 'plan'
  readonly runId: number | null
  readonly attemptId: number | null
  readonly orderId: string | null
  /** The column; `row` when the row itself is missing or no entry wrote it. */
  readonly field: string
  readonly mirror: string | number | null
  readonly trail: string | number | null
}

/** A payment as the mirror has it; null is unknown. */
export interface PaymentView {
  readonly status: PaymentStatus | null
  /** Whole yen. */
  readonly amountYen: number | null
  readonly carrier: Carrier | null
}

/** `aged`: the change is one that time alone makes. `moved`: a request changed the payment. */
export type Drift = 'same' | 'aged' | 'moved'

// The changes that a payment makes without any request: docs/wire.md#changes-by-time.
const BY_TIME: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  '20': ['21', '33'],
  '21': ['33'],
  '40': ['41'],
  '44': ['41'],
}
// docomo completes a sale and a cancel one day later.
const BY_TIME_DOCOMO: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  ...BY_TIME,
  '40': ['44', '41'],
  '60': ['62'],
}

/** Compares status and amount. A value that the mirror does not know cannot differ. */
export function driftOf({ status, amountYen, carrier }: PaymentView, fact: PaymentFact): Drift {
  if (amountYen !== null && amountYen !== fact.amountYen) return 'moved'
  if (status === null || status === fact.status) return 'same'
  const later = (carrier === 'docomo' ? BY_TIME_DOCOMO : BY_TIME)[status] ?? []
  return later.includes(fact.status) ? 'aged' : 'moved'
}

/** Why an order is listed as different from Paygent's answer. */
export type DifferenceCause =
  /** Status or amount differ from the mirror's. */
  | 'moved'
  /** The same for an order with a request that timed out: the request may have arrived late. */
  | 'late-arrival'
  /** Paygent gives no payment under the id. */
  | 'no-payment'
  /** Paygent has several payments under the order's trading id, and it is not known which one is the order's. */
  | 'several-payments'
  /** Paygent gives the payment under another trading id: it may be the payment of another order. */
  | 'other-trading-id'
  /** Paygent gives a payment of another method, and the order's payment id is not known. */
  | 'other-method'
  /** The payment is not alive, and Paygent has another one under the same trading id. */
  | 'another-payment'
  /** The shop and the mirror name two payments, and both are alive. */
  | 'two-alive'
  /** The same, and neither is. */
  | 'none-alive'
  /** The shop's row of a changed payment has an error text that this program did not write. */
  | 'shop-error'
  /** The shop and the mirror differed, and Paygent's answer has decided. */
  | 'conflict'

/** Statuses and amounts of one payment on both sides; null is unknown. */
export interface Difference {
  readonly orderId: string
  readonly paymentId: string | null
  readonly cause: DifferenceCause
  readonly mirror: { readonly status: PaymentStatus | null; readonly amountYen: number | null }
  readonly paygent: { readonly status: PaymentStatus; readonly amountYen: number } | null
  /** The code that Paygent gave in place of a payment. */
  readonly code: string | null
}

// Conflicts: docs/rules.md#conflicts.
/** An order that differs between the shop and the mirror; it is not sent until the conflict ends. */
export interface Conflict {
  readonly orderId: string
  /** The fields that differ, by the names of the CSV columns: as the mirror had them, and as the shop gives them. */
  readonly ours: ConflictSide
  readonly theirs: ConflictSide
  readonly atMs: number
}

export type ConflictSide = Readonly<Record<string, string | number | null>>

/** A row that cannot be read differs in this field, because nothing else of it is known. */
export const UNREADABLE = 'order_id'

/** The fields that Paygent knows: those of the payment, but not the shop's agreement with its customer. */
const PAYGENT_KNOWS: readonly string[] = ['payment_id', 'trading_id', 'payment_status', 'kind', 'carrier']

/**
 * The fields of a conflict that no answer of Paygent ends: another payment method, a row that cannot be read, an order
 * that was called off and comes back, a raised total, and any total of a sold order.
 * @param sold the order's payment is captured
 * @param statuses the meanings that the shop has given to its own 対応状況
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

/** The rest of one side after Paygent has decided its fields. */
export const withoutPaygents = (side: ConflictSide): ConflictSide =>
  Object.fromEntries(Object.entries(side).filter(([field]) => !PAYGENT_KNOWS.includes(field)))

/** Whether an inquiry can end the conflict or a part of it. */
export const isForPaygent = (
  conflict: Pick<Conflict, 'ours' | 'theirs'>,
  sold: boolean,
  statuses: StatusSetting,
): boolean =>
  onlyTheShopEnds(conflict, sold, statuses).length === 0 || PAYGENT_KNOWS.some((field) => field in conflict.theirs)

/**
 * The shop had called the order off and now shows it as one that goes on, often because the file is old. An order that
 * was unfinished before has never been called off.
 */
export const isRevival = (before: string, now: string, statuses: StatusSetting): boolean =>
  readStatus(before, statuses).meaning === 'cancelled' && readStatus(now, statuses).meaning !== 'cancelled'

// The entries that `reconcile` and `settle` write into the mirror beside the outcomes of attempts.
/** Why an order needs the operator although no attempt requires it. */
export type AttentionCause =
  | Extract<
      DifferenceCause,
      'late-arrival' | 'several-payments' | 'another-payment' | 'two-alive' | 'none-alive' | 'shop-error'
    >
  /** An audit opened the mirror again, and Paygent had not answered about this order. */
  | 'no-answer'

/** The changes of one order, which are written in one transaction. */
export interface Booking {
  readonly orderId: string
  /** Its name in the audit trail. */
  readonly event: 'difference' | 'conflict-settled' | 'settled-by-hand'
  /** Paygent's answers about the order's payments. The mirror takes them over. */
  readonly facts: readonly PaymentFact[]
  /** The payment that the order has from now on; null leaves it as it was. */
  readonly currentPaymentId: string | null
  /** True ends the fields that Paygent decides. The operator's word ends the whole conflict. */
  readonly endsConflict: boolean | 'by-a-person'
  /** `over`: the order no longer needs the operator. Null leaves it as it was. */
  readonly attention: AttentionCause | 'over' | null
  /** An attempt that gets its outcome with it: it was open, or waited for the operator. */
  readonly settles: { readonly settlement: Settlement; readonly from: 'open' | 'attention' } | null
  /** For the audit trail: both sides, and the reason that the operator gave. */
  readonly detail: string | null
  readonly atMs: number
}

/** The result of an audit of the mirror. */
export interface AuditCounts {
  readonly asked: number
  readonly notAsked: number
  readonly differences: number
}
