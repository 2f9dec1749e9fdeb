// Compares a payment at Paygent with the mirror: a change that time alone causes is not reported as a difference.
import { driftOf } from '../../src/domain/difference.js'
import type { Carrier } from '../../src/domain/order.js'
import { STATUSES } from './expected-status.js'
import { describe, expect, it } from 'vitest'

/** mirror's status, Paygent's, and for whom it is only older. */
const AGED: readonly (readonly [string, string, 'all' | 'docomo'])[] = [
  ['20', '21', 'all'],
  ['20', '33', 'all'],
  ['21', '33', 'all'],
  ['40', '41', 'all'],
  ['44', '41', 'all'],
  ['40', '44', 'docomo'],
  ['60', '62', 'docomo'],
]

const fact = (status: string, amountYen = 1000) => ({
  paymentId: '1',
  tradingId: '852',
  status,
  amountYen,
  method: null,
  carrier: null,
  authorizedAt: null,
})

describe.each([null, 'docomo', 'au', 'softbank'] as readonly (Carrier | null)[])('for %s', (carrier) => {
  it.each(STATUSES)('from %s', (status) => {
    for (const now of STATUSES) {
      const row = AGED.find(
        ([from, to, whose]) => from === status && to === now && (whose === 'all' || whose === carrier),
      )
      const expected = now === status ? 'same' : row === undefined ? 'moved' : 'aged'
      expect([now, driftOf({ status, amountYen: 1000, carrier }, fact(now))]).toEqual([now, expected])
      expect(driftOf({ status, amountYen: 999, carrier }, fact(now))).toBe('moved')
    }
  })
})

it('what the mirror was never told cannot differ', () => {
  expect(driftOf({ status: null, amountYen: null, carrier: null }, fact('60'))).toBe('same')
  expect(driftOf({ status: null, amountYen: 999, carrier: null }, fact('60'))).toBe('moved')
  expect(driftOf({ status: '40', amountYen: null, carrier: null }, fact('40', 7))).toBe('same')
})
