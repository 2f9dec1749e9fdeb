// Reads the CSV of page 3.4: all lines or none, and every fault with its line, column and value.
import type { Method } from '../domain/order.js'
import { AppError } from '../errors.js'
import { maskCardNumbers } from './card-number.js'
import { readHeader, type Header, type ReadColumn } from './csv-columns.js'
import { decodeCsv } from './csv-encoding.js'
import { meantCell } from './csv-formula.js'
import { splitCsv, type CsvLine } from './csv-lines.js'
import type { ImportRow, OtherMethodLine } from '../domain/import-row.js'
import {
  methodReader,
  orderStatusReader,
  readCarrier,
  readKind,
  readOrderId,
  readPaymentId,
  readStatus,
  readTime,
  readTimeOrDate,
  readTradingId,
  readYen,
  readYenOrNone,
  type Reader,
  type Why,
} from './csv-values.js'

export interface CsvOptions {
  /** Names the file in errors. */
  readonly path: string
  /** Further payment methods, as `--method-name` gives them. */
  readonly methodNames: ReadonlyMap<string, Method>
  /** Further numbers of 対応状況 with their names, as `--status-name` gives them. */
  readonly statusNames?: ReadonlyMap<string, string>
}

export interface ParsedOrders {
  /** Each of another order. */
  readonly rows: readonly ImportRow[]
  readonly others: readonly OtherMethodLine[]
}

export interface BadLine {
  /** Counted from 1, as an editor counts. */
  readonly line: number
  /** As the file calls it; '' when the whole line is bad. */
  readonly column: string
  readonly value: string
  readonly why: Why
}

/** A file of which nothing was taken; `bad` has every reason. */
export class CsvFault extends AppError {
  constructor(
    path: string,
    readonly bad: readonly BadLine[],
  ) {
    super('csv-bad', { path, lines: bad.map(badLineText) })
  }
}

const SHOWN_CHARACTERS = 60

/** Line, column, value and the key of the reason, the same in every language. */
function badLineText({ line, column, value, why }: BadLine): string {
  const shown = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value
  return [`${line}:`, column, value === '' ? '' : JSON.stringify(shown), `[${why}]`].filter(Boolean).join(' ')
}

/**
 * @param bytes UTF-8 (with or without BOM) or Windows-31J
 * @throws CsvFault (csv-bad) when any line is bad
 */
export function parseOrdersCsv(bytes: Uint8Array, { path, methodNames, statusNames }: CsvOptions): ParsedOrders {
  const text = decodeCsv(bytes)
  if (text === null) throw new CsvFault(path, [{ line: 1, column: '', value: '', why: 'encoding' }])
  const split = splitCsv(text)
  if (!split.ok) throw new CsvFault(path, [{ line: split.line, column: '', value: '', why: 'quotes' }])
  const [first, ...lines] = split.lines
  if (!first) throw new CsvFault(path, [{ line: 1, column: '', value: '', why: 'no-header' }])
  const header = readHeader(first.cells)
  const faults = headerFaults(header, first.line)
  if (faults.length > 0) throw new CsvFault(path, faults)
  const readers = {
    method: methodReader(methodNames),
    orderStatus: orderStatusReader(header.ofShop, statusNames ?? new Map()),
  }
  return readLines(lines, header, readers, path)
}

const headerFaults = ({ missing, twice }: Header, line: number): BadLine[] => [
  ...missing.map((column) => ({ line, column, value: '', why: 'missing-column' as const })),
  ...twice.map((column) => ({ line, column, value: '', why: 'column-twice' as const })),
]

/** What is read otherwise from file to file. */
interface Readers {
  readonly method: Reader<Method | 'other'>
  readonly orderStatus: Reader<string>
}

function readLines(lines: readonly CsvLine[], header: Header, readers: Readers, path: string): ParsedOrders {
  const rows: ImportRow[] = []
  const bad: BadLine[] = []
  const seen = new Set<string>()
  const others: OtherMethodLine[] = []
  for (const line of lines) {
    const cells = new Cells(line, header, bad)
    if (!cells.whole()) continue
    const method = cells.read('method', readers.method)
    if (method === 'other') others.push(cells.otherMethod())
    if (method === 'other' || method === undefined) continue
    const row = readRow(cells, method, readers)
    if (row === null) continue
    if (seen.has(row.orderId)) cells.fault('order_id', 'order-twice')
    seen.add(row.orderId)
    rows.push(row)
  }
  if (bad.length > 0) throw new CsvFault(path, bad)
  return { rows, others }
}

