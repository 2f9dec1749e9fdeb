// Compares with Paygent's own client, byte for byte: ../shared/vectors. Answers go over real TLS, as raw bytes.
import { encodeRequest, type Field } from '../../src/gateway/codec.js'
import {
  inquiryTelegram,
  moneyTelegram,
  noticeTelegram,
  type TelegramForm,
  type TelegramKind,
  telegramOf,
} from '../../src/gateway/telegrams.js'
import type { Gateway } from '../../src/ports.js'
import { gatewayFor, makePki, type Pki, SALE } from './settings.js'
import { type Received, serve, type WireServer } from './wire-server.js'
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const folder = new URL('../../../shared/vectors/', import.meta.url)
const isHere = existsSync(new URL('requests.json', folder))
const read = <T>(name: string): readonly T[] =>
  isHere ? (JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { cases: T[] }).cases : []

interface RequestCase {
  readonly name: string
  readonly telegram_kind: TelegramKind
  readonly params: Readonly<Record<string, string>>
  readonly path: string
  readonly body_base64: string
}

interface AnswerCase {
  readonly name: string
  readonly telegram_kind: '022' | '091' | '094'
  readonly http_status: number | null
  readonly headers: readonly (readonly [string, string])[] | null
  readonly body_base64: string | null
  readonly expect: 'accepted' | 'rejected' | 'unknown' | 'any'
}

if (!isHere) it.skip('../shared/vectors is not here: nothing is compared with what Paygent’s own client does')

const LOGIN_FIELDS = ['merchant_id', 'connect_id', 'connect_password', 'telegram_kind', 'telegram_version']
/** Cases of fields that we never send: the shop module's own, a memo, an empty payment id. */
const NOT_OURS = /_eccube$|_enc_|_big_value|_trading_id_only$|_payment_id_empty$|^091_no_notice_id$|^091_bare$/
const OURS_TOO = /^094_trading_id_only$/

/** The telegram that we would build for the same purpose; null where we would never send the like. */
function ours({ name, telegram_kind: kind, params }: RequestCase): TelegramForm | null {
  if ((NOT_OURS.test(name) && !OURS_TOO.test(name)) || name.endsWith('connection_test')) return null
  const login = {
    merchantId: params['merchant_id'] ?? '',
    connectId: params['connect_id'] ?? '',
    connectPassword: params['connect_password'] ?? '',
  }
  const { trading_id: tradingId = '', payment_id: paymentId = '' } = params
  if (kind === '091') return noticeTelegram(login, params['payment_notice_id'] || null)
  if (kind === '094') return inquiryTelegram(login, { tradingId })
  const amount = params['amount'] ?? params['payment_amount']
  const amountYen = amount === undefined ? null : Number(amount)
  return moneyTelegram(login, { telegram: kind, carrier: null, tradingId, paymentId, amountYen })
}

describe.runIf(isHere)('requests', () => {
  const cases = read<RequestCase>('requests.json')

  it.each(cases)('$name', (one) => {
    const fields = Object.entries(one.params) satisfies Field[]
    expect(encodeRequest(fields).toString('base64')).toBe(one.body_base64)
    const login = { merchantId: '', connectId: '', connectPassword: '' }
    expect(telegramOf(login, one.telegram_kind, []).path).toBe(one.path)
    expect(Object.keys(one.params).slice(0, LOGIN_FIELDS.length)).toEqual(LOGIN_FIELDS)
  })

  const built = cases.filter((one) => ours(one) !== null)

  it.each(built)('$name, as we build it', (one) => {
    const telegram = ours(one) as TelegramForm
    expect(encodeRequest(telegram.fields).toString('base64')).toBe(one.body_base64)
    expect(telegram.path).toBe(one.path)
  })

  it('are enough of them ours', () => {
    const kinds = new Set(built.map((one) => one.telegram_kind))
    expect([...kinds].toSorted()).toEqual(['021', '022', '023', '091', '094', '101', '103'])
  })
})

