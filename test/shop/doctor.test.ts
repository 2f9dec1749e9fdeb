// Tests doctor against real servers: the documented user has exactly the needed rights; each added or missing right is
// reported.
import { shopFindings } from '../../src/cli/commands/doctor.js'
import { diagnose } from '../../src/cli/doctor-findings.js'
import { openShop } from '../../src/shop/open.js'
import { doctorJson } from '../../src/ui/doctor.js'
import { refusedPort } from '../gateway/wire-server.js'
import type { DatabaseServer } from './database-server.js'
import { deskAt, readJson, rowsOf, shopIn, simulatorOf } from './desk.js'
import { fixtureShop, NEVER_READ, PRODUCTS } from './fixture-shop.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'
import { beforeAll, describe, expect, it } from 'vitest'

interface Line {
  readonly check: string
  readonly level: string
  readonly text: string
  readonly cure: string | null
}

/** The user's password and its hash, and what a wrong one is here. */
const SECRETS = ['fixture-desk-password', NEVER_READ, 'canary', 'IDENTIFIED', "'*"]

/** doctor's lines about the shop, as `check level text`; nothing that they say holds a secret. */
async function look(url: string): Promise<{ lines: string[]; cures: (string | null)[] }> {
  const found = doctorJson(await shopFindings(await diagnose({ PAYGENT_SHOP_DATABASE: url }, [])), 'en')
  for (const secret of SECRETS) expect(JSON.stringify(found)).not.toContain(secret)
  return {
    lines: found.map(({ check, level, text }) => `${check} ${level} ${text}`),
    cures: found.map(({ cure }) => cure),
  }
}

const rightsOf = async (url: string): Promise<string[]> =>
  (await look(url)).lines.flatMap((line) =>
    line.startsWith('shop-rights ') ? [line.slice('shop-rights '.length)] : [],
  )

