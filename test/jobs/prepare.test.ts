// Tests which orders Paygent is asked about before the plan, and the use of its answers.
import type { LeftOut } from '../../src/attempts/trouble.js'
import { type LeftOutOrders, planBatch } from '../../src/batch/plan.js'
import { type PrepareEvent, prepareOrders } from '../../src/batch/prepare.js'
import type { Fault, InquiryAnswer, InquiryKey } from '../../src/domain/answer.js'
import type { Handling } from '../../src/domain/codes.js'
import type { Operation, Order, PaymentFact } from '../../src/domain/order.js'
import type { OrderStore } from '../../src/ports.js'
import { order, rules } from '../domain/order-fixture.js'
import { NOW, TwoClocks } from './bench.js'
import { FAULT, ScriptedGateway } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

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
  /** One for all orders, or by trading id and how often Paygent was asked. */
  readonly answer?: InquiryAnswer | ((key: InquiryKey, count: number) => InquiryAnswer)
  /** Whether the mirror takes what is told. */
  readonly takes?: boolean
  readonly stop?: AbortController
  /** Orders for which an earlier plan of the run had no fact. */
  readonly untold?: LeftOutOrders
  /** Whether another run holds the lock by the time an order is asked about. */
  readonly isHeld?: () => boolean
}

async function prepared(orders: readonly Order[], asked: Asked = {}) {
  const { operation = 'sale', single = false, answer = { type: 'told', fact: FACT }, takes = true } = asked
  const gateway = new ScriptedGateway()
  const alone: boolean[] = []
  gateway.onInquiry = (key, count) => {
    alone.push(gateway.alone())
    return typeof answer === 'function' ? answer(key, count) : answer
  }
  const clock = new TwoClocks()
  const learnt: (readonly [string, PaymentFact, number])[] = []
  const unnamed: string[] = []
  const store: Pick<OrderStore, 'learn' | 'find' | 'awaitNaming'> = {
    awaitNaming: ({ orderId }) => void unnamed.push(orderId),
    learn: (told, fact, atMs) => {
      learnt.push([told.orderId, fact, atMs])
      return takes
    },
    find: (ids) =>
      orders
        .filter(({ orderId }) => ids.includes(orderId))
        .map(({ orderId, tradingId }) => order({ orderId, tradingId, customerName: 'as it is now' })),
  }
  const lock = {
    get heldElsewhere() {
      return asked.isHeld?.() ?? false
    },
  }
  const deps = { gateway, clock, orders: store as OrderStore, lock }
  const { signal } = asked.stop ?? new AbortController()
  const events: PrepareEvent[] = []
  const preparing = prepareOrders(orders, operation, rules({ single }), deps, signal, false, asked.untold)
  for (;;) {
    const { done, value } = await preparing.next()
    if (done) return { ...value, events, learnt, unnamed, asked: gateway.inquired, alone }
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
    expect(one.events).toEqual(expected ? [{ type: 'preparing', index: 1, total: 1 }] : [])
    expect(one.orders).toEqual([expected ? order({ customerName: 'as it is now' }) : order(changes)])
  })

  it('one after the other, and by the trading id where there is no other', async () => {
    const none = { heldAmountYen: null, heldAmountAt: null } as const
    const one = await prepared([order(none), order({ orderId: '2' }), order({ orderId: '3', paymentId: null })])
    expect(one.events).toEqual([
      { type: 'preparing', index: 1, total: 2 },
      { type: 'preparing', index: 2, total: 2 },
    ])
    expect(one.asked).toEqual([{ paymentId: '12345678', tradingId: '852' }, { tradingId: '852' }])
    expect(one.orders.map(({ orderId }) => orderId)).toEqual(['852', '2', '3'])
    expect(one.learnt).toEqual([
      ['852', FACT, NOW],
      ['3', FACT, NOW],
    ])
  })
})

