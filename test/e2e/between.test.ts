// Other people act between the plan and the request: no request goes out that differs from the confirmed one.
import { describe, expect, it } from 'vitest'
import { writeOrders } from './program.js'
import { expectBooksAgree, openShop, orderRow, outcomes, type Shop } from './shop.js'
import { KEYS, openTerminal } from './virtual-terminal.js'

/** Stands at the question, lets the others act, and says yes. Gives the exit code and the screen. */
async function meanwhile(
  shop: Shop,
  act: () => Promise<unknown>,
  args: readonly string[] = ['sale', '852'],
): Promise<[number, string]> {
  const terminal = openTerminal(shop.cwd, [...args], { env: shop.env, rows: 60 })
  await terminal.shows('(y/N)')
  await act()
  terminal.type(`y${KEYS.enter}`)
  await Promise.race([terminal.shows('結果を確認したら Enter'), terminal.exit]).catch(() => undefined)
  terminal.type(KEYS.enter)
  return [await terminal.exit, terminal.screen()]
}

const shopOf = (method: 'credit' | 'au'): Promise<Shop> => openShop([orderRow(852, method)])

describe('staff in another window', () => {
  it('lower the total', async () => {
    const shop = await shopOf('credit')
    const [code, screen] = await meanwhile(shop, async () => {
      expect((await shop.paygent(['amend', '852', '--total', '600'])).code).toBe(0)
    })
    expect([code, screen]).toEqual([3, expect.stringContaining('対象外')])
    expect(await shop.money()).toEqual([])
    await expectBooksAgree(shop)
  })

  it('import a newer list', async () => {
    const shop = await shopOf('au')
    const [code] = await meanwhile(shop, async () => {
      const csv = writeOrders(shop.cwd, [orderRow(852, 'au', { total: 700 })], 'newer.csv')
      expect((await shop.paygent(['import', csv])).code).toBe(0)
    })
    expect([code, await shop.money()]).toEqual([3, []])
    await expectBooksAgree(shop)
  })

  const shipped = { shipped_at: '2009/06/20 10:00' }
  const calls: [string, string[], Record<string, string>, Record<string, string>][] = [
    ['call the order off', ['sale', '852'], {}, { order_status: 'キャンセル' }],
    ['call the order off in words of their own', ['cancel', '852'], {}, { order_status: '返品受付' }],
    ['hold the order', ['sale', '852'], {}, { order_status: '店舗保留' }],
    ['call the order off', ['bulk-sale', '--all'], {}, { order_status: 'キャンセル' }],
    ['take the parcel back', ['bulk-sale', '--all', '--shipped'], shipped, { shipped_at: '' }],
  ]
  it.each(calls)('%s by an import: %j sends nothing for it', async (_, args, before, after) => {
    const shop = await openShop([orderRow(852, 'credit', before)])
    const [code, screen] = await meanwhile(
      shop,
      async () => {
        const csv = writeOrders(shop.cwd, [orderRow(852, 'credit', { ...before, ...after })], 'newer.csv')
        expect((await shop.paygent(['import', csv])).code).toBe(0)
      },
      args,
    )
    expect([code, screen, await shop.money()]).toEqual([3, expect.stringContaining('対象外'), []])
    await expectBooksAgree(shop)
  })

  it('sell the very order', async () => {
    const shop = await shopOf('au')
    const [code, screen] = await meanwhile(shop, async () => {
      expect((await shop.paygent(['bulk-sale', '--orders', '852', '--yes'])).code).toBe(0)
    })
    expect([code, screen]).toEqual([3, expect.stringContaining('対象外')])
    expect(await shop.money()).toEqual(['101 1000852'])
    await expectBooksAgree(shop)
  })
})

it.each(['credit', 'au'] as const)(
  'Paygent Online cancels the payment (%s): not sold, and the mirror knows',
  async (method) => {
    const shop = await shopOf(method)
    const [code] = await meanwhile(shop, () => shop.simulator.post('payments/1000852', { status: '32' }))
    expect(code).toBe(3)
    expect((await shop.ledger())['1000852']?.status).toBe('32')
    await expectBooksAgree(shop)
  },
)

it('two programs started at once on the same order: one sells it, the other says who does', async () => {
  const shop = await shopOf('au')
  await shop.faults({ match: { telegram: '101' }, delay_ms: 500 })
  const args = ['bulk-sale', '--orders', '852', '--yes', '--format', 'json']
  const both = await Promise.all([shop.paygent(args), shop.paygent(args)])
  const [blocked, ...more] = both.filter(({ code }) => code === 5)
  const [sold] = both.filter(({ code }) => code === 0)
  expect([blocked?.stdout, more.length, sold && outcomes(sold)]).toEqual(['', 0, ['852 accepted']])
  expect(await shop.money()).toEqual(['101 1000852'])
  await expectBooksAgree(shop)
})
