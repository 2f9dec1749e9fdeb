// A Paygent echoes the request back, password included; the bench searches the gateway's output for secrets.
import { describe, expect, it } from 'vitest'
import { useBench } from './bench.js'
import { ACCEPTED, lines, SALE, SECRETS, TOLD } from './settings.js'
import { httpAnswer, type Received } from './wire-server.js'

const { watched, server, gateway } = useBench()

const { connectPassword: PASSWORD } = SECRETS
const KEY = { paymentId: '123', tradingId: '852' } as const

/** The echo as `response_detail`, in the forms in which programs quote what they got. */
const ECHOES: readonly (readonly [string, (received: Received) => string])[] = [
  ['the request', ({ body }) => body.toString()],
  ['the password', () => PASSWORD],
  ['the request decoded', ({ body }) => decodeURIComponent(body.toString())],
  ['the request in base64', ({ body }) => Buffer.from(decodeURIComponent(body.toString())).toString('base64')],
  ['the request as JSON', ({ body }) => JSON.stringify(Object.fromEntries(new URLSearchParams(body.toString())))],
]

const refusing = (code: string, echo: (received: Received) => string) => (received: Received) =>
  received.socket.write(httpAnswer(lines('result=1', `response_code=${code}`, `response_detail=${echo(received)}`)))

describe.each(ECHOES)('an answer that echoes %s', (_, echo) => {
  it('is booked without it: a refusal, a refused login, a half-done correction', async () => {
    for (const code of ['7003', 'P002', '2012']) {
      const { endpoint } = await server(refusing(code, echo))
      const answer = await watched(gateway(endpoint).send(SALE))
      expect(answer).toMatchObject({ code, detail: expect.stringContaining('***') })
      expect(Buffer.from(String('detail' in answer && answer.detail), 'base64').toString()).not.toContain('w0rd')
    }
  })

  it('is told without it: an inquiry, a notice', async () => {
    const { endpoint } = await server(refusing('13001', echo))
    const detail = expect.stringContaining('***')
    expect(await watched(gateway(endpoint).inquire(KEY))).toMatchObject({ detail })
    expect(await watched(gateway(endpoint).notice('0'))).toMatchObject({ detail })
  })
})

describe('an answer with the password in the place of an id', () => {
  const answering = (body: string) => (received: Received) => received.socket.write(httpAnswer(body))

  it('is not understood', async () => {
    const silent = { type: 'silent', fault: { kind: 'answer', code: 'fields' } }
    const echoed = TOLD.replace('trading_id=852', () => `trading_id=${PASSWORD}`)
    const { endpoint } = await server(answering(echoed))
    expect(await watched(gateway(endpoint).inquire(KEY))).toMatchObject(silent)
    const notice = lines('success_code=0', 'payment_notice_id=0', 'change_date=20240102030405')
    const told = await server(answering(echoed + notice))
    expect(await watched(gateway(told.endpoint).notice('0'))).toMatchObject(silent)
  })

  it('or of a code, a payment id or a name is not understood either', async () => {
    for (const body of [
      ACCEPTED.replace('payment_id=123', () => `payment_id=${PASSWORD}`),
      lines('result=1', `response_code=${PASSWORD}`),
      lines(`result=${PASSWORD}`),
      lines(`${PASSWORD}=1`, 'result=0'),
      `<html>${PASSWORD}</html>`,
    ]) {
      const { endpoint } = await server(answering(body))
      expect(await watched(gateway(endpoint).send(SALE))).toMatchObject({ type: 'unclear' })
      expect(await watched(gateway(endpoint).inquire(KEY))).toMatchObject({ type: 'silent' })
    }
  })

  it('is taken where the trading id that was asked about has it in it', async () => {
    const tradingId = `x-${PASSWORD}`
    const { endpoint } = await server(answering(TOLD.replace('trading_id=852', () => `trading_id=${tradingId}`)))
    const paygent = gateway(endpoint, { log: () => {} })
    expect(await paygent.inquire({ paymentId: '123', tradingId })).toMatchObject({ type: 'told' })
  })
})

it('a trading id that none can be is not understood', async () => {
  const { endpoint } = await server(({ socket }) =>
    socket.write(httpAnswer(TOLD.replace('trading_id=852', 'trading_id=85 2'))),
  )
  expect(await watched(gateway(endpoint).inquire(KEY))).toMatchObject({ type: 'silent', fault: { code: 'fields' } })
})
