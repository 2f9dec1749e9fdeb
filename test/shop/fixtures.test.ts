// Loads the project's own small shops into the real servers: both servers give the same orders.
import { beforeAll, describe, expect, it } from 'vitest'
import type { DatabaseServer } from './database-server.js'
import {
  fixtureShop,
  NEVER_READ,
  ORDERS_OF_DUMPS,
  OUR_ORDERS,
  PRODUCTS,
  sharedDump,
  type Product,
} from './fixture-shop.js'
import { createDocumentedUser } from './grants.js'
import { createShopOf, FIRST_OF_MANY } from './many-orders.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'

const METHODS = "('020', '100_1', '100_2', '100_3')"
const OURS: Readonly<Record<Product, string>> = {
  eccube2: `SELECT order_id AS id FROM dtb_order WHERE memo01 IN ('mdl_paygent', '9') AND memo08 IN ${METHODS}
    AND del_flg = 0 AND status <> 7 ORDER BY order_id`,
  eccube4: `SELECT id FROM dtb_order WHERE paygent_code = 'PaygentPayment' AND paygent_payment_method IN ${METHODS}
    AND order_status_id NOT IN (7, 8) ORDER BY id`,
}
const LOGIN: Readonly<Record<Product, string>> = {
  eccube2: 'SELECT memo04 AS secret FROM dtb_payment WHERE payment_id = 5',
  eccube4: 'SELECT connect_password AS secret FROM plg_paygent_payment_config',
}
/** The parts that a server adds to a time of its own accord: the fraction of a second and the zone. */
const BARE_TIME = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)[.\d]*(?:\+00)?$/
const bare = (value: string | null): string | null => value?.replace(BARE_TIME, '$1') ?? null

const told: Record<string, Record<string, string | null>[]> = {}

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `the fixture shops on ${kind}`, () => {
    let server: DatabaseServer
    beforeAll(async () => {
      server = await START[kind]({ timeZone: kind === 'mysql' ? '+09:00' : '+00:00' })
      for (const product of PRODUCTS) await server.createDatabase(product, [fixtureShop(product, kind)])
    })

    it.each(PRODUCTS)('%s: twelve orders are for us, six are not, the login is there', async (product) => {
      const ids = await server.admin(OURS[product], product)
      expect(ids.map(({ id }) => id)).toEqual(OUR_ORDERS[product])
      const rows = await server.admin('SELECT * FROM dtb_order ORDER BY 1', product)
      expect(rows).toHaveLength(18)
      expect(await server.admin(LOGIN[product], product)).toEqual([{ secret: NEVER_READ }])
      told[`${product} ${kind}`] = rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, bare(value)])),
      )
    })

    for (const product of PRODUCTS) {
      const dump = sharedDump(product, kind)
      // There is none of EC-CUBE 4 for PostgreSQL.
      if (dump === null) {
        if (kind === 'mysql' || product === 'eccube2') process.stderr.write('SKIPPED: ../shared/eccube is not here\n')
        continue
      }
      it(`EC-CUBE’s own tables: ${product}: sixteen orders are for us, and the documented grants fit`, async () => {
        const database = `dump_${product}`
        await server.createDatabase(database, [dump])
        expect((await server.admin(OURS[product], database)).map(({ id }) => id)).toEqual(ORDERS_OF_DUMPS)
        await createDocumentedUser(server, product, database, { user: database, password: 'fixture-desk-password' })
      })
    }

    it('makes as many orders as are wanted', async () => {
      await createShopOf(server, 'many', 1000)
      const [figures] = await server.admin(
        `SELECT count(*) AS orders, min(order_id) AS first, count(DISTINCT memo06) AS payments, count(DISTINCT memo08) AS methods
         FROM dtb_order WHERE order_id >= ${FIRST_OF_MANY}`,
        'many',
      )
      expect(figures).toEqual({ orders: '1000', first: String(FIRST_OF_MANY), payments: '1000', methods: '4' })
      expect(await server.admin(OURS.eccube2, 'many')).toHaveLength(1012)
    })
  })
}

describe('both servers', () => {
  it.each(PRODUCTS)('tell of the same orders: %s', (product) => {
    const [mysql, postgres] = [told[`${product} mysql`], told[`${product} postgres`]]
    // Without both servers there is nothing to compare, and the lines above have said so.
    if (mysql && postgres) expect(postgres).toEqual(mysql)
  })
})
