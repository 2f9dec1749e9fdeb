// Tests properties that hold for any order, however unusual. PAYGENT_TEST_SEED=<seed> replays a run.
import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROFILES } from '../../src/domain/carriers.js'
import { CARRIERS, KINDS, type Order } from '../../src/domain/order.js'
import { permit, takenByAll, type RuleContext } from '../../src/domain/permit.js'
import { STATUSES } from './expected-status.js'
import { HELD_YEN, HOLD, NOW_MS, order } from './order-fixture.js'

const seed = Number(process.env['PAYGENT_TEST_SEED'] ?? randomInt(2 ** 31))
const options = { seed, numRuns: 10_000 }

const payer = fc.constantFrom(
  { method: 'credit', carrier: null } as const,
  ...[...CARRIERS, null].map((carrier) => ({ method: 'carrier', carrier }) as const),
)
const yen = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 9_999_999 }))
/** Mostly the value that lets an order through: else hardly one of those drawn would be permitted anything. */
const mostly = <T, U>(likely: T, rare: fc.Arbitrary<U>): fc.Arbitrary<T | U> =>
  fc.oneof({ arbitrary: fc.constant(likely), weight: 24 }, { arbitrary: rare, weight: 1 })
const flag = mostly(false, fc.constant(true))

const anyOrder: fc.Arbitrary<Order> = fc
  .record({
    payer,
    totalYen: yen,
    heldAmountYen: mostly(HELD_YEN, fc.option(yen)),
    relation: fc.constantFrom('equal', 'lower', 'any'),
    kind: fc.oneof(fc.constantFrom('', '020'), fc.constantFrom(...KINDS)),
    kindByUs: fc.boolean(),
    status: fc.oneof(fc.constantFrom(...STATUSES), fc.constantFrom('20', '20', '21', '40', '44')),
    statusOrigin: fc.constantFrom('shop', 'paygent'),
    statusPaymentId: mostly(null, fc.constantFrom('12345678', '11111111')),
    paymentId: mostly('12345678', fc.constant(null)),
    orderStatus: mostly('新規受付', fc.constantFrom('', 'キャンセル', '返品', '決済処理中')),
    openAttempt: flag,
    attention: flag,
    hold: mostly(null, fc.constant(HOLD)),
    conflict: flag,
    duplicatePayment: flag,
    malformed: flag,
    notProcessed: mostly(
      null,
      fc.record({
        operation: fc.constantFrom('sale', 'cancel'),
        atMs: fc.integer({ min: NOW_MS - 172_800_000, max: NOW_MS }),
      }),
    ),
    correctionRefused: mostly(
      null,
      fc.record({ code: fc.constantFrom('2013', '2014', 'P029'), totalYen: fc.constantFrom(0, 1, 700) }),
    ),
  })
  .map(({ payer: paidBy, relation, status, statusOrigin, ...rest }) =>
    order({
      ...rest,
      ...paidBy,
      status: status === 'none' ? null : status,
      statusOrigin: statusOrigin as Order['statusOrigin'],
      notProcessed: rest.notProcessed as Order['notProcessed'],
      totalYen: totalOf(relation, rest.totalYen, rest.heldAmountYen),
    }),
  )

function totalOf(relation: string, totalYen: number, heldYen: number | null): number {
  if (heldYen === null || relation === 'any') return totalYen
  return relation === 'equal' ? heldYen : totalYen % (heldYen + 1)
}

const NOTHING_SAID: RuleContext['statuses'] = []
const SAID: RuleContext['statuses'] = [{ number: null, name: '店舗保留', meaning: 'hold' }]
const anyContext: fc.Arbitrary<RuleContext> = fc.record({
  includeCancelled: fc.boolean(),
  afterUnknown: fc.boolean(),
  statuses: fc.constantFrom(NOTHING_SAID, SAID),
  nowMs: fc.constant(NOW_MS),
  profile: fc.constantFrom(...PROFILES),
  single: fc.boolean(),
})
const operation = fc.constantFrom('sale' as const, 'cancel' as const)

