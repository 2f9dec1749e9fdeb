import { authorisationAge } from '../../src/domain/age.js'
import type { Order } from '../../src/domain/order.js'
import { permit } from '../../src/domain/permit.js'
import { shortDate } from '../../src/text/numbers.js'
import {
  type ListPage,
  orderCount,
  orderCsv,
  orderJson,
  orderListText,
  type OrderListRow,
  orderTable,
  permissionJson,
} from '../../src/ui/order-list.js'
import { showText } from '../../src/ui/show.js'
import { DESK_DAY, DESK_ORDERS, HARD_NAMES, MANUAL_ORDERS, sampleOrder, screenOf } from './sample-orders.js'
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

const TODAY = '2009-07-01'

const rowOn =
  (today: string) =>
  (order: Order): OrderListRow => ({
    order,
    sale: permit(order, 'sale', RULES),
    cancel: permit(order, 'cancel', RULES),
    age: authorisationAge(order, today),
    rules: RULES,
  })
const rowOf = rowOn(TODAY)

describe('the order list', () => {
  const page = (rows: readonly OrderListRow[], more: Partial<ListPage> = {}): ListPage => {
    const shownYen = rows.reduce((sum, { order }) => sum + order.totalYen, 0)
    return { shown: rows.length, page: 1, limit: 50, found: rows.length, shownYen, foundYen: shownYen, ...more }
  }

  test.each(['ja', 'en'] as const)("the manual's four orders, %s", (lang) => {
    const rows = MANUAL_ORDERS.map(rowOf)
    for (const width of [60, 80, 100, 120, null]) {
      const text = orderListText(rows, page(rows), screenOf(width, lang), TODAY)
      expectScreen(`orders-manual-${lang}-${width ?? 'pipe'}`, text, width)
    }
  })

  test.each(['ja', 'en'] as const)("a shop's week, with orders in every state, %s", (lang) => {
    const rows = DESK_ORDERS.map(rowOn(DESK_DAY))
    for (const width of [60, 80, 100, 120]) {
      const text = orderListText(rows, page(rows), screenOf(width, lang), DESK_DAY)
      expectScreen(`orders-states-${lang}-${width}`, text, width)
    }
  })

  test.each(['ja', 'en'] as const)('at 80 columns the list keeps the columns that decide, %s', (lang) => {
    const text = orderTable(DESK_ORDERS.map(rowOn(DESK_DAY)), screenOf(80, lang), DESK_DAY)
    const heads = text.split('├')[0]?.split('\n').slice(1, -1) ?? []
    const [first = '', ...others] = heads.map((line) => line.slice(1, -1))
    const names = first
      .split('│')
      .map((cell, index) =>
        [cell, ...others.map((line) => line.split('│')[index] ?? '')].map((part) => part.trim()).join(''),
      )
    expect(names.filter((name) => name !== '')).toEqual(
      lang === 'ja'
        ? ['受注日', '受注番号', '顧客名', '購入金額(円)', '発送', '対応状況', 'ペイジェント状況', '売/取', '残り']
        : ['Ordered', 'Order', 'Customer', 'Total(yen)', 'Shipped', 'Orderstatus', 'Paygentstate', 'S/C', 'Left'],
    )
    expect(text.split('\n').at(-1)).toContain(lang === 'ja' ? '省略した列：支払方法（' : 'Columns left out: Method (')
  })

  test('names that break tables', () => {
    const rows = HARD_NAMES.map((customerName, index) =>
      rowOf(sampleOrder({ orderId: String(900 + index), customerName })),
    )
    for (const width of [60, 80, 120]) {
      const text = orderTable(rows, screenOf(width), TODAY)
      expectScreen(`orders-names-ja-${width}`, text, width)
      expectFits(orderTable(rows, screenOf(width, 'en'), TODAY), width)
      expect(text.split('\n').filter((line) => /│ ?9\d\d +│/.test(line))).toHaveLength(HARD_NAMES.length)
    }
  })

  test('nothing found, how many were, on which page, and their sum', () => {
    const screen = screenOf(80)
    expect(orderListText([], page([]), screen, TODAY)).toBe('該当する受注はありません。')
    const rows = MANUAL_ORDERS.map(rowOf)
    expect(orderCount(page(rows), screen)).toBe('4件が該当しました。\n購入金額の合計：1,736円')
    expect(orderCount(page(rows), screenOf(80, 'en'))).toBe('4 orders found.\nTotal: ¥1,736')
    const second = { shown: 50, page: 2, found: 1704, foundYen: 9_000_000 }
    expect(orderCount(page(rows, second), screen)).toBe(
      '1,704件が該当しました。51～100件目を表示しています（2/35ページ）。\n購入金額の合計：9,000,000円',
    )
    expect(orderCount(page(rows, { ...second, foundYen: null }), screen)).toContain('表示中の購入金額の合計：1,736円')
    expect(orderCount(page(rows, second), screenOf(80, 'en'))).toContain('Orders 51 to 100, page 2 of 35.')
  })

  test('a page that is not there says how many there are', () => {
    const beyond = page([], { page: 99, found: 4 })
    expect(orderListText([], beyond, screenOf(80), TODAY)).toBe('99ページ目はありません（全1ページ）。')
    expect(orderListText([], beyond, screenOf(80, 'en'), TODAY)).toBe('There is no page 99: the list has 1 page.')
    expect(orderListText([], page([], { page: 9 }), screenOf(80), TODAY)).toBe('該当する受注はありません。')
  })

  test('the year stands at a date of another year only', () => {
    expect(shortDate('2026-11-29T11:50:00+09:00', '2026-12-31')).toBe('11/29')
    expect(shortDate('2025-12-31', '2026-01-01')).toBe('25/12/31')
    expect(shortDate('', '2026-01-01')).toBe('')
  })
})

