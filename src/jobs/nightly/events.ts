// The events of the night, what it works with, which orders it leaves to people, and its pace.
import type { PushedEvent } from '../../attempts/shop-push.js'
import type { BatchEvent, Sending } from '../../batch/events.js'
import { byExpiry, type Plan, type RunLimits } from '../../batch/plan.js'
import type { PrepareEvent } from '../../batch/prepare.js'
import { japanIso } from '../../clock.js'
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

/** Why the sale was not begun; nothing was sent. */
export type NotBegun = 'until' | 'max-orders' | 'max-amount'

export type NightlyEvent =
  /** Another program has the lock. */
  | { readonly type: 'lock-waiting'; readonly holder: LockOwner | null; readonly remainingMs: number }
  /** The shop's orders are read; at the end all that came of it. */
  | PullEvent
  | { readonly type: 'pulled'; readonly report: PullReport }
  /** The shop's database is away: what needs no shop goes on, and nothing is sent. */
  | { readonly type: 'shop-away'; readonly code: ErrorCode }
  /** One order's results are in the shop, or could not be written there. */
  | PushedEvent
  /** The shop's database was away at the end; the results stay in the mirror. */
  | { readonly type: 'push-failed'; readonly code: string }
  | { readonly type: 'reconciling'; readonly event: ReconcileEvent }
  | { readonly type: 'syncing'; readonly event: SyncEvent }
  /** What the night will leave to people, as the mirror stands; said once more when it has been brought up to date. */
  | ({ readonly type: 'left-to-people' } & LeftToPeople)
  /** Paygent is asked what the plan needs. */
  | PrepareEvent
  | { readonly type: 'planned'; readonly plan: Plan }
  /** At this pace the plan is not through by the cut-off. */
  | { readonly type: 'too-slow'; readonly pace: Pace }
  | { readonly type: 'not-begun'; readonly why: NotBegun; readonly left: readonly Order[] }
  | { readonly type: 'selling'; readonly event: BatchEvent }
  /** The stage has come to its end by itself. */
  | { readonly type: 'over'; readonly stage: 'sync' | 'sale' }

export type NightlyDeps = SyncDeps

/** What the night was asked for, with the rules, limits and way of sending of its sale. */
export interface NightlyRequest {
  readonly rules: RuleContext
  /** A plan above one of them is not begun. */
  readonly limits: RunLimits
  readonly sending: NightSending
  /** Ends the wait for the last recheck and nothing else. */
  readonly leave: AbortSignal
  /** Unshipped orders stay where they are. */
  readonly shippedOnly: boolean
  /** The setting of what 対応状況 means, as its text stands. */
  readonly statusSetting: string
  /** How long another program is waited for. */
  readonly lockWaitMs: number
  readonly sync: Omit<SyncRequest, 'untilMs'>
  /** Where the shop has a database of its own: its orders come first. */
  readonly pull: boolean
  /** Why its database could not be opened; null where it was, or where there is none. */
  readonly shopAway: ErrorCode | null
}

export interface NightSending extends Sending {
  /** The day's last moment at which a request may start: cut-off less the time-out. Epoch milliseconds. */
  readonly untilMs: number
  /** Where the shop has a database of its own: its results go back at the end, too. */
  readonly push: boolean
}

export interface LeftToPeople {
  /** Orders that the night would sell if the shop had said what their 対応状況 means. */
  readonly waiting: WaitingStatuses | null
  /** Orders that it would sell if they were shipped. */
  readonly unshipped: OrderSum
}

export interface NightChoice extends LeftToPeople {
  /** What is to be sold, in the order in which the authorisations expire. */
  readonly chosen: readonly Order[]
}

/** All from one reading of the mirror. */
export function chooseForNight(
  orders: OrderStore,
  { rules, shippedOnly, statusSetting }: Pick<NightlyRequest, 'rules' | 'shippedOnly' | 'statusSetting'>,
): NightChoice {
  const listed = orders.list({ sendable: 'sale' })
  const taken = listed.filter((order) => takenByAll(order, 'sale', rules))
  const left = shippedOnly ? taken.filter((order) => !isShipped(order)) : []
  return {
    chosen: byExpiry(shippedOnly ? taken.filter(isShipped) : taken),
    waiting: waitingIn(listed.map(groupOfOne), rules, statusSetting),
    unshipped: { count: left.length, yen: left.reduce((sum, { totalYen }) => sum + totalYen, 0) },
  }
}

export interface Pace {
  /** Milliseconds an order. */
  readonly perOrderMs: number
  /** When the last order will have been sent; ISO, Japan time. */
  readonly endsAt: string
  /** How many orders will be left at the cut-off. */
  readonly left: number
}

/** @param orders how many are still to be sent @param untilMs no request starts at or after it */
export function paceOf(orders: number, perOrderMs: number, nowMs: number, untilMs: number): Pace {
  const fits = perOrderMs <= 0 ? orders : Math.max(0, Math.ceil((untilMs - nowMs) / perOrderMs))
  return { perOrderMs, endsAt: japanIso(nowMs + orders * perOrderMs), left: Math.max(0, orders - fits) }
}
