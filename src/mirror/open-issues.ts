// Reads the items that wait in the mirror beside open attempts, and writes the results of `reconcile` and `settle`
// about them.
import type { AttentionCause, AuditCounts, Booking, Conflict } from '../domain/difference.js'
import { type Carrier, type MoneyTelegram, type PaymentFact, isOfAnotherMethod } from '../domain/order.js'
import { makesNewPayment } from '../domain/outcome.js'
import type { OpenAttempt, PaymentRecord } from '../domain/run.js'
import type { OpenIssues } from '../ports.js'
import { maskCardNumbers } from '../text/card-number.js'
import type { Connection } from './connection.js'
import { endConflict } from './intake/conflicts.js'
import type { Attempts } from './journal/attempts.js'
import type { Trail } from './journal/trail.js'
import type { MirrorLock } from './lock.js'
import { samePayment } from './order-rows.js'
import { type MirrorOrders, rowOf } from './orders.js'
import { applyFact, enterPayment, namePayment, succeedPayment } from './payments.js'

export interface MirrorIssuesParts {
  readonly connection: Connection
  readonly orders: MirrorOrders
  readonly lock: MirrorLock
  readonly trail: Trail
  readonly attempts: Attempts
}

export class MirrorIssues implements OpenIssues {
  constructor(private readonly parts: MirrorIssuesParts) {}

  conflicts(orderIds?: readonly string[]): Conflict[] {
    return this.parts.orders.conflicts(orderIds)
  }

  timedOut(sinceMs: number): string[] {
    return this.parts.connection
      .all<{ order_id: string }>(
        `SELECT order_id FROM attempts WHERE state = 'not-processed' AND settled_ms >= ? GROUP BY order_id ORDER BY min(id)`,
        sinceMs,
      )
      .map((row) => row.order_id)
  }

  timedOutCorrections(sinceMs: number): ReadonlySet<string> {
    const rows = this.parts.connection.all<{ order_id: string; telegram: MoneyTelegram; carrier: Carrier | null }>(
      `SELECT a.order_id, i.telegram, i.carrier FROM attempts a JOIN run_items i USING (run_id, position)
       WHERE a.state = 'not-processed' AND a.settled_ms >= ? AND i.telegram IN ('029', '103')`,
      sinceMs,
    )
    return new Set(
      rows.filter(({ telegram, carrier }) => makesNewPayment(telegram, carrier)).map((row) => row.order_id),
    )
  }

  /** A payment without a recorded change counts from when it was first seen or last reported. */
  changedSince(sinceMs: number): ReadonlySet<string> {
    const rows = this.parts.connection.all<{ order_id: string }>(
      `SELECT o.order_id FROM orders o JOIN payments p ON p.id = o.payment
       WHERE coalesce(p.changed_ms, max(p.first_seen_ms, coalesce(unixepoch(p.held_amount_at) * 1000, 0))) >= :sinceMs
       UNION SELECT order_id FROM attempts WHERE max(prepared_ms, coalesce(settled_ms, 0)) >= :sinceMs`,
      { sinceMs },
    )
    return new Set(rows.map((row) => row.order_id))
  }

  forAPerson(): { orderId: string; cause: AttentionCause | null }[] {
    return this.parts.connection
      .all<{ order_id: string; attention_cause: AttentionCause | null }>(
        'SELECT order_id, attention_cause FROM orders WHERE attention = 1 ORDER BY order_number',
      )
      .map((row) => ({ orderId: row.order_id, cause: row.attention_cause }))
  }

  attentionAttempts(orderIds?: readonly string[]): OpenAttempt[] {
    return this.parts.attempts.hasNoOutcome('attention', orderIds)
  }

  payments(orderId: string): PaymentRecord[] {
    return this.parts.orders.payments(orderId)
  }

  paymentsBefore(attemptId: number): string[] {
    return this.parts.connection
      .all<{ payment_id: string }>(
        `SELECT p.payment_id FROM attempts a JOIN payments p USING (order_id)
         WHERE a.id = ? AND p.payment_id IS NOT NULL AND (p.first_seen_ms <= a.prepared_ms OR EXISTS (
           SELECT 1 FROM attempts b WHERE b.order_id = a.order_id AND b.id <> a.id
             AND ${samePayment('b.new_payment_id', 'p.payment_id')}))`,
        attemptId,
      )
      .map((row) => row.payment_id)
  }

