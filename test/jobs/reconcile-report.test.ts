// Tests the report with which `reconcile` ends.
import { describe, expect, it } from 'vitest'
import type { Difference } from '../../src/domain/difference.js'
import { type ReconcileReport, reconcileExit, reportOf } from '../../src/jobs/reconcile/events.js'
import { detailOf, differenceOf } from '../../src/jobs/reconcile/one-order.js'
import { auOrder, bench } from './bench.js'
import { requestLost } from './paygent.js'
import { reconcileOn } from './reconciling.js'
import { move } from './scripted-gateway.js'

const NOTHING: ReconcileReport = {
  settled: [],
  open: [],
  attention: [],
  differences: [],
  untold: [],
  shopUnseen: null,
  stopped: false,
  audit: null,
}
const open = [{ orderId: '1', telegram: '101', code: null, onHold: false }] as const
const attention = [{ orderId: '1', cause: null }]
const difference: Difference = {
  orderId: '1',
  paymentId: '91',
  cause: 'moved',
  mirror: { status: '20', amountYen: 1_000 },
  paygent: { status: '40', amountYen: 1_000 },
  code: null,
}
const differences = [{ ...difference, booked: true }]
const settledAs = (outcome: 'accepted' | 'not-processed') => [{ orderId: '1', telegram: '101', outcome }] as const

describe('the exit code', () => {
  const rows: readonly [string, Partial<ReconcileReport>, number][] = [
    ['nothing waits', {}, 0],
    ['all accepted', { settled: settledAs('accepted') }, 0],
    ['one not processed', { settled: [...settledAs('accepted'), ...settledAs('not-processed')] }, 3],
    ['a difference', { differences }, 3],
    ['one order without an answer', { untold: [{ orderId: '1', code: null }] }, 3],
    ['it stopped', { stopped: true, differences }, 6],
    ['one is open', { open, stopped: true, differences }, 4],
    ['one is for a person', { attention, stopped: true, differences }, 4],
  ]
  it.each(rows)('%s', (_, found, code) => expect(reconcileExit({ ...NOTHING, ...found })).toBe(code))
})

it('the report tells what still waits anywhere in the mirror', async () => {
  const b = bench(auOrder('1'), auOrder('2'))
  b.gateway.scripts = [requestLost]
  await b.batch('sale', ['1', '2'], { wait: false })
  move(b.gateway.payments, '92', { status: '33' })
  await reconcileOn(b, { wait: false, orderIds: ['2'] })
  const found = {
    settled: [],
    differences,
    untold: [],
    shopUnseen: null,
    stopped: true,
    audit: { asked: 2, notAsked: 1 },
  }
  expect(reportOf(found, b.mirror)).toEqual({
    ...found,
    open: [{ orderId: '1', telegram: '101', code: null, onHold: false }],
    attention: [{ orderId: '2', cause: null }],
  })
})

it('the report tells which of the open requests wait because their order is on hold', async () => {
  const b = bench(auOrder('1'), auOrder('2'))
  b.gateway.scripts = [requestLost]
  await b.batch('sale', ['1', '2'], { wait: false })
  b.mirror.holds.place('2', 'address', b.clock.nowMs())
  const { open } = reportOf(NOTHING, b.mirror)
  expect(open.map(({ orderId, onHold }) => [orderId, onHold])).toEqual([
    ['1', false],
    ['2', true],
  ])
})

describe('the entry of the audit trail for a difference', () => {
  const rows: readonly [string, Partial<Difference>, string][] = [
    ['both sides', {}, 'moved: payment 91, 20 1000 -> 40 1000'],
    ['a code', { paygent: null, code: '13001' }, 'moved: payment 91, 20 1000 -> 13001'],
    [
      'nothing known',
      { paymentId: null, mirror: { status: null, amountYen: null }, paygent: null },
      'moved: payment -, - - -> -',
    ],
  ]
  it.each(rows)('%s', (_, changes, text) => expect(detailOf({ ...difference, ...changes })).toBe(text))

  it('names the payment that Paygent tells, or the order’s', () => {
    const b = bench(auOrder('1'))
    const fact = { paymentId: '77', tradingId: 't1', status: '40', amountYen: 5, method: null, carrier: null } as const
    const told = differenceOf(b.order('1'), 'moved', { ...fact, authorizedAt: null })
    expect(told).toMatchObject({ paymentId: '77', paygent: { status: '40', amountYen: 5 }, code: null })
    expect(differenceOf(b.order('1'), 'no-payment', { code: '13001' })).toMatchObject({
      paymentId: '91',
      paygent: null,
      code: '13001',
    })
  })
})
