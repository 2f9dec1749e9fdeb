// Tables. cli-table3 draws the frame only: it counts Japanese with an older width table and colours by itself, so it
// gets placeholders of the right width, and the texts, measured and padded here, are put in afterwards.
import { cut, displayWidth, headerWords, longestWord, padMeasured, safe, wrap } from '../text/width.js'
import { type Colour, paint, type Screen } from './screen.js'
import { type Column, fitColumns, type FittedColumn, type Measured, naturalWidth } from './table-fit.js'
import CliTable from 'cli-table3'

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

/** Text with the cells that it takes: a list of 1,000 orders has 10,000 texts, and each is measured once. */
interface Sized {
  readonly text: string
  readonly width: number
}

interface SafeCell extends Sized {
  readonly colour: Colour | null
}

const NOTHING: SafeCell = { text: '', width: 0, colour: null }

const sized = (text: string, screen: Screen): Sized => ({ text, width: displayWidth(text, screen) })

function safeCell(cell: Cell, screen: Screen): SafeCell {
  const { text, colour } = typeof cell === 'object' ? cell : { text: cell, colour: null }
  return { ...sized(safe(text), screen), colour }
}

/** One cell as lines, none of them wider than the column. */
function linesOf(cell: Sized, shrink: Column['shrink'], width: number, screen: Screen): Sized[] {
  if (cell.width <= width) return [cell]
  const lines = shrink === 'cut' ? [cut(cell.text, width, screen)] : wrap(cell.text, width, screen)
  return lines.map((line) => sized(line, screen))
}

interface Row {
  readonly height: number
  /** Line by line, cell by cell, padded and coloured. */
  readonly parts: readonly string[]
}

/** A column of the table as it is drawn. */
interface DrawnColumn {
  readonly column: Column
  readonly index: number
  readonly width: number
}

function headerRow(columns: readonly DrawnColumn[], screen: Screen): Row {
  const cells = columns.map(({ column: { header, shortHeader = header }, width }) => {
    const lines = wrap(longestWord(header, screen) <= width ? header : shortHeader, width, screen, headerWords)
    return { lines: lines.map((line) => sized(line, screen)), colour: null }
  })
  return layRow(cells, columns, screen)
}

function dataRow(columns: readonly DrawnColumn[], row: readonly SafeCell[], screen: Screen): Row {
  const cells = columns.map(({ column, index, width }) => {
    const cell = row[index] ?? NOTHING
    return { lines: linesOf(cell, column.shrink, width, screen), colour: cell.colour }
  })
  return layRow(cells, columns, screen)
}

interface LaidCell {
  readonly lines: readonly Sized[]
  readonly colour: Colour | null
}

function layRow(cells: readonly LaidCell[], columns: readonly DrawnColumn[], screen: Screen): Row {
  const height = Math.max(1, ...cells.map(({ lines }) => lines.length))
  const parts: string[] = []
  for (let line = 0; line < height; line++) {
    for (const [place, { column, width }] of columns.entries()) {
      const { lines, colour } = cells[place] ?? { lines: [], colour: null }
      const { text: own, width: taken } = lines[line] ?? NOTHING
      const text = padMeasured(own, taken, width, column.align ?? 'left')
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
    content: rows.reduce((most, row) => Math.max(most, row[index]?.width ?? 0), 0),
    header: displayWidth(column.header, screen),
    headerWord: longestWord(column.header, screen),
    shortWord: longestWord(column.shortHeader ?? column.header, screen),
  }))
}

const safeRowsOf = ({ rows }: Table, screen: Screen): SafeCell[][] =>
  rows.map((row) => row.map((cell) => safeCell(cell, screen)))

/** Whether the table fits with every text whole and on one line. */
export const fitsWhole = (table: Table, screen: Screen): boolean =>
  screen.width === null || naturalWidth(measure(table.columns, safeRowsOf(table, screen), screen)) <= screen.width

/**
 * The table as lines, all equally wide and none wider than the screen. Every text in it is made harmless here.
 */
export function drawTable(table: Table, screen: Screen): string {
  const safeRows = safeRowsOf(table, screen)
  const fitted = fitColumns(measure(table.columns, safeRows, screen), screen.width)
  const columns = fitted.flatMap(({ index, width }) => {
    const column = table.columns[index]
    return column ? [{ column, index, width }] : []
  })
  const rows = [headerRow(columns, screen), ...safeRows.map((row) => dataRow(columns, row, screen))]
  const parts = rows.flatMap((row) => row.parts).values()
  const frameOnly = frame(rows, fitted, screen.ascii || screen.ambiguousWide === true)
  return frameOnly.replace(new RegExp(`${PLACEHOLDER}+`, 'g'), () => parts.next().value ?? '')
}
