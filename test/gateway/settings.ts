// A gateway and requests to try it with.
import type { MoneyRequest } from '../../src/domain/answer.js'
import type { RawAnswer } from '../../src/gateway/frame.js'
import { openGateway, type GatewaySettings, type GatewayTuning } from '../../src/gateway/gateway.js'
import { joinPem, makeAuthority, makeClient, makeServer, type Pair } from './certificates.js'

/** Secrets that must turn up nowhere. */
export const SECRETS = { connectPassword: 'Canary-Pa$$w0rd', passphrase: 'canary-phrase' } as const

export interface Pki {
  readonly authority: Pair
  readonly server: Pair
  readonly client: Pair
  readonly clientPem: string
}

export async function makePki(): Promise<Pki> {
  const authority = await makeAuthority()
  const [server, client] = [await makeServer(authority), await makeClient(authority)]
  return { authority, server, client, clientPem: joinPem(client, SECRETS.passphrase) }
}

/** Long enough for the slowest machine, since nothing waits for it where an answer comes. */
const PATIENT_MS = 30_000

export const settingsFor = (pki: Pki, endpoint: string, changed: Partial<GatewaySettings> = {}): GatewaySettings => ({
  endpoint,
  merchantId: '12345',
  connectId: 'test_connect',
  ...SECRETS,
  ca: pki.authority.cert,
  clientCert: pki.clientPem,
  proxy: null,
  timeoutMs: PATIENT_MS,
  keepAlive: true,
  ...changed,
})

export const gatewayFor = (
  pki: Pki,
  endpoint: string,
  changed: Partial<GatewaySettings> = {},
  tuning: Partial<GatewayTuning> = {},
) => openGateway(settingsFor(pki, endpoint, changed), tuning)

export const SALE: MoneyRequest = {
  telegram: '022',
  carrier: null,
  tradingId: '852',
  paymentId: '123',
  amountYen: null,
}

export const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('')

export const ACCEPTED = lines('result=0', 'response_code=', 'response_detail=', 'payment_id=123', 'trading_id=852')

export const TOLD = `${ACCEPTED}${lines(
  'payment_type=06',
  'payment_status=20',
  'payment_amount=1500',
  'career_type=5',
  'authorized_date=20240102030405',
)}`

/** An answer that came whole, unless changed. */
export const raw = (body: string | Buffer, changed: Partial<RawAnswer> = {}): RawAnswer => ({
  httpStatus: 200,
  body: Buffer.from(body),
  complete: true,
  framing: 'length',
  compressed: false,
  ...changed,
})
