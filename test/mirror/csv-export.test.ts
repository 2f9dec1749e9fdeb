import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { japanIso } from '../../src/clock.js'
import { CARRIERS, KINDS, plainPaymentId } from '../../src/domain/order.js'
import { type ImportRow, ordersOfRows } from '../../src/domain/shop.js'
import { parseOrdersCsv } from '../../src/mirror/csv/csv.js'
import { encodeCsv, inWindows31J } from '../../src/mirror/csv/encoding.js'
import { ordersToCsv } from '../../src/mirror/csv/export.js'
import { NOON, mirrorWith, open, row, tempPath, told } from './mirrors.js'

const FILE = { path: 'x.csv', methodNames: new Map() }

describe('the file', () => {
  test('has the columns of docs/interface.md#csv-out, CRLF, and a byte order mark', () => {
    const csv = ordersToCsv(ordersOfRows([row({ customerName: 'a "b", c' })]))
    expect(csv).toBe(
      'order_id,ordered_at,customer_name,method,carrier,total,held_amount,shipped_at,order_status,trading_id,payment_id,' +
        'payment_status,kind,on_hold,hold_note\r\n' +
        '852,2009-06-19T11:50:00+09:00,"a ""b"", c",carrier,au,1733,1733,,入金待ち,852,9852,20,,false,\r\n',
    )
    expect([...encodeCsv(csv, 'utf8').subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(iconv.decode(encodeCsv(csv, 'sjis'), 'cp932')).toBe(csv)
  })

  test.each([
    '=1+1',
    '+81',
    '-1',
    '@SUM(A1)',
    "'=x",
    "''@",
    '＝1+1',
    '＋81',
    '－1',
    '＠SUM(A1)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    ' =1+1',
    '　＝1',
    '\u200B=1',
    '\uFEFF@x',
    '\0=1',
    "'\t=1",
  ])('a spreadsheet does not calculate %j', (customerName) => {
    const csv = ordersToCsv(ordersOfRows([row({ customerName })]))
    expect([`,'${customerName},`, `,"'${customerName}",`].filter((cell) => csv.includes(cell))).toHaveLength(1)
    expect(parseOrdersCsv(Buffer.from(csv), FILE).rows[0]?.customerName).toBe(customerName)
  })

  test.each([
    ['〜', 'U+301C'],
    ['—', 'U+2014'],
    ['−', 'U+2212'],
    ['‖', 'U+2016'],
    ['¥', 'U+00A5'],
    ['é', 'U+00E9'],
    ['😀', 'U+1F600'],
  ])('Windows-31J has no %s', (character, codePoint) => {
    expect(() => encodeCsv(`佐藤${character}`, 'sjis')).toThrow(
      expect.objectContaining({ code: 'encoding-impossible', params: { character, codePoint, field: 'csv' } }),
    )
  })

  test.each([
    ['吉田', '吉田', []],
    ['𠮷田', '〓田', ['𠮷']],
    ['佐藤〜', '佐藤～', ['〜']],
    ['é—é😀', '〓―〓〓', ['é', '—', '😀']],
    ['¥\\', '￥\\', ['¥']],
    ['〓', '〓', []],
  ])('%s is written as %s, and it is known why', (name, text, lacking) => {
    expect(inWindows31J(name)).toEqual({ text, lacking })
    expect(iconv.decode(encodeCsv(text, 'sjis'), 'cp932')).toBe(text)
  })

  test('characters of Windows-31J go out as they are', () => {
    const text = '髙﨑①㈱～－ﾊﾝｶｸ\\'
    expect(iconv.decode(encodeCsv(text, 'sjis'), 'cp932')).toBe(text)
  })

  test('shows what Paygent holds where it has told', () => {
    const mirror = mirrorWith([row()])
    told(mirror, { amountYen: 999 })
    const csv = ordersToCsv(mirror.orders.list({}))
    expect(csv).toContain(',1733,999,')
    const bytes = encodeCsv(csv, 'utf8')
    expect(mirror.importOrders(parseOrdersCsv(bytes, FILE), NOON)).toMatchObject({ unchanged: 1, updated: 0 })
  })
})

const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`))
const time = fc.integer({ min: 0, max: 4e9 }).map((seconds) => japanIso(seconds * 1000))
/** Names as no shop should have them: quotes, line breaks, formulas, blanks at the ends, half of a card number. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('\0', '\uFFFD', '\uFEFF', '\uFEFF='),
  fc.string({
    unit: fc.constantFrom(
      '"',
      ',',
      '\r',
      '\n',
      "'",
      '=',
      '+',
      '-',
      '@',
      ' ',
      '\t',
      '佐',
      '\\',
      '4',
      '1',
      '＝',
      '＠',
      '\u200B',
    ),
    maxLength: 24,
  }),
)
const amount = fc.integer({ min: 0, max: 9_999_999_999 })
const shopRow: fc.Arbitrary<ImportRow> = fc
  .record({
    orderId: fc.integer({ min: 0, max: 1e14 }).map(String),
    orderedAt: time,
    customerName: text,
    totalYen: amount,
    listedAmountYen: fc.option(amount),
    shippedAt: fc.option(time),
    orderStatus: text,
    tradingId: fc.stringMatching(/^[A-Za-z_][0-9A-Za-z_]{0,24}$/),
    paymentId: fc.option(digits(18).map(plainPaymentId)),
    status: fc.option(fc.stringMatching(/^[0-9]{2}$/)),
    kind: fc.constantFrom(...KINDS),
    paidBy: fc.oneof(
      fc.constant({ method: 'credit' as const, carrier: null }),
      fc.record({ method: fc.constant('carrier' as const), carrier: fc.option(fc.constantFrom(...CARRIERS)) }),
    ),
  })
  .map(({ paidBy, ...rest }) => ({ ...rest, ...paidBy }))

describe('export and import', () => {
  test('give the same orders again, in a new mirror and in the same one', () => {
    const property = fc.property(
      fc.uniqueArray(shopRow, { maxLength: 8, selector: ({ orderId }) => orderId }),
      (rows) => {
        const first = mirrorWith(rows)
        const orders = first.orders.list({})
        const bytes = encodeCsv(ordersToCsv(orders), 'utf8')
        expect(first.importOrders(parseOrdersCsv(bytes, FILE), NOON)).toMatchObject({
          unchanged: rows.length,
          conflicts: [],
        })
        expect(first.orders.list({})).toEqual(orders)
        const second = open(tempPath())
        expect(second.importOrders(parseOrdersCsv(bytes, FILE), NOON)).toMatchObject({ added: rows.length })
        expect(second.orders.list({})).toEqual(orders)
        first.close()
        second.close()
      },
    )
    const seed = Number(process.hrtime.bigint() % 2_147_483_647n)
    process.stdout.write(`export and import: seed ${seed}\n`)
    fc.assert(property, { seed, numRuns: 60 })
  })
})
