// Tests whether a person's decision is accepted, depending on Paygent's answer: the whole table.
import type { Carrier, PaymentFact } from '../../src/domain/order.js'
import type { OpenAttempt } from '../../src/domain/run.js'
import { decideByHand, type HandDecision, type UnclearOrder, type SettleRequest } from '../../src/jobs/settle.js'
import { order } from '../domain/order-fixture.js'
import { NOW, TwoClocks } from './bench.js'
import { describe, expect, it } from 'vitest'

const SETTLE_MS = 120_000

const fact = (paymentId: string, status: string, amountYen = 1_000, tradingId = 't1'): PaymentFact => ({
  paymentId,
  tradingId,
  status,
  amountYen,
  method: 'credit',
  carrier: null,
  authorizedAt: null,
})

const attempt = (changes: Partial<OpenAttempt> = {}): OpenAttempt => ({
  attemptId: 1,
  runId: 1,
  orderId: '1',
  position: 1,
  state: 'attention',
  code: '2010',
  notMoved: null,
  preparedMs: NOW - SETTLE_MS,
  newPaymentId: null,
  sentAgain: false,
  telegram: '022',
  carrier: null,
  paymentId: '91',
  tradingId: 't1',
  plannedStatus: '20',
  heldAmountYen: 1_000,
  amountYen: 1_000,
  ...changes,
})
const correction = (changes: Partial<OpenAttempt> = {}): OpenAttempt =>
  attempt({ telegram: '029', amountYen: 600, ...changes })

const look = (changes: Partial<UnclearOrder> = {}, ofOrder = {}): UnclearOrder => ({
  order: order({ orderId: '1', tradingId: 't1', paymentId: '91', attention: true, ...ofOrder }),
  attempt: attempt(),
  facts: [fact('91', '40')],
  codes: [],
  conflictForPaygent: true,
  several: false,
  anotherUnknown: false,
  ...changes,
})

const wish = (changes: Partial<SettleRequest>): SettleRequest => ({
  orderId: '1',
  paymentId: null,
  as: null,
  note: 'asked',
  settleMs: SETTLE_MS,
  ...changes,
})

const decided = (seen: UnclearOrder, said: Partial<SettleRequest>): HandDecision =>
  decideByHand(seen, wish(said), new TwoClocks())
const wordOf = (decision: HandDecision): string =>
  decision.type === 'refused' ? decision.why : `${decision.outcome}${decision.waits ? ', waits' : ''}`

