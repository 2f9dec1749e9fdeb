// Compares the first screen's sums by groups with the rules applied order by order, over mirrors with orders of every
// kind.
import { PROFILES } from '../../src/domain/carriers.js'
import { sumOf, toAskIn, waitingIn } from '../../src/domain/chosen.js'
import type { Operation, Order } from '../../src/domain/order.js'
import { markOf, permit, type RuleContext } from '../../src/domain/permit.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { openDatabase } from '../../src/mirror/database.js'
import type { Mirror } from '../../src/mirror/open.js'
import type { MirrorOrders } from '../../src/mirror/orders.js'
import { seeded } from '../seed.js'
import { drawnOrders, withMirror } from './drawn-orders.js'
import { mirrorWith, NOON, only, open, row, STAMP, tempPath, told } from './mirrors.js'
import { takeBack } from './older.js'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const RULES: readonly RuleContext[] = PROFILES.map((profile) => ({
  profile,
  single: false,
  includeCancelled: false,
  afterUnknown: false,
  statuses: [],
  nowMs: NOON,
}))

/** Counts the figures of the first screen from the rules alone. */
function oneByOne(orders: readonly Order[], operation: Operation, rules: RuleContext): { count: number; yen: number } {
  const amounts = orders.flatMap((order) => {
    if (markOf(order, operation, rules) !== null) return []
    const permission = permit(order, operation, rules)
    if (permission.verdict === 'permitted') return [permission.amountYen]
    return permission.verdict === 'ask' && permission.request !== null ? [order.totalYen] : []
  })
  return { count: amounts.length, yen: amounts.reduce((sum, yen) => sum + yen, 0) }
}

const unclear = (orders: readonly Order[], rules: RuleContext): number =>
  orders.filter((order) => {
    const permission = permit(order, 'sale', rules)
    return permission.verdict === 'ask' && permission.request === null
  }).length

/** Payments whose group is not what their order says now, or that have one and are no order's any more. */
const wronglyGrouped = (db: Database.Database): unknown[] =>
  db
    .prepare(
      `SELECT p.id, p.order_group, o.carrier, o.method, o.order_status FROM payments p LEFT JOIN orders o ON o.payment = p.id
       WHERE p.order_group IS NOT coalesce(o.carrier, o.method) || o.order_status`,
    )
    .all()

describe('the group of a payment', () => {
  const groupsOf = (mirror: Mirror): unknown[] => {
    const db = new Database(mirror.path, { readonly: true })
    try {
      expect(wronglyGrouped(db)).toEqual([])
      return db.prepare('SELECT order_group FROM payments ORDER BY id').pluck().all()
    } finally {
      db.close()
    }
  }
  const imported = (mirror: Mirror, changes: Partial<ImportRow>) =>
    mirror.importOrders({ rows: [row(changes)], others: [] }, NOON)

  test('follows what the shop says, and what Paygent tells of the carrier', () => {
    const mirror = mirrorWith([row({ method: 'credit', carrier: null })])
    expect(groupsOf(mirror)).toEqual(['credit入金待ち'])
    imported(mirror, { carrier: null })
    expect(groupsOf(mirror)).toEqual(['carrier入金待ち'])
    told(mirror)
    expect(groupsOf(mirror)).toEqual(['au入金待ち'])
    imported(mirror, { orderStatus: '発送済み' })
    expect(groupsOf(mirror)).toEqual(['au発送済み'])
    imported(mirror, { orderStatus: '発送済み', method: 'credit', carrier: null })
    expect(groupsOf(mirror)).toEqual(['credit発送済み'])
  })

  test('goes over to a new payment, and back', () => {
    const mirror = mirrorWith([row()])
    imported(mirror, { paymentId: '7777' })
    expect(groupsOf(mirror)).toEqual([null, 'au入金待ち'])
    imported(mirror, {})
    expect(groupsOf(mirror)).toEqual(['au入金待ち', null])
  })

  test('is made for a mirror that an older program wrote', () => {
    const mirror = mirrorWith([row(), row({ orderId: '1', tradingId: '1', paymentId: '91', carrier: 'docomo' })])
    imported(mirror, { paymentId: '7777' })
    const { path } = mirror
    mirror.close()
    takeBack(path)
    expect(groupsOf(open(path, { mode: 'write' }))).toEqual([null, 'docomo入金待ち', 'au入金待ち'])
  })
})

