// The second look at what is still unknown, once the settle time has passed. Page 5.2.
import type { OpenAttempt, Settlement } from '../../domain/run.js'
import { pushNewPayments } from '../push/push.js'
import type { BatchEvent } from './events.js'
import { lookAgain, remainingMs } from './look-again.js'
import type { BatchDeps, BatchOptions } from './deps.js'

const TICK_MS = 1_000

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
    const settlement = await lookOnce(attempt, deps, signal)
    deps.journal.settle(settlement)
    const { orderId, telegram } = attempt
    yield { type: 'looked-again', orderId, telegram, outcome: settlement.outcome }
    if (options.push === true && settlement.outcome === 'accepted') yield* pushNewPayments([orderId], deps)
  }
}

/** What is in transit stays open here: only `reconcile` may send it again. */
async function lookOnce(attempt: OpenAttempt, deps: BatchDeps, signal: AbortSignal): Promise<Settlement> {
  const { verdict, settlement } = await lookAgain(attempt, true, deps, signal)
  return verdict.type === 'in-transit' ? { ...settlement, outcome: 'unknown' } : settlement
}
