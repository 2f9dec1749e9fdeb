// What `reconcile` tells while it runs.
import type { Difference } from '../../domain/difference.js'
import type { Silence } from '../../domain/judge.js'
import type { MoneyTelegram } from '../../domain/order.js'
import type { Outcome } from '../../domain/outcome.js'
import type { BatchEvent, StopReason } from '../batch/events.js'
import type { Coverage, StageDeps, Stopped } from './deps.js'

/** An attempt that is settled now. */
export interface SettledAttempt {
  readonly orderId: string
  readonly telegram: MoneyTelegram
  readonly outcome: Outcome
}

export type ReconcileEvent =
  | { readonly type: 'asking'; readonly index: number; readonly total: number; readonly orderId: string }
  | ({ readonly type: 'attempt-settled' } & SettledAttempt)
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
