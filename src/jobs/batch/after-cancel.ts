// After an accepted 102: did it release an authorisation or give money back? Only Paygent can tell what it found. After a
// correction that made another payment: the shop is told.
import type { Answer } from '../../domain/answer.js'
import type { Told } from '../../domain/judge.js'
import { isOfAnotherTrade } from '../../domain/order.js'
import { asksAfter, makesNewPayment, type Outcome } from '../../domain/outcome.js'
import type { Step } from '../../domain/run.js'
import { CANCELLED } from '../../domain/statuses.js'
import { AppError } from '../../errors.js'
import { pushNewPayments } from '../push/push.js'
import type { BatchDeps } from './deps.js'
import type { BatchEvent, StopReason } from './events.js'
import { Hearing } from './hearing.js'
import { toldBy } from './inquiry.js'
import type { Watch } from './watch.js'

/** Every other telegram is refused where it does not fit. */
export const mustAskAfter = (
  { telegram }: Pick<Step, 'telegram'>,
  { outcome }: { readonly outcome: Outcome },
): boolean => asksAfter(telegram) && outcome === 'accepted'

/** Whether the outcome has to be on disk before anything else happens, rather than with the next intent. */
export const bookAtOnce = (step: Step, decision: { readonly outcome: Outcome }): boolean =>
  decision.outcome !== 'accepted' || mustAskAfter(step, decision) || makesNewPayment(step.telegram, step.carrier)

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
  if (answer.type !== 'accepted' || !mustAskAfter(step, decision)) return null
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
  step: Step,
  deps: Pick<BatchDeps, 'gateway' | 'journal' | 'clock'>,
): Promise<AfterCancel> {
  const { paymentId, tradingId } = step
  return takeAfter(attemptId, step, toldBy(await deps.gateway.inquire({ paymentId, tradingId })), deps)
}

/** What Paygent told of the payment after the acceptance; a payment of another trade is no word about this one. */
export function takeAfter(
  attemptId: number,
  step: Step,
  told: Told,
  { journal, clock }: Pick<BatchDeps, 'journal' | 'clock'>,
): AfterCancel {
  const atMs = clock.nowMs()
  if (told.type !== 'told') {
    journal.noteAfter(attemptId, { fact: null, outcome: 'accepted', atMs })
    return told.type === 'silent' ? 'silent' : 'untold'
  }
  const { fact } = told
  const foreign = isOfAnotherTrade(step, fact)
  const outcome = !foreign && CANCELLED.includes(fact.status) ? 'accepted' : 'attention'
  journal.noteAfter(attemptId, { fact: foreign ? null : fact, outcome, atMs })
  return outcome === 'accepted' ? 'taken' : 'attention'
}

/**
 * A program has died between an acceptance and the inquiry after it: that is made up for before anything else is sent.
 * After two silent ones in a row Paygent may say nothing at all.
 */
export async function* askUnasked(deps: BatchDeps): AsyncGenerator<BatchEvent, void> {
  const hearing = new Hearing()
  for (const { attemptId, orderId } of deps.journal.unasked()) {
    const step = deps.journal.stepOf(attemptId)
    if (step === null) continue
    const after = await askAfterCancel(attemptId, step, deps)
    const outcome = after === 'attention' ? after : 'accepted'
    yield { type: 'recovered', orderId, telegram: step.telegram, outcome }
    if (after !== 'silent') hearing.heard(step)
    else if (hearing.missed(orderId, {})) throw new AppError('open-unanswered', { order: orderId })
  }
}
