// `--rest` and `--undo` of the built program: a batch that ended early is finished, and a sale is taken back.
import { describe, expect, it } from 'vitest'
import { expectBooksAgree, openShop, orderRow, outcomes, resultOf, type Shop, untilSent, whileStopped } from './shop.js'

const IDS = [1, 2, 3, 4]

/** Order 1 is sold, order 2 is lost on its way, and the rest was not sent. */
async function endedEarly(): Promise<Shop> {
  const shop = await openShop(IDS.map((id) => orderRow(id, 'credit')))
  await shop.faults({ match: { telegram: '022', nth: 2 }, commits: false, shows: 'reset' })
  const args = ['bulk-sale', '--orders', '1,2,3,4', '--yes', '--stop-after', '1', '--format', 'json']
  expect(outcomes(await shop.paygent(args))).toEqual(['1 accepted', '2 not-processed', '3 unsent', '4 unsent'])
  return shop
}

const json = (...args: string[]): string[] => [...args, '--yes', '--format', 'json']

/** Says so in every format, and makes no run. */
async function expectNothingLeft(shop: Shop, args: readonly string[], text: string): Promise<void> {
  const runs = async () => (await shop.paygent(['runs', '--format', 'json'])).stdout
  const before = await runs()
  expect(await shop.paygent([...args, '--yes'])).toMatchObject({ code: 0, stdout: text })
  expect(await shop.paygent([...args, '--yes', '--quiet'])).toMatchObject({ code: 0, stdout: '' })
  const document = await shop.paygent(json(...args))
  expect([document.code, resultOf(document).run.id, outcomes(document)]).toEqual([0, null, []])
  const csv = await shop.paygent([...args, '--yes', '--format', 'csv'])
  expect([csv.code, csv.stdout.trimEnd().split('\n').length]).toEqual([0, 1])
  expect(await runs()).toBe(before)
}

describe('bulk-sale --rest', () => {
  it.each(['1', '#1', '＃１'])('%s sends what the run left undone, once, and nothing after that', async (run) => {
    const shop = await endedEarly()
    await shop.paygent(['hold', '4', '--note', 'x'])
    const dry = await shop.paygent(['bulk-sale', '--rest', run, '--dry-run', '--format', 'json'])
    expect(outcomes(dry)).toEqual(['2 planned', '3 planned', '4 refused'])
    const rest = await shop.paygent(json('bulk-sale', '--rest', run))
    expect([rest.code, outcomes(rest)]).toEqual([3, ['2 accepted', '3 accepted', '4 refused']])
    expect(resultOf(rest).results[2]?.reason).toBe('on-hold')
    await shop.paygent(['hold', '4', '--undo'])
    expect(outcomes(await shop.paygent(json('bulk-sale', '--rest', run)))).toEqual(['4 accepted'])
    await expectNothingLeft(shop, ['bulk-sale', '--rest', run], '残りの受注はありません。\n')
    expect(outcomes(await shop.paygent(json('bulk-sale', '--rest', '2')))).toEqual([])
    await expectBooksAgree(shop)
  })
})

describe('bulk-cancel --undo', () => {
  it('takes back what the sale sold, and names what has changed since', async () => {
    const shop = await openShop(IDS.map((id) => orderRow(id, 'credit')))
    expect((await shop.paygent(json('bulk-sale', '--orders', '1,2,3'))).code).toBe(0)
    expect((await shop.paygent(['cancel', '2', '--yes'])).code).toBe(0)
    const undone = await shop.paygent(json('bulk-cancel', '--undo', '#1'))
    expect([undone.code, outcomes(undone)]).toEqual([0, ['1 accepted', '3 accepted']])
    expect(undone.stderr).toContain('処理番号 #1 で成功し、その後に内容が変わったため対象外の受注：2')
    await expectNothingLeft(shop, ['bulk-cancel', '--undo', '1'], '取消する受注はありません。\n')
    await expectNothingLeft(shop, ['bulk-cancel', '--rest', '3'], '残りの受注はありません。\n')
    const ledger = await shop.ledger()
    expect(IDS.map((id) => ledger[`1000${id}`]?.status)).toEqual(['60', '60', '60', '20'])
    await expectBooksAgree(shop)
  })
})

it('any other pairing is wrong usage, and nothing is sent', async () => {
  const shop = await endedEarly()
  expect((await shop.paygent(['cancel', '1', '--yes'])).code).toBe(0)
  const before = await shop.money()
  const wrong: readonly [string[], string][] = [
    [['bulk-cancel', '--rest', '1'], 'bulk-sale --rest 1'],
    [['bulk-sale', '--rest', '2'], 'bulk-cancel --rest 2'],
    [['bulk-cancel', '--undo', '2'], '--undo'],
    [['bulk-sale', '--undo', '1'], '--undo'],
    [['bulk-sale', '--rest', '9'], '9'],
    [['bulk-sale', '--rest', 'x'], 'x'],
    [['bulk-sale', '--rest', '1', '--orders', '3'], '--orders'],
    [['bulk-sale', '--rest', '1', '--all'], '--all'],
    [['bulk-sale', '--rest', '1', '--method', 'credit'], '--method'],
    [['bulk-cancel', '--rest', '2', '--undo', '1'], '--undo'],
  ]
  for (const [args, told] of wrong) {
    const { code, stdout, stderr } = await shop.paygent([...args, '--yes'])
    expect([args, code, stdout, stderr]).toEqual([args, 2, '', expect.stringContaining(told)])
  }
  expect(await shop.money()).toEqual(before)
})

it('a run that goes on is wrong usage', async () => {
  const shop = await openShop(
    [1, 2].map((id) => orderRow(id, 'au')),
    { env: { PAYGENT_TIMEOUT_MS: '60000' } },
  )
  await shop.faults({ match: { telegram: '101', nth: 1 }, commits: true, shows: 'reply', delay_ms: 3_000 })
  const batch = shop.begin(['bulk-sale', '--orders', '1,2', '--yes'])
  await untilSent(shop, 1)
  const ended = await whileStopped(batch, () => shop.paygent(['bulk-sale', '--rest', '1', '--yes']))
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('#1')])
  expect((await batch.ended).code).toBe(0)
})
