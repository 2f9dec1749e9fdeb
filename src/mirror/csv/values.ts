// Reads the values of cells, with one reader for each kind of value.
import { japanIso } from '../../clock.js'
import { ECCUBE2_STATUS } from '../../domain/order-status.js'
import { type Carrier, CARRIERS, type Kind, KINDS, plainPaymentId } from '../../domain/order.js'
import type { FileWhy } from './encoding.js'

/** The reasons why a line is bad; the user interface has the sentences. */
export type Why =
  | FileWhy
  | 'sep-line'
  | 'semicolon'
  | 'tab'
  | 'no-header'
  | 'missing-column'
  | 'missing-item'
  | 'column-twice'
  | 'quotes'
  | 'cells'
  | 'empty'
  | 'digits'
  | 'too-long'
  | 'excel-number'
  | 'excel-rounded'
  | 'date'
  | 'yen'
  | 'carrier'
  | 'carrier-of-credit'
  | 'carrier-of-method'
  | 'trading-id'
  | 'status'
  | 'kind'
  | 'order-twice'
  | 'lines-disagree'

export interface BadLine {
  /** Counted from 1, as an editor counts. */
  readonly line: number
  /** The column's name in the file; '' when the whole line is bad. */
  readonly column: string
  readonly value: string
  readonly why: Why
  /** The line that has the order number, too; only of `order-twice`. */
  readonly other?: number
}

/** The value, or the reason why there is none. */
export type CellReading<Value> = { readonly value: Value } | { readonly why: Why }
export type CellReader<Value> = (cell: string) => CellReading<Value>

/** Text that normalisation does not change: most cells, and the test is quicker than the normalisation. */
const PRINTABLE_ASCII = /^[!-~]*$/

/** Width and blanks around a value do not count. */
const plain = (cell: string): string => (PRINTABLE_ASCII.test(cell) ? cell : cell.normalize('NFKC').trim())

/** A long number as Excel writes it: the last digits are lost for good. */
const EXCEL_NUMBER = /^\d(?:\.\d+)?E\+?\d+$/i

/** Leading zeros do not count: `0852` is order 852. */
export const readOrderId: CellReader<string> = (cell) => {
  const text = plain(cell)
  if (text === '') return { why: 'empty' }
  if (EXCEL_NUMBER.test(text)) return { why: 'excel-number' }
  if (!/^\d+$/.test(text)) return { why: 'digits' }
  const orderId = text.replace(/^0+(?=\d)/, '')
  return orderId.length > 15 ? { why: 'too-long' } : { value: orderId }
}

/** The length of Paygent's longest payment id. */
export const PAYMENT_ID_DIGITS = 18

/** Reads digits without leading zeros; null when the cell is empty. */
export const readPaymentId: CellReader<string | null> = (cell) => {
  const text = plain(cell)
  if (text === '') return { value: null }
  if (EXCEL_NUMBER.test(text)) return { why: 'excel-number' }
  if (!/^\d+$/.test(text)) return { why: 'digits' }
  return text.length > PAYMENT_ID_DIGITS ? { why: 'too-long' } : { value: plainPaymentId(text) }
}

/** Excel keeps 15 digits of a number and writes zeros for the rest. One such id in a thousand is genuine. */
export const isRounded = (paymentId: string): boolean =>
  paymentId.length === PAYMENT_ID_DIGITS && paymentId.endsWith('000')

/** Paygent accepts 25 letters, digits and `_`; a payment under another id cannot be one of Paygent's. */
export const readTradingId: CellReader<string | null> = (cell) => {
  const text = plain(cell)
  if (text === '') return { value: null }
  if (EXCEL_NUMBER.test(text)) return { why: 'excel-number' }
  return /^\w{1,25}$/.test(text) ? { value: text } : { why: 'trading-id' }
}

/** Whole yen; `1,733`, `¥1,733`, `1,733円` and the `1733.00` of EC-CUBE 4. A Windows-31J file has `\` for ¥. */
const YEN = /^[¥\\]?(\d{1,10}|\d{1,3}(?:,\d{3}){1,3})(?:\.0+)?円?$/

export const readYen: CellReader<number> = (cell) => {
  const text = plain(cell)
  if (text === '') return { why: 'empty' }
  const digits = YEN.exec(text)?.[1]
  return digits === undefined ? { why: 'yen' } : { value: Number(digits.replaceAll(',', '')) }
}

