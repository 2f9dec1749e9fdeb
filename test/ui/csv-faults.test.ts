// Every fault of an order file has words in both languages.
import type { Why } from '../../src/mirror/csv/values.js'
import { displayWidth } from '../../src/text/width.js'
import { csvFaultLines } from '../../src/ui/csv-faults.js'
import { type ImportView, importJson, importText } from '../../src/ui/import-result.js'
import { pullJson, pullText } from '../../src/ui/pull.js'
import { screenOf } from './sample-orders.js'
import { describe, expect, it } from 'vitest'

/** How each is said: of the file as a whole, of a column that is not there, or of a line. */
const EVERY = {
  xlsx: 'file',
  html: 'file',
  'utf-16': 'file',
  'iso-2022-jp': 'file',
  'sep-line': 'file',
  semicolon: 'file',
  tab: 'file',
  'no-header': 'file',
  'missing-column': 'column',
  'missing-item': 'column',
  encoding: 'line',
  'mixed-encodings': 'line',
  'cut-off': 'line',
  'column-twice': 'line',
  quotes: 'line',
  cells: 'line',
  empty: 'line',
  digits: 'line',
  'too-long': 'line',
  'excel-number': 'line',
  'excel-rounded': 'line',
  date: 'line',
  yen: 'line',
  carrier: 'line',
  'carrier-of-credit': 'line',
  'carrier-of-method': 'line',
  'trading-id': 'line',
  status: 'line',
  kind: 'line',
  'order-twice': 'line',
  'lines-disagree': 'line',
  'too-large': 'file',
} as const satisfies Record<Why, 'file' | 'column' | 'line'>

const BEGINS = {
  file: { ja: /^[^0-9]/, en: /^it |^its |^there / },
  column: { ja: /^見出しに「お支払い合計」|^見出しに「total」/, en: /^the header has no column total/ },
  line: { ja: /^3行目 total：.+/, en: /^line 3 total: .+/ },
} as const

describe('faults of a CSV', () => {
  it.each(Object.entries(EVERY))('%s is said in words', (why, about) => {
    for (const lang of ['ja', 'en'] as const) {
      const [line] = csvFaultLines([`3: total [${why}]`], lang)
      expect(line).toMatch(BEGINS[about][lang])
      expect(line).not.toContain(`[${why}]`)
    }
  })

  it('every fault has its own sentence', () => {
    for (const lang of ['ja', 'en'] as const) {
      const lines = Object.keys(EVERY).map((why) => csvFaultLines([`3: total [${why}]`], lang)[0])
      expect(new Set(lines).size).toBe(lines.length)
    }
  })

  it('a column that is not there is named as the shop knows it', () => {
    const lines = ['1: payment_id|trading_id [missing-column]', '1: 対応状況(名称) [missing-item]']
    expect(csvFaultLines(lines, 'ja')).toEqual([
      '見出しに「決済ID」か「取引ID」の列がありません',
      expect.stringMatching(/CSV出力項目設定で「対応状況\(名称\)」を出力項目に加え/),
    ])
    expect(csvFaultLines(lines, 'en')[0]).toBe('the header has no column payment_id or trading_id')
  })

  it('keeps a value that looks like a key', () => {
    expect(csvFaultLines(['4: kind "[yen]" [kind]'], 'en')).toEqual(['line 4 kind "[yen]": it is no telegram kind'])
  })

  it('names the other line that has the order number', () => {
    expect(csvFaultLines(['4: order_id "0002" [order-twice 3]'], 'ja')).toEqual([
      '4行目 order_id "0002"：同じ受注番号が3行目にもあります',
    ])
    expect(csvFaultLines(['4: order_id "0002" [order-twice 3]'], 'en')).toEqual([
      'line 4 order_id "0002": line 3 has the same order number',
    ])
  })

  it('shows twenty and counts the rest', () => {
    const lines = Array.from({ length: 25 }, (_, index) => `${index + 2}: total "" [empty]`)
    expect(csvFaultLines(lines, 'ja')).toHaveLength(21)
    expect(csvFaultLines(lines, 'ja').at(-1)).toBe('ほか5件')
  })
})

describe('a very long value from the shop', () => {
  const LONG = `代金引換${'（とても長い説明）'.repeat(30)}`
  const shown = (text: string): string[] => text.match(/代金引換[^\s│]*/g) ?? []

  it.each(['ja', 'en'] as const)('is cut in a conflict and in a row that cannot be read, in %s', (lang) => {
    const differences = [{ field: 'method', mirror: 'credit', file: LONG }]
    const report = {
      added: 0,
      updated: 0,
      unchanged: 0,
      standing: 0,
      unreadableAsBefore: 0,
      gone: [],
      sharedPayments: [],
      conflicts: [{ orderId: '951', differences }],
      unreadable: [{ orderId: '952', field: 'kind', value: LONG }],
    }
    const found = shown(pullText(report, screenOf(null, lang)).replaceAll('"', ' ').replaceAll('」', ' '))
    expect(found).toHaveLength(2)
    for (const one of found) expect(displayWidth(one)).toBeLessThanOrEqual(40)
    expect(pullJson(report).conflicts[0]?.differences[0]?.shop).toBe(LONG)
  })
})

describe('a very long name of a payment method', () => {
  const name = `${'とても長い名前の決済サービス'.repeat(8)}（クレジット）`
  const view: ImportView = {
    added: 1,
    updated: 0,
    unchanged: 0,
    skippedOtherMethods: 2,
    skippedMethods: [{ name, count: 2 }],
    methodsSetting: null,
    warnings: { rounded: [], unmatchedMethods: [name] },
    isEmpty: false,
    withoutPayment: 0,
    withoutStatus: false,
    waitingStatuses: null,
    sharedPayments: [],
    conflicts: [],
    standing: 0,
  }

  it.each(['ja', 'en'] as const)('is cut in its middle in %s: its ends tell it from others', (lang) => {
    const text = importText(view, screenOf(null, lang))
    const shown = text.match(/とても[^\s]*?（クレジット）/g)?.map((one) => one.replace(/^.*、/, '')) ?? []
    expect(shown).toHaveLength(2)
    for (const one of shown) {
      expect(one).toMatch(/^とても長い.*….*（クレジット）$/)
      expect(displayWidth(one)).toBeLessThanOrEqual(40)
    }
    expect(importJson(view).skippedMethods[0]?.name).toBe(name)
  })
})
