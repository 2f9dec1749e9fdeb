// Tests the decisions before the first request: asking, planning, and the order in which requests go out.
import { describe, expect, it } from 'vitest'
import { type RunLimits, byExpiry, inOrder, limitOver, planBatch } from '../../src/batch/plan.js'
import { lastDayOf } from '../../src/domain/age.js'
import { order, rules } from '../domain/order-fixture.js'
import { auOrder, bench, outcomes } from './bench.js'
import { FAULT } from './scripted-gateway.js'

describe('planBatch', () => {
  const orders = [
    order({ orderId: '1' }),
    order({ orderId: '2', status: '60' }),
    order({ orderId: '3', heldAmountYen: null }),
    order({ orderId: '4', totalYen: 600 }),
    order({ orderId: '5', method: 'carrier', carrier: null }),
    order({ orderId: '6', openAttempt: true }),
  ]

  it('sends, refuses, or leaves open what Paygent has not told', () => {
    const plan = planBatch(orders, 'sale', rules())
    expect(
      plan.steps.map(({ position, orderId, telegram, amountYen }) => [position, orderId, telegram, amountYen]),
    ).toEqual([
      [1, '1', '022', 1_000],
      [4, '4', '029', 600],
    ])
    expect(plan.refused.map(({ position, orderId, reason }) => [position, orderId, reason])).toEqual([
      [2, '2', 'status'],
      [6, '6', 'open-attempt'],
    ])
    expect(plan.undecided.map(({ position, order: { orderId } }) => [position, orderId])).toEqual([
      [3, '3'],
      [5, '5'],
    ])
  })

  it('gives the same plan for the same orders', () => {
    expect(planBatch(orders, 'cancel', rules())).toEqual(planBatch(orders, 'cancel', rules()))
  })

  it('refuses what Paygent knows no payment of, with its code', () => {
    const plan = planBatch(orders, 'sale', rules(), new Map([['3', { reason: 'no-payment', code: '13001' }]]))
    expect(plan.refused[1]).toMatchObject({ position: 3, orderId: '3', reason: 'no-payment', about: '13001' })
  })

  it('refuses what was asked about in vain, also where the mirror would permit it', () => {
    const plan = planBatch(orders, 'sale', rules(), new Map([['1', { reason: 'no-payment', code: '13001' }]]))
    expect(plan.steps.map(({ orderId }) => orderId)).not.toContain('1')
    expect(plan.refused[0]).toMatchObject({ orderId: '1', reason: 'no-payment', about: '13001' })
  })

  describe('an amount that was told more than 12 h ago', () => {
    const old = order({ heldAmountAt: '2026-11-23T07:29:59+09:00' })
    it('is planned by a dry run, which asks nothing', () => {
      expect(planBatch([old], 'sale', rules()).steps[0]).toMatchObject({ amountYen: 1_000 })
    })
    it('is not sold where Paygent was asked in vain', () => {
      const plan = planBatch([old], 'sale', rules(), new Map([['852', { reason: 'no-payment', code: '13001' }]]))
      expect([plan.steps, plan.refused[0]]).toEqual([
        [],
        expect.objectContaining({ reason: 'no-payment', about: '13001', request: 'sale' }),
      ])
    })
    it('is not sold where the mirror could not take the answer', () => {
      const plan = planBatch([old], 'sale', rules(), new Map([['852', { reason: 'changed', code: null }]]))
      expect([plan.steps, plan.refused[0]]).toMatchObject([[], { reason: 'changed', about: null, request: 'sale' }])
    })
    it('does not hold a cancel back, which asks by itself', () => {
      expect(planBatch([old], 'cancel', rules(), new Map()).steps).toHaveLength(1)
    })
  })

  it('lists steps and refusals in one order', () => {
    const plan = planBatch(orders, 'sale', rules())
    expect(inOrder(plan).map(({ step, refused }) => step?.position ?? refused?.position)).toEqual([1, 2, 4, 6])
  })

  it('keeps the amount that Paygent holds, never the one of the shop', () => {
    const [step] = planBatch([order({ listedAmountYen: 9_999 })], 'cancel', rules()).steps
    expect(step).toMatchObject({ amountYen: 1_000, heldAmountYen: 1_000 })
  })
})

