// A second program reports which program holds the lock, its task, start time and progress, even where the lock file
// has been deleted.
import { processMark } from '../../src/process-mark.js'
import { OWN_STATE, PROGRAM } from './program.js'
import { expectBooksAgree, openShop, orderRow, outcomes, type Shop, untilSent, whileStopped } from './shop.js'
import Database from 'better-sqlite3'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const NUMBERS = ['--yes', '--format', 'json', '--orders', '1,2,3']

/** The second sale of it is answered late. */
async function withLateAnswer(delayMs: number): Promise<Shop> {
  const rows = [1, 2, 3].map((id) => orderRow(id, 'au'))
  const shop = await openShop(rows, { env: { PAYGENT_TIMEOUT_MS: '60000' } })
  await shop.faults({ match: { telegram: '101', nth: 2 }, commits: true, shows: 'reply', delay_ms: delayMs })
  return shop
}

/** A shop whose batch has the second of three sales in flight for so long. */
async function inMidBatch(delayMs: number) {
  const shop = await withLateAnswer(delayMs)
  const first = shop.begin(['bulk-sale', ...NUMBERS])
  await untilSent(shop, 2)
  return { shop, first, lock: join(shop.cwd, 'paygent.db.lock') }
}

/** The most requests that were in flight at once since the first sale. Inquiries before it may go side by side. */
async function mostAtOnce({ simulator }: Shop): Promise<number> {
  const requests = await simulator.requests()
  const sending = requests.slice(requests.findIndex(({ telegram }) => telegram === '101'))
  return Math.max(...sending.map(({ inFlight }) => inFlight))
}

it('while a batch sends, whatever needs the lock ends with 5 and names it; reading goes on', async () => {
  const { shop, first } = await inMidBatch(3_000)
  const second: [string[], string][] = [
    [['import', 'orders.csv'], 'Nothing was imported.'],
    [['amend', '3', '--total', '10'], 'Next: '],
    [['cancel', '3', '--yes'], 'Nothing was sent.'],
  ]
  await whileStopped(first, async () => {
    for (const [args, then] of second) {
      const ended = await shop.paygent([...args, '--lang', 'en'])
      expect([ended.code, ended.stdout]).toEqual([5, ''])
      expect(ended.stderr).toContain(`Another run (sale) is active: ${userInfo().username}@`)
      const [, after = ''] = /, since \d{4}\/\d\d\/\d\d \d\d:\d\d, 1\/3 orders\.\n([^]*)/.exec(ended.stderr) ?? []
      expect(after.slice(0, then.length)).toBe(then)
    }
    expect((await shop.paygent(['orders'])).code).toBe(0)
  })
  expect(outcomes(await first.ended)).toEqual(['1 accepted', '2 accepted', '3 accepted'])
  expect((await shop.paygent(['import', 'orders.csv'])).code).not.toBe(5)
})

it.runIf(processMark(process.pid) !== null)(
  'where the lock file is deleted in mid-batch a second program ends with 5, and one request is in flight, ever',
  async () => {
    const { shop, first, lock } = await inMidBatch(3_000)
    rmSync(lock)
    const second = await whileStopped(first, () =>
      Promise.all([
        shop.paygent(['bulk-sale', ...NUMBERS, '--lang', 'en']),
        shop.paygent(['reconcile', '--lang', 'en']),
      ]),
    )
    for (const ended of second) {
      expect([ended.code, ended.stdout]).toEqual([5, ''])
      expect(ended.stderr).toContain('Another run (sale) is active')
    }
    const ended = await first.ended
    expect(ended.code).toBe(0)
    expect(outcomes(ended)).toEqual(['1 accepted', '2 accepted', '3 accepted'])
    expect(await shop.money()).toHaveLength(3)
    expect(await mostAtOnce(shop)).toBe(1)
    expect((await shop.paygent(['import', 'orders.csv'])).code).not.toBe(5)
  },
)

