// Tests a mirror that was put back, copied or moved, as staff encounter it: exit 5 and nothing sent.
import Database from 'better-sqlite3'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EMBEDDED, folder, MANUAL_ORDERS, run, writeOrders, type Ended } from './program.js'
import { expectBooksAgree, openShop, orderRow, outcomes, resultOf, type Shop, untilSent, whileStopped } from './shop.js'

const sell = (shop: Shop, orders: string, more = {}): Promise<Ended> =>
  shop.paygent(['bulk-sale', '--yes', '--format', 'json', '--orders', orders], more)
const shopOf = (...ids: number[]): Promise<Shop> => openShop(ids.map((id) => orderRow(id, 'au')))
const copy = (shop: Shop, from: string, to: string): void => copyFileSync(join(shop.cwd, from), join(shop.cwd, to))

/** Every command that sends, and amend. */
const SENDING = [
  ['bulk-sale', '--orders', '2', '--yes'],
  ['bulk-cancel', '--orders', '2', '--yes'],
  ['sale', '2', '--yes'],
  ['cancel', '2', '--yes'],
  ['amend', '2', '--total', '500'],
] as const

async function expectRefused(shop: Shop, what: string, more = {}, commands: readonly (readonly string[])[] = SENDING) {
  const before = await shop.money()
  for (const args of commands) {
    const ended = await shop.paygent([...args, '--lang', 'en'], more)
    expect([args, ended.code, ended.stdout]).toEqual([args, 5, ''])
    const sends = args[0] !== 'amend' && args[0] !== 'settle' && args[0] !== 'sync'
    for (const words of [what, 'paygent reconcile --audit --yes']) expect(ended.stderr).toContain(words)
    expect([args, ended.stderr.includes('Nothing was sent.')]).toEqual([args, sends])
  }
  expect(await shop.money()).toEqual(before)
}

