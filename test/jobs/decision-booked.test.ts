// Tests every field that is booked for an answer, and when Paygent is asked before the booking.
import {
  decideAttempt,
  type Decision,
  type AttemptAnswer,
  learntOf,
  needsInquiry,
} from '../../src/attempts/decision.js'
import { FixedClock } from '../../src/clock.js'
import type { Answer } from '../../src/domain/answer.js'
import type { Handling } from '../../src/domain/codes.js'
import type { PaymentFact } from '../../src/domain/order.js'
import type { Step } from '../../src/domain/run.js'
import { askedFor } from '../domain/order-fixture.js'
import { FAULT, rejected, ScriptedGateway } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const NOW = Date.parse('2026-11-23T19:30:00+09:00')

const STEP: Step = {
  position: 1,
  orderId: '852',
  customerName: 'ペイジェント 太郎',
  method: 'carrier',
  carrier: 'au',
  request: 'sale',
  telegram: '101',
  tradingId: '852',
  paymentId: '123',
  kind: '',
  plannedStatus: '20',
  heldAmountYen: 1_000,
  amountToldMs: NOW,
  totalYen: 1_000,
  amountYen: 1_000,
  resend: false,
  notProcessedMs: null,
  asked: askedFor('sale'),
  origin: 'named',
  mark: null,
}
const CARD = { method: 'credit', carrier: null } as const
const DOCOMO = { ...STEP, carrier: 'docomo' } as const
const CANCEL: Step = { ...STEP, request: 'cancel', telegram: '102' }
const SALE: Step = { ...STEP, ...CARD, telegram: '022' }
const CORRECTION: Step = { ...STEP, ...CARD, telegram: '029', request: 'corrected-sale', amountYen: 600 }

const PLAIN = {
  code: null,
  detail: null,
  effect: null,
  learnt: [],
  newPaymentId: null,
  notMoved: null,
  next: 'go-on',
  stop: null,
  malformed: false,
} as const
const NOT_LEFT = { neverLeft: true } as const
const UNANSWERED = { stop: { type: 'inquiry-unanswered' } } as const

const fact = (changes: Partial<PaymentFact> = {}): PaymentFact => ({
  paymentId: '123',
  tradingId: '852',
  status: '20',
  amountYen: 1_000,
  method: null,
  carrier: null,
  authorizedAt: null,
  ...changes,
})

const exchange = (answer: Answer, changes: Partial<AttemptAnswer> = {}): AttemptAnswer => ({
  step: STEP,
  answer,
  tryNumber: 1,
  afterTransit: false,
  mayArriveLate: false,
  ...changes,
})

/** Paygent holds these payments, or gives no answer at all. */
async function booked(of: AttemptAnswer, payments: readonly PaymentFact[] | null): Promise<Decision> {
  const gateway = new ScriptedGateway()
  for (const payment of payments ?? []) gateway.hold(payment)
  if (payments === null) gateway.onInquiry = () => ({ type: 'silent', fault: FAULT })
  return decideAttempt(of, { gateway, clock: new FixedClock(NOW) }, new AbortController().signal)
}

type Row = readonly [string, Partial<AttemptAnswer>, readonly PaymentFact[] | null, Omit<Partial<Decision>, 'notMoved'>]

const accepted = (newPaymentId: string | null = null): Answer => ({ type: 'accepted', paymentId: '123', newPaymentId })
const unclear: Answer = { type: 'unclear', fault: FAULT }
const unsent: Answer = { type: 'unsent', fault: FAULT }
const sold = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const

