// Converts bytes to text and back: UTF-8, or the Windows-31J of Japanese Excel.
import { AppError } from '../../errors.js'
import iconv from 'iconv-lite'
import { constants, isAscii, isUtf8 } from 'node:buffer'

const BOM = '\uFEFF'
const UTF8_BOM = Buffer.from(BOM)
const WINDOWS_31J = 'cp932'

/** The reasons why a file is not a readable text. */
export type FileWhy =
  | 'too-large'
  | 'xlsx'
  | 'html'
  | 'utf-16'
  | 'iso-2022-jp'
  | 'cut-off'
  | 'mixed-encodings'
  | 'encoding'

export type Decoded =
  /** Without a byte order mark. */
  | { readonly text: string }
  /** The lines that cause it, counted from 1. */
  | { readonly why: FileWhy; readonly lines: readonly number[] }

/** Returns the text of a file in UTF-8 or Windows-31J; the content decides which of the two it is. */
export function decodeCsv(bytes: Uint8Array): Decoded {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const why = raw.length > constants.MAX_STRING_LENGTH ? 'too-large' : strangeFile(raw)
  if (why !== null) return { why, lines: [1] }
  if (raw.length > 0 && !isBreak(raw.at(-1))) return { why: 'cut-off', lines: [[...linesOf(raw)].length] }
  if (isUtf8(raw)) return { text: withoutMark(raw.toString('utf8')) }
  const mixed = linesOfTheLesser(raw)
  return mixed.length > 0 ? { why: 'mixed-encodings', lines: mixed } : decodeWindows(raw)
}

const withoutMark = (text: string): string => (text.startsWith(BOM) ? text.slice(BOM.length) : text)

/** The first bytes of files that users wrongly call a CSV: workbooks (new, old) and UTF-16 of both byte orders. */
const STARTS = [
  ['xlsx', 'PK\x03\x04'],
  ['xlsx', '\xD0\xCF\x11\xE0'],
  ['utf-16', '\xFF\xFE'],
  ['utf-16', '\xFE\xFF'],
] as const satisfies readonly (readonly [FileWhy, string])[]

const SNIFFED_BYTES = 1_000

/** Returns the real type of a file that is no text in UTF-8 or Windows-31J. */
function strangeFile(raw: Buffer): FileWhy | null {
  const head = raw.subarray(0, SNIFFED_BYTES).toString('latin1')
  const start = STARTS.find(([, bytes]) => head.startsWith(bytes))
  if (start !== undefined) return start[0]
  // UTF-16 without its mark is recognised by the NULs beside its commas; further down a NUL may occur in a name.
  if (/^[^\n]*\0/.test(head)) return 'utf-16'
  if (/^(?:\xEF\xBB\xBF)?\s*</.test(head)) return 'html'
  // The text has only seven-bit bytes, and contains the sequence that turns kanji on.
  if (isAscii(raw) && (raw.includes('\x1B$B') || raw.includes('\x1B$@'))) return 'iso-2022-jp'
  return null
}

const LF = 0x0a
const CR = 0x0d
const isBreak = (byte: number | undefined): boolean => byte === LF || byte === CR

/** Yields the lines without their ends. No second byte of UTF-8 or Windows-31J is a line end. */
function* linesOf(raw: Buffer): Generator<Buffer, void> {
  for (let from = 0; from < raw.length;) {
    let end = from
    while (end < raw.length && !isBreak(raw[end])) end += 1
    yield raw.subarray(from, end)
    from = end + (raw[end] === CR && raw[end + 1] === LF ? 2 : 1)
  }
}

/** Half-width kana of Windows-31J may decode as letters of UTF-8, but hardly as these characters. */
const JAPANESE = /[\u3000-\u9FFF\uFF00-\uFFEF]/

/**
 * Returns the numbers of the lines in the file's less frequent encoding; none for a file of one encoding. The header
 * outweighs all other lines, and so does UTF-8's mark.
 */
