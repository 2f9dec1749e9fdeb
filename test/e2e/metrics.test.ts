// Tests the file for monitoring as an exporter finds it: after good and bad ends, whatever the folder and the settings
// are like.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openShop, orderRow, type Shop } from './shop.js'

const FILE = { PAYGENT_METRICS: 'metrics/shop-1.prom' }
const SHIPPED = { shipped_at: '2009/06/20 10:00' }

/** Order 4 is paid by card, all others by au. */
async function watchedShop(...orderIds: number[]): Promise<Shop> {
  const shop = await openShop(orderIds.map((orderId) => orderRow(orderId, orderId === 4 ? 'credit' : 'au', SHIPPED)))
  mkdirSync(join(shop.cwd, 'metrics'))
  return shop
}

/** The samples of the file by name and labels, without the shop's own label, which each has. */
function figures({ cwd }: Shop): Record<string, number> {
  const text = readFileSync(join(cwd, FILE.PAYGENT_METRICS), 'utf8')
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const own = /,?shop="shop-1"\} (-?\d+)$/
  return Object.fromEntries(
    lines.map((line) => [line.replace(own, '}').replace('{}', ''), Number(own.exec(line)?.[1] ?? Number.NaN)]),
  )
}

const pick = (from: Record<string, number>, name: string) => ({ [name]: from[name] })

const exitOf = (command: string): string => `paygent_last_exit_code{command="${command}"}`
const successOf = (command: string): string => `paygent_last_success_timestamp_seconds{command="${command}"}`

describe('the file for monitoring', () => {
  it('is written by status: readable by the exporter, and nothing stands beside it', async () => {
    const shop = await watchedShop(1, 2)
    const before = Math.floor(Date.now() / 1000)
    expect(await shop.paygent(['status', '--quiet'], FILE)).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(join(shop.cwd, 'metrics'))).toEqual(['shop-1.prom'])
    expect((statSync(join(shop.cwd, FILE.PAYGENT_METRICS)).mode & 0o777).toString(8)).toBe('644')
    const found = figures(shop)
    expect(found).toMatchObject({
      [exitOf('status')]: 0,
      paygent_local_data_readable: 1,
      paygent_open_attempts: 0,
      paygent_attention_orders: 0,
      paygent_expiring_orders: 0,
    })
    expect(found['paygent_local_data_timestamp_seconds']).toBeGreaterThan(before - 120)
    expect(found['paygent_cutoff_timestamp_seconds']).toBeGreaterThanOrEqual(before)
    expect(found[successOf('nightly')]).toBeUndefined()
  })

  it('has the outcomes and yen of a batch, its exit code, and what it left open', async () => {
    const shop = await watchedShop(1, 2, 3, 4)
    await shop.faults(
      { match: { telegram: '101', payment_id: '10002' }, leaves: '20', shows: 'code:7406' },
      { match: { telegram: '022' }, leaves: '30', shows: 'code:2002', times: 1 },
    )
    const ended = await shop.paygent(['bulk-sale', '--orders', '1,2', '--yes', '--no-wait'], FILE)
    expect([ended.code, figures(shop)]).toMatchObject([
      3,
      {
        [exitOf('sale')]: 3,
        'paygent_last_run_orders{command="sale",outcome="accepted"}': 1,
        'paygent_last_run_orders{command="sale",outcome="rejected"}': 1,
        'paygent_last_run_yen{command="sale",movement="captured"}': 1000,
      },
    ])
    expect(figures(shop)[successOf('sale')]).toBeUndefined()
    expect((await shop.paygent(['cancel', '3', '--yes', '--no-wait'], FILE)).code).toBe(0)
    const after = figures(shop)
    expect(after).toMatchObject({ [exitOf('sale')]: 3, [exitOf('cancel')]: 0 })
    expect(after['paygent_last_run_yen{command="cancel",movement="released"}']).toBe(1000)
    expect(after[successOf('cancel')]).toBe(after['paygent_last_run_end_timestamp_seconds{command="cancel"}'])
    expect((await shop.paygent(['sale', '4', '--yes', '--no-wait'], FILE)).code).toBe(4)
    expect(figures(shop)).toMatchObject({
      [exitOf('sale')]: 4,
      paygent_open_attempts: 1,
      ...pick(after, successOf('cancel')),
    })
  })

  it('is not touched by a command on another mirror than that of the settings', async () => {
    const shop = await watchedShop(1)
    const path = join(shop.cwd, FILE.PAYGENT_METRICS)
    const copied = ['status', '--quiet', '--db', 'copy.db']
    copyFileSync(join(shop.cwd, 'paygent.db'), join(shop.cwd, 'copy.db'))
    expect((await shop.paygent(copied, FILE)).code).toBe(0)
    expect(existsSync(path)).toBe(false)
    // The same file by another name, and the only name of the mirror.
    expect((await shop.paygent(['status', '--quiet', '--db', join(shop.cwd, 'paygent.db')], FILE)).code).toBe(0)
    expect(existsSync(path)).toBe(true)
    rmSync(path)
    expect((await shop.paygent(copied, { ...FILE, PAYGENT_DB: '' })).code).toBe(0)
    expect(existsSync(path)).toBe(true)
  })

  it('is not touched by a dry run', async () => {
    const shop = await watchedShop(1)
    expect((await shop.paygent(['bulk-sale', '--orders', '1', '--dry-run'], FILE)).code).toBe(0)
    expect(existsSync(join(shop.cwd, FILE.PAYGENT_METRICS))).toBe(false)
  })

  it('changes with a night that fails, and the last success stays: by the journal, and by the earlier file', async () => {
    const shop = await watchedShop(1)
    expect((await shop.paygent(['nightly', '--quiet'], FILE)).code).toBe(0)
    const good = figures(shop)
    expect(good).toMatchObject({ [exitOf('nightly')]: 0, [successOf('nightly')]: expect.any(Number) })
    const success = Object.fromEntries([successOf('nightly'), successOf('sale')].map((name) => [name, good[name]]))
    // The journal has it: without the earlier file it is the same.
    rmSync(join(shop.cwd, FILE.PAYGENT_METRICS))
    const refused = await shop.paygent(['nightly', '--quiet'], { ...FILE, PAYGENT_CONNECT_PASSWORD: 'wrong' })
    expect([refused.code, figures(shop)]).toMatchObject([
      2,
      { [exitOf('nightly')]: 2, ...success, paygent_local_data_readable: 1 },
    ])
    // A setting that is wrong leaves open which mirror is meant.
    const wrong = await shop.paygent(['nightly', '--quiet'], { ...FILE, PAYGENT_CUTOFF: '25:00' })
    expect([wrong.code, figures(shop)]).toMatchObject([
      2,
      { [exitOf('nightly')]: 2, ...success, paygent_local_data_readable: 0 },
    ])
    // A later success of another command hides none of it.
    expect((await shop.paygent(['status', '--quiet'], FILE)).code).toBe(0)
    expect(figures(shop)).toMatchObject({ [exitOf('nightly')]: 2, [exitOf('status')]: 0, ...success })
  })

  it('counts no order twice and names none', async () => {
    const shop = await watchedShop(77_001)
    expect((await shop.paygent(['nightly', '--quiet'], FILE)).code).toBe(0)
    expect(readFileSync(join(shop.cwd, FILE.PAYGENT_METRICS), 'utf8')).not.toMatch(/77001|太郎/)
  })
})

