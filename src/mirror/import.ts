// Takes the shop's orders into the mirror: page 3.4. One transaction, all of them or none.
import { maskCardNumbers } from './card-number.js'
import type { Connection } from './connection.js'
import type { ParsedOrders } from './csv.js'
import { searchForm } from '../domain/chosen.js'
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
import { indexingLater } from './index-later.js'
import { rowOf } from './orders.js'
import { insertPayment, updatePayment } from './import-payments.js'

export interface ImportResult {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  readonly skippedOtherMethods: number
  /** Orders that the tool has touched and the source has otherwise; they were left as they are. */
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly FieldDifference[] }[]
}

export type Taken = 'added' | 'updated' | 'unchanged' | { readonly conflict: readonly FieldDifference[] }

export function importOrders(connection: Connection, { rows, others }: ParsedOrders, nowMs: number): ImportResult {
  return connection.write(() => {
    const fills = rows.length >= MANY && connection.get('SELECT 1 FROM orders LIMIT 1') === undefined
    const taken = fills ? fill(connection, rows, nowMs) : takeRows(connection, rows, nowMs)
    noteImport(connection, nowMs)
    return { ...taken, skippedOtherMethods: others.length }
  })
}

type TakenRows = Omit<ImportResult, 'skippedOtherMethods'>

/** From here on it pays to make indexes anew: fewer rows are in them sooner. */
const MANY = 1_000

/** For a mirror without orders: there is nothing to compare with. */
function fill(connection: Connection, rows: readonly ImportRow[], nowMs: number): TakenRows {
  indexingLater(connection, () => {
    for (const row of rows) insertOrder(connection, masked(row), nowMs)
  })
  return { added: rows.length, updated: 0, unchanged: 0, conflicts: [] }
}

function takeRows(connection: Connection, rows: readonly ImportRow[], nowMs: number): TakenRows {
  const counts = { added: 0, updated: 0, unchanged: 0 }
  const conflicts: ImportResult['conflicts'][number][] = []
  // One by one: a masked copy of a whole file would be held beside it.
  for (const row of rows) {
    const taken = takeRow(connection, masked(row), nowMs)
    if (typeof taken === 'string') counts[taken] += 1
    else conflicts.push({ orderId: row.orderId, differences: taken.conflict })
  }
  return { ...counts, conflicts }
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
  const {
    orderId,
    orderedAt,
    customerName,
    method,
    carrier,
    totalYen,
    shippedAt,
    shippingTold,
    orderStatus,
    tradingId,
    kind,
  } = orderOfRow(row, nowMs)
  const payment = insertPayment(connection, row, tradingId, nowMs, `${carrier ?? method}${orderStatus}`)
  const searchName = searchForm(customerName)
  connection.run(
    `INSERT INTO orders (order_id, ordered_at, customer_name, search_name, method, carrier, total_yen, shipped_at, shipping_told,
       order_status, kind, payment)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    orderId,
    orderedAt,
    customerName,
    searchName,
    method,
    carrier,
    totalYen,
    shippedAt,
    shippingTold ? 1 : 0,
    orderStatus,
    kind,
    payment,
  )
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
       shipped_at = iif(:shipping, :shippedAt, shipped_at), shipping_told = :shipping
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
