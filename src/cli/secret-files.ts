// Finds the settings files that hold a secret, and refuses a secret that other users can read.
import { decodeSettings } from '../config/settings-text.js'
import { AppError } from '../errors.js'
import { readFileSync, statSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** The settings that are a password or pass phrase, or an address that contains one. */
const PASSWORDS =
  /^\s*(?:export\s+)?PAYGENT_(?:(?:CONNECT_PASSWORD|CLIENT_CERT_PASSPHRASE)\s*=\s*[^\s#]|(?:SHOP_DATABASE|PROXY|WEBHOOK|PING)\s*=\s*\S*:\/\/[^/\s]*:[^/\s]*@)/m

/** @param text of a settings file */
export const holdsPassword = (text: string): boolean => PASSWORDS.test(text)

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
