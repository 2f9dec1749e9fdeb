// Finds the settings files that hold a secret, and refuses a secret that other users can read.
import { decodeSettings } from '../config/settings-text.js'
import { AppError } from '../errors.js'
import { readFileSync, statSync } from 'node:fs'
import { parseEnv } from 'node:util'

const PASSWORDS: readonly string[] = ['PAYGENT_CONNECT_PASSWORD', 'PAYGENT_CLIENT_CERT_PASSPHRASE']
const ADDRESSES: readonly string[] = ['PAYGENT_SHOP_DATABASE', 'PAYGENT_PROXY', 'PAYGENT_WEBHOOK', 'PAYGENT_PING']
const WITH_PASSWORD = /:\/\/[^/\s]*:[^/\s]*@/

/** A line with such a setting, and its value as it is written. */
const LINES = new RegExp(
  String.raw`^[^\S\n]*(?:export[^\S\n]+)?(${[...PASSWORDS, ...ADDRESSES].join('|')})[^\S\n]*=[^\S\n]*(.*)$`,
  'gm',
)
const NO_VALUE = /^(?:""|''|``)?\s*(?:#.*)?$/

/**
 * Whether a settings file holds a password or pass phrase, or an address that contains one. A line that has no effect,
 * because a later one counts, can be read all the same.
 * @param text of the file
 */
export function holdsPassword(text: string): boolean {
  const lines = [...text.matchAll(LINES)].map(
    ([, name = '', value = '']) => [name, value.replace(NO_VALUE, '')] as const,
  )
  return [...lines, ...Object.entries(parseEnv(text))].some(([name, value = '']) => isSecret(name, value))
}

const isSecret = (name: string, value: string): boolean =>
  PASSWORDS.includes(name) ? value !== '' : ADDRESSES.includes(name) && WITH_PASSWORD.test(value)

/** Settings that are an address whose path is the secret: it needs no login to post there. */
const SECRET_ADDRESSES = ['PAYGENT_WEBHOOK', 'PAYGENT_PING'] as const

/** Whether a settings file holds such an address. One that cannot be read holds none. */
export function holdsSecretAddress(path: string): boolean {
  try {
    const variables = parseEnv(decodeSettings(readFileSync(path)).text)
    return SECRET_ADDRESSES.some((name) => variables[name])
  } catch {
    return false
  }
}

/** Refuses a secret that other users can read, with the chmod that corrects it; ssh does the same. */
export function refuseReadable(path: string): void {
  if ((statSync(path).mode & 0o077) !== 0) throw new AppError('file-too-open', { path })
}
