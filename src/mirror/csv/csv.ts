// Reads an order file: all lines or none, and reports every fault with its line, column and value.
import type { MethodNames } from '../../domain/method-names.js'
import type { ImportRow, OtherMethodLine } from '../../domain/shop.js'
import { AppError } from '../../errors.js'
import { counted, type Heard } from '../counted.js'
import { type Header, readHeader } from './columns.js'
import { decodeCsv } from './encoding.js'
import { splitCsv } from './lines.js'
import { MethodReader, readLines } from './rows.js'
import { type BadLine, type Why, orderStatusReader } from './values.js'

export interface CsvOptions {
  /** Names the file in errors. */
  readonly path: string
  /** The shop's own names of payment methods. */
  readonly methodNames: MethodNames
  /** Further numbers of 対応状況 with their names, as given by `--status-name`. */
  readonly statusNames?: ReadonlyMap<string, string>
  /** Hears how many lines have been read. */
  readonly heard?: Heard
}

export interface ParsedOrders {
  /** Each row is a different order. */
  readonly rows: readonly ImportRow[]
  readonly others: readonly OtherMethodLine[]
}

/** Unusual parts of a file that are no reason to reject it. */
export interface CsvWarnings {
  /** Orders whose payment id of 18 digits ends like the ids that Excel has rounded. */
  readonly rounded: readonly { readonly orderId: string; readonly paymentId: string }[]
  /** The shop's names of payment methods that occur in no line. */
  readonly unmatchedMethods: readonly string[]
}

export interface ParsedCsv extends ParsedOrders {
  readonly warnings: CsvWarnings
}

/** A rejected file, of which nothing was taken; `bad` has every reason. */
export class CsvFault extends AppError {
  constructor(
    path: string,
    readonly bad: readonly BadLine[],
  ) {
    super('csv-bad', { path, lines: bad.map(badLineText) })
  }
}

const SHOWN_CHARACTERS = 60

/** Formats line, column, value and the key of the reason, the same in every language. */
function badLineText({ line, column, value, why, other }: BadLine): string {
  const shown = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value
  const key = other === undefined ? why : `${why} ${other}`
  return [`${line}:`, column, value === '' ? '' : JSON.stringify(shown), `[${key}]`].filter(Boolean).join(' ')
}

/** Builds a fault of whole lines. */
const wholeLines = (why: Why, lines: readonly number[]): BadLine[] =>
  lines.map((line) => ({ line, column: '', value: '', why }))

/**
 * @param bytes UTF-8 (with or without BOM) or Windows-31J
 * @throws CsvFault (csv-bad) when any line is bad
 */
export function parseOrdersCsv(bytes: Uint8Array, options: CsvOptions): ParsedCsv {
  const { path } = options
  const decoded = decodeCsv(bytes)
  if ('why' in decoded) throw new CsvFault(path, wholeLines(decoded.why, decoded.lines))
  const separator = wrongSeparator(decoded.text)
  if (separator !== null) throw new CsvFault(path, wholeLines(separator, [1]))
  const split = splitCsv(decoded.text)
  if (!split.ok) throw new CsvFault(path, wholeLines('quotes', split.bad))
  const { lines, count } = split
  const { value: first, done } = lines.next()
  if (done === true) throw new CsvFault(path, wholeLines('no-header', [1]))
  const header = readHeader(first.cells)
  const faults = headerFaults(header, first.line)
  if (faults.length > 0) throw new CsvFault(path, faults)
  const methods = new MethodReader(options.methodNames)
  const orderStatus = orderStatusReader(header.ofShop, options.statusNames ?? new Map())
  const afterHeader = counted(lines, count - 1, options.heard)
  const { rows, others, rounded, bad } = readLines(afterHeader, header, { methods, orderStatus })
  if (bad.length > 0) throw new CsvFault(path, bad)
  return { rows, others, warnings: { rounded, unmatchedMethods: methods.unmatched() } }
}

const headerFaults = ({ missing, twice }: Header, line: number): BadLine[] => [
  ...missing.map(({ why, column }) => ({ line, column, value: '', why })),
  ...twice.map((column) => ({ line, column, value: '', why: 'column-twice' as const })),
]

/** Detects Excel's hint for the separator, or a header that has more columns with another separator. */
function wrongSeparator(text: string): Why | null {
  const [line = ''] = text.slice(0, HEADER_LENGTH).split(/[\r\n]/, 1)
  if (/^\s*"?sep=/i.test(line)) return 'sep-line'
  const columns = (separator: string): number => readHeader(line.split(separator)).places.size
  if (line.includes(';') && columns(';') > columns(',')) return 'semicolon'
  return line.includes('\t') && columns('\t') > columns(',') ? 'tab' : null
}

/** No header is longer. */
const HEADER_LENGTH = 64 * 1024
