// Tests the shop's lock where it would exclude no other desk: through a pooler, on a copy, or held by another program.
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { addressOf } from '../../src/shop/address.js'
import { ShopLine } from '../../src/shop/line.js'
import { EccubeShop, openShop } from '../../src/shop/open.js'
import type { DatabaseServer, Login } from './database-server.js'
import { deskAt, readJson, shopIn, simulatorOf } from './desk.js'
import { fixtureShop } from './fixture-shop.js'
import type { ServerKind } from './installed.js'
import { describeWithServer, SERVER_KINDS, START, startBouncer, startPostgres, startStandby } from './servers.js'
import { ALL_DAY, type Ended, type Simulator } from '../e2e/program.js'

const BATCH = ['bulk-sale', '--orders', '1001,1002', '--yes', '--format', 'json']

const sent = async (simulator: Simulator): Promise<string[]> =>
  (await simulator.requests()).flatMap(({ telegram, paymentId }) =>
    telegram === '022' || telegram === '101' ? [String(paymentId)] : [],
  )

async function untilSent(simulator: Simulator, count: number): Promise<void> {
  while ((await sent(simulator)).length < count) await new Promise((wait) => setTimeout(wait, 20))
}

const loginOf = (url: string): Login => {
  const { username, password } = new URL(url)
  return { user: username, password }
}

/** One desk sends slowly by the first address; what becomes meanwhile of another by the second. */
async function besideAnother(first: string, second: string): Promise<{ other: Ended; requests: string[] }> {
  const [one, two] = [deskAt(first), deskAt(second)]
  await one.paygent(['pull'])
  // Who may not send may read all the same.
  expect(await two.paygent(['pull', '--quiet'])).toMatchObject({ code: 0, stderr: '' })
  const simulator = await simulatorOf(one)
  await simulator.post('faults', [{ match: { telegram: '022' }, commits: true, shows: 'reply', delay_ms: 8_000 }])
  const slow = { ...simulator.env, PAYGENT_TIMEOUT_MS: '60000', PAYGENT_LANG: 'en' }
  const running = one.begin(BATCH, slow)
  await untilSent(simulator, 1)
  const other = await two.paygent(BATCH, slow)
  const requests = await sent(simulator)
  expect((await running.ended).code).toBe(0)
  return { other, requests }
}

