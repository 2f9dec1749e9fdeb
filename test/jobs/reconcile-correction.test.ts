// Tests a correction that was called not processed and may have arrived since: beside the payment itself Paygent is asked
// about the trading id, under which the correction may have made another payment.
import { describe, expect, it } from 'vitest'
import type { InquiryAnswer } from '../../src/domain/answer.js'
import type { Difference } from '../../src/domain/difference.js'
import { auOrder, bench, type Bench, cardOrder } from './bench.js'
import { requestLost } from './paygent.js'
import { reconcileOn, standing } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'

const LOWERED = { totalYen: 600, listedAmountYen: 1_000 }
const SILENT: InquiryAnswer = { type: 'silent', fault: FAULT }
const LOGIN_GONE: InquiryAnswer = { type: 'rejected', code: 'P002', detail: '', handling: 'stop-login' }

/** Each correction never arrived, and was called not processed. */
async function notProcessed(...orderIds: readonly string[]): Promise<Bench> {
  return lost(bench(...orderIds.map((orderId) => cardOrder(orderId, LOWERED))), orderIds)
}

async function lost(b: Bench, orderIds: readonly string[]): Promise<Bench> {
  b.gateway.scripts = [requestLost]
  await b.batch('sale', orderIds, { stopAfter: 9 })
  expect(b.attempts()).toEqual(orderIds.map((orderId) => `${orderId} not-processed`))
  b.gateway.inquired.length = 0
  return b
}

/** The customer has paid twice: the shop named payment 90 first and names 91 now. */
async function paidTwice(earlierTradingId: string): Promise<Bench> {
  const row = cardOrder('1', LOWERED)
  const b = bench({ ...row, paymentId: '90', tradingId: earlierTradingId })
  b.mirror.importOrders({ rows: [row], others: [] }, b.clock.nowMs())
  b.gateway.payments.clear()
  b.gateway.hold({ paymentId: '91', tradingId: 't1', method: 'credit' })
  const known = b.mirror.issues.payments('1').map(({ paymentId, tradingId }) => `${paymentId} ${tradingId}`)
  expect(known).toEqual([`90 ${earlierTradingId}`, '91 t1'])
  return lost(b, ['1'])
}

async function differencesOf(b: Bench): Promise<Difference[]> {
  const found: Difference[] = []
  await reconcileOn(b, {}, (event) => {
    if (event.type === 'difference') found.push(event.difference)
  })
  return found
}

const paymentsOf = (b: Bench): string[] =>
  b.mirror.issues.payments('1').map(({ paymentId, status, heldAmountYen }) => `${paymentId} ${status} ${heldAmountYen}`)

const askedByTrade = (b: Bench): string[] =>
  b.gateway.inquired.flatMap((key) => ('paymentId' in key ? [] : [key.tradingId]))

describe('another payment under the trading id', () => {
  it('that lives is told with what Paygent says of it, and the mirror takes it', async () => {
    const b = await notProcessed('1')
    const other = { ...b.gateway.payments.get('91')!, paymentId: '77', status: '40', amountYen: 600 }
    b.gateway.onInquiry = (key) => ('paymentId' in key ? null : { type: 'told', fact: other })
    expect(await differencesOf(b)).toEqual([
      {
        orderId: '1',
        paymentId: '77',
        cause: 'another-payment',
        mirror: { status: '20', amountYen: 1_000 },
        paygent: { status: '40', amountYen: 600 },
        code: null,
      },
    ])
    expect([standing(b), paymentsOf(b)]).toEqual(['91 20 attention another-payment', ['91 20 1000', '77 40 600']])
    expect((await b.plan('sale', ['1'])).refused).toMatchObject([{ reason: 'attention' }])
  })

  it('of which Paygent says only that there are several is told by its code, and no payment is invented', async () => {
    const b = await notProcessed('1')
    b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '40' })
    expect(await differencesOf(b)).toEqual([
      {
        orderId: '1',
        paymentId: '91',
        cause: 'another-payment',
        mirror: { status: '20', amountYen: 1_000 },
        paygent: null,
        code: '13002',
      },
    ])
    expect([standing(b), paymentsOf(b)]).toEqual(['91 20 attention another-payment', ['91 20 1000']])
  })

  it('is not told where Paygent names one of two known payments', async () => {
    const b = await paidTwice('t1')
    expect([await differencesOf(b), standing(b), askedByTrade(b)]).toEqual([[], '91 20', ['t1']])
  })

  it.each([
    ['the same trading id: that there are several is no news', 't1', [], '91 20'],
    ['another trading id: one of the several is unknown', 't0', ['another-payment'], '91 20 attention another-payment'],
  ])('beside an earlier payment of %s', async (_, earlierTradingId, causes, stands) => {
    const b = await paidTwice(earlierTradingId)
    b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '40' })
    expect([(await differencesOf(b)).map(({ cause }) => cause), standing(b)]).toEqual([causes, stands])
  })

  it('is looked for although the known payment has grown older meanwhile', async () => {
    const b = await notProcessed('1')
    move(b.gateway.payments, '91', { status: '21' })
    b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '40' })
    expect(await reconcileOn(b)).toEqual(['difference 1 another-payment, booked'])
    expect(standing(b)).toBe('91 21 attention another-payment')
  })
})

describe('silence about the trading id', () => {
  it('names the order and changes nothing, and the next order is asked about', async () => {
    const b = await notProcessed('1', '2')
    b.gateway.hold({ paymentId: '77', tradingId: 't2', status: '40' })
    b.gateway.onInquiry = (key) => ('paymentId' in key || key.tradingId !== 't1' ? null : SILENT)
    expect(await reconcileOn(b)).toEqual(['untold 1', 'difference 2 another-payment, booked'])
    expect([standing(b), standing(b, '2')]).toEqual(['91 20', '92 20 attention another-payment'])
  })

  it('because the login is gone ends the inquiries', async () => {
    const b = await notProcessed('1', '2')
    b.gateway.onInquiry = (key) => ('paymentId' in key ? null : LOGIN_GONE)
    expect(await reconcileOn(b)).toEqual(['untold 1', 'stopped inquiry-unanswered'])
    expect(b.gateway.inquired.some(({ tradingId }) => tradingId === 't2')).toBe(false)
  })

  it('because of a signal ends them, too', async () => {
    const b = await notProcessed('1', '2')
    b.gateway.onInquiry = (key) => {
      if ('paymentId' in key) return null
      b.stop.abort()
      return SILENT
    }
    expect(await reconcileOn(b)).toEqual(['stopped interrupted'])
    expect(b.gateway.inquired.some(({ tradingId }) => tradingId === 't2')).toBe(false)
  })
})

describe('the known payment under another trading id', () => {
  it.each([
    ['a correction', cardOrder('1', LOWERED)],
    ['a sale', auOrder('1')],
  ])('after %s is told and never taken, and another one is not looked for', async (_, row) => {
    const b = await lost(bench(row), ['1'])
    move(b.gateway.payments, '91', { tradingId: 't9', status: '40' })
    const booked: boolean[] = []
    const found: Difference[] = []
    await reconcileOn(b, {}, (event) => {
      if (event.type !== 'difference') return
      booked.push(event.booked)
      found.push(event.difference)
    })
    expect([booked, found]).toEqual([
      [false],
      [
        {
          orderId: '1',
          paymentId: '91',
          cause: 'other-trading-id',
          mirror: { status: '20', amountYen: 1_000 },
          paygent: { status: '40', amountYen: 1_000 },
          code: null,
        },
      ],
    ])
    expect([standing(b), askedByTrade(b)]).toEqual(['91 20', []])
  })
})
