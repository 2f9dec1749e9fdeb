// The lock of the night: taken once for all of its stages, so that nobody comes in between them. Page 5.1.1.
import type { Clock, RunLock } from '../../ports.js'
import { anotherRun } from '../batch/another-run.js'
import type { NightlyEvent } from './events.js'

const TICK_MS = 1_000

/** For the stages: it is held already, and is given back by whoever took it. */
export const heldLock = (lock: RunLock): RunLock => ({
  acquire: () => true,
  holder: () => lock.holder(),
  release: () => undefined,
})

/** Waits for another program to end. @throws AppError another-run when it has not, or on a signal */
export async function* takeLock(
  lock: RunLock,
  lockWaitMs: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<NightlyEvent, void> {
  const startMs = clock.monotonicMs()
  while (!lock.acquire('nightly')) {
    const remainingMs = startMs + lockWaitMs - clock.monotonicMs()
    if (remainingMs <= 0 || signal.aborted) throw anotherRun(lock)
    yield { type: 'lock-waiting', holder: lock.holder(), remainingMs }
    await clock.sleep(Math.min(TICK_MS, remainingMs), signal)
  }
}