const check = (claim: (subject: Order, what: 'sale' | 'cancel', context: RuleContext) => void): void =>
  fc.assert(fc.property(anyOrder, operation, anyContext, claim), options)

describe(`any order (seed ${seed})`, () => {
  // More than a hundred of each; without them the claims below would hold for nothing.
  it('the orders drawn reach every kind of answer', () => {
    const seen = new Map<string, number>()
    for (const [subject, what, context] of fc.sample(fc.tuple(anyOrder, operation, anyContext), options)) {
      const answer = permit(subject, what, context)
      const name = answer.verdict === 'permitted' ? answer.request : answer.verdict
      seen.set(name, (seen.get(name) ?? 0) + 1)
    }
    for (const name of ['sale', 'corrected-sale', 'auth-cancel', 'sale-cancel', 'cancel', 'ask', 'refused']) {
      expect([name, (seen.get(name) ?? 0) >= 50]).toEqual([name, true])
    }
  })

  it('a corrected sale is of at least one yen and of less than what Paygent holds', () => {
    check((subject, what, context) => {
      const answer = permit(subject, what, context)
      if (answer.verdict !== 'permitted' || answer.request !== 'corrected-sale') return
      expect(answer.amountYen).toBe(subject.totalYen)
      expect(answer.amountYen).toBeLessThan(subject.heldAmountYen ?? 0)
      expect(answer.amountYen).toBeGreaterThan(0)
    })
  })

  it('a plain sale captures the held amount, and only where the total is just that', () => {
    check((subject, what, context) => {
      const answer = permit(subject, what, context)
      if (answer.verdict !== 'permitted' || answer.request !== 'sale') return
      expect(answer.amountYen).toBe(subject.heldAmountYen)
      expect(answer.amountYen).toBe(subject.totalYen)
    })
  })

  it('a cancel releases the held amount', () => {
    check((subject, _what, context) => {
      const answer = permit(subject, 'cancel', context)
      if (answer.verdict === 'permitted') expect(answer.amountYen).toBe(subject.heldAmountYen)
    })
  })

  it('an open attempt, attention, a hold, a conflict or a change in the shop permits nothing and asks nothing', () => {
    check((subject, what, context) => {
      const held = subject.openAttempt || subject.attention || subject.hold !== null || subject.conflict
      if (held || subject.kind === '0201' || subject.kind === '0291') {
        expect(permit(subject, what, context).verdict).toBe('refused')
        expect(takenByAll(subject, what, context)).toBe(false)
      }
    })
  })

  it('nothing is permitted without a payment id, a status or the held amount', () => {
    check((subject, what, context) => {
      if (permit(subject, what, context).verdict !== 'permitted') return
      expect(subject.paymentId).not.toBeNull()
      expect(subject.heldAmountYen).not.toBeNull()
      if (subject.kind === '' || subject.kind === '020') expect(subject.status).not.toBeNull()
    })
  })

  it('a telegram is one of the method, and the operation is the one asked for', () => {
    check((subject, what, context) => {
      const answer = permit(subject, what, context)
      if (answer.verdict !== 'permitted') return
      expect(answer.telegram.startsWith(subject.method === 'credit' ? '02' : '10')).toBe(true)
      expect(answer.request.includes('cancel')).toBe(what === 'cancel')
    })
  })

  it('the batch permits nothing that the single request would not', () => {
    check((subject, what, context) => {
      const bulk = permit(subject, what, { ...context, single: false })
      if (bulk.verdict === 'permitted') expect(permit(subject, what, { ...context, single: true })).toEqual(bulk)
    })
  })

  it('the same order gives the same answer', () => {
    check((subject, what, context) => {
      expect(permit(subject, what, context)).toEqual(permit(structuredClone(subject), what, { ...context }))
    })
  })
})
