// Writes the CSV, so that reading it again gives the same orders.
import type { Order } from '../../domain/order.js'
import { csvLine } from '../../text/csv.js'
import { type CsvColumn, COLUMNS } from './columns.js'

const VALUES = {
  order_id: ({ orderId }) => orderId,
  ordered_at: ({ orderedAt }) => orderedAt,
  customer_name: ({ customerName }) => customerName,
  method: ({ method }) => method,
  carrier: ({ carrier }) => carrier,
  total: ({ totalYen }) => totalYen,
  // The amount that Paygent reported is the more reliable one; the reader never trusts the column either way.
  held_amount: ({ heldAmountYen, listedAmountYen }) => heldAmountYen ?? listedAmountYen,
  shipped_at: ({ shippedAt }) => shippedAt,
  order_status: ({ orderStatus }) => orderStatus,
  trading_id: ({ tradingId }) => tradingId,
  payment_id: ({ paymentId }) => paymentId,
  payment_status: ({ status }) => status,
  kind: ({ kind }) => kind,
} as const satisfies Record<CsvColumn, (order: Order) => string | number | null>

/** Columns that a reader of the file needs and that an import ignores, because the file does not decide them. */
const ADDED = {
  on_hold: ({ hold }) => String(hold !== null),
  hold_note: ({ hold }) => hold?.note ?? null,
} as const satisfies Record<string, (order: Order) => string | null>

const CELLS: readonly ((order: Order) => string | number | null)[] = [
  ...COLUMNS.map((column) => VALUES[column]),
  ...Object.values(ADDED),
]

/** The columns of the file, in their order. */
const EXPORT_COLUMNS: readonly string[] = [...COLUMNS, ...Object.keys(ADDED)]

/** Writes a header and one line for each order; comma, CRLF, quotes where RFC 4180 requires them. */
export const ordersToCsv = (orders: readonly Order[]): string =>
  [csvLine([...EXPORT_COLUMNS]), ...orders.map(orderLine)].join('')

/** Writes one order without a header. */
export const orderLine = (order: Order): string => csvLine(CELLS.map((cell) => String(cell(order) ?? '')))
