// Tests which rooms may import which others, and circles. The checks are shown to fail where they should.
import { describe, expect, it } from 'vitest'
import { checkSources } from './checker.js'
import type { Finding, Sources } from './source.js'

const tell = ({ rule, path, line, what }: Finding): string => `${path}:${line} ${rule}: ${what}`
const rulesOf = (sources: Sources): string[] => checkSources(sources).map(({ rule }) => rule)

const ROOMS = {
  text: 'src/text/a.ts',
  domain: 'src/domain/a.ts',
  errors: 'src/errors.ts',
  ports: 'src/ports.ts',
  clock: 'src/clock.ts',
  deadline: 'src/deadline.ts',
  folders: 'src/folders.ts',
  'process-mark': 'src/process-mark.ts',
  config: 'src/config/a.ts',
  gateway: 'src/gateway/a.ts',
  mirror: 'src/mirror/a.ts',
  shop: 'src/shop/a.ts',
  attempts: 'src/attempts/a.ts',
  batch: 'src/batch/a.ts',
  jobs: 'src/jobs/nightly/a.ts',
  simulator: 'src/simulator/a.ts',
  ui: 'src/ui/a.ts',
  cli: 'src/cli/a.ts',
  demo: 'src/demo/a.ts',
} as const

// A row imports a column: y allowed, t by `import type` only, n not.
const DOORS = `
             text domain errors ports clock deadline folders process-mark config gateway mirror shop attempts batch jobs simulator ui cli demo
text         y    n      n      n     n     n        n       n            n      n       n      n    n        n     n    n         n  n   n
domain       y    y      n      n     n     n        n       n            n      n       n      n    n        n     n    n         n  n   n
errors       y    n      n      n     n     n        n       n            n      n       n      n    n        n     n    n         n  n   n
ports        y    y      n      n     n     n        n       n            n      n       n      n    n        n     n    n         n  n   n
clock        y    n      n      y     n     n        n       n            n      n       n      n    n        n     n    n         n  n   n
deadline     y    n      n      n     n     y        n       n            n      n       n      n    n        n     n    n         n  n   n
folders      y    n      n      n     n     n        y       n            n      n       n      n    n        n     n    n         n  n   n
process-mark y    y      n      n     n     n        n       y            n      n       n      n    n        n     n    n         n  n   n
config       y    y      y      n     n     n        n       n            y      n       n      n    n        n     n    n         n  n   n
gateway      y    y      y      y     y     y        n       n            n      y       n      n    n        n     n    n         n  n   n
mirror       y    y      y      y     y     n        y       y            n      n       y      n    n        n     n    n         n  n   n
shop         y    y      y      y     y     y        n       n            n      n       n      y    n        n     n    n         n  n   n
attempts     y    y      y      y     y     n        n       n            n      n       n      n    y        n     n    n         n  n   n
batch        y    y      y      y     y     n        n       n            n      n       n      n    y        y     n    n         n  n   n
jobs         y    y      y      y     y     n        n       n            n      n       n      n    y        y     y    n         n  n   n
simulator    y    y      y      y     y     y        y       y            n      n       n      n    n        n     n    y         n  n   n
ui           y    y      y      t     n     n        n       n            n      n       n      n    t        t     t    n         y  n   n
cli          y    y      y      y     y     y        y       y            y      y       y      y    y        y     y    y         y  y   y
demo         y    y      y      y     y     y        y       y            y      y       y      y    y        y     y    y         y  y   y
`
const [HEAD = [], ...BODY] = DOORS.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
const PAIRS = BODY.flatMap(([from = '', ...marks]) =>
  marks.map((mark, index) => [from, HEAD[index] ?? '', mark] as const),
)

