// A Paygent whose certificate has run out, or that shows no certificate for its name, is sent nothing. Page 5.4.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { expect, it } from 'vitest'
import { atEnd } from './program.js'
import { mirrorHash, openShop, orderRow, type Shop } from './shop.js'

interface Served {
  readonly url: string
  readonly arrived: () => number
}

async function serve(shop: Shop, until: string, host: string): Promise<Served> {
  const common = { keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date('2020-01-01') } as const
  const far = new Date('2040-01-01')
  const ca = await generate([{ name: 'commonName', value: 'test CA' }], {
    ...common,
    notAfterDate: far,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    notAfterDate: new Date(until),
    ca: { key: ca.private, cert: ca.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: host }] }],
  })
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
  ['a certificate for another host', '2040-01-01', '127.0.0.9', 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('%s', async (_, until, host, said) => {
  const shop = await openShop([orderRow(852, 'au')])
  const { url, arrived } = await serve(shop, until, host)
  const before = mirrorHash(shop.cwd)
  const env = { PAYGENT_ENDPOINT: url, PAYGENT_CA_CERT: 'ca.pem' }
  const ended = await shop.paygent(['bulk-sale', '--orders', '852', '--yes'], env)
  expect([ended.code, ended.stdout, ended.stderr]).toEqual([2, '', expect.stringContaining(said)])
  expect([arrived(), mirrorHash(shop.cwd)]).toEqual([0, before])
})
