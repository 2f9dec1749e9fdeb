// Tests a batch of a shop with a database: the order's row is read again before each request, and the lock keeps other
// desks out.
import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/batch/events.js'
import { recheckShopRow } from '../../src/batch/recheck-shop-row.js'
import type { OrderFilter } from '../../src/domain/chosen.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { type Ran, auOrder, bench, cardOrder, outcomes, told } from './bench.js'
import { leave, obey, refuse, requestLost } from './paygent.js'
import { reconcileOn } from './reconciling.js'
import { type Desk, deskOver, deskWith, fates, lost, pulling, pushing } from './scripted-shop.js'

const THREE = [auOrder('1'), auOrder('2'), auOrder('3')]
const ALL = ['1', '2', '3']
const sentTo = ({ b }: Desk): string[] => b.gateway.sent.map(({ paymentId }) => paymentId)
const stopped = (ran: Ran): boolean => ran.events.some(({ type }) => type === 'stopped')
const exitOf = (ran: Ran): number => exitCodeOf(ran.items, stopped(ran))
const locks = ({ b, shopLock }: Desk) => [b.mirror.lock.held, shopLock.held]

/** The shop no longer answers from this look on. */
const lostFrom = (made: Desk, count: number): void => {
  made.shop.onLook = (_, now) => {
    if (now >= count) throw lost()
  }
}

describe('as it was read', () => {
  it('each order is looked at once before it is sent, under the shop’s lock', async () => {
    const made = await deskWith(...THREE)
    const held: unknown[] = []
    made.b.gateway.onSend = () => held.push(made.shopLock.held)
    const ran = await made.b.batch('sale', ALL)
    expect([outcomes(ran), exitOf(ran)]).toEqual(['1 accepted, 2 accepted, 3 accepted', 0])
    expect([made.shop.looked, held, locks(made)]).toEqual([ALL, ['here', 'here', 'here'], [false, null]])
  })

  it('what this tool has sold and not pushed can be cancelled', async () => {
    const made = await deskWith(...THREE)
    await made.b.batch('sale', ['1'])
    expect(outcomes(await made.b.batch('cancel', ['1']))).toBe('1 accepted')
    expect(fates(await pushing(made))).toEqual(['1 written'])
  })

  it('what was pushed can be cancelled', async () => {
    const made = await deskWith(...THREE)
    await made.b.batch('sale', ['1'])
    await pushing(made)
    expect(outcomes(await made.b.batch('cancel', ['1']))).toBe('1 accepted')
  })
})

/** Staff cancel the order in EC-CUBE, which touches nothing of its payment. */
const callOff = (shop: Desk['shop'], orderId: string): void => {
  const row = shop.rows.get(orderId)
  if (row) shop.change(orderId, { order: { ...row.order, orderStatus: 'キャンセル' } })
}

/** Staff choose another payment method on EC-CUBE's order page. */
const rename = (shop: Desk['shop'], orderId: string, methodText: string): void => {
  const row = shop.rows.get(orderId)
  if (row) shop.change(orderId, { order: { ...row.order, methodText } })
}

