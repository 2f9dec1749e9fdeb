// One order by name may get requests that the batch refuses: for one that broke off, or a correction of a sale.
import type { Operation } from '../../src/domain/order.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { auOrder, bench, cardOrder, outcomes } from './bench.js'
import { obey, requestLost } from './paygent.js'
import { move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const SINGLE = { single: true }

describe('a request that broke off', () => {
  const rows: readonly [string, Operation, string, string][] = [
    ['022 from 30', 'sale', '30', '40'],
    ['021 from 31', 'cancel', '31', '32'],
    ['023 from 42', 'cancel', '42', '60'],
    ['023 from 50', 'cancel', '50', '60'],
  ]
  it.each(rows)('%s is finished', async (name, operation, from, to) => {
    const b = bench(cardOrder('1', { status: from }))
    expect((await b.plan(operation, ['1'])).refused).toMatchObject([{ reason: 'in-transit', about: from }])
    const ran = await b.run(await b.plan(operation, ['1'], SINGLE))
    expect(b.gateway.sent).toMatchObject([{ telegram: name.slice(0, 3) }])
    expect(outcomes(ran)).toBe('1 accepted')
    expect(b.order('1').status).toBe(to)
  })

  it('stays open when the second telegram has no answer either: in transit proves nothing', async () => {
    const b = bench(cardOrder('1', { status: '30' }))
    b.gateway.scripts = [requestLost]
    const ran = await b.run(await b.plan('sale', ['1'], SINGLE))
    expect(b.gateway.sent).toHaveLength(1)
    expect(outcomes(ran)).toBe('1 unknown')
    expect(b.order('1').openAttempt).toBe(true)
  })
})

describe('a correction of a sale already made', () => {
  const sold: ImportRow = auOrder('1', { carrier: 'docomo', status: '44', totalYen: 600 })

  it('is for docomo at 44, one order at a time', async () => {
    const b = bench(sold)
    expect((await b.plan('sale', ['1'])).refused).toMatchObject([{ reason: 'correction-in-bulk' }])
    const ran = await b.run(await b.plan('sale', ['1'], SINGLE))
    expect(b.gateway.sent).toMatchObject([{ telegram: '103', amountYen: 600, paymentId: '91' }])
    expect(ran.items[0]).toMatchObject({ outcome: 'accepted', newPaymentId: '91000', amountYen: 600 })
    expect(b.order('1')).toMatchObject({ paymentId: '91000', status: '40', heldAmountYen: 600 })
  })

  it('is not sent when the payment moved since the plan', async () => {
    const b = bench(sold)
    const plan = await b.plan('sale', ['1'], SINGLE)
    move(b.gateway.payments, '91', { status: '60' })
    const ran = await b.run(plan)
    expect(b.gateway.sent).toHaveLength(0)
    expect(ran.items[0]).toMatchObject({ outcome: 'refused', reason: 'changed' })
  })
})

describe('the same order once more', () => {
  it('is already as asked, and counts as done', async () => {
    const b = bench(auOrder('1'))
    await b.batch('sale', ['1'])
    const ran = await b.batch('sale', ['1'])
    expect(b.gateway.sent).toHaveLength(1)
    expect(ran.items[0]).toMatchObject({ outcome: 'refused', reason: 'already' })
  })

  it('is not "already" when somebody else sold it', async () => {
    const b = bench(auOrder('1', { status: '40' }))
    const ran = await b.batch('sale', ['1'])
    expect(ran.items[0]).toMatchObject({ outcome: 'refused', reason: 'status' })
  })

  it('is already as asked after a correction, too', async () => {
    const b = bench(cardOrder('1', { totalYen: 600 }))
    await b.batch('sale', ['1'])
    b.gateway.scripts = [obey]
    expect((await b.batch('sale', ['1'])).items[0]).toMatchObject({ reason: 'already' })
    expect(b.gateway.sent).toHaveLength(1)
  })

  it('can be cancelled after the sale', async () => {
    const b = bench(cardOrder('1'))
    await b.batch('sale', ['1'])
    const ran = await b.batch('cancel', ['1'])
    expect(b.gateway.sent.map(({ telegram }) => telegram)).toEqual(['022', '023'])
    expect(outcomes(ran)).toBe('1 accepted')
  })
})
