// Tests the period that the options of `report` name.
import { describe, expect, it } from 'vitest'
import { periodOf } from '../../src/cli/commands/report.js'

const TODAY = '2026-11-29'

describe('the period', () => {
  it.each([
    ['no option', {}, '2026-11-01', '2026-11-30'],
    ['a month', { month: '2026-02' }, '2026-02-01', '2026-02-28'],
    ['a leap year', { month: '2024-02' }, '2024-02-01', '2024-02-29'],
    ['a month with a slash, in full width', { month: '２０２６／１２' }, '2026-12-01', '2026-12-31'],
    ['this month', { month: '今月' }, '2026-11-01', '2026-11-30'],
    ['the last month', { month: 'last-month' }, '2026-10-01', '2026-10-31'],
    ['two days', { from: '2026/11/03', to: '2026-11-05' }, '2026-11-03', '2026-11-05'],
    ['a first day alone', { from: '2026-10-30' }, '2026-10-30', '2026-11-29'],
    ['a first day to come', { from: '2026-12-24' }, '2026-12-24', '2026-12-24'],
    ['a last day alone', { to: '2026-10-05' }, '2026-10-01', '2026-10-05'],
    ['months by their names', { from: '先月', to: '今月' }, '2026-10-01', '2026-11-30'],
  ])('%s', (_, options, from, to) => {
    expect(periodOf(options, TODAY)).toEqual({ from, to })
  })

  it.each([
    [{ month: '2026-13' }, 'bad-value'],
    [{ month: '2026-11-01' }, 'bad-value'],
    [{ month: '7d' }, 'bad-value'],
    [{ month: '2026-11', to: '2026-11-05' }, 'options-contradict'],
    [{ from: '2026-11-05', to: '2026-11-03' }, 'impossible-range'],
    [{ from: '2026-11-31' }, 'bad-value'],
  ])('%j is %s', (options, code) => {
    expect(() => periodOf(options, TODAY)).toThrow(expect.objectContaining({ code }))
  })
})