describe('who may import whom', () => {
  it.each(PAIRS)('%s imports %s: %s', (from, to, mark) => {
    const path = ROOMS[from as keyof typeof ROOMS]
    const target = from === to ? ROOMS[to as keyof typeof ROOMS].replace(/a\.ts$/, 'b.ts') : ROOMS[to as 'ui']
    if (target === path) return
    const up = '../'.repeat(path.split('/').length - 2) || './'
    const specifier = target.replace(/^src\//, up).replace(/\.ts$/, '.js')
    const found = (text: string): string[] => rulesOf({ [path]: text, [target]: 'export const x = 1\n' })
    const forms = [
      `import { x } from '${specifier}'`,
      `export { x } from '${specifier}'`,
      `await import('${specifier}')`,
    ]
    for (const form of forms) expect([form, found(form)]).toEqual([form, mark === 'y' ? [] : ['import']])
    const types = [
      `import type { x } from '${specifier}'`,
      `export type { x } from '${specifier}'`,
      `type X = import('${specifier}').X`,
    ]
    for (const form of types) expect([form, found(form)]).toEqual([form, mark === 'n' ? ['import'] : []])
  })

  it('a type named inside an ordinary import still loads the file', () => {
    expect(rulesOf({ 'src/ui/a.ts': "import { type x } from '../jobs/a.js'" })).toEqual(['import'])
  })

  it.each(['text', 'domain'])('%s takes nothing from packages either', (room) => {
    for (const name of ['node:fs', 'zod', 'iconv-lite']) {
      expect(rulesOf({ [`src/${room}/a.ts`]: `import type { X } from '${name}'` })).toEqual(['import'])
    }
  })

  it('only text measures characters, by tables that do no I/O', () => {
    const measured = "import stringWidth from 'string-width'"
    expect(rulesOf({ 'src/text/a.ts': measured })).toEqual([])
    expect(rulesOf({ 'src/domain/a.ts': measured })).toEqual(['import'])
  })

  it('nobody but cli and demo reaches out of src', () => {
    expect(rulesOf({ 'src/ui/a.ts': "import { x } from '../../test/x.js'" })).toEqual(['import'])
    expect(rulesOf({ 'src/cli/a.ts': "import { x } from '../../test/x.js'" })).toEqual([])
  })

  it('a new room needs its row', () => {
    expect(rulesOf({ 'src/attic/a.ts': 'export const x = 1' })).toEqual(['room'])
  })
})

describe('circles', () => {
  const a = "import { b } from './b.js'"
  it.each([
    ['of two', { 'src/ui/a.ts': a, 'src/ui/b.ts': "import { a } from './a.js'" }],
    ['by type', { 'src/ui/a.ts': a, 'src/ui/b.ts': "import type { A } from './a.js'" }],
    ['by type in a type', { 'src/ui/a.ts': a, 'src/ui/b.ts': "type A = import('./a.js').A" }],
    ['by await import', { 'src/ui/a.ts': a, 'src/ui/b.ts': "await import('./a.js')" }],
    ['of one', { 'src/ui/b.ts': "import { b } from './b.js'" }],
    [
      'of three, met from outside',
      {
        'src/ui/0.ts': "import { a } from './a.js'",
        'src/ui/a.ts': a,
        'src/ui/b.ts': "import { c } from './c.js'",
        'src/ui/c.ts': "import { a } from './a.js'",
      },
    ],
  ] satisfies [string, Sources][])('%s', (_name, sources) => {
    expect(rulesOf(sources)).toEqual(['circle'])
  })

  it('two ways to one file are no circle', () => {
    const sources = {
      'src/ui/a.ts': `${a}\nimport { c } from './c.js'`,
      'src/ui/b.ts': "import { c } from './c.js'",
      'src/ui/c.ts': '',
    }
    expect(rulesOf(sources)).toEqual([])
  })

  it('names the files, each circle once', () => {
    const sources = {
      'src/ui/a.ts': a,
      'src/ui/b.ts': "import { a } from './a.js'",
      'src/ui/c.ts': "import { d } from './d.js'",
      'src/ui/d.ts': "import { c } from './c.js'",
    }
    expect(checkSources(sources).map(tell)).toEqual([
      'src/ui/a.ts:1 circle: src/ui/a.ts ↔ src/ui/b.ts',
      'src/ui/c.ts:1 circle: src/ui/c.ts ↔ src/ui/d.ts',
    ])
  })
})
