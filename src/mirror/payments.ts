// Stores Paygent's facts about a payment, and the effect of an accepted request on it:
// docs/rules.md#amount-correction and docs/rules.md#accepted-requests.
import { japanIso } from '../clock.js'
import type { PaymentFact } from '../domain/order.js'
import type { OrderEffect } from '../domain/outcome.js'
import type { PaymentRecord } from '../domain/run.js'
import type { Connection } from './connection.js'
import { createHash } from 'node:crypto'

interface PaymentRow {
  readonly id: number
  readonly payment_id: string | null
  readonly trading_id: string
  readonly status: string | null
  readonly status_origin: 'shop' | 'paygent'
  readonly held_amount_yen: number | null
  readonly held_amount_at: string | null
  readonly current: number
  readonly superseded_by_id: string | null
}

/** Returns all payments of an order, the oldest first. */
export function paymentsOf(connection: Connection, orderId: string): PaymentRecord[] {
  const rows = connection.all<PaymentRow>(
    `SELECT p.*, p.id = o.payment AS current, s.payment_id AS superseded_by_id
     FROM payments p JOIN orders o USING (order_id) LEFT JOIN payments s ON s.id = p.superseded_by
     WHERE p.order_id = ? ORDER BY p.id`,
    orderId,
  )
  return rows.map((row) => ({
    paymentId: row.payment_id,
    tradingId: row.trading_id,
    status: row.status,
    statusOrigin: row.status_origin,
    heldAmountYen: row.held_amount_yen,
    heldAmountAt: row.held_amount_at,
    current: row.current === 1,
    supersededBy: row.superseded_by_id,
  }))
}

export interface NewPayment {
  readonly orderId: string
  readonly paymentId: string | null
  readonly tradingId: string
}

/** Returns the row id of a payment of this order, which is added if it is new. The order keeps its current payment. */
export function enterPayment(
  connection: Connection,
  { orderId, paymentId, tradingId }: NewPayment,
  nowMs: number,
): number {
  const known = connection.get<{ id: number }>(
    'SELECT id FROM payments WHERE order_id = ? AND payment_id IS ?',
    orderId,
    paymentId,
  )
  if (known) return known.id
  return connection.run(
    'INSERT INTO payments (order_id, payment_id, trading_id, first_seen_ms) VALUES (?, ?, ?, ?)',
    orderId,
    paymentId,
    tradingId,
    nowMs,
  ).id
}

/** Adds the id to a payment that was known by its trading id; the row stays, with all its data. */
export function namePayment(
  connection: Connection,
  { order_id: orderId, payment }: { readonly order_id: string; readonly payment: number },
  paymentId: string,
  atMs: number,
): number {
  const known = connection.get<{ id: number }>(
    'SELECT id FROM payments WHERE order_id = ? AND payment_id = ?',
    orderId,
    paymentId,
  )
  if (known) {
    connection.run('UPDATE orders SET payment = ? WHERE order_id = ?', known.id, orderId)
    connection.run('UPDATE payments SET changed_ms = ? WHERE id = ?', atMs, known.id)
    return known.id
  }
  connection.run(
    'UPDATE payments SET payment_id = ?, changed_ms = ?, entry = NULL WHERE id = ?',
    paymentId,
    atMs,
    payment,
  )
  return payment
}

/** Makes another payment the order's own; the previous one is kept and points to its successor. */
export function succeedPayment(connection: Connection, orderId: string, payment: number, atMs: number): void {
  connection.run(
    'UPDATE payments SET superseded_by = ? WHERE id = (SELECT payment FROM orders WHERE order_id = ?) AND id <> ?',
    payment,
    orderId,
    payment,
  )
  connection.run('UPDATE payments SET superseded_by = NULL, changed_ms = ? WHERE id = ?', atMs, payment)
  connection.run('UPDATE orders SET payment = ? WHERE order_id = ?', payment, orderId)
}

/** Writes the effect of an accepted request: docs/rules.md#accepted-requests, row by row in the effect. */
export function applyEffect(connection: Connection, about: NewPayment, effect: OrderEffect, atMs: number): void {
  const { orderId } = about
  const own = enterPayment(connection, about, atMs)
  const { newPaymentId } = effect
  const payment = newPaymentId === null ? own : enterPayment(connection, { ...about, paymentId: newPaymentId }, atMs)
  if (payment !== own) {
    succeedPayment(connection, orderId, payment, atMs)
    const sql = `UPDATE payments SET status = ?, status_origin = 'paygent', entry = NULL WHERE id = ?`
    connection.run(sql, effect.released === true ? '32' : '60', own)
  }
  connection.run('UPDATE orders SET kind = ?, kind_by_us = 1 WHERE order_id = ?', effect.kind, orderId)
  connection.run(
    `UPDATE payments SET status = ?, status_origin = 'paygent', status_payment_id = NULL, entry = NULL WHERE id = ?`,
    effect.status,
    payment,
  )
  if (effect.heldAmountYen !== null) setHeldAmount(connection, payment, effect.heldAmountYen, atMs)
}

/**
 * Stores Paygent's facts about one payment; the reported status then replaces the assumed one. Until then the status
 * may have been derived from the last request, so a status that was not reported before counts as changed.
 */