function linesOfTheLesser(raw: Buffer): number[] {
  const utf8: number[] = []
  const other: number[] = []
  let number = 0
  for (const line of linesOf(raw)) {
    number += 1
    if (isAscii(line)) continue
    if (!isUtf8(line)) other.push(number)
    else if (JAPANESE.test(line.toString('utf8'))) utf8.push(number)
  }
  if (utf8.length === 0) return []
  const marked = raw.subarray(0, UTF8_BOM.length).equals(UTF8_BOM)
  const isWindows = !marked && (other[0] === 1 || (utf8[0] !== 1 && other.length > utf8.length))
  return isWindows ? utf8 : other
}

function decodeWindows(raw: Buffer): Decoded {
  const text = iconv.decode(raw, WINDOWS_31J)
  // A byte sequence that the code page lacks decodes as U+FFFD.
  const at = text.search(/[\0\uFFFD]/)
  if (at === -1) return { text }
  return { why: 'encoding', lines: [(text.slice(0, at).match(/\r\n|\n|\r/g)?.length ?? 0) + 1] }
}

/**
 * Returns the characters whose second byte is a backslash (能, 表, ソ): a program that works on bytes takes that byte
 * for one.
 */
export function backslashCharacters(): string {
  const leads = Array.from({ length: 0xfd - 0x81 }, (_, index) => 0x81 + index).filter(
    (byte) => byte < 0xa0 || byte > 0xdf,
  )
  const text = iconv.decode(Buffer.from(leads.flatMap((lead) => [lead, 0x5c])), WINDOWS_31J)
  // Where no such character exists, the backslash is decoded by itself.
  return text.replaceAll(/[\uFFFD\\]/g, '')
}

/** Characters that libraries and users write in place of those that Windows-31J has under another code point. */
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

/** The replacement for a character without a twin: the mark that a Japanese printer sets for a missing type. */
const MISSING_TYPE = '〓'

export interface Substituted {
  readonly text: string
  /** The characters that Windows-31J lacks, each once. */
  readonly lacking: readonly string[]
}

/** Replaces each character that Windows-31J lacks with its twin there, or with the given sign. */
export function inWindows31J(text: string, sign: string = MISSING_TYPE): Substituted {
  if (encodable(text)) return { text, lacking: [] }
  const lacking = new Set<string>()
  const listed = Array.from(text, (one) => {
    if (encodable(one)) return one
    lacking.add(one)
    const twin = NEAR[one] ?? ''
    return encodable(twin) ? twin : sign
  })
  return { text: listed.join(''), lacking: [...lacking] }
}

/**
 * Encodes a result, which must reach its reader whatever it contains. Never use it for a file that is read in again.
 */
export function encodeResult(csv: string, encoding: 'utf8' | 'sjis'): Buffer {
  if (encoding === 'utf8') return encodeCsv(csv, encoding)
  return encodeCsv(inWindows31J(withoutMark(csv), '?').text, encoding)
}

const encodable = (text: string): boolean =>
  text !== '' && iconv.decode(iconv.encode(text, WINDOWS_31J), WINDOWS_31J) === text

/**
 * Encodes UTF-8 with a byte order mark, by which Excel recognises it, or Windows-31J.
 * @throws AppError encoding-impossible, with the first character that Windows-31J lacks
 */
export function encodeCsv(csv: string, encoding: 'utf8' | 'sjis'): Buffer {
  const text = withoutMark(csv)
  if (encoding === 'utf8') return Buffer.from(BOM + text, 'utf8')
  const bytes = iconv.encode(text, WINDOWS_31J)
  // iconv-lite silently writes `?` for what it cannot encode and `\` for ¥, so the bytes are decoded and compared.
  if (iconv.decode(bytes, WINDOWS_31J) === text) return bytes
  const character = Array.from(text).find((one) => !encodable(one)) ?? ''
  const codePoint = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  throw new AppError('encoding-impossible', { character, codePoint, field: 'csv' })
}
