// Tests the findings of one probe of a server, over real TLS.
import { describe, expect, it } from 'vitest'
import { FixedClock } from '../../src/clock.js'
import { authorityPeriod, checkClientKey, clientPeriods } from '../../src/gateway/credentials.js'
import { probeGateway } from '../../src/gateway/probe.js'
import { makeAuthority, makeExpiredServer } from './certificates.js'
import { useBench } from './bench.js'
import { lines, SECRETS, settingsFor } from './settings.js'
import { httpAnswer, refusedPort, type Received } from './wire-server.js'

const { pki, watched, server } = useBench()
const NOW = Date.parse('2026-11-23T12:00:00Z')
const NO_PAYMENT = lines('result=1', 'response_code=13001', 'response_detail=')
const going = new AbortController().signal

const look = (endpoint: string, signal = going, atOnce = 1) =>
  watched(probeGateway(settingsFor(pki(), endpoint), atOnce, signal, new FixedClock(NOW)))
const answer =
  (...headers: readonly string[]) =>
  ({ socket }: Received) =>
    socket.write(httpAnswer(NO_PAYMENT, 200, headers))

describe('a look', () => {
  it('asks about a payment that cannot be, and for no notice', async () => {
    const { endpoint, requests } = await server(answer())
    expect(await look(endpoint)).toMatchObject({
      answer: { type: 'rejected', code: '13001' },
      clockOffsetMs: null,
      keepsOpen: true,
    })
    const sent = requests.map(({ body }) => new URLSearchParams(body.toString()))
    expect(sent.map((form) => [form.get('telegram_kind'), form.get('payment_id'), form.get('trading_id')])).toEqual([
      ['094', '0', '0'],
      ['094', '0', '0'],
      // "No such payment" over a kept connection may answer another request: it is asked again over a new one.
      ['094', '0', '0'],
    ])
  })

  it('reads the server’s clock and the end of its certificate', async () => {
    const { endpoint } = await server(answer('Date: Mon, 23 Nov 2026 12:01:40 GMT'))
    const { clockOffsetMs, serverCertificateEndMs } = await look(endpoint)
    expect(clockOffsetMs).toBe(100_500)
    expect(serverCertificateEndMs).toBe(Date.parse('2049-01-01T00:00:00Z'))
  })

  it('sees a server that closes after each answer', async () => {
    const { endpoint, connections } = await server(({ socket }) =>
      socket.end(httpAnswer(NO_PAYMENT, 200, ['Connection: close'])),
    )
    expect(await look(endpoint)).toMatchObject({ answer: { type: 'rejected', code: '13001' }, keepsOpen: false })
    expect(connections()).toBe(2)
  })

  it('does not take its own delay for a server that closes', async () => {
    const { endpoint, connections } = await server(answer())
    // The machine is so busy that two seconds pass whenever the clock is read.
    class BusyClock extends FixedClock {
      override monotonicMs = (): number => {
        this.advance(2000)
        return this.nowMs() - NOW
      }
    }
    const { timeoutMs } = settingsFor(pki(), endpoint)
    expect(timeoutMs).toBeGreaterThan(10_000)
    const found = await watched(probeGateway(settingsFor(pki(), endpoint), 1, going, new BusyClock(NOW)))
    expect(found.keepsOpen).toBe(true)
    // The second is asked again over a connection of its own.
    expect(connections()).toBe(2)
  })

  it('tells a refused login, and still the time', async () => {
    const refused = lines('result=1', 'response_code=P002', 'response_detail=')
    const { endpoint } = await server(({ socket }) =>
      socket.write(httpAnswer(refused, 200, ['Date: Mon, 23 Nov 2026 12:00:00 GMT'])),
    )
    expect(await look(endpoint)).toMatchObject({ answer: { type: 'rejected', code: 'P002' }, clockOffsetMs: 500 })
  })

  it('never throws for what the other side does', async () => {
    const nothing = { clockOffsetMs: null, serverCertificateEndMs: null, keepsOpen: null }
    const dead = `https://localhost:${await refusedPort()}`
    expect(await look(dead)).toMatchObject({ answer: { type: 'silent', fault: { kind: 'refused' } }, ...nothing })
    const { cert, key } = await makeExpiredServer(pki().authority)
    const { endpoint } = await server(answer(), { cert, key })
    expect(await look(endpoint)).toMatchObject({
      answer: { type: 'silent', fault: { kind: 'certificate' } },
      ...nothing,
    })
  })

  it('asks on several connections at once, where one was answered', async () => {
    const held: Received[] = []
    const { endpoint, requests } = await server((received) => {
      if (received.request <= 3) return void answer()(received)
      // Nobody is answered before all have come.
      held.push(received)
      if (held.length === 4) for (const one of held) answer()(one)
    })
    expect(await look(endpoint, going, 4)).toMatchObject({ keepsOpen: true, takesSideBySide: true })
    expect(new Set(requests.slice(3).map(({ connection }) => connection)).size).toBe(4)
  })

  it('sees a server that does not take several at once', async () => {
    const refused = lines('result=1', 'response_code=E002', 'response_detail=')
    const { endpoint } = await server((received) =>
      received.request === 6 ? received.socket.write(httpAnswer(refused)) : answer()(received),
    )
    expect(await look(endpoint, going, 4)).toMatchObject({ takesSideBySide: false })
  })

  it('does not ask several at once where Paygent refuses one', async () => {
    const refused = lines('result=1', 'response_code=P002', 'response_detail=')
    const { endpoint } = await server(({ socket }) => socket.write(httpAnswer(refused)))
    expect(await look(endpoint, going, 4)).toMatchObject({ takesSideBySide: null })
  })

  // The second inquiry is asked again on a new connection, so that those at once are requests 4 to 7.
  it.each([
    ['the first answer', 1, 1, { answer: { type: 'silent' }, keepsOpen: null }],
    ['the second', 2, 2, { answer: { type: 'rejected' }, keepsOpen: null }],
    ['those at once', 4, 7, { answer: { type: 'rejected' }, keepsOpen: true }],
  ])('ends at a signal while it waits for %s', async (_, silentFrom, last, found) => {
    const stop = new AbortController()
    const { endpoint, requests } = await server((received) => {
      if (received.request < silentFrom) return void answer()(received)
      if (received.request === last) stop.abort()
    })
    expect(await look(endpoint, stop.signal, 4)).toMatchObject({ ...found, takesSideBySide: null })
    expect(requests).toHaveLength(last)
  })
})

