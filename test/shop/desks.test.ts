// Tests two desks with two mirrors of one shop, and a database that becomes unreachable in mid-batch.
import { existsSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { DatabaseServer } from './database-server.js'
import { deskAt, readJson, rowsOf, shopIn, simulatorOf } from './desk.js'
import { fixtureShop } from './fixture-shop.js'
import { createDocumentedUser } from './grants.js'
import { createShopOf } from './many-orders.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'
import type { Simulator } from '../e2e/program.js'

const MONEY = ['022', '101']
const sent = async (simulator: Simulator): Promise<string[]> =>
  (await simulator.requests()).flatMap(({ telegram, paymentId }) =>
    MONEY.includes(telegram) ? [String(paymentId)] : [],
  )

async function untilSent(simulator: Simulator, count: number): Promise<void> {
  while ((await sent(simulator)).length < count) await new Promise((wait) => setTimeout(wait, 20))
}

const BATCH = ['bulk-sale', '--orders', '1001,1002,1003,1004', '--yes', '--format', 'json']

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `one shop on ${kind}`, () => {
    let server: DatabaseServer
    beforeAll(async () => {
      server = await START[kind]()
    }, 120_000)

    it('two desks at once: the second ends with 5 and says who is at work', { timeout: 120_000 }, async () => {
      const { url, database } = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind))
      const [first, second] = [deskAt(url), deskAt(url)]
      await first.paygent(['pull'])
      await second.paygent(['pull'])
      const simulator = await simulatorOf(first)
      await simulator.post('faults', [{ match: { telegram: '022' }, commits: true, shows: 'reply', delay_ms: 20_000 }])
      const slow = { ...simulator.env, PAYGENT_TIMEOUT_MS: '60000', PAYGENT_LANG: 'en' }
      const running = first.begin(BATCH, slow)
      await untilSent(simulator, 1)
      const late = await second.paygent(BATCH, slow)
      expect(late.code).toBe(5)
      const machine = kind === 'mysql' ? '127.0.0.1' : hostname()
      expect(late.stderr.replace('localhost', '127.0.0.1')).toContain(`Another machine (${machine}) is sending`)
      expect((await running.ended).code).toBe(0)
      // Both at once or one after the other: every payment was asked for once.
      const after = await second.paygent(BATCH, slow)
      expect(readJson<{ results: { outcome: string }[] }>(after).results.map(({ outcome }) => outcome)).toEqual(
        Array.from({ length: 4 }, () => 'refused'),
      )
      expect(new Set(await sent(simulator)).size).toBe((await sent(simulator)).length)
      const rows = await rowsOf(server, 'eccube2', database)
      expect(['1001', '1002', '1003', '1004'].map((id) => rows.get(id)?.['memo09'])).toEqual([
        '022',
        '101',
        '101',
        '101',
      ])
    })

    it('killed in mid-pull: told, and what was taken is whole', { timeout: 180_000 }, async () => {
      await createShopOf(server, 'many', 100_000)
      const desk = deskAt(server.url('many', await createDocumentedUser(server, 'eccube2', 'many')), {
        PAYGENT_LANG: 'en',
      })
      const running = desk.begin(['pull'])
      const log = join(desk.cwd, 'paygent.db-wal')
      while (!existsSync(log) || statSync(log).size < 500_000) await new Promise((wait) => setTimeout(wait, 20))
      await server.kill()
      const ended = await running.ended
      expect(ended).toMatchObject({ code: 6, stdout: '' })
      expect(ended.stderr).toMatch(/EC-CUBE's database cannot be reached/)
      await server.restart()
      expect((await desk.paygent(['runs', '--verify'])).code).toBe(0)
    })

    it('killed in mid-batch: stops, the request in flight is booked, told later', { timeout: 180_000 }, async () => {
      const { url, database } = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind))
      const desk = deskAt(url)
      await desk.paygent(['pull'])
      const simulator = await simulatorOf(desk)
      await simulator.post('faults', [{ match: { telegram: '101' }, commits: true, shows: 'reply', delay_ms: 3_000 }])
      const slow = { ...simulator.env, PAYGENT_TIMEOUT_MS: '20000' }
      const running = desk.begin(BATCH, slow)
      await untilSent(simulator, 2)
      await server.kill()
      const ended = await running.ended
      expect(ended.code).toBe(6)
      const { results, run } = readJson<{ run: { state: string }; results: { outcome: string }[] }>(ended)
      expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'unsent', 'unsent'])
      expect(run.state).toBe('stopped')
      expect(await sent(simulator)).toHaveLength(2)
      // Without the shop nothing begins.
      const without = await desk.paygent(BATCH, slow)
      expect([without.code, await sent(simulator)]).toEqual([6, await sent(simulator)])
      await server.restart()
      const again = await desk.paygent(BATCH, simulator.env)
      expect(again.code).toBe(0)
      const rows = await rowsOf(server, 'eccube2', database)
      expect(['1001', '1002', '1003', '1004'].map((id) => rows.get(id)?.['memo09'])).toEqual([
        '022',
        '101',
        '101',
        '101',
      ])
      expect(await sent(simulator)).toHaveLength(4)
    })
  })
}
