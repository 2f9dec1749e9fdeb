// Tests requests and answers that arrive after every time-out, on the real wire; mirror and ledger are compared at the
// end.
import { expect, it } from 'vitest'
import { expectBooksAgree, openShop, orderRow, outcomes, type Shop } from './shop.js'

const SALE = ['bulk-sale', '--yes', '--format', 'json', '--orders', '852']
const NEXT_DAY = { commits: false, late: true, after_ms: 86_400_000, shows: 'silence' }

const first = (telegram: string, more: object) => ({ match: { telegram, nth: 1 }, ...more })

async function reconcile(shop: Shop): Promise<{ code: number | null; attention: unknown[]; causes: string[] }> {
  const { code, stdout } = await shop.paygent(['reconcile', '--format', 'json'])
  const report = JSON.parse(stdout) as { attention: unknown[]; differences: { cause: string }[] }
  return { code, attention: report.attention, causes: report.differences.map(({ cause }) => cause) }
}

it('an answer after the time-out: the inquiry tells that it was accepted', async () => {
  const shop = await openShop([orderRow(852, 'credit')])
  await shop.faults(first('022', { commits: true, shows: 'reply', delay_ms: 2_500 }))
  const sold = await shop.paygent(SALE)
  expect([sold.code, outcomes(sold)]).toEqual([0, ['852 accepted']])
  expect(await shop.money()).toEqual(['022 1000852'])
  await expectBooksAgree(shop)
})

it.each([
  ['credit', '022'],
  ['au', '101'],
] as const)(
  'a sale (%s) that arrives after an inquiry said "not moved" is found by the second look',
  async (method, kind) => {
    const shop = await openShop([orderRow(852, method)])
    await shop.faults(first(kind, { commits: false, late: true, shows: 'silence' }))
    const sold = await shop.paygent(SALE)
    expect([sold.code, outcomes(sold)]).toEqual([0, ['852 accepted']])
    expect(await shop.money()).toEqual([`${kind} 1000852`])
    await expectBooksAgree(shop)
  },
)

it('a sale that arrives a day after it was called not processed is for a person, and is not sold again', async () => {
  const shop = await openShop([orderRow(852, 'credit')])
  await shop.faults(first('022', NEXT_DAY))
  expect(outcomes(await shop.paygent(SALE))).toEqual(['852 not-processed'])
  await shop.simulator.post('clock', { advance: '2d' })
  expect(await reconcile(shop)).toMatchObject({ code: 4, causes: ['late-arrival'] })
  const again = await shop.paygent(SALE)
  expect([again.code, outcomes(again)]).toEqual([4, ['852 refused']])
  expect(await shop.money()).toEqual(['022 1000852'])
  await expectBooksAgree(shop)
})

it('a sale that arrives a day late and was sold again in between was captured once', async () => {
  const shop = await openShop([orderRow(852, 'credit')])
  await shop.faults(first('022', NEXT_DAY))
  expect(outcomes(await shop.paygent(SALE))).toEqual(['852 not-processed'])
  expect(outcomes(await shop.paygent(SALE))).toEqual(['852 accepted'])
  await shop.simulator.post('clock', { advance: '2d' })
  expect(await reconcile(shop)).toMatchObject({ attention: [] })
  expect(await shop.money()).toEqual(['022 1000852', '022 1000852'])
  await expectBooksAgree(shop)
})

it('a corrected sale that arrives a day late is for a person, with both payments told', async () => {
  const shop = await openShop([orderRow(852, 'credit', { total: 600 })], { held: [orderRow(852, 'credit')] })
  await shop.faults(first('029', NEXT_DAY))
  expect(outcomes(await shop.paygent(SALE))).toEqual(['852 not-processed'])
  await shop.simulator.post('clock', { advance: '2d' })
  expect(await reconcile(shop)).toMatchObject({ code: 4, causes: ['late-arrival'] })
  const ledger = await shop.ledger()
  const made = Object.values(ledger).find(({ basePaymentId }) => basePaymentId === '1000852')
  expect([ledger['1000852']?.status, made?.status, made?.amountYen]).toEqual(['32', '40', 600])
  expect(outcomes(await shop.paygent(SALE))).toEqual(['852 refused'])
  const note = ['--note', 'found in Paygent Online', '--yes']
  const named = ['settle', '852', '--payment-id', made?.paymentId ?? '', '--as', 'sold', ...note]
  expect((await shop.paygent(named)).code).toBe(0)
  expect(await shop.money()).toEqual(['029 1000852'])
  await expectBooksAgree(shop)
})
