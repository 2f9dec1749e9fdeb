// Every link in README, CHANGELOG, CONTRIBUTING and docs/ leads to an existing file, and to a heading that the page
// has.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'
import { anchorsOf, ROOT } from './pages.js'

const PAGES = [
  'README.md',
  'README.ja.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...globSync('docs/**/*.md', { cwd: ROOT }),
]
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** `[text](target)` outside of code. */
const linksIn = (path: string): string[] =>
  [
    ...textOf(path)
      .replaceAll(/^```[^]*?^```$/gm, '')
      .replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, target]) => target ?? '')

function fault(from: string, target: string): string | null {
  if (/^[a-z]+:/.test(target)) return null
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (!existsSync(join(ROOT, path))) return `${from}: there is no ${target}`
  if (anchor === undefined || !path.endsWith('.md')) return null
  return anchorsOf(textOf(path)).includes(anchor) ? null : `${from}: no heading ${target}`
}

it.each(PAGES)('%s', (path) => {
  const faults = linksIn(path).map((target) => fault(path, target))
  expect(faults.filter((one) => one !== null)).toEqual([])
})

/** `docs/rules.md#the-matrix` in a comment, a text or the name of a test. */
const CITED = /\bdocs\/[a-z-]+\.md(?:#[\w-]+)?/g
const SOURCES = ['src', 'test']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  )
  .filter((path) => path.endsWith('.ts') && path !== 'test/page-links.test.ts')

it('what the code cites of a page is there', () => {
  const cited = SOURCES.flatMap((path) => [...textOf(path).matchAll(CITED)].map(([target]) => ({ path, target })))
  expect(cited.length).toBeGreaterThan(10)
  const faults = cited.map(({ path, target }) => fault('README.md', target)?.replace('README.md', path) ?? null)
  expect(faults.filter((one) => one !== null)).toEqual([])
})

it('finds links at all', () => {
  expect(PAGES).toContain('docs/rules.md')
  expect(linksIn('docs/rules.md').length).toBeGreaterThan(10)
  expect(fault('docs/rules.md', 'wire.md#no-such-heading')).not.toBeNull()
  expect(fault('docs/rules.md', '../docs/none.md')).not.toBeNull()
})

it.each([
  ['README.md', /^docs\/[^/]+$/],
  ['README.ja.md', /^docs\/ja\//],
] as const)('%s has each page of its folder', (readme, ofFolder) => {
  const linked = linksIn(readme).map((target) => target.split('#')[0])
  expect(PAGES.filter((path) => ofFolder.test(path) && !linked.includes(path))).toEqual([])
})

it('each README leads to the other one in its first line', () => {
  expect(textOf('README.md').split('\n')[0]).toContain('](README.ja.md)')
  expect(textOf('README.ja.md').split('\n')[0]).toContain('](README.md)')
})
