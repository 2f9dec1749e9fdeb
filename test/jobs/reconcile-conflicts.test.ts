// Tests conflicting statements of the shop about an order that this tool has changed: Paygent's answer decides.
import type { ImportRow } from '../../src/domain/shop.js'
import { auOrder, bench, type Bench, cardOrder } from './bench.js'
import { requestLost } from './paygent.js'
import { reconcileOn, standing } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

/** The order is sold here, and the shop's next file says otherwise. */
async function sold(theirs: Partial<ImportRow>, row = auOrder('1')): Promise<Bench> {
  const b = bench(row)
  await b.batch('sale', ['1'])
  b.mirror.importOrders({ rows: [{ ...row, ...theirs }], others: [] }, b.clock.nowMs())
  expect(standing(b)).toContain('conflict')
  return b
}

const last = (b: Bench) => b.rows('SELECT event, detail FROM journal ORDER BY seq DESC LIMIT 1')[0]

describe('a conflict about one payment', () => {
  it('ends with what Paygent says of it', async () => {
    const b = await sold({ status: '60', kind: '102' })
    expect(await reconcileOn(b)).toEqual(['difference 1 conflict, booked'])
    expect([standing(b), b.order('1').kind]).toEqual(['91 40', '101'])
    expect(last(b)).toEqual({
      event: 'conflict-settled',
      detail: 'conflict: payment 91, 40 1000 -> 40 1000',
    })
    expect(await reconcileOn(b)).toEqual([])
  })

  it('takes from the shop what only the shop decides', async () => {
    const b = await sold({ status: '60', customerName: 'ペイジェント 花子', shippedAt: '2026-11-22T10:00:00+09:00' })
    await reconcileOn(b)
    expect(b.order('1')).toMatchObject({ customerName: 'ペイジェント 花子', status: '40', conflict: false })
  })

  it('keeps that staff have corrected the sale: there is no second correction', async () => {
    const b = await sold({ status: '40', kind: '103' })
    await reconcileOn(b)
    expect([standing(b), b.order('1').kind]).toEqual(['91 40', '103'])
  })

  it('ends with a payment that is dead, too', async () => {
    const b = await sold({ status: '60', kind: '102' })
    move(b.gateway.payments, '91', { status: '60' })
    expect(await reconcileOn(b)).toEqual(['difference 1 conflict, booked'])
    expect([standing(b), b.order('1').kind]).toEqual(['91 60', '102'])
  })

  it('that Paygent does not know is for a person', async () => {
    const b = await sold({ status: '60' })
    b.gateway.onInquiry = () => ({ type: 'rejected', code: '13001', detail: '', handling: 'rejected' })
    expect(await reconcileOn(b)).toEqual(['difference 1 none-alive, booked'])
    expect(standing(b)).toBe('91 40 attention none-alive conflict')
    expect(last(b)).toMatchObject({ detail: 'none-alive: payment 91, 40 1000 -> 13001' })
  })
})

/** A request on it was refused, and the shop's next file says otherwise: it is still authorised. */
async function refused(theirs: Partial<ImportRow>): Promise<Bench> {
  const b = bench(auOrder('1'))
  b.gateway.scripts = [() => ({ type: 'rejected', code: '7502', detail: '', handling: 'rejected' })]
  await b.batch('sale', ['1'])
  b.mirror.importOrders({ rows: [auOrder('1', theirs)], others: [] }, b.clock.nowMs())
  return b
}

const otherMethod = (b: Bench, orderId = '1') =>
  b.mirror.importOrders({ rows: [], others: [{ orderId, method: '代金引換' }] }, b.clock.nowMs())

