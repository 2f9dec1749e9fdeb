// Tests that a payment of another method never becomes the payment of an order by itself, in whatever way Paygent tells
// of it, and that nothing is sent for it.
import type { InquiryAnswer } from '../../src/domain/answer.js'
import type { AttentionCause } from '../../src/domain/difference.js'
import { silentBooking } from '../../src/jobs/reconcile/attention.js'
import { consider, settleByHand } from '../../src/jobs/settle.js'
import { auOrder, type Bench, bench, cardOrder, outcomes } from './bench.js'
import { NoticeBoard } from './notice-board.js'
import { reconcileOn, standing, syncOn } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const UNNAMED = { paymentId: null, status: null } as const
const CARRIERS = { paymentId: '95', tradingId: 't1', method: 'carrier', carrier: 'au' } as const

/** Order 1 is a card's, and waits for a person. */
function waiting(cause: AttentionCause, row: Parameters<typeof cardOrder>[1] = {}): Bench {
  const b = bench(cardOrder('1', row), auOrder('9'))
  b.mirror.lock.acquire('reconcile')
  b.mirror.issues.take({ ...silentBooking(b.order('1'), b.clock.nowMs()), attention: cause })
  b.mirror.lock.release()
  return b
}

/** The card's payment is dead by now, and a carrier's is alive under its trading id. */
function replaced(b: Bench): void {
  move(b.gateway.payments, '91', { status: '32' })
  b.gateway.hold(CARRIERS)
  b.gateway.onInquiry = (key): InquiryAnswer | null => {
    const fact = b.gateway.payments.get('95')
    return 'paymentId' in key || key.tradingId !== 't1' || fact === undefined ? null : { type: 'told', fact }
  }
}

async function settle(b: Bench, as: 'open' | 'cancelled' | null, paymentId: string | null = null): Promise<string> {
  const { orders, journal, issues, lock, state } = b.mirror
  const deps = { gateway: b.gateway, orders, journal, issues, lock, state, clock: b.clock }
  const request = { orderId: '1', paymentId, as, note: null, settleMs: 120_000 }
  const asked = await consider(request, deps, b.stop.signal)
  if (asked.decision.type === 'refused') return asked.decision.why
  return (await settleByHand(request, asked, deps, b.stop.signal)).decision.type
}

async function sold(b: Bench): Promise<string[]> {
  await b.run(await b.plan('sale', ['9', '1']))
  return b.gateway.sent.map(({ telegram, paymentId }) => `${telegram} ${paymentId}`)
}

describe('a payment of a carrier is not taken for the payment of a card’s order', () => {
  it('where it is the only one left of several', async () => {
    const b = bench(cardOrder('1', UNNAMED), auOrder('9'))
    b.gateway.hold({ paymentId: '91', tradingId: 't1', method: 'credit' })
    b.gateway.hold(CARRIERS)
    await b.plan('sale', ['9', '1'])
    b.gateway.payments.delete('91')
    await reconcileOn(b)
    expect([standing(b), await sold(b)]).toEqual(['- - attention several-payments', ['101 99']])
  })

  it.each([
    ['known', {}, '91 32 attention'],
    ['unknown', UNNAMED, '- - attention'],
  ] as const)('where it alone is alive, of an order whose payment is %s', async (_name, row, expected) => {
    const b = waiting('shop-error', row)
    replaced(b)
    if (row === UNNAMED) b.gateway.payments.delete('91')
    await reconcileOn(b)
    expect([standing(b), await sold(b)]).toEqual([`${expected} shop-error`, ['101 99']])
  })

  it('by a person’s word', async () => {
    const b = waiting('late-arrival')
    replaced(b)
    expect(await settle(b, 'cancelled')).toBe('contradicted')
    expect([await settle(b, 'open'), standing(b), await sold(b)]).toEqual([
      'does-not-fit',
      '91 20 attention late-arrival',
      ['101 99'],
    ])
  })

  it.each([['by a notice'], ['by a person’s word']])('as the one that a correction has made, %s', async (how) => {
    const b = bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
    b.gateway.scripts = [
      (_, payments) => {
        move(payments, '91', { status: '32' })
        return { type: 'half-done', code: '2010', detail: '', newPaymentId: null }
      },
    ]
    await b.batch('sale', ['1'])
    b.gateway.hold({ ...CARRIERS, status: '40', amountYen: 600 })
    b.clock.pass(3_600_000)
    if (how === 'by a person’s word') expect(await settle(b, null, '95')).toBe('does-not-fit')
    else {
      const notice = { paymentType: '06', paymentId: '95', tradingId: 't1', status: '40', amountYen: 600 }
      new NoticeBoard(b.gateway).add(5, notice)
      await syncOn(b, { notices: true })
    }
    await reconcileOn(b)
    expect([b.order('1').attention, b.attempts()]).toEqual([true, ['1 attention']])
  })

  it('as the one that a lost correction has made', async () => {
    const b = bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
    b.gateway.scripts = [
      (_, payments) => {
        move(payments, '91', { status: '32' })
        b.gateway.hold({ ...CARRIERS, status: '40', amountYen: 600 })
        return { type: 'unclear', fault: FAULT }
      },
    ]
    b.gateway.onInquiry = (key) => {
      const fact = b.gateway.payments.get('95')
      return 'paymentId' in key || fact === undefined ? null : { type: 'told', fact }
    }
    expect(outcomes(await b.batch('sale', ['1']))).not.toContain('accepted')
  })
})

describe('a payment that the shop has named', () => {
  it('is compared whatever its method', async () => {
    const b = bench(cardOrder('1'))
    await syncOn(b)
    move(b.gateway.payments, '91', { status: '40', method: 'carrier' })
    expect([await syncOn(b), standing(b)]).toEqual([['difference 1 moved, booked'], '91 40'])
  })

  it('stays the order’s where it alone is alive, whatever its method', async () => {
    const b = waiting('shop-error')
    move(b.gateway.payments, '91', { method: 'carrier' })
    await reconcileOn(b)
    expect(standing(b)).toBe('91 20')
  })

  it('and that differs from ours in a conflict is taken with its method', async () => {
    const b = bench(cardOrder('1'), auOrder('9'))
    await b.batch('sale', ['1'])
    b.mirror.importOrders({ rows: [cardOrder('1', { status: '20', paymentId: '95' })], others: [] }, b.clock.nowMs())
    move(b.gateway.payments, '91', { status: '60' })
    b.gateway.hold(CARRIERS)
    await reconcileOn(b)
    expect([standing(b), b.order('1').method]).toEqual(['95 20', 'carrier'])
  })
})

it('a notice of another type about the payment that the shop has named is applied', async () => {
  const b = bench(auOrder('1'))
  await syncOn(b)
  const notice = { paymentType: '02', paymentId: '91', tradingId: 't1', status: '20', amountYen: 1_000 }
  new NoticeBoard(b.gateway).add(5, notice)
  expect(await syncOn(b, { notices: true })).toEqual(['notice 5 applied'])
})
