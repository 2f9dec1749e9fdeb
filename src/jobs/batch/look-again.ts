// Asking again about an attempt that is open: what it is now, by the rules of page 5.2.
import { momentOf } from '../../clock.js'
import { isAhead } from '../../domain/age.js'
import { judge, type Settled, settlingOf, type Verdict } from '../../domain/judge.js'
import type { NotMoved, OpenAttempt, Settlement } from '../../domain/run.js'
import type { Clock } from '../../ports.js'
import { learntOf, unanswered } from './decision.js'
import { factsAbout, type InquiryDeps } from './inquiry.js'

/** How long an attempt still has to settle, in milliseconds, by the slower of the two clocks. */
export function remainingMs(since: NotMoved, settleMs: number, clock: Clock): number {
  const wall = since.wallMs + settleMs - clock.nowMs()
  const monotonic = since.monotonicMs + settleMs - clock.monotonicMs()
  return Math.max(0, wall, monotonic)
}

/**
 * From the first "not moved"; what is in transit has arrived, so it settles from when it was sent. A time that lies ahead
 * proves nothing: then the settle time begins now.
 */
export function settlesSince({ notMoved, preparedMs }: OpenAttempt, clock: Clock): NotMoved {
  const now = momentOf(clock)
  if (notMoved !== null || isAhead(preparedMs, now.wallMs)) return notMoved ?? now
  return { wallMs: preparedMs, monotonicMs: now.monotonicMs - (now.wallMs - preparedMs) }
}

export interface LookedAgain {
  readonly verdict: Verdict
  readonly settled: Settled
  /** What is booked; an attempt that is to be sent again stays open until then. */
  readonly settlement: Settlement
}

/** @param overdue the settle time of the attempt is over */
export async function lookAgain(
  attempt: OpenAttempt,
  overdue: boolean,
  deps: InquiryDeps,
  signal: AbortSignal,
): Promise<LookedAgain> {
  const verdict = judge(attempt, await factsAbout(attempt, deps, signal))
  const settled = settlingOf({ ...attempt, seenUnmoved: attempt.notMoved !== null }, verdict, overdue)
  const { code, detail, effect, learnt, newPaymentId, notMoved } = unanswered(attempt, verdict, null, deps)
  const settlement = {
    attemptId: attempt.attemptId,
    outcome: settled === 'send-again' ? 'unknown' : settled,
    code,
    detail,
    effect,
    // Whoever has to look must not find the mirror say that an old payment lives which Paygent calls gone.
    learnt: settled === 'attention' ? learntOf(verdict) : learnt,
    newPaymentId,
    notMoved: attempt.notMoved ?? notMoved,
    atMs: deps.clock.nowMs(),
  } as const
  return { verdict, settled, settlement }
}
