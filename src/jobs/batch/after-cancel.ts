// After an accepted 102: did it release an authorisation or give money back? Only Paygent can tell what it found.
import { CANCELLED } from '../../domain/status.js'
import { makesNewPayment, type Outcome } from '../../domain/outcome.js'
import type { Step } from '../../domain/run.js'
import { toldBy } from './inquiry.js'
import type { BatchDeps } from './deps.js'

/** The answer to a carrier's cancel says nothing of the payment. Every other telegram is refused where it does not fit. */
export const asksAfter = ({ telegram }: Pick<Step, 'telegram'>, { outcome }: { readonly outcome: Outcome }): boolean =>
  telegram === '102' && outcome === 'accepted'

/** Whether the outcome has to be on disk before anything else happens, rather than with the next intent. */
export const bookAtOnce = (step: Step, decision: { readonly outcome: Outcome }): boolean =>
  decision.outcome !== 'accepted' || asksAfter(step, decision) || makesNewPayment(step.telegram, step.carrier)

/** `untold`: the acceptance stands, and nobody knows how the payment stands now. */
export type AfterCancel = 'taken' | 'attention' | 'silent' | 'untold'

/** One inquiry, once the acceptance is on disk. What it says is written in a transaction of its own. */
export async function askAfterCancel(
  attemptId: number,
  { paymentId, tradingId }: Step,
  { gateway, journal, clock }: Pick<BatchDeps, 'gateway' | 'journal' | 'clock'>,
): Promise<AfterCancel> {
  const told = toldBy(await gateway.inquire({ paymentId, tradingId }))
  const atMs = clock.nowMs()
  if (told.type !== 'told') {
    journal.noteAfter(attemptId, { fact: null, outcome: 'accepted', atMs })
    return told.type === 'silent' ? 'silent' : 'untold'
  }
  const outcome = CANCELLED.includes(told.fact.status) ? 'accepted' : 'attention'
  journal.noteAfter(attemptId, { fact: told.fact, outcome, atMs })
  return outcome === 'accepted' ? 'taken' : 'attention'
}