describe('changed since', () => {
  it('a method that is put back, or has another name of the same carrier, is sold', async () => {
    const made = await deskWith(auOrder('1', { methodText: 'auかんたん決済' }))
    const plan = await made.b.plan('sale', ['1'])
    rename(made.shop, '1', '代金引換')
    expect([outcomes(await made.b.run(plan)), sentTo(made)]).toEqual(['1 refused', []])
    expect((await pulling(made)).conflicts).toMatchObject([{ differences: [{ field: 'method', file: '代金引換' }] }])
    expect([outcomes(await made.b.batch('sale', ['1'])), sentTo(made)]).toEqual(['1 refused', []])
    rename(made.shop, '1', 'ａｕかんたん決済（au PAY）')
    expect((await pulling(made)).conflicts).toEqual([])
    expect(outcomes(await made.b.batch('sale', ['1']))).toBe('1 accepted')
  })

  it.each([
    ['a hold', 'on hold'],
    ['a request without an outcome', 'open'],
  ])('that it was called off is seen behind %s, which may end before the request', async (_, fence) => {
    const made = await deskWith(...THREE)
    const { b, desk } = made
    const [step] = (await b.plan('sale', ['1'])).steps
    if (fence === 'on hold') b.mirror.holds.place('1', 'address', b.clock.nowMs())
    else {
      b.gateway.scripts = [requestLost]
      await b.batch('sale', ['1'], { wait: false })
    }
    callOff(made.shop, '1')
    const check = await recheckShopRow(step!, desk, { orders: b.mirror.orders, clock: b.clock }, false)
    expect(check).toEqual({ type: 'changed', about: 'shop: order_status' })
  })

  it('an order that was called off when the plan was made goes by the plan', async () => {
    const made = await deskWith(auOrder('1', { orderStatus: 'キャンセル' }))
    const plan = await made.b.plan('cancel', ['1'], { includeCancelled: true })
    expect(outcomes(await made.b.run(plan))).toBe('1 accepted')
  })

  describe('an order that was deleted in the shop', () => {
    const ONE = { single: true, includeCancelled: true }
    async function deleted(): Promise<Desk> {
      const made = await deskWith(...THREE)
      made.shop.rows.delete('1')
      await pulling(made)
      expect(made.b.order('1').orderStatus).toBe('削除済み')
      return made
    }

    it('is cancelled by the single cancel, and the shop is told nothing', async () => {
      const made = await deleted()
      const ran = await made.b.run(await made.b.plan('cancel', ['1'], ONE))
      expect([outcomes(ran), sentTo(made), fates(await pushing(made))]).toEqual(['1 accepted', ['91'], ['1 gone']])
    })

    it.each([
      ['a batch', 'cancel', { includeCancelled: true }],
      ['a sale', 'sale', ONE],
    ] as const)('is not sent by %s', async (_, operation, rules) => {
      const made = await deleted()
      const ran = await made.b.run(await made.b.plan(operation, ['1'], rules))
      expect([outcomes(ran), ran.items[0]?.about, sentTo(made)]).toEqual(['1 refused', 'shop: gone', []])
    })

    it('is not cancelled where it is back with another total', async () => {
      const made = await deleted()
      const plan = await made.b.plan('cancel', ['1'], ONE)
      const row = made.shop.rows.get('2')
      if (row) made.shop.rows.set('1', { ...row, totalYen: 900, order: { ...row.order, orderId: '1', totalYen: 900 } })
      const ran = await made.b.run(plan)
      expect([outcomes(ran), ran.items[0]?.about, sentTo(made)]).toEqual(['1 refused', 'shop: total', []])
    })

    it('is not cancelled where it was there when the plan was made', async () => {
      const made = await deskWith(...THREE)
      const plan = await made.b.plan('cancel', ['1'], ONE)
      made.shop.rows.delete('1')
      expect([outcomes(await made.b.run(plan)), sentTo(made)]).toEqual(['1 refused', []])
    })
  })

  it('an order whose parcel has come back can be cancelled', async () => {
    const made = await deskWith(auOrder('1', { shippedAt: '2026-11-20T10:00:00+09:00' }))
    const plan = await made.b.plan('cancel', ['1'])
    const row = made.shop.rows.get('1')
    if (row) made.shop.change('1', { order: { ...row.order, shippedAt: null } })
    expect(outcomes(await made.b.run(plan))).toBe('1 accepted')
  })

  it('an order of a shop that tells nothing of shipping any more is sold', async () => {
    const made = await deskWith(auOrder('1', { shippedAt: '2026-11-20T10:00:00+09:00' }))
    const plan = await made.b.plan('sale', ['1'])
    const row = made.shop.rows.get('1')
    if (row) {
      const { shippedAt: _untold, ...order } = row.order
      made.shop.change('1', { order })
    }
    expect(outcomes(await made.b.run(plan))).toBe('1 accepted')
  })

  it('an order of a 対応状況 that nobody knows is not sold', async () => {
    const made = await deskWith(...THREE)
    const plan = await made.b.plan('sale', ['1'])
    const row = made.shop.rows.get('1')
    if (row) made.shop.change('1', { order: { ...row.order, orderStatus: '倉庫確認' } })
    expect((await made.b.run(plan)).items[0]).toMatchObject({ outcome: 'refused', about: 'shop: order_status' })
  })

  it('an order that the local data, too, has called off by then is refused by these', async () => {
    const made = await deskWith(...THREE)
    const plan = await made.b.plan('sale', ['1', '2'])
    callOff(made.shop, '2')
    made.shop.onLook = (_, count) => {
      if (count === 1)
        made.b.open().importOrders({ rows: [auOrder('2', { orderStatus: 'キャンセル' })], others: [] }, 0)
    }
    const ran = await made.b.run(plan)
    expect([outcomes(ran), ran.items[1]?.about]).toEqual(['1 accepted, 2 refused', 'cancelled-order'])
  })

  it('an order whose parcel has come back is not sold', async () => {
    const made = await deskWith(auOrder('1', { shippedAt: '2026-11-20T10:00:00+09:00' }))
    const plan = await made.b.plan('sale', ['1'])
    const row = made.shop.rows.get('1')
    if (row) made.shop.change('1', { order: { ...row.order, shippedAt: null } })
    const ran = await made.b.run(plan)
    expect([outcomes(ran), ran.items[0]?.about, sentTo(made)]).toEqual(['1 refused', 'shop: shipped_at', []])
  })

  it('a change under way in the shop holds back what the mirror would permit', async () => {
    const made = await deskWith(...THREE)
    await made.b.batch('sale', ['1'])
    await pushing(made)
    made.shop.change('1', { kind: '0291' })
    await pulling(made)
    await reconcileOn(made.b)
    const ran = await made.b.batch('cancel', ['1'])
    expect([outcomes(ran), sentTo(made)]).toEqual(['1 refused', ['91']])
  })

  it('what the run includes may be called off in the shop, too', async () => {
    const made = await deskWith(auOrder('1'))
    const plan = await made.b.plan('cancel', ['1'], { includeCancelled: true })
    callOff(made.shop, '1')
    expect(outcomes(await made.b.run(plan))).toBe('1 accepted')
  })

  const moved: [string, OrderFilter, Partial<ImportRow>][] = [
    ['the shipping', { shipped: false }, { shippedAt: '2026-11-24T10:00:00+09:00' }],
    ['the date', { to: '2026-11-20' }, { orderedAt: '2026-11-21T00:00:00+09:00' }],
    ['the name', { search: 'ペイジェント' }, { customerName: '佐藤 花子' }],
  ]
  it.each(moved)('%s of the row no longer fits the filter: refused', async (_, filter, changes) => {
    const made = await deskWith(auOrder('1'))
    const plan = await made.b.plan('sale', ['1'], {}, { filter, originOf: () => 'all' })
    const row = made.shop.rows.get('1')
    if (row) made.shop.change('1', { order: { ...row.order, ...changes } })
    const ran = await made.b.run(plan)
    expect([outcomes(ran), ran.items[0]?.about, sentTo(made)]).toEqual(['1 refused', 'shop: filter', []])
  })

  const finished: [string, (shop: Desk['shop']) => void][] = [
    ['called off', (shop) => callOff(shop, '1')],
    ['deleted', (shop) => void shop.rows.delete('1')],
    ['paid in another way', (shop) => rename(shop, '1', '代金引換')],
  ]
  it.each(finished)('a cancel in transit is finished though the order is %s, a sale is not', async (_, happen) => {
    const attempts = async (operation: 'sale' | 'cancel'): Promise<string[]> => {
      const made = await deskWith(cardOrder('1', { methodText: 'クレジット' }))
      made.b.gateway.scripts = [leave(operation === 'sale' ? '30' : '31', '2008', 'acquirer-timeout'), obey]
      made.b.gateway.onSend = () => happen(made.shop)
      await made.b.batch(operation, ['1'], { wait: false })
      return made.b.attempts()
    }
    expect(await attempts('cancel')).toEqual(['1 not-processed', '1 accepted'])
    expect(await attempts('sale')).toEqual(['1 unknown'])
  })

  const changes: [string, (made: Desk) => void, string][] = [
    ['total', ({ shop }) => shop.change('2', { totalYen: 900 }), 'total'],
    ['kind', ({ shop }) => shop.change('2', { kind: '101' }), 'kind'],
    ['a change under way', ({ shop }) => shop.change('2', { kind: '0291' }), 'kind'],
    ['kind that is null now', ({ shop }) => shop.change('2', { kind: null }), 'kind'],
    ['payment', ({ shop }) => shop.change('2', { paymentId: '77' }), 'payment_id'],
    ['no payment', ({ shop }) => shop.change('2', { paymentId: null }), 'payment_id'],
    ['status', ({ shop }) => shop.change('2', { status: '40' }), 'payment_status'],
    ['gone', ({ shop }) => shop.rows.delete('2'), 'gone'],
    ['called off', ({ shop }) => callOff(shop, '2'), 'order_status'],
    ['unreadable', ({ shop }) => shop.change('2', { spoilt: 'total' }), 'total'],
    ['text of the method', ({ shop }) => rename(shop, '2', '代金引換'), 'method'],
  ]
  it.each(changes)('%s: refused, not sent, and the others go on', async (_, change, about) => {
    const made = await deskWith(...THREE)
    const plan = await made.b.plan('sale', ALL)
    change(made)
    const ran = await made.b.run(plan)
    expect([outcomes(ran), sentTo(made)]).toEqual(['1 accepted, 2 refused, 3 accepted', ['91', '93']])
    expect(ran.items[1]).toMatchObject({ reason: 'changed', about: `shop: ${about}`, attempts: 0 })
    expect([told(ran)[1], ran.state, exitOf(ran)]).toEqual(['refused 2 changed', 'completed', 3])
    expect(made.b.attempts()).toEqual(['1 accepted', '3 accepted'])
  })

  it('never read from the shop', async () => {
    const made = deskOver(bench(...THREE), THREE)
    const ran = await made.b.batch('sale', ['1'])
    expect([outcomes(ran), sentTo(made), exitOf(ran)]).toEqual(['1 refused', [], 3])
    expect(ran.items[0]).toMatchObject({ reason: 'changed', about: 'shop: never-read' })
  })

  it('at the last moment, while the one before is being sent', async () => {
    const made = await deskWith(...THREE)
    made.b.gateway.onSend = ({ paymentId }) => {
      if (paymentId === '91') made.shop.change('2', { totalYen: 900 })
    }
    expect(outcomes(await made.b.batch('sale', ALL))).toBe('1 accepted, 2 refused, 3 accepted')
  })

  it('before a retry: the try stays as it was, and there is no second one', async () => {
    const made = await deskWith(...THREE)
    made.b.gateway.scripts = [refuse('9005', 'busy'), obey]
    made.b.gateway.onSend = () => made.shop.change('1', { totalYen: 900 })
    const ran = await made.b.batch('sale', ['1'])
    expect([sentTo(made), ran.items[0]?.outcome, ran.items[0]?.code]).toEqual([['91'], 'rejected', '9005'])
    expect(locks(made)).toEqual([false, null])
  })
})

