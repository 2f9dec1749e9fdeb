import type { Order, RequestName } from '../../src/domain/order.js'
import { describe, expect, test } from 'vitest'
import { PROFILES } from '../../src/domain/carriers.js'
import { CARRIERS } from '../../src/domain/order.js'
import { OUTCOMES, REASONS } from '../../src/domain/outcome.js'
import { permit } from '../../src/domain/permit.js'
import { CANCELLED, SOLD, STATUS_NAMES } from '../../src/domain/statuses.js'
import { grouped, listTime, yen } from '../../src/text/numbers.js'
import { KNOWN_CODES, meaningOfCode } from '../../src/domain/codes.js'
import { amendJson, amendText } from '../../src/ui/amend.js'
import { codeAdvice, outcomeAdvice, refundedText } from '../../src/ui/advice.js'
import { helpText } from '../../src/ui/help.js'
import { purgeText } from '../../src/ui/purge.js'
import { type AskedOf, missingText, reasonShort, reasonText } from '../../src/ui/reasons.js'
import { type Lang, LANGS } from '../../src/ui/screen.js'
import { paymentStatusText } from '../../src/ui/status-names.js'
import { WORDS } from '../../src/ui/words-texts.js'
import { resultWord, sentences, word } from '../../src/ui/words.js'
import { rules } from '../domain/order-fixture.js'
import { commandsIn, expectAccepted } from './pasted.js'
import { sampleOrder, screenOf } from './sample-orders.js'

