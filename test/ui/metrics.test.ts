// Tests the file for monitoring against the rules of Prometheus' text format, and what is read back from it.
import { describe, expect, it } from 'vitest'
import { endsIn, metricsText, type MetricsView } from '../../src/ui/metrics.js'
import { summaryJson } from '../../src/ui/summary.js'
import { cell, codesIn, pageAt } from '../pages.js'
import { everyOutcome, runItem } from './sample-orders.js'

const VIEW: MetricsView = {
  shop: 'paygent',
  version: '1.2.3',
  environment: 'production',
  cutOffAt: 1_795_953_600,
  ends: {
    exitCode: new Map([
      ['nightly', 4],
      ['status', 0],
    ]),
    endedAt: new Map([['nightly', 1_795_950_000]]),
    succeededAt: new Map([
      ['nightly', 1_795_863_600],
      ['sale', 1_795_863_500],
    ]),
  },
  mirror: {
    open: 1,
    attention: 2,
    expiring: { count: 3, yen: 12_000 },
    importedAt: 1_795_940_000,
    runs: [{ operation: 'sale', endedAt: 1_795_949_000, summary: summaryJson(everyOutcome()) }],
  },
}

/** One line of the format: a comment of the two kinds, or a sample without a time. */
const HELP = /^# HELP ([a-z][a-z0-9_]*) (?:[^\\\n]|\\\\|\\n)+$/
const TYPE = /^# TYPE ([a-z][a-z0-9_]*) gauge$/
const SAMPLE = /^([a-z][a-z0-9_]*)\{((?:[a-z_]+="(?:[^\\"\n]|\\[\\"n])*",?)+)\} (-?\d+(?:\.\d+)?)$/

/** The samples by name and labels. Throws where a line is none of the format, or stands at a wrong place. */
function parsed(text: string): Map<string, number> {
  expect(text.endsWith('\n')).toBe(true)
  const samples = new Map<string, number>()
  const helped = new Set<string>()
  let family = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const help = HELP.exec(line)?.[1]
    const type = TYPE.exec(line)?.[1]
    if (help !== undefined) {
      expect(helped.has(help), `${help} twice`).toBe(false)
      helped.add(help)
      family = ''
    } else if (type !== undefined) {
      expect(helped.has(type)).toBe(true)
      family = type
    } else {
      const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? []
      expect([line, name]).toEqual([line, family])
      expect(samples.has(`${name}{${labels}}`), line).toBe(false)
      samples.set(`${name}{${labels}}`, Number(value))
    }
  }
  return samples
}

describe('the file', () => {
  const samples = parsed(metricsText(VIEW))

  it.each([
    ['paygent_info{version="1.2.3",environment="production",shop="paygent"}', 1],
    ['paygent_last_exit_code{command="nightly",shop="paygent"}', 4],
    ['paygent_last_exit_code{command="status",shop="paygent"}', 0],
    ['paygent_last_end_timestamp_seconds{command="nightly",shop="paygent"}', 1_795_950_000],
    ['paygent_last_success_timestamp_seconds{command="nightly",shop="paygent"}', 1_795_863_600],
    ['paygent_cutoff_timestamp_seconds{shop="paygent"}', 1_795_953_600],
    ['paygent_local_data_readable{shop="paygent"}', 1],
    ['paygent_local_data_timestamp_seconds{shop="paygent"}', 1_795_940_000],
    ['paygent_open_attempts{shop="paygent"}', 1],
    ['paygent_attention_orders{shop="paygent"}', 2],
    ['paygent_expiring_orders{shop="paygent"}', 3],
    ['paygent_expiring_yen{shop="paygent"}', 12_000],
    ['paygent_last_run_end_timestamp_seconds{command="sale",shop="paygent"}', 1_795_949_000],
    ['paygent_last_run_orders{command="sale",outcome="accepted",shop="paygent"}', 1],
    ['paygent_last_run_orders{command="sale",outcome="refused",shop="paygent"}', 2],
    ['paygent_last_run_orders{command="sale",outcome="not-processed",shop="paygent"}', 1],
    ['paygent_last_run_yen{command="sale",movement="captured",shop="paygent"}', 1],
    ['paygent_last_run_yen{command="sale",movement="refunded",shop="paygent"}', 0],
  ])('has %s %i', (name, value) => expect([name, samples.get(name)]).toEqual([name, value]))

  it('has the figures of the page, and no other', () => {
    const { rows } = pageAt('docs/interface.md').table('Figures for monitoring')
    const said = rows.flatMap((row) => codesIn(cell(row, 'figure')))
    expect(said.toSorted()).toEqual([...new Set([...samples.keys()].map((key) => key.replace(/\{.*/, '')))].toSorted())
  })

  it('has every name with the prefix, and a time or money with its unit', () => {
    for (const name of samples.keys()) expect(name).toMatch(/^paygent_/)
    for (const name of samples.keys()) if (name.includes('timestamp')) expect(name).toMatch(/_timestamp_seconds\{/)
  })

  it('without the mirror has its figures left out, and says so', () => {
    const without = parsed(metricsText({ ...VIEW, mirror: null, environment: null, cutOffAt: null }))
    expect(without.get('paygent_local_data_readable{shop="paygent"}')).toBe(0)
    const names = new Set([...without.keys()].map((key) => key.replace(/\{.*/, '')))
    expect([...names].toSorted()).toEqual([
      'paygent_info',
      'paygent_last_end_timestamp_seconds',
      'paygent_last_exit_code',
      'paygent_last_success_timestamp_seconds',
      'paygent_local_data_readable',
    ])
  })

  it('leaves out yen that are not known', () => {
    const unclear = runItem({ telegram: '102', request: 'cancel', movement: null, outcome: 'accepted' })
    const runs = [{ operation: 'cancel', endedAt: 1, summary: summaryJson([unclear]) }] as const
    const text = metricsText({ ...VIEW, mirror: VIEW.mirror && { ...VIEW.mirror, runs } })
    expect(text).not.toContain('movement="released"')
    expect(parsed(text).get('paygent_last_run_orders{command="cancel",outcome="accepted",shop="paygent"}')).toBe(1)
  })

  it.each(['a"b', 'a\\b', 'a\nb', 'あ} 1', '\\n', 'x",command="sale'])(
    'escapes the label %j, and reads itself again',
    (shop) => {
      const text = metricsText({ ...VIEW, shop })
      parsed(text)
      expect(endsIn(text)).toEqual(VIEW.ends)
    },
  )
})

it.each([
  ['nothing', ''],
  ['another file', 'node_load1 0.5\n# HELP x y\n'],
  ['a command that it does not know', 'paygent_last_exit_code{command="report",shop="a"} 0\n'],
  ['half a line', 'paygent_last_exit_code{command="nightly",sh'],
  ['a value that is no number', 'paygent_last_exit_code{command="nightly",shop="a"} NaN\n'],
])('of %s nothing is read back', (_, text) => {
  expect(endsIn(text)).toEqual({ exitCode: new Map(), endedAt: new Map(), succeededAt: new Map() })
})
