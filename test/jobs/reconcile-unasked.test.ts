// Tests accepted requests that Paygent was not asked about, because the program died: reconcile asks, and tells only what
// concerns the payment that the order has now.
import { describe, expect, it } from 'vitest'
import type { InquiryAnswer } from '../../src/domain/answer.js'
import type { Difference } from '../../src/domain/difference.js'
import { auOrder, bench, type Bench, cardOrder, outcomes } from './bench.js'
import { obey, requestLost } from './paygent.js'
import { leaveUnasked, reconcileOn, standing } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'

const SILENT: InquiryAnswer = { type: 'silent', fault: FAULT }
const CODE: InquiryAnswer = { type: 'rejected', code: '13001', detail: '', handling: 'rejected' }

const due = (b: Bench): string[] => b.mirror.journal.unasked().map(({ orderId }) => orderId)
const idsAsked = (b: Bench): string[] =>
  b.gateway.inquired.map((key) => ('paymentId' in key ? key.paymentId : `trade ${key.tradingId}`))
const byPayment = (paymentId: string, answer: InquiryAnswer) => {
  return (key: Parameters<Bench['gateway']['onInquiry']>[0]) =>
    'paymentId' in key && key.paymentId === paymentId ? answer : null
}

async function cancelled(...orderIds: readonly string[]): Promise<Bench> {
  const b = bench(...orderIds.map((orderId) => auOrder(orderId)))
  await b.batch('cancel', orderIds)
  leaveUnasked(b, orderIds)
  b.gateway.inquired.length = 0
  return b
}

const refund = async (b: Bench, refundToYen: number) =>
  b.run(await b.plan('sale', ['1'], { single: true, refundToYen }), { wait: false })

/** Half of a captured sale was given back: the new payment is 91000. */
async function refunded(): Promise<Bench> {
  const b = bench(cardOrder('1', { status: '40', kind: '022' }), auOrder('2'))
  expect(outcomes(await refund(b, 500))).toBe('1 accepted')
  leaveUnasked(b, ['1'])
  b.gateway.inquired.length = 0
  return b
}

describe('an accepted cancel', () => {
  it('about which Paygent gives a code in place of a fact: nothing is told, and its status is unknown', async () => {
    const b = await cancelled('1', '2')
    b.gateway.onInquiry = byPayment('91', CODE)
    expect(await reconcileOn(b)).toEqual([])
    expect([due(b), standing(b), standing(b, '2')]).toEqual([[], '91 -', '92 32'])
  })

  it('that was a refund is told with both sides', async () => {
    const b = await cancelled('1')
    move(b.gateway.payments, '91', { status: '60' })
    const found: Difference[] = []
    await reconcileOn(b, {}, (event) => {
      if (event.type === 'difference') found.push(event.difference)
    })
    expect(found).toEqual([
      {
        orderId: '1',
        paymentId: '91',
        cause: 'moved',
        mirror: { status: '32', amountYen: 1_000 },
        paygent: { status: '60', amountYen: 1_000 },
        code: null,
      },
    ])
  })

  it('whose answer comes together with a signal is taken, and the next one is left to the next time', async () => {
    const b = await cancelled('1', '2')
    move(b.gateway.payments, '91', { status: '60' })
    b.gateway.onInquiry = (_, count) => {
      if (count === 2) b.stop.abort()
      return null
    }
    expect(await reconcileOn(b)).toEqual(['difference 1 moved, booked', 'stopped interrupted'])
    expect([due(b), standing(b)]).toEqual([['2'], '91 60'])
  })

  it('about which the login is gone stays due, and so do all the others', async () => {
    const b = await cancelled('1', '2')
    const gone: InquiryAnswer = { type: 'rejected', code: 'P002', detail: '', handling: 'stop-login' }
    b.gateway.onInquiry = (_, count) => (count === 1 ? null : gone)
    expect(await reconcileOn(b)).toEqual(['untold 1', 'stopped inquiry-unanswered'])
    expect([due(b), standing(b), standing(b, '2')]).toEqual([['1', '2'], '91 32', '92 32'])
  })

  it('of a payment that the customer has replaced since is no news of the order', async () => {
    const b = bench(auOrder('1'))
    await b.batch('cancel', ['1'])
    b.mirror.importOrders({ rows: [auOrder('1', { paymentId: '77', kind: '' })], others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '77', tradingId: 't1', method: 'carrier', carrier: 'au' })
    expect(await reconcileOn(b)).toEqual(['difference 1 conflict, booked'])
    expect(standing(b)).toBe('77 20')
    leaveUnasked(b, ['1'])
    expect([await reconcileOn(b), due(b), standing(b)]).toEqual([[], [], '77 20'])
  })
})

describe('an accepted refund', () => {
  it('is asked about by both payments, and agrees', async () => {
    const b = await refunded()
    expect([await reconcileOn(b), due(b), standing(b)]).toEqual([[], [], '91000 40'])
    expect(idsAsked(b).slice(-2)).toEqual(['91000', '91'])
  })

  it('names the order where Paygent is silent about the replaced payment: that one may still be charged', async () => {
    const b = await refunded()
    b.gateway.onInquiry = byPayment('91', SILENT)
    expect(await reconcileOn(b)).toEqual(['untold 1'])
    expect(b.order('1').attention).toBe(false)
  })

  it('is asked about by the replaced payment, too, where the new one stays silent', async () => {
    const b = await refunded()
    move(b.gateway.payments, '91', { status: '40' })
    b.gateway.onInquiry = byPayment('91000', SILENT)
    expect(await reconcileOn(b)).toEqual(['untold 1'])
    expect([due(b), idsAsked(b).includes('91')]).toEqual([['1'], false])
    expect(await reconcileOn(b)).toEqual(['settled 1 029 attention', 'untold 1'])
    expect([due(b), standing(b)]).toEqual([[], '91000 - attention'])
  })

  it('of an order about whose next request Paygent is silent waits, too', async () => {
    const b = await refunded()
    b.gateway.scripts = [obey, requestLost]
    b.gateway.onSend = () => (b.gateway.onInquiry = byPayment('91000', SILENT))
    expect(outcomes(await refund(b, 200))).toBe('1 unknown')
    leaveUnasked(b, ['1'])
    b.gateway.inquired.length = 0
    expect(await reconcileOn(b, { wait: false })).toEqual(['untold 1'])
    expect([due(b), standing(b), idsAsked(b).includes('91')]).toEqual([['1'], '91000 40 open', false])
  })
})
