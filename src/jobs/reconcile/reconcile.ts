// Asks Paygent about everything that waits in the mirror, and settles what it can tell. Page 5.2.
import type { InquiryKey } from '../../domain/answer.js'
import { enterState, leaveState } from '../standing.js'
import { anotherRun } from '../batch/another-run.js'
import { keyOf } from '../batch/inquiry.js'
import { assertAnswers, checkClock } from '../batch/start.js'
import { settleAttention } from './attention.js'
import { settleConflicts } from './conflicts.js'
import { auditOrders } from './audit.js'
import type { AuditMode, ReconcileDeps, ReconcileWishes, Stopped } from './deps.js'
import { stoppedEvent, type ReconcileEvent } from './events.js'
import { lookForLateArrivals } from './late-arrivals.js'
import { settleOpen, settleOverdue } from './open-attempts.js'
import { watchedOrders } from './watched.js'

/**
 * Open attempts, conflicts, what waits for a person, and late arrivals, in this order; then, after the settle time, the
 * second look. Throws an AppError while nothing has been asked.
 */
export const reconcile = (
  wishes: ReconcileWishes,
  deps: ReconcileDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, void> =>
  withRunLock(deps, async function* () {
    enterState(deps.state)
    yield* settleAll(wishes, deps, signal)
    leaveState(deps.state)
  })

/**
 * Compares every unfinished order with Paygent. With `take` the mirror takes what Paygent says, what waits is settled,
 * and a mirror that was put back or copied is from then on the one that this machine knows: page 5.1.8.
 */
export const audit = (
  mode: AuditMode,
  wishes: ReconcileWishes,
  deps: ReconcileDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, void> =>
  withRunLock(deps, async function* () {
    const standing = deps.state.check()
    const sendsAgain = standing === 'known' || standing === 'new'
    const stopped = mode === 'take' ? yield* settleAll({ ...wishes, sendsAgain }, deps, signal) : null
    if (stopped !== null) return
    const audited = yield* auditOrders(wishes, mode === 'take', deps, signal)
    if (audited.stopped !== null) return yield stoppedEvent(audited.stopped)
    if (mode === 'compare' || wishes.orderIds !== null) return
    deps.books.audited(audited, deps.clock.nowMs())
    deps.state.record()
  })

async function* withRunLock(
  deps: ReconcileDeps,
  work: () => AsyncGenerator<ReconcileEvent, void>,
): AsyncGenerator<ReconcileEvent, void> {
  const { lock } = deps
  if (!lock.acquire('reconcile')) throw anotherRun(lock)
  try {
    checkClock(deps)
    yield* work()
  } finally {
    lock.release()
  }
}

/** All stages, one after the other; the result is why they ended early, or null. */
async function* settleAll(
  wishes: ReconcileWishes,
  deps: ReconcileDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  deps.journal.recover(deps.clock.nowMs())
  const first = firstKey(wishes, deps)
  if (first === null) return null
  await assertAnswers(first, deps, signal)
  const stages = [settleOpen, settleConflicts, settleAttention, lookForLateArrivals, settleOverdue]
  for (const stage of stages) {
    const stopped: Stopped | null = yield* stage(wishes, deps, signal)
    if (stopped === null) continue
    yield stoppedEvent(stopped)
    return stopped
  }
  return null
}

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
  return order === undefined ? null : keyOf(order)
}
