// Writes a reading into the table of orders: a new order, and the facts that only the shop decides.
import { type ImportRow, orderOfRow } from '../../domain/shop.js'
import { maskCardNumbers } from '../../text/card-number.js'
import { comparedName } from '../../text/names.js'
import type { Connection } from '../connection.js'
import { insertPayment } from './import-payments.js'

/** Masks card numbers in free text only, because an id that happens to pass Luhn is no card number. */
export const masked = (row: ImportRow): ImportRow => ({
  ...row,
  ...(row.customerName !== undefined && { customerName: maskCardNumbers(row.customerName) }),
  ...(row.orderStatus !== undefined && { orderStatus: maskCardNumbers(row.orderStatus) }),
  ...(row.methodText !== undefined && { methodText: maskCardNumbers(row.methodText) }),
})

/** Call it inside a transaction. @param reading of a file, as it is remembered; null for the shop's database */
export function insertOrder(connection: Connection, row: ImportRow, reading: string | null, nowMs: number): void {
  const order = orderOfRow(row)
  const { orderId, orderedAt, customerName, method, carrier, totalYen, shippedAt, orderStatus, tradingId, kind } = order
  const payment = insertPayment(connection, row, tradingId, nowMs, `${carrier ?? method}${orderStatus}`)
  const searchName = comparedName(customerName)
  connection.run(
    `INSERT INTO orders (order_id, ordered_at, customer_name, search_name, method, carrier, total_yen, shipped_at, shipping_told,
       order_status, kind, payment, csv_reading)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    orderId,
    orderedAt,
    customerName,
    searchName,
    method,
    carrier,
    totalYen,
    shippedAt,
    order.shippingTold ? 1 : 0,
    orderStatus,
    kind,
    payment,
    reading,
  )
}

/**
 * Stores whether the source that was read last states at all if an order has been shipped. Call it inside a
 * transaction.
 */
export function updateShippingTold(connection: Connection, orderId: string, isGiven: boolean): void {
  connection.run('UPDATE orders SET shipping_told = ? WHERE order_id = ?', isGiven ? 1 : 0, orderId)
}

/**
 * The fields that only the shop decides and that this tool never writes. A field that the source does not have stays
 * unchanged.
 */
export type ShopFields = Pick<
  ImportRow,
  'orderId' | 'orderedAt' | 'customerName' | 'orderStatus' | 'shippedAt' | 'listedAmountYen'
>

/** Takes the shop's values for its own facts. Call it inside a transaction. */
export function updateShopFields(connection: Connection, row: ShopFields): void {
  const { orderId, orderedAt, customerName, orderStatus, shippedAt, listedAmountYen } = row
  connection.run(
    `UPDATE orders SET ordered_at = coalesce(:orderedAt, ordered_at),
       customer_name = iif(purged, '', coalesce(:customerName, customer_name)),
       search_name = iif(purged, '', coalesce(:searchName, search_name)), order_status = coalesce(:orderStatus, order_status),
       shipped_at = iif(:shipping, :shippedAt, shipped_at)
     WHERE order_id = :orderId`,
    {
      orderId,
      orderedAt: orderedAt ?? null,
      customerName: customerName ?? null,
      searchName: customerName === undefined ? null : comparedName(customerName),
      orderStatus: orderStatus ?? null,
      shippedAt: shippedAt ?? null,
      shipping: shippedAt === undefined ? 0 : 1,
    },
  )
  if (listedAmountYen === undefined) return
  connection.run(
    'UPDATE payments SET listed_amount_yen = ? WHERE id = (SELECT payment FROM orders WHERE order_id = ?)',
    listedAmountYen,
    orderId,
  )
}

/** The shop itself states the amended total now: taking the amendment back must not bring back the shop's old one. */
export function endAmendment(connection: Connection, orderId: string): void {
  connection.run('UPDATE orders SET amended_from_yen = NULL WHERE order_id = ?', orderId)
}
