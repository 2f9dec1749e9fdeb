// Tests `paygent nightly` as cron starts it: with nothing but PATH, in any time zone, before and after the cut-off, cut
// off in the middle, and with the receivers of its notices dead or slow.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { awayFromMidnight, DAY_CHANGE_TIMEOUT_MS } from './manual-days.js'
import { run, type Ended } from './program.js'
import { expectBooksAgree, openShop, orderRow, untilSent, type Shop } from './shop.js'

const SHIPPED = { shipped_at: '2009/06/20 10:00' }
const shipped = (orderId: number, way: Parameters<typeof orderRow>[1] = 'au') => orderRow(orderId, way, SHIPPED)
const rows = (count: number) => Array.from({ length: count }, (_, index) => shipped(801 + index))

interface Told {
  readonly exitCode: number
  readonly sale: { readonly summary: Readonly<Record<string, number>> } | null
  readonly notBegun: { readonly why: string; readonly orders: readonly string[] } | null
}
const toldBy = ({ stdout }: Ended): Told => JSON.parse(stdout) as Told

const nightly = (shop: Shop, more: Readonly<Record<string, string>> = {}, ...args: string[]) =>
  shop.paygent(['nightly', '--format', 'json', ...args], more)

/** Japan time `hh:mm`, and how long from now until then less the time-out: at least `leastMs`. */
function cutOffIn(leastMs: number): { cutOff: string; timeoutMs: number } {
  const nowMs = Date.now()
  const cutOffMs = Math.ceil((nowMs + leastMs + 1_000) / 60_000) * 60_000
  const cutOff = new Date(cutOffMs + 9 * 60 * 60_000).toISOString().slice(11, 16)
  return { cutOff, timeoutMs: cutOffMs - nowMs - leastMs }
}

