// Do then: a confirmed plan, from the lock to the last look. Pages 3.1, 4.3 and 5.1.
import { momentOf } from '../../clock.js'
import { areApart } from '../../domain/age.js'
import { AppError } from '../../errors.js'
import type { OpenAttempt } from '../../domain/run.js'
import { enterState, leaveState } from '../standing.js'
import { askUnasked } from './after-cancel.js'
import { anotherRun } from './another-run.js'
import type { BatchDeps, BatchOptions } from './deps.js'
import type { BatchEvent, StopReason } from './events.js'
import type { Plan } from './plan.js'
import { secondLook } from './second-look.js'
import { enterShop } from './shop-look.js'
import { Sender } from './sender.js'
import { checkBefore, recoverOpen } from './start.js'
import { endsAsking } from './trouble.js'
import { Watch } from './watch.js'

/**
 * Runs a confirmed plan: lock, check, send, second look. Prints nothing; every `settled` stands for something that is
 * on disk already. Throws an AppError while nothing has been sent, or when the mirror can no longer be written.
 */
export async function* runBatch(
  plan: Plan,
  deps: BatchDeps,
  options: BatchOptions,
  signal: AbortSignal,
): AsyncGenerator<BatchEvent, void> {
  const { journal, lock, state, clock, desk } = deps
  if (areApart(options.plannedAt, momentOf(clock))) throw new AppError('clocks-apart')
  if (!lock.acquire(plan.operation)) throw anotherRun(lock)
  let running: number | null = null
  try {
    await enterShop(desk)
    enterState(state)
    const startedMs = clock.nowMs()
    const answered = await checkBefore(plan, deps, signal)
    const recovered = yield* recoverOpen(deps, signal, options.push === true)
    yield* askUnasked(deps)
    const runId = journal.beginRun({ ...answered, startedMs })
    running = runId
    // A mirror that is put back from now on lacks this run, whether or not it comes to its end.
    state.record()
    yield { type: 'started', runId, total: plan.orders.length }
    const watch = new Watch(options, clock, signal)
    const stop = yield* new Sender(runId, deps, watch, options.push === true).sendAll(answered)
    if (stop) yield { type: 'stopped', reason: stop }
    if (options.wait && !endsAsking(stop) && !signal.aborted) {
      const looked = ({ runId: own, attemptId }: OpenAttempt): boolean => own === runId || recovered.has(attemptId)
      yield* secondLook(looked, deps, options, signal)
    }
    journal.endRun(runId, stateAfter(stop), clock.nowMs(), options.unattended)
    running = null
    leaveState(state)
    yield { type: 'finished', runId }
  } finally {
    if (running !== null) endBroken(running, deps)
    lock.release()
    await desk?.shopLock.release()
  }
}

/** The run broke off: a fault, or nobody listens any more. Where not even that can be written, the next start does. */
function endBroken(runId: number, { journal, state, clock }: BatchDeps): void {
  try {
    journal.endRun(runId, 'interrupted', clock.nowMs())
    leaveState(state)
  } catch {
    // The fault that ended the run is on its way to the operator already; `recover` marks the run as interrupted.
  }
}

const stateAfter = (stop: StopReason | null): 'completed' | 'stopped' | 'interrupted' =>
  stop === null ? 'completed' : stop.type === 'interrupted' ? 'interrupted' : 'stopped'