describe('the shop is lost', () => {
  it('before the first order: nothing is sent', async () => {
    const made = await deskWith(...THREE)
    lostFrom(made, 1)
    const ran = await made.b.batch('sale', ALL)
    expect([outcomes(ran), sentTo(made), exitOf(ran)]).toEqual(['1 unsent, 2 unsent, 3 unsent', [], 6])
    expect(told(ran)).toEqual(['stopped shop-lost'])
    expect(ran.events).toContainEqual({ type: 'stopped', reason: { type: 'shop-lost', code: 'shop-unreachable' } })
    expect([ran.state, ...locks(made)]).toEqual(['stopped', false, null])
  })

  it('between two orders: what was under way is booked, and the rest is unsent', async () => {
    const made = await deskWith(...THREE)
    lostFrom(made, 2)
    const ran = await made.b.batch('sale', ALL)
    expect([outcomes(ran), sentTo(made), exitOf(ran)]).toEqual(['1 accepted, 2 unsent, 3 unsent', ['91'], 6])
    expect([told(ran), made.b.attempts()]).toEqual([['settled 1 accepted', 'stopped shop-lost'], ['1 accepted']])
    expect(locks(made)).toEqual([false, null])
  })

  it('before a retry: the first try is booked, and there is no second one', async () => {
    const made = await deskWith(...THREE)
    made.b.gateway.scripts = [refuse('9005', 'busy'), obey]
    lostFrom(made, 2)
    const ran = await made.b.batch('sale', ALL)
    expect([outcomes(ran), sentTo(made), exitOf(ran)]).toEqual(['1 rejected 9005, 2 unsent, 3 unsent', ['91'], 6])
    expect([told(ran).slice(-2), made.b.attempts()]).toEqual([
      ['settled 1 rejected', 'stopped shop-lost'],
      ['1 rejected'],
    ])
  })

  it('before the retry of what is in transit: it stays open', async () => {
    const made = await deskWith(cardOrder('1'), cardOrder('2'))
    made.b.gateway.scripts = [leave('30', '9005', 'busy'), obey]
    lostFrom(made, 2)
    const ran = await made.b.batch('sale', ['1', '2'], { wait: false })
    expect([sentTo(made), told(ran).at(-1), ran.items[1]?.outcome]).toEqual([['91'], 'stopped shop-lost', 'unsent'])
    expect(made.b.attempts()).toHaveLength(1)
  })

  it('with an unknown outcome before it: the second look is taken all the same', async () => {
    const made = await deskWith(...THREE)
    made.b.gateway.scripts = [requestLost]
    lostFrom(made, 2)
    const ran = await made.b.batch('sale', ALL)
    expect([outcomes(ran), sentTo(made)]).toEqual(['1 not-processed, 2 unsent, 3 unsent', ['91']])
  })

  it('a fault of our own is none of the shop’s, and gives both locks back', async () => {
    const made = await deskWith(...THREE)
    made.shop.onLook = (_, count) => {
      if (count === 2) throw new TypeError('a bug')
    }
    await expect(made.b.batch('sale', ALL)).rejects.toThrow('a bug')
    expect([made.b.attempts(), ...locks(made)]).toEqual([['1 accepted'], false, null])
  })
})

