// Every link in README, CHANGELOG, CONTRIBUTING and docs/ leads to an existing file, and to a heading that the page
// has.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'
import { anchorsOf, ROOT } from './pages.js'

const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
].filter((path) => path.endsWith('.md'))
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

it('has each page of docs/ in README', () => {
  const readme = linksIn('README.md').map((target) => target.split('#')[0])
  expect(PAGES.filter((path) => path.startsWith('docs/') && !readme.includes(path))).toEqual([])
})
