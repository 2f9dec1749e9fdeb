// Tests when reconcile settles a request by time or sends it once more, beside the cut-off, a lost shop, a signal, and
// silence right after it.
import { describe, expect, it } from 'vitest'
import { auOrder, bench, type Bench, cardOrder } from './bench.js'
import { leave, obey, requestLost } from './paygent.js'
import { reconcileOn, SETTLE_MS, standing } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'
import { deskWith, lost } from './scripted-shop.js'

const silence = () => ({ type: 'silent', fault: FAULT }) as const

/** The sale of order 1 broke off inside Paygent, and the settle time is over. */
async function stuck(b: Bench = bench(cardOrder('1'))): Promise<Bench> {
  b.gateway.scripts = [leave('30', '2001', 'inquire'), obey]
  await b.batch('sale', ['1'], { wait: false })
  b.clock.pass(SETTLE_MS)
  return b
}

/** As `stuck`, and the requests of these orders never arrived. */
async function stuckBesides(...others: readonly string[]): Promise<Bench> {
  const b = await stuck(bench(cardOrder('1'), ...others.map((id) => auOrder(id))))
  b.gateway.scripts = [leave('30', '2001', 'inquire'), ...others.map(() => requestLost), obey]
  for (const id of others) await b.run(await b.plan('sale', [id]), { wait: false })
  return b
}

/** The trading ids about which Paygent is asked from here on until the next request arrives. */
function askedBeforeSending(b: Bench, answer: Bench['gateway']['onInquiry'] = () => null): string[] {
  const sent = b.gateway.sent.length
  const asked: string[] = []
  b.gateway.onInquiry = (key, count) => {
    if (b.gateway.sent.length === sent) asked.push(key.tradingId ?? '')
    return answer(key, count)
  }
  return asked
}

/** Each request never arrived; ten seconds lie between two of them. */
async function openSince(b: Bench, orderIds: readonly string[]): Promise<Bench> {
  b.gateway.scripts = [requestLost]
  const plans = await Promise.all(orderIds.map((orderId) => b.plan('sale', [orderId])))
  for (const plan of plans) {
    await b.run(plan, { wait: false })
    b.clock.pass(10_000)
  }
  return b
}

describe('what is open is settled by time', () => {
  it('also where nothing may be sent again', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    b.clock.pass(SETTLE_MS)
    expect(await reconcileOn(b, { wait: false, sendsAgain: false })).toEqual(['settled 1 101 not-processed'])
  })
})

