// An answer belongs to its request or is unclear: one given twice, early, late, or for another telegram.
import { describe, expect, it } from 'vitest'
import { readInquiry } from '../../src/gateway/payment-facts.js'
import { readMoney } from '../../src/gateway/reply.js'
import { ACCEPTED_ANSWER, useBench } from './bench.js'
import { ACCEPTED, lines, raw, SALE, TOLD } from './settings.js'
import { httpAnswer, type Received } from './wire-server.js'

const { watched, server, gateway } = useBench()

const KEY = { paymentId: '123', tradingId: '852' }
const PATIENT = { idleMs: 60_000 }
const refusal = (code: string): string =>
  lines('result=1', `response_code=${code}`, 'response_detail=', 'payment_id=', 'trading_id=')
const SOLD_BEFORE = refusal('7003')

/** Answers each request with its own list, in one piece; the last list answers all that follow. */
const script =
  (...answers: readonly (readonly string[])[]) =>
  ({ socket, request }: Received): void => {
    const bodies = answers[Math.min(request, answers.length) - 1] ?? []
    socket.write(Buffer.concat(bodies.map((body) => httpAnswer(body))))
  }

describe('an answer given twice', () => {
  it('in one piece is unclear, and the next request has a connection of its own', async () => {
    const { endpoint, requests } = await server(script([ACCEPTED, ACCEPTED], [ACCEPTED]))
    const paygent = gateway(endpoint, {}, PATIENT)
    const doubled = await watched(paygent.send(SALE))
    expect(doubled).toMatchObject({ type: 'unclear', fault: { kind: 'answer', code: 'surplus' } })
    expect(await watched(paygent.send(SALE))).toEqual(ACCEPTED_ANSWER)
    expect(requests.map(({ connection }) => connection)).toEqual([1, 2])
  })

  it('in two pieces at once is never the next one’s: the connection is closed', async () => {
    let closed = (): void => undefined
    const isClosed = new Promise<void>((resolve) => (closed = resolve))
    const { endpoint, requests } = await server(({ socket, request }) => {
      socket.once('close', closed)
      socket.write(httpAnswer(request === 1 ? TOLD : SOLD_BEFORE))
      if (request === 1) socket.write(httpAnswer(TOLD))
    })
    const paygent = gateway(endpoint, {}, PATIENT)
    await watched(paygent.inquire(KEY))
    await isClosed
    expect(await watched(paygent.send(SALE))).toMatchObject({ type: 'rejected', code: '7003' })
    expect(requests.map(({ connection }) => connection)).toEqual([1, 2])
  })

  it('while nobody waits closes the connection', async () => {
    let closed = (): void => undefined
    const isClosed = new Promise<void>((resolve) => (closed = resolve))
    const { endpoint, requests } = await server(({ socket, request }) => {
      socket.once('close', closed)
      socket.write(httpAnswer(request === 1 ? TOLD : SOLD_BEFORE))
      if (request === 1) setTimeout(() => socket.write(httpAnswer(TOLD)), 30)
    })
    const paygent = gateway(endpoint, {}, PATIENT)
    expect(await watched(paygent.inquire(KEY))).toMatchObject({ type: 'told' })
    await isClosed
    expect(await watched(paygent.send(SALE))).toMatchObject({ type: 'rejected', code: '7003' })
    expect(requests.map(({ connection }) => connection)).toEqual([1, 2])
  })

  it('just as the next request begins is never the next one’s', async () => {
    const { endpoint } = await server(({ socket, request }) => {
      socket.write(httpAnswer(request === 1 ? TOLD : SOLD_BEFORE))
      if (request === 1) setImmediate(() => socket.write(httpAnswer(TOLD)))
    })
    const paygent = gateway(endpoint, {}, PATIENT)
    await watched(paygent.inquire(KEY))
    expect((await watched(paygent.send(SALE))).type).not.toBe('accepted')
  })

  it('that there is no such notice is never the next one’s: it names none, so the connection is closed', async () => {
    const none = lines('result=0', 'response_code=', 'success_code=1')
    const facts = ['payment_notice_id=2', 'payment_id=123', 'payment_status=20', 'payment_amount=1500']
    const notice = lines('result=0', 'response_code=', 'success_code=0', ...facts)
    const { endpoint, requests } = await server(({ socket, connection }) => {
      socket.write(httpAnswer(connection === 1 ? none : notice))
    })
    const paygent = gateway(endpoint, {}, PATIENT)
    expect(await watched(paygent.notice('9'))).toEqual({ type: 'none' })
    expect(await watched(paygent.notice('2'))).toMatchObject({ type: 'notice', notice: { noticeId: '2' } })
    expect(requests.map(({ connection }) => connection)).toEqual([1, 2])
  })

  it('by the inquiry about a payment is not taken for that of its trading id, which is asked on a new connection', async () => {
    const { endpoint, requests } = await server(({ socket, connection }) => {
      socket.write(httpAnswer(connection === 1 ? TOLD : refusal('13002')))
    })
    const paygent = gateway(endpoint, {}, PATIENT)
    expect(await watched(paygent.inquire(KEY))).toMatchObject({ type: 'told' })
    expect(await watched(paygent.inquire({ tradingId: '852' }))).toMatchObject({ type: 'rejected', code: '13002' })
    expect(requests.map(({ connection }) => connection)).toEqual([1, 1, 2])
  })

  it.each([
    ['asked in the same words again', KEY, TOLD, [1, 1]],
    [
      'that says something else by the trading id',
      { tradingId: '852' },
      TOLD.replace('payment_status=20', 'payment_status=40'),
      [1, 1],
    ],
    ['that says the same by the trading id, on a new connection, too', { tradingId: '852' }, TOLD, [1, 1, 2]],
  ])('is not what an inquiry has %s', async (_, key, second, connections) => {
    const { endpoint, requests } = await server(script([TOLD], [second], [TOLD]))
    const paygent = gateway(endpoint, {}, PATIENT)
    await watched(paygent.inquire(KEY))
    expect(await watched(paygent.inquire(key))).toMatchObject({ type: 'told' })
    expect(requests.map(({ connection }) => connection)).toEqual(connections)
  })

  it('of another payment is unclear to the sale that reads it, and what follows is its own again', async () => {
    const other = { ...SALE, paymentId: '456', tradingId: '853' }
    const { endpoint, requests } = await server(script([ACCEPTED], [ACCEPTED], [TOLD]))
    const paygent = gateway(endpoint, {}, PATIENT)
    expect(await watched(paygent.send(SALE))).toEqual(ACCEPTED_ANSWER)
    expect(await watched(paygent.send(other))).toMatchObject({ type: 'unclear' })
    expect(await watched(paygent.inquire(KEY))).toMatchObject({ type: 'told' })
    expect(requests.map(({ connection }) => connection)).toEqual([1, 1, 2])
  })

  it('by the inquiry is unclear to the sale of that payment, which was refused', async () => {
    const { endpoint, requests } = await server(({ socket, request }) => {
      socket.write(httpAnswer(TOLD))
      if (request === 2) setTimeout(() => socket.write(httpAnswer(SOLD_BEFORE)), 20)
    })
    const paygent = gateway(endpoint, {}, PATIENT)
    await watched(paygent.inquire(KEY))
    expect(await watched(paygent.send(SALE))).toMatchObject({ type: 'unclear', fault: { code: 'other-request' } })
    expect(await watched(paygent.inquire(KEY))).toMatchObject({ type: 'told' })
    expect(requests.map(({ connection }) => connection)).toEqual([1, 1, 2])
  })

  it.each(['P010', '13001', 'P001'])(
    'a %s that names nobody may be the inquiry’s, and ends the connection',
    async (code) => {
      const { endpoint, requests } = await server(script([TOLD], [refusal(code)], [TOLD]))
      const paygent = gateway(endpoint, {}, PATIENT)
      await watched(paygent.inquire(KEY))
      expect(await watched(paygent.send(SALE))).toMatchObject({ type: 'rejected', code, mayBeAnothers: true })
      expect(await watched(paygent.inquire(KEY))).toMatchObject({ type: 'told' })
      expect(requests.map(({ connection }) => connection)).toEqual([1, 1, 2])
    },
  )

  it('a P010 on a connection of its own is the request’s', async () => {
    const { endpoint } = await server(script([refusal('P010')]))
    const answer = await watched(gateway(endpoint).send(SALE))
    expect([answer.type, 'mayBeAnothers' in answer]).toEqual(['rejected', false])
  })

  it('“no such payment” on a kept connection is asked again on a new one', async () => {
    const { endpoint, requests } = await server(script([refusal('13001')], [refusal('13001')], [TOLD]))
    const paygent = gateway(endpoint, {}, PATIENT)
    expect(await watched(paygent.inquire({ tradingId: '851' }))).toMatchObject({ type: 'rejected', code: '13001' })
    expect(await watched(paygent.inquire(KEY))).toMatchObject({ type: 'told' })
    expect(requests.map(({ connection }) => connection)).toEqual([1, 1, 2])
  })
})

