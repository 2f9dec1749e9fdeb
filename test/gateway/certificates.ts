// Makes certificates at run time: an authority, server certificates and client certificates, EC by default.
import { execFileSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'

export interface Pair {
  readonly cert: string
  readonly key: string
}

const DAY_MS = 24 * 60 * 60 * 1000
/** Counted from a fixed day, with room on both sides: the tests must not depend on today. */
const START = new Date('2020-01-01T00:00:00Z')
const END = new Date('2049-01-01T00:00:00Z')

interface Wanted {
  readonly name: string
  readonly by?: Pair
  /** May sign others; one without an issuer may always. */
  readonly isAuthority?: boolean
  readonly notAfterDate?: Date
  readonly keyType?: 'ec' | 'rsa'
}

async function make({ name, by, isAuthority = !by, notAfterDate = END, keyType = 'ec' }: Wanted): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keyType,
    notBeforeDate: START,
    notAfterDate,
    ...(by ? { ca: by } : {}),
    extensions: isAuthority
      ? [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
        ]
      : [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  })
  return { cert: made.cert, key: made.private }
}

export const makeAuthority = (name = 'Test authority', keyType: 'ec' | 'rsa' = 'ec'): Promise<Pair> =>
  make({ name, keyType })

/** An authority that another one has signed. */
export const makeIntermediate = (by: Pair): Promise<Pair> => make({ name: 'Test intermediate', by, isAuthority: true })

export const makeServer = (by: Pair, name = 'localhost', keyType: 'ec' | 'rsa' = 'ec'): Promise<Pair> =>
  make({ name, by, keyType })

export const makeExpiredServer = (by: Pair): Promise<Pair> =>
  make({ name: 'localhost', by, notAfterDate: new Date(START.getTime() + DAY_MS) })

export const makeClient = (by: Pair): Promise<Pair> => make({ name: 'client', by })

/** Certificate and key in one PEM, as Paygent hands them out; the key encrypted if there is a pass phrase. */
export function joinPem({ cert, key }: Pair, passphrase: string | null = null): string {
  if (passphrase === null) return `${cert}\n${key}\n`
  const encrypted = createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
  return `${cert}\n${encrypted}\n`
}

/** The program that makes the forms which Node can only read, such as a p12; null where it is not installed. */
export const OPENSSL = ((): string | null => {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' })
  } catch {
    return null
  }
})()

/** A folder's files through `openssl`, as a shell reads the words. */
export const openssl = (cwd: string, words: string): Buffer =>
  execFileSync('sh', ['-c', `openssl ${words}`], { cwd, stdio: ['ignore', 'pipe', 'ignore'] })

/** Certificate and key as a p12, with the authorities that stand beside them. */
export function joinContainer({ cert, key }: Pair, passphrase: string, authorities: readonly Pair[] = []): Buffer {
  const cwd = mkdtempSync(join(tmpdir(), 'paygent-p12-'))
  try {
    writeFileSync(join(cwd, 'client.pem'), joinPem({ cert, key }))
    writeFileSync(join(cwd, 'ca.pem'), authorities.map((authority) => `${authority.cert}\n`).join(''))
    const beside = authorities.length === 0 ? '' : '-certfile ca.pem '
    return openssl(cwd, `pkcs12 -export -in client.pem ${beside}-passout pass:${passphrase}`)
  } finally {
    rmSync(cwd, { recursive: true })
  }
}
