// What the shop's own rows say is wrong: read by every pull, shown, and where money may have moved twice kept for a person.
import type { AttentionCause } from '../domain/difference.js'
import { asciiErrorText, errorTextOf, holdsByError, type ShopReading } from '../domain/shop.js'
import { maskCardNumbers } from './card-number.js'
import type { Connection } from './connection.js'
import { rowOf } from './orders.js'

/** Call it inside the transaction that takes the reading, after that. A text for which the order was once kept keeps it no more. */
export function noteShopError(
  connection: Connection,
  { row: { orderId }, asRead, errorText }: Extract<ShopReading, { type: 'order' }>,
): void {
  const text = maskCardNumbers(errorText ?? '')
  connection.run('UPDATE shop_rows SET error_text = :text WHERE order_id = :orderId AND error_text IS NOT :text', {
    text,
    orderId,
  })
  if (!holdsByError(asRead.kind, text) || isOurs(connection, orderId, text)) return
  const order = rowOf(connection, orderId)
  // What it waits for already comes first; the next pull looks again.
  if (order === null || order.attention === 1 || order.open_attempt === 1) return
  const held = 'UPDATE shop_rows SET held_error = :text WHERE order_id = :orderId AND held_error IS NOT :text'
  if (connection.run(held, { text, orderId }).changes === 0) return
  const cause: AttentionCause = 'shop-error'
  connection.run('UPDATE orders SET attention = 1, attention_cause = ? WHERE order_id = ?', cause, orderId)
}

/** Whether this tool has written it: the words of a request that Paygent refused. */
const isOurs = (connection: Connection, orderId: string, text: string): boolean =>
  connection
    .all<{ code: string | null; detail: string | null }>(
      `SELECT code, detail FROM attempts WHERE order_id = ? AND state = 'rejected'`,
      orderId,
    )
    .some((attempt) => [errorTextOf(attempt), asciiErrorText(errorTextOf(attempt))].includes(text))

/** How many orders the shop shows an error for. */
export const countShopErrors = (connection: Connection): number =>
  connection.get<{ n: number }>(`SELECT count(*) AS n FROM shop_rows WHERE error_text <> '' AND gone_ms IS NULL`)?.n ??
  0
