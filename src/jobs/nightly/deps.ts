// What the night works with, and what it was asked to heed. Pages 3.1 and 3.3.
import type { RuleContext } from '../../domain/permit.js'
import type { ErrorCode } from '../../errors.js'
import type { BatchOptions } from '../batch/deps.js'
import type { SyncDeps, SyncWishes } from '../sync/deps.js'

export type NightlyDeps = SyncDeps

export interface NightlyWishes extends Pick<BatchOptions, 'stopAfter' | 'settleMs' | 'wait' | 'leave' | 'unattended'> {
  readonly rules: RuleContext
  /** Unshipped orders stay where they are. */
  readonly shippedOnly: boolean
  /** The setting of what 対応状況 means, as its text stands. */
  readonly statusSetting: string
  /** The day's last moment at which a request may start: cut-off less the time-out. Epoch milliseconds. */
  readonly untilMs: number
  /** A plan above either is not begun. */
  readonly maxOrders: number | null
  readonly maxAmountYen: number | null
  /** A plan above either needs both limits above; null where there is no such need. */
  readonly largeFrom: { readonly orders: number; readonly yen: number } | null
  /** How long another program is waited for. */
  readonly lockWaitMs: number
  readonly sync: Omit<SyncWishes, 'untilMs'>
  /** Where the shop has a database of its own: its orders first, its results last. */
  readonly pull: boolean
  readonly push: boolean
  /** Why its database could not be opened; null where it was, or where there is none. */
  readonly shopAway: ErrorCode | null
}
