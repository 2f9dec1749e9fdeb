// Tests the choice of orders: the filters, who chose an order, and whether it would be chosen again just before the
// request: docs/rules.md#the-choice-of-orders. order-sums.test.ts tests the sums.
import {
  type ChosenRequest,
  fits,
  groupOfOne,
  isOwnChoice,
  isTaken,
  objectionTo,
  type OrderFilter,
  type OrderGroup,
  ORIGINS,
  originAgain,
  sumOf,
  toAskIn,
  toBeFinished,
} from '../../src/domain/chosen.js'
import { parseStatuses } from '../../src/domain/order-status.js'
import type { Order } from '../../src/domain/order.js'
import { askedFor, NOW_MS, order, rules } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

describe('a filter', () => {
  it.each<[string, OrderFilter, Partial<Order>, boolean]>([
    ['none', {}, {}, true],
    ['no method', { methods: [] }, {}, true],
    ['credit', { methods: ['credit'] }, {}, true],
    ['one of two methods', { methods: ['docomo', 'credit'] }, {}, true],
    ['another method', { methods: ['docomo', 'au'] }, {}, false],
    ['the carrier', { methods: ['docomo'] }, { method: 'carrier', carrier: 'docomo' }, true],
    ['another carrier', { methods: ['au'] }, { method: 'carrier', carrier: 'docomo' }, false],
    ['credit for a carrier', { methods: ['credit'] }, { method: 'carrier', carrier: 'docomo' }, false],
    ['a carrier that is not known', { methods: ['docomo', 'au', 'softbank'] }, { method: 'carrier' }, false],
    ['from its day', { from: '2026-11-20' }, {}, true],
    ['from the day after', { from: '2026-11-21' }, {}, false],
    ['from a day, without a date', { from: '2026-11-20' }, { orderedAt: '' }, false],
    ['to its day', { to: '2026-11-20' }, {}, true],
    ['to its last second', { to: '2026-11-20' }, { orderedAt: '2026-11-20T23:59:59+09:00' }, true],
    ['to the day before', { to: '2026-11-19' }, {}, false],
    ['to a day, without a date', { to: '2026-11-20' }, { orderedAt: '' }, false],
    ['no day, without a date', {}, { orderedAt: '' }, true],
    ['shipped, and it is', { shipped: true }, { shippedAt: '2026-11-21T09:00:00+09:00' }, true],
    ['shipped, and it is not', { shipped: true }, {}, false],
    ['shipped, by its name only', { shipped: true }, { shippingTold: false, orderStatus: '発送済み' }, true],
    ['not shipped, and it is not', { shipped: false }, {}, true],
    ['not shipped, and it is', { shipped: false }, { shippedAt: '2026-11-21T09:00:00+09:00' }, false],
    ['its number', { search: '852' }, {}, true],
    ['a part of its number', { search: '5' }, {}, true],
    ['a part of the name', { search: '太郎' }, {}, true],
    ['the name in another width', { search: 'ﾍﾟｲｼﾞｪﾝﾄ太' }, {}, true],
    ['another shape of a kanji', { search: '髙橋' }, { customerName: '高橋 花子' }, true],
    ['the usual shape', { search: '高橋花' }, { customerName: '髙橋 花子' }, true],
    ['neither number nor name', { search: '次郎' }, {}, false],
    ['one filter fits, the other does not', { methods: ['credit'], search: '次郎' }, {}, false],
  ])('%s', (_, filter, changes, expected) => expect(fits(order(changes), filter)).toBe(expected))
})

describe('how an order came into a run', () => {
  it.each([
    ['all', true, false],
    ['night', true, false],
    ['ticked', false, true],
    ['ticked-by-all', false, false],
    ['named', false, true],
  ] as const)('%s: by the fences of --all alone %s, own choice %s', (origin, taken, own) => {
    expect([isTaken(origin), isOwnChoice(origin)]).toEqual([taken, own])
    expect(ORIGINS).toContain(origin)
  })

  it('stays an own choice where its mark has gone since', () => {
    expect(originAgain({ origin: 'named', mark: 'unknown-status' }, null)).toBe('named')
    expect(originAgain({ origin: 'ticked', mark: null }, null)).toBe('ticked')
  })
})

const chosen = (changes: Partial<ChosenRequest> = {}): ChosenRequest => ({
  telegram: '022',
  amountYen: 1000,
  asked: askedFor('sale'),
  origin: 'named',
  mark: null,
  ...changes,
})

