// Tests pull → orders → bulk-sale → push against real servers: the shop's rows hold the values that its module would
// have written.
import { beforeAll, expect, it } from 'vitest'
import type { DatabaseServer } from './database-server.js'
import { deskAt, readJson, rowsOf, shopIn, simulatorOf, type ShopRow } from './desk.js'
import { fixtureShop, NEVER_READ, ORDERS_OF_DUMPS, OUR_ORDERS, PRODUCTS, sharedDump } from './fixture-shop.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'

interface Written {
  readonly kind: string
  readonly paymentId: string
}

const COLUMNS = {
  eccube2: { kind: 'memo09', paymentId: 'memo06', errorText: 'memo05', touched: [] as string[] },
  eccube4: {
    kind: 'paygent_kind',
    paymentId: 'paygent_payment_id',
    errorText: 'paygent_error',
    touched: ['update_date'],
  },
} as const

/** Which orders `--all` sells, and what is written for them. */
const SOLD = {
  eccube2: ['1001:022', '1002:101', '1003:101', '1004:101', '1006:101', '1007:022', '1010:101'],
  eccube4: ['2001:022', '2002:101', '2003:101', '2004:101', '2006:101', '2007:022', '2010:101'],
  dumps: ['852:101', '853:101', '862:022', '864:022', '868:101', '880:101'],
} as const

const withoutTouched = (row: ShopRow, touched: readonly string[]): ShopRow =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !touched.includes(column)))

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `a shop on ${kind}`, () => {
    let server: DatabaseServer
    beforeAll(async () => {
      server = await START[kind]()
    }, 120_000)

    for (const product of PRODUCTS) {
      const dump = sharedDump(product, kind)
      const shops = [
        { name: 'our fixture', sql: fixtureShop(product, kind), ours: OUR_ORDERS[product], sold: SOLD[product] },
        ...(dump === null ? [] : [{ name: 'the dump', sql: dump, ours: ORDERS_OF_DUMPS, sold: SOLD.dumps }]),
      ]
      for (const { name, sql, ours, sold } of shops) {
        it(`${product}, ${name}`, { timeout: 120_000 }, async () => {
          const { database, url } = await shopIn(server, product, sql)
          const desk = deskAt(url)
          const before = await rowsOf(server, product, database)

          const pulled = await desk.paygent(['pull', '--format', 'json'])
          expect(pulled).toMatchObject({ code: 0, stderr: '' })
          expect(readJson(pulled)).toMatchObject({ added: ours.length, updated: 0, conflicts: [], gone: [] })
          const listed = readJson<{ orderId: string }[]>(await desk.paygent(['orders', '--format', 'json']))
          expect(listed.map(({ orderId }) => orderId).sort()).toEqual([...ours].sort())
          expect(await rowsOf(server, product, database)).toEqual(before)

          const batch = await desk.paygent(['bulk-sale', '--all', '--yes', '--format', 'json'])
          const { results } = readJson<{ results: { orderId: string; telegram: string; paymentId: string }[] }>(batch)
          expect(batch.code).toBe(0)
          expect(results.map(({ orderId, telegram }) => `${orderId}:${telegram}`).sort()).toEqual([...sold].sort())

          const after = await rowsOf(server, product, database)
          const columns = COLUMNS[product]
          const written = new Map<string, Written>(
            results.map(({ orderId, telegram, paymentId }) => [orderId, { kind: telegram, paymentId }]),
          )
          for (const [orderId, row] of before) {
            const own = written.get(orderId)
            const expected =
              own === undefined
                ? row
                : { ...row, [columns.kind]: own.kind, [columns.paymentId]: own.paymentId, [columns.errorText]: '' }
            const touched = own === undefined ? [] : columns.touched
            const now = after.get(orderId)
            expect(withoutTouched(now ?? {}, touched)).toEqual(withoutTouched(expected, touched))
            for (const column of touched) expect(now?.[column]).not.toBe(row[column])
          }

          expect(readJson(await desk.paygent(['push', '--format', 'json']))).toEqual({
            dryRun: false,
            orders: [],
            fault: null,
          })
          const again = await desk.paygent(['pull', '--format', 'json'])
          expect(readJson(again)).toMatchObject({ added: 0, updated: 0, unchanged: ours.length, conflicts: [] })
          expect(await rowsOf(server, product, database)).toEqual(after)
          for (const { stdout, stderr } of [pulled, batch, again]) expect(stdout + stderr).not.toContain(NEVER_READ)
        })
      }

      it(
        `${product}: a refused request leaves the module's words, and nothing else`,
        { timeout: 120_000 },
        async () => {
          const { database, url } = await shopIn(server, product, fixtureShop(product, kind))
          const [first = ''] = OUR_ORDERS[product]
          const desk = deskAt(url)
          await desk.paygent(['pull'])
          const before = await rowsOf(server, product, database)
          const simulator = await simulatorOf(desk)
          await simulator.post('faults', [{ match: { telegram: '022' }, commits: false, shows: 'code:9003' }])
          const batch = await desk.paygent(['sale', first, '--yes', '--format', 'json'], simulator.env)
          const [item] = readJson<{ results: { outcome: string; code: string; detail: string }[] }>(batch).results
          expect([batch.code, item?.outcome]).toEqual([3, 'rejected'])
          const columns = COLUMNS[product]
          const row = (await rowsOf(server, product, database)).get(first) ?? {}
          expect(withoutTouched(row, columns.touched)).toEqual(
            withoutTouched(
              {
                ...before.get(first),
                [columns.errorText]: `エラー詳細 : ${item?.detail ?? ''}エラーコード${item?.code ?? ''}`,
              },
              columns.touched,
            ),
          )
          // The shop has what it should have, so a pull finds nothing to argue about.
          expect(await desk.paygent(['pull', '--quiet'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
        },
      )
    }
  })
}
