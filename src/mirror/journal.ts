// The journal: what is about to be sent, what became of it, and who did it. One synced transaction each. Page 5.1.
import { toBeFinished } from '../domain/chosen.js'
import type { Reason } from '../domain/permission.js'
import type {
  Advanced,
  AfterAcceptance,
  NewRun,
  OpenAttempt,
  RunItem,
  RunRecord,
  RunState,
  Settlement,
  Step,
} from '../domain/run.js'
import type { Clock, Journal } from '../ports.js'
import type { AttemptRecord } from '../domain/history.js'
import { amendOrder, type Amendment } from './amend.js'
import type { Attempts } from './attempts.js'
import type { Connection } from './connection.js'
import type { MirrorLock } from './lock.js'
import { orderOf } from './order-rows.js'
import { purgeNames, type Purge } from './purge.js'
import { rowOf, type MirrorOrders } from './orders.js'
import { differenceOf } from './recheck.js'
import { Runs } from './runs.js'
import type { Identity, Trail, TrailCheck, TrailEntry, TrailHead } from './trail.js'

export interface JournalParts {
  readonly connection: Connection
  readonly orders: MirrorOrders
  readonly lock: MirrorLock
  readonly clock: Clock
  readonly identity: Identity
  readonly environment: string
  readonly trail: Trail
  readonly attempts: Attempts
}

/** Whatever changes a run or an attempt throws unless the lock is held: page 5.1.4. */
export class MirrorJournal implements Journal {
  readonly #connection: Connection
  readonly #lock: MirrorLock
  readonly #clock: Clock
  readonly #trail: Trail
  readonly #runs: Runs
  readonly #attempts: Attempts

  constructor({ connection, orders, lock, clock, identity, environment, trail, attempts }: JournalParts) {
    this.#connection = connection
    this.#lock = lock
    this.#clock = clock
    this.#trail = trail
    this.#runs = new Runs(connection, orders, environment, identity)
    this.#attempts = attempts
  }

