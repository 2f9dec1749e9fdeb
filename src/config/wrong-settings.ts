// Finds settings that are allowed values and yet not what was meant: misspelt, given twice, copied, or never expanded.
import { AppError } from '../errors.js'
import type { Variables } from './config.js'
import { SCHEMA } from './schema.js'
import { PATH_SETTINGS, type SettingsText } from './settings-text.js'
import { parseEnv } from 'node:util'

export interface GivenSettings {
  /** The settings file; null where there is none. */
  readonly file: (SettingsText & { readonly path: string }) | null
  readonly environment: Variables
}

/** @param similarTo the names that are spelt alike, the likeliest ones only */
export function wrongSettings(
  { file, environment }: GivenSettings,
  similarTo: (name: string, names: readonly string[]) => readonly string[],
): AppError[] {
  const lines = file === null ? new Map<string, number[]>() : linesOf(file.text)
  const inFile = [...lines.keys()]
  const inEnvironment = Object.keys(onlySet(environment))
  const values = { ...(file === null ? {} : parseEnv(file.text)), ...onlySet(environment) }
  const named = [...new Set([...inFile, ...inEnvironment.filter((name) => OURS.test(name))])]
  return [
    ...(file === null || file.encoding === null ? [] : [encodingFault(file.path, file.encoding)]),
    ...named.flatMap((name) => unknownFault(name, similarTo)),
    ...(file === null ? [] : fileFaults(file, lines)),
    ...PATH_SETTINGS.flatMap((name) => unexpandedFault(name, values[name] ?? '')),
    ...pathsIn(values[SHOP] ?? '').flatMap((path) => unexpandedFault(SHOP, path)),
    ...Object.keys(SCHEMA.shape).flatMap((name) => placeholderFault(name, values[name] ?? '')),
  ]
}

const onlySet = (variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))

/** It chooses the settings file, so that inside of one it comes too late. */
const CHOOSES_FILE = 'PAYGENT_PROFILE'

/** Names that stand twice or have no meaning in a file, and those that Node passes over: a space after an empty value makes the next line its value. */
function fileFaults({ path, text }: { readonly path: string; readonly text: string }, found: Lines): AppError[] {
  // Without a line break at its end Node passes over an empty value there, too.
  const read = parseEnv(`${text}\n`)
  return [...found].flatMap(([name, at]) => {
    const facts = { name, path, lines: at.map(String) }
    if (!Object.hasOwn(read, name)) return [new AppError('setting-unread', facts)]
    const ineffective = name === CHOOSES_FILE && read[name] !== '' ? [new AppError('setting-not-of-file', facts)] : []
    return at.length > 1 ? [...ineffective, new AppError('setting-twice', facts)] : ineffective
  })
}

const encodingFault = (path: string, encoding: string): AppError =>
  new AppError('settings-encoding', { path, encoding })

/** Each name that stands in a settings file, as Node reads it, with the numbers of its lines. */
const ASSIGNMENT = /^[^\S\n]*(?:export[^\S\n]+)?([^\s=#]+)[^\S\n]*=[^\S\n]*(?:"[^"]*"|'[^']*'|`[^`]*`)?.*$/gm

type Lines = ReadonlyMap<string, readonly number[]>

function linesOf(file: string): Lines {
  const text = file.replaceAll('\r\n', '\n')
  const found = new Map<string, number[]>()
  for (const { 1: name = '', index } of text.matchAll(ASSIGNMENT)) {
    const line = text.slice(0, index).split('\n').length
    found.set(name, [...(found.get(name) ?? []), line])
  }
  return found
}

const OURS = /^paygent_/i
const NAMES: readonly string[] = Object.keys(SCHEMA.shape)

/** An unknown name that begins as ours do. In the settings file also one that only its first letters misspell. */
function unknownFault(name: string, similarTo: Parameters<typeof wrongSettings>[1]): AppError[] {
  if (NAMES.includes(name)) return []
  // The prefix that all share makes every name like every other.
  const bare = (full: string): string => full.replace(OURS, '').toUpperCase()
  const suggestion = OURS.test(name)
    ? similarTo(bare(name), NAMES.map(bare)).map((found) => `PAYGENT_${found}`)
    : similarTo(name, NAMES)
  return OURS.test(name) || suggestion.length > 0 ? [new AppError('setting-unknown', { name, suggestion })] : []
}

const SHOP = 'PAYGENT_SHOP_DATABASE'

/** The files that the address of a database names. The rest of it may be a secret. */
const pathsIn = (address: string): string[] =>
  [...address.matchAll(/[?&](?:socket|ca)=([^&#]*)/g)].map(([, path = '']) => path)

/** A shell replaces these; nothing does so in a settings file. */
const UNEXPANDED = /^~(?:[\w-]*$|[\w-]*\/)|\$\w|\$\{/

const unexpandedFault = (name: string, path: string): AppError[] =>
  UNEXPANDED.test(path) ? [new AppError('setting-unexpanded', { name, value: path })] : []

/** Lists of the shop's own words, in which anything may be meant. */
const FREE_TEXT: readonly string[] = ['PAYGENT_METHODS', 'PAYGENT_STATUSES', 'PAYGENT_CLIENT_CERT_PASSPHRASE']

const placeholderFault = (name: string, value: string): AppError[] =>
  !FREE_TEXT.includes(name) && isPlaceholder(value) ? [new AppError('setting-placeholder', { name })] : []

/** Whether a value is one of the models of the documentation. No machine has a name that ends with `.example`. */
function isPlaceholder(value: string): boolean {
  if (/…|‹.*›|^<.*>$/.test(value)) return true
  if (!URL.canParse(value)) return false
  const { username, password, hostname } = new URL(value)
  const isModel = username === 'user' && password === 'password'
  return isModel || hostname === 'host' || /(?:^|\.)example(?:\.(?:com|net|org))?$/.test(hostname)
}
