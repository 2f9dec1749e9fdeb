// Tests the shop's names of the payment methods: docs/csv.md#payment-methods and
// docs/rules.md#the-payment-method-of-an-order-page.
import {
  METHOD_VALUES,
  type MethodNames,
  methodsSetting,
  type MethodTexts,
  type MethodValue,
  namesAnother,
  paidBy,
  type PaidBy,
  readMethodName,
  readMethodNames,
  skippedMethods,
  SPOKEN_NAMES,
} from '../../src/domain/method-names.js'
import { CARRIERS } from '../../src/domain/order.js'
import { describe, expect, it } from 'vitest'

const NONE: MethodNames = new Map()
const [CREDIT, CARRIER, DOCOMO, AU, SOFTBANK] = [
  paidBy('credit'),
  paidBy('carrier'),
  paidBy('docomo'),
  paidBy('au'),
  paidBy('softbank'),
]
const PAYERS: readonly (readonly [string, PaidBy])[] = [
  ['credit', CREDIT],
  ['a carrier that is not known', CARRIER],
  ['docomo', DOCOMO],
  ['au', AU],
  ['softbank', SOFTBANK],
]

describe('the values of a setting', () => {
  it('are the two methods and the three carriers', () => {
    expect(METHOD_VALUES).toEqual(['credit', 'carrier', 'docomo', 'au', 'softbank'])
  })

  it.each([
    ['credit', 'credit', null],
    ['carrier', 'carrier', null],
    ['docomo', 'carrier', 'docomo'],
    ['au', 'carrier', 'au'],
    ['softbank', 'carrier', 'softbank'],
  ] as const)('%s is paid by %s, of %s', (value, method, carrier) => {
    expect(paidBy(value)).toEqual({ method, carrier })
  })

  it('have the names by which staff call them, too', () => {
    expect(SPOKEN_NAMES).toEqual({
      credit: expect.arrayContaining(['クレジット', 'クレジットカード', 'カード', 'クレカ']),
      docomo: expect.arrayContaining(['ドコモ', 'd払い']),
      au: expect.arrayContaining(['エーユー', 'auかんたん決済']),
      softbank: expect.arrayContaining(['ソフトバンク', 'ソフトバンクまとめて支払い', 'ワイモバイル']),
    })
  })
})

describe('one NAME=VALUE', () => {
  it.each([
    ['d払い=docomo', 'd払い', 'docomo'],
    ['クレジットカード決済=credit', 'クレジットカード決済', 'credit'],
    [' キャリア決済 = carrier ', 'キャリア決済', 'carrier'],
    ['まとめて=ＳｏｆｔＢａｎｋ', 'まとめて', 'softbank'],
    ['まとめて=Soft Bank', 'まとめて', 'softbank'],
    ['a=b=au', 'a=b', 'au'],
  ])('%j is read', (text, name, value) => expect(readMethodName(text)).toEqual([name, value]))

  it.each([
    '',
    '=',
    'docomo',
    '=docomo',
    ' =docomo',
    'd払い',
    'd払い=',
    'd払い=paypay',
    'd払い:docomo',
    'docomo=d払い',
  ])('%j is refused', (text) => expect(readMethodName(text)).toBeNull())
})

describe('a setting of names', () => {
  it.each([
    ['d払い=docomo,クレジットカード決済=credit', 'd払い=docomo クレジットカード決済=credit'],
    [' d払い=docomo , ,au=au,', 'd払い=docomo au=au'],
    ['d払い=docomo,d払い=docomo', 'd払い=docomo'],
    ['d払い=docomo,Ｄ払い=docomo', 'd払い=docomo Ｄ払い=docomo'],
    ['', ''],
    [' , ', ''],
  ])('%j is read', (text, expected) => {
    const names = readMethodNames(text)
    expect([...(names ?? [['refused']])].map((pair) => pair.join('=')).join(' ')).toBe(expected)
  })

  it.each([
    'd払い',
    'd払い=docomo,au',
    'd払い=docomo,d払い=au',
    'd払い=docomo,Ｄ払い=au',
    'カード=credit,ｶｰﾄﾞ=carrier',
    'カード=credit,カ ー ド=carrier',
  ])('%j is refused', (text) => expect(readMethodNames(text)).toBeNull())
})

