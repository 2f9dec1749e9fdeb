// Draws the charts of a page. Each is a table whose cells a style sheet draws as columns or bars, so that a screen reader
// and a copy have the numbers.
import type { Outcome } from '../domain/outcome.js'
import { payerKey, type Report } from '../domain/report.js'
import { grouped, listDate, yen } from '../text/numbers.js'
import { safe } from '../text/width.js'
import { capturedYen, outcomeName } from './report.js'
import { bothLanguages, type Lang } from './screen.js'
import { shortMethod } from './words.js'
import { html, type SafeHtml } from '@remix-run/html-template'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const JA = {
  day: '日',
  month: '月',
  sold: '日ごとの売上',
  soldByMonth: '月ごとの売上',
  lost: '売上にならずに期限が切れたオーソリ',
  most: (sum: string, day: string) => `最大：${sum}（${day}）`,
  lostName: '期限切れ',
  outcomes: '処理の結果',
  outcome: '結果',
  count: '件数',
  orders: (count: number) => `${grouped(count)}件`,
}

const EN: typeof JA = {
  day: 'Day',
  month: 'Month',
  sold: 'Captured by day',
  soldByMonth: 'Captured by month',
  lost: 'Authorisations that expired unsold',
  most: (sum, day) => `Most: ${sum} (${day})`,
  lostName: 'Expired',
  outcomes: 'Outcomes',
  outcome: 'Outcome',
  count: 'Requests',
  orders: (count) => grouped(count),
}

const TEXTS = bothLanguages(JA, EN)

/** A series for each column behind the first, and a row for each place of the axis. */
export interface Chart {
  readonly shape: 'column' | 'bar'
  readonly title: string
  readonly note: string | null
  /** The name of what the rows are. */
  readonly axis: string
  readonly series: readonly string[]
  readonly rows: readonly ChartRow[]
  show(value: number): string
}

interface ChartRow {
  readonly name: string
  /** Whether there is room for its name. */
  readonly named: boolean
  /** One for each series, not negative. */
  readonly values: readonly number[]
}

/** More days than these are summed up by month. */
const MOST_DAYS = 31
/** Of the days of a month every so many is named. */
const NAMED_EVERY = 7

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/** The yen of some series by the days of a report, or by its months. */
function overTime(
  { days }: Report,
  valueOf: (series: number, day: string) => number,
  { title, series }: { title: (byMonth: boolean) => string; series: readonly string[] },
  lang: Lang,
): Chart[] {
  const texts = TEXTS[lang]
  const byMonth = days.length > MOST_DAYS
  const placeOf = (day: string): string => (byMonth ? day.slice(0, 7) : day)
  const places = [...new Set(days.map(({ day }) => placeOf(day)))]
  const rows = places.map((place, index) => ({
    place,
    name: String(Number(place.slice(byMonth ? 5 : 8))),
    named: byMonth || index % NAMED_EVERY === 0,
    values: series.map((_, each) => sum(days.map(({ day }) => (placeOf(day) === place ? valueOf(each, day) : 0)))),
  }))
  const most = rows.reduce<(typeof rows)[number] | null>(
    (best, row) => (best === null || sum(row.values) > sum(best.values) ? row : best),
    null,
  )
  if (most === null || sum(most.values) === 0) return []
  return [
    {
      shape: 'column',
      title: title(byMonth),
      note: texts.most(yen(sum(most.values), lang), byMonth ? most.place.replace('-', '/') : listDate(most.place)),
      axis: byMonth ? texts.month : texts.day,
      series,
      rows,
      show: (value) => yen(value, lang),
    },
  ]
}

function soldChart(report: Report, lang: Lang): Chart[] {
  const texts = TEXTS[lang]
  const payers = report.payers.filter((payer) => capturedYen(payer) > 0)
  const cells = new Map(report.cells.map((cell) => [`${cell.day} ${payerKey(cell)}`, capturedYen(cell)]))
  const series = payers.map((payer) => shortMethod(payer, lang))
  const valueOf = (each: number, day: string): number => {
    const payer = payers[each]
    return payer === undefined ? 0 : (cells.get(`${day} ${payerKey(payer)}`) ?? 0)
  }
  return overTime(report, valueOf, { title: (byMonth) => (byMonth ? texts.soldByMonth : texts.sold), series }, lang)
}

function lostChart(report: Report, lang: Lang): Chart[] {
  const texts = TEXTS[lang]
  const valueOf = (_: number, day: string): number => sum(report.lost.map((one) => (one.day === day ? one.yen : 0)))
  return overTime(report, valueOf, { title: () => texts.lost, series: [texts.lostName] }, lang)
}

const OUTCOMES = [
  'accepted',
  'rejected',
  'not-processed',
  'unknown',
  'attention',
  'unsent',
  'refused',
] as const satisfies readonly Outcome[]

