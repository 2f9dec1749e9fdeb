// Tests the options of a batch, which are checked before anything is opened.
import { describe, expect, it } from 'vitest'
import { type BulkOptions, givenOptions } from '../../src/cli/batch-options.js'
import { findNamed, MOST_NAMED, namedOrders, orderNumber, runNumber } from '../../src/cli/selection.js'
import type { Terminal } from '../../src/cli/terminal.js'
import { screenOf } from '../../src/cli/context.js'
import { runAmend } from '../../src/cli/commands/amend.js'
import { AppError } from '../../src/errors.js'
import { errorParts, errorText } from '../../src/ui/errors.js'
import { silentTerminal } from './silent-terminal.js'
import { commandsIn, expectAccepted } from '../ui/pasted.js'
import type { OrderStore } from '../../src/ports.js'

const NOW = Date.parse('2026-11-23T19:30:00+09:00')

const terminal = (canAsk: boolean, stdin = ''): Terminal => ({
  canAsk,
  width: null,
  errorWidth: null,
  out: () => undefined,
  err: () => undefined,
  interrupted: new AbortController().signal,
  onEnter: () => () => undefined,
  showsRun: () => undefined,
  onLost: () => undefined,
  lost: () => Promise.resolve(null),
  prompting: (_redraw, ask) => ask(),
  waitForEnter: async () => true,
  async *lines() {
    yield* stdin.split('\n')
  },
})

const options = (changes: Partial<BulkOptions> = {}): BulkOptions => ({
  orders: ['852'],
  stopAfter: '3',
  wait: true,
  pull: true,
  push: true,
  yes: true,
  ...changes,
})

function wishes(changes: Partial<BulkOptions> = {}, operation: 'sale' | 'cancel' = 'sale', canAsk = false) {
  const { request, rules, limits, sending } = givenOptions(operation, options(changes), terminal(canAsk), NOW)
  return { ...request, ...rules, ...limits, ...sending }
}

describe('wrong usage', () => {
  const rows: readonly [string, Partial<BulkOptions>, 'sale' | 'cancel', string][] = [
    ['nothing chosen', { orders: [] }, 'sale', 'no-orders-named'],
    ['two orders for a command of one', { orders: ['852,853'], single: true }, 'sale', 'unknown-orders'],
    ['stdin for a command of one', { orders: ['-'], single: true }, 'cancel', 'unknown-orders'],
    ['two orders for a refund', { orders: ['852、853'], single: true, refundTo: '500' }, 'sale', 'unknown-orders'],
    ['--all with --orders', { all: true }, 'sale', 'options-contradict'],
    ['--orders with a filter', { from: '2026-01-01' }, 'sale', 'options-contradict'],
    ['a cancel of everything', { orders: [], all: true }, 'cancel', 'filter-needed'],
    ['a cancel of everything shipped', { orders: [], all: true, shipped: true }, 'cancel', 'filter-needed'],
    ['no terminal, no --yes', { yes: false }, 'sale', 'no-terminal'],
    ['--until 24:01', { until: '24:01' }, 'sale', 'bad-value'],
    ['--until 9:00', { until: '9:00' }, 'sale', 'bad-value'],
    ['--stop-after 0', { stopAfter: '0' }, 'sale', 'bad-value'],
    ['--max-orders x', { maxOrders: 'x' }, 'sale', 'bad-value'],
    ['--max-amount -1', { maxAmount: '-1' }, 'sale', 'bad-value'],
    ['--method cash', { orders: [], all: true, method: 'cash' }, 'sale', 'bad-value'],
    ['--ask without --dry-run', { ask: true }, 'sale', 'option-needs'],
    ['--out without --dry-run', { out: 'plan.json' }, 'sale', 'option-needs'],
    ['--same-person without --plan', { samePerson: true }, 'sale', 'option-needs'],
    ['--plan with --orders', { plan: 'plan.json' }, 'sale', 'options-contradict'],
    ['--plan with --all', { orders: [], plan: 'plan.json', all: true }, 'sale', 'options-contradict'],
    ['--plan with a filter', { orders: [], plan: 'plan.json', method: 'au' }, 'sale', 'options-contradict'],
    ['--plan with --shipped', { orders: [], plan: 'plan.json', shipped: true }, 'cancel', 'options-contradict'],
    ['--plan with --dry-run', { orders: [], plan: 'plan.json', dryRun: true }, 'sale', 'options-contradict'],
    ['--plan with --out', { orders: [], plan: 'p', dryRun: true, out: 'q' }, 'sale', 'options-contradict'],
    ['--plan with --after-unknown', { orders: [], plan: 'p', afterUnknown: true }, 'sale', 'options-contradict'],
    [
      '--plan with --include-cancelled',
      { orders: [], plan: 'p', includeCancelled: true },
      'sale',
      'options-contradict',
    ],
    ['--plan, no terminal, no --yes', { orders: [], plan: 'plan.json', yes: false }, 'sale', 'no-terminal'],
    ['--from 2026-02-30', { orders: [], all: true, from: '2026-02-30' }, 'sale', 'bad-value'],
  ]
  it.each(rows)('%s', (_name, changes, operation, code) => {
    expect(() => wishes(changes, operation)).toThrow(expect.objectContaining({ code, exitCode: 2 }))
  })

  it('--orders - never asks, so it needs --yes even on a terminal', () => {
    expect(() => wishes({ orders: ['-'], yes: false }, 'sale', true)).toThrow(
      expect.objectContaining({ code: 'no-terminal' }),
    )
    expect(wishes({ orders: ['-'] }, 'sale', true).mayAsk).toBe(false)
  })
})