describe('an order that is read again before its request', () => {
  const objects = (changes: Partial<Order>, step: Partial<ChosenRequest> = {}) =>
    objectionTo(order(changes), chosen(step), NOW_MS)
  const filtered = (filter: OrderFilter): Partial<ChosenRequest> => ({ asked: { ...askedFor('sale'), filter } })

  it.each<[string, Partial<Order>, Partial<ChosenRequest>, string | null]>([
    ['is as it was', {}, {}, null],
    ['is as it was, for a cancel', {}, { asked: askedFor('cancel'), telegram: '021' }, null],
    ['is refused by the rules', { conflict: true }, {}, 'conflict'],
    ['was called off', { orderStatus: 'キャンセル' }, {}, 'cancelled-order'],
    ['has no known amount', { heldAmountYen: null }, {}, 'held-amount'],
    ['has no known status', { status: null }, {}, 'status'],
    ['needs another telegram', {}, { telegram: '029' }, 'request'],
    ['needs another amount', {}, { amountYen: 999 }, 'request'],
    ['was lowered since', { totalYen: 900 }, {}, 'request'],
    ['was raised since', { totalYen: 1100 }, {}, 'higher'],
    ['is found by the filter', {}, filtered({ to: '2026-11-20' }), null],
    ['is no longer found by the filter', {}, filtered({ to: '2026-11-19' }), 'filter'],
    ['has got a mark', { orderStatus: '店舗保留' }, {}, 'unknown-status'],
    ['had the mark in the plan', { orderStatus: '店舗保留' }, { mark: 'unknown-status' }, null],
    ['has lost its mark', {}, { mark: 'unknown-status' }, null],
  ])('%s', (_, changes, step, expected) => expect(objects(changes, step)).toBe(expected))

  it.each(ORIGINS)('is left out where --all would not take it, unless a person chose it: %s', (origin) => {
    const own = origin === 'named' || origin === 'ticked'
    expect(objects({ malformed: true }, { origin })).toBe(own ? null : 'left-out')
    expect(objects({ orderStatus: '店舗保留' }, { origin, mark: 'unknown-status' })).toBe(own ? null : 'left-out')
    expect(objects({}, { origin })).toBeNull()
  })

  it('goes by the time of now', () => {
    const notProcessed = { operation: 'cancel', atMs: NOW_MS } as const
    expect(objectionTo(order({ notProcessed }), chosen(), NOW_MS + 1)).toBe('opposite-too-soon')
    expect(objectionTo(order({ notProcessed }), chosen(), NOW_MS + 24 * 3_600_000)).toBeNull()
  })
})

it('a request that broke off is finished: a cancel also of an order that was called off, a sale not', () => {
  const off = order({ orderStatus: 'キャンセル' })
  expect(toBeFinished(off, { asked: askedFor('cancel') })).toEqual(order({ orderStatus: '新規受付' }))
  expect(toBeFinished(off, { asked: askedFor('sale') })).toEqual(off)
})

describe('the sums of the first screen', () => {
  const group = (changes: Partial<Order>, count: number, sums: Partial<OrderGroup> = {}): OrderGroup => {
    const example = order(changes)
    return {
      example,
      count,
      totalYen: example.totalYen * count,
      heldYen: (example.heldAmountYen ?? 0) * count,
      ...sums,
    }
  }
  const sum = (operation: 'sale' | 'cancel', ...groups: readonly OrderGroup[]) => {
    const { count, yen } = sumOf(groups, operation, rules())
    return `${count} of ${yen}`
  }

  it('a single order is a group of its own', () => {
    const one = order({ totalYen: 900 })
    expect(groupOfOne(one)).toEqual({ example: one, count: 1, totalYen: 900, heldYen: 1000 })
    expect(groupOfOne(order({ heldAmountYen: null })).heldYen).toBe(0)
  })

  it('no order is none of nothing', () => expect(sum('sale')).toBe('0 of 0'))

  it('a sale captures the total, a cancel releases what is held', () => {
    const lowered = group({ totalYen: 900 }, 2)
    expect(sum('sale', lowered, group({}, 3))).toBe('5 of 4800')
    expect(sum('cancel', lowered, group({}, 3))).toBe('5 of 5000')
  })

  it('a group at one example stands for the sum of its own amounts', () => {
    expect(sum('sale', group({}, 2, { totalYen: 5000, heldYen: 5000 }))).toBe('2 of 5000')
    expect(sum('sale', group({ totalYen: 900 }, 2, { totalYen: 4000, heldYen: 5000 }))).toBe('2 of 4000')
    expect(sum('cancel', group({ totalYen: 900 }, 2, { totalYen: 4000, heldYen: 5000 }))).toBe('2 of 5000')
  })

  it('the total stands for an amount that is not known', () => {
    const untold = group({ heldAmountYen: null, totalYen: 700 }, 2)
    expect(sum('sale', untold)).toBe('2 of 1400')
    expect(sum('cancel', untold)).toBe('2 of 1400')
  })

  it('refused, marked and unclear orders are not counted', () => {
    const none = [group({ conflict: true }, 1), group({ orderStatus: '店舗保留' }, 1), group({ status: null }, 1)]
    expect(sum('sale', ...none)).toBe('0 of 0')
    expect(sum('sale', ...none, group({}, 1))).toBe('1 of 1000')
    expect(sum('cancel', group({ orderStatus: '返品受付' }, 1))).toBe('0 of 0')
  })

  it('the setting counts for a mark', () => {
    const statuses = parseStatuses('店舗保留:sell') ?? []
    expect(sumOf([group({ orderStatus: '店舗保留' }, 2)], 'sale', rules({ statuses }))).toEqual({ count: 2, yen: 2000 })
  })

  it('orders whose request is not clear before an inquiry are counted apart', () => {
    const groups = [
      group({ status: null }, 2),
      group({ paymentId: null }, 3),
      group({ method: 'carrier' }, 4),
      group({ heldAmountYen: null }, 10),
      group({ conflict: true, status: null }, 20),
      group({}, 40),
    ]
    expect(toAskIn(groups, rules())).toBe(9)
    expect(toAskIn([], rules())).toBe(0)
  })
})