describe('the answers', () => {
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
    ['another trading id than the mirror was given', order({ ...untold, tradingId: '900' }), told(), 'trading_id'],
    ['the trading id that was assumed', untold, told({ tradingId: '900' }), null],
  ]
  it('and cannot be taken by the mirror leaves the order out', async () => {
    const one = await prepared([untold, order({ orderId: '2' })], { takes: false })
    expect(one.untold).toEqual(new Map([['852', { reason: 'changed', code: null }]]))
  })

  it.each(rows)('%s', async (_, of, answer, missing) => {
    const one = await prepared([of], { answer })
    expect([...one.untold]).toEqual(missing === null ? [] : [['852', { reason: 'no-payment', code: missing }]])
    expect(one.learnt).toHaveLength(missing === null ? 1 : 0)
  })

  it('waits for a person where Paygent has several payments under a trading id, and none was named', async () => {
    const one = await prepared([order({ paymentId: null })], { answer: code('13002') })
    expect([[...one.untold], one.unnamed]).toEqual([[['852', { reason: 'attention', code: '13002' }]], ['852']])
    const named = await prepared([untold], { answer: code('13002') })
    expect([[...named.untold], named.unnamed]).toEqual([[['852', { reason: 'no-payment', code: '13002' }]], []])
  })

  it('silence is trouble where nothing else can be asked about', async () => {
    const answer = { type: 'silent', fault: FAULT } as const
    await expect(prepared([untold], { answer })).rejects.toMatchObject({ code: 'gateway-unreachable' })
  })

  it('nothing after a signal', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(prepared([untold], { stop })).rejects.toMatchObject({ code: 'interrupted' })
    await expect(prepared([order()], { stop })).rejects.toMatchObject({ code: 'interrupted' })
  })
})

