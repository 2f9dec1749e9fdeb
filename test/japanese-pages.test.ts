// README.ja.md and docs/ja/ hold what the program has: each command as it is typed, each setting, exit code and error.
import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../src/cli/commands.js'
import { buildProgram } from '../src/cli/program.js'
import { commandIn } from '../src/cli/usage.js'
import { SCHEMA } from '../src/config/schema.js'
import { CERTIFICATE_PROBLEMS, type ErrorCode, ERROR_EXITS, EXIT } from '../src/errors.js'
import { errorParts } from '../src/ui/errors.js'
import { silentTerminal } from './cli/silent-terminal.js'
import { cell, codesIn, pageAt, ROOT, tablesIn } from './pages.js'
import { englishIn } from './patterns.js'
import { expectAccepted } from './ui/pasted.js'

const PAGES = ['README.ja.md', ...globSync('docs/ja/*.md', { cwd: ROOT })]

/** Screens are the program's own and have a test of their own. */
const withoutScreens = (markdown: string): string => markdown.replaceAll(/<!-- screen: [^]*?\n```\n[^]*?\n```\n/g, '')

const blocksIn = (markdown: string): string[] =>
  [...markdown.matchAll(/^ *```\n([^]*?)^ *```$/gm)].flatMap(([, block]) => (block ?? '').split('\n'))

const spansIn = (markdown: string): string[] => codesIn(markdown.replaceAll(/^ *```[^]*?^ *```$/gm, ''))

/** A line of cron or of sudo begins with other words; a remark may follow. */
const BEFORE = /^ *(?:[\d*]+(?: [\d*]+){4} +|sudo -u paygent )/

