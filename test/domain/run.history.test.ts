// Tests 二重請求のおそれ, which lasts until both payments of a correction are known and one of them is void.
import { alivePayments, type AttemptRecord, doubleCharge, type PaymentRecord } from '../../src/domain/run.js'
import { ALIVE } from '../../src/domain/statuses.js'
import { STATUSES } from './expected-status.js'
import { describe, expect, it } from 'vitest'

const payment = (paymentId: string | null, status: string | null): PaymentRecord => ({
  paymentId,
  tradingId: '852',
  status,
  statusOrigin: 'paygent',
  heldAmountYen: 1000,
  heldAmountAt: null,
  current: true,
  supersededBy: null,
})

const attempt = (changes: Partial<AttemptRecord> = {}): AttemptRecord => ({
  attemptId: 1,
  runId: 1,
  position: 1,
  tryNumber: 1,
  request: 'corrected-sale',
  telegram: '029',
  carrier: null,
  paymentId: '1',
  newPaymentId: null,
  amountYen: 600,
  state: 'attention',
  firstOutcome: 'attention',
  code: null,
  detail: null,
  preparedAt: '2026-11-26T12:00:00+09:00',
  settledAt: null,
  osUser: 'yamada',
  ...changes,
})

it('a payment is alive while it holds or has taken money', () => {
  const DEAD = ['none', '10', '11', '13', '14', '15', '17', '22', '31', '32', '33', '37', '60', '62', '77']
  expect(STATUSES.filter((status) => !ALIVE.includes(status))).toEqual(DEAD)
  expect(alivePayments([payment('1', '20'), payment('2', '60'), payment(null, '20'), payment('3', null)])).toEqual([
    '1',
  ])
})

describe('the customer may be charged twice', () => {
  const both = { paymentIds: ['1', '2'], anotherUnknown: false }
  const one = { paymentIds: ['1'], anotherUnknown: true }
  const rows: readonly [string, readonly PaymentRecord[], readonly AttemptRecord[], unknown][] = [
    ['two are alive, whatever was sent', [payment('1', '40'), payment('2', '20')], [], both],
    ['one of the two is dead', [payment('1', '32'), payment('2', '40')], [attempt({ newPaymentId: '2' })], null],
    ['a correction for a person has not told its payment', [payment('1', '20')], [attempt()], one],
    ['an open one has not either', [payment('1', '20')], [attempt({ state: 'unknown' })], one],
    ['one that may be under way has not', [payment('1', '20')], [attempt({ state: 'prepared' })], one],
    ['one of two has not', [payment('1', '20')], [attempt({ state: 'not-processed' }), attempt()], one],
    ['docomo’s', [payment('1', '40')], [attempt({ telegram: '103', carrier: 'docomo' })], one],
    ['au’s keeps its payment', [payment('1', '40')], [attempt({ telegram: '103', carrier: 'au' })], null],
    ['a plain sale makes none', [payment('1', '20')], [attempt({ telegram: '022' })], null],
    ['the correction is settled', [payment('1', '20')], [attempt({ state: 'not-processed' })], null],
    ['the old payment is dead', [payment('1', '32')], [attempt()], null],
    ['its payment is told and dead', [payment('1', '20'), payment('2', '60')], [attempt({ newPaymentId: '2' })], null],
    ['an older payment was corrected', [payment('1', '32'), payment('2', '40')], [attempt()], null],
  ]
  it.each(rows)('%s', (_, payments, attempts, expected) => {
    expect(doubleCharge(payments, attempts)).toEqual(expected)
  })
})
