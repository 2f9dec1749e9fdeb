import { CsvFault, parseOrdersCsv } from '../../src/mirror/csv/csv.js'
import { splitCsv } from '../../src/mirror/csv/lines.js'
import type { BadLine } from '../../src/mirror/csv/values.js'
import { seeded } from '../seed.js'
import { parse as strictCells } from 'csv-parse/sync'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { constants } from 'node:buffer'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const FILE = { path: 'orders.csv', methodNames: new Map() }
const parse = (text: string) => parseOrdersCsv(Buffer.from(text), FILE)

function badOf(bytes: string | Buffer): readonly BadLine[] {
  try {
    parseOrdersCsv(Buffer.from(bytes), FILE)
  } catch (error) {
    if (error instanceof CsvFault) return error.bad
    throw error
  }
  throw new Error('nothing was wrong')
}

const MINIMAL = 'order_id,method,total,payment_id\n'

describe('the file', () => {
  const text = '受注番号,支払方法,購入金額(円),決済ID,顧客名\r\n852,PAYGENTキャリア,1,9852,髙橋 ①子\r\n'
  const expected = {
    rows: [
      {
        orderId: '852',
        method: 'carrier',
        totalYen: 1,
        carrier: null,
        paymentId: '9852',
        status: null,
        customerName: '髙橋 ①子',
      },
    ],
    others: [],
    warnings: { rounded: [], unmatchedMethods: [] },
  }
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with BOM', Buffer.from(`\uFEFF${text}`)],
    ['UTF-8 with BOM before a quote', Buffer.from(`\uFEFF${text.replace('受注番号', '"受注番号"')}`)],
    ['Windows-31J', iconv.encode(text, 'cp932')],
    ['LF', Buffer.from(text.replaceAll('\r\n', '\n'))],
    ['CR', Buffer.from(text.replaceAll('\r\n', '\r'))],
    ['empty lines', Buffer.from(`\n${text.replaceAll('\r\n', '\r\n\r\n')},,,,\r\n`)],
  ])('%s', (_, bytes) => {
    expect(parseOrdersCsv(bytes, FILE)).toEqual(expected)
  })

  test.each([
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le'), 'utf-16'],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(), 'utf-16'],
    ['UTF-16 without its mark', Buffer.from(text, 'utf16le'), 'utf-16'],
    ['ISO-2022-JP', Buffer.from('\x1B$BCm\x1B(B,method,total\r\n', 'latin1'), 'iso-2022-jp'],
    ['more than a text can hold', Buffer.alloc(constants.MAX_STRING_LENGTH + 1), 'too-large'],
    ['a workbook', Buffer.from('PK\x03\x04\x14\0', 'latin1'), 'xlsx'],
    ['an old workbook', Buffer.from('\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1', 'latin1'), 'xlsx'],
    ['a page', Buffer.from('\uFEFF\n<!DOCTYPE html><html></html>'), 'html'],
    ['a page in another encoding', iconv.encode('<HTML><title>ログイン</title>', 'eucjp'), 'html'],
    ['semicolons', Buffer.from(text.replaceAll(',', ';')), 'semicolon'],
    ['tabs and quotes', Buffer.from(text.replaceAll(',', '\t').replace('受注番号', '"受注番号"')), 'tab'],
    ['a hint for Excel', Buffer.from(`sep=,\r\n${text}`), 'sep-line'],
    ['a hint for Excel in quotes', Buffer.from(`\uFEFF"SEP=;"\r\n${text.replaceAll(',', ';')}`), 'sep-line'],
    ['a header alone, and that cut off', Buffer.from('order_id,method'), 'cut-off'],
    ['noise', Buffer.from([0x81, 0x20, 0xff, 0xfd, 0x80, 0x0a]), 'encoding'],
    ['nothing', Buffer.from(''), 'no-header'],
    ['blank lines', Buffer.from('\n\n'), 'no-header'],
  ])('%s is told as a whole', (_, bytes, why) => {
    expect(badOf(bytes)).toEqual([{ line: 1, column: '', value: '', why }])
  })

  test('quotes that do not close are told with their line', () => {
    expect(badOf(`${MINIMAL}1,credit,1,9\n2,"credit,1,9\n`)).toMatchObject([{ line: 3, why: 'quotes' }])
  })

  test('each of very many lines with wrong quotes is told', () => {
    const bad = badOf(`${MINIMAL}${'1,"credit"x,1\n'.repeat(150_000)}`)
    expect([bad.length, bad.at(-1)]).toMatchObject([150_000, { line: 150_001, why: 'quotes' }])
  })

  test('a last line without its end is named, in any encoding, even in the middle of a character', () => {
    const bytes = Buffer.from(text.trimEnd())
    for (const cut of [bytes, bytes.subarray(0, -1), iconv.encode(text.trimEnd(), 'cp932')])
      expect(badOf(cut)).toEqual([{ line: 2, column: '', value: '', why: 'cut-off' }])
    expect(badOf('order_id,method,total,payment_id\r\n1,credit,1,"a\r\n9')).toMatchObject([{ line: 3, why: 'cut-off' }])
  })

  test('lines in two encodings are refused, those of the lesser named', () => {
    const windows = (line: string) => iconv.encode(line, 'cp932')
    const [header = '', line = ''] = text.split(/(?<=\n)/)
    const bad = (...parts: readonly Uint8Array[]) =>
      badOf(Buffer.concat(parts)).map(({ line: number, why }) => [number, why])
    const utf8 = Buffer.from(line)
    const own = Buffer.from('order_id,method,total,payment_id,customer_name\n')
    // The header's encoding is the file's, however many lines have the other one.
    expect(bad(Buffer.from(header), windows(line), windows(line))).toEqual([
      [2, 'mixed-encodings'],
      [3, 'mixed-encodings'],
    ])
    expect(bad(windows(header), windows(line), utf8, utf8)).toEqual([
      [3, 'mixed-encodings'],
      [4, 'mixed-encodings'],
    ])
    expect(bad(own, windows(line), windows(line), utf8)).toEqual([[4, 'mixed-encodings']])
    expect(bad(own, utf8, windows(line))).toEqual([[3, 'mixed-encodings']])
    expect(bad(Buffer.from('\uFEFF'), own, windows(line), windows(line), utf8)).toHaveLength(2)
    // A character that was cut in two is of no encoding.
    expect(bad(Buffer.from(header), utf8, Buffer.from([0xe3, 0x81, 0x0a]))).toEqual([[3, 'mixed-encodings']])
  })

  test('half-width kana of Windows-31J that could be letters of UTF-8 are kana', () => {
    const line = '1,PAYGENTクレジット,1,9,\uFF83\uFF68\r\n2,credit,1,8,\uFF83\uFF68\r\n'
    const bytes = iconv.encode(`order_id,method,total,payment_id,customer_name\r\n${line}`, 'cp932')
    const names = parseOrdersCsv(bytes, FILE).rows.map(({ customerName }) => customerName)
    expect(names).toEqual(['\uFF83\uFF68', '\uFF83\uFF68'])
  })

  test('the line with a character that no encoding has is named', () => {
    const bytes = Buffer.concat([
      iconv.encode('受注番号,支払方法,お支払い合計,決済ID\r\n1,credit,1,9\r\n', 'cp932'),
      Buffer.from([0x80, 0xa0, 0xff, 0x0d, 0x0a]),
    ])
    expect(badOf(bytes)).toEqual([{ line: 3, column: '', value: '', why: 'encoding' }])
  })

  test('lines are counted as an editor counts them, line breaks in quotes and all', () => {
    const name = 'customer_name,order_id,method,total,payment_id\r\n'
    const bad = badOf(`${name}"a\r\nb\nc",1,credit,1,9\r\n\r\nx,2,credit,x,9\r\ny,3,credit,y,9\r\n`)
    expect(bad.map(({ line, value }) => [line, value])).toEqual([
      [6, 'x'],
      [7, 'y'],
    ])
  })

  test('its cells are those that a strict reader finds, whatever is in quotes', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '山', '"', ',', '\n', '\r\n', '\r', ' ', '\\'), maxLength: 5 })
    const cell = fc.record({ text, quoted: fc.boolean() }).map((one) => {
      const quotes = one.quoted || /[",\r\n]/.test(one.text)
      return quotes ? `"${one.text.replaceAll('"', '""')}"` : one.text
    })
    const record = fc.tuple(fc.array(cell, { minLength: 1, maxLength: 4 }), fc.constantFrom('\n', '\r\n', '\r'))
    seeded(
      fc.property(fc.array(record, { maxLength: 5 }), (records) => {
        const csv = records.map(([cells, end]) => cells.join(',') + end).join('')
        const split = splitCsv(csv)
        const found = strictCells(csv, {
          relax_column_count: true,
          record_delimiter: ['\r\n', '\n', '\r'],
        }) as string[][]
        expect(split.ok && [...split.lines].map(({ cells }) => cells)).toEqual(
          found.filter((cells) => cells.some((one) => one.trim() !== '')),
        )
      }),
      1_000,
    )
  })
})

