// What the shop says about one of its orders, by CSV or in its database. Page 3.4.
import type { Carrier, Kind, Method } from './order.js'

/**
 * What a source says about an order. A field that is left out is one that the source does not have: the mirror keeps
 * what it knows. Null is "not told" for carrier, payment and status, and "none" for the rest.
 */
export interface ImportRow {
  readonly orderId: string
  readonly method: Method
  readonly totalYen: number
  readonly carrier: Carrier | null
  readonly paymentId: string | null
  readonly status: string | null
  readonly tradingId?: string
  readonly kind?: Kind
  /** Japan time, `YYYY-MM-DDThh:mm:ss+09:00`. */
  readonly orderedAt?: string
  readonly customerName?: string
  readonly listedAmountYen?: number | null
  /** Japan time, or null when not shipped. */
  readonly shippedAt?: string | null
  readonly orderStatus?: string
  /** The payment method in the words of the shop's order page, '' for none; left out where they were not read. */
  readonly methodText?: string
}

/** A line of a file whose payment method is none of ours. The order may be one that the mirror has. */
export interface OtherMethodLine {
  /** Null where the line gives no number that could be an order's. */
  readonly orderId: string | null
  /** As the file has it; '' for a line without a method. */
  readonly method: string
}

/** The two doors by which orders come in. */
export type Source = 'csv' | 'shop'

/** A value that cannot be what its column should hold; nothing of the order is taken. */
export interface UnreadableRow {
  readonly type: 'unreadable'
  readonly orderId: string
  readonly field: string
  readonly value: string
}

/** An order that is paid in another way than by Paygent's credit or carrier; `method` is the source's own word. */
export interface OtherMethodReading {
  readonly type: 'other-method'
  readonly orderId: string
  readonly method: string
}
