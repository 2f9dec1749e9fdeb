// Tests the same orders with different time zones, precisions and products of the server: the mirror is the same.
import { expect, it } from 'vitest'
import { deskAt, shopIn } from './desk.js'
import { fixtureShop, PRODUCTS, sharedDump } from './fixture-shop.js'
import { describeWithServer, startMysql, startPostgres } from './servers.js'

/** The mirror as CSV, order by order; 対応状況 has other names in the two products. */
async function mirrorOf(url: string): Promise<string[]> {
  const desk = deskAt(url)
  const pulled = await desk.paygent(['pull'])
  expect(pulled).toMatchObject({ code: 0, stderr: '' })
  const { stdout } = await desk.paygent(['export'])
  return stdout
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .sort()
}

describeWithServer('mysql', 'zones', () => {
  describeWithServer('postgres', 'and products', () => {
    it('one mirror from all of them', { timeout: 180_000 }, async () => {
      const [utc, japan, postgres] = await Promise.all([
        startMysql({ timeZone: '+00:00' }),
        startMysql({ timeZone: '+09:00' }),
        startPostgres({ timeZone: '+00:00' }),
      ])
      for (const product of PRODUCTS) {
        const sql = (kind: 'mysql' | 'postgres'): string => fixtureShop(product, kind)
        const one = await mirrorOf((await shopIn(utc, product, sql('mysql'))).url)
        expect(one).toHaveLength(12)
        expect(await mirrorOf((await shopIn(japan, product, sql('mysql'))).url)).toEqual(one)
        expect(await mirrorOf((await shopIn(postgres, product, sql('postgres'))).url)).toEqual(one)
      }
      const dumps = [sharedDump('eccube2', 'mysql'), sharedDump('eccube2', 'postgres'), sharedDump('eccube4', 'mysql')]
      const [two, twoToo, four] = dumps
      if (two == null || twoToo == null || four == null) return
      const first = await mirrorOf((await shopIn(utc, 'eccube2', two)).url)
      expect(await mirrorOf((await shopIn(postgres, 'eccube2', twoToo)).url)).toEqual(first)
      const names = (line: string): string => line.replace(/,[^,]*(?=(?:,[^,]*){6}$)/, '')
      expect((await mirrorOf((await shopIn(japan, 'eccube4', four)).url)).map(names)).toEqual(first.map(names))
    })
  })
})
