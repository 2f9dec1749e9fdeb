// Checks the house rules on the sources. Each check is first shown to fail where it should.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkSources } from './tidy/checker.js'
import type { Finding, Sources } from './tidy/source.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

function sourcesUnder(folder: string): Sources {
  const files = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  )
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8')]
    }),
  )
}

const tell = ({ rule, path, line, what }: Finding): string => `${path}:${line} ${rule}: ${what}`
const rulesOf = (sources: Sources): string[] => checkSources(sources).map(({ rule }) => rule)

describe('the sources', () => {
  const sources = sourcesUnder('src')

  it('are there', () => {
    expect(Object.keys(sources)).toContain('src/domain/permit.ts')
    expect(Object.keys(sources).length).toBeGreaterThan(15)
  })

  it('keep the house rules', () => {
    expect(checkSources(sources).map(tell)).toEqual([])
  })
})

// Each is put into src/ui/a.ts and must be found once by its rule.
const BAD = [
  ['environment', 'const x = process.env.HOME'],
  ['environment', "const x = process['env']"],
  ['environment', 'const x = globalThis.process.env'],
  ['environment', 'const { env } = process'],
  ['environment', 'const { env: e } = process'],
  ['environment', "import { env } from 'node:process'"],
  ['time', 'const x = new Date()'],
  ['time', 'const x = new Date'],
  ['time', 'const x = new globalThis.Date()'],
  ['time', 'const x = Date()'],
  ['time', 'const x = Date.now()'],
  ['time', 'const f = Date.now'],
  ['time', "const x = Date['now']()"],
  ['time', 'const { now } = Date'],
  ['console', "console.log('x')"],
  ['console', 'const { log } = console'],
  ['console', 'const out = { console }'],
  ['console', 'globalThis.console.log(1)'],
  ['default-export', 'export default 1'],
  ['default-export', 'export default function f() {}'],
  ['default-export', 'export default class A {}'],
  ['default-export', 'const x = 1\nexport { x as default }'],
  ['default-export', "export { default } from 'y'"],
  ['default-export', "export { x as default } from 'y'"],
  ['export-star', "export * from 'y'"],
  ['export-star', "export * as y from 'y'"],
  ['export-star', "export type * from 'y'"],
  ['enum', 'enum A { B }'],
  ['enum', 'export const enum A { B }'],
  ['any', 'let x: any'],
  ['any', 'const f = (x: readonly any[]) => x'],
  ['any', 'const x = 1 as any'],
  ['silencer', '// @ts-ignore\nconst x = 1'],
  ['silencer', 'const x = 1 // @ts-expect-error'],
  ['silencer', '// @ts-nocheck'],
  ['silencer', '/* eslint-disable no-console */'],
  ['silencer', 'const x = `${/* oxlint-disable */ 1}`'],
  ['silencer', 'f(\n  // oxlint-disable-next-line\n)'],
  ['undone', '// TODO later'],
  ['undone', "const x = 'FIXME'"],
  ['file-size', '\n'.repeat(401)],
  ['function-size', `function f() {${'\n'.repeat(60)}}`],
  ['function-size', `const f = () => {${'\n'.repeat(60)}}`],
  ['function-size', `class A { m() {${'\n'.repeat(60)}} }`],
  ['function-size', `class A { constructor() {${'\n'.repeat(60)}} }`],
  ['function-size', `class A { get m() {${'\n'.repeat(60)} return 1 } }`],
  ['function-size', `const o = { f: async function* () {${'\n'.repeat(60)}} }`],
  ['heavy', "import got from 'got'"],
  ['heavy', "import { type Got } from 'got'"],
  ['heavy', "import 'inquirer'"],
  ['heavy', "import { z } from 'zod'"],
  ['heavy', "import { z } from 'zod/mini'"],
  ['heavy', "import { generate } from 'selfsigned'"],
  ['heavy', "import { createPrompt } from '@inquirer/core'"],
  ['heavy', "export { z } from 'zod'"],
  ['heavy', "const got = require('got')"],
] as const

