// The second program says who is at work, for what, since when and how far. Page 5.1.1.
import { userInfo } from 'node:os'
import { expect, it } from 'vitest'
import { openShop, orderRow, outcomes } from './shop.js'

it('while a batch sends, whatever needs the lock ends with 5 and names it; reading goes on', async () => {
  const rows = [1, 2, 3].map((id) => orderRow(id, 'au'))
  const shop = await openShop(rows, { env: { PAYGENT_TIMEOUT_MS: '60000' } })
  await shop.faults({ match: { telegram: '101', nth: 2 }, commits: true, shows: 'reply', delay_ms: 15_000 })
  const first = shop.begin(['bulk-sale', '--yes', '--format', 'json', '--orders', '1,2,3'])
  while ((await shop.money()).length < 2) await new Promise((wait) => setTimeout(wait, 20))
  const second = [
    ['import', 'orders.csv'],
    ['amend', '3', '--total', '10'],
    ['cancel', '3', '--yes'],
  ]
  for (const ended of await Promise.all(second.map((args) => shop.paygent([...args, '--lang', 'en'])))) {
    expect([ended.code, ended.stdout]).toEqual([5, ''])
    expect(ended.stderr).toContain(`Another run (sale) is active: ${userInfo().username}@`)
    expect(ended.stderr).toMatch(/, since \d{4}-\d\d-\d\dT[\d:]{8}\+09:00, 1\/3 orders\.\nNothing was sent\./)
  }
  expect((await shop.paygent(['orders'])).code).toBe(0)
  expect(outcomes(await first.ended)).toEqual(['1 accepted', '2 accepted', '3 accepted'])
  expect((await shop.paygent(['import', 'orders.csv'])).code).not.toBe(5)
})