describe('what no answer of Paygent ends', () => {
  it('a total that the shop raised: nothing is asked, and the order stays as it is', async () => {
    const b = await refused({ totalYen: 1_200 })
    const asked = b.gateway.inquired.length
    expect(await reconcileOn(b)).toEqual([])
    expect([standing(b), b.order('1').totalYen, b.gateway.inquired.length]).toEqual(['91 20 conflict', 1_000, asked])
  })

  it('a total that was lowered is the shop’s to say while nothing is captured', async () => {
    const b = await refused({ totalYen: 900 })
    expect(await reconcileOn(b)).toEqual(['difference 1 conflict, booked'])
    expect([standing(b), b.order('1').totalYen]).toEqual(['91 20', 900])
  })

  it('a total that was lowered on a sold order', async () => {
    const b = await sold({ totalYen: 900, kind: '101' })
    expect(await reconcileOn(b)).toEqual([])
    expect([standing(b), b.order('1').totalYen]).toEqual(['91 40 conflict', 1_000])
  })

  it('the same where only Paygent’s answer shows that it is sold', async () => {
    const b = await refused({ totalYen: 900 })
    move(b.gateway.payments, '91', { status: '40' })
    await reconcileOn(b)
    expect([standing(b), b.order('1').totalYen]).toEqual(['91 40 conflict', 1_000])
    expect(await reconcileOn(b)).toEqual([])
  })

  it('another payment method, on an order that nothing was ever sent for', async () => {
    const b = bench(auOrder('1'))
    const { conflicts, skippedOtherMethods } = otherMethod(b)
    expect(conflicts).toEqual([
      { orderId: '1', differences: [{ field: 'method', mirror: 'carrier', file: '代金引換' }] },
    ])
    expect([skippedOtherMethods, await reconcileOn(b), standing(b)]).toEqual([0, [], '91 20 conflict'])
    expect(await b.batch('sale', ['1'])).not.toContain('accepted')
    expect(b.gateway.sent).toEqual([])
  })

  it('another method that comes beside what Paygent decides: that part ends, the rest stands', async () => {
    const b = await sold({ status: '60', kind: '102' })
    otherMethod(b)
    expect(b.mirror.orders.conflicts()).toMatchObject([{ theirs: { method: '代金引換', kind: '102' } }])
    move(b.gateway.payments, '91', { status: '60' })
    expect(await reconcileOn(b)).toEqual(['difference 1 conflict, booked'])
    expect([standing(b), b.order('1').kind]).toEqual(['91 60 conflict', '102'])
    expect(b.mirror.orders.conflicts()).toMatchObject([{ theirs: { method: '代金引換' } }])
    expect(await reconcileOn(b)).toEqual([])
  })

  it('a method of Paygent’s that is another one, unless the customer has paid again so', async () => {
    const card = await sold({ method: 'credit', carrier: null })
    await reconcileOn(card)
    expect([standing(card), card.order('1').method]).toEqual(['91 40 conflict', 'carrier'])
    const again = await sold({ method: 'credit', carrier: null, paymentId: '77', status: '20', kind: '' })
    move(again.gateway.payments, '91', { status: '60' })
    again.gateway.hold({ paymentId: '77', tradingId: 't1', status: '20', method: 'credit', carrier: null })
    expect(await reconcileOn(again)).toEqual(['difference 1 conflict, booked'])
    expect([standing(again), again.order('1').method]).toEqual(['77 20', 'credit'])
  })
})

describe('a conflict about two payments', () => {
  const rows: readonly [string, string, string, string, string, string][] = [
    ['ours alive', '40', '60', 'conflict', '91 40', '91, 40 1000 -> 40 1000'],
    ['theirs alive', '60', '20', 'conflict', '77 20', '77, 40 1000 -> 20 1000'],
    ['both alive', '40', '20', 'two-alive', '91 40 attention two-alive conflict', '91, 40 1000 -> 40 1000'],
    ['neither alive', '60', '32', 'none-alive', '91 60 attention none-alive conflict', '77, 40 1000 -> 32 1000'],
  ]
  it.each(rows)('%s', async (_, ours, theirs, cause, stands, detail) => {
    const b = await sold({ paymentId: '77', status: '20' })
    move(b.gateway.payments, '91', { status: ours })
    b.gateway.hold({ paymentId: '77', tradingId: 't1', status: theirs })
    expect(await reconcileOn(b)).toEqual([`difference 1 ${cause}, booked`])
    expect(standing(b)).toBe(stands)
    expect(last(b)?.['detail']).toBe(`${cause}: payment ${detail}`)
    const known = b.mirror.issues.payments('1').map(({ paymentId, status, current }) => [paymentId, status, current])
    expect(known).toEqual([
      ['91', ours, !stands.startsWith('77')],
      ['77', theirs, stands.startsWith('77')],
    ])
  })

  it('asks about theirs under the trading id that the shop gives', async () => {
    const b = await sold({ paymentId: '77', tradingId: 't77' })
    b.gateway.hold({ paymentId: '77', tradingId: 't77', status: '60' })
    await reconcileOn(b)
    expect(b.gateway.inquired.slice(-2)).toEqual([
      { paymentId: '91', tradingId: 't1' },
      { paymentId: '77', tradingId: 't77' },
    ])
  })

  it('asks about theirs under the order’s trading id where the shop gives no other', async () => {
    const b = await sold({ paymentId: '77', status: '20' })
    await reconcileOn(b)
    expect(b.gateway.inquired.slice(-2)).toEqual([
      { paymentId: '91', tradingId: 't1' },
      { paymentId: '77', tradingId: 't1' },
    ])
  })

  it('tells the code where Paygent knows neither', async () => {
    const b = await sold({ paymentId: '77' })
    b.gateway.payments.clear()
    expect(await reconcileOn(b)).toEqual(['difference 1 none-alive, booked'])
    expect(last(b)).toMatchObject({ detail: 'none-alive: payment 91, 40 1000 -> 13001' })
  })

  it('takes the living one where Paygent does not know the other', async () => {
    const b = await sold({ paymentId: '77' })
    expect(await reconcileOn(b)).toEqual(['difference 1 conflict, booked'])
    expect(standing(b)).toBe('91 40')
  })
})

