// Brings the mirror up to date: by notices where this tool alone fetches them, else by inquiries. Page 2.5.
import { enterState, leaveState } from '../standing.js'
import { anotherRun } from '../batch/another-run.js'
import { assertAnswers, checkClock } from '../batch/start.js'
import type { Stopped } from '../reconcile/deps.js'
import { applyNotices } from './apply.js'
import type { SyncDeps, SyncWishes } from './deps.js'
import type { SyncEvent } from './events.js'
import { fetchNotices, probeNotices } from './fetch.js'
import { stoppedEvent } from '../reconcile/events.js'
import { keyOf } from '../batch/inquiry.js'
import { inquireAll, toldByNoNotice, waitingOrders } from './inquire.js'

/** Sends nothing that moves money. Throws an AppError where it may not begin or Paygent refuses the login. */
export async function* sync(wishes: SyncWishes, deps: SyncDeps, signal: AbortSignal): AsyncGenerator<SyncEvent, void> {
  const { lock, state } = deps
  if (!lock.acquire('sync')) throw anotherRun(lock)
  try {
    checkClock(deps)
    enterState(state)
    const stopped = yield* work(wishes, deps, signal)
    if (stopped !== null) yield stoppedEvent(stopped)
    leaveState(state)
  } finally {
    lock.release()
  }
}

async function* work(
  wishes: SyncWishes,
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Stopped | null> {
  if (wishes.notices) await probeNotices(deps, signal)
  const stopped = wishes.notices ? yield* takeNotices(deps, signal) : null
  return stopped ?? (yield* inquire(wishes, deps, signal))
}

async function* takeNotices(deps: SyncDeps, signal: AbortSignal): AsyncGenerator<SyncEvent, Stopped | null> {
  const { stopped, purged } = yield* fetchNotices(deps, signal)
  const orderIds = purged.length === 0 ? [] : waitingOrders(deps).map(({ orderId }) => orderId)
  if (purged.length > 0) yield { type: 'purged', noticeIds: purged, orderIds }
  return stopped ?? (yield* applyNotices(deps, signal))
}

/** All that wait, where no notice tells or one that told is gone; else only what no notice ever tells. */
async function* inquire(
  { notices, limit, untilMs }: SyncWishes,
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Stopped | null> {
  const all = !notices || deps.inbox.unexplained().length > 0
  const waiting = waitingOrders(deps).filter((order) => all || toldByNoNotice(order))
  const [first, ...others] = waiting.map(keyOf)
  if (first !== undefined && !notices) await assertAnswers(first, deps, signal, others)
  const chosen = waiting.slice(0, limit ?? waiting.length)
  const ended = yield* inquireAll(chosen, untilMs, deps, signal)
  const left = waiting.length - chosen.length
  if (left > 0 && ended === null) yield { type: 'put-off', orders: left }
  if (ended === null && left === 0 && all) deps.inbox.explain(deps.clock.nowMs())
  return ended === 'put-off' ? null : ended
}
