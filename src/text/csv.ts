// CSV cells that neither break their line nor become a formula: for people (UTF-8 with BOM and CRLF for Excel), and for
// a file that is read again.
import { safe } from './width.js'

/** Null is an empty cell. Strings come from outside and are made harmless; numbers and booleans are ours. */
export type CsvValue = string | number | boolean | null

/**
 * What a spreadsheet takes for the beginning of a formula: its signs in both widths, behind whatever it may skip
 * (blanks, tabs, line ends, characters that are not drawn).
 */
const FORMULA = /^[\s\p{Control}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠]/u

/** Text for people. With a quote before it a spreadsheet shows the cell as it is. */
const shownCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** Quotes before a formula are ours, or stood there before us. */
const needsQuote = (text: string): boolean => FORMULA.test(text.replace(/^'+/, ''))

const neutralCell = (text: string): string => (needsQuote(text) ? `'${text}` : text)

/** The text that a cell of `csvLine` was made of: the quote belongs to it only where it was needed. */
export const meantCell = (cell: string): string =>
  cell.startsWith(`'`) && needsQuote(cell.slice(1)) ? cell.slice(1) : cell

/** Where RFC 4180 wants quotes. */
const NEEDS_QUOTES = /[",\r\n]/
/** A reader may trim these where no quotes are. */
const BLANK_ENDS = /^\s|\s$/

/** @param keepBlanks puts quotes around a cell that begins or ends with a blank, too */
function quoted(cell: string, keepBlanks: boolean): string {
  const quotes = NEEDS_QUOTES.test(cell) || (keepBlanks && BLANK_ENDS.test(cell))
  return quotes ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** One line with its CRLF; the cells must be harmless already. */
const lineOf = (cells: readonly string[], keepBlanks: boolean): string =>
  `${cells.map((cell) => quoted(cell, keepBlanks)).join(',')}\r\n`

/** One line of a file that is read again; what its cells hold comes back as it was. */
export const csvLine = (cells: readonly string[]): string => lineOf(cells.map(neutralCell), true)

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const shown = (value: CsvValue): string => (typeof value === 'string' ? shownCell(safe(value)) : String(value ?? ''))

/**
 * Records as CSV for people: a header line of the names in snake_case, then one line for each record.
 * @param names the fields in their order; they are the header even when there is no record
 */
export function csvText<Name extends string>(
  names: readonly Name[],
  records: readonly Readonly<Record<Name, CsvValue>>[],
): string {
  const lines = [names.map(snake), ...records.map((record) => names.map((name) => shown(record[name])))]
  return `\uFEFF${lines.map((cells) => lineOf(cells, false)).join('')}`
}
