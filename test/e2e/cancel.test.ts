// Tests bulk cancel and the limits of --all against the ledger of a simulator process.
import { beforeAll, describe, expect, it } from 'vitest'
import { writeOrders } from './program.js'
import { KEYS, openTerminal } from './virtual-terminal.js'
import { expectBooksAgree, openShop, orderRow, outcomes, type Result, resultOf, type Shop } from './shop.js'

type Case = readonly [
  method: 'credit' | 'docomo' | 'au' | 'softbank',
  status: string,
  telegram: string | null,
  after: string,
]

// docs/rules.md#the-matrix, typed by hand: what a cancel sends from each status, and where the payment stands then.
const MANUAL: readonly Case[] = [
  ['credit', '20', '021', '32'],
  ['credit', '40', '023', '60'],
  ['credit', '32', null, '32'],
  ['credit', '33', null, '33'],
  ['credit', '31', null, '31'],
  ['docomo', '20', '102', '60'],
  ['docomo', '21', '102', '60'],
  ['docomo', '40', null, '40'],
  ['docomo', '44', '102', '60'],
  ['au', '20', '102', '32'],
  ['au', '40', null, '40'],
  ['softbank', '20', null, '20'],
  ['softbank', '40', null, '40'],
]
const CURRENT: readonly Case[] = [
  ['docomo', '21', '102', '60'],
  ['docomo', '40', null, '40'],
  ['docomo', '44', '102', '60'],
  ['au', '20', '102', '32'],
  ['au', '40', '102', '60'],
  ['softbank', '20', '102', '32'],
  ['softbank', '21', '102', '32'],
  ['softbank', '40', '102', '60'],
]

describe.each([
  ['manual', MANUAL],
  ['current', CURRENT],
] as const)('bulk-cancel under the rules of %s', (rules, cases) => {
  it('sends what the matrix has a ○ for, and nothing else', async () => {
    const rows = cases.map(([method, status], index) => orderRow(index + 1, method, { payment_status: status }))
    const shop = await openShop(rows, { env: { PAYGENT_RULES: rules } })
    const numbers = cases.map((_, index) => index + 1).join(',')
    const ended = await shop.paygent(['bulk-cancel', '--orders', numbers, '--yes', '--format', 'json'])
    expect(ended.code).toBe(3)
    const { results } = resultOf(ended)
    const ledger = await shop.ledger()
    const got = results.map(({ telegram, outcome }, index) => [
      cases[index]?.[0],
      cases[index]?.[1],
      outcome === 'accepted' ? telegram : null,
      ledger[`1000${index + 1}`]?.status,
    ])
    expect(got).toEqual(cases)
    for (const { outcome, reason, telegram } of results.filter(({ outcome }) => outcome !== 'accepted')) {
      expect([outcome, telegram]).toEqual(['refused', null])
      expect(['status', 'in-transit']).toContain(reason)
    }
    const sent = cases.flatMap(([, , telegram], index) => (telegram ? [`${telegram} 1000${index + 1}`] : []))
    expect(await shop.money()).toEqual(sent)
    await expectBooksAgree(shop)
    const again = await shop.paygent(['bulk-cancel', '--orders', '1', '--yes', '--format', 'json'])
    expect([again.code, resultOf(again).results[0]?.reason]).toEqual([0, 'already'])
    expect(await shop.money()).toHaveLength(sent.length)
  })
})

