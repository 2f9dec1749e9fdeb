// Tests what a report reads from the mirror: the day of each request, requests that were settled late, expired and
// foreign sales, the comparison with the audit trail, and that no query reads a whole table.
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { ImportRow } from '../../src/domain/shop.js'
import { type Period, reportOf } from '../../src/domain/report.js'
import { japanIso } from '../../src/clock.js'
import { Connection } from '../../src/mirror/connection.js'
import { migrate, MIGRATIONS, versionOf } from '../../src/mirror/migrations/migrations.js'
import { MirrorOrders } from '../../src/mirror/orders.js'
import { MirrorReport } from '../../src/mirror/report.js'
import { auOrder, type Bench, bench, cardOrder, NOW } from '../jobs/bench.js'
import { answerLost, carryOut, neverLeft, obey, refuse, requestLost } from '../jobs/paygent.js'
import { reconcileOn } from '../jobs/reconciling.js'
import { move } from '../jobs/scripted-gateway.js'

const DAY_MS = 24 * 60 * 60_000
/** The payment of order 1, sold. */
const SOLD = {
  paymentId: '91',
  tradingId: 't1',
  status: '40',
  method: 'carrier',
  carrier: 'au',
  amountYen: 1_000,
} as const
const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' } as const
const DECEMBER = { from: '2026-12-01', to: '2026-12-31' } as const

function report(b: Bench, period: Period = NOVEMBER) {
  const nowMs = b.clock.nowMs()
  return reportOf(period, b.mirror.report.factsOf(period, nowMs), japanIso(nowMs))
}

const linesOf = (b: Bench, period: Period = NOVEMBER) =>
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
    b.gateway.hold({ ...SOLD, ...(soldAt !== undefined && { soldAt }) })
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
    b.gateway.hold({ ...SOLD, soldAt: '2026-12-05T08:00:00+09:00' })
    await reconcileOn(b)
    expect([linesOf(b), linesOf(b, DECEMBER)]).toEqual([[], ['1 2026-12-05 paygent']])
  })

  it('is that of the cancel, where the answer to a cancel was lost', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('cancel', ['1'], { wait: false })
    b.clock.pass(9 * DAY_MS)
    b.gateway.hold({ ...SOLD, status: '32', cancelledAt: '2026-11-24T08:00:00+09:00' })
    await reconcileOn(b)
    expect(linesOf(b)).toEqual(['1 2026-11-24 paygent'])
  })

  it("is found where Paygent's clock is in the next period already", async () => {
    const b = bench(auOrder('1'))
    b.clock.setWall(Date.parse('2026-11-30T23:59:00+09:00'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    b.gateway.hold({ ...SOLD, soldAt: '2026-12-01T00:00:05+09:00' })
    await reconcileOn(b, { wait: false })
    expect(b.clock.nowMs()).toBeLessThan(Date.parse('2026-12-01T00:00:00+09:00'))
    expect([linesOf(b), linesOf(b, DECEMBER)]).toEqual([[], ['1 2026-12-01 paygent']])
  })
})

it('a run under way has its accepted requests and the one that is sent, and none that is still to come', async () => {
  const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
  const seen: string[][] = []
  b.gateway.onSend = ({ paymentId }) => {
    if (paymentId !== '92') return
    const { lines, open, outcomes } = report(b)
    const idsOf = (all: readonly { readonly orderId: string }[]): string => all.map(({ orderId }) => orderId).join()
    seen.push([idsOf(lines), idsOf(open), outcomes.map(({ outcome }) => outcome).join()])
  }
  await b.batch('sale', ['1', '2', '3'])
  expect(seen).toEqual([['1', '2', 'unknown']])
})

it('a run that was stopped has the orders to which it did not come', async () => {
  const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
  b.gateway.scripts = [neverLeft]
  await b.batch('sale', ['1', '2', '3'], { stopAfter: 1 })
  expect(b.attempts()).toEqual(['1 unsent'])
  expect(report(b).outcomes.map(({ outcome, reason, orderIds }) => [outcome, reason, orderIds.join()])).toEqual([
    ['unsent', null, '2,3'],
    ['unsent', 'ETIMEDOUT', '1'],
  ])
})

