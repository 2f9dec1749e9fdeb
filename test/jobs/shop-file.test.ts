// Tests orders of the shop's own file of which only the number is known: Paygent is asked, and its answer decides.
import { describe, expect, it } from 'vitest'
import { searchAll, stillTaken } from '../../src/batch/prepare.js'
import type { Carrier, PaymentFact } from '../../src/domain/order.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { order, rules } from '../domain/order-fixture.js'
import { type Bench, bench, outcomes } from './bench.js'

/** As EC-CUBE 2 writes it: no payment, no status, no kind, no carrier. */
const shopRow = (orderId: string, changes: Partial<ImportRow> = {}): ImportRow => ({
  orderId,
  method: 'credit',
  carrier: null,
  totalYen: 1_000,
  orderStatus: '入金済み',
  paymentId: null,
  status: null,
  ...changes,
})

type Kind = 'credit' | Carrier
const methodOf = (kind: Kind) => (kind === 'credit' ? 'credit' : 'carrier')

/** Paygent holds this for order 1, under its number. */
function shopWith(kind: Kind, fact: Partial<PaymentFact>, changes: Partial<ImportRow> = {}): Bench {
  const b = bench(shopRow('1', { method: methodOf(kind), ...changes }))
  const carrier = kind === 'credit' ? null : kind
  b.gateway.hold({ paymentId: '91', tradingId: '1', method: methodOf(kind), carrier, ...fact })
  return b
}

describe('what Paygent says of the number decides', () => {
  it.each([
    ['credit', '20', '022'],
    ['docomo', '20', '101'],
    ['docomo', '21', '101'],
    ['au', '20', '101'],
    ['softbank', '21', '101'],
  ] as const)('%s at %s is sold by %s, for the payment that Paygent named', async (kind, status, telegram) => {
    const b = shopWith(kind, { status })
    const plan = await b.plan('sale', ['1'])
    expect(b.gateway.inquired).toEqual([{ tradingId: '1' }])
    expect(plan.steps).toMatchObject([{ telegram, paymentId: '91', tradingId: '1', heldAmountYen: 1_000 }])
    expect(outcomes(await b.run(plan))).toBe('1 accepted')
    expect(b.gateway.sent).toMatchObject([{ telegram, paymentId: '91', tradingId: '1' }])
    expect(b.order('1')).toMatchObject({ paymentId: '91', kind: telegram, status: '40', kindByUs: true })
  })

  // Sold, cancelled, expired, never authorised, under way, or unheard of: the file knew none of it.
  const DONE = ['10', '11', '30', '31', '32', '33', '40', '41', '42', '44', '50', '60', '62', '77']
  const EVERY = (['credit', 'docomo', 'au', 'softbank'] as const).flatMap((kind) =>
    DONE.map((status) => [kind, status] as const),
  )
  it.each(EVERY)('%s at %s is not sold', async (kind, status) => {
    const b = shopWith(kind, { status })
    for (const single of [false, true]) {
      const plan = await b.plan('sale', ['1'], { single })
      const again = single && kind === 'credit' && status === '30'
      expect(plan.steps.map((step) => step.telegram)).toEqual(again ? ['022'] : [])
    }
    expect(b.order('1')).toMatchObject({ paymentId: '91', status })
  })

  it('a docomo sale at 44 with a lowered total is corrected by the single sale, never in bulk', async () => {
    const b = shopWith('docomo', { status: '44' }, { totalYen: 700 })
    expect((await b.plan('sale', ['1'])).refused).toMatchObject([{ reason: 'correction-in-bulk' }])
    const plan = await b.plan('sale', ['1'], { single: true })
    expect(plan.steps).toMatchObject([{ telegram: '103', amountYen: 700 }])
    const equal = shopWith('docomo', { status: '44' })
    expect((await equal.plan('sale', ['1'], { single: true })).refused).toMatchObject([{ reason: 'status' }])
  })

  it.each([
    [1_000, 'sale', '022', 1_000],
    [700, 'corrected-sale', '029', 700],
  ])('a total of %i against the held 1,000 is a %s', async (totalYen, request, telegram, amountYen) => {
    const [step] = (await shopWith('credit', {}, { totalYen }).plan('sale', ['1'])).steps
    expect(step).toMatchObject({ request, telegram, amountYen, heldAmountYen: 1_000 })
  })

  it('a higher total is refused', async () => {
    const plan = await shopWith('credit', {}, { totalYen: 1_001 }).plan('sale', ['1'])
    expect(plan.refused).toMatchObject([{ reason: 'higher' }])
  })

  it.each([
    ['credit', '20', '021'],
    ['credit', '40', '023'],
    ['docomo', '44', '102'],
    ['au', '20', '102'],
  ] as const)('%s at %s is cancelled by %s', async (kind, status, telegram) => {
    const plan = await shopWith(kind, { status }).plan('cancel', ['1'])
    expect(plan.steps).toMatchObject([{ telegram, paymentId: '91', amountYen: 1_000 }])
  })
})

