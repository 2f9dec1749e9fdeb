// Masks secrets in texts from outside, where the texts enter: an answer may echo its own request.
import type { Answer, InquiryAnswer, InquiryKey, NoticeAnswer } from '../domain/answer.js'
import { encodeText, urlencode } from './codec.js'
import { answerFault } from './frame.js'

export type Mask = (text: string) => string

/** The text that replaces a secret. */
const MASKED = '***'

/**
 * The shortest secret that is masked. Shorter ones would mask parts of ordinary words and numbers, and the reader
 * could not tell which parts had been secrets.
 */
const LEAST = 4

/** A key of any owner is recognised by its frame; a key that was cut off is masked to its end. */
const KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g

/** Returns a function that masks the secrets in a text, in every form in which programs write them. */
export function secretMask(secrets: readonly (string | null | undefined)[]): Mask {
  const known = secrets.filter((secret): secret is string => typeof secret === 'string' && secret.length >= LEAST)
  const forms = [...new Set(known.flatMap(formsOf))].filter((form) => form.length >= LEAST)
  // The longest form comes first, because one form may begin with another.
  const pattern = forms.toSorted((one, other) => other.length - one.length).map(escaped)
  const found = pattern.length === 0 ? null : new RegExp(pattern.join('|'), 'g')
  return (text) => {
    const keyless = text.replace(KEY, MASKED)
    return found === null ? keyless : keyless.replace(found, MASKED)
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/**
 * Returns the secret as it is; percent-encoded as the wire, URLs and browsers do; quoted for JSON and HTML; in
 * base64.
 */
function formsOf(secret: string): string[] {
  const bytes = [Buffer.from(secret), ...windows31j(secret)]
  // The URI functions throw at half a surrogate pair; the conversion to bytes has replaced it.
  const sound = bytes[0]?.toString() ?? ''
  const percent = [...bytes.map(urlencode), encodeURIComponent(sound), encodeURI(sound)]
  const html = secret.replace(/[&<>"']/g, (character) => HTML[character] ?? character)
  const plain = [secret, JSON.stringify(secret).slice(1, -1), html, ...percent, ...percent.map(lowerHex)]
  return [...plain, ...bytes.flatMap(base64Forms)]
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const lowerHex = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())

function windows31j(secret: string): Buffer[] {
  try {
    return [encodeText(secret, '')]
  } catch {
    return []
  }
}

/**
 * Inside a longer text the secret may begin at any of three positions of a base64 group. Characters that depend on
 * the neighbouring bytes are left off.
 */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const first = before === 0 ? 0 : before + 1
    const last = (before + bytes.length) % 3 === 0 ? whole.length : whole.length - 1
    return whole.slice(first, last)
  })
}

/**
 * Returns the secrets of a URL: the password, and a user name without a password, because tokens are given that way.
 * @returns both as written and decoded; nothing for a text that is no URL
 */
export function secretsOfUrl(url: string | null): string[] {
  if (url === null || !URL.canParse(url)) return []
  const { username, password, searchParams } = new URL(url)
  const named = [...searchParams].filter(([name]) => /pass|pwd|token|secret|key/i.test(name)).map(([, value]) => value)
  const written = [password || username, ...named].filter((secret) => secret !== '')
  return written.flatMap((secret) => [secret, decoded(secret)])
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

// Masks an answer that echoes the request's secrets, so that none of them leaves the gateway. Codes, statuses, ids
// and amounts have forms that cannot hold a secret; free text is masked.
export const maskedMoney = (answer: Answer, mask: Mask): Answer =>
  'detail' in answer ? { ...answer, detail: mask(answer.detail) } : answer

/**
 * A trading id is kept unmasked, so an answer whose trading id contains a secret counts as not understood, unless it
 * is the requested trading id itself.
 */
export function maskedInquiry(answer: InquiryAnswer, { tradingId: asked }: InquiryKey, mask: Mask): InquiryAnswer {
  if (answer.type === 'rejected') return { ...answer, detail: mask(answer.detail) }
  if (answer.type !== 'told') return answer
  const { tradingId } = answer.fact
  return tradingId !== asked && holdsSecret(tradingId, mask) ? NOT_UNDERSTOOD : answer
}

export function maskedNotice(answer: NoticeAnswer, mask: Mask): NoticeAnswer {
  if (answer.type === 'rejected') return { ...answer, detail: mask(answer.detail) }
  return answer.type === 'notice' && holdsSecret(answer.notice.tradingId, mask) ? NOT_UNDERSTOOD : answer
}

const holdsSecret = (text: string, mask: Mask): boolean => mask(text) !== text

const NOT_UNDERSTOOD = { type: 'silent', fault: answerFault('fields') } as const
