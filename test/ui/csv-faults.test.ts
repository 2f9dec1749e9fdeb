// Every fault of a CSV line has words in both languages; page 3.4.
import { describe, expect, it } from 'vitest'
import type { Why } from '../../src/mirror/csv-values.js'
import { csvFaultLines } from '../../src/ui/csv-faults.js'

const EVERY = {
  encoding: 0,
  'no-header': 0,
  'missing-column': 0,
  'column-twice': 0,
  quotes: 0,
  cells: 0,
  empty: 0,
  digits: 0,
  'excel-number': 0,
  date: 0,
  yen: 0,
  carrier: 0,
  'carrier-of-credit': 0,
  'trading-id': 0,
  status: 0,
  kind: 0,
  'order-twice': 0,
} as const satisfies Record<Why, number>

describe('faults of a CSV', () => {
  it.each(Object.keys(EVERY))('%s is said in words', (why) => {
    for (const lang of ['ja', 'en'] as const) {
      const [line] = csvFaultLines([`3: total "1.5" [${why}]`], lang)
      expect(line).toMatch(lang === 'ja' ? /^3行目 total "1\.5"：.+/ : /^line 3 total "1\.5": .+/)
      expect(line).not.toContain(`[${why}]`)
    }
  })

  it('keeps a value that looks like a key', () => {
    expect(csvFaultLines(['4: kind "[yen]" [kind]'], 'en')).toEqual(['line 4 kind "[yen]": it is no telegram kind'])
  })

  it('shows twenty and counts the rest', () => {
    const lines = Array.from({ length: 25 }, (_, index) => `${index + 2}: total "" [empty]`)
    expect(csvFaultLines(lines, 'ja')).toHaveLength(21)
    expect(csvFaultLines(lines, 'ja').at(-1)).toBe('ほか 5 件')
  })
})
