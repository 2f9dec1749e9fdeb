// The second look at what is still unknown, once the settle time has passed. Page 5.2.
import { judge } from '../../domain/judge.js'
import type { NotMoved, OpenAttempt, Settlement } from '../../domain/run.js'
import type { Clock } from '../../ports.js'
import { unanswered } from './decision.js'
import type { BatchEvent } from './events.js'
import { factsAbout } from './inquiry.js'
import type { BatchDeps, BatchOptions } from './deps.js'

const TICK_MS = 1_000

/** How long an attempt still has to settle, in milliseconds, by the slower of the two clocks. */
export function remainingMs(notMoved: NotMoved, settleMs: number, clock: Clock): number {
  const wall = notMoved.wallMs + settleMs - clock.nowMs()
  const monotonic = notMoved.monotonicMs + settleMs - clock.monotonicMs()
  return Math.max(0, wall, monotonic)
}

/** Waits with a countdown for what is still unknown and asks once more; leaves it open when told to leave. */
export async function* secondLook(
  looked: (attempt: OpenAttempt) => boolean,
  deps: BatchDeps,
  options: BatchOptions,
  signal: AbortSignal,
): AsyncGenerator<BatchEvent, void> {
  const leaving = AbortSignal.any([options.leave, signal])
  const open = deps.journal.openAttempts().filter(looked)
  for (const [index, attempt] of open.entries()) {
    const since = attempt.notMoved ?? { wallMs: deps.clock.nowMs(), monotonicMs: deps.clock.monotonicMs() }
    for (;;) {
      const leftMs = remainingMs(since, options.settleMs, deps.clock)
      if (leaving.aborted) return
      if (leftMs === 0) break
      yield { type: 'waiting', remainingMs: leftMs, orders: open.length - index }
      await deps.clock.sleep(Math.min(TICK_MS, leftMs), leaving)
    }
    const settlement = await lookAgain(attempt, deps, signal)
    deps.journal.settle(settlement)
    yield { type: 'looked-again', orderId: attempt.orderId, outcome: settlement.outcome }
  }
}

/**
 * The look after the settle time. Unmoved since the first look means not processed; an old payment that is gone with
 * no new one to be found is for a person; what is in transit or not answered stays open.
 */
async function lookAgain(attempt: OpenAttempt, deps: BatchDeps, signal: AbortSignal): Promise<Settlement> {
  const verdict = judge(attempt, await factsAbout(attempt, deps, signal))
  const decision = unanswered(attempt, verdict, null, deps)
  const { code, detail, effect, learnt, newPaymentId } = decision
  const settledBefore = verdict.type === 'not-moved' && attempt.notMoved !== null
  const outcome = settledBefore ? 'not-processed' : verdict.type === 'old-gone' ? 'attention' : decision.outcome
  const notMoved = attempt.notMoved ?? decision.notMoved
  const { attemptId } = attempt
  return { attemptId, outcome, code, detail, effect, learnt, newPaymentId, notMoved, atMs: deps.clock.nowMs() }
}
