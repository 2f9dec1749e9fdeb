import { maskCardNumbers } from '../../src/text/card-number.js'
import { MethodReader } from '../../src/mirror/csv/rows.js'
import {
  orderStatusReader,
  readCarrier,
  type CellReader,
  readKind,
  readOrderId,
  readPaymentId,
  readStatusCell,
  readTime,
  readTimeOrDate,
  readTradingId,
  readYen,
  readYenOrNone,
  type Why,
} from '../../src/mirror/csv/values.js'
import { describe, expect, test } from 'vitest'

/** `=> x` is the value x, `! why` a bad cell. */
function rules<Value>(
  name: string,
  reader: CellReader<Value>,
  cases: [string, { value: Value } | { why: Why }][],
): void {
  test.each(cases)(`${name}: %j`, (cell, expected) => {
    expect(reader(cell)).toEqual(expected)
  })
}

describe('the values of docs/interface.md#csv-in', () => {
  rules('order_id', readOrderId, [
    ['852', { value: '852' }],
    ['0852', { value: '852' }],
    [' 852 ', { value: '852' }],
    ['８５２', { value: '852' }],
    ['8５2', { value: '852' }],
    ['0', { value: '0' }],
    ['', { why: 'empty' }],
    ['85a', { why: 'digits' }],
    ['-852', { why: 'digits' }],
    ['852.0', { why: 'digits' }],
    ['1234567890123456', { why: 'too-long' }],
    ['000000000000000852', { value: '852' }],
    ['8.52E+02', { why: 'excel-number' }],
  ])
  rules('payment_id', readPaymentId, [
    ['', { value: null }],
    ['123456789012345678', { value: '123456789012345678' }],
    ['00123', { value: '123' }],
    ['0', { value: '0' }],
    ['000', { value: '0' }],
    ['０９００', { value: '900' }],
    ['1000', { value: '1000' }],
    ['1.23E+17', { why: 'excel-number' }],
    ['1.23457E17', { why: 'excel-number' }],
    ['1E+17', { why: 'excel-number' }],
    ['12 34', { why: 'digits' }],
    ['1,234', { why: 'digits' }],
    ['1234567890123456789', { why: 'too-long' }],
  ])
  rules('trading_id', readTradingId, [
    ['', { value: null }],
    ['0852', { value: '0852' }],
    ['A852_b', { value: 'A852_b' }],
    ['EC-931', { why: 'trading-id' }],
    ['a'.repeat(25), { value: 'a'.repeat(25) }],
    ['20091123_0000000000000852x1', { why: 'trading-id' }],
    ['注文852', { why: 'trading-id' }],
    ['a b', { why: 'trading-id' }],
    ['1.23E+17', { why: 'excel-number' }],
  ])
  rules('total', readYen, [
    ['1', { value: 1 }],
    ['0', { value: 0 }],
    ['1733', { value: 1733 }],
    ['1,733', { value: 1733 }],
    ['¥1,733', { value: 1733 }],
    ['￥１，７３３', { value: 1733 }],
    ['\\1,733', { value: 1733 }],
    ['1,733円', { value: 1733 }],
    ['1733.00', { value: 1733 }],
    ['1,234,567', { value: 1234567 }],
    ['', { why: 'empty' }],
    ['1733.5', { why: 'yen' }],
    ['1733.50', { why: 'yen' }],
    ['17,33', { why: 'yen' }],
    ['1733,000', { why: 'yen' }],
    ['-1', { why: 'yen' }],
    ['1.733E+3', { why: 'yen' }],
    ['$17', { why: 'yen' }],
    ['12345678901', { why: 'yen' }],
  ])
  rules('held_amount', readYenOrNone, [
    ['', { value: null }],
    ['6,300', { value: 6300 }],
    ['x', { why: 'yen' }],
  ])
  rules('ordered_at', readTime, [
    ['', { value: null }],
    ['2009/06/30 23:11', { value: '2009-06-30T23:11:00+09:00' }],
    ['2009/6/3 9:05', { value: '2009-06-03T09:05:00+09:00' }],
    ['2009/06/30 23:11:36', { value: '2009-06-30T23:11:36+09:00' }],
    ['2009-06-30 23:11:36.770931', { value: '2009-06-30T23:11:36+09:00' }],
    ['2009-06-30 23:11:36', { value: '2009-06-30T23:11:36+09:00' }],
    ['2009-06-30T23:11:36+09:00', { value: '2009-06-30T23:11:36+09:00' }],
    ['2009-06-30T23:11:36', { value: '2009-06-30T23:11:36+09:00' }],
    ['2009-06-30T14:11:36Z', { value: '2009-06-30T23:11:36+09:00' }],
    ['2009-06-30T14:11:36.999Z', { value: '2009-06-30T23:11:36+09:00' }],
    ['2009-06-30 14:11:36+00', { value: '2009-06-30T23:11:36+09:00' }],
    ['2009-06-30T10:11:36-0400', { value: '2009-06-30T23:11:36+09:00' }],
    ['2008-02-29 00:00:00', { value: '2008-02-29T00:00:00+09:00' }],
    ['2009-02-29 00:00:00', { why: 'date' }],
    ['2009/06/31 10:00', { why: 'date' }],
    ['2009/13/01 10:00', { why: 'date' }],
    ['2009/06/30 24:00', { why: 'date' }],
    ['2009/06/30 10:60', { why: 'date' }],
    ['2009/06/30', { why: 'date' }],
    ['30/06/2009 10:00', { why: 'date' }],
    ['40000.5', { why: 'date' }],
    ['昨日', { why: 'date' }],
    ['0000-00-00', { value: null }],
    ['0000-00-00 00:00:00', { value: null }],
    ['0000/00/00 0:00', { value: null }],
    ['-0001-11-30 00:00:00', { value: null }],
    ['0000-00-01', { why: 'date' }],
    ['0000-00-00 10:00:00', { why: 'date' }],
  ])
  rules('shipped_at', readTimeOrDate, [
    ['', { value: null }],
    ['2009/07/01', { value: '2009-07-01T00:00:00+09:00' }],
    ['2009-07-01 15:00:00', { value: '2009-07-01T15:00:00+09:00' }],
    ['2009/02/30', { why: 'date' }],
    ['未発送', { value: null }],
    [' 未発送 ', { value: null }],
    ['未出荷', { value: null }],
    ['0000-00-00 00:00:00.000000', { value: null }],
    ['未発送です', { why: 'date' }],
    ['発送済み', { why: 'date' }],
  ])
  rules('carrier', readCarrier, [
    ['', { value: null }],
    ['docomo', { value: 'docomo' }],
    ['AU', { value: 'au' }],
    ['softbank', { value: 'softbank' }],
    ['willcom', { why: 'carrier' }],
  ])
  rules('payment_status', readStatusCell, [
    ['', { value: null }],
    ['20', { value: '20' }],
    ['99', { value: '99' }],
    ['2', { why: 'status' }],
    ['020', { why: 'status' }],
    ['オーソリOK', { why: 'status' }],
  ])
  rules('kind', readKind, [
    ['', { value: '' }],
    ['020', { value: '020' }],
    ['0201', { value: '0201' }],
    ['0291', { value: '0291' }],
    ['103', { value: '103' }],
    ['21', { why: 'kind' }],
    ['094', { why: 'kind' }],
  ])
})

