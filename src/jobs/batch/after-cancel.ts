// After an accepted 102: did it release an authorisation or give money back? Only Paygent can tell what it found. After a
// correction that made another payment: the shop is told.
import type { Answer } from '../../domain/answer.js'
import { CANCELLED } from '../../domain/status.js'
import { makesNewPayment, type Outcome } from '../../domain/outcome.js'
import type { Step } from '../../domain/run.js'
import { toldBy } from './inquiry.js'
import { pushNewPayments } from '../push/push.js'
import type { BatchDeps } from './deps.js'
import type { BatchEvent, StopReason } from './events.js'
import type { Watch } from './watch.js'

/** The answer to a carrier's cancel says nothing of the payment. Every other telegram is refused where it does not fit. */
const asksAfter = ({ telegram }: Pick<Step, 'telegram'>, { outcome }: { readonly outcome: Outcome }): boolean =>
  telegram === '102' && outcome === 'accepted'

/** Whether the outcome has to be on disk before anything else happens, rather than with the next intent. */
export const bookAtOnce = (step: Step, decision: { readonly outcome: Outcome }): boolean =>
  decision.outcome !== 'accepted' || asksAfter(step, decision) || makesNewPayment(step.telegram, step.carrier)

/** A request whose answer is booked. */
interface Answered {
  readonly attemptId: number
  readonly step: Step
  readonly answer: Answer
}

/** What the acceptance of one request calls for, once it is on disk. @returns why the batch stops, or null */
export async function* followUp(
  { attemptId, step, answer }: Answered,
  decision: { readonly outcome: Outcome },
  deps: BatchDeps,
  { watch, push }: { readonly watch: Watch; readonly push: boolean },
): AsyncGenerator<BatchEvent, StopReason | null> {
  if (push && decision.outcome === 'accepted' && makesNewPayment(step.telegram, step.carrier)) {
    const lost = yield* pushNewPayments([step.orderId], deps)
    return lost === null ? null : { type: 'shop-lost', code: lost }
  }
  if (answer.type !== 'accepted' || !asksAfter(step, decision)) return null
  const after = await askAfterCancel(attemptId, step, deps)
  const { orderId, telegram } = step
  if (after === 'attention') yield { type: 'looked-again', orderId, telegram, outcome: after }
  return watch.noteAfter(after === 'silent')
}

/** `untold`: the acceptance stands, and nobody knows how the payment stands now. */
type AfterCancel = 'taken' | 'attention' | 'silent' | 'untold'

/** One inquiry, once the acceptance is on disk. What it says is written in a transaction of its own. */
async function askAfterCancel(
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
