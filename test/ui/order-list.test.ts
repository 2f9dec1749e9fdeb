import { authorisationAge } from '../../src/domain/age.js'
import type { Order } from '../../src/domain/order.js'
import { permit } from '../../src/domain/permit.js'
import {
  orderCount,
  orderCsv,
  orderJson,
  type OrderListRow,
  orderTable,
  permissionJson,
} from '../../src/ui/order-list.js'
import { HARD_NAMES, MANUAL_ORDERS, sampleOrder, screenOf } from './sample-orders.js'
import { expectFits, expectScreen } from './screens.js'
import { describe, expect, test } from 'vitest'

const RULES = {
  profile: 'manual',
  single: false,
  includeCancelled: false,
  afterUnknown: false,
  statuses: [],
  nowMs: 0,
} as const

const rowOf = (order: Order): OrderListRow => ({
  order,
  sale: permit(order, 'sale', RULES),
  cancel: permit(order, 'cancel', RULES),
  age: authorisationAge(order, '2009-07-01'),
  profile: RULES.profile,
})

const credit = { method: 'credit', carrier: null } as const

const mixed: readonly Order[] = [
  ...MANUAL_ORDERS,
  sampleOrder({ orderId: '851', ...credit, status: '32', kind: '021', shippedAt: '2009-06-20T10:00:00+09:00' }),
  sampleOrder({ orderId: '850', status: '40', kind: '103', totalYen: 1000, heldAmountYen: 1000 }),
  sampleOrder({ orderId: '849', ...credit, totalYen: 1234567, heldAmountYen: 1 }),
  sampleOrder({ orderId: '848', openAttempt: true }),
  sampleOrder({ orderId: '847', ...credit, conflict: true }),
  sampleOrder({ orderId: '846', orderStatus: 'キャンセル' }),
  sampleOrder({ orderId: '845', status: null }),
  sampleOrder({ orderId: '844', heldAmountYen: null }),
  sampleOrder({ orderId: '843', carrier: null }),
]

describe('the order list', () => {
  test.each(['ja', 'en'] as const)("the manual's four orders, %s", (lang) => {
    for (const width of [60, 80, 120, null]) {
      const text = orderTable(MANUAL_ORDERS.map(rowOf), screenOf(width, lang))
      expectScreen(`orders-manual-${lang}-${width ?? 'pipe'}`, text, width)
    }
  })

  test.each(['ja', 'en'] as const)('orders in every state, %s', (lang) => {
    for (const width of [60, 80, 120]) {
      expectScreen(`orders-states-${lang}-${width}`, orderTable(mixed.map(rowOf), screenOf(width, lang)), width)
    }
  })

  test('names that break tables', () => {
    const rows = HARD_NAMES.map((customerName, index) =>
      rowOf(sampleOrder({ orderId: String(900 + index), customerName })),
    )
    for (const width of [60, 80, 120]) {
      const text = orderTable(rows, screenOf(width))
      expectScreen(`orders-names-ja-${width}`, text, width)
      expectFits(orderTable(rows, screenOf(width, 'en')), width)
      expect(text.split('\n').filter((line) => /│ 9\d\d +│/.test(line))).toHaveLength(HARD_NAMES.length)
    }
  })

  test('nothing found, and how many were', () => {
    expect(orderTable([], screenOf(80))).toBe('該当する受注はありません。')
    expect(orderCount(4, 4, { lang: 'ja' })).toBe('4件')
    expect(orderCount(50, 1704, { lang: 'ja' })).toBe('1,704件中 50件を表示')
    expect(orderCount(50, 1704, { lang: 'en' })).toBe('50 of 1,704 orders')
  })
})

describe('what may be sent, for scripts', () => {
  const order = sampleOrder()
  test.each([
    [
      { verdict: 'permitted', request: 'sale', telegram: '101', amountYen: 1 },
      { permitted: true, request: 'sale', reason: null },
    ],
    [
      { verdict: 'ask', request: 'sale', missing: 'held-amount' },
      { permitted: true, request: 'sale', reason: null },
    ],
    [
      { verdict: 'ask', request: null, missing: 'carrier' },
      { permitted: false, request: null, reason: 'status' },
    ],
    [
      { verdict: 'ask', request: null, missing: 'status' },
      { permitted: false, request: null, reason: 'status' },
    ],
    [
      { verdict: 'ask', request: null, missing: 'payment' },
      { permitted: false, request: null, reason: 'no-payment' },
    ],
    [
      { verdict: 'refused', request: 'sale', reason: 'higher', about: null },
      { permitted: false, request: 'sale', reason: 'higher' },
    ],
  ] as const)('%j', (permission, told) => {
    const json = permissionJson(permission, order, { operation: 'sale', profile: 'manual' }, 'ja')
    expect(json).toMatchObject(told)
    expect(json.reasonText === null).toBe(told.reason === null)
    expect(Object.keys(json)).toEqual(['permitted', 'request', 'reason', 'reasonText'])
  })
})