describe('Paygent is asked before', () => {
  const half: Answer = { type: 'half-done', code: '2010', detail: '', newPaymentId: null }
  const door = (['stop-login', 'stop', 'not-contracted', 'malformed'] as const).flatMap((handling) => [
    [`${handling}`, rejected('P000', handling), {}, false] as const,
    [`${handling}, tried twice`, rejected('P000', handling), { tryNumber: 2 }, true] as const,
    [`${handling}, a resend`, rejected('P000', handling), { step: { ...STEP, resend: true } }, true] as const,
  ])
  const inside = (['busy', 'acquirer-timeout', 'rejected', 'inquire'] as const).map(
    (handling) => [handling, rejected('7000', handling), {}, true] as const,
  )
  const rows: readonly (readonly [string, Answer, Partial<AttemptAnswer>, boolean])[] = [
    ['accepted', accepted(), {}, false],
    ['accepted, and another request may arrive', accepted(), { mayArriveLate: true }, true],
    ['unsent', unsent, {}, false],
    ['unsent after what broke off', unsent, { afterTransit: true }, true],
    ['unclear', unclear, {}, true],
    ['half done', half, {}, true],
    ...door,
    ...inside,
  ]
  it.each(rows)('%s', (_, answer, changes, asked) => {
    expect(needsInquiry(exchange(answer, changes))).toBe(asked)
  })
})

describe('the facts that Paygent gave with a verdict', () => {
  it.each([
    [{ type: 'no-answer' }, []],
    [{ type: 'differs', fact: null, code: '13001' }, []],
    [{ type: 'differs', fact: fact(), code: null }, [fact()]],
    [{ type: 'not-moved', fact: fact() }, [fact()]],
    [{ type: 'moved', fact: fact(), newPayment: null }, [fact()]],
    [{ type: 'moved', fact: fact(), newPayment: fact({ paymentId: '124' }) }, [fact(), fact({ paymentId: '124' })]],
  ] as const)('%j', (verdict, told) => {
    expect(learntOf(verdict)).toEqual(told)
  })
})

describe('accepted', () => {
  const watched = { mayArriveLate: true } as const
  const rows: readonly Row[] = [
    ['nothing is asked', {}, null, { effect: sold }],
    ['and stands so', watched, [fact({ status: '40' })], { effect: sold }],
    ['and no answer tells how it stands', watched, null, { effect: sold, ...UNANSWERED }],
    ['and Paygent does not know it', watched, [], { effect: sold, outcome: 'attention', code: '13001' }],
    [
      'and completed since',
      { ...watched, step: DOCOMO },
      [fact({ status: '44' })],
      { effect: { ...sold, status: '44' }, learnt: [fact({ status: '44' })] },
    ],
    [
      'for another amount',
      watched,
      [fact({ status: '40', amountYen: 900 })],
      {
        outcome: 'attention',
        effect: { ...sold, heldAmountYen: 900 },
        learnt: [fact({ status: '40', amountYen: 900 })],
      },
    ],
    [
      'and cancelled by another request',
      watched,
      [fact({ status: '60' })],
      {
        outcome: 'attention',
        effect: { ...sold, status: '60', heldAmountYen: 1_000 },
        learnt: [fact({ status: '60' })],
      },
    ],
    [
      'a cancel, whatever the amount',
      { ...watched, step: CANCEL },
      [fact({ status: '32', amountYen: 0 })],
      { effect: { ...sold, kind: '102', status: '32' } },
    ],
  ]
  it.each(rows)('%s', async (_, changes, payments, expected) => {
    const decision = await booked(exchange(accepted(), changes), payments)
    expect(decision).toEqual({ ...PLAIN, outcome: 'accepted', answered: true, ...expected })
  })

  it('a correction is asked about by the payment that it made', async () => {
    const made = fact({ paymentId: '124', status: '40', amountYen: 600 })
    const asked = exchange(accepted('124'), { mayArriveLate: true, step: CORRECTION })
    expect(await booked(asked, [fact({ status: '32' }), made])).toEqual({
      ...PLAIN,
      outcome: 'accepted',
      answered: true,
      effect: { kind: '029', status: '40', heldAmountYen: 600, newPaymentId: '124', released: true },
      newPaymentId: '124',
    })
  })
})