describe('the order that expires first goes first', () => {
  it.each([
    ['credit', order({ orderedAt: '2026-10-01T10:00:00+09:00' }), '2026-11-30'],
    ['au', order({ method: 'carrier', carrier: 'au', orderedAt: '2026-10-01T10:00:00+09:00' }), '2026-12-30'],
    ['docomo', order({ method: 'carrier', carrier: 'docomo', orderedAt: '2026-10-01T10:00:00+09:00' }), '2026-12-31'],
    ['told by Paygent', order({ authorizedAt: '2026-09-01T00:30:00+09:00' }), '2026-10-31'],
  ])('%s', (_name, one, day) => expect(lastDayOf(one)).toBe(day))

  it('then the older order, then the smaller number', () => {
    const day = (orderId: string, orderedAt: string) => order({ orderId, orderedAt })
    const sorted = byExpiry([
      day('10', '2026-10-02T10:00:00+09:00'),
      day('9', '2026-10-02T10:00:00+09:00'),
      day('3', '2026-10-02T09:59:00+09:00'),
      day('4', '2026-10-01T23:59:00+09:00'),
      order({ orderId: '5', method: 'carrier', carrier: 'au', orderedAt: '2026-09-01T10:00:00+09:00' }),
    ])
    expect(sorted.map(({ orderId }) => orderId)).toEqual(['5', '4', '3', '9', '10'])
  })

  it('last of all what has no date', () => {
    const sorted = byExpiry([
      order({ orderId: '8', orderedAt: '' }),
      order({ orderId: '7', orderedAt: '' }),
      order({ orderId: '6', orderedAt: '2026-10-02T10:00:00+09:00' }),
      order({ orderId: '5', orderedAt: '', authorizedAt: '2026-10-01T10:00:00+09:00' }),
    ])
    expect(sorted.map(({ orderId }) => orderId)).toEqual(['5', '6', '7', '8'])
  })

  it('leaves its input as it is', () => {
    const given = [order({ orderId: '2' }), order({ orderId: '1' })]
    byExpiry(given)
    expect(given.map(({ orderId }) => orderId)).toEqual(['2', '1'])
  })
})

describe('prepareOrders', () => {
  it('asks only about orders whose permission hangs on it', async () => {
    const b = bench(auOrder('1'), auOrder('2', { status: '60' }), auOrder('3', { kind: '0201' }))
    await b.plan('sale', ['1', '2', '3'])
    expect(b.gateway.inquired).toEqual([{ paymentId: '91', tradingId: 't1' }])
    await b.plan('sale', ['1', '2', '3'])
    expect(b.gateway.inquired).toHaveLength(1)
  })

  it('takes the held amount from Paygent, whatever the file says', async () => {
    const b = bench(auOrder('1', { totalYen: 900, listedAmountYen: 900 }))
    b.gateway.hold({ paymentId: '91', tradingId: 't1', amountYen: 1_000, method: 'carrier', carrier: 'au' })
    const [step] = (await b.plan('sale', ['1'])).steps
    expect(step).toMatchObject({ telegram: '103', amountYen: 900, heldAmountYen: 1_000 })
  })

  it('finds payment and carrier by the trading id', async () => {
    const b = bench(auOrder('1', { paymentId: null, carrier: null, status: null }))
    b.gateway.hold({ paymentId: '55', tradingId: 't1', method: 'carrier', carrier: 'docomo' })
    const [step] = (await b.plan('sale', ['1'])).steps
    expect(b.gateway.inquired).toEqual([{ tradingId: 't1' }])
    expect(step).toMatchObject({ paymentId: '55', carrier: 'docomo', telegram: '101', plannedStatus: '20' })
  })

  it.each([
    ['no payment', { paymentId: '77' }, '13001'],
    ['another method', { method: 'credit' }, 'method'],
    ['no carrier at all', { carrier: null }, 'method'],
  ] as const)('refuses %s', async (_name, change, about) => {
    const b = bench(auOrder('1', { carrier: null }), auOrder('2'))
    b.gateway.payments.clear()
    b.gateway.hold({ paymentId: '91', tradingId: 't1', method: 'carrier', carrier: 'au', ...change })
    b.gateway.hold({ paymentId: '92', tradingId: 't2', method: 'carrier', carrier: 'au' })
    const plan = await b.plan('sale', ['1', '2'])
    expect(plan.refused).toMatchObject([{ orderId: '1', reason: 'no-payment', about }])
    expect(plan.steps).toHaveLength(1)
  })

  it('refuses two orders that turn out to share a payment', async () => {
    const b = bench(auOrder('1', { paymentId: null }), auOrder('2', { paymentId: null, tradingId: 't1' }))
    b.gateway.hold({ paymentId: '91', tradingId: 't1', method: 'carrier', carrier: 'au' })
    const plan = await b.plan('sale', ['1', '2'])
    expect(plan.refused.map(({ reason }) => reason)).toEqual(['duplicate-payment', 'duplicate-payment'])
  })

  it.each([
    ['silence', { type: 'silent', fault: FAULT }, 'gateway-unreachable'],
    ['a wrong login', { type: 'rejected', code: 'P003', detail: '', handling: 'stop-login' }, 'login-refused'],
  ] as const)('tells of %s and plans nothing', async (_name, answer, code) => {
    const b = bench(auOrder('1'))
    b.gateway.onInquiry = () => answer
    await expect(b.plan('sale', ['1'])).rejects.toMatchObject({ code })
  })

  it.each([
    ['calls malformed', 'P008', 'malformed'],
    ['gives a code that nobody knows', '13999', 'inquire'],
  ] as const)('leaves out an order about which Paygent %s, and plans the others', async (_name, code, handling) => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onInquiry = ({ tradingId }) =>
      tradingId === 't1' ? { type: 'rejected', code, detail: '', handling } : null
    const plan = await b.plan('sale', ['1', '2'])
    expect(plan.refused).toMatchObject([{ orderId: '1', reason: 'no-payment', about: code }])
    expect(plan.steps.map(({ orderId }) => orderId)).toEqual(['2'])
  })

  it('is not begun where Paygent gives a page in the place of every answer', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    b.gateway.onInquiry = () => ({ type: 'silent', fault: { ...FAULT, kind: 'answer', code: '503' } })
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'gateway-not-understood' })
    expect(b.gateway.sent).toEqual([])
  })

  it('writes nothing for an order with an open attempt', async () => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    b.gateway.onSend = () => {
      const fact = { ...b.gateway.payments.get('91')!, status: '60', amountYen: 5 }
      expect(b.open().orders.learn(b.order('1'), fact, b.clock.nowMs())).toBe(false)
    }
    expect(outcomes(await b.run(plan))).toBe('1 accepted')
  })

  it('loses no order whose payment changed while it was asked about', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const other = b.open()
    b.gateway.onInquiry = (key) => {
      if ('paymentId' in key && key.paymentId === '91') {
        other.importOrders({ rows: [auOrder('1', { paymentId: '777' })], others: [] }, b.clock.nowMs())
      }
      return null
    }
    const plan = await b.plan('sale', ['1', '2']).catch(() => null)
    if (plan === null) return
    const ran = await b.run(plan)
    expect(ran.items.map(({ order: { orderId } }) => orderId)).toEqual(['1', '2'])
    expect(b.gateway.sent.map(({ paymentId }) => paymentId)).toEqual(['92'])
  })
})

