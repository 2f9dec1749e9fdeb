// Tests the order that is read again before its request: each fact that differs from the plan stops it by its name.
import type { Order } from '../../src/domain/order.js'
import { asPutBack, changeSincePlan, type Step } from '../../src/domain/run.js'
import { OUTCOMES } from '../../src/domain/outcome.js'
import { askedFor, HELD_YEN, HOLD, NOW_MS, order, runItem } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

const AU = { method: 'carrier', carrier: 'au' } as const

const step = (changes: Partial<Step> = {}): Step => ({
  position: 1,
  orderId: '852',
  customerName: 'ペイジェント 太郎',
  ...AU,
  request: 'sale',
  telegram: '101',
  tradingId: '852',
  paymentId: '12345678',
  kind: '',
  plannedStatus: '20',
  heldAmountYen: HELD_YEN,
  amountToldMs: NOW_MS,
  totalYen: HELD_YEN,
  amountYen: HELD_YEN,
  resend: false,
  notProcessedMs: null,
  asked: askedFor('sale'),
  origin: 'named',
  mark: null,
  ...changes,
})

const changed = (changes: Partial<Order> = {}, planned: Partial<Step> = {}): string | null =>
  changeSincePlan(order({ ...AU, ...changes }), step(planned), NOW_MS)

it('an order that is as planned is sent', () => {
  expect(changed()).toBeNull()
  const notProcessed = { operation: 'sale', atMs: NOW_MS - 1 } as const
  expect(changed({ notProcessed }, { notProcessedMs: NOW_MS - 1 })).toBeNull()
})

it('an order that is not there is not sent', () => {
  expect(changeSincePlan(null, step(), NOW_MS)).toBe('gone')
})

const WAITS: readonly [string, Partial<Order>, string][] = [
  ['an open attempt', { openAttempt: true }, 'open-attempt'],
  ['attention', { attention: true }, 'attention'],
  ['a hold', { hold: HOLD }, 'on-hold'],
  ['a conflict', { conflict: true }, 'conflict'],
  ['a payment of two orders', { duplicatePayment: true }, 'duplicate-payment'],
]
it.each(WAITS)('%s stops the request, and is named before a fact that differs', (_, changes, reason) => {
  expect(changed({ ...changes, paymentId: '7' })).toBe(reason)
})

const CHANGES: readonly [string, Partial<Order>, string][] = [
  ['another payment', { paymentId: '7' }, 'payment'],
  ['a payment whose id is not known', { paymentId: null }, 'payment'],
  ['another trading id', { tradingId: '7' }, 'payment'],
  ['another carrier', { carrier: 'docomo' }, 'method'],
  ['another method', { method: 'credit' }, 'method'],
  ['an earlier attempt', { notProcessed: { operation: 'sale', atMs: NOW_MS } }, 'earlier-attempt'],
  ['another kind', { kind: '020' }, 'kind'],
  ['another status', { status: '40' }, 'status'],
  ['a status that is not known', { status: null }, 'status'],
  ['another held amount', { heldAmountYen: HELD_YEN - 1 }, 'held-amount'],
  ['another total', { totalYen: HELD_YEN - 1 }, 'total'],
  ['an objection of the rules', { orderStatus: 'キャンセル' }, 'cancelled-order'],
]
it.each(CHANGES)('%s stops the request', (_, changes, reason) => {
  expect(changed(changes)).toBe(reason)
})

it('a fact that differs has its own name although the rules permit the order as it is', () => {
  // au may be cancelled at 20 and at 40.
  const planned = { asked: askedFor('cancel'), telegram: '102', request: 'cancel' } as const
  expect(changed({}, planned)).toBeNull()
  expect(changed({ status: '40' }, planned)).toBe('status')
})

describe('the items of a run in a mirror that was put back from a backup', () => {
  const items = OUTCOMES.map((outcome) => runItem({}, { outcome }))

  it('may have been sent after it if the run was under way', () => {
    const back = asPutBack({ state: 'running' }, items)
    expect(back).toEqual(
      items.map((item) =>
        item.outcome === 'unsent' ? { ...item, outcome: 'unknown', firstOutcome: 'unknown' } : item,
      ),
    )
    expect(back.map(({ outcome }) => outcome)).not.toContain('unsent')
  })

  it.each(['completed', 'stopped', 'interrupted'] as const)('stay as they are if it was %s', (state) => {
    expect(asPutBack({ state }, items)).toEqual(items)
  })
})
