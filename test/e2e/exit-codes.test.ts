// Tests the exit codes, and the state of a run that is interrupted, cut off or killed.
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { EMBEDDED, folder, PROGRAM, run, start, writeOrders, type Running } from './program.js'
import { expectBooksAgree, openShop, orderRow, outcomes, resultOf, type Shop, untilSent } from './shop.js'

const SALE = ['bulk-sale', '--yes', '--format', 'json', '--orders']
const ids = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)
const auShop = (count: number, simulator: string[] = []): Promise<Shop> =>
  openShop(
    ids(count).map((id) => orderRow(id, 'au')),
    { simulator },
  )

/** Waits until the simulator has seen so many telegrams that move money. */
describe('the codes and their rank', () => {
  it('limits and the time limit: 6, and nothing is sent', async () => {
    const shop = await auShop(3)
    for (const limit of [
      ['--max-orders', '2'],
      ['--max-amount', '2,999'],
      ['--until', '00:00'],
    ]) {
      const ended = await shop.paygent(['bulk-sale', '--orders', '1,2,3', '--yes', ...limit])
      expect([limit, ended.code, ended.stdout]).toEqual([limit, 6, ''])
      expect(ended.stderr).toContain(limit[0])
    }
    expect(await shop.money()).toEqual([])
    const all = await shop.paygent([...SALE, '1,2,3', '--max-orders', '3', '--max-amount', '3000'])
    expect(all.code).toBe(0)
  })

  it('refused 3, stopped over rejected 6, open over stopped 4', async () => {
    const shop = await auShop(6)
    await shop.faults(
      { match: { payment_id: '10001', telegram: '101' }, shows: 'code:7401' },
      { match: { payment_id: '10002', telegram: '101' }, shows: 'code:P015' },
      { match: { payment_id: '10004', telegram: '101' }, commits: false, shows: 'reset' },
      { match: { payment_id: '10005', telegram: '101' }, shows: 'code:P015' },
    )
    const stopped = await shop.paygent([...SALE, '1,2,3'])
    expect([stopped.code, outcomes(stopped)]).toEqual([6, ['1 rejected', '2 rejected', '3 unsent']])
    const open = await shop.paygent([...SALE, '4,5,6', '--no-wait'])
    expect([open.code, outcomes(open)]).toEqual([4, ['4 unknown', '5 rejected', '6 unsent']])
    await expect(shop.paygent([...SALE, '3'])).resolves.toMatchObject({ code: 0 })
  })

  it('an order whose attempt is still open, or that needs a person, is 4 in every later run of it', async () => {
    const shop = await auShop(2)
    await shop.faults({ match: { payment_id: '10001', telegram: '101' }, commits: false, shows: 'reset' })
    expect((await shop.paygent([...SALE, '1', '--no-wait'])).code).toBe(4)
    const again = await shop.paygent([...SALE, '1,2'])
    expect([again.code, outcomes(again)]).toEqual([4, ['1 refused', '2 accepted']])
    const dry = await shop.paygent([...SALE, '1', '--dry-run'])
    expect([dry.code, outcomes(dry)]).toEqual([3, ['1 refused']])
  })

  it('a second program while one runs: 5, and it says who runs since when, n of m', async () => {
    const shop = await auShop(3)
    await shop.faults({ match: { payment_id: '10002', telegram: '101' }, delay_ms: 8000 })
    const first = shop.begin([...SALE, '1,2'], { PAYGENT_TIMEOUT_MS: '30000' })
    await untilSent(shop, 2)
    const second = await shop.paygent(['bulk-sale', '--orders', '3', '--yes'])
    expect([second.code, second.stdout]).toEqual([5, ''])
    expect(second.stderr).toMatch(/1\/2/)
    expect(second.stderr).toMatch(/\d{4}\/\d\d\/\d\d \d\d:\d\d/)
    const imported = await shop.paygent(['import', writeOrders(shop.cwd, [orderRow(9, 'au')], 'more.csv')])
    expect(imported.code).toBe(5)
    expect((await shop.paygent(['orders'])).code).toBe(0)
    expect((await first.ended).code).toBe(0)
    expect(await shop.money()).toEqual(['101 10001', '101 10002'])
    await expectBooksAgree(shop)
  })
})

