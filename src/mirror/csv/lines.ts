// Splits a CSV text into lines with their numbers: RFC 4180, any line end. Wrong quotes are read as Excel and Python
// read them.
import { backslashCharacters } from './encoding.js'
import { CsvError, parse } from 'csv-parse/sync'

export interface CsvLine {
  /** The first line of the record in the file, counted from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

export type CsvLines =
  | { readonly ok: true; readonly lines: readonly CsvLine[] }
  /** The lines whose cells cannot be separated. */
  | { readonly ok: false; readonly bad: readonly number[] }

/**
 * Splits the text into lines. Empty lines are left out, but counted.
 * @param text UTF-8: as a string it would be held twice, because the library reads it byte by byte
 */
export function splitCsv(text: Buffer): CsvLines {
  try {
    const records = parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] })
    return { ok: true, lines: numbered(records) }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return splitRelaxed(text.toString('utf8'))
  }
}

function numbered(records: readonly (readonly string[])[]): CsvLine[] {
  const lines: CsvLine[] = []
  let line = 1
  for (const cells of records) {
    if (cells.some((cell) => cell.trim() !== '')) lines.push({ line, cells })
    line += 1 + cells.reduce((breaks, cell) => breaks + breaksIn(cell), 0)
  }
  return lines
}

/** Counts line breaks in a cell; only a quoted cell has any. */
const breaksIn = (cell: string): number => cell.match(/\r\n|\n|\r/g)?.length ?? 0

/**
 * Splits a text with undoubled quotes. PHP leaves a quote single after a backslash, and after a character of
 * Windows-31J whose second byte is one (能, 表). Excel and Python take such a quote for the end of the quoted part, and
 * take the following text literally. Each line must then have as many cells as the header: otherwise the quote has
 * moved values under other headers.
 */
function splitRelaxed(text: string): CsvLines {
  const isAmbiguous = ambiguity()
  const records: string[][] = []
  const doubtful = new Set<readonly string[]>()
  let unclosed = false
  for (let at = 0; at < text.length && !unclosed;) {
    const record = readRecord(text, at)
    if (record.swallows || isAmbiguous(text.slice(at, record.next), record.atComma)) doubtful.add(record.cells)
    records.push(record.cells)
    unclosed = record.unclosed
    at = record.next
  }
  const lines = numbered(records)
  const width = lines[0]?.cells.length
  const bad = lines.filter(({ cells }) => cells.length !== width || doubtful.has(cells))
  const last = unclosed ? lines.slice(-1) : []
  const blamed = [...new Set([...bad, ...last].map(({ line }) => line))]
  return blamed.length > 0 ? { ok: false, bad: blamed } : { ok: true, lines }
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

function readRecord(text: string, from: number) {
  const cells: string[] = []
  for (let at = from, swallows = false, atComma = false; ;) {
    const cell = readCell(text, at)
    cells.push(cell.text)
    swallows ||= cell.swallows
    atComma ||= cell.atComma
    if (text[cell.end] !== ',') {
      const next = cell.end + (text.startsWith('\r\n', cell.end) ? 2 : 1)
      return { cells, next, swallows, atComma, unclosed: cell.unclosed }
    }
    at = cell.end + 1
  }
}

interface RelaxedCell {
  readonly text: string
  /** The end of the cell: at a comma, a line end or the end of the file. */
  readonly end: number
  /** The quote that ended it is the first one of a later cell. */
  readonly swallows: boolean
  /** Its first quote is followed by a comma or a line end, or its last one follows one. */
  readonly atComma: boolean
  readonly unclosed: boolean
}

function readCell(text: string, from: number): RelaxedCell {
  let quoted = ''
  let at = from
  if (text[from] === '"') {
    for (at = from + 1; ; at += 2) {
      const quote = text.indexOf('"', at)
      quoted += text.slice(at, quote === -1 ? text.length : quote)
      if (quote === -1) return { text: quoted, end: text.length, swallows: false, atComma: true, unclosed: true }
      at = quote
      if (text[quote + 1] !== '"') break
      quoted += '"'
    }
    at += 1
  }
  const rest = restOfCell(text, at)
  const endsAtComma = /[,\r\n]$/.test(quoted)
  const swallows = rest !== '' && endsAtComma
  const atComma = endsAtComma || /^"[,\r\n]/.test(text.slice(from, from + 2))
  return { text: quoted + rest, end: at + rest.length, swallows, atComma, unclosed: false }
}

function restOfCell(text: string, from: number): string {
  const end = /[,\r\n]/g
  end.lastIndex = from
  return text.slice(from, end.exec(text)?.index ?? text.length)
}
