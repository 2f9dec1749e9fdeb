// A request counted as not processed may still arrive, so Paygent is asked about it for seven days.
import { describe, expect, it } from 'vitest'
import { auOrder, bench, type Bench } from './bench.js'
import { requestLost } from './paygent.js'
import { reconcileOn, standing, syncOn } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'

const DAY_MS = 24 * 60 * 60 * 1_000

async function onceNotProcessed(totalYen = 1_000): Promise<Bench> {
  const b = bench(auOrder('1', { totalYen }))
  b.gateway.scripts = [requestLost]
  await b.batch('sale', ['1'])
  expect(b.attempts()).toEqual(['1 not-processed'])
  return b
}

describe('an order once settled by time', () => {
  it('is for a person when its request came after all', async () => {
    const b = await onceNotProcessed()
    move(b.gateway.payments, '91', { status: '40' })
    expect(await reconcileOn(b)).toEqual(['difference 1 late-arrival, booked'])
    expect(standing(b)).toBe('91 40 attention late-arrival')
    const [last] = b.rows('SELECT event, detail, outcome FROM journal ORDER BY seq DESC LIMIT 1')
    expect(last).toEqual({
      event: 'difference',
      outcome: 'attention',
      detail: 'late-arrival: payment 91, 20 1000 -> 40 1000',
    })
    expect(await reconcileOn(b)).toEqual([])
  })

  it('is for a person though the shop has a change of its own under way', async () => {
    const b = await onceNotProcessed()
    b.mirror.importOrders({ rows: [auOrder('1', { kind: '0201' })], others: [] }, b.clock.nowMs())
    expect(await reconcileOn(b)).toEqual(['difference 1 conflict, booked'])
    move(b.gateway.payments, '91', { status: '40' })
    expect(await syncOn(b)).toEqual([])
    expect(await reconcileOn(b)).toEqual(['difference 1 late-arrival, booked'])
    expect(standing(b)).toContain('attention late-arrival')
  })

  it('that stands as it did is looked at and left', async () => {
    const b = await onceNotProcessed()
    const asked: string[] = []
    const heard = await reconcileOn(b, {}, (event) => {
      if (event.type === 'asking') asked.push(`${event.index}/${event.total} ${event.orderId}`)
    })
    expect([heard, standing(b), asked]).toEqual([[], '91 20', ['1/1 1']])
  })

  it.each([
    ['a sale', 1_000],
    ['a correction in its place', 900],
  ])('after %s is looked for by its payment alone', async (_, totalYen) => {
    const b = await onceNotProcessed(totalYen)
    b.gateway.hold({ paymentId: '77', tradingId: 't1' })
    b.gateway.inquired.length = 0
    expect(await reconcileOn(b)).toEqual([])
    expect(new Set(b.gateway.inquired.map((key) => JSON.stringify(key)))).toEqual(
      new Set([JSON.stringify({ paymentId: '91', tradingId: 't1' })]),
    )
  })

  it('that only grew older is learnt', async () => {
    const b = await onceNotProcessed()
    move(b.gateway.payments, '91', { status: '21' })
    expect(await reconcileOn(b)).toEqual([])
    expect(standing(b)).toBe('91 21')
  })

  it('whose payment Paygent does not know is told, and nothing is booked', async () => {
    const b = await onceNotProcessed()
    b.gateway.payments.delete('91')
    b.gateway.hold({ paymentId: '77' })
    b.gateway.onInquiry = (_, count) =>
      count === 0 ? null : { type: 'rejected', code: '13001', detail: '', handling: 'rejected' }
    expect(await reconcileOn(b)).toEqual(['difference 1 no-payment'])
    expect(standing(b)).toBe('91 20')
  })

  it.each([
    [7 * DAY_MS, ['difference 1 late-arrival, booked']],
    [7 * DAY_MS + 1, []],
  ])('is looked after for 7 days: %i ms', async (later, heard) => {
    const b = await onceNotProcessed()
    move(b.gateway.payments, '91', { status: '40' })
    b.clock.pass(later)
    expect(await reconcileOn(b)).toEqual(heard)
  })

  it('is left out where others are named', async () => {
    const b = await onceNotProcessed()
    move(b.gateway.payments, '91', { status: '40' })
    expect(await reconcileOn(b, { orderIds: ['2'] })).toEqual([])
    expect(await reconcileOn(b, { orderIds: ['1'] })).toEqual(['difference 1 late-arrival, booked'])
  })

  it('is left to a person where it waits for one, and the others are asked about', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2'])
    move(b.gateway.payments, '91', { status: '40' })
    await reconcileOn(b)
    const asked: string[] = []
    await reconcileOn(b, {}, (event) => {
      if (event.type === 'asking') asked.push(`${event.index}/${event.total} ${event.orderId}`)
    })
    expect(asked).toEqual(['1/1 1', '1/1 2'])
  })

  it('stays when Paygent does not answer, or on a signal', async () => {
    const b = await onceNotProcessed()
    const asked = b.gateway.inquired.length
    b.gateway.onInquiry = (_, count) => (count > asked + 1 ? { type: 'silent', fault: FAULT } : null)
    expect(await reconcileOn(b)).toEqual(['untold 1', 'stopped inquiry-unanswered'])
    b.gateway.onInquiry = () => {
      b.stop.abort()
      return null
    }
    expect(await reconcileOn(b)).toEqual(['stopped interrupted'])
  })
})
