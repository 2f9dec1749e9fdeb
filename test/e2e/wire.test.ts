// Tests the wire: Paygent's own protocol, one request at a time, kept-alive connections, proxies.
import { spawnSync } from 'node:child_process'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { atEnd } from './program.js'
import { expectBooksAgree, openShop, orderRow, outcomes, resultOf, type Shop } from './shop.js'

const SALE = ['bulk-sale', '--yes', '--format', 'json', '--orders']
const ids = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

const curlIsThere = spawnSync('curl', ['--version']).status === 0
if (!curlIsThere) process.stderr.write('SKIPPED: curl is not installed, so HTTP/1.0 clients are not tested\n')

describe.skipIf(!curlIsThere)('curl --http1.0 with the client certificate', () => {
  interface Spoken {
    readonly head: string
    readonly fields: Record<string, string>
  }

  function telegram({ simulator, cwd }: Shop, path: string, fields: Record<string, string>): Spoken {
    const login = {
      merchant_id: simulator.env['PAYGENT_MERCHANT_ID'] ?? '',
      connect_id: simulator.env['PAYGENT_CONNECT_ID'] ?? '',
      connect_password: simulator.env['PAYGENT_CONNECT_PASSWORD'] ?? '',
      telegram_version: '1.0',
    }
    const data = Object.entries({ ...login, ...fields }).flatMap(([name, value]) => [
      '--data-urlencode',
      `${name}=${value}`,
    ])
    const tls = ['--cacert', simulator.ca, '--cert', `${simulator.clientCert}:changeit`]
    const told = spawnSync(
      'curl',
      ['--http1.0', '--silent', '--show-error', '--include', ...tls, ...data, `${simulator.url}${path}`],
      { cwd },
    )
    expect(told.stderr.toString()).toBe('')
    const [head = '', body = ''] = new TextDecoder('shift_jis').decode(told.stdout).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.[01] 200/)
    expect(head.toLowerCase()).toContain(`content-length: ${told.stdout.length - Buffer.byteLength(head) - 4}`)
    const pairs = body.split('\r\n').filter((line) => line !== '')
    return {
      head,
      fields: Object.fromEntries(
        pairs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
    }
  }

  it('a new connection for each telegram is served as the kept-alive client is', async () => {
    const shop = await openShop([orderRow(1, 'au'), orderRow(2, 'au'), orderRow(3, 'credit'), orderRow(4, 'credit')])
    const ask = { telegram_kind: '094', trading_id: '1', payment_id: '10001' }
    expect(telegram(shop, '/n/ref/paymentref', ask).fields).toMatchObject({
      result: '0',
      payment_id: '10001',
      payment_status: '20',
      payment_amount: '1000',
      career_type: '4',
    })
    const sold = telegram(shop, '/n/c/request', { telegram_kind: '101', trading_id: '1', payment_id: '10001' })
    expect(sold.fields).toMatchObject({ result: '0', payment_id: '10001', trading_id: '1' })
    const twice = telegram(shop, '/n/c/request', { telegram_kind: '101', trading_id: '1', payment_id: '10001' })
    expect(twice.fields).toMatchObject({ result: '1', response_code: '7003' })
    expect(
      telegram(shop, '/n/card/request', { telegram_kind: '021', trading_id: '3', payment_id: '10003' }).fields,
    ).toMatchObject({ result: '0' })
    expect((await shop.paygent([...SALE, '2'])).code).toBe(0)
    expect((await shop.paygent(['bulk-cancel', '--orders', '4', '--yes'])).code).toBe(0)
    const ledger = await shop.ledger()
    expect(ids(4).map((id) => ledger[`1000${id}`]?.status)).toEqual(['40', '40', '32', '32'])
    const stale = await shop.paygent([...SALE, '1,3'])
    expect([stale.code, resultOf(stale).results.map(({ reason }) => reason)]).toEqual([3, ['status', 'status']])
    expect(await shop.money()).toEqual(['101 10001', '101 10001', '021 10003', '101 10002', '021 10004'])
  })

  it('is not served without the certificate', async () => {
    const shop = await openShop([orderRow(1, 'au')])
    const told = spawnSync('curl', [
      '--http1.0',
      '--silent',
      '--cacert',
      shop.simulator.ca,
      '-d',
      'a=b',
      `${shop.simulator.url}/n/c/request`,
    ])
    expect([told.status === 0, told.stdout.toString()]).toEqual([false, ''])
  })
})

