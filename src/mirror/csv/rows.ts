// Reads the lines of an order file as orders: one line for each order, or one for each item of an order.
import { type MethodNames, type MethodValue, type PaidBy, paidBy } from '../../domain/method-names.js'
import type { Carrier } from '../../domain/order.js'
import type { ImportRow, OtherMethodLine } from '../../domain/shop.js'
import { maskCardNumbers } from '../../text/card-number.js'
import { meantCell } from '../../text/csv.js'
import { comparedName } from '../../text/names.js'
import type { CsvColumn, Header, ReadColumn } from './columns.js'
import type { CsvLine } from './lines.js'
import {
  type BadLine,
  PAYMENT_ID_DIGITS,
  type CellReader,
  type Why,
  isRounded,
  readCarrier,
  readKind,
  readOrderId,
  readPaymentId,
  readStatusCell,
  readTime,
  readTimeOrDate,
  readTradingId,
  readYen,
  readYenOrNone,
} from './values.js'

/** The readers that differ from file to file. */
export interface Readers {
  readonly methods: MethodReader
  readonly orderStatus: CellReader<string>
}

export interface ReadLines {
  readonly rows: readonly ImportRow[]
  readonly others: readonly OtherMethodLine[]
  readonly rounded: readonly { readonly orderId: string; readonly paymentId: string }[]
  /** Nothing of the file is taken when there is any. */
  readonly bad: readonly BadLine[]
}

export function readLines(lines: Iterable<CsvLine>, header: Header, readers: Readers): ReadLines {
  const rows: ImportRow[] = []
  const others: OtherMethodLine[] = []
  const bad: BadLine[] = []
  /** The position in `rows` of each order number's order; and the lines of `rows`. */
  const places = new Map<string, number>()
  const rowLines: number[] = []
  const otherLines: Cells[] = []
  const rounded: { readonly orderId: string; readonly paymentId: string; readonly cells: Cells }[] = []
  for (const line of lines) {
    const cells = new Cells(line, header, bad)
    if (!cells.whole()) continue
    const paid = readers.methods.read(cells.text('method'))
    if (paid === null) {
      const other = cells.otherMethod()
      // An order of several items counts as one order here too.
      if (header.byItem && other.orderId !== null && other.orderId === others.at(-1)?.orderId) continue
      others.push(other)
      otherLines.push(cells)
      continue
    }
    const row = readRow(cells, paid, readers)
    if (row === null) continue
    const place = places.get(row.orderId)
    if (place === undefined) {
      places.set(row.orderId, rows.push(row) - 1)
      rowLines.push(line.line)
      const { orderId, paymentId } = row
      if (paymentId !== null && isRounded(paymentId)) rounded.push({ orderId, paymentId, cells })
    } else if (header.byItem) rows[place] = joined(rows[place] ?? row, row, cells)
    else cells.fault('order_id', 'order-twice', rowLines[place])
  }
  for (const [index, cells] of otherLines.entries()) {
    const orderId = others[index]?.orderId ?? null
    // The order is listed with two payment methods at once, and it is unknown which one is true.
    const place = orderId === null ? undefined : places.get(orderId)
    if (place !== undefined) cells.fault('order_id', 'order-twice', rowLines[place])
  }
  if (header.byItem && header.places.has('shipped_at')) withoutShipment(rows)
  if (rounded.length >= MANY_ROUNDED && rounded.length === rows.filter(hasLongId).length)
    for (const { cells } of rounded) cells.fault('payment_id', 'excel-rounded')
  return { rows, others, rounded: rounded.map(({ orderId, paymentId }) => ({ orderId, paymentId })), bad }
}

/** From this number on, it is no accident that every long id ends in zeros. */
const MANY_ROUNDED = 3

const hasLongId = ({ paymentId }: ImportRow): boolean => paymentId?.length === PAYMENT_ID_DIGITS

/** The columns that must agree on all lines of an order. */
const ALIKE = [
  ['totalYen', 'total'],
  ['orderStatus', 'order_status'],
  ['tradingId', 'trading_id'],
  ['paymentId', 'payment_id'],
  ['status', 'payment_status'],
  ['kind', 'kind'],
] as const satisfies readonly (readonly [keyof ImportRow, CsvColumn])[]

/** Joins two lines of one order. The order is shipped when every item is, at the time of the last item. */
function joined(before: ImportRow, row: ImportRow, cells: Cells): ImportRow {
  for (const [field, column] of ALIKE) if (before[field] !== row[field]) cells.fault(column, 'lines-disagree')
  const sameMethod = before.method === row.method
  if (!sameMethod || before.carrier !== row.carrier)
    cells.fault(sameMethod && cells.has('carrier') ? 'carrier' : 'method', 'lines-disagree')
  const { shippedAt: one } = before
  const { shippedAt: other } = row
  if (one === undefined || other === undefined) return { ...before, ...row }
  return { ...before, shippedAt: one === null || other === null ? null : one > other ? one : other }
}

/** An order of which no item is ever shipped counts as not shipped by the file. */
function withoutShipment(rows: ImportRow[]): void {
  for (const [index, row] of rows.entries()) if (row.shippedAt === undefined) rows[index] = { ...row, shippedAt: null }
}

/** The cells of one line; their faults go into the list that all lines share. */
class Cells {
  constructor(
    private readonly line: CsvLine,
    readonly header: Header,
    private readonly bad: BadLine[],
  ) {}

  /**
   * Whether the line has the right number of cells; with one too few or too many, its values are under the wrong
   * headers.
   */
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

