// Tests the line at the foot of the terminal: count, yen, rate, expected end.
import { displayWidth } from '../../src/text/width.js'
import { type InFlight, progressBar } from '../../src/ui/progress.js'
import { screenOf } from './sample-orders.js'
import { describe, expect, it } from 'vitest'

const AT = { done: 50, total: 200, yen: 1_234_567, elapsedMs: 10_000, expectedEnd: '19:42', cutOff: '21:00' }

describe('the progress bar', () => {
  it('says how far, how much, how fast and until when', () => {
    expect(progressBar(AT, screenOf(120, 'ja'))).toBe(
      '[#####---------------] 50/200 1,234,567円 5.0件/秒 終了予定 19:42（締め時刻 21:00）',
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
    [120, 'ja', '51/200 受注番号：10852 → 送信中… [###-------] 1,234,567円 5.0件/秒 終了予定 19:42（締め時刻 21:00）'],
    [80, 'ja', '51/200 受注番号：10852 → 送信中… [###-------] 終了予定 19:42（締め時刻 21:00）'],
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
