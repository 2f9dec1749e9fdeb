// Tests which items of a past run `--rest` and `--undo` take, and how each comes into the new plan.
import { ORIGINS, originAgain, type PastChoice } from '../../src/domain/chosen.js'
import type { Order } from '../../src/domain/order.js'
import { OUTCOMES } from '../../src/domain/outcome.js'
import { isAsSold, isLeftUndone } from '../../src/domain/left.js'
import type { Movement } from '../../src/domain/money.js'
import { order } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

const past = (changes: Partial<PastChoice> = {}): PastChoice => ({
  origin: 'named',
  mark: null,
  ...changes,
})

describe('the rest of a run', () => {
  const taken = OUTCOMES.filter((outcome) => isLeftUndone({ outcome, request: 'sale', acceptedLater: false }))

  it('is what was not sent and what was not carried out, and nothing else', () => {
    expect(taken).toEqual(['not-processed', 'unsent'])
  })

  it.each(OUTCOMES)('has nothing that a later request did: %s', (outcome) => {
    expect(isLeftUndone({ outcome, request: 'sale', acceptedLater: true })).toBe(false)
  })

  it.each(OUTCOMES)('has no refund, whose amount is named anew: %s', (outcome) => {
    expect(isLeftUndone({ outcome, request: 'refund', acceptedLater: false })).toBe(false)
  })
})

describe('the undoing of a sale', () => {
  const SOLD = { kind: '022', kindByUs: true, status: '40', statusOrigin: 'paygent', paymentId: '900' } as const
  const item = (changes: Partial<Order> = {}, more: Partial<Parameters<typeof isAsSold>[0]> = {}) => ({
    order: order({ ...SOLD, ...changes }),
    outcome: 'accepted' as const,
    telegram: '022' as const,
    paymentId: '900',
    newPaymentId: null,
    movement: { way: 'captured', yen: 1_000 } as Movement | null,
    acceptedLater: false,
    ...more,
  })

  it.each([
    ['sold', item(), true],
    ['sold, as the effect alone says', item({ status: '20', statusOrigin: 'shop' }), true],
    ['completed by Paygent', item({ status: '44' }), true],
    ['too late for a cancel', item({ status: '41' }), true],
    ['the id with a leading zero', item({}, { paymentId: '0900' }), true],
    [
      'corrected: the new payment',
      item({ paymentId: '901', kind: '029' }, { telegram: '029', newPaymentId: '901' }),
      true,
    ],
    [
      'corrected, and the old payment came back',
      item({ kind: '029' }, { telegram: '029', newPaymentId: '901' }),
      false,
    ],
    ['cancelled and sold in the shop', item({ kind: '023', status: '40' }), false],
    ['paid again since', item({ paymentId: '902', kind: '', status: '20' }), false],
    ['another payment, sold as well', item({ paymentId: '902' }), false],
    ['refunded in Paygent Online', item({ status: '60' }), false],
    ['not known any more', item({ status: null, kind: '' }), false],
    ['no payment', item({ paymentId: null }), false],
    ['lowered by a refund', item({}, { movement: { way: 'refunded', yen: 200 } }), false],
    ['of which it is not recorded what moved', item({}, { movement: null }), true],
  ] as const)('%s: %s', (_, one, expected) => {
    expect(isAsSold(one)).toBe(expected)
    expect(isAsSold({ ...one, acceptedLater: true })).toBe(false)
  })

  it.each(OUTCOMES.filter((outcome) => outcome !== 'accepted'))('takes no item that is %s', (outcome) => {
    expect(isAsSold(item({}, { outcome }))).toBe(false)
  })
})

describe('the way into the new plan', () => {
  it.each(ORIGINS)('is that of the past run: %s', (origin) => {
    expect(originAgain(past({ origin }), null)).toBe(origin)
    expect(originAgain(past({ origin, mark: 'unknown-status' }), 'unknown-status')).toBe(origin)
  })

  it.each([
    ['named', 'ticked-by-all'],
    ['ticked', 'ticked-by-all'],
    ['ticked-by-all', 'ticked-by-all'],
    ['all', 'all'],
    ['night', 'night'],
  ] as const)('is no own choice where a mark has come up since: %s is %s', (origin, expected) => {
    expect(originAgain(past({ origin }), 'unknown-status')).toBe(expected)
  })

  it('is no own choice where nobody knows it', () => {
    expect(originAgain(past({ origin: null }), null)).toBe('ticked-by-all')
    expect(originAgain(undefined, null)).toBe('ticked-by-all')
  })
})
