// Takes the shop's orders into the mirror: page 3.4. One transaction, all of them or none.
import { maskCardNumbers } from './card-number.js'
import type { Connection } from './connection.js'
import type { ParsedOrders } from './csv.js'
import type { ImportRow } from '../domain/import-row.js'
import { orderOfRow } from './csv-orders.js'
import {
  isStored,
  paymentDifferences,
  shopDifferences,
  touchedDifferences,
  type FieldDifference,
  type StoredOrder,
} from './import-differences.js'
import { searchForm } from './order-filter.js'
import { rowOf } from './orders.js'
import { succeedPayment } from './payments.js'

export interface ImportResult {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  readonly skippedOtherMethods: number
  /** Orders that the tool has touched and the source has otherwise; they were left as they are. */
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly FieldDifference[] }[]
}

export type Taken = 'added' | 'updated' | 'unchanged' | { readonly conflict: readonly FieldDifference[] }

export function importOrders(
  connection: Connection,
  { rows, skippedOtherMethods }: ParsedOrders,
  nowMs: number,
): ImportResult {
  return connection.write(() => {
    const counts = { added: 0, updated: 0, unchanged: 0 }
    const conflicts: ImportResult['conflicts'][number][] = []
    // One by one: a masked copy of a whole file would be held beside it.
    for (const row of rows) {
      const taken = takeRow(connection, masked(row), nowMs)
      if (typeof taken === 'string') counts[taken] += 1
      else conflicts.push({ orderId: row.orderId, differences: taken.conflict })
    }
    noteImport(connection, nowMs)
    return { ...counts, skippedOtherMethods, conflicts }
  })
}

/** Only in free text: an id that happens to pass Luhn is none. Page 5.4. */
export const masked = (row: ImportRow): ImportRow => ({
  ...row,
  ...(row.customerName !== undefined && { customerName: maskCardNumbers(row.customerName) }),
  ...(row.orderStatus !== undefined && { orderStatus: maskCardNumbers(row.orderStatus) }),
})

/** Inside a transaction: one order of the source. */
export function takeRow(connection: Connection, row: ImportRow, nowMs: number): Taken {
  const stored = storedOrder(connection, row.orderId)
  if (stored === null) {
    insertOrder(connection, row, nowMs)
    return 'added'
  }
  const ofShop = shopDifferences(row, stored)
  const touched = stored.touched === 1
  const ofPayment = touched ? touchedDifferences(row, stored) : paymentDifferences(row, stored)
  if (touched && ofPayment.length > 0) {
    const differences = [...ofPayment, ...ofShop]
    recordConflict(connection, row.orderId, differences, nowMs)
    return { conflict: differences }
  }
  if (ofShop.length + ofPayment.length === 0 && isStored(row, stored)) return 'unchanged'
  // What agrees now is no conflict any more.
  connection.run('DELETE FROM conflicts WHERE order_id = ?', row.orderId)
  if (!touched) updatePayment(connection, row, stored, nowMs)
  updateShopFacts(connection, row)
  return ofShop.length + ofPayment.length > 0 ? 'updated' : 'unchanged'
}

function storedOrder(connection: Connection, orderId: string): StoredOrder | null {
  const row = rowOf(connection, orderId)
  if (row === null) return null
  const listed = connection.get<{ listed_status: string | null }>(
    'SELECT listed_status FROM payments WHERE id = ?',
    row.payment,
  )
  return { ...row, listed_status: listed?.listed_status ?? null }
}

