// Tests the meaning of each answer, row by row. Expected values are typed from the pages.
import { decideAttempt } from '../../src/attempts/decision.js'
import { FixedClock } from '../../src/clock.js'
import type { Answer } from '../../src/domain/answer.js'
import type { Handling } from '../../src/domain/codes.js'
import type { MoneyTelegram, PaymentFact } from '../../src/domain/order.js'
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
const step = (telegram: MoneyTelegram, change: Partial<Step> = {}): Step => ({ ...STEP, telegram, ...change })

/** Decides one attempt. `after` is the payment as an inquiry finds it; null is no answer at all. */
async function decided(sent: Step, answer: Answer, after: Partial<PaymentFact> | null, tryNumber = 1, watched = false) {
  const gateway = new ScriptedGateway()
  if (after === null) gateway.onInquiry = () => ({ type: 'silent', fault: FAULT })
  else gateway.hold({ paymentId: sent.paymentId, tradingId: sent.tradingId, amountYen: 1_000, ...after })
  const deps = { gateway, clock: new FixedClock(NOW) }
  return {
    ...(await decideAttempt(
      { step: sent, answer, tryNumber, afterTransit: false, mayArriveLate: watched },
      deps,
      new AbortController().signal,
    )),
    gateway,
  }
}

describe('a refusal at the door that may be another telegram’s', () => {
  const doubled = { ...rejected('P010', 'malformed'), mayBeAnothers: true } as Answer
  it.each([
    ['sold all the same', { status: '40' }, 'accepted'],
    ['not moved', { status: '20' }, 'rejected'],
    ['moved otherwise', { status: '32' }, 'attention'],
    ['Paygent is silent', null, 'unknown'],
  ] as const)('%s', async (_name, after, outcome) => {
    const { gateway, ...decision } = await decided(STEP, doubled, after)
    expect([decision.outcome, gateway.inquired.length > 0]).toEqual([outcome, true])
  })

  it('is booked unasked where it came on a connection of its own', async () => {
    const { gateway, ...decision } = await decided(STEP, rejected('P010', 'malformed'), { status: '40' })
    expect([decision.outcome, gateway.inquired.length]).toEqual(['rejected', 0])
  })
})

it.each([
  ['another trading id than the one given', 't9', 'attention'],
  ['the one that was assumed', '852', 'accepted'],
] as const)('an accepted sale that is watched is asked about: %s', async (_name, tradingId, outcome) => {
  const sent = step('101', { tradingId })
  const done: Answer = { type: 'accepted', paymentId: '123', newPaymentId: null }
  const decision = await decided(sent, done, { status: '40', tradingId: 'T-1' }, 1, true)
  expect(decision.outcome).toBe(outcome)
})

const unclear: Answer = { type: 'unclear', fault: FAULT }