it.runIf(processMark(process.pid) !== null)(
  'a run under way is told as running in every list, and its request in flight is not called unknown; a killed one is',
  async () => {
    const { shop, first } = await inMidBatch(40_000)
    const told = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await shop.paygent(args)
      expect([args, code, stderr]).toEqual([args, 0, ''])
      return stdout
    }
    const LISTS = [['orders'], ['show', '2'], ['runs'], ['runs', 'show', '1']]
    for (const args of LISTS) {
      const text = await told(...args)
      expect([args, text]).toEqual([args, expect.stringContaining('実行中：一括売上 #1 1/3件')])
      expect([args, text]).toEqual([args, expect.not.stringMatching(/結果不明|未送信|中断|reconcile|--rest|--undo/)])
    }
    expect(await told('orders')).toMatch(/│ 2 .*送信中/)
    expect(await told('orders', '--state', '送信中')).toMatch(/│ 2 .*送信中/)
    expect(await told('orders', '--state', '結果不明')).not.toMatch(/│ 2 /)
    expect(await told('show', '2')).toContain('ほかの処理で送信中です。')
    expect(await told('runs')).toMatch(/実行中.*成功 1 .*残り 2/)
    expect((await shop.mirror())['2']).toMatchObject({ state: '送信中', sale: { reason: 'open-attempt' } })
    // To a program the run has the items that it had before.
    const { results } = JSON.parse(await told('runs', 'show', '1', '--format', 'json')) as {
      results: { outcome: string }[]
    }
    expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'unknown', 'unsent'])
    first.child.kill('SIGKILL')
    await first.ended
    for (const args of LISTS) expect([args, await told(...args)]).toEqual([args, expect.not.stringContaining('実行中')])
    expect(await told('orders')).toMatch(/│ 2 .*結果不明/)
    expect(await told('runs')).toContain('中断')
  },
)

it('whose lock is taken by another sends nothing new, books what is in flight, and ends with 4', async () => {
  const { shop, first, lock } = await inMidBatch(4_000)
  rmSync(lock)
  const db = new Database(join(shop.cwd, 'paygent.db'))
  db.exec(`UPDATE holder SET token = 'another'`)
  db.close()
  const ended = await first.ended
  expect(ended.code).toBe(4)
  expect(outcomes(ended)).toEqual(['1 accepted', '2 accepted', '3 unsent'])
  expect(await shop.money()).toEqual(['101 10001', '101 10002'])
  expect(ended.stderr).toContain('ほかの処理に移りました')
  expect(ended.stderr).not.toContain('不具合')
  await expectBooksAgree(shop)
  const again = await shop.paygent(['bulk-sale', '--yes', '--format', 'json', '--orders', '3'])
  expect(outcomes(again)).toEqual(['3 accepted'])
})

const namespaced = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child']
const contained = spawnSync('unshare', [...namespaced, 'true']).status === 0

it.skipIf(!contained)('killed as process 1 of a container and started again as process 1, it sells', async () => {
  const shop = await withLateAnswer(3_000)
  const inContainer = (args: readonly string[]) => {
    const env = { PATH: process.env['PATH'] ?? '', ...OWN_STATE(shop.cwd), ...shop.env }
    return spawn('unshare', [...namespaced, process.execPath, '--', PROGRAM, ...args], { cwd: shop.cwd, env })
  }
  const killed = inContainer(['bulk-sale', ...NUMBERS])
  await untilSent(shop, 2)
  const gone = once(killed, 'close')
  killed.kill('SIGKILL')
  await gone
  const db = new Database(join(shop.cwd, 'paygent.db'), { readonly: true })
  expect(db.prepare('SELECT command, pid FROM holder').get()).toEqual({ command: 'sale', pid: 1 })
  db.close()
  const again = inContainer(['bulk-sale', ...NUMBERS])
  const out: Buffer[] = []
  again.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  await once(again, 'close')
  expect(out.join('')).toMatch(/"orderId": ?"3",[^}]*"outcome": ?"accepted"/)
})
