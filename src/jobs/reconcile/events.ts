// Defines the events of `reconcile`, its dependencies, and its report.
import type { Hearing } from '../../attempts/inquiry.js'
import type { StopReason } from '../../attempts/trouble.js'
import type { BatchDeps, BatchEvent } from '../../batch/events.js'
import type { AttentionCause, Difference } from '../../domain/difference.js'
import type { Silence } from '../../domain/judge.js'
import type { MoneyTelegram, Order } from '../../domain/order.js'
import type { Outcome } from '../../domain/outcome.js'
import { EXIT, type ExitCode } from '../../errors.js'
import type { OpenIssues, Journal, OrderStore } from '../../ports.js'

/** An attempt that is settled now. */
export interface ResolvedAttempt {
  readonly orderId: string
  readonly telegram: MoneyTelegram
  readonly outcome: Outcome
}

export type ReconcileEvent =
  /** `untilMs`: no order's turn begins at or after it, epoch milliseconds. */
  | {
      readonly type: 'asking'
      readonly index: number
      readonly total: number
      readonly orderId: string
      readonly untilMs?: number
    }
  | ({ readonly type: 'attempt-settled' } & ResolvedAttempt)
  | { readonly type: 'difference'; readonly difference: Difference; readonly booked: boolean }
  /** Paygent gave no fact about the order: a code instead, or no answer. */
  | { readonly type: 'untold'; readonly orderId: string; readonly code: string | null }
  /** The shop could not be checked, so the request is not sent once more. `code` is an error's code. */
  | { readonly type: 'shop-unseen'; readonly code: string }
  /** The extent of the comparison, whether or not it was finished. */
  | ({ readonly type: 'compared' } & Coverage)
  /** The same request is sent once more, because it broke off inside Paygent. */
  | { readonly type: 'sending-again'; readonly orderId: string; readonly telegram: MoneyTelegram }
  /** The connection to the shop's database is gone, so a new payment could not be written there. */
  | { readonly type: 'push-failed'; readonly code: string }
  /** A request that is sent once more yields the events of a batch. */
  | BatchEvent

const REASONS = {
  unanswered: 'inquiry-unanswered',
  interrupted: 'interrupted',
} as const satisfies Record<Stopped, StopReason['type']>

/** Names the order about which Paygent gave no answer. The result is why no other order is asked about, or null. */
export async function* tellSilence(
  orderId: string,
  silence: Silence,
  { hearing }: Pick<StageDeps, 'hearing'>,
  signal: AbortSignal,
  among: readonly Order[] = [],
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  if (signal.aborted) return 'interrupted'
  yield { type: 'untold', orderId, code: silence.code ?? null }
  const ends = await hearing.missed(orderId, silence, among)
  if (signal.aborted) return 'interrupted'
  return ends ? 'unanswered' : null
}

export const stoppedEvent = (stopped: Stopped): Extract<BatchEvent, { type: 'stopped' }> => ({
  type: 'stopped',
  reason: { type: REASONS[stopped] },
})

export interface ReconcileDeps extends BatchDeps {
  readonly issues: OpenIssues
}

/** The shared state of the stages of one `reconcile`: the orders that were answered so far, and those that were not. */
export interface StageDeps extends ReconcileDeps {
  readonly hearing: Hearing
}

export interface ReconcileRequest {
  /** Null is every order that waits. */
  readonly orderIds: readonly string[] | null
  /** How long an unknown outcome waits before the next inquiry, in milliseconds. */
  readonly settleMs: number
  /** False leaves attempts that are still settling to the next run. */
  readonly wait: boolean
  /** Ends only the wait for the settle time. */
  readonly leave: AbortSignal
  /** False if the mirror may be older than requests that were sent since. Nothing is then sent again. */
  readonly sendsAgain: boolean
  /** Nothing is sent again at or after this time, epoch milliseconds; null is no such time. */
  readonly untilMs: number | null
  /** New payments that prove to be valid are written into the shop at once. */
  readonly push?: boolean
}

export interface AuditRequest {
  /** `compare` changes nothing; `take` lets the mirror take Paygent's answers. */
  readonly mode: 'compare' | 'take'
  /** Finished orders that have changed within this many days are asked about too. */
  readonly days: number
}

/** The part of the mirror about which an audit has asked Paygent. The audit must claim nothing about the rest. */
export interface Coverage {
  readonly asked: number
  readonly notAsked: number
}

/** Why the inquiries stopped. Nothing is asked or sent after it. */
export type Stopped = 'unanswered' | 'interrupted'

/** A request without an outcome. */
export interface OpenRequest {
  readonly orderId: string
  readonly telegram: MoneyTelegram
  readonly code: string | null
  /** The order is on hold, so the request is not sent again. */
  readonly onHold: boolean
}

export interface ReconcileReport {
  readonly settled: readonly ResolvedAttempt[]
  readonly open: readonly OpenRequest[]
  readonly attention: readonly { readonly orderId: string; readonly cause: AttentionCause | null }[]
  readonly differences: readonly (Difference & { readonly booked: boolean })[]
  /**
   * Orders for which Paygent gave no fact. The others were asked about all the same. Null means that there was no code
   * either.
   */
  readonly untold: readonly { readonly orderId: string; readonly code: string | null }[]
  /**
   * Why the shop could not be checked, an error's code. Requests in transit were then not sent once more. Null if it
   * could be checked.
   */
  readonly shopUnseen: string | null
  /** The run ended before everything was asked. */
  readonly stopped: boolean
  /** Null if only the waiting orders were compared. */
  readonly audit: Coverage | null
}

interface ReportDeps {
  readonly journal: Pick<Journal, 'openAttempts'>
  readonly issues: Pick<OpenIssues, 'forAPerson'>
  readonly orders: Pick<OrderStore, 'find'>
}

/** Reports the results of this run and the orders that still wait in the mirror. */
export function reportOf(
  found: Pick<ReconcileReport, 'settled' | 'differences' | 'untold' | 'shopUnseen' | 'stopped' | 'audit'>,
  { journal, issues, orders }: ReportDeps,
): ReconcileReport {
  const open = journal.openAttempts().map(({ orderId, telegram, code }) => {
    const [order] = orders.find([orderId])
    return { orderId, telegram, code, onHold: order !== undefined && order.hold !== null }
  })
  return { ...found, open, attention: issues.forAPerson() }
}

/** An open attempt or an order for the operator anywhere in the mirror outranks all else. */
export function reconcileExit({ open, attention, differences, untold, stopped, settled }: ReconcileReport): ExitCode {
  if (open.length > 0 || attention.length > 0) return EXIT.needsPerson
  if (stopped) return EXIT.stopped
  const undone = settled.some(({ outcome }) => outcome !== 'accepted')
  return differences.length + untold.length > 0 || undone ? EXIT.someRejected : EXIT.done
}
