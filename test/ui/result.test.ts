import {
  acceptedText,
  closingText,
  resultCsv,
  resultJson,
  resultText,
  type ResultView,
  titleLine,
  troubleText,
} from '../../src/ui/result.js'
import { handlingOf, KNOWN_CODES } from '../../src/domain/codes.js'
import { LANGS } from '../../src/ui/screen.js'
import { commandsIn } from './pasted.js'
import { everyOutcome, HARD_NAMES, runItem, sampleOrder, screenOf } from './sample-orders.js'
import { expectFits, expectScreen } from './screens.js'
import type { RunRecord } from '../../src/domain/run.js'
import { rules } from '../domain/order-fixture.js'
import { describe, expect, test } from 'vitest'

const view = (items = everyOutcome(), environment = 'simulator'): ResultView => ({
  rules: rules(),
  run: {
    id: 7,
    operation: 'sale',
    environment,
    startedAt: '2026-11-23T19:30:00+09:00',
    endedAt: '2026-11-23T19:30:02+09:00',
    state: 'completed',
  },
  items,
})

describe('the result on screen', () => {
  test.each(['ja', 'en'] as const)('every outcome, %s', (lang) => {
    for (const width of [60, 80, 120]) {
      expectScreen(`result-${lang}-${width}`, resultText(view(), screenOf(width, lang)), width)
    }
  })

  test('fits whatever the customers are called', () => {
    const items = HARD_NAMES.map((customerName, index) =>
      runItem({ position: index + 1, order: sampleOrder({ orderId: String(900 + index), customerName }) }),
    )
    for (const width of [60, 80, 120]) expectFits(resultText(view(items), screenOf(width)), width)
  })

  test.each([
    ['simulator', '【シミュレーター】', 'シミュレーター'],
    ['sandbox', '【試験】', '試験'],
    ['production', '【本番】', 'production'],
  ])('%s stands in the first line', (environment, ja, en) => {
    const first = (lang: 'ja' | 'en') => resultText(view(undefined, environment), screenOf(80, lang)).split('\n')[0]
    expect(first('ja')).toContain(ja)
    expect(first('en')).toContain(en)
  })

  test('the title names the run', () => {
    expect(titleLine(view().run, { total: 2, request: 'sale' }, screenOf(null))).toBe(
      '【シミュレーター】一括売上処理 #7 2026/11/23 19:30 - 19:30 完了',
    )
  })

  test.each([
    ['sale', 'corrected-sale', '売上処理 #7', 'Sale #7'],
    ['cancel', 'auth-cancel', '取消処理 #7', 'Cancel #7'],
    ['sale', 'refund', '一部返金 #7', 'Partial refund #7'],
  ] as const)('a run of one order is no batch: %s, %s', (operation, request, ja, en) => {
    const shown = (lang: 'ja' | 'en') => {
      const { run, ...rest } = view([runItem({ request })])
      return resultText({ ...rest, run: { ...run, operation } }, screenOf(null, lang)).split('\n')[0]
    }
    expect(shown('ja')).toContain(`】${ja} `)
    expect(shown('en')).toContain(`${en} `)
  })

  test('the title of a run under way counts the orders that it has still to do', () => {
    const running = { total: 60, done: 1 } as RunRecord
    const [first] = resultText({ ...view([runItem()]), running }, screenOf(null)).split('\n')
    expect(first).toContain('一括売上処理 #7')
  })

  test("the pop-up's lines; what did not happen is not mentioned", () => {
    expect(closingText([runItem(), runItem()], screenOf(80))).toBe(
      '■ 処理結果\n2件が成功しました。\n0件が失敗しました。',
    )
    expect(troubleText(view([runItem()]), screenOf(80))).toBe('')
  })

  test('yen by request and method', () => {
    const credit = sampleOrder({ method: 'credit', carrier: null })
    const items = [
      runItem({ amountYen: 1733 }),
      runItem({ amountYen: 1000 }),
      runItem({ order: credit, request: 'corrected-sale', telegram: '029', amountYen: 500 }),
      runItem({ outcome: 'unknown', amountYen: 9999 }),
    ]
    expect(acceptedText(view(items), screenOf(80))).toBe(
      '売上が成立した金額：3,233円\n  売上　docomo　2件　2,733円\n  補正売上　クレジット　1件　500円',
    )
    expect(acceptedText(view([]), screenOf(80))).toBe('')
  })

  test.each([...KNOWN_CODES, 'ZZZZZ'])('an order for a person is never to be sent again, code %s', (code) => {
    const halfDone = handlingOf(code) === 'half-done'
    for (const lang of LANGS) {
      const shown = troubleText(view([runItem({ outcome: 'attention', code })]), screenOf(null, lang))
      expect(commandsIn(shown).filter((command) => /^paygent (bulk-)?(sale|cancel|refund)/.test(command))).toEqual([])
      expect(shown.split('\n').slice(2)).toHaveLength(halfDone ? 2 : 1)
      expect(shown).toContain('paygent settle 852')
    }
  })

  test('orders left unsent without a code share one line', () => {
    const unsent = ['1', '2', '3'].map((orderId) =>
      runItem({ order: sampleOrder({ orderId }), outcome: 'unsent', firstOutcome: 'unsent' }),
    )
    expect(troubleText(view(unsent), screenOf(120))).toBe('■ 処理できなかった受注\n受注番号：1、2、3 未送信')
  })
})

