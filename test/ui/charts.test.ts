// The charts of a report hold its sums, day by day or month by month.
import { type Report, reportOf } from '../../src/domain/report.js'
import { type Chart, chartHtml, chartsStyle, reportCharts } from '../../src/ui/charts.js'
import { capturedYen } from '../../src/ui/report.js'
import { LANGS } from '../../src/ui/screen.js'
import { MADE_AT, REQUESTS, sampleReport } from './sample-report.js'
import { describe, expect, test } from 'vitest'

const YEAR = { from: '2025-12-01', to: '2026-11-30' } as const
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/** The chart with that place among the charts of a report. */
const chartOf = (report: Report, place: number): Chart => {
  const chart = reportCharts(report, 'ja')[place]
  if (chart === undefined) throw new Error('no such chart')
  return chart
}

describe('the yen of each day', () => {
  test('add up to the sums of the report, for each payer and in all', () => {
    for (const report of [sampleReport(), sampleReport(YEAR)]) {
      const { series, rows } = chartOf(report, 0)
      const payers = report.payers.filter((payer) => capturedYen(payer) > 0)
      expect(series).toEqual(['クレジット', 'docomo'])
      expect(series.map((_, each) => sum(rows.map(({ values }) => values[each] ?? 0)))).toEqual(payers.map(capturedYen))
      expect(sum(rows.flatMap(({ values }) => values))).toBe(capturedYen(report.total))
    }
  })

  test('stand on their own day', () => {
    const { rows } = chartOf(sampleReport(), 0)
    expect(rows).toHaveLength(30)
    expect(rows.filter(({ values }) => sum(values) > 0)).toEqual([
      { place: '2026-11-02', name: '2', named: false, values: [2_500, 1_000] },
      { place: '2026-11-03', name: '3', named: false, values: [500, 0] },
      { place: '2026-11-30', name: '30', named: false, values: [0, 1_000] },
    ])
  })

  test('are those of a month where the period is longer', () => {
    const { title, note, rows } = chartOf(sampleReport(YEAR), 0)
    expect([title, note]).toEqual(['月ごとの売上', '最大：5,000円（2026/11）'])
    expect(rows.map(({ name }) => name).join(' ')).toBe('12 1 2 3 4 5 6 7 8 9 10 11')
  })
})

test('the outcomes count every request of the period once', () => {
  const report = sampleReport()
  const { rows } = chartOf(report, 1)
  expect(rows.map(({ name, values }) => [name, ...values])).toEqual([
    ['成功', 6],
    ['失敗', 1],
    ['結果不明', 1],
    ['対象外', 1],
  ])
  const inside = REQUESTS.filter(({ at }) => at.startsWith('2026-11'))
  expect(sum(rows.flatMap(({ values }) => values))).toBe(inside.length)
})

test('the lost authorisations have a chart of their own', () => {
  const { title, note, rows } = chartOf(sampleReport(), 2)
  expect([title, note]).toEqual(['売上にならずに期限が切れたオーソリ', '最大：3,000円（2026/11/10）'])
  expect(sum(rows.flatMap(({ values }) => values))).toBe(3_000)
})

test('a month without anything has no chart', () => {
  const empty = reportOf(YEAR, { requests: [], lost: [], elsewhere: [], differences: [] }, MADE_AT)
  for (const lang of LANGS) expect(reportCharts(empty, lang)).toEqual([])
})

test('every height that a cell has is in the style, and no cell has a style of its own', () => {
  const charts = reportCharts(sampleReport(), 'ja')
  const page = charts.map((chart, place) => String(chartHtml(chart, place))).join('')
  const style = chartsStyle(charts)
  const steps = [...page.matchAll(/<td[^>]* class="(s\d+)"/g)].map(([, step = '']) => step)
  expect(steps.length).toBeGreaterThan(60)
  for (const step of steps) expect(style).toContain(`.charts-css .${step}{--size:${Number(step.slice(1)) / 1000}}`)
  expect(page).not.toContain('style=')
  expect(style).not.toMatch(/url\(|@import|<\//)
})
