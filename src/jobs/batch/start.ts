// With the lock held and before the first request: clock, what a crash left open, and one inquiry. Pages 5.1 and 5.2.
import { isAhead } from '../../domain/age.js'
import type { InquiryKey } from '../../domain/answer.js'
import { judge } from '../../domain/judge.js'
import type { RefusedItem, Step } from '../../domain/run.js'
import { AppError } from '../../errors.js'
import { japanIso } from '../../clock.js'
import { pushNewPayments } from '../push/push.js'
import { unanswered } from './decision.js'
import type { BatchEvent } from './events.js'
import { anotherAnswers, factsAbout, inquireBefore, keyOf, type InquiryDeps } from './inquiry.js'
import type { LeftOut, Plan } from './plan.js'
import type { BatchDeps } from './deps.js'
import { isCutOff, isHeard, leftOutBy, NO_SINGLE_PAYMENT, troubleOf } from './trouble.js'

/**
 * The plan as it may be sent. A plan without a step has nothing to check.
 * @throws AppError when nothing may be sent
 */
export async function checkBefore(plan: Plan, deps: BatchDeps, signal: AbortSignal): Promise<Plan> {
  checkClock(deps)
  const answered = await probe(plan, deps, signal)
  if (signal.aborted) throw new AppError('interrupted')
  return answered
}

/** A clock that is behind the journal cannot tell how long ago anything was. */
export function checkClock(deps: Pick<BatchDeps, 'journal' | 'clock'>): void {
  const lastMs = aheadOf(deps)
  if (lastMs === null) return
  throw new AppError('clock-behind-journal', { journal: japanIso(lastMs), now: japanIso(deps.clock.nowMs()) })
}

/** The latest time in the journal where the clock has not come so far, epoch milliseconds; else null. */
export function aheadOf({ journal, clock }: Pick<BatchDeps, 'journal' | 'clock'>): number | null {
  const lastMs = journal.lastEntryMs()
  return lastMs === null || !isAhead(lastMs, clock.nowMs()) ? null : lastMs
}

/**
 * One inquiry about the first order. It finds a refused login or certificate before money moves: under TLS 1.3 a
 * refused client certificate shows only after the request has gone out, when it could only be called unknown. Where
 * Paygent answers about another order, the first one alone is left out.
 */
async function probe(plan: Plan, deps: BatchDeps, signal: AbortSignal): Promise<Plan> {
  const [first, ...others] = plan.steps
  if (first === undefined) return plan
  const answer = await inquireBefore(keyOf(first), deps, signal)
  if (answer.type === 'told') {
    deps.orders.learn(first, answer.fact, deps.clock.nowMs())
    return plan
  }
  if (answer.type === 'rejected' && NO_SINGLE_PAYMENT.includes(answer.code)) return plan
  if (isCutOff(answer) || !(await anotherAnswers(others.map(keyOf), deps, signal))) throw troubleOf(answer)
  return withoutStep(plan, first, leftOutBy(answer))
}

function withoutStep(plan: Plan, { position, orderId, request, paymentId }: Step, { reason, code }: LeftOut): Plan {
  const left: RefusedItem = { position, orderId, request, paymentId, reason, about: code }
  const steps = plan.steps.filter((step) => step.position !== position)
  return { ...plan, steps, refused: [...plan.refused, left] }
}

/**
 * Whether Paygent answers us at all: login, certificate and connection are good. What it says of this one payment is no
 * matter, for others may be asked about. Returns by what it answered.
 * @param others one of them is asked about where Paygent says nothing of the first
 * @throws AppError when Paygent cannot be asked
 */
export async function assertAnswers(
  key: InquiryKey,
  deps: InquiryDeps,
  signal: AbortSignal,
  others: readonly InquiryKey[] = [],
): Promise<InquiryKey> {
  const answer = await inquireBefore(key, deps, signal)
  if (answer.type === 'told' || isHeard(answer)) return key
  const other = others.at(-1)
  if (isCutOff(answer) || other === undefined || !(await anotherAnswers([other], deps, signal))) throw troubleOf(answer)
  return other
}

/**
 * What a crash left `prepared` may have been sent: it is unknown, and is inquired about before anything else; so is
 * what an earlier run asked about in vain. Without an answer nothing goes out. Returns the attempts that are still
 * open; the run takes its second look at them too.
 * @param push the shop is told at once of a payment that such a request has made
 */
export async function* recoverOpen(
  deps: BatchDeps,
  signal: AbortSignal,
  push: boolean,
): AsyncGenerator<BatchEvent, ReadonlySet<number>> {
  const { journal, clock } = deps
  const open = new Set<number>()
  journal.recover(clock.nowMs())
  for (const attempt of journal.openAttempts().filter(({ notMoved }) => notMoved === null)) {
    const verdict = judge(attempt, await factsAbout(attempt, deps, signal))
    const { outcome, code, detail, effect, learnt, newPaymentId, notMoved } = unanswered(attempt, verdict, null, deps)
    const { attemptId, orderId, telegram } = attempt
    const atMs = clock.nowMs()
    journal.settle({ attemptId, outcome, code, detail, effect, learnt, newPaymentId, notMoved, atMs })
    if (outcome === 'unknown') open.add(attemptId)
    yield { type: 'recovered', orderId, telegram, outcome }
    if (push && outcome === 'accepted') yield* pushNewPayments([orderId], deps)
    if (verdict.type !== 'no-answer') continue
    const { fault, code: refusedBy } = verdict
    if (fault && isCutOff({ type: 'silent', fault })) throw troubleOf({ type: 'silent', fault })
    throw new AppError('open-unanswered', { order: orderId, code: fault?.code ?? refusedBy ?? '' })
  }
  return open
}