describe('the sums of the first screen', () => {
  test('are those of the rules asked order by order, whatever is in the mirror', () => {
    const connection = openDatabase(tempPath(), { mode: 'create', stamp: STAMP, nowMs: NOON })
    const seen = { sale: 0, cancel: 0, toAsk: 0, alike: 0 }
    let seenWaiting = 0
    seeded(
      fc.property(drawnOrders, (drawn) => {
        withMirror(connection, drawn, (orders) => {
          const all = orders.list({})
          const [groups, ofSale] = [orders.groups(), orders.groups('sale')]
          expect(wronglyGrouped(connection.db)).toEqual([])
          expect(all).toHaveLength(drawn.length)
          for (const rules of RULES) {
            const [sale, cancel] = [oneByOne(all, 'sale', rules), oneByOne(all, 'cancel', rules)]
            const toAsk = unclear(all, rules)
            expect({
              sale: sumOf(groups, 'sale', rules),
              cancel: sumOf(groups, 'cancel', rules),
              toAsk: toAskIn(groups, rules),
            }).toEqual({ sale, cancel, toAsk })
            expect(sumOf(ofSale, 'sale', rules)).toEqual(sale)
            const waiting = waitingIn(groups, rules, '')
            expect(waitingIn(ofSale, rules, '')).toEqual(waiting)
            seen.sale += sale.count
            seen.cancel += cancel.count
            seen.toAsk += toAsk
            seenWaiting += waiting?.orders ?? 0
          }
          seen.alike += groups.filter(({ count }) => count > 1).length
        })
      }),
      100,
    )
    connection.close()
    // Without them the claim would hold for nothing.
    for (const [what, count] of Object.entries(seen)) expect([what, count > 300]).toEqual([what, true])
    expect(seenWaiting).toBeGreaterThan(50)
  })
})

test('a single order that needs a person is left out of the sum of those like it', () => {
  const sold = ['1', '2', '3'].map((orderId) =>
    row({ orderId, tradingId: orderId, paymentId: `9${orderId}`, carrier: 'docomo' }),
  )
  const mirror = mirrorWith(sold)
  for (const { orderId, paymentId } of sold) {
    told(mirror, { paymentId: paymentId ?? '', tradingId: orderId, status: '44', carrier: 'docomo' }, orderId)
  }
  const sums = () => RULES.map((rules) => sumOf(mirror.orders.groups(), 'cancel', rules))
  const before = sums()
  expect(before.map(({ count }) => count)).toContain(3)
  const db = new Database(mirror.path)
  db.exec(`UPDATE orders SET attention = 1 WHERE order_id = '1'`)
  db.close()
  expect(sums().map(({ count }) => count)).toEqual(before.map(({ count }) => Math.max(0, count - 1)))
})

describe('orders that share a payment', () => {
  const sums = (orders: MirrorOrders) => RULES.map((rules) => sumOf(orders.groups(), 'cancel', rules).count)
  const others = ['1', '2'].map((orderId) => row({ orderId, tradingId: orderId, paymentId: `9${orderId}` }))

  test('are found when the payment of one becomes known later', () => {
    const mirror = mirrorWith([...others, row({ paymentId: null })])
    expect(sums(mirror.orders)).toEqual([2, 2])
    told(mirror, { paymentId: '92' })
    expect(only(mirror).duplicatePayment).toBe(true)
    expect(sums(mirror.orders)).toEqual([1, 1])
  })

  test('are found in a mirror that an older program wrote', () => {
    const mirror = mirrorWith([...others, row({ paymentId: '92' })])
    const { path } = mirror
    mirror.close()
    takeBack(path)
    expect(sums(open(path, { mode: 'write' }).orders)).toEqual([1, 1])
  })
})
