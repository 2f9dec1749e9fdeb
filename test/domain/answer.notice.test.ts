// Tests the meaning of a notice for its payment, and which payments are the shop's own: docs/wire.md#response-codes and
// docs/wire.md#notices.
import { factOf, isOurType, type Notice } from '../../src/domain/answer.js'
import { NEVER_NOTIFIED } from '../../src/domain/statuses.js'
import { describe, expect, it } from 'vitest'

const notice = (paymentType: string): Notice => ({
  noticeId: '5',
  changeDate: '2026-11-23T10:00:00+09:00',
  paymentType,
  paymentId: '91',
  tradingId: 't1',
  status: '40',
  amountYen: 1_000,
})

describe('a notice of payment type', () => {
  it.each([
    ['02', true, 'credit'],
    ['06', true, 'carrier'],
    ['01', false, null],
    ['05', false, null],
    ['', false, null],
  ])('%j', (paymentType, ours, method) => {
    expect(isOurType(notice(paymentType))).toBe(ours)
    expect(factOf(notice(paymentType))).toEqual({
      paymentId: '91',
      tradingId: 't1',
      status: '40',
      amountYen: 1_000,
      method,
      carrier: null,
      authorizedAt: null,
      askedMs: Date.parse('2026-11-23T10:00:00+09:00'),
    })
  })

  it('without a date is as old as it is here', () => {
    expect(factOf({ ...notice('02'), changeDate: null }).askedMs).toBeUndefined()
  })
})

it('tells nothing of these statuses', () => {
  expect([...NEVER_NOTIFIED].join(' ')).toBe('10 15 17 22 30 31 34 35 42 50')
})