const GOOD = [
  ['a member of another name', 'const x = process.argv, y = config.env'],
  ['a time that was given', 'const x = new Date(0), y = Date.parse(text), z = clock.now()'],
  ['a console of its own', 'const x = screen.console'],
  ['a default import', "import x from 'y'\nexport const a = x"],
  ['words in texts', "const x = 'any enum ts-ignore console.log process.env'"],
  ['a comment that only talks', '// anything, todo lists and enumerations'],
  ['unknown', 'let x: unknown'],
  ['a function of 60 lines', `function f() {${'\n'.repeat(59)}}`],
  ['a file of 400 lines', '\n'.repeat(400)],
  ['heavy types', "import type { Got } from 'got'\ntype Z = import('zod').ZodType"],
  ['heavy and late', "const { default: got } = await import('got')"],
  ['a light package of a like name', "import x from 'gotten'\nimport y from 'zodiac'"],
] as const

describe('constructs that no source may hold', () => {
  it.each(BAD)('%s: %j', (rule, text) => {
    expect(rulesOf({ 'src/ui/a.ts': text })).toEqual([rule])
  })

  it.each(GOOD)('%s is fine', (_name, text) => {
    expect(rulesOf({ 'src/ui/a.ts': text })).toEqual([])
  })

  it('has its one place where it is allowed, and only there', () => {
    const environment = 'export const x = process.env'
    expect(rulesOf({ 'src/cli/context.ts': environment })).toEqual([])
    expect(rulesOf({ 'src/cli/main.ts': environment })).toEqual(['environment'])
    const time = 'export const x = [new Date(), Date.now()]'
    expect(rulesOf({ 'src/clock.ts': time })).toEqual([])
    expect(rulesOf({ 'src/cli/clock.ts': time })).toEqual(['time', 'time'])
    const zod = "import { z } from 'zod'"
    expect(rulesOf({ 'src/config/schema.ts': zod })).toEqual([])
    expect(rulesOf({ 'src/config/schema.ts': "import got from 'got'" })).toEqual(['heavy'])
  })

  it('a table of texts may be longer than 400 lines, in src/ui only', () => {
    const long = '\n'.repeat(401)
    expect(rulesOf({ 'src/ui/error-texts.ts': long })).toEqual([])
    for (const path of ['src/ui/texts.ts', 'src/cli/error-texts.ts', 'src/ui/error-texts-more.ts'])
      expect(rulesOf({ [path]: long })).toEqual(['file-size'])
  })

  it('says where', () => {
    expect(checkSources({ 'src/ui/a.ts': 'const x = 1\n\nconsole.log(x)\n' }).map(tell)).toEqual([
      'src/ui/a.ts:3 console: console',
    ])
  })
})

it('the bench imports what there is', () => {
  const bench = readdirSync('test/bench').filter((name) => name.endsWith('.mjs'))
  const named = bench.flatMap((name) => [
    ...readFileSync(`test/bench/${name}`, 'utf8').matchAll(/build\/bench\/([\w/-]+)\.js/g),
  ])
  expect(named.length).toBeGreaterThan(10)
  expect(named.map(([, path]) => `src/${path}.ts`).filter((path) => !existsSync(path))).toEqual([])
})

describe('names', () => {
  it.each([
    'src/ui/orderTable.ts',
    'src/ui/OrderTable.ts',
    'src/ui/order_table.ts',
    'src/ui/a.test.ts',
    'src/jobs/myJob/a.ts',
  ])('%s is not kebab-case', (path) => {
    expect(rulesOf({ [path]: '' })).toEqual(['name'])
  })

  it.each(['src/ui/utils.ts', 'src/ui/util.ts', 'src/ui/helpers.ts', 'src/ui/common.ts', 'src/jobs/common/a.ts'])(
    '%s says nothing',
    (path) => {
      expect(rulesOf({ [path]: '' })).toEqual(['name'])
    },
  )

  it.each(['src/ui/notes.md', 'src/ui/table.js', 'src/ui/table.tsx'])('%s is not TypeScript', (path) => {
    expect(rulesOf({ [path]: '' })).toContain('name')
  })

  it.each(['src/ui/order-table.ts', 'src/ui/table2.ts', 'src/ui/messages/ja.ts', 'src/ui/common-carrier.ts'])(
    '%s is fine',
    (path) => {
      expect(rulesOf({ [path]: '' })).toEqual([])
    },
  )
})