describe('the header', () => {
  test('columns stand in any order and unknown ones are ignored', () => {
    const { rows } = parse('備考,決済ID,お支払い合計,支払い方法,注文番号\nx,9,"1,733",PAYGENTクレジット,0852\n')
    expect(rows).toEqual([
      { orderId: '852', method: 'credit', totalYen: 1733, carrier: null, paymentId: '9', status: null },
    ])
  })

  test.each([
    ['支払い方法', '注文番号'],
    ['支払方法', '受注番号'],
    ['METHOD', ' Order_ID '],
  ])('%s, %s', (method, order) => {
    expect(parse(`${method},${order},total,trading_id\ncredit,1,1,t\n`).rows).toHaveLength(1)
  })

  test('every other name', () => {
    const header =
      'order_id,method,total,受注日,顧客名,キャリア,オーソリ金額,発送日,対応状況,取引ID,決済ID,決済ステータス,電文種別'
    const { rows } = parse(`${header}\n1,carrier,1,2009/06/30 23:11,佐藤,au,2,2009/07/01,入金待ち,t1,9,40,101\n`)
    expect(rows).toEqual([
      {
        orderId: '1',
        method: 'carrier',
        totalYen: 1,
        orderedAt: '2009-06-30T23:11:00+09:00',
        customerName: '佐藤',
        carrier: 'au',
        listedAmountYen: 2,
        shippedAt: '2009-07-01T00:00:00+09:00',
        orderStatus: '入金待ち',
        tradingId: 't1',
        paymentId: '9',
        status: '40',
        kind: '101',
      },
    ])
  })

  test('お支払い合計 is what is sent, 購入金額(円) only where it is absent', () => {
    const both = parse('order_id,method,購入金額（円）,お支払い合計,payment_id\n1,credit,5250,5000,9\n')
    expect(both.rows[0]?.totalYen).toBe(5000)
    const one = parse('order_id,method,購入金額（円）,payment_id\n1,credit,5250,9\n')
    expect(one.rows[0]?.totalYen).toBe(5250)
  })

  test('the name in two parts', () => {
    const { rows } = parse(
      'order_id,method,total,payment_id,お名前(姓),お名前(名)\n1,credit,1,9,佐藤,花子\n2,credit,1,8,,花子\n',
    )
    expect(rows.map(({ customerName }) => customerName)).toEqual(['佐藤 花子', '花子'])
  })

  test('all missing columns are named', () => {
    expect(badOf('顧客名\n佐藤\n').map(({ column, why }) => `${why} ${column}`)).toEqual([
      'missing-column order_id',
      'missing-column method',
      'missing-column total',
      'missing-column payment_id|trading_id',
    ])
  })

  test('the same column twice is not guessed at', () => {
    expect(badOf('order_id,method,total,total,payment_id\n')).toMatchObject([{ column: 'total', why: 'column-twice' }])
  })
})

