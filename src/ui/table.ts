// Draws tables that fit the terminal. cli-table3 draws the frame only: it measures Japanese by an older width table and
// adds colours, so it gets placeholders of the right width, and the texts, measured and padded here, replace them.
import {
  cut,
  cutMiddle,
  displayWidth,
  headerWords,
  listParts,
  longestWord,
  padMeasured,
  safe,
  wrap,
  wrapList,
} from '../text/width.js'
import { type Colour, paint, type Screen } from './screen.js'
import CliTable from 'cli-table3'

/** A column, with the way in which it shrinks when the table is too wide. */
export interface TableColumn {
  readonly header: string
  /** Replaces the header in a column that is narrower than the header's longest word. */
  readonly shortHeader?: string
  readonly align?: 'left' | 'right'
  /** Cells to which the header may be broken inside a word, so that a narrow column keeps its own name. */
  readonly headerLeast?: number
  /**
   * `never`: order numbers, amounts, results. `cut`: names, at their end. `middle`: names, before the given name. `wrap`:
   * free text, into more lines.
   */
  readonly shrink: 'never' | 'cut' | 'middle' | 'wrap'
  /** The least width of a column that shrinks, in cells. */
  readonly min?: number
  /** A cell is a list, `成功 2 / 失敗 0`: it is wrapped between its parts, each of which stays whole. */
  readonly parts?: true
  /** The column with the lowest priority is left out first; `KEEP` never is. */
  readonly priority: number
}

export const KEEP = Number.POSITIVE_INFINITY

/** A column with the widths of its texts, in cells. */
export interface Measured {
  readonly column: TableColumn
  readonly content: number
  readonly header: number
  /** The longest piece of the header that should stay whole. */
  readonly headerWord: number
  readonly shortWord: number
}

export interface FittedColumn {
  readonly index: number
  readonly width: number
}

/** Border and one space on each side of every cell, or on its right alone, and the last border. */
const frameWidth = (columns: number, tight: boolean): number => columns * (tight ? 2 : 3) + 1

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

interface Room {
  width: number
  readonly whole: boolean
  /** With the header wrapped. */
  readonly wrapped: number
  /** With the short header, wrapped too. */
  readonly short: number
  /** With the text cut or wrapped as well. */
  readonly least: number
}

function roomOf({ column, content, header, headerWord, shortWord }: Measured): Room {
  const least = (word: number): number => Math.min(header, Math.max(4, word))
  const [wrapped, short] = [Math.max(content, least(headerWord)), Math.max(content, least(shortWord))]
  const whole = column.shrink === 'never'
  const floor = whole ? short : Math.min(short, Math.max(column.min ?? 8, least(shortWord)))
  return { width: Math.max(content, header, 1), whole, wrapped, short, least: floor }
}

/**
 * Takes `excess` cells away, one at a time from the column that is widest beyond its floor. Returns the cells still in
 * excess.
 */
function takeAway(rooms: readonly Room[], excess: number, floor: (room: Room) => number): number {
  let left = excess
  while (left > 0) {
    const open = rooms.filter((room) => room.width > floor(room))
    if (open.length === 0) return left
    const widest = open.reduce((most, room) => (room.width > most.width ? room : most))
    widest.width -= 1
    left -= 1
  }
  return 0
}

const excessOf = (rooms: readonly Room[], width: number, tight: boolean): number =>
  sum(rooms.map((room) => room.width)) + frameWidth(rooms.length, tight) - width

function shrink(rooms: readonly Room[], width: number, tight: boolean): boolean {
  let excess = excessOf(rooms, width, tight)
  excess = takeAway(rooms, excess, (room) => room.wrapped)
  excess = takeAway(rooms, excess, (room) => room.short)
  return takeAway(rooms, excess, (room) => room.least) === 0
}

/**
 * Wraps headers first and takes short ones, then cuts and wraps the texts that allow it, then leaves columns out, the
 * lowest priority first. Texts that must stay whole and are still too wide are wrapped: no character is lost.
 * @param width columns of the terminal; null is unlimited
 * @param tight as the table is
 */
