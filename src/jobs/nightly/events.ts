// What the night tells while it goes on.
import type { Order } from '../../domain/order.js'
import type { ErrorCode } from '../../errors.js'
import type { Holder } from '../../domain/holder.js'
import type { BatchEvent } from '../batch/events.js'
import type { Plan } from '../batch/plan.js'
import type { PullReport } from '../pull/pull.js'
import type { PushedOrder } from '../push/push.js'
import type { ReconcileEvent } from '../reconcile/events.js'
import type { SyncEvent } from '../sync/events.js'
import type { LeftToPeople } from './left-out.js'
import type { Pace } from './pace.js'

/** Why the sale was not begun; nothing was sent. */
export type NotBegun = 'until' | 'max-orders' | 'max-amount'

export type NightlyEvent =
  /** Another program has the lock. */
  | { readonly type: 'lock-waiting'; readonly holder: Holder | null; readonly remainingMs: number }
  /** The shop's orders are read; at the end all that came of it. */
  | { readonly type: 'pulling'; readonly orders: number }
  | { readonly type: 'pulled'; readonly report: PullReport }
  /** The shop's database is away: what needs no shop goes on, and nothing is sent. */
  | { readonly type: 'shop-away'; readonly code: ErrorCode }
  /** One order's results are in the shop, or could not be written there. */
  | { readonly type: 'pushed'; readonly order: PushedOrder }
  /** The shop's database was away at the end; the results stay in the mirror. */
  | { readonly type: 'push-failed'; readonly code: string }
  | { readonly type: 'reconciling'; readonly event: ReconcileEvent }
  | { readonly type: 'syncing'; readonly event: SyncEvent }
  /** What the night will leave to people, as the mirror stands; said once more when it has been brought up to date. */
  | ({ readonly type: 'left-to-people' } & LeftToPeople)
  /** Paygent is asked what the plan needs. */
  | { readonly type: 'preparing'; readonly index: number; readonly total: number }
  | { readonly type: 'planned'; readonly plan: Plan }
  /** At this pace the plan is not through by the cut-off. */
  | { readonly type: 'too-slow'; readonly pace: Pace }
  | { readonly type: 'not-begun'; readonly why: NotBegun; readonly left: readonly Order[] }
  | { readonly type: 'selling'; readonly event: BatchEvent }
  /** The stage has come to its end by itself. */
  | { readonly type: 'over'; readonly stage: 'sync' | 'sale' }