  beginRun(run: NewRun): number {
    return this.#asHolder(() => {
      const runId = this.#runs.insert(run)
      this.#trail.append('run-started', { runId, detail: run.asked.operation }, run.startedMs)
      return runId
    })
  }

  endRun(runId: number, state: Exclude<RunState, 'running'>, atMs: number): void {
    this.#asHolder(() => {
      if (this.#runs.end(runId, state, atMs) !== 1) throw new Error(`run ${runId} is not running`)
      this.#trail.append('run-ended', { runId, outcome: state }, atMs)
    })
  }

  advance(runId: number, settled: Settlement | null, next: Step | null, atMs: number): Advanced {
    return this.#asHolder(() => {
      const place = settled === null ? null : this.#attempts.placeOf(settled.attemptId)
      // A try that closes the one before it on the same order.
      const closes = next !== null && place?.orderId === next.orderId
      const held = closes ? this.#objectionTo(next, atMs, true) : null
      // The try before stays open: nothing that would close it goes out.
      if (closes && held !== null) return this.#refuseChanged(runId, next, held, atMs)
      if (settled !== null) {
        const own = place?.runId ?? null
        if (own !== runId) throw new Error(`attempt ${settled.attemptId} belongs to run ${own}, not ${runId}`)
        this.#attempts.settle(settled)
      }
      return next === null ? { type: 'none' } : this.#prepare(runId, next, closes, atMs)
    })
  }

  #prepare(runId: number, step: Step, closes: boolean, atMs: number): Advanced {
    this.#runs.assertPlanned(runId, step)
    const held = this.#objectionTo(step, atMs, closes)
    if (held !== null) return this.#refuseChanged(runId, step, held, atMs)
    const everSettledByTime = this.#attempts.everSettledByTime(step.orderId)
    return { type: 'prepared', attemptId: this.#attempts.prepare(runId, step, atMs), everSettledByTime }
  }

  #refuseChanged(runId: number, step: Step, difference: string, atMs: number): Advanced {
    this.#refuse(runId, step.position, 'changed', difference, atMs)
    return { type: 'changed' }
  }

  /**
   * Reads the order again, inside the transaction: what keeps the request from going out, or null.
   * @param closes the request closes an open try of its own, which then does not count against it
   */
  #objectionTo(step: Step, atMs: number, closes: boolean): string | null {
    const row = rowOf(this.#connection, step.orderId)
    if (row === null || !closes) return differenceOf(row === null ? null : orderOf(row), step, atMs)
    const notProcessed =
      step.notProcessedMs === null ? null : { operation: step.asked.operation, atMs: step.notProcessedMs }
    const order = { ...toBeFinished(orderOf(row), step), openAttempt: false, notProcessed }
    return differenceOf(order, step, atMs)
  }

  refuse(runId: number, position: number, reason: Reason, about: string | null): void {
    this.#asHolder(() => this.#refuse(runId, position, reason, about, this.#clock.nowMs()))
  }

  #refuse(runId: number, position: number, reason: Reason, about: string | null, atMs: number): void {
    const orderId = this.#runs.refuse(runId, position, reason, about)
    this.#trail.append('refused', { runId, orderId, outcome: 'refused', code: reason, detail: about }, atMs)
  }

  settle(settlement: Settlement): void {
    this.#asHolder(() => this.#attempts.settle(settlement))
  }

  noteAfter(attemptId: number, after: AfterAcceptance): void {
    this.#asHolder(() => this.#attempts.noteAfter(attemptId, after))
  }

  recover(atMs: number): OpenAttempt[] {
    return this.#asHolder(() => {
      for (const { id: runId } of this.#runs.running().reverse()) {
        this.#runs.end(runId, 'interrupted', atMs)
        this.#trail.append('run-ended', { runId, outcome: 'interrupted' }, atMs)
      }
      return this.#attempts.recover(atMs)
    })
  }

  openAttempts(orderIds?: readonly string[]): OpenAttempt[] {
    return this.#attempts.unsettled('open', orderIds)
  }

  stepOf(attemptId: number): Step | null {
    return this.#attempts.stepOf(attemptId)
  }

  /** Registers another total for the order, whole yen; null takes the amendment back. Page 1.2, step 2. */
  amend(orderId: string, totalYen: number | null, atMs: number): Amendment {
    return this.#asHolder(() => amendOrder(this.#connection, this.#trail, orderId, totalYen, atMs))
  }

  /** Removes customers' names: page 5.4. */
  purge(before: string, atMs: number): Purge {
    return this.#asHolder(() => purgeNames(this.#connection, this.#trail, before, atMs))
  }

  /** Every attempt on the order, the oldest first. */
  attempts(orderId: string): AttemptRecord[] {
    return this.#attempts.ofOrder(orderId)
  }

  run(runId: number): RunRecord | null {
    return this.#runs.get(runId)
  }

  paceMs(): number | null {
    return this.#runs.paceMs()
  }

  /** The newest first. */
  runs(limit: number): RunRecord[] {
    return this.#runs.latest(limit)
  }

  /** Results that nobody has looked at yet, the oldest first: page 1.3. */
  unacknowledged(): RunRecord[] {
    return this.#runs.unacknowledged()
  }

  /** "I have looked at it." False for a run that is unknown, under way or looked at already. */
  acknowledge(runId: number): boolean {
    const atMs = this.#clock.nowMs()
    return this.#connection.write(() => {
      if (this.#runs.acknowledge(runId, atMs) !== 1) return false
      this.#trail.append('acknowledged', { runId }, atMs)
      return true
    })
  }

  items(runId: number): RunItem[] {
    return this.#runs.items(runId)
  }

  lastEntryMs(): number | null {
    return this.#trail.lastEntryMs()
  }

  /** The audit trail, of one order or of everything. */
  entries(orderId?: string): TrailEntry[] {
    return this.#trail.entries(orderId)
  }

  head(): TrailHead | null {
    return this.#trail.head()
  }

  verify(): TrailCheck {
    return this.#trail.verify()
  }

  #asHolder<Result>(work: () => Result): Result {
    this.#lock.assertHeld()
    return this.#connection.write(work)
  }
}
