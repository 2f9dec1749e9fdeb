// Tables: texts measured, wrapped and padded by the cells that they take, and a frame around them. A library drew the
// frame before; it took most of the time of a list of 1,000 orders, and counted Japanese in a way of its own.
import { paint, type Colour, type Screen } from './screen.js'
import { fitColumns, naturalWidth, type Column, type FittedColumn, type Measured } from './table-fit.js'
import { cut, displayWidth, headerWords, longestWord, pad, safe, wrap } from './width.js'

export { KEEP, type Column } from './table-fit.js'

export type Cell = string | { readonly text: string; readonly colour: Colour }

export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
}

type Line = readonly [left: string, line: string, cross: string, right: string]

const FRAME = {
  top: ['┌', '─', '┬', '┐'],
  middle: ['├', '─', '┼', '┤'],
  bottom: ['└', '─', '┴', '┘'],
  side: '│',
} as const satisfies Record<string, Line | string>
const ASCII_LINE = ['+', '-', '+', '+'] as const
const ASCII_FRAME = { top: ASCII_LINE, middle: ASCII_LINE, bottom: ASCII_LINE, side: '|' } as const

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
  /** Line by line, cell by cell, padded and coloured. */
  readonly lines: readonly (readonly string[])[]
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
  const lines = Array.from({ length: height }, (_, line) =>
    fitted.map(({ index, width }, place) => {
      const text = pad(cells[place]?.[line] ?? '', width, alignOf(index), screen)
      const colour = colours[place] ?? null
      return colour === null ? text : paint(text, colour, screen)
    }),
  )
  return { lines }
}

/** A line across the table, with what it meets at its ends and between the columns. */
const across = (fitted: readonly FittedColumn[], [left, line, cross, right]: Line): string =>
  `${left}${fitted.map(({ width }) => line.repeat(width + 2)).join(cross)}${right}`

function frame(rows: readonly Row[], fitted: readonly FittedColumn[], ascii: boolean): string {
  const { top, middle, bottom, side } = ascii ? ASCII_FRAME : FRAME
  const [header, ...data] = rows.map(({ lines }) => lines.map((cells) => `${side} ${cells.join(` ${side} `)} ${side}`))
  const body = data.length > 0 ? [across(fitted, middle), ...data.flat()] : []
  return [across(fitted, top), ...(header ?? []), ...body, across(fitted, bottom)].join('\n')
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
  return frame(rows, fitted, screen.ascii || screen.ambiguousWide === true)
}