describe('the permission, for scripts', () => {
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
    orderTable([rowOf(sampleOrder({ kind: '029', shopError }))], screenOf(300, lang), TODAY)
  expect([table('2012').includes(mark), table(null).includes(mark)]).toEqual([true, false])
})

test.each([
  ['ja', '（保留）', '保留'],
  ['en', '(on hold)', 'on hold'],
] as const)('says of an order on hold that it is: %s', (lang, mark, word) => {
  const hold = { note: 'address', since: '2026-11-23T12:00:00+09:00', osUser: 'yamada' }
  const table = (changes: Parameters<typeof sampleOrder>[0], width = 300) =>
    orderTable([rowOf(sampleOrder(changes))], screenOf(width, lang), TODAY)
  // The verdicts say it by themselves; where a stronger reason stands there, the state says it.
  expect([table({ hold }).includes(word), table({ hold }).includes(mark)]).toEqual([true, false])
  expect(table({ hold, attention: true })).toContain(mark)
  expect(table({})).not.toContain(word)
  // One column for both requests has no room for the reason.
  expect(table({ hold }, 100)).toContain(word)
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
    expect(orderTable([rowOf(undated)], screenOf(120, 'ja'), TODAY)).not.toMatch(/Invalid|NaN|undefined|null/)
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

describe('one order', () => {
  const shown = (more: Partial<Order>): string[] => {
    const order = sampleOrder({ totalYen: 980, heldAmountYen: 980, ...more })
    const view = {
      order,
      today: TODAY,
      rules: RULES,
      payments: [],
      attempts: [],
      attentionCause: null,
      machineState: null,
    }
    return showText(view, screenOf(null)).split('\n')
  }
  const rowOf = (name: string, more: Partial<Order>): string =>
    (shown(more).find((line) => line.startsWith(`  ${name}  `)) ?? '').slice(name.length + 2).trim()
  const card = { method: 'credit', carrier: null } as const

  test.each([
    ['a card that is sold', { ...card, status: '40', kind: '022' }, '○'],
    ['docomo that is completed', { status: '44', kind: '101' }, '○'],
    ['a sold card that is not asked about', { ...card, status: '40', kind: '022', heldAmountYen: null }, '○'],
    ['a card that is authorised', { ...card }, '－'],
    ['a card that is cancelled', { ...card, status: '32', kind: '021' }, '－'],
  ] as const)('a part may be given back of what is sold: %s', (_name, more, cell) => {
    expect(rowOf('一部返金要求', more)).toBe(cell)
  })

  test('a refund that is possible later or elsewhere has its reason', () => {
    expect(rowOf('一部返金要求', { status: '40', kind: '101' })).toMatch(
      /^消込完了（翌日11:00以降）になると一部返金できます/,
    )
    expect(rowOf('一部返金要求', { status: '40', kind: '101', carrier: 'softbank' })).toMatch(
      /ペイジェントオンラインで返金/,
    )
  })

  test('only a carrier awaits the payment', () => {
    expect(rowOf('カードステータス', card)).toBe('（表示なし）')
    expect(rowOf('キャリアステータス', {})).toBe('入金待ち')
  })

  test('a reason of every request stands once', () => {
    const lines = shown({ hold: { note: '住所不明', since: '2009-06-19T12:00:00+09:00', osUser: 'sato' } })
    expect(lines.filter((line) => line.includes('保留中の受注です'))).toHaveLength(1)
    expect(lines.filter((line) => line.endsWith('（同上）'))).toHaveLength(3)
  })
})
