// Classifies faults of the gateway: why a batch stops, why an order is left out, and the error that is shown before
// anything is sent.
import type { Fault, InquiryAnswer } from '../domain/answer.js'
import type { Handling } from '../domain/codes.js'
import type { Reason } from '../domain/outcome.js'
import { AppError, type ErrorCode } from '../errors.js'

/** The certificate that is wrong: the server's, its host name, or our own. */
export type CertificateProblem = Extract<Fault['kind'], 'certificate' | 'host-name' | 'client-certificate'>

/** Why a batch ended before its last order. */
export type StopReason =
  | { readonly type: 'code'; readonly code: string; readonly detail: string }
  /** The same malformed-request code three times in a row. */
  | { readonly type: 'malformed'; readonly code: string }
  /** `--stop-after`: this many unknown or unsent outcomes in a row. */
  | { readonly type: 'stop-after'; readonly count: number }
  /** This many of the first orders were not accepted, so the nightly run stops by itself. */
  | { readonly type: 'failures'; readonly count: number; readonly of: number }
  /** The inquiry about the previous request got no answer. The next run asks about it before it sends. */
  | { readonly type: 'inquiry-unanswered' }
  /** A certificate, the server's or ours, is no longer accepted. Every new connection will fail. */
  | { readonly type: 'certificate'; readonly problem: CertificateProblem; readonly code: string }
  | { readonly type: 'until' }
  /** Ctrl-C, SIGTERM, SIGHUP or a closed pipe. */
  | { readonly type: 'interrupted' }
  /** Wall clock and monotonic clock have diverged. */
  | { readonly type: 'clock' }
  /** The shop's database no longer answers, so the lock that keeps other desks from sending is lost. */
  | { readonly type: 'shop-lost'; readonly code: string }
  /** The plan of a file: an order has changed before the first request. */
  | { readonly type: 'plan-differs' }

/** Why an order is left out after an inquiry, with Paygent's code or the fault's. */
export interface LeftOut {
  readonly reason: Extract<Reason, 'no-payment' | 'no-answer' | 'attention' | 'changed'>
  readonly code: string | null
}

const FAULT_ERRORS = {
  lookup: 'gateway-unreachable',
  refused: 'gateway-unreachable',
  timeout: 'gateway-unreachable',
  reset: 'gateway-unreachable',
  proxy: 'gateway-unreachable',
  certificate: 'server-not-verified',
  'host-name': 'server-not-verified',
  'client-certificate': 'client-certificate-refused',
  answer: 'gateway-not-understood',
  'too-large': 'gateway-not-understood',
  other: 'gateway-unreachable',
} as const satisfies Record<Fault['kind'], ErrorCode>

/** Faults of the connection to Paygent. The next request meets them too, whatever its order. */
const OF_THE_WAY: readonly Fault['kind'][] = [
  'lookup',
  'refused',
  'proxy',
  'certificate',
  'host-name',
  'client-certificate',
]

/** In these phases nothing of a request has left, so its content cannot be the reason. */
const BEFORE_THE_REQUEST: readonly string[] = ['connect', 'secure']

/** The stop for a certificate that is no longer accepted; null for any other fault, which may pass. */
export function certificateStop(fault: Fault | undefined): StopReason | null {
  switch (fault?.kind) {
    case 'certificate':
    case 'host-name':
    case 'client-certificate':
      return { type: 'certificate', problem: fault.kind, code: fault.code }
    default:
      return null
  }
}

/**
 * Adds to a decision about a request that met a fault the stop that the fault requires. Under TLS 1.3 a server reports
 * only after the request has been sent that it refuses our certificate.
 */
export const stoppedBy = <Decided extends { readonly stop: StopReason | null }>(
  fault: Fault,
  decided: Decided,
): Decided => ({
  ...decided,
  stop: certificateStop(fault) ?? decided.stop,
})

/** The stop for an inquiry without an answer. */
export const silenceStop = (fault: Fault | undefined): StopReason =>
  certificateStop(fault) ?? { type: 'inquiry-unanswered' }

/** After such a stop, another inquiry now about the request would not help. It is left to `reconcile`. */
export const endsAsking = (stop: StopReason | null): boolean =>
  stop?.type === 'inquiry-unanswered' || stop?.type === 'certificate'

/**
 * Whether connection or login are gone, so that Paygent cannot be asked about anything. Otherwise the fault may concern
 * this order alone.
 */
export function isCutOff(answer: InquiryAnswer): boolean {
  if (answer.type === 'told') return false
  if (answer.type === 'rejected') return answer.handling === 'stop-login' || answer.handling === 'stop'
  const { kind, phase } = answer.fault
  const broken = (kind === 'timeout' || kind === 'reset') && BEFORE_THE_REQUEST.includes(phase)
  return broken || OF_THE_WAY.includes(kind)
}

/** Whether Paygent has answered at all: login, certificate and connection are good. */
export const isHeard = (answer: InquiryAnswer): boolean =>
  answer.type === 'told' ||
  (answer.type === 'rejected' && ANSWERED.includes(answer.handling)) ||
  (answer.type === 'silent' && answer.fault.kind === 'answer')

/**
 * Whether the answer proves that Paygent answers about orders: it holds a fact or a code. What cannot be read may be the
 * page of a gateway that is down for all of them.
 */
export const isAnswered = (answer: InquiryAnswer): boolean => answer.type !== 'silent' && isHeard(answer)

/**
 * Whether the answer is about the payment: a fact, or a code that there is no such one. Any other code may be that of a
 * gateway which refuses every inquiry.
 */
export const tellsOfPayment = (answer: InquiryAnswer): boolean =>
  answer.type === 'told' || (answer.type === 'rejected' && answer.handling === 'rejected')

/** Whether an answer came that cannot be read. The connection works, and another request may be answered well. */
export const isUnreadable = ({ fault: { kind } }: { readonly fault: Fault }): boolean =>
  kind === 'answer' || kind === 'too-large'

/** Why an order is left out for which Paygent gave no fact: a code about it, or no answer for now. */
export const leftOutBy = (answer: Exclude<InquiryAnswer, { type: 'told' }>): LeftOut =>
  answer.type === 'silent' || worthAsking(answer.handling)
    ? { reason: 'no-answer', code: answer.type === 'silent' ? answer.fault.code : answer.code }
    : { reason: 'no-payment', code: answer.code }

const ANSWERED: readonly Handling[] = ['rejected', 'malformed', 'inquire']

/** The error for an inquiry without a result, before money was touched. */
export function troubleOf(answer: Exclude<InquiryAnswer, { type: 'told' }>): AppError {
  if (answer.type === 'silent') {
    const { kind, code, phase, message, simulatorPort: port } = answer.fault
    return new AppError(FAULT_ERRORS[kind], { code, phase, problem: message, ...(port !== undefined && { port }) })
  }
  const params = { code: answer.code, detail: answer.detail }
  if (answer.handling === 'stop-login') return new AppError('login-refused', params)
  return new AppError(answer.handling === 'stop' ? 'gateway-closed' : 'gateway-not-understood', params)
}

/** Whether a second inquiry may not meet the same code again. */
export const worthAsking = (handling: Handling): boolean => handling === 'busy' || handling === 'notice-busy'

/** Codes that mean neither "not now" nor "not you" nor "no such payment": the request about this order is at fault. */
export const isAboutTheOrder = (answer: InquiryAnswer): answer is Extract<InquiryAnswer, { type: 'rejected' }> =>
  answer.type === 'rejected' && (answer.handling === 'malformed' || answer.handling === 'inquire')
