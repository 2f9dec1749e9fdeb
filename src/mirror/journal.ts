// The journal: what is about to be sent, what became of it, and who did it. One synced transaction each. Page 5.1.
import { toBeFinished } from '../domain/chosen.js'
import type { Reason } from '../domain/outcome.js'
import type {
  Advanced,
  AfterAcceptance,
  AttemptRecord,
  NewRun,
  OpenAttempt,
  RunItem,
  RunRecord,
  RunState,
  Settlement,
  Step,
} from '../domain/run.js'
import type { Clock, Journal } from '../ports.js'
import { type Amendment, amendOrder } from './amend.js'
import { QUIETEN } from './attempt-rows.js'
import type { Attempts } from './attempts.js'
import { bookedPlan } from './booked.js'
import type { Connection } from './connection.js'
import type { MirrorLock } from './lock.js'
import { orderOf } from './order-rows.js'
import { type MirrorOrders, rowOf } from './orders.js'
import { type Purge, purgeNames } from './purge.js'
import { supposeSent } from './put-back.js'
import { differenceOf } from './recheck.js'
import { Runs } from './runs.js'
import type { Identity, TrailEntry, TrailHead } from './trail-entry.js'
import type { Trail } from './trail.js'
import { type BooksCheck, verifyBooks } from './verify.js'

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

/** Whatever changes a run or an attempt throws unless the lock is held; `lock-lost` where it is another's by now. */
export class MirrorJournal implements Journal {
  readonly #connection: Connection
  readonly #lock: MirrorLock
  readonly #clock: Clock
  readonly #trail: Trail
  readonly #runs: Runs
  readonly #attempts: Attempts
  /** Attempts whose intents this program wrote. */
  readonly #prepared = new Set<number>()

  constructor({ connection, orders, lock, clock, identity, environment, trail, attempts }: JournalParts) {
    this.#connection = connection
    this.#lock = lock
    this.#clock = clock
    this.#trail = trail
    this.#runs = new Runs(connection, orders, environment, identity)
    this.#attempts = attempts
  }

  beginRun(run: NewRun): number {
    return this.#lock.asHolder(() => {
      const runId = this.#runs.insert(run)
      const plan = bookedPlan(this.#connection, runId)
      this.#trail.append('run-started', { runId, detail: run.asked.operation }, run.startedMs, plan)
      return runId
    })
  }

  /** @throws AppError lock-lost, after the end is written, where another program has taken the lock since */
  endRun(runId: number, state: Exclude<RunState, 'running'>, atMs: number, unattended = false): void {
    const own = this.#lock.asSettler((still) => {
      const ended = this.#runs.end(runId, state, atMs) === 1
      if (ended && unattended) this.#connection.run(QUIETEN, runId)
      if (ended) this.#trail.append('run-ended', { runId, outcome: state }, atMs)
      // The other one may have found it left behind.
      else if (still) throw new Error(`run ${runId} is not running`)
      return still
    })
    if (!own) throw this.#lock.lost()
  }

  advance(runId: number, settled: Settlement | null, next: Step | null, atMs: number): Advanced {
    return this.#lock.asSettler((own) => {
      if (!own && next !== null) throw this.#lock.lost()
      const place = settled === null ? null : this.#attempts.placeOf(settled.attemptId)
      // A try that closes the one before it on the same order.
      const closes = next !== null && place?.orderId === next.orderId
      const held = closes ? this.#objectionTo(next, atMs, true) : null
      // The try before stays open: nothing that would close it goes out.
      if (closes && held !== null) return this.#refuseChanged(runId, next, held, atMs)
      if (settled !== null) {
        const of = place?.runId ?? null
        if (of !== runId) throw new Error(`attempt ${settled.attemptId} belongs to run ${of}, not ${runId}`)
        this.#settle(settled, own)
      }
      return next === null ? { type: 'none' } : this.#prepare(runId, next, closes, atMs)
    })
  }

  #prepare(runId: number, step: Step, closes: boolean, atMs: number): Advanced {
    this.#runs.assertPlanned(runId, step)
    const held = this.#objectionTo(step, atMs, closes)
    if (held !== null) return this.#refuseChanged(runId, step, held, atMs)
    const everSettledByTime = this.#attempts.everSettledByTime(step.orderId)
    const attemptId = this.#attempts.prepare(runId, step, atMs)
    this.#prepared.add(attemptId)
    return { type: 'prepared', attemptId, everSettledByTime }
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
    this.#lock.asHolder(() => this.#refuse(runId, position, reason, about, this.#clock.nowMs()))
  }

  #refuse(runId: number, position: number, reason: Reason, about: string | null, atMs: number): void {
    const orderId = this.#runs.refuse(runId, position, reason, about)
    this.#trail.append('refused', { runId, orderId, outcome: 'refused', code: reason, detail: about }, atMs)
  }

  settle(settlement: Settlement): void {
    this.#lock.asSettler((own) => this.#settle(settlement, own))
  }

  /** What this program sent it settles also when the lock is lost; what another sent is the holder's. */
  #settle(settlement: Settlement, own: boolean): void {
    const { attemptId, atMs } = settlement
    if (!own && !this.#prepared.has(attemptId)) throw this.#lock.lost()
    if (own || this.#attempts.isOpen(attemptId)) this.#attempts.settle(settlement)
    // The other one has settled it already: what we were answered is kept beside it.
    else this.#trail.append('answer-kept', this.#attempts.factsOf(settlement), atMs)
  }

  noteAfter(attemptId: number, after: AfterAcceptance): void {
    this.#lock.asSettler((own) => {
      if (!own && !this.#prepared.has(attemptId)) throw this.#lock.lost()
      this.#attempts.noteAfter(attemptId, after)
    })
  }

  recover(atMs: number, putBack = false): OpenAttempt[] {
    return this.#lock.asHolder(() => {
      for (const { id: runId } of this.#runs.running().reverse()) {
        if (putBack) supposeSent(this.#connection, this.#trail, runId, atMs)
        this.#runs.end(runId, 'interrupted', atMs)
        this.#trail.append('run-ended', { runId, outcome: 'interrupted' }, atMs)
      }
      return this.#attempts.recover(atMs)
    })
  }

  openAttempts = (orderIds?: readonly string[]): OpenAttempt[] => this.#attempts.unsettled('open', orderIds)

  unasked = (orderIds?: readonly string[]) => this.#attempts.unasked(orderIds)

  assertHeld = (): void => this.#lock.asHolder(() => undefined)

  stepOf = (attemptId: number): Step | null => this.#attempts.stepOf(attemptId)

  /** Registers another total for the order, whole yen; null takes the amendment back. Page 1.2, step 2. */
  amend(orderId: string, totalYen: number | null, atMs: number): Amendment {
    return this.#lock.asHolder(() => amendOrder(this.#connection, this.#trail, orderId, totalYen, atMs))
  }

  /** Removes customers' names: page 5.4. */
  purge(before: string, atMs: number): Purge {
    return this.#lock.asHolder(() => purgeNames(this.#connection, this.#trail, before, atMs))
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

  /** Results that somebody has to look at and nobody has, the oldest first: page 1.3. */
  unacknowledged(): RunRecord[] {
    return this.#runs.unacknowledged(false)
  }

  /** Results that nobody has to look at, and that nobody was shown yet; the oldest first. */
  quietRuns(): RunRecord[] {
    return this.#runs.unacknowledged(true)
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

  /** @param outside what this machine recorded of the head before the mirror was opened; null where it has no record */
  verify(outside: TrailHead | null): BooksCheck {
    return verifyBooks(this.#connection, this.#trail, outside)
  }
}