describe('the pop-up’s words for a cancel', () => {
  it('names the request and counts', async () => {
    const shop = await openShop([
      orderRow(1, 'credit'),
      orderRow(2, 'credit', { payment_status: '40' }),
      orderRow(3, 'au'),
    ])
    const { code, stdout } = await shop.paygent(['bulk-cancel', '--orders', '1,2,3', '--yes'])
    expect(code).toBe(0)
    expect(stdout).toContain('1/3 受注番号：1 → ')
    expect(stdout.trimEnd().split('\n').slice(-3)).toEqual(['■ 処理結果', '3件が成功しました。', '0件が失敗しました。'])
    const mirror = await shop.mirror()
    expect(['1', '2', '3'].map((id) => mirror[id]?.state)).toEqual(['オーソリキャンセル', '売上キャンセル', '取消'])
  })

  it('cancels the new payment of a corrected sale', async () => {
    const rows = [orderRow(1, 'credit', { total: 800 })]
    const shop = await openShop(rows, { held: [orderRow(1, 'credit')] })
    const sold = await shop.paygent(['bulk-sale', '--orders', '1', '--yes', '--format', 'json'])
    const fresh = resultOf(sold).results[0]?.newPaymentId ?? ''
    const ended = await shop.paygent(['bulk-cancel', '--orders', '1', '--yes', '--format', 'json'])
    expect([ended.code, await shop.money()]).toEqual([0, ['029 10001', `023 ${fresh}`]])
    await expectBooksAgree(shop)
  })
})

describe('--all', () => {
  const rows = [
    orderRow(1, 'au', { ordered_at: '2009/06/01 10:00' }),
    orderRow(2, 'credit', { ordered_at: '2009/06/20 10:00', shipped_at: '2009/06/21 09:00' }),
    orderRow(3, 'docomo', { ordered_at: '2009/05/31 10:00' }),
    orderRow(4, 'softbank', { ordered_at: '2009/06/10 10:00', customer_name: 'オオタ' }),
    orderRow(5, 'credit', { order_status: 'キャンセル' }),
    orderRow(6, 'credit', { order_status: '購入処理中' }),
    orderRow(7, 'credit', { order_status: '返品' }),
    orderRow(8, 'credit', { payment_status: '40' }),
    orderRow(9, 'credit', { payment_status: '32' }),
    orderRow(10, 'credit', { order_status: 'キャンセル', payment_status: '40' }),
    orderRow(11, 'credit', { order_status: '店舗保留' }),
    orderRow(12, 'au', { order_status: 'キャンセル済み' }),
  ]
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(rows)
  })
  const planned = async (operation: string, ...filters: string[]) =>
    resultOf(await shop.paygent([operation, '--all', ...filters, '--dry-run', '--format', 'json'])).results.map(
      ({ orderId }) => orderId,
    )

  it('sells authorised orders, what expires first first, and never cancelled, unfinished or unexplained ones', async () => {
    expect(await planned('bulk-sale')).toEqual(['3', '4', '2', '1'])
    const { stderr } = await shop.paygent(['bulk-sale', '--all', '--dry-run'])
    expect(stderr).toContain('--all の対象外：')
    expect(stderr).toMatch(/受注取消 4件/)
    expect(stderr).toMatch(/状況未設定 1件/)
  })

  it('cancels sold ones too, and releases what the shop has cancelled; money is given back only by name', async () => {
    expect(await planned('bulk-cancel', '--method', 'credit')).toEqual(['5', '7', '8', '2'])
    const { stderr } = await shop.paygent(['bulk-cancel', '--all', '--from', '2009-01-01', '--dry-run'])
    expect(stderr).toMatch(/受注取消 2件/)
    expect(stderr).toMatch(/状況未設定 2件/)
  })

  it('filters as the list does', async () => {
    expect(await planned('bulk-sale', '--method', 'au,docomo')).toEqual(['3', '1'])
    expect(await planned('bulk-sale', '--from', '2009-06-02', '--to', '2009/06/20')).toEqual(['4', '2'])
    expect(await planned('bulk-sale', '--search', 'オオタ')).toEqual(['4'])
    expect(await planned('bulk-sale', '--shipped')).toEqual(['2'])
    expect(await planned('bulk-sale', '--search', 'いない')).toEqual([])
  })

  it('named, a cancelled order is refused with the reason, or sent with --include-cancelled', async () => {
    const sale = await shop.paygent(['bulk-sale', '--orders', '5,12', '--dry-run', '--format', 'json'])
    expect(resultOf(sale).results.map(({ reason }) => reason)).toEqual(Array(2).fill('cancelled-order'))
    const refused = await shop.paygent(['bulk-cancel', '--orders', '6,10', '--yes', '--format', 'json'])
    expect(refused.code).toBe(3)
    expect(resultOf(refused).results.map(({ reason }) => reason)).toEqual(Array(2).fill('cancelled-order'))
    const marked = await shop.paygent(['bulk-cancel', '--orders', '5,11,12', '--dry-run', '--format', 'json'])
    expect(resultOf(marked).results.map(({ mark }) => mark)).toEqual([null, 'unknown-status', 'unknown-status'])
    const sent = await shop.paygent([
      'bulk-cancel',
      '--orders',
      '6,7,10',
      '--include-cancelled',
      '--yes',
      '--format',
      'json',
    ])
    expect([sent.code, outcomes(sent)]).toEqual([3, ['6 refused', '7 accepted', '10 accepted']])
    expect(await shop.money()).toEqual(['021 10007', '023 100010'])
  })
})