describe('the lines', () => {
  test('an empty trading id is the order id, a column that is not there says nothing', () => {
    const { rows } = parse('order_id,method,total,trading_id\n0852,credit,1,\n')
    expect(rows[0]?.tradingId).toBe('852')
    expect(parse(`${MINIMAL}852,credit,1,\n`).rows[0]).not.toHaveProperty('tradingId')
  })

  test('other payment methods are skipped and counted, whatever else they hold', () => {
    const { rows, others } = parse(`${MINIMAL}1,代金引換,x,y\n2,credit,1,9\n3,PAYGENTコンビニ,,\n`)
    expect(rows.map(({ orderId }) => orderId)).toEqual(['2'])
    expect(others).toEqual([
      { orderId: '1', method: '代金引換' },
      { orderId: '3', method: 'PAYGENTコンビニ' },
    ])
  })

  test('further method names', () => {
    const methodNames = new Map([['クレジットカード決済', 'credit' as const]])
    const bytes = Buffer.from(`${MINIMAL}1,クレジットカード決済,1,9\n`)
    expect(parseOrdersCsv(bytes, { path: 'x', methodNames }).rows[0]?.method).toBe('credit')
  })

  test('every bad cell of every line is told, and nothing else happens', () => {
    const header = 'order_id,method,total,payment_id,carrier,payment_status,決済種別,電文種別\n'
    const lines = [
      'a,credit,1.5,1.23E+17,au,2,,x',
      '2,credit,1,9,,20,,',
      '0002,credit,1,9,,20,,',
      '3,credit,1,12345678901234567890,,20,,',
      '4,credit',
    ]
    const bad = badOf(`${header}${lines.join('\n')}\n`)
    expect(bad.flatMap(({ other }) => other ?? [])).toEqual([3])
    expect(bad.map(({ line, column, why }) => `${line} ${column} ${why}`)).toEqual([
      '2 order_id digits',
      '2 total yen',
      '2 payment_id excel-number',
      '2 payment_status status',
      '2 電文種別 kind',
      '2 carrier carrier-of-credit',
      '4 order_id order-twice',
      '5 payment_id too-long',
      '6  cells',
    ])
  })

  test('the fault names file, line, column and value, and never a card number', () => {
    try {
      parse(`${MINIMAL}1,credit,1,4111 1111 1111 1111\n2,credit,1,1.23E+17\n`)
    } catch (error) {
      expect(error).toMatchObject({
        code: 'csv-bad',
        exitCode: 2,
        params: {
          path: 'orders.csv',
          lines: ['2: payment_id "**** **** **** 1111" [digits]', '3: payment_id "1.23E+17" [excel-number]'],
        },
      })
      return
    }
    throw new Error('nothing was thrown')
  })

  test('the quote that keeps a spreadsheet from calculating is taken off', () => {
    const text = `customer_name,order_id,method,total,payment_id\n'=1+1,1,credit,1,9\n''@x,2,credit,1,8\n'x,3,credit,1,7\n`
    expect(parse(text).rows.map(({ customerName }) => customerName)).toEqual(['=1+1', "'@x", "'x"])
  })

  test('cells beyond the header only where they are empty', () => {
    expect(parse(`${MINIMAL}1,credit,1,9,,\n`).rows).toHaveLength(1)
    expect(badOf(`${MINIMAL}1,credit,1,733,9\n`)).toMatchObject([{ line: 2, value: '5/4', why: 'cells' }])
  })
})