  /** Returns the intended cell: without the quote that keeps a spreadsheet from reading it as a formula. */
  name(column: ReadColumn): string {
    const place = this.header.places.get(column)
    return meantCell(place === undefined ? '' : (this.line.cells[place.index] ?? ''))
  }

  /** As `name`, but a database's NULL becomes nothing. A customer may have that name, so `name` keeps it. */
  text(column: ReadColumn): string {
    const text = this.name(column)
    return text.length > LONGEST_NULL || !NULL.test(text) ? text : ''
  }

  /** Returns the value, or undefined for a cell that is bad. */
  read<Value>(column: ReadColumn, reader: CellReader<Value>): Value | undefined {
    const reading = reader(this.text(column))
    if ('value' in reading) return reading.value
    this.fault(column, reading.why)
    return undefined
  }

  /** As `read`, but also undefined when the file has no such column. */
  readIfThere<Value>(column: ReadColumn, reader: CellReader<Value>): Value | undefined {
    return this.has(column) ? this.read(column, reader) : undefined
  }

  otherMethod(): OtherMethodLine {
    const orderId = readOrderId(this.text('order_id'))
    return { orderId: 'value' in orderId ? orderId.value : null, method: maskCardNumbers(this.text('method')) }
  }

  /** @param other the line that the fault is about, too */
  fault(column: ReadColumn, why: Why, other?: number): void {
    const name = this.header.places.get(column)?.header ?? column
    const value = maskCardNumbers(this.name(column))
    this.bad.push({ line: this.line.line, column: name, value, why, ...(other === undefined ? {} : { other }) })
  }
}

/** NULL as MySQL's own export and other tools write it. */
const NULL = /^\s*(?:null|\\n)\s*$/i
const LONGEST_NULL = 8

/** Reads every cell even when one is bad, so that all faults of the line are reported at once. */
function readRow(cells: Cells, paid: PaidBy, readers: Readers): ImportRow | null {
  const orderId = cells.read('order_id', readOrderId)
  const totalYen = cells.read('total', readYen)
  const given = cells.read('carrier', readCarrier)
  const paymentId = cells.read('payment_id', readPaymentId)
  const status = cells.read('payment_status', readStatusCell)
  const tradingId = cells.readIfThere('trading_id', readTradingId)
  const kind = cells.readIfThere('kind', readKind)
  const orderedAt = cells.readIfThere('ordered_at', readTime)
  const listedAmountYen = cells.readIfThere('held_amount', readYenOrNone)
  const shippedAt = readShippedAt(cells)
  const orderStatus = cells.readIfThere('order_status', readers.orderStatus)
  const customerName = nameOf(cells)
  const carrier = paidCarrier(cells, paid, given)
  if (orderId === undefined || totalYen === undefined || carrier === undefined) return null
  if (paymentId === undefined || status === undefined) return null
  return {
    orderId,
    method: paid.method,
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

/** Returns the carrier that the line names, or that its method implies; when both exist they must agree. */
function paidCarrier(cells: Cells, { method, carrier }: PaidBy, given: Carrier | null | undefined) {
  if (given && method === 'credit') cells.fault('carrier', 'carrier-of-credit')
  else if (given && carrier !== null && given !== carrier) cells.fault('carrier', 'carrier-of-method')
  return given === null ? carrier : given
}

/**
 * Returns undefined for an item that is not shipped at all (a fee, a discount); its order is shipped with the other
 * items.
 */
function readShippedAt(cells: Cells): string | null | undefined {
  const shippedAt = cells.readIfThere('shipped_at', readTimeOrDate)
  const nothingToShip = cells.header.byItem && cells.has('shipment') && cells.text('shipment') === ''
  return shippedAt === null && nothingToShip ? undefined : shippedAt
}

function nameOf(cells: Cells): string | undefined {
  if (cells.has('customer_name')) return cells.name('customer_name')
  if (!cells.has('family_name') && !cells.has('given_name')) return undefined
  const parts = [cells.name('family_name'), cells.name('given_name')]
  return parts.filter((part) => part !== '').join(' ')
}

// Finds the payment method of a line.
/** The names that this tool writes, and those that the shops' modules use. */
const OWN_NAMES: MethodNames = new Map<string, MethodValue>([
  ['credit', 'credit'],
  ['paygentクレジット', 'credit'],
  ['carrier', 'carrier'],
  ['paygentキャリア', 'carrier'],
])

/** The size of the cache: a file has few method names, and each is looked up once. */
const REMEMBERED = 100

/** Reads the methods of one file, and remembers which of the shop's names occurred. */
export class MethodReader {
  private readonly known: ReadonlyMap<string, PaidBy>
  private readonly remembered = new Map<string, PaidBy | null>()
  private readonly met = new Set<string>()

  constructor(private readonly names: MethodNames) {
    this.known = new Map([...OWN_NAMES, ...names].map(([name, value]) => [comparedName(name), paidBy(value)]))
  }

  /** Returns null for a method without Paygent, for one that the operator has not named, and for an empty cell. */
  read(cell: string): PaidBy | null {
    const before = this.remembered.get(cell)
    if (before !== undefined) return before
    const form = comparedName(cell)
    const found = this.known.get(form) ?? null
    if (found !== null) this.met.add(form)
    if (this.remembered.size < REMEMBERED) this.remembered.set(cell, found)
    return found
  }

  /** Returns the shop's names that occurred in no line. */
  unmatched(): string[] {
    return [...this.names.keys()].filter((name) => !this.met.has(comparedName(name)))
  }
}
