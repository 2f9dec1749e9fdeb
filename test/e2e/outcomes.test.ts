// Tests every outcome on the real wire, caused by faults given as data; ledger and mirror are checked each time.
import { beforeAll, describe, expect, it } from 'vitest'
import { expectBooksAgree, openShop, orderRow, outcomes, resultOf, type Row, type Shop } from './shop.js'

const SALE = ['bulk-sale', '--yes', '--format', 'json', '--orders']
const ids = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

describe('no answer that can be understood', () => {
  const SHOWS = ['silence', 'reset', 'half', 'garbage', 'status:500', 'status:302'] as const
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(ids(20).map((id) => orderRow(id, id % 2 === 0 ? 'au' : 'credit')))
  })

  it.each(SHOWS.map((shows, index) => [shows, index * 2 + 1] as const))(
    '%s after the ledger moved is accepted by the inquiry',
    async (shows, id) => {
      await shop.faults({ match: { payment_id: `1000${id}`, telegram: '022' }, commits: true, shows })
      const ended = await shop.paygent([...SALE, String(id)])
      expect([ended.code, outcomes(ended)]).toEqual([0, [`${id} accepted`]])
      expect(resultOf(ended).results[0]).toMatchObject({ firstOutcome: 'accepted', attempts: 1 })
      expect((await shop.ledger())[`1000${id}`]?.status).toBe('40')
    },
  )

  it('the same six with the ledger as it was are unknown, then not processed, and may be sent again', async () => {
    const numbers = SHOWS.map((_, index) => index * 2 + 2)
    await shop.faults(
      ...SHOWS.map((shows, index) => ({
        match: { payment_id: `1000${index * 2 + 2}`, telegram: '101', nth: 1 },
        commits: false,
        shows,
      })),
    )
    const orders = numbers.join(',')
    const ended = await shop.paygent([...SALE, orders, '--stop-after', '9'])
    expect([ended.code, outcomes(ended)]).toEqual([3, numbers.map((id) => `${id} not-processed`)])
    for (const item of resultOf(ended).results) expect(item).toMatchObject({ firstOutcome: 'unknown', attempts: 1 })
    for (const id of numbers) expect((await shop.ledger())[`1000${id}`]?.status).toBe('20')
    const again = await shop.paygent([...SALE, orders])
    expect([again.code, outcomes(again)]).toEqual([0, numbers.map((id) => `${id} accepted`)])
    await expectBooksAgree(shop)
  })

  it('--no-wait leaves it unknown: 4, and the attempt stays open', async () => {
    await shop.faults({ match: { payment_id: '100014', telegram: '101' }, commits: false, shows: 'silence' })
    const ended = await shop.paygent([...SALE, '14', '--no-wait'])
    expect([ended.code, outcomes(ended)]).toEqual([4, ['14 unknown']])
    expect((await shop.mirror())['14']).toMatchObject({
      state: '結果不明',
      sale: { permitted: false, reason: 'open-attempt' },
    })
  })

  it('a request that arrives late is found by the second look', async () => {
    await shop.faults({ match: { payment_id: '100016', telegram: '101' }, late: true, shows: 'silence' })
    const ended = await shop.paygent([...SALE, '16'])
    expect([ended.code, outcomes(ended)]).toEqual([0, ['16 accepted']])
    expect(resultOf(ended).results[0]).toMatchObject({ firstOutcome: 'unknown', attempts: 1, label: '売上' })
    expect((await shop.ledger())['100016']?.status).toBe('40')
  })

  it('a sale that broke off in transit stays unknown', async () => {
    await shop.faults({ match: { payment_id: '100017', telegram: '022' }, leaves: '30', shows: 'silence' })
    const ended = await shop.paygent([...SALE, '17'])
    expect([ended.code, outcomes(ended)]).toEqual([4, ['17 unknown']])
    expect((await shop.ledger())['100017']?.status).toBe('30')
  })

  it('a payment that Paygent does not know afterwards is for a person', async () => {
    const lower = await openShop([orderRow(1, 'au')])
    await lower.faults(
      { match: { telegram: '101' }, commits: false, shows: 'silence' },
      { match: { telegram: '094', nth: 3 }, shows: 'code:13001' },
    )
    const ended = await lower.paygent([...SALE, '1'])
    expect([ended.code, outcomes(ended)]).toEqual([4, ['1 attention']])
    expect((await lower.mirror())['1']).toMatchObject({ state: '要対応', sale: { reason: 'attention' } })
  })
})

