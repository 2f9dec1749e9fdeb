// Judges one inquiry at Paygent: login, certificate, clock, and whether a connection is kept.
import { troubleOf } from '../../attempts/trouble.js'
import { japanDate } from '../../clock.js'
import type { InquiryAnswer } from '../../domain/answer.js'
import { NO_SINGLE_PAYMENT_CODES } from '../../domain/codes.js'
import { type Check, faultFinding, finding, type Finding } from './finding.js'

const DAY_MS = 24 * 60 * 60 * 1000
/** Paygent takes some weeks to issue a new certificate. */
const ENDING_DAYS = 30

export interface ValidPeriod {
  readonly fromMs: number
  readonly untilMs: number
}

export function judgeCertificate(check: Check, { fromMs, untilMs }: ValidPeriod, nowMs: number): Finding {
  if (nowMs < fromMs) return finding(check, 'certificate-not-yet', { date: japanDate(fromMs) })
  const days = Math.floor((untilMs - nowMs) / DAY_MS)
  const ending = { date: japanDate(untilMs), days }
  if (untilMs <= nowMs) return finding(check, 'certificate-ended', ending)
  return finding(check, days <= ENDING_DAYS ? 'certificate-ending' : 'certificate-good', ending)
}

/**
 * The findings for the certificates behind the client's own. Only Paygent knows whether it needs them, so that none of
 * them stops a command.
 */
export const judgeChain = (
  path: string,
  chain: readonly (ValidPeriod & { readonly name: string })[],
  nowMs: number,
): Finding[] =>
  chain
    .filter((period) => judgeCertificate('client-certificate', period, nowMs).level !== 'ok')
    .map(({ name, fromMs, untilMs }) =>
      finding('client-certificate', 'chain-outdated', {
        path,
        name,
        from: japanDate(fromMs),
        until: japanDate(untilMs),
      }),
    )

const OFF_MS = 5_000
const WRONG_MS = 60_000

/** @param offsetMs Paygent's clock minus ours; null when it gave no time */
export function judgeClock(offsetMs: number | null): Finding {
  if (offsetMs === null) return finding('clock', 'clock-untold', {})
  const seconds = Math.round(offsetMs / 1000)
  const off = Math.abs(offsetMs)
  if (off > WRONG_MS) return finding('clock', 'clock-wrong', { seconds })
  return finding('clock', off > OFF_MS ? 'clock-off' : 'clock-right', { seconds })
}

/** docomo's cut-off since 2023. */
const DOCOMO_LINE = '20:00'

/** @param cutOff `hh:mm`, Japan time */
export const judgeCutOff = (cutOff: string, simulated: boolean): Finding =>
  !simulated && cutOff > DOCOMO_LINE
    ? finding('cut-off', 'cut-off-late', { cutOff, line: DOCOMO_LINE })
    : finding('cut-off', 'cut-off', { cutOff })

export interface ProbeFacts {
  readonly answer: InquiryAnswer
  readonly clockOffsetMs: number | null
  readonly serverCertificateEndMs: number | null
  readonly keepsOpen: boolean | null
  readonly takesSideBySide: boolean | null
}

export interface Seen {
  readonly endpoint: string
  /** PAYGENT_KEEPALIVE */
  readonly keepAlive: boolean
  /** PAYGENT_INQUIRIES */
  readonly inquiries: number
  readonly nowMs: number
}

export function judgeProbe(probe: ProbeFacts, { endpoint, keepAlive, inquiries, nowMs }: Seen): Finding[] {
  const { answer, clockOffsetMs, serverCertificateEndMs: untilMs, keepsOpen, takesSideBySide: takes } = probe
  const heard = answer.type !== 'silent' || clockOffsetMs !== null
  return [
    judgeAnswer(answer, endpoint),
    ...(untilMs === null ? [] : [judgeCertificate('server-certificate', { fromMs: 0, untilMs }, nowMs)]),
    heard ? judgeClock(clockOffsetMs) : unseen('clock'),
    keepsOpen === null ? unseen('keep-alive') : judgeKeepAlive(keepsOpen, keepAlive),
    ...(takes === null ? [] : [judgeInquiries(takes, inquiries)]),
  ]
}

const unseen = (check: Check): Finding => finding(check, 'not-checked', { because: 'connection' })

/** The lines of a connection that could not be tried. */
export const untried = (because: Check): Finding[] =>
  (['connection', 'clock', 'keep-alive'] as const).map((check) => finding(check, 'not-checked', { because }))

function judgeAnswer(answer: InquiryAnswer, endpoint: string): Finding {
  switch (answer.type) {
    case 'told':
      return finding('connection', 'connected', { endpoint })
    case 'silent':
      return faultFinding('connection', troubleOf(answer))
    case 'rejected': {
      const { handling, code, detail } = answer
      // "No such payment" is Paygent's answer to every client that is allowed to ask.
      if (NO_SINGLE_PAYMENT_CODES.includes(code)) return finding('connection', 'connected', { endpoint })
      const refused = handling === 'stop-login' || handling === 'stop'
      return refused
        ? faultFinding('connection', troubleOf(answer))
        : finding('connection', 'answered-otherwise', { code, detail })
    }
    default:
      return answer satisfies never
  }
}

function judgeKeepAlive(keepsOpen: boolean, set: boolean): Finding {
  if (keepsOpen) return finding('keep-alive', set ? 'kept-open' : 'kept-though-off', {})
  return finding('keep-alive', set ? 'closed-by-gateway' : 'closed-as-set', {})
}

/** So many inquiries are sent at once to see whether Paygent takes them. */
export const PROBED_INQUIRIES = 4

function judgeInquiries(takes: boolean, set: number): Finding {
  const measured = PROBED_INQUIRIES
  if (takes) {
    return set === 1
      ? finding('inquiries', 'one-by-one-though-more', { measured })
      : finding('inquiries', 'side-by-side', { measured, set })
  }
  return set === 1
    ? finding('inquiries', 'one-by-one', {})
    : finding('inquiries', 'side-by-side-refused', { measured, set })
}
