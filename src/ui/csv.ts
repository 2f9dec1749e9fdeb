// CSV that goes out to people: UTF-8 with BOM and CRLF for Excel. Pages 3.5, 5.4 and 6.
import { safe } from './width.js'

/** Null is an empty cell. Strings come from outside and are made harmless; numbers and booleans are ours. */
export type CsvValue = string | number | boolean | null

/** What a spreadsheet takes for the beginning of a formula, in both widths. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/

function cell(value: CsvValue): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = safe(value)
  const neutral = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(neutral) ? `"${neutral.replaceAll('"', '""')}"` : neutral
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * Records as CSV: a header line of the names in snake_case, then one line for each record.
 * @param names the fields in their order; they are the header even when there is no record
 */
export function csvText<Name extends string>(
  names: readonly Name[],
  records: readonly Readonly<Record<Name, CsvValue>>[],
): string {
  const lines = [names.map(snake), ...records.map((record) => names.map((name) => cell(record[name])))]
  return `\uFEFF${lines.map((line) => `${line.join(',')}\r\n`).join('')}`
}
