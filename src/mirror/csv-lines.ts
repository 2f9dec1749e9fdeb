// A CSV text as lines with their numbers: RFC 4180, any line end.
import { CsvError, parse } from 'csv-parse/sync'

export interface CsvLine {
  /** Where the line begins in the file, counted from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

export type CsvLines =
  | { readonly ok: true; readonly lines: readonly CsvLine[] }
  /** The quotes do not close, so nothing after this line can be told apart. */
  | { readonly ok: false; readonly line: number }

/**
 * Lines without anything in them are left out, and counted.
 * @param text UTF-8: as a string it would be held twice, for the library takes it apart byte by byte
 */
export function splitCsv(text: Buffer): CsvLines {
  try {
    const records = parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] })
    return { ok: true, lines: numbered(records) }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { ok: false, line: typeof error['lines'] === 'number' ? error['lines'] : 1 }
  }
}

function numbered(records: readonly string[][]): CsvLine[] {
  const lines: CsvLine[] = []
  let line = 1
  for (const cells of records) {
    if (cells.some((cell) => cell.trim() !== '')) lines.push({ line, cells })
    line += 1 + cells.reduce((breaks, cell) => breaks + breaksIn(cell), 0)
  }
  return lines
}

/** Only a cell in quotes has any. */
const breaksIn = (cell: string): number => cell.match(/\r\n|\n|\r/g)?.length ?? 0
