// Tests what a refusal says beside its reason, and the smaller questions that other parts ask of the rules: what `--all`
// takes, where a refund is possible, whether a lowered total can be corrected.
import type { Order } from '../../src/domain/order.js'
import {
  blockOf,
  correctionRefusal,
  isCalledOff,
  isGone,
  leftOutOfAll,
  markOf,
  permit,
  refundableAt,
  type RuleContext,
  takenByAll,
} from '../../src/domain/permit.js'
import { parseStatuses } from '../../src/domain/order-status.js'
import { HOLD, NOW_MS, order, rules } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

const docomo = { method: 'carrier', carrier: 'docomo' } as const
const au = { method: 'carrier', carrier: 'au' } as const
const softbank = { method: 'carrier', carrier: 'softbank' } as const

describe('a refusal of a sale names the request and the detail', () => {
  it.each<[string, Partial<Order>, Partial<RuleContext>, string]>([
    ['a request in flight', { openAttempt: true, sending: true }, {}, 'open-attempt - sending'],
    ['a request without an outcome', { openAttempt: true }, {}, 'open-attempt - -'],
    ['several payments', { attention: true, severalPayments: true }, {}, 'attention - 13002'],
    ['attention for another cause', { attention: true }, {}, 'attention - -'],
    ['a payment of two orders', { duplicatePayment: true }, {}, 'duplicate-payment - 12345678'],
    ['a total of nothing', { totalYen: 0 }, {}, 'correction-not-permitted - zero-total'],
    ['a raised total', { totalYen: 2000 }, {}, 'higher sale -'],
    [
      'a carrier without corrections',
      { ...softbank, totalYen: 900 },
      {},
      'correction-not-permitted corrected-sale softbank',
    ],
    [
      'a second correction of au',
      { ...au, kind: '103', statusOrigin: 'paygent', totalYen: 900 },
      {},
      'correction-not-permitted corrected-sale once',
    ],
    [
      'a correction that Paygent has refused',
      { totalYen: 900, correctionRefused: { code: '2014', totalYen: 900 } },
      {},
      'correction-impossible corrected-sale 2014',
    ],
    [
      'a refund of everything',
      { status: '40' },
      { refundToYen: 0, single: true },
      'correction-not-permitted refund zero-total',
    ],
    ['a refund of what is not sold', { status: '20' }, { refundToYen: 900, single: true }, 'status refund 20'],
    [
      'a correction by us of which the amount is not known',
      { kind: '029', kindByUs: true, status: '40', statusOrigin: 'paygent', heldAmountYen: null },
      {},
      'status - 40',
    ],
  ])('%s', (_, changes, options, expected) => {
    const answer = permit(order(changes), 'sale', rules(options))
    const said =
      answer.verdict === 'refused' ? [answer.reason, answer.request ?? '-', answer.about ?? '-'] : [answer.verdict]
    expect(said.join(' ')).toBe(expected)
  })
})

describe('fences at their edges', () => {
  const reason = (changes: Partial<Order>, operation: 'sale' | 'cancel' = 'sale') =>
    blockOf(order(changes), operation, rules())?.reason ?? null

  it('either id is enough', () => {
    expect(reason({ tradingId: '' })).toBeNull()
    expect(reason({ paymentId: null })).toBeNull()
    expect(reason({ tradingId: '', paymentId: null })).toBe('no-payment')
  })

  it('the opposite may go after exactly a day', () => {
    const atMs = NOW_MS - 24 * 3_600_000
    expect(reason({ notProcessed: { operation: 'sale', atMs } }, 'cancel')).toBeNull()
    expect(reason({ notProcessed: { operation: 'sale', atMs: atMs + 1 } }, 'cancel')).toBe('opposite-too-soon')
  })

  it('a changed authorisation of an order that was called off is released as well', () => {
    expect(reason({ orderStatus: 'キャンセル', kind: '020' }, 'cancel')).toBeNull()
    expect(reason({ orderStatus: 'キャンセル', kind: '0201' }, 'cancel')).toBe('cancelled-order')
  })
})

describe('an order of the shop', () => {
  it.each([
    ['キャンセル', true, false],
    ['3', true, false],
    ['返品受付', true, false],
    ['決済処理中', true, false],
    ['7', true, false],
    ['削除済み', true, true],
    ['新規受付', false, false],
    ['店舗保留', false, false],
    ['', false, false],
  ])('%j: called off or unfinished %s, gone %s', (orderStatus, off, gone) => {
    expect([isCalledOff({ orderStatus }, []), isGone({ orderStatus })]).toEqual([off, gone])
  })

  it('is called off as the setting says, and on hold it is marked', () => {
    const statuses = parseStatuses('店舗中止:cancelled,店舗保留:hold') ?? []
    expect(isCalledOff({ orderStatus: '店舗中止' }, statuses)).toBe(true)
    expect(isCalledOff({ orderStatus: '店舗保留' }, statuses)).toBe(false)
    for (const operation of ['sale', 'cancel'] as const) {
      expect(markOf(order({ orderStatus: '店舗保留' }), operation, rules({ statuses }))).toBe('unknown-status')
      expect(markOf(order({ orderStatus: '店舗中止' }), operation, rules({ statuses }))).toBeNull()
    }
  })
})