describe('a second sending', () => {
  it.each([
    ['at the cut-off', 0, []],
    ['after it', -1, []],
    ['before it', 60_000, ['again 1 022', 'settled 1 022 accepted']],
  ])('%s', async (_, laterMs, heard) => {
    const b = await stuck()
    expect(await reconcileOn(b, { wait: false, untilMs: b.clock.nowMs() + laterMs })).toEqual(heard)
    expect(b.gateway.sent).toHaveLength(heard.length > 0 ? 2 : 1)
  })

  it('that is accepted while a signal comes is told, and the signal then ends the run', async () => {
    const b = await stuck(bench(cardOrder('1'), auOrder('2')))
    b.gateway.scripts = [leave('30', '2001', 'inquire'), requestLost, obey]
    await b.batch('sale', ['2'], { wait: false })
    b.gateway.onSend = () => b.stop.abort()
    expect(await reconcileOn(b, { wait: false })).toEqual([
      'again 1 022',
      'settled 1 022 accepted',
      'stopped interrupted',
    ])
    expect([standing(b), standing(b, '2')]).toEqual(['91 40', '92 20 open'])
  })

  it.each([
    ['is silent about', silence(), 3, ['untold 2', 'again 1 022', 'settled 1 022 accepted']],
    [
      'refuses to be asked about',
      { type: 'rejected', code: 'P017', detail: '', handling: 'stop' } as const,
      2,
      ['untold 2', 'stopped inquiry-unanswered'],
    ],
    ['answers about', null, 3, ['again 1 022', 'settled 1 022 accepted']],
  ])('of a named order, where Paygent %s an open request of another', async (_, answer, sent, heard) => {
    const b = await stuck(bench(cardOrder('1'), auOrder('2')))
    b.gateway.scripts = [leave('30', '2001', 'inquire'), requestLost, obey]
    await b.batch('sale', ['2'], { wait: false })
    b.clock.pass(SETTLE_MS)
    b.gateway.onInquiry = (key) => ('paymentId' in key && key.paymentId === '92' ? answer : null)
    expect(await reconcileOn(b, { wait: false, orderIds: ['1'] })).toEqual(heard)
    expect([b.gateway.sent.length, standing(b, '2')]).toEqual([sent, '92 20 open'])
  })

  it('asks about nobody else where nothing of the named order is to be sent again', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2'], { wait: false })
    const from = b.gateway.inquired.length
    await reconcileOn(b, { wait: false, orderIds: ['1'] })
    expect(b.gateway.inquired.slice(from).filter(({ tradingId }) => tradingId === 't2')).toEqual([])
  })

  it('of a named order goes out, and an answer about another one lies between two silences', async () => {
    const b = await stuck(bench(cardOrder('1'), auOrder('2'), auOrder('3'), auOrder('4')))
    b.gateway.scripts = [leave('30', '2001', 'inquire'), requestLost, requestLost, requestLost, obey]
    for (const orderId of ['2', '3', '4']) await b.run(await b.plan('sale', [orderId]), { wait: false })
    b.clock.pass(SETTLE_MS)
    const before = askedBeforeSending(b, ({ tradingId }) =>
      tradingId === 't2' || tradingId === 't4' ? silence() : null,
    )
    const heard = await reconcileOn(b, { wait: false, orderIds: ['1'] })
    expect(heard).toEqual(['untold 2', 'untold 4', 'again 1 022', 'settled 1 022 accepted'])
    // The silent ones are asked about four times each, and nobody besides, since the third one lies between them.
    expect(before).toEqual(['t1', 't1', 't2', 't2', 't2', 't2', 't3', 't4', 't4', 't4', 't4', 't1'])
  })

  it.each([
    ['all orders', null, ['t1', 't1', 't2', 't3', 't1']],
    ['the orders that are named first, and once about the others', ['1', '2'], ['t1', 't1', 't2', 't3', 't1']],
    ['the order that is named first, and once about the others', ['1'], ['t1', 't1', 't2', 't3', 't1']],
  ])('goes out after Paygent was asked once about %s', async (_, orderIds, asked) => {
    const b = await stuckBesides('2', '3')
    const before = askedBeforeSending(b)
    expect(await reconcileOn(b, { wait: false, orderIds })).toContain('again 1 022')
    expect(before).toEqual(asked)
  })

  it('is held back by a signal while the others are asked about, and no more of them are', async () => {
    const b = await stuckBesides('2', '3')
    const before = askedBeforeSending(b, ({ tradingId }) => {
      if (tradingId === 't2') b.stop.abort()
      return null
    })
    const sent = b.gateway.sent.length
    expect(await reconcileOn(b, { wait: false, orderIds: ['1'] })).toEqual(['stopped interrupted'])
    expect([before, b.gateway.sent.length]).toEqual([['t1', 't1', 't2'], sent])
  })

  it('of a second order, within the wait, asks about nobody again who was silent before the first one', async () => {
    const b = await stuckBesides('2', '3')
    b.gateway.scripts = [...b.gateway.sent.map(() => obey), leave('30', '2001', 'inquire'), obey]
    b.mirror.importOrders({ rows: [cardOrder('4')], others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '94', tradingId: 't4', method: 'credit' })
    await b.run(await b.plan('sale', ['4']), { wait: false })
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't2' ? silence() : null)
    b.gateway.inquired.length = 0
    expect(await reconcileOn(b, { orderIds: ['1', '4'] })).toEqual([
      'untold 2',
      'again 1 022',
      'settled 1 022 accepted',
      'again 4 022',
      'settled 4 022 accepted',
    ])
    const asked = (of: string) => b.gateway.inquired.filter(({ tradingId }) => tradingId === of).length
    // The silent one four times, and the one that answers before each of the two requests.
    expect([asked('t2'), asked('t3')]).toEqual([4, 2])
  })

  it('is put off where more than a minute has passed since Paygent’s answer', async () => {
    const b = await stuck()
    const heard = await reconcileOn(b, { wait: false }, (event) => {
      if (event.type === 'sending-again') b.clock.pass(60_001)
    })
    expect([heard, b.gateway.sent.length, standing(b)]).toEqual([['again 1 022'], 1, '91 20 open'])
  })

  it('about which Paygent is silent ends the run: nothing more is asked now', async () => {
    const b = await stuck()
    b.gateway.scripts = [requestLost]
    let asked = 0
    b.gateway.onSend = () => {
      // The four tries of one inquiry get no answer; the next one would get one.
      b.gateway.onInquiry = () => ((asked += 1) > 4 ? null : silence())
      move(b.gateway.payments, '91', { status: '40' })
    }
    expect(await reconcileOn(b, { wait: false })).toEqual(['again 1 022', 'stopped inquiry-unanswered'])
    expect([asked, b.attempts()]).toEqual([4, ['1 not-processed', '1 unknown']])
    expect(await reconcileOn(b, { wait: false })).toEqual(['settled 1 022 accepted'])
  })

  it('waits where the shop’s lock cannot be taken because its database is gone', async () => {
    const made = await deskWith(cardOrder('1'))
    const b = await stuck(made.b)
    const { shopLock } = made
    const takes = shopLock.acquire.bind(shopLock)
    shopLock.acquire = () => Promise.reject(lost())
    expect(await reconcileOn(b, { wait: false })).toEqual(['unseen shop-unreachable'])
    expect([b.gateway.sent.length, standing(b), b.mirror.lock.held]).toEqual([1, '91 20 open', false])
    shopLock.acquire = takes
    expect(await reconcileOn(b, { wait: false })).toEqual(['again 1 022', 'settled 1 022 accepted'])
  })

  it('does not hide a fault of this program as a lost shop', async () => {
    const made = await deskWith(cardOrder('1'))
    const b = await stuck(made.b)
    made.shopLock.acquire = () => Promise.reject(new Error('a fault'))
    await expect(reconcileOn(b, { wait: false })).rejects.toThrow('a fault')
    expect([b.gateway.sent.length, standing(b), b.mirror.lock.held]).toEqual([1, '91 20 open', false])
  })
})

