// docs/safety.md names for each promise the code that keeps it and the test that proves it, and mentions every planted
// bug. citations.test.ts proves for all pages that the files, functions and tests exist.
import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { cell, pageAt, ROOT } from './pages.js'
import { PLANTED } from './simulation/planted.js'

const { text: page, table } = pageAt('docs/safety.md')
const oneLine = page.replaceAll(/\s+/g, ' ')

it('names tests that are there', () => {
  const named = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path ?? '')
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([])
})

it('names every planted bug, and how many there are', () => {
  expect(PLANTED.map(({ name }) => name).filter((name) => !oneLine.includes(`*${name}*`))).toEqual([])
  expect(oneLine).toContain(`${PLANTED.length} bugs planted`)
})

it('names commands that are there', () => {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> }
  const commands = [...page.matchAll(/`npm run ([a-z-]+)/g)].map(([, name]) => name ?? '')
  expect(commands).toContain('simulate')
  expect(commands.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
})

const promises = [...page.matchAll(/^### (\d+\. .+)$/gm)].map(([, heading]) => heading ?? '')

it('has its promises one after the other', () => {
  expect(promises.map((heading) => Number.parseInt(heading, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
})

it.each(promises)('says what keeps and what proves: %s', (heading) => {
  const { columns, rows } = table(heading)
  expect(columns).toEqual(['promise', 'kept in', 'proved by'])
  const proofs = rows.map((row) => cell(row, 'proved by'))
  expect(proofs.filter((proof) => !/`test\/|planted: \*/.test(proof))).toEqual([])
  // A promise that is seen from outside, or drawn by the simulation, is kept by no function of its own.
  const places = rows.map((row) => cell(row, 'kept in')).filter((place) => place !== '–')
  expect(places.length).toBeGreaterThan(1)
  expect(places.filter((place) => !/^`src\/[^`]+` `\w+`/.test(place))).toEqual([])
})
