// Tests what a report reads from the mirror: the day of each request, requests that were settled late, expired and
// foreign sales, the comparison with the audit trail, and that no query reads a whole table.
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { ImportRow } from '../../src/domain/shop.js'
import { reportOf } from '../../src/domain/report.js'
import { japanIso } from '../../src/clock.js'
import { Connection } from '../../src/mirror/connection.js'
import { migrate, MIGRATIONS, versionOf } from '../../src/mirror/migrations/migrations.js'
import { MirrorOrders } from '../../src/mirror/orders.js'
import { MirrorReport } from '../../src/mirror/report.js'
import { auOrder, type Bench, bench, cardOrder, NOW } from '../jobs/bench.js'
import { answerLost, requestLost } from '../jobs/paygent.js'
import { reconcileOn } from '../jobs/reconciling.js'

const DAY_MS = 24 * 60 * 60_000
const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' } as const
const DECEMBER = { from: '2026-12-01', to: '2026-12-31' } as const

function report(b: Bench, period: { readonly from: string; readonly to: string } = NOVEMBER) {
  const nowMs = b.clock.nowMs()
  return reportOf(period, b.mirror.report.factsOf(period, nowMs), japanIso(nowMs))
}

const linesOf = (b: Bench, period = NOVEMBER as { from: string; to: string }) =>
  report(b, period).lines.map(({ orderId, at, datedBy }) => `${orderId} ${at.slice(0, 10)} ${datedBy}`)

describe('the day of a request', () => {
  it('is that of its own answer', async () => {
    const b = bench(auOrder('1'))
    await b.batch('sale', ['1'])
    expect(linesOf(b)).toEqual(['1 2026-11-23 answer'])
    expect(report(b).lines[0]).toMatchObject({ request: 'sale', osUser: 'yamada', paymentId: '91', amountYen: 1_000 })
  })

  it.each([
    ['the day that Paygent gave', '2026-11-24T08:00:00+09:00', '1 2026-11-24 paygent'],
    ['that of its intent where Paygent gave none', undefined, '1 2026-11-23 intent'],
  ])('is %s, where its answer was lost', async (_, soldAt, line) => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    b.clock.pass(9 * DAY_MS)
    b.gateway.hold({
      paymentId: '91',
      tradingId: 't1',
      status: '40',
      method: 'carrier',
      carrier: 'au',
      amountYen: 1_000,
      ...(soldAt !== undefined && { soldAt }),
    })
    await reconcileOn(b)
    expect(linesOf(b)).toEqual([line])
    const { changedLater, open } = report(b)
    expect(changedLater.map(({ before, after, netYen }) => [before, after, netYen])).toEqual([
      ['unknown', 'accepted', 1_000],
    ])
    expect(open).toHaveLength(1)
    expect(linesOf(b, DECEMBER)).toEqual([])
    expect(report(b, DECEMBER).ofEarlier.map(({ netYen }) => netYen)).toEqual([1_000])
  })

  it('may be many days after its run', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    b.clock.pass(14 * DAY_MS)
    const soldAt = '2026-12-05T08:00:00+09:00'
    b.gateway.hold({
      paymentId: '91',
      tradingId: 't1',
      status: '40',
      method: 'carrier',
      carrier: 'au',
      amountYen: 1_000,
      soldAt,
    })
    await reconcileOn(b)
    expect([linesOf(b), linesOf(b, DECEMBER)]).toEqual([[], ['1 2026-12-05 paygent']])
  })
})

describe('requests that are not accepted', () => {
  it('is counted by its outcome, and stands in no sum', async () => {
    const b = bench(auOrder('1'), auOrder('2', { totalYen: 1_200, listedAmountYen: 1_000 }))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2'], { wait: false })
    const { outcomes, total, open } = report(b)
    expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['unknown', null],
      ['refused', 'higher'],
    ])
    expect([total.netYen, open.map(({ orderId }) => orderId)]).toEqual([0, ['1']])
  })

  it('is counted once where runs leave the same order undone again and again', async () => {
    const b = bench(auOrder('1'), auOrder('2', { totalYen: 1_200, listedAmountYen: 1_000 }))
    b.gateway.scripts = [requestLost]
    for (const orders of [['1', '2'], ['2'], ['2']]) await b.batch('sale', orders, { wait: false })
    expect(report(b).outcomes.map(({ outcome, count }) => [outcome, count])).toEqual([
      ['unknown', 1],
      ['refused', 1],
    ])
  })
})

describe('authorisations that ran out', () => {
  const expired = (orderId: string, changes: Partial<ImportRow>) =>
    cardOrder(orderId, { orderedAt: '2026-09-10T11:50:00+09:00', ...changes })

  it('are those that Paygent calls expired, or whose last day is past', () => {
    const b = bench(
      expired('1', { status: '33' }),
      expired('2', { status: '20' }),
      expired('3', { status: '20', orderedAt: '2026-11-10T11:50:00+09:00' }),
      expired('4', { status: '40' }),
      expired('5', { status: '33', orderStatus: 'キャンセル' }),
      expired('6', { status: '33', orderedAt: '2026-08-10T11:50:00+09:00' }),
    )
    expect(report(b).lost.map(({ orderId, day, told, yen }) => [orderId, day, told, yen])).toEqual([
      ['1', '2026-11-09', true, 1_000],
      ['2', '2026-11-09', false, 1_000],
    ])
  })
})

