// Secrets in texts from outside, masked where the texts enter: an answer may echo the request that it is about.
import type { Answer, InquiryAnswer, InquiryKey, NoticeAnswer } from '../domain/answer.js'
import { encodeText, urlencode } from './codec.js'
import { answerFault } from './frame.js'

export type Mask = (text: string) => string

/** What stands in a secret's place. */
const MASKED = '***'

/** Shorter ones would mask parts of ordinary words and numbers, and nobody could tell where they had stood. */
const LEAST = 4

/** Keys are known by their frame, whoever they belong to; one that was cut off is masked to its end. */
const KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g

/** A function that masks the secrets in a text, in every form in which programs write them down. */
export function secretMask(secrets: readonly (string | null | undefined)[]): Mask {
  const known = secrets.filter((secret): secret is string => typeof secret === 'string' && secret.length >= LEAST)
  const forms = [...new Set(known.flatMap(formsOf))].filter((form) => form.length >= LEAST)
  // The longest first: one form may begin with another.
  const pattern = forms.toSorted((one, other) => other.length - one.length).map(escaped)
  const found = pattern.length === 0 ? null : new RegExp(pattern.join('|'), 'g')
  return (text) => {
    const keyless = text.replace(KEY, MASKED)
    return found === null ? keyless : keyless.replace(found, MASKED)
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** As it is; percent-encoded as the wire, URLs and browsers do; quoted for JSON and HTML; in base64. */
function formsOf(secret: string): string[] {
  const bytes = [Buffer.from(secret), ...windows31j(secret)]
  // The URI functions throw at half a surrogate pair; the bytes have replaced it.
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

/** In the midst of a longer text it may begin at any of three places of a group; what the neighbours decide is left off. */
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
 * The secrets of a URL: password, and a user name that stands alone, for that is how tokens are given.
 * @returns both as they are written and as they are meant; nothing for what is no URL
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

// An answer that echoes the request's secrets: none of them gets past the gateway. Codes, statuses, ids and amounts
// have forms that leave a secret no room; what is free text is masked.
export const maskedMoney = (answer: Answer, mask: Mask): Answer =>
  'detail' in answer ? { ...answer, detail: mask(answer.detail) } : answer

/** A trading id is kept as it is, so one with a secret in it is none, unless it is the very one that was asked about. */
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