describe('the mirror', () => {
  it('of yesterday, put back: 5, nothing is sent, and reading goes on', async () => {
    const shop = await shopOf(1, 2)
    copy(shop, 'paygent.db', 'yesterday.db')
    expect((await sell(shop, '1')).code).toBe(0)
    copy(shop, 'yesterday.db', 'paygent.db')
    await expectRefused(shop, 'older than when this machine last used it')
    expect(await shop.money()).toEqual(['101 10001'])
    for (const args of [
      ['show', '1'],
      ['bulk-sale', '--all', '--dry-run'],
    ]) {
      expect([args, (await shop.paygent(args)).code]).toEqual([args, 0])
    }
    expect(await shop.paygent(['status'])).toMatchObject({ code: 0, stdout: expect.stringContaining('--audit --yes') })
    const { code, stdout } = await shop.paygent(['doctor', '--format', 'json'])
    const lines = JSON.parse(stdout) as { check: string; ok: boolean; cure: string | null }[]
    const cure = expect.stringContaining('paygent reconcile --audit --yes')
    expect([code, lines.filter(({ ok }) => !ok)]).toMatchObject([2, [{ check: 'machine-state', cure }]])
  })

  it('of a moment in mid-run, put back: no screen calls an order not sent that was sent', async () => {
    const shop = await shopOf(1, 2, 3)
    await shop.faults({ match: { telegram: '101' }, delay_ms: 1_500 })
    const running = shop.begin(['bulk-sale', '--yes', '--orders', '1,2'], { PAYGENT_TIMEOUT_MS: '60000' })
    await untilSent(shop, 1)
    expect((await whileStopped(running, () => shop.paygent(['backup', 'midst.db']))).code).toBe(0)
    expect((await running.ended).code).toBe(0)
    expect(outcomes(await sell(shop, '3', { PAYGENT_TIMEOUT_MS: '5000' }))).toEqual(['3 accepted'])
    for (const end of ['-wal', '-shm']) rmSync(join(shop.cwd, `paygent.db${end}`), { force: true })
    copy(shop, 'midst.db', 'paygent.db')
    const screens = [[], ['show', '2'], ['show', '3'], ['orders'], ['runs'], ['runs', 'show', '1']]
    const told: string[] = []
    for (const args of screens)
      for (const lang of ['ja', 'en']) {
        const { stdout, stderr } = await shop.paygent([...args, '--lang', lang])
        expect([args, stdout + stderr]).toEqual([args, expect.stringContaining('reconcile --audit --yes')])
        told.push(stdout)
      }
    expect(told.join('\n')).not.toMatch(/未送信|送信していません|not sent|Nothing has been sent/)
    for (const args of [['status'], ['show', '2'], ['runs', 'show', '1']]) {
      const { stdout } = await shop.paygent([...args, '--format', 'json'])
      expect([args, JSON.parse(stdout)]).toEqual([args, expect.objectContaining({ machineState: 'behind' })])
    }
    const json = async () => resultOf(await shop.paygent(['runs', 'show', '1', '--format', 'json']))
    expect((await json()).results.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown'])
    expect((await json()).summary).toMatchObject({ unknown: 2, unsent: 0 })
    expect((await shop.paygent(['reconcile', '--audit', '--yes'])).code).toBe(3)
    expect((await json()).results.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted'])
    expect((await shop.paygent(['show', '3'])).stdout).not.toMatch(/未送信|送信していません/)
    expect((await shop.paygent(['orders'])).stderr).toBe('')
    await expectBooksAgree(shop)
    expect(await shop.money()).toEqual(['101 10001', '101 10002', '101 10003'])
  })

  it('on another desk: 5 there; here it goes on', async () => {
    const shop = await shopOf(1, 2)
    expect((await sell(shop, '1')).code).toBe(0)
    copy(shop, 'paygent.db', 'desk-2.db')
    const desk = { PAYGENT_DB: 'desk-2.db', PAYGENT_STATE_DIR: join(shop.cwd, 'desk-2') }
    await expectRefused(shop, 'has never used this local data', desk, SENDING.slice(0, 1))
    expect(outcomes(await sell(shop, '2'))).toEqual(['2 accepted'])
  })

  it('copied beside itself: whichever goes on first is the one', async () => {
    const shop = await shopOf(1, 2, 3)
    expect((await sell(shop, '1')).code).toBe(0)
    copy(shop, 'paygent.db', 'copy.db')
    expect(outcomes(await sell(shop, '3', { PAYGENT_DB: 'copy.db' }))).toEqual(['3 accepted'])
    await expectRefused(shop, 'or a copy: ', {}, SENDING.slice(-1))
  })

  it('renamed, or of a new machine before its first run, is no stranger', async () => {
    const shop = await shopOf(1, 2)
    expect((await sell(shop, '1')).code).toBe(0)
    copy(shop, 'paygent.db', 'renamed.db')
    rmSync(join(shop.cwd, 'paygent.db'))
    expect((await sell(shop, '2', { PAYGENT_DB: 'renamed.db' })).code).toBe(0)
    const fresh = await shopOf(1)
    rmSync(join(fresh.cwd, 'state'), { recursive: true })
    expect((await sell(fresh, '1')).code).toBe(0)
  })

  it('beside another does not disturb it', async () => {
    const shop = await shopOf(1, 2)
    const other = writeOrders(shop.cwd, [orderRow(2, 'au')], 'other.csv')
    const second = { PAYGENT_DB: 'second.db' }
    expect((await shop.paygent(['import', other], second)).code).toBe(0)
    expect((await sell(shop, '1')).code).toBe(0)
    expect((await sell(shop, '2', second)).code).toBe(0)
    expect(readdirSync(join(shop.cwd, 'state')).filter((name) => name.endsWith('.json'))).toHaveLength(2)
    expect((await shop.paygent(['amend', '2', '--total', '10'])).code).toBe(0)
  })
})

describe('a state folder that cannot be written in mid-batch', () => {
  const away = (shop: Shop): void => {
    renameSync(join(shop.cwd, 'state'), join(shop.cwd, 'state.away'))
    writeFileSync(join(shop.cwd, 'state'), '')
  }
  const backAgain = (shop: Shop): void => {
    rmSync(join(shop.cwd, 'state'))
    renameSync(join(shop.cwd, 'state.away'), join(shop.cwd, 'state'))
  }

  it('is one line and 6; that mirror and a backup of that moment send nothing before an audit', async () => {
    const shop = await shopOf(1, 2, 3)
    await shop.faults({ match: { telegram: '101', nth: 1 }, delay_ms: 1500 })
    const running = shop.begin(['bulk-sale', '--yes', '--format', 'json', '--orders', '1,2'], {
      PAYGENT_TIMEOUT_MS: '9000',
    })
    await untilSent(shop, 1)
    expect((await shop.paygent(['backup', 'that-moment.db'])).code).toBe(0)
    away(shop)
    const ended = await running.ended
    expect([ended.code, outcomes(ended)]).toEqual([6, ['1 accepted', '2 accepted']])
    expect(ended.stderr.match(/使用記録を書き込めませんでした.*paygent reconcile --audit --yes/g)).toHaveLength(1)
    backAgain(shop)
    const why = 'is not in the usage record of this machine'
    await expectRefused(shop, why, {}, SENDING.slice(0, 1))
    const { stdout } = await shop.paygent(['status', '--format', 'json'])
    expect(JSON.parse(stdout)).toMatchObject({ machineState: 'unrecorded' })
    copy(shop, 'paygent.db', 'whole.db')
    copy(shop, 'that-moment.db', 'paygent.db')
    await expectRefused(shop, why, {}, SENDING.slice(0, 1))
    copy(shop, 'whole.db', 'paygent.db')
    expect((await shop.paygent(['reconcile', '--audit', '--yes'])).code).toBe(0)
    expect(outcomes(await sell(shop, '3'))).toEqual(['3 accepted'])
    expect(await shop.money()).toEqual(['101 10001', '101 10002', '101 10003'])
  })

  it('is 6 for a command that only asks as well, and its result is shown', async () => {
    const shop = await shopOf(1)
    await shop.faults({ match: { telegram: '094' }, delay_ms: 1500 })
    const running = shop.begin(['sync'], { PAYGENT_TIMEOUT_MS: '9000' })
    while ((await shop.simulator.requests()).length === 0) await new Promise((soon) => setTimeout(soon, 20))
    away(shop)
    const ended = await running.ended
    expect([ended.code, ended.stderr.match(/使用記録を書き込めませんでした/g)]).toEqual([6, [expect.anything()]])
    expect(ended.stdout).not.toBe('')
  })
})

describe('where the state is', () => {
  it('by default in the user’s state directory, private', async () => {
    const cwd = folder()
    const env = { ...EMBEDDED, PAYGENT_STATE_DIR: '' }
    for (const [more, place] of [
      [{ HOME: cwd }, ['.local', 'state', 'paygent']],
      [{ HOME: cwd, XDG_STATE_HOME: join(cwd, 'xdg') }, ['xdg', 'paygent']],
      [{ HOME: cwd, XDG_STATE_HOME: 'relative' }, ['.local', 'state', 'paygent']],
    ] as const) {
      rmSync(join(cwd, 'paygent.db'), { force: true })
      rmSync(join(cwd, place[0]), { recursive: true, force: true })
      expect((await run(cwd, ['import', MANUAL_ORDERS], { ...env, ...more })).code).toBe(0)
      const path = join(cwd, ...place)
      expect(statSync(path).mode & 0o777).toBe(0o700)
      const [state = ''] = readdirSync(path)
      expect(statSync(join(path, state)).mode & 0o777).toBe(0o600)
    }
    expect(readdirSync(cwd)).not.toContain('relative')
  })

  it('shared by staff and cron, each with a home of their own: no stranger', async () => {
    const shop = await shopOf(1, 2, 3)
    const shared = join(shop.cwd, 'shared')
    mkdirSync(shared)
    chmodSync(shared, 0o2770)
    const [staff, cron] = ['staff', 'cron'].map((name) => ({
      HOME: join(shop.cwd, name),
      PAYGENT_STATE_DIR: shared,
      PAYGENT_DB: 'common.db',
    }))
    const csv = writeOrders(
      shop.cwd,
      [1, 2, 3].map((id) => orderRow(id, 'au')),
    )
    expect((await shop.paygent(['import', csv], staff)).code).toBe(0)
    for (const [who, order] of [
      [staff, '1'],
      [cron, '2'],
      [staff, '3'],
    ] as const) {
      expect((await sell(shop, order, who)).code).toBe(0)
    }
    for (const name of readdirSync(shared)) expect(statSync(join(shared, name)).mode & 0o777).toBe(0o660)
  })

  it('a folder that cannot be used: 2, nothing is sent or imported, and the setting is named', async () => {
    const shop = await shopOf(1)
    writeFileSync(join(shop.cwd, 'file'), '')
    const env = { PAYGENT_STATE_DIR: 'file' }
    for (const args of [
      ['bulk-sale', '--orders', '1', '--yes'],
      ['amend', '1', '--total', '1'],
      ['import', 'orders.csv'],
    ]) {
      const ended = await shop.paygent(args, env)
      expect([args, ended.code, ended.stdout]).toEqual([args, 2, ''])
      expect(ended.stderr).toContain('PAYGENT_STATE_DIR')
    }
    expect(await shop.money()).toEqual([])
    expect((await shop.mirror())['1']?.total).toBe(1000)
  })
})

describe('runs --verify', () => {
  it('names what was changed by hand, and ends with 1; untouched it ends with 0 and says what it did not check', async () => {
    const shop = await shopOf(1, 2)
    expect((await sell(shop, '1')).code).toBe(0)
    const sound = await shop.paygent(['runs', '--verify'])
    expect([sound.code, sound.stderr]).toEqual([0, ''])
    expect(sound.stdout).toContain('監査ログに異常はありません')
    expect(sound.stdout).toContain('要求を送信していない受注：1件')
    const db = new Database(join(shop.cwd, 'paygent.db'))
    db.exec(`UPDATE attempts SET state = 'rejected'`)
    db.close()
    const named = await shop.paygent(['runs', '--verify'])
    expect(named.code).toBe(1)
    expect(named.stdout).toContain(
      '処理番号 #1 受注番号 1 送信 #1：状態（state）は「rejected」、監査ログでは「accepted」',
    )
    const { stdout } = await shop.paygent(['runs', '--verify', '--format', 'json'])
    const contradiction = {
      what: 'attempt',
      runId: 1,
      orderId: '1',
      field: 'state',
      mirror: 'rejected',
      trail: 'accepted',
    }
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problem: 'contradicted', contradictions: [contradiction] })
  })

  it('finds the mirror of yesterday older than what this machine recorded', async () => {
    const shop = await shopOf(1, 2)
    expect((await sell(shop, '1')).code).toBe(0)
    copy(shop, 'paygent.db', 'yesterday.db')
    expect((await sell(shop, '2')).code).toBe(0)
    copy(shop, 'yesterday.db', 'paygent.db')
    const ended = await shop.paygent(['runs', '--verify', '--lang', 'en'])
    expect([ended.code, ended.stdout]).toEqual([1, expect.stringContaining("older than this machine's usage record")])
  })
})
