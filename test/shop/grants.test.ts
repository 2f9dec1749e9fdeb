// Tests docs/shop-database.md: its user can do the work of pull and push, and nothing else.
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DatabaseServer } from './database-server.js'
import { fixtureShop, NEVER_READ, PRODUCTS, type Product } from './fixture-shop.js'
import { createDocumentedUser, documented } from './grants.js'
import type { ServerKind } from './installed.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'

interface Rights {
  /** By table, what the user may read. */
  readonly reads: Readonly<Record<string, string>>
  readonly writes: string
  /** As `push` writes. */
  readonly push: readonly string[]
  /** The statements for which nobody has given it the right. */
  readonly refused: readonly string[]
}

const RIGHTS: Readonly<Record<Product, Rights>> = {
  eccube2: {
    reads: {
      dtb_order: `order_id create_date order_name01 order_name02 payment_total commit_date status del_flg
        memo01 memo05 memo06 memo07 memo08 memo09 payment_method`,
      mtb_order_status: 'id name',
    },
    writes: 'memo05 memo06 memo09',
    push: ["UPDATE dtb_order SET memo05 = '', memo06 = '9', memo09 = '022' WHERE order_id = 1001 AND memo09 = ''"],
    refused: [
      'SELECT * FROM dtb_order',
      'SELECT order_email FROM dtb_order',
      'SELECT memo10 FROM dtb_order',
      'SELECT * FROM dtb_payment',
      'SELECT memo04 FROM dtb_payment',
      'SELECT count(*) FROM dtb_payment',
      "UPDATE mtb_order_status SET name = ''",
      'UPDATE dtb_order SET status = 6 WHERE order_id = 1001',
      'UPDATE dtb_order SET payment_total = 1 WHERE order_id = 1001',
      "UPDATE dtb_order SET memo07 = '40' WHERE order_id = 1001",
      "UPDATE dtb_order SET memo09 = '022', status = 6 WHERE order_id = 1001",
      "UPDATE dtb_order SET payment_method = '' WHERE order_id = 1001",
      "UPDATE dtb_payment SET memo04 = ''",
      'DELETE FROM dtb_order WHERE order_id = 1001',
      'INSERT INTO dtb_order (order_id) VALUES (1)',
      'DROP TABLE dtb_order',
      'CREATE TABLE ours (id int)',
    ],
  },
  eccube4: {
    reads: {
      dtb_order: `id order_date name01 name02 payment_total order_status_id paygent_code paygent_payment_id
        paygent_payment_status paygent_payment_method paygent_kind paygent_error update_date payment_method`,
      dtb_shipping: 'order_id shipping_date',
      mtb_order_status: 'id name',
    },
    writes: 'paygent_error paygent_payment_id paygent_kind update_date',
    push: [
      `UPDATE dtb_order SET paygent_error = '', paygent_payment_id = '9', paygent_kind = '022', update_date = CURRENT_TIMESTAMP
        WHERE id = 2001 AND paygent_kind IS NULL`,
    ],
    refused: [
      'SELECT * FROM dtb_order',
      'SELECT email FROM dtb_order',
      'SELECT payment_notice_id FROM dtb_order',
      'SELECT name01 FROM dtb_shipping',
      'SELECT * FROM plg_paygent_payment_config',
      'SELECT connect_password FROM plg_paygent_payment_config',
      'SELECT count(*) FROM plg_paygent_payment_config',
      'UPDATE dtb_order SET order_status_id = 6 WHERE id = 2001',
      'UPDATE dtb_order SET payment_total = 1 WHERE id = 2001',
      "UPDATE dtb_order SET paygent_payment_status = '40' WHERE id = 2001",
      "UPDATE dtb_order SET paygent_kind = '022', order_status_id = 6 WHERE id = 2001",
      "UPDATE dtb_order SET payment_method = '' WHERE id = 2001",
      'UPDATE dtb_shipping SET shipping_date = CURRENT_TIMESTAMP',
      "UPDATE plg_paygent_payment_config SET connect_password = ''",
      'DELETE FROM dtb_order WHERE id = 2001',
      'INSERT INTO dtb_shipping (order_id) VALUES (2001)',
      'DROP TABLE dtb_order',
      'CREATE TABLE ours (id int)',
    ],
  },
}

