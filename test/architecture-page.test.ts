// Compares docs/architecture.md with the code: rooms and imports with the house rules, the states of the sender with
// its union. citations.test.ts proves for all pages that the files and functions exist.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { cell, codesIn, listed, pageAt, ROOT } from './pages.js'
import { DOORS } from './tidy/rooms.js'

const page = pageAt('docs/architecture.md')
const codeOf = (text: string): string => codesIn(text).join(' ')
const ROOMS = Object.keys(DOORS).filter((room) => room !== 'demo')

it('has every room', () => {
  const rooms = page.table('The rooms').rows.map((row) => codeOf(cell(row, 'room')))
  expect(rooms.toSorted()).toEqual(ROOMS.toSorted())
})

it('says who may import whom', () => {
  const said = page.table('Imports between rooms').rows.map((row) => {
    const parts = listed(cell(row, 'may import'))
    const named = (types: boolean): string[] => parts.filter((part) => part.startsWith('*') === types).map(codeOf)
    return [codeOf(cell(row, 'room')), { any: named(false), types: named(true) }] as const
  })
  const closed = Object.entries(DOORS).filter(([, { any }]) => !any.includes('*'))
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(closed))
})

it('has every state of the sender, and none that another state cannot reach', () => {
  const section = 'The states of the sender'
  const [path = '', union = ''] = codesIn(page.section(section))
  const text = readFileSync(`${ROOT}${path}`, 'utf8')
  const declared = new RegExp(`type ${union} =\\n((?: {2}.*\\n)+)`).exec(text)?.[1] ?? ''
  const states = [...declared.matchAll(/readonly type: '([^']+)'/g)].map(([, state]) => state ?? '')
  const { rows } = page.table(section)
  expect(states.length).toBeGreaterThan(2)
  expect(rows.map((row) => codeOf(cell(row, 'state'))).toSorted()).toEqual(states.toSorted())
  const reached = new Set(rows.flatMap((row) => codesIn(cell(row, 'next'))))
  expect(states.filter((state) => !reached.has(state))).toEqual([])
})

it('leads from the command to the wire in as few frames as it says', () => {
  const [there, back] = page.tables('The journey of one order')
  const numbers = (there?.rows ?? []).map((row) => Number(cell(row, '')))
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  expect(codesIn(cell(there?.rows.at(-1) ?? {}, 'frame'))).toContain('post')
  // From the command's own function to the socket.
  const command = there?.rows.findIndex((row) => codesIn(cell(row, 'frame')).includes('runBulk')) ?? -1
  expect(command).toBeGreaterThan(0)
  expect(numbers.length - command).toBeLessThanOrEqual(11)
  expect(back?.rows.some((row) => codesIn(cell(row, 'frame')).includes('assertSynced'))).toBe(true)
})
