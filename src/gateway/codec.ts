// Encodes requests in Windows-31J and splits answers at byte level.
import { isAscii } from 'node:buffer'
import iconv from 'iconv-lite'
import { AppError } from '../errors.js'

/** One name and value of a request. Fields are sent in the order given. */
export type Field = readonly [name: string, value: string]

/** Paygent's limits: bytes of the whole request as sent, and of a name and a value before they are escaped. */
export const REQUEST_LIMITS = { requestBytes: 102_400, nameBytes: 30, valueBytes: 102_400 } as const

const ENCODING = 'cp932'

/**
 * Encodes text as Windows-31J bytes.
 * @param field named in the error
 * @throws AppError `encoding-impossible` with `character`, `codePoint` (`U+301C`) and `field`
 */
export function encodeText(text: string, field: string): Buffer {
  const plain = Buffer.from(text)
  if (isAscii(plain)) return plain
  const bytes = iconv.encode(text, ENCODING)
  // iconv-lite silently writes ? for a character it lacks, and \ for a yen sign. Only decoding the bytes again
  // shows it.
  if (iconv.decode(bytes, ENCODING) === text) return bytes
  throw new AppError('encoding-impossible', { ...culprit(text), field })
}

function culprit(text: string): { character: string; codePoint: string } {
  const lacking = [...text].find((one) => iconv.decode(iconv.encode(one, ENCODING), ENCODING) !== one) ?? text
  const codePoint = (lacking.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return { character: lacking, codePoint: `U+${codePoint}` }
}

const SPACE = 0x20
const STAYS = new Set(Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'))

/**
 * Escapes as PHP's `urlencode` does. Neither URLSearchParams nor encodeURIComponent escapes both `*` and `~` that
 * way.
 */
export function urlencode(bytes: Uint8Array): string {
  let escaped = ''
  for (const byte of bytes) {
    if (STAYS.has(byte)) escaped += String.fromCharCode(byte)
    else if (byte === SPACE) escaped += '+'
    else escaped += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return escaped
}

/**
 * Builds the body of a request from its fields, in the order given.
 * @throws AppError `encoding-impossible`; `bad-value` with `name`, `value` and `expected` (lengths) when something
 * is too long
 */
export function encodeRequest(fields: readonly Field[]): Buffer {
  const pairs = fields.map(([name, value]) => {
    const nameBytes = within(encodeText(name, name), REQUEST_LIMITS.nameBytes, name)
    const valueBytes = within(encodeText(value, name), REQUEST_LIMITS.valueBytes, name)
    return `${urlencode(nameBytes)}=${urlencode(valueBytes)}`
  })
  return within(Buffer.from(pairs.join('&'), 'latin1'), REQUEST_LIMITS.requestBytes, 'request')
}

function within(bytes: Buffer, limit: number, field: string): Buffer {
  if (bytes.length <= limit) return bytes
  throw new AppError('bad-value', { name: field, value: `${bytes.length} bytes`, expected: `at most ${limit} bytes` })
}

/** One line of an answer; the value is null where the line has no `=`. */
export interface AnswerLine {
  readonly name: string
  readonly value: string | null
}

const CR = 0x0d
const LF = 0x0a
const EQUALS = 0x3d
// Not fatal: a detail that is not valid Windows-31J changes no outcome, so it is shown with replacement characters.
const decoder = new TextDecoder('shift_jis')
const decodeText = (bytes: Buffer): string => (isAscii(bytes) ? bytes.toString('latin1') : decoder.decode(bytes))

/**
 * Splits at CRLF, then at the first `=`. It works on bytes, since no byte of a double-byte character is CR, LF or
 * `=`. Empty lines are left out. Returns null when a CR or an LF occurs alone.
 */
export function splitAnswer(body: Buffer): AnswerLine[] | null {
  const lines: AnswerLine[] = []
  for (let start = 0; start < body.length;) {
    const end = lineEnd(body, start)
    if (end === null) return null
    if (end > start) lines.push(splitLine(body.subarray(start, end)))
    start = end + 2
  }
  return lines
}

/** Returns where the line ends (the body's end for the last line), or null at a CR or LF that occurs alone. */
function lineEnd(body: Buffer, start: number): number | null {
  for (let at = start; at < body.length; at += 1) {
    if (body[at] === LF) return null
    if (body[at] === CR) return body[at + 1] === LF ? at : null
  }
  return body.length
}

function splitLine(line: Buffer): AnswerLine {
  const at = line.indexOf(EQUALS)
  if (at === -1) return { name: decodeText(line), value: null }
  return { name: decodeText(line.subarray(0, at)), value: decodeText(line.subarray(at + 1)) }
}