describe('one odd order', () => {
  const none = { heldAmountYen: null, heldAmountAt: null } as const
  const three = ['1', '2', '3'].map((id) => order({ orderId: id, tradingId: `t${id}`, ...none }))
  const silence = (changes: Partial<Fault> = {}): InquiryAnswer => ({ type: 'silent', fault: { ...FAULT, ...changes } })
  const code = (name: string, handling: Handling): InquiryAnswer => ({
    type: 'rejected',
    code: name,
    detail: '',
    handling,
  })
  const odd = (answer: InquiryAnswer, ...places: readonly number[]): Asked => ({
    answer: ({ tradingId }) =>
      places.some((place) => tradingId === `t${place}`) ? answer : { type: 'told', fact: { ...FACT, tradingId } },
  })
  const NO_ANSWER = { reason: 'no-answer', code: 'ETIMEDOUT' } as const

  const oddities: readonly [string, InquiryAnswer, LeftOut][] = [
    ['that takes too long', silence(), NO_ANSWER],
    [
      'whose connection breaks off',
      silence({ kind: 'reset', code: 'ECONNRESET' }),
      { ...NO_ANSWER, code: 'ECONNRESET' },
    ],
    [
      'whose answer cannot be understood',
      silence({ kind: 'answer', code: 'fields' }),
      { ...NO_ANSWER, code: 'fields' },
    ],
    [
      'whose answer is too large',
      silence({ kind: 'too-large', code: 'too-large' }),
      { ...NO_ANSWER, code: 'too-large' },
    ],
    [
      'that cannot be written',
      silence({ kind: 'other', code: 'encoding-impossible', phase: 'connect' }),
      { ...NO_ANSWER, code: 'encoding-impossible' },
    ],
    ['for which Paygent stays busy', code('E002', 'busy'), { reason: 'no-answer', code: 'E002' }],
    ['with a final code', code('2004', 'rejected'), { reason: 'no-payment', code: '2004' }],
    ['of a method that is not contracted', code('P007', 'not-contracted'), { reason: 'no-payment', code: 'P007' }],
    ['whose acquirer is late', code('2008', 'acquirer-timeout'), { reason: 'no-payment', code: '2008' }],
    ['that is called malformed', code('P008', 'malformed'), { reason: 'no-payment', code: 'P008' }],
    ['with a code nobody knows', code('X1', 'inquire'), { reason: 'no-payment', code: 'X1' }],
  ]
  for (const [name, answer, left] of oddities)
    it.each([1, 2, 3])(`${name} stops nobody, wherever it stands: %i`, async (place) => {
      const one = await prepared(three, odd(answer, place))
      expect([...one.untold]).toEqual([[String(place), left]])
      // After silence about the last one another order is asked about once more, and its answer is taken as well.
      const again = place === 3 && left.reason === 'no-answer' ? ['2'] : []
      const learnt = [...['1', '2', '3'].filter((id) => id !== String(place)), ...again]
      expect(one.learnt.map(([orderId]) => orderId)).toEqual(learnt)
    })

  const gone: readonly [string, InquiryAnswer, string][] = [
    ['no connection', silence({ kind: 'refused', phase: 'connect' }), 'gateway-unreachable'],
    ['no name', silence({ kind: 'lookup', phase: 'connect' }), 'gateway-unreachable'],
    ['a proxy that makes none', silence({ kind: 'proxy', phase: 'connect' }), 'gateway-unreachable'],
    ['a connection that is not made in time', silence({ phase: 'connect' }), 'gateway-unreachable'],
    ['one that breaks before it is secure', silence({ kind: 'reset', phase: 'secure' }), 'gateway-unreachable'],
    ['a certificate', silence({ kind: 'certificate', phase: 'secure' }), 'server-not-verified'],
    ['another host', silence({ kind: 'host-name', phase: 'secure' }), 'server-not-verified'],
    ['our certificate', silence({ kind: 'client-certificate' }), 'client-certificate-refused'],
    ['the login', code('P002', 'stop-login'), 'login-refused'],
    ['maintenance', code('P017', 'stop'), 'gateway-closed'],
  ]
  it.each(gone)('%s stops at once', async (_, answer, trouble) => {
    await expect(prepared(three, odd(answer, 1))).rejects.toMatchObject({ code: trouble })
  })

  it('stops with all of them', async () => {
    await expect(prepared(three, odd(silence(), 1, 2, 3))).rejects.toMatchObject({ code: 'gateway-unreachable' })
  })

  it('stops with pages in the place of all answers', async () => {
    const page = silence({ kind: 'answer', code: '503' })
    await expect(prepared(three, odd(page, 1, 2, 3))).rejects.toMatchObject({ code: 'gateway-not-understood' })
    await expect(prepared(three.slice(0, 2), odd(page, 1, 2))).rejects.toMatchObject({ code: 'gateway-not-understood' })
  })

  const four = [...three, order({ orderId: '4', tradingId: 't4', ...none })]
  /** Paygent answers about the first order once, and about the fourth; `asked` is called with each trading id. */
  const oneAtFirst = (asked: (tradingId: string | undefined, before: number) => void) => {
    let before = 0
    return ({ tradingId }: InquiryKey): InquiryAnswer => {
      asked(tradingId, before)
      before += tradingId === 't1' ? 1 : 0
      const told = tradingId === 't4' || (tradingId === 't1' && before === 1)
      return told ? { type: 'told', fact: { ...FACT, tradingId } } : silence()
    }
  }

  it('asks about the one answered just now, not about one that it need not ask about', async () => {
    const known = order({ orderId: '9', tradingId: 't9' })
    const one = await prepared([three[0]!, three[1]!, known], odd(silence(), 2, 9))
    expect([...one.untold.keys()]).toEqual(['2'])
    expect(one.asked.map(({ tradingId }) => tradingId)).toEqual(['t1', 't2', 't1'])
  })

  it.each([
    ['goes on', 't4', ['t1', 't2', 't3', 't1', 't4', 't4']],
    ['stops', null, ['t1', 't2', 't3', 't1', 't4']],
  ])('%s with two where the one answered before is silent by then, and %s answers', async (_, answered, asked) => {
    const seen: (string | undefined)[] = []
    const first = oneAtFirst((tradingId) => void seen.push(tradingId))
    const answer = (key: InquiryKey): InquiryAnswer => {
      const found = first(key)
      return key.tradingId === 't4' && answered === null ? silence() : found
    }
    const ran = await prepared(four, { answer }).then(
      ({ untold }) => [...untold.keys()],
      ({ code: error }: { code: string }) => error,
    )
    expect([ran, seen]).toEqual([answered === null ? 'gateway-unreachable' : ['2', '3'], asked])
  })

  it.each([
    ['the second of two silent ones', 't3', ['t1', 't2', 't3']],
    ['the one answered before', 't1', ['t1', 't2', 't3', 't1']],
  ] as const)('a signal while it asks about %s is no silence', async (_, at, expected) => {
    const stop = new AbortController()
    const seen: (string | undefined)[] = []
    const answer = oneAtFirst((tradingId, before) => {
      seen.push(tradingId)
      if (tradingId === at && (at !== 't1' || before > 0)) stop.abort()
    })
    await expect(prepared(four, { answer, stop })).rejects.toMatchObject({ code: 'interrupted' })
    expect(seen).toEqual(expected)
  })

  it.each([
    ['the first two', [1, 2], ['1', '2'], ['t1', 't2', 't3', 't3']],
    ['the last two', [2, 3], ['2', '3'], ['t1', 't2', 't3', 't1']],
    ['two that are not in a row', [1, 3], ['1', '3'], ['t1', 't2', 't3', 't2']],
  ] as const)('goes on with %s', async (_, places, untold, asked) => {
    const one = await prepared(three, odd(silence(), ...places))
    expect([...one.untold.keys()]).toEqual(untold)
    expect(one.asked.map(({ tradingId }) => tradingId)).toEqual(asked)
  })

  it('is asked about one by one while another run holds the lock', async () => {
    let count = 0
    const one = await prepared(three, { ...odd(silence()), isHeld: () => (count += 1) === 2 })
    expect(one.alone).toEqual([false, true, false])
  })

  it.each([
    ['no-answer', 'ETIMEDOUT', ['t1', 't9']],
    ['no-payment', '13001', ['t1', 't8']],
  ] as const)(
    'is followed by one that an earlier plan left out only if that was answered: %s',
    async (reason, why, expected) => {
      const known = ['9', '8'].map((id) => order({ orderId: id, tradingId: `t${id}` }))
      const untold = new Map([['8', { reason, code: why }]])
      const one = await prepared([...known, three[0]!], { ...odd(silence(), 1), untold })
      expect(one.asked.map(({ tradingId }) => tradingId)).toEqual(expected)
      expect([...one.untold]).toEqual([...untold, ['1', NO_ANSWER]])
    },
  )

  it('leaves one that was left out as it is, though Paygent tells of it when it is asked about again', async () => {
    const several = order({ orderId: '1', tradingId: 't1', paymentId: null })
    let before = 0
    const one = await prepared([several, three[1]!], {
      answer: ({ tradingId }) => {
        if (tradingId === 't2') return silence()
        before += 1
        return before === 1 ? code('13002', 'rejected') : { type: 'told', fact: { ...FACT, tradingId } }
      },
    })
    expect(before).toBe(2)
    expect([one.learnt, one.unnamed]).toEqual([[], ['1']])
    expect([...one.untold]).toEqual([
      ['1', { reason: 'attention', code: '13002' }],
      ['2', NO_ANSWER],
    ])
  })

  it('that alone has to be asked about is told from a dead gateway by another order', async () => {
    const known = order({ orderId: '9', tradingId: 't9' })
    const one = await prepared([known, ...three.slice(0, 1)], odd(silence(), 1))
    expect([...one.untold]).toEqual([['1', NO_ANSWER]])
    // The answer about it is taken like any other: a plain sale would capture the amount that Paygent holds by now.
    expect(one.learnt).toMatchObject([['9', { tradingId: 't9' }, expect.any(Number)]])
    const changed = await prepared([known, ...three.slice(0, 1)], { ...odd(silence(), 1), takes: false })
    expect([...changed.untold]).toEqual([
      ['1', NO_ANSWER],
      ['9', { reason: 'changed', code: null }],
    ])
    await expect(prepared([known, ...three.slice(0, 1)], odd(silence(), 1, 9))).rejects.toMatchObject({
      code: 'gateway-unreachable',
    })
  })

  it('is named in the plan with its reason, and the others are in it', async () => {
    const { orders, untold } = await prepared(three, odd(silence(), 2))
    const asked = orders.map((one) => (one.orderId === '2' ? { ...one, ...none } : one))
    const plan = planBatch(asked, 'sale', rules(), untold)
    expect(plan.steps.map(({ orderId }) => orderId)).toEqual(['1', '3'])
    expect(plan.refused).toMatchObject([{ orderId: '2', reason: 'no-answer', about: 'ETIMEDOUT' }])
  })
})