describe('a number that stands for more than one payment', () => {
  it.each([
    ['both authorised, a correction half done', '20', '20'],
    ['the old one dead, a correction done', '60', '40'],
    ['the old one sold too', '40', '40'],
  ])('%s: nothing is sent, and no payment is taken', async (_, one, other) => {
    const b = shopWith('credit', { status: one })
    b.gateway.hold({ paymentId: '92', tradingId: '1', method: 'credit', status: other, amountYen: 700 })
    for (const operation of ['sale', 'cancel'] as const) {
      const plan = await b.plan(operation, ['1'])
      expect(plan).toMatchObject({ steps: [], refused: [{ reason: 'attention', about: '13002' }] })
    }
    expect(b.order('1')).toMatchObject({ paymentId: null, status: null, heldAmountYen: null, severalPayments: true })
    expect(b.gateway.inquired).toHaveLength(1)
    expect(b.mirror.issues.forAPerson()).toEqual([{ orderId: '1', cause: 'several-payments' }])
  })

  it('goes on once a file says which payment is meant, and the next file of the shop changes nothing', async () => {
    const b = shopWith('credit', { status: '32' })
    b.gateway.hold({ paymentId: '92', tradingId: '1', method: 'credit' })
    await b.plan('sale', ['1'])
    expect(b.order('1').attention).toBe(true)
    b.mirror.importOrders({ rows: [shopRow('1', { paymentId: '92' })], others: [] }, b.clock.nowMs())
    expect(outcomes(await b.batch('sale', ['1']))).toBe('1 accepted')
    expect(b.gateway.sent).toMatchObject([{ telegram: '022', paymentId: '92' }])
    const again = b.mirror.importOrders({ rows: [shopRow('1')], others: [] }, b.clock.nowMs())
    expect(again).toMatchObject({ unchanged: 1, conflicts: [] })
    expect(b.order('1')).toMatchObject({ paymentId: '92', status: '40', kind: '022' })
  })
})

describe('--all', () => {
  const orders = ['1', '2', '3', '4', '5', '6']
  const rows = [
    shopRow('1'),
    shopRow('2', { method: 'carrier' }),
    shopRow('3', { orderStatus: 'キャンセル' }),
    shopRow('4', { orderStatus: '決済処理中' }),
    shopRow('5'),
    shopRow('6'),
  ]

  it('takes what is not told yet, asks, and leaves nobody behind for one that Paygent does not know', async () => {
    const b = bench(...rows)
    for (const orderId of ['1', '3', '4']) b.gateway.hold({ paymentId: `9${orderId}`, tradingId: orderId })
    b.gateway.hold({ paymentId: '92', tradingId: '2', method: 'carrier', carrier: 'au' })
    b.gateway.hold({ paymentId: '96', tradingId: '6', status: '40' })
    const chosen = searchAll(b.mirror.orders, {}, 'sale', b.rules()).orders.map(({ orderId }) => orderId)
    expect(chosen.toSorted()).toEqual(['1', '2', '5', '6'])
    const plan = await b.plan('sale', chosen)
    expect(b.gateway.inquired.map(({ tradingId }) => tradingId).toSorted()).toEqual(['1', '2', '5', '6'])
    expect(plan.refused.map(({ orderId, reason, about }) => [orderId, reason, about])).toEqual([
      ['5', 'no-payment', '13001'],
      ['6', 'status', '40'],
    ])
    expect((await b.run(plan)).items.map(({ outcome }) => outcome).toSorted()).toEqual([
      'accepted',
      'accepted',
      'refused',
      'refused',
    ])
    // From now on Paygent's word is known: what it called sold is not even looked at.
    expect(searchAll(b.mirror.orders, {}, 'sale', b.rules()).orders.map(({ orderId }) => orderId)).toEqual(['5'])
  })

  it('never takes cancelled ones; named, they need --include-cancelled, and unfinished ones not even that', async () => {
    const b = bench(...rows)
    for (const orderId of orders) b.gateway.hold({ paymentId: `9${orderId}`, tradingId: orderId })
    const plan = await b.plan('sale', ['3', '4'])
    expect(plan.refused.map(({ reason }) => reason)).toEqual(['cancelled-order', 'cancelled-order'])
    expect(b.gateway.inquired).toEqual([])
    const wanted = await b.plan('sale', ['3', '4'], { includeCancelled: true })
    expect(wanted.steps.map(({ orderId }) => orderId)).toEqual(['3'])
  })

  const before = { paymentId: null, status: null, heldAmountYen: null }
  it.each([
    ['authorised', before, { status: '20' }, 'sale', true],
    ['sold', before, { status: '40' }, 'sale', false],
    ['sold, for a cancel', before, { status: '40' }, 'cancel', true],
    ['cancelled', before, { status: '32' }, 'cancel', false],
    ['expired', before, { status: '33' }, 'sale', false],
    ['held for less than the total', before, { heldAmountYen: 900 }, 'sale', true],
    ['in the same payment as another', before, { duplicatePayment: true }, 'sale', true],
    ['not clear yet', before, before, 'sale', true],
    ['sold, and was known as authorised', {}, { status: '40' }, 'sale', true],
  ] as const)('an order that turns out %s', (_name, asked, told, operation, kept) => {
    const preparation = { orders: [order(told)], untold: new Map() }
    expect(stillTaken([order(asked)], preparation, operation, rules())).toHaveLength(kept ? 1 : 0)
  })

  it('keeps an order of which Paygent knows no payment, for it must be told', () => {
    const preparation = {
      orders: [order(before)],
      untold: new Map([['852', { reason: 'no-payment', code: '13001' } as const]]),
    }
    expect(stillTaken([order(before)], preparation, 'sale', rules())).toHaveLength(1)
  })
})
