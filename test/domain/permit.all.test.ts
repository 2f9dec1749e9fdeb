// Tests the rules of `--all`.
import type { RuleProfile } from '../../src/domain/carriers.js'
import type { Carrier, Kind, Order } from '../../src/domain/order.js'
import { leftOutOfAll, takenByAll } from '../../src/domain/permit.js'
import { rows } from './grid.js'
import { HOLD, NOW_MS, order, rules } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

// payer, kind (- none), known status and its origin, total against held; y taken, n not, for a sale and for a cancel
const MANUAL = `
credit   -    20   shop    =  y y
credit   020  20   shop    =  y y
credit   -    20   paygent =  y y
credit   -    20   shop    <  y y    # corrected
credit   -    20   shop    >  y y    # refused in the plan with its reason
credit   -    20   shop    0  y y
credit   -    none shop    =  y y    # asked while the plan is prepared
credit   0201 20   shop    =  n n
credit   0291 20   shop    =  n n
credit   022  20   shop    =  n y    # sold
credit   029  20   shop    =  n y
credit   -    40   shop    =  n y
credit   -    40   shop    <  n y
credit   022  40   paygent =  n y
credit   022  60   shop    =  n n
credit   021  20   shop    =  n n
credit   023  40   shop    =  n n
credit   -    30   shop    =  n n    # in transit
credit   -    31   shop    =  n n
credit   -    42   shop    =  n n
credit   -    50   shop    =  n n
credit   -    32   shop    =  n n
credit   -    33   shop    =  n n
credit   -    41   shop    =  n n
credit   -    10   shop    =  n n
credit   -    77   shop    =  n n
docomo   -    20   shop    =  y y
docomo   -    21   shop    =  y y
docomo   -    21   shop    <  y y
docomo   101  20   shop    =  n n    # 40: no ○ until it is completed
docomo   101  44   shop    =  n y
docomo   101  44   shop    <  n y    # a correction of a sale already made
docomo   101  44   shop    >  n y
docomo   -    44   shop    <  n y
docomo   102  44   shop    =  n n
au       -    20   shop    =  y y
au       -    21   shop    =  n n
au       101  20   shop    =  n n
softbank -    20   shop    =  y n    # no ○ for a cancel
softbank -    20   shop    <  y n    # no ○ for a correction: refused in the plan
softbank 101  20   shop    =  n n
`
const CURRENT = `
docomo   -    20   shop    =  y y
docomo   101  44   shop    <  n y
au       -    20   shop    =  y y
au       101  20   shop    =  n y
au       101  41   shop    =  n n
softbank -    20   shop    =  y y
softbank -    21   shop    =  y y
softbank 101  20   shop    =  n y
`
// "authorised orders (kind none)": Paygent says authorised, but a request was accepted before
const AUTHORISED_AGAIN = `
credit   022  20   paygent =  n n
credit   021  20   paygent =  n n
docomo   102  20   paygent =  n n
`
const TOTALS: Readonly<Record<string, number>> = { '=': 1000, '<': 700, '>': 1300, '0': 0 }

function orderOf(row: readonly string[]): Order {
  const [payer, kind, status, origin, relation] = row as [string, string, string, 'shop' | 'paygent', string]
  return order({
    method: payer === 'credit' ? 'credit' : 'carrier',
    carrier: payer === 'credit' ? null : (payer as Carrier),
    kind: (kind === '-' ? '' : kind) as Kind,
    status: status === 'none' ? null : status,
    statusOrigin: origin,
    totalYen: TOTALS[relation] ?? Number.NaN,
  })
}

const taken = (subject: Order, profile: RuleProfile = 'manual'): string[] =>
  (['sale', 'cancel'] as const).map((operation) =>
    takenByAll(subject, operation, rules({ profile, single: true })) ? 'y' : 'n',
  )

const lines = (text: string): string[][] => rows(text)

describe('manual', () => {
  it.each(lines(MANUAL))('%s kind %s status %s (%s) total %s held: sale %s cancel %s', (...row) => {
    expect(taken(orderOf(row))).toEqual(row.slice(5))
  })
})

describe('current', () => {
  it.each(lines(CURRENT))('%s kind %s status %s (%s) total %s held: sale %s cancel %s', (...row) => {
    expect(taken(orderOf(row), 'current')).toEqual(row.slice(5))
  })
})

describe('authorised only with kind none', () => {
  it.each(lines(AUTHORISED_AGAIN))('%s kind %s status %s (%s) total %s held: sale %s cancel %s', (...row) => {
    expect(taken(orderOf(row))).toEqual(row.slice(5))
  })
})

