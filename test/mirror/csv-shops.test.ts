// Tests order files as shops have them: each case from the field with its neighbours, and the field's own files where
// they are available.
import type { MethodNames } from '../../src/domain/method-names.js'
import { CsvFault, type ParsedCsv, parseOrdersCsv } from '../../src/mirror/csv/csv.js'
import type { BadLine } from '../../src/mirror/csv/values.js'
import * as fc from 'fast-check'
import iconv from 'iconv-lite'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (bytes: Uint8Array, methodNames: MethodNames = new Map()): ParsedCsv =>
  parseOrdersCsv(bytes, { path: 'order.csv', methodNames })
const utf8 = (...lines: readonly string[]) => Buffer.from(`${lines.join('\r\n')}\r\n`)
const windows = (...lines: readonly string[]) => iconv.encode(`${lines.join('\r\n')}\r\n`, 'cp932')

function faults(bytes: Uint8Array, methodNames?: MethodNames): readonly BadLine[] {
  try {
    read(bytes, methodNames)
  } catch (error) {
    if (error instanceof CsvFault) return error.bad
    throw error
  }
  throw new Error('nothing was wrong')
}
const told = (bytes: Uint8Array, methodNames?: MethodNames): string[] =>
  faults(bytes, methodNames).map(({ line, column, why }) => [line, column, why].filter((part) => part !== '').join(' '))

const RENAMED: MethodNames = new Map([
  ['クレジットカード決済', 'credit'],
  ['キャリア決済', 'carrier'],
  ['d払い', 'docomo'],
])

describe('EC-CUBE 4: a line for each item', () => {
  const HEADER =
    '注文ID,注文番号,お名前(姓),お名前(名),合計,支払合計,対応状況(ID),対応状況(名称),支払方法(ID),支払方法(名称),受注日,商品名,出荷ID,発送日'
  const item = (
    id: number,
    over: Partial<Record<'total' | 'method' | 'status' | 'shipment' | 'shipped', string>> = {},
  ) =>
    [
      id,
      `EC-${id}`,
      '青山',
      '花子',
      '9999.00',
      over.total ?? '5600.00',
      3,
      over.status ?? '新規受付',
      5,
      over.method ?? 'クレジットカード決済',
      '"2026-11-20 10:00:00"',
      '"なべ, 大"',
      over.shipment ?? id,
      over.shipped ?? '',
    ].join(',')
  const shipped = (...lines: Parameters<typeof item>[1][]) =>
    read(windows(HEADER, ...lines.map((over) => item(501, over))), RENAMED).rows.map(({ shippedAt }) => shippedAt)

  test('one order once, by its id; the status by its name', () => {
    const { rows, others } = read(
      windows(
        HEADER,
        item(501),
        item(501),
        item(502, { method: '代金引換' }),
        item(502, { method: '代金引換' }),
        item(503),
        item(501),
      ),
      RENAMED,
    )
    expect(rows.map(({ orderId }) => orderId)).toEqual(['501', '503'])
    expect(rows[0]).toEqual({
      orderId: '501',
      orderedAt: '2026-11-20T10:00:00+09:00',
      customerName: '青山 花子',
      method: 'credit',
      carrier: null,
      totalYen: 5600,
      shippedAt: null,
      orderStatus: '新規受付',
      paymentId: null,
      status: null,
    })
    expect(others).toEqual([{ orderId: '502', method: '代金引換' }])
  })

  test('without the id its number counts, where it is one', () => {
    const without = (line: string) => line.split(',').slice(1).join(',')
    const lines = [HEADER, item(501), item(501)].map(without)
    expect(told(windows(...lines), RENAMED)).toEqual(['2 注文番号 digits', '3 注文番号 digits'])
    const numbers = windows(...lines.map((line) => line.replace('EC-', '')))
    expect(read(numbers, RENAMED).rows.map(({ orderId }) => orderId)).toEqual(['501'])
  })

  test.each([
    [[{}, {}], null],
    [[{ shipped: '2026-11-21 09:00:00' }, {}], null],
    [[{}, { shipped: '2026-11-21 09:00:00' }], null],
    [[{ shipped: '2026-11-22 09:00:00' }, { shipped: '2026-11-21 09:00:00' }], '2026-11-22T09:00:00+09:00'],
    // Fees and discounts are in no shipment.
    [[{ shipment: '' }, { shipped: '2026-11-21 09:00:00' }, { shipment: '' }], '2026-11-21T09:00:00+09:00'],
    [[{ shipment: '' }, {}], null],
    [[{ shipment: '' }], null],
  ])('is shipped when every item is: %j', (lines, expected) => {
    expect(shipped(...lines)).toEqual([expected])
  })

  test('lines that say otherwise of the order are bad', () => {
    const bytes = windows(
      HEADER,
      item(501),
      item(501, { total: '1.00' }),
      item(501, { method: 'd払い' }),
      item(501, { status: '入金済み' }),
    )
    expect(told(bytes, RENAMED)).toEqual([
      '3 支払合計 lines-disagree',
      '4 支払方法(名称) lines-disagree',
      '5 対応状況(名称) lines-disagree',
    ])
    expect(faults(bytes, RENAMED)[0]).toMatchObject({ value: '1.00' })
  })

  test('an order under two methods of which one is not Paygent’s is a bad line in any file', () => {
    expect(told(windows(HEADER, item(501), item(501, { method: '代金引換' })), RENAMED)).toEqual([
      '3 注文ID order-twice',
    ])
    const own = utf8('order_id,method,total,payment_id', '0852,代金引換,1,', '852,credit,1,9')
    expect(told(own)).toEqual(['2 order_id order-twice'])
    expect(faults(own)).toMatchObject([{ line: 2, other: 3 }])
  })

  test('a file of EC-CUBE 2 has a line for each order', () => {
    const line = '5,PAYGENTクレジット,1,1'
    expect(told(windows('注文番号,支払い方法,お支払い合計,対応状況', line, line))).toEqual(['3 注文番号 order-twice'])
  })
})