describe('a word', () => {
  const rows: readonly [string, UnclearOrder, Partial<SettleRequest>, string][] = [
    ['on what is open', look({}, { openAttempt: true, attention: false }), { as: 'sold' }, 'ask-first'],
    ['on what is open and for a person', look({}, { openAttempt: true }), { as: 'sold' }, 'ask-first'],
    ['on a conflict alone', look({}, { attention: false, conflict: true }), { as: 'sold' }, 'ask-first'],
    [
      'on a conflict of which Paygent decides nothing',
      look({ attempt: null, conflictForPaygent: false }, { attention: false, conflict: true }),
      { as: 'sold' },
      'null',
    ],
    [
      'on such a conflict that Paygent contradicts',
      look({ attempt: null, conflictForPaygent: false }, { attention: false, conflict: true }),
      { as: 'cancelled' },
      'contradicted',
    ],
    [
      'on such a conflict while a request is open',
      look({ conflictForPaygent: false }, { openAttempt: true, attention: false, conflict: true }),
      { as: 'sold' },
      'ask-first',
    ],
    ['on nothing', look({}, { attention: false }), { as: 'sold' }, 'nothing-waits'],
    ['too early', look({ attempt: attempt({ preparedMs: NOW - SETTLE_MS + 1 }) }), { as: 'sold' }, 'too-early'],
    ['where no request waits', look({ attempt: null }), { as: 'sold' }, 'null'],
    ['sold, as sent', look(), { as: 'sold' }, 'accepted'],
    ['sold, and a part given back since', look({ facts: [fact('91', '40', 900)] }), { as: 'sold' }, 'accepted'],
    ['sold, and more was held by then', look({ facts: [fact('91', '41', 1_200)] }), { as: 'sold' }, 'accepted'],
    [
      'sold, by another payment',
      look({ facts: [fact('91', '32'), fact('77', '40')] }),
      { as: 'sold' },
      'not-processed',
    ],
    ['open', look({ facts: [fact('91', '20')] }), { as: 'open' }, 'not-processed'],
    ['sold, and given back since', look({ facts: [fact('91', '60')] }), { as: 'cancelled' }, 'accepted'],
    ['released, where a sale was sent', look({ facts: [fact('91', '32')] }), { as: 'cancelled' }, 'not-processed'],
    ['two alive', look({ facts: [fact('91', '40'), fact('77', '20')] }), { as: 'sold' }, 'two-alive'],
    ['one more unknown', look({ anotherUnknown: true }), { as: 'sold' }, 'another-unknown'],
    ['none alive and sold', look({ facts: [fact('91', '60')] }), { as: 'sold' }, 'contradicted'],
  ]
  it.each(rows)('%s', (_, seen, said, word) => expect(wordOf(decided(seen, said))).toBe(word))

  const ofCarrier = (carrier: Carrier, changes: Partial<OpenAttempt> = {}): OpenAttempt =>
    attempt({ telegram: '101', carrier, ...changes })
  const lower = { telegram: '103', amountYen: 600 } as const
  const refund = { ...lower, plannedStatus: '40' } as const
  const soldAt = '2026-11-20T10:00:00+09:00'
  const givenBack: readonly [string, OpenAttempt, PaymentFact, string][] = [
    ['au', ofCarrier('au'), fact('91', '60'), 'accepted'],
    ['softbank, released', ofCarrier('softbank'), fact('91', '32'), 'not-processed'],
    ['softbank, expired', ofCarrier('softbank'), fact('91', '33'), 'not-processed'],
    // docomo ends at 60 from everywhere: only the day of a sale tells that there was one.
    ['docomo, sold', ofCarrier('docomo'), { ...fact('91', '60'), soldAt }, 'accepted'],
    ['docomo, sold, a day later', ofCarrier('docomo'), { ...fact('91', '62'), soldAt }, 'accepted'],
    ['docomo, released', ofCarrier('docomo'), fact('91', '60'), 'not-processed'],
    ['a lower amount, in place', ofCarrier('softbank', lower), fact('91', '60', 600), 'accepted'],
    ['a refund, in place', ofCarrier('au', refund), fact('91', '60', 600), 'accepted'],
    ['the whole sale in the place of its refund', ofCarrier('au', refund), fact('91', '60'), 'not-processed'],
  ]
  it.each(givenBack)('cancelled, after a sale that was given back: %s', (_, sale, seen, word) =>
    expect(wordOf(decided(look({ attempt: sale, facts: [seen] }), { as: 'cancelled' }))).toBe(word),
  )

  it('cancelled, after a sale that was given back: no amount is held', () => {
    expect(decided(look({ facts: [fact('91', '60')] }), { as: 'cancelled' })).toMatchObject({
      booking: { settles: { settlement: { effect: { status: '60', heldAmountYen: null }, newPaymentId: null } } },
    })
  })

  const cancel = attempt({ telegram: '021' })
  const cancels: readonly [string, PaymentFact[], SettleRequest['as'], string][] = [
    ['its payment is gone', [fact('91', '32')], 'cancelled', 'accepted'],
    ['its payment is gone and another lives', [fact('91', '32'), fact('77', '20')], 'open', 'accepted'],
    ['its payment is gone, another too', [fact('77', '60'), fact('91', '32')], 'cancelled', 'accepted'],
    ['another one is gone', [fact('77', '60'), fact('91', '33')], 'cancelled', 'not-processed'],
    ['it has expired', [fact('91', '33')], 'cancelled', 'not-processed'],
    ['it was sold', [fact('91', '40')], 'sold', 'not-processed'],
  ]
  it.each(cancels)('after a cancel: %s', (_, facts, as, word) =>
    expect(wordOf(decided(look({ attempt: cancel, facts }), { as }))).toBe(word),
  )

  const corrections: readonly [string, PaymentFact[], SettleRequest['as'], string][] = [
    ['its payment is there', [fact('91', '32'), fact('77', '40', 600)], 'sold', 'accepted'],
    ['the one there is of more than was sent', [fact('91', '32'), fact('77', '40', 601)], 'sold', 'not-processed'],
    ['a part of the one there was given back', [fact('91', '32'), fact('77', '40', 500)], 'sold', 'accepted'],
    [
      'the one there belongs to another order',
      [fact('91', '32'), fact('77', '40', 600, 't2')],
      'sold',
      'not-processed',
    ],
    ['its payment is there, past its cancelling', [fact('91', '62'), fact('77', '41', 600)], 'sold', 'accepted'],
    ['less of it is there, past its cancelling', [fact('91', '62'), fact('77', '41', 500)], 'sold', 'accepted'],
    ['more is there, past its cancelling', [fact('91', '62'), fact('77', '41', 601)], 'sold', 'not-processed'],
    ['its payment was cancelled since', [fact('91', '62'), fact('77', '62', 600)], 'cancelled', 'accepted'],
    ['another amount is gone', [fact('91', '62'), fact('77', '62', 700)], 'cancelled', 'not-processed'],
    ['one of another order is gone', [fact('91', '62'), fact('77', '62', 600, 't2')], 'cancelled', 'not-processed'],
    ['the old one was cancelled', [fact('91', '60', 600)], 'cancelled', 'not-processed'],
    [
      'its payment was released before it was sold',
      [fact('91', '60'), fact('77', '32', 600)],
      'cancelled',
      'not-processed',
    ],
    [
      'the old one has expired, another is gone',
      [fact('91', '33'), fact('77', '62', 600)],
      'cancelled',
      'not-processed',
    ],
    [
      'its payment was cancelled since, and another is authorised',
      [fact('91', '62'), fact('77', '62', 600), fact('5', '20')],
      'open',
      'accepted',
    ],
    ['the old one was sold', [fact('91', '40', 600)], 'sold', 'not-processed'],
    ['the old one has expired', [fact('91', '33'), fact('77', '40', 600)], 'sold', 'accepted'],
    ['the old one has expired, and less is there', [fact('91', '33'), fact('77', '40', 500)], 'sold', 'not-processed'],
  ]
  it.each(corrections)('after a correction: %s', (_, facts, as, word) =>
    expect(wordOf(decided(look({ attempt: correction(), facts }), { as }))).toBe(word),
  )

  it('after a correction whose new payment the answer has named: accepted, whatever its amount is by now', () => {
    const named = correction({ newPaymentId: '77' })
    const facts = [fact('91', '60'), fact('77', '40', 700)]
    expect(decided(look({ attempt: named, facts }), { as: 'sold' })).toMatchObject({
      outcome: 'accepted',
      booking: { settles: { settlement: { newPaymentId: '77', effect: { status: '40', heldAmountYen: 700 } } } },
    })
  })

  it.each([
    ['t1', 'accepted'],
    ['t2', 'not-processed'],
  ])('the same once it is cancelled; of trading id %s: %s', (tradingId, word) => {
    const named = correction({ newPaymentId: '77' })
    const facts = [fact('91', '60'), fact('77', '60', 700, tradingId)]
    expect(wordOf(decided(look({ attempt: named, facts }), { as: 'cancelled' }))).toBe(word)
  })

  it('takes the cancelled payment of a correction for the order’s, with the amount that it had', () => {
    const facts = [fact('91', '62'), fact('77', '62', 600)]
    const settlement = { newPaymentId: '77', effect: { status: '62', heldAmountYen: 600, newPaymentId: '77' } }
    expect(decided(look({ attempt: correction(), facts }), { as: 'cancelled' })).toMatchObject({
      booking: { currentPaymentId: '77', settles: { settlement } },
    })
  })

  it('leaves a cancelled payment no held amount', () => {
    const decision = decided(look({ attempt: cancel, facts: [fact('91', '32')] }), { as: 'cancelled' })
    const settlement = { newPaymentId: null, effect: { status: '32', heldAmountYen: null } }
    expect(decision).toMatchObject({ booking: { currentPaymentId: null, settles: { settlement } } })
  })

  const inPlace = correction({ telegram: '103', carrier: 'au', plannedStatus: '40' })
  const refunds: readonly [string, PaymentFact[], string][] = [
    ['as sent', [fact('91', '40', 600)], 'accepted'],
    ['less than was to be left', [fact('91', '40', 500)], 'accepted'],
    ['more than was to be left', [fact('91', '40', 800)], 'not-processed'],
  ]
  it.each(refunds)('after a correction of a sale in its place: %s', (_, facts, word) =>
    expect(wordOf(decided(look({ attempt: inPlace, facts }), { as: 'sold' }))).toBe(word),
  )

  it('takes the living payment for the order’s, and names it in the settlement of a correction', () => {
    const facts = [fact('91', '32'), fact('77', '40', 600)]
    const decision = decided(look({ attempt: correction(), facts }, { conflict: true }), { as: 'sold' })
    expect(decision).toMatchObject({
      booking: {
        facts,
        currentPaymentId: '77',
        endsConflict: 'by-a-person',
        attention: 'over',
        detail: 'payment 91: 32 1000, payment 77: 40 600; asked',
        settles: { from: 'attention', settlement: { outcome: 'accepted', newPaymentId: '77' } },
      },
    })
  })

  it.each([
    ['a cancel', cancel, '32'],
    ['a sale that was given back', attempt(), '60'],
  ])('leaves no effect of %s on the order, which has another payment by now', (_, waiting, status) => {
    const facts = [fact('91', status), fact('77', '20')]
    const decision = decided(look({ attempt: waiting, facts }), { as: 'open' })
    const settlement = { outcome: 'accepted', effect: null, newPaymentId: null }
    expect(decision).toMatchObject({ booking: { currentPaymentId: '77', settles: { settlement } } })
  })

  it('settles no request where none waits', () => {
    const decision = decided(look({ attempt: null, facts: [fact('91', '60')] }), { as: 'cancelled' })
    expect(decision).toMatchObject({ outcome: null, booking: { settles: null, currentPaymentId: null } })
  })
})

