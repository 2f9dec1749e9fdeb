// What a batch works with and what it was asked to heed.
import type { Moment } from '../../domain/age.js'
import type { Clock, Gateway, Journal, MachineState, OrderStore, RunLock, ShopDesk } from '../../ports.js'

export interface BatchDeps {
  readonly gateway: Gateway
  readonly orders: OrderStore
  readonly journal: Journal
  readonly lock: RunLock
  readonly state: MachineState
  readonly clock: Clock
  /** The shop's own database; null where none is configured. */
  readonly desk: ShopDesk | null
}

export interface BatchOptions {
  /** When the plan was made. Nothing is sent where the clocks went apart since, as in a sleep at the question. */
  readonly plannedAt: Moment
  /** No request starts at or after this time, epoch milliseconds; null is no such time. */
  readonly untilMs: number | null
  readonly stopAfter: number
  /** More than a third of the first ten orders failing ends the batch: nobody is there to see it. */
  readonly stopsOnFailures?: boolean
  /** No terminal is there: a result as good as can be needs nobody to close it. */
  readonly unattended?: boolean
  /** The shop is told of new payments right after their acceptance; of everything else whoever began the batch tells it. */
  readonly push?: boolean
  /** The settle time of page 5.2. */
  readonly settleMs: number
  /** False leaves the second look to `reconcile`. */
  readonly wait: boolean
  /** Ends the wait for the second look and nothing else. */
  readonly leave: AbortSignal
}