describe('no answer', () => {
  const detail = FAULT.message
  const { code } = FAULT
  const after = { afterTransit: true, step: SALE } as const
  const soldByCard = { ...sold, kind: '022' } as const
  const rows: readonly (readonly [string, Answer, ...(Row extends readonly [string, ...infer Rest] ? Rest : never)])[] =
    [
      ['nothing left', unsent, {}, null, { outcome: 'unsent', code, detail }],
      ['nothing left, nothing moved', unsent, after, [fact()], { outcome: 'unsent', code, detail }],
      ['nothing left, nobody tells', unsent, after, null, { outcome: 'unknown', detail, ...NOT_LEFT, ...UNANSWERED }],
      [
        'nothing left, in transit',
        unsent,
        after,
        [fact({ status: '30' })],
        { outcome: 'unknown', detail, ...NOT_LEFT },
      ],
      [
        'nothing left, and what broke off was carried out',
        unsent,
        after,
        [fact({ status: '40' })],
        { outcome: 'accepted', effect: soldByCard, learnt: [fact({ status: '40' })], ...NOT_LEFT },
      ],
      ['in transit', unclear, { step: SALE }, [fact({ status: '30' })], { outcome: 'unknown', detail }],
      ['nobody tells', unclear, {}, null, { outcome: 'unknown', detail, ...UNANSWERED }],
      ['no such payment', unclear, {}, [], { outcome: 'attention', detail, code: '13001' }],
      [
        'something else',
        unclear,
        {},
        [fact({ status: '60' })],
        { outcome: 'attention', detail, learnt: [fact({ status: '60' })] },
      ],
    ]
  it.each(rows)('%s', async (_, answer, changes, payments, expected) => {
    expect(await booked(exchange(answer, changes), payments)).toEqual({ ...PLAIN, ...expected })
  })
})

