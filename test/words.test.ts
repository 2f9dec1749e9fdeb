// Holds every Japanese text of the program, of its help and of its pages to docs/words.md#patterns.
import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it, test } from 'vitest'
import { COMMANDS } from '../src/cli/commands.js'
import { withSameMirror } from '../src/text/commands.js'
import { ROOT } from './pages.js'
import { faultsIn, patternsIn } from './patterns.js'
import { lineAt, nodesOf, parse } from './tidy/source.js'

interface Text {
  readonly path: string
  readonly line: number
  readonly text: string
}

const JAPANESE = /[\u3040-\u30FF\u4E00-\u9FFF]/

/** In the place of a value within a sentence. */
const VALUE = '…'

/** The Japanese half of a table of texts: JA, JA_SENTENCES, CHECKS_JA, changedJa. */
const JAPANESE_NAME = /^JA(_|$)|_JA$|Ja$/

/** The English half may hold a Japanese name. */
const ENGLISH_NAME = /^EN(_|$)|_EN$|En$/

/** The texts of a source: each Japanese literal, and each literal of a Japanese table. Comments are no texts. */
function textsOf(path: string, source: string): Text[] {
  const { file } = parse(path, source)
  const statements = file.statements.filter((statement) => !ENGLISH_NAME.test(nameOf(statement)))
  return statements.flatMap((statement) => {
    const ofTable = JAPANESE_NAME.test(nameOf(statement))
    return literalsIn(statement)
      .filter(({ text }) => ofTable || JAPANESE.test(text))
      .map(({ node, text }) => ({ path, line: lineAt(file, node.getStart(file)), text }))
  })
}

function nameOf(statement: ts.Statement): string {
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text ?? ''
  if (!ts.isVariableStatement(statement)) return ''
  return statement.declarationList.declarations[0]?.name.getText() ?? ''
}

/** The key of an entry is no text. */
const isKey = (node: ts.Node): boolean => ts.isPropertyAssignment(node.parent) && node.parent.name === node

/** A template is one text; the sentences within its values are texts of their own. */
function literalsIn(root: ts.Node): { node: ts.Node; text: string }[] {
  return [...nodesOf(root)].flatMap((node): { node: ts.Node; text: string }[] => {
    if (ts.isStringLiteralLike(node)) return isKey(node) ? [] : [{ node, text: node.text }]
    if (!ts.isTemplateExpression(node)) return []
    return [{ node, text: node.head.text + node.templateSpans.map(({ literal }) => VALUE + literal.text).join('') }]
  })
}

/** The lines of a page. What stands in a block of code is a text, too: mostly a screen. */
const linesOf = (path: string): Text[] =>
  readFileSync(`${ROOT}${path}`, 'utf8')
    .split('\n')
    .map((text, at) => ({ path, line: at + 1, text }))
    .filter(({ text }) => JAPANESE.test(text))

const told = (texts: readonly Text[]): string[] =>
  texts.flatMap(({ path, line, text }) => faultsIn(text).map((fault) => `${path}:${line} ${fault}: ${text}`))

/** The statements of SQL have comments in them. The words that people may type for a command are no texts. */
const NO_TEXTS = /^src\/(mirror\/migrations\/|cli\/usage\.ts$)/
const sources = globSync('src/**/*.ts', { cwd: ROOT }).filter((path) => !NO_TEXTS.test(path))

describe('the texts of the program', () => {
  const texts = sources.flatMap((path) => textsOf(path, readFileSync(`${ROOT}${path}`, 'utf8')))

  it('are found', () => {
    expect(new Set(texts.map(({ path }) => path)).size).toBeGreaterThan(30)
    expect(texts.length).toBeGreaterThan(900)
  })

  it('hold no pattern and no English', () => {
    expect(told(texts)).toEqual([])
  })
})

/** Whole lines for a shell, which are no sentences: examples, a line to paste, the head of a script. */
const SHELL_LINE = /^(?:paygent |source <\(|# )/

/** Commands about no shop take no options of a settings file; a certificate has the simulator's name. */
const WITH_A_SHOP = COMMANDS.map(({ name }) => name).filter((name) => name !== 'profiles')
const NAMED_COMMAND = new RegExp(`paygent (?:${WITH_A_SHOP.join('|')})(?! CA)(?![a-z-])`, 'g')

/** The sentences in which `--profile` and the like do not reach every command. */
const unreached = (source: string): string[] =>
  literalsIn(parse('a.ts', source).file)
    .map(({ text }) => text.replaceAll(VALUE, '1'))
    .filter((text) => !SHELL_LINE.test(text))
    .filter((text) => {
      const named = text.match(NAMED_COMMAND)?.length ?? 0
      return withSameMirror(text, OPTION).split(OPTION).length - 1 < named
    })
const OPTION = '--profile shop-a'

describe('a command in a sentence goes to the same settings', () => {
  it('in each text of the program', () => {
    expect(sources.flatMap((path) => unreached(readFileSync(`${ROOT}${path}`, 'utf8')))).toEqual([])
  })

  test.each([
    ['const EN = \'Run "paygent show 852", then paygent settle 852.\'', false],
    ['const EN = \'Run "paygent show 852", then "paygent settle 852".\'', true],
    ['const EN = (id: string) => `Ask Paygent: paygent reconcile --orders ${id}.`', false],
    ['const EN = \'"paygent help runs" and paygent profiles say more.\'', true],
    ["const JA = 'paygent show 852 で確かめてください'", true],
    ["const EXAMPLE = 'paygent export > orders.csv'", true],
  ])('%s: %s', (source, reached) => expect(unreached(source)).toEqual(reached ? [] : [expect.any(String)]))
})

/** The page of the words and the change log name the forbidden ones. */
const pages = ['README.md', 'README.ja.md', '.env.example', ...globSync('docs/**/*.md', { cwd: ROOT })].filter(
  (path) => path !== 'docs/words.md',
)

test('no page shows a pattern', () => {
  const shown = pages.flatMap(linesOf)
  expect(shown.length).toBeGreaterThan(100)
  expect(
    shown.flatMap(({ path, line, text }) => patternsIn(text).map((pattern) => `${path}:${line} ${pattern}: ${text}`)),
  ).toEqual([])
})

describe('a text is found out', () => {
  test.each([
    ["const JA = { mirror: 'ミラー' }", ['ミラー']],
    ['const JA = (id: string) => `受注番号：${id} を照会して、その結果で確定します`', ['で確定']],
    ["const JA = { failed: 'The host did not answer' }", ['The host did not answer']],
    ["const TEXT = 'サーバーは time out でした'", ['time out']],
    ["const notYetJa = () => 'payment_id|trading_id'", ['d|t']],
    ["const JA = 'paygent import <CSV> で作成してください'", ['<CSV>']],
    ["const JA = `値：${many ? 'ミラー' : ''}`", ['ミラー']],
    ["// ミラー\nconst EN = 'The host did not answer'", []],
    ["const JA = 'paygent runs show 5 か paygent reconcile --orders 852 を実行してください'", []],
    ["const JA = 'EC-CUBE の受注 CSV を UTF-8 で保存してください（ECONNREFUSED、接続時）'", []],
  ])('%s', (source, faults) => {
    expect(textsOf('a.ts', source).flatMap(({ text }) => faultsIn(text))).toEqual(faults)
  })
})
