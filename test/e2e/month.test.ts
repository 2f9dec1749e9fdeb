// Plays some days of a shop that imports its whole export every day: `--quiet` prints nothing on a good day, and
// reports true conflicts.
import { expect, it } from 'vitest'
import { writeOrders } from './program.js'
import { expectBooksAgree, openShop, orderRow, type Row, type Shop } from './shop.js'

const SHIPPED = { shipped_at: '2009/06/20 10:00', order_status: '発送済み' }

/** The file of the day, with every order so far, and the night after it. */
async function day(shop: Shop, rows: readonly Row[]): Promise<{ imported: string; night: string; codes: number[] }> {
  const imported = await shop.paygent(['import', writeOrders(shop.cwd, rows), '--quiet'])
  const night = await shop.paygent(['nightly', '--quiet'])
  await shop.simulator.post('clock', { advance: '1d' })
  return {
    imported: imported.stdout + imported.stderr,
    night: night.stdout + night.stderr,
    codes: [imported.code ?? -1, night.code ?? -1],
  }
}

const SILENT = { imported: '', night: '', codes: [0, 0] }

it(
  'good days are silent, a true conflict is told once, and nothing called off is sold',
  { timeout: 240_000 },
  async () => {
    const first = [orderRow(1, 'credit', SHIPPED), orderRow(2, 'docomo'), orderRow(3, 'au'), orderRow(4, 'credit')]
    const shop = await openShop(first, { env: { PAYGENT_NOTICES: 'off' } })
    expect(await day(shop, first)).toEqual(SILENT)
    // 2 is sold for less than it was authorised for, which makes another payment; 3 is called off before it is shipped.
    const second = [
      first[0] ?? {},
      { ...first[1], ...SHIPPED, total: 900 },
      { ...first[2], ...SHIPPED, order_status: 'キャンセル' },
      first[3] ?? {},
    ]
    expect(await day(shop, second)).toEqual(SILENT)
    // The same file goes on naming the payment before, and 4 is paid on delivery now.
    const third = [...second.slice(0, 3), { ...second[3], ...SHIPPED, method: '代金引換' }]
    const told = await day(shop, third)
    expect([told.codes[0], told.imported]).toEqual([3, expect.stringContaining('4')])
    expect((await day(shop, third)).imported).toBe('')
    const money = await shop.money()
    expect(money).toHaveLength(2)
    await expectBooksAgree(shop)
  },
)
