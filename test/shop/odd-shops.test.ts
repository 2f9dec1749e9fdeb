// Tests shops whose server or data have unusual meanings: doctor reports each in its own sentence.
import { shopFindings } from '../../src/cli/commands/doctor.js'
import { diagnose } from '../../src/cli/doctor-findings.js'
import { isMojibake } from '../../src/shop/rights-check.js'
import { doctorJson } from '../../src/ui/doctor.js'
import { folder } from '../e2e/program.js'
import type { DatabaseServer } from './database-server.js'
import { deskAt, shopIn } from './desk.js'
import { fixtureShop, type Product, PRODUCTS } from './fixture-shop.js'
import type { ServerKind } from './installed.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

/** doctor's lines about the shop's data. */
async function dataOf(url: string): Promise<string[]> {
  const found = doctorJson(await shopFindings(await diagnose({ PAYGENT_SHOP_DATABASE: url }, [])), 'en')
  return found.filter(({ check }) => check === 'shop-data').map(({ level, text }) => `${level} ${text}`)
}

describe('a name in the wrong encoding', () => {
  const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

  it.each([
    ['æž¶ç©º', true],
    [latin1('架空'), true],
    [latin1('ペイジェント 太郎'), true],
    ['架空', false],
    ['', false],
    ['Taro', false],
    ['Müller', false],
    ['Ã¼', false],
    ['é', false],
    ['架空æž¶', false],
    ['ｱｲｳ', false],
  ])('%j: %s', (text, expected) => expect(isMojibake(text)).toBe(expected))
})

const GARBLED = {
  mysql: `CONVERT(CAST('架空' AS BINARY) USING latin1)`,
  postgres: `convert_from(convert_to('架空', 'UTF8'), 'LATIN1')`,
} as const satisfies Record<ServerKind, string>

const COLUMNS = {
  eccube2: { id: 'order_id', name: 'order_name01', method: 'memo08', ids: '(1001, 1002)', link: '(1024, 1025)' },
  eccube4: { id: 'id', name: 'name01', method: 'paygent_payment_method', ids: '(2001, 2002)', link: '(2024, 2025)' },
} as const satisfies Record<Product, unknown>

const BEHIND = {
  mysql: "warning The server's time of day is 9 h behind Japan's. Dates of shipping are off by as much.",
  postgres:
    "warning The server's time of day is 9 h behind Japan's. Dates of orders and of shipping are off by as much.",
} as const satisfies Record<ServerKind, string>

const ECCUBE3 = `CREATE TABLE dtb_order (order_id INT PRIMARY KEY, name01 VARCHAR(40), name02 VARCHAR(40), payment_total NUMERIC(12, 0));
CREATE TABLE dtb_mdl_order_payment (id INT PRIMARY KEY, memo01 VARCHAR(40), memo06 VARCHAR(40), memo08 VARCHAR(40));`

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `odd shops on ${kind}`, () => {
    let utc: DatabaseServer
    let japan: DatabaseServer
    beforeAll(async () => {
      ;[utc, japan] = await Promise.all([START[kind]({ timeZone: '+00:00' }), START[kind]({ timeZone: '+09:00' })])
    }, 120_000)

    it.each(PRODUCTS)(
      '%s: garbled names and orders of the link type are counted',
      { timeout: 60_000 },
      async (product) => {
        const { database, url } = await shopIn(japan, product, fixtureShop(product, kind))
        expect(await dataOf(url)).toEqual([])
        const { id, name, method, ids, link } = COLUMNS[product]
        await japan.admin(`UPDATE dtb_order SET ${name} = ${GARBLED[kind]} WHERE ${id} IN ${ids}`, database)
        // The second of them is no order of Paygent's.
        await japan.admin(`UPDATE dtb_order SET ${method} = 'link' WHERE ${id} IN ${link}`, database)
        expect(await dataOf(url)).toEqual([
          expect.stringMatching(/^warning 2 orders have a garbled customer's name/),
          expect.stringMatching(/^warning 1 order was paid on Paygent's own page \(link type\)/),
        ])
      },
    )

    it('a server in UTC: which dates are off, and that EC-CUBE 4 does not mind', { timeout: 60_000 }, async () => {
      const two = await shopIn(utc, 'eccube2', fixtureShop('eccube2', kind))
      expect(await dataOf(two.url)).toEqual([BEHIND[kind]])
      const four = await shopIn(utc, 'eccube4', fixtureShop('eccube4', kind))
      expect(await dataOf(four.url)).toEqual([])
    })

    it('EC-CUBE 3 by its name', { timeout: 60_000 }, async () => {
      const sql = join(folder(), 'eccube3.sql')
      writeFileSync(sql, ECCUBE3)
      await japan.createDatabase('eccube3', [sql])
      const login = { user: 'three', password: 'fixture' }
      const [on, to] = kind === 'mysql' ? ['eccube3.', `'three'@'%'`] : ['', 'three']
      const reads = ['dtb_order', 'dtb_mdl_order_payment'].map((table) => `GRANT SELECT ON ${on}${table} TO ${to}`)
      await japan.createUser(login.user, login.password, reads, 'eccube3')
      const pulled = await deskAt(japan.url('eccube3', login), { PAYGENT_LANG: 'en' }).paygent(['pull'])
      expect(pulled).toMatchObject({ code: 2, stdout: '' })
      expect(pulled.stderr).toMatch(/EC-CUBE 3 \(dtb_mdl_order_payment\).*\n(.*\n)?.*paygent import/)
    })
  })
}

describeWithServer('mysql', 'tables without transactions', () => {
  it('are named', { timeout: 60_000 }, async () => {
    const server = await START.mysql({ timeZone: '+09:00' })
    const { database, url } = await shopIn(server, 'eccube2', fixtureShop('eccube2', 'mysql'))
    await server.admin('ALTER TABLE dtb_order ENGINE = MyISAM', database)
    expect(await dataOf(url)).toEqual([
      expect.stringMatching(/MyISAM or the like\): dtb_order\. A write that breaks off/),
    ])
  })
})
