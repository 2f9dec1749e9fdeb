// The clocks are watched from the beginning of the command. If one changes before the plan, everything is asked again;
// if one changes after it, nothing is sent.
import { BY_NAME } from '../../src/batch/plan.js'
import { makePlan, type Planned } from '../../src/batch/prepare.js'
import { momentOf } from '../../src/clock.js'
import type { Moment } from '../../src/domain/age.js'
import type { Operation } from '../../src/domain/order.js'
import { auOrder, bench, type Bench, outcomes } from './bench.js'
import { obey } from './paygent.js'
import { move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const HOUR = 60 * 60_000

async function planned(b: Bench, began: Moment, operation: Operation = 'sale'): Promise<Planned> {
  const { orders, lock } = b.mirror
  const choice = { ...BY_NAME, orders: orders.find(['1', '2', '3']) }
  const deps = { gateway: b.gateway, orders, lock, clock: b.clock }
  const making = makePlan(choice, operation, b.rules(), deps, began, b.stop.signal)
  for (;;) {
    const { done, value } = await making.next()
    if (done) return value
  }
}

/** Three orders of which Paygent has just told, the third one refused. */
async function known(): Promise<Bench> {
  const b = bench(auOrder('1'), auOrder('2'), auOrder('3', { status: '33' }))
  await planned(b, momentOf(b.clock))
  b.gateway.inquired.length = 0
  return b
}

const sleep = (b: Bench, ms = 8 * HOUR): void => b.clock.setWall(b.clock.nowMs() + ms)
const asked = (b: Bench): string[] => b.gateway.inquired.map((key) => ('paymentId' in key ? key.paymentId : ''))

describe('before the plan', () => {
  it('the clocks go together: what was told of late counts', async () => {
    const b = await known()
    const began = momentOf(b.clock)
    b.clock.pass(HOUR)
    expect([(await planned(b, began)).plan.steps.length, asked(b)]).toEqual([2, []])
  })

  it.each(['sale', 'cancel'] as const)(
    'the machine slept: each order of the %s is asked about again',
    async (operation) => {
      const b = await known()
      const began = momentOf(b.clock)
      sleep(b)
      move(b.gateway.payments, '92', { status: '33' })
      const { plan, plannedAt } = await planned(b, began, operation)
      expect([asked(b), plan.steps.map(({ orderId }) => orderId), plannedAt]).toEqual([
        ['91', '92'],
        ['1'],
        momentOf(b.clock),
      ])
    },
  )

  it('the asking took an hour: what was told in it is not a time to come', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3', { status: '33' }))
    b.gateway.onInquiry = () => {
      b.clock.pass(HOUR / 2)
      return null
    }
    const { plan } = await planned(b, momentOf(b.clock))
    expect([plan.steps.map(({ orderId }) => orderId), plan.refused.map(({ orderId }) => orderId)]).toEqual([
      ['1', '2'],
      ['3'],
    ])
  })

  it('an amount that grew old while others were asked about is looked at before it is captured', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3', { status: '33' }))
    await planned(b, momentOf(b.clock))
    b.clock.pass(11 * HOUR)
    b.gateway.scripts = [obey]
    b.gateway.inquired.length = 0
    b.gateway.hold({ paymentId: '93', tradingId: 't3', method: 'carrier', carrier: 'au' })
    b.mirror.importOrders({ rows: [auOrder('3')], others: [] }, b.clock.nowMs())
    b.gateway.onInquiry = (_key, count) => {
      if (count === 1) b.clock.pass(2 * HOUR)
      return null
    }
    const { plan, plannedAt } = await planned(b, momentOf(b.clock))
    expect([asked(b), plan.refused]).toEqual([['93'], []])
    expect(outcomes(await b.run(plan, { plannedAt }))).toBe('1 accepted, 2 accepted, 3 accepted')
    expect(asked(b).slice(2)).toEqual(['91', '92'])
  })

  it('an order that Paygent no longer knows is refused', async () => {
    const b = await known()
    const began = momentOf(b.clock)
    sleep(b)
    b.gateway.payments.delete('91')
    expect((await planned(b, began)).plan.refused[0]).toMatchObject({
      orderId: '1',
      reason: 'no-payment',
      about: '13001',
    })
  })

  it('it slept while it was asking: it asks once more from the beginning', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3', { status: '33' }))
    b.gateway.onInquiry = (_key, count) => {
      if (count === 1) sleep(b)
      return null
    }
    const { plan } = await planned(b, momentOf(b.clock))
    expect([asked(b), plan.steps.length]).toEqual([['91', '92', '91', '92'], 2])
  })

  it('clocks that never go together make no plan', async () => {
    const b = await known()
    const began = momentOf(b.clock)
    sleep(b)
    b.gateway.onInquiry = () => {
      sleep(b, -10_000)
      return null
    }
    await expect(planned(b, began)).rejects.toMatchObject({ code: 'clocks-apart', exitCode: 6 })
  })
})

describe('after the plan', () => {
  it.each([
    ['slept for 8 h at the question', (b: Bench) => sleep(b)],
    ['had its clock put back', (b: Bench) => sleep(b, -6_000)],
  ])('a machine that %s sends nothing and begins no run', async (_, happen) => {
    const b = await known()
    b.gateway.scripts = [obey]
    const { plan, plannedAt } = await planned(b, momentOf(b.clock))
    happen(b)
    await expect(b.run(plan, { plannedAt })).rejects.toMatchObject({ code: 'clocks-apart', exitCode: 6 })
    expect([b.gateway.sent, b.rows('SELECT id FROM runs'), b.mirror.lock.held]).toEqual([[], [], false])
  })

  it('a long question with clocks that go together is none', async () => {
    const b = await known()
    b.gateway.scripts = [obey]
    const { plan, plannedAt } = await planned(b, momentOf(b.clock))
    b.clock.pass(3 * HOUR)
    expect(outcomes(await b.run(plan, { plannedAt }))).toBe('1 accepted, 2 accepted, 3 refused')
  })

  it('is watched until the last request', async () => {
    const b = await known()
    b.gateway.scripts = [obey]
    const { plan, plannedAt } = await planned(b, momentOf(b.clock))
    b.gateway.onSend = () => sleep(b)
    expect(outcomes(await b.run(plan, { plannedAt }))).toBe('1 accepted, 2 unsent, 3 refused')
  })
})
