// docs/interface.md is the contract: it names each command, option, setting, exit code and column, and no other.
import { buildProgram } from '../src/cli/program.js'
import { EXPECTED, SCHEMA } from '../src/config/schema.js'
import type { AttentionCause, DifferenceCause } from '../src/domain/difference.js'
import type { MirrorFreshness } from '../src/domain/lock-owner.js'
import { PUSH_TROUBLE, type PushFate } from '../src/domain/shop.js'
import { EXIT, type ExitCode, highest } from '../src/errors.js'
import { COLUMNS, readHeader } from '../src/mirror/csv/columns.js'
import { ordersToCsv } from '../src/mirror/csv/export.js'
import { doctorCsv } from '../src/ui/doctor.js'
import { orderCsv } from '../src/ui/order-list.js'
import { differencesCsv } from '../src/ui/reconcile.js'
import { reportCsv } from '../src/ui/report-data.js'
import { resultCsv } from '../src/ui/result.js'
import { runsCsv } from '../src/ui/runs.js'
import { silentTerminal } from './cli/silent-terminal.js'
import { EMBEDDED, folder, run } from './e2e/program.js'
import { cell, codesIn, listed, pageAt, type Row } from './pages.js'
import { Command, Option } from 'commander'
import { describe, expect, it } from 'vitest'
import { rules } from './domain/order-fixture.js'

const page = pageAt('docs/interface.md')
const program = buildProgram('en', silentTerminal, '0.0.0', () => undefined)

/** Commands that a person may type, with those below them. */
const visible = (command: Command): Command[] =>
  command.commands.filter((one) => !one.name().startsWith('__')).flatMap((one) => [one, ...visible(one)])
const commands = visible(program)

const argumentsOf = ({ registeredArguments }: Command): string[] =>
  registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${name}>` : `[${name}]`
  })

/** `paygent runs show <id>` */
function usageOf(command: Command): string {
  const names: string[] = []
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name())
  return [...names, ...argumentsOf(command)].join(' ')
}

const optionOf = (row: Row): string => codesIn(cell(row, 'option'))[0] ?? ''

/** Defaults that are no option's own: a word of the page for one that the command works out. */
const WORKED_OUT: Readonly<Record<string, string>> = {
  'paygent orders --limit <n>': '50 in a table',
  'paygent orders --page <n>': '1',
  'paygent reconcile --days <n>': '30',
  'paygent report --month <month>': 'month',
  'paygent runs --limit <n>': '20',
}

const defaultOf = (usage: string, { flags, defaultValue }: Option): string =>
  WORKED_OUT[`${usage} ${flags}`] ?? (typeof defaultValue === 'string' ? defaultValue : '–')

describe('commands', () => {
  const section = page.text.split('\n## Commands\n')[1]?.split('\n## ')[0] ?? ''
  const headings = [...section.matchAll(/^### `(.+)`$/gm)].map(([, usage]) => usage ?? '')

  it('are those of the program', () => {
    const found = ['paygent', 'paygent help [command]', ...commands.map(usageOf)]
    expect(headings.toSorted()).toEqual(found.toSorted())
  })

  it.each(commands.map((command) => [usageOf(command), command] as const))('%s has its options', (usage, command) => {
    const [table] = page.tables(`\`${usage}\``)
    const said = (table?.rows ?? []).map((row) => [optionOf(row), cell(row, 'default')])
    const found = command.options.filter(({ hidden }) => !hidden)
    expect(said).toEqual(found.map((option) => [option.flags, defaultOf(usage, option)]))
    for (const option of found) {
      const values = table?.rows.find((row) => optionOf(row) === option.flags)?.['values'] ?? ''
      if (option.argChoices) expect(codesIn(values)).toEqual(option.argChoices)
      expect([option.flags, values === '–']).toEqual([option.flags, !/[<[]/.test(option.flags)])
    }
  })

  it('have the options of every command', () => {
    const { rows } = page.table('Options of every command')
    const shown = [...program.options.filter(({ hidden }) => !hidden), new Option('-h, --help')]
    expect(rows.map(optionOf).toSorted()).toEqual(shown.map(({ flags }) => flags).toSorted())
    for (const { flags, argChoices, defaultValue } of shown) {
      const row = rows.find((one) => optionOf(one) === flags) ?? {}
      if (argChoices) expect(codesIn(cell(row, 'values'))).toEqual(argChoices)
      if (typeof defaultValue === 'string') expect(cell(row, 'default')).toBe(defaultValue)
    }
    const hidden = program.options.filter((option) => option.hidden).map(({ flags }) => flags)
    expect(hidden.length).toBeGreaterThan(0)
    expect(codesIn(page.section('Options of every command'))).toEqual(expect.arrayContaining(hidden))
  })
})

describe('exit codes', () => {
  const { rows } = page.table('Exit codes')

  it('are those of the program', () => {
    const said = rows.map((row) => [codesIn(cell(row, 'name'))[0], Number(cell(row, 'code'))])
    expect(Object.fromEntries(said)).toEqual(EXIT)
    expect(said).toHaveLength(Object.keys(EXIT).length)
  })

  it('rank as the page says', () => {
    const line = /the first of this row is given: ([\d, ]+)\./.exec(
      page.section('Exit codes').replaceAll('\n', ' '),
    )?.[1]
    const ranked = Object.values(EXIT).toSorted((one: ExitCode, other: ExitCode) =>
      highest(one, other) === one ? -1 : 1,
    )
    expect(line).toBe(ranked.join(', '))
  })
})

