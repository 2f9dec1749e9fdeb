// Tests the meaning of the shop's 対応状況: a closed list, and the shop's setting for its own names.
import { describe, expect, it } from 'vitest'
import { entryText, MEANINGS, meansShipped, parseStatuses, readStatus } from '../../src/domain/order-status.js'

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