it('a try that never left gives its request no outcome', async () => {
  const b = bench(auOrder('1'))
  b.gateway.scripts = [refuse('E002', 'busy'), neverLeft]
  const { runId } = await b.batch('sale', ['1'])
  const { requests } = b.mirror.report.factsOf(NOVEMBER, b.clock.nowMs())
  expect(requests.map(({ outcome, history }) => [outcome, history.map((one) => one.outcome)])).toEqual([
    ['rejected', ['unknown', 'rejected']],
  ])
  expect(b.rows(`SELECT count(*) AS tries FROM attempts WHERE run_id = ${runId}`)).toEqual([{ tries: 2 }])
})

describe('a request that is not accepted', () => {
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

describe('an order that waits for an operator', () => {
  it('stays open in later months until it waits no more', async () => {
    const b = bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
    b.gateway.scripts = [
      (request, payments) => {
        const newPaymentId = carryOut(request, payments)
        move(payments, request.paymentId, { status: '20' })
        return { type: 'half-done', code: '2010', detail: '', newPaymentId }
      },
    ]
    await b.batch('sale', ['1'])
    b.clock.pass(20 * DAY_MS)
    const openIn = (period: Period) => report(b, period).open.map(({ orderId, outcome }) => `${orderId} ${outcome}`)
    expect([openIn(NOVEMBER), openIn(DECEMBER)]).toEqual([['1 attention'], ['1 attention']])
    move(b.gateway.payments, '91', { status: '32' })
    move(b.gateway.payments, '91000', { soldAt: '2026-11-24T08:00:00+09:00' })
    await reconcileOn(b)
    expect([openIn(NOVEMBER), openIn(DECEMBER)]).toEqual([['1 accepted'], []])
    // The day of a corrected sale is that of its new payment.
    expect(linesOf(b)).toEqual(['1 2026-11-24 paygent'])
    expect(report(b)).toMatchObject({ lines: [{ paymentId: '91', newPaymentId: '91000' }], differences: [] })
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
      expired('7', { status: '33', orderStatus: '購入処理中' }),
      // Its last day is today.
      expired('8', { status: '20', orderedAt: '2026-09-24T11:50:00+09:00' }),
    )
    expect(report(b).lost.map(({ orderId, day, told, yen }) => [orderId, day, told, yen])).toEqual([
      ['1', '2026-11-09', true, 1_000],
      ['2', '2026-11-09', false, 1_000],
    ])
  })
})

describe('a sale by other means', () => {
  it('stands on the day that Paygent gave, else on that of the order, and never with what this tool sold', async () => {
    const b = bench(
      auOrder('1', { status: '40' }),
      auOrder('2', { status: '40', orderedAt: '2026-10-20T11:50:00+09:00' }),
      auOrder('3', { status: '40', orderedAt: '2026-10-20T11:50:00+09:00' }),
      auOrder('4'),
      auOrder('5', { status: '60' }),
    )
    const soldAt = '2026-11-02T08:00:00+09:00'
    const learn = (orderId: string, amountYen: number, status: string): void => {
      const ids = { paymentId: `9${orderId}`, tradingId: `t${orderId}` }
      const fact = { ...SOLD, ...ids, status, amountYen, authorizedAt: null, soldAt }
      b.mirror.orders.learn(b.order(orderId), fact, NOW)
    }
    await b.batch('sale', ['4'])
    learn('3', 900, '40')
    learn('4', 1_000, '40')
    // Sold, and given back since.
    learn('5', 1_000, '60')
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
      'a payment',
      `UPDATE run_items SET payment_id = '99' WHERE order_id = '1'`,
      ['attempt payment_id 1', 'run plan null'],
    ],
    ['a new payment', `UPDATE attempts SET new_payment_id = '99' WHERE order_id = '1'`, ['attempt new_payment_id 1']],
    [
      'a request that was never sent',
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

  it('finds nothing wrong with an order of several runs, each in a period of its own', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [obey]
    await b.batch('sale', ['1'])
    b.clock.pass(10 * DAY_MS)
    await b.batch('cancel', ['1'])
    expect([linesOf(b), linesOf(b, DECEMBER)]).toEqual([['1 2026-11-23 answer'], ['1 2026-12-03 answer']])
    expect([NOVEMBER, DECEMBER].map((period) => report(b, period).differences)).toEqual([[], []])
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