describe('the shop’s own order file', () => {
  const own = '注文番号,支払い方法,お支払い合計,対応状況'
  const statuses = (text: string, statusNames = new Map<string, string>()) =>
    parseOrdersCsv(Buffer.from(text), { ...FILE, statusNames }).rows.map(({ orderStatus }) => orderStatus)

  test.each([
    ['in any order', '対応状況,お支払い合計,注文番号,支払い方法\n3,1,5,PAYGENTクレジット\n'],
    ['in other widths', '注文番号,支払い方法,お支払い合計 , 対応状況\n5,PAYGENTクレジット,1,３\n'],
    ['with more beside them', '会員ID,注文番号,支払い方法,合計,お支払い合計,対応状況\n1,5,PAYGENTクレジット,2,1,3\n'],
  ])('is known by its headers %s, and lacks the payment', (_, text) => {
    const { rows } = parse(text)
    expect(rows).toEqual([
      {
        orderId: '5',
        method: 'credit',
        carrier: null,
        totalYen: 1,
        orderStatus: 'キャンセル',
        paymentId: null,
        status: null,
      },
    ])
    expect(rows[0]).not.toHaveProperty('tradingId')
  })

  test.each([
    ['受注番号,支払い方法,お支払い合計,対応状況', 'missing-column payment_id|trading_id'],
    ['注文番号,支払方法,お支払い合計,対応状況', 'missing-column payment_id|trading_id'],
    ['注文番号,支払い方法,合計,対応状況', 'missing-item お支払い合計'],
    ['注文番号,お支払い合計,対応状況', 'missing-item 支払い方法'],
    ['支払い方法,お支払い合計,対応状況', 'missing-item 注文番号'],
    ['注文番号,お支払い合計,対応状況,決済ID', 'missing-item 支払い方法'],
    ['注文ID,支払方法(名称),対応状況(名称),合計', 'missing-item 支払合計'],
    ['注文ID,支払方法（ID）,対応状況（名称）,支払合計', 'missing-item 支払方法(名称)'],
    ['order_id,注文番号,支払い方法,お支払い合計,対応状況', 'missing-column payment_id|trading_id'],
    ['注文番号', 'missing-item 支払い方法,missing-item お支払い合計'],
  ])('%s: %s', (header, told) => {
    expect(badOf(`${header}\n`).map(({ line, column, why }) => `${line} ${why} ${column}`)).toEqual(
      told.split(',').map((one) => `1 ${one}`),
    )
  })

  test.each(['注文番号,支払い方法,お支払い合計', '注文ID,支払方法(名称),支払合計'])(
    '%s: nothing says of 対応状況',
    (header) => {
      const { rows } = parse(`${header}\n1,PAYGENTクレジット,300\n`)
      expect(rows).toHaveLength(1)
      expect(rows[0]).not.toHaveProperty('orderStatus')
    },
  )

  test('a number that it does not know stays as it is, unless it is named', () => {
    const text = `${own}\n1,PAYGENTクレジット,1,8\n2,PAYGENTキャリア,1,\n3,代金引換,1,8\n4,PAYGENTクレジット,1,6\n`
    expect(statuses(text)).toEqual(['8', '', '入金済み'])
    expect(statuses(text, new Map([['8', '返品']]))).toEqual(['返品', '', '入金済み'])
  })

  test('a name in the place of a number stands as it is', () => {
    expect(statuses(`${own}\n1,PAYGENTクレジット,1,キャンセル\n`)).toEqual(['キャンセル'])
  })

  test('in every other file a number is text, and stays', () => {
    expect(statuses('受注番号,支払方法,お支払い合計,対応状況,決済ID\n1,PAYGENTクレジット,1,3,9\n')).toEqual(['3'])
    expect(statuses('order_id,method,total,order_status,payment_id\n1,credit,1,8,9\n')).toEqual(['8'])
  })
})

