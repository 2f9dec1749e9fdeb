// The certificates of a connection, checked when the gateway is opened and not when money waits.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { AppError } from '../errors.js'

/** PEM texts. The client's holds certificate and key; it and the pass phrase are secrets. */
export interface Credentials {
  readonly ca: string
  readonly clientCert: string
  readonly passphrase: string | null
}

type Part = 'ca' | 'client-certificate' | 'client-key'

const CERTIFICATES = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g
const KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/
const ENCRYPTED_KEY = /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/

const unusable = (what: Part, problem: string): AppError => new AppError('certificate-unusable', { what, problem })

/** OpenSSL's code and nothing of its text: the text could quote what it could not read. */
const problemOf = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'unreadable'
}

/**
 * One context for all requests: an agent that is given certificates instead builds a key string of them each time.
 * @throws AppError `passphrase-wrong` with `problem` (`missing` or `wrong`); `certificate-unusable` with `what`
 * (`ca`, `client-certificate`, `client-key`) and `problem`
 */
export function openSecureContext(credentials: Credentials): SecureContext {
  const { ca, clientCert, passphrase } = credentials
  certificatesOf(ca, 'ca')
  checkClientKey(credentials)
  try {
    const secret = passphrase === null ? {} : { passphrase }
    return createSecureContext({ ca, cert: clientCert, key: clientCert, ...secret, minVersion: 'TLSv1.2' })
  } catch (error) {
    throw unusable('client-certificate', problemOf(error))
  }
}

/**
 * That the client's PEM holds a certificate and its key, and the pass phrase opens it.
 * @throws AppError `passphrase-wrong`, `certificate-unusable`, as `openSecureContext` does
 */
export function checkClientKey(client: Pick<Credentials, 'clientCert' | 'passphrase'>): void {
  const [certificate] = certificatesOf(client.clientCert, 'client-certificate')
  if (!certificate?.checkPrivateKey(privateKeyOf(client))) throw unusable('client-key', 'mismatch')
}

/** From when to when something is good; epoch milliseconds. */
export interface CertificatePeriod {
  readonly fromMs: number
  readonly untilMs: number
}

/**
 * When the certificates of a PEM text are good: all of a client's chain, but any of the authorities, because a bundle
 * of them keeps old ones that nobody signs with any more.
 * @throws AppError `certificate-unusable` with `what` and `problem`
 */
export function certificatePeriod(pem: string, what: 'ca' | 'client-certificate'): CertificatePeriod {
  const certificates = certificatesOf(pem, what)
  const from = certificates.map(({ validFrom }) => Date.parse(validFrom))
  const until = certificates.map(({ validTo }) => Date.parse(validTo))
  return what === 'ca'
    ? { fromMs: Math.min(...from), untilMs: Math.max(...until) }
    : { fromMs: Math.max(...from), untilMs: Math.min(...until) }
}

function certificatesOf(pem: string, what: Part): X509Certificate[] {
  const blocks = pem.match(CERTIFICATES)
  if (!blocks) throw unusable(what, 'no-certificate')
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch (error) {
    throw unusable(what, problemOf(error))
  }
}

function privateKeyOf({ clientCert, passphrase }: Pick<Credentials, 'clientCert' | 'passphrase'>): KeyObject {
  if (!KEY.test(clientCert)) throw unusable('client-key', 'no-key')
  const isEncrypted = ENCRYPTED_KEY.test(clientCert)
  if (isEncrypted && passphrase === null) throw new AppError('passphrase-wrong', { problem: 'missing' })
  try {
    return createPrivateKey({ key: clientCert, ...(passphrase === null ? {} : { passphrase }) })
  } catch (error) {
    // A wrong pass phrase shows in many ways, as the padding happens to come out.
    if (isEncrypted) throw new AppError('passphrase-wrong', { problem: 'wrong' })
    throw unusable('client-key', problemOf(error))
  }
}
