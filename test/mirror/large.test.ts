// Tests the reasons why a mirror of a million orders is as quick as one of a thousand: the plans of its queries, and no
// copy of it.
import { PROFILES } from '../../src/domain/carriers.js'
import type { OrderFilter } from '../../src/domain/chosen.js'
import { CARRIERS, KINDS, type Order } from '../../src/domain/order.js'
import { permit, type RuleContext, takenByAll } from '../../src/domain/permit.js'
import type { Connection } from '../../src/mirror/connection.js'
import { openDatabase } from '../../src/mirror/database.js'
import { importOrders } from '../../src/mirror/intake/import.js'
import { SELECT_ORDERS } from '../../src/mirror/order-rows.js'
import {
  filterCondition,
  countQuery,
  listQuery,
  MirrorOrders,
  ODD_ONES,
  otherGroups,
  soldGroups,
  sumQuery,
} from '../../src/mirror/orders.js'
import { STATUSES } from '../domain/expected-status.js'
import { NOON, open, row, STAMP, tempPath } from './mirrors.js'
import { chmodSync, readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'

const NOBODY = 65_534
const parsed = (rows: ReturnType<typeof row>[]) => ({ rows, others: [] })
const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    row({ orderId: String(index + 1), tradingId: String(index + 1), paymentId: String(90_000 + index) }),
  )

