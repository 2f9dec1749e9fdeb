// The topics of the help and the man page: each is made from the pages and the command tree, and leaves nothing out.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { manPage } from '../../src/cli/man.js'
import { buildProgram } from '../../src/cli/program.js'
import { topicBlocks } from '../../src/cli/topics.js'
import { SCHEMA } from '../../src/config/schema.js'
import { EXIT } from '../../src/errors.js'
import { pageSection } from '../../src/text/markdown.js'
import { displayWidth } from '../../src/text/width.js'
import { rowsOf, type Topic, TOPICS, topicNamed, topicText } from '../../src/ui/topics.js'
import { run } from '../e2e/program.js'
import { silentTerminal } from './silent-terminal.js'

const LANGS = ['ja', 'en'] as const

const textOf = (name: string, lang: 'ja' | 'en', width: number | null = 80): string => {
  const topic = topicNamed(name) as Topic
  return topicText(topic, topicBlocks(topic, lang), { lang, width, colour: false, ascii: false })
}

describe.each(LANGS)('a topic in %s', (lang) => {
  it('names every exit code, every setting, and the cut-off of each profile', () => {
    const terms = (name: string): string[] =>
      topicBlocks(topicNamed(name) as Topic, lang).flatMap((block) =>
        block.type === 'table' ? rowsOf(block).map(({ term }) => term) : [],
      )
    expect(terms('exit-codes')).toEqual(Object.values(EXIT).map(String))
    expect(terms('settings').toSorted()).toEqual(Object.keys(SCHEMA.shape).toSorted())
    expect(terms('cut-off')).toEqual(['manual', 'current'])
  })

  it.each(TOPICS.map(({ name }) => name))('%s fits its screen, and has no mark of the page in it', (name) => {
    for (const width of [60, 80, 100]) {
      const lines = textOf(name, lang, width).split('\n')
      expect(lines.filter((line) => displayWidth(line) > width)).toEqual([])
      expect(lines.filter((line) => /`|\*\*|\]\(|^\||\\\|/.test(line))).toEqual([])
    }
  })

  it('is asked for by its name, and has its place in the help', async () => {
    for (const { name, sections } of TOPICS) {
      const ended = await run('.', ['help', name, '--lang', lang])
      expect([ended.code, ended.stderr, ended.stdout]).toEqual([0, '', `${textOf(name, lang)}\n`])
      expect((await run('.', ['help', '--lang', lang])).stdout).toMatch(
        new RegExp(`^ {2}paygent help ${name} +${sections[lang].heading}$`, 'm'),
      )
    }
  })
})

it.each([
  ['終了コード', 'exit-codes'],
  ['Exit-Codes', 'exit-codes'],
  ['設定一覧', 'settings'],
  ['締め時刻', 'cut-off'],
  ['sale', undefined],
  ['', undefined],
])('the word %j is the topic %s', (word, name) => expect(topicNamed(word)?.name).toBe(name))

it('help of a word that is neither command nor topic is wrong usage, as before', async () => {
  const ended = await run('.', ['help', 'exit-cods', '--lang', 'en'])
  expect([ended.code, ended.stdout]).toEqual([2, ''])
})

it('a section ends at the next heading, and keeps lists, tables and code apart', () => {
  const page = [
    '# Page',
    '## One',
    'A [link](x.md#y) with `code`,',
    'and **more**.',
    '- first',
    '  goes on',
    '- second',
    '',
    '| a | meaning |',
    '|---|---|',
    '| `x` | 1 \\| 2 |',
    '',
    '```',
    '# no heading',
    '```',
    '日本語の行の',
    '続き',
    '### Two',
    'not this',
  ].join('\n')
  expect(pageSection(page, 'One')).toEqual([
    { type: 'paragraph', text: 'A link with code, and more.' },
    { type: 'paragraph', text: '- first goes on' },
    { type: 'paragraph', text: '- second' },
    { type: 'table', columns: ['a', 'meaning'], rows: [['x', '1 | 2']] },
    { type: 'code', lines: ['# no heading'] },
    { type: 'paragraph', text: '日本語の行の続き' },
  ])
  expect(pageSection(page, 'Three')).toBeNull()
})

describe('the man page', () => {
  const page = manPage('1.2.3')
  const shown = page.replaceAll('\\-', '-').replaceAll(/\\f[BIR]/g, '')
  const program = buildProgram('en', silentTerminal, '0.0.0', () => undefined)
  const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)]

  it('has every command with its options, every exit code and every setting', () => {
    const commands = all(program).filter((command) => !command.name().startsWith('__'))
    for (const command of commands.slice(1)) {
      const name = command.parent === program ? command.name() : `${command.parent?.name()} ${command.name()}`
      expect(shown).toMatch(new RegExp(`^\\.SS paygent ${name}( [<[]|$)`, 'm'))
    }
    const flags = commands.flatMap(({ options }) => options.filter(({ hidden }) => !hidden).map((one) => one.flags))
    for (const flag of flags) expect(shown.split('\n')).toContain(flag)
    for (const term of [...Object.keys(SCHEMA.shape), ...Object.values(EXIT).map(String)])
      expect(shown).toContain(`\n.TP\n${term}\n`)
    for (const heading of ['NAME', 'SYNOPSIS', 'COMMANDS', 'EXIT STATUS', 'ENVIRONMENT', 'CUT-OFF'])
      expect(shown.split('\n')).toContain(`.SH ${heading}`)
    expect(shown).not.toContain('__complete')
  })

  const reader = (['mandoc', 'man'] as const).find((name) => spawnSync(name, ['--version']).error === undefined)

  it.skipIf(reader === undefined)('is read without a warning, and says what it holds', () => {
    const folder = mkdtempSync(join(tmpdir(), 'paygent-man-'))
    const path = join(folder, 'paygent.1')
    writeFileSync(path, page)
    const env = { ...process.env, MANWIDTH: '80', LC_ALL: 'C.UTF-8' }
    const args = reader === 'man' ? ['--warnings', '-l', path] : ['-T', 'utf8', '-W', 'error', path]
    const { status, stdout, stderr } = spawnSync(reader ?? '', args, { env, encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^PAYGENT\(1\)/m)
    expect(stdout).toContain('       --orders <numbers>')
    expect(stdout).toMatch(/^ {7}PAYGENT_CA_CERT$/m)
  })
})
