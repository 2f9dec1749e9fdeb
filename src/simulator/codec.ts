// Encodes and decodes the wire from Paygent's side. It shares no code with gateway/, because with one codec for both
// sides a bug would cancel itself out.
import { isAscii } from 'node:buffer'
import iconv from 'iconv-lite'

export type FormFields = ReadonlyMap<string, string>

/** The lines `name=value`, in order. */
export type AnswerFields = readonly (readonly [name: string, value: string])[]

/** Paygent sends text/html as the type, although the body never is HTML. */
export const ANSWER_TYPE = 'text/html; charset=Windows-31J'

const PLUS = 0x2b
const SPACE = 0x20
const PERCENT = 0x25
const UNESCAPED = /^[^%+]*$/
const HEX_PAIR = /^[0-9A-Fa-f]{2}$/
const ENCODING = 'cp932'

/** Undoes PHP's `urlencode`, byte by byte; null where a `%` is not followed by two hexadecimal digits. */
function unescapeBytes(text: string): Buffer | null {
  const encoded = Buffer.from(text, 'latin1')
  if (UNESCAPED.test(text)) return encoded
  const bytes: number[] = []
  for (let at = 0; at < encoded.length; at += 1) {
    const byte = encoded[at] as number
    if (byte !== PERCENT) {
      bytes.push(byte === PLUS ? SPACE : byte)
      continue
    }
    const pair = text.slice(at + 1, at + 3)
    if (!HEX_PAIR.test(pair)) return null
    bytes.push(Number.parseInt(pair, 16))
    at += 2
  }
  return Buffer.from(bytes)
}

function decodeText(text: string): string | null {
  const bytes = unescapeBytes(text)
  if (bytes === null) return null
  if (isAscii(bytes)) return bytes.toString('latin1')
  try {
    return new TextDecoder('shift_jis', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/**
 * Reads a request body: `application/x-www-form-urlencoded` in Windows-31J. As in PHP, the last of two equal names
 * wins.
 * @returns null when the body is not such a form
 */
export function decodeForm(body: Buffer): FormFields | null {
  const fields = new Map<string, string>()
  for (const pair of body.toString('latin1').split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decodeText(at < 0 ? pair : pair.slice(0, at))
    const value = decodeText(at < 0 ? '' : pair.slice(at + 1))
    if (name === null || value === null) return null
    fields.set(name, value)
  }
  return fields
}

/**
 * Encodes an answer as Paygent writes it: `name=value`, CRLF after every line, Windows-31J, nothing percent-encoded.
 */
export function encodeAnswer(fields: AnswerFields): Buffer {
  const text = fields.map(([name, value]) => `${name}=${value}\r\n`).join('')
  const plain = Buffer.from(text)
  return isAscii(plain) ? plain : iconv.encode(text, ENCODING)
}