describe('answers with result 1', () => {
  it('2007, status conflict and unknown codes are rejected; nothing moves', async () => {
    const shop = await openShop(ids(4).map((id) => orderRow(id, 'credit')))
    const codes = ['2007', '2004', '2001', 'Z9Z9']
    await shop.faults(
      ...codes.map((code, index) => ({
        match: { telegram: '022', payment_id: `1000${index + 1}` },
        shows: `code:${code}`,
      })),
    )
    const ended = await shop.paygent([...SALE, '1,2,3,4'])
    expect([ended.code, outcomes(ended)]).toEqual([3, ids(4).map((id) => `${id} rejected`)])
    expect(resultOf(ended).results.map(({ code }) => code)).toEqual(codes)
    expect(resultOf(ended).results.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1])
    for (const payment of Object.values(await shop.ledger())) expect(payment.status).toBe('20')
    await shop.faults()
    const table = await shop.paygent(['bulk-sale', '--orders', '1', '--yes'])
    expect(table.code).toBe(0)
    await expectBooksAgree(shop)
  })

  it('P017 in mid-batch stops it: the rest is unsent, 6', async () => {
    const shop = await openShop(ids(4).map((id) => orderRow(id, 'au')))
    await shop.faults({ match: { telegram: '101', payment_id: '10002' }, shows: 'code:P017' })
    const ended = await shop.paygent([...SALE, '1,2,3,4'])
    expect([ended.code, outcomes(ended)]).toEqual([6, ['1 accepted', '2 rejected', '3 unsent', '4 unsent']])
    expect(resultOf(ended).run['state']).toBe('stopped')
    expect(resultOf(ended).results[2]).toMatchObject({ telegram: null, attempts: 0 })
    expect(ended.stderr).toContain('P017')
    expect(await shop.money()).toEqual(['101 10001', '101 10002'])
  })

  it('P007 leaves the telegram’s other orders out', async () => {
    const shop = await openShop([orderRow(1, 'au'), orderRow(2, 'docomo'), orderRow(3, 'credit')])
    await shop.faults({ match: { telegram: '101' }, shows: 'code:P007' })
    const ended = await shop.paygent([...SALE, '1,2,3'])
    expect([ended.code, outcomes(ended)]).toEqual([3, ['1 rejected', '2 refused', '3 accepted']])
    expect(resultOf(ended).results[1]?.reason).toBe('not-contracted')
    expect(await shop.money()).toEqual(['101 10001', '022 10003'])
  })

  it('the same malformed-request code three times in a row stops the batch', async () => {
    const shop = await openShop(ids(5).map((id) => orderRow(id, 'au')))
    await shop.faults({ match: { telegram: '101' }, shows: 'code:P010' })
    const ended = await shop.paygent([...SALE, '1,2,3,4,5'])
    expect([ended.code, outcomes(ended)]).toEqual([
      6,
      ['1 rejected', '2 rejected', '3 rejected', '4 unsent', '5 unsent'],
    ])
    expect(await shop.money()).toHaveLength(3)
  })

  it('E002 is tried again after a pause, as attempts of their own', async () => {
    const shop = await openShop([orderRow(1, 'au')])
    await shop.faults({ match: { telegram: '101', nth: 1 }, shows: 'code:E002' })
    const ended = await shop.paygent([...SALE, '1'])
    expect([ended.code, outcomes(ended)]).toEqual([0, ['1 accepted']])
    expect(resultOf(ended).results[0]?.attempts).toBe(2)
    expect(await shop.money()).toEqual(['101 10001', '101 10001'])
    await expectBooksAgree(shop)
  })

  it('9005 three times is rejected after three tries', async () => {
    const shop = await openShop([orderRow(1, 'credit')])
    await shop.faults({ match: { telegram: '022' }, shows: 'code:9005' })
    const ended = await shop.paygent([...SALE, '1'])
    expect([ended.code, outcomes(ended)]).toEqual([3, ['1 rejected']])
    expect([resultOf(ended).results[0]?.attempts, await shop.money()]).toEqual([3, Array(3).fill('022 10001')])
  })
})

