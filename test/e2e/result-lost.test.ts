// A result cannot be written although money has moved, so the outcome is reported where it can still be read.
import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROGRAM, writeOrders, type Ended } from './program.js'
import { errorOf, expectBooksAgree, openShop, orderRow, type Shop } from './shop.js'
import { hasTmux, openTmux } from './tmux.js'

const SALE = ['bulk-sale', '--yes', '--orders', '1,2,3']
const auShop = (...ids: number[]): Promise<Shop> => openShop(ids.map((id) => orderRow(id, 'au')))
const BOTH_SOLD = ['101 10001', '101 10002', '101 10003']

/** By a shell, which redirects as the words say; the program's stdout is what is left of it. */
function redirected(shop: Shop, args: readonly string[], words: string): Promise<Ended> {
  const shell = ['-c', `${words.startsWith('ulimit') ? '' : 'exec '}${words.replace('paygent', '"$@"')}`, 'sh']
  const child = spawn('/bin/sh', [...shell, process.execPath, '--', PROGRAM, ...args], {
    cwd: shop.cwd,
    env: { PATH: process.env['PATH'] ?? '', PAYGENT_STATE_DIR: join(shop.cwd, 'state'), ...shop.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr })))
}

/** Its reader is gone before the program has written anything. */
async function unread(shop: Shop, args: readonly string[]): Promise<Ended> {
  const { child, ended } = shop.begin(args)
  child.stdout?.destroy()
  return ended
}

const logged = (shop: Shop): string[] =>
  readFileSync(join(shop.cwd, 'paygent.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('result-unwritable'))

describe('a batch whose result cannot be written', () => {
  it.each([
    ['JSON', ['--format', 'json'], 'ENOSPC'],
    ['CSV', ['--format', 'csv'], 'ENOSPC'],
    ['a table', [], 'ENOSPC'],
  ])('on a full disk, as %s: all is sold, 6, and stderr and log say where it is', async (_, format, problem) => {
    const shop = await auShop(1, 2, 3)
    const ended = await redirected(shop, [...SALE, ...format], 'paygent > /dev/full')
    expect([ended.code, ended.signal]).toEqual([6, null])
    expect(ended.stderr).toContain(`結果を出力できませんでした（ディスクの空きがありません、${problem}）`)
    expect(ended.stderr).toContain('paygent runs show 1')
    expect(ended.stderr).not.toContain('中断')
    if (format.includes('json')) expect(errorOf(ended)).toMatchObject({ code: 'result-unwritable' })
    expect(logged(shop).map((line) => JSON.parse(line) as object)).toMatchObject([{ problem, run: '1' }])
    expect(await shop.money()).toEqual(BOTH_SOLD)
    expect((await shop.paygent(['runs', 'show', '1'])).stdout).toContain('3件が成功しました。')
    await expectBooksAgree(shop)
  })

  it('to a pipe that is closed after the last request: all is sold, 6, and stderr says where it is', async () => {
    const shop = await auShop(1, 2, 3)
    const ended = await unread(shop, [...SALE, '--format', 'json'])
    expect([ended.code, ended.signal]).toEqual([6, null])
    expect(ended.stderr).toContain('結果を出力できませんでした（出力先が先に閉じられました、EPIPE）')
    expect(ended.stderr).toContain('paygent runs show 1')
    expect(ended.stderr).not.toContain('空き')
    expect(logged(shop)).toHaveLength(1)
    expect(await shop.money()).toEqual(BOTH_SOLD)
  })

  it('to a pipe that is closed before: nothing new is sent, and stderr says where it is', async () => {
    const shop = await auShop(1, 2, 3)
    await shop.faults({ match: { telegram: '101' }, delay_ms: 300 })
    const ended = await unread(shop, SALE)
    expect([ended.code, ended.signal]).toEqual([6, null])
    expect(ended.stderr).toContain('paygent runs show 1')
    expect((await shop.money()).length).toBeLessThan(3)
    await expectBooksAgree(shop)
  })

  it('by night: the sale’s run is named', async () => {
    const shop = await openShop([orderRow(1, 'au', { shipped_at: '2009/06/20 10:00' })])
    const ended = await redirected(shop, ['nightly'], 'paygent > /dev/full')
    expect([ended.code, await shop.money()]).toEqual([6, ['101 10001']])
    expect(ended.stderr).toContain('paygent runs show 1')
  })
})

describe('a list that cannot be written', () => {
  it.runIf(hasTmux)('on a full disk, at a terminal: nobody is asked to close a result that was not seen', async () => {
    const shop = await openShop([orderRow(1, 'au')])
    const screen = await openTmux(shop.cwd, 80, shop.env)
    await screen.command('paygent bulk-sale --orders 1 > /dev/full; echo "code $?"')
    await screen.shows('よろしいですか？')
    screen.press('y', 'Enter')
    expect(await screen.shows('code 6')).not.toContain('結果を確認したら')
    expect((await shop.paygent(['status', '--format', 'json'])).stdout).toMatch(/"unacknowledged":\s*\[\s*1\s*\]/)
  })

  it('on a full disk: 6, and no run is named', async () => {
    const shop = await auShop(1)
    const { code, stderr } = await redirected(shop, ['orders'], 'paygent > /dev/full')
    expect([code, stderr.split('\n')[0]]).toEqual([
      6,
      'エラー：結果を出力できませんでした（ディスクの空きがありません、ENOSPC）。',
    ])
    expect(stderr).not.toContain('runs show')
  })

  it('as a whole: a part that a full disk took is not taken for all of it', async () => {
    const shop = await auShop(1)
    const many = writeOrders(
      shop.cwd,
      Array.from({ length: 200 }, (_, index) => orderRow(1000 + index, 'au')),
      'many.csv',
    )
    expect((await shop.paygent(['import', many])).code).toBe(0)
    const { code, stderr } = await redirected(
      shop,
      ['orders', '--format', 'json'],
      'ulimit -f 8; exec paygent > out.json',
    )
    expect(statSync(join(shop.cwd, 'out.json')).size).toBeGreaterThan(0)
    expect([code, stderr]).toEqual([6, expect.stringContaining('EFBIG）')])
  })

  it('to a reader that has seen enough: 0, and silence', async () => {
    const shop = await auShop(1)
    const ended = await unread(shop, ['orders'])
    expect([ended.code, ended.stderr]).toEqual([0, ''])
  })
})

it('a stderr on a full disk stops nothing', async () => {
  const shop = await auShop(1, 2, 3)
  const { code, stdout } = await redirected(shop, SALE, 'paygent 2> /dev/full')
  expect([code, await shop.money()]).toEqual([0, BOTH_SOLD])
  expect(stdout).toContain('3件が成功しました。')
})