describe('the plans of the queries', () => {
  function connected(): Connection {
    const connection = openDatabase(tempPath(), { mode: 'create', stamp: STAMP, nowMs: NOON })
    importOrders(connection, parsed(many(500)), NOON)
    return connection
  }
  const planOf = (connection: Connection, sql: string, values: readonly unknown[]): string[] =>
    connection.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => detail)
  /** Reading a whole table: the word for it without an index. Lists of values given along are no table of ours. */
  const fullScans = (plan: readonly string[]): string[] =>
    plan.filter((step) => /^SCAN (?!json_each|value)/.test(step) && !/USING (COVERING )?INDEX/.test(step))

  const FILTERS: readonly [string, OrderFilter][] = [
    ['the first page', {}],
    ['a search', { search: '花子' }],
    ['days', { from: '2026-01-01', to: '2026-01-31' }],
    ['what may be sold', { sendable: 'sale' }],
    ['what may be cancelled', { sendable: 'cancel' }],
  ]
  test.each(FILTERS)('%s: no table is read as a whole', (_name, filter) => {
    const connection = connected()
    const { sql, values } = listQuery(filter, true)
    expect(fullScans(planOf(connection, sql, [...values, 50, 0]))).toEqual([])
    // Everything is added up only where it is little.
    const sums = Object.keys(filter).length > 0 ? [sumQuery(filter)] : []
    for (const { sql: added, values: given } of [countQuery(filter), ...sums])
      expect(fullScans(planOf(connection, added, given))).toEqual([])
    connection.close()
  })

  test('a search looks for names in the index alone', () => {
    const connection = connected()
    const { sql, values } = filterCondition({ search: '花子' })
    expect(planOf(connection, `SELECT count(*) FROM orders o WHERE ${sql}`, values)).toEqual([
      expect.stringContaining('USING COVERING INDEX orders_by_name'),
    ])
    connection.close()
  })

  test('few that a search has found are found again in that index', () => {
    const connection = connected()
    const { sql, values } = listQuery({ search: '花子' }, true, true)
    const plan = planOf(connection, sql, [...values, 50, 0])
    expect(fullScans(plan)).toEqual([])
    expect(plan.filter((step) => step.startsWith('SCAN'))).toEqual([expect.stringContaining('orders_by_name')])
    connection.close()
  })

  test('a search is made once where nothing is found, and not again for the sum of a page that holds it all', () => {
    const connection = connected()
    const made: string[] = []
    const asked = new Proxy(connection, {
      get: (target, name) =>
        name === 'all' || name === 'get'
          ? (sql: string, ...values: unknown[]) => (made.push(sql), target[name](sql, ...values))
          : Reflect.get(target, name, target).bind(target),
    })
    const found = (search: string, limit: number) => {
      made.length = 0
      const { total, totalYen } = new MirrorOrders(asked).page({ search }, { limit, offset: 0 })
      return [total, totalYen, made.length]
    }
    expect(found('花子', 50)).toEqual([0, 0, 1])
    expect(found('太郎', 500)).toEqual([500, 500 * 1733, 2])
    expect(found('太郎', 499)).toEqual([500, 500 * 1733, 3])
    connection.close()
  })

  test('orders that may be sold are found by their payments, not by a look at every order', () => {
    const connection = connected()
    const { sql, values } = listQuery({ sendable: 'sale' }, false)
    const plan = planOf(connection, sql, values)
    expect(
      plan.filter((step) => step.startsWith('SCAN') && !/json_each|payments|orders_without_carrier/.test(step)),
    ).toEqual([])
    expect(plan.join('\n')).toContain('payments_by_status')
    connection.close()
  })

  test.each([true, false])(
    'what is sold is summed up from one index alone, in its order; odd ones to leave out: %s',
    (anyOdd) => {
      const connection = connected()
      const plan = planOf(connection, soldGroups(anyOdd), [{ status: '44', odd: '[]' }])
      const index =
        /^SEARCH p USING COVERING INDEX payments_by_status \(status=\?(?: AND [\w<>]+=\?){3} AND order_group>\?\)$/
      expect(plan.filter((step) => /^(SCAN|SEARCH) [op] |TEMP B-TREE/.test(step))).toEqual([
        expect.stringMatching(index),
      ])
      connection.close()
    },
  )

  test('the rest of the first screen is found by what is rare, in indexes that hold nothing else', () => {
    const connection = connected()
    const odd = planOf(connection, ODD_ONES, [])
    const others = (['sale', 'cancel'] as const).flatMap((operation) =>
      planOf(connection, otherGroups(operation), [{ odd: '[]' }]),
    )
    expect(fullScans([...odd, ...others])).toEqual([])
    const small =
      /orders_without_carrier|autoindex_holds|orders_changing_in_shop|one_open_attempt|attempts_settled_by_time|^SCAN (json_each|conflicts) /
    expect([...odd, ...others].filter((step) => step.startsWith('SCAN') && !small.test(step))).toEqual([])
    connection.close()
  })

  test('one order is found by its number, with its payments and attempts', () => {
    const connection = connected()
    expect(fullScans(planOf(connection, `${SELECT_ORDERS} WHERE o.order_id = ?`, ['1']))).toEqual([])
    const before = planOf(connection, `${SELECT_ORDERS} WHERE o.order_id IN (SELECT value FROM json_each(?))`, [
      '["1"]',
    ])
    expect(fullScans(before)).toEqual([])
    connection.close()
  })

  // SQLite prepares a statement with a bare `= ?` anew for each value: reading one order then takes thirty times as long.
  test('a bound value is not looked at while SQLite plans, and finds the same rows', () => {
    const connection = connected()
    const { db } = connection
    const prepared: string[] = []
    const prepare = db.prepare.bind(db)
    db.prepare = ((sql: string) => (prepared.push(sql), prepare(sql))) as typeof db.prepare
    const orders = new MirrorOrders(connection)
    expect(orders.find(['7']).map(({ paymentId }) => paymentId)).toEqual(['90006'])
    expect(orders.payments('7')).toHaveLength(1)
    const counts: readonly [string, unknown, number][] = [
      ['order_id = ?', '7', 1],
      ['order_id =?', '7', 1],
      ['order_id IS ?', '7', 1],
      ['amended_from_yen IS ?', null, 500],
      ['amended_from_yen IS NOT ?', null, 0],
      ['amended_from_yen = ?', null, 0],
      ['order_number = :value', { value: 7 }, 1],
      ['order_number IS\n:value', { value: 7 }, 1],
      ['order_number <= ?', 7, 7],
    ]
    for (const [condition, value, count] of counts)
      expect(connection.get(`SELECT count(*) AS n FROM orders WHERE ${condition}`, value), condition).toEqual({
        n: count,
      })
    expect(connection.get(`SELECT '= ?' AS text, 'it''s =:a' AS quoted, ? AS value`, 1)).toEqual({
      text: '= ?',
      quoted: "it's =:a",
      value: 1,
    })
    expect(prepared.length).toBeGreaterThan(counts.length)
    expect(prepared.filter((sql) => /(=|\bIS)\s*[?:]/.test(sql.replaceAll(/'[^']*'/g, '')))).toEqual([])
  })
})

describe('orders for which a batch may still have something to send', () => {
  /** Every payer, last request, status and amount, from the shop or from Paygent. */
  function everything() {
    const payers = [['credit', null], ...[...CARRIERS, null].map((carrier) => ['carrier', carrier] as const)] as const
    return payers.flatMap(([method, carrier]) =>
      KINDS.flatMap((kind) =>
        STATUSES.flatMap((status) =>
          [null, 700, 1733, 2000].flatMap((held) =>
            (['shop', 'paygent'] as const).map((origin) => ({ method, carrier, kind, status, held, origin })),
          ),
        ),
      ),
    )
  }

  test.each(['sale', 'cancel'] as const)(
    '%s: nothing is left out that any rule lets be sent, asks about or tells',
    (operation) => {
      const path = tempPath()
      const connection = openDatabase(path, { mode: 'create', stamp: STAMP, nowMs: NOON })
      const cases = everything()
      const rows = many(cases.length).map((each, index) => {
        const { method, carrier, kind, status } = cases[index] ?? cases[0]!
        return { ...each, method, carrier, kind, status: status === 'none' ? null : status }
      })
      importOrders(connection, parsed(rows), NOON)
      connection.write(() => {
        for (const [index, { held, origin }] of cases.entries()) {
          connection.run(
            'UPDATE payments SET held_amount_yen = ?, status_origin = ? WHERE id = ?',
            held,
            origin,
            index + 1,
          )
        }
        connection.run(`UPDATE payments SET status_payment_id = '1' WHERE id % 7 = 0`)
        connection.run('UPDATE payments SET payment_id = NULL WHERE id % 11 = 0')
      })
      connection.close()
      const mirror = open(path, { mode: 'read' })
      const listed = new Set(mirror.orders.list({ sendable: operation }).map(({ orderId }) => orderId))
      const contexts = PROFILES.map((profile) => ({
        profile,
        single: false,
        includeCancelled: true,
        afterUnknown: true,
        statuses: [],
        nowMs: NOON,
      }))
      const counts = (order: Order, context: RuleContext): boolean =>
        permit(order, operation, context).verdict !== 'refused' ||
        (operation === 'sale' && takenByAll(order, operation, context))
      const all = mirror.orders.list({})
      const lost = all.filter(
        (order) => !listed.has(order.orderId) && contexts.some((context) => counts(order, context)),
      )
      expect(lost.map(({ method, carrier, kind, status }) => [method, carrier, kind, status].join())).toEqual([])
      expect(listed.size).toBeLessThan(all.length * 0.75)
    },
  )
})

describe('a mirror too large to be read into memory', () => {
  function large(): string {
    const path = tempPath()
    const connection = openDatabase(path, { mode: 'create', stamp: STAMP, nowMs: NOON })
    importOrders(connection, parsed(many(50)), NOON)
    connection.write(() => {
      connection.outside((db) => db.exec(`CREATE TABLE ballast (bytes BLOB) STRICT`))
      connection.run('INSERT INTO ballast VALUES (zeroblob(17 * 1024 * 1024))')
    })
    connection.close()
    return path
  }

  test('is read where it is, cannot be written, and is left as it was found', () => {
    const path = large()
    const before = statSync(path)
    const mirror = open(path, { mode: 'read' })
    expect(mirror.orders.count({})).toBe(50)
    expect(() => mirror.importOrders(parsed(many(1)), NOON)).toThrow('mirror-unusable')
    mirror.close()
    expect(readdirSync(dirname(path))).toEqual(['paygent.db'])
    expect(statSync(path).mtimeMs).toBe(before.mtimeMs)
  })

  test('a writer beside it writes, and what was read stays readable', () => {
    const path = large()
    const reader = open(path, { mode: 'read' })
    const writer = open(path)
    writer.importOrders(parsed(many(60)), NOON)
    expect(reader.orders.count({})).toBe(60)
    writer.close()
    expect(reader.orders.list({})).toHaveLength(60)
    reader.close()
    expect(readdirSync(dirname(path))).toEqual(['paygent.db'])
  })

  test('one that may not be written keeps no trace of who reads it', () => {
    const path = large()
    chmodSync(path, 0o400)
    const reader = open(path, { mode: 'read' })
    expect(readdirSync(dirname(path))).toEqual(['paygent.db'])
    expect(reader.orders.count({})).toBe(50)
    reader.close()
    chmodSync(path, 0o600)
    const writer = open(path)
    expect(writer.importOrders(parsed(many(60)), NOON)).toMatchObject({ added: 10 })
    writer.close()
  })

  test.runIf(process.geteuid?.() === 0)("another user's reading leaves nothing that keeps the owner out", () => {
    const path = large()
    chmodSync(dirname(path), 0o777)
    chmodSync(path, 0o644)
    process.seteuid?.(NOBODY)
    const found: string[] = []
    try {
      const reader = open(path, { mode: 'read' })
      expect(reader.orders.count({})).toBe(50)
      found.push(...readdirSync(dirname(path)))
      reader.close()
    } finally {
      process.seteuid?.(0)
    }
    expect(found).toEqual(['paygent.db'])
    const writer = open(path)
    expect(writer.importOrders(parsed(many(60)), NOON)).toMatchObject({ added: 10 })
    writer.close()
  })
})