describe('corrections', () => {
  const open = (rows: readonly Row[]): Promise<Shop> =>
    openShop(
      rows.map((row) => ({ ...row, total: 800 })),
      { held: rows },
    )

  it('029 is never sent twice: busy, acquirer time-out, silence', async () => {
    const shop = await open(ids(3).map((id) => orderRow(id, 'credit')))
    await shop.faults(
      { match: { telegram: '029', payment_id: '10001' }, shows: 'code:9005' },
      { match: { telegram: '029', payment_id: '10002' }, shows: 'code:2008' },
      { match: { telegram: '029', payment_id: '10003' }, commits: true, shows: 'silence' },
    )
    const ended = await shop.paygent([...SALE, '1,2,3'])
    // The third moved, but no answer brought the new payment's id, and 094 by trading_id cannot tell it apart.
    expect([ended.code, outcomes(ended)]).toEqual([4, ['1 rejected', '2 not-processed', '3 attention']])
    expect(resultOf(ended).results.map(({ attempts }) => attempts)).toEqual([1, 1, 1])
    expect(await shop.money()).toEqual(['029 10001', '029 10002', '029 10003'])
    const [mirror, ledger] = [await shop.mirror(), await shop.ledger()]
    expect([mirror['1']?.effectiveStatus, mirror['2']?.effectiveStatus, mirror['3']?.state]).toEqual([
      '20',
      '20',
      '要対応',
    ])
    expect([ledger['10001']?.status, ledger['10002']?.status, ledger['10003']?.status]).toEqual(['20', '20', '32'])
  })

  it.each(['2010', '2011', '2012'])('half done with %s is attention with both payment ids', async (code) => {
    const shop = await open([orderRow(1, 'credit')])
    await shop.faults({ match: { telegram: '029' }, commits: true, shows: `code:${code}` })
    const ended = await shop.paygent([...SALE, '1'])
    expect([ended.code, outcomes(ended)]).toEqual([4, ['1 attention']])
    const [item] = resultOf(ended).results
    expect(item).toMatchObject({ code, paymentId: '10001', label: '要対応' })
    const ledger = await shop.ledger()
    expect(ledger[item?.newPaymentId ?? '']).toMatchObject({ basePaymentId: '10001', amountYen: 800 })
    const asked = (await shop.simulator.requests())
      .filter(({ telegram }) => telegram === '094')
      .map((one) => one.paymentId)
    expect(asked.slice(-2).toSorted()).toEqual(['10001', item?.newPaymentId].toSorted())
    expect((await shop.paygent(['bulk-sale', '--orders', '1', '--yes'])).code).toBe(4)
    expect(await shop.money()).toHaveLength(1)
  })
})

describe('when the wire goes dark', () => {
  it('--stop-after ends the batch', async () => {
    const shop = await openShop(ids(5).map((id) => orderRow(id, 'au')))
    await shop.faults({ match: { telegram: '101' }, commits: false, shows: 'reset' })
    const ended = await shop.paygent([...SALE, '1,2,3,4,5', '--stop-after', '2', '--no-wait'])
    expect([ended.code, outcomes(ended)]).toEqual([4, ['1 unknown', '2 unknown', '3 unsent', '4 unsent', '5 unsent']])
    expect(await shop.money()).toHaveLength(2)
  })

  it('an inquiry without an answer ends the batch: no further request goes out', async () => {
    const shop = await openShop(ids(3).map((id) => orderRow(id, 'au')))
    await shop.faults(
      { match: { telegram: '101' }, commits: true, shows: 'silence' },
      { match: { telegram: '094', nth: 5, payment_id: null }, times: 99, shows: 'reset' },
    )
    const ended = await shop.paygent([...SALE, '1,2,3'])
    expect([ended.code, outcomes(ended)]).toEqual([4, ['1 unknown', '2 unsent', '3 unsent']])
    expect(await shop.money()).toEqual(['101 10001'])
  })

  it('a gateway that is gone in mid-batch leaves the rest unsent', async () => {
    const shop = await openShop(ids(6).map((id) => orderRow(id, 'au')))
    await shop.faults({ match: { telegram: '101', payment_id: '10002' }, delay_ms: 700, shows: 'reply' })
    const running = shop.begin([...SALE, '1,2,3,4,5,6', '--no-wait'])
    while ((await shop.money()).length < 2) await new Promise((wait) => setTimeout(wait, 20))
    const exited = new Promise((gone) => shop.simulator.child.once('exit', gone))
    shop.simulator.child.kill('SIGKILL')
    await exited
    const ended = await running.ended
    expect(ended.code).toBe(4)
    expect(outcomes(ended)).toEqual(['1 accepted', '2 unknown', '3 unsent', '4 unsent', '5 unsent', '6 unsent'])
  })
})
