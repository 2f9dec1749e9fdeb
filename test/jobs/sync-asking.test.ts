// Tests which orders `sync` asks about, the events that report it, and where the asking ends.
import type { Order } from '../../src/domain/order.js'
import type { SyncEvent, SyncRequest } from '../../src/jobs/sync/events.js'
import { inquireAbout, inquireAll, onlyAnInquiryTells, waitingOrders } from '../../src/jobs/sync/sync.js'
import type { Inbox, OrderStore } from '../../src/ports.js'
import { order } from '../domain/order-fixture.js'
import { auOrder, bench, type Bench } from './bench.js'
import { NoticeBoard } from './notice-board.js'
import { requestLost } from './paygent.js'
import { depsOf, syncOn } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const SILENT = { type: 'silent', fault: FAULT } as const
const P008 = { type: 'rejected', code: 'P008', detail: '', handling: 'malformed' } as const

const deps = (b: Bench) => ({ ...depsOf(b), inbox: b.mirror.inbox })

/** Collects the events of asking about these orders, and the end that it comes to. */
async function asking<End>(events: AsyncGenerator<SyncEvent, End>): Promise<{ told: SyncEvent[]; end: End }> {
  const told: SyncEvent[] = []
  for (;;) {
    const { done, value } = await events.next()
    if (done) return { told, end: value }
    told.push(value)
  }
}

const askUntil = (b: Bench, untilMs: SyncRequest['untilMs'], ...chosen: Order[]) =>
  asking(inquireAll(chosen, untilMs, deps(b), b.stop.signal))
const askAll = (b: Bench, ...chosen: Order[]) => askUntil(b, null, ...chosen)

const held = (b: Bench): Bench => {
  b.mirror.lock.acquire('sync')
  return b
}

it('an order that a wrong clock calls asked about tomorrow is the first to be asked about', () => {
  const b = bench()
  const at = (orderId: string, heldAmountAt: string | null) => order({ orderId, heldAmountAt })
  const asked = [at('1', '2026-11-23T19:00:00+09:00'), at('2', '2026-11-24T19:30:00+09:00'), at('3', null)]
  const list: OrderStore['list'] = () => [...asked, at('4', '2026-11-22T19:00:00+09:00')]
  const waiting = waitingOrders({ inbox: b.mirror.inbox, clock: b.clock, orders: { list, statuses: [] } })
  expect(waiting.map(({ orderId }) => orderId)).toEqual(['2', '3', '4', '1'])
})

describe('the order of the inquiries', () => {
  const HOUR = 60 * 60_000
  const waitingOf = (orders: readonly Order[], vain: ReadonlyMap<string, number> = new Map()): string => {
    const b = bench()
    const inbox: Inbox = Object.assign(Object.create(b.mirror.inbox) as Inbox, { askedInVain: () => vain })
    const store = { list: () => [...orders], statuses: [] }
    return waitingOrders({ inbox, clock: b.clock, orders: store })
      .map(({ orderId }) => orderId)
      .join(' ')
  }
  const many = (from: number, count: number, changes: Partial<Order>): Order[] =>
    Array.from({ length: count }, (_, index) => order({ orderId: String(from + index), ...changes }))

  it('gives three of four to those that may be sold or expire, and one to the rest', () => {
    const sellable = [...many(1, 4, { status: '20' }), ...many(5, 2, { status: null, heldAmountAt: null })]
    const sold = many(11, 3, { status: '40' })
    expect(waitingOf([...sold, ...sellable])).toBe('5 6 1 11 2 3 4 12 13')
    expect(waitingOf(sold)).toBe('11 12 13')
    expect(waitingOf([...many(1, 4, { status: '21' }), ...many(11, 1, { status: '40' })])).toBe('1 2 3 11 4')
  })

  it('is the longest not asked about first, of each class, and an inquiry in vain counts', () => {
    const at = (orderId: string, hours: number, status = '20'): Order =>
      order({
        orderId,
        status,
        heldAmountAt: new Date(Date.parse('2026-11-23T10:00:00Z') - hours * HOUR).toISOString(),
      })
    const orders = [at('1', 1), at('2', 50), at('3', 90), at('11', 1, '40'), at('12', 80, '40')]
    expect(waitingOf(orders)).toBe('3 2 1 12 11')
    const justNow = Date.parse('2026-11-23T10:00:00Z')
    const vain = new Map([
      ['3', justNow],
      ['12', justNow - 30 * HOUR],
    ])
    expect(waitingOf(orders, vain)).toBe('2 1 3 12 11')
  })
})

