// Tests `paygent purge` as staff and cron use it.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EMBEDDED, folder, MANUAL_ORDERS, run } from './program.js'
import { orderRow } from './shop.js'
import { writeOrders } from './program.js'
import { openTerminal, KEYS } from './virtual-terminal.js'

const NAME = '消去 花子'

async function shop(): Promise<string> {
  const cwd = folder()
  const csv = writeOrders(cwd, [
    orderRow(1, 'au', { customer_name: NAME }),
    orderRow(2, 'au', { ordered_at: '2026/01/05 10:00' }),
  ])
  expect(await run(cwd, ['import', csv], EMBEDDED)).toMatchObject({ code: 0 })
  return cwd
}

const holdName = (cwd: string): string[] =>
  readdirSync(cwd)
    .filter((name) => name.startsWith('paygent.') && statSync(join(cwd, name)).isFile())
    .filter((name) => readFileSync(join(cwd, name)).includes(NAME))

describe('purge without a terminal', () => {
  it('needs --yes, and a day that is not to come', async () => {
    const cwd = await shop()
    const purge = (...args: string[]) => run(cwd, ['purge', '--lang', 'en', ...args], EMBEDDED)
    for (const [args, said] of [
      [['--before', '2020-01-01'], '--yes'],
      [[], '--before'],
      [['--before', '01.01.2020', '--yes'], 'YYYY-MM-DD'],
      [['--before', '2999-01-01', '--yes'], '2999-01-01'],
      [['--before', '2020-01-01', '--yes', '--format', 'csv'], '--format'],
    ] as const) {
      const ended = await purge(...args)
      expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) })
    }
    expect(holdName(cwd)).toEqual(['paygent.db'])
  })

  it('counts on --dry-run, removes on --yes, and an import does not bring the name back', async () => {
    const cwd = await shop()
    const purge = (...args: string[]) => run(cwd, ['purge', '--before', '2020-01-01', ...args], EMBEDDED)
    expect(await purge('--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2020/01/01 より前の受注 1件の顧客名を消します。'),
    })
    expect(holdName(cwd)).toEqual(['paygent.db'])
    const ended = await purge('--yes', '--format', 'json')
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const purged = { before: '2020-01-01', dryRun: false, purged: 1, left: [], wiped: true }
    expect(JSON.parse(ended.stdout)).toEqual(purged)
    expect(holdName(cwd)).toEqual([])
    expect(await run(cwd, ['import', 'orders.csv', '--format', 'json'], EMBEDDED)).toMatchObject({ code: 0 })
    expect(holdName(cwd)).toEqual([])
    const listed = await run(cwd, ['orders', '--format', 'json'], EMBEDDED)
    expect((JSON.parse(listed.stdout) as { customerName: string }[]).map(({ customerName }) => customerName)).toEqual([
      'ペイジェント 太郎',
      '',
    ])
    expect(await run(cwd, ['runs', '--verify'], EMBEDDED)).toMatchObject({ code: 0 })
    expect(await purge('--yes', '--quiet')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
  })
})

describe('purge on a terminal', () => {
  it('asks, and takes Enter for no', async () => {
    const cwd = folder()
    expect(await run(cwd, ['import', MANUAL_ORDERS], EMBEDDED)).toMatchObject({ code: 0 })
    const args = ['purge', '--before', '2020-01-01']
    const refused = openTerminal(cwd, args, { env: EMBEDDED })
    await refused.shows('(y/N)')
    expect(refused.screen()).toContain('4件の顧客名を消します。')
    refused.type(KEYS.enter)
    expect(await refused.exit).toBe(6)
    const agreed = openTerminal(cwd, args, { env: EMBEDDED })
    await agreed.shows('(y/N)')
    agreed.type(`y${KEYS.enter}`)
    expect(await agreed.exit).toBe(0)
    expect(agreed.screen()).toContain('4件の顧客名を消しました。')
    expect(agreed.screen()).toContain('保留と手動登録の理由（--note）は監査ログに残ります。')
  })
})
