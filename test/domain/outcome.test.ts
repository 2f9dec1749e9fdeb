// Tests the changes that an accepted request makes in the mirror: docs/rules.md#accepted-requests, row by row.
import { describe, expect, it } from 'vitest'
import type { Carrier, MoneyTelegram } from '../../src/domain/order.js'
import { asksAfter, effectOf, makesNewPayment, operationOf } from '../../src/domain/outcome.js'
import { rows } from './grid.js'

// telegram, carrier, planned status, amount; status, held amount (- as it was), payment id (new, - as it was)
const TABLE = `
022 -        20 1000 | 40 -   -
022 -        30 1000 | 40 -   -
101 docomo   20 1000 | 40 -   -
101 docomo   21 1000 | 40 -   -
101 au       20 1000 | 40 -   -
101 softbank 20 1000 | 40 -   -
101 softbank 21 1000 | 40 -   -
021 -        20 1000 | 32 -   -
021 -        31 1000 | 32 -   -
023 -        40 1000 | 60 -   -
023 -        42 1000 | 60 -   -
023 -        50 1000 | 60 -   -
102 docomo   20 1000 | 60 -   -
102 docomo   21 1000 | 60 -   -
102 docomo   44 1000 | 60 -   -
102 au       20 1000 | 32 -   -
102 au       40 1000 | 60 -   -
102 softbank 20 1000 | 32 -   -
102 softbank 21 1000 | 32 -   -
102 softbank 40 1000 | 60 -   -
103 au       20 700  | 40 700 -
103 softbank 20 700  | 40 700 -
103 softbank 21 700  | 40 700 -
103 docomo   20 700  | 40 700 new
103 docomo   21 700  | 40 700 new
103 docomo   44 700  | 40 700 new
029 -        20 700  | 40 700 new
029 -        40 700  | 40 700 new
`
const NEW_ID = '99999999'

describe('docs/rules.md#accepted-requests', () => {
  it.each(rows(TABLE))('%s %s from %s, %s yen', (telegram, carrier, planned, amount, status, held, payment) => {
    const effect = effectOf({
      telegram: telegram as MoneyTelegram,
      carrier: carrier === '-' ? null : (carrier as Carrier),
      plannedStatus: planned ?? '',
      amountYen: Number(amount),
      newPaymentId: payment === 'new' ? NEW_ID : null,
    })
    expect(effect).toEqual({
      kind: telegram,
      status,
      heldAmountYen: held === '-' ? null : Number(held),
      newPaymentId: payment === 'new' ? NEW_ID : null,
      // A sale that is corrected is taken back; an authorisation is released.
      ...(telegram === '029' && planned === '20' && { released: true }),
    })
  })

  it.each(rows(TABLE).filter((row) => row[6] === '-'))(
    '%s %s from %s leaves the payment id as it was, whatever id comes along',
    (telegram, carrier, planned, amount) => {
      const effect = effectOf({
        telegram: telegram as MoneyTelegram,
        carrier: carrier === '-' ? null : (carrier as Carrier),
        plannedStatus: planned ?? '',
        amountYen: Number(amount),
        newPaymentId: NEW_ID,
      })
      expect(effect.newPaymentId).toBeNull()
    },
  )
})

it.each([
  ['029', null, true],
  ['103', 'docomo', true],
  ['103', 'au', false],
  ['103', 'softbank', false],
  ['022', null, false],
  ['021', null, false],
  ['023', null, false],
  ['101', 'docomo', false],
  ['102', 'docomo', false],
] as const)('%s (%s) makes a new payment: %s', (telegram, carrier, made) => {
  expect(makesNewPayment(telegram, carrier)).toBe(made)
})

it.each([
  ['021', 'cancel'],
  ['022', 'sale'],
  ['023', 'cancel'],
  ['029', 'sale'],
  ['101', 'sale'],
  ['102', 'cancel'],
  ['103', 'sale'],
] as const)('%s is a %s', (telegram, operation) => {
  expect(operationOf(telegram)).toBe(operation)
})

describe('an inquiry follows an accepted request', () => {
  it.each([
    ['102', 'cancel', true],
    ['029', 'refund', true],
    ['103', 'refund', true],
    ['029', 'corrected-sale', false],
    ['103', 'corrected-sale', false],
    ['022', 'sale', false],
    ['101', 'sale', false],
    ['021', 'auth-cancel', false],
    ['023', 'sale-cancel', false],
  ] as const)('%s %s: %s', (telegram, request, expected) => expect(asksAfter({ telegram, request })).toBe(expected))
})