const HOLES = /undefined|null|NaN|\[object|[{}]/

const SALE = { operation: 'sale', profile: 'manual' } as const
const CANCEL = { operation: 'cancel', profile: 'current' } as const
const SUBJECT = { orderId: '852', operation: 'sale' } as const

const JAPANESE = /[\u3040-\u30FF\u4E00-\u9FFF]/

test('the help of a note that outlives a purge forbids names, and the purge says that notes stay', () => {
  for (const name of ['holdNote', 'note'] as const) {
    expect(helpText(name, 'ja')).toContain('顧客名は書かない')
    expect(helpText(name, 'en')).toContain('no customer names')
  }
  const purged = { before: '2020-01-01', purged: 1, left: [], dryRun: false, wiped: true }
  for (const dryRun of [true, false]) {
    expect(purgeText({ ...purged, dryRun }, screenOf(null))).toContain(
      '保留と手動登録の理由（--note）は監査ログに残ります',
    )
    expect(purgeText({ ...purged, dryRun }, screenOf(null, 'en'))).toContain(
      'The notes of holds and of settle (--note) stay',
    )
  }
})

describe('words', () => {
  test.each(LANGS)('%s has every word; only the blank label is empty', (lang) => {
    const keys = Object.keys(WORDS.ja) as (keyof typeof WORDS.ja)[]
    expect(Object.keys(WORDS[lang])).toEqual(keys)
    expect(keys.filter((key) => word(key, lang) === '')).toEqual(['label.blank'])
  })

  test.each([
    ['accepted', 'sale', '売上成功', 'sold'],
    ['accepted', 'corrected-sale', '補正売上成功', 'corrected and sold'],
    ['accepted', 'auth-cancel', 'オーソリキャンセル成功', 'auth. cancelled'],
    ['accepted', 'sale-cancel', '売上キャンセル成功', 'sale cancelled'],
    ['accepted', 'cancel', '取消成功', 'cancelled'],
    ['rejected', 'sale', '売上失敗', 'sale rejected'],
    ['rejected', 'cancel', '取消失敗', 'cancel rejected'],
    ['rejected', 'auth-cancel', 'オーソリキャンセル失敗', 'auth. cancel rejected'],
    ['unknown', 'sale', '結果不明', 'outcome unknown'],
    ['attention', 'sale', '要対応', 'action needed'],
    ['unsent', 'sale', '未送信', 'not sent'],
    ['refused', 'sale', '対象外', 'skipped'],
    ['not-processed', 'sale', '不成立', 'not carried out'],
  ] as const)('%s %s is %s / %s', (outcome, request, ja, en) => {
    expect(resultWord({ outcome, request, reason: null }, 'ja')).toBe(ja)
    expect(resultWord({ outcome, request, reason: null }, 'en')).toBe(en)
  })

  test('an order already as asked is not called skipped', () => {
    expect(resultWord({ outcome: 'refused', request: null, reason: 'already' }, 'ja')).toBe('処理済み')
  })

  test("the pop-up's line is the manual's", () => {
    const result = resultWord({ outcome: 'accepted', request: 'sale', reason: null }, 'ja')
    expect(sentences('ja').progress(1, 2, '852', result)).toBe('1/2 受注番号：852 → 売上成功')
    expect(sentences('ja').succeeded(2)).toBe('2件が成功しました。')
    expect(sentences('ja').failed(0)).toBe('0件が失敗しました。')
    expect(word('question.sale', 'ja')).toBe('一括売上処理を実行します。よろしいですか？')
    expect(word('question.cancel', 'ja')).toBe('一括取消処理を実行します。よろしいですか？')
    expect(word('result-heading', 'ja')).toBe('■ 処理結果')
  })

  test('numbers', () => {
    expect([0, 1, 999, 1733, 1234567].map(grouped)).toEqual(['0', '1', '999', '1,733', '1,234,567'])
    expect([yen(1733, 'ja'), yen(1733, 'en')]).toEqual(['1,733円', '¥1,733'])
    expect(listTime('2009-06-30T23:11:00+09:00')).toBe('2009/06/30 23:11')
  })

  test('statuses have a name in both languages; others are shown as they are', () => {
    for (const status of Object.keys(STATUS_NAMES)) {
      expect(paymentStatusText(status, 'ja')).toMatch(new RegExp(`^${status} .`))
      expect(paymentStatusText(status, 'en')).toMatch(/^\d\d [^\u3040-\u9FFF]+$/)
    }
    expect(paymentStatusText('99', 'ja')).toBe('99')
  })
})

describe('reasons', () => {
  const order = sampleOrder({ totalYen: 2000, heldAmountYen: 1733 })
  const abouts = [null, 'zero-total', 'once', 'unfinished', 'キャンセル', 'au', '2013', '2014', 'P029', '13001', '99']

  test.each(REASONS)('%s has a sentence for whatever it is about, in both languages', (reason) => {
    for (const about of [...abouts, ...Object.keys(STATUS_NAMES)]) {
      for (const [facts, asked] of [
        [order, SALE],
        [order, CANCEL],
        [sampleOrder({ method: 'credit', carrier: null, heldAmountYen: null }), SALE],
      ] as const) {
        const [ja, en] = LANGS.map((lang) => reasonText({ reason, about }, facts, asked, lang))
        expect(ja).toMatch(/。$/)
        expect(en).toMatch(/\.$/)
        expect(ja).not.toMatch(HOLES)
        expect(en).not.toMatch(HOLES)
      }
    }
    for (const lang of LANGS) expect(reasonShort(reason, lang)).not.toBe('')
  })

  test.each([
    ['higher', null, '2,000円', '1,733円'],
    ['correction-not-permitted', 'zero-total', '0円', 'paygent cancel 852'],
    ['correction-not-permitted', 'once', '1回まで', 'docomo'],
    ['correction-impossible', '2014', '3Dセキュア', 'ペイジェントオンライン'],
    ['correction-impossible', 'P029', '契約', 'paygent sale 852'],
    ['correction-impossible', '2013', '2,000円', '2013'],
    ['cancelled-order', 'unfinished', '購入手続き', '終わっていない'],
    ['cancelled-order', '返品', '「返品」', '--include-cancelled'],
    ['status', '33', '33 オーソリ期限切', '再度お支払い'],
    ['status', '40', '40 消込済', '売上済み'],
    ['in-transit', '30', '30 売上要求中', 'paygent sync'],
    ['duplicate-payment', '123', '123', '決済ID'],
    ['no-payment', '13001', '13001', '照会'],
    ['no-payment', 'method', '支払方法', 'EC-CUBE'],
    ['changed', 'shop: method', '支払方法', 'paygent pull'],
    ['changed', 'shop: a_column', 'EC-CUBE で', 'paygent pull'],
    ['changed', 'shop: never-read', 'まだ取り込んでいない', 'paygent pull'],
    ['changed', 'shop: total', '（お支払い合計）', 'paygent pull'],
    ['changed', 'shop: conflict', '（不一致）', 'paygent pull'],
    ['changed', 'shop: gone', '削除または非表示', 'paygent pull'],
    ['changed', 'shop: filter', '選んだときの条件', 'paygent sale 852'],
    ['changed', '40', '送信予定の確認後に受注または決済の内容が変わりました（40 消込済）', 'paygent show 852'],
    ['changed', 'on-hold', '（保留）', 'paygent show 852'],
    ['changed', null, '内容が変わりました。', 'paygent show 852'],
  ] as const)('%s about %s mentions what matters', (reason, about, first, second) => {
    const text = reasonText({ reason, about }, order, SALE, 'ja')
    expect(text).toContain(first)
    expect(text).toContain(second)
  })

  test('a text from outside is harmless in a sentence', () => {
    expect(reasonText({ reason: 'cancelled-order', about: '返品\u001B[31m\n' }, order, SALE, 'ja')).toContain(
      '返品\\u{1B}[31m\\n',
    )
  })

  test('while Paygent has not told, the text says that it will be asked', () => {
    for (const missing of ['payment', 'carrier', 'status', 'held-amount'] as const) {
      expect(missingText(missing, 'ja')).toContain('ペイジェントへ照会します')
      expect(missingText(missing, 'en')).toContain('Paygent will be asked')
    }
  })
})

describe('the next step of a reason', () => {
  const METHODS = ['credit', ...CARRIERS] as const
  const paymentOf = (method: (typeof METHODS)[number]) =>
    method === 'credit' ? ({ method, carrier: null } as const) : ({ method: 'carrier', carrier: method } as const)
  const statusText = (method: (typeof METHODS)[number], status: string, asked: AskedOf): string | null => {
    const order = sampleOrder({ ...paymentOf(method), orderId: '10852', status, statusOrigin: 'paygent' })
    const permission = permit(order, asked.operation, rules({ profile: asked.profile }))
    return permission.verdict === 'refused' ? reasonText(permission, order, asked, 'ja') : null
  }

  test.each(PROFILES)('goes by the matrix and the times of the profile %s', (profile) => {
    for (const method of METHODS)
      for (const status of Object.keys(STATUS_NAMES)) {
        const sale = statusText(method, status, { operation: 'sale', profile })
        const cancel = statusText(method, status, { operation: 'cancel', profile })
        if (SOLD.includes(status))
          expect([method, status, sale]).toEqual([method, status, expect.stringMatching('^すでに売上済みです')])
        // A request that is refused now is named only after the step that has to come first.
        for (const text of [sale, cancel])
          if (/paygent (?:sale|cancel) /.test(text ?? '')) expect(text).toMatch(/paygent sync のあとに|取り込んでから/)
        if (CANCELLED.includes(status)) expect(cancel).toContain('すでに取消済みです')
      }
  })

  test.each([
    [
      'manual',
      'docomo',
      '40',
      '消込完了（翌日11:00以降）になると取消できます。対処：翌日 paygent sync のあとに paygent cancel 10852 を実行してください。',
    ],
    [
      'current',
      'docomo',
      '40',
      '消込完了（翌日03:30以降）になると取消できます。対処：翌日 paygent sync のあとに paygent cancel 10852 を実行してください。',
    ],
    [
      'manual',
      'au',
      '40',
      'au は売上後のこの状態（40 消込済）から取消できません。対処：ペイジェントオンラインで返金し、終わったら paygent sync を実行してください。',
    ],
    ['current', 'au', '40', null],
    [
      'manual',
      'softbank',
      '20',
      'softbank はこの状態（20 オーソリOK）から取消できません（キャリア決済処理対応表）。対処：ペイジェントオンラインで処理し、終わったら paygent sync を実行してください。',
    ],
    ['current', 'softbank', '20', null],
    [
      'manual',
      'credit',
      '41',
      'クレジット は売上後のこの状態（41 消込済 (売上取消期限切)）から取消できません。対処：ペイジェントオンラインで返金し、終わったら paygent sync を実行してください。',
    ],
  ] as const)('of a cancel, profile %s, %s at %s', (profile, method, status, text) => {
    expect(statusText(method, status, { operation: 'cancel', profile })).toBe(text)
  })

  test.each([
    ['2026-11-29T20:59:59+09:00', { profile: 'manual' }, '2026/11/30', '11:00'],
    ['2026-11-29T21:00:00+09:00', { profile: 'manual' }, '2026/12/01', '11:00'],
    ['2026-11-29T00:05:00+09:00', { profile: 'manual' }, '2026/11/30', '11:00'],
    ['2026-12-30T23:59:59+09:00', { profile: 'manual' }, '2027/01/01', '11:00'],
    ['2026-11-29T20:30:00+09:00', { profile: 'manual', cutOff: '20:00' }, '2026/12/01', '11:00'],
    ['2026-11-29T23:59:59+09:00', { profile: 'manual', cutOff: '24:00' }, '2026/11/30', '11:00'],
    ['2026-11-29T20:30:00+09:00', { profile: 'current' }, '2026/12/01', '03:30'],
    ['2026-11-29T19:59:59+09:00', { profile: 'current' }, '2026/11/30', '03:30'],
  ] as const)('of a docomo sale of %s under %j is dated %s', (soldAt, given, day, at) => {
    const order = sampleOrder({ orderId: '10852', totalYen: 500, heldAmountYen: 980, soldAt })
    const texts = (['sale', 'refund', 'cancel'] as const).map((request) => {
      const refused = { reason: 'status', about: '40', request } as const
      const asked = { ...given, operation: request === 'cancel' ? request : 'sale' } as const
      return LANGS.map((lang) => reasonText(refused, order, asked, lang))
    })
    for (const [ja, en] of texts) {
      expect(ja).toContain(`消込完了（${day} ${at}以降）になると`)
      expect(ja).toContain(`対処：${day}以降 paygent sync のあとに paygent `)
      expect(en).toContain(`once it is completed (from ${day} ${at}). Next: from then on run "paygent sync", then`)
    }
  })

  test('a docomo sale whose amount was lowered is corrected once it is completed', () => {
    const order = sampleOrder({ orderId: '10852', totalYen: 500, heldAmountYen: 980 })
    const refused = { reason: 'status', about: '40' } as const
    expect(reasonText(refused, order, { operation: 'sale', profile: 'manual' }, 'ja')).toBe(
      'すでに売上済みです（40 消込済）。消込完了（翌日11:00以降）になると金額を補正できます。対処：翌日 paygent sync のあとに paygent sale 10852 を実行してください。',
    )
  })

  test('a captured card payment whose amount was lowered is refunded in part, in a sale and in a correction', () => {
    const card = { orderId: '10852', method: 'credit', carrier: null, heldAmountYen: 980 } as const
    const refused = { verdict: 'refused', reason: 'status', request: null, about: '40' } as const
    const asked = { operation: 'sale', profile: 'manual' } as const
    const advice = '対処：差額を返金する場合は paygent refund 10852 --to 500 を実行してください。'
    expect(reasonText(refused, sampleOrder({ ...card, totalYen: 500 }), asked, 'ja')).toBe(
      `すでに売上済みです（40 消込済）。${advice}`,
    )
    expect(reasonText(refused, sampleOrder({ ...card, totalYen: 500 }), asked, 'en')).toContain(
      'run "paygent refund 10852 --to 500".',
    )
    for (const totalYen of [0, 980, 1_200])
      expect(reasonText(refused, sampleOrder({ ...card, totalYen }), asked, 'ja')).not.toContain('refund')
    for (const [order, about] of [
      [sampleOrder({ ...card, totalYen: 500 }), '41'],
      [sampleOrder({ totalYen: 500, heldAmountYen: 980, carrier: 'au' }), '40'],
    ] as const)
      expect(reasonText({ ...refused, about }, order, asked, 'ja')).not.toContain('refund')
    const view = {
      type: 'refused',
      order: sampleOrder({ ...card, totalYen: 980 }),
      refusal: refused,
      askedYen: 500,
    } as const
    expect(amendText(view, { profile: 'manual' }, screenOf(null, 'ja'))).toContain(advice)
    expect(amendJson(view, { profile: 'manual' }, 'ja')).toMatchObject({
      total: 980,
      reasonText: expect.stringContaining(advice),
    })
    const docomo = { ...view, order: sampleOrder({ totalYen: 980, heldAmountYen: 980 }) }
    expect(amendText(docomo, { profile: 'manual' }, screenOf(null, 'ja'))).toContain(
      '送信できる売上の要求はありません。',
    )
    expect(amendText({ ...view, askedYen: null }, { profile: 'manual' }, screenOf(null, 'ja'))).not.toContain('refund')
  })

  test('`amend` says at once that a sale of the new total is refused, and how the total is put back', () => {
    const softbank = sampleOrder({ orderId: '10312', carrier: 'softbank', totalYen: 980, heldAmountYen: 980 })
    const said = (after: Partial<Order>, before: Partial<Order> = {}, lang: Lang = 'ja', sameMirror = ''): string => {
      const view = {
        type: 'amended',
        before: { ...softbank, ...before },
        after: { ...softbank, totalYen: 500, amendedFromYen: 980, ...after },
      } as const
      return amendText(view, { profile: 'manual' }, { ...screenOf(null, lang), sameMirror })
    }
    expect(said({})).toBe(
      [
        '受注番号：10312 補正金額を 500円 に登録しました（補正前 980円）。',
        'このままでは売上処理できません。softbank は補正売上に対応していません。対処：お支払い合計を 980円 に戻して（paygent amend 10312 --undo）paygent sale 10312 を実行するか、ペイジェントオンラインで金額を変更してください。',
      ].join('\n'),
    )
    expect(said({}, {}, 'en')).toContain('put the total back to ¥980 ("paygent amend 10312 --undo")')
    expect(said({}, {}, 'ja', '--profile a')).toContain('paygent amend 10312 --undo --profile a')
    // Paygent has not been asked for the amount yet, and the carrier is the same.
    expect(said({ heldAmountYen: null })).toContain('元に戻して（paygent amend 10312 --undo）paygent sale 10312 を')
    expect(said({ heldAmountYen: 700 })).toContain('700円 に戻して（paygent amend 10312 --total 700）paygent sale')
    expect(said({ totalYen: 980, amendedFromYen: null })).not.toContain('softbank')
    expect(said({ carrier: 'docomo' })).toMatch(/売上処理すると、補正売上要求を送信します。$/)
    expect(said({ carrier: 'docomo', correctionRefused: { code: '2014', totalYen: 600 } })).toContain('（2014）')
    // The total of a first amendment is no authorised amount, which 補正前 stands for.
    expect(said({}, { totalYen: 800, amendedFromYen: 980 })).toMatch(/登録しました（前回の登録 800円）。/)
  })

  test('a total that the shop lowered is not put back by `amend`', () => {
    const refused = {
      verdict: 'refused',
      reason: 'correction-not-permitted',
      request: null,
      about: 'softbank',
    } as const
    const order = sampleOrder({ carrier: 'softbank', totalYen: 500, heldAmountYen: 980 })
    expect(reasonText(refused, order, { operation: 'sale', profile: 'manual' }, 'ja')).toContain(
      'お支払い合計を 980円 に戻して paygent sale 852 を',
    )
  })

  /** Every text that says what to do, with the number of its order in it. */
  const advices = (): string[] => {
    const abouts = [
      null,
      'zero-total',
      'once',
      'unfinished',
      '返品',
      '13002',
      '2013',
      '2014',
      'P029',
      'shop: total',
      'shop: never-read',
    ]
    const texts = LANGS.flatMap((lang) =>
      (['sale', 'cancel'] as const).flatMap((operation) => {
        const subject = { orderId: '10852', operation }
        const outcomes = OUTCOMES.map((outcome) => outcomeAdvice(outcome, subject, lang))
        const codes = [...KNOWN_CODES, 'ZZZZZ'].map((code) => codeAdvice(code, subject, lang))
        const reasons = PROFILES.flatMap((profile) =>
          METHODS.flatMap((method) =>
            REASONS.flatMap((reason) =>
              [...abouts, ...Object.keys(STATUS_NAMES)].map((about) => {
                const order = sampleOrder({ ...paymentOf(method), orderId: '10852', totalYen: 500, heldAmountYen: 980 })
                return reasonText({ reason, about }, order, { operation, profile }, lang)
              }),
            ),
          ),
        )
        return [...outcomes, ...codes, ...reasons, refundedText('10852', lang)]
      }),
    )
    return [...new Set(texts)]
  }

  test('names a command, with its number where it has one, that the program takes as it stands', async () => {
    const texts = advices().filter((text) => /対処：|Next:/.test(text))
    expect(texts.length).toBeGreaterThan(200)
    for (const text of texts) {
      const commands = commandsIn(text)
      expect([text, commands.length > 0]).toEqual([text, true])
      for (const command of commands) expect(command).toMatch(/ 10852\b|paygent (?:sync|pull|doctor)$/)
    }
    for (const command of new Set(texts.flatMap(commandsIn))) await expectAccepted(command)
  })

  test('is one for each sentence: what was tried before the advice is no command', () => {
    for (const text of advices()) expect(text.split(/対処：|Next:/).length).toBeLessThanOrEqual(2)
  })
})

describe('advice', () => {
  test.each([...KNOWN_CODES, '9999', 'ZZZZZ'])('%s says what to do now', (code) => {
    expect(codeAdvice(code, SUBJECT, 'ja')).toMatch(/。$/)
    expect(codeAdvice(code, SUBJECT, 'en')).toMatch(/\.$/)
    expect(codeAdvice(code, SUBJECT, 'en')).not.toMatch(JAPANESE)
  })

  test('the classes are those of the page', () => {
    expect(['P002', 'P007', 'P029', 'P010', '9005', '2004', '2012', '2014', 'XXXX'].map(meaningOfCode)).toEqual([
      'login',
      'not-contracted',
      'not-contracted-correction',
      'malformed',
      'busy',
      'status-conflict',
      'charged-twice',
      'three-d-secure',
      'unknown-code',
    ])
  })

  test.each(OUTCOMES)('%s', (outcome) => {
    const silent = outcome === 'accepted' || outcome === 'refused'
    for (const lang of LANGS) expect(outcomeAdvice(outcome, SUBJECT, lang) === '').toBe(silent)
  })
})

describe('a correction that broke off', () => {
  const advice = (code: string, oldStatus: string | null, request: RequestName = 'refund'): string =>
    codeAdvice(code, { orderId: '852', operation: 'sale', request, oldStatus }, 'ja')

  test.each(['40', '44', null])('of a sale at %s: two live sales are never what the advice leaves', (oldStatus) => {
    for (const code of ['2010', '2011']) {
      expect(advice(code, oldStatus)).toContain('新しい決済をオーソリキャンセルする（返金なし）')
      expect(advice(code, oldStatus)).toContain('新しい決済を売上処理して元の決済を売上キャンセル')
    }
    expect(advice('2012', oldStatus)).toContain('元の決済を売上キャンセル')
  })

  test.each(['20', '21'])('of an authorisation at %s releases it', (oldStatus) => {
    for (const code of ['2010', '2011', '2012'])
      expect(advice(code, oldStatus, 'corrected-sale')).toContain('元の決済をオーソリキャンセル')
  })
})