describe('refused', () => {
  const words = (code: string) => ({ code, detail: `detail of ${code}` })
  const stop = (code: string) => ({ stop: { type: 'code', ...words(code) } }) as const
  const told = (changes: Partial<PaymentFact>) => ({ learnt: [fact(changes)] })
  const again = { tryNumber: 2 } as const
  const resend = { step: { ...STEP, resend: true } } as const
  const unknown = { outcome: 'unknown' } as const
  const timeout = 'acquirer-timeout'
  const rows: readonly (readonly [
    string,
    Handling,
    ...(Row extends readonly [string, ...infer Rest] ? Rest : never),
  ])[] = [
    ['P002', 'stop-login', {}, null, stop('P002')],
    ['P017', 'stop', {}, null, stop('P017')],
    ['P007', 'not-contracted', {}, null, { next: 'leave-out-telegram' }],
    ['P010', 'malformed', {}, null, { malformed: true }],
    ['P002', 'stop-login', again, [fact()], { ...stop('P002'), ...told({}) }],
    ['P010', 'malformed', again, [fact()], { malformed: true, ...told({}) }],
    ['P002', 'stop-login', again, null, { ...unknown, ...stop('P002') }],
    ['P010', 'malformed', again, null, { ...unknown, malformed: true, ...UNANSWERED }],
    ['P017', 'stop', again, [fact({ status: '60' })], { ...stop('P017'), ...told({ status: '60' }) }],
    ['7003', 'rejected', {}, [fact()], told({})],
    ['7003', 'rejected', {}, [fact({ status: '40' })], told({ status: '40' })],
    ['7003', 'rejected', {}, [fact({ status: '60' })], told({ status: '60' })],
    ['7003', 'rejected', {}, null, { ...unknown, ...UNANSWERED }],
    ['7003', 'rejected', {}, [fact({ status: '30' })], unknown],
    ['7999', 'inquire', {}, [fact({ status: '60' })], { outcome: 'attention', ...told({ status: '60' }) }],
    ['7999', 'inquire', {}, [], { outcome: 'attention' }],
    ['7999', 'inquire', { step: SALE }, [fact()], told({})],
    ['2007', 'rejected', { step: SALE }, [fact()], told({})],
    ['E002', 'busy', {}, [fact()], { next: 'retry', ...told({}) }],
    ['E002', 'busy', again, [fact()], { next: 'retry', ...told({}) }],
    ['E002', 'busy', { tryNumber: 3 }, [fact()], told({})],
    ['E002', 'busy', { step: { ...STEP, telegram: '103' } }, [fact()], told({})],
    ['E002', 'busy', { step: CANCEL }, [fact()], { next: 'retry', ...told({}) }],
    ['2008', timeout, { step: SALE }, [fact({ status: '30' })], { ...unknown, next: 'retry' }],
    ['2008', timeout, { step: SALE, tryNumber: 3 }, [fact({ status: '30' })], unknown],
    ['2008', timeout, { step: { ...SALE, telegram: '021' } }, [fact()], { next: 'retry', ...told({}) }],
    ['2008', timeout, { step: { ...SALE, telegram: '023' } }, [fact()], { next: 'retry', ...told({}) }],
    ['2008', timeout, {}, [fact()], told({})],
    ['E002', 'busy', { step: CORRECTION }, [fact()], told({})],
    ['E002', 'busy', { step: CORRECTION }, [fact({ status: '32' })], unknown],
  ]
  it.each(rows)('%s %s %j, and Paygent tells %j', async (code, handling, changes, payments, expected) => {
    const decision = await booked(exchange(rejected(code, handling), changes), payments)
    expect(decision).toEqual({ ...PLAIN, outcome: 'rejected', ...words(code), ...expected })
  })

  const moved: readonly [string, Handling, Partial<AttemptAnswer>, Partial<Decision>][] = [
    ['E002', 'busy', {}, {}],
    ['7999', 'inquire', {}, {}],
    ['7003', 'rejected', again, {}],
    ['7003', 'rejected', resend, {}],
    ['P002', 'stop-login', again, stop('P002')],
  ]
  it.each(moved)('%s %s %j, and the money has moved: accepted', async (code, handling, changes, expected) => {
    const decision = await booked(exchange(rejected(code, handling), changes), [fact({ status: '40' })])
    expect(decision).toEqual({ ...PLAIN, outcome: 'accepted', effect: sold, ...told({ status: '40' }), ...expected })
  })

  it('and a correction has made its payment all the same', async () => {
    const old = fact({ status: '32', tradingId: 'of-before' })
    const made = fact({ paymentId: '124', status: '40', amountYen: 600 })
    expect(await booked(exchange(rejected('7999', 'inquire'), { step: CORRECTION }), [old, made])).toEqual({
      ...PLAIN,
      outcome: 'accepted',
      effect: { kind: '029', status: '40', heldAmountYen: 600, newPaymentId: '124', released: true },
      learnt: [old, made],
      newPaymentId: '124',
    })
  })

  it.each([
    ['cancelled', true, { status: '32' }, 'attention'],
    ['cancelled', false, { status: '32' }, 'rejected'],
    ['expired', true, { status: '33' }, 'rejected'],
  ])('for good, and %s since; another request may arrive: %s', async (_, watched, changes, outcome) => {
    const decision = await booked(exchange(rejected('7003', 'rejected'), { mayArriveLate: watched }), [fact(changes)])
    expect(decision).toEqual({ ...PLAIN, outcome, ...words('7003'), ...told(changes) })
  })

  it('for good while Paygent knows no payment, whatever may arrive', async () => {
    const decision = await booked(exchange(rejected('7003', 'rejected'), { mayArriveLate: true }), [])
    expect(decision).toEqual({ ...PLAIN, outcome: 'rejected', ...words('7003') })
  })
})

describe('a correction that is half done', () => {
  const half = (newPaymentId: string | null): Answer => ({ type: 'half-done', code: '2010', detail: 'd', newPaymentId })
  const old = fact({ status: '32' })
  const made = fact({ paymentId: '124', tradingId: '852', status: '40', amountYen: 600 })
  const rows: readonly (readonly [string, string | null, readonly PaymentFact[] | null, Partial<Decision>])[] = [
    ['its payment untold', null, [old, made], { learnt: [old] }],
    ['its payment told', '124', [old, made], { learnt: [old, made] }],
    ['its payment told and unknown', '124', [old], { learnt: [old] }],
    ['nobody tells', '124', null, UNANSWERED],
  ]
  it.each(rows)('%s', async (_, newPaymentId, payments, expected) => {
    const decision = await booked(exchange(half(newPaymentId), { step: CORRECTION }), payments)
    expect(decision).toEqual({ ...PLAIN, outcome: 'attention', code: '2010', detail: 'd', newPaymentId, ...expected })
  })
})
