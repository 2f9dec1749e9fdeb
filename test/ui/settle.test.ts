// Tests the screen of `settle` before its question, and its result, in both languages at three widths.
import type { PaymentFact } from '../../src/domain/order.js'
import type { HandDecision, HandRefusal, SettleRequest } from '../../src/jobs/settle.js'
import type { Lang, Screen } from '../../src/ui/screen.js'
import { settleJson, settleOutcome, settlePayments, settleQuestion, type SettleView } from '../../src/ui/settle.js'
import { sampleOrder } from './sample-orders.js'
import { expectFits, expectScreen } from './screens.js'
import { describe, expect, it } from 'vitest'

const screen = (lang: Lang, width: number): Screen => ({ lang, width, colour: false, ascii: false })

const fact = (paymentId: string, status: string, amountYen: number): PaymentFact => ({
  paymentId,
  tradingId: '852',
  status,
  amountYen,
  method: 'credit',
  carrier: null,
  authorizedAt: null,
})

const payment = (paymentId: string, status: string, heldAmountYen: number) => ({
  paymentId,
  tradingId: '852',
  status,
  statusOrigin: 'paygent' as const,
  heldAmountYen,
  heldAmountAt: null,
  current: true,
  supersededBy: null,
})

const attempt = {
  attemptId: 1,
  runId: 1,
  orderId: '852',
  position: 1,
  state: 'attention' as const,
  code: '2010',
  notMoved: null,
  preparedMs: 0,
  newPaymentId: null,
  sentAgain: false,
  telegram: '029' as const,
  carrier: null,
  paymentId: '1000852',
  tradingId: '852',
  plannedStatus: '20',
  heldAmountYen: 1_000,
  amountYen: 600,
}

const taken = (outcome: 'accepted' | 'attention', waits: boolean): HandDecision => ({
  type: 'taken',
  booking: {
    orderId: '852',
    event: 'settled-by-hand',
    facts: [],
    currentPaymentId: null,
    endsConflict: false,
    attention: null,
    settles: null,
    detail: null,
    atMs: 0,
  },
  outcome,
  waits,
})

const view = (decision: HandDecision, changes: Partial<SettleRequest> = {}): SettleView => ({
  unclear: {
    order: sampleOrder({ orderId: '852' }),
    attempt,
    facts: [fact('1000852', '32', 1_000), fact('1000852001', '40', 600)],
    codes: [{ paymentId: '77', code: '13001' }],
    conflictForPaygent: false,
    several: true,
    anotherUnknown: false,
  },
  decision,
  request: { orderId: '852', paymentId: '1000852001', as: null, note: null, settleMs: 120_000, ...changes },
  environment: 'simulator',
  payments: [payment('1000852', '20', 1_000)],
})

const REFUSALS: readonly HandRefusal[] = [
  'nothing-waits',
  'ask-first',
  'too-early',
  'no-correction',
  'does-not-fit',
  'two-alive',
  'another-unknown',
  'contradicted',
  'changed',
]

describe.each(['ja', 'en'] as const)('in %s', (lang) => {
  it.each([60, 80, 120])('fits %i columns', (width) => {
    const at = screen(lang, width)
    const texts = [
      settlePayments(view(taken('accepted', false)), at),
      settleQuestion(view(taken('accepted', false)), lang).message,
      settleQuestion(view(taken('accepted', false), { as: 'cancelled' }), lang).message,
      settleOutcome(view(taken('accepted', false)), at),
      settleOutcome(view(taken('accepted', false), { as: 'sold' }), at),
      settleOutcome(view(taken('attention', true)), at),
      ...REFUSALS.map((why) => settleOutcome(view({ type: 'refused', why }), at)),
    ]
    expectScreen(`settle-${lang}-${width}`, texts.join('\n\n'), null)
    for (const text of texts.filter((_, place) => place !== 1 && place !== 2)) expectFits(text, width)
  })
})

it('asks to look for further payments in Paygent Online where Paygent has several, and the word is taken', () => {
  const at = screen('ja', 120)
  const hint = '上の表にない有効な決済がないこと'
  const seen = view(taken('accepted', false))
  expect(settlePayments(seen, at)).toContain(hint)
  expect(settlePayments({ ...seen, unclear: { ...seen.unclear, several: false } }, at)).not.toContain(hint)
  expect(settlePayments(view({ type: 'refused', why: 'another-unknown' }), at)).not.toContain(hint)
})

it.each([
  ['a correction', '029', '売上変更'],
  ['a plain sale', '022', '別の決済があります'],
] as const)('another payment may be there after %s: the next step fits the request', (_, telegram, part) => {
  const seen = view({ type: 'refused', why: 'another-unknown' })
  const after = { ...seen, unclear: { ...seen.unclear, attempt: { ...attempt, telegram } } }
  expect(settleOutcome(after, screen('ja', 120))).toContain(part)
  expect(settleJson(after, 'ja').reasonText).toContain(part)
})

it('JSON tells both sides of each payment, and why nothing was settled', () => {
  expect(settleJson(view({ type: 'refused', why: 'changed' }), 'en')).toMatchObject({
    orderId: '852',
    settled: false,
    outcome: null,
    reason: 'changed',
    payments: [
      { paymentId: '1000852', mirror: { status: '20', amountYen: 1_000 }, paygent: { status: '32', amountYen: 1_000 } },
      { paymentId: '1000852001', mirror: null, paygent: { status: '40', amountYen: 600 } },
      { paymentId: '77', mirror: null, paygent: null, code: '13001' },
    ],
  })
  expect(settleJson(view(taken('accepted', false)), 'ja')).toMatchObject({ settled: true, outcome: 'accepted' })
  expect(settleJson(view(taken('attention', true)), 'ja')).toMatchObject({ settled: false, outcome: 'attention' })
})
