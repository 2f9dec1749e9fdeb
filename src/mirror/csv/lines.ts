// Splits a CSV text into lines with their numbers: RFC 4180, any line end. Wrong quotes are read as Excel and Python
// read them.
import { backslashCharacters } from './encoding.js'

export interface CsvLine {
  /** The first line of the record in the file, counted from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

export type CsvLines =
  | { readonly ok: true; readonly lines: Iterator<CsvLine> & Iterable<CsvLine>; readonly count: number }
  /** The lines whose cells cannot be separated. */
  | { readonly ok: false; readonly bad: readonly number[] }

/**
 * Splits the text into lines, one by one as they are asked for: all cells of a large file at once would be most of the
 * memory of its import. Empty lines are left out, but counted. `count` counts the line ends of the file.
 */
export function splitCsv(text: string): CsvLines {
  const bad = isMisquoted(text) ? linesInDoubt(text) : []
  return bad.length > 0 ? { ok: false, bad } : { ok: true, lines: linesOf(text), count: breaksIn(text) }
}

/** Whether a quote stands where RFC 4180 allows none. */
function isMisquoted(text: string): boolean {
  for (let open = text.indexOf('"'); open !== -1;) {
    const close = closingQuote(text, open)
    if (close === -1 || !isAtEdge(text, open - 1) || !isAtEdge(text, close + 1)) return true
    open = text.indexOf('"', close + 1)
  }
  return false
}

/** Returns the place of the quote that closes the one at `open`, -1 if none does. */
function closingQuote(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (close !== -1 && text.charCodeAt(close + 1) === QUOTE) close = text.indexOf('"', close + 2)
  return close
}

function* linesOf(text: string): Generator<CsvLine, undefined> {
  for (const record of recordsOf(text)) if (!isBlank(record)) yield record
}

const isBlank = ({ cells }: CsvRecord): boolean => cells.every((cell) => cell.trim() === '')

/**
 * Finds the lines in doubt of a text with undoubled quotes. PHP leaves a quote single after a backslash, and after a
 * character of Windows-31J whose second byte is one (能, 表). Excel and Python take such a quote for the end of the quoted
 * part, and take the following text literally. Each line must then have as many cells as the header: otherwise the
 * quote has moved values under other headers.
 */
function linesInDoubt(text: string): number[] {
  const isAmbiguous = ambiguity()
  const all = [...recordsOf(text)]
  const records = all.filter((record) => !isBlank(record))
  const width = records[0]?.cells.length
  const bad = records.filter(
    ({ cells, from, next, swallows, atComma }) =>
      cells.length !== width || swallows || isAmbiguous(text.slice(from, next), atComma),
  )
  const last = all.at(-1)?.unclosed === true ? records.slice(-1) : []
  return [...new Set([...bad, ...last].map(({ line }) => line))]
}

/**
 * Detects where PHP and Excel disagree: PHP never doubles a quote after a backslash. The first of two quotes there
 * ends the cell, and Excel reads on to the first quote of a later cell. A single quote there may belong to the cell,
 * and Excel ends the cell too soon; the quote that really ends it then opens another cell, which begins or ends with
 * a comma that separated two cells.
 */
function ambiguity(): (record: string, atComma: boolean) => boolean {
  const after = `[\\\\${backslashCharacters()}]"`
  const [single, pair] = [new RegExp(after), new RegExp(`${after}"`)]
  return (record, atComma) => pair.test(record) || (atComma && single.test(record))
}

interface CsvRecord extends CsvLine {
  readonly from: number
  /** The beginning of the next record, and its line. */
  readonly next: number
  readonly nextLine: number
  /** The quote that ended a cell is the first one of a later cell. */
  readonly swallows: boolean
  /** The first quote of a cell is followed by a comma or a line end, or its last one follows one. */
  readonly atComma: boolean
  readonly unclosed: boolean
}

function* recordsOf(text: string): Generator<CsvRecord> {
  for (let [from, line] = [0, 1]; from < text.length;) {
    const record = readRecord(text, from, line)
    yield record
    from = record.next
    line = record.nextLine
  }
}

const COMMA = 0x2c
const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d
const isCellEnd = (code: number): boolean => code === COMMA || code === LF || code === CR
/** Whether a cell begins or ends beside this place; the text's own ends count. */
const isAtEdge = (text: string, at: number): boolean => at < 0 || at >= text.length || isCellEnd(text.charCodeAt(at))

function readRecord(text: string, from: number, line: number): CsvRecord {
  const cells: string[] = []
  let nextLine = line + 1
  let [swallows, atComma, unclosed] = [false, false, false]
  for (let at = from; ;) {
    let end = at
    if (text.charCodeAt(at) === QUOTE) {
      const cell = readQuoted(text, at)
      cells.push(cell.text)
      nextLine += breaksIn(cell.text)
      swallows ||= cell.swallows
      atComma ||= cell.atComma
      unclosed = cell.unclosed
      end = cell.end
    } else {
      end = endOfCell(text, at)
      cells.push(text.slice(at, end))
    }
    if (text.charCodeAt(end) !== COMMA) {
      const next = end + (text.startsWith('\r\n', end) ? 2 : 1)
      return { line, cells, from, next, nextLine, swallows, atComma, unclosed }
    }
    at = end + 1
  }
}

function endOfCell(text: string, from: number): number {
  let end = from
  while (end < text.length && !isCellEnd(text.charCodeAt(end))) end += 1
  return end
}

/** Counts line breaks in a cell; only a quoted cell has any. */
const breaksIn = (cell: string): number => cell.match(/\r\n|\n|\r/g)?.length ?? 0

/** @param from the cell's first quote */
function readQuoted(text: string, from: number) {
  const close = closingQuote(text, from)
  const unclosed = close === -1
  const quoted = text.slice(from + 1, unclosed ? text.length : close)
  const end = unclosed ? text.length : endOfCell(text, close + 1)
  const rest = text.slice(unclosed ? end : close + 1, end)
  const endsAtComma = isCellEnd(quoted.charCodeAt(quoted.length - 1))
  return {
    text: quoted.replaceAll('""', '"') + rest,
    end,
    swallows: rest !== '' && endsAtComma,
    atComma: unclosed || endsAtComma || isCellEnd(text.charCodeAt(from + 1)),
    unclosed,
  }
}
