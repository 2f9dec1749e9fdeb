// Tests the closing of results: several at once, all that were shown, and those that need no closing.
import { openSync, closeSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OWN_STATE, PROGRAM } from './program.js'
import { openShop, orderRow, type Shop } from './shop.js'

interface Listed {
  readonly id: number
  readonly acknowledged: boolean
  readonly needsAcknowledgement: boolean
}

const listed = async (shop: Shop): Promise<Listed[]> =>
  JSON.parse((await shop.paygent(['runs', '--format', 'json'])).stdout) as Listed[]
const unseen = async (shop: Shop): Promise<number[]> =>
  (JSON.parse((await shop.paygent(['status', '--format', 'json'])).stdout) as { unacknowledged: number[] })
    .unacknowledged
const sell = (shop: Shop, id: number) => shop.paygent(['bulk-sale', '--orders', String(id), '--yes'])

/** Three runs that were refused, so that a person has to look at them, and one that went well. */
async function fourRuns(): Promise<Shop> {
  const shop = await openShop([orderRow(1, 'au', { payment_status: '60' }), orderRow(2, 'au')])
  for (const id of [1, 1, 2, 1]) await sell(shop, id)
  expect(await unseen(shop)).toEqual([1, 2, 4])
  return shop
}

describe('runs ack', () => {
  it('takes several numbers, and none of them where one is wrong', async () => {
    const shop = await fourRuns()
    const wrong = await shop.paygent(['runs', 'ack', '1', '9', '2', '--lang', 'en'])
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('9')])
    expect(await unseen(shop)).toEqual([1, 2, 4])
    const { code, stdout } = await shop.paygent(['runs', 'ack', '#4、＃１', '--lang', 'en'])
    expect([code, stdout]).toEqual([0, 'Run #4 is marked as reviewed.\nRun #1 is marked as reviewed.\n'])
    expect(await unseen(shop)).toEqual([2])
  })

  it.each([
    ['without a number', []],
    ['with --all and a number', ['1', '--all']],
    ['with --all and --quiet, which would show nothing', ['--all', '--quiet']],
  ])('%s closes nothing', async (_, args) => {
    const shop = await openShop([orderRow(1, 'au', { payment_status: '60' })])
    await sell(shop, 1)
    expect((await shop.paygent(['runs', 'ack', ...args])).code).toBe(2)
    expect(await unseen(shop)).toEqual([1])
  })

  it('with --all shows what it closes, those that nobody has to close too', async () => {
    const shop = await fourRuns()
    expect((await listed(shop)).map(({ id, needsAcknowledgement }) => [id, needsAcknowledgement])).toEqual([
      [4, true],
      [3, false],
      [2, true],
      [1, true],
    ])
    await shop.paygent(['runs', 'ack', '2'])
    const { code, stdout } = await shop.paygent(['runs', 'ack', '--all', '--lang', 'en'])
    const table = stdout.slice(0, stdout.indexOf('Run #4 is marked'))
    expect([code, ['#1', '#2', '#3', '#4'].map((id) => table.includes(id))]).toEqual([0, [true, false, true, true]])
    expect((await listed(shop)).every(({ acknowledged }) => acknowledged)).toBe(true)
    expect((await shop.paygent(['runs', 'ack', '--all', '--lang', 'en'])).stdout).toContain('There is no result')
    expect((await shop.paygent(['runs', 'ack', '--all', '--format', 'json'])).stdout).toBe('[]\n')
  })

  it('with --all and --format json names them to a program', async () => {
    const shop = await fourRuns()
    const { code, stdout } = await shop.paygent(['runs', 'ack', '--all', '--format', 'json'])
    expect([code, (JSON.parse(stdout) as Listed[]).map(({ id }) => id)]).toEqual([0, [4, 3, 2, 1]])
    expect(await unseen(shop)).toEqual([])
  })

  it('with --all closes nothing that could not be shown', async () => {
    const shop = await openShop([orderRow(1, 'au', { payment_status: '60' })])
    await sell(shop, 1)
    const full = openSync('/dev/full', 'w')
    const env = { PATH: process.env['PATH'] ?? '', ...OWN_STATE(shop.cwd), ...shop.env }
    const args = ['--', PROGRAM, 'runs', 'ack', '--all']
    const { status } = spawnSync(process.execPath, args, { cwd: shop.cwd, env, stdio: ['ignore', full, 'ignore'] })
    closeSync(full)
    expect([status === 0, await unseen(shop)]).toEqual([false, [1]])
  })
})

it('a run without a terminal that went well is in no list of what waits, nor in the report of the night', async () => {
  const shop = await openShop([
    orderRow(1, 'au'),
    orderRow(2, 'au', { shipped_at: '2009/06/20 10:00' }),
    orderRow(3, 'au', { payment_status: '60' }),
  ])
  await sell(shop, 1)
  await sell(shop, 3)
  expect(await unseen(shop)).toEqual([2])
  const night = JSON.parse((await shop.paygent(['nightly', '--format', 'json'])).stdout) as { unseenRuns: number[] }
  expect(night.unseenRuns).toEqual([2])
  expect(await unseen(shop)).toEqual([2])
  expect((await shop.paygent(['runs'])).stdout).toContain('不要')
  expect((await shop.paygent([], { PAYGENT_DB: join(shop.cwd, 'paygent.db') })).stdout).toContain('#2')
})
