// Tests which fields of a conflict an answer of Paygent can end: docs/rules.md#conflicts.
import { isForPaygent, isRevival, onlyTheShopEnds, UNREADABLE, withoutPaygents } from '../../src/domain/difference.js'
import { parseStatuses } from '../../src/domain/order-status.js'
import { describe, expect, it } from 'vitest'

type Side = Readonly<Record<string, string | number | null>>

const PAYGENTS = ['payment_id', 'trading_id', 'payment_status', 'kind', 'carrier']
const ends = (ours: Side, theirs: Side, sold = false, setting = ''): string[] =>
  onlyTheShopEnds({ ours, theirs }, sold, parseStatuses(setting) ?? [])
const asks = (ours: Side, theirs: Side, sold = false, setting = ''): boolean =>
  isForPaygent({ ours, theirs }, sold, parseStatuses(setting) ?? [])

describe('a conflict that only the shop ends', () => {
  it.each<[string, Side, Side, boolean]>([
    ['another method', { method: 'credit' }, { method: 'carrier' }, true],
    ['a method where none was known', { method: null }, { method: 'carrier' }, true],
    ['the same method', { method: 'credit' }, { method: 'credit' }, false],
    ['no method on either side', {}, { method: null }, false],
    ['a raised total', { total: 1000 }, { total: 1001 }, true],
    ['a raised total of one figure more', { total: 999 }, { total: 1000 }, true],
    ['the same total', { total: 1000 }, { total: 1000 }, false],
    ['a lowered total', { total: 1000 }, { total: 999 }, false],
    ['a row that cannot be read', { [UNREADABLE]: '852' }, { [UNREADABLE]: '852' }, true],
    ['an order that comes back', { order_status: 'キャンセル' }, { order_status: '新規受付' }, true],
    ['one that comes back without 対応状況', { order_status: 'キャンセル' }, { order_status: null }, true],
    ['an order that is called off', { order_status: '新規受付' }, { order_status: 'キャンセル' }, false],
    ['one without 対応状況 that goes on', { order_status: null }, { order_status: '新規受付' }, false],
    ['対応状況 on neither side', { order_status: null }, { order_status: null }, false],
    ['one that was called off by its number', { order_status: 3 }, { order_status: 1 }, true],
    ['any other field', { name: 'a' }, { name: 'b' }, false],
  ])('%s', (_, ours, theirs, expected) => {
    const fields = Object.keys(theirs)
    expect(ends(ours, theirs)).toEqual(expected ? fields : [])
    expect(asks(ours, theirs)).toBe(!expected)
  })

  it.each(PAYGENTS)('not one in %s: Paygent knows it', (field) => {
    expect(ends({ [field]: '1' }, { [field]: '2' })).toEqual([])
    expect(asks({ [field]: '1' }, { [field]: '2' })).toBe(true)
  })

  it('any total of a sold order', () => {
    for (const total of [999, 1000, 1001]) expect(ends({ total: 1000 }, { total }, true)).toEqual(['total'])
    expect(ends({ kind: '022' }, { kind: '' }, true)).toEqual([])
  })

  it('the fields that are left are named, and Paygent is asked about the others', () => {
    const ours = { total: 1000, kind: '', method: 'credit' }
    expect(ends(ours, { total: 2000, kind: '022', method: 'carrier' })).toEqual(['total', 'method'])
    expect(asks(ours, { total: 2000, kind: '022', method: 'carrier' })).toBe(true)
    expect(asks(ours, { total: 2000, method: 'carrier' })).toBe(false)
    // A lowered total ends with the rest, so there has to be a rest.
    expect(asks(ours, { total: 900, method: 'carrier' })).toBe(false)
  })

  it('the row that cannot be read is named by the order', () => expect(UNREADABLE).toBe('order_id'))
})

describe('an order comes back', () => {
  it.each([
    ['キャンセル', '新規受付', true],
    ['キャンセル', '決済処理中', true],
    ['キャンセル', '店舗保留', true],
    ['キャンセル済み', '', true],
    ['3', '1', true],
    ['削除済み', '新規受付', true],
    ['キャンセル', '返品', false],
    ['キャンセル', 'キャンセル', false],
    ['新規受付', 'キャンセル', false],
    ['新規受付', '発送済み', false],
    ['決済処理中', '新規受付', false],
    ['店舗保留', '新規受付', false],
    ['', '新規受付', false],
  ])('from %j to %j: %s', (before, now, expected) => expect(isRevival(before, now, [])).toBe(expected))

  it('by the meanings that the shop has set', () => {
    const statuses = parseStatuses('店舗中止:cancelled') ?? []
    expect([isRevival('店舗中止', '新規受付', statuses), isRevival('店舗中止', '新規受付', [])]).toEqual([true, false])
    expect(isRevival('キャンセル', '店舗中止', statuses)).toBe(false)
  })

  it('in a conflict as well', () => {
    const sides = [{ order_status: '店舗中止' }, { order_status: '新規受付' }] as const
    expect(ends(...sides, false, '店舗中止:cancelled')).toEqual(['order_status'])
    expect(asks(...sides, false, '店舗中止:cancelled')).toBe(false)
    expect(ends(...sides)).toEqual([])
  })
})

it('after Paygent has decided its fields the others are left', () => {
  const all = Object.fromEntries(
    [...PAYGENTS, 'method', 'total', 'order_status', UNREADABLE].map((field) => [field, 1]),
  )
  expect(withoutPaygents(all)).toEqual({ method: 1, total: 1, order_status: 1, order_id: 1 })
  expect(withoutPaygents({})).toEqual({})
})
