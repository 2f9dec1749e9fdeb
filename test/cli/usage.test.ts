// Tests wrong command lines: each names the help of its own command, and guesses what was meant.
import { buildProgram } from '../../src/cli/program.js'
import { COMMANDS } from '../../src/cli/commands.js'
import { commandIn, meantBy, unknownCommand, usageError, WrongUsage } from '../../src/cli/usage.js'
import { AppError } from '../../src/errors.js'
import { errorText } from '../../src/ui/errors.js'
import { describe, expect, it } from 'vitest'
import { silentTerminal } from './silent-terminal.js'

/** The error of a command line that runs no command. */
async function faultOf(line: string): Promise<AppError> {
  const program = buildProgram('ja', silentTerminal, '1', () => expect.fail('a command ran'))
  const parsing = program.parseAsync(line.split(' '), { from: 'user' })
  const thrown: unknown = await parsing.then(
    () => expect.fail('no error'),
    (error: unknown) => error,
  )
  const fault = thrown instanceof WrongUsage ? usageError(thrown) : thrown
  return fault instanceof AppError ? fault : expect.fail(String(fault))
}

const textOf = async (line: string, lang: 'ja' | 'en' = 'ja'): Promise<string> =>
  errorText(await faultOf(line), lang, { command: commandIn(line.split(' ')) })

describe('the help of every command', () => {
  const helpOf = (lang: 'ja' | 'en'): string[] => {
    const program = buildProgram(lang, silentTerminal, '1', () => undefined)
    const all = [program, ...program.commands.flatMap((command) => [command, ...command.commands])]
    return all.filter((command) => !command.name().startsWith('__')).map((command) => command.helpInformation())
  }

  it('names options and commands in its language', () => {
    for (const help of helpOf('ja')) {
      expect(help).toMatch(/^使い方：paygent/)
      expect(help).not.toMatch(/\[options\]|\[command\]/)
    }
    for (const help of helpOf('en')) expect(help).toMatch(/^Usage: paygent/)
    expect(helpOf('ja').join('')).toContain('使い方：paygent sale [オプション] <order>\n')
    expect(helpOf('en').join('')).toContain('Usage: paygent sale [options] <order>\n')
  })
})

describe('arguments are called arguments', () => {
  it.each([
    ['show', '引数（受注番号）が指定されていません。', 'paygent help show '],
    ['runs show', '引数（処理番号）が指定されていません。', 'paygent help runs '],
    ['import', '引数（ファイル）が指定されていません。', 'paygent help import '],
    ['completion', '引数（シェル）が指定されていません。', 'paygent help completion '],
    ['completion tcsh', '引数（シェル） の値「tcsh」が', 'paygent help completion '],
    ['status now', '引数が多すぎます：now。', 'paygent help status '],
    ['show 1 2', '引数が多すぎます：2。', 'paygent help show '],
  ])('%s', async (line, message, help) => {
    const text = await textOf(line)
    expect(text).toContain(message)
    expect(text).toContain(help)
    expect(text).not.toContain('オプション')
    expect(await textOf(line, 'en')).toMatch(/argument/i)
  })
})

describe('options are called options', () => {
  it.each([
    ['bulk-sale --oders 1', 'オプション --oders はありません。もしかして：--orders', 'paygent help bulk-sale '],
    ['bulk-sale --orders', 'オプション --orders の値が指定されていません。', 'paygent help bulk-sale '],
    ['orders --format xml', '--format の値「xml」が', 'paygent help orders '],
    // Found by the command itself, not by commander.
    ['sync --limit none', '--limit の値「none」が', 'paygent help sync '],
    ['reconcile --audit --days x', '--days の値「x」が', 'paygent help reconcile '],
  ])('%s', async (line, message, help) => {
    const text = await textOf(line)
    expect(text).toContain(message)
    expect(text).toContain(help)
  })
})

describe('the guess for more arguments than there may be', () => {
  it.each([
    ['bulk-sale --orders 1 2', 'paygent bulk-sale --orders 1,2'],
    ['bulk-sale --orders 852, 853', 'paygent bulk-sale --orders 852,853'],
    ['bulk-cancel 852 853 --dry-run', 'paygent bulk-cancel --orders 852,853'],
    ['bulk-sale --orders ８５２、 ８５３', 'paygent bulk-sale --orders 852,853'],
    ['reconcile 852', 'paygent reconcile --orders 852'],
    ['sale 852 853', 'paygent bulk-sale --orders 852,853'],
    ['cancel 852 853', 'paygent bulk-cancel --orders 852,853'],
    ['runs #3', 'paygent runs show 3'],
    ['export orders.csv', 'paygent export > orders.csv'],
    ['export 受注.csv', 'paygent export > 受注.csv'],
    ['orders a&b.csv', "paygent orders --format csv > 'a&b.csv'"],
    ['runs runs.json', 'paygent runs --format json > runs.json'],
  ])('%s: %s', async (line, meant) => {
    const fault = await faultOf(line)
    expect([fault.code, fault.params['suggestion']]).toEqual(['excess-arguments', meant])
    expect(errorText(fault, 'ja')).toContain(`もしかして：${meant}\n`)
    expect(errorText(fault, 'en')).toContain(`Did you mean: ${meant}\n`)
  })

  it.each(['bulk-sale --orders 1 more', 'export a.csv b.csv', 'orders 852', 'status 1'])(
    '%s: nobody can tell',
    async (line) => {
      expect((await faultOf(line)).params['suggestion']).toBe('')
    },
  )
})

describe('a word that is no command', () => {
  it.each([
    ['capture 852', 'sale、bulk-sale'],
    ['売上 852', 'sale、bulk-sale'],
    ['void', 'cancel、bulk-cancel'],
    ['キャンセル', 'cancel、bulk-cancel'],
    ['ｷｬﾝｾﾙ', 'cancel、bulk-cancel'],
    ['一括売上', 'bulk-sale'],
    ['照会', 'reconcile'],
    ['状況更新', 'sync'],
    ['bulk-sail', 'bulk-sale'],
    ['852', 'paygent show 852'],
  ])('%s: %s', async (line, meant) => {
    expect(await textOf(line)).toContain(`もしかして：${meant}\n`)
  })

  it('names only commands that exist, and one of that name before the others', () => {
    expect(meantBy('返金', ['cancel', 'bulk-cancel'])).toEqual(['cancel', 'bulk-cancel'])
    expect(meantBy('返金', ['cancel', 'bulk-cancel', 'refund'])).toEqual(['refund', 'cancel', 'bulk-cancel'])
    expect(meantBy('保留', ['cancel'])).toEqual([])
    expect(unknownCommand('xyzzy').params['suggestion']).toEqual([])
  })

  it('guesses nothing away from a command that exists', async () => {
    for (const { name, argument } of COMMANDS) {
      // An option that no command has: the fault is the option's, so that the command itself was found.
      const line = [name, ...(argument ? ['1'] : []), '--nothing'].join(' ')
      expect([name, (await faultOf(line)).code]).toEqual([name, 'bad-option'])
    }
  })
})