const SHOP_FILE = new URL('../../../shared/eccube/eccube2-order.csv', import.meta.url)
const shopFile = existsSync(SHOP_FILE) ? readFileSync(SHOP_FILE) : null
if (shopFile === null)
  process.stderr.write('SKIPPED: ../shared/eccube is not there, the shop’s own file was not read\n')

describe.skipIf(shopFile === null)('the order file of EC-CUBE 2, 41 columns of Windows-31J', () => {
  const bytes = shopFile ?? Buffer.alloc(0)

  const text = iconv.decode(bytes, 'cp932')

  test('is read as it is: every line of ours, and nothing about the payment', () => {
    const { rows, others } = parseOrdersCsv(bytes, FILE)
    expect([rows.length, others.length]).toEqual([17, 2])
    expect(rows.find(({ orderId }) => orderId === '880')).toEqual({
      orderId: '880',
      orderedAt: '2009-07-07T10:10:10+09:00',
      customerName: '髙橋 健一',
      method: 'carrier',
      carrier: null,
      totalYen: 3780,
      shippedAt: null,
      orderStatus: '入金待ち',
      paymentId: null,
      status: null,
    })
    expect(rows.find(({ orderId }) => orderId === '868')?.totalYen).toBe(5000)
    expect(rows.find(({ orderId }) => orderId === '871')?.shippedAt).toBe('2009-07-07T15:00:00+09:00')
  })

  test('its cancelled and unfinished orders are known as such', () => {
    const { rows } = parseOrdersCsv(bytes, FILE)
    const of = (orderStatus: string) => rows.filter((row) => row.orderStatus === orderStatus).map((row) => row.orderId)
    expect([of('キャンセル'), of('決済処理中'), of('発送済み')]).toEqual([['867', '874'], ['876'], ['871']])
  })

  test('with the payment added by hand its numbers are still numbers of the shop', () => {
    const lines = text.trimEnd().split(/\r?\n/)
    const added = lines.map((line, index) => `${line},${index === 0 ? '決済ID' : `90${index}`}\r\n`).join('')
    const { rows } = parseOrdersCsv(iconv.encode(added, 'cp932'), FILE)
    expect(rows.find(({ orderId }) => orderId === '880')).toMatchObject({ paymentId: '903', orderStatus: '入金待ち' })
  })
})
