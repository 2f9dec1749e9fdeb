// The first import of a large file delays the indexes until its rows are in; afterwards no trace of that is visible.
import type { Connection } from '../../src/mirror/connection.js'
import { openDatabase } from '../../src/mirror/database.js'
import { importOrders } from '../../src/mirror/intake/import.js'
import { NOON, row, STAMP, tempPath } from './mirrors.js'
import { expect, test } from 'vitest'

const parsed = (rows: ReturnType<typeof row>[]) => ({ rows, others: [] })
/** Statuses and names of several kinds, an id that two orders share, one that Paygent is still to tell. */
const COUNT = 1_000
const rows = Array.from({ length: COUNT }, (_, index) =>
  row({
    orderId: String(index + 2),
    tradingId: String(index + 2),
    customerName: ['佐藤 花子', '4111 1111 1111 1111', 'ＡＢＣ'][index % 3] ?? '',
    paymentId: index % 7 === 0 ? null : String(90_000 + (index % 800)),
    status: ['20', '21', '40', null][index % 4] ?? null,
    orderedAt: `2026-11-${String(1 + (index % 28)).padStart(2, '0')}T12:00:00+09:00`,
  }),
)

function connected(): Connection {
  return openDatabase(tempPath(), { mode: 'create', stamp: STAMP, nowMs: NOON })
}
const schemaOf = (connection: Connection) =>
  connection.all('SELECT type, name, sql FROM sqlite_master ORDER BY type, name')
const soundOf = (connection: Connection) => connection.db.pragma('integrity_check', { simple: true })
const ordersOf = (connection: Connection) =>
  connection.all(
    `SELECT o.*, p.payment_id, p.trading_id, p.status, p.listed_status, p.listed_amount_yen, p.order_group, s.payment_id AS shared
     FROM orders o JOIN payments p ON p.id = o.payment LEFT JOIN shared_payments s ON s.payment_id = p.payment_id
     WHERE o.order_id <> '1' ORDER BY o.order_number`,
  )
/** Which number a payment's row has says nothing. */
const withoutRowNumber = (orders: ReturnType<typeof ordersOf>) => orders.map((order) => ({ ...order, payment: null }))

test('the indexes come back as the schema has them, with every row in them', () => {
  const connection = connected()
  const before = schemaOf(connection)
  expect(importOrders(connection, parsed(rows), NOON)).toMatchObject({ added: COUNT, updated: 0, unchanged: 0 })
  expect(schemaOf(connection)).toEqual(before)
  expect(soundOf(connection)).toBe('ok')
  expect(importOrders(connection, parsed(rows), NOON)).toMatchObject({ added: 0, updated: 0, unchanged: COUNT })
  connection.close()
})

test('orders are the same as in a mirror that had one before', () => {
  const [first, later] = [connected(), connected()]
  importOrders(first, parsed(rows), NOON)
  importOrders(later, parsed([row({ orderId: '1', tradingId: '1', paymentId: '1' })]), NOON)
  importOrders(later, parsed(rows), NOON)
  const orders = withoutRowNumber(ordersOf(first))
  expect(orders).toHaveLength(COUNT)
  expect(orders).toEqual(withoutRowNumber(ordersOf(later)))
  first.close()
  later.close()
})

test('one that fails leaves the mirror and its indexes as they were', () => {
  const connection = connected()
  const before = schemaOf(connection)
  const impossible = row({ orderId: '9999', totalYen: -1 })
  expect(() => importOrders(connection, parsed([...rows, impossible]), NOON)).toThrow('CHECK constraint failed')
  expect(schemaOf(connection)).toEqual(before)
  expect(connection.all('SELECT 1 FROM orders UNION ALL SELECT 1 FROM payments')).toEqual([])
  expect(importOrders(connection, parsed(rows), NOON)).toMatchObject({ added: COUNT })
  connection.close()
})
