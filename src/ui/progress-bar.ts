// How far a batch is: count, yen, rate, and the expected end against the cut-off. Page 6.
import { grouped, yen } from '../text/numbers.js'
import { cut } from '../text/width.js'
import type { Screen } from './screen.js'

export interface BatchProgress {
  readonly done: number
  readonly total: number
  readonly yen: number
  /** Since the first request, milliseconds. */
  readonly elapsedMs: number
  /** Japan time, `hh:mm`: the expected end; null until it can be told. */
  readonly expectedEnd: string | null
  /** Japan time, `hh:mm`. */
  readonly cutOff: string
}

const CELLS = 20

const TEXTS = {
  ja: {
    rate: (perSecond: string) => `${perSecond}件/秒`,
    end: (time: string, cutOff: string) => `終了予定 ${time}（締め切り ${cutOff}）`,
  },
  en: {
    rate: (perSecond: string) => `${perSecond}/s`,
    end: (time: string, cutOff: string) => `ends about ${time} (cut-off ${cutOff})`,
  },
} as const

/** One line, never wider than the terminal. */
export function progressBar(progress: BatchProgress, screen: Screen): string {
  const { done, total, elapsedMs, expectedEnd, cutOff } = progress
  const filled = total === 0 ? CELLS : Math.round((done / total) * CELLS)
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(CELLS - filled)}]`
  const texts = TEXTS[screen.lang]
  const parts = [bar, `${grouped(done)}/${grouped(total)}`, yen(progress.yen, screen.lang)]
  if (done > 0 && elapsedMs > 0) parts.push(texts.rate(((done * 1000) / elapsedMs).toFixed(1)))
  if (expectedEnd !== null) parts.push(texts.end(expectedEnd, cutOff))
  const line = parts.join(' ')
  return screen.width === null ? line : cut(line, screen.width - 1, screen)
}