describe('as cron starts it', () => {
  it(
    'with PATH alone, a .env and any time zone the decisions are the same',
    { timeout: DAY_CHANGE_TIMEOUT_MS },
    async () => {
      await awayFromMidnight()
      const decisions: unknown[] = []
      for (const TZ of ['America/New_York', 'UTC', 'Asia/Tokyo']) {
        const shop = await openShop([shipped(801), shipped(802, 'docomo'), orderRow(803, 'credit')])
        const { cutOff } = cutOffIn(60_000)
        const late = { ...shop.env, PAYGENT_CUTOFF: cutOff, PAYGENT_TIMEOUT_MS: '300000' }
        const early = { ...shop.env, PAYGENT_CUTOFF: '24:00' }
        for (const settings of [late, early]) {
          const state = { PAYGENT_STATE_DIR: join(shop.cwd, 'state') }
          const lines = Object.entries({ ...settings, ...state }).map(([name, value]) => `${name}=${value}`)
          writeFileSync(join(shop.cwd, '.env'), lines.join('\n'), { mode: 0o600 })
          const ended = await run(shop.cwd, ['nightly', '--format', 'json'], { TZ })
          const { sale, notBegun } = toldBy(ended)
          decisions.push([ended.code, sale?.summary['accepted'] ?? 0, notBegun])
        }
      }
      const once = [
        [6, 0, { why: 'until', limit: null, orders: ['802', '801'] }],
        [0, 2, null],
      ]
      expect(decisions).toEqual([...once, ...once, ...once])
    },
  )

  it('without settings it is 2, and never the simulator', async () => {
    const shop = await openShop([shipped(801)])
    const ended = await run(shop.cwd, ['nightly', '--quiet'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('PAYGENT_ENVIRONMENT')
  })

  it('--quiet says nothing at all on a good night, and all of it on a bad one', async () => {
    const shop = await openShop([shipped(801), shipped(802)])
    expect(await shop.paygent(['nightly', '--quiet'])).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
    expect(await shop.paygent(['nightly', '--quiet'])).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
    await shop.simulator.post('payments/1000801', { status: '60' })
    const bad = await shop.paygent(['nightly', '--quiet'])
    expect([bad.code, bad.stderr]).toEqual([3, ''])
    expect(bad.stdout).toContain('ペイジェントとの違い')
  })

  it('is on the first screen however it ended, also where it sold nothing', async () => {
    const shop = await openShop([shipped(801)])
    const lastNight = async () =>
      (JSON.parse((await shop.paygent(['status', '--format', 'json'])).stdout) as { lastNight: unknown }).lastNight
    expect(await lastNight()).toBeNull()
    const nights = [
      [{}, { exitCode: 0, fault: null, runId: 1 }],
      [{}, { exitCode: 0, fault: null, runId: null }],
      [{ PAYGENT_CONNECT_PASSWORD: 'wrong' }, { exitCode: 2, fault: 'login-refused', runId: null }],
    ] as const
    for (const [more, night] of nights) {
      expect((await shop.paygent(['nightly', '--quiet'], { PAYGENT_CUTOFF: '24:00', ...more })).code).toBe(
        night.exitCode,
      )
      expect(await lastNight()).toMatchObject(night)
    }
    expect((await shop.paygent(['runs', '--verify'])).code).toBe(0)
  })

  it('--quiet names what waits for a word on its status, with 3, until the shop has said it', async () => {
    const own = { ...SHIPPED, order_status: '店舗保留' }
    const shop = await openShop([shipped(801), orderRow(802, 'au', own), orderRow(803, 'au')])
    const night = (more: Record<string, string> = {}) =>
      shop.paygent(['nightly', '--quiet'], { PAYGENT_CUTOFF: '24:00', ...more })
    for (let times = 0; times < 2; times += 1) {
      const ended = await night()
      expect([ended.code, ended.stdout.split('\n')]).toEqual([
        3,
        expect.arrayContaining([
          'PAYGENT_STATUSES="店舗保留:hold"',
          expect.stringContaining('未発送のため対象外の受注：1件'),
        ]),
      ])
    }
    expect(await shop.money()).toEqual(['101 1000801'])
    expect(await night({ PAYGENT_STATUSES: '店舗保留:hold' })).toMatchObject({ code: 0, stdout: '' })
    expect(await night({ PAYGENT_STATUSES: '店舗保留:sell' })).toMatchObject({ code: 0, stdout: '' })
    expect(await shop.money()).toEqual(['101 1000801', '101 1000802'])
  })

  it('--quiet names an unshipped order whose authorisation runs out', async () => {
    const soon = new Date(Date.now() - 57 * 24 * 60 * 60_000).toISOString().slice(0, 10).replaceAll('-', '/')
    const shop = await openShop([orderRow(801, 'credit', { ordered_at: `${soon} 10:00` })])
    const ended = await shop.paygent(['nightly', '--quiet'])
    expect([ended.code, ended.stdout.includes('期限の切れるオーソリ')]).toEqual([0, true])
  })
})

it('--quiet names an order on hold whose authorisation runs out; --all and hold name it, too', async () => {
  const soon = new Date(Date.now() - 57 * 24 * 60 * 60_000).toISOString().slice(0, 10).replaceAll('-', '/')
  const shop = await openShop([orderRow(801, 'credit', { ordered_at: `${soon} 10:00`, shipped_at: `${soon} 11:00` })])
  expect((await shop.paygent(['hold', '801', '--note', 'x'])).stdout).toMatch(/オーソリ期限は .*（残り\d日）/)
  const ended = await shop.paygent(['nightly', '--quiet'])
  expect([ended.code, ended.stdout.includes('（保留）')]).toEqual([0, true])
  const all = await shop.paygent(['bulk-sale', '--all', '--yes'])
  expect(all.stderr).toContain('7日以内にオーソリ期限が来る受注：801')
  expect(await shop.money()).toEqual([])
})

it('--quiet names a shipped order that it may not sell while its authorisation runs out, every night', async () => {
  const soon = new Date(Date.now() - 57 * 24 * 60 * 60_000).toISOString().slice(0, 10).replaceAll('-', '/')
  const old = orderRow(801, 'credit', { ordered_at: `${soon} 10:00`, shipped_at: `${soon} 11:00` })
  const shop = await openShop([old, shipped(802)])
  await shop.simulator.post('faults', { match: { telegram: '022' }, shows: 'code:P009' })
  const night = () => shop.paygent(['nightly', '--quiet'], { PAYGENT_CUTOFF: '24:00' })
  expect([(await night()).code, (await night()).stdout, (await night()).stdout]).toEqual([
    3,
    expect.stringContaining('期限の切れるオーソリ'),
    expect.stringContaining('期限の切れるオーソリ'),
  ])
})

describe('the cut-off', () => {
  it(
    'starts nothing within the time-out of it, and some orders a little before',
    { timeout: DAY_CHANGE_TIMEOUT_MS },
    async () => {
      await awayFromMidnight()
      const shop = await openShop(rows(20), { simulator: ['--latency', '400'] })
      const none = cutOffIn(0)
      const late = await nightly(shop, { PAYGENT_CUTOFF: none.cutOff, PAYGENT_TIMEOUT_MS: '70000' })
      expect([late.code, toldBy(late).notBegun?.orders.length, await shop.money()]).toEqual([6, 20, []])

      // Paygent has answered everything by now, so that with notices on the sale begins at once.
      const some = cutOffIn(6_000)
      const cut = await nightly(shop, {
        PAYGENT_CUTOFF: some.cutOff,
        PAYGENT_TIMEOUT_MS: String(Math.max(1_000, some.timeoutMs)),
        PAYGENT_NOTICES: 'on',
      })
      const { summary } = toldBy(cut).sale ?? { summary: {} }
      expect([cut.code, (summary['accepted'] ?? 0) > 0, (summary['unsent'] ?? 0) > 0]).toEqual([6, true, true])
      expect((await shop.money()).length).toBe(summary['accepted'])

      const rest = await nightly(shop)
      expect([rest.code, (await shop.money()).length]).toEqual([0, 20])
      await expectBooksAgree(shop)
    },
  )
})

/** Runs nights until one is good, three at most: an inquiry settles an order in flight, or time does and it is sold. */
async function nightsUntilGood(shop: Shop): Promise<(number | null)[]> {
  const codes: (number | null)[] = []
  while (codes.length < 3 && codes.at(-1) !== 0) {
    await new Promise((wait) => setTimeout(wait, 1_100))
    codes.push((await nightly(shop)).code)
  }
  return codes
}

describe('cut in the middle and started again', () => {
  it('by kill -9', async () => {
    const shop = await openShop(rows(6), { simulator: ['--latency', '150'] })
    const running = shop.begin(['nightly'])
    await untilSent(shop, 3)
    running.child.kill('SIGKILL')
    await running.ended
    const codes = await nightsUntilGood(shop)
    expect(codes.at(-1)).toBe(0)
    await expectBooksAgree(shop)
  })

  it('by SIGTERM: what is under way is booked, the rest is unsent', async () => {
    const shop = await openShop(rows(6), { simulator: ['--latency', '150'] })
    const running = shop.begin(['nightly', '--format', 'json'])
    await untilSent(shop, 2)
    running.child.kill('SIGTERM')
    const ended = await running.ended
    expect(ended.code).toBe(6)
    expect((await nightly(shop)).code).toBe(0)
    expect((await shop.money()).length).toBe(6)
    await expectBooksAgree(shop)
  })

  it('by maintenance: P017', async () => {
    const shop = await openShop(rows(4))
    await shop.faults({ match: { telegram: '101', nth: 2 }, commits: false, shows: 'code:P017' })
    const cut = await nightly(shop)
    expect([cut.code, toldBy(cut).sale?.summary]).toMatchObject([6, { accepted: 1, unsent: 2 }])
    expect((await nightly(shop)).code).toBe(0)
    await expectBooksAgree(shop)
  })

  it('by the network: gone before, and gone in mid-run', async () => {
    const shop = await openShop(rows(4))
    const gone = await nightly(shop, { PAYGENT_ENDPOINT: 'https://127.0.0.1:9' })
    expect([gone.code, await shop.money()]).toEqual([6, []])
    // Nothing is answered any more once two are sold, until it comes back.
    await shop.faults(
      { match: { telegram: '101', nth: 3 }, commits: false, shows: 'silence' },
      { match: { telegram: '094', nth: 7 }, shows: 'silence', times: 50 },
    )
    const cut = await nightly(shop)
    expect([cut.code, (await shop.money()).length]).toEqual([4, 3])
    await shop.faults()
    const codes = await nightsUntilGood(shop)
    expect(codes.at(-1)).toBe(0)
    await expectBooksAgree(shop)
  })

  it('by a login refused after a request has gone out: no word says that nothing was sent', async () => {
    const shop = await openShop([shipped(801, 'credit'), shipped(802)])
    await shop.faults({ match: { telegram: '022' }, leaves: '30', shows: 'code:2002', times: 1 })
    expect((await shop.paygent(['bulk-sale', '--orders', '801', '--yes', '--no-wait'])).code).toBe(4)
    await new Promise((wait) => setTimeout(wait, 1_100))
    await shop.faults({ match: { telegram: '094', payment_id: '1000802' }, shows: 'code:P002', times: 50 })
    const ended = await nightly(shop)
    expect([ended.code, await shop.money()]).toEqual([6, ['022 1000801', '022 1000801']])
    expect(ended.stderr).toContain('以降の受注は送信していません。')
    expect(ended.stderr).not.toMatch(/^何も送信していません/m)
    expect(JSON.parse(ended.stdout)).toMatchObject({ exitCode: 6, fault: 'login-refused', over: [], sale: null })
  })

  it('started twice at once: the second waits and finds everything sold', async () => {
    const shop = await openShop(rows(3), { simulator: ['--latency', '200'] })
    const ended = await Promise.all([nightly(shop), nightly(shop)])
    expect(ended.map(({ code }) => code)).toEqual([0, 0])
    expect((await shop.money()).length).toBe(3)
    const accepted = ended.map((one) => toldBy(one).sale?.summary['accepted'] ?? 0)
    expect(accepted.toSorted()).toEqual([0, 3])
  })
})

describe('who is told', () => {
  interface Heard {
    readonly address: string
    readonly type: string | undefined
    readonly body: string
  }

  async function listener(
    answer: (request: IncomingMessage) => number | null,
  ): Promise<{ url: string; heard: Heard[] }> {
    const heard: Heard[] = []
    const server: Server = createServer((request, reply) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const type = request.headers['content-type']
        heard.push({ address: `${request.method} ${request.url}`, type, body: Buffer.concat(chunks).toString() })
        const status = answer(request)
        if (status !== null) reply.writeHead(status, { location: '/elsewhere' }).end()
      })
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard }
  }

  it('a folder of the report as a page, which has the names, and as JSON', async () => {
    const shop = await openShop([orderRow(801, 'au', { ...SHIPPED, customer_name: '秘密 太郎' })])
    const ended = await nightly(shop, { PAYGENT_REPORT_DIR: 'reports' })
    expect(ended.code).toBe(0)
    const reports = join(shop.cwd, 'reports')
    const [page = '', json = '', ...others] = readdirSync(reports).toSorted()
    expect([page, others]).toEqual([expect.stringMatching(/^paygent-night-\d{4}-\d\d-\d\d-\d{6}\.html$/), []])
    expect(readFileSync(join(reports, json), 'utf8')).toBe(ended.stdout)
    expect(readFileSync(join(reports, page), 'utf8')).toContain('秘密 太郎')
    for (const name of [page, json]) expect(statSync(join(reports, name)).mode & 0o777).toBe(0o600)
  })

  it('a folder of a night that could not begin, too', async () => {
    const shop = await openShop([shipped(801)])
    writeFileSync(join(shop.cwd, 'other.db'), 'no mirror')
    const settings = { PAYGENT_REPORT_DIR: 'reports', PAYGENT_DB: 'other.db' }
    expect((await shop.paygent(['nightly', '--quiet'], settings)).code).toBe(2)
    const reports = join(shop.cwd, 'reports')
    const [page = '', json = '', ...others] = readdirSync(reports).toSorted()
    expect(others).toEqual([])
    expect(JSON.parse(readFileSync(join(reports, json), 'utf8'))).toMatchObject({
      exitCode: 2,
      fault: 'mirror-not-ours',
    })
    expect(readFileSync(join(reports, page), 'utf8')).toMatch(/手元データではないファイルです：\S*other\.db/)
  })

  it('a folder that cannot be written, and the night is as good as before', async () => {
    const shop = await openShop([shipped(801)])
    writeFileSync(join(shop.cwd, 'reports'), '')
    const ended = await shop.paygent(['nightly', '--quiet'], { PAYGENT_REPORT_DIR: 'reports' })
    expect(ended).toMatchObject({ code: 0, stdout: '' })
    expect(ended.stderr).toContain('夜間処理のレポートを残せません：reports')
    const doctor = await shop.paygent(['doctor', '--format', 'json'], { PAYGENT_REPORT_DIR: 'reports' })
    expect([doctor.code, doctor.stdout]).toEqual([
      2,
      expect.stringContaining('夜間処理のレポートを残せません：reports'),
    ])
    const missing = await shop.paygent(['doctor', '--format', 'json'], { PAYGENT_REPORT_DIR: 'yet' })
    expect(missing.stdout).not.toContain('夜間処理のレポート')
    const above = await shop.paygent(['doctor', '--format', 'json'], { PAYGENT_REPORT_DIR: 'not/there/yet' })
    expect(above.stdout).toContain(
      '夜間処理のレポートを残せません：not/there/yet（ファイルまたはフォルダーがありません',
    )
  })

  it('the webhook of the report, the ping of begin and end, and neither of a customer', async () => {
    const shop = await openShop([orderRow(801, 'au', { ...SHIPPED, customer_name: '秘密 太郎' })])
    const { url, heard } = await listener(() => 204)
    const told = { PAYGENT_WEBHOOK: `${url}/hook?key=1`, PAYGENT_PING: `${url}/ping/abc` }
    expect((await nightly(shop, told)).code).toBe(0)
    expect(heard.map(({ address }) => address)).toEqual([
      'POST /ping/abc/start',
      'POST /hook?key=1',
      'POST /ping/abc/0',
    ])
    const report = JSON.parse(heard[1]?.body ?? '') as Told
    expect(report).toMatchObject({ exitCode: 0, sale: { summary: { accepted: 1, acceptedYen: 1000 } } })
    for (const { body } of heard) expect(body).not.toContain('秘密')
  })

  it.each([['json'], ['text']])('of a night that has no local data to begin with, as %s', async (format) => {
    const shop = await openShop([shipped(801)])
    const { url, heard } = await listener(() => 200)
    const told = { PAYGENT_WEBHOOK: url, PAYGENT_WEBHOOK_FORMAT: format, PAYGENT_PING: `${url}/ping` }
    expect((await shop.paygent(['nightly'], { ...told, PAYGENT_DB: 'none.db' })).code).toBe(2)
    expect(heard.map(({ address }) => address)).toEqual(['POST /ping/start', 'POST /', 'POST /ping/2'])
    const body = heard[1]?.body ?? ''
    if (format === 'json') expect(JSON.parse(body)).toMatchObject({ exitCode: 2, fault: 'mirror-missing' })
    else
      expect(body.split('\n')).toMatchObject(['売上要求は送信していません。', expect.any(String), expect.any(String)])
  })

  it.each([
    ['slack', 'application/json', (lines: string) => JSON.stringify({ text: lines })],
    ['text', 'text/plain; charset=utf-8', (lines: string) => lines],
  ])('the webhook as %s gets the three lines that stand at the head of the mail', async (format, type, bodyOf) => {
    const shop = await openShop([orderRow(801, 'au', { ...SHIPPED, customer_name: '秘密 太郎' })])
    const { url, heard } = await listener(() => 204)
    const told = { PAYGENT_WEBHOOK: url, PAYGENT_WEBHOOK_FORMAT: format, PAYGENT_LANG: 'ja' }
    const { code, stdout } = await shop.paygent(['nightly'], told)
    const [lines = '', rest = ''] = stdout.split('\n\n')
    expect([code, lines.split('\n')]).toEqual([
      0,
      [
        '成功 1件 1,000円 / 失敗 0件',
        '要対応 0件',
        expect.stringMatching(/^【シミュレーター】夜間処理 .*：完了（終了コード 0）$/),
      ],
    ])
    expect(rest).toContain('■ 売上')
    expect(heard.map(({ type: sent, body }) => [sent, body])).toEqual([[type, bodyOf(lines)]])
  })

  it('before the report is kept, and a folder that cannot be made holds up none of them', async () => {
    const shop = await openShop([shipped(801)])
    const { url, heard } = await listener(() => 200)
    const told = { PAYGENT_WEBHOOK: `${url}/hook`, PAYGENT_PING: `${url}/ping`, PAYGENT_REPORT_DIR: '/proc/paygent' }
    for (const [more, code] of [
      [{}, 0],
      [{ PAYGENT_DB: 'none.db' }, 2],
    ] as const) {
      const ended = await shop.paygent(['nightly', '--quiet'], { ...told, ...more })
      expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining('/proc/paygent')])
      expect(heard.splice(0).map(({ address }) => address)).toEqual([
        'POST /ping/start',
        'POST /hook',
        `POST /ping/${code}`,
      ])
    }
  })

  it('of a night that could not begin, too', async () => {
    const shop = await openShop([shipped(801)])
    const { url, heard } = await listener(() => 200)
    const told = { PAYGENT_WEBHOOK: `${url}/hook`, PAYGENT_PING: `${url}/ping`, PAYGENT_CONNECT_PASSWORD: 'wrong' }
    expect((await shop.paygent(['nightly'], told)).code).toBe(2)
    expect(heard.map(({ address }) => address)).toEqual(['POST /ping/start', 'POST /hook', 'POST /ping/2'])
    expect(JSON.parse(heard[1]?.body ?? '')).toMatchObject({ exitCode: 2, fault: 'login-refused' })
  })

  it.each([
    ['answers 500', () => 500, 'HTTP 500'],
    ['redirects', () => 302, 'HTTP 302'],
    ['never answers', () => null, 'ETIMEDOUT'],
  ])('a webhook that %s changes nothing but a line on stderr', async (_, answer, problem) => {
    const shop = await openShop([shipped(801)])
    const { url, heard } = await listener(answer)
    const ended = await nightly(shop, { PAYGENT_WEBHOOK: `${url}/secret-in-the-address` })
    expect([ended.code, toldBy(ended).sale?.summary['accepted'], heard.length]).toEqual([0, 1, 1])
    expect(ended.stderr).not.toContain('secret-in-the-address')
    expect(ended.stderr.match(/.*post-unconfirmed.*/g)).toEqual([
      expect.stringMatching(new RegExp(`PAYGENT_WEBHOOK.*${problem}`)),
    ])
  })

  it('the error that ends the night is the last line on stderr, behind those about dead addresses', async () => {
    const shop = await openShop([shipped(801)])
    const dead = 'http://127.0.0.1:9/dead'
    const told = { PAYGENT_WEBHOOK: dead, PAYGENT_PING: dead, PAYGENT_CONNECT_PASSWORD: 'wrong' }
    const { code, stderr } = await shop.paygent(['nightly', '--format', 'json'], told)
    const codes = [...stderr.matchAll(/^\{"error":\{"code":"([\w-]+)"/gm)].map(([, each]) => each)
    expect([code, codes]).toEqual([2, ['post-unconfirmed', 'post-unconfirmed', 'login-refused']])
  })

  it('an address that is dead is named once, however often it was tried, and changes nothing else', async () => {
    const dead = 'http://127.0.0.1:9/dead'
    for (const [more, code] of [
      [{}, 0],
      [{ PAYGENT_DB: 'none.db' }, 2],
    ] as const) {
      const shop = await openShop([shipped(801)])
      const told = { PAYGENT_WEBHOOK: dead, PAYGENT_PING: dead, PAYGENT_LANG: 'en', ...more }
      const ended = await shop.paygent(['nightly', '--quiet'], told)
      expect([ended.code, ended.stderr]).toEqual([code, expect.not.stringContaining('/dead')])
      expect(ended.stderr.match(/The address of PAYGENT_\w+ did not confirm .*/g)).toEqual([
        expect.stringMatching(/PAYGENT_WEBHOOK.*ECONNREFUSED/),
        expect.stringMatching(/PAYGENT_PING.*ECONNREFUSED/),
      ])
    }
  })
})