const bodyOf = ({ name, body_base64: body }: AnswerCase): Buffer => {
  if (name === 'big_1mb_lines') return bigBody(968_944)
  return Buffer.from(body ?? '', 'base64')
}

function bigBody(length: number): Buffer {
  const line = `memo=${'x'.repeat(93)}\r\n`
  const text = `result=0\r\npayment_id=123\r\n${line.repeat(length / line.length)}`
  return Buffer.from(`${text}pad=${'x'.repeat(length - text.length - 6)}\r\n`)
}

function headOf({ name, http_status: status, headers }: AnswerCase): string {
  const version = name.startsWith('http10_') ? 'HTTP/1.0' : 'HTTP/1.1'
  const reason = name === 'http_no_reason' ? '' : ' OK'
  const end = name === 'header_lf_only' ? '\n' : '\r\n'
  const all = (headers ?? []).map(([key, value]) => `${key}: ${value}`)
  return [`${version} ${status}${reason}`, ...all, '', ''].join(end)
}

type Script = (received: Received, one: AnswerCase) => void

const bytesOf = (one: AnswerCase): Buffer => Buffer.concat([Buffer.from(headOf(one), 'latin1'), bodyOf(one)])
const finWithoutNotify: Script = ({ socket, fin }, one) => socket.write(bytesOf(one), () => fin())

/** The answers that are not a head and a body followed by the end of the connection. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  http09_no_status_line: ({ socket }) => socket.end('result=0\r\nresponse_code=\r\npayment_id=123\r\n'),
  garbage: ({ socket }) => socket.end(Buffer.from('00ff8081feff0d0a0d0a1603', 'hex')),
  empty_reply: ({ socket }) => socket.end(),
  reset_before_reply: ({ reset }) => reset(),
  fin_before_reply: ({ fin }) => fin(),
  timeout_no_bytes: () => {},
  http10_close_delimited_no_close_notify: finWithoutNotify,
  content_length_ok_no_close_notify: finWithoutNotify,
  truncated_fin_no_close_notify: finWithoutNotify,
}

describe.runIf(isHere)('answers', () => {
  let pki: Pki
  let server: WireServer
  let current: AnswerCase
  const cases = read<AnswerCase>('responses.json')

  beforeAll(async () => {
    pki = await makePki()
    const script: Script = ({ socket }, one) => socket.end(bytesOf(one))
    const { cert, key } = pki.server
    server = await serve({ cert, key }, (received) => (SCRIPTS[current.name] ?? script)(received, current))
  })
  afterAll(() => server.close())

  const ask = (paygent: Gateway, { telegram_kind: kind, ...one }: AnswerCase) => {
    const paymentId = /payment_id=(\d+)/.exec(bodyOf({ telegram_kind: kind, ...one }).toString('latin1'))?.[1] ?? '123'
    if (kind === '091') return paygent.notice(null)
    if (kind === '094') return paygent.inquire({ paymentId, tradingId: '852' })
    return paygent.send({ ...SALE, paymentId })
  }

  const READ_AS = {
    accepted: ['accepted', 'told', 'notice', 'none'],
    rejected: ['rejected'],
    unknown: ['unclear', 'silent'],
    any: ['accepted', 'unclear'],
  } as const

  it.each(cases)('$name: $expect', async (one) => {
    current = one
    const timeoutMs = one.name.startsWith('timeout_') ? 1500 : 30_000
    const paygent = gatewayFor(pki, server.endpoint, { timeoutMs, keepAlive: false })
    const before = server.requests.length
    const answer = await ask(paygent, one)
    paygent.close()
    expect(READ_AS[one.expect], JSON.stringify(answer)).toContain(answer.type)
    expect(server.requests.length).toBe(before + 1)
  })

  it('are as many as were recorded', () => expect(cases.length).toBeGreaterThanOrEqual(74))
})
