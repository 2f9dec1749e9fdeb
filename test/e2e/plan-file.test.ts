// A plan that Paygent is asked about, shown and sent: by the built program against a simulator of its own.
import { describe, expect, it } from 'vitest'
import { expectBooksAgree, mirrorHash, openShop, orderRow, outcomes, resultOf } from './shop.js'

const NEEDED = { PAYGENT_LANG: 'en' }

describe('a dry run with --ask', () => {
  it('shows the amounts that Paygent tells, writes them, and sends nothing', async () => {
    const more = orderRow(854, 'au', { total: 1200 })
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'credit', { total: 600 }), more], {
      held: [orderRow(852, 'au'), orderRow(853, 'credit'), orderRow(854, 'au')],
    })
    const args = ['bulk-sale', '--orders', '852,853,854', '--dry-run', '--format', 'json']
    const before = mirrorHash(shop.cwd)
    const plain = await shop.paygent(args)
    expect([plain.code, resultOf(plain).results.map(({ amount }) => amount)]).toEqual([0, [null, null, null]])
    expect([mirrorHash(shop.cwd), await shop.simulator.requests()]).toEqual([before, []])

    const asked = await shop.paygent([...args, '--ask'])
    expect([asked.code, outcomes(asked)]).toEqual([3, ['852 planned', '853 planned', '854 refused']])
    expect(resultOf(asked).results).toMatchObject([
      { telegram: '101', amount: 1000 },
      { telegram: '029', amount: 600 },
      { telegram: null, reason: 'higher', amount: null },
    ])
    expect((await shop.simulator.requests()).map(({ telegram }) => telegram)).toEqual(['094', '094', '094'])
    expect((await shop.mirror())['853']?.heldAmount).toBe(1000)
    expect(JSON.parse((await shop.paygent(['runs', '--format', 'json'])).stdout)).toEqual([])
    await expectBooksAgree(shop)
  })

  it('takes no lock, so that a batch beside it goes on', async () => {
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'au')])
    await shop.faults({ match: { telegram: '101' }, delay_ms: 800 })
    const batch = shop.begin(['bulk-sale', '--orders', '852', '--yes'])
    while ((await shop.money()).length === 0) await new Promise((wait) => setTimeout(wait, 20))
    const asked = await shop.paygent(['bulk-sale', '--orders', '853', '--dry-run', '--ask', '--format', 'json'])
    expect([asked.code, outcomes(asked)]).toEqual([0, ['853 planned']])
    expect((await batch.ended).code).toBe(0)
  })

  it.each([
    ['bulk-sale --all --ask', '--dry-run'],
    ['bulk-cancel --orders 852 --ask --yes', '--dry-run'],
  ])('%s is wrong usage, and names %s', async (line, named) => {
    const shop = await openShop([orderRow(852, 'au')])
    const ended = await shop.paygent(line.split(' '), NEEDED)
    expect([ended.code, ended.stdout, await shop.money()]).toEqual([2, '', []])
    expect(ended.stderr).toContain(named)
  })
})
