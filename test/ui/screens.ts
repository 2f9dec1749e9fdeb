// Whole screens as they should look, one file each, so that a change of layout is read before it is taken.
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { displayWidth } from '../../src/ui/width.js'

const expected = (name: string): string => readFileSync(new URL(`screens/${name}.txt`, import.meta.url), 'utf8')

/** The screen is the expected one, no line of it wider than the terminal, and each table's lines equally wide. */
export function expectScreen(name: string, text: string, width: number | null): void {
  expect(`${text}\n`).toBe(expected(name))
  expectFits(text, width)
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
