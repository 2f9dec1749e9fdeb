// Tests `paygent reconcile` with the built program; mirror and the simulator's ledger are compared at the end.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectBooksAgree, openShop, orderRow, outcomes, type Shop } from './shop.js'

interface Report {
  readonly settled: readonly { readonly orderId: string; readonly telegram: string; readonly outcome: string }[]
  readonly open: readonly { readonly orderId: string }[]
  readonly attention: readonly { readonly orderId: string; readonly cause: string | null }[]
  readonly differences: readonly {
    readonly orderId: string
    readonly cause: string
    readonly booked: boolean
    readonly paygent: { readonly status: string } | null
  }[]
  readonly audit: { readonly asked: number; readonly notAsked: number } | null
}

async function reconcile(shop: Shop, ...args: string[]): Promise<{ code: number | null; report: Report }> {
  const { code, stdout } = await shop.paygent(['reconcile', '--format', 'json', ...args])
  return { code, report: JSON.parse(stdout) as Report }
}

const sell = (shop: Shop, ...more: string[]) =>
  shop.paygent(['bulk-sale', '--orders', '852', '--yes', '--format', 'json', ...more])

const fault = (telegram: string, more: object) => ({ match: { telegram, nth: 1 }, ...more })

it('Ctrl-C in an audit: the rest was not asked about, and the command that goes on stands ready', async () => {
  const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'au'), orderRow(854, 'au')])
  await shop.faults({ match: { telegram: '094' }, delay_ms: 1_500 })
  const running = shop.begin(['reconcile', '--audit', '--days', '90', '--orders', '852,853,854'], {
    PAYGENT_INQUIRIES: '1',
  })
  while (!(await shop.simulator.requests()).some(({ telegram }) => telegram === '094'))
    await new Promise((wait) => setTimeout(wait, 50))
  running.child.kill('SIGINT')
  const { code, stdout } = await running.ended
  const again = 'paygent reconcile --audit --days 90 --orders 852,853,854'
  expect([code, stdout.replaceAll(/\s+/g, ' ')]).toEqual([6, expect.stringContaining(`もう一度 ${again} を実行`)])
})

it('CSV has the differences alone: what still waits stands on stderr', async () => {
  const shop = await openShop([orderRow(852, 'au')])
  await shop.faults(fault('101', { commits: false, shows: 'silence' }))
  expect((await sell(shop, '--no-wait')).code).toBe(4)
  await shop.faults({ match: { telegram: '094' }, shows: 'code:E001', times: 9 })
  const { code, stdout, stderr } = await shop.paygent(['reconcile', '--format', 'csv', '--no-wait'])
  expect([code, stdout.split('\n').length]).toEqual([4, 2])
  expect(stderr).toMatch(/■ 結果不明の要求\n {2}受注番号：852 [^]*対処：.*paygent reconcile/)
})

it('--quiet leaves stderr empty beside CSV where all has become well', async () => {
  const shop = await openShop([orderRow(852, 'au')])
  await shop.faults(fault('101', { commits: true, shows: 'silence' }), {
    match: { telegram: '094', nth: 3 },
    shows: 'silence',
    times: 4,
  })
  expect((await sell(shop, '--no-wait')).code).toBe(4)
  const { code, stdout, stderr } = await shop.paygent(['reconcile', '--format', 'csv', '--quiet'])
  expect([code, stdout.split('\n').length, stderr]).toEqual([0, 2, ''])
})

