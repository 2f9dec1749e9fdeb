import { displayWidth } from '../../src/text/width.js'
import { drawTable, KEEP, type Table } from '../../src/ui/table.js'
import { HARD_NAMES, screenOf } from './sample-orders.js'
import { describe, expect, test } from 'vitest'

const table: Table = {
  columns: [
    { header: '受注番号', shrink: 'never', priority: KEEP },
    { header: '顧客名', shrink: 'cut', min: 8, priority: KEEP },
    { header: '金額', shrink: 'never', align: 'right', priority: KEEP },
    { header: '詳細', shrink: 'wrap', min: 10, priority: 2 },
    { header: '備考', shrink: 'never', priority: 1 },
  ],
  rows: HARD_NAMES.map((name, index) => [
    `9999${index}`,
    name,
    '1,234,567',
    { text: `${name} の詳細`, colour: 'red' },
    '長い備考の欄はここです',
  ]),
}

const widths = (text: string, ambiguousWide = false): number[] => [
  ...new Set(text.split('\n').map((line) => displayWidth(line, { ascii: false, ambiguousWide }))),
]

describe('a table fits its terminal', () => {
  test.each([40, 60, 80, 120, 200])('at %i columns every line is equally wide and none too wide', (width) => {
    for (const ascii of [false, true]) {
      const drawn = widths(drawTable(table, screenOf(width, 'ja', { ascii })))
      expect(drawn).toHaveLength(1)
      expect(drawn[0]).toBeLessThanOrEqual(width)
    }
  })

  test.each([60, 80, 120])('at %i columns order numbers and amounts are whole', (width) => {
    const lines = drawTable(table, screenOf(width)).split('\n')
    for (const index of HARD_NAMES.keys()) {
      expect(lines.filter((line) => line.includes(`│ 9999${index} `) && line.includes('1,234,567'))).toHaveLength(1)
    }
  })

  test('where ambiguous characters are wide, borders are ASCII and lines still equally wide', () => {
    const drawn = drawTable(table, screenOf(80, 'ja', { ambiguousWide: true }))
    expect(widths(drawn, true)).toHaveLength(1)
    expect(widths(drawn, true)[0]).toBeLessThanOrEqual(80)
    expect(drawn).not.toContain('│ 9999')
  })

  test('the lowest priority goes first', () => {
    expect(drawTable(table, screenOf(120))).toContain('備考')
    const at60 = drawTable(table, screenOf(60))
    expect(at60).not.toContain('備考')
    expect(at60).toContain('詳細')
    expect(drawTable(table, screenOf(44))).not.toContain('詳細')
  })

  test('without a terminal nothing is cut, wrapped or left out', () => {
    const lines = drawTable(table, screenOf(null)).split('\n')
    expect(lines).toHaveLength(HARD_NAMES.length + 4)
    expect(lines.join('\n')).toContain('とても長い名前の株式会社ペイジェント決済サービス第一営業部受注管理課')
    expect(lines.join('\n')).not.toContain('…')
  })
})

describe('what is in a table', () => {
  test('hostile text forges no line, border-less row or colour', () => {
    const drawn = drawTable(table, screenOf(null))
    expect(drawn.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(drawn.split('\n').filter((line) => line.startsWith('│ 999 '))).toEqual([])
  })

  test('colours only where the screen takes them, and the layout is the same', () => {
    const plain = drawTable(table, screenOf(80))
    const coloured = drawTable(table, screenOf(80, 'ja', { colour: true }))
    expect(plain).not.toContain('\u001B')
    expect(coloured).toContain('\u001B[31m')
    expect(coloured.replaceAll('\u001B[31m', '').replaceAll('\u001B[39m', '')).toBe(plain)
  })

  test('an empty table is its header', () => {
    const { columns } = table
    expect(drawTable({ columns: columns.slice(0, 1), rows: [] }, screenOf(80))).toBe(
      ['┌──────────┐', '│ 受注番号 │', '└──────────┘'].join('\n'),
    )
  })

  test('free text gives way before a number is broken', () => {
    const drawn = drawTable(
      {
        columns: [
          { header: '金額', shrink: 'never', priority: KEEP },
          { header: '詳細', shrink: 'wrap', min: 10, priority: KEEP },
        ],
        rows: [['1,234,567', '理由がここに立つ']],
      },
      screenOf(22),
    )
    expect(drawn).toContain('│ 1,234,567 │')
    expect(widths(drawn)).toEqual([22])
  })

  test('what must not be cut is wrapped when even that is too wide', () => {
    const id = '1234567890'.repeat(8)
    const drawn = drawTable({ columns: table.columns.slice(0, 1), rows: [[id]] }, screenOf(40))
    expect(widths(drawn)).toEqual([40])
    expect(drawn.replaceAll(/\D/g, '')).toBe(id)
  })
})