describe('an order that a run leaves behind is fenced in the next one', () => {
  it('open attempt, malformed request and conflict are not taken by --all; named, they say why', async () => {
    const rows = [1, 2, 3, 4].map((id) => orderRow(id, 'au'))
    const shop = await openShop(rows)
    await shop.faults(
      { match: { telegram: '101', payment_id: '10001' }, commits: false, shows: 'silence' },
      { match: { telegram: '101', payment_id: '10002' }, shows: 'code:P008' },
    )
    const first = await shop.paygent(['bulk-sale', '--orders', '1,2,3', '--no-wait', '--yes', '--format', 'json'])
    expect([first.code, outcomes(first)]).toEqual([4, ['1 unknown', '2 rejected', '3 accepted']])
    await shop.faults()
    const changed = [...rows.slice(0, 2), orderRow(3, 'au', { payment_id: '20003' }), ...rows.slice(3)]
    const imported = await shop.paygent(['import', writeOrders(shop.cwd, changed, 'changed.csv')])
    expect(imported.code).toBe(3)
    expect(imported.stdout).toContain('3')
    const all = await shop.paygent(['bulk-sale', '--all', '--dry-run', '--format', 'json'])
    expect(outcomes(all)).toEqual(['4 planned'])
    const named = await shop.paygent(['bulk-sale', '--orders', '1,3', '--yes', '--format', 'json'])
    expect(named.code).toBe(4)
    expect(resultOf(named).results.map(({ reason }) => reason)).toEqual(['open-attempt', 'conflict'])
    expect(await shop.money()).toHaveLength(3)
    expect((await shop.mirror())['1']?.state).toBe('結果不明')
  })

  it('after a sale that was not processed a cancel waits, unless --after-unknown', async () => {
    const shop = await openShop([orderRow(1, 'au')])
    await shop.faults({ match: { telegram: '101' }, commits: false, shows: 'silence' })
    const sale = await shop.paygent(['bulk-sale', '--orders', '1', '--yes', '--format', 'json'])
    expect([sale.code, outcomes(sale)]).toEqual([3, ['1 not-processed']])
    expect(resultOf(sale).results[0]).toMatchObject({ firstOutcome: 'unknown', attempts: 1 })
    const refused = await shop.paygent(['bulk-cancel', '--orders', '1', '--yes', '--format', 'json'])
    expect([refused.code, resultOf(refused).results[0]?.reason]).toEqual([3, 'opposite-too-soon'])
    const sent = await shop.paygent(['bulk-cancel', '--orders', '1', '--after-unknown', '--yes', '--format', 'json'])
    expect([sent.code, outcomes(sent)]).toEqual([0, ['1 accepted']])
    expect(await shop.money()).toEqual(['101 10001', '102 10001'])
    await expectBooksAgree(shop)
  })
})