describe('never taken', () => {
  it.each([
    ['an open attempt', { openAttempt: true }],
    ['attention', { attention: true }],
    ['a conflict', { conflict: true }],
    ['on hold', { hold: HOLD }],
    ['on hold, and too high', { hold: HOLD, totalYen: 9_999_999 }],
    ['on hold, sold', { hold: HOLD, status: '40' }],
    ['no payment', { paymentId: null, tradingId: '' }],
    ['data that Paygent called malformed', { malformed: true }],
    ['キャンセル, sold', { orderStatus: 'キャンセル', status: '40' }],
    ['注文取消し, sold', { orderStatus: '注文取消し', kind: '022' }],
    ['返品, completed', { orderStatus: '返品', method: 'carrier', carrier: 'docomo', status: '44' }],
    ['キャンセル, corrected', { orderStatus: 'キャンセル', kind: '029', statusOrigin: 'paygent' }],
    ['キャンセル, and nobody knows of a payment', { orderStatus: 'キャンセル', paymentId: null, status: null }],
    ['a bare 3', { orderStatus: '3' }],
    ['a name that sounds cancelled', { orderStatus: 'キャンセル済み' }],
    ['our own word for a deleted order', { orderStatus: '削除済み' }],
    ['no 対応状況', { orderStatus: '' }],
    ['a 対応状況 of the shop', { orderStatus: '店舗保留' }],
    ['a number of the shop', { orderStatus: '10' }],
    ['決済処理中', { orderStatus: '決済処理中' }],
    ['購入処理中', { orderStatus: '購入処理中' }],
  ] satisfies [string, Partial<Order>][])('%s', (_name, state) => {
    for (const includeCancelled of [false, true]) {
      for (const operation of ['sale', 'cancel'] as const) {
        expect(takenByAll(order(state), operation, rules({ includeCancelled }))).toBe(false)
      }
    }
  })
})

describe('called off by the shop', () => {
  it.each(['キャンセル', '注文取消し', '返品', '3:キャンセル'])(
    '%s: what is authorised is released, and never sold',
    (orderStatus) => {
      expect(taken(order({ orderStatus }))).toEqual(['n', 'y'])
      expect(taken(order({ orderStatus, status: null }))).toEqual(['n', 'y'])
      expect(taken(order({ orderStatus, method: 'carrier', carrier: 'softbank' }))).toEqual(['n', 'n'])
    },
  )
})

describe('why an order is left out that would be taken otherwise', () => {
  it.each([
    ['', {}, 'none none'],
    ['unknown', { orderStatus: '店舗保留' }, 'unknown-status unknown-status'],
    ['sounds cancelled', { orderStatus: 'キャンセル済み' }, 'cancelled-order unknown-status'],
    ['cancelled', { orderStatus: 'キャンセル' }, 'cancelled-order none'],
    ['cancelled and sold', { orderStatus: 'キャンセル', status: '40' }, 'none cancelled-order'],
    [
      'cancelled without a payment',
      { orderStatus: 'キャンセル', paymentId: null, status: null },
      'cancelled-order cancelled-order',
    ],
    ['unfinished', { orderStatus: '購入処理中' }, 'cancelled-order cancelled-order'],
    ['a conflict', { conflict: true }, 'conflict conflict'],
    ['on hold', { hold: HOLD }, 'on-hold on-hold'],
    ['on hold and sold', { hold: HOLD, status: '40' }, 'none on-hold'],
    ['on hold and too high', { hold: HOLD, totalYen: 9_999_999 }, 'on-hold on-hold'],
    ['open', { openAttempt: true }, 'open-attempt open-attempt'],
    ['attention', { attention: true, orderStatus: '' }, 'attention attention'],
    ['malformed data', { malformed: true }, 'malformed malformed'],
    ['malformed data, sold', { malformed: true, status: '40' }, 'none malformed'],
    ['malformed data on hold', { malformed: true, hold: HOLD }, 'on-hold on-hold'],
    ['done with', { status: '60', orderStatus: '店舗保留' }, 'none none'],
  ] satisfies [string, Partial<Order>, string][])('%s', (_name, state, expected) => {
    const [sale, cancel] = (['sale', 'cancel'] as const).map((operation) =>
      leftOutOfAll(order(state), operation, rules()),
    )
    expect(`${sale ?? 'none'} ${cancel ?? 'none'}`).toBe(expected)
  })
})

it.each([
  ['0201', '20', 'change-in-shop change-in-shop'],
  ['0291', '40', 'none change-in-shop'],
  ['0201', '33', 'none none'],
])('a change under way in the shop, kind %s at %s, is told as the reason', (kind, status, expected) => {
  const reasons = (['sale', 'cancel'] as const).map(
    (operation) => leftOutOfAll(order({ kind: kind as Kind, status }), operation, rules()) ?? 'none',
  )
  expect(reasons.join(' ')).toBe(expected)
})

describe('still to be asked', () => {
  it('is taken where it may turn out authorised', () => {
    expect(taken(order({ heldAmountYen: null }))).toEqual(['y', 'y'])
    expect(taken(order({ paymentId: null }))).toEqual(['y', 'y'])
    expect(taken(order({ method: 'carrier', carrier: null }))).toEqual(['y', 'y'])
  })

  it('is not taken for a sale once a sale was made', () => {
    const sold = order({ method: 'carrier', carrier: 'docomo', kind: '101', status: '44', heldAmountYen: null })
    expect(takenByAll(sold, 'sale', rules())).toBe(false)
  })
})

it('the same request may be taken again after one that was not processed', () => {
  const notProcessed = { operation: 'sale', atMs: NOW_MS - 60_000 } as const
  expect(takenByAll(order({ notProcessed }), 'sale', rules())).toBe(true)
})