describe('a change that no notice ever tells', () => {
  const rows: readonly [string, Partial<Order>, boolean][] = [
    ['an authorisation of which Paygent has told', {}, false],
    ['a held amount that Paygent has not told', { heldAmountAt: null }, true],
    ['a status that nobody knows', { status: null }, true],
    ['a payment in transit', { status: '30' }, true],
    ['a sale that is announced', { status: '40' }, false],
  ]
  it.each(rows)('%s', (_, changes, expected) => {
    expect(onlyAnInquiryTells(order(changes))).toBe(expected)
  })
})

describe('one order after the other', () => {
  it('is announced with its place among all', async () => {
    const b = held(bench(auOrder('1'), auOrder('2')))
    expect(await askAll(b, b.order('1'), b.order('2'))).toEqual({
      told: [
        { type: 'asking', index: 1, total: 2, orderId: '1' },
        { type: 'asking', index: 2, total: 2, orderId: '2' },
      ],
      end: null,
    })
  })

  it('is announced with the time at which the asking ends', async () => {
    const b = held(bench(auOrder('1')))
    const untilMs = b.clock.nowMs() + 1
    expect((await askUntil(b, () => untilMs, b.order('1'))).told).toEqual([
      { type: 'asking', index: 1, total: 1, orderId: '1', untilMs },
    ])
  })

  it('that is gone by its turn keeps nobody waiting', async () => {
    const b = held(bench(auOrder('1'), auOrder('2')))
    const gone = { ...b.order('1'), orderId: '7' }
    const { told, end } = await askAll(b, gone, b.order('2'))
    expect([told.map(({ type }) => type), end]).toEqual([['asking', 'asking'], null])
    expect(b.gateway.inquired).toEqual([{ paymentId: '92', tradingId: 't2' }])
  })

  const page = { type: 'silent', fault: { ...FAULT, kind: 'answer', code: '503' } } as const
  const gone = { type: 'rejected', code: 'P002', detail: '', handling: 'stop-login' } as const
  it.each([
    ['two in a row hear nothing, nor the one that was answered before', SILENT, ['untold 2', 'untold 3']],
    ['pages are in the place of all answers', page, ['untold 2', 'untold 3']],
    ['the login is gone', gone, ['untold 2']],
  ])('ends when %s', async (_, answer, untold) => {
    const b = bench(...['1', '2', '3', '4'].map((id) => auOrder(id)))
    let dark = false
    b.gateway.onInquiry = ({ tradingId }) => {
      dark ||= tradingId === 't2'
      return dark ? answer : null
    }
    expect(await syncOn(b)).toEqual([...untold, 'stopped inquiry-unanswered'])
    expect(b.order('4').heldAmountAt).toBeNull()
  })

  it('is not ended by two odd ones at both ends', async () => {
    const b = bench(...['1', '2', '3', '4'].map((id) => auOrder(id)))
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' || tradingId === 't4' ? SILENT : null)
    expect(await syncOn(b)).toEqual(['untold 1', 'untold 4'])
  })

  it('ends with the tenth that hears nothing, although others are answered', async () => {
    const ids = Array.from({ length: 13 }, (_, at) => `${at + 11}`)
    const b = bench(...ids.map((id) => auOrder(id)))
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't11' ? null : SILENT)
    const untold = ids.slice(1, 11).map((id) => `untold ${id}`)
    expect(await syncOn(b)).toEqual([...untold, 'stopped inquiry-unanswered'])
  })

  it('is interrupted by a signal while another one is asked about', async () => {
    const b = bench(...['1', '2', '3', '4'].map((id) => auOrder(id)))
    let dark = false
    b.gateway.onInquiry = ({ tradingId }) => {
      if (dark && tradingId === 't1') b.stop.abort()
      dark ||= tradingId === 't2'
      return dark ? SILENT : null
    }
    expect(await syncOn(b)).toEqual(['untold 2', 'untold 3', 'stopped interrupted'])
  })

  it.each([[['3']], [['2', '3']]])('is not ended by a code and then silence about %j', async (silent) => {
    const b = bench(...['1', '2', '3'].map((id) => auOrder(id)))
    const code = { type: 'rejected', code: 'E001', detail: '', handling: 'inquire' } as const
    const before = String(Number(silent[0]) - 1)
    b.gateway.onInquiry = ({ tradingId }) =>
      tradingId === `t${before}` ? code : silent.some((id) => tradingId === `t${id}`) ? SILENT : null
    expect((await syncOn(b)).filter((line) => line.startsWith('stopped'))).toEqual([])
  })

  it.each([[['2', '3']], [['2', '3', '4']]])('is not ended by silence about %j alone', async (silent) => {
    const b = bench(...['1', '2', '3', '4', '5'].map((id) => auOrder(id)))
    b.gateway.onInquiry = (key) => (silent.some((id) => key.tradingId === `t${id}`) ? SILENT : null)
    expect(await syncOn(b)).toEqual(silent.map((id) => `untold ${id}`))
    expect(b.order('5').heldAmountAt).not.toBeNull()
  })

  it('goes on where two hear nothing, but not in a row', async () => {
    const b = bench(...['1', '2', '3', '4', '5'].map((id) => auOrder(id)))
    b.gateway.onInquiry = (key) => (key.tradingId === 't2' || key.tradingId === 't4' ? SILENT : null)
    expect(await syncOn(b)).toEqual(['untold 2', 'untold 4'])
  })

  it('asks about another one again where the last one hears nothing', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onInquiry = (key) => (key.tradingId === 't2' ? SILENT : null)
    expect(await syncOn(b)).toEqual(['untold 2'])
    expect(b.gateway.inquired.at(-1)?.tradingId).toBe('t1')
  })

  it('ends with the last one where Paygent says nothing of another either', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    let dark = false
    b.gateway.onInquiry = (key) => {
      dark ||= key.tradingId === 't2'
      return dark ? SILENT : null
    }
    expect(await syncOn(b)).toEqual(['untold 2', 'stopped inquiry-unanswered'])
  })

  it.each([['2'], ['2', '3']])('takes what is told of another one that is asked about after %s', async (...silent) => {
    const b = bench(...['1', ...silent].map((id) => auOrder(id)))
    b.gateway.onInquiry = ({ tradingId }) => {
      if (!silent.some((id) => tradingId === `t${id}`)) return null
      if (tradingId === `t${silent.at(-1)}`) move(b.gateway.payments, '91', { amountYen: 1_200 })
      return SILENT
    }
    expect(await syncOn(b)).toContain('untold 2')
    expect(b.order('1').heldAmountYen).toBe(1_200)
  })

  it.each([
    ['a signal ends it', SILENT, ['stopped interrupted']],
    ['a login that is gone ends it', gone, ['untold 1', 'stopped inquiry-unanswered']],
    ['silence is named', SILENT, ['untold 1']],
    ['an answer is taken', null, ['difference 1 moved, booked']],
  ])('%s where the change of another one is asked about', async (what, answer, heard) => {
    const b = bench(auOrder('1'), auOrder('2'))
    let asked = 0
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId === 't2') {
        move(b.gateway.payments, '91', { amountYen: 1_200 })
        return SILENT
      }
      asked += 1
      // At the start, in its turn, instead of the silent one, and for the change.
      if (asked < 4) return null
      if (what.startsWith('a signal')) b.stop.abort()
      return answer
    }
    expect(await syncOn(b)).toEqual(['untold 2', ...heard])
  })

  it('ends, and asks about no other, where the login is gone when the change of another one is asked about', async () => {
    const b = held(bench(...['1', '2', '3', '4'].map((id) => auOrder(id))))
    b.gateway.onInquiry = ({ tradingId }, count) => {
      if (tradingId === 't2' || tradingId === 't3') return SILENT
      if (tradingId === 't4' || count < 3) return null
      move(b.gateway.payments, '91', { amountYen: 1_200 })
      // First instead of the silent one, and then for the change.
      return b.gateway.inquired.filter((key) => key.tradingId === 't1').length > 2 ? gone : null
    }
    const { told, end } = await askAll(b, ...['1', '2', '3', '4'].map((id) => b.order(id)))
    const untold = told.flatMap((event) => (event.type === 'untold' ? [event.orderId] : []))
    expect([untold, end]).toEqual([['2', '3', '1'], 'unanswered'])
    expect(b.gateway.inquired.at(-1)?.tradingId).toBe('t1')
  })

  it.each([
    ['is taken before the end of the time', 14_001, ['difference 1 moved, booked']],
    ['is left to the next time at the end of the time', 14_000, []],
    ['is left to the next time after the end of the time', 13_999, []],
  ])('the change of another one %s', async (_, ms, heard) => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId !== 't2') return null
      move(b.gateway.payments, '91', { amountYen: 1_200 })
      return SILENT
    }
    // The four tries of a silent one take 14 seconds.
    const untilMs = b.clock.nowMs() + ms
    expect(await syncOn(b, { untilMs: () => untilMs })).toEqual(['untold 2', ...heard])
    expect(b.order('1').heldAmountYen).toBe(heard.length === 0 ? 1_000 : 1_200)
  })

  it('asks about no order again of which a code was all that was told in its turn', async () => {
    const b = bench(...['1', '2', '3'].map((id) => auOrder(id)))
    let dark = false
    b.gateway.onInquiry = ({ tradingId }) => {
      dark ||= tradingId === 't2'
      if (dark) move(b.gateway.payments, '91', { status: '40' })
      return tradingId !== 't1' ? SILENT : dark ? null : P008
    }
    expect(await syncOn(b)).toEqual(['untold 1 P008', 'untold 2', 'untold 3'])
    // At the start, in its turn, and instead of the silent ones.
    expect(b.gateway.inquired.filter(({ tradingId }) => tradingId === 't1')).toHaveLength(3)
  })

  it('asks about no order again that stands as it did', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't2' ? SILENT : null)
    await syncOn(b)
    // At the start, in its turn, and instead of the silent one.
    expect(b.gateway.inquired.filter(({ tradingId }) => tradingId === 't1')).toHaveLength(3)
  })

  it('is interrupted by a signal while another one is asked about after the last', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    let dark = false
    b.gateway.onInquiry = (key) => {
      if (dark && key.tradingId === 't1') b.stop.abort()
      dark ||= key.tradingId === 't2'
      return dark ? SILENT : null
    }
    expect(await syncOn(b)).toEqual(['untold 2', 'stopped interrupted'])
  })

  it('ends with the only one where that one hears nothing', async () => {
    const b = bench(auOrder('1'))
    let count = 0
    b.gateway.onInquiry = () => ((count += 1) === 1 ? null : SILENT)
    expect(await syncOn(b)).toEqual(['untold 1', 'stopped inquiry-unanswered'])
  })

  it.each([[['1', '2', '3']], [['1']]])('on a signal hears nothing, which says nothing of Paygent: %j', async (ids) => {
    const b = held(bench(...ids.map((id) => auOrder(id))))
    b.gateway.onInquiry = () => {
      b.stop.abort()
      return SILENT
    }
    const { told, end } = await askAll(b, ...ids.map((id) => b.order(id)))
    expect([told.map(({ type }) => type), end]).toEqual([['asking'], 'interrupted'])
    expect(b.mirror.inbox.askedInVain().size).toBe(0)
  })
})

