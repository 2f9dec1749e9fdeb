// Checks the certificates of a connection when the gateway is opened, so that a fault shows before any money is
// moved.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { Duplex } from 'node:stream'
import {
  checkServerIdentity,
  createSecureContext,
  TLSSocket,
  type DetailedPeerCertificate,
  type PeerCertificate,
  type SecureContext,
} from 'node:tls'
import { AppError } from '../errors.js'
import { unusable, type ClientCert, type Part } from './certificate-file.js'

/** The credentials of a connection. The client's certificate comes with its key; it and the pass phrase are secrets. */
export interface Credentials {
  /** PEM text. */
  readonly ca: string
  readonly clientCert: ClientCert
  readonly passphrase: string | null
}

type Client = Pick<Credentials, 'clientCert' | 'passphrase'>

// A marker stands alone on its line: a comment may quote one.
const CERTIFICATES = /^-----BEGIN (?:TRUSTED )?CERTIFICATE-----\s*$[\s\S]*?^-----END (?:TRUSTED )?CERTIFICATE-----/gm
const KEY = /^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/m
const KEY_BLOCK = /^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----[\s\S]*?^-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----/m
const ENCRYPTED_KEY = /^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m

/** Returns OpenSSL's code and none of its text, because the text could quote the input that it could not read. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

const unreadable = (what: Part, error: unknown): AppError => unusable(what, 'unreadable', { code: codeOf(error) })

/** A key that is too short, or a signature by MD5 or SHA-1; of a p12 Node has only OpenSSL's words. */
const TOO_WEAK = /\b(?:ee|ca)[ _](?:key[ _]too[ _]small|md[ _]too[ _]weak)$/i

/**
 * Opens one context for all requests. An agent that is given the certificates instead builds a key string of them
 * for each request.
 * @throws AppError `passphrase-wrong` with `problem` (`missing` or `wrong`); `certificate-unusable` with `what`
 * (`ca`, `client-certificate`, `client-key`), `setting` and `problem`
 */
export function openSecureContext({ ca, ...client }: Credentials): SecureContext {
  certificatesOf(ca, 'ca')
  return openClient(client, { ca })
}

const OLDEST = { minVersion: 'TLSv1.2' } as const
const secretOf = (passphrase: string | null) => (passphrase === null ? {} : { passphrase })

function weakOr(error: unknown): AppError {
  const found = TOO_WEAK.exec(error instanceof Error ? error.message : '')?.[0]
  if (found === undefined) return unreadable('client-certificate', error)
  return unusable('client-certificate', 'too-weak', { code: found.replaceAll(' ', '_').toUpperCase() })
}

type Authorities = Partial<Pick<Credentials, 'ca'>>

const openClient = ({ clientCert, passphrase }: Client, authorities: Authorities = {}): SecureContext =>
  typeof clientCert === 'string'
    ? openPem(clientCert, passphrase, authorities)
    : openContainer(clientCert, passphrase, authorities)

function openPem(pem: string, passphrase: string | null, authorities: Authorities): SecureContext {
  checkOwnFirst(pem, passphrase)
  try {
    return createSecureContext({ ...authorities, cert: pem, key: pem, ...secretOf(passphrase), ...OLDEST })
  } catch (error) {
    throw weakOr(error)
  }
}

/** Node reads the p12. For most faults of it Node has words and no code. */
function openContainer(pfx: Buffer, passphrase: string | null, authorities: Authorities = {}): SecureContext {
  try {
    return createSecureContext({ ...authorities, pfx, ...secretOf(passphrase), ...OLDEST })
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (/mac verify failure|bad decrypt/.test(message)) throw wrongPassphrase(passphrase)
    if (codeOf(error) === 'ERR_CRYPTO_UNSUPPORTED_OPERATION') throw unusable('client-certificate', 'old-container')
    if (message.includes('load private key')) throw unusable('client-key', 'no-key')
    if (message.includes('load certificate')) throw unusable('client-certificate', 'no-certificate')
    throw weakOr(error)
  }
}

const wrongPassphrase = (passphrase: string | null): AppError =>
  new AppError('passphrase-wrong', { problem: passphrase === null ? 'missing' : 'wrong' })

/**
 * Checks that the client's file holds a certificate and its key, that the certificate stands first, that the pass
 * phrase opens the key, and that OpenSSL takes both.
 * @throws AppError `passphrase-wrong`, `certificate-unusable`, as `openSecureContext` does
 */
export const checkClientKey = (client: Client): void => void openClient(client)

function checkOwnFirst(clientCert: string, passphrase: string | null): void {
  const certificates = certificatesOf(clientCert, 'client-certificate')
  const key = privateKeyOf(clientCert, passphrase)
  const place = certificates.findIndex((certificate) => certificate.checkPrivateKey(key))
  const own = certificates[place]
  if (own === undefined) throw unusable('client-key', 'mismatch')
  if (place === 0) return
  const isReversed = place > 1 && place === certificates.length - 1
  throw unusable('client-certificate', isReversed ? 'chain-reversed' : 'ca-first', { name: commonName(own) })
}

const commonName = ({ subject }: X509Certificate): string => /^CN=(.*)$/m.exec(subject)?.[1] ?? subject

/**
 * Whether each certificate of a client's file is followed by that of its issuer, where the file holds that. A server
 * need not sort them.
 */
