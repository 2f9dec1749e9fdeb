// Makes certificates at run time: an authority, server certificates and client certificates, EC by default.
import { createPrivateKey } from 'node:crypto'
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
  readonly notAfterDate?: Date
  readonly keyType?: 'ec' | 'rsa'
}

async function make({ name, by, notAfterDate = END, keyType = 'ec' }: Wanted): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keyType,
    notBeforeDate: START,
    notAfterDate,
    ...(by ? { ca: by } : {}),
    extensions: by
      ? [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }]
      : [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
        ],
  })
  return { cert: made.cert, key: made.private }
}

export const makeAuthority = (name = 'Test authority', keyType: 'ec' | 'rsa' = 'ec'): Promise<Pair> =>
  make({ name, keyType })

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
