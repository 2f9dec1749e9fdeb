import { describe, expect, it } from 'vitest'
import type { GatewaySettings } from '../../src/gateway/gateway.js'
import { accept, useBench } from './bench.js'
import { joinPem, makeAuthority, makeClient, makeExpiredServer, makeServer } from './certificates.js'
import { SALE } from './settings.js'
import { refusedPort, serveTcp } from './wire-server.js'

const { pki, keep, watched, server, gateway, rsaServer } = useBench()

describe('proof of unsent', () => {
  const unsent = async (endpoint: string, changed: Partial<GatewaySettings> = {}) => {
    const got = await watched(gateway(endpoint, changed).send(SALE))
    expect(got.type).toBe('unsent')
    return got.type === 'unsent' ? got.fault : null
  }

  it('a port on which nothing listens', async () => {
    const port = await refusedPort()
    const fault = await unsent(`https://localhost:${port}`)
    expect(fault).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED', phase: 'connect', simulatorPort: port })
  })

  it('a name that does not exist', async () => {
    const fault = await unsent('https://nowhere.invalid')
    expect(['lookup', 'timeout']).toContain(fault?.kind)
  })

  it('a host that does not answer the handshake', async () => {
    const { endpoint } = keep(await serveTcp(() => {}))
    expect(await unsent(endpoint, { timeoutMs: 500 })).toMatchObject({ kind: 'timeout', phase: 'secure' })
  })

  it('a host that resets in the handshake', async () => {
    const { endpoint } = keep(await serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy())))
    expect(await unsent(endpoint)).toMatchObject({ kind: 'reset', phase: 'secure' })
  })

  it('a server of another authority', async () => {
    const { endpoint, requests } = await server(accept)
    const other = await makeAuthority('Another authority')
    expect(await unsent(endpoint, { ca: other.cert })).toMatchObject({ kind: 'certificate', phase: 'secure' })
    expect(requests.length).toBe(0)
  })

  it('a server with the certificate of another host', async () => {
    const { endpoint, requests } = await server(accept, await makeServer(pki().authority, 'other.example'))
    expect(await unsent(endpoint)).toMatchObject({ kind: 'host-name', code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    expect(requests.length).toBe(0)
  })

  it('a server whose certificate has expired', async () => {
    const { endpoint, requests } = await server(accept, await makeExpiredServer(pki().authority))
    expect(await unsent(endpoint)).toMatchObject({ kind: 'certificate', code: 'CERT_HAS_EXPIRED' })
    expect(requests.length).toBe(0)
  })

  it('a server that knows nothing newer than TLS 1.1', async () => {
    const options = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    const { endpoint, requests } = await server(accept, options)
    expect((await unsent(endpoint))?.phase).toBe('secure')
    expect(requests.length).toBe(0)
  })

  // Fatal alerts in answer to the first message: handshake_failure, bad_certificate, expired, unknown_ca, access_denied.
  it.each([40, 42, 45, 48, 49, 116])('a client certificate refused with alert %d', async (alert) => {
    const { endpoint } = keep(
      await serveTcp((socket) => socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, alert])))),
    )
    expect(await unsent(endpoint)).toMatchObject({ kind: 'client-certificate', phase: 'secure' })
  })

  it('a client certificate that suits no server of TLS 1.2', async () => {
    const { endpoint, requests, ca } = await rsaServer({ maxVersion: 'TLSv1.2' })
    expect(await unsent(endpoint, { ca })).toMatchObject({ kind: 'client-certificate', phase: 'secure' })
    expect(requests.length).toBe(0)
  })
})

describe('a client certificate refused under TLS 1.3', () => {
  it('shows after the handshake, so it proves nothing', async () => {
    const { endpoint, requests, ca } = await rsaServer({ minVersion: 'TLSv1.3' })
    expect(await watched(gateway(endpoint, { ca }).send(SALE))).toMatchObject({
      type: 'unclear',
      fault: { kind: 'client-certificate', code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
    })
    expect(requests.length).toBe(0)
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('or nothing is said at all (%s)', async (version) => {
    const { endpoint, requests } = await server(accept, { minVersion: version, maxVersion: version })
    const stranger = joinPem(await makeClient(await makeAuthority('A stranger')))
    const answer = await watched(gateway(endpoint, { clientCert: stranger, passphrase: null }).send(SALE))
    // Node closes without an alert; whether the end of the handshake still got through is chance.
    expect(['unclear', 'unsent']).toContain(answer.type)
    expect(answer).toMatchObject({ fault: { kind: 'reset' } })
    expect(requests.length).toBe(0)
  })
})