describeWithServer('postgres', 'PostgreSQL', () => {
  let server: DatabaseServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 120_000)

  const locks = async (at = server) => (await at.admin(`SELECT pid FROM pg_locks WHERE locktype = 'advisory'`)).length

  const shop = async () => shopIn(server, 'eccube2', fixtureShop('eccube2', 'postgres'))

  describeWithServer('pgbouncer', 'behind pgbouncer', () => {
    async function through(url: string, mode: 'session' | 'transaction' | 'statement', poolSize: number, more = '') {
      const { port } = await startBouncer(server, { mode, poolSize, login: loginOf(url), more })
      return url.replace(`:${server.port}/`, `:${port}/`)
    }

    it.each([1, 2])('transaction mode, %i connection(s): refused by name', { timeout: 120_000 }, async (size) => {
      const { url } = await shop()
      const pooled = await through(url, 'transaction', size)
      const { other, requests } = await besideAnother(url, pooled)
      expect(other.code).toBe(2)
      expect(other.stderr).toContain('A pooler (pgbouncer) lends the connection')
      expect(requests).toEqual(['8000001001'])
      expect(await locks()).toBe(0)
      // Without the other desk as well, also where both are behind it.
      const both = await Promise.all([deskAt(pooled), deskAt(pooled)].map((desk) => desk.paygent(BATCH)))
      expect(both.map(({ code }) => code)).toEqual([2, 2])
      expect(await locks()).toBe(0)
    })

    it('in turns instead of the last used first: refused as well', { timeout: 60_000 }, async () => {
      const { url } = await shop()
      const pooled = await through(url, 'transaction', 2, 'server_round_robin = 1')
      const opened = await openShop(pooled, 'desk')
      onTestFinished(() => opened.close())
      await expect(opened.lock.acquire()).rejects.toMatchObject({ code: 'shop-pooler' })
      expect(await locks()).toBe(0)
    })

    it('statement mode: refused', { timeout: 60_000 }, async () => {
      const { url } = await shop()
      const opened = await openShop(await through(url, 'statement', 1), 'desk')
      onTestFinished(() => opened.close())
      await expect(opened.lock.acquire()).rejects.toMatchObject({
        code: 'shop-pooler',
        params: { pooler: 'pgbouncer' },
      })
      expect(await locks()).toBe(0)
    })

    it('leaves none of its settings to whoever gets the connection next', { timeout: 60_000 }, async () => {
      const { url, database } = await shop()
      const pooled = await through(url, 'transaction', 1)
      expect((await deskAt(pooled).paygent(['pull'])).code).toBe(0)
      const next = await ShopLine.open(addressOf(pooled), 'next')
      onTestFinished(() => next.session.close())
      const [row] = await next.session.all(
        `SELECT current_setting('default_transaction_read_only') AS read_only, current_setting('lock_timeout') AS waits`,
      )
      expect(row).toEqual({ read_only: 'off', waits: '0' })
      expect(await server.admin(`SELECT 1 AS found FROM pg_stat_activity WHERE datname = '${database}'`)).toHaveLength(
        1,
      )
    })

    it('session mode: one sends, the other waits its turn', { timeout: 120_000 }, async () => {
      const { url } = await shop()
      const pooled = await through(url, 'session', 6)
      const { other, requests } = await besideAnother(pooled, pooled)
      expect([other.code, requests]).toEqual([5, ['8000001001']])
      expect(await locks()).toBe(0)
    })

    it('session mode with a single connection: it is ours', { timeout: 60_000 }, async () => {
      const { url } = await shop()
      const opened = await openShop(await through(url, 'session', 1), 'desk')
      expect(await opened.lock.acquire()).toBe(true)
      expect(await opened.readOne('1001')).toMatchObject({ type: 'order' })
      await opened.close()
      expect(await locks()).toBe(0)
    })

    it('doctor names it', { timeout: 60_000 }, async () => {
      const { url } = await shop()
      const pooled = await through(url, 'transaction', 2)
      expect(await doctorOf(pooled)).toContainEqual(expect.stringMatching(/^shop bad A pooler \(pgbouncer\) lends/))
      expect(await doctorOf(await through(url, 'session', 2))).toEqual([expect.stringMatching(/^shop ok /)])
    })
  })

  it('a hot standby: one desk sends, the other is refused, no lock is left', { timeout: 120_000 }, async () => {
    const { url } = await shop()
    const standby = await startStandby(server)
    const copy = url.replace(`:${server.port}/`, `:${standby.port}/`)
    const { other, requests } = await besideAnother(url, copy)
    expect(other.code).toBe(6)
    expect(other.stderr).toContain('takes no writes')
    expect(other.stderr).toContain('Nothing was sent.')
    expect(requests).toEqual(['8000001001'])
    expect([await locks(), await locks(standby)]).toEqual([0, 0])
    expect(await doctorOf(copy)).toContainEqual(expect.stringMatching(/^shop bad .* takes no writes/))
    const night = deskAt(copy)
    await night.paygent(['pull'])
    expect((await night.paygent(['nightly'])).code).toBe(6)
  })
})

async function doctorOf(url: string): Promise<string[]> {
  const ended = await deskAt(url).paygent(['doctor', '--format', 'json', '--lang', 'en'], ALL_DAY)
  return readJson<{ check: string; level: string; text: string }[]>(ended)
    .filter(({ check }) => check === 'shop')
    .map(({ check, level, text }) => `${check} ${level} ${text}`)
}

const KILL = {
  mysql: (id: string) => `KILL ${id}`,
  postgres: (id: string) => `SELECT pg_terminate_backend(${id})`,
} as const satisfies Record<ServerKind, unknown>