test.each([
  ['ja', '（EC-CUBE でエラー）'],
  ['en', '(error in EC-CUBE)'],
] as const)('marks an order for which the shop shows an error: %s', (lang, mark) => {
  const table = (shopError: string | null) =>
    orderTable([rowOf(sampleOrder({ kind: '029', shopError }))], { lang, width: 300, ascii: false, colour: false })
  expect([table('2012').includes(mark), table(null).includes(mark)]).toEqual([true, false])
})

test.each([
  ['ja', '（保留）', '保留'],
  ['en', '(on hold)', 'on hold'],
] as const)('says of an order on hold that it is: %s', (lang, mark, word) => {
  const hold = { note: 'address', since: '2026-11-23T12:00:00+09:00', osUser: 'yamada' }
  const table = (changes: Parameters<typeof sampleOrder>[0]) =>
    orderTable([rowOf(sampleOrder(changes))], { lang, width: 300, ascii: false, colour: false })
  // The verdicts say it by themselves; where a stronger reason stands there, the state says it.
  expect([table({ hold }).includes(word), table({ hold }).includes(mark)]).toEqual([true, false])
  expect(table({ hold, attention: true })).toContain(mark)
  expect(table({})).not.toContain(word)
})

describe('the order list for programs', () => {
  const evil = sampleOrder({ customerName: '=1+1"\n\u202Ex', orderStatus: '@SUM(A1),b', status: '99' })

  test('JSON has the fields of the page, values as they are', () => {
    const [json] = orderJson([rowOf(evil)], 'ja')
    expect(Object.keys(json ?? {})).toEqual(
      'orderId orderedAt customerName method carrier total heldAmount listedAmount shippedAt orderStatus tradingId paymentId paymentStatus kind authorizedAt expiresOn daysLeft effectiveStatus state shopError onHold holdNote holdSince sale cancel'.split(
        ' ',
      ),
    )
    expect(json).toMatchObject({
      customerName: '=1+1"\n\u202Ex',
      heldAmount: 1,
      paymentId: '12345678',
      effectiveStatus: '99',
      state: '',
      sale: { permitted: false, request: null, reason: 'status' },
    })
    const [sold] = orderJson([rowOf(sampleOrder({ kind: '101' }))], 'en')
    expect(sold).toMatchObject({ paymentStatus: '20', effectiveStatus: '40', state: 'sold' })
  })

  test('an order without a date has an empty cell, and null in JSON', () => {
    const undated = sampleOrder({ orderedAt: '', authorizedAt: null })
    expect(orderJson([rowOf(undated)], 'ja')[0]).toMatchObject({ orderedAt: null, expiresOn: null, daysLeft: null })
    expect(orderCsv([rowOf(undated)], 'ja').split('\r\n')[1]).toMatch(/^852,,/)
    expect(orderTable([rowOf(undated)], screenOf(120, 'ja'))).not.toMatch(/Invalid|NaN|undefined|null/)
  })

  test('CSV: BOM, CRLF, snake_case, formulas neutralised, one line for each order', () => {
    const csv = orderCsv([rowOf(evil), rowOf(sampleOrder())], 'ja')
    const lines = csv.split('\r\n')
    expect(csv.charCodeAt(0)).toBe(0xfeff)
    expect(lines).toHaveLength(4)
    expect(lines[0]?.slice(1)).toBe(
      'order_id,ordered_at,customer_name,method,carrier,total,held_amount,listed_amount,shipped_at,order_status,trading_id,payment_id,payment_status,kind,authorized_at,expires_on,days_left,effective_status,state,sale_permitted,sale_request,sale_reason,sale_reason_text,cancel_permitted,cancel_request,cancel_reason,cancel_reason_text,shop_error,on_hold,hold_note,hold_since',
    )
    expect(lines[1]).toContain(
      `852,2009-06-19T11:50:00+09:00,"'=1+1""\\n\\u{202E}x",carrier,docomo,1,1,1,,"'@SUM(A1),b",`,
    )
    expect(lines[2]).toMatch(
      /,12345678,20,,2009-06-19T11:50:00\+09:00,2009-08-31,61,20,,true,sale,,,true,cancel,,,,false,,$/,
    )
    expect(lines[3]).toBe('')
  })
})
