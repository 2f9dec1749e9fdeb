// A person puts an order on hold: no way of choosing it sends anything for it, until the hold is undone.
import { describe, expect, it } from 'vitest'
import { expectBooksAgree, openShop, orderRow, outcomes, resultOf, type Shop, untilSent, whileStopped } from './shop.js'

const NOTE = ['--note', '住所を確認中']

const held = async (ids: readonly number[], on: number): Promise<Shop> => {
  const shop = await openShop(ids.map((id) => orderRow(id, 'au', { shipped_at: '2009/06/20 10:00' })))
  expect(await shop.paygent(['hold', String(on), ...NOTE])).toMatchObject({ code: 0, stderr: '' })
  return shop
}

describe('an order on hold', () => {
  it.each([
    ['bulk-sale', '--orders', '852', '--yes'],
    ['bulk-cancel', '--orders', '852', '--yes'],
    ['bulk-cancel', '--orders', '852', '--yes', '--include-cancelled', '--after-unknown'],
    ['sale', '852', '--yes'],
    ['cancel', '852', '--yes'],
  ])('is refused by %s %s', async (...args) => {
    const shop = await held([852], 852)
    const ended = await shop.paygent([...args, '--format', 'json'])
    expect([ended.code, resultOf(ended).results]).toEqual([
      3,
      [
        expect.objectContaining({
          outcome: 'refused',
          reason: 'on-hold',
          reasonText: expect.stringContaining('--undo'),
        }),
      ],
    ])
    expect(await shop.money()).toEqual([])
  })

  it('is left out by --all in one counted line, and the others are sent', async () => {
    const shop = await held([851, 852, 853], 852)
    await shop.paygent(['hold', '853', ...NOTE])
    const ended = await shop.paygent(['bulk-sale', '--all', '--yes', '--format', 'json'])
    expect([ended.code, outcomes(ended)]).toEqual([0, ['851 accepted']])
    expect(ended.stderr).toContain('保留 2件')
    expect(await shop.money()).toEqual(['101 1000851'])
  })

  it('is told by list, show, export and their JSON, and survives an import', async () => {
    const shop = await held([851, 852], 852)
    expect((await shop.paygent(['import', 'orders.csv'])).code).toBe(0)
    const { stdout } = await shop.paygent(['orders'])
    expect(stdout.split('\n').filter((line) => line.includes('保留'))).toEqual([expect.stringContaining('852')])
    expect((await shop.paygent(['show', '852'])).stdout).toMatch(/保留 +住所を確認中（/)
    expect((await shop.mirror())['852']).toMatchObject({
      onHold: true,
      holdNote: '住所を確認中',
      sale: { permitted: false, reason: 'on-hold' },
      cancel: { permitted: false, reason: 'on-hold' },
    })
    const shown = await shop.paygent(['show', '852', '--format', 'json'])
    expect(JSON.parse(shown.stdout)).toMatchObject({ onHold: true, holdBy: expect.any(String) as string })
    const [head, ...lines] = (await shop.paygent(['export'])).stdout.trim().split('\r\n')
    expect(head).toMatch(/,on_hold,hold_note$/)
    expect(lines.map((line) => line.split(',').slice(-2))).toEqual([
      ['true', '住所を確認中'],
      ['false', ''],
    ])
  })

  it('is sent again once the hold is undone', async () => {
    const shop = await held([852], 852)
    expect((await shop.paygent(['hold', '852', '--undo'])).stdout).toContain('解除しました')
    expect((await shop.paygent(['hold', '852', '--undo'])).stdout).toContain('保留にしていません')
    expect((await shop.paygent(['sale', '852', '--yes'])).code).toBe(0)
    await expectBooksAgree(shop)
  })
})

it('a hold placed while a batch sends keeps back what has not left, and takes no lock', async () => {
  const shop = await openShop(
    [851, 852].map((id) => orderRow(id, 'au')),
    { env: { PAYGENT_TIMEOUT_MS: '60000' } },
  )
  await shop.faults({ match: { telegram: '101', nth: 1 }, commits: true, shows: 'reply', delay_ms: 3_000 })
  const batch = shop.begin(['bulk-sale', '--orders', '851,852', '--yes', '--format', 'json'])
  await untilSent(shop, 1)
  const [placed, inFlight] = await whileStopped(
    batch,
    async () =>
      [
        await shop.paygent(['hold', '852', ...NOTE, '--format', 'json']),
        await shop.paygent(['hold', '851', ...NOTE]),
      ] as const,
  )
  expect([placed.code, JSON.parse(placed.stdout)]).toEqual([
    0,
    expect.objectContaining({ orderId: '852', onHold: true }),
  ])
  expect(inFlight.stdout).toContain('送信中の要求があります')
  expect(inFlight.stdout).not.toContain('結果不明')
  const ended = await batch.ended
  expect([ended.code, outcomes(ended)]).toEqual([3, ['851 accepted', '852 refused']])
  expect(resultOf(ended).results[1]?.reason).toBe('on-hold')
  expect(await shop.money()).toEqual(['101 1000851'])
  expect((await shop.paygent(['runs', '--verify'])).code).toBe(0)
})

it.each([
  [['hold', '852'], '--note'],
  [['hold', '852', '--note', ' '], '--note'],
  [['hold', '999', '--note', 'x'], '999'],
  [['hold', 'x', '--note', 'x'], 'x'],
])('%j is wrong usage', async (args, told) => {
  const shop = await openShop([orderRow(852, 'au')])
  const ended = await shop.paygent(args)
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(told)])
})
