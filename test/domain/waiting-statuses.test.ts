// Tests the orders that wait for a meaning of their 対応状況, and the setting that is shown for them:
// docs/rules.md#order-status. pasted-lines.test.ts tests that the line can be pasted.
import { groupOfOne, type OrderGroup, waitingIn } from '../../src/domain/chosen.js'
import { parseStatuses } from '../../src/domain/order-status.js'
import type { Order } from '../../src/domain/order.js'
import { order, rules } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

const waiting = (groups: readonly OrderGroup[], setting = '') =>
  waitingIn(groups, rules({ statuses: parseStatuses(setting) ?? [] }), setting)

const group = (orderStatus: string, count = 1, changes: Partial<Order> = {}): OrderGroup => {
  const example = order({ orderStatus, ...changes })
  return { ...groupOfOne(example), count, totalYen: example.totalYen * count }
}
const settingFor = (orderStatuses: readonly string[], setting = '') =>
  waiting(
    orderStatuses.map((one) => group(one)),
    setting,
  )?.setting

describe('orders wait', () => {
  it.each(['店舗保留', '', '10', '10:返品受付', '返品受付', 'キャンセル済み'])('with %j', (orderStatus) =>
    expect(waiting([group(orderStatus)])?.orders).toBe(1),
  )

  it.each(['新規受付', '発送済み', '1', 'キャンセル', '返品', '3', '削除済み', '決済処理中', '7'])(
    'never with %j',
    (orderStatus) => expect(waiting([group(orderStatus)])).toBeNull(),
  )

  it.each<[string, Partial<Order>]>([
    ['sold', { status: '40' }],
    ['on hold', { hold: { note: '', since: '2026-11-23T12:00:00+09:00', osUser: 'yamada' } }],
    ['in conflict', { conflict: true }],
    ['of malformed data', { malformed: true }],
  ])('only if they would be sold: not %s', (_, changes) => expect(waiting([group('店舗保留', 1, changes)])).toBeNull())

  it('until the setting has a meaning for them, whichever it is', () => {
    for (const meaning of ['sell', 'hold', 'cancelled', 'unfinished']) {
      expect(waiting([group('店舗保留')], `店舗保留:${meaning}`)).toBeNull()
    }
    expect(waiting([group('店舗保留')], '別名:hold')?.orders).toBe(1)
  })
})

describe('the waiting orders', () => {
  it('are counted with their totals, by their 対応状況, the most frequent first', () => {
    const groups = [
      group('出荷準備中', 1),
      group('店舗保留', 2),
      group('新規受付', 50),
      group('店舗 保留', 3, { totalYen: 10 }),
    ]
    expect(waiting(groups)).toEqual({
      orders: 6,
      yen: 3030,
      statuses: [
        { orderStatus: '店舗保留', orders: 5 },
        { orderStatus: '出荷準備中', orders: 1 },
      ],
      setting: '店舗保留:hold,出荷準備中:hold',
    })
  })

  it('stand in one order where they are equally frequent', () => {
    const names = (...orderStatuses: readonly string[]) =>
      waiting(orderStatuses.map((one) => group(one)))?.statuses.map(({ orderStatus }) => orderStatus)
    expect(names('c', 'a', 'b')).toEqual(['a', 'b', 'c'])
    expect(names('b', 'c', 'a')).toEqual(['a', 'b', 'c'])
  })

  it('have at most twenty names, and all are counted', () => {
    const found = waiting(Array.from({ length: 25 }, (_, index) => group(`店${index + 10}`, 25 - index)))
    expect(found?.statuses.map(({ orders }) => orders)).toEqual(Array.from({ length: 20 }, (_, index) => 25 - index))
    expect(found?.orders).toBe(325)
    expect(found?.setting.split(',')).toHaveLength(20)
  })
})

describe('the setting that is shown', () => {
  it.each([
    [['店舗保留'], '', '店舗保留:hold'],
    [['キャンセル済み'], '', 'キャンセル済み:cancelled'],
    [[''], '', '-:hold'],
    [['10'], '', '10:hold'],
    [['10:店舗保留'], '', '10=店舗保留:hold'],
    [['店舗保留'], '別名:sell', '別名:sell,店舗保留:hold'],
    [['店舗保留'], '別名:sell, ,', '別名:sell,店舗保留:hold'],
    [['店舗保留'], ' 別名:sell,別:hold ', ' 別名:sell,別:hold,店舗保留:hold'],
    [['a', 'b'], '', 'a:hold,b:hold'],
    // One number with two names: the first takes the number, the second has its name alone.
    [['10:い', '10:返品受付'], '', '10=い:hold,返品受付:cancelled'],
    [['10:新名'], '10=旧名:sell', '10=旧名:sell,新名:hold'],
    // The entry of the name speaks for the number beside it.
    [['店舗保留', '10:店舗保留'], '', '10=店舗保留:hold'],
    // No entry can hold it beside the others.
    [['=x'], '', ''],
    [['=x', 'y'], '', 'y:hold'],
  ])('%j beside %j: %s', (orderStatuses, setting, expected) =>
    expect(settingFor(orderStatuses, setting)).toBe(expected),
  )

  it('has no text that is too long for a name', () => {
    expect(settingFor(['あ'.repeat(255)])).toBe(`${'あ'.repeat(255)}:hold`)
    expect(settingFor(['あ'.repeat(256)])).toBe('')
    expect(waiting([group('あ'.repeat(256))])?.orders).toBe(1)
  })
})
