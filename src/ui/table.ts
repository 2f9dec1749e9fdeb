// Tables. cli-table3 draws the frame only: it counts Japanese with an older width table and colours by itself, so it
// gets placeholders of the right width, and the texts, measured and padded here, are put in afterwards.
import CliTable from 'cli-table3'
import { paint, type Colour, type Screen } from './screen.js'
import { fitColumns, naturalWidth, type Column, type FittedColumn, type Measured } from './table-fit.js'
import { cut, displayWidth, headerWords, longestWord, pad, safe, wrap } from './width.js'

export { KEEP, type Column } from './table-fit.js'

export type Cell = string | { readonly text: string; readonly colour: Colour }

export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
}

/** Private use, one cell wide in every width table. */
const PLACEHOLDER = '\uE000'

const ASCII_CHARS = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  left: '|',
  'left-mid': '+',
  mid: '-',
  'mid-mid': '+',
  right: '|',
  'right-mid': '+',
  middle: '|',
} as const

interface SafeCell {
  readonly text: string
  readonly colour: Colour | null
}

const safeCell = (cell: Cell): SafeCell =>
  typeof cell === 'object' ? { text: safe(cell.text), colour: cell.colour } : { text: safe(cell), colour: null }

/** One cell as lines, none of them wider than the column. */
function linesOf(text: string, shrink: Column['shrink'], width: number, screen: Screen): string[] {
  if (shrink === 'cut') return [cut(text, width, screen)]
  return wrap(text, width, screen)
}

interface Row {
  readonly height: number
  /** Line by line, cell by cell, padded and coloured. */
  readonly parts: readonly string[]
}

function headerRow(table: Table, fitted: readonly FittedColumn[], screen: Screen): Row {
  const columns = fitted.map(({ index }) => table.columns[index])
  const cells = columns.map((column, place) => {
    const width = fitted[place]?.width ?? 1
    const { header = '', shortHeader = header } = column ?? {}
    return wrap(longestWord(header, screen) <= width ? header : shortHeader, width, screen, headerWords)
  })
  return layRow(cells, fitted, (index) => table.columns[index]?.align ?? 'left', screen, [])
}

function dataRow(table: Table, row: readonly SafeCell[], fitted: readonly FittedColumn[], screen: Screen): Row {
  const cells = fitted.map(({ index, width }) =>
    linesOf(row[index]?.text ?? '', table.columns[index]?.shrink ?? 'wrap', width, screen),
  )
  const colours = fitted.map(({ index }) => row[index]?.colour ?? null)
  return layRow(cells, fitted, (index) => table.columns[index]?.align ?? 'left', screen, colours)
}

function layRow(
  cells: readonly (readonly string[])[],
  fitted: readonly FittedColumn[],
  alignOf: (index: number) => 'left' | 'right',
  screen: Screen,
  colours: readonly (Colour | null)[],
): Row {
  const height = Math.max(1, ...cells.map((lines) => lines.length))
  const parts: string[] = []
  for (let line = 0; line < height; line++) {
    for (const [place, { index, width }] of fitted.entries()) {
      const text = pad(cells[place]?.[line] ?? '', width, alignOf(index), screen)
      const colour = colours[place] ?? null
      parts.push(colour === null ? text : paint(text, colour, screen))
    }
  }
  return { height, parts }
}

/** One line of cells is drawn and stands for them all: cli-table3 looks at every cell against every other. */
function frame(rows: readonly Row[], fitted: readonly FittedColumn[], ascii: boolean): string {
  const line = fitted.map(({ width }) => PLACEHOLDER.repeat(width))
  const [first, ...others] = rows
  const head = line.map((cell) => Array.from({ length: first?.height ?? 1 }, () => cell).join('\n'))
  const drawn = new CliTable({
    head,
    colWidths: fitted.map(({ width }) => width + 2),
    style: { head: [], border: [], 'padding-left': 1, 'padding-right': 1, compact: true },
    ...(ascii ? { chars: ASCII_CHARS } : {}),
  })
  if (others.length === 0) return drawn.toString()
  drawn.push(line)
  const lines = drawn.toString().split('\n')
  const data = lines.splice(-2, 1)
  const count = others.reduce((sum, { height }) => sum + height, 0)
  return [...lines.slice(0, -1), ...Array.from({ length: count }, () => data).flat(), ...lines.slice(-1)].join('\n')
}

function measure(columns: readonly Column[], rows: readonly (readonly SafeCell[])[], screen: Screen): Measured[] {
  return columns.map((column, index) => ({
    column,
    content: rows.reduce((most, row) => Math.max(most, displayWidth(row[index]?.text ?? '', screen)), 0),
    header: displayWidth(column.header, screen),
    headerWord: longestWord(column.header, screen),
    shortWord: longestWord(column.shortHeader ?? column.header, screen),
  }))
}

const safeRowsOf = ({ rows }: Table): SafeCell[][] => rows.map((row) => row.map(safeCell))

/** Whether the table fits with every text whole and on one line. */
export const fitsWhole = (table: Table, screen: Screen): boolean =>
  screen.width === null || naturalWidth(measure(table.columns, safeRowsOf(table), screen)) <= screen.width

/**
 * The table as lines, all equally wide and none wider than the screen. Every text in it is made harmless here.
 */
export function drawTable(table: Table, screen: Screen): string {
  const safeRows = safeRowsOf(table)
  const fitted = fitColumns(measure(table.columns, safeRows, screen), screen.width)
  const rows = [headerRow(table, fitted, screen), ...safeRows.map((row) => dataRow(table, row, fitted, screen))]
  const parts = rows.flatMap((row) => row.parts).values()
  const frameOnly = frame(rows, fitted, screen.ascii || screen.ambiguousWide === true)
  return frameOnly.replace(new RegExp(`${PLACEHOLDER}+`, 'g'), () => parts.next().value ?? '')
}