describe('with the database of the shop away', () => {
  const away = { PAYGENT_SHOP_DATABASE: 'mysql://desk:hush@127.0.0.1:1/shop' }

  it('nightly settles and syncs, and sends nothing; reconcile says that it could not look', async () => {
    const shop = await openShop([shipped(801), shipped(802)])
    await shop.faults({ match: { telegram: '101', payment_id: '1000801' }, commits: true, shows: 'reset' })
    const cut = await shop.paygent(['bulk-sale', '--orders', '801', '--yes', '--no-wait'])
    expect((await shop.mirror())['801']?.effectiveStatus).toBe('40')
    const before = await shop.money()
    const ended = await nightly(shop, away)
    expect([cut.code, ended.code, JSON.parse(ended.stdout)]).toMatchObject([
      0,
      6,
      { shopAway: 'shop-unreachable', sale: null, over: ['sync'], sync: { asked: 2 } },
    ])
    expect(await shop.money()).toEqual(before)
    const asked = await shop.paygent(['reconcile'], away)
    expect([asked.code, asked.stdout]).toMatchObject([0, expect.stringContaining('EC-CUBE の受注を読めません')])
    const mistyped = await nightly(shop, { PAYGENT_SHOP_DATABASE: 'mysql://desk' })
    expect([mistyped.code, mistyped.stdout]).toEqual([2, ''])
  })
})
