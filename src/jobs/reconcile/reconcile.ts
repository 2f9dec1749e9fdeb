// Asks Paygent about everything that waits in the mirror, and settles what it can tell. Page 5.2.
import type { InquiryKey } from '../../domain/answer.js'
import { anotherRun } from '../batch/another-run.js'
import type { BatchEvent } from '../batch/events.js'
import { askFirst, checkClock } from '../batch/start.js'
import { settleAttention } from './attention.js'
import { settleConflicts } from './conflicts.js'
import type { ReconcileDeps, ReconcileWishes, Stopped } from './deps.js'
import type { ReconcileEvent } from './events.js'
import { lookForLateArrivals } from './late-arrivals.js'
import { settleOpen, settleOverdue } from './open-attempts.js'
import { watchedOrders } from './watched.js'

/**
 * Open attempts, conflicts, what waits for a person, and late arrivals, in this order; then, after the settle time, the
 * second look. Throws an AppError while nothing has been asked.
 */
export async function* reconcile(
  wishes: ReconcileWishes,
  deps: ReconcileDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, void> {
  const { lock } = deps
  if (!lock.acquire('reconcile')) throw anotherRun(lock)
  try {
    checkClock(deps)
    yield* settleAll(wishes, deps, signal)
  } finally {
    lock.release()
  }
}

/** The same with the lock held already. */
export async function* settleAll(
  wishes: ReconcileWishes,
  deps: ReconcileDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  deps.journal.recover(deps.clock.nowMs())
  const first = firstKey(wishes, deps)
  if (first === null) return null
  await askFirst(first, deps, signal)
  const stages = [settleOpen, settleConflicts, settleAttention, lookForLateArrivals, settleOverdue]
  for (const stage of stages) {
    const stopped: Stopped | null = yield* stage(wishes, deps, signal)
    if (stopped === null) continue
    yield stoppedEvent(stopped)
    return stopped
  }
  return null
}

export const stoppedEvent = (stopped: Stopped): Extract<BatchEvent, { type: 'stopped' }> => ({
  type: 'stopped',
  reason: { type: stopped === 'interrupted' ? 'interrupted' : 'inquiry-unanswered' },
})

/** The first payment that there is anything to ask about; null when nothing waits. */
function firstKey(wishes: ReconcileWishes, deps: ReconcileDeps): InquiryKey | null {
  const { orderIds } = wishes
  const of = orderIds ?? undefined
  const waiting = [
    ...deps.journal.openAttempts(of),
    ...deps.books.conflicts(of),
    ...deps.books.forAPerson().filter(({ orderId }) => orderIds === null || orderIds.includes(orderId)),
    ...watchedOrders(wishes, deps).map((orderId) => ({ orderId })),
  ]
  const [first] = waiting
  const [order] = first === undefined ? [] : deps.orders.find([first.orderId])
  if (order === undefined) return null
  const { paymentId, tradingId } = order
  return paymentId === null ? { tradingId } : { paymentId, tradingId }
}
