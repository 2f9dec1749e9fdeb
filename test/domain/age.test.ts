// Tests stored times against a clock that may have been wrong when they were stored.
import { describe, expect, it } from 'vitest'
import { amountConfirmedMs, areApart, elapsedMs, isAhead, isOldAmount } from '../../src/domain/age.js'
import { NOW_MS, order } from './order-fixture.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

it.each([
  [0, false],
  [5 * MINUTE, false],
  [5 * MINUTE + 1, true],
  [-1, false],
])('a time %i ms ahead counts as never: %s', (ms, never) => expect(isAhead(NOW_MS + ms, NOW_MS)).toBe(never))

describe('the time since a moment', () => {
  const then = { wallMs: NOW_MS, monotonicMs: 1_000 }
  it.each([
    ['both clocks', 30_000, 30_000, 30_000],
    ['a sleep', 8 * HOUR, 0, 8 * HOUR],
    ['a clock that was put back a little', -MINUTE, 30_000, 30_000],
    ['a clock that was put back far', -5 * MINUTE - 1, 30_000, Number.POSITIVE_INFINITY],
  ])('%s', (_, wall, monotonic, expected) => {
    expect(elapsedMs(then, { wallMs: NOW_MS + wall, monotonicMs: 1_000 + monotonic })).toBe(expected)
  })

  it.each([
    [60_000, 60_000, false],
    [5_000, 0, false],
    [5_001, 0, true],
    [0, 5_001, true],
    [-5_001, 0, true],
  ])('the clocks are apart after %i and %i ms: %s', (wall, monotonic, apart) => {
    expect(areApart(then, { wallMs: NOW_MS + wall, monotonicMs: 1_000 + monotonic })).toBe(apart)
  })
})

it.each([
  ['never told', null, true],
  ['told now', 0, false],
  ['12 h ago', 12 * HOUR, false],
  ['longer ago', 12 * HOUR + 1, true],
  ['told by a clock a little ahead', -5 * MINUTE, false],
  ['told by a clock far ahead', -5 * MINUTE - 1, true],
])('an amount %s is old: %#', (_, ago, old) => {
  expect(isOldAmount(ago === null ? null : NOW_MS - ago, NOW_MS)).toBe(old)
})

it('reads when the amount of an order was told', () => {
  expect(amountConfirmedMs(order())).toBe(Date.parse('2026-11-23T19:00:00+09:00'))
  expect(amountConfirmedMs(order({ heldAmountAt: null }))).toBeNull()
})