describe('signals', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s: the request in flight is booked, the rest unsent, 6',
    async (signal) => {
      const shop = await auShop(3)
      await shop.faults({ match: { telegram: '101' }, delay_ms: 700 })
      const running = shop.begin([...SALE, '1,2,3'], { PAYGENT_TIMEOUT_MS: '5000' })
      await untilSent(shop, 1)
      running.child.kill(signal)
      const ended = await running.ended
      expect([ended.code, outcomes(ended)]).toEqual([6, ['1 accepted', '2 unsent', '3 unsent']])
      expect(resultOf(ended).run['state']).toBe('stopped')
      expect(await shop.money()).toEqual(['101 10001'])
      await expectBooksAgree(shop)
    },
  )

  it('Ctrl-C twice: 130 at once; the next run inquires about what was left open and settles it', async () => {
    const shop = await auShop(3)
    await shop.faults({ match: { telegram: '101', nth: 1 }, delay_ms: 3000 })
    const running = shop.begin([...SALE, '1,2'], { PAYGENT_TIMEOUT_MS: '9000' })
    await untilSent(shop, 1)
    running.child.kill('SIGINT')
    await new Promise((wait) => setTimeout(wait, 100))
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
    expect((await shop.mirror())['1']?.state).toBe('結果不明')
    const next = await shop.paygent([...SALE, '3'])
    expect([next.code, outcomes(next)]).toEqual([0, ['3 accepted']])
    expect(next.stderr).toContain('受注番号：1')
    expect((await shop.mirror())['1']).toMatchObject({ state: '売上', effectiveStatus: '40' })
    expect(await shop.money()).toEqual(['101 10001', '101 10003'])
    await expectBooksAgree(shop)
  })

  it('Ctrl-C during the second look leaves it to reconcile: 4', async () => {
    const shop = await auShop(1)
    await shop.faults({ match: { telegram: '101' }, commits: false, shows: 'reset' })
    const running = shop.begin([...SALE, '1'], { PAYGENT_SETTLE_SECONDS: '60' })
    await untilSent(shop, 1)
    await new Promise((wait) => setTimeout(wait, 700))
    running.child.kill('SIGINT')
    const ended = await running.ended
    expect([ended.code, outcomes(ended)]).toEqual([4, ['1 unknown']])
  })
})

const traced = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

it.skipIf(!traced)('no signal gets its default back at the end, which would kill a process that has finished', () => {
  const trace = join(folder(), 'trace')
  const defaults = (args: readonly string[]): number => {
    execFileSync('strace', ['-f', '-o', trace, '-e', 'trace=rt_sigaction', process.execPath, ...args])
    const restored = /rt_sigaction\(SIG(?:INT|TERM|HUP), \{sa_handler=SIG_DFL/g
    return [...readFileSync(trace, 'utf8').matchAll(restored)].length
  }
  expect(defaults([PROGRAM, '--version'])).toBe(0)
  const hears = `for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {})`
  expect(defaults(['-e', hears])).toBe(3)
})

describe('a reader that goes away', () => {
  it('a closed stdout neither kills the run nor loses what was sent', async () => {
    const shop = await auShop(8, ['--latency', '60'])
    const running = shop.begin(['bulk-sale', '--orders', ids(8).join(','), '--yes'])
    await once(running.child.stdout ?? running.child, 'data')
    running.child.stdout?.destroy()
    const { code, signal } = await running.ended
    expect([signal, code]).toEqual([null, 6])
    const sent = (await shop.money()).length
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(8)
    expect(Object.values(await shop.mirror()).filter(({ state }) => state === '結果不明')).toEqual([])
    await expectBooksAgree(shop)
  })
})

describe('kill -9', () => {
  const killedAfter = async ({ child, ended }: Running, lines: number): Promise<void> => {
    let text = ''
    await new Promise<void>((seen) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        if (text.split('\n').length > lines + 1) seen()
      })
    })
    child.kill('SIGKILL')
    expect((await ended).signal).toBe('SIGKILL')
  }

  it('in mid-batch: the next run sells the rest, nothing twice, books equal the ledger', async () => {
    const shop = await auShop(20, ['--latency', '15'])
    await killedAfter(shop.begin(['bulk-sale', '--orders', ids(20).join(','), '--yes']), 7)
    const before = (await shop.money()).length
    expect(before).toBeGreaterThan(6)
    expect(before).toBeLessThan(20)
    const next = await shop.paygent([...SALE, ids(20).join(',')])
    expect([0, 3, 4]).toContain(next.code)
    const last = await shop.paygent([...SALE, ids(20).join(',')])
    // Killed between journal and wire, one request may never have left: found not processed, it goes out now.
    const { results } = resultOf(last)
    expect(results.filter(({ reason, outcome }) => reason !== 'already' && outcome !== 'accepted')).toEqual([])
    expect(last.code).toBe(0)
    const money = await shop.money()
    expect(money).toHaveLength(new Set(money).size)
    expect(money).toHaveLength(20)
    await expectBooksAgree(shop)
  })

  it('on the embedded simulator: no answered sale is taken back', async () => {
    const cwd = folder()
    const env = { ...EMBEDDED, PAYGENT_SETTLE_SECONDS: '1' }
    await run(
      cwd,
      [
        'import',
        writeOrders(
          cwd,
          ids(40).map((id) => orderRow(id, 'au')),
        ),
      ],
      env,
    )
    await killedAfter(start(cwd, ['bulk-sale', '--orders', ids(40).join(','), '--yes'], env), 5)
    const next = await run(cwd, [...SALE, ids(40).join(',')], env)
    expect(resultOf(next).summary).toMatchObject({ rejected: 0, unknown: 0, attention: 0, unsent: 0 })
    const last = await run(cwd, [...SALE, ids(40).join(',')], env)
    expect(last.code).toBe(0)
    const db = new Database(join(cwd, 'paygent.db.simulator'), { readonly: true })
    const sold = db.prepare("SELECT payment_id FROM payments WHERE status = '40' ORDER BY payment_id").pluck().all()
    db.close()
    const done = resultOf(last).results
    expect(done.every(({ reason, outcome }) => reason === 'already' || outcome === 'accepted')).toBe(true)
    expect(done.map(({ paymentId }) => paymentId).toSorted()).toEqual(sold.toSorted())
    expect(sold).toHaveLength(40)
  })
})
