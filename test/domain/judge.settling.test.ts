// Tests the outcome of an open attempt when Paygent is asked again, row by row.
import { type RecheckedAttempt, mayFinish, recheckResultOf, type Verdict } from '../../src/domain/judge.js'
import type { Carrier, MoneyTelegram, PaymentFact } from '../../src/domain/order.js'
import { describe, expect, it } from 'vitest'

const fact: PaymentFact = {
  paymentId: '1',
  tradingId: '852',
  status: '30',
  amountYen: 1000,
  method: null,
  carrier: null,
  authorizedAt: null,
}

const VERDICTS = {
  moved: { type: 'moved', fact, newPayment: null },
  'not-moved': { type: 'not-moved', fact },
  'in-transit': { type: 'in-transit', fact },
  'old-gone': { type: 'old-gone', fact },
  differs: { type: 'differs', fact, code: null },
  'no-answer': { type: 'no-answer' },
} as const satisfies Record<Verdict['type'], Verdict>

const attempt = (changes: Partial<RecheckedAttempt> = {}): RecheckedAttempt => ({
  telegram: '022',
  carrier: null,
  heldAmountYen: 1_000,
  seenUnmoved: false,
  sentAgain: false,
  ...changes,
})

describe('settlingOf', () => {
  // verdict, what was seen before, within the settle time, after it
  const rows: readonly [Verdict['type'], Partial<RecheckedAttempt>, string, string][] = [
    ['moved', {}, 'accepted', 'accepted'],
    ['differs', {}, 'attention', 'attention'],
    ['no-answer', { seenUnmoved: true }, 'unknown', 'unknown'],
    ['not-moved', {}, 'unknown', 'unknown'],
    ['not-moved', { seenUnmoved: true }, 'unknown', 'not-processed'],
    ['in-transit', {}, 'unknown', 'send-again'],
    ['in-transit', { sentAgain: true }, 'unknown', 'attention'],
    ['in-transit', { telegram: '029' }, 'unknown', 'attention'],
    ['in-transit', { telegram: '103', carrier: 'docomo' }, 'unknown', 'attention'],
    ['in-transit', { heldAmountYen: 900 }, 'unknown', 'attention'],
    ['in-transit', { telegram: '101', carrier: 'docomo', heldAmountYen: 900 }, 'unknown', 'attention'],
    ['in-transit', { telegram: '023', heldAmountYen: 900 }, 'unknown', 'send-again'],
    ['in-transit', { telegram: '102', carrier: 'docomo', heldAmountYen: 900 }, 'unknown', 'send-again'],
    ['old-gone', { telegram: '029' }, 'unknown', 'attention'],
  ]
  it.each(rows)('%s %j: %s, then %s', (type, changes, within, after) => {
    const verdict = VERDICTS[type]
    expect([
      recheckResultOf(attempt(changes), verdict, false),
      recheckResultOf(attempt(changes), verdict, true),
    ]).toEqual([within, after])
  })
})

describe('mayFinish', () => {
  const AGAIN = ['021 -', '022 -', '023 -', '101 docomo', '102 docomo']
  const TELEGRAMS: readonly MoneyTelegram[] = ['021', '022', '023', '029', '101', '102', '103']
  const CARRIERS: readonly (Carrier | null)[] = [null, 'docomo', 'au', 'softbank']
  it('is what Paygent finishes where it broke off, and never a correction', () => {
    const may = TELEGRAMS.flatMap((telegram) => {
      const card = telegram.startsWith('02')
      return CARRIERS.filter((carrier) => (carrier === null) === card)
        .filter((carrier) => mayFinish(telegram, carrier))
        .map((carrier) => `${telegram} ${carrier ?? '-'}`)
    })
    expect(may).toEqual(AGAIN)
  })
})