describe('the wishes', () => {
  it('with --plan is what the file says, and nothing is picked', () => {
    const made = wishes({ orders: [], plan: 'plan.json', samePerson: true }, 'cancel', true)
    expect(made).toMatchObject({ planFile: 'plan.json', samePerson: true, named: null, picks: false, mayAsk: true })
  })

  it('with --out is a dry run that asks', () => {
    expect(wishes({ dryRun: true, out: 'plan.json' })).toMatchObject({ dryRun: true, asks: true, out: 'plan.json' })
    expect(wishes({ dryRun: true, ask: true })).toMatchObject({ dryRun: true, asks: true, out: null })
    expect(wishes({ dryRun: true })).toMatchObject({ asks: false, planFile: null, samePerson: false })
  })

  it('has the defaults of the page', () => {
    expect(wishes()).toMatchObject({
      named: ['852'],
      stopAfter: 3,
      wait: true,
      untilMs: null,
      maxOrders: null,
      dryRun: false,
    })
  })

  it('--until is Japan time of today, also when it is over', () => {
    expect(wishes({ until: '20:00' }).untilMs).toBe(NOW + 30 * 60_000)
    expect(wishes({ until: '19:00' }).untilMs).toBe(NOW - 30 * 60_000)
  })

  it('a dry run needs neither terminal nor --yes', () => {
    expect(wishes({ yes: false, dryRun: true })).toMatchObject({ dryRun: true, yes: false })
  })

  it('a cancel of everything is narrowed by a date, a method or a search', () => {
    for (const filter of [{ from: '2026-01-01' }, { to: '2026/01/31' }, { method: 'au' }, { search: '太郎' }]) {
      expect(wishes({ orders: [], all: true, ...filter }, 'cancel').named).toBeNull()
    }
  })

  it('a limit may be written with commas', () =>
    expect(wishes({ maxAmount: '1,000,000' }).maxAmountYen).toBe(1_000_000))
})

describe('the options that lead to the same mirror', () => {
  it.each([
    [{}, ''],
    [{ db: 'shop2.db' }, '--db shop2.db'],
    [{ settings: '/etc/paygent/shop.env', db: '/srv/2.db' }, '--settings /etc/paygent/shop.env --db /srv/2.db'],
    [{ envFile: '店 2.env' }, "--env-file '店 2.env'"],
    [{ db: "it's $(id).db" }, String.raw`--db 'it'\''s $(id).db'`],
  ])('%j are given on in a command to paste', (options, expected) => {
    expect(screenOf({ format: 'table', ...options }, 'ja', 80).sameMirror).toBe(expected)
  })
})

