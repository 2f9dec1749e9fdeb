// Defines the events of the nightly run, its dependencies, and the orders that it leaves to the operator.
import type { PushedEvent } from '../../attempts/shop-push.js'
import type { BatchEvent, Sending } from '../../batch/events.js'
import { byExpiry, type Plan, type RunLimits } from '../../batch/plan.js'
import type { PrepareEvent } from '../../batch/prepare.js'
import { groupOfOne, type OrderSum, waitingIn, type WaitingStatuses } from '../../domain/chosen.js'
import type { LockOwner } from '../../domain/lock-owner.js'
import { isShipped } from '../../domain/order-status.js'
import type { Order } from '../../domain/order.js'
import { type RuleContext, takenByAll } from '../../domain/permit.js'
import type { ErrorCode } from '../../errors.js'
import type { OrderStore } from '../../ports.js'
import type { PullEvent, PullReport } from '../pull.js'
import type { ReconcileEvent } from '../reconcile/events.js'
import type { SyncDeps, SyncEvent, SyncRequest } from '../sync/events.js'
import type { Pace } from './pace.js'

/** The orders that a night leaves, and why. */
export interface LeftByNight {
  readonly why: NotBegun
  readonly left: readonly Order[]
  /** The limit that the plan is above, in orders or yen; only with `max-orders` and `max-amount`. */
  readonly limit?: number
}

/**
 * Why the sale was not begun; nothing was sent. `no-time`: these orders alone are left, for they could not have been
 * asked about and sold by the cut-off; the others are sold.
 */
export type NotBegun = 'until' | 'max-orders' | 'max-amount' | 'no-time'

export type NightlyEvent =
  /** Another program has the lock. */
  | { readonly type: 'lock-waiting'; readonly holder: LockOwner | null; readonly remainingMs: number }
  /** The shop's orders are read. The last event has the whole report. */
  | PullEvent
  | { readonly type: 'pulled'; readonly report: PullReport }
  /** The shop's database is away. Stages that need no shop go on, and nothing is sent. */
  | { readonly type: 'shop-away'; readonly code: ErrorCode }
  /** One order's results are in the shop, or could not be written there. */
  | PushedEvent
  /** The shop's database was away at the end; the results stay in the mirror. */
  | { readonly type: 'push-failed'; readonly code: string }
  | { readonly type: 'reconciling'; readonly event: ReconcileEvent }
  | { readonly type: 'syncing'; readonly event: SyncEvent }
  /**
   * The orders that the night will leave to the operator, as the mirror is now. Yielded again once the mirror is up to
   * date.
   */
  | ({ readonly type: 'left-to-people' } & LeftToPeople)
  /** Paygent is asked for the facts that the plan needs. */
  | PrepareEvent
  | { readonly type: 'planned'; readonly plan: Plan }
  /** At this pace the plan will not be finished by the cut-off. */
  | { readonly type: 'too-slow'; readonly pace: Pace }
  | ({ readonly type: 'not-begun' } & LeftByNight)
  | { readonly type: 'selling'; readonly event: BatchEvent }
  /** The stage has ended by itself. */
  | { readonly type: 'over'; readonly stage: 'sync' | 'sale' }

export type NightlyDeps = SyncDeps

/** The request of the nightly run, with the rules, limits and sending options of its sale. */
export interface NightlyRequest {
  readonly rules: RuleContext
  /** A plan above one of them is not begun. */
  readonly limits: RunLimits
  readonly sending: NightSending
  /** Ends only the wait for the last recheck. */
  readonly leave: AbortSignal
  /** Unshipped orders are left as they are. */
  readonly shippedOnly: boolean
  /** The text of the setting that gives 対応状況 its meaning. */
  readonly statusSetting: string
  /** The time to wait for another program. */
  readonly lockWaitMs: number
  readonly sync: Omit<SyncRequest, 'untilMs'>
  /** True if the shop has a database of its own: its orders are read first. */
  readonly pull: boolean
  /** Why its database could not be opened; null if it was opened, or if there is none. */
  readonly shopAway: ErrorCode | null
}

export interface NightSending extends Sending {
  /** The day's last moment at which a request may start: cut-off minus the time-out. Epoch milliseconds. */
  readonly untilMs: number
  /** True if the shop has a database of its own: the results are also written back at the end. */
  readonly push: boolean
}

export interface LeftToPeople {
  /** Orders that the night would sell if the shop had given their 対応状況 a meaning. */
  readonly waiting: WaitingStatuses | null
  /** Orders that it would sell if they were shipped. */
  readonly unshipped: OrderSum
  /** Orders that it would sell if they were not on hold. */
  readonly onHold: OrderSum
}

export interface NightChoice extends LeftToPeople {
  /** The orders to be sold, in the order in which the authorisations expire. */
  readonly chosen: readonly Order[]
}

/** Chooses the orders, all from one reading of the mirror. */
export function chooseForNight(
  orders: OrderStore,
  { rules, shippedOnly, statusSetting }: Pick<NightlyRequest, 'rules' | 'shippedOnly' | 'statusSetting'>,
): NightChoice {
  const listed = orders.list({ sendable: 'sale' })
  const taken = listed.filter((order) => takenByAll(order, 'sale', rules))
  const left = shippedOnly ? taken.filter((order) => !isShipped(order)) : []
  const held = listed.filter(
    (order) =>
      order.hold !== null && takenByAll({ ...order, hold: null }, 'sale', rules) && (!shippedOnly || isShipped(order)),
  )
  return {
    chosen: byExpiry(shippedOnly ? taken.filter(isShipped) : taken),
    waiting: waitingIn(listed.map(groupOfOne), rules, statusSetting),
    unshipped: sumOfTotals(left),
    onHold: sumOfTotals(held),
  }
}

/** The yen that a sale of these orders captures is their total in the shop. */
export const sumOfTotals = (orders: readonly Order[]): OrderSum => ({
  count: orders.length,
  yen: orders.reduce((sum, { totalYen }) => sum + totalYen, 0),
})
