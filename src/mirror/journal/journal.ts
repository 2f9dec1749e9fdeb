// Keeps the journal: the requests before they are sent, their outcomes, and the users who sent them. Each change is
// one synced transaction.
import { type RunChoice, toBeFinished } from '../../domain/chosen.js'
import type { Order } from '../../domain/order.js'
import type { Reason, Refusal } from '../../domain/outcome.js'
import { amendable } from '../../domain/permit.js'
import {
  type Advanced,
  type AfterAcceptance,
  type AttemptRecord,
  type ChangeSincePlan,
  changeSincePlan,
  type NewRun,
  type OpenAttempt,
  type RunItem,
  type RunRecord,
  type RunState,
  type Settlement,
  type Step,
} from '../../domain/run.js'
import { planDiffers } from '../../errors.js'
import type { Clock, Journal } from '../../ports.js'
import type { Connection } from '../connection.js'
import type { MirrorLock } from '../lock.js'
import { orderOf } from '../order-rows.js'
import { type MirrorOrders, rowOf } from '../orders.js'
import { bookedPlan } from '../payments.js'
import type { MirrorPlans } from '../plans.js'
import { type Purge, purgeNames } from '../purge.js'
import { QUIETEN } from './attempt-rows.js'
import type { Attempts } from './attempts.js'
import { Runs } from './runs.js'
import type { Identity, Trail, TrailEntry, TrailHead } from './trail.js'
import { type MirrorCheck, verifyMirror } from './verify.js'

// Writes the changed total of an order, and withdraws it (docs/rules.md#amount-correction).
export type Amendment =
  | { readonly type: 'amended'; readonly before: Order; readonly after: Order }
  | { readonly type: 'refused'; readonly order: Order; readonly refusal: Refusal }
  | { readonly type: 'unknown-order' }

/**
 * Reads the order again and registers its new total in whole yen; null withdraws the amendment. Call it inside a
 * transaction.
 */
export function amendOrder(
  connection: Connection,
  trail: Trail,
  orderId: string,
  totalYen: number | null,
  atMs: number,
): Amendment {
  const before = orderAt(connection, orderId)
  if (before === null) return { type: 'unknown-order' }
  const refusal = amendable(before)
  if (refusal !== null) return { type: 'refused', order: before, refusal }
  const shopYen = before.amendedFromYen ?? before.totalYen
  const total = totalYen ?? shopYen
  const amended = total === shopYen ? null : shopYen
  connection.run(
    `UPDATE orders SET total_yen = ?, amended_from_yen = ?,
       touched = iif(? IS NULL, EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = orders.order_id), 1)
     WHERE order_id = ?`,
    total,
    amended,
    amended,
    orderId,
  )
  const { paymentId } = before
  trail.append('amended', { orderId, paymentId, amountYen: total, detail: `${before.totalYen} -> ${total}` }, atMs)
  return { type: 'amended', before, after: orderAt(connection, orderId) ?? before }
}

function orderAt(connection: Connection, orderId: string): Order | null {
  const row = rowOf(connection, orderId)
  return row === null ? null : orderOf(row)
}

export interface JournalParts {
  readonly connection: Connection
  readonly orders: MirrorOrders
  readonly lock: MirrorLock
  readonly clock: Clock
  readonly identity: Identity
  readonly environment: string
  readonly trail: Trail
  readonly attempts: Attempts
  readonly plans: MirrorPlans
}

/**
 * Every method that changes a run or an attempt throws unless the lock is held; `lock-lost` when another program
 * holds it by now.
 */
export class MirrorJournal implements Journal {
  readonly #connection: Connection
  readonly #lock: MirrorLock
  readonly #clock: Clock
  readonly #trail: Trail
  readonly #runs: Runs
  readonly #attempts: Attempts
  readonly #plans: MirrorPlans
  /** The attempts whose intents this program wrote. */
  readonly #prepared = new Set<number>()

