// The events of `reconcile`, what it works with, and its report.
import type { Hearing } from '../../attempts/inquiry.js'
import type { StopReason } from '../../attempts/trouble.js'
import type { BatchDeps, BatchEvent } from '../../batch/events.js'
import type { AttentionCause, Difference } from '../../domain/difference.js'
import type { Silence } from '../../domain/judge.js'
import type { MoneyTelegram } from '../../domain/order.js'
import type { Outcome } from '../../domain/outcome.js'
import { EXIT, type ExitCode } from '../../errors.js'
import type { OpenIssues, Journal } from '../../ports.js'

/** An attempt that is settled now. */
export interface ResolvedAttempt {
  readonly orderId: string
  readonly telegram: MoneyTelegram
  readonly outcome: Outcome
}

export type ReconcileEvent =
  | { readonly type: 'asking'; readonly index: number; readonly total: number; readonly orderId: string }
  | ({ readonly type: 'attempt-settled' } & ResolvedAttempt)
  | { readonly type: 'difference'; readonly difference: Difference; readonly booked: boolean }
  /** Paygent told nothing of the order: a code that says so, or no answer. */
  | { readonly type: 'untold'; readonly orderId: string; readonly code: string | null }
  /** The shop could not be looked at, so that the request is not sent once more; the code of an error. */
  | { readonly type: 'shop-unseen'; readonly code: string }
  /** How far the comparison came, whether or not it came to its end. */
  | ({ readonly type: 'compared' } & Coverage)
  /** The very request goes out once more, because it broke off inside Paygent. */
  | { readonly type: 'sending-again'; readonly orderId: string; readonly telegram: MoneyTelegram }
  /** The shop's database is gone, so that it could not be told of a new payment. */
  | { readonly type: 'push-failed'; readonly code: string }
  /** A request that is sent once more tells what it would tell in a batch. */
  | BatchEvent

const REASONS = {
  unanswered: 'inquiry-unanswered',
  interrupted: 'interrupted',
} as const satisfies Record<Stopped, StopReason['type']>

/** Names the order of which Paygent has said nothing; the result is why nobody else is asked about, or null. */
export function* tellSilence(
  orderId: string,
  silence: Silence,
  { hearing }: Pick<StageDeps, 'hearing'>,
  signal: AbortSignal,
): Generator<ReconcileEvent, Stopped | null> {
  if (signal.aborted) return 'interrupted'
  yield { type: 'untold', orderId, code: silence.code ?? null }
  return hearing.missed(orderId, silence) ? 'unanswered' : null
}

export const stoppedEvent = (stopped: Stopped): Extract<BatchEvent, { type: 'stopped' }> => ({
  type: 'stopped',
  reason: { type: REASONS[stopped] },
})

export interface ReconcileDeps extends BatchDeps {
  readonly issues: OpenIssues
}

/** What the stages of one `reconcile` share: who has answered so far, and who has not. */
export interface StageDeps extends ReconcileDeps {
  readonly hearing: Hearing
}

export interface ReconcileRequest {
  /** Null is every order that waits. */
  readonly orderIds: readonly string[] | null
  /** How long an unknown outcome waits before Paygent is asked once more, in milliseconds. */
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

export interface AuditRequest {
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

export interface ReconcileReport {
  readonly settled: readonly ResolvedAttempt[]
  readonly open: readonly { readonly orderId: string; readonly telegram: MoneyTelegram; readonly code: string | null }[]
  readonly attention: readonly { readonly orderId: string; readonly cause: AttentionCause | null }[]
  readonly differences: readonly (Difference & { readonly booked: boolean })[]
  /** Orders about which Paygent said nothing; the others were asked about all the same. Null is no code either. */
  readonly untold: readonly { readonly orderId: string; readonly code: string | null }[]
  /** Why the shop could not be looked at, an error's code: what is in transit was not sent once more. Null where it could. */
  readonly shopUnseen: string | null
  /** It ended before everything was asked. */
  readonly stopped: boolean
  /** Null where nothing was compared but what waits. */
  readonly audit: Coverage | null
}

/** What still waits in the mirror, beside what this time brought. */
export function reportOf(
  found: Pick<ReconcileReport, 'settled' | 'differences' | 'untold' | 'shopUnseen' | 'stopped' | 'audit'>,
  {
    journal,
    issues,
  }: { readonly journal: Pick<Journal, 'openAttempts'>; readonly issues: Pick<OpenIssues, 'forAPerson'> },
): ReconcileReport {
  const open = journal.openAttempts().map(({ orderId, telegram, code }) => ({ orderId, telegram, code }))
  return { ...found, open, attention: issues.forAPerson() }
}

/** An open attempt or an order for a person anywhere in the mirror outranks all else. */
export function reconcileExit({ open, attention, differences, untold, stopped, settled }: ReconcileReport): ExitCode {
  if (open.length > 0 || attention.length > 0) return EXIT.needsPerson
  if (stopped) return EXIT.stopped
  const undone = settled.some(({ outcome }) => outcome !== 'accepted')
  return differences.length + untold.length > 0 || undone ? EXIT.someRejected : EXIT.done
}