export const readYenOrNone: CellReader<number | null> = (cell) => (plain(cell) === '' ? { value: null } : readYen(cell))

const JAPAN = '+09:00'
const DATE = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/
const TIME = /^(\d{4}[-/]\d{1,2}[-/]\d{1,2})[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i

/** A date that means "none": MySQL's, as PHP prints it, and in words. */
const NO_TIME = /^(?:未発送|未出荷|(?:0000[-/]00[-/]00|-0001[-/]11[-/]30)(?:[T ]+00?:00(?::00(?:\.0+)?)?)?)$/

/**
 * Reads a time as ISO Japan time; null when the cell states that there is none. A time without an offset is Japan
 * time already.
 */
export const readTime: CellReader<string | null> = (cell) => {
  const text = plain(cell)
  if (text === '' || NO_TIME.test(text)) return { value: null }
  const [, date, hour = '', minute = '', second = '00', zone] = TIME.exec(text) ?? []
  const day = dayOf(date)
  if (day === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return { why: 'date' }
  const offset = offsetOf(zone)
  // The pieces are joined, since V8 keeps all pieces of a text that is concatenated step by step: 200 bytes for these
  // 25, twice a row.
  const time = [day, 'T', hour.padStart(2, '0'), ':', minute, ':', second, offset].join('')
  if (offset === JAPAN) return { value: time }
  const ms = Date.parse(time)
  return Number.isNaN(ms) ? { why: 'date' } : { value: japanIso(ms) }
}

/** As `readTime`, but a date alone is enough, because staff write the day of shipping. */
export const readTimeOrDate: CellReader<string | null> = (cell) => {
  const day = dayOf(plain(cell))
  return day === null ? readTime(cell) : { value: `${day}T00:00:00+09:00` }
}

/** Returns `YYYY-MM-DD` of a day that exists in the calendar, or null. */
function dayOf(text: string | undefined): string | null {
  const [, year, month = '', date = ''] = DATE.exec(text ?? '') ?? []
  if (year === undefined) return null
  const found = new Date(0)
  found.setUTCFullYear(Number(year), Number(month) - 1, Number(date))
  // A day that does not exist would become one of the next month.
  if (found.getUTCMonth() !== Number(month) - 1 || found.getUTCDate() !== Number(date)) return null
  return `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
}

function offsetOf(zone: string | undefined): string {
  if (zone === undefined) return JAPAN
  if (zone.toUpperCase() === 'Z') return 'Z'
  const digits = zone.replace(':', '').padEnd(5, '0')
  return `${digits.slice(0, 3)}:${digits.slice(3)}`
}

export const readCarrier: CellReader<Carrier | null> = (cell) => {
  const text = plain(cell).toLowerCase()
  if (text === '') return { value: null }
  const carrier = CARRIERS.find((one) => one === text)
  return carrier === undefined ? { why: 'carrier' } : { value: carrier }
}

export const readStatusCell: CellReader<string | null> = (cell) => {
  const text = plain(cell)
  if (text === '') return { value: null }
  return /^\d\d$/.test(text) ? { value: text } : { why: 'status' }
}

export const readKind: CellReader<Kind> = (cell) => {
  const text = plain(cell)
  const kind = KINDS.find((one) => one === text)
  return kind === undefined ? { why: 'kind' } : { value: kind }
}

/** A number of 対応状況, also in a spreadsheet's spelling. */
const STATUS_NUMBER = /^0*(\d+)(?:\.0+)?$/

/**
 * Returns the reader for 対応状況. It is text and kept unchanged; in the shop's own file it is a number that stands for a
 * name. Its meaning is decided when a plan is made, and a number of the shop's own means nothing until the shop has
 * defined it.
 * @param names further numbers, as given by `--status-name`; they count in every file
 */
export function orderStatusReader(ofShop: boolean, names: ReadonlyMap<string, string>): CellReader<string> {
  const known = new Map([...(ofShop ? Object.entries(ECCUBE2_STATUS) : []), ...names])
  return (cell) => {
    const text = plain(cell)
    return { value: known.get(STATUS_NUMBER.exec(text)?.[1] ?? '') ?? cell }
  }
}
