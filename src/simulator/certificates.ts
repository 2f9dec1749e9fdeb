// Makes the simulator's own CA, server certificate and client certificate. The CA's key is thrown away once they are
// signed.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { systemClock } from '../clock.js'
import { AppError } from '../errors.js'
import { makeFolders } from '../folders.js'
import { DAY_MS } from './timers.js'

export interface SimulatorCertificates {
  /** PEM texts. */
  readonly ca: string
  readonly serverCert: string
  readonly serverKey: string
  /** Certificate and encrypted key in one PEM, as Paygent delivers them. */
  readonly clientCert: string
  readonly passphrase: string
}

/** The same certificates, with the files that hold them. */
export interface KeptCertificates extends SimulatorCertificates {
  readonly paths: { readonly ca: string; readonly server: string; readonly serverKey: string; readonly client: string }
}

type Paths = KeptCertificates['paths']

/** The pass phrase that shops usually find in the mail from Paygent. */
const PASSPHRASE = 'changeit'
const LIFE_DAYS = 3650

const usage = { name: 'keyUsage', digitalSignature: true, critical: true } as const
const leaf = { name: 'basicConstraints', cA: false, critical: true } as const

/**
 * Makes all three certificates anew, with elliptic keys, valid for ten years from yesterday.
 * @param names host names and addresses that the server's certificate covers beside localhost and 127.0.0.1
 */
export async function makeCertificates(names: readonly string[] = []): Promise<SimulatorCertificates> {
  const { generate } = await import('selfsigned')
  const nowMs = systemClock.nowMs()
  const common = {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + LIFE_DAYS * DAY_MS),
  } as const
  const named = (commonName: string) => [{ name: 'commonName', value: commonName }]
  const ca = await generate(named('paygent simulator CA'), {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const signed = { ...common, ca: { key: ca.private, cert: ca.cert } }
  const hosts = [...new Set(['localhost', '127.0.0.1', ...names])].map((name) =>
    isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const),
  )
  const server = await generate(named('localhost'), {
    ...signed,
    extensions: [leaf, usage, { name: 'extKeyUsage', serverAuth: true }, { name: 'subjectAltName', altNames: hosts }],
  })
  const client = await generate(named('paygent simulator client'), {
    ...signed,
    extensions: [leaf, usage, { name: 'extKeyUsage', clientAuth: true }],
  })
  return {
    ca: withNewline(ca.cert),
    serverCert: withNewline(server.cert),
    serverKey: withNewline(server.private),
    clientCert: withNewline(client.cert) + encryptedKey(client.private),
    passphrase: PASSPHRASE,
  }
}

const withNewline = (pem: string): string => `${pem.trim()}\n`

const encryptedKey = (pem: string): string =>
  createPrivateKey(pem)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
    .toString()

/** The files of a folder, whether they are there or not. */
export const certificatePaths = (dir: string): Paths => ({
  ca: join(dir, 'ca.pem'),
  server: join(dir, 'server.pem'),
  serverKey: join(dir, 'server-key.pem'),
  client: join(dir, 'client.pem'),
})

/**
 * Returns the certificates of a folder, and makes them (folder 0700, files 0600) when they are missing, expired or
 * without one of the names.
 * @throws AppError `file-unreadable` when the folder cannot be used, `certificate-unusable` when a file is not a PEM
 */
export async function ensureCertificates(dir: string, names: readonly string[] = []): Promise<KeptCertificates> {
  const paths = certificatePaths(dir)
  const found = readCertificates(paths)
  if (found !== null && isCurrent(found, paths) && covers(found, paths, names)) return { ...found, paths }
  const made = await makeCertificates(names)
  try {
    makeFolders(dir, 0o700)
    writePrivate(paths.ca, made.ca)
    writePrivate(paths.server, made.serverCert)
    writePrivate(paths.serverKey, made.serverKey)
    writePrivate(paths.client, made.clientCert)
  } catch (error) {
    throw unreadable(dir, error)
  }
  return { ...made, paths }
}

/** The mode of `writeFileSync` applies only to a new file. */
function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 })
  chmodSync(path, 0o600)
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? 'unknown')

const unreadable = (path: string, error: unknown): AppError =>
  new AppError('file-unreadable', { path, setting: '--certs', problem: codeOf(error) }, { cause: error })

function readCertificates(paths: Paths): SimulatorCertificates | null {
  const read = (path: string): string | null => {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      throw unreadable(path, error)
    }
  }
  const [ca, serverCert, serverKey, clientCert] = [paths.ca, paths.server, paths.serverKey, paths.client].map(read)
  return ca && serverCert && serverKey && clientCert
    ? { ca, serverCert, serverKey, clientCert, passphrase: PASSPHRASE }
    : null
}

/** A set that expires within a day, or that mixes two sets, is made anew. */
function isCurrent(found: SimulatorCertificates, paths: Paths): boolean {
  const ca = parsed(found.ca, paths.ca)
  const leaves = [parsed(found.serverCert, paths.server), parsed(found.clientCert, paths.client)]
  const untilMs = Math.min(...[ca, ...leaves].map((certificate) => Date.parse(certificate.validTo)))
  return untilMs > systemClock.nowMs() + DAY_MS && leaves.every((certificate) => certificate.verify(ca.publicKey))
}

function covers(found: SimulatorCertificates, paths: Paths, names: readonly string[]): boolean {
  const server = parsed(found.serverCert, paths.server)
  return names.every((name) => (isIP(name) === 0 ? server.checkHost(name) : server.checkIP(name)) !== undefined)
}

function parsed(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new AppError('certificate-unusable', { what: path, problem: codeOf(error) }, { cause: error })
  }
}