describe('an outcome that nobody knows', () => {
  it('is accepted once Paygent tells', async () => {
    const shop = await openShop([orderRow(852, 'au')])
    await shop.faults(fault('101', { commits: true, shows: 'silence' }), {
      match: { telegram: '094', nth: 3 },
      shows: 'silence',
      times: 4,
    })
    const sold = await sell(shop)
    expect([sold.code, outcomes(sold)]).toEqual([4, ['852 unknown']])
    const { code, report } = await reconcile(shop)
    expect([code, report.settled]).toEqual([0, [{ orderId: '852', telegram: '101', outcome: 'accepted' }]])
    await expectBooksAgree(shop)
  })

  it('is not processed once the settle time is over, and may then be sold', async () => {
    const shop = await openShop([orderRow(852, 'au')])
    await shop.faults(fault('101', { commits: false, shows: 'silence' }))
    expect((await sell(shop, '--no-wait')).code).toBe(4)
    const { code, report } = await reconcile(shop)
    expect([code, report.settled.map(({ outcome }) => outcome)]).toEqual([3, ['not-processed']])
    expect(outcomes(await sell(shop))).toEqual(['852 accepted'])
    expect(await shop.money()).toEqual(['101 1000852', '101 1000852'])
    await expectBooksAgree(shop)
  })

  it('in transit is sent again once, and never a correction', async () => {
    const shop = await openShop([orderRow(852, 'credit')])
    await shop.faults({ match: { telegram: '022' }, leaves: '30', shows: 'code:2002', times: 1 })
    expect((await sell(shop, '--no-wait')).code).toBe(4)
    const { code, report } = await reconcile(shop)
    expect([code, report.settled]).toEqual([0, [{ orderId: '852', telegram: '022', outcome: 'accepted' }]])
    expect(await shop.money()).toEqual(['022 1000852', '022 1000852'])
    await expectBooksAgree(shop)
  })

  it('still in transit after that is for a person', async () => {
    const shop = await openShop([orderRow(852, 'credit')])
    await shop.faults({ match: { telegram: '022' }, leaves: '30', shows: 'code:2002', times: 2 })
    expect((await sell(shop, '--no-wait')).code).toBe(4)
    const { code, report } = await reconcile(shop)
    expect([code, report.attention.map(({ orderId }) => orderId)]).toEqual([4, ['852']])
    expect(await shop.money()).toEqual(['022 1000852', '022 1000852'])
    expect((await reconcile(shop)).code).toBe(4)
    expect(await shop.money()).toHaveLength(2)
  })
})

it('a cancel that arrives late after the sale that followed it is for a person', async () => {
  const shop = await openShop([orderRow(852, 'au')], { env: { PAYGENT_RULES: 'current' } })
  await shop.faults(fault('102', { commits: false, late: true, after_ms: 86_400_000, shows: 'silence' }))
  const cancelled = await shop.paygent(['cancel', '852', '--yes', '--format', 'json'])
  expect(outcomes(cancelled)).toEqual(['852 not-processed'])
  const sold = await sell(shop, '--after-unknown')
  expect(outcomes(sold)).toEqual(['852 accepted'])
  await shop.simulator.post('clock', { advance: '2d' })
  const { code, report } = await reconcile(shop)
  expect([code, report.differences.map(({ cause, paygent }) => [cause, paygent?.status])]).toEqual([
    4,
    [['late-arrival', '60']],
  ])
  expect(report.attention).toEqual([{ orderId: '852', cause: 'late-arrival' }])
  await expectBooksAgree(shop)
})

it.each(['2010', '2011', '2012'])(
  'a correction that broke off half-way (%s) waits until one payment is dead',
  async (code) => {
    const shop = await openShop([orderRow(852, 'credit', { total: 600 })], { held: [orderRow(852, 'credit')] })
    await shop.faults({ match: { telegram: '029' }, commits: true, shows: `code:${code}` })
    const sold = await sell(shop)
    expect([sold.code, outcomes(sold)]).toEqual([4, ['852 attention']])
    expect((await shop.paygent(['show', '852'])).stdout).toContain('二重請求のおそれ')
    expect((await shop.paygent([])).stdout).toContain('二重請求のおそれ')
    const made = Object.values(await shop.ledger()).find(({ basePaymentId }) => basePaymentId === '1000852')
    await shop.simulator.post('payments/1000852', { status: '32' })
    await shop.simulator.post(`payments/${made?.paymentId}`, { status: '40' })
    const { code: exit, report } = await reconcile(shop)
    expect([exit, report.settled]).toEqual([0, [{ orderId: '852', telegram: '029', outcome: 'accepted' }]])
    expect((await shop.paygent(['show', '852'])).stdout).not.toContain('二重請求のおそれ')
    await expectBooksAgree(shop)
    expect(await shop.money()).toEqual(['029 1000852'])
  },
)

