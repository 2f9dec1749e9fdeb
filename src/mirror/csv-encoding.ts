// Bytes to text and back: UTF-8, or the Windows-31J of Japanese Excel. Pages 3.4 and 4.4.
import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { AppError } from '../errors.js'

const BOM = '\uFEFF'
const UTF8_BOM = Buffer.from(BOM)
const WINDOWS_31J = 'cp932'

/** The text as UTF-8 without its byte order mark, or null when it is neither UTF-8 nor Windows-31J. */
export function decodeCsv(bytes: Uint8Array): Buffer | null {
  const text = isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : decodeWindows(bytes)
  return text !== null && text.subarray(0, UTF8_BOM.length).equals(UTF8_BOM) ? text.subarray(UTF8_BOM.length) : text
}

/** UTF-16 reads as Windows-31J full of NULs; what the code page lacks comes as U+FFFD. */
function decodeWindows(bytes: Uint8Array): Buffer | null {
  const text = iconv.decode(Buffer.from(bytes), WINDOWS_31J)
  return /[\0\uFFFD]/.test(text) ? null : Buffer.from(text)
}

/** What libraries and people write for characters that Windows-31J has under another code point. */
const NEAR: Readonly<Record<string, string>> = {
  '\u00A5': '\uFFE5',
  '\u301C': '\uFF5E',
  '\u2212': '\uFF0D',
  '\u2014': '\u2015',
  '\u2016': '\u2225',
  '\u00A2': '\uFFE0',
  '\u00A3': '\uFFE1',
  '\u00AC': '\uFFE2',
}

/** Where a character has no twin either: what a Japanese printer sets for a type that is missing. */
const MISSING_TYPE = '〓'

export interface Substituted {
  readonly text: string
  /** The characters that Windows-31J lacks, each once. */
  readonly lacking: readonly string[]
}

/** What Windows-31J lacks becomes its twin there, or the sign given. */
export function inWindows31J(text: string, sign: string = MISSING_TYPE): Substituted {
  if (encodable(text)) return { text, lacking: [] }
  const lacking = new Set<string>()
  const told = Array.from(text, (one) => {
    if (encodable(one)) return one
    lacking.add(one)
    const twin = NEAR[one] ?? ''
    return encodable(twin) ? twin : sign
  })
  return { text: told.join(''), lacking: [...lacking] }
}

/** A result must reach its reader whatever is in it. Never for what is read in again. */
export function encodeResult(csv: string, encoding: 'utf8' | 'sjis'): Buffer {
  if (encoding === 'utf8') return encodeCsv(csv, encoding)
  const bare = csv.startsWith(BOM) ? csv.slice(BOM.length) : csv
  return encodeCsv(inWindows31J(bare, '?').text, encoding)
}

const encodable = (text: string): boolean =>
  text !== '' && iconv.decode(iconv.encode(text, WINDOWS_31J), WINDOWS_31J) === text

/**
 * UTF-8 with a byte order mark, by which Excel knows it, or Windows-31J.
 * @throws AppError encoding-impossible, with the first character that Windows-31J lacks
 */
export function encodeCsv(csv: string, encoding: 'utf8' | 'sjis'): Buffer {
  const text = csv.startsWith(BOM) ? csv.slice(BOM.length) : csv
  if (encoding === 'utf8') return Buffer.from(BOM + text, 'utf8')
  const bytes = iconv.encode(text, WINDOWS_31J)
  // iconv-lite writes `?` for what it cannot encode and `\` for ¥, without a word: decode and compare.
  if (iconv.decode(bytes, WINDOWS_31J) === text) return bytes
  const character = Array.from(text).find((one) => !encodable(one)) ?? ''
  const codePoint = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  throw new AppError('encoding-impossible', { character, codePoint, field: 'csv' })
}
