// Tests rows of real shops with values that are no text, no date or no Japanese: each is named, and the others are
// processed.
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import type { ShopReading } from '../../src/domain/shop.js'
import { openShop } from '../../src/shop/open.js'
import type { DatabaseServer } from './database-server.js'
import { deskAt, readJson, shopIn, simulatorOf } from './desk.js'
import { fixtureShop, OUR_ORDERS, PRODUCTS } from './fixture-shop.js'
import { createShopOf } from './many-orders.js'
import { createDocumentedUser } from './grants.js'
import { describeWithServer, startPostgres } from './servers.js'

const ASCII = `ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`

async function readingsOf(url: string): Promise<Map<string, ShopReading>> {
  const shop = await openShop(url, 'desk')
  onTestFinished(() => shop.close())
  const found: ShopReading[] = []
  for await (const some of shop.readings()) found.push(...some)
  const byId = new Map(found.map((one) => [one.type === 'order' ? one.row.orderId : one.orderId, one]))
  // Each of them once, and as many as were counted before.
  expect(await shop.count()).toBe(found.length)
  expect(byId.size).toBe(found.length)
  return byId
}

describeWithServer('postgres', 'odd rows on PostgreSQL', () => {
  let server: DatabaseServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 120_000)

  it.each(PRODUCTS)(
    '%s: bytes that are no text: the order is named, the others are read',
    { timeout: 60_000 },
    async (product) => {
      const { database, url } = await shopIn(server, product, fixtureShop(product, 'postgres'), ASCII)
      const [id, column, other, more] =
        product === 'eccube2'
          ? ['order_id', 'order_name01', '1003', 'memo07']
          : ['id', 'name01', '2003', 'paygent_payment_status']
      const first = OUR_ORDERS[product][0]
      await server.admin(`UPDATE dtb_order SET ${column} = E'\\x8c\\xb3' WHERE ${id} = ${first}`, database)
      await server.admin(`UPDATE dtb_order SET ${more} = E'\\xff' WHERE ${id} = ${other}`, database)
      const found = await readingsOf(url)
      expect([...found.keys()].toSorted()).toEqual(OUR_ORDERS[product].toSorted())
      const odd = [...found.values()].filter(({ type }) => type === 'unreadable')
      expect(odd).toEqual([
        { type: 'unreadable', orderId: first, field: 'customer_name', value: '' },
        { type: 'unreadable', orderId: other, field: 'payment_status', value: '' },
      ])
    },
  )

  // A row that is written anew goes to the table's end, and so to the end of what is read.
  it.each([
    ['last', 'IN'],
    ['first', 'NOT IN'],
  ])('read %s among many orders: no other one is lost, and a look leaves that one out', async (place, moved) => {
    const database = `many_${place}`
    await createShopOf(server, database, 3_000, ASCII)
    const login = await createDocumentedUser(server, 'eccube2', database, { user: database, password: 'fixture' })
    const odd3 = '(100001, 100700, 102500)'
    await server.admin(`UPDATE dtb_order SET order_name02 = E'\\x8c' WHERE order_id IN ${odd3}`, database)
    await server.admin('VACUUM FULL dtb_order', database)
    await server.admin(`UPDATE dtb_order SET note = note WHERE order_id ${moved} ${odd3}`, database)
    const url = server.url(database, login)
    const found = await readingsOf(url)
    expect(found.size).toBe(3_012)
    const odd = [...found.values()].flatMap((one) => (one.type === 'unreadable' ? [one.orderId] : []))
    expect(odd.toSorted()).toEqual(['100001', '100700', '102500'])
    const shop = await openShop(url, 'desk')
    onTestFinished(() => shop.close())
    await shop.lock.acquire()
    expect(await shop.readOne('100001')).toMatchObject({ type: 'unreadable', field: 'customer_name' })
    expect(await shop.readOne('100002')).toMatchObject({ type: 'order' })
  })

  it('an order that becomes unreadable after the pull is not sent, the others are', { timeout: 60_000 }, async () => {
    const { database, url } = await shopIn(server, 'eccube2', fixtureShop('eccube2', 'postgres'), ASCII)
    const desk = deskAt(url)
    await desk.paygent(['pull'])
    const simulator = await simulatorOf(desk)
    await server.admin(`UPDATE dtb_order SET order_name01 = E'\\x8c' WHERE order_id = 1002`, database)
    const batch = await desk.paygent(
      ['bulk-sale', '--orders', '1001,1002,1003', '--yes', '--no-pull', '--format', 'json'],
      simulator.env,
    )
    const { results } = readJson<{ results: { orderId: string; outcome: string }[] }>(batch)
    expect(results.map(({ orderId, outcome }) => `${orderId} ${outcome}`)).toEqual([
      '1001 accepted',
      '1002 refused',
      '1003 accepted',
    ])
    expect(batch.code).toBe(3)
  })

  it.each(PRODUCTS)('%s: a date of infinity is none', { timeout: 60_000 }, async (product) => {
    const { database, url } = await shopIn(server, product, fixtureShop(product, 'postgres'))
    const [first = '', second = ''] = OUR_ORDERS[product]
    if (product === 'eccube2') {
      await server.admin(
        `UPDATE dtb_order SET create_date = 'infinity', commit_date = '-infinity' WHERE order_id = ${first}`,
        database,
      )
      await server.admin(
        `UPDATE dtb_order SET create_date = '-infinity', commit_date = 'infinity' WHERE order_id = ${second}`,
        database,
      )
    } else {
      await server.admin(`UPDATE dtb_order SET order_date = 'infinity' WHERE id = ${first}`, database)
      await server.admin(`UPDATE dtb_order SET order_date = '-infinity' WHERE id = ${second}`, database)
      await server.admin(
        `UPDATE dtb_shipping SET shipping_date = 'infinity' WHERE order_id IN (${first}, ${second})`,
        database,
      )
    }
    const found = await readingsOf(url)
    for (const id of [first, second]) {
      const one = found.get(id)
      expect(one).toMatchObject({ type: 'order', row: { orderId: id, shippedAt: null } })
      expect(one?.type === 'order' && 'orderedAt' in one.row).toBe(false)
    }
  })
})
