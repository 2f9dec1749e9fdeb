// Stores the attempts: each is written before anything is sent, and settled exactly once.
import { AHEAD_MS, isAhead } from '../../domain/age.js'
import type { StatusSetting } from '../../domain/order-status.js'
import { type PaymentFact, plainPaymentId } from '../../domain/order.js'
import { asksAfter } from '../../domain/outcome.js'
import type {
  AfterAcceptance,
  AttemptRecord,
  NotMoved,
  OpenAttempt,
  Settlement,
  Step,
  UnaskedAttempt,
} from '../../domain/run.js'
import type { Clock } from '../../ports.js'
import { maskCardNumbers } from '../../text/card-number.js'
import type { Connection } from '../connection.js'
import { applyEffect, applyFact, applyPassingFact, enterPayment, forgetFact } from '../payments.js'
import {
  aboutAttempt,
  type AttemptRow,
  factsOf,
  openAttemptOf,
  attemptRecordOf,
  SELECT_ATTEMPTS,
  SELECT_IN,
  SELECT_STEP,
  SELECT_UNASKED,
  STATES,
  stepOfRow,
  type StepRow,
} from './attempt-rows.js'
import type { Trail, TrailFacts } from './trail.js'
import { randomUUID } from 'node:crypto'

/** No "not moved" was stored, or it was stored by a clock that was far ahead; that counts as never. */
const NOT_MOVED_YET = '(not_moved_wall_ms IS NULL OR not_moved_wall_ms > :aheadMs)'

/** Orders of a run that are neither refused nor tried, and that no other attempt holds. */
const SELECT_UNTRIED = `
SELECT position, order_id FROM run_items i WHERE run_id = ? AND reason IS NULL
  AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.run_id = i.run_id AND a.position = i.position)
  AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = i.order_id AND a.state IN (${STATES.open}))
ORDER BY position`

const INSERT_UNKNOWN = `
INSERT INTO attempts (run_id, position, try_number, order_id, state, first_outcome, prepared_ms)
VALUES (?, ?, 1, ?, 'unknown', 'unknown', ?)`

export class Attempts {
  /** Identifies this process's monotonic clock, because the values of another process's clock have no meaning here. */
  #knownClockId: string | null = null
  readonly #firstSeenMs = new Map<number, number>()

  constructor(
    private readonly connection: Connection,
    private readonly trail: Trail,
    private readonly clock: Clock,
    private readonly statuses: StatusSetting = [],
  ) {}

  get #clockId(): string {
    return (this.#knownClockId ??= randomUUID())
  }

  /** Writes the intent of one request. Call it inside the transaction after which the request may be sent. */
  prepare(runId: number, step: Step, atMs: number): number {
    const { position, orderId, paymentId, telegram, amountYen } = step
    const { id: attemptId } = this.connection.run(
      `INSERT INTO attempts (run_id, position, try_number, order_id, state, prepared_ms, sent_again)
       SELECT ?, ?, 1 + count(*), ?, 'prepared', ?, (SELECT state <> 'running' FROM runs WHERE id = ?)
       FROM attempts WHERE run_id = ? AND position = ?`,
      runId,
      position,
      orderId,
      atMs,
      runId,
      runId,
      position,
    )
    this.connection.run('UPDATE orders SET touched = 1 WHERE order_id = ?', orderId)
    this.trail.append('prepared', { runId, attemptId, orderId, paymentId, telegram, amountYen }, atMs)
    return attemptId
  }

  /**
   * Stores the outcome of an open attempt, then its effect on the order, then the facts that Paygent reported.
   * @param from `attention` for an attempt that waited for an operator and that Paygent or the operator has resolved
   * since
   * @throws Error when the attempt is not in that state, because a caller that settles it twice is wrong about the
   * money
   */
  settle(settlement: Settlement, from: 'open' | 'attention' = 'open'): void {
    const attempt = this.#rowIn(from, settlement.attemptId)
    this.#book(settlement, from, asksAfter(attempt))
    const { order_id: orderId, payment_id: planned, trading_id: tradingId } = attempt
    const about = { orderId, paymentId: plainPaymentId(planned), tradingId }
    const { effect, learnt, newPaymentId, outcome, atMs } = settlement
    if (effect !== null) applyEffect(this.connection, about, effect, atMs)
    if (newPaymentId !== null) enterPayment(this.connection, { ...about, paymentId: newPaymentId }, atMs)
    for (const fact of learnt) this.#learn(orderId, fact, effect !== null, atMs)
    if (outcome === 'attention') this.connection.run('UPDATE orders SET attention = 1 WHERE order_id = ?', orderId)
    const event = from === 'open' ? 'settled' : 'resolved'
    const changes = effect !== null || newPaymentId !== null || learnt.length > 0 || outcome === 'attention'
    if (changes) this.trail.appendWithOrder(event, factsOf(attempt, settlement), atMs)
    else this.trail.append(event, factsOf(attempt, settlement), atMs)
  }

