// The events of a batch, what it works with, and the exit code of its run.
import type { PushedEvent } from '../attempts/shop-push.js'
import type { StopReason } from '../attempts/trouble.js'
import type { Moment } from '../domain/age.js'
import type { MoneyTelegram } from '../domain/order.js'
import type { Outcome, Reason } from '../domain/outcome.js'
import type { RunItem, Step } from '../domain/run.js'
import { EXIT, type ExitCode } from '../errors.js'
import type { Clock, Gateway, Journal, MachineState, OrderStore, RunLock, ShopDesk } from '../ports.js'

export interface ResolvedEvent {
  readonly type: 'settled'
  readonly step: Step
  readonly outcome: Outcome
  readonly code: string | null
  readonly detail: string | null
}

export type BatchEvent =
  | { readonly type: 'started'; readonly runId: number; readonly total: number }
  /** A crash left this order's request open; it has been inquired about. */
  | {
      readonly type: 'recovered'
      readonly orderId: string
      readonly telegram: MoneyTelegram
      readonly outcome: Outcome
    }
  | { readonly type: 'sending'; readonly step: Step }
  /** The answer is missing or an error; Paygent is asked what became of it. */
  | { readonly type: 'inquiring'; readonly step: Step }
  | { readonly type: 'retrying'; readonly step: Step; readonly code: string; readonly pauseMs: number }
  | ResolvedEvent
  /** The shop was told of a new payment, or could not be: then the end of the command tries once more. */
  | PushedEvent
  | {
      readonly type: 'refused'
      readonly position: number
      readonly orderId: string
      readonly reason: Reason
      readonly about: string | null
    }
  | { readonly type: 'stopped'; readonly reason: StopReason }
  /** The second look waits for the settle time. */
  | { readonly type: 'waiting'; readonly remainingMs: number; readonly orders: number }
  | {
      readonly type: 'looked-again'
      readonly orderId: string
      readonly telegram: MoneyTelegram
      readonly outcome: Outcome
    }
  | { readonly type: 'finished'; readonly runId: number }

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

/** How the requests of a run are sent. */
export interface Sending {
  /** No request starts at or after this time, epoch milliseconds; null is no such time. */
  readonly untilMs: number | null
  /** So many unknown or unsent outcomes in a row end the batch. */
  readonly stopAfter: number
  /** More than a third of the first ten orders failing ends the batch: nobody is there to see it. */
  readonly stopsOnFailures?: boolean
  /** No terminal is there: a result as good as can be needs nobody to close it. */
  readonly unattended?: boolean
  /** The shop is told of new payments right after their acceptance; the command writes all other results at its end. */
  readonly push?: boolean
  /** How long an unknown outcome waits before Paygent is asked once more. */
  readonly settleMs: number
  /** False leaves the last recheck to `reconcile`. */
  readonly wait: boolean
}

export interface BatchOptions extends Sending {
  /** When the plan was made. Nothing is sent where the clocks went apart since, as in a sleep at the question. */
  readonly plannedAt: Moment
  /** Ends the wait for the last recheck and nothing else. */
  readonly leave: AbortSignal
}

/** What decides the exit code of a run or of a plan that was not sent. */
export type Judged = Pick<RunItem, 'outcome' | 'reason'> & Partial<Pick<RunItem, 'refunded'>>

/**
 * The highest-ranking exit code that fits.
 * @param stopped the run ended before its last order, or no connection could be made
 */
export function exitCodeOf(items: readonly Judged[], stopped: boolean): ExitCode {
  const has = (...outcomes: readonly Outcome[]): boolean => items.some(({ outcome }) => outcomes.includes(outcome))
  const waiting = items.some(({ reason }) => reason === 'open-attempt' || reason === 'attention')
  // A customer was charged and paid back who was to be neither: a person must know.
  const refunded = items.some((item) => item.refunded === true)
  if (waiting || refunded || has('unknown', 'attention')) return EXIT.needsPerson
  if (stopped || has('unsent')) return EXIT.stopped
  const undone = items.some(({ outcome, reason }) => outcome === 'refused' && reason !== 'already')
  return undone || has('rejected', 'not-processed') ? EXIT.someRejected : EXIT.done
}