describe('the audit', () => {
  it('lists what differs and changes nothing without --yes', async () => {
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'docomo')])
    await shop.simulator.post('payments/1000853', { status: '60' })
    const before = await shop.mirror()
    const { code, report } = await reconcile(shop, '--audit')
    expect([code, report.differences.map(({ orderId, cause, booked }) => [orderId, cause, booked])]).toEqual([
      3,
      [['853', 'moved', false]],
    ])
    expect(await shop.mirror()).toEqual(before)
    expect((await reconcile(shop, '--audit', '--yes')).code).toBe(3)
    await expectBooksAgree(shop)
    expect((await reconcile(shop, '--audit')).code).toBe(0)
  })

  it.each([
    ['released here, refunded there', '32', '60'],
    ['refunded here, sold there', '60', '40'],
    ['sold for good here, refunded there', '41', '62'],
  ])('finds an order that is %s, and says of how many it cannot speak', async (_, mirror, paygent) => {
    const shop = await openShop([orderRow(852, 'au', { payment_status: mirror }), orderRow(853, 'au')], {
      held: [orderRow(852, 'au', { payment_status: paygent }), orderRow(853, 'au')],
    })
    const unasked = await reconcile(shop, '--audit', '--days', '0')
    expect([unasked.code, unasked.report.audit]).toEqual([0, { asked: 1, notAsked: 1 }])
    const said = await shop.paygent(['reconcile', '--audit', '--days', '0', '--lang', 'en'])
    expect(said.stdout).toContain('The order asked about agrees with Paygent.')
    expect(said.stdout).toContain('Not asked about: 1 order.')
    const { code, report } = await reconcile(shop, '--audit')
    const found = report.differences.map(({ orderId, paygent: there }) => [orderId, there?.status])
    expect([code, found, report.audit]).toEqual([3, [['852', paygent]], { asked: 2, notAsked: 0 }])
    expect((await reconcile(shop, '--audit', '--yes')).code).toBe(3)
    await expectBooksAgree(shop)
    expect((await reconcile(shop, '--audit')).code).toBe(0)
    expect((await shop.paygent(['reconcile'])).stdout).not.toContain('ペイジェントと一致')
    const wrong = await shop.paygent(['reconcile', '--days', '3'])
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--days')])
  })

  it('lets a mirror that was put back send again, and what it lacks is not sold twice', async () => {
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'docomo')])
    const at = (name: string): string => join(shop.cwd, name)
    expect((await shop.paygent(['backup', 'yesterday.db'])).code).toBe(0)
    expect((await sell(shop)).code).toBe(0)
    copyFileSync(at('yesterday.db'), at('paygent.db'))
    const refused = await sell(shop)
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('reconcile --audit --yes')])
    expect((await shop.paygent(['reconcile'])).code).toBe(5)
    expect(await shop.money()).toEqual(['101 1000852'])
    const { code, report } = await reconcile(shop, '--audit', '--yes')
    expect([code, report.differences.map(({ orderId, booked }) => [orderId, booked])]).toEqual([3, [['852', true]]])
    expect((await sell(shop)).code).toBe(3)
    expect((await shop.paygent(['bulk-sale', '--orders', '853', '--yes'])).code).toBe(0)
    expect(await shop.money()).toEqual(['101 1000852', '101 1000853'])
    await expectBooksAgree(shop)
  })
})
