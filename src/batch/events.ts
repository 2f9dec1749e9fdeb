// Defines the events of a batch, its dependencies, and the exit code of its run.
import type { PushedEvent } from '../attempts/shop-push.js'
import type { StopReason } from '../attempts/trouble.js'
import type { Moment } from '../domain/age.js'
import type { MoneyTelegram } from '../domain/order.js'
import type { Outcome, Reason } from '../domain/outcome.js'
import type { Approval, RunItem, Step } from '../domain/run.js'
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
  /** An earlier run left this order's request open. Paygent is asked about it, which takes minutes where it is silent. */
  | { readonly type: 'recovering'; readonly orderId: string }
  /** Paygent has been asked about it. */
  | {
      readonly type: 'recovered'
      readonly orderId: string
      readonly telegram: MoneyTelegram
      readonly outcome: Outcome
    }
  | { readonly type: 'sending'; readonly step: Step }
  /** The answer is missing or an error. Paygent is asked for the outcome. */
  | { readonly type: 'inquiring'; readonly step: Step }
  | { readonly type: 'retrying'; readonly step: Step; readonly code: string; readonly pauseMs: number }
  | ResolvedEvent
  /**
   * The shop's row received a new payment, or the write failed. After a failure the end of the command tries once more.
   */
  | PushedEvent
  | {
      readonly type: 'refused'
      readonly position: number
      readonly orderId: string
      readonly reason: Reason
      readonly about: string | null
    }
  | { readonly type: 'stopped'; readonly reason: StopReason }
  /** The second inquiry waits for the settle time. */
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
  /** The shop's own database; null if none is configured. */
  readonly desk: ShopDesk | null
}

/** How the requests of a run are sent. */
export interface Sending {
  /** No request starts at or after this time, epoch milliseconds; null is no such time. */
  readonly untilMs: number | null
  /** This many unknown or unsent outcomes in a row end the batch. */
  readonly stopAfter: number
  /** The batch ends if more than a third of the first ten orders fail, because no operator is watching. */
  readonly stopsOnFailures?: boolean
  /** The run has no terminal. If its result is as good as possible, the operator need not close it. */
  readonly unattended?: boolean
  /**
   * New payments are written to the shop right after their acceptance. The command writes all other results at its end.
   */
  readonly push?: boolean
  /** How long an unknown outcome waits before the next inquiry. */
  readonly settleMs: number
  /** False leaves the last recheck to `reconcile`. */
  readonly wait: boolean
}

export interface BatchOptions extends Sending {
  /**
   * When the plan was made. If the clocks have diverged since, for example in a sleep at the question, nothing is sent.
   */
  readonly plannedAt: Moment
  /** The plan is that of a file. If it differs before the first request, nothing is sent. */
  readonly approval?: Approval
  /** Ends only the wait for the last recheck. */
  readonly leave: AbortSignal
}

/** The fields that decide the exit code of a run, or of a plan that was not sent. */
export type Judged = Pick<RunItem, 'outcome' | 'reason'> & Partial<Pick<RunItem, 'refunded'>>

/**
 * The highest-ranking exit code that fits.
 * @param stopped the run ended before its last order, or no connection could be made
 */
export function exitCodeOf(items: readonly Judged[], stopped: boolean): ExitCode {
  const has = (...outcomes: readonly Outcome[]): boolean => items.some(({ outcome }) => outcomes.includes(outcome))
  const waiting = items.some(({ reason }) => reason === 'open-attempt' || reason === 'attention')
  // A customer was charged and refunded although neither was intended. The operator must know.
  const refunded = items.some((item) => item.refunded === true)
  if (waiting || refunded || has('unknown', 'attention')) return EXIT.needsPerson
  if (stopped || has('unsent')) return EXIT.stopped
  const undone = items.some(({ outcome, reason }) => outcome === 'refused' && reason !== 'already')
  return undone || has('rejected', 'not-processed') ? EXIT.someRejected : EXIT.done
}
