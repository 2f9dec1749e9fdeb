// docs/words.md governs every text: its own words keep its own rules, and each pattern has a word in its place.
import { expect, it } from 'vitest'
import { cell, codesIn, pageAt } from './pages.js'

const page = pageAt('docs/words.md')
const { rows } = page.table('Glossary')
const patterns = codesIn(page.section('Patterns').split('\n\n')[2] ?? '')
const sentences = page.table('Sentences').rows

/** Words that are forbidden in one place and right in another: the page says where. */
const listedIn = (words: string): string[] => (words === '–' ? [] : words.split(', '))
const brokenIn = (text: string): string[] => patterns.filter((pattern) => text.includes(pattern))

it('has patterns', () => {
  expect(patterns.length).toBeGreaterThan(20)
  expect(new Set(patterns).size).toBe(patterns.length)
})

it('has one word for each concept, and none of them holds a pattern', () => {
  const words = rows.map((row) => cell(row, 'Japanese'))
  expect(new Set(words).size).toBe(words.length)
  expect(new Set(rows.map((row) => cell(row, 'concept'))).size).toBe(rows.length)
  expect(words.flatMap(brokenIn)).toEqual([])
  expect(rows.filter((row) => cell(row, 'English') === '')).toEqual([])
})

it('puts no word in the place of another that the page uses for the same concept', () => {
  const same = rows.filter((row) => listedIn(cell(row, 'not')).includes(cell(row, 'Japanese')))
  expect(same).toEqual([])
})

it('forbids no pattern without a word or a rule in its place', () => {
  const instead = rows.map((row) => cell(row, 'not')).join(' ')
  const ruled = `${instead} ${page.section('Style')} ${page.section('Words of the manual')}`
  const bare = patterns.filter((pattern) => !ruled.includes(pattern.replace(/^で/, '')))
  // 次の手順 is 対処 by rule 1, and 決済状況 is ペイジェント状況 under the manual's words.
  expect(bare).toEqual(['次の手順', '決済状況'])
})

it('has sentences that keep its own patterns and rules', () => {
  expect(sentences.length).toBeGreaterThan(30)
  for (const row of sentences) {
    const text = cell(row, 'text')
    expect([text, brokenIn(text)]).toEqual([text, []])
    expect([text, /[（「]$|[A-Za-z]+ [A-Za-z]+ [A-Za-z]+ is|確定/.test(text)]).toEqual([text, false])
  }
})