describe('payment methods', () => {
  const names = new Map([
    ['クレジットカード決済', 'credit'],
    ['キャリア決済', 'carrier'],
    ['ｄ払い', 'docomo'],
    ['au かんたん決済', 'au'],
    ['Paygentキャリア', 'softbank'],
  ] as const)
  test.each([
    ['credit', { method: 'credit', carrier: null }],
    ['PAYGENTクレジット', { method: 'credit', carrier: null }],
    ['ＰＡＹＧＥＮＴｸﾚｼﾞｯﾄ', { method: 'credit', carrier: null }],
    ['carrier', { method: 'carrier', carrier: null }],
    ['クレジットカード決済', { method: 'credit', carrier: null }],
    ['キャリア決済', { method: 'carrier', carrier: null }],
    [' d払い ', { method: 'carrier', carrier: 'docomo' }],
    ['AUかんたん決済', { method: 'carrier', carrier: 'au' }],
    // A name that the shop gives a meaning of its own has that one.
    ['PAYGENTキャリア', { method: 'carrier', carrier: 'softbank' }],
    ['PAYGENTコンビニ', null],
    ['クレジットカード', null],
    ['docomo', null],
    ['代金引換', null],
    ['', null],
  ] as const)('%j', (cell, expected) => {
    const methods = new MethodReader(names)
    expect([methods.read(cell), methods.read(cell)]).toEqual([expected, expected])
  })

  test('names that no line had are remembered', () => {
    const methods = new MethodReader(names)
    for (const cell of ['クレジットカード 決済', 'd払い', '代金引換']) methods.read(cell)
    expect(methods.unmatched()).toEqual(['キャリア決済', 'au かんたん決済', 'Paygentキャリア'])
  })
})

describe('対応状況', () => {
  const none = new Map<string, string>()
  const more = new Map([['8', '返品']])
  rules('of the shop’s own file', orderStatusReader(true, none), [
    ['1', { value: '新規受付' }],
    ['2', { value: '入金待ち' }],
    ['3', { value: 'キャンセル' }],
    ['4', { value: '取り寄せ中' }],
    ['5', { value: '発送済み' }],
    ['6', { value: '入金済み' }],
    ['7', { value: '決済処理中' }],
    ['３', { value: 'キャンセル' }],
    [' 3 ', { value: 'キャンセル' }],
    ['03', { value: 'キャンセル' }],
    ['3.0', { value: 'キャンセル' }],
    ['キャンセル', { value: 'キャンセル' }],
    ['発送準備', { value: '発送準備' }],
    ['', { value: '' }],
    ['　', { value: '　' }],
    ['0', { value: '0' }],
    ['8', { value: '8' }],
    ['33', { value: '33' }],
    ['-3', { value: '-3' }],
    ['3.5', { value: '3.5' }],
    ['3,', { value: '3,' }],
  ])
  rules('of the shop’s own file, with a number of its own', orderStatusReader(true, more), [
    ['8', { value: '返品' }],
    ['3', { value: 'キャンセル' }],
    ['9', { value: '9' }],
  ])
  rules('of another file', orderStatusReader(false, none), [
    ['3', { value: '3' }],
    ['8', { value: '8' }],
    ['', { value: '' }],
    [' 入金待ち ', { value: ' 入金待ち ' }],
  ])
  rules('of another file, with a number named', orderStatusReader(false, more), [
    ['8', { value: '返品' }],
    ['3', { value: '3' }],
  ])
})

describe('card numbers in free text', () => {
  test.each([
    ['4111111111111111', '************1111'],
    ['佐藤 4111-1111-1111-1111 様', '佐藤 ****-****-****-1111 様'],
    ['4111 1111 1111 1111', '**** **** **** 1111'],
    ['378282246310005', '***********0005'],
    ['4111111111111112', '4111111111111112'],
    ['09012345678', '09012345678'],
    ['佐藤 花子', '佐藤 花子'],
    ['', ''],
  ])('%j', (text, masked) => {
    expect(maskCardNumbers(text)).toBe(masked)
    expect(maskCardNumbers(masked)).toBe(masked)
  })
})