export function isChainSorted(client: Client): boolean {
  const certificates = certificatesOfClient(client)
  return certificates.every((certificate, place) => {
    const others = certificates.filter((_, at) => at !== place)
    const isRoot = certificate.checkIssued(certificate)
    const holdsIssuer = others.some((other) => certificate.checkIssued(other))
    const next = certificates[place + 1]
    return isRoot || !holdsIssuer || (next !== undefined && certificate.checkIssued(next))
  })
}

/** A period of validity, in epoch milliseconds. */
export interface CertificatePeriod {
  readonly fromMs: number
  readonly untilMs: number
}

/**
 * Returns when the certificates of the authorities are valid: from the first to the last one, because a bundle keeps
 * old authorities that no longer sign anything.
 * @param ca PEM text
 * @throws AppError `certificate-unusable`
 */
export function authorityPeriod(ca: string): CertificatePeriod {
  const periods = certificatesOf(ca, 'ca').map(periodOf)
  return {
    fromMs: Math.min(...periods.map(({ fromMs }) => fromMs)),
    untilMs: Math.max(...periods.map(({ untilMs }) => untilMs)),
  }
}

/** The certificates of a client's file by their periods: its own, and those of the chain behind it. */
export interface ClientPeriods {
  readonly own: CertificatePeriod
  /** With the common name of each. */
  readonly chain: readonly (CertificatePeriod & { readonly name: string })[]
}

/**
 * Returns when the certificates of the client's file are valid. The own one stands first, as `checkClientKey` requires.
 * A chain may keep old authorities that Paygent does not need. Of a p12 Node tells the own certificate alone.
 * @throws AppError `passphrase-wrong`, `certificate-unusable`
 */
export function clientPeriods(client: Client): ClientPeriods {
  const [own, ...chain] = certificatesOfClient(client)
  if (own === undefined) throw unusable('client-certificate', 'no-certificate')
  return { own: periodOf(own), chain: chain.map((each) => ({ ...periodOf(each), name: commonName(each) })) }
}

const periodOf = ({ validFrom, validTo }: X509Certificate): CertificatePeriod => ({
  fromMs: Date.parse(validFrom),
  untilMs: Date.parse(validTo),
})

function certificatesOfClient({ clientCert, passphrase }: Client): X509Certificate[] {
  if (typeof clientCert === 'string') return certificatesOf(clientCert, 'client-certificate')
  const secureContext = openContainer(clientCert, passphrase)
  // A socket that leads nowhere shows the certificate that it would present.
  const socket = new TLSSocket(new Duplex({ read() {}, write() {} }), { secureContext })
  const certificate = socket.getX509Certificate()
  socket.destroy()
  if (certificate === undefined) throw unusable('client-certificate', 'no-certificate')
  return [certificate]
}

function certificatesOf(pem: string, what: Part): X509Certificate[] {
  const blocks = pem.match(CERTIFICATES)
  if (!blocks) throw unusable(what, 'no-certificate')
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch (error) {
    throw unreadable(what, error)
  }
}

/** OpenSSL knows the cipher, and has it no longer among those in use: DES, RC2, or a key derived by MD5. */
const OLD_CIPHER = 'ERR_OSSL_EVP_UNSUPPORTED'

function privateKeyOf(clientCert: string, passphrase: string | null): KeyObject {
  if (!KEY.test(clientCert)) throw unusable('client-key', 'no-key')
  const isEncrypted = ENCRYPTED_KEY.test(clientCert)
  if (isEncrypted && passphrase === null) throw wrongPassphrase(null)
  // Where anything stands behind the key, be it an empty line, OpenSSL reports that instead of the key's cipher.
  const key = KEY_BLOCK.exec(clientCert)?.[0] ?? clientCert
  try {
    return createPrivateKey({ key, ...secretOf(passphrase) })
  } catch (error) {
    if (!isEncrypted) throw unreadable('client-key', error)
    if (codeOf(error) === OLD_CIPHER) throw unusable('client-key', 'old-cipher')
    // A wrong pass phrase causes various errors, depending on how the padding decrypts.
    throw wrongPassphrase(passphrase)
  }
}

export type ServerCheck = typeof checkServerIdentity

/**
 * The check of the server's name and, with a p12, of its authority too. Node takes the authorities within a p12 for
 * ones that may vouch for a server; here only those of the CA file may.
 */
export function serverCheckOf({ ca, clientCert }: Credentials): ServerCheck {
  if (typeof clientCert === 'string') return checkServerIdentity
  const authorities = certificatesOf(ca, 'ca')
  return (host, certificate) => {
    const problem = checkServerIdentity(host, certificate)
    if (problem !== undefined) return problem
    if (chainOf(certificate).some((link) => authorities.some((authority) => isVouchedFor(link, authority)))) return
    return Object.assign(new Error('No authority of the CA file vouches for the server'), { code: 'CERT_UNTRUSTED' })
  }
}

const isVouchedFor = (link: X509Certificate, authority: X509Certificate): boolean =>
  link.fingerprint256 === authority.fingerprint256 || isSignedBy(link, authority)

const isSignedBy = (link: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && link.checkIssued(issuer) && link.verify(issuer.publicKey)

/** The server's certificate and its issuers, as far as each one has signed the one before it. */
function chainOf(leaf: PeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = []
  for (
    let next: PeerCertificate | undefined = leaf;
    next?.raw;
    next = (next as DetailedPeerCertificate).issuerCertificate
  ) {
    const link = new X509Certificate(next.raw)
    const last = chain.at(-1)
    if (last !== undefined && (last.fingerprint256 === link.fingerprint256 || !isSignedBy(last, link))) break
    chain.push(link)
  }
  return chain
}
