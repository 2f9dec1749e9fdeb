// What time does: certificates that end, a clock that is off, a cut-off that is too late. Pages 3.3 and 5.4.
import { japanDate } from '../../clock.js'
import { finding, type Check, type Finding } from './finding.js'

const DAY_MS = 24 * 60 * 60 * 1000
/** Paygent takes some weeks to hand out a new certificate. */
const ENDING_DAYS = 30

export interface Period {
  readonly fromMs: number
  readonly untilMs: number
}

export function judgeCertificate(check: Check, { fromMs, untilMs }: Period, nowMs: number): Finding {
  if (nowMs < fromMs) return finding(check, 'certificate-not-yet', { date: japanDate(fromMs) })
  const days = Math.floor((untilMs - nowMs) / DAY_MS)
  const ending = { date: japanDate(untilMs), days }
  if (untilMs <= nowMs) return finding(check, 'certificate-ended', ending)
  return finding(check, days <= ENDING_DAYS ? 'certificate-ending' : 'certificate-good', ending)
}

const OFF_MS = 5_000
const WRONG_MS = 60_000

/** @param offsetMs Paygent's clock minus ours; null when it told no time */
export function judgeClock(offsetMs: number | null): Finding {
  if (offsetMs === null) return finding('clock', 'clock-untold', {})
  const seconds = Math.round(offsetMs / 1000)
  const off = Math.abs(offsetMs)
  if (off > WRONG_MS) return finding('clock', 'clock-wrong', { seconds })
  return finding('clock', off > OFF_MS ? 'clock-off' : 'clock-right', { seconds })
}

/** docomo's line since 2023: page 3.3. */
const DOCOMO_LINE = '20:00'

/** @param cutOff `hh:mm`, Japan time */
export const judgeCutOff = (cutOff: string, simulated: boolean): Finding =>
  !simulated && cutOff > DOCOMO_LINE
    ? finding('cut-off', 'cut-off-late', { cutOff, line: DOCOMO_LINE })
    : finding('cut-off', 'cut-off', { cutOff })