describe('the total of amend', () => {
  const refused = async (options: { total?: string; undo?: boolean }) => {
    try {
      await runAmend(
        { format: 'table', ...options } as never,
        { lang: 'ja', terminal: silentTerminal, version: '0' },
        '０907',
      )
    } catch (error) {
      if (error instanceof AppError) return error
    }
    throw new Error('it was taken')
  }

  it.each([
    [{}, 'no-total', 'paygent amend 907 --total ‹円› か、元に戻す場合は --undo を付けてください。'],
    [{ total: '0' }, 'total-zero', 'paygent cancel 907 を実行してください。'],
    [{ total: '０' }, 'total-zero', 'paygent cancel 907 を実行してください。'],
  ])('%j is refused, with no number to paste but the order’s', async (options, code, next) => {
    const error = await refused(options)
    expect([error.code, error.exitCode]).toEqual([code, 2])
    expect(errorParts(error, 'ja').next).toContain(next)
    for (const lang of ['ja', 'en'] as const) {
      const text = errorText(error, lang)
      expect(text.replaceAll('907', '').match(/[1-9]/)).toBeNull()
      const commands = commandsIn(text)
      expect(commands.length).toBeGreaterThan(0)
      for (const command of commands) await expectAccepted(command)
    }
  })

  it('and --undo exclude each other', async () =>
    expect((await refused({ total: '５００', undo: true })).code).toBe('options-contradict'))
})

describe('order numbers', () => {
  it.each([
    [['852,853', '0852', ' 864 '], '', ['852', '853', '864']],
    [['８５２'], '', ['852']],
    [['852、853，864', '８６５､866'], '', ['852', '853', '864', '865', '866']],
    [['852, 853 864　865'], '', ['852', '853', '864', '865']],
    [['-'], '852、853\n864\n', ['852', '853', '864']],
    [['、'], '1\n', null],
    [['-'], '853\r\n\n852\n853\n', ['853', '852']],
    [['12', '-'], '9\n', ['12', '9']],
    [['abc'], '', ['abc']],
    [['000'], '', ['0']],
  ])('%j with %j on stdin', async (values, stdin, expected) => {
    const named = namedOrders(values, terminal(false, stdin))
    if (expected === null) return expect(named).rejects.toMatchObject({ code: 'no-orders-named' })
    return expect(await named).toEqual(expected)
  })

  it('are as many as can be planned at once, and not one more', async () => {
    const numbers = (count: number): string => Array.from({ length: count }, (_, index) => index + 1).join('\n')
    expect(await namedOrders(['-', '1,2'], terminal(false, numbers(MOST_NAMED)))).toHaveLength(MOST_NAMED)
    for (const [values, stdin] of [
      [['-'], numbers(MOST_NAMED + 1)],
      [['-', String(MOST_NAMED + 1)], numbers(MOST_NAMED)],
    ] as const)
      await expect(namedOrders(values, terminal(false, stdin))).rejects.toMatchObject({
        code: 'too-many-named',
        exitCode: 2,
        params: { limit: MOST_NAMED },
      })
  })

  it('that are not known are told up to a hundred', () => {
    const numbers = Array.from({ length: 150 }, (_, index) => String(index))
    const store = { find: () => [] } as unknown as OrderStore
    const told = (count: number): unknown => {
      try {
        return findNamed(numbers.slice(0, count), store)
      } catch (error) {
        return (error as AppError).params
      }
    }
    expect(told(100)).toEqual({ orders: numbers.slice(0, 100) })
    expect(told(150)).toEqual({ orders: numbers.slice(0, 100), more: 50 })
  })

  it.each([
    ['4', 4],
    ['#4', 4],
    ['＃１２', 12],
    [' #4 ', 4],
  ])('a run is named as the screens show it: %j', (given, expected) => {
    expect(runNumber('<id>', given)).toBe(expected)
  })

  it.each(['', '#', '##4', '#x', '-4', '4、5'])('a run is not named by %j', (given) => {
    expect(() => runNumber('<id>', given)).toThrow(AppError)
  })

  it.each(['#852', '852、853', ''])('one order is not named by %j: a run is no order, and two are not one', (given) => {
    expect(() => orderNumber(given)).toThrow(AppError)
  })

  it('none at all is wrong usage', async () => {
    await expect(namedOrders(['-'], terminal(false, '\n'))).rejects.toMatchObject({ code: 'no-orders-named' })
  })
})
