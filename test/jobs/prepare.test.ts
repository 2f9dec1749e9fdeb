// Which orders Paygent is asked about before the plan, and what is made of what it tells. Pages 1.2, 1.5 and 3.1.
import { describe, expect, it } from 'vitest'
import type { InquiryAnswer } from '../../src/domain/answer.js'
import type { Operation, Order, PaymentFact } from '../../src/domain/order.js'
import { prepareOrders, type PrepareEvent } from '../../src/jobs/batch/prepare.js'
import type { OrderStore } from '../../src/ports.js'
import { order, rules } from '../domain/order-fixture.js'
import { NOW, TwoClocks } from './bench.js'
import { FAULT, ScriptedGateway } from './scripted-gateway.js'

const FACT: PaymentFact = {
  paymentId: '12345678',
  tradingId: '852',
  status: '20',
  amountYen: 1_000,
  method: null,
  carrier: null,
  authorizedAt: null,
}

interface Asked {
  readonly operation?: Operation
  readonly single?: boolean
  readonly answer?: InquiryAnswer
  /** Whether the mirror takes what is told. */
  readonly takes?: boolean
  readonly stop?: AbortController
}

async function prepared(orders: readonly Order[], asked: Asked = {}) {
  const { operation = 'sale', single = false, answer = { type: 'told', fact: FACT }, takes = true } = asked
  const gateway = new ScriptedGateway()
  gateway.onInquiry = () => answer
  const clock = new TwoClocks()
  const learnt: (readonly [string, PaymentFact, number])[] = []
  const store: Pick<OrderStore, 'learn' | 'find'> = {
    learn: (told, fact, atMs) => {
      learnt.push([told.orderId, fact, atMs])
      return takes
    },
    find: (ids) => ids.map((orderId) => order({ orderId, customerName: 'as it is now' })),
  }
  const deps = { gateway, clock, orders: store as OrderStore }
  const { signal } = asked.stop ?? new AbortController()
  const events: PrepareEvent[] = []
  const preparing = prepareOrders(orders, operation, rules({ single }), deps, signal)
  for (;;) {
    const { done, value } = await preparing.next()
    if (done) return { ...value, events, learnt, asked: gateway.inquired }
    events.push(value)
  }
}

describe('asked about', () => {
  const untold = { heldAmountYen: null, heldAmountAt: null } as const
  const docomo = { method: 'carrier', carrier: 'docomo', status: '40', kind: '101', kindByUs: true } as const
  const lower = { totalYen: 600 } as const
  const rows: readonly [string, Partial<Order>, Operation, boolean, boolean][] = [
    ['a held amount that nobody has told', untold, 'sale', false, true],
    ['an order that may be sold as it is', {}, 'sale', false, false],
    ['whose amount was told 12 h ago', { heldAmountAt: '2026-11-23T07:30:00+09:00' }, 'sale', false, false],
    ['whose amount was told longer ago', { heldAmountAt: '2026-11-23T07:29:59+09:00' }, 'sale', false, true],
    ['the same, to be cancelled', { heldAmountAt: '2026-11-23T07:29:59+09:00' }, 'cancel', false, false],
    [
      'whose amount a wrong clock calls told tomorrow',
      { heldAmountAt: '2026-11-24T19:30:00+09:00' },
      'sale',
      false,
      true,
    ],
    ['an order that is refused', { status: '60' }, 'sale', false, false],
    ['another refusal', { totalYen: 2_000 }, 'sale', false, false],
    ['docomo’s sale, to be cancelled', docomo, 'cancel', false, true],
    ['another carrier’s sale', { ...docomo, carrier: 'au' }, 'cancel', false, false],
    ['docomo’s sale, to be sold', docomo, 'sale', false, false],
    ['the same, alone', docomo, 'sale', true, false],
    ['to be corrected', { ...docomo, ...lower }, 'sale', false, false],
    ['to be corrected, alone', { ...docomo, ...lower }, 'sale', true, true],
    ['raised, alone', { ...docomo, totalYen: 1_001 }, 'sale', true, false],
    ['alone, and nobody has told what is held', { ...docomo, ...lower, ...untold }, 'sale', true, false],
    ['with an open request', { ...docomo, openAttempt: true }, 'cancel', false, false],
    ['for a person', { ...docomo, attention: true }, 'cancel', false, false],
  ]
  it.each(rows)('%s', async (_, changes, operation, single, expected) => {
    const one = await prepared([order(changes)], { operation, single })
    expect(one.asked).toEqual(expected ? [{ paymentId: '12345678', tradingId: '852' }] : [])
    expect(one.events).toEqual(expected ? [{ type: 'asking', index: 1, total: 1 }] : [])
    expect(one.orders).toEqual([expected ? order({ customerName: 'as it is now' }) : order(changes)])
  })

  it('one after the other, and by the trading id where there is no other', async () => {
    const none = { heldAmountYen: null, heldAmountAt: null } as const
    const one = await prepared([order(none), order({ orderId: '2' }), order({ orderId: '3', paymentId: null })])
    expect(one.events).toEqual([
      { type: 'asking', index: 1, total: 2 },
      { type: 'asking', index: 2, total: 2 },
    ])
    expect(one.asked).toEqual([{ paymentId: '12345678', tradingId: '852' }, { tradingId: '852' }])
    expect(one.orders.map(({ orderId }) => orderId)).toEqual(['852', '2', '3'])
    expect(one.learnt).toEqual([
      ['852', FACT, NOW],
      ['3', FACT, NOW],
    ])
  })
})

describe('what is told', () => {
  const untold = order({ heldAmountYen: null, heldAmountAt: null })
  const nameless = order({ method: 'carrier', carrier: null, heldAmountYen: null, heldAmountAt: null })
  const told = (changes: Partial<PaymentFact> = {}): InquiryAnswer => ({ type: 'told', fact: { ...FACT, ...changes } })
  const code = (of: string): InquiryAnswer => ({ type: 'rejected', code: of, detail: '', handling: 'rejected' })
  const rows: readonly [string, Order, InquiryAnswer, string | null][] = [
    ['a fact', untold, told(), null],
    ['of the same method', untold, told({ method: 'credit' }), null],
    ['of another method', untold, told({ method: 'carrier' }), 'method'],
    ['its carrier', nameless, told({ method: 'carrier', carrier: 'au' }), null],
    ['no carrier', nameless, told({ method: 'carrier' }), 'method'],
    ['no carrier of a card', untold, told({ method: 'credit', carrier: null }), null],
    ['no carrier, which is known', order({ ...nameless, carrier: 'au' }), told(), null],
    ['no such payment', untold, code('13001'), '13001'],
    ['several', untold, code('13002'), '13002'],
  ]
  it.each(rows)('%s', async (_, of, answer, missing) => {
    const one = await prepared([of], { answer })
    expect([...one.untold]).toEqual(missing === null ? [] : [['852', { code: missing }]])
    expect(one.learnt).toHaveLength(missing === null ? 1 : 0)
  })

  it.each([
    ['silence', { type: 'silent', fault: FAULT }, 'gateway-unreachable'],
    ['another code', code('P002'), 'gateway-not-understood'],
  ] as const)('%s is trouble', async (_, answer, trouble) => {
    await expect(prepared([untold], { answer })).rejects.toMatchObject({ code: trouble })
  })

  it('nothing after a signal', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(prepared([untold], { stop })).rejects.toMatchObject({ code: 'interrupted' })
    await expect(prepared([order()], { stop })).rejects.toMatchObject({ code: 'interrupted' })
  })
})
