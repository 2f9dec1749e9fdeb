// Tests what is left of a run: the orders for `--rest`, and the sales that `--undo` may cancel now, later or never:
// docs/rules.md#the-rest-of-a-run-and-its-undoing. past-runs.test.ts tests the single item.
import { type RunNow, restOf, undoableOf } from '../../src/domain/left.js'
import type { Operation, Order } from '../../src/domain/order.js'
import type { RunItem, RunState } from '../../src/domain/run.js'
import { HOLD, rules, runItem } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

const ENDED: readonly RunState[] = ['completed', 'stopped', 'interrupted']

const numbers = (items: readonly RunItem[]): string => items.map(({ order: { orderId } }) => orderId).join(' ')
const run = (items: readonly RunItem[], operation: Operation = 'sale', state: RunState = 'completed'): RunNow => ({
  run: { operation, state },
  items,
})

describe('the rest of a run', () => {
  const unsent = (changes: Partial<Order> = {}, more: Partial<RunItem> = {}): RunItem =>
    runItem({ kind: '', status: '20', ...changes }, { outcome: 'unsent', paymentId: null, movement: null, ...more })
  const isLeft = (changes: Partial<Order>, operation: Operation): boolean =>
    restOf(run([unsent(changes)], operation)).length === 1

  it('is every order that it left undone, in its order', () => {
    const items = [
      unsent({ orderId: '3' }),
      runItem({ orderId: '4' }),
      unsent({ orderId: '1' }, { outcome: 'not-processed' }),
      unsent({ orderId: '2' }, { acceptedLater: true }),
      unsent({ orderId: '5' }, { outcome: 'unknown' }),
    ]
    for (const state of ENDED) expect(numbers(restOf(run(items, 'sale', state)))).toBe('3 1')
  })

  it('is none while the run goes on', () => expect(restOf(run([unsent()], 'sale', 'running'))).toEqual([]))

  it.each<[string, Partial<Order>, boolean, boolean]>([
    ['authorised', { status: '20' }, true, true],
    ['sold', { status: '40' }, false, true],
    ['sold and completed', { status: '44' }, false, true],
    ['sold, its cancel period over', { status: '41' }, false, true],
    ['cancelled before its sale', { status: '32' }, false, false],
    ['cancelled after its sale', { status: '60' }, false, false],
    ['cancelled and completed', { status: '62' }, false, false],
    ['expired', { status: '33' }, true, true],
    ['of no known status', { status: null }, true, true],
    ['sold by us, which Paygent has not told yet', { kind: '022', statusOrigin: 'shop' }, false, true],
    ['waiting for an open request', { openAttempt: true }, false, false],
    ['waiting for a person', { attention: true }, false, false],
    ['on hold: the plan refuses it with its reason', { hold: HOLD }, true, true],
  ])('an order that is %s', (_, changes, ofSale, ofCancel) => {
    const order = { statusOrigin: 'paygent', ...changes } as const
    expect([isLeft(order, 'sale'), isLeft(order, 'cancel')]).toEqual([ofSale, ofCancel])
  })
})

describe('the sales of a run that may be cancelled', () => {
  const groups = (now: RunNow, changes: Parameters<typeof rules>[0] = {}) => {
    const { now: at, later, notNow, never } = undoableOf(now, rules(changes))
    return [at, later, notNow, never].map(numbers).join(' | ')
  }
  const docomo = { method: 'carrier', carrier: 'docomo', kind: '101' } as const
  const DOCOMO = { telegram: '101' } as const

  it.each<[string, Partial<Order>, Partial<RunItem>, string]>([
    ['a card sale', {}, {}, '852 |  |  | '],
    ['a card sale of which the amount is not known', { heldAmountYen: null }, {}, '852 |  |  | '],
    ['docomo before its completion', { ...docomo }, DOCOMO, ' | 852 |  | '],
    ['docomo after its completion', { ...docomo, status: '44' }, DOCOMO, '852 |  |  | '],
    ['docomo before its completion, on hold', { ...docomo, hold: HOLD }, DOCOMO, ' |  | 852 | '],
    ['docomo before its completion, called off', { ...docomo, orderStatus: 'キャンセル' }, DOCOMO, ' |  | 852 | '],
    ['a name that sounds cancelled', { orderStatus: '返品受付' }, {}, '852 |  |  | '],
    ['docomo before its completion, the same name', { ...docomo, orderStatus: '返品受付' }, DOCOMO, ' | 852 |  | '],
    ['au by the manual', { ...docomo, carrier: 'au' }, DOCOMO, ' |  |  | 852'],
    ['its cancel period over', { status: '41' }, {}, ' |  |  | 852'],
    ['on hold', { hold: HOLD }, {}, ' |  | 852 | '],
    ['in conflict', { conflict: true }, {}, ' |  | 852 | '],
    ['a request open', { openAttempt: true }, {}, ' |  | 852 | '],
    ['cancelled since', { status: '60' }, {}, ' |  |  | '],
    ['not accepted', {}, { outcome: 'unknown' }, ' |  |  | '],
    ['a later request accepted', {}, { acceptedLater: true }, ' |  |  | '],
  ])('%s', (_, changes, more, expected) => {
    for (const state of ENDED) expect(groups(run([runItem(changes, more)], 'sale', state))).toBe(expected)
  })

  it('are grouped in the order of the run', () => {
    const items = [
      runItem({ orderId: '4' }),
      runItem({ orderId: '3', ...docomo }, DOCOMO),
      runItem({ orderId: '2', status: '41' }),
      runItem({ orderId: '1', hold: HOLD }),
      runItem({ orderId: '0' }),
    ]
    expect(groups(run(items))).toBe('4 0 | 3 | 1 | 2')
  })

  it('go by the rules of a batch as they are now', () => {
    const au = run([runItem({ ...docomo, carrier: 'au' }, DOCOMO)])
    expect(groups(au, { profile: 'current' })).toBe('852 |  |  | ')
    // Only a single cancel sends a request once more that broke off inside Paygent.
    expect(groups(run([runItem({ status: '41' })]), { single: true })).toBe(' |  |  | 852')
    const off = run([runItem({ orderStatus: 'キャンセル' })])
    expect(groups(off)).toBe(' |  | 852 | ')
    expect(groups(off, { includeCancelled: true })).toBe('852 |  |  | ')
  })

  it('are none of a cancel run, and none while the run goes on', () => {
    expect(groups(run([runItem()], 'cancel'))).toBe(' |  |  | ')
    expect(groups(run([runItem()], 'sale', 'running'))).toBe(' |  |  | ')
    expect(groups(run([runItem()], 'cancel', 'running'))).toBe(' |  |  | ')
  })
})