const ME = { mysql: 'CONNECTION_ID()', postgres: 'pg_backend_pid()' } as const satisfies Record<ServerKind, string>

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `the lock on ${kind}`, () => {
    let server: DatabaseServer
    let url = ''
    beforeAll(async () => {
      server = await START[kind]()
      ;({ url } = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind)))
    }, 120_000)

    async function opened(): Promise<EccubeShop> {
      const shop = await openShop(url, 'desk')
      onTestFinished(() => shop.close())
      return shop
    }

    const sessionOf = async ({ session }: EccubeShop): Promise<string> =>
      (await session.all(`SELECT ${ME[kind]} AS me`))[0]?.['me'] ?? ''

    it('that the same connection has already is somebody else’s', async () => {
      const shop = await opened()
      expect(await shop.lock.acquire()).toBe(true)
      // As a pooler lends one session to two desks.
      Object.assign(shop.line, { renew: async () => undefined })
      expect(await shop.lock.acquire()).toBe(false)
    })

    it('is asked for with every look: without it no order is looked at', async () => {
      const [one, two] = [await opened(), await opened()]
      await expect(one.readOne('1001')).rejects.toMatchObject({ code: 'shop-lock-lost', exitCode: 6 })
      expect(await one.lock.acquire()).toBe(true)
      expect(await one.readOne('1001')).toMatchObject({ type: 'order', row: { orderId: '1001' } })
      expect(await one.readOne('1021')).toBeNull()
      // Another desk's lock is not ours.
      await expect(two.readOne('1001')).rejects.toMatchObject({ code: 'shop-lock-lost' })
      await one.lock.release()
      await expect(one.readOne('1001')).rejects.toMatchObject({ code: 'shop-lock-lost' })
      await expect(one.readOne('1021')).rejects.toMatchObject({ code: 'shop-lock-lost' })
    })

    it('is taken on a new connection: the old one has died while a person thought', async () => {
      const shop = await opened()
      await server.admin(KILL[kind](await sessionOf(shop)))
      expect(await shop.lock.acquire()).toBe(true)
      expect(await shop.readOne('1001')).toMatchObject({ type: 'order' })
    })

    it('comes back with the connection before results are written, and not for a look', async () => {
      const [shop, other] = [await opened(), await opened()]
      await shop.lock.acquire()
      const me = await sessionOf(shop)
      await shop.wake()
      expect(await sessionOf(shop)).toBe(me)
      await server.admin(KILL[kind](me))
      await expect(shop.readOne('1001')).rejects.toMatchObject({ code: 'shop-unreachable' })
      await shop.wake()
      expect(await shop.readOne('1001')).toMatchObject({ type: 'order' })
      expect(await other.lock.acquire()).toBe(false)
      await shop.lock.release()
      expect(await other.lock.acquire()).toBe(true)
      await server.admin(KILL[kind](await sessionOf(shop)))
      await shop.wake()
      expect(shop.session.alive).toBe(true)
    })

    it('results are written through a connection that dies while the batch waits', { timeout: 60_000 }, async () => {
      const made = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind))
      const desk = deskAt(made.url, { PAYGENT_SETTLE_SECONDS: '8', PAYGENT_LANG: 'en' })
      await desk.paygent(['pull'])
      const simulator = await simulatorOf(desk)
      await simulator.post('faults', [{ match: { telegram: '101' }, commits: true, shows: 'silence' }])
      const running = desk.begin(BATCH, simulator.env)
      await untilSent(simulator, 2)
      const { user } = loginOf(made.url)
      const mine = {
        mysql: `SELECT id FROM information_schema.processlist WHERE user = '${user}'`,
        postgres: `SELECT pid AS id FROM pg_stat_activity WHERE usename = '${user}'`,
      }
      const sessions = await server.admin(mine[kind])
      expect(sessions).toHaveLength(1)
      for (const { id } of sessions) await server.admin(KILL[kind](id ?? ''))
      const ended = await running.ended
      expect(ended.stderr).not.toMatch(/could not be written/)
      expect(ended.code).toBe(0)
      expect(readJson(await desk.paygent(['push', '--format', 'json']))).toMatchObject({ orders: [] })
    })
  })
}

describeWithServer('mysql', 'a MariaDB that is read-only', () => {
  describe.each(['read_only'])('%s', (setting) => {
    it('ends with 6 before anything is sent, and doctor says so', { timeout: 120_000 }, async () => {
      const server = await START.mysql()
      const { url } = await shopIn(server, 'eccube2', fixtureShop('eccube2', 'mysql'))
      await server.admin(`SET GLOBAL ${setting} = ON`)
      const desk = deskAt(url, { PAYGENT_LANG: 'en' })
      expect((await desk.paygent(['pull'])).code).toBe(0)
      const batch = await desk.paygent(BATCH)
      expect(batch).toMatchObject({ code: 6, stdout: '' })
      expect(batch.stderr).toMatch(/takes no writes/)
      expect(await doctorOf(url)).toContainEqual(expect.stringMatching(/^shop bad .* takes no writes/))
      await server.admin(`SET GLOBAL ${setting} = OFF`)
      expect((await desk.paygent(BATCH)).code).toBe(0)
    })
  })
})