describe('an order that was deleted in the shop', () => {
  const args = ['cancel', '801', '--include-cancelled']
  const open = () => openShop([orderRow(801, 'au', { order_status: '削除済み' })])

  it('is cancelled on a terminal once its number is typed', { timeout: 60_000 }, async () => {
    const shop = await open()
    const env = shop.env
    const wrong = openTerminal(shop.cwd, [...args, '--yes'], { env })
    await wrong.shows('削除された受注です')
    wrong.type(`y${KEYS.enter}`)
    expect([await wrong.exit, await shop.money()]).toEqual([6, []])
    const right = openTerminal(shop.cwd, args, { env })
    await right.shows('削除された受注です')
    right.type(`801${KEYS.enter}`)
    await right.shows('結果を確認したら Enter')
    right.type(KEYS.enter)
    expect([await right.exit, await shop.money()]).toEqual([0, ['102 1000801']])
  })

  it('is not cancelled where nobody can type', async () => {
    const shop = await open()
    const ended = await shop.paygent([...args, '--yes'])
    expect([ended.code, await shop.money()]).toEqual([2, []])
    expect(ended.stderr).toContain('paygent cancel 801 --include-cancelled')
  })
})

describe('the yen of a day add up', () => {
  /** Yen that the customers have been charged with, by the ledger. */
  const chargedYen = async (shop: Shop): Promise<number> =>
    Object.values(await shop.ledger())
      .filter(({ status }) => ['40', '41', '44'].includes(status))
      .reduce((sum, { amountYen }) => sum + amountYen, 0)

  it('a sale, the correction of a sale, releases and refunds: the net of the runs is what the ledger has more', async () => {
    const shop = await openShop(
      [
        orderRow(10231, 'au', { total: 1733 }),
        orderRow(10232, 'docomo', { total: 980, payment_status: '44' }),
        orderRow(10233, 'au', { total: 300 }),
        orderRow(10234, 'au', { total: 400, payment_status: '40' }),
        orderRow(10235, 'credit', { total: 500 }),
        orderRow(10236, 'credit', { total: 600, payment_status: '40' }),
        orderRow(10237, 'softbank', { total: 700 }),
      ],
      { env: { PAYGENT_RULES: 'current' } },
    )
    const before = await chargedYen(shop)
    const sold = resultOf(await shop.paygent(['bulk-sale', '--orders', '10231', '--yes', '--format', 'json']))
    expect(sold.summary).toMatchObject({ acceptedYen: 1733, releasedYen: 0, refundedYen: 0, netYen: 1733 })
    expect((await shop.paygent(['amend', '10232', '--total', '500'])).code).toBe(0)
    const tooMuch = await shop.paygent(['sale', '10232', '--yes', '--max-amount', '479'])
    expect([tooMuch.code, tooMuch.stderr]).toEqual([6, expect.stringContaining('480円')])
    const corrected = await shop.paygent(['sale', '10232', '--yes', '--max-amount', '480'])
    expect(corrected.code).toBe(0)
    expect(corrected.stdout + corrected.stderr).toContain('補正売上 500円（980円から480円の減額）')
    expect(corrected.stdout).toContain('返金した金額：480円')
    expect(corrected.stdout).toContain('差引（売上 - 返金）：-480円')
    const cancelled = await shop.paygent(['bulk-cancel', '--orders', '10233,10234,10235,10236,10237', '--yes'])
    expect(cancelled.code).toBe(0)
    expect(cancelled.stderr + cancelled.stdout).toContain('内訳：オーソリ解放 1,500円、返金 1,000円、差引 -1,000円')
    expect(cancelled.stdout).toContain('オーソリを解放した金額：1,500円')
    expect(cancelled.stdout).toContain('返金した金額：1,000円')
    const runs = JSON.parse((await shop.paygent(['runs', '--format', 'json'])).stdout) as Pick<Result, 'summary'>[]
    const sums = runs.map(({ summary }) => [summary['acceptedYen'], summary['releasedYen'], summary['refundedYen']])
    expect(sums).toEqual([
      [2500, 1500, 1000],
      [500, 0, 480],
      [1733, 0, 0],
    ])
    const net = runs.reduce((sum, { summary }) => sum + (summary['netYen'] ?? Number.NaN), 0)
    expect([net, (await chargedYen(shop)) - before]).toEqual([253, 253])
  })
})