  /**
   * Stores Paygent's facts about the payments of an accepted request. If Paygent reported none, the status and the
   * amount count as not reported, and a caller that needs them must ask.
   */
  noteAfter(attemptId: number, { fact, replaced = null, outcome, asksAgain = false, atMs }: AfterAcceptance): void {
    const row = this.#rowIn('accepted', attemptId)
    const { order_id: orderId, payment_id: planned, trading_id: tradingId } = row
    const paymentId = plainPaymentId(row.new_payment_id ?? planned)
    const payment = enterPayment(this.connection, { orderId, paymentId, tradingId }, atMs)
    this.connection.run('UPDATE attempts SET after_due = ? WHERE id = ?', asksAgain ? 1 : 0, attemptId)
    if (fact === null) forgetFact(this.connection, payment)
    else applyFact(this.connection, payment, fact, atMs)
    if (replaced !== null) this.#learn(orderId, replaced, false, atMs)
    if (outcome === 'attention') {
      this.connection.run(`UPDATE attempts SET state = 'attention' WHERE id = ?`, attemptId)
      this.connection.run('UPDATE orders SET attention = 1 WHERE order_id = ?', orderId)
    }
    const facts = [fact, replaced].filter((one) => one !== null)
    const told = facts.map((one) => `payment ${one.paymentId}: ${one.status} ${one.amountYen}`)
    const detail = told.length === 0 ? 'not told' : told.join(', ')
    this.trail.appendWithOrder('asked-after', { ...aboutAttempt(row), outcome, detail }, atMs)
  }

  /** Returns the accepted requests without an inquiry afterwards, of these orders or of all, the oldest first. */
  unasked(orderIds?: readonly string[]): UnaskedAttempt[] {
    const due = this.connection
      .all<Omit<UnaskedAttempt, 'inVain'> & { readonly inVain: number }>(SELECT_UNASKED)
      .map((row) => ({ ...row, inVain: row.inVain === 1 }))
    return orderIds === undefined ? due : due.filter(({ orderId }) => orderIds.includes(orderId))
  }

