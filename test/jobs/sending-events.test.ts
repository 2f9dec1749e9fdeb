// Tests the events of a batch while it sends, in full; the other tests use short forms that leave most of it out.
import { describe, expect, it } from 'vitest'
import { auOrder, bench } from './bench.js'
import { obey } from './paygent.js'
import { accept, rejected } from './scripted-gateway.js'

describe('a batch tells', () => {
  it('that it tries again, why and after which pause', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [() => rejected('E002', 'busy'), () => rejected('9005', 'busy'), obey]
    const plan = await b.plan('sale', ['1'])
    const { events } = await b.run(plan)
    const [step] = plan.steps
    expect(events.filter(({ type }) => type === 'retrying')).toEqual([
      { type: 'retrying', step, code: 'E002', pauseMs: 1_000 },
      { type: 'retrying', step, code: '9005', pauseMs: 3_000 },
    ])
    expect(events.filter(({ type }) => type === 'sending')).toEqual(Array(3).fill({ type: 'sending', step }))
    expect(events.filter(({ type }) => type === 'inquiring')).toEqual(Array(2).fill({ type: 'inquiring', step }))
  })

  it('which orders it leaves out because their telegram is not contracted', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [() => rejected('P007', 'not-contracted'), accept]
    const { events } = await b.batch('sale', ['1', '2'])
    expect(events.filter(({ type }) => type === 'refused')).toEqual([
      { type: 'refused', position: 2, orderId: '2', reason: 'not-contracted', about: 'P007' },
    ])
    expect(b.gateway.sent).toHaveLength(1)
  })

  it('what the answer was, with its words', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [() => rejected('2007', 'rejected')]
    const plan = await b.plan('sale', ['1'])
    const { events } = await b.run(plan)
    const [step] = plan.steps
    expect(events.filter(({ type }) => type === 'settled')).toEqual([
      { type: 'settled', step, outcome: 'rejected', code: '2007', detail: 'detail of 2007' },
    ])
  })

  it('that an order has changed since the plan', async () => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    b.mirror.importOrders({ rows: [auOrder('1', { totalYen: 900 })], others: [] }, b.clock.nowMs())
    const { events } = await b.run(plan)
    expect(events.filter(({ type }) => type === 'refused')).toEqual([
      { type: 'refused', position: 1, orderId: '1', reason: 'changed', about: null },
    ])
    expect(b.gateway.sent).toEqual([])
  })
})