describe('--all', () => {
  it.each<[string, Partial<Order>, boolean]>([
    ['an ordinary order', {}, true],
    ['a higher total', { totalYen: 2000 }, true],
    ['a lowered total of a carrier without corrections', { ...softbank, totalYen: 900 }, true],
    ['a correction that Paygent refused', { totalYen: 900, correctionRefused: { code: '2014', totalYen: 900 } }, true],
    ['the opposite too soon', { notProcessed: { operation: 'cancel', atMs: NOW_MS } }, true],
    ['a payment of two orders', { duplicatePayment: true }, true],
    ['a status that is not known', { status: null }, true],
    ['an order without a payment id', { paymentId: null, status: null }, true],
    ['an order on hold', { hold: HOLD }, false],
    ['malformed data', { malformed: true }, false],
    [
      'a completed docomo sale of which the amount is not known',
      { ...docomo, status: '44', heldAmountYen: null },
      false,
    ],
    ['a completed docomo sale with a higher total', { ...docomo, status: '44', totalYen: 2000 }, false],
    ['an authorised order with an accepted request', { kind: '029', statusOrigin: 'paygent' }, false],
  ])('a sale of all takes %s: %s', (_, changes, expected) => {
    expect(takenByAll(order(changes), 'sale', rules())).toBe(expected)
  })

  it.each([
    [{ orderStatus: 'キャンセル' }, 'cancelled-order'],
    [{ orderStatus: '店舗保留' }, 'unknown-status'],
    [{ conflict: true }, 'conflict'],
    [{ openAttempt: true }, 'open-attempt'],
    [{ attention: true }, 'attention'],
    [{ hold: HOLD }, 'on-hold'],
    [{ malformed: true }, 'malformed'],
  ] as const)('names why it left out %j: %s', (changes, expected) => {
    expect(leftOutOfAll(order(changes), 'sale', rules())).toBe(expected)
    expect(leftOutOfAll(order(changes), 'sale', rules({ includeCancelled: true }))).toBe(expected)
    expect(leftOutOfAll(order({ ...changes, status: '60' }), 'sale', rules())).toBeNull()
  })
})

it.each([
  ['a card', { method: 'credit', carrier: null }, ['40']],
  ['docomo', docomo, ['44']],
  ['au', au, []],
  ['softbank', softbank, []],
  ['a carrier that is not known', { method: 'carrier', carrier: null }, ['40']],
] as const)('a part of a sale may be given back, %s', (_, payer, statuses) => {
  for (const profile of ['manual', 'current'] as const) expect(refundableAt(payer, profile)).toEqual(statuses)
})

describe('a single sale could not correct the order to its total', () => {
  const refusal = (changes: Partial<Order>, profile: 'manual' | 'current' = 'manual'): string | null => {
    const found = correctionRefusal(order(changes), profile)
    return found && `${found.reason} ${found.about}`
  }

  it.each<[string, Partial<Order>, string | null]>([
    ['a card', { totalYen: 900 }, null],
    ['softbank by the manual', { ...softbank, totalYen: 900 }, 'correction-not-permitted softbank'],
    ['an equal total', { ...softbank }, null],
    ['a higher total', { ...softbank, totalYen: 2000 }, null],
    ['a sold card', { status: '40', totalYen: 900 }, 'correction-not-permitted null'],
    ['a completed docomo sale', { ...docomo, status: '44', totalYen: 900 }, null],
    ['no known status', { ...softbank, status: null, totalYen: 900 }, null],
    [
      'a fence, which does not count',
      { ...softbank, totalYen: 900, openAttempt: true },
      'correction-not-permitted softbank',
    ],
    [
      'the total before amend',
      { ...softbank, totalYen: 900, heldAmountYen: null, amendedFromYen: 1000 },
      'correction-not-permitted softbank',
    ],
    [
      'Paygent’s amount before the total before amend',
      { ...softbank, totalYen: 900, heldAmountYen: 900, amendedFromYen: 1000 },
      null,
    ],
    ['no amount to compare with', { ...softbank, totalYen: 900, heldAmountYen: null }, null],
  ])('%s', (_, changes, expected) => expect(refusal(changes)).toBe(expected))

  it('goes by the profile', () => expect(refusal({ ...softbank, totalYen: 900 }, 'current')).toBeNull())
})
