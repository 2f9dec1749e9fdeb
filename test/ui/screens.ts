// Compares whole screens with their expected files, one each, so that a change of layout is reviewed before it is
// accepted. UPDATE_SCREENS=1 rewrites the files; their changes are then reviewed in the diff.
import { displayWidth } from '../../src/text/width.js'
import { patternsIn } from '../patterns.js'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

const HERE = new URL('screens/', import.meta.url)

/** The screen is the expected one, no line of it wider than the terminal, and each table's lines equally wide. */
export function expectScreen(name: string, text: string, width: number | null, home = HERE): void {
  const file = new URL(`${name}.txt`, home)
  if (process.env['UPDATE_SCREENS'] === '1') writeFileSync(file, `${text}\n`)
  expect(`${text}\n`).toBe(readFileSync(file, 'utf8'))
  expectFits(text, width)
  if (/-ja\b/.test(name)) expect([name, patternsIn(text)]).toEqual([name, []])
}

export function expectFits(text: string, width: number | null): void {
  const lines = text.split('\n')
  if (width !== null) for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(width)
  let inTable: number | null = null
  for (const line of lines) {
    if (line.startsWith('┌')) inTable = displayWidth(line)
    if (inTable !== null) expect(displayWidth(line), line).toBe(inTable)
    if (line.startsWith('└')) inTable = null
  }
}