describe("docomo's completion", () => {
  it.each([
    ['a cancel', 'cancel', {}, 'cancel'],
    ['a corrected sale of the single command', 'sale', { totalYen: 600 }, 'corrected-sale'],
  ] as const)(
    'is asked about for %s, since no request of ours brings it',
    async (_name, operation, change, request) => {
      const b = bench(auOrder('1', { carrier: 'docomo', kind: '101', status: '40', ...change }))
      const gateway = b.gateway
      const fact = gateway.payments.get('91')!
      gateway.payments.set('91', { ...fact, status: '44', amountYen: 1_000 })
      b.mirror.orders.learn(b.order('1'), { ...fact, status: '40', amountYen: 1_000 }, b.clock.nowMs())
      const plan = await b.plan(operation, ['1'], { single: true })
      expect(plan.steps.map((step) => [step.request, step.plannedStatus])).toEqual([[request, '44']])
    },
  )

  it('is not asked about for a plain sale that is done', async () => {
    const b = bench(auOrder('1', { carrier: 'docomo', kind: '101', status: '40' }))
    const fact = b.gateway.payments.get('91')!
    b.mirror.orders.learn(b.order('1'), { ...fact, status: '40', amountYen: 1_000 }, b.clock.nowMs())
    await b.plan('sale', ['1'])
    expect(b.gateway.inquired).toHaveLength(0)
  })
})

describe('the limits of a run', () => {
  /** 600 yen captured, 401 given back by the correction of a sale: 1,001 moved, whatever is left of it in the net. */
  const steps = [
    { telegram: '022', plannedStatus: '20', heldAmountYen: 600, amountYen: 600 },
    { telegram: '103', plannedStatus: '44', heldAmountYen: 5401, amountYen: 5000 },
  ]
  const plan = { steps } as unknown as Parameters<typeof limitOver>[0]
  const none: RunLimits = { maxOrders: null, maxAmountYen: null, largeFrom: null }
  it.each([
    [{}, null],
    [{ maxOrders: 2 }, null],
    [{ maxOrders: 1 }, { type: 'max-orders', count: 2, limit: 1 }],
    [{ maxAmountYen: 1001 }, null],
    [{ maxAmountYen: 1000 }, { type: 'max-amount', yen: 1001, limit: 1000 }],
    [
      { maxOrders: 1, maxAmountYen: 1000 },
      { type: 'max-orders', count: 2, limit: 1 },
    ],
    [{ largeFrom: { orders: 2, yen: 1001 } }, null],
    [{ largeFrom: { orders: 1, yen: 1001 } }, { type: 'limits-needed', count: 2, yen: 1001 }],
    [{ largeFrom: { orders: 2, yen: 1000 } }, { type: 'limits-needed', count: 2, yen: 1001 }],
    [
      { maxOrders: 2, largeFrom: { orders: 1, yen: 1 } },
      { type: 'limits-needed', count: 2, yen: 1001 },
    ],
    [
      { maxAmountYen: 1001, largeFrom: { orders: 1, yen: 1 } },
      { type: 'limits-needed', count: 2, yen: 1001 },
    ],
    [{ maxOrders: 2, maxAmountYen: 1001, largeFrom: { orders: 1, yen: 1 } }, null],
  ] satisfies [Partial<RunLimits>, ReturnType<typeof limitOver>][])('%j: %j', (limits, over) => {
    expect(limitOver(plan, { ...none, ...limits })).toEqual(over)
  })
})