  constructor({ connection, orders, lock, clock, identity, environment, trail, attempts, plans }: JournalParts) {
    this.#connection = connection
    this.#lock = lock
    this.#clock = clock
    this.#trail = trail
    this.#runs = new Runs(connection, orders, environment, identity)
    this.#attempts = attempts
    this.#plans = plans
  }

  beginRun(run: NewRun): number {
    return this.#lock.asOwner(() => {
      const { approval, startedMs } = run
      const runId = this.#runs.insert(run)
      const plan = bookedPlan(this.#connection, runId)
      this.#trail.append('run-started', { runId, detail: run.asked.operation }, startedMs, plan)
      if (approval !== undefined) {
        this.#plans.use(approval, runId, startedMs)
        this.#assertAsApproved(run)
      }
      return runId
    })
  }

  /** @throws AppError plan-differs for orders that have changed since the operator confirmed the plan */
  #assertAsApproved({ steps, startedMs }: NewRun): void {
    const changed = steps.flatMap((step) => {
      const field = this.#objectionTo(step, startedMs, false)
      return field === null ? [] : [{ orderId: step.orderId, field, approved: '', now: '' }]
    })
    if (changed.length > 0) throw planDiffers(changed)
  }

  /** @throws AppError lock-lost, after the end is written, when another program has taken the lock since */
  endRun(runId: number, state: Exclude<RunState, 'running'>, atMs: number, unattended = false): void {
    const own = this.#lock.asRecorder((still) => {
      const ended = this.#runs.end(runId, state, atMs) === 1
      if (ended && unattended) this.#connection.run(QUIETEN, runId)
      if (ended) this.#trail.append('run-ended', { runId, outcome: state }, atMs)
      // The new holder of the lock may have found the run left behind and ended it.
      else if (still) throw new Error(`run ${runId} is not running`)
      return still
    })
    if (!own) throw this.#lock.lost()
  }

  advance(runId: number, settled: Settlement | null, next: Step | null, atMs: number): Advanced {
    return this.#lock.asRecorder((own) => {
      if (!own && next !== null) throw this.#lock.lost()
      const place = settled === null ? null : this.#attempts.placeOf(settled.attemptId)
      // An attempt that closes the previous one on the same order.
      const closes = next !== null && place?.orderId === next.orderId
      const held = closes ? this.#objectionTo(next, atMs, true) : null
      // The previous attempt stays open, because no request that would close it is sent.
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
    const mayArriveLate = this.#attempts.hasTimedOut(step.orderId)
    const attemptId = this.#attempts.prepare(runId, step, atMs)
    this.#prepared.add(attemptId)
    return { type: 'prepared', attemptId, mayArriveLate }
  }

  #refuseChanged(runId: number, step: Step, difference: ChangeSincePlan, atMs: number): Advanced {
    const reason = difference === 'on-hold' ? difference : 'changed'
    this.#refuse(runId, step.position, reason, reason === 'changed' ? difference : null, atMs)
    return { type: 'changed', reason }
  }

  /**
   * Reads the order again, inside the transaction, and returns the reason that stops the request, or null.
   * @param closes the request closes an open attempt of its own, which is then no objection to it
   */
  #objectionTo(step: Step, atMs: number, closes: boolean): ChangeSincePlan | null {
    const row = rowOf(this.#connection, step.orderId)
    if (row === null || !closes) return changeSincePlan(row === null ? null : orderOf(row), step, atMs)
    const notProcessed =
      step.notProcessedMs === null ? null : { operation: step.asked.operation, atMs: step.notProcessedMs }
    const order = { ...toBeFinished(orderOf(row), step), openAttempt: false, notProcessed }
    return changeSincePlan(order, step, atMs)
  }

  refuse(runId: number, position: number, reason: Reason, about: string | null): void {
    this.#lock.asOwner(() => this.#refuse(runId, position, reason, about, this.#clock.nowMs()))
  }

  #refuse(runId: number, position: number, reason: Reason, about: string | null, atMs: number): void {
    const orderId = this.#runs.refuse(runId, position, reason, about)
    this.#trail.append('refused', { runId, orderId, outcome: 'refused', code: reason, detail: about }, atMs)
  }

  settle(settlement: Settlement): void {
    this.#lock.asRecorder((own) => this.#settle(settlement, own))
  }

  /**
   * Settles this program's own requests even when the lock is lost; another program's requests belong to the holder.
   */
  #settle(settlement: Settlement, own: boolean): void {
    const { attemptId, atMs } = settlement
    if (!own && !this.#prepared.has(attemptId)) throw this.#lock.lost()
    if (own || this.#attempts.isOpen(attemptId)) this.#attempts.settle(settlement)
    // The other program has settled it already, so the answer to this program is stored beside that settlement.
    else this.#trail.append('answer-kept', this.#attempts.factsOf(settlement), atMs)
  }

  noteAfter(attemptId: number, after: AfterAcceptance): void {
    this.#lock.asRecorder((own) => {
      if (!own && !this.#prepared.has(attemptId)) throw this.#lock.lost()
      this.#attempts.noteAfter(attemptId, after)
    })
  }

  recover(atMs: number, putBack = false): OpenAttempt[] {
    return this.#lock.asOwner(() => {
      for (const { id: runId } of this.#runs.running().reverse()) {
        if (putBack) this.#attempts.supposeSent(runId, atMs)
        this.#runs.end(runId, 'interrupted', atMs)
        this.#trail.append('run-ended', { runId, outcome: 'interrupted' }, atMs)
      }
      return this.#attempts.recover(atMs)
    })
  }

  openAttempts = (orderIds?: readonly string[]): OpenAttempt[] => this.#attempts.hasNoOutcome('open', orderIds)

  unasked = (orderIds?: readonly string[]) => this.#attempts.unasked(orderIds)

  assertHeld = (): void => this.#lock.asOwner(() => undefined)

  stepOf = (attemptId: number): Step | null => this.#attempts.stepOf(attemptId)

  /** Registers another total for the order, in whole yen; null withdraws the amendment. */
  amend(orderId: string, totalYen: number | null, atMs: number): Amendment {
    return this.#lock.asOwner(() => amendOrder(this.#connection, this.#trail, orderId, totalYen, atMs))
  }

  /** Removes customers' names. */
  purge(before: string, atMs: number): Purge {
    return this.#lock.asOwner(() => purgeNames(this.#connection, this.#trail, before, atMs))
  }

  /** Returns every attempt on the order, the oldest first. */
  attempts(orderId: string): AttemptRecord[] {
    return this.#attempts.ofOrder(orderId)
  }

  run(runId: number): RunRecord | null {
    return this.#runs.get(runId)
  }

  paceMs(): number | null {
    return this.#runs.paceMs()
  }

  /** Returns the newest runs first. */
  runs(limit: number): RunRecord[] {
    return this.#runs.latest(limit)
  }

  /** Returns the results that an operator must acknowledge and has not, the oldest first. */
  unacknowledged(): RunRecord[] {
    return this.#runs.unacknowledged(false)
  }

  /** Returns the results that need no acknowledgement and were not shown yet, the oldest first. */
  quietRuns(): RunRecord[] {
    return this.#runs.unacknowledged(true)
  }

  /**
   * Records that the operator has checked the result. False for a run that is unknown, in progress or acknowledged
   * already.
   */
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

  /** Returns how the run chose its orders; null for an unknown run. */
  choiceOf = (runId: number): RunChoice | null => this.#runs.choiceOf(runId)

  lastEntryMs(): number | null {
    return this.#trail.lastEntryMs()
  }

  /** Returns the audit trail, of one order or of everything. */
  entries(orderId?: string): TrailEntry[] {
    return this.#trail.entries(orderId)
  }

  head(): TrailHead | null {
    return this.#trail.head()
  }

  /**
   * @param outside this machine's record of the newest entry from before the mirror was opened; null when it has no
   * record
   */
  verify(outside: TrailHead | null): MirrorCheck {
    return verifyMirror(this.#connection, this.#trail, outside)
  }
}