describe('a file for monitoring that cannot be written', () => {
  const WARNING = /監視用のファイルに書き込めません：.*処理の結果は変わりません。/

  it.each([
    ['without its folder', (shop: Shop) => rmSync(join(shop.cwd, 'metrics'), { recursive: true })],
    ['where it is a folder', (shop: Shop) => mkdirSync(join(shop.cwd, FILE.PAYGENT_METRICS))],
  ])('%s is one line, and the sale has its own result', async (_, prepare) => {
    const shop = await watchedShop(1)
    prepare(shop)
    const ended = await shop.paygent(['bulk-sale', '--orders', '1', '--yes', '--quiet', '--no-wait'], FILE)
    expect([ended.code, await shop.money()]).toEqual([0, ['101 10001']])
    expect(ended.stderr.trimEnd()).toMatch(WARNING)
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1)
    if (existsSync(join(shop.cwd, 'metrics'))) expect(readdirSync(join(shop.cwd, 'metrics'))).toEqual(['shop-1.prom'])
  })

  it('is × in doctor, which says nothing of one that can be written', async () => {
    const shop = await watchedShop(1)
    const good = await shop.paygent(['doctor'], FILE)
    expect([good.code, good.stdout]).toEqual([0, expect.not.stringContaining('監視用')])
    rmSync(join(shop.cwd, 'metrics'), { recursive: true })
    const bad = await shop.paygent(['doctor'], FILE)
    expect([bad.code, bad.stdout]).toEqual([
      2,
      expect.stringMatching(/×  ファイル権限 +監視用のファイルに書き込めません/),
    ])
  })

  it('as JSON where JSON is asked for', async () => {
    const shop = await watchedShop(1)
    const ended = await shop.paygent(['status', '--format', 'json'], { PAYGENT_METRICS: 'none/a.prom' })
    expect([ended.code, JSON.parse(ended.stderr)]).toMatchObject([0, { error: { code: 'metrics-unwritable' } }])
    expect(JSON.parse(ended.stdout)).toMatchObject({ orders: 1 })
  })

  it.runIf(process.getuid?.() !== 0)('in a folder of another user', async () => {
    const shop = await watchedShop(1)
    chmodSync(join(shop.cwd, 'metrics'), 0o500)
    const ended = await shop.paygent(['status'], FILE)
    expect([ended.code, ended.stderr]).toMatchObject([0, expect.stringMatching(WARNING)])
  })

  it.each(['paygent.prom', './sub/../paygent.prom', 'paygent.prom.simulator'])(
    '%s, which is the mirror or beside it: 2, and not a byte of it changes',
    async (db) => {
      const shop = await watchedShop(1)
      mkdirSync(join(shop.cwd, 'sub'))
      const data = readFileSync(join(shop.cwd, 'paygent.db'))
      writeFileSync(join(shop.cwd, 'paygent.prom'), data)
      const more = { PAYGENT_DB: db, PAYGENT_METRICS: 'paygent.prom' }
      if (db.endsWith('.simulator')) Object.assign(more, { PAYGENT_DB: 'x.db', PAYGENT_LOG: 'paygent.prom' })
      const ended = await shop.paygent(['status'], more)
      expect([ended.code, ended.stderr]).toMatchObject([2, expect.stringContaining('PAYGENT_METRICS に別のファイル')])
      expect(readFileSync(join(shop.cwd, 'paygent.prom')).equals(data)).toBe(true)
      // Nor where another setting is wrong at the same time.
      expect((await shop.paygent(['status'], { ...more, PAYGENT_CUTOFF: '25:00' })).code).toBe(2)
      expect(readFileSync(join(shop.cwd, 'paygent.prom')).equals(data)).toBe(true)
      const doctor = await shop.paygent(['doctor'], more)
      expect([doctor.code, doctor.stdout]).toMatchObject([2, expect.stringContaining('PAYGENT_METRICS に別のファイル')])
    },
  )
})