export function fitColumns(measured: readonly Measured[], width: number | null, tight = false): FittedColumn[] {
  let kept = measured.map((entry, index) => ({ entry, index }))
  for (;;) {
    const rooms = kept.map(({ entry }) => roomOf(entry))
    const fits = width === null || shrink(rooms, width, tight)
    const lowest = Math.min(...kept.map(({ entry }) => entry.column.priority))
    if (!fits && lowest !== KEEP) {
      const last = kept.findLast(({ entry }) => entry.column.priority === lowest)
      kept = kept.filter((entry) => entry !== last)
      continue
    }
    if (!fits) lastResort(rooms, width, tight)
    return kept.map(({ index }, place) => ({ index, width: rooms[place]?.width ?? 1 }))
  }
}

/** Shrinks further: free text and names are broken before numbers are. */
function lastResort(rooms: readonly Room[], width: number, tight: boolean): void {
  const excess = excessOf(rooms, width, tight)
  takeAway(
    rooms,
    takeAway(rooms, excess, (room) => (room.whole ? room.width : 4)),
    () => 2,
  )
}

/** Cells that the table takes when nothing is wrapped, cut or left out. */
export const naturalWidth = (measured: readonly Measured[], tight = false): number =>
  sum(measured.map((entry) => roomOf(entry).width)) + frameWidth(measured.length, tight)

export type Cell = string | { readonly text: string; readonly colour: Colour }

export interface Table {
  /** Cells without a blank on their left, where every cell of width counts. */
  readonly tight?: boolean
  readonly columns: readonly TableColumn[]
  readonly rows: readonly (readonly Cell[])[]
}

/** A screen that becomes a page. Its tables are kept as they are; in its text a mark stands for each. */
export interface PageScreen extends Screen {
  readonly tables: Table[]
}

export const isPage = (screen: Screen): screen is PageScreen => 'tables' in screen

/** No text from outside holds a control character once it is made harmless, so that none forges a mark. */
const TABLE_MARK = '\0'

/** True for a line of a page's text that stands for a table. */
export const isTableMark = (line: string): boolean => line.startsWith(TABLE_MARK)

/** The table that a mark stands for, of the tables of its screen. */
export function tableOfMark(mark: string, tables: readonly Table[]): Table {
  const table = tables[Number(mark.slice(TABLE_MARK.length))]
  if (table === undefined) throw new Error('no table has this mark')
  return table
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

const EMPTY_CELL: SafeCell = { text: '', width: 0, colour: null }

const sized = (text: string, screen: Screen): Sized => ({ text, width: displayWidth(text, screen) })

function safeCell(cell: Cell, screen: Screen): SafeCell {
  const { text, colour } = typeof cell === 'object' ? cell : { text: cell, colour: null }
  return { ...sized(safe(text), screen), colour }
}

/** One cell as lines, none of them wider than the column. */
function linesOf(cell: Sized, { shrink, parts }: TableColumn, width: number, screen: Screen): Sized[] {
  if (cell.width <= width) return [cell]
  const shorten = { cut, middle: cutMiddle, never: null, wrap: null }[shrink]
  const wrapIt = parts ? wrapList : wrap
  const lines = shorten === null ? wrapIt(cell.text, width, screen) : [shorten(cell.text, width, screen)]
  return lines.map((line) => sized(line, screen))
}

interface Row {
  readonly height: number
  /** Line by line, cell by cell, padded and coloured. */
  readonly parts: readonly string[]
}

/** A column of the table as it is drawn. */
interface DrawnColumn {
  readonly column: TableColumn
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
    const cell = row[index] ?? EMPTY_CELL
    return { lines: linesOf(cell, column, width, screen), colour: cell.colour }
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
      const { text: own, width: taken } = lines[line] ?? EMPTY_CELL
      const text = padMeasured(own, taken, width, column.align ?? 'left')
      parts.push(colour === null ? text : paint(text, colour, screen))
    }
  }
  return { height, parts }
}

