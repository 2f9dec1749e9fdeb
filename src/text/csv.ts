// Writes CSV cells that neither break their line nor become a formula: for people (UTF-8 with BOM and CRLF for Excel),
// and for a file that is read again.
import { safe } from './width.js'

/**
 * Null is an empty cell. Strings come from outside and are made harmless; numbers and booleans are the program's own.
 */
export type CsvValue = string | number | boolean | null

/**
 * The beginnings that a spreadsheet takes for a formula: its signs in both widths, after anything that it may skip
 * (blanks, tabs, line ends, characters that are not drawn).
 */
const FORMULA = /^[\s\p{Control}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠]/u

/** Text for people. With a quote before it a spreadsheet shows the cell as it is. */
const shownCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** True for a formula, also behind quotes, which either were added here or came with the text. */
const needsQuote = (text: string): boolean => FORMULA.test(text.replace(/^'+/, ''))

const neutralCell = (text: string): string => (needsQuote(text) ? `'${text}` : text)

/** The text from which `csvLine` made a cell: the quote is removed only where it was needed. */
export const meantCell = (cell: string): string =>
  cell.startsWith(`'`) && needsQuote(cell.slice(1)) ? cell.slice(1) : cell

/** The characters for which RFC 4180 requires quotes. */
const NEEDS_QUOTES = /[",\r\n]/
/** A reader may trim these where there are no quotes. */
const BLANK_ENDS = /^\s|\s$/

/** @param keepBlanks puts quotes around a cell that begins or ends with a blank, too */
function quoted(cell: string, keepBlanks: boolean): string {
  const quotes = NEEDS_QUOTES.test(cell) || (keepBlanks && BLANK_ENDS.test(cell))
  return quotes ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** One line with its CRLF; the cells must be harmless already. */
const lineOf = (cells: readonly string[], keepBlanks: boolean): string =>
  `${cells.map((cell) => quoted(cell, keepBlanks)).join(',')}\r\n`

/** One line of a file that is read again; the contents of its cells come back unchanged. */
export const csvLine = (cells: readonly string[]): string => lineOf(cells.map(neutralCell), true)

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const shown = (value: CsvValue): string => (typeof value === 'string' ? shownCell(safe(value)) : String(value ?? ''))

/**
 * Records as CSV for people: a header line of the names in snake_case, then one line for each record.
 * @param names the fields in their order; they are the header even when there is no record
 */
export const csvText = <Name extends string>(
  names: readonly Name[],
  records: readonly Readonly<Record<Name, CsvValue>>[],
): string =>
  csvTable(
    names.map(snake),
    records.map((record) => names.map((name) => record[name])),
  )

/** The same with a header in words. */
export function csvTable(header: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  const lines = [header, ...rows.map((row) => row.map(shown))]
  return `\uFEFF${lines.map((cells) => lineOf(cells, false)).join('')}`
}