describe('EC-CUBE 2 of 2008 to 2011', () => {
  test('顧客名1, 顧客名2 and 注文ID, after a quote too many', () => {
    const bytes = windows(
      '""注文ID","顧客ID","顧客名1","顧客名2","お届け先名前","お届け先名前","合計","お支払い合計","支払い方法","対応状況","注文日時"',
      '"852","12","青山","花子","青山","花子","9","1733","PAYGENTキャリア","2","2009-06-19 11:50:00.123456"',
    )
    expect(read(bytes).rows).toEqual([
      {
        orderId: '852',
        orderedAt: '2009-06-19T11:50:00+09:00',
        customerName: '青山 花子',
        method: 'carrier',
        carrier: null,
        totalYen: 1733,
        orderStatus: '入金待ち',
        paymentId: null,
        status: null,
      },
    ])
  })
})

describe('対応状況 under other names', () => {
  const line = '852,PAYGENTクレジット,1733,1000852'
  const status = (headers: string, values: string) =>
    read(utf8(`受注番号,支払方法,お支払い合計,決済ID,${headers}`, `${line},${values}`)).rows[0]?.orderStatus
  test.each([
    ['対応状況(ID),対応状況(名称)', '3,注文取消し', '注文取消し'],
    ['対応状況（名称）,対応状況（ID）', '注文取消し,3', '注文取消し'],
    ['対応状況(ID)', '3', '3'],
    ['対応状況,対応状況(名称)', 'キャンセル,x', 'キャンセル'],
  ])('%s', (headers, values, expected) => {
    expect(status(headers, values)).toBe(expected)
  })
})

