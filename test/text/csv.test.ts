import { csvLine, csvText, meantCell } from '../../src/text/csv.js'
import { seeded } from '../seed.js'
import { HIDDEN, hostileText } from '../ui/hostile.js'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const cellsOf = (csv: string): string[][] => parse(csv.replace(/^\uFEFF/, '')) as string[][]

describe('CSV for people', () => {
  test.each(['=1+1', '+81', '-1', '@SUM(A1)', '＝1', '＋1', '－1', '＠x', ' =1', '　＝1'])(
    'a spreadsheet does not calculate %j',
    (text) => {
      expect(cellsOf(csvText(['name'], [{ name: text }]))[1]).toEqual([`'${text}`])
    },
  )

  test('what a spreadsheet may skip before a formula is written out', () => {
    for (const text of ['\t=1', '\r=1', '\n=1', '\0=1', '\u200B=1', '\uFEFF=1']) {
      expect(cellsOf(csvText(['name'], [{ name: text }]))[1]?.[0]).toMatch(/^\\/)
    }
  })

  test('numbers stay numbers', () => {
    expect(cellsOf(csvText(['amountYen'], [{ amountYen: -1 }]))).toEqual([['amount_yen'], ['-1']])
  })

  test('has as many rows and cells as there are records and fields, whatever is in them', () => {
    const record = fc.record({ one: hostileText, other: hostileText })
    seeded(
      fc.property(fc.array(record, { maxLength: 5 }), (records) => {
        const csv = csvText(['one', 'other'], records)
        expect(cellsOf(csv).map((cells) => cells.length)).toEqual([2, ...records.map(() => 2)])
        expect(csv.split('\r\n')).toHaveLength(records.length + 2)
        expect(csv.replaceAll('\r\n', '').slice(1)).not.toMatch(HIDDEN)
      }),
    )
  })
})

describe('a line that is read again', () => {
  test.each([
    ['=1', `'=1`],
    [`'=1`, `''=1`],
    [`''＋1`, `'''＋1`],
    ['\t@x', `'\t@x`],
    ['\u200B=1', `'\u200B=1`],
    [`'x`, `'x`],
    [' x ', ' x '],
  ])('%j leaves as %j and comes back', (text, cell) => {
    const [cells = []] = cellsOf(csvLine([text, 'y']))
    expect(cells).toEqual([cell, 'y'])
    expect(cells.map(meantCell)).toEqual([text, 'y'])
  })

  test('quotes keep blanks at the ends, and what would break the line', () => {
    expect(csvLine([' x', 'y\u3000', 'a,b', 'a"b', 'a\nb', 'c'])).toBe('" x","y\u3000","a,b","a""b","a\nb",c\r\n')
    expect(csvText(['name'], [{ name: ' x' }])).toBe('\uFEFFname\r\n x\r\n')
  })
})