describe('a payment id', () => {
  const seen = (facts: PaymentFact[], changes: Partial<UnclearOrder> = {}) =>
    look({ attempt: correction(), facts, ...changes })
  const rows: readonly [string, UnclearOrder, string][] = [
    ['old gone', seen([fact('91', '32'), fact('77', '40', 600)]), 'accepted'],
    ['old alive', seen([fact('91', '20'), fact('77', '40', 600)]), 'attention, waits'],
    ['a third alive', seen([fact('91', '32'), fact('77', '40', 600), fact('5', '20')]), 'attention, waits'],
    ['old gone, and one that is dead', seen([fact('91', '32'), fact('5', '60'), fact('77', '40', 600)]), 'accepted'],
    ['another amount', seen([fact('91', '32'), fact('77', '40')]), 'does-not-fit'],
    ['another trading id', seen([fact('91', '32'), fact('77', '40', 600, 't2')]), 'does-not-fit'],
    ['unknown to Paygent', seen([fact('91', '32')]), 'does-not-fit'],
    ['no request waits', seen([fact('91', '32'), fact('77', '40', 600)], { attempt: null }), 'no-correction'],
    ['no correction', seen([fact('91', '32'), fact('77', '40', 600)], { attempt: attempt() }), 'no-correction'],
  ]
  it.each(rows)('%s', (_, one, word) => expect(wordOf(decided(one, { paymentId: '77' }))).toBe(word))

  it.each([
    ['attention', 'attention'],
    ['unknown', 'open'],
  ] as const)('settles an attempt that is %s', (state, from) => {
    const facts = [fact('91', '32'), fact('77', '40', 600)]
    const decision = decided(seen(facts, { attempt: correction({ state }) }), { paymentId: '77' })
    expect(decision).toMatchObject({ booking: { settles: { from } } })
  })
})