describe('a conflict is left', () => {
  it('while the attempt on it is open', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    b.mirror.importOrders({ rows: [auOrder('1', { status: '60' })], others: [] }, b.clock.nowMs())
    expect(await reconcileOn(b, { wait: false })).toEqual([])
    expect(standing(b)).toBe('91 20 open conflict')
  })

  it('where others are named', async () => {
    const b = await sold({ status: '60' })
    expect(await reconcileOn(b, { orderIds: ['2'] })).toEqual([])
    expect(await reconcileOn(b, { orderIds: ['1'] })).toEqual(['difference 1 conflict, booked'])
  })

  it('when Paygent does not answer', async () => {
    const b = await sold({ status: '60' })
    const asked = b.gateway.inquired.length
    b.gateway.onInquiry = (_, count) => (count > asked + 1 ? { type: 'silent', fault: FAULT } : null)
    expect(await reconcileOn(b)).toEqual(['untold 1', 'stopped inquiry-unanswered'])
    expect(standing(b)).toBe('91 40 conflict')
  })

  it('on a signal', async () => {
    const b = await sold({ status: '60' })
    b.gateway.onInquiry = () => {
      b.stop.abort()
      return null
    }
    expect(await reconcileOn(b)).toEqual(['stopped interrupted'])
    expect(standing(b)).toBe('91 40 conflict')
  })
})

it('a sale called not processed whose payment is alive, while the shop names one that is gone', async () => {
  const b = bench(auOrder('1'))
  b.gateway.scripts = [requestLost]
  await b.batch('sale', ['1'])
  b.mirror.importOrders({ rows: [auOrder('1', { paymentId: '77' })], others: [] }, b.clock.nowMs())
  b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '32' })
  expect(await reconcileOn(b)).toEqual(['difference 1 conflict, booked'])
  expect(standing(b)).toBe('91 20')
})

it('each conflict is asked about in turn', async () => {
  const b = bench(auOrder('1'), auOrder('2'))
  await b.batch('sale', ['1', '2'])
  const rows = [auOrder('1', { status: '60' }), auOrder('2', { status: '60' })]
  b.mirror.importOrders({ rows, others: [] }, b.clock.nowMs())
  const asked: string[] = []
  await reconcileOn(b, {}, (event) => {
    if (event.type === 'asking') asked.push(`${event.index}/${event.total} ${event.orderId}`)
  })
  expect(asked).toEqual(['1/2 1', '2/2 2'])
})

it('a sale called not processed whose payment is gone: a correction came late', async () => {
  const row = cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 })
  const b = bench(row)
  b.gateway.scripts = [requestLost]
  await b.batch('sale', ['1'])
  expect(b.attempts()).toEqual(['1 not-processed'])
  b.mirror.importOrders({ rows: [{ ...row, paymentId: '77' }], others: [] }, b.clock.nowMs())
  move(b.gateway.payments, '91', { status: '32' })
  b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '40', amountYen: 600 })
  expect(await reconcileOn(b)).toEqual(['difference 1 late-arrival, booked'])
  expect(standing(b)).toBe('91 32 attention late-arrival conflict')
})