function outcomesChart({ lines, outcomes }: Report, lang: Lang): Chart[] {
  const texts = TEXTS[lang]
  const counted: readonly { readonly outcome: Outcome; readonly count: number }[] = [
    { outcome: 'accepted', count: lines.length },
    ...outcomes,
  ]
  const rows = OUTCOMES.flatMap((outcome) => {
    const count = sum(counted.map((one) => (one.outcome === outcome ? one.count : 0)))
    return count === 0 ? [] : [{ name: outcomeName(outcome, lang), named: true, values: [count] }]
  })
  if (rows.length === 0) return []
  const { outcomes: title, outcome: axis, count } = texts
  return [{ shape: 'bar', title, note: null, axis, series: [count], rows, show: texts.orders }]
}

/** The charts of a report; one that would be empty is left out. */
export const reportCharts = (report: Report, lang: Lang): Chart[] => [
  ...soldChart(report, lang),
  ...outcomesChart(report, lang),
  ...lostChart(report, lang),
]

/** The library's style. A page that has no chart does not need it. */
const libraryStyle = (): string => readFileSync(createRequire(import.meta.url).resolve('charts.css'), 'utf8')

/** A bar's number stands behind its end, and needs room there. */
const LONGEST_BAR = 0.7
/** Classes give the heights, because the page's policy forbids the attribute `style`. */
const STEPS = 1000

const stepOf = (value: number, most: number, longest: number): number =>
  value === 0 ? 0 : Math.max(1, Math.round((value / most) * longest * STEPS))

/** The style of the charts, with a class for each height that occurs in them. */
export function chartsStyle(charts: readonly Chart[]): string {
  const steps = new Set(charts.flatMap((chart) => stepsOf(chart).flat()))
  const sizes = [...steps].toSorted((a, b) => a - b).map((step) => `.charts-css .s${step}{--size:${step / STEPS}}`)
  return [libraryStyle(), CHART_STYLE, ...sizes].join('\n')
}

function stepsOf({ shape, rows }: Chart): number[][] {
  const most = Math.max(...rows.map(({ values }) => sum(values)))
  return rows.map(({ values }) => values.map((value) => stepOf(value, most, shape === 'bar' ? LONGEST_BAR : 1)))
}

const LOOKS = {
  column: 'column stacked multiple show-labels show-primary-axis show-4-secondary-axes data-spacing-1 hide-data',
  bar: 'bar show-labels show-primary-axis data-spacing-2 data-outside',
} as const

/** @param place among the charts of a page, for its id */
export function chartHtml(chart: Chart, place: number): SafeHtml {
  const { shape, title, note, axis, series, rows, show } = chart
  const id = `chart-${place}`
  const steps = stepsOf(chart)
  const legend =
    series.length < 2
      ? ''
      : html`<ul class="charts-css legend legend-inline legend-square" aria-hidden="true">
          ${series.map((name) => html`<li>${safe(name)}</li>`)}
        </ul>`
  return html`<section class="chart" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${note === null ? '' : html`<p>${note}</p>`} ${legend}
    <table class="charts-css ${LOOKS[shape]}" role="table" aria-labelledby="${id}">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">${axis}</th>
          ${series.map((name) => html`<th role="columnheader" scope="col">${safe(name)}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          ({ name, named, values }, row) =>
            html`<tr role="row">
              <th role="rowheader" scope="row" class="${named ? '' : 'hide-label'}">${name}</th>
              ${values.map(
                (value, each) =>
                  html`<td role="cell" class="s${steps[row]?.[each] ?? 0}">
                    <span class="data">${show(value)}</span>
                  </td>`,
              )}
            </tr> `,
        )}
      </tbody>
    </table>
  </section> `
}

const CHART_STYLE = `
.chart { break-inside: avoid; }
.charts-css {
  --color-1: #1d5fbf; --color-2: #c2530c; --color-3: #15803d; --color-4: #8a3ab9; --color-5: #6b7280;
  --primary-axis-color: var(--line); --secondary-axes-color: var(--line); --legend-border-style: none;
}
@media screen and (prefers-color-scheme: dark) {
  .charts-css { --color-1: #6ea8fe; --color-2: #fb923c; --color-3: #4ade80; --color-4: #c792ea; --color-5: #9ca3af; }
}
.charts-css.column { --aspect-ratio: 5 / 1; margin: .5rem 0 1rem; }
.charts-css.column th, .charts-css.bar th { font-weight: 400; font-size: .85rem; white-space: nowrap; }
.charts-css.column td { border-top: 1px solid var(--page); }
.charts-css.column .s0, .charts-css.bar .s0 { border: 0; }
.charts-css.bar { --labels-size: 8rem; margin: .5rem 0 1rem; }
.charts-css.bar tbody tr td { padding-block: 0; height: 1.4rem; background: var(--color-1); }
.charts-css.bar .data { padding-inline-start: .4rem; white-space: nowrap; }
.charts-css.legend { margin: .25rem 0; padding: 0; }
.charts-css.legend li::before { border: 0; }
@media screen and (max-width: 640px) { .charts-css.column { --aspect-ratio: 2 / 1; } }
`