describe('quotes that PHP left single', () => {
  const HEADER = '注文番号,支払い方法,お支払い合計,対応状況,SHOPメモ,お名前(姓)'
  const line = (id: number, memo: string, name = '青山') => `${id},PAYGENTクレジット,1733,1,${memo},${name}`

  test.each([
    ['after 能', '"お客様より""分割払い可能"との要望"'],
    ['after a backslash', '"C:\\" の件"'],
    ['in the middle of a cell without quotes', '3"x4"'],
    ['with a line break', '"1行目, 3\r\n表"2行目"'],
  ])('%s are read, and no other order is touched', (_, memo) => {
    const { rows } = read(windows(HEADER, line(1, memo), line(2, '"普通の ""メモ"", 2"')))
    expect(rows.map(({ orderId, totalYen, customerName }) => [orderId, totalYen, customerName])).toEqual([
      ['1', 1733, '青山'],
      ['2', 1733, '青山'],
    ])
  })

  test('a cell is read as Excel and Python read it', () => {
    const { rows } = read(windows(HEADER, line(1, '', '"表"山 ""田"')))
    expect(rows[0]?.customerName).toBe('表山 ""田"')
  })

  test.each([
    ['a quote at the end of the memo swallows the rest of the line', [line(1, '"表""', '"青山, 花子"')], [2]],
    ['a memo that has a comma after such a quote', [line(1, '"可能"です,はい"')], [2]],
    ['a break after such a quote', [line(1, '"表"1行目\r\n2行目"')], [2, 3]],
    ['a quote that is never closed', [line(1, '"表""'), line(2, '')], [2]],
  ])('%s: the lines are named', (_, lines, bad) => {
    expect(faults(windows(HEADER, ...lines)).map(({ line: number, why }) => [number, why])).toEqual(
      bad.map((number) => [number, 'quotes']),
    )
  })

  test('an order never gets the end of another’s line', () => {
    // The first memo ends in 表", so its quote stays open until the next memo; both lines together have the right width.
    const bytes = windows(HEADER, line(1, '"表""', '青山'), line(2, '"メモ 2"', '赤木'))
    expect(told(bytes)).toEqual(['2 quotes'])
  })

  test('blank lines and line ends are as in a strict file', () => {
    const text = `${HEADER}\n\n${line(1, '"可能"と"')}\r${line(2, '"a\nb"')}\r\n\r\n`
    expect(read(Buffer.from(text)).rows).toHaveLength(2)
    expect(told(Buffer.from(text.replace('2,PAYGENT', 'x,PAYGENT')))).toEqual(['4 注文番号 digits'])
  })
})

