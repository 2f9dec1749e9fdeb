// Turns errors of the wire into faults. Errors of the HTTP library carry the whole request with its secrets, so
// only three things are passed on: a code that looks like one, the phase, and our own words.
import { InterimAnswer } from '../deadline.js'
import { FAULT_MESSAGES, type Fault } from '../domain/answer.js'

/** The phase of an exchange. Until `secure` has ended, nothing of the request has been sent. */
export type Phase = 'connect' | 'secure' | 'send' | 'response' | 'read'

/** Builds a fault with the sentence for its kind. */
export const fault = (kind: Fault['kind'], code: string, phase: Phase): Fault => ({
  kind,
  code,
  phase,
  message: FAULT_MESSAGES[kind],
})

/** Codes as Node and OpenSSL spell them. The first pattern that matches decides. */
const KINDS: readonly (readonly [RegExp, Fault['kind']])[] = [
  [/^(ENOTFOUND|EAI_[A-Z]+|ENODATA|ESERVFAIL)$/, 'lookup'],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EACCES|EPERM)$/, 'refused'],
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT)$/, 'timeout'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE)$/, 'reset'],
  [/^ERR_TLS_CERT_ALTNAME_/, 'host-name'],
  // Alerts that the server sends about our certificate. If no certificate suits the server, TLS 1.2 reports
  // handshake_failure.
  [/^ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED$/, 'client-certificate'],
  [/^ERR_SSL_SSLV3_ALERT_(NO|BAD|UNSUPPORTED)_CERTIFICATE$/, 'client-certificate'],
  [/^ERR_SSL_SSLV3_ALERT_CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN)$/, 'client-certificate'],
  [/^ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE$/, 'client-certificate'],
  [/^ERR_SSL_TLSV1_ALERT_(UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)$/, 'client-certificate'],
  // OpenSSL's findings about the server's certificate.
  [/^(CERT|CRL|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|INVALID|PATH_LENGTH|ERROR_IN|HOSTNAME)_/, 'certificate'],
  [/^HPE_/, 'answer'],
]

/** The same alerts by number, for errors to which Node gives the code EPROTO because a write was pending. */
const CLIENT_CERTIFICATE_ALERTS: readonly number[] = [40, 41, 42, 43, 44, 45, 46, 48, 49, 51, 116]

/** The answer went on after 1 MiB, and the rest was not read. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge'
}

/** More than one answer arrived. */
export class SurplusAnswer extends Error {
  override readonly name = 'SurplusAnswer'
}

/** This program has closed the connection, as at its end. Asking again on another one would outlive it. */
export class ClientClosed extends Error {
  override readonly name = 'ClientClosed'
}

/** @param viaProxy whether the proxy had still to make the connection */
export function faultOf(error: unknown, phase: Phase, viaProxy: boolean): Fault {
  if (error instanceof AnswerTooLarge) return fault('too-large', 'too-large', phase)
  if (error instanceof SurplusAnswer) return fault('answer', 'surplus', phase)
  if (error instanceof InterimAnswer) return fault('answer', `http-status-${error.status}`, phase)
  if (error instanceof ClientClosed) return fault('other', 'closed', phase)
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : ''
  if (viaProxy) return fault('proxy', proxyCode(message) ?? code, phase)
  if (code === 'EPROTO') return alertFault(message, phase)
  return fault(KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? 'other', code, phase)
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,79}$/.test(code) ? code : 'unknown'
}

/** hpagent gives the reason why the proxy did not connect only as text. */
function proxyCode(message: string): string | null {
  const status = /^Bad response: (\d{3})$/.exec(message)?.[1]
  return status === undefined ? null : `proxy-${status}`
}

function alertFault(message: string, phase: Phase): Fault {
  const alert = Number(/SSL alert number (\d+)/.exec(message)?.[1] ?? Number.NaN)
  const kind = CLIENT_CERTIFICATE_ALERTS.includes(alert) ? 'client-certificate' : 'other'
  return fault(kind, Number.isNaN(alert) ? 'EPROTO' : `alert-${alert}`, phase)
}
