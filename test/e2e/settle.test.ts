// Tests `paygent settle` with the built program: a person closes an order about which Paygent has no answer, and only
// in agreement with Paygent's data.
import { describe, expect, it } from 'vitest'
import { expectBooksAgree, openShop, orderRow, outcomes, type Shop } from './shop.js'

const NOTE = ['--note', 'looked at Paygent Online', '--yes']

/** A corrected sale that made a second payment and broke off before it told its id; the settle time is over. */
async function brokenOff(): Promise<{ shop: Shop; made: string }> {
  const shop = await openShop([orderRow(852, 'credit', { total: 600 })], { held: [orderRow(852, 'credit')] })
  await shop.faults({ match: { telegram: '029', nth: 1 }, commits: true, shows: 'silence' })
  await shop.paygent(['sale', '852', '--yes', '--no-wait'])
  const made = Object.values(await shop.ledger()).find(({ basePaymentId }) => basePaymentId === '1000852')
  return { shop, made: made?.paymentId ?? '' }
}

describe('a correction whose second payment nobody has named', () => {
  it('waits with a warning until one of the two is dead, and is settled by its id', async () => {
    const { shop, made } = await brokenOff()
    await shop.simulator.post('payments/1000852', { status: '20' })
    await shop.paygent(['reconcile'])
    for (const args of [['show', '852'], []])
      expect((await shop.paygent(args)).stdout, args.join(' ')).toContain('二重請求のおそれ')
    const both = await shop.paygent(['settle', '852', '--payment-id', made, '--yes'])
    expect([both.code, both.stdout]).toEqual([4, expect.stringContaining('二重請求のおそれ')])
    const shown = (await shop.paygent(['show', '852'])).stdout
    expect([shown.includes('1000852'), shown.includes(made)]).toEqual([true, true])
    await shop.simulator.post('payments/1000852', { status: '32' })
    const settled = await shop.paygent(['settle', '852', '--payment-id', made, '--yes', '--format', 'json'])
    expect([settled.code, JSON.parse(settled.stdout)]).toMatchObject([0, { settled: true, outcome: 'accepted' }])
    expect((await shop.paygent(['show', '852'])).stdout).not.toContain('二重請求のおそれ')
    expect(await shop.money()).toEqual(['029 1000852'])
    await expectBooksAgree(shop)
    expect((await shop.paygent(['runs', '--verify'])).code).toBe(0)
  })

  it('is never called open while Paygent has a payment that the mirror does not know', async () => {
    const { shop } = await brokenOff()
    await shop.simulator.post('payments/1000852', { status: '20' })
    await shop.paygent(['reconcile'])
    const before = await shop.mirror()
    const refused = await shop.paygent(['settle', '852', '--as', 'open', ...NOTE])
    expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('--payment-id')])
    expect(await shop.mirror()).toEqual(before)
  })
})

it('takes back a sale that Paygent called strange, and the order may be sold', async () => {
  const shop = await openShop([orderRow(852, 'credit')])
  await shop.faults({ match: { telegram: '022', nth: 1 }, leaves: '60', shows: 'silence' })
  const sold = await shop.paygent(['bulk-sale', '--orders', '852', '--yes', '--format', 'json'])
  expect([sold.code, outcomes(sold)]).toEqual([4, ['852 attention']])
  await shop.simulator.post('payments/1000852', { status: '20' })
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const wrong = await shop.paygent(['settle', '852', '--as', 'sold', ...NOTE])
  expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('1000852')])
  expect((await shop.paygent(['settle', '852', '--as', 'open', ...NOTE])).code).toBe(0)
  const again = await shop.paygent(['bulk-sale', '--orders', '852', '--yes', '--format', 'json'])
  expect([again.code, outcomes(again)]).toEqual([0, ['852 accepted']])
  await expectBooksAgree(shop)
})

describe('wrong usage', () => {
  const rows: readonly [string, readonly string[], string][] = [
    ['nothing said', ['852'], '--as'],
    ['no reason', ['852', '--as', 'sold', '--yes'], '--note'],
    ['a blank reason', ['852', '--as', 'sold', '--note', ' ', '--yes'], '--note'],
    ['a state that there is not', ['852', '--as', 'paid', ...NOTE], 'sold'],
    ['a payment id that is none', ['852', '--payment-id', '10-1', '--yes'], '--payment-id'],
    ['no terminal to ask at', ['852', '--payment-id', '1000852'], '--yes'],
    ['an order that is not there', ['999', '--as', 'sold', ...NOTE], '999'],
    ['CSV', ['852', '--as', 'sold', ...NOTE, '--format', 'csv'], 'csv'],
  ]
  it.each(rows)('%s', async (_, args, told) => {
    const shop = await openShop([orderRow(852, 'au')])
    const ended = await shop.paygent(['settle', ...args])
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(told)])
  })
})

describe('results that the shop is not to be told of', () => {
  it('are taken off by a person with a reason, once', async () => {
    const shop = await openShop([orderRow(852, 'credit')])
    await shop.paygent(['sale', '852', '--yes'])
    const dry = await shop.paygent(['push', '--dry-run'])
    expect([dry.code, dry.stdout]).toEqual([3, expect.stringContaining('paygent push --leave 852')])
    const wrong = [
      ['push', '--leave', '852'],
      ['push', '--leave', '852', '--note', ' '],
      ['push', '--note', 'why'],
      ['push', '--leave', '852', '--note', 'why', '--dry-run'],
      ['push', '--leave', '999', '--note', 'why'],
    ]
    for (const args of wrong) expect((await shop.paygent(args)).code, args.join(' ')).toBe(2)
    const left = await shop.paygent(['push', '--leave', '852', '--note', '電話で対応済み'])
    expect([left.code, left.stdout]).toEqual([0, expect.stringContaining('受注番号：852')])
    const again = await shop.paygent(['push', '--leave', '852', '--note', 'why', '--format', 'json'])
    expect([again.code, JSON.parse(again.stdout)]).toEqual([3, { orderId: '852', left: false, reason: 'nothing-owed' }])
    expect((await shop.paygent(['push', '--dry-run'])).code).toBe(0)
    expect((await shop.paygent(['runs', '--verify'])).code).toBe(0)
  })
})