/** A note in quotes is one word. */
const commandsAmong = (lines: readonly string[]): string[] =>
  lines
    .map((line) =>
      line
        .replace(BEFORE, '')
        .replace(/\s+#.*$/, '')
        // Behind a pipe stands another program.
        .replace(/\s\|\s.*$/, '')
        .trim(),
    )
    .filter((line) => /^paygent(?: |$)/.test(line))
    .map((line) => line.replaceAll(/"[^"]*"/g, 'note'))

const commandsIn = (markdown: string): string[] => commandsAmong([...blocksIn(markdown), ...spansIn(markdown)])

/** `paygent show` in a sentence is the name of a command; what is to be typed stands in a block, or has its arguments. */
const isName = (command: string): boolean => /^paygent [a-z-]+$/.test(command)

const program = buildProgram('ja', silentTerminal, '0', () => undefined)
const OPTIONS = new Set(
  [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)].flatMap(({ options }) =>
    options.map(({ long }) => long),
  ),
)

describe.each(PAGES)('%s', (path) => {
  const markdown = withoutScreens(pageAt(path).text)

  it('names commands that the program takes as they stand', async () => {
    const typed = commandsAmong(blocksIn(markdown))
    const named = commandsAmong(spansIn(markdown))
    const whole = [...typed, ...named.filter((command) => !isName(command))]
    for (const command of whole.filter((one) => !['paygent', 'paygent --version'].includes(one))) {
      await expectAccepted(command)
    }
    const names = named.filter(isName).map((command) => command.split(' ')[1] ?? '')
    expect(names.filter((name) => name !== 'help' && commandIn([name]) === '')).toEqual([])
  })

  it('names options, settings and exit codes that there are', () => {
    const options = [...spansIn(markdown), ...blocksIn(markdown)].flatMap(
      (text) => (/^--|^paygent/.test(text.trim()) ? text.match(/(?<=^|\s)--[a-z][a-z-]*/g) : null) ?? [],
    )
    expect(options.filter((option) => !OPTIONS.has(option) && option !== '--version')).toEqual([])
    const settings = markdown.match(/\bPAYGENT_[A-Z_]+/g) ?? []
    expect(settings.filter((name) => !Object.hasOwn(SCHEMA.shape, name))).toEqual([])
    const codes = [...markdown.matchAll(/終了コード(?:が|は)? ?(\d+)/g)].map(([, code]) => Number(code))
    expect(codes.filter((code) => !Object.values(EXIT).some((one) => one === code))).toEqual([])
  })

  it('has no English sentence outside of code', () => {
    const prose = markdown
      .replaceAll(/^ *```[^]*?^ *```$/gm, '')
      .replaceAll(/`[^`\n]*`/g, '')
      .replaceAll(/\]\([^)]*\)/g, ']')
      .replaceAll(/CSV DOWNLOAD|NODE_TLS_REJECT_UNAUTHORIZED|PKCS #7/g, '')
    expect(
      prose
        .split('\n')
        .map(englishIn)
        .filter((found) => found !== null),
    ).toEqual([])
  })
})

it('finds the commands of a page at all', () => {
  expect(commandsIn(pageAt('docs/ja/daily.md').text).length).toBeGreaterThan(25)
  expect(commandsIn(pageAt('docs/ja/night.md').text)).toContain(
    'paygent nightly --profile shop --quiet --max-orders 300 --max-amount 3000000',
  )
  const named = new Set(PAGES.flatMap((path) => commandsIn(pageAt(path).text)).map((line) => line.split(' ')[1]))
  const USED_BY_STAFF = COMMANDS.map(({ name }) => name).filter((name) => !['export', 'completion'].includes(name))
  expect(USED_BY_STAFF.filter((name) => !named.has(name))).toEqual([])
})

describe('the settings of 導入', () => {
  it('have the default of docs/interface.md', () => {
    const defaults = (path: string, heading: string, [name = '', value = '']: readonly string[]): string[][] =>
      pageAt(path)
        .table(heading)
        .rows.map((row) => [codesIn(cell(row, name))[0] ?? '', cell(row, value)])
    const words: Readonly<Record<string, string>> = { 'by the profile': '規則による', 'by the user': '利用環境による' }
    expect(defaults('docs/ja/setup.md', '設定一覧', ['設定', '既定'])).toEqual(
      defaults('docs/interface.md', 'Settings', ['setting', 'default']).map(([name = '', value = '']) => [
        name,
        words[value] ?? value,
      ]),
    )
  })
})

/** `…` stands for any value of the program. */
const fits = (said: string, message: string): boolean => {
  const parts = said.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('[^]*')}`).test(message)
}

/** Facts in which each value is there; a problem that is one of the program's own words. */
const FACTS = {
  bytes: '1',
  character: '〜',
  code: 'P002',
  command: 'sale',
  codePoint: 'U+301C',
  count: '1',
  endpoint: 'x',
  environment: 'x',
  field: 'x',
  file: 'x',
  first: 'x',
  found: 'sale',
  host: 'x',
  id: '1',
  journal: 'x',
  known: '1',
  limit: '1',
  lines: [],
  machine: 'x',
  name: 'x',
  names: ['x'],
  now: 'x',
  operation: 'cancel',
  option: 'x',
  order: '1',
  orders: ['1'],
  path: 'x',
  pooler: 'x',
  port: 1,
  second: 'x',
  since: 'x',
  typed: 'x',
  until: 'x',
  user: 'x',
  value: 'x',
  wanted: 'cancel',
  yen: '1',
  date: 'x',
  setting: 'PAYGENT_CLIENT_CERT',
  what: 'client-certificate',
} as const

describe('困ったとき', () => {
  const page = pageAt('docs/ja/troubles.md')
  const rows = tablesIn(page.text).flatMap((table) => table.rows)
  const entries = rows
    .map((row) => /^(.*)（`([a-z\d-]+)`）$/.exec(row['メッセージ'] ?? ''))
    .flatMap((found) => (found === null ? [] : [{ message: found[1] ?? '', code: found[2] ?? '' }]))

  it('has one entry for every code of an error, and no other', () => {
    expect(entries.map(({ code }) => code).toSorted()).toEqual(Object.keys(ERROR_EXITS).toSorted())
  })

  it.each(entries)('$code has the message of the program', ({ code, message }) => {
    const problem = code === 'bad-option' ? { problem: 'unknown' } : {}
    const said = [{ ...FACTS, ...problem }, {}].map(
      (params) => errorParts({ code: code as ErrorCode, params }, 'ja').message,
    )
    expect(
      said.filter((one) => fits(message, one)),
      `${message}\n${said.join('\n')}`,
    ).not.toEqual([])
  })

  it('says of every entry what it means and what to do', () => {
    for (const row of rows.filter((one) => one['メッセージ'] !== undefined && one['意味'] !== undefined)) {
      expect([row['メッセージ'], cell(row, '意味').length > 3]).toEqual([row['メッセージ'], true])
      expect([row['メッセージ'], cell(row, '対処').length > 3]).toEqual([row['メッセージ'], true])
    }
  })

  it('has the message of every certificate that cannot be used', () => {
    const said = page.table('証明書のメッセージ').rows.map((row) => cell(row, 'メッセージ'))
    const CA = { ...FACTS, setting: 'PAYGENT_CA_CERT', what: 'ca' }
    const messages = CERTIFICATE_PROBLEMS.flatMap((problem) =>
      [FACTS, CA].map((facts) => ({
        problem,
        message: errorParts({ code: 'certificate-unusable', params: { ...facts, problem } }, 'ja').message,
      })),
    )
    for (const one of said) expect([one, messages.some(({ message }) => fits(one, message))]).toEqual([one, true])
    const found = messages.filter(({ message }) => said.some((one) => fits(one, message))).map(({ problem }) => problem)
    expect([...new Set(found)]).toEqual(CERTIFICATE_PROBLEMS)
  })
})
