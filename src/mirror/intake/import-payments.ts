// Applies an import to an order's payment: the existing payment, or a new one because the customer paid again.
import type { ImportRow } from '../../domain/shop.js'
import type { Connection } from '../connection.js'
import { succeedPayment } from '../payments.js'
import { paymentDifferences, type StoredOrder } from './differences.js'

/**
 * Inserts a payment and returns its row id. Call this and all of the following inside a transaction.
 * @param group of a new order, so that no trigger has to write it into a row that was just made; null for a payment
 * that is not its order's yet
 */
export function insertPayment(
  connection: Connection,
  row: ImportRow,
  tradingId: string,
  nowMs: number,
  group: string | null = null,
): number {
  return connection.run(
    `INSERT INTO payments (order_id, payment_id, trading_id, status, listed_status, listed_amount_yen, first_seen_ms,
       order_group)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    row.orderId,
    row.paymentId,
    tradingId,
    row.status,
    row.status,
    row.listedAmountYen ?? null,
    nowMs,
    group,
  ).id
}

/** Only for an order that the tool has not touched. */
export function updatePayment(connection: Connection, row: ImportRow, stored: StoredOrder, nowMs: number): void {
  const { orderId, method, totalYen } = row
  const carrier = method === 'credit' ? null : (row.carrier ?? stored.carrier)
  connection.run(
    'UPDATE orders SET method = ?, carrier = ?, total_yen = ? WHERE order_id = ?',
    method,
    carrier,
    totalYen,
    orderId,
  )
  const earlier = paymentNamed(connection, row)
  const isEarlier = earlier !== null && earlier !== stored.payment
  if (isEarlier || isNewPayment(row, stored)) replacePayment(connection, { ...row, carrier }, stored, earlier, nowMs)
  else updateSamePayment(connection, row, stored, nowMs)
  if (row.paymentId !== null) endNaming(connection, orderId)
}

/** The shop has named the order's payment, so the operator no longer has to. */
function endNaming(connection: Connection, orderId: string): void {
  connection.run(
    `UPDATE orders SET attention = 0, attention_cause = NULL
     WHERE order_id = ? AND attention_cause = 'several-payments'`,
    orderId,
  )
}

/** Returns the order's payment of that id, whether current or earlier. */
function paymentNamed(connection: Connection, { orderId, paymentId }: ImportRow): number | null {
  const sql = 'SELECT id FROM payments WHERE order_id = ? AND payment_id = ?'
  return connection.get<{ id: number }>(sql, orderId, paymentId)?.id ?? null
}

/** A new payment id means that the customer paid again; without an id, a new trading id means it. */
function isNewPayment({ paymentId, tradingId }: ImportRow, stored: StoredOrder): boolean {
  if (paymentId !== null && stored.payment_id !== null) return paymentId !== stored.payment_id
  return paymentId === null && tradingId !== undefined && tradingId !== stored.trading_id
}

/** Kind, status and held amount start anew with the shop's current values. */
function replacePayment(
  connection: Connection,
  row: ImportRow,
  stored: StoredOrder,
  earlier: number | null,
  nowMs: number,
): void {
  const { orderId, carrier, status } = row
  const kind = row.kind ?? ''
  const statusUnmoved = status !== null && (status === stored.listed_status || status === stored.status)
  // The shop's module writes the new id of docomo's correction at once, and the status only with the next notice.
  const ofOldPayment = kind === '103' && carrier === 'docomo' && statusUnmoved ? stored.payment_id : null
  const payment = earlier ?? insertPayment(connection, row, row.tradingId ?? stored.trading_id, nowMs)
  connection.run(
    `UPDATE payments SET trading_id = coalesce(?, trading_id), status = ?, listed_status = ?, status_origin = 'shop',
       status_payment_id = ?, held_amount_yen = NULL, held_amount_at = NULL, authorized_at = NULL, entry = NULL WHERE id = ?`,
    row.tradingId ?? null,
    status,
    status,
    ofOldPayment,
    payment,
  )
  succeedPayment(connection, orderId, payment, nowMs)
  connection.run('UPDATE orders SET kind = ?, kind_by_us = 0 WHERE order_id = ?', kind, orderId)
}

/** Paygent's data stays as long as the shop has learnt nothing new about the payment itself. */
function updateSamePayment(connection: Connection, row: ImportRow, stored: StoredOrder, nowMs: number): void {
  connection.run(
    `UPDATE payments SET payment_id = coalesce(?, payment_id), trading_id = coalesce(?, trading_id),
       listed_status = coalesce(?, listed_status), entry = iif(? AND payment_id IS NULL, NULL, entry) WHERE id = ?`,
    row.paymentId,
    row.tradingId ?? null,
    row.status,
    row.paymentId === null ? 0 : 1,
    stored.payment,
  )
  const news = paymentDifferences(row, stored).map(({ field }) => field)
  if (news.length > 0) connection.run('UPDATE payments SET changed_ms = ? WHERE id = ?', nowMs, stored.payment)
  if (news.includes('kind')) {
    connection.run('UPDATE orders SET kind = ?, kind_by_us = 0 WHERE order_id = ?', row.kind, row.orderId)
    // A correction or a changed authorisation changes the amount, and the shop does not state the new one.
    connection.run(
      'UPDATE payments SET held_amount_yen = NULL, held_amount_at = NULL, entry = NULL WHERE id = ?',
      stored.payment,
    )
  }
  if (!news.includes('kind') && !news.includes('payment_status')) return
  connection.run(
    `UPDATE payments SET status = coalesce(?, status), status_origin = 'shop', status_payment_id = NULL, entry = NULL
     WHERE id = ?`,
    row.status,
    stored.payment,
  )
}
