// Tests the conclusion from 094 for a request without a clear answer, against the table.
import { describe, expect, it } from 'vitest'
import { judge, type JudgedAttempt, type InquiryResult } from '../../src/domain/judge.js'
import type { Carrier, MoneyTelegram, PaymentFact } from '../../src/domain/order.js'
import { STATUSES } from './expected-status.js'
import { rows } from './grid.js'

const OLD_ID = '11111111'
const NEW_ID = '22222222'
const HELD_YEN = 1000
const SENT_YEN = 700
const OTHER_YEN = 900

const fact = (status: string, amountYen: number, more: Partial<PaymentFact> = {}): PaymentFact => ({
  paymentId: OLD_ID,
  tradingId: '852',
  status,
  amountYen,
  method: null,
  carrier: null,
  authorizedAt: null,
  ...more,
})
const told = (what: PaymentFact): InquiryResult => ({ type: 'told', fact: what })
const corrects = (telegram: string): boolean => telegram === '029' || telegram === '103'

const attempt = (telegram: string, carrier: string, plannedStatus: string): JudgedAttempt => ({
  orderId: '1',
  telegram: telegram as MoneyTelegram,
  carrier: carrier === '-' ? null : (carrier as Carrier),
  paymentId: OLD_ID,
  tradingId: '852',
  plannedStatus,
  heldAmountYen: HELD_YEN,
  amountYen: corrects(telegram) ? SENT_YEN : HELD_YEN,
})

// Requests that stay on their payment. Moved and not moved: status with h the held amount, s the sent one, * any.
const IN_PLACE = `
022 -        20 | 40h,41h,44h | 20h
022 -        30 | 40h,41h,44h | -     # 30 is in transit, also when it was there before
101 docomo   20 | 40h,41h,44h | 20h
101 docomo   21 | 40h,41h,44h | 21h
101 au       20 | 40h,41h,44h | 20h
101 softbank 20 | 40h,41h,44h | 20h
101 softbank 21 | 40h,41h,44h | 21h
021 -        20 | 32*         | 20*
021 -        31 | 32*         | -
023 -        40 | 60*         | 40*
023 -        42 | 60*         | -
023 -        50 | 60*         | -
102 docomo   20 | 32*,60*,62* | 20*
102 docomo   21 | 32*,60*,62* | 21*
102 docomo   44 | 32*,60*,62* | 44*
102 au       20 | 32*,60*,62* | 20*
102 au       40 | 32*,60*,62* | 40*
102 softbank 21 | 32*,60*,62* | 21*
102 softbank 40 | 32*,60*,62* | 40*
103 au       20 | 40s,41s     | 20h
103 softbank 20 | 40s,41s     | 20h
103 softbank 21 | 40s,41s     | 21h
`
const TRANSIT = ['30', '31', '34', '42', '50']
const AMOUNTS = [
  ['h', HELD_YEN],
  ['s', SENT_YEN],
  ['o', OTHER_YEN],
] as const

