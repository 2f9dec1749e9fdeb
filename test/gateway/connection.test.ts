import { describe, expect, it } from 'vitest'
import { FixedClock } from '../../src/clock.js'
import { accept, ACCEPTED_ANSWER, tell, useBench } from './bench.js'
import { SALE } from './settings.js'
import type { Received } from './wire-server.js'

const { watched, server, gateway } = useBench()

describe('a request', () => {
  it('is a plain POST with the fields in order, and asks for nothing to be packed', async () => {
    const { endpoint, requests } = await server(accept)
    expect(await watched(gateway(endpoint).send(SALE))).toEqual(ACCEPTED_ANSWER)
    const { head, body } = requests[0] as Received
    expect(head.split('\r\n')[0]).toBe('POST /n/card/request HTTP/1.1')
    expect(head).toMatch(/^content-type: application\/x-www-form-urlencoded$/im)
    expect(head).not.toMatch(/accept-encoding|transfer-encoding|expect:/i)
    expect(body.toString()).toBe(
      'merchant_id=12345&connect_id=test_connect&connect_password=Canary-Pa%24%24w0rd&telegram_kind=022' +
        '&telegram_version=1.0&trading_id=852&payment_id=123',
    )
  })

  it('that Windows-31J cannot write is not sent', async () => {
    const { endpoint, connections } = await server(accept)
    const answer = await watched(gateway(endpoint).send({ ...SALE, tradingId: 'a〜b' }))
    expect(answer).toMatchObject({ type: 'unsent', fault: { kind: 'other', code: 'encoding-impossible' } })
    expect(connections()).toBe(0)
  })

  it('with a payment id that is none is not sent', async () => {
    const { endpoint, connections } = await server(accept)
    const answer = await watched(gateway(endpoint).send({ ...SALE, paymentId: '12x' }))
    expect(answer).toMatchObject({ type: 'unsent', fault: { code: 'bad-value' } })
    expect(connections()).toBe(0)
  })
})

describe('a connection', () => {
  it('is kept for the next request', async () => {
    const { endpoint, requests, connections } = await server(accept)
    const paygent = gateway(endpoint, {}, { idleMs: 60_000, clock: new FixedClock(0) })
    for (let i = 0; i < 3; i += 1) expect(await paygent.send(SALE)).toEqual(ACCEPTED_ANSWER)
    expect([requests.length, connections()]).toEqual([3, 1])
    expect(requests[0]?.head).toMatch(/^connection: keep-alive$/im)
  })

  it('that idled too long is not used again', async () => {
    const { endpoint, connections } = await server(accept)
    const clock = new FixedClock(0)
    const paygent = gateway(endpoint, {}, { idleMs: 60_000, clock })
    await paygent.send(SALE)
    clock.advance(59_999)
    await paygent.send(SALE)
    expect(connections()).toBe(1)
    clock.advance(60_000)
    await paygent.send(SALE)
    expect(connections()).toBe(2)
  })

  it('that idles is closed without a further request', async () => {
    let closed: (() => void) | undefined
    const isClosed = new Promise<void>((resolve) => (closed = resolve))
    const { endpoint } = await server((received) => {
      received.socket.once('close', () => closed?.())
      accept(received)
    })
    await gateway(endpoint, {}, { idleMs: 20 }).send(SALE)
    await isClosed
  })

  it('is made for each request when it must not be kept', async () => {
    const { endpoint, requests, connections } = await server(accept)
    const paygent = gateway(endpoint, { keepAlive: false })
    await paygent.send(SALE)
    await paygent.send(SALE)
    expect(connections()).toBe(2)
    expect(requests[0]?.head).toMatch(/^connection: close$/im)
  })

  it('carries requests one after the other, even when asked for two at once', async () => {
    const { endpoint, connections } = await server(accept)
    const paygent = gateway(endpoint)
    const answers = await Promise.all([paygent.send(SALE), paygent.send(SALE)])
    expect(answers).toEqual([ACCEPTED_ANSWER, ACCEPTED_ANSWER])
    expect(connections()).toBe(1)
  })
})

describe('a kept connection that breaks', () => {
  const breakSecond = (answer: (received: Received) => void) => (received: Received) => {
    if (received.request === 2) received.reset()
    else answer(received)
  }

  it('leaves a sale unclear, and sends it once', async () => {
    const { endpoint, requests } = await server(breakSecond(accept))
    const paygent = gateway(endpoint, {}, { idleMs: 60_000 })
    await paygent.send(SALE)
    const answer = await watched(paygent.send(SALE))
    expect(answer).toMatchObject({ type: 'unclear', fault: { kind: 'reset', code: 'ECONNRESET' } })
    expect(requests.length).toBe(2)
  })

  it('has an inquiry repeated once on a new one', async () => {
    const { endpoint, requests, connections } = await server(breakSecond(tell))
    const paygent = gateway(endpoint, {}, { idleMs: 60_000 })
    await paygent.inquire({ paymentId: '123', tradingId: '852' })
    const answer = await watched(paygent.inquire({ paymentId: '123', tradingId: '852' }))
    expect(answer).toMatchObject({ type: 'told', fact: { status: '20', amountYen: 1500, carrier: 'docomo' } })
    expect([requests.length, connections()]).toEqual([3, 2])
  })

  it('does not have the next notice fetched again: asking marks it as delivered', async () => {
    const { endpoint, requests } = await server(breakSecond(tell))
    const paygent = gateway(endpoint, {}, { idleMs: 60_000 })
    await paygent.inquire({ paymentId: '123', tradingId: '852' })
    expect(await watched(paygent.notice(null))).toMatchObject({ type: 'silent', fault: { kind: 'reset' } })
    expect(requests.length).toBe(2)
  })

  it('does not have an inquiry repeated that failed on a new one', async () => {
    const { endpoint, requests } = await server(({ reset }) => reset())
    const answer = await watched(gateway(endpoint).inquire({ tradingId: '852' }))
    expect(answer).toMatchObject({ type: 'silent', fault: { kind: 'reset' } })
    expect(requests.length).toBe(1)
  })
})
