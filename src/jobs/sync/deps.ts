// What `sync` works with, and what it was asked for. Pages 2.5 and 3.1.
import type { Inbox } from '../../ports.js'
import type { ReconcileDeps } from '../reconcile/deps.js'

export interface SyncDeps extends ReconcileDeps {
  readonly inbox: Inbox
}

export interface SyncWishes {
  /** This tool alone fetches the merchant's notices (091); else every unfinished order is inquired about (094). */
  readonly notices: boolean
  /** How many orders are inquired about at most; null is all. */
  readonly limit: number | null
  /** No inquiry begins at or after this time, epoch milliseconds; what is left is for the next time. Null is no such time. */
  readonly untilMs: number | null
}
