// A plan that Paygent is asked about, shown and sent: by the built program against a simulator of its own.
import Database from 'better-sqlite3'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PlanDocument } from '../../src/batch/plan-file.js'
import { type Ended, writeOrders } from './program.js'
import {
  expectBooksAgree,
  mirrorHash,
  openShop,
  orderRow,
  outcomes,
  resultOf,
  type Shop,
  untilSent,
  whileStopped,
} from './shop.js'
import { KEYS, openTerminal } from './virtual-terminal.js'

const NEEDED = { PAYGENT_LANG: 'en' }

describe('a dry run with --ask', () => {
  it('shows the amounts that Paygent tells, writes them, and sends nothing', async () => {
    const more = orderRow(854, 'au', { total: 1200 })
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'credit', { total: 600 }), more], {
      held: [orderRow(852, 'au'), orderRow(853, 'credit'), orderRow(854, 'au')],
    })
    const args = ['bulk-sale', '--orders', '852,853,854', '--dry-run', '--format', 'json']
    const before = mirrorHash(shop.cwd)
    const plain = await shop.paygent(args)
    expect([plain.code, resultOf(plain).results.map(({ amount }) => amount)]).toEqual([0, [null, null, null]])
    expect([mirrorHash(shop.cwd), await shop.simulator.requests()]).toEqual([before, []])

    const asked = await shop.paygent([...args, '--ask'])
    expect([asked.code, outcomes(asked)]).toEqual([3, ['852 planned', '853 planned', '854 refused']])
    expect(resultOf(asked).results).toMatchObject([
      { telegram: '101', amount: 1000 },
      { telegram: '029', amount: 600 },
      { telegram: null, reason: 'higher', amount: null },
    ])
    expect((await shop.simulator.requests()).map(({ telegram }) => telegram)).toEqual(['094', '094', '094'])
    expect((await shop.mirror())['853']?.heldAmount).toBe(1000)
    expect(JSON.parse((await shop.paygent(['runs', '--format', 'json'])).stdout)).toEqual([])
    await expectBooksAgree(shop)
  })

  it('takes no lock, so that a batch beside it goes on', async () => {
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'au')])
    await shop.faults({ match: { telegram: '101' }, delay_ms: 3_000 })
    const batch = shop.begin(['bulk-sale', '--orders', '852', '--yes'], { PAYGENT_TIMEOUT_MS: '60000' })
    await untilSent(shop, 1)
    const asked = await whileStopped(batch, () =>
      shop.paygent(['bulk-sale', '--orders', '853', '--dry-run', '--ask', '--format', 'json']),
    )
    expect([asked.code, outcomes(asked)]).toEqual([0, ['853 planned']])
    expect((await batch.ended).code).toBe(0)
  })

  it.each([
    ['bulk-sale --all --ask', '--dry-run'],
    ['bulk-cancel --orders 852 --ask --yes', '--dry-run'],
  ])('%s is wrong usage, and names %s', async (line, named) => {
    const shop = await openShop([orderRow(852, 'au')])
    const ended = await shop.paygent(line.split(' '), NEEDED)
    expect([ended.code, ended.stdout, await shop.money()]).toEqual([2, '', []])
    expect(ended.stderr).toContain(named)
  })
})

/** Runs SQL as a hand would that knows no trigger: there is one OS user here, and two are needed. */
function byHand(shop: Shop, sql: string): void {
  const db = new Database(join(shop.cwd, 'paygent.db'))
  for (const name of ['plans_keep_their_facts', 'plans_are_used_once']) db.exec(`DROP TRIGGER IF EXISTS ${name}`)
  db.exec(sql)
  db.close()
}

const SENDS = ['bulk-sale', '--plan', 'plan.json', '--yes', '--format', 'json']

/** Writes the plan of these orders into `plan.json`. */
async function filed(shop: Shop, orders: string, command = 'bulk-sale'): Promise<[Ended, PlanDocument]> {
  const args = [command, '--orders', orders, '--dry-run', '--out', 'plan.json', '--format', 'json']
  const ended = await shop.paygent(args)
  expect(await shop.money()).toEqual([])
  return [ended, JSON.parse(readFileSync(join(shop.cwd, 'plan.json'), 'utf8')) as PlanDocument]
}