describe('the wait for the settle time', () => {
  it('tells at each order how many are left', async () => {
    const b = await openSince(bench(auOrder('1'), auOrder('2'), auOrder('3')), ['1', '2', '3'])
    const left: number[] = []
    const heard = await reconcileOn(b, {}, (event) => {
      if (event.type === 'waiting' && left.at(-1) !== event.orders) left.push(event.orders)
    })
    expect(heard).toEqual(['settled 1 101 not-processed', 'settled 2 101 not-processed', 'settled 3 101 not-processed'])
    expect(left).toEqual([3, 2, 1])
  })

  it('ends after two orders in a row without an answer, nor one about the order that was answered last', async () => {
    const b = await openSince(bench(auOrder('1'), auOrder('2'), auOrder('3')), ['1', '2', '3'])
    let later = false
    const asked: (string | null)[] = []
    b.gateway.onInquiry = ({ tradingId }) => {
      if (!later) return null
      asked.push(tradingId)
      return silence()
    }
    const heard = await reconcileOn(b, {}, (event) => {
      if (event.type === 'waiting') later = true
    })
    expect(heard).toEqual(['untold 1', 'untold 2', 'stopped inquiry-unanswered'])
    expect(asked.filter((tradingId) => tradingId === 't3')).toHaveLength(1)
    expect(b.attempts()).toEqual(['1 unknown', '2 unknown', '3 unknown'])
  })
})

describe('before it asks', () => {
  it('asks about another waiting order where Paygent is silent about the first', async () => {
    const b = bench(...['1', '2', '3', '4'].map((orderId) => auOrder(orderId)))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2'], { wait: false })
    b.gateway.inquired.length = 0
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? silence() : null)
    expect(await reconcileOn(b, { wait: false })).toEqual(['untold 1'])
    expect(new Set(b.gateway.inquired.map(({ tradingId }) => tradingId))).toEqual(new Set(['t1', 't2']))
  })

  it('asks nothing about an order for a person that was not named', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [leave('33', '2001', 'inquire')]
    await b.batch('sale', ['1'])
    expect(standing(b)).toContain('attention')
    b.gateway.inquired.length = 0
    expect([await reconcileOn(b, { orderIds: ['2'] }), b.gateway.inquired]).toEqual([[], []])
  })

  it('enters into the audit trail that a request which a crash left has no outcome', async () => {
    const b = bench(auOrder('1'))
    b.gateway.onSend = () => {
      throw new Error('kill -9')
    }
    await expect(b.batch('sale', ['1'])).rejects.toThrow('kill -9')
    b.restart()
    expect(b.attempts()).toEqual(['1 prepared'])
    await reconcileOn(b, { wait: false })
    expect(b.attempts()).toEqual(['1 unknown'])
    expect(b.rows("SELECT order_id FROM journal WHERE event = 'recovered'")).toEqual([{ order_id: '1' }])
  })
})
