// What a person says about an order that Paygent alone cannot settle, and what comes of it. Page 5.2.
import type { Booking } from '../../domain/difference.js'
import type { Outcome } from '../../domain/outcome.js'
import type { BatchDeps } from '../batch/deps.js'
import type { ReconcileDeps } from '../reconcile/deps.js'

/** How the order stands, in the person's word. `open`: authorised, neither sold nor cancelled. */
export type HandStanding = 'sold' | 'cancelled' | 'open'

/** Payment id or standing, or both. */
export interface SettleWish {
  readonly orderId: string
  /** A payment of the order that no answer of Paygent has named. */
  readonly paymentId: string | null
  readonly as: HandStanding | null
  /** Why, for the audit trail. */
  readonly note: string | null
  /** The settle time of page 5.2, in milliseconds. */
  readonly settleMs: number
}

export type SettleDeps = Pick<ReconcileDeps, 'books'> &
  Pick<BatchDeps, 'gateway' | 'orders' | 'journal' | 'lock' | 'state' | 'clock'>

/** Why a person's word is not taken. */
export type HandRefusal =
  /** Nothing about the order is unclear. */
  | 'nothing-waits'
  /** `reconcile` can settle it, and has not tried yet. */
  | 'ask-first'
  /** The request may still arrive: its settle time is not over. */
  | 'too-early'
  /** A payment id alone settles a correction and nothing else. */
  | 'no-correction'
  /** What Paygent tells of the payment named fits neither trading id, amount nor status. */
  | 'does-not-fit'
  /** Two payments are alive: the customer may be charged twice. */
  | 'two-alive'
  /** Paygent knows more payments under the trading id than the mirror. */
  | 'another-unknown'
  /** What Paygent tells is something else. */
  | 'contradicted'
  /** Paygent or the mirror says something else than when the person was asked. */
  | 'changed'

export type HandDecision =
  | { readonly type: 'refused'; readonly why: HandRefusal }
  | {
      readonly type: 'taken'
      readonly booking: Booking
      /** What the order's last request comes to; null where none waits. */
      readonly outcome: Outcome | null
      /** The order waits for a person all the same. */
      readonly waits: boolean
    }
