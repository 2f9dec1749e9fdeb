import { beforeAll, describe, expect, it } from 'vitest'
import { createPrivateKey } from 'node:crypto'
import { AppError } from '../../src/errors.js'
import { openGateway, type GatewaySettings } from '../../src/gateway/gateway.js'
import { accept, ACCEPTED_ANSWER, useBench } from './bench.js'
import {
  joinContainer,
  joinPem,
  makeAuthority,
  makeClient,
  makeIntermediate,
  makeServer,
  OPENSSL,
} from './certificates.js'
import { makePki, SALE, SECRETS, settingsFor, type Pki } from './settings.js'
import { serveProxy } from './wire-server.js'

let pki: Pki
beforeAll(async () => {
  pki = await makePki()
})

function opening(changed: Partial<GatewaySettings>): AppError | null {
  try {
    openGateway(settingsFor(pki, 'https://localhost:1', changed)).close()
    return null
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const text = `${JSON.stringify(error.params)}${String(error)}${String(error.stack)}${JSON.stringify(error.cause ?? '')}`
    for (const secret of [...Object.values(SECRETS), 'BEGIN']) expect(text).not.toContain(secret)
    return error
  }
}

const fault = (changed: Partial<GatewaySettings>) => {
  const error = opening(changed)
  return [error?.code, error?.params]
}

describe('opening the gateway', () => {
  it('takes an encrypted key with its pass phrase, and a plain one', () => {
    expect(opening({})).toBeNull()
    expect(opening({ clientCert: joinPem(pki.client), passphrase: null })).toBeNull()
    expect(opening({ clientCert: joinPem(pki.client) })).toBeNull()
    expect(opening({ clientCert: pki.clientPem.replaceAll('\n', '\r\n') })).toBeNull()
  })

  it('takes a key of the old kind, encrypted with a header', () => {
    const options = { type: 'sec1', format: 'pem', cipher: 'des-ede3-cbc', passphrase: 'changeit' } as const
    const pem = createPrivateKey(pki.client.key).export(options)
    expect(String(pem)).toContain('Proc-Type: 4,ENCRYPTED')
    const clientCert = `${pki.client.cert}\n${String(pem)}`
    expect(opening({ clientCert, passphrase: 'changeit' })).toBeNull()
    expect(fault({ clientCert, passphrase: 'wrong' })).toEqual(['passphrase-wrong', { problem: 'wrong' }])
  })

  it('tells a wrong pass phrase', () => {
    expect(fault({ passphrase: 'wrong' })).toEqual(['passphrase-wrong', { problem: 'wrong' }])
    expect(fault({ passphrase: '' })).toEqual(['passphrase-wrong', { problem: 'wrong' }])
    expect(fault({ passphrase: null })).toEqual(['passphrase-wrong', { problem: 'missing' }])
  })

  it('tells a certificate, key or authority that cannot be used', async () => {
    const unusable = (what: string, problem: string) => {
      const setting = what === 'ca' ? 'PAYGENT_CA_CERT' : 'PAYGENT_CLIENT_CERT'
      const code = problem === 'unreadable' ? { code: expect.any(String) } : {}
      return ['certificate-unusable', { what, setting, problem, ...code }]
    }
    const other = await makeClient(await makeAuthority('Another'))
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    expect(fault({ ca: '' })).toEqual(unusable('ca', 'no-certificate'))
    expect(fault({ ca: 'text' })).toEqual(unusable('ca', 'no-certificate'))
    expect(fault({ ca: broken })).toEqual(unusable('ca', 'unreadable'))
    expect(fault({ ca: `${pki.authority.cert}\n${broken}` })).toEqual(unusable('ca', 'unreadable'))
    expect(fault({ clientCert: pki.client.key })).toEqual(unusable('client-certificate', 'no-certificate'))
    expect(fault({ clientCert: broken + pki.client.key })).toEqual(unusable('client-certificate', 'unreadable'))
    expect(fault({ clientCert: pki.client.cert })).toEqual(unusable('client-key', 'no-key'))
    expect(fault({ clientCert: joinPem({ ...pki.client, key: other.key }) })).toEqual(
      unusable('client-key', 'mismatch'),
    )
    const cut = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'
    expect(fault({ clientCert: joinPem({ ...pki.client, key: cut }) })).toEqual(unusable('client-key', 'unreadable'))
  })

  it('refuses to send the password in the clear', () => {
    expect(fault({ endpoint: 'http://localhost:1' })[0]).toBe('endpoint-not-allowed')
  })

  it('tells a login that Windows-31J cannot write, and nothing of the password', () => {
    const params = { character: '〜', codePoint: 'U+301C', field: 'connect_id' }
    expect(fault({ connectId: 'a〜' })).toEqual(['encoding-impossible', params])
    const masked = { character: '*', codePoint: '*', field: 'connect_password' }
    expect(fault({ connectPassword: 'a〜' })).toEqual(['encoding-impossible', masked])
  })

  it('tells a proxy that is no URL, without its password', () => {
    const params = { name: 'PAYGENT_PROXY', value: '***', expected: 'http://host:port' }
    expect(fault({ proxy: 'user:secret at host' })).toEqual(['setting-invalid', params])
  })
})

describe.skipIf(OPENSSL === null && process.env['PAYGENT_TEST_SERVERS'] !== 'required')('a p12', () => {
  const { pki: ours, keep, watched, server, gateway } = useBench()

  it.each([false, true])('is shown to the server; through a proxy: %s', async (viaProxy) => {
    const { endpoint } = await server(accept)
    const proxy = viaProxy ? keep(await serveProxy(200)).url : null
    const clientCert = joinContainer(ours().client, SECRETS.passphrase, [ours().authority])
    expect(await watched(gateway(endpoint, { clientCert, proxy }).send(SALE))).toEqual(ACCEPTED_ANSWER)
  })

  it.each([false, true])(
    'cannot vouch for a server by an authority within it; through a proxy: %s',
    async (viaProxy) => {
      const { endpoint, requests } = await server(accept)
      const proxy = viaProxy ? keep(await serveProxy(200)).url : null
      const clientCert = joinContainer(ours().client, SECRETS.passphrase, [ours().authority])
      const ca = (await makeAuthority('Another authority')).cert
      expect(await watched(gateway(endpoint, { clientCert, ca, proxy }).send(SALE))).toMatchObject({
        type: 'unsent',
        fault: { kind: 'certificate', code: 'CERT_UNTRUSTED', phase: 'secure' },
      })
      expect(requests).toEqual([])
    },
  )

  it('takes a server that an authority of the CA file vouches for by an intermediate', async () => {
    const middle = await makeIntermediate(ours().authority)
    const { cert, key } = await makeServer(middle)
    const { endpoint } = await server(accept, { cert: `${cert}\n${middle.cert}`, key })
    const other = await makeAuthority('Another authority')
    const clientCert = joinContainer(ours().client, SECRETS.passphrase, [other])
    expect(await watched(gateway(endpoint, { clientCert }).send(SALE))).toEqual(ACCEPTED_ANSWER)
    const wrongName = await makeServer(ours().authority, 'elsewhere')
    const there = await server(accept, { cert: wrongName.cert, key: wrongName.key })
    expect(await watched(gateway(there.endpoint, { clientCert }).send(SALE))).toMatchObject({
      type: 'unsent',
      fault: { kind: 'host-name' },
    })
  })
})