describe('an answer that cannot be understood', () => {
  it.each([
    ['101 moved', step('101'), { status: '40' }, 'accepted'],
    ['101 moved and completed', step('101', { carrier: 'docomo' }), { status: '44' }, 'accepted'],
    ['101 not moved', step('101'), { status: '20' }, 'unknown'],
    ['101 sold for another amount', step('101'), { status: '40', amountYen: 900 }, 'attention'],
    ['101 cancelled by somebody', step('101'), { status: '32' }, 'attention'],
    ['022 in transit', step('022', CARD), { status: '30' }, 'unknown'],
    ['102 released', step('102'), { status: '32' }, 'accepted'],
    ['102 refunded', step('102', { plannedStatus: '40' }), { status: '62' }, 'accepted'],
    ['103 au corrected', step('103', { amountYen: 600 }), { status: '40', amountYen: 600 }, 'accepted'],
    ['103 au sold in full', step('103', { amountYen: 600 }), { status: '40' }, 'attention'],
  ] as const)('%s', async (_name, sent, after, outcome) => {
    expect((await decided(sent, unclear, after)).outcome).toBe(outcome)
  })

  it('stays unknown and stops the batch when the inquiry gets no answer either', async () => {
    const decision = await decided(STEP, unclear, null)
    expect(decision).toMatchObject({ outcome: 'unknown', stop: { type: 'inquiry-unanswered' } })
    expect(decision.gateway.inquired).toHaveLength(4)
  })

  it('takes the status that Paygent told, not the one of the table', async () => {
    const decision = await decided(step('101', { carrier: 'docomo' }), unclear, { status: '44' })
    expect(decision.effect).toEqual({ kind: '101', status: '44', heldAmountYen: null, newPaymentId: null })
  })

  it('keeps the time of the first "not moved" on both clocks', async () => {
    expect((await decided(STEP, unclear, {})).notMoved).toEqual({ wallMs: NOW, monotonicMs: 0 })
  })

  it('finds the new payment of an 029 by its trading id', async () => {
    const gateway = new ScriptedGateway()
    gateway.hold({ paymentId: '123', tradingId: '852', status: '32' })
    gateway.onInquiry = (key) =>
      'paymentId' in key
        ? null
        : { type: 'told', fact: { ...gateway.payments.get('123')!, paymentId: '124', status: '40', amountYen: 600 } }
    const sent = step('029', { ...CARD, amountYen: 600, request: 'corrected-sale' })
    const deps = { gateway, clock: new FixedClock(NOW) }
    const decision = await decideAttempt(
      { step: sent, answer: unclear, tryNumber: 1, afterTransit: false, mayArriveLate: false },
      deps,
      new AbortController().signal,
    )
    expect(decision).toMatchObject({ outcome: 'accepted', newPaymentId: '124' })
    expect(decision.effect).toEqual({
      kind: '029',
      status: '40',
      heldAmountYen: 600,
      newPaymentId: '124',
      released: true,
    })
  })

  it('leaves an 029 open whose old payment is gone and whose new one only 13002 hints at', async () => {
    const gateway = new ScriptedGateway()
    gateway.hold({ paymentId: '123', tradingId: '852', status: '32' })
    gateway.hold({ paymentId: '124', tradingId: '852', status: '40', amountYen: 600 })
    const sent = step('029', { ...CARD, amountYen: 600 })
    const deps = { gateway, clock: new FixedClock(NOW) }
    const decision = await decideAttempt(
      { step: sent, answer: unclear, tryNumber: 1, afterTransit: false, mayArriveLate: false },
      deps,
      new AbortController().signal,
    )
    expect(decision).toMatchObject({ outcome: 'unknown', notMoved: null })
  })
})