describe('a payment named among several under the trading id', () => {
  const codes = [{ paymentId: null, code: '13002' }]
  const several = (changes: Partial<UnclearOrder> = {}, ofOrder = {}): UnclearOrder =>
    look(
      { attempt: null, codes, anotherUnknown: true, facts: [fact('95', '20')], ...changes },
      { paymentId: null, heldAmountYen: null, heldAmountAt: null, ...ofOrder },
    )
  const rows: readonly [string, UnclearOrder, Partial<SettleRequest>, string][] = [
    ['of its trading id and amount', several(), { paymentId: '95' }, 'null'],
    ['before the mirror has heard of the others', several({}, { attention: false }), { paymentId: '95' }, 'null'],
    ['of another trading id', several({ facts: [fact('95', '20', 1_000, 't7')] }), { paymentId: '95' }, 'does-not-fit'],
    ['of another amount', several({ facts: [fact('95', '20', 999)] }), { paymentId: '95' }, 'does-not-fit'],
    [
      'of the authorised amount of an order that was lowered',
      several({}, { totalYen: 600, listedAmountYen: 1_000 }),
      { paymentId: '95' },
      'null',
    ],
    [
      'of the total before an amendment',
      several({}, { totalYen: 600, amendedFromYen: 1_000 }),
      { paymentId: '95' },
      'null',
    ],
    ['of another method', several({}, { method: 'carrier', carrier: 'au' }), { paymentId: '95' }, 'does-not-fit'],
    ['that Paygent does not know', several({ facts: [] }), { paymentId: '95' }, 'does-not-fit'],
    ['that is cancelled', several({ facts: [fact('95', '32')] }), { paymentId: '95' }, 'null'],
    ['with the word that fits', several(), { paymentId: '95', as: 'open' }, 'null'],
    ['with a word that does not', several(), { paymentId: '95', as: 'sold' }, 'contradicted'],
    ['not at all', several(), { as: 'open' }, 'another-unknown'],
    ['where Paygent tells one by now', several({ codes: [] }), { paymentId: '95' }, 'null'],
    ['for an order that has a payment', look({ codes, attempt: null }), { paymentId: '91' }, 'no-correction'],
  ]
  it.each(rows)('%s', (_, seen, said, word) => expect(wordOf(decided(seen, said))).toBe(word))

  it('is the order’s own from then on, with nothing of the others', () => {
    const facts = [fact('94', '20'), fact('95', '20')]
    const decision = decided(several({ facts }), { paymentId: '95' })
    expect(decision).toMatchObject({
      type: 'taken',
      waits: false,
      booking: { facts: [facts[1]], currentPaymentId: '95', attention: 'over', settles: null, endsConflict: false },
    })
  })
})
