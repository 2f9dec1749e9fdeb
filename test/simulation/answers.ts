// Changes an answer on its way: the bytes as they reach the program.
import type { RawAnswer } from '../../src/gateway/frame.js'
import type { Random } from './random.js'

/** @param request the telegram that is answered */
type Distortion = (body: Buffer, random: Random, request: Buffer) => RawAnswer

const whole = (body: Buffer): RawAnswer => ({
  httpStatus: 200,
  body,
  complete: true,
  framing: 'length',
  compressed: false,
})

const text = (body: Buffer): string => body.toString('latin1')
const rewritten = (body: Buffer, change: (from: string) => string): RawAnswer =>
  whole(Buffer.from(change(text(body)), 'latin1'))
const page = (status: number): RawAnswer => ({
  ...whole(Buffer.from(`<html><body>${status}</body></html>\n`)),
  httpStatus: status,
})
const cut = (body: Buffer, random: Random): Buffer => body.subarray(0, random.below(body.length))

/**
 * The payment alone is another one where the request named it. Where the request named the trading id, a payment of the
 * same trading id would be the right answer, so that it is of another one.
 */
function anotherPayment(from: string, request: string): string {
  const other = from.replaceAll(/payment_id=\d/g, 'payment_id=8')
  return /(^|&)payment_id=\d/.test(request) ? other : other.replaceAll(/trading_id=./g, 'trading_id=8')
}

/** None of these may be taken for an answer that says what it does not say. */
export const DISTORTIONS = {
  'half, by its length': (body, random) => ({ ...whole(cut(body, random)), complete: false }),
  'half, until the close': (body, random) => ({ ...whole(cut(body, random)), framing: 'until-close' }),
  'half, in lines': (body, random) => {
    const lines = text(body).split('\r\n')
    const kept = lines.slice(0, random.below(lines.length)).map((line) => `${line}\r\n`)
    return { ...whole(Buffer.from(kept.join(''), 'latin1')), framing: 'until-close' }
  },
  garbage: (body, random) => whole(Buffer.from(body.map((byte) => (random.chance(0.3) ? random.below(256) : byte)))),
  'a page': () => whole(Buffer.from('<html><body>502 Proxy Error</body></html>\n')),
  nothing: () => whole(Buffer.alloc(0)),
  'HTTP 500': () => page(500),
  'HTTP 502': () => page(502),
  'HTTP 302': () => page(302),
  'HTTP 500 with an answer': (body) => ({ ...whole(body), httpStatus: 500 }),
  'LF for CRLF': (body) => rewritten(body, (from) => from.replaceAll('\r\n', '\n')),
  'CR for CRLF': (body) => rewritten(body, (from) => from.replaceAll('\r\n', '\r')),
  'a byte order mark': (body) => whole(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body])),
  compressed: (body) => ({ ...whole(body), compressed: true }),
  'a strange transfer coding': (body) => ({ ...whole(body), framing: 'other' }),
  'another result': (body) => rewritten(body, (from) => from.replace(/^result=./, 'result=2')),
  'no result': (body) => rewritten(body, (from) => from.replace(/^result=.\r\n/, '')),
  'another payment': (body, _, request) => rewritten(body, (from) => anotherPayment(from, text(request))),
  'two payments': (body) => rewritten(body, (from) => `${from}payment_id=5\r\n`),
  'a page in a field': (body) => rewritten(body, (from) => `${from}response_html=<html>\r\n`),
} as const satisfies Record<string, Distortion>
export type DistortionName = keyof typeof DISTORTIONS
export const DISTORTION_NAMES = Object.keys(DISTORTIONS) as DistortionName[]

/** Odd, and yet all there: these say what they say. */
const HARMLESS: readonly Distortion[] = [
  (body) => ({ ...whole(body), framing: 'chunked' }),
  (body) => ({ ...whole(body), framing: 'until-close' }),
  (body) => rewritten(body, (from) => from.replaceAll('\r\n', '\r\n\r\n')),
  (body) => rewritten(body, (from) => from.replace(/\r\nresponse_detail=[^\r]*/, '\r\nresponse_detail=\x81\xff')),
  (body) => rewritten(body, (from) => `${from}unheard_of=1\r\nresponse_html=\r\n`),
]

/** The answer as the program sees it; null brings it in one piece. */
export function answerSeen(
  body: Buffer,
  distortion: DistortionName | null,
  random: Random,
  request: Buffer,
): RawAnswer {
  if (distortion !== null) return DISTORTIONS[distortion](body, random, request)
  return random.chance(0.2) ? random.pick(HARMLESS)(body, random, request) : whole(body)
}
