// Tests the line at the foot of the terminal: count, yen, rate, expected end.
import { displayWidth } from '../../src/text/width.js'
import { progressBar } from '../../src/ui/progress.js'
import { screenOf } from './sample-orders.js'
import { describe, expect, it } from 'vitest'

const AT = { done: 50, total: 200, yen: 1_234_567, elapsedMs: 10_000, expectedEnd: '19:42', cutOff: '21:00' }

describe('the progress bar', () => {
  it('says how far, how much, how fast and until when', () => {
    expect(progressBar(AT, screenOf(120, 'ja'))).toBe(
      '[#####---------------] 50/200 1,234,567円 5.0件/秒 終了予定 19:42（締め切り 21:00）',
    )
    expect(progressBar(AT, screenOf(120, 'en'))).toBe(
      '[#####---------------] 50/200 ¥1,234,567 5.0/s ends about 19:42 (cut-off 21:00)',
    )
  })

  it('promises nothing before it can tell', () => {
    const start = { ...AT, done: 0, yen: 0, elapsedMs: 0, expectedEnd: null }
    expect(progressBar(start, screenOf(80))).toBe('[--------------------] 0/200 0円')
  })

  it.each([40, 60, 80])('never reaches the edge at %i columns', (width) => {
    expect(displayWidth(progressBar(AT, screenOf(width)))).toBeLessThan(width)
  })
})