describe('the connection after an answer', () => {
  it.each([
    ['that is not understood', 'result=7\r\n'],
    ['that says no', SOLD_BEFORE],
  ])('%s is not used again', async (_name, body) => {
    const { endpoint, requests } = await server(script([body], [ACCEPTED]))
    const paygent = gateway(endpoint, {}, PATIENT)
    await watched(paygent.send(SALE))
    expect(await watched(paygent.send(SALE))).toEqual(ACCEPTED_ANSWER)
    expect(requests.map(({ connection }) => connection)).toEqual([1, 2])
  })
})

describe('the answer of another telegram', () => {
  const refused = lines('result=1', 'response_code=7003', 'response_detail=', 'payment_id=123')
  const halfDone = lines('result=1', 'response_code=2011', 'response_detail=', 'payment_id=456')
  it.each([
    ['an accepted sale', SALE, ACCEPTED],
    ['a refused sale', SALE, refused],
    ['a half-done correction', { ...SALE, telegram: '029' as const, amountYen: 1200 }, halfDone],
  ])('%s with a status, an amount or a foreign trading id is unclear', (_name, request, body) => {
    const other = { type: 'unclear', fault: { code: 'other-request' } }
    expect(readMoney(request, raw(body)).type).not.toBe('unclear')
    for (const more of ['payment_status=40', 'payment_amount=1500', 'trading_id=853', 'trading_id=8520'])
      expect(readMoney(request, raw(body.replace(/trading_id=.*\r\n/, '') + lines(more)))).toMatchObject(other)
    for (const more of ['trading_id=852', 'trading_id=', 'payment_status=', 'payment_amount='])
      expect(readMoney(request, raw(body.replace(/trading_id=.*\r\n/, '') + lines(more))).type).not.toBe('unclear')
  })

  it('two trading ids are unclear though one is right', () => {
    expect(readMoney(SALE, raw(ACCEPTED + lines('trading_id=853'))).type).toBe('unclear')
  })

  it('a notice is no answer to an inquiry about its payment', () => {
    expect(readInquiry(KEY, raw(TOLD)).type).toBe('told')
    const notice = readInquiry(KEY, raw(TOLD + lines('payment_notice_id=7')))
    expect(notice).toMatchObject({ type: 'silent', fault: { code: 'other-request' } })
  })
})