function insertOrder(connection: Connection, row: ImportRow, nowMs: number): void {
  const { orderId, orderedAt, customerName, method, carrier, totalYen, shippedAt, orderStatus, tradingId, kind } =
    orderOfRow(row, nowMs)
  const payment = insertPayment(connection, row, tradingId, nowMs)
  const who = [orderedAt, customerName, searchForm(customerName)]
  const values = [orderId, ...who, method, carrier, totalYen, shippedAt, orderStatus, kind, payment]
  connection.run(
    `INSERT INTO orders (order_id, ordered_at, customer_name, search_name, method, carrier, total_yen, shipped_at, order_status,
       kind, payment)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...values,
  )
}

function insertPayment(connection: Connection, row: ImportRow, tradingId: string, nowMs: number): number {
  return connection.run(
    `INSERT INTO payments (order_id, payment_id, trading_id, status, listed_status, listed_amount_yen, first_seen_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    row.orderId,
    row.paymentId,
    tradingId,
    row.status,
    row.status,
    row.listedAmountYen ?? null,
    nowMs,
  ).id
}

/** What the shop alone decides, and this tool never writes. A field that the source does not have stays as it is. */
export type ShopFacts = Pick<
  ImportRow,
  'orderId' | 'orderedAt' | 'customerName' | 'orderStatus' | 'shippedAt' | 'listedAmountYen'
>

/** Inside a transaction: takes the shop's word for its own facts. */
export function updateShopFacts(connection: Connection, row: ShopFacts): void {
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
      searchName: customerName === undefined ? null : searchForm(customerName),
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

function updatePayment(connection: Connection, row: ImportRow, stored: StoredOrder, nowMs: number): void {
  const { orderId, method, totalYen } = row
  const carrier = method === 'credit' ? null : (row.carrier ?? stored.carrier)
  connection.run(
    'UPDATE orders SET method = ?, carrier = ?, total_yen = ? WHERE order_id = ?',
    method,
    carrier,
    totalYen,
    orderId,
  )
  if (isNewPayment(row, stored)) replacePayment(connection, { ...row, carrier }, stored, nowMs)
  else updateSamePayment(connection, row, stored)
}

/** Another payment id, or another trading id while no id tells: the customer paid again. Page 1.7. */
function isNewPayment({ paymentId, tradingId }: ImportRow, stored: StoredOrder): boolean {
  if (paymentId !== null && stored.payment_id !== null) return paymentId !== stored.payment_id
  return paymentId === null && tradingId !== undefined && tradingId !== stored.trading_id
}

/** Kind, status and held amount begin anew with what the shop says now. */
function replacePayment(connection: Connection, row: ImportRow, stored: StoredOrder, nowMs: number): void {
  const { orderId, paymentId, carrier, status } = row
  const kind = row.kind ?? ''
  const statusUnmoved = status !== null && (status === stored.listed_status || status === stored.status)
  // The shop's module writes the new id of docomo's correction at once, and the status only with the next notice.
  const ofOldPayment = kind === '103' && carrier === 'docomo' && statusUnmoved ? stored.payment_id : null
  const earlier = connection.get<{ id: number }>(
    'SELECT id FROM payments WHERE order_id = ? AND payment_id = ?',
    orderId,
    paymentId,
  )
  const payment = earlier?.id ?? insertPayment(connection, row, row.tradingId ?? stored.trading_id, nowMs)
  connection.run(
    `UPDATE payments SET trading_id = coalesce(?, trading_id), status = ?, listed_status = ?, status_origin = 'shop',
       status_payment_id = ?, held_amount_yen = NULL, held_amount_at = NULL, authorized_at = NULL WHERE id = ?`,
    row.tradingId ?? null,
    status,
    status,
    ofOldPayment,
    payment,
  )
  succeedPayment(connection, orderId, payment)
  connection.run('UPDATE orders SET kind = ?, kind_by_us = 0 WHERE order_id = ?', kind, orderId)
}

/** What Paygent told stays, as long as the shop has learnt nothing new about the payment itself. */
function updateSamePayment(connection: Connection, row: ImportRow, stored: StoredOrder): void {
  connection.run(
    `UPDATE payments SET payment_id = coalesce(?, payment_id), trading_id = coalesce(?, trading_id),
       listed_status = coalesce(?, listed_status) WHERE id = ?`,
    row.paymentId,
    row.tradingId ?? null,
    row.status,
    stored.payment,
  )
  const news = paymentDifferences(row, stored).map(({ field }) => field)
  if (news.includes('kind')) {
    connection.run('UPDATE orders SET kind = ?, kind_by_us = 0 WHERE order_id = ?', row.kind, row.orderId)
    // A correction or a changed authorisation moves the amount, and the shop does not say to what.
    connection.run('UPDATE payments SET held_amount_yen = NULL, held_amount_at = NULL WHERE id = ?', stored.payment)
  }
  if (!news.includes('kind') && !news.includes('payment_status')) return
  connection.run(
    `UPDATE payments SET status = coalesce(?, status), status_origin = 'shop', status_payment_id = NULL WHERE id = ?`,
    row.status,
    stored.payment,
  )
}

export function recordConflict(
  connection: Connection,
  orderId: string,
  differences: readonly FieldDifference[],
  nowMs: number,
): void {
  const side = (which: 'mirror' | 'file'): string =>
    JSON.stringify(Object.fromEntries(differences.map((difference) => [difference.field, difference[which]])))
  connection.run(
    `INSERT INTO conflicts (order_id, ours, theirs, at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (order_id) DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs, at_ms = excluded.at_ms`,
    orderId,
    side('mirror'),
    side('file'),
    nowMs,
  )
}

/** Inside a transaction: the mirror knows the shop's orders as of now. */
export const noteImport = (connection: Connection, nowMs: number): void =>
  void connection.run(
    `INSERT INTO meta (name, value) VALUES ('imported_ms', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    String(nowMs),
  )

/** When orders were last imported, epoch milliseconds; null when they never were. */
export function importedMs(connection: Connection): number | null {
  const row = connection.get<{ value: string }>(`SELECT value FROM meta WHERE name = 'imported_ms'`)
  return row ? Number(row.value) : null
}
