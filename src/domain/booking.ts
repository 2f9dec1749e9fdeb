// What `reconcile` and `settle` write into the mirror beside the outcomes of attempts: page 5.2.
import type { DifferenceCause } from './drift.js'
import type { PaymentFact } from './order.js'
import type { Settlement } from './run.js'

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
