// Tests the meaning of the shop's 対応状況: a closed list, and the shop's setting for its own names.
import { describe, expect, it } from 'vitest'
import {
  comparedStatus,
  entryText,
  isOfStatus,
  isShipped,
  MEANINGS,
  meansShipped,
  parseStatus,
  parseStatuses,
  readStatus,
} from '../../src/domain/order-status.js'

function meaningOf(text: string, setting = ''): string {
  const said = parseStatuses(setting)
  if (said === null) throw new Error(`no setting: ${setting}`)
  const reading = readStatus(text, said)
  return 'by' in reading ? `cancelled by ${reading.by}` : reading.meaning
}

describe('without a setting', () => {
  it.each([
    [
      'sell',
      ['新規受付', '入金待ち', '入金済み', '取り寄せ中', '対応中', '発送済み', ' 発送済み　', '1', '2', '4', '5', '6'],
    ],
    ['sell', ['01', '５', '5.0', '5:発送済み', '５：発送済み', '05: 発送済み', '10:入金済み']],
    ['unfinished', ['決済処理中', '購入処理中', '7', '8', '08', '８', '7:決済処理中', '決済処理中　']],
    [
      'cancelled by name',
      ['キャンセル', 'ｷｬﾝｾﾙ', '注文取消し', '返品', '3:キャンセル', '3：ｷｬﾝｾﾙ', '03:注文取消し', '8:返品'],
    ],
    ['cancelled by number', ['3', '03', '３', '9', '3.0', ' 3 ']],
    ['cancelled by gone', ['削除済み']],
    [
      'cancelled by parts',
      ['キャンセル済み', '注文キャンセル', '取消', '返品済み', '返金済み', '返品受付', '出荷後キャンセル'],
    ],
    [
      'cancelled by parts',
      [
        'ｷｬﾝｾﾙ待ち',
        'ｷﾔﾝｾﾙ',
        'キヤンセル',
        '取り消し',
        '取　消',
        '取り消し依頼',
        '一部返金',
        '3:キャンセル済み',
        '10:返品受付',
      ],
    ],
    [
      'unknown',
      [
        '',
        ' ',
        '　',
        '0',
        '10',
        '11',
        '33',
        '店舗保留',
        '出荷準備中',
        '3:お取り置き',
        '8:出荷準備中',
        '-',
        ':',
        '3:',
        'null',
      ],
    ],
  ] satisfies [string, string[]][])('%s', (expected, texts) => {
    for (const text of texts) expect([text, meaningOf(text)]).toEqual([text, expected])
  })
})

