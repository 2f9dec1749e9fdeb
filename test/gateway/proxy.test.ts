import { describe, expect, it } from 'vitest'
import { accept, ACCEPTED_ANSWER, useBench } from './bench.js'
import { makeAuthority } from './certificates.js'
import { SALE } from './settings.js'
import { refusedPort, serveProxy } from './wire-server.js'

const { keep, watched, server, gateway } = useBench()

describe('through a proxy', () => {
  it('TLS is with the server, and the connection is kept', async () => {
    const { endpoint, connections, port } = await server(accept)
    const proxy = keep(await serveProxy(200))
    const url = proxy.url.replace('//', '//user:proxy-secret@')
    const paygent = gateway(endpoint, { proxy: url }, { idleMs: 60_000 })
    expect(await watched(paygent.send(SALE))).toEqual(ACCEPTED_ANSWER)
    expect(await watched(paygent.send(SALE))).toEqual(ACCEPTED_ANSWER)
    const authorization = `Basic ${Buffer.from('user:proxy-secret').toString('base64')}`
    expect(proxy.asked).toEqual([{ target: `localhost:${port}`, authorization }])
    expect(connections()).toBe(1)
  })

  it('a reset after the request is unclear', async () => {
    const { endpoint } = await server(({ reset }) => reset())
    const proxy = keep(await serveProxy(200))
    const answer = await watched(gateway(endpoint, { proxy: proxy.url }).send(SALE))
    expect(answer).toMatchObject({ type: 'unclear', fault: { kind: 'reset' } })
  })

  it('a server of another authority is unsent', async () => {
    const { endpoint } = await server(accept)
    const proxy = keep(await serveProxy(200))
    const ca = (await makeAuthority('Another authority')).cert
    const answer = await watched(gateway(endpoint, { proxy: proxy.url, ca }).send(SALE))
    expect(answer).toMatchObject({ type: 'unsent', fault: { kind: 'certificate', phase: 'secure' } })
  })

  it.each([403, 407, 502])('that says %d nothing is sent', async (status) => {
    const { endpoint, connections } = await server(accept)
    const proxy = keep(await serveProxy(status))
    const answer = await watched(gateway(endpoint, { proxy: proxy.url }).send(SALE))
    expect(answer).toMatchObject({
      type: 'unsent',
      fault: { kind: 'proxy', code: `proxy-${status}`, phase: 'connect' },
    })
    expect(connections()).toBe(0)
  })

  it('that is not there nothing is sent', async () => {
    const proxy = `http://localhost:${await refusedPort()}`
    const answer = await watched(gateway('https://localhost:1', { proxy }).send(SALE))
    expect(answer).toMatchObject({ type: 'unsent', fault: { kind: 'proxy', code: 'ECONNREFUSED' } })
  })

  it('that never answers nothing is sent', async () => {
    const proxy = keep(await serveProxy(0))
    const answer = await watched(gateway('https://localhost:1', { proxy: proxy.url, timeoutMs: 500 }).send(SALE))
    expect(answer).toMatchObject({ type: 'unsent', fault: { kind: 'proxy', code: 'ETIMEDOUT' } })
  })
})
