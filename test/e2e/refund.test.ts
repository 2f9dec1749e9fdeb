// A part of a captured sale is given back by the built program: screen, result, ledger and mirror.
import { describe, expect, it } from 'vitest'
import { expectBooksAgree, openShop, orderRow, outcomes, resultOf, type Shop } from './shop.js'
import { folder, run } from './program.js'
import { openTerminal } from './virtual-terminal.js'

const soldShop = async (): Promise<Shop> => {
  const shop = await openShop([orderRow(1, 'credit', { total: 980 }), orderRow(2, 'docomo', { total: 980 })])
  expect((await shop.paygent(['bulk-sale', '--orders', '1,2', '--yes'])).code).toBe(0)
  return shop
}
const refund = (shop: Shop, order: string, to: string) =>
  shop.paygent(['refund', order, '--to', to, '--yes', '--format', 'json'])

describe('paygent refund', () => {
  it('gives back a part of a card’s sale, and another, and says already to the same again', async () => {
    const shop = await soldShop()
    const [first, second, again] = [
      await refund(shop, '1', '500'),
      await refund(shop, '1', '300'),
      await refund(shop, '1', '300'),
    ]
    expect([first, second, again].map((ended) => [ended?.code, outcomes(ended ?? first)])).toEqual([
      [0, ['1 accepted']],
      [0, ['1 accepted']],
      [0, ['1 refused']],
    ])
    expect(resultOf(first).results[0]).toMatchObject({ request: 'refund', telegram: '029', amount: 500 })
    expect(resultOf(again).results[0]).toMatchObject({ request: 'refund', reason: 'already', attempts: 0 })
    expect((await shop.mirror())['1']).toMatchObject({
      kind: '029',
      effectiveStatus: '40',
      heldAmount: 300,
      total: 980,
    })
    const sale = await shop.paygent(['sale', '1', '--yes', '--format', 'json'])
    expect([sale.code, resultOf(sale).results[0]]).toEqual([0, expect.objectContaining({ reason: 'already' })])
    await expectBooksAgree(shop)
  })

  it('waits until docomo has completed the sale', async () => {
    const shop = await soldShop()
    const early = await refund(shop, '2', '500')
    expect([early.code, resultOf(early).results[0]]).toEqual([3, expect.objectContaining({ reason: 'status' })])
    await shop.simulator.post('clock', { advance: '1d' })
    const ended = await refund(shop, '2', '500')
    expect([ended.code, resultOf(ended).results[0]]).toEqual([
      0,
      expect.objectContaining({ request: 'refund', telegram: '103' }),
    ])
    await expectBooksAgree(shop)
  })

  it('says on the terminal what is given back, and asks', async () => {
    const shop = await soldShop()
    const screen = openTerminal(shop.cwd, ['refund', '1', '--to', '500'], { env: shop.env, columns: 100 })
    const shown = await screen.shows('受注番号：1 の一部返金要求（480円）を送信します。よろしいですか？')
    expect(shown).toContain('返金 480円（980円 → 500円）')
    screen.type('y\r')
    await screen.shows('1/1 受注番号：1 → 一部返金成功')
    await screen.shows('Enter を押してください')
    screen.type('\r')
    expect(await screen.exit).toBe(0)
    await expectBooksAgree(shop)
  })

  it.each([
    [['refund', '1', '--yes'], '--to'],
    [['refund', '1', '--to', '0', '--yes'], 'paygent cancel 1'],
    [['refund', '1', '--to', '5.5', '--yes'], '--to'],
  ])('%j is wrong usage', async (args, said) => {
    const ended = await run(folder(), args, { PAYGENT_ENVIRONMENT: 'simulator' })
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(said)])
  })
})