describe('requests that stay on their payment, every status and amount', () => {
  it.each(rows(IN_PLACE))('%s %s from %s: moved %s, not moved %s, anything else differs', (...row) => {
    const [telegram = '', carrier = '', planned = '', moved = '', unmoved = ''] = row
    const named = (list: string, status: string, letter: string): boolean =>
      list.split(',').some((each) => each === `${status}${letter}` || each === `${status}*`)
    const wrong: string[] = []
    for (const status of STATUSES.filter((each) => each !== 'none')) {
      for (const [letter, amountYen] of AMOUNTS) {
        const want = TRANSIT.includes(status)
          ? 'in-transit'
          : named(moved, status, letter)
            ? 'moved'
            : named(unmoved, status, letter)
              ? 'not-moved'
              : 'differs'
        const answer = judge(attempt(telegram, carrier, planned), {
          byPayment: told(fact(status, amountYen)),
          byTrading: null,
        })
        if (answer.type !== want) wrong.push(`${status} ${amountYen}: expected ${want}, got ${answer.type}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('gives the fact with the verdict, and no new payment', () => {
    const sold = fact('40', HELD_YEN)
    expect(judge(attempt('022', '-', '20'), { byPayment: told(sold), byTrading: null })).toEqual({
      type: 'moved',
      fact: sold,
      newPayment: null,
    })
    const odd = fact('33', HELD_YEN)
    expect(judge(attempt('022', '-', '20'), { byPayment: told(odd), byTrading: null })).toEqual({
      type: 'differs',
      fact: odd,
      code: null,
    })
  })

  it.each(['021', '022', '023', '101', '102', '103'])(
    '%s: a code instead of a fact differs, silence decides nothing',
    (telegram) => {
      const carrier = telegram.startsWith('10') ? 'au' : '-'
      for (const code of ['13001', '13002', 'P005']) {
        expect(judge(attempt(telegram, carrier, '20'), { byPayment: { type: 'code', code }, byTrading: null })).toEqual(
          {
            type: 'differs',
            fact: null,
            code,
          },
        )
      }
      const silent = judge(attempt(telegram, carrier, '20'), { byPayment: { type: 'silent' }, byTrading: null })
      expect(silent).toEqual({ type: 'no-answer' })
    },
  )
})

// Corrections that make a new payment: the old payment, what 094 by trading id tells, the verdict.
const REPLACED = `
32@held  new:40@sent         moved
32@held  new:44@sent         moved
60@held  new:40@sent         moved
60@held  new:44@sent         moved
62@held  new:40@sent         moved
62@held  new:44@sent         moved
60@other new:40@sent         moved
60@held  new:41@sent         moved       # 40 ages to 41 while nothing asks
60@held  new:20@sent         differs
60@held  new:60@sent         differs
60@held  new:40@held         differs
60@held  new:40@other        differs
60@held  foreign:40@sent     differs     # a payment of another order
60@held  new:30@sent         in-transit  # the sale of the new payment broke off
32@held  itself              old-gone
60@held  itself              old-gone
62@held  itself              old-gone
32@held  13002               old-gone    # expected: old and new share the trading id
60@held  13002               old-gone
62@held  13002               old-gone
60@held  silent              no-answer
same     itself              not-moved
same     13002               differs     # both are alive
same     13001               differs
same     new:40@sent         differs
same     new:20@sent         differs
same     silent              no-answer
moneyed  itself              differs     # the old one as before, but for the amount
30@held  itself              in-transit
30@held  13002               in-transit
34@held  new:40@sent         in-transit
42@held  itself              in-transit
50@held  itself              in-transit
33@held  itself              differs
40@held  itself              differs
41@held  itself              differs
37@held  itself              differs
77@held  itself              differs
13001    itself              differs
13002    new:40@sent         differs
silent   new:40@sent         no-answer
silent   13002               no-answer
`
const CORRECTIONS = [
  ['029', '-', '20'],
  ['103', 'docomo', '20'],
  ['103', 'docomo', '21'],
  ['103', 'docomo', '44'],
] as const
const YEN: Readonly<Record<string, number>> = { held: HELD_YEN, sent: SENT_YEN, other: OTHER_YEN }

function spoken(text: string, planned: string): InquiryResult {
  if (text === 'silent') return { type: 'silent' }
  if (/^\d{5}$/.test(text)) return { type: 'code', code: text }
  if (text === 'same') return told(fact(planned, HELD_YEN))
  if (text === 'moneyed') return told(fact(planned, OTHER_YEN))
  const [status = '', amount = ''] = text.replace(/^(new|foreign):/, '').split('@')
  const more = text.startsWith('new:')
    ? { paymentId: NEW_ID }
    : text.startsWith('foreign:')
      ? { paymentId: NEW_ID, tradingId: '853' }
      : {}
  return told(fact(status, YEN[amount] ?? Number.NaN, more))
}

describe.each(CORRECTIONS)('%s %s from %s', (telegram, carrier, planned) => {
  it.each(rows(REPLACED))('old %s, by trading id %s: %s', (old, trading, verdict) => {
    const byPayment = spoken(old ?? '', planned)
    const byTrading = trading === 'itself' ? byPayment : spoken(trading ?? '', planned)
    const itselfOfCode = trading === 'itself' && byPayment.type !== 'told'
    const answer = judge(attempt(telegram, carrier, planned), {
      byPayment,
      byTrading: itselfOfCode ? told(fact(planned, HELD_YEN)) : byTrading,
    })
    expect(answer.type).toBe(verdict)
  })

  it('moved names both payments', () => {
    const old = fact('60', HELD_YEN)
    const made = fact('40', SENT_YEN, { paymentId: NEW_ID })
    expect(judge(attempt(telegram, carrier, planned), { byPayment: told(old), byTrading: told(made) })).toEqual({
      type: 'moved',
      fact: old,
      newPayment: made,
    })
  })

  it('is not settled before the trading id was asked', () => {
    for (const status of ['32', '60', planned]) {
      const byPayment = told(fact(status, HELD_YEN))
      expect(judge(attempt(telegram, carrier, planned), { byPayment, byTrading: null })).toEqual({ type: 'no-answer' })
    }
  })
})

describe('told under another trading id', () => {
  const sale = attempt('101', 'au', '20')
  it.each([['40'], ['20'], ['32']])('a payment at %s may be another order’s: a person must look', (status) => {
    const byPayment = told(fact(status, HELD_YEN, { tradingId: '900' }))
    expect(judge(sale, { byPayment, byTrading: null })).toEqual({ type: 'differs', fact: null, code: null })
  })

  it('it counts where the answer gives none, as a notice may', () => {
    const sold = fact('40', HELD_YEN, { tradingId: '' })
    expect(judge(sale, { byPayment: told(sold), byTrading: null })).toMatchObject({ type: 'moved', fact: sold })
  })

  it('it counts where the one held was only the order’s own number', () => {
    const assumed = { ...sale, orderId: sale.tradingId }
    const sold = fact('40', HELD_YEN, { tradingId: '900' })
    expect(judge(assumed, { byPayment: told(sold), byTrading: null })).toMatchObject({ type: 'moved', fact: sold })
  })
})