  take(booking: Booking): void {
    this.parts.lock.asOwner(() => {
      const { attempts, trail } = this.parts
      const { orderId, settles, event, detail, atMs } = booking
      if (settles !== null) attempts.settle(settles.settlement, settles.from)
      this.#takeFacts(booking)
      const facts = detail === null ? null : maskCardNumbers(detail)
      const words = { orderId, ...this.#standing(orderId), outcome: outcomeOf(booking), detail: facts }
      trail.appendWithOrder(event, words, atMs)
    })
  }

  audited({ asked, notAsked, differences }: AuditCounts, atMs: number): void {
    const rest = notAsked === 0 ? '' : `, ${notAsked} not asked about`
    const detail = `${asked} orders, ${differences} differences${rest}`
    this.parts.lock.asOwner(() => this.parts.trail.append('audited', { detail }, atMs))
  }

  #takeFacts({ orderId, facts, currentPaymentId, endsConflict, attention, atMs }: Booking): void {
    const { connection, orders } = this.parts
    for (const fact of facts) applyFact(connection, this.#paymentOf(orderId, fact, atMs), fact, atMs)
    if (currentPaymentId !== null && rowOf(connection, orderId)?.payment_id !== currentPaymentId) {
      const { tradingId } = facts.find(({ paymentId }) => paymentId === currentPaymentId) ?? { tradingId: '' }
      succeedPayment(
        connection,
        orderId,
        enterPayment(connection, { orderId, paymentId: currentPaymentId, tradingId }, atMs),
        atMs,
      )
      takeKindOf(connection, orderId, currentPaymentId)
    }
    if (endsConflict !== false) {
      const byHand = endsConflict === 'by-a-person'
      endConflict(connection, { orderId, facts, byHand, statuses: orders.statuses })
    }
    if (attention === null) return
    connection.run(
      'UPDATE orders SET attention = ?, attention_cause = ? WHERE order_id = ?',
      attention === 'over' ? 0 : 1,
      attention === 'over' ? null : attention,
      orderId,
    )
  }

  /**
   * Returns the row id of the payment. An order known by its trading id alone gets the payment from now on, unless it is
   * of another method.
   */
  #paymentOf(orderId: string, fact: PaymentFact, atMs: number): number {
    const { connection } = this.parts
    const { paymentId, tradingId } = fact
    const row = rowOf(connection, orderId)
    const isUnnamed = row !== null && row.payment_id === null && row.trading_id === tradingId
    if (isUnnamed && !isOfAnotherMethod(row, fact)) return namePayment(connection, row, paymentId, atMs)
    return enterPayment(connection, { orderId, paymentId, tradingId }, atMs)
  }

  /** Returns the order's current payment, for the trail. */
  #standing(orderId: string): { paymentId: string | null; amountYen: number | null; code: string | null } {
    const row = rowOf(this.parts.connection, orderId)
    if (row === null) throw new Error(`no order ${orderId} to book news of`)
    return { paymentId: row.payment_id, amountYen: row.held_amount_yen, code: row.status }
  }
}

/** The last request counts for one payment: the order has the last accepted one of its new payment, or none. */
function takeKindOf(connection: Connection, orderId: string, paymentId: string): void {
  const last = connection.get<{ telegram: MoneyTelegram }>(
    `SELECT i.telegram FROM attempts a JOIN run_items i USING (run_id, position)
     WHERE a.order_id = ? AND a.state = 'accepted' AND ${samePayment('coalesce(a.new_payment_id, i.payment_id)', '?')}
     ORDER BY a.id DESC LIMIT 1`,
    orderId,
    paymentId,
  )
  const byUs = last === undefined ? 0 : 1
  connection.run('UPDATE orders SET kind = ?, kind_by_us = ? WHERE order_id = ?', last?.telegram ?? '', byUs, orderId)
}

const outcomeOf = ({ attention, settles }: Booking): string | null =>
  attention === null || attention === 'over' ? (settles?.settlement.outcome ?? null) : 'attention'