describe('the skipped methods', () => {
  const skipped = (...methods: readonly string[]) =>
    skippedMethods(methods.map((method) => ({ method }))).map(({ name, count }) => `${name} ${count}`)

  it('are counted by their name, the most frequent first', () => {
    expect(skipped('代引', ' 振込', '振込 ', '', '現金', '現金', '現金')).toEqual(['現金 3', '振込 2', ' 1', '代引 1'])
    expect(skipped()).toEqual([])
  })

  it('stand in one order where they are equally frequent', () => {
    expect(skipped('c', 'a', 'b')).toEqual(['a 1', 'b 1', 'c 1'])
    expect(skipped('b', 'c', 'a')).toEqual(['a 1', 'b 1', 'c 1'])
  })
})

/** The meaning of a text for an order that is paid so: as the first text of its page, and as a changed one. */
function meaningOf(text: string, paid: PaidBy, set: MethodNames = NONE): 'this' | 'another' | 'unclear' {
  if (namesAnother(text, {}, paid, set)) return 'another'
  return namesAnother(text, { agreed: 'as it was' }, paid, set) ? 'unclear' : 'this'
}

describe('a text that names the order’s own method', () => {
  const words: readonly (readonly [readonly MethodValue[], readonly string[]])[] = [
    [['credit'], ['クレジット', 'クレカ', 'カード', 'ｸﾚｼﾞｯﾄｶｰﾄﾞ決済', 'Credit', 'ＣＡＲＤ払い', 'PAYGENTクレジット']],
    [
      ['docomo', 'carrier'],
      [
        'd払い',
        'Ｄ払い',
        'キャリア決済（ドコモ・d払い）',
        'Paygent d払い',
        'NTT d払い',
        'ｽﾏﾎ決済d払い',
        '(d払い)',
        'ドコモ払い',
        'docomo ケータイ払い',
      ],
    ],
    [
      ['au', 'carrier'],
      [
        'au',
        'ＡＵ',
        'au決済',
        'au払い',
        'auかんたん決済',
        'auIDで支払う',
        'auキャリア決済',
        'au携帯払い（auかんたん）',
      ],
    ],
    [
      ['softbank', 'carrier'],
      [
        'ソフトバンクまとめて支払い',
        'SoftBank',
        'ワイモバイルまとめて支払い',
        'ソフトバンク・ワイモバイル（キャリア決済）',
      ],
    ],
    [
      ['docomo', 'au', 'softbank', 'carrier'],
      [
        'キャリア決済',
        '携帯払い',
        'PAYGENTキャリア',
        'キャリア決済（ドコモ・au・ソフトバンク）',
        'キャリア決済(d払い/au/ソフトバンク)',
        'キャリア決済（docomo・au・softbank・Y!mobile）',
        'キャリア決済（ドコモ・エーユー）',
        'キャリア決済（ドコモ、SB）',
        'キャリア決済 ドコモ ソフトバンク',
      ],
    ],
    [['softbank', 'carrier', 'credit'], ['クレジット ソフトバンク携帯決済']],
  ]
  it.each(words.flatMap(([values, texts]) => texts.map((text) => [text, values] as const)))(
    '%s: %s',
    (text, values) => {
      const named = PAYERS.filter(([, paid]) => meaningOf(text, paid) === 'this').map(([, paid]) => paid)
      expect(named).toEqual(METHOD_VALUES.filter((value) => values.includes(value)).map(paidBy))
      expect(PAYERS.map(([, paid]) => meaningOf(text, paid))).not.toContain('another')
    },
  )

  it.each(['au支払い', 'auto', 'bau', 'aupay', 'おまかせ', 'd 支払い', 'iD払い', 'QUICPay/iD払い', 'prepaid払い'])(
    'no method of ours: %s',
    (text) => {
      for (const [, paid] of PAYERS) expect(meaningOf(text, paid)).toBe('unclear')
    },
  )
})

describe('a text that plainly names another method', () => {
  it.each(
    (
      '代金引換 代引き 着払い 銀行振込 お振込み 振り込み 口座振替 後払い あと払い コンビニ決済 ペイジー Pay-easy PayEasy ' +
      'ATM 現金書留 手渡し 店頭払い 小切手 郵便為替 銀行 郵便局 請求書 掛け払い 掛払い 掛け売り 掛売り 商品券 ギフト券 ' +
      'プリペイド 電子マネー ペイペイ PayPay 楽天ペイ メルペイ ＬＩＮＥＰａｙ Amazon アマゾン PayPal ペイパル Paidy ペイディ ' +
      'atone 他社 Stripe ストライプ Square スクエア GMO 図書 QUO クオ 決済済'
    ).split(' '),
  )('%s', (text) => {
    for (const [, paid] of PAYERS) expect(meaningOf(text, paid)).toBe('another')
  })

  it('is unclear where it names the order’s own method beside it', () => {
    expect(meaningOf('クレジットカード(Stripe)', CREDIT)).toBe('unclear')
    expect(meaningOf('クレジットカード(Stripe)', DOCOMO)).toBe('another')
    expect(meaningOf('d払い(コンビニ)', DOCOMO)).toBe('unclear')
    expect(meaningOf('d払い(コンビニ)', CREDIT)).toBe('another')
  })

  it('is not where it only has a part of such a word', () => {
    for (const text of ['代', '掛け', 'pay', '引換']) expect([text, meaningOf(text, CREDIT)]).toEqual([text, 'unclear'])
  })
})