describe('the files of a connection', () => {
  it('tell when they are good', async () => {
    const expired = await makeExpiredServer(pki().authority)
    const early = Date.parse('2020-01-02T00:00:00Z')
    const late = Date.parse('2049-01-01T00:00:00Z')
    const both = `${pki().authority.cert}\n${expired.cert}\n`
    const { own, chain } = clientPeriods({ clientCert: both, passphrase: null })
    expect([own.untilMs, chain]).toEqual([late, [expect.objectContaining({ name: 'localhost', untilMs: early })]])
    expect(authorityPeriod(both).untilMs).toBe(late)
    expect(() => authorityPeriod('nothing')).toThrowError('certificate-unusable')
  })

  it('tell whether the pass phrase opens the key, and the key fits', async () => {
    const clientCert = pki().clientPem
    const { passphrase } = SECRETS
    expect(() => checkClientKey({ clientCert, passphrase })).not.toThrow()
    expect(() => checkClientKey({ clientCert, passphrase: 'other' })).toThrowError('passphrase-wrong')
    expect(() => checkClientKey({ clientCert, passphrase: null })).toThrowError('passphrase-wrong')
    const other = await makeAuthority()
    const mixed = `${pki().client.cert}\n${other.key}\n`
    expect(() => checkClientKey({ clientCert: mixed, passphrase: null })).toThrowError('certificate-unusable')
  })
})
