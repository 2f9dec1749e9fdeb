// Checks that every citation in the pages exists. Code and tests are cited in one form: a path, then the names that it
// holds, `src/a.ts` `f`, `g`. A name that has moved is reported with its new place; UPDATE_CITATIONS=1 writes the new
// place into the pages.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from './pages.js'

const PAGES = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md') && existsSync(join(ROOT, path)),
)
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

interface Citation {
  readonly path: string
  /** Functions, constants and types of a source; names of tests of a test. */
  readonly names: readonly string[]
}

const PATH = '(?:src|test|bin|deploy|fixtures)/[^`\\s]+'
/** A path and the names behind it. */
const CITATION = new RegExp(`\`(${PATH})\`((?:,? \`(?!${PATH}\`)[^\`]+\`)*)`, 'g')
const withoutBlocks = (markdown: string): string => markdown.replaceAll(/^```[^]*?^```$/gm, '')

function citationsIn(markdown: string): Citation[] {
  return [...withoutBlocks(markdown).replaceAll('\\|', '|').matchAll(CITATION)].map(([, path = '', names = '']) => ({
    path,
    names: [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''),
  }))
}

const FILES = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path}`)
    .filter((path) => path.endsWith('.ts')),
)
const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\#]/g, String.raw`\$&`)

const hasTest = (path: string, name: string): boolean =>
  [`'${name}'`, `"${name}"`, `\`${name}\``].some((quoted) => textOf(path).includes(quoted))

const declares = (path: string, name: string): boolean =>
  new RegExp(
    String.raw`^\s*(?:export )?(?:async )?(?:function\*?|const|class|interface|type) ${escaped(name)}(?![\w$])`,
    'm',
  ).test(textOf(path))

/** A method, or what an interface promises. */
const hasMethod = (path: string, name: string): boolean =>
  new RegExp(
    String.raw`^ {2}(?:(?:private|async|readonly) )*\*?${escaped(name)}(?:<[^>]*>)?\((?:.*(?:\{|\): .+))?$`,
    'm',
  ).test(textOf(path))

/** Whether the file declares the name, or has a test of that name. */
const holds = (path: string, name: string): boolean =>
  path.startsWith('test/') ? hasTest(path, name) : declares(path, name) || hasMethod(path, name)

/** The one other file that can be meant: a declaration counts before what only looks like one. */
function newPlaceOf({ path, names }: Citation): string | null {
  const folder = `${path.split('/', 1)[0] ?? ''}/`
  const files = FILES.filter((file) => file.startsWith(folder))
  const tests =
    names.length === 0
      ? [(file: string) => basename(file) === basename(path)]
      : [
          (file: string) => names.every((name) => declares(file, name)),
          (file: string) => names.every((name) => holds(file, name)),
        ]
  const found = tests.map((fits) => files.filter(fits)).find((some) => some.length > 0) ?? []
  return found.length === 1 ? (found[0] ?? null) : null
}

function faultOf(citation: Citation): string | null {
  const { path, names } = citation
  if (!existsSync(join(ROOT, path))) return `no ${path}${placeText(citation)}`
  const missing = path.endsWith('.ts') ? names.filter((name) => !holds(path, name)) : []
  return missing.length === 0 ? null : `${path} has no ${missing.join(', ')}${placeText(citation)}`
}

function placeText(citation: Citation): string {
  const place = newPlaceOf(citation)
  return place === null ? '' : ` (now ${place})`
}

const corrected = (markdown: string): string =>
  markdown.replaceAll(CITATION, (whole: string, path: string, rest: string) => {
    const [citation] = citationsIn(whole)
    if (citation === undefined || faultOf(citation) === null) return whole
    return `\`${newPlaceOf(citation) ?? path}\`${rest}`
  })

it.each(PAGES)('%s', (page) => {
  if (process.env['UPDATE_CITATIONS'] === '1') writeFileSync(join(ROOT, page), corrected(textOf(page)))
  expect(
    citationsIn(textOf(page))
      .map(faultOf)
      .filter((fault) => fault !== null),
  ).toEqual([])
})

it('finds citations, and what is wrong with one', () => {
  const [one, ...others] = citationsIn('`src/clock.ts` `systemClock`, `momentOf`, and `test/citations.test.ts`')
  expect(one).toEqual({ path: 'src/clock.ts', names: ['systemClock', 'momentOf'] })
  expect(others).toEqual([{ path: 'test/citations.test.ts', names: [] }])
  expect([one, ...others].map((citation) => citation && faultOf(citation))).toEqual([null, null])
  expect(faultOf({ path: 'src/clock.ts', names: ['noSuchFunction'] })).toBe('src/clock.ts has no noSuchFunction')
  expect(faultOf({ path: 'src/no-such-file.ts', names: ['systemClock'] })).toBe(
    'no src/no-such-file.ts (now src/clock.ts)',
  )
  expect(
    faultOf({ path: 'test/citations.test.ts', names: ['no such', 'test'].map((part) => `${part}!`) }),
  ).not.toBeNull()
})

it('puts a citation right that has moved', () => {
  expect(corrected('see `src/old/clock.ts` `systemClock`, `momentOf`.')).toBe(
    'see `src/clock.ts` `systemClock`, `momentOf`.',
  )
})
