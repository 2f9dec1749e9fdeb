// Nothing is sent to a Paygent whose certificate has expired or does not match its name. If the certificate becomes
// invalid in mid-batch, or Paygent no longer accepts ours, the batch ends at that order. Real TLS.
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { describe, expect, it } from 'vitest'
import { atEnd } from './program.js'
import { mirrorHash, openShop, orderRow, outcomes, type Shop } from './shop.js'

interface Served {
  readonly url: string
  readonly arrived: () => number
}

const FAR = '2040-01-01'
const COMMON = { keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date('2020-01-01') } as const

const authority = (name = 'test CA') =>
  generate([{ name: 'commonName', value: name }], {
    ...COMMON,
    notAfterDate: new Date(FAR),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })

type Pair = Awaited<ReturnType<typeof authority>>

/** A server's certificate for this address. */
const serverOf = (ca: Pair, until: string, host: string): Promise<Pair> =>
  generate([{ name: 'commonName', value: 'localhost' }], {
    ...COMMON,
    notAfterDate: new Date(until),
    ca: { key: ca.private, cert: ca.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: host }] }],
  })

async function serve(shop: Shop, until: string, host: string): Promise<Served> {
  const ca = await authority()
  const server = await serverOf(ca, until, host)
  writeFileSync(join(shop.cwd, 'ca.pem'), ca.cert)
  let arrived = 0
  const listening = createServer({ cert: server.cert, key: server.private }, () => void (arrived += 1))
  await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready))
  atEnd(() => {
    listening.close()
    listening.closeAllConnections()
  })
  return { url: `https://127.0.0.1:${(listening.address() as AddressInfo).port}`, arrived: () => arrived }
}

it.each([
  ['an expired certificate', '2021-01-01', '127.0.0.1', 'CERT_HAS_EXPIRED'],
  ['a certificate for another host', FAR, '127.0.0.9', 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('%s', async (_, until, host, said) => {
  const shop = await openShop([orderRow(852, 'au')])
  const { url, arrived } = await serve(shop, until, host)
  const before = mirrorHash(shop.cwd)
  const env = { PAYGENT_ENDPOINT: url, PAYGENT_CA_CERT: 'ca.pem' }
  const ended = await shop.paygent(['bulk-sale', '--orders', '852', '--yes'], env)
  expect([ended.code, ended.stdout, ended.stderr]).toEqual([2, '', expect.stringContaining(said)])
  expect([arrived(), mirrorHash(shop.cwd)]).toEqual([0, before])
})

/** Paygent for au orders: authorised until they are sold. */
function paygentFor(orders: readonly string[]) {
  const statuses = new Map(orders.map((orderId) => [`1000${orderId}`, '20']))
  return (body: string): { readonly telegram: string; readonly answer: string } => {
    const form = new URLSearchParams(body)
    const [telegram, paymentId] = [form.get('telegram_kind') ?? '', form.get('payment_id') ?? '']
    if (telegram === '101') statuses.set(paymentId, '40')
    const facts = [
      `payment_status=${statuses.get(paymentId) ?? '11'}`,
      'payment_amount=1000',
      'payment_type=06',
      'career_type=4',
    ]
    const told = telegram === '094' ? [`trading_id=${form.get('trading_id')}`, ...facts] : []
    return { telegram, answer: ['result=0', 'response_code=', `payment_id=${paymentId}`, ...told, ''].join('\r\n') }
  }
}

describe('in mid-batch', () => {
  const orders = ['1', '2', '3']

  /** A Paygent that has another certificate, or takes other ones, once a first sale was made. */
  async function turning(shop: Shop, ca: Pair, turned: { cert: string; key: string; ca: string }) {
    const good = await serverOf(ca, FAR, '127.0.0.1')
    writeFileSync(join(shop.cwd, 'ca.pem'), ca.cert)
    const clients = readFileSync(shop.simulator.ca, 'utf8')
    const answerTo = paygentFor(orders)
    const sales: string[] = []
    const context = { cert: good.cert, key: good.private, ca: clients }
    const listening = createServer({ ...context, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      let body = ''
      request.setEncoding('latin1').on('data', (chunk: string) => (body += chunk))
      request.on('end', () => {
        const { telegram, answer } = answerTo(body)
        if (telegram === '101') {
          sales.push(telegram)
          listening.setSecureContext(turned)
        }
        response.end(answer)
      })
    })
    await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready))
    atEnd(() => {
      listening.close()
      listening.closeAllConnections()
    })
    const url = `https://127.0.0.1:${(listening.address() as AddressInfo).port}`
    return { env: { PAYGENT_ENDPOINT: url, PAYGENT_CA_CERT: 'ca.pem', PAYGENT_KEEPALIVE: 'off' }, sales }
  }

  const rows = [
    ['the server’s has expired', 'expired', '有効期限が切れている（CERT_HAS_EXPIRED）', 'unsent', 6],
    ['the server’s is for another host', 'host', 'ホスト名が接続先と違う（ERR_TLS_CERT_ALTNAME_INVALID）', 'unsent', 6],
    ['the server’s is another authority’s', 'authority', 'PAYGENT_CA_CERT の認証局のものではない', 'unsent', 6],
    ['ours is not taken any more', 'client', 'クライアント証明書が拒否された', 'unknown', 4],
  ] as const
  it.each(rows)('%s: the batch stops at that order', async (_, how, said, outcome, code) => {
    const shop = await openShop(orders.map((orderId) => orderRow(Number(orderId), 'au')))
    const [ca, other] = await Promise.all([authority(), authority('another CA')])
    const [until, host] = [how === 'expired' ? '2021-01-01' : FAR, how === 'host' ? '127.0.0.9' : '127.0.0.1']
    const { cert, private: key } = await serverOf(how === 'authority' ? other : ca, until, host)
    const clients = how === 'client' ? other.cert : readFileSync(shop.simulator.ca, 'utf8')
    const { env, sales } = await turning(shop, ca, { cert, key, ca: clients })
    const ended = await shop.paygent(['bulk-sale', '--orders', '1,2,3', '--yes', '--format', 'json'], env)
    expect(outcomes(ended)).toEqual(['1 accepted', `2 ${outcome}`, '3 unsent'])
    expect(ended.stderr).toContain(said)
    expect([ended.code, sales]).toEqual([code, ['101']])
  })
})