describe('with the shop’s own word', () => {
  const SETTING = '8=返品受付:cancelled,店舗保留:hold,出荷準備中:sell,-:sell'
  it.each([
    ['8', 'cancelled by setting'],
    ['返品受付', 'cancelled by setting'],
    ['8:返品受付', 'cancelled by setting'],
    ['10:返品受付', 'cancelled by setting'],
    ['店舗保留', 'hold'],
    [' 店舗保留　', 'hold'],
    ['12:店舗保留', 'hold'],
    ['出荷準備中', 'sell'],
    ['', 'sell'],
    ['　', 'sell'],
    ['10', 'unknown'],
    ['返品受付済み', 'cancelled by parts'],
    ['キャンセル', 'cancelled by name'],
    ['新規受付', 'sell'],
  ])('%s is %s', (text, expected) => expect(meaningOf(text, SETTING)).toBe(expected))

  it.each([
    // The exact entry wins over the parts, and over the standard list where it keeps from selling.
    ['キャンセル待ち:sell', 'キャンセル待ち', 'sell'],
    ['新規受付:hold', '新規受付', 'hold'],
    ['1:hold', '新規受付', 'hold'],
    ['5=出荷済:hold', '発送済み', 'hold'],
    ['4=店舗保留:hold', '対応中', 'hold'],
    ['4=店舗保留:hold', '取り寄せ中', 'hold'],
    // The name beats the number.
    ['取り寄せ中:sell,4=店舗保留:hold', '取り寄せ中', 'sell'],
    ['8=返品受付:cancelled', '8:出荷準備中', 'unknown'],
    ['8:cancelled', '8:出荷準備中', 'cancelled by setting'],
    // The shop's own 8 or 3 may be sold under its own name, never under EC-CUBE's.
    ['8=出荷準備中:sell', '8', 'sell'],
    ['8=出荷準備中:sell', '購入処理中', 'unfinished'],
    ['3=お取り置き:sell', 'キャンセル', 'cancelled by name'],
    ['9:hold', '返品', 'hold'],
    ['010:sell', '10', 'sell'],
    ['１０＝x：sell', 'unused', 'unknown'],
    ['ｼｮｯﾌﾟ保留:hold', 'ショップ保留', 'hold'],
    ['A，B:sell', 'A,B', 'sell'],
    ['3:お取り置き:sell', '3:お取り置き', 'sell'],
    [' 店舗保留 : hold , ', '店舗保留', 'hold'],
  ])('%s: %s is %s', (setting, text, expected) => expect(meaningOf(text, setting)).toBe(expected))

  it.each([
    'キャンセル:sell',
    'ｷｬﾝｾﾙ:sell',
    '注文取消し:sell',
    '返品:sell',
    '削除済み:sell',
    '決済処理中:sell',
    '購入処理中:sell',
    '3=キャンセル:sell',
    '10=キャンセル:sell',
    '3:sell',
    '03:sell',
    '7:sell',
    '8:sell',
    '9:sell',
    '店舗保留',
    '店舗保留:',
    '店舗保留:send',
    ':sell',
    '=x:sell',
    '8=:sell',
    '8=-:sell',
    '店舗保留:hold,店舗保留:sell',
    '8=返品受付:cancelled,8:hold',
    '-:sell,-:hold',
  ])('%s is refused', (setting) => expect(parseStatuses(setting)).toBeNull())

  it('an empty setting says nothing', () => {
    expect(parseStatuses('')).toEqual([])
    expect(parseStatuses(' , ')).toEqual([])
  })
})