describe('the result as JSON', () => {
  test('the example of the page, key by key', () => {
    expect(JSON.stringify(resultJson(view([runItem()]), 'ja'))).toBe(
      '{"run":{"id":7,"operation":"sale","environment":"simulator","startedAt":"2026-11-23T19:30:00+09:00","endedAt":"2026-11-23T19:30:02+09:00","state":"completed"},' +
        '"results":[{"position":1,"orderId":"852","request":"sale","telegram":"101","outcome":"accepted","label":"売上","code":null,"detail":null,"reason":null,"reasonText":null,"firstOutcome":"accepted","paymentId":"12345678","newPaymentId":null,"amount":1,"attempts":1,"mark":null,"money":"captured","netYen":1}],' +
        '"summary":{"total":1,"accepted":1,"rejected":0,"refused":0,"notProcessed":0,"unknown":0,"attention":0,"unsent":0,"acceptedYen":1,"releasedYen":0,"refundedYen":0,"netYen":1}}',
    )
  })

  test('one of each outcome', () => {
    const json = resultJson(view(), 'ja')
    expect(json.summary).toEqual({
      total: 8,
      accepted: 1,
      rejected: 1,
      refused: 2,
      notProcessed: 1,
      unknown: 1,
      attention: 1,
      unsent: 1,
      acceptedYen: 1,
      releasedYen: 0,
      refundedYen: 0,
      netYen: 1,
    })
    for (const { outcome, telegram, reason, reasonText } of json.results) {
      expect(telegram === null).toBe(outcome === 'refused' || outcome === 'unsent')
      expect(reason === null).toBe(outcome !== 'refused')
      expect(reasonText === null).toBe(outcome !== 'refused')
    }
    expect(json.results[1]).toMatchObject({ outcome: 'rejected', firstOutcome: 'unknown', code: '7406' })
    expect(json.results.map(({ label }) => label)).toEqual(['売上', '', '', '', '結果不明', '要対応', '', '売上'])
  })

  test("other fields of a caller's run record stay out", () => {
    const more = { ...view().run, host: 'pc', osUser: 'taro' }
    expect(Object.keys(resultJson({ run: more, items: [], rules: rules() }, 'ja').run)).toHaveLength(6)
  })
})

test('the result as CSV', () => {
  const csv = resultCsv(
    view([runItem(), runItem({ position: 2, outcome: 'rejected', code: '7003', detail: '=a,"b"\n' })]),
    'ja',
  )
  expect(csv).toBe(
    '\uFEFFposition,order_id,request,telegram,outcome,label,code,detail,reason,reason_text,first_outcome,payment_id,new_payment_id,amount,attempts,mark,money,net_yen\r\n' +
      '1,852,sale,101,accepted,売上,,,,,accepted,12345678,,1,1,,captured,1\r\n' +
      `2,852,sale,101,rejected,売上,7003,"'=a,""b""\\n",,,accepted,12345678,,1,1,,captured,0\r\n`,
  )
})