const trailOf = (shop: Shop, event: string): unknown[] => {
  const db = new Database(join(shop.cwd, 'paygent.db'), { readonly: true })
  try {
    return db.prepare('SELECT run_id, detail FROM journal WHERE event = ?').raw().all(event)
  } finally {
    db.close()
  }
}

describe('a plan file', () => {
  it('is sent as it was written, once, and the trail says that its author ran it', async () => {
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'au'), orderRow(854, 'softbank', { total: 1200 })])
    const [ended, document] = await filed(shop, '853,852')
    expect([ended.code, resultOf(ended).planFile]).toEqual([0, expect.objectContaining({ id: document.id })])
    expect(ended.stderr).toContain('paygent bulk-sale --plan plan.json\n')
    expect(document).toMatchObject({ operation: 'sale', summary: { orders: 2, yen: 2000 } })
    expect(statSync(join(shop.cwd, 'plan.json')).mode & 0o777).toBe(0o600)

    const alone = await shop.paygent(SENDS)
    expect([alone.code, alone.stdout, alone.stderr]).toEqual([2, '', expect.stringContaining('--same-person')])
    const before = (await shop.simulator.requests()).length
    const sent = await shop.paygent([...SENDS, '--same-person'])
    expect([sent.code, outcomes(sent)]).toEqual([0, ['853 accepted', '852 accepted']])
    // Paygent gave both amounts a moment ago, and is asked about both again; then comes the one before each batch.
    const asked = (await shop.simulator.requests()).slice(before).map(({ telegram }) => telegram)
    expect(asked).toEqual(['094', '094', '094', '101', '101'])
    expect([trailOf(shop, 'plan-made'), trailOf(shop, 'plan-used')]).toEqual([[[null, 'sale']], [[1, 'same-person']]])

    const again = await shop.paygent([...SENDS, '--same-person'])
    expect([again.code, again.stdout, again.stderr]).toEqual([6, '', expect.stringContaining('使用済み')])
    expect(await shop.money()).toEqual(['101 1000853', '101 1000852'])
    expect((await shop.paygent(['runs', '--verify'])).code).toBe(0)
    await expectBooksAgree(shop)
  })

  it('of another person needs no further word, and a changed entry is found', async () => {
    const shop = await openShop([orderRow(852, 'credit')])
    await filed(shop, '852', 'bulk-cancel')
    byHand(shop, `UPDATE plans SET os_user = 'suzuki'`)
    const args = ['bulk-cancel', '--plan', 'plan.json', '--yes', '--format', 'json']
    const wrong = await shop.paygent(SENDS, { PAYGENT_LANG: 'en' })
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('paygent bulk-cancel --plan')])
    const sent = await shop.paygent(args)
    expect([sent.code, outcomes(sent), trailOf(shop, 'plan-used')]).toEqual([0, ['852 accepted'], [[1, null]]])
    const checked = await shop.paygent(['runs', '--verify'])
    expect([checked.code, checked.stdout]).toEqual([1, expect.stringMatching(/送信予定ファイル.*os_user.*suzuki/)])
  })

  const changes: readonly [string, (shop: Shop) => Promise<unknown>, string][] = [
    ['Paygent Online has cancelled it', (shop) => shop.simulator.post('payments/1000853', { status: '32' }), '853'],
    ['the total is amended', (shop) => shop.paygent(['amend', '853', '--total', '600']), '853'],
    [
      'the shop has called it off',
      (shop) =>
        shop.paygent([
          'import',
          writeOrders(shop.cwd, [orderRow(853, 'au', { order_status: 'キャンセル' })], 'new.csv'),
        ]),
      '853',
    ],
    ['it is sold', (shop) => shop.paygent(['bulk-sale', '--orders', '853', '--yes']), '853'],
  ]
  it.each(changes)('is not sent where %s: 6, and the order is named', async (_, change, named) => {
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'au')])
    await filed(shop, '852,853')
    await change(shop)
    const [sold, runs] = [await shop.money(), (await shop.paygent(['runs', '--format', 'csv'])).stdout]
    const ended = await shop.paygent(['bulk-sale', '--plan', 'plan.json', '--yes', '--same-person'])
    expect([ended.code, ended.stdout]).toEqual([6, ''])
    expect(ended.stderr).toMatch(new RegExp(`受注番号：${named} .*\\n何も送信していません。`))
    expect(ended.stderr).not.toContain('受注番号：852')
    expect([await shop.money(), (await shop.paygent(['runs', '--format', 'csv'])).stdout]).toEqual([sold, runs])
  })

  it('keeps to limits, time limit and typed question as any batch', async () => {
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'au')])
    await filed(shop, '852,853')
    for (const more of ['--max-orders 1', '--max-amount 1999', '--until 00:00']) {
      const ended = await shop.paygent([...SENDS, '--same-person', ...more.split(' ')])
      expect([more, ended.code, await shop.money()]).toEqual([more, 6, []])
    }
    const terminal = openTerminal(shop.cwd, ['bulk-sale', '--plan', 'plan.json', '--same-person'], { env: shop.env })
    await terminal.shows('(y/N)')
    terminal.type(KEYS.enter)
    expect([await terminal.exit, await shop.money()]).toEqual([6, []])
    expect((await shop.paygent([...SENDS, '--same-person'])).code).toBe(0)
  })

  it('in two programs at once is sent by one', async () => {
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'au')])
    await filed(shop, '852,853')
    await shop.faults({ match: { telegram: '101' }, delay_ms: 300 })
    const both = await Promise.all([0, 1].map(() => shop.paygent([...SENDS, '--same-person'])))
    expect(both.map(({ code }) => code === 0).toSorted()).toEqual([false, true])
    expect(both.find(({ code }) => code !== 0)).toMatchObject({ stdout: '' })
    expect(await shop.money()).toEqual(['101 1000852', '101 1000853'])
    await expectBooksAgree(shop)
  })

  it('in two windows at the question is sent by the one that answers first', async () => {
    const shop = await openShop([orderRow(852, 'au')])
    await filed(shop, '852')
    const open = async () => {
      const args = ['bulk-sale', '--plan', 'plan.json', '--same-person']
      const terminal = openTerminal(shop.cwd, args, { env: shop.env, rows: 60 })
      await terminal.shows('(y/N)')
      return terminal
    }
    const [first, second] = [await open(), await open()]
    first.type(`y${KEYS.enter}`)
    await first.shows('結果を確認したら Enter')
    first.type(KEYS.enter)
    expect(await first.exit).toBe(0)
    second.type(`y${KEYS.enter}`)
    expect([await second.exit, await shop.money()]).toEqual([6, ['101 1000852']])
    expect(second.screen()).toContain('何も送信していません。')
  })

  it('whose program is killed between its mark and its first request is used, and nothing is sent', async () => {
    const shop = await openShop([orderRow(852, 'credit'), orderRow(853, 'credit')])
    await filed(shop, '852,853', 'bulk-cancel')
    const args = ['bulk-cancel', '--plan', 'plan.json', '--yes', '--same-person']
    // Each of the two is asked about, then comes the one before each batch; the fourth is that of the first cancel.
    await shop.faults({ match: { telegram: '094', nth: 4 }, delay_ms: 10_000 })
    const killed = shop.begin(args)
    while (trailOf(shop, 'plan-used').length === 0) await new Promise((wait) => setTimeout(wait, 20))
    killed.child.kill('SIGKILL')
    expect((await killed.ended).signal).toBe('SIGKILL')
    await shop.faults()
    expect(await shop.money()).toEqual([])
    const again = await shop.paygent(args)
    expect([again.code, again.stderr]).toEqual([6, expect.stringContaining('#1')])
    expect([(await shop.paygent(['runs', '--verify'])).code, await shop.money()]).toEqual([0, []])
    const plain = await shop.paygent(['bulk-cancel', '--orders', '852,853', '--yes', '--format', 'json'])
    expect([plain.code, outcomes(plain)]).toEqual([0, ['852 accepted', '853 accepted']])
    await expectBooksAgree(shop)
  })

  it('belongs to the mirror that it was made with', async () => {
    const shop = await openShop([orderRow(852, 'au')])
    await filed(shop, '852')
    const other = { PAYGENT_DB: 'other.db' }
    expect((await shop.paygent(['import', 'orders.csv'], other)).code).toBe(0)
    const ended = await shop.paygent([...SENDS, '--same-person'], other)
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('別の手元データ')])
    expect(await shop.money()).toEqual([])
  })
})