/** MySQL's names hold for the whole server, PostgreSQL's numbers for a database. */
const LOCK = {
  mysql: "SELECT GET_LOCK(concat('paygent:', DATABASE()), 0) AS held",
  postgres: 'SELECT pg_try_advisory_lock(1) AS held',
} as const satisfies Record<ServerKind, string>

const REFUSAL = /denied|must be owner/i

type Ask = (sql: string) => Promise<unknown[]>

/** Connects as PAYGENT_SHOP_DATABASE says. */
const CONNECT = {
  async mysql(url: string): Promise<Ask> {
    const connection = await createConnection(url)
    return async (sql) => (await connection.query(sql))[0] as unknown as unknown[]
  },
  async postgres(url: string): Promise<Ask> {
    const client = new pg.Client(url)
    client.on('error', () => undefined)
    await client.connect()
    return async (sql) => (await client.query(sql)).rows
  },
} as const satisfies Record<ServerKind, unknown>

const wordsOf = (text: string): string[] => text.split(/\s+/)

it('the page has the statements for both servers and both products', () => {
  const wanted = SERVER_KINDS.flatMap((kind) => PRODUCTS.map((product) => `${kind} ${product}`))
  expect(documented()).toEqual(wanted)
})

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `the documented user on ${kind}`, () => {
    let server: DatabaseServer
    beforeAll(async () => {
      server = await START[kind]()
    })

    describe.each(PRODUCTS)('%s', (product) => {
      const { reads, writes, push, refused } = RIGHTS[product]
      let ask: Ask
      beforeAll(async () => {
        await server.createDatabase(product, [fixtureShop(product, kind)])
        const login = { user: `desk_${product}`, password: 'fixture-desk-password' }
        ask = await CONNECT[kind](server.url(product, await createDocumentedUser(server, product, product, login)))
      })

      it.each(Object.entries(reads))('reads what pull needs of %s', async (table, columns) => {
        const rows = await ask(`SELECT ${wordsOf(columns).join(', ')} FROM ${table}`)
        // Both products have seven numbers of 対応状況 or more.
        expect(rows.length).toBeGreaterThan(table === 'mtb_order_status' ? 6 : 10)
        expect(JSON.stringify(rows)).not.toContain(NEVER_READ)
      })

      it('sees just these columns', async () => {
        const seen = await ask(
          `SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_name LIKE 'dtb%' OR table_name LIKE 'plg%' OR table_name LIKE 'mtb%'`,
        )
        const names = (seen as { t: string; c: string }[]).map(({ t, c }) => `${t}.${c}`)
        const wanted = Object.entries(reads).flatMap(([table, columns]) => wordsOf(columns).map((c) => `${table}.${c}`))
        expect(names.toSorted()).toEqual(wanted.toSorted())
      })

      it('takes the advisory lock, which needs no right', async () => {
        expect([[{ held: 1 }], [{ held: true }]]).toContainEqual(await ask(LOCK[kind]))
      })

      it('may hold an order while it looks at it', async () => {
        const [table = '', columns = ''] = Object.entries(reads)[0] ?? []
        const [id] = wordsOf(columns)
        expect(await ask(`SELECT ${id} FROM ${table} WHERE ${id} IN (1001, 2001) FOR UPDATE`)).toHaveLength(1)
      })

      it.each(refused)('may not: %s', async (statement) => {
        const before = await server.admin('SELECT * FROM dtb_order ORDER BY 1', product)
        await expect(ask(statement)).rejects.toThrow(REFUSAL)
        expect(await server.admin('SELECT * FROM dtb_order ORDER BY 1', product)).toEqual(before)
      })

      it.each(push)('writes what push writes, and no other column moves: %s', async (statement) => {
        const before = await server.admin('SELECT * FROM dtb_order ORDER BY 1', product)
        await ask(statement)
        const after = await server.admin('SELECT * FROM dtb_order ORDER BY 1', product)
        const changed = after.flatMap((row, index) => Object.keys(row).filter((c) => row[c] !== before[index]?.[c]))
        expect(changed.length).toBeGreaterThan(0)
        expect(changed.filter((column) => !wordsOf(writes).includes(column))).toEqual([])
      })
    })
  })
}
