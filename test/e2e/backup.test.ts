// Tests `paygent backup` as staff and cron run it: beside a batch that sends, on a full disk, interrupted, and put
// back.
import { spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EMBEDDED, folder, OWN_STATE, PROGRAM, run, start, writeOrders } from './program.js'
import { openShop, orderRow, outcomes } from './shop.js'

interface Made {
  readonly path: string
  readonly orders: number
  readonly entries: number
  readonly bytes: number
}
const many = (count: number) => Array.from({ length: count }, (_, index) => orderRow(index + 1, 'au'))
const parts = (cwd: string): string[] => readdirSync(cwd).filter((name) => /part|backup/.test(name))

it('beside a batch that sends: every one is whole and further on, and the batch is not disturbed', async () => {
  const shop = await openShop(many(12), { simulator: ['--latency', '300'] })
  const batch = shop.begin(['bulk-sale', '--yes', '--format', 'json', '--all'])
  let over = false
  void batch.ended.then(() => (over = true))
  const entries: number[] = []
  for (let index = 1; !over; index += 1) {
    const ended = await shop.paygent(['backup', `backup-${index}.db`, '--format', 'json'])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const made = JSON.parse(ended.stdout) as Made
    expect(made).toMatchObject({ path: join(shop.cwd, `backup-${index}.db`), orders: 12 })
    entries.push(made.entries)
    // A copy is checked by itself: of the mirror this machine knows that it has gone on since.
    const apart = { PAYGENT_DB: `backup-${index}.db`, PAYGENT_STATE_DIR: join(shop.cwd, 'none') }
    const verified = await shop.paygent(['runs', '--verify', '--format', 'json'], apart)
    expect(JSON.parse(verified.stdout)).toMatchObject({
      ok: true,
      entries: made.entries,
      unchecked: { headOutside: true },
    })
  }
  expect(entries).toEqual(entries.toSorted((one, other) => one - other))
  expect(new Set(entries).size).toBeGreaterThan(1)
  expect(outcomes(await batch.ended).every((line) => line.endsWith(' accepted'))).toBe(true)
})

it('put back: noticed, nothing is sent', async () => {
  const shop = await openShop(many(2))
  const said = await shop.paygent(['backup', 'backup.db', '--lang', 'en'])
  expect(said).toMatchObject({ code: 0, stderr: '' })
  expect(said.stdout).toMatch(/^Backup made and checked: .*backup\.db \(2 orders, 0 entries of the audit log\)\n$/)
  expect((await shop.paygent(['bulk-sale', '--orders', '1', '--yes'])).code).toBe(0)
  for (const end of ['-wal', '-shm']) rmSync(join(shop.cwd, `paygent.db${end}`), { force: true })
  copyFileSync(join(shop.cwd, 'backup.db'), join(shop.cwd, 'paygent.db'))
  const refused = await shop.paygent(['bulk-sale', '--all', '--yes'])
  expect([refused.code, refused.stdout]).toEqual([5, ''])
  expect(await shop.money()).toEqual(['101 10001'])
})

describe('without a copy', () => {
  it('a file that is there stays as it is; a folder that is not there is named; --quiet is silent when all is well', async () => {
    const cwd = folder()
    await run(cwd, ['import', writeOrders(cwd, many(1))], EMBEDDED)
    expect(await run(cwd, ['backup', 'a.db', '--quiet'], EMBEDDED)).toMatchObject({ code: 0, stdout: '', stderr: '' })
    for (const name of ['a.db', 'paygent.db', 'gone/b.db']) {
      const ended = await run(cwd, ['backup', name], EMBEDDED)
      expect([name, ended.code, ended.stdout]).toEqual([name, 2, ''])
      expect(ended.stderr).toContain(name)
    }
    const nothing = await run(cwd, ['backup', 'c.db'], { ...EMBEDDED, PAYGENT_DB: 'none.db' })
    expect([nothing.code, parts(cwd)]).toEqual([2, []])
  })

  it('a disk without room: 6, and nothing of it is left', async () => {
    const cwd = folder()
    await run(cwd, ['import', writeOrders(cwd, many(3_000))], EMBEDDED)
    // A limit on the size of a file stands for a disk: larger than what SQLite writes beside a mirror, too small for it.
    const line = `trap '' XFSZ; ulimit -f 256; exec '${process.execPath}' -- '${PROGRAM}' backup backup.db --lang en`
    const env = { PATH: process.env['PATH'], ...EMBEDDED, ...OWN_STATE(cwd) }
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', line], { cwd, env, encoding: 'utf8' })
    expect([status, stdout]).toEqual([6, ''])
    expect(stderr).toMatch(/^Error: No backup was made: .*backup\.db/)
    expect(parts(cwd)).toEqual([])
  })

  it('Ctrl-C at any moment leaves a whole one or none', async () => {
    const cwd = folder()
    await run(cwd, ['import', writeOrders(cwd, many(3_000))], EMBEDDED)
    for (const wait of [150, 250, 300, 350, 400, 500]) {
      const { child, ended } = start(cwd, ['backup', 'backup.db'], EMBEDDED)
      setTimeout(() => child.kill('SIGINT'), wait)
      const { code, signal } = await ended
      if (code === 0) {
        expect(parts(cwd)).toEqual(['backup.db'])
        expect((await run(cwd, ['runs', '--verify', '--db', 'backup.db'], EMBEDDED)).code).toBe(0)
        rmSync(join(cwd, 'backup.db'))
      } else {
        // Before the program listens for it, the signal ends it as it ends any.
        expect(signal === 'SIGINT' || code === 6 || code === 130, `${code} ${signal}`).toBe(true)
        expect(parts(cwd)).toEqual([])
      }
    }
  })
})
