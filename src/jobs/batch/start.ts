// With the lock held and before the first request: clock, what a crash left open, and one inquiry. Pages 5.1 and 5.2.
import { isAhead } from '../../domain/age.js'
import type { Handling, InquiryKey } from '../../domain/answer.js'
import { judge } from '../../domain/judge.js'
import type { PaymentFact } from '../../domain/order.js'
import { AppError } from '../../errors.js'
import { japanIso } from '../../clock.js'
import { unanswered } from './decision.js'
import type { BatchEvent } from './events.js'
import { factsAbout, inquireBefore, type InquiryDeps } from './inquiry.js'
import type { Plan } from './plan.js'
import type { BatchDeps } from './deps.js'
import { NO_SINGLE_PAYMENT, troubleOf } from './trouble.js'

/** Throws an AppError when nothing may be sent. A plan without a step has nothing to check. */
export async function checkBefore(plan: Plan, deps: BatchDeps, signal: AbortSignal): Promise<void> {
  checkClock(deps)
  await probe(plan, deps, signal)
  if (signal.aborted) throw new AppError('interrupted')
}

/** A clock that is behind the journal cannot tell how long ago anything was. */
export function checkClock({ journal, clock }: Pick<BatchDeps, 'journal' | 'clock'>): void {
  const lastMs = journal.lastEntryMs()
  if (lastMs === null || !isAhead(lastMs, clock.nowMs())) return
  throw new AppError('clock-behind-journal', { journal: japanIso(lastMs), now: japanIso(clock.nowMs()) })
}

/**
 * One inquiry about the first order. It finds a refused login or certificate before money moves: under TLS 1.3 a
 * refused client certificate shows only after the request has gone out, when it could only be called unknown.
 */
async function probe({ steps }: Plan, deps: BatchDeps, signal: AbortSignal): Promise<void> {
  const [first] = steps
  if (first === undefined) return
  const { paymentId, tradingId } = first
  const fact = await askFirst({ paymentId, tradingId }, deps, signal)
  if (fact === null) return
  deps.orders.learn(first, fact, deps.clock.nowMs())
}

/**
 * The first inquiry of a command; null when Paygent knows no single payment under the key.
 * @throws AppError when Paygent cannot be asked
 */
export async function askFirst(key: InquiryKey, deps: InquiryDeps, signal: AbortSignal): Promise<PaymentFact | null> {
  const answer = await inquireBefore(key, deps, signal)
  if (answer.type === 'told') return answer.fact
  if (answer.type === 'rejected' && NO_SINGLE_PAYMENT.includes(answer.code)) return null
  throw troubleOf(answer)
}

/**
 * Whether Paygent answers us at all: login, certificate and connection are good. What it says of this one payment is no
 * matter, for others may be asked about.
 * @throws AppError when Paygent cannot be asked
 */
export async function assertAnswers(key: InquiryKey, deps: InquiryDeps, signal: AbortSignal): Promise<void> {
  const answer = await inquireBefore(key, deps, signal)
  if (answer.type === 'told' || (answer.type === 'rejected' && ANSWERED.includes(answer.handling))) return
  if (answer.type === 'silent' && answer.fault.kind === 'answer') return
  throw troubleOf(answer)
}

const ANSWERED: readonly Handling[] = ['rejected', 'malformed', 'inquire']

/**
 * What a crash left `prepared` may have been sent: it is unknown, and is inquired about before anything else; so is
 * what an earlier run asked about in vain. Without an answer nothing goes out. Returns the attempts that are still
 * open; the run takes its second look at them too.
 */
export async function* recoverOpen(
  deps: BatchDeps,
  signal: AbortSignal,
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
    if (verdict.type === 'no-answer') throw new AppError('gateway-unreachable', { phase: 'recover' })
  }
  return open
}