describe('what comes while the shop is looked at holds the request back', () => {
  it.each([
    ['a signal', 'interrupted', ({ b }: Desk) => b.stop.abort()],
    ['the cut-off', 'until', ({ b }: Desk) => b.clock.pass(60_000)],
  ] as const)('%s', async (_, reason, happen) => {
    const made = await deskWith(...THREE)
    made.shop.onLook = (orderId) => {
      if (orderId === '2') happen(made)
    }
    const ran = await made.b.batch('sale', ALL, { untilMs: made.b.clock.nowMs() + 60_000 })
    expect([outcomes(ran), sentTo(made)]).toEqual(['1 accepted, 2 unsent, 3 unsent', ['91']])
    expect(told(ran).at(-1)).toBe(`stopped ${reason}`)
  })
})

describe('one sender per shop', () => {
  it.each([
    ['office-2', { machine: 'office-2' }],
    [null, {}],
  ])('the second desk is told which machine sends: %s', async (machine, params) => {
    const made = await deskWith(...THREE)
    Object.assign(made.shopLock, { held: 'elsewhere', machine })
    const asked = made.b.gateway.inquired.length
    const plan = await made.b.plan('sale', ALL)
    const planned = made.b.gateway.inquired.length
    await expect(made.b.run(plan)).rejects.toMatchObject({ code: 'another-desk', exitCode: 5, params })
    expect([sentTo(made), planned - asked, made.b.gateway.inquired.length]).toEqual([[], 3, planned])
    expect(locks(made)).toEqual([false, 'elsewhere'])
    expect(made.b.rows('SELECT id FROM runs')).toEqual([])
  })

  it('the lock is given back when the run cannot begin', async () => {
    const made = await deskWith(...THREE)
    const plan = await made.b.plan('sale', ALL)
    made.b.gateway.onInquiry = () => ({ type: 'rejected', code: 'P002', detail: '', handling: 'stop-login' })
    await expect(made.b.run(plan)).rejects.toMatchObject({ exitCode: 2 })
    expect([made.shopLock.taken, ...locks(made)]).toEqual([1, false, null])
  })

  it('the lock is given back when whoever listened leaves', async () => {
    const made = await deskWith(...THREE)
    for await (const { type } of made.b.start(await made.b.plan('sale', ALL))) if (type === 'settled') break
    expect(locks(made)).toEqual([false, null])
  })

  it('the lock is not asked for while another program has the mirror', async () => {
    const made = await deskWith(...THREE)
    const plan = await made.b.plan('sale', ALL)
    made.b.open().lock.acquire('sale')
    await expect(made.b.run(plan)).rejects.toMatchObject({ code: 'another-run' })
    expect(made.shopLock.taken).toBe(0)
  })
})
