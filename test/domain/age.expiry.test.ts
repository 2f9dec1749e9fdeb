import { daysBetween, expiresOn, isEnding } from '../../src/domain/age.js'
import { describe, expect, it } from 'vitest'

// Counted on a wall calendar.
describe('credit: 60 days', () => {
  it.each([
    ['2026-01-01', '2026-03-02'],
    ['2024-01-01', '2024-03-01'], // leap year: February has 29
    ['2026-11-23', '2027-01-22'],
    ['2026-12-31', '2027-03-01'],
    ['2023-12-31', '2024-02-29'],
    ['2026-06-30', '2026-08-29'],
  ])('%s → %s', (from, to) => {
    expect(expiresOn(from, null)).toBe(to)
  })
})

describe('softbank: 60 days', () => {
  it.each([
    ['2026-01-01', '2026-03-02'],
    ['2026-07-31', '2026-09-29'],
  ])('%s → %s', (from, to) => {
    expect(expiresOn(from, 'softbank')).toBe(to)
  })
})

describe('au: 90 days', () => {
  it.each([
    ['2026-01-01', '2026-04-01'],
    ['2024-01-01', '2024-03-31'],
    ['2026-10-02', '2026-12-31'],
    ['2026-11-23', '2027-02-21'],
  ])('%s → %s', (from, to) => {
    expect(expiresOn(from, 'au')).toBe(to)
  })
})

describe('docomo: the last day of the second month after', () => {
  it.each([
    ['2026-01-01', '2026-03-31'],
    ['2026-01-31', '2026-03-31'],
    ['2026-02-28', '2026-04-30'],
    ['2026-03-31', '2026-05-31'],
    ['2026-04-30', '2026-06-30'],
    ['2026-07-31', '2026-09-30'],
    ['2026-10-15', '2026-12-31'],
    ['2026-11-30', '2027-01-31'],
    ['2026-12-01', '2027-02-28'],
    ['2026-12-31', '2027-02-28'],
    ['2027-12-31', '2028-02-29'], // leap year
    ['2023-12-01', '2024-02-29'],
    ['2024-02-29', '2024-04-30'],
    ['2099-12-31', '2100-02-28'], // a century that is no leap year
  ])('%s → %s', (from, to) => {
    expect(expiresOn(from, 'docomo')).toBe(to)
  })
})

describe('days between two Japan dates', () => {
  it.each([
    ['2026-11-23', '2026-11-23', 0],
    ['2026-11-23', '2026-11-24', 1],
    ['2026-11-24', '2026-11-23', -1],
    ['2026-12-31', '2027-01-01', 1],
    ['2024-02-28', '2024-03-01', 2],
    ['2026-02-28', '2026-03-01', 1],
    ['2024-01-01', '2025-01-01', 366],
    ['2026-03-07', '2026-03-09', 2], // clocks change in between elsewhere
  ])('%s to %s: %i', (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days)
  })
})

it.each([
  [-1, false],
  [0, true],
  [1, true],
  [7, true],
  [8, false],
])('an authorisation with %i days left is named: %s', (left, expected) => expect(isEnding({ left })).toBe(expected))