describe('settings', () => {
  const { rows } = page.table('Settings')
  const nameOf = (row: Row): string => codesIn(cell(row, 'setting'))[0] ?? ''

  it('are those of the program', () => {
    expect(rows.map(nameOf).toSorted()).toEqual(Object.keys(SCHEMA.shape).toSorted())
  })

  it('may be what the page says', () => {
    for (const row of rows) {
      const expected = EXPECTED[nameOf(row)]?.replaceAll(' | ', ', ')
      if (expected !== undefined) expect([nameOf(row), cell(row, 'values')]).toEqual([nameOf(row), expected])
    }
  })

  it('are what the page says while they are unset', () => {
    const unset: Readonly<Record<string, unknown>> = SCHEMA.parse({})
    const WORDS = /^(–|by the profile|by the user)$/
    for (const row of rows) {
      const [name, value] = [nameOf(row), unset[nameOf(row)]]
      if (value === undefined) expect([name, cell(row, 'default')]).toEqual([name, expect.stringMatching(WORDS)])
      else expect([name, cell(row, 'default')]).toEqual([name, String(value)])
    }
  })
})

describe('codes', () => {
  it('name every cause', () => {
    const CAUSES = {
      moved: true,
      'late-arrival': true,
      'no-payment': true,
      'several-payments': true,
      'other-trading-id': true,
      'other-method': true,
      'another-payment': true,
      'two-alive': true,
      'none-alive': true,
      conflict: true,
      'shop-error': true,
      'no-answer': true,
    } as const satisfies Record<DifferenceCause | AttentionCause, true>
    expect(page.table('Causes').rows.flatMap((row) => codesIn(cell(row, 'cause')))).toEqual(Object.keys(CAUSES))
  })

  it('name every fate of a push, and which ones end with 3', () => {
    const FATES = {
      written: true,
      already: true,
      superseded: true,
      'would-write': true,
      unsettled: true,
      conflict: true,
      moved: true,
      gone: true,
      'never-read': true,
      failed: true,
    } as const satisfies Record<PushFate, true>
    const { rows } = page.table('Fates')
    const fates = rows.flatMap((row) => codesIn(cell(row, 'fate')))
    expect(fates).toEqual(Object.keys(FATES))
    const bad = rows.filter((row) => cell(row, 'exit 3') === 'yes').flatMap((row) => codesIn(cell(row, 'fate')))
    expect(bad.toSorted()).toEqual([...PUSH_TROUBLE].toSorted())
  })

  it('name every state of the machine', () => {
    const STATES = { new: true, known: true, behind: true, unknown: true, unrecorded: true } as const
    const said = page.table('Machine states').rows.flatMap((row) => codesIn(cell(row, 'state')))
    expect(said).toEqual(Object.keys(STATES satisfies Record<MirrorFreshness, true>))
  })
})

describe('CSV', () => {
  const head = { id: 1, operation: 'sale', environment: '', startedAt: '', endedAt: null, state: 'completed' } as const
  const HEADS: Readonly<Record<string, string>> = {
    export: ordersToCsv([]),
    orders: orderCsv([], 'en'),
    'bulk-sale, bulk-cancel, sale, cancel, runs show': resultCsv({ run: head, items: [], rules: rules() }, 'en'),
    runs: runsCsv([]),
    report: reportCsv([]),
    'reconcile, sync': differencesCsv([]),
    doctor: doctorCsv([], 'en'),
  }

  it('goes out with the columns of the page', () => {
    const said = page
      .table('CSV out')
      .rows.map((row) => [codesIn(cell(row, 'command')).join(', '), listed(cell(row, 'columns'))])
    const found = Object.entries(HEADS).map(([command, head]) => [
      command,
      head.replace('\uFEFF', '').trim().split(','),
    ])
    expect(said).toEqual(found)
  })

  it('comes in with the columns of the page, under each of their names', () => {
    const { rows } = page.table('CSV in')
    expect(rows.flatMap((row) => codesIn(cell(row, 'column')))).toEqual(COLUMNS)
    for (const row of rows)
      for (const name of [...codesIn(cell(row, 'column')), ...listed(cell(row, 'also known as'))])
        expect([name, [...readHeader([name]).places.keys()]]).toEqual([name, codesIn(cell(row, 'column'))])
  })

  it('is refused where the page says so', async () => {
    const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
      show: ['852'],
      import: ['orders.csv'],
      amend: ['852', '--undo'],
      hold: ['852', '--undo'],
      settle: ['852', '--as', 'sold', '--note', 'x', '--yes'],
      backup: ['copy.db'],
      purge: ['--before', '2020-01-01', '--yes'],
    }
    const row = page.table('JSON').rows.find((one) => cell(one, 'CSV') === 'exit 2')
    const refused = codesIn(cell(row ?? {}, 'command'))
    expect(refused.length).toBeGreaterThan(5)
    const cwd = folder()
    for (const command of refused) {
      const { code, stderr } = await run(cwd, [command, ...(ARGUMENTS[command] ?? []), '--format', 'csv'], EMBEDDED)
      expect([command, code, stderr]).toEqual([command, 2, expect.stringContaining('--format')])
    }
  })
})