/** A CONNECT proxy that counts the connections it makes. */
async function countingProxy(): Promise<{ url: string; count: () => number }> {
  let connections = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => client.destroy())
    client.once('data', (first: Buffer) => {
      const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+) HTTP/.exec(first.toString()) ?? []
      connections += 1
      const far = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        client.pipe(far).pipe(client)
      })
      sockets.add(far)
      far.on('error', () => client.destroy())
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  atEnd(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => connections }
}

describe('connections', () => {
  it('one is kept alive within a batch, and none with PAYGENT_KEEPALIVE=off; both through a proxy', async () => {
    const shop = await openShop(ids(15).map((id) => orderRow(id, 'au')))
    const kept = await countingProxy()
    const alive = await shop.paygent([...SALE, '1,2,3,4,5,6'], { PAYGENT_PROXY: kept.url, PAYGENT_INQUIRIES: '1' })
    expect([alive.code, outcomes(alive).length, kept.count()]).toEqual([0, 6, 1])
    const fresh = await countingProxy()
    const before = (await shop.simulator.requests()).length
    const off = await shop.paygent([...SALE, '7,8,9,10,11,12'], { PAYGENT_PROXY: fresh.url, PAYGENT_KEEPALIVE: 'off' })
    const arrived = (await shop.simulator.requests()).length - before
    expect([off.code, outcomes(off).length, fresh.count()]).toEqual([0, 6, arrived])
    expect(arrived).toBe(13)
    // Inquiries side by side have connections of their own, and the sales one.
    const beside = await countingProxy()
    const few = await shop.paygent([...SALE, '13,14,15'], { PAYGENT_PROXY: beside.url, PAYGENT_INQUIRIES: '2' })
    expect([few.code, outcomes(few).length, beside.count()]).toEqual([0, 3, 3])
    await expectBooksAgree(shop)
  })

  it('a proxy that is not there is no connection: 6, nothing sent', async () => {
    const shop = await openShop([orderRow(1, 'au')])
    const ended = await shop.paygent([...SALE, '1'], { PAYGENT_PROXY: 'http://127.0.0.1:1' })
    expect([ended.code, ended.stdout]).toEqual([6, ''])
    expect(ended.stderr).toContain('PAYGENT_PROXY')
    expect(await shop.simulator.requests()).toEqual([])
  })
})

describe('a batch of 1,000 orders', () => {
  it('has at most one request in flight from the first sale on, by the simulator’s own count', async () => {
    const count = 1000
    // Each takes its time there, so that a second one beside it would be seen.
    const latency = { simulator: ['--latency', '4'] }
    const shop = await openShop(
      ids(count).map((id) => orderRow(id, id % 3 === 0 ? 'credit' : 'au')),
      latency,
    )
    const ended = await shop.paygent(['bulk-sale', '--all', '--yes', '--format', 'json'], {
      PAYGENT_TIMEOUT_MS: '5000',
    })
    expect([ended.code, resultOf(ended).summary]).toEqual([
      0,
      expect.objectContaining({ total: count, accepted: count, acceptedYen: count * 1000 }),
    ])
    const arrived = await shop.simulator.requests()
    const firstSale = arrived.findIndex(({ telegram }) => telegram !== '094')
    const [asking, sending] = [arrived.slice(0, firstSale), arrived.slice(firstSale)]
    expect(Math.max(...sending.map(({ inFlight }) => inFlight))).toBe(1)
    expect(Math.max(...asking.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(4)
    const money = await shop.money()
    expect([money.length, new Set(money).size]).toEqual([count, count])
    expect(money).toEqual(resultOf(ended).results.map(({ telegram, paymentId }) => `${telegram} ${paymentId}`))
    await expectBooksAgree(shop)
  }, 120_000)
})