describe('a name in the setting', () => {
  const set = (text: string): MethodNames => readMethodNames(text) ?? NONE
  it.each([
    ['おまかせ=credit', 'おまかせ', 'credit'],
    ['おまかせ=docomo', 'おまかせ', 'docomo carrier'],
    ['おまかせ=au', 'お まかせ', 'au carrier'],
    ['おまかせ=carrier', 'おまかせ', 'docomo au softbank carrier'],
    ['ｵﾏｶｾ=softbank', 'オマカセ', 'softbank carrier'],
    ['代金引換=credit', '代金引換', 'credit'],
    ['d払い=credit', 'd払い', 'credit'],
    ['x=au,おまかせ=credit', 'おまかせ', 'credit'],
  ])('%s: %s is the method of %s', (setting, text, whose) => {
    for (const value of [...CARRIERS, 'carrier', 'credit'] as const) {
      const expected = whose.split(' ').includes(value) ? 'this' : 'unclear'
      expect([value, meaningOf(text, paidBy(value), set(setting))]).toEqual([value, expected])
    }
  })

  it('says nothing of other names', () => {
    expect(meaningOf('代金引換', CREDIT, set('おまかせ=credit'))).toBe('another')
  })
})

describe('the shop has put another method on its page', () => {
  it.each<[string, string, MethodTexts, boolean]>([
    ['an empty text', '', { agreed: 'd払い' }, false],
    ['blanks', ' 　', { disputed: '代金引換' }, false],
    ['a first text of any name', 'おまかせ', {}, false],
    ['a first text of a method that is not ours', '代金引換', {}, true],
    ['the text as before', '代金引換', { agreed: '代金引換' }, false],
    ['the text as before in another width', '代金引換 ', { agreed: ' 代金　引換' }, false],
    ['the agreed text comes back', 'おまかせ', { agreed: 'おまかせ', disputed: '代金引換' }, false],
    ['another text', 'おまかせ', { agreed: '先払い' }, true],
    ['the same method in other words', 'クレカ', { agreed: 'カード' }, false],
    ['a carrier where it was a card', 'd払い', { agreed: 'カード' }, true],
    ['the disputed text again, and none was agreed', '代金引換', { disputed: '代金引換' }, true],
    ['any name after a disputed one', 'おまかせ', { disputed: '代金引換' }, true],
    ['its own method after a disputed one', 'カード', { disputed: '代金引換' }, false],
  ])('%s: %j', (_, text, before, expected) => expect(namesAnother(text, before, CREDIT, NONE)).toBe(expected))
})

describe('the setting that is proposed', () => {
  const proposed = (names: readonly string[], set: MethodNames = NONE) =>
    methodsSetting(
      names.map((name) => ({ name, count: 1 })),
      set,
    )

  it.each([
    ['クレジットカード決済', 'credit'],
    ['d払い', 'docomo'],
    ['ドコモのカード', 'docomo'],
    ['auキャリア', 'au'],
    ['ワイモバイル', 'softbank'],
    ['キャリア決済', 'carrier'],
    ['キャリアかクレジット', 'carrier'],
    ['ドコモ・auかんたん決済', 'carrier'],
  ])('%s looks like %s', (name, value) => expect(proposed([name])).toBe(`${name}=${value}`))

  it('has what is set, then the names that look like ours', () => {
    const set: MethodNames = new Map([['おまかせ,B', 'credit']])
    expect(proposed(['代金引換', 'd払い', '', 'カード'], set)).toBe('おまかせ，B=credit,d払い=docomo,カード=credit')
  })

  it('is none where no skipped name looks like ours', () => {
    expect(proposed([])).toBeNull()
    expect(proposed(['代金引換', ''], new Map([['d払い', 'docomo']]))).toBeNull()
  })

  it('has no name that cannot be pasted', () => {
    const name = `カード${'あ'.repeat(252)}`
    expect(proposed([name])).toBe(`${name}=credit`)
    expect(proposed([`${name}あ`])).toBeNull()
    expect(proposed(['カード\n払い'])).toBeNull()
  })
})
