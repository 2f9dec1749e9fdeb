// Tests requests that are sent again after they were not processed: the first one may have arrived late.
import { describe, expect, it } from 'vitest'
import { auOrder, bench, outcomes, type Bench } from './bench.js'
import { leave, obey, refuse, requestLost } from './paygent.js'
import { move } from './scripted-gateway.js'

describe('a request that is sent again after it was not processed', () => {
  /** The first sale is lost, and settled by time. */
  async function onceNotProcessed(): Promise<Bench> {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost, obey]
    expect(outcomes(await b.batch('sale', ['1']))).toBe('1 not-processed')
    return b
  }

  it('is planned as a resend', async () => {
    const b = await onceNotProcessed()
    expect((await b.plan('sale', ['1'])).steps).toMatchObject([{ resend: true, telegram: '101' }])
  })

  it.each([
    ['7003', 'rejected'],
    ['P010', 'malformed'],
    ['P017', 'stop'],
    ['P002', 'stop-login'],
    ['P007', 'not-contracted'],
  ] as const)('is accepted when it is refused with %s because the first one arrived late', async (code, handling) => {
    const b = await onceNotProcessed()
    b.gateway.scripts = [
      obey,
      (request, payments) => {
        move(payments, '91', { status: '40' })
        return refuse(code, handling)(request, payments)
      },
    ]
    const ran = await b.batch('sale', ['1'])
    expect(ran.items[0]).toMatchObject({ outcome: 'accepted' })
  })

  it('is left out where the inquiry before the batch tells another amount, which the mirror may not take', async () => {
    const b = await onceNotProcessed()
    const plan = await b.plan('sale', ['1'])
    move(b.gateway.payments, '91', { amountYen: 1_200 })
    const ran = await b.run(plan)
    expect(b.gateway.sent).toHaveLength(1)
    expect(ran.items[0]).toMatchObject({ outcome: 'refused', reason: 'changed', about: '20' })
  })

  it('counts as a resend even if the first one was not processed after the plan was made', async () => {
    const b = bench(auOrder('1'))
    const slow = await b.plan('sale', ['1'])
    b.gateway.scripts = [requestLost]
    expect(outcomes(await b.batch('sale', ['1']))).toBe('1 not-processed')
    b.gateway.scripts = [requestLost, leave('40', '7003', 'rejected')]
    const ran = await b.run(slow)
    expect(b.gateway.payments.get('91')).toMatchObject({ status: b.gateway.sent.length === 1 ? '20' : '40' })
    expect(ran.items[0]?.outcome).not.toBe('rejected')
  })

  it('keeps its opposite back for a day, even if that was planned before', async () => {
    const b = bench(auOrder('1'))
    const cancel = await b.plan('cancel', ['1'])
    b.gateway.scripts = [requestLost, obey]
    expect(outcomes(await b.batch('sale', ['1']))).toBe('1 not-processed')
    const ran = await b.run(cancel)
    expect(b.gateway.sent).toHaveLength(1)
    expect(ran.items[0]).toMatchObject({ outcome: 'refused' })
  })
})
