import { Agent } from 'node:https'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeCertificates } from '../../src/simulator/certificates.js'
import { answerOf, card } from './desk.js'
import { ask, callTelegram, control, started, type Received } from './tls.js'

const CERTIFICATES = await makeCertificates()
const open = (options: Parameters<typeof started>[0] = {}) => started({ certificates: CERTIFICATES, ...options })

const ids = (paymentId: string) => ({ payment_id: paymentId, trading_id: `t${paymentId}` })

describe('faults on the wire', () => {
  const struck = (fault: object) =>
    open({ payments: [card('1')], faults: { match: { telegram: '022', nth: 1 }, ...fault } })
  const sell = (simulator: Parameters<typeof ask>[0], timeoutMs = 5000): Promise<Received> =>
    callTelegram(simulator, '022', ids('1'), { timeoutMs })
  const statusOf = async (simulator: Parameters<typeof ask>[0]) =>
    (await ask(simulator, '094', ids('1')))['payment_status']

  it('reset', async () => {
    const simulator = await struck({ shows: 'reset' })
    await expect(sell(simulator)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await statusOf(simulator)).toBe('40')
    expect((await sell(simulator)).status).toBe(200)
  })

  it('reset, and the ledger did not move', async () => {
    const simulator = await struck({ shows: 'reset', commits: false })
    await expect(sell(simulator)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await statusOf(simulator)).toBe('20')
  })

  it('silence lasts until the client gives up, and is in flight so long', async () => {
    const simulator = await struck({ shows: 'silence' })
    const silent = sell(simulator, 400)
    const failed = expect(silent).rejects.toMatchObject({ code: 'TIMEOUT' })
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(await statusOf(simulator)).toBe('40')
    await failed
    await new Promise((resolve) => setTimeout(resolve, 100))
    await statusOf(simulator)
    const { json } = await control<{ inFlight: number; shows: string }[]>(simulator, 'requests')
    expect(json.map(({ inFlight, shows }) => [inFlight, shows])).toEqual([
      [1, 'silence'],
      [2, 'reply'],
      [1, 'reply'],
    ])
  })

  it('half an answer', async () => {
    const simulator = await struck({ shows: 'half' })
    const { status, complete, body, headers } = await sell(simulator)
    expect({ status, complete }).toEqual({ status: 200, complete: false })
    expect(body.toString('latin1')).toMatch(/^result=0\r\n/)
    expect(body.length).toBe(Math.floor(Number(headers['content-length']) / 2))
    expect(await statusOf(simulator)).toBe('40')
  })

  it('garbage', async () => {
    const simulator = await struck({ shows: 'garbage' })
    const { status, body } = await sell(simulator)
    expect(status).toBe(200)
    expect(body.toString('latin1')).not.toContain('result=')
  })

  it.each([500, 503, 302, 404])('status %i', async (code) => {
    const simulator = await struck({ shows: `status:${code}` })
    const { status, headers, body } = await sell(simulator)
    expect(status).toBe(code)
    expect(body.toString('latin1')).not.toContain('result=')
    expect(headers['location']).toBe(code === 302 ? '/elsewhere' : undefined)
    expect(await statusOf(simulator)).toBe('40')
  })

  it('a code', async () => {
    const simulator = await struck({ shows: 'code:9005' })
    expect(answerOf((await sell(simulator)).body)).toMatchObject({ result: '1', response_code: '9005' })
    expect(await statusOf(simulator)).toBe('20')
  })

  it('late', async () => {
    const simulator = await struck({ shows: 'silence', late: true })
    await expect(sell(simulator, 300)).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(await statusOf(simulator)).toBe('20')
    expect(await statusOf(simulator)).toBe('40')
  })

  it('an answer that comes after the client stopped waiting', async () => {
    const simulator = await struck({ delay_ms: 600 })
    await expect(sell(simulator, 200)).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(await statusOf(simulator)).toBe('40')
  })

  it('latency', async () => {
    const simulator = await open({ payments: [card('1')], latencyMs: 200 })
    const began = performance.now()
    await sell(simulator)
    expect(performance.now() - began).toBeGreaterThan(190)
  })

  it('wrong faults at the start are an error', async () => {
    await expect(struck({ shows: 'nothing' })).rejects.toMatchObject({ code: 'bad-value' })
  })
})

describe('requests in flight', () => {
  it('are counted truly', async () => {
    const simulator = await open({ payments: [card('1')], latencyMs: 300 })
    await Promise.all([
      ask(simulator, '094', ids('1')),
      ask(simulator, '094', ids('1')),
      ask(simulator, '022', ids('1')),
    ])
    await ask(simulator, '094', ids('1'))
    const { json } = await control<{ inFlight: number }[]>(simulator, 'requests')
    expect(json.map(({ inFlight }) => inFlight)).toEqual([1, 2, 3, 1])
  })

  it('are counted without latency, too, where they arrive together', async () => {
    const simulator = await open({ payments: [card('1')] })
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    const together = () => Promise.all(Array.from({ length: 20 }, () => ask(simulator, '094', ids('1'), { agent })))
    // Once for the connections alone: handshakes do not end together.
    await together()
    await together()
    const { json } = await control<{ inFlight: number }[]>(simulator, 'requests')
    expect(Math.max(...json.slice(20).map(({ inFlight }) => inFlight))).toBeGreaterThan(1)
  })

  it('never seem to be two for a client that sends one at a time', async () => {
    const simulator = await open({ payments: [card('1')] })
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    for (let n = 0; n < 100; n += 1) await ask(simulator, '094', ids('1'), n % 2 ? { agent } : {})
    const { json } = await control<{ inFlight: number }[]>(simulator, 'requests')
    expect(json.filter(({ inFlight }) => inFlight !== 1)).toEqual([])
  })
})