describe('result 1', () => {
  it.each([
    ['cancelled: the one settled by time has arrived late', { status: '32' }, true, 'attention'],
    ['expired: time alone has done that', { status: '33' }, true, 'rejected'],
    ['cancelled, and no request of ours can have done it', { status: '32' }, false, 'rejected'],
  ] as const)('7003, and the payment is %s', async (_name, after, watched, outcome) => {
    const decision = await decided(STEP, rejected('7003', 'rejected'), after, 1, watched)
    expect(decision).toMatchObject({ outcome, learnt: [{ status: after.status }] })
  })

  const rows: readonly [
    string,
    Step,
    string,
    Handling,
    Partial<PaymentFact> | null,
    string,
    string,
    number /* inquiries */,
  ][] = [
    ['login', STEP, 'P002', 'stop-login', {}, 'rejected', 'go-on', 0],
    ['maintenance', STEP, 'P017', 'stop', {}, 'rejected', 'go-on', 0],
    ['not contracted', STEP, 'P007', 'not-contracted', {}, 'rejected', 'leave-out-telegram', 0],
    ['malformed', STEP, 'P010', 'malformed', {}, 'rejected', 'go-on', 0],
    ['busy, not moved', STEP, 'E002', 'busy', {}, 'rejected', 'retry', 1],
    ['busy, moved all the same', STEP, '9005', 'busy', { status: '40' }, 'accepted', 'go-on', 1],
    ['busy, in transit', step('022', CARD), '9005', 'busy', { status: '30' }, 'unknown', 'go-on', 1],
    ['busy: a correction goes out once', step('103'), 'E002', 'busy', {}, 'rejected', 'go-on', 1],
    ['acquirer, not moved', step('022', CARD), '2008', 'acquirer-timeout', {}, 'rejected', 'retry', 1],
    ['acquirer, in transit', step('022', CARD), '2008', 'acquirer-timeout', { status: '30' }, 'unknown', 'retry', 1],
    [
      'acquirer, in transit with an amount that nobody planned',
      step('022', CARD),
      '2008',
      'acquirer-timeout',
      { status: '30', amountYen: 1_200 },
      'unknown',
      'go-on',
      1,
    ],
    [
      'acquirer, a refund in transit of what is left',
      step('023', CARD),
      '2008',
      'acquirer-timeout',
      { status: '42', amountYen: 800 },
      'unknown',
      'retry',
      1,
    ],
    ['acquirer, sold', step('022', CARD), '2008', 'acquirer-timeout', { status: '40' }, 'accepted', 'go-on', 1],
    ['expired', step('022', CARD), '2007', 'rejected', { status: '33' }, 'rejected', 'go-on', 1],
    ['conflict: sold elsewhere', STEP, '7003', 'rejected', { status: '40' }, 'rejected', 'go-on', 1],
    ['au: authorisation gone', STEP, '7406', 'rejected', { status: '32' }, 'rejected', 'go-on', 1],
    ['unknown code, as before', STEP, '7999', 'inquire', {}, 'rejected', 'go-on', 1],
    ['unknown code, moved', STEP, '7999', 'inquire', { status: '40' }, 'accepted', 'go-on', 1],
    ['unknown code, in transit', STEP, '7301', 'inquire', { status: '30' }, 'unknown', 'go-on', 1],
    ['unknown code, something else', STEP, '7999', 'inquire', { status: '60' }, 'attention', 'go-on', 1],
    ['no answer to the inquiry', STEP, '7999', 'inquire', null, 'unknown', 'go-on', 4],
  ]
  it.each(rows)('%s', async (_name, sent, code, handling, after, outcome, next, inquiries) => {
    const decision = await decided(sent, rejected(code, handling), after)
    expect([decision.outcome, decision.next]).toEqual([outcome, next])
    expect(decision.gateway.inquired).toHaveLength(inquiries)
    expect(decision.gateway.sent).toHaveLength(0)
  })

  it.each(['stop-login', 'stop'] as const)('%s stops the batch', async (handling) => {
    expect((await decided(STEP, rejected('P002', handling), {})).stop).toMatchObject({ type: 'code', code: 'P002' })
  })

  it('gives up after the third telegram', async () => {
    expect((await decided(STEP, rejected('E002', 'busy'), {}, 3)).next).toBe('go-on')
  })

  it.each([
    ['029', CARD],
    ['103', { carrier: 'docomo' }],
  ] as const)(
    'keeps %s of %j open after an acquirer time-out, whatever the first inquiry says',
    async (telegram, of) => {
      const sent = step(telegram, { ...of, amountYen: 600 })
      const decision = await decided(sent, rejected('2008', 'acquirer-timeout'), {})
      expect(decision).toMatchObject({ outcome: 'unknown', next: 'go-on', code: '2008', notMoved: { wallMs: NOW } })
    },
  )

  it('knows that a refused resend may mean that the first one arrived', async () => {
    const decision = await decided(step('101', { resend: true }), rejected('7003', 'rejected'), { status: '40' })
    expect(decision.outcome).toBe('accepted')
  })

  it('brings the mirror what Paygent told of a stale order', async () => {
    const decision = await decided(STEP, rejected('7003', 'rejected'), { status: '40' })
    expect(decision.effect).toBeNull()
    expect(decision.learnt).toMatchObject([{ paymentId: '123', status: '40' }])
  })
})

describe('the rest', () => {
  it('books a half-done correction for a person, with both payments asked about', async () => {
    const answer: Answer = { type: 'half-done', code: '2012', detail: '', newPaymentId: '124' }
    const decision = await decided(step('029', CARD), answer, { status: '40' })
    expect(decision).toMatchObject({ outcome: 'attention', code: '2012', newPaymentId: '124', effect: null })
    expect(decision.gateway.inquired).toMatchObject([{ paymentId: '123' }, { paymentId: '124' }])
  })

  it('calls unsent only what never left', async () => {
    const decision = await decided(STEP, { type: 'unsent', fault: FAULT }, {})
    expect(decision).toMatchObject({ outcome: 'unsent', effect: null })
    expect(decision.gateway.inquired).toHaveLength(0)
  })
})
