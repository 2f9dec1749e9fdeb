// What one look at Paygent tells: login, certificate, clock, and whether a connection is kept. Pages 2.1 and 2.5.
import type { InquiryAnswer } from '../../domain/answer.js'
import { NO_SINGLE_PAYMENT, troubleOf } from '../batch/trouble.js'
import { judgeCertificate, judgeClock } from './dates.js'
import { faultFinding, finding, type Check, type Finding } from './finding.js'

export interface ProbeFacts {
  readonly answer: InquiryAnswer
  readonly clockOffsetMs: number | null
  readonly serverCertificateEndMs: number | null
  readonly keepsOpen: boolean | null
}

export interface Seen {
  readonly endpoint: string
  /** PAYGENT_KEEPALIVE */
  readonly keepAlive: boolean
  readonly nowMs: number
}

export function judgeProbe(probe: ProbeFacts, { endpoint, keepAlive, nowMs }: Seen): Finding[] {
  const { answer, clockOffsetMs, serverCertificateEndMs: untilMs, keepsOpen } = probe
  const heard = answer.type !== 'silent' || clockOffsetMs !== null
  return [
    judgeAnswer(answer, endpoint),
    ...(untilMs === null ? [] : [judgeCertificate('server-certificate', { fromMs: 0, untilMs }, nowMs)]),
    heard ? judgeClock(clockOffsetMs) : unseen('clock'),
    keepsOpen === null ? unseen('keep-alive') : judgeKeepAlive(keepsOpen, keepAlive),
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
      // That there is no such payment is what Paygent says to whoever may ask.
      if (NO_SINGLE_PAYMENT.includes(code)) return finding('connection', 'connected', { endpoint })
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