/** Draws one line of cells, which represents all lines: cli-table3 compares every cell with every other. */
function frame(rows: readonly Row[], fitted: readonly FittedColumn[], ascii: boolean, tight: boolean): string {
  const line = fitted.map(({ width }) => PLACEHOLDER.repeat(width))
  const [first, ...others] = rows
  const head = line.map((cell) => Array.from({ length: first?.height ?? 1 }, () => cell).join('\n'))
  const drawn = new CliTable({
    head,
    colWidths: fitted.map(({ width }) => width + (tight ? 1 : 2)),
    style: { head: [], border: [], 'padding-left': tight ? 0 : 1, 'padding-right': 1, compact: true },
    ...(ascii ? { chars: ASCII_CHARS } : {}),
  })
  if (others.length === 0) return drawn.toString()
  drawn.push(line)
  const lines = drawn.toString().split('\n')
  const data = lines.splice(-2, 1)
  const count = others.reduce((sum, { height }) => sum + height, 0)
  return [...lines.slice(0, -1), ...Array.from({ length: count }, () => data).flat(), ...lines.slice(-1)].join('\n')
}

/** No part of a list is broken while the table has room. */
const longestPart = (rows: readonly (readonly SafeCell[])[], index: number, screen: Screen): number =>
  Math.max(1, ...rows.flatMap((row) => listParts(row[index]?.text ?? '').map((part) => displayWidth(part, screen))))

function measure(columns: readonly TableColumn[], rows: readonly (readonly SafeCell[])[], screen: Screen): Measured[] {
  return columns.map((column, index) => ({
    column: column.parts ? { ...column, min: longestPart(rows, index, screen) } : column,
    content: rows.reduce((most, row) => Math.max(most, row[index]?.width ?? 0), 0),
    header: displayWidth(column.header, screen),
    headerWord: longestWord(column.header, screen),
    shortWord: column.headerLeast ?? longestWord(column.shortHeader ?? column.header, screen),
  }))
}

const safeRowsOf = ({ rows }: Table, screen: Screen): SafeCell[][] =>
  rows.map((row) => row.map((cell) => safeCell(cell, screen)))

/** True where the table fits with every text whole and on one line. */
export const fitsWhole = (table: Table, screen: Screen): boolean =>
  screen.width === null ||
  naturalWidth(measure(table.columns, safeRowsOf(table, screen), screen), table.tight) <= screen.width

/** A table as it is drawn, and the headers of the columns for which there was no room. */
export interface LaidTable {
  readonly text: string
  readonly leftOut: readonly string[]
}

/**
 * The table as lines, all equally wide and none wider than the screen. Every text in it is made harmless here.
 */
export const drawTable = (table: Table, screen: Screen): string => layTable(table, screen).text

/** The same, with what had to be left out. */
export function layTable(table: Table, screen: Screen): LaidTable {
  if (isPage(screen)) return { text: `${TABLE_MARK}${screen.tables.push(table) - 1}`, leftOut: [] }
  const { tight = false } = table
  const safeRows = safeRowsOf(table, screen)
  const fitted = fitColumns(measure(table.columns, safeRows, screen), screen.width, tight)
  const columns = fitted.flatMap(({ index, width }) => {
    const column = table.columns[index]
    return column ? [{ column, index, width }] : []
  })
  const rows = [headerRow(columns, screen), ...safeRows.map((row) => dataRow(columns, row, screen))]
  const parts = rows.flatMap((row) => row.parts).values()
  const frameOnly = frame(rows, fitted, screen.ascii || screen.ambiguousWide === true, tight)
  const shown = new Set(fitted.map(({ index }) => index))
  return {
    text: frameOnly.replace(new RegExp(`${PLACEHOLDER}+`, 'g'), () => parts.next().value ?? ''),
    leftOut: table.columns.filter((_, index) => !shown.has(index)).map(({ header }) => header),
  }
}