/** The cells of one line; what is wrong with them goes into the list that all lines share. */
class Cells {
  constructor(
    private readonly line: CsvLine,
    private readonly header: Header,
    private readonly bad: BadLine[],
  ) {}

  /** A line with a cell too few or too many has its values under the wrong headers. */
  whole(): boolean {
    const { cells } = this.line
    const { width } = this.header
    if (cells.length >= width && cells.slice(width).every((cell) => cell.trim() === '')) return true
    this.bad.push({ line: this.line.line, column: '', value: `${cells.length}/${width}`, why: 'cells' })
    return false
  }

  has(column: ReadColumn): boolean {
    return this.header.places.has(column)
  }

  /** The cell as it is meant: without the quote that keeps a spreadsheet from taking it for a formula. */
  text(column: ReadColumn): string {
    const place = this.header.places.get(column)
    return meantCell(place === undefined ? '' : (this.line.cells[place.index] ?? ''))
  }

  /** The value, or undefined for a cell that is bad. */
  read<Value>(column: ReadColumn, reader: Reader<Value>): Value | undefined {
    const reading = reader(this.text(column))
    if ('value' in reading) return reading.value
    this.fault(column, reading.why)
    return undefined
  }

  /** As `read`, and undefined too when the file has no such column. */
  readIfThere<Value>(column: ReadColumn, reader: Reader<Value>): Value | undefined {
    return this.has(column) ? this.read(column, reader) : undefined
  }

  otherMethod(): OtherMethodLine {
    const orderId = readOrderId(this.text('order_id'))
    return { orderId: 'value' in orderId ? orderId.value : null, method: this.text('method') }
  }

  fault(column: ReadColumn, why: Why): void {
    const name = this.header.places.get(column)?.header ?? column
    this.bad.push({ line: this.line.line, column: name, value: maskCardNumbers(this.text(column)), why })
  }
}

/** Reads every cell even when one is bad, so that all faults of the line are told at once. */
function readRow(cells: Cells, method: Method, readers: Readers): ImportRow | null {
  const orderId = cells.read('order_id', readOrderId)
  const totalYen = cells.read('total', readYen)
  const carrier = cells.read('carrier', readCarrier)
  const paymentId = cells.read('payment_id', readPaymentId)
  const status = cells.read('payment_status', readStatus)
  const tradingId = cells.readIfThere('trading_id', readTradingId)
  const kind = cells.readIfThere('kind', readKind)
  const orderedAt = cells.readIfThere('ordered_at', readTime)
  const listedAmountYen = cells.readIfThere('held_amount', readYenOrNone)
  const shippedAt = cells.readIfThere('shipped_at', readTimeOrDate)
  const orderStatus = cells.readIfThere('order_status', readers.orderStatus)
  const customerName = nameOf(cells)
  if (method === 'credit' && carrier) cells.fault('carrier', 'carrier-of-credit')
  if (orderId === undefined || totalYen === undefined || carrier === undefined) return null
  if (paymentId === undefined || status === undefined) return null
  return {
    orderId,
    method,
    totalYen,
    carrier,
    paymentId,
    status,
    ...(tradingId !== undefined && { tradingId: tradingId ?? orderId }),
    ...(kind !== undefined && { kind }),
    ...(typeof orderedAt === 'string' && { orderedAt }),
    ...(listedAmountYen !== undefined && { listedAmountYen }),
    ...(shippedAt !== undefined && { shippedAt }),
    ...(customerName !== undefined && { customerName }),
    ...(orderStatus !== undefined && { orderStatus }),
  }
}

function nameOf(cells: Cells): string | undefined {
  if (cells.has('customer_name')) return cells.text('customer_name')
  if (!cells.has('family_name') && !cells.has('given_name')) return undefined
  const parts = [cells.text('family_name'), cells.text('given_name')]
  return parts.filter((part) => part !== '').join(' ')
}
