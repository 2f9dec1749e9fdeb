// Checks the certificates of a connection when the gateway is opened, so that a fault shows before any money is
// moved.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { AppError } from '../errors.js'

/** The credentials as PEM texts. The client's PEM holds certificate and key; it and the pass phrase are secrets. */
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

/** Returns OpenSSL's code and none of its text, because the text could quote the input that it could not read. */
const problemOf = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'unreadable'
}

/**
 * Opens one context for all requests. An agent that is given the certificates instead builds a key string of them
 * for each request.
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
 * Checks that the client's PEM holds a certificate and its key, and that the pass phrase opens the key.
 * @throws AppError `passphrase-wrong`, `certificate-unusable`, as `openSecureContext` does
 */
export function checkClientKey(client: Pick<Credentials, 'clientCert' | 'passphrase'>): void {
  const [certificate] = certificatesOf(client.clientCert, 'client-certificate')
  if (!certificate?.checkPrivateKey(privateKeyOf(client))) throw unusable('client-key', 'mismatch')
}

/** A period of validity, in epoch milliseconds. */
export interface CertificatePeriod {
  readonly fromMs: number
  readonly untilMs: number
}

/**
 * Returns when the certificates of a PEM text are valid. Every certificate of a client's chain must be valid, but
 * only one of the authorities, because a bundle keeps old authorities that no longer sign anything.
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
    // A wrong pass phrase causes various errors, depending on how the padding decrypts.
    if (isEncrypted) throw new AppError('passphrase-wrong', { problem: 'wrong' })
    throw unusable('client-key', problemOf(error))
  }
}
