// The changed total of an order, and the way back to the shop's: page 1.2, step 2.
import type { Order } from '../domain/order.js'
import type { Refusal } from '../domain/outcome.js'
import { amendable } from '../domain/permit.js'
import type { Connection } from './connection.js'
import { orderOf } from './order-rows.js'
import { rowOf } from './orders.js'
import type { Trail } from './trail.js'

export type Amendment =
  | { readonly type: 'amended'; readonly before: Order; readonly after: Order }
  | { readonly type: 'refused'; readonly order: Order; readonly refusal: Refusal }
  | { readonly type: 'unknown-order' }

/**
 * Inside a transaction: reads the order again and registers its new total in whole yen; null takes the amendment back.
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
