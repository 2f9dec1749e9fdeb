// An accepted answer is damaged in every way: it counts as accepted only if its whole text still states acceptance.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { MoneyRequest } from '../../src/domain/answer.js'
import type { RawAnswer } from '../../src/gateway/frame.js'
import { readMoney } from '../../src/gateway/reply.js'
import { ACCEPTED, lines, SALE } from './settings.js'

interface Case {
  readonly request: MoneyRequest
  readonly body: string
}

const corrected = (telegram: '029' | '103', carrier: MoneyRequest['carrier'], newId: string): Case => ({
  request: { ...SALE, telegram, carrier, amountYen: 1200 },
  body:
    lines('result=0', 'response_code=', 'response_detail=', `payment_id=${newId}`, 'trading_id=852') +
    lines('base_payment_id=123', ...(telegram === '029' ? ['reduced_amount=1200'] : [])),
})

const CASES: readonly Case[] = [
  { request: SALE, body: ACCEPTED },
  corrected('029', null, '456'),
  corrected('103', 'docomo', '456'),
  corrected('103', 'au', '123'),
]

/** Bytes that matter to the frame, and some that do not. */
const PIECES = [
  '\r\n',
  '\n',
  '\r',
  '=',
  '1',
  '0',
  '123',
  '456',
  'result=1\r\n',
  'response_code=2012\r\n',
  'payment_id=9\r\n',
]
const JUNK = ['', ' ', '\ufeff', '<b>', 'x_html=1\r\n', 'memo=1\r\n', '\u0000', '\u0083']

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat({ max: 12 }),
  piece: fc.oneof(
    fc.constantFrom(...PIECES),
    fc.constantFrom(...JUNK),
    fc.string({ maxLength: 3, unit: 'binary-ascii' }),
  ),
})

const damaged = (body: string, mutations: readonly { at: number; cut: number; piece: string }[]): string =>
  mutations.reduce((text, { at, cut, piece }) => {
    const start = Math.floor(at * text.length)
    return text.slice(0, start) + piece + text.slice(start + cut)
  }, body)

/** Another reading of the same page, on purpose without a line of the program's. */
function stillSays(text: string, { request }: Case): boolean {
  const all = text.split('\r\n').filter((line) => line !== '')
  const values = (name: string) => [
    ...new Set(all.filter((l) => l.startsWith(`${name}=`)).map((l) => l.slice(name.length + 1))),
  ]
  const only = (name: string, wanted: RegExp) => values(name).length === 1 && wanted.test(values(name)[0] ?? '')
  const isNew = request.telegram === '029' || request.carrier === 'docomo'
  const isCorrection = request.telegram === '029' || request.telegram === '103'
  return (
    all.every((line) => /^[A-Za-z0-9_]+=[^\r\n]*$/.test(line) && !/^[A-Za-z0-9_]*_html=./.test(line)) &&
    only('result', /^0$/) &&
    values('response_code').every((code) => code === '') &&
    only('payment_id', isNew ? /^(?!123$)\d+$/ : /^123$/) &&
    (!isCorrection || only('base_payment_id', /^123$/)) &&
    (request.telegram !== '029' || only('reduced_amount', /^1200$/))
  )
}

const anyRaw = (body: Buffer): fc.Arbitrary<RawAnswer> =>
  fc.record({
    body: fc.constant(body),
    httpStatus: fc.constantFrom(200, 200, 200, 200, 201, 302, 500),
    complete: fc.constantFrom(true, true, true, false),
    framing: fc.constantFrom('length', 'chunked', 'until-close', 'other'),
    compressed: fc.constantFrom(false, false, false, true),
  })

const isWhole = ({ httpStatus, complete, framing, compressed, body }: RawAnswer): boolean =>
  httpStatus === 200 &&
  complete &&
  !compressed &&
  framing !== 'other' &&
  (framing !== 'until-close' || body.toString('latin1').endsWith('\r\n'))

it('an answer that was damaged is accepted only if it still says so', () => {
  let accepted = 0
  const property = fc.property(
    fc.constantFrom(...CASES).chain((one) =>
      fc.array(mutation, { maxLength: 3 }).chain((mutations) => {
        const text = damaged(one.body, mutations)
        return fc.tuple(fc.constant(one), fc.constant(text), anyRaw(Buffer.from(text, 'latin1')))
      }),
    ),
    ([one, text, raw]) => {
      const answer = readMoney(one.request, raw)
      if (answer.type !== 'accepted') return
      accepted += 1
      expect(isWhole(raw)).toBe(true)
      expect(stillSays(raw.body.toString('latin1'), one), JSON.stringify(text)).toBe(true)
    },
  )
  // fast-check names seed and path of a failure; they go into the second argument to replay it.
  fc.assert(property, { numRuns: 20_000 })
  expect(accepted).toBeGreaterThan(100)
})

it('an answer that was not damaged is accepted', () => {
  for (const one of CASES) {
    const raw = {
      httpStatus: 200,
      body: Buffer.from(one.body),
      complete: true,
      framing: 'length',
      compressed: false,
    } as const
    expect([stillSays(one.body, one), readMoney(one.request, raw).type]).toEqual([true, 'accepted'])
  }
})