describe('the entry to paste', () => {
  it.each([
    '店舗保留',
    '',
    '10',
    '10:返品受付',
    'a,b',
    '50%OFF "A"',
    "it's $5 #1",
    '2回目:発送',
    '8=x',
    '３：お取り置き',
  ])('%s means then what is set', (text) => {
    for (const meaning of MEANINGS) {
      const entry = entryText(text, meaning)
      expect(entry).not.toMatch(/[,"'$`\\#]/)
      expect(parseStatuses(entry)).not.toBeNull()
      expect(meaningOf(text, entry).replace(' by setting', '')).toBe(meaning)
    }
  })
})

describe('shipped by its name', () => {
  it.each(['発送済み', '5', '05', '５', '5:発送済み', '11:発送済み', '発送済み　'])('%s', (text) =>
    expect(meansShipped(text)).toBe(true),
  )
  it.each(['', '発送済', '4', '15', '5:出荷待ち', '新規受付', '発送済み一部'])('not %s', (text) =>
    expect(meansShipped(text)).toBe(false),
  )
})

describe('an order counts as shipped', () => {
  it.each([
    ['by its date', '2026-11-21T09:00:00+09:00', true, '新規受付', true],
    ['by its date, whoever tells it', '2026-11-21T09:00:00+09:00', false, '新規受付', true],
    ['by its name where the source has no date', null, false, '発送済み', true],
    ['not by its name where the source has dates', null, true, '発送済み', false],
    ['not without date and name', null, false, '新規受付', false],
  ])('%s', (_, shippedAt, shippingTold, orderStatus, expected) => {
    expect(isShipped({ shippedAt, shippingTold, orderStatus })).toBe(expected)
  })
})

describe('an order is of the 対応状況 that is named', () => {
  it.each([
    ['発送済み', '発送済み'],
    ['発送済み', ' 発送 済み'],
    ['5:発送済み', '発送済み'],
    ['発送済み', '5:発送済み'],
    ['10:発送済み', '5:発送済み'],
    ['発送済み', '5'],
    ['5', '発送済み'],
    ['5', '05'],
    ['5.0', '５'],
    ['5:出荷済', '5'],
    ['キャンセル', '3'],
    ['注文取消し', '3'],
    ['3', '注文取消し'],
    ['返品', '9'],
    ['', '-'],
    ['-', '-'],
    ['10', '10'],
  ])('%j is %j', (orderStatus, wanted) => expect(isOfStatus(orderStatus, wanted)).toBe(true))

  it.each([
    ['発送済み', '新規受付'],
    ['発送済み', '発送'],
    ['発送済み', '4'],
    ['5', '4'],
    ['5', '新規受付'],
    ['5:出荷済', '発送済み'],
    ['10', '発送済み'],
    ['10:店舗保留', '11'],
    ['', '5'],
    ['', '発送済み'],
    ['5', '-'],
    ['発送済み', '-'],
    ['新規受付', '99'],
  ])('%j is not %j', (orderStatus, wanted) => expect(isOfStatus(orderStatus, wanted)).toBe(false))
})

describe('a 対応状況 is taken apart', () => {
  it.each([
    ['3', '3', null],
    ['03', '3', null],
    ['3.0', '3', null],
    ['3.000', '3', null],
    ['0', '0', null],
    ['a3', null, 'a3'],
    ['3a', null, '3a'],
    ['3.5', null, '3.5'],
    ['3.0a', null, '3.0a'],
    ['3:キャンセル', '3', 'キャンセル'],
    ['003:キャンセル', '3', 'キャンセル'],
    ['a3:キャンセル', null, 'a3:キャンセル'],
    ['3:a:b', '3', 'a:b'],
    ['3:', null, '3:'],
    ['', null, ''],
    ['-', null, ''],
    ['発 送　済\u200bみ', null, '発送済み'],
  ])('%j', (text, number, name) => expect(parseStatus(text)).toEqual({ number, name }))

  it('without any characters that are not drawn', () => {
    expect(comparedStatus(' a \t\u0000\u200b\n b\u00ad\u00adc ')).toBe('abc')
  })
})

describe('an entry of the setting', () => {
  it.each([
    ['店舗保留:hold', null, '店舗保留', 'hold'],
    ['10:hold', '10', null, 'hold'],
    ['10=い:hold', '10', 'い', 'hold'],
    [' 010 = い : hold ', '10', 'い', 'hold'],
    ['10=い\nろ:hold', '10', 'いろ', 'hold'],
    ['10=20:hold', '10', '20', 'hold'],
    ['a10=い:hold', null, 'a10=い', 'hold'],
    ['い=ろ:hold', null, 'い=ろ', 'hold'],
    ['い10=ろ:hold', null, 'い10=ろ', 'hold'],
    ['10い=ろ:hold', null, '10い=ろ', 'hold'],
    ['-:unfinished', null, '', 'unfinished'],
    ['a:b:sell', null, 'a:b', 'sell'],
    ['a：sell', null, 'a', 'sell'],
    ['3=い:sell', '3', 'い', 'sell'],
    ['キャンセル:cancelled', null, 'キャンセル', 'cancelled'],
  ])('%j', (text, number, name, meaning) => expect(parseStatuses(text)).toEqual([{ number, name, meaning }]))

  it.each(['hold', ':hold', '：hold', '=い:hold', '10=:hold', '10=-:hold', '10==い:hold'])('%j is none', (text) =>
    expect(parseStatuses(text)).toBeNull(),
  )

  it('may stand twice with one meaning, and beside entries that have nothing in common with it', () => {
    expect(parseStatuses('い:hold,い:hold')).toHaveLength(2)
    expect(parseStatuses('10=い:hold,10=ろ:hold')).toHaveLength(2)
    expect(parseStatuses('い:hold,ろ:sell,10:hold,11:sell,-:cancelled')).toHaveLength(5)
    expect(parseStatuses('10=い:hold,11=い:sell')).toBeNull()
  })

  it.each([
    ['10:い', '10=い:hold'],
    ['い', 'い:hold'],
    ['10', '10:hold'],
    ['', '-:hold'],
    ['-', '-:hold'],
    ['a,b', 'a，b:hold'],
    ['10:a=b', '10=a＝b:hold'],
  ])('for %j is pasted as %j', (orderStatus, entry) => expect(entryText(orderStatus, 'hold')).toBe(entry))
})

it('more readings than are kept are still read', () => {
  const setting = parseStatuses('店1005:hold') ?? []
  for (let index = 0; index < 2_100; index += 1) {
    expect(readStatus(`店${index}`, setting).meaning).toBe(index === 1005 ? 'hold' : 'unknown')
  }
  expect(readStatus('店1005', setting).meaning).toBe('hold')
})
