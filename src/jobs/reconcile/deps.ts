// What `reconcile` works with, and what it was asked for.
import type { Books } from '../../ports.js'
import type { BatchDeps } from '../batch/deps.js'
import type { Hearing } from '../batch/hearing.js'

export interface ReconcileDeps extends BatchDeps {
  readonly books: Books
}

/** What the stages of one `reconcile` share: who has answered so far, and who has not. */
export interface StageDeps extends ReconcileDeps {
  readonly hearing: Hearing
}

export interface ReconcileWishes {
  /** Null is every order that waits. */
  readonly orderIds: readonly string[] | null
  /** The settle time of page 5.2, in milliseconds. */
  readonly settleMs: number
  /** False leaves what is still settling to the next time. */
  readonly wait: boolean
  /** Ends the wait for the settle time and nothing else. */
  readonly leave: AbortSignal
  /** False where the mirror may be older than what was sent since: then nothing is sent again. */
  readonly sendsAgain: boolean
  /** Nothing is sent again at or after this time, epoch milliseconds; null is no such time. */
  readonly untilMs: number | null
  /** The shop is told at once of new payments that turn out to stand. */
  readonly push?: boolean
}

export interface AuditWish {
  /** `compare` changes nothing; `take` lets the mirror take what Paygent says. */
  readonly mode: 'compare' | 'take'
  /** Finished orders that have changed within so many days are asked about too. */
  readonly days: number
}

/** How much of the mirror an audit has asked Paygent about: nothing may be claimed of the rest. */
export interface Coverage {
  readonly asked: number
  readonly notAsked: number
}

/** Who has stopped asking: nothing is asked or sent after it. */
export type Stopped = 'unanswered' | 'interrupted'