const RIGHT = 'ok The user may do what is needed, and nothing else.'
const LOGIN = { eccube2: 'dtb_payment', eccube4: 'plg_paygent_payment_config' } as const
const WRITTEN = { eccube2: 'memo09', eccube4: 'paygent_kind' } as const
/** Three authorised orders, and the column of their numbers. */
const FIRST_ORDERS = { eccube2: [1001, 1002, 1003, 'order_id'], eccube4: [2001, 2002, 2003, 'id'] } as const
const STATUS = { eccube2: 'status', eccube4: 'order_status_id' } as const

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `doctor and a shop on ${kind}`, () => {
    let server: DatabaseServer
    beforeAll(async () => {
      server = await START[kind]({ timeZone: '+09:00' })
    }, 120_000)

    describe.each(PRODUCTS)('%s', (product) => {
      it('the documented user is just right, and nothing of the shop moves', { timeout: 60_000 }, async () => {
        const { database, url } = await shopIn(server, product, fixtureShop(product, kind))
        const before = await rowsOf(server, product, database)
        const name = product === 'eccube2' ? 'EC-CUBE 2' : 'EC-CUBE 4'
        const place = `${server.host}:${server.port}/${database}`
        expect((await look(url)).lines).toEqual([
          `shop ok ${name} (${kind === 'mysql' ? 'MySQL' : 'PostgreSQL'} ${place}) can be read.`,
          'shop-line ok The database is on this machine; nothing crosses a network.',
          `shop-rights ${RIGHT}`,
        ])
        expect(await rowsOf(server, product, database)).toEqual(before)
      })

      it('rights too many are named one by one', { timeout: 120_000 }, async () => {
        const { database, url } = await shopIn(server, product, fixtureShop(product, kind))
        const user = new URL(url).username
        const login = LOGIN[product]
        const change = `UPDATE (${STATUS[product]}) ON dtb_order`
        for (const [give, told] of [
          ['SELECT (note) ON dtb_order', 'warning The user can see more than is needed: SELECT (note) ON dtb_order'],
          [change, `bad The user can change more than is needed: ${change}`],
          ['DELETE ON dtb_order', 'bad The user can change more than is needed: DELETE ON dtb_order'],
          [`SELECT ON ${login}`, `bad The user can read the merchant's login at Paygent: SELECT ON ${login}`],
          // Last, for taking it away takes the columns along in PostgreSQL.
          ['SELECT ON dtb_order', 'warning The user can see more than is needed: SELECT ON dtb_order'],
        ] as const) {
          await server.admin(`GRANT ${give} TO ${user}`, database)
          expect(await rightsOf(url)).toEqual([told])
          await server.admin(`REVOKE ${give} FROM ${user}`, database)
        }
      })

      it(
        'the names of 対応状況 are the shop’s own; without the right to them the standard ones stand',
        { timeout: 60_000 },
        async () => {
          const { database, url } = await shopIn(server, product, fixtureShop(product, kind))
          const user = new URL(url).username
          const [first, second, third, id] = FIRST_ORDERS[product]
          for (const sql of [
            `INSERT INTO mtb_order_status (id, name) VALUES (10, '返品受付')`,
            `UPDATE mtb_order_status SET name = '店舗保留' WHERE id = 4`,
            `UPDATE dtb_order SET ${STATUS[product]} = 10 WHERE ${id} = ${first}`,
            `UPDATE dtb_order SET ${STATUS[product]} = 4 WHERE ${id} = ${second}`,
            `UPDATE dtb_order SET ${STATUS[product]} = 5 WHERE ${id} = ${third}`,
          ])
            await server.admin(sql, database)
          const statuses = async (): Promise<(string | undefined)[]> => {
            const shop = await openShop(url, 'desk')
            try {
              await shop.lock.acquire()
              const looked = []
              for (const orderId of [first, second, third]) looked.push(await shop.readOne(String(orderId)))
              return looked.map((reading) => (reading?.type === 'order' ? reading.row.orderStatus : undefined))
            } finally {
              await shop.close()
            }
          }
          expect(await statuses()).toEqual(['10:返品受付', '4:店舗保留', '発送済み'])
          expect(await rightsOf(url)).toEqual([RIGHT])
          await server.admin(`REVOKE SELECT (id, name) ON mtb_order_status FROM ${user}`, database)
          expect(await statuses()).toEqual(['10', product === 'eccube2' ? '取り寄せ中' : '対応中', '発送済み'])
          expect(await rightsOf(url)).toEqual([
            expect.stringMatching(/^warning .*SELECT \(id, name\) ON mtb_order_status$/),
          ])
        },
      )

      it('that a change of the payment method cannot be seen is told', { timeout: 60_000 }, async () => {
        const { database, url } = await shopIn(server, product, fixtureShop(product, kind))
        const right = 'SELECT (payment_method) ON dtb_order'
        await server.admin(`REVOKE ${right} FROM ${new URL(url).username}`, database)
        expect(await rightsOf(url)).toEqual([expect.stringContaining('warning Useful rights are missing')])
        expect((await rightsOf(url))[0]?.endsWith(right)).toBe(true)
      })

      it('missing rights are named', { timeout: 60_000 }, async () => {
        const { database, url } = await shopIn(server, product, fixtureShop(product, kind))
        const user = new URL(url).username
        const lacks = `UPDATE (${WRITTEN[product]}) ON dtb_order`
        await server.admin(`REVOKE ${lacks} FROM ${user}`, database)
        const { lines, cures } = await look(url)
        expect(lines[2]).toBe(`shop-rights bad The user lacks: ${lacks}`)
        expect(cures[2]).toContain('docs/shop-database.md')
        await server.admin(`REVOKE SELECT (payment_total) ON dtb_order FROM ${user}`, database)
        expect((await look(url)).lines).toEqual([
          expect.stringMatching(/^shop bad Columns .*dtb_order\.payment_total/),
          'shop-line warning Not checked.',
          'shop-rights warning Not checked.',
        ])
      })

      it('a role that the user may take counts, and so does everybody', { timeout: 60_000 }, async () => {
        const { database, url } = await shopIn(server, product, fixtureShop(product, kind))
        const user = new URL(url).username
        const role = `role_of_${user}`
        const outer = `outer_of_${user}`
        for (const sql of [
          `CREATE ROLE ${role}`,
          `CREATE ROLE ${outer}`,
          `GRANT DELETE ON ${kind === 'mysql' ? `${database}.` : ''}dtb_order TO ${role}`,
          `GRANT ${role} TO ${outer}`,
          `GRANT ${outer} TO ${user}`,
        ])
          await server.admin(sql, database)
        expect(await rightsOf(url)).toEqual(['bad The user can change more than is needed: DELETE ON dtb_order'])
        await server.admin(`REVOKE ${outer} FROM ${user}`, database)
        await server.admin('GRANT SELECT ON mtb_order_status TO PUBLIC', database)
        expect(await rightsOf(url)).toEqual([
          'warning The user can see more than is needed: SELECT ON mtb_order_status',
        ])
        await server.admin('REVOKE SELECT ON mtb_order_status FROM PUBLIC', database)
      })
    })

    it('a user who may do everything', { timeout: 60_000 }, async () => {
      const { database, url } = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind))
      const user = new URL(url).username
      const mysql = [`GRANT ALL PRIVILEGES ON ${database}.* TO ${user} WITH GRANT OPTION`, 'ALL PRIVILEGES']
      const [sql = '', told] = kind === 'mysql' ? mysql : [`ALTER ROLE ${user} SUPERUSER`, 'SUPERUSER']
      await server.admin(sql, database)
      const { lines } = await look(url)
      expect(lines.slice(2)).toEqual([
        expect.stringMatching(`^shop-rights bad The user can read the merchant's login at Paygent: ${told}`),
        expect.stringMatching(`^shop-rights bad The user can change more than is needed: ${told}`),
      ])
    })

    it('tells why it cannot be reached, with its cure and without the login', { timeout: 60_000 }, async () => {
      const { url } = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind))
      await server.createDatabase(`empty_${kind}`, [])
      const change = (work: (url: URL) => void): string => {
        const other = new URL(url)
        work(other)
        return other.href
      }
      const port = String(await refusedPort())
      for (const [other, why] of [
        [change((each) => (each.password = 'canary-wrong')), /refuses the login/],
        [change((each) => (each.port = port)), /cannot be reached/],
        [change((each) => (each.pathname = '/gone')), /refuses the login/],
        [`${url.replace('127.0.0.1', 'localhost')}?tls=on`, /certificate .* does not verify/],
        [`${url}?odd=1`, /not written as it should be: \?odd/],
      ] as const) {
        const { lines, cures } = await look(other)
        expect(lines[0]).toMatch(/^shop bad /)
        expect(lines[0]).toMatch(why)
        expect(cures[0]).not.toBeNull()
        expect(lines.slice(1)).toEqual(['shop-line warning Not checked.', 'shop-rights warning Not checked.'])
      }
    })

    it('counts the orders of whose results the shop has not been told', { timeout: 240_000 }, async () => {
      const { url } = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind))
      const desk = deskAt(url)
      await desk.paygent(['pull'])
      const { env } = await simulatorOf(desk)
      await desk.paygent(['bulk-sale', '--orders', '1001,1002', '--yes', '--no-push'], env)
      const openWork = async (more = {}): Promise<string[]> =>
        readJson<Line[]>(await desk.paygent(['doctor', '--format', 'json', '--lang', 'en'], { ...env, ...more }))
          .filter(({ check }) => check === 'open-work')
          .map(({ level, text }) => `${level} ${text}`)
      const waiting = 'warning There are 2 orders whose results are not in EC-CUBE.'
      expect(await openWork()).toContain(waiting)
      expect(await openWork({ PAYGENT_SHOP_DATABASE: '' })).not.toContain(waiting)
      await desk.paygent(['push'], env)
      expect(await openWork()).not.toContain(waiting)
      const wrong = url.replace('fixture-desk-password', 'canary-wrong')
      const refused = await desk.paygent(['doctor', '--verbose'], { ...env, PAYGENT_SHOP_DATABASE: wrong })
      expect([refused.code, refused.stdout]).toEqual([2, expect.stringContaining('ログインできません')])
      for (const secret of SECRETS) expect(refused.stdout + refused.stderr).not.toContain(secret)
    })
  })
}

it('says that none is configured, or that it cannot know', { timeout: 60_000 }, async () => {
  const { paygent } = deskAt('')
  const read = async (args: readonly string[], more = {}): Promise<string[]> => {
    const ended = await paygent(['doctor', '--format', 'json', '--lang', 'en', ...args], more)
    expect(ended.stdout + ended.stderr).not.toContain('canary')
    return readJson<Line[]>(ended)
      .filter(({ check }) => check.startsWith('shop'))
      .map(({ check, level, text }) => `${check} ${level} ${text}`)
  }
  expect(await read([])).toEqual(['shop ok No database of EC-CUBE is configured; orders come from CSV files.'])
  const unknown = ['shop', 'shop-line', 'shop-rights'].map((check) => `${check} warning Not checked.`)
  expect(await read(['--settings', 'gone.env'])).toEqual(unknown)
  expect(await read([], { PAYGENT_SHOP_DATABASE: 'ftp://user:canary@host/shop' })).toEqual(unknown)
})
