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

/** Lines without anything in them are left out, and counted. */
export function splitCsv(text: string): CsvLines {
  try {
    const records = parse(text, {
      raw: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    }) as unknown as { record: string[]; raw: string }[]
    return { ok: true, lines: numbered(records) }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { ok: false, line: typeof error['lines'] === 'number' ? error['lines'] : 1 }
  }
}

function numbered(records: readonly { record: string[]; raw: string }[]): CsvLine[] {
  const lines: CsvLine[] = []
  let line = 1
  for (const { record, raw } of records) {
    if (record.some((cell) => cell.trim() !== '')) lines.push({ line, cells: record })
    line += Math.max(1, raw.match(/\r\n|\n|\r/g)?.length ?? 0)
  }
  return lines
}