describe('the answer', () => {
  const one = async (b: Bench, asked = b.order('1')) => {
    const { told, end } = await asking(inquireAbout(asked, deps(b), b.stop.signal))
    return [told.map(({ type }) => type), end]
  }

  it('is nothing by a code', async () => {
    const b = held(bench(auOrder('1')))
    b.gateway.onInquiry = () => P008
    expect(await one(b)).toEqual([['untold'], 'nothing'])
  })

  it('is nothing where the order’s payment is another one by now', async () => {
    const b = held(bench(auOrder('1')))
    const asked = b.order('1')
    b.mirror.importOrders({ rows: [auOrder('1', { paymentId: '95' })], others: [] }, b.clock.nowMs())
    expect(await one(b, asked)).toEqual([[], 'nothing'])
  })

  it('is what Paygent says, and nothing where it knows no payment', async () => {
    const b = held(bench(auOrder('1')))
    expect(await one(b)).toEqual([[], 'taken'])
    b.gateway.payments.clear()
    expect(await one(b)).toEqual([['difference'], 'nothing'])
  })

  it('leaves a notice for the next time where a code is all that is told', async () => {
    const b = bench(auOrder('1'))
    await syncOn(b)
    new NoticeBoard(b.gateway).add(1, { status: '60' })
    b.gateway.onInquiry = () => P008
    expect(await syncOn(b, { notices: true })).toEqual(['untold 1 P008', 'notice 1 pending'])
  })

  it('leaves a notice for the next time on a signal', async () => {
    const b = bench(auOrder('1'))
    await syncOn(b)
    new NoticeBoard(b.gateway).add(1, { status: '60' })
    b.gateway.onInquiry = () => {
      b.stop.abort()
      return SILENT
    }
    expect(await syncOn(b, { notices: true })).toEqual(['stopped interrupted'])
    expect(b.mirror.inbox.pending()).toHaveLength(1)
    expect(b.mirror.inbox.askedInVain().size).toBe(0)
  })

  it('is late only where something has moved', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'])
    b.gateway.payments.clear()
    expect(await syncOn(b)).toEqual(['difference 1 no-payment'])
    b.gateway.hold({ paymentId: '91', tradingId: 't1' })
    move(b.gateway.payments, '91', { status: '40' })
    expect(await syncOn(b)).toEqual(['difference 1 late-arrival, booked'])
  })
})