  /**
   * Handles a run that was in progress when this copy of the mirror was made. The run went on after the copy, so each
   * order that it had not reached may have been sent: it is unknown, and is settled like any attempt with an unknown
   * outcome. Call it inside a transaction, before the run is ended.
   */
  supposeSent(runId: number, atMs: number): void {
    const untried = this.connection.all<{ position: number; order_id: string }>(SELECT_UNTRIED, runId)
    for (const { position, order_id: orderId } of untried) {
      const { id } = this.connection.run(INSERT_UNKNOWN, runId, position, orderId, atMs)
      this.connection.run('UPDATE orders SET touched = 1 WHERE order_id = ?', orderId)
      const about = aboutAttempt(this.#rowIn('open', id))
      this.trail.append('prepared', { ...about, detail: 'supposed: the mirror was put back' }, atMs)
      this.trail.append('recovered', { ...about, outcome: 'unknown' }, atMs)
    }
  }

  /** Sets attempts that a dead process left behind to unknown, and returns them. */
  recover(atMs: number): OpenAttempt[] {
    const left = this.connection.all<AttemptRow>(`${SELECT_ATTEMPTS} WHERE a.state = 'prepared' ORDER BY a.id`)
    for (const row of left) {
      this.connection.run(
        `UPDATE attempts SET state = 'unknown', first_outcome = coalesce(first_outcome, 'unknown') WHERE id = ?`,
        row.id,
      )
      this.trail.append('recovered', { ...aboutAttempt(row), outcome: 'unknown' }, atMs)
    }
    return left.map((row) => this.#openAttempt({ ...row, state: 'unknown' }))
  }

  /** Returns the attempts that are open, or that wait for an operator; of these orders or of all, the oldest first. */
  hasNoOutcome(which: 'open' | 'attention', orderIds?: readonly string[]): OpenAttempt[] {
    const waiting = `${SELECT_ATTEMPTS} JOIN orders o ON o.order_id = a.order_id
      WHERE a.state IN (${STATES[which]}) AND (a.state <> 'attention' OR o.attention = 1)`
    const rows =
      orderIds === undefined
        ? this.connection.all<AttemptRow>(`${waiting} ORDER BY a.id`)
        : this.connection.all<AttemptRow>(
            `${waiting} AND a.order_id IN (SELECT value FROM json_each(?)) ORDER BY a.id`,
            JSON.stringify(orderIds),
          )
    return rows.map((row) => this.#openAttempt(row))
  }

  /** Whether a request on the order was ever reported as not processed; such a request may still arrive. */
  hasTimedOut(orderId: string): boolean {
    const found = this.connection.get(
      `SELECT 1 FROM attempts WHERE order_id = ? AND state = 'not-processed' LIMIT 1`,
      orderId,
    )
    return found !== undefined
  }

  /** Returns the request of an attempt as its plan had it. No plan holds the customer's name. */
  stepOf(attemptId: number): Step | null {
    const row = this.connection.get<StepRow>(SELECT_STEP, attemptId)
    return row ? stepOfRow(row, this.statuses) : null
  }

  /** Returns every attempt on the order, the oldest first. */
  ofOrder(orderId: string): AttemptRecord[] {
    return this.connection
      .all<AttemptRow>(`${SELECT_ATTEMPTS} WHERE a.order_id = ? ORDER BY a.id`, orderId)
      .map(attemptRecordOf)
  }

  /** Returns the attempt's run and its order. */
  placeOf(attemptId: number): { readonly runId: number; readonly orderId: string } | null {
    const sql = 'SELECT run_id AS runId, order_id AS orderId FROM attempts WHERE id = ?'
    return this.connection.get<{ runId: number; orderId: string }>(sql, attemptId) ?? null
  }

  isOpen(attemptId: number): boolean {
    return this.connection.get(SELECT_IN.open, attemptId) !== undefined
  }

  /** Returns the facts of a settlement for the audit trail. */
  factsOf(settlement: Settlement): TrailFacts {
    const row = this.connection.get<AttemptRow>(`${SELECT_ATTEMPTS} WHERE a.id = ?`, settlement.attemptId)
    if (!row) throw new Error(`there is no attempt ${settlement.attemptId}`)
    return factsOf(row, settlement)
  }

  #rowIn(which: keyof typeof SELECT_IN, attemptId: number): AttemptRow {
    const row = this.connection.get<AttemptRow>(SELECT_IN[which], attemptId)
    if (!row) throw new Error(`attempt ${attemptId} is not ${which}`)
    return row
  }

  /**
   * An attempt that stays unknown keeps its code and its first "not moved"; a settled one keeps only the data of its
   * settlement.
   */
  #book(settlement: Settlement, from: 'open' | 'attention', asks: boolean): void {
    const { attemptId, outcome, code, detail, newPaymentId, notMoved, learnt, neverLeft, answered, atMs } = settlement
    const stays = outcome === 'unknown' ? 1 : 0
    const { changes } = this.connection.run(
      `UPDATE attempts SET state = :outcome, first_outcome = coalesce(first_outcome, :outcome),
         code = iif(:stays, coalesce(:code, code), :code), detail = iif(:stays, coalesce(:detail, detail), :detail),
         new_payment_id = coalesce(:newPaymentId, new_payment_id),
         not_moved_clock = iif(${NOT_MOVED_YET} AND :wallMs IS NOT NULL, :clock, not_moved_clock),
         not_moved_monotonic_ms = iif(${NOT_MOVED_YET}, :monotonicMs, not_moved_monotonic_ms),
         not_moved_wall_ms = iif(${NOT_MOVED_YET}, :wallMs, not_moved_wall_ms),
         settled_ms = iif(:stays, NULL, :atMs), answered_ms = iif(:answered, :atMs, answered_ms), after_due = :afterDue, never_left = max(never_left, :neverLeft)
       WHERE id = :attemptId AND state IN (${STATES[from]})`,
      {
        attemptId,
        outcome,
        stays,
        neverLeft: neverLeft ? 1 : 0,
        answered: answered ? 1 : 0,
        afterDue: asks && outcome === 'accepted' && learnt.length === 0 ? 1 : 0,
        code,
        detail: detail === null ? null : maskCardNumbers(detail),
        newPaymentId,
        wallMs: notMoved?.wallMs ?? null,
        monotonicMs: notMoved?.monotonicMs ?? null,
        clock: this.#clockId,
        atMs,
        aheadMs: atMs + AHEAD_MS,
      },
    )
    if (changes !== 1) throw new Error(`settling attempt ${attemptId} changed ${changes} rows`)
  }

  /** The effect of the request decides about the payment that it left the order with. */
  #learn(orderId: string, fact: PaymentFact, moved: boolean, atMs: number): void {
    const payment = enterPayment(this.connection, { orderId, ...fact }, atMs)
    const current = this.connection.get<{ payment: number }>('SELECT payment FROM orders WHERE order_id = ?', orderId)
    if (moved && current?.payment === payment) applyPassingFact(this.connection, payment, fact)
    else applyFact(this.connection, payment, fact, atMs)
  }

  #openAttempt(row: AttemptRow): OpenAttempt {
    return openAttemptOf(row, this.#notMoved(row), this.#preparedMs(row))
  }

  /**
   * Returns when the attempt was prepared. A time in the future was written by a clock that was wrong, so it counts
   * from when it is first seen.
   */
  #preparedMs({ id, prepared_ms: preparedMs }: AttemptRow): number {
    if (!isAhead(preparedMs, this.clock.nowMs())) return preparedMs
    const seenMs = this.#firstSeenMs.get(id) ?? this.clock.nowMs()
    this.#firstSeenMs.set(id, seenMs)
    return seenMs
  }

  /** After a restart only the wall clock counts: the monotonic time is calculated back from the wall clock. */
  #notMoved(row: AttemptRow): NotMoved | null {
    const { not_moved_wall_ms: wallMs, not_moved_monotonic_ms: monotonicMs } = row
    if (wallMs === null || isAhead(wallMs, this.clock.nowMs())) return null
    if (monotonicMs !== null && row.not_moved_clock === this.#clockId) return { wallMs, monotonicMs }
    return { wallMs, monotonicMs: this.clock.monotonicMs() - (this.clock.nowMs() - wallMs) }
  }
}