/** PHP's fputcsv: a quote is doubled unless the byte before it is a backslash, be it half of a character or not. */
function putByPhp(cells: readonly string[]): Buffer {
  const line = cells.map((cell) => {
    const bytes = iconv.encode(cell, 'cp932').toString('latin1')
    if (!/[," \n\r\t\\]/.test(bytes)) return bytes
    let escaped = false
    const written = Array.from(bytes, (byte) => {
      const single = byte !== '"' || escaped
      escaped = byte === '\\'
      return single ? byte : '""'
    })
    return `"${written.join('')}"`
  })
  return Buffer.from(`${line.join(',')}\n`, 'latin1')
}

test('whatever PHP makes of memos, an order has its own values or the file is refused', () => {
  const memo = fc.string({ unit: fc.constantFrom('表', '能', '"', ',', ' ', '\n', '1', '山', '\\'), maxLength: 6 })
  const order = fc.record({ memo, wish: memo, name: memo, total: fc.integer({ min: 1, max: 9 }) })
  const header = ['注文番号', 'SHOPメモ', 'お支払い合計', '要望等', '支払い方法', '顧客名1', '対応状況']
  let [taken, refused] = [0, 0]
  const property = fc.property(fc.array(order, { minLength: 1, maxLength: 4 }), (orders) => {
    const lines = orders.map(({ memo: note, wish, name, total }, index) =>
      putByPhp([String(index + 1), note, String(total), wish, 'PAYGENTクレジット', name, '1']),
    )
    let rows: ParsedCsv['rows']
    try {
      rows = read(Buffer.concat([putByPhp(header), ...lines])).rows
    } catch (error) {
      if (!(error instanceof CsvFault)) throw error
      refused += 1
      return
    }
    taken += 1
    expect(rows.map(({ orderId, totalYen }) => [orderId, totalYen])).toEqual(
      orders.map(({ total }, index) => [String(index + 1), total]),
    )
  })
  fc.assert(property, { seed: 20_091_123, numRuns: 3_000 })
  expect(Math.min(taken, refused)).toBeGreaterThan(100)
})

describe('lines of other methods', () => {
  test('are counted, whatever else is in them', () => {
    const bytes = windows(
      '注文番号,支払い方法,お支払い合計,対応状況,注文日時',
      '1,PAYGENTクレジット,1733,1,2026-11-20 10:00:00',
      '2,,x,99,昨日',
      'x,銀行振込,,,',
      '3,NULL,1,1,',
    )
    const { rows, others } = read(bytes)
    expect(rows).toHaveLength(1)
    expect(others).toEqual([
      { orderId: '2', method: '' },
      { orderId: null, method: '銀行振込' },
      { orderId: '3', method: '' },
    ])
  })

  test('that the shop has named are ours, with their carrier', () => {
    const bytes = utf8(
      'order_id,method,carrier,total,payment_id',
      '1,d払い,,1,9',
      '2,キャリア決済,au,1,8',
      '3,ｄ払い,docomo,1,7',
      '4,銀行振込,au,x,y',
    )
    const { rows, warnings } = read(bytes, RENAMED)
    expect(rows.map(({ method, carrier }) => [method, carrier])).toEqual([
      ['carrier', 'docomo'],
      ['carrier', 'au'],
      ['carrier', 'docomo'],
    ])
    expect(warnings.unmatchedMethods).toEqual(['クレジットカード決済'])
    const otherwise = utf8(
      'order_id,method,carrier,total,payment_id',
      '1,d払い,au,1,9',
      '2,クレジットカード決済,au,1,8',
    )
    expect(told(otherwise, RENAMED)).toEqual(['2 carrier carrier-of-method', '3 carrier carrier-of-credit'])
  })
})

describe('cells that say nothing', () => {
  test('NULL, dates of zeros and 未発送', () => {
    const bytes = utf8(
      'order_id,method,total,payment_id,trading_id,carrier,kind,payment_status,held_amount,ordered_at,shipped_at,order_status,customer_name',
      '1,credit,1,NULL,null,\\N,NULL,NULL,NULL,0000-00-00 00:00:00,未発送,NULL,Null',
      '2,credit,1,9,,,,,,NULL,-0001-11-30 00:00:00,,',
    )
    const { rows } = read(bytes)
    expect(rows[0]).toEqual({
      orderId: '1',
      method: 'credit',
      totalYen: 1,
      carrier: null,
      paymentId: null,
      status: null,
      tradingId: '1',
      kind: '',
      listedAmountYen: null,
      shippedAt: null,
      customerName: 'Null',
      orderStatus: '',
    })
    expect(rows[1]).toMatchObject({ paymentId: '9', shippedAt: null })
    expect(rows[1]).not.toHaveProperty('orderedAt')
  })

  test('where a value is needed they are empty, and shown as they are', () => {
    expect(faults(utf8('order_id,method,total,payment_id', '1,credit,NULL,9'))).toEqual([
      { line: 2, column: 'total', value: 'NULL', why: 'empty' },
    ])
  })
})

describe('payment ids that Excel may have rounded', () => {
  const file = (...ids: readonly string[]) =>
    utf8('受注番号,支払方法,お支払い合計,決済ID', ...ids.map((id, index) => `${index + 1},credit,1,${id}`))
  const REAL = '123456789012345678'
  const ROUND = '123456789012345000'

  test('are a warning among others', () => {
    expect(read(file(ROUND, REAL, '987654321098765000', '123456789012347000')).warnings.rounded).toEqual([
      { orderId: '1', paymentId: ROUND },
      { orderId: '3', paymentId: '987654321098765000' },
      { orderId: '4', paymentId: '123456789012347000' },
    ])
    expect(read(file(ROUND, '987654321098765000', '12345')).warnings.rounded).toHaveLength(2)
    expect(read(file('1000', '12000', '123000')).warnings.rounded).toEqual([])
  })

  test('are refused where every one of three or more is such', () => {
    const bad = faults(file(ROUND, '12345', '987654321098765000', '', '123456789012347000'))
    expect(bad).toEqual([
      { line: 2, column: '決済ID', value: ROUND, why: 'excel-rounded' },
      { line: 4, column: '決済ID', value: '987654321098765000', why: 'excel-rounded' },
      { line: 6, column: '決済ID', value: '123456789012347000', why: 'excel-rounded' },
    ])
  })

  test('of other methods do not count', () => {
    const bytes = utf8('order_id,method,total,payment_id', ...[1, 2, 3].map((id) => `${id},銀行振込,1,${ROUND}`))
    expect(read(bytes).warnings.rounded).toEqual([])
  })
})

const CASES = new URL('../../../shared/cases/', import.meta.url)
const there = existsSync(CASES)
if (!there) process.stderr.write('SKIPPED: ../shared/cases is not there, the field’s own files were not read\n')

describe.skipIf(!there)('the files of the field', () => {
  const file = (name: string) => readFileSync(new URL(name, CASES))
  const seen = (name: string, names?: MethodNames) => {
    const { rows, others } = read(file(name), names)
    return [
      rows.map(({ orderId, totalYen, orderStatus }) => [orderId, totalYen, orderStatus]),
      others.map(({ orderId, method }) => [orderId, method]),
    ]
  }

  test('01: an order that is paid otherwise now', () => {
    expect(seen('01-card-order.csv')[1]).toEqual([])
    expect(seen('01-now-cash-on-delivery.csv')).toEqual([[['952', 500, '発送済み']], [['951', '代金引換']]])
  })

  test('02: EC-CUBE 4, and other names of 対応状況', () => {
    const { rows } = read(file('02-eccube4-order.csv'), RENAMED)
    expect(rows).toMatchObject([
      { orderId: '501', customerName: '青山 花子', method: 'credit', totalYen: 5600, shippedAt: null },
      { orderId: '502', method: 'carrier', totalYen: 1733, shippedAt: '2024-03-01T09:00:00+09:00' },
      { orderId: '503', orderStatus: '注文取消し', totalYen: 800 },
    ])
    expect(rows.map(({ orderStatus }) => orderStatus)).toEqual(['新規受付', '発送済み', '注文取消し'])
    expect(read(file('02-eccube4-order.csv')).others).toHaveLength(3)
    expect(seen('02-status-headers.csv')[0]).toEqual([['852', 1733, '注文取消し']])
  })

  test('05, 11: two encodings, and a file that was cut off', () => {
    expect(told(file('05-mixed-encodings.csv'))).toEqual(['3 mixed-encodings'])
    expect(told(file('11-cut-off.csv'))).toEqual(['3 cut-off'])
    expect(seen('11-whole.csv')[0]).toHaveLength(2)
  })

  test('06, 07: a quote that PHP left single, and an order without a method', () => {
    expect(seen('06-eccube2-unclosed-quote.csv')).toEqual([
      [
        ['3101', 5600, '新規受付'],
        ['3102', 1733, '新規受付'],
      ],
      [],
    ])
    expect(seen('07-eccube2-no-method.csv')).toEqual([[['3101', 5600, '新規受付']], [['3106', '']]])
  })

  test('08, 09, 10: renamed methods, no shipping column, and 2009', () => {
    expect(seen('08-renamed-methods.csv')[0]).toEqual([])
    expect(seen('08-renamed-methods.csv', RENAMED)[1]).toEqual([['953', '代金引換']])
    for (const row of read(file('09-no-shipped-column.csv')).rows) expect(row).not.toHaveProperty('shippedAt')
    expect(read(file('10-eccube2-of-2009.csv')).rows).toMatchObject([
      { orderId: '852', customerName: '青山 花子', orderStatus: '入金待ち', orderedAt: '2009-06-19T11:50:00+09:00' },
      { orderId: '864', method: 'credit', orderStatus: '発送済み' },
    ])
  })
})