describe('sales by other means', () => {
  it('stands on the day that Paygent gave, else on that of the order, and never with what this tool sold', async () => {
    const b = bench(
      auOrder('1', { status: '40' }),
      auOrder('2', { status: '40', orderedAt: '2026-10-20T11:50:00+09:00' }),
      auOrder('3', { status: '40', orderedAt: '2026-10-20T11:50:00+09:00' }),
      auOrder('4'),
    )
    const [third] = b.mirror.orders.find(['3'])
    if (third === undefined) throw new Error('no order 3')
    const told = { paymentId: '93', tradingId: 't3', status: '40', method: 'carrier', carrier: 'au' } as const
    const soldAt = '2026-11-02T08:00:00+09:00'
    b.mirror.orders.learn(third, { ...told, amountYen: 900, authorizedAt: null, soldAt }, NOW)
    await b.batch('sale', ['4'])
    expect(report(b).elsewhere.map(({ orderId, day, datedBy, yen }) => [orderId, day, datedBy, yen])).toEqual([
      ['3', '2026-11-02', 'paygent', 900],
      ['1', '2026-11-20', 'order', 1_000],
    ])
    expect(report(b).total.netYen).toBe(1_000)
  })
})

describe('the comparison with the audit trail', () => {
  async function changed(sql: string) {
    const b = bench(auOrder('1'), cardOrder('2'))
    await b.batch('sale', ['1', '2'])
    expect(report(b).differences).toEqual([])
    const db = new Database(b.path)
    db.exec(sql)
    db.close()
    return report(b).differences.map(({ what, field, orderId }) => `${what} ${field} ${orderId}`)
  }

  it.each([
    ['an outcome', `UPDATE attempts SET state = 'rejected' WHERE order_id = '1'`, ['attempt state 1']],
    [
      'an amount',
      `UPDATE run_items SET amount_yen = 10000 WHERE order_id = '1'`,
      ['attempt amount_yen 1', 'run plan null'],
    ],
    [
      'a telegram',
      `UPDATE run_items SET telegram = '102' WHERE order_id = '1'`,
      ['attempt telegram 1', 'run plan null'],
    ],
    ['the held amount', `UPDATE run_items SET held_amount_yen = 1 WHERE order_id = '2'`, ['run plan null']],
    ['the status before', `UPDATE run_items SET planned_status = '40' WHERE order_id = '2'`, ['run plan null']],
    [
      'a request that nobody has sent',
      `INSERT INTO attempts (run_id, position, try_number, order_id, state, first_outcome, prepared_ms, settled_ms)
       SELECT run_id, position, 2, order_id, 'accepted', 'accepted', prepared_ms, settled_ms FROM attempts WHERE order_id = '1'`,
      ['attempt row 1'],
    ],
  ])('finds %s that was changed', async (_, sql, found) => {
    expect((await changed(sql)).toSorted()).toEqual(found.toSorted())
  })

  it('finds nothing wrong with refusals after the plan, retries and lost answers', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    const plan = await b.plan('sale', ['1', '2', '3'])
    b.mirror.holds.place('2', 'asked by the shop', NOW)
    b.gateway.scripts = [answerLost]
    await b.run(plan, { wait: false })
    b.clock.pass(DAY_MS)
    await reconcileOn(b)
    expect(report(b).differences).toEqual([])
  })
})

/** Hears each query with its values. */
class Heard extends Connection {
  readonly queries: (readonly [string, readonly unknown[]])[] = []
  override all<Found>(sql: string, ...values: unknown[]): Found[] {
    this.queries.push([sql, values])
    return super.all<Found>(sql, ...values)
  }
}

it('reads no table as a whole but that of the runs, however long the shop is in business', async () => {
  const b = bench(auOrder('1'))
  await b.batch('sale', ['1'])
  const heard = new Heard(b.path, new Database(b.path, { readonly: true }))
  new MirrorReport(heard, new MirrorOrders(heard)).factsOf(NOVEMBER, b.clock.nowMs())
  const scans = heard.queries.flatMap(([sql, values]) =>
    heard.db
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .flatMap(({ detail }) => (detail.startsWith('SCAN ') && !detail.startsWith('SCAN json_each') ? [detail] : [])),
  )
  heard.close()
  expect(heard.queries.length).toBeGreaterThan(8)
  // The index of open attempts holds those alone.
  expect(new Set(scans)).toEqual(new Set(['SCAN runs', 'SCAN a USING INDEX one_open_attempt']))
})

it('opens a mirror of version 14', async () => {
  const b = bench(auOrder('1'))
  await b.batch('sale', ['1'])
  const db = new Database(b.path)
  db.exec(`DROP INDEX attempts_settled_late; DROP INDEX payments_by_sale;
    ALTER TABLE attempts DROP COLUMN answered_ms;
    ALTER TABLE payments DROP COLUMN sold_at; ALTER TABLE payments DROP COLUMN cancelled_at;`)
  db.pragma('user_version = 14')
  migrate(db, MIGRATIONS.slice(0, 15))
  expect(versionOf(db)).toBe(15)
  db.close()
  expect(linesOf(b)).toEqual(['1 2026-11-23 answer'])
})
