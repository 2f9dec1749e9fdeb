// Tests the lines at the foot of the terminal: count, yen, rate, expected end.
import { displayWidth } from '../../src/text/width.js'
import { type Counted, countLine, type InFlight, progressBar } from '../../src/ui/progress.js'
import { screenOf } from './sample-orders.js'
import { describe, expect, it } from 'vitest'

const AT = { done: 50, total: 200, yen: 1_234_567, elapsedMs: 10_000, expectedEnd: '19:42', cutOff: '21:00' }

describe('the progress bar', () => {
  it('says how far, how much, how fast and until when', () => {
    expect(progressBar(AT, screenOf(120, 'ja'))).toBe(
      '[#####---------------] 50/200 1,234,567円 毎秒5.0件 19:42ごろ終了（締め時刻 21:00）',
    )
    expect(progressBar(AT, screenOf(120, 'en'))).toBe(
      '[#####---------------] 50/200 ¥1,234,567 5.0/s ends about 19:42 (cut-off 21:00)',
    )
  })

  it('promises nothing before it can tell', () => {
    const start = { ...AT, done: 0, yen: 0, elapsedMs: 0, expectedEnd: null }
    expect(progressBar(start, screenOf(80))).toBe('[--------------------] 0/200 0円')
  })

  it.each([40, 60, 80, 120])('never reaches the edge at %i columns', (width) => {
    expect(displayWidth(progressBar(AT, screenOf(width)))).toBeLessThan(width)
    expect(displayWidth(progressBar(AT, screenOf(width), FLIGHT))).toBeLessThan(width)
  })

  const FLIGHT: InFlight = { position: 51, orderId: '10852', stage: 'sending' }

  it.each([
    [120, 'ja', '51/200 受注番号：10852 → 送信中… [###-------] 1,234,567円 毎秒5.0件 19:42ごろ終了（締め時刻 21:00）'],
    [80, 'ja', '51/200 受注番号：10852 → 送信中… [###-------] 19:42ごろ終了（締め時刻 21:00）'],
    [60, 'ja', '51/200 受注番号：10852 → 送信中… [###-------] 1,234,567円'],
    [80, 'en', '51/200 order 10852 → sending… [###-------] ends about 19:42 (cut-off 21:00)'],
  ] as const)(
    'names the order in flight first, and then what there is room for: %i columns, %s',
    (width, lang, line) => {
      expect(progressBar(AT, screenOf(width, lang), FLIGHT)).toBe(line)
    },
  )

  it('names the order in flight from the start', () => {
    const start = { ...AT, done: 0, total: 2, yen: 0, elapsedMs: 0, expectedEnd: null }
    const first: InFlight = { position: 1, orderId: '852', stage: 'sending' }
    expect(progressBar(start, screenOf(80), first)).toBe('1/2 受注番号：852 → 送信中… [----------] 0円')
    expect(progressBar(start, screenOf(80), { ...first, stage: 'inquiring' })).toContain('852 → 結果を照会中…')
  })
})

describe('the line of a step that counts', () => {
  const STEP: Counted = { step: 'inquiries', done: 12_345, total: 30_000, perSecond: 8.34, expectedEnd: '16:42' }
  const lines: readonly [number, 'ja' | 'en', Partial<Counted>, string][] = [
    [80, 'ja', {}, 'ペイジェントに照会中 12,345/30,000件（41%） 毎秒8.3件 16:42ごろ終了'],
    [80, 'en', {}, 'Asking Paygent 12,345/30,000 (41%) 8.3/s ends about 16:42'],
    [60, 'ja', {}, 'ペイジェントに照会中 12,345/30,000件（41%） 16:42ごろ終了'],
    [52, 'ja', {}, 'ペイジェントに照会中 12,345/30,000件 16:42ごろ終了'],
    [40, 'ja', {}, 'ペイジェントに照会中 12,345/30,000件'],
    [80, 'ja', { perSecond: null, expectedEnd: null }, 'ペイジェントに照会中 12,345/30,000件（41%）'],
    [
      80,
      'ja',
      { done: 29_999, perSecond: 0.05 },
      'ペイジェントに照会中 29,999/30,000件（99%） 毎分3.0件 16:42ごろ終了',
    ],
    [80, 'ja', { step: 'notices', total: null, expectedEnd: null }, '通知を受け取り中 12,345件 毎秒8.3件'],
    [
      80,
      'ja',
      { step: 'reading', perSecond: 51_640.4, expectedEnd: null },
      'CSV を読み取り中 12,345/30,000行（41%） 毎秒51,640行',
    ],
    [80, 'ja', { step: 'import' }, '受注を取り込み中 12,345/30,000件（41%） 毎秒8.3件 16:42ごろ終了'],
    [80, 'ja', { step: 'pull' }, 'EC-CUBE から受注を取り込み中 12,345/30,000件（41%） 毎秒8.3件 16:42ごろ終了'],
    [80, 'en', { step: 'pull' }, 'Fetching orders from EC-CUBE 12,345/30,000 (41%) 8.3/s ends about 16:42'],
    [80, 'ja', { done: 0, total: 0, perSecond: null, expectedEnd: null }, 'ペイジェントに照会中 0/0件'],
  ]
  it.each(lines)('at %i columns, %s, of %j', (width, lang, changes, line) => {
    expect(countLine({ ...STEP, ...changes }, screenOf(width, lang))).toBe(line)
  })

  it.each([20, 30, 40, 60, 80])('never reaches the edge at %i columns', (width) => {
    for (const step of ['inquiries', 'notices', 'pull', 'reading', 'import'] as const)
      for (const lang of ['ja', 'en'] as const)
        expect(displayWidth(countLine({ ...STEP, step }, screenOf(width, lang)))).toBeLessThan(width)
  })

  it('is whole where no terminal has an edge', () => {
    expect(countLine(STEP, screenOf(null, 'ja'))).toBe(
      'ペイジェントに照会中 12,345/30,000件（41%） 毎秒8.3件 16:42ごろ終了',
    )
  })
})