export function applyFact(connection: Connection, payment: number, fact: PaymentFact, atMs: number): void {
  connection.run(
    `UPDATE payments SET status = :status, status_origin = 'paygent', status_payment_id = NULL, entry = NULL,
       changed_ms = iif(status IS :status AND status_origin = 'paygent' AND status_payment_id IS NULL
         AND held_amount_yen IS :amountYen, changed_ms, :atMs)
     WHERE id = :payment`,
    { status: fact.status, amountYen: fact.amountYen, atMs, payment },
  )
  setHeldAmount(connection, payment, fact.amountYen, fact.askedMs ?? atMs)
  applyPassingFact(connection, payment, fact)
}

/** Paygent was asked about a payment that has moved, and reported nothing. */
export function forgetFact(connection: Connection, payment: number): void {
  connection.run(
    `UPDATE payments SET status = NULL, status_origin = 'paygent', status_payment_id = NULL, held_amount_yen = NULL,
       held_amount_at = NULL, entry = NULL WHERE id = ?`,
    payment,
  )
}

/**
 * Stores the part of a fact that no request changes: when the payment was authorised, sold and cancelled, with which
 * carrier, and its trading id when none was given and the order's own number was assumed.
 */
export function applyPassingFact(connection: Connection, payment: number, fact: PaymentFact): void {
  connection.run(
    `UPDATE payments SET authorized_at = coalesce(?, authorized_at), sold_at = coalesce(?, sold_at),
       cancelled_at = coalesce(?, cancelled_at) WHERE id = ?`,
    fact.authorizedAt,
    fact.soldAt ?? null,
    fact.cancelledAt ?? null,
    payment,
  )
  connection.run(
    `UPDATE payments SET trading_id = coalesce(nullif(?, ''), trading_id)
     WHERE id = ? AND payment_id = ? AND trading_id = order_id`,
    fact.tradingId,
    payment,
    fact.paymentId,
  )
  if (fact.carrier === null) return
  connection.run(
    `UPDATE orders SET carrier = ? WHERE carrier IS NULL AND method = 'carrier' AND payment = ?`,
    fact.carrier,
    payment,
  )
}

function setHeldAmount(connection: Connection, payment: number, amountYen: number, atMs: number): void {
  connection.run(
    'UPDATE payments SET held_amount_yen = ?, held_amount_at = ?, entry = NULL WHERE id = ?',
    amountYen,
    japanIso(atMs),
    payment,
  )
}

// Defines the additional data in entries of the audit trail, with which the tables can be checked against it.
/** An order right after an entry; JSON restores all of it unchanged. */
export interface BookedOrder {
  readonly kind: string
  readonly paymentId: string | null
  readonly attention: number
  readonly totalYen: number
  /** All payments that the order has or had. */
  readonly payments: readonly BookedPayment[]
}

/** Payment id, status, held amount. */
export type BookedPayment = readonly [string | null, string | null, number | null]

/** The plan of a run, in the entry of its start. */
export interface BookedPlan {
  readonly plan: string
}

/**
 * Whether an order waits for an operator, 0 or 1. Two causes have no entry and hold the order back all the same: an
 * inquiry finds that Paygent has several payments for it, or a pull finds an error in the shop's row.
 */
export const WAITS = `iif(o.attention_cause IN ('several-payments', 'shop-error'), 0, o.attention)`

export function bookedOrder(connection: Connection, orderId: string): BookedOrder {
  const row = connection.get<Omit<BookedOrder, 'payments'>>(
    `SELECT o.kind, p.payment_id AS paymentId, ${WAITS} AS attention, o.total_yen AS totalYen
     FROM orders o JOIN payments p ON p.id = o.payment WHERE o.order_id = ?`,
    orderId,
  )
  if (row === undefined) throw new Error(`no order ${orderId} to carry into the trail`)
  const payments = connection.all<{ payment_id: string | null; status: string | null; held_amount_yen: number | null }>(
    'SELECT payment_id, status, held_amount_yen FROM payments WHERE order_id = ? ORDER BY id',
    orderId,
  )
  return { ...row, payments: payments.map((each) => [each.payment_id, each.status, each.held_amount_yen]) }
}

/** The columns of a plan that never change, and the refusal that an item may get later. */
const SELECT_ITEMS = `
SELECT order_id, position, request, telegram, method, carrier, payment_id, trading_id, kind, planned_status, held_amount_yen,
  total_yen, amount_yen, resend, reason, about
FROM run_items WHERE run_id = ? ORDER BY position`

type ItemColumns = Readonly<Record<string, string | number | null>>

/** @param refusedSince orders whose refusal came after the plan */
export function bookedPlan(connection: Connection, runId: number, refusedSince?: ReadonlySet<string>): BookedPlan {
  const hash = createHash('sha256')
  for (const item of connection.all<ItemColumns>(SELECT_ITEMS, runId)) {
    const later = refusedSince?.has(String(item['order_id'])) ?? false
    const values = later ? { ...item, reason: null, about: null } : item
    hash.update(`${JSON.stringify(Object.values(values))}\n`)
  }
  return { plan: hash.digest('hex') }
}

/** When Paygent last said something about a payment, ISO Japan time; null when it never did. */
export const askedAt = (connection: Connection): string | null =>
  connection.get<{ at: string | null }>('SELECT max(held_amount_at) AS at FROM payments')?.at ?? null
