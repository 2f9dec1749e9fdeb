// Provides the servers and gateways of one test file, closed after each test. Their output is searched for secrets at
// the end.
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { TlsOptions } from 'node:tls'
import type { GatewaySettings, GatewayTuning } from '../../src/gateway/gateway.js'
import { makeAuthority, makeServer } from './certificates.js'
import { ACCEPTED, gatewayFor, makePki, SECRETS, TOLD, type Pki } from './settings.js'
import { httpAnswer, serve, type Received } from './wire-server.js'

export const accept = ({ socket }: Received) => socket.write(httpAnswer(ACCEPTED))
export const tell = ({ socket }: Received) => socket.write(httpAnswer(TOLD))
export const ACCEPTED_ANSWER = { type: 'accepted', paymentId: '123', newPaymentId: null }

export function useBench() {
  let pki: Pki
  const open: { close(): unknown }[] = []
  const said: unknown[] = []

  const keep = <T extends { close(): unknown }>(one: T): T => {
    open.push(one)
    return one
  }
  const watched = async <T>(answer: Promise<T>): Promise<T> => {
    const value = await answer
    said.push(value)
    return value
  }
  const server = async (answer: (received: Received) => void, options: TlsOptions = {}) => {
    const { cert, key } = pki.server
    const asking = { ca: pki.authority.cert, requestCert: true, rejectUnauthorized: true }
    return keep(await serve({ cert, key, ...asking, ...options }, answer))
  }
  const gateway = (endpoint: string, changed: Partial<GatewaySettings> = {}, tuning: Partial<GatewayTuning> = {}) =>
    keep(gatewayFor(pki, endpoint, { log: (entry) => said.push(entry), ...changed }, tuning))
  /** Takes signatures of RSA keys only, so that a client with another key has no certificate to show. */
  const rsaServer = async (options: TlsOptions) => {
    const authority = await makeAuthority('RSA authority', 'rsa')
    const { cert, key } = await makeServer(authority, 'localhost', 'rsa')
    const made = await server(accept, { cert, key, sigalgs: 'RSA-PSS+SHA256', ...options })
    return { ...made, ca: authority.cert }
  }

  beforeAll(async () => {
    pki = await makePki()
  })
  afterEach(async () => {
    for (const one of open.toReversed()) await one.close()
    open.length = 0
  })
  afterAll(() => {
    expect(said.length).toBeGreaterThan(0)
    const text = JSON.stringify(said)
    for (const secret of [...Object.values(SECRETS), 'w0rd', 'PRIVATE KEY', 'BEGIN CERT', 'proxy-secret']) {
      expect(text).not.toContain(secret)
    }
  })
  return { pki: () => pki, keep, watched, server, gateway, rsaServer }
}
