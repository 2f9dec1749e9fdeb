// Remembers the last reading of an order from each source, field by field. Only later changes have an effect.
import type { MethodTexts } from '../../domain/method-names.js'
import { plainPaymentId } from '../../domain/order.js'
import type { ImportRow, ShopRow, Source } from '../../domain/shop.js'
import type { Connection } from '../connection.js'
import type { CsvColumn } from '../csv/columns.js'

/**
 * The key of each field is one letter, because there may be a hundred thousand readings. Neither a name, which a
 * purge has to find, nor the time of the order is included: both belong to the shop alone.
 */
const LETTERS = {
  method: 'm',
  carrier: 'c',
  total: 't',
  payment_id: 'p',
  payment_status: 's',
  trading_id: 'r',
  kind: 'k',
  order_status: 'o',
  shipped_at: 'd',
  held_amount: 'h',
  /** For a row that cannot be read: its column and value. */
  order_id: 'x',
} as const satisfies Partial<Record<CsvColumn, string>>

export type RememberedColumn = keyof typeof LETTERS
/** Keys besides the columns: the shop's text of the method that was not in dispute, and the one that was. */
type Letter = (typeof LETTERS)[RememberedColumn] | 'n' | 'w'

/** A field that is left out was never stated. */
export type Remembered = Readonly<Partial<Record<Letter, string | number>>>

/** The stored form of "none", and of a trading id that equals the order number. */
const NONE = 0

/**
 * Returns the stated values of a row; null of carrier, payment and status means "not stated". It runs a hundred
 * thousand times for a large file.
 */
export function rememberedOf(row: ImportRow): Remembered {
  const given: Partial<Record<Letter, string | number>> = { m: row.method, t: row.totalYen }
  if (row.carrier !== null) given.c = row.carrier
  if (row.paymentId !== null) given.p = row.paymentId
  if (row.status !== null) given.s = row.status
  if (row.methodText) given.n = row.methodText
  if (row.tradingId !== undefined) given.r = row.tradingId === row.orderId ? NONE : row.tradingId
  if (row.kind !== undefined) given.k = row.kind
  if (row.orderStatus !== undefined) given.o = row.orderStatus
  if (row.shippedAt !== undefined) given.d = row.shippedAt ?? NONE
  if (row.listedAmountYen !== undefined) given.h = row.listedAmountYen ?? ''
  return given
}

export const writtenDown = (remembered: Remembered): string => JSON.stringify(remembered)

/** Whether the source states the field, with another value than before. */
export function hasMoved(column: RememberedColumn, now: Remembered, last: Remembered | null): boolean {
  const letter = LETTERS[column]
  return now[letter] !== undefined && now[letter] !== last?.[letter]
}

/** Whether the row states the column. Every row that is remembered this way shows that it can be read at all. */
export const tells = (now: Remembered, column: CsvColumn): boolean =>
  !(column in LETTERS) || column === 'order_id' || now[LETTERS[column as RememberedColumn]] !== undefined

export const saysTheSame = (now: Remembered, last: Remembered): boolean =>
  (Object.keys(now) as Letter[]).every((letter) => now[letter] === last[letter])

/** Returns the order page's texts about the order's method. */
export const methodTextsOf = (last: Remembered | null): MethodTexts => ({
  ...(last?.n !== undefined && { agreed: String(last.n) }),
  ...(last?.w !== undefined && { disputed: String(last.w) }),
})

/** The part of the mirror's order that is needed to see that a source states nothing new. */
export interface Known {
  readonly customerName: string
  readonly orderedAt: string
  readonly orderStatus: string
  readonly purged: boolean
  readonly shippingTold: boolean
  readonly conflict: boolean
  /** Null when the source has never shown the order. */
  readonly last: Remembered | null
  /** The shop's own data; null when the order was never read from its database, or has disappeared there since. */
  readonly asRead: ShopRow | null
}

interface KnownRow {
  readonly customer_name: string
  readonly ordered_at: string
  readonly order_status: string
  readonly purged: number
  readonly shipping_told: number
  readonly conflict: number
  readonly csv_reading: string | null
  readonly in_shop: string | null
  readonly kind: string | null
  readonly payment_id: string | null
  readonly status: string | null
  readonly total_yen: number
  readonly reading: string | null
  readonly gone_ms: number | null
}

const SELECT_KNOWN = `
SELECT o.customer_name, o.ordered_at, o.order_status, o.purged, o.shipping_told, o.csv_reading,
  EXISTS (SELECT 1 FROM conflicts c WHERE c.order_id = o.order_id) AS conflict,
  s.order_id AS in_shop, s.kind, s.payment_id, s.status, s.total_yen, s.reading, s.gone_ms
FROM orders o LEFT JOIN shop_rows s USING (order_id) WHERE o.order_id = ?`

/** Returns null for an order that the mirror does not have. */
export function knownOf(connection: Connection, source: Source, orderId: string): Known | null {
  const row = connection.get<KnownRow>(SELECT_KNOWN, orderId)
  if (row === undefined) return null
  const { kind, payment_id: paymentId, status, total_yen: totalYen } = row
  const asRead = row.in_shop === null ? null : { kind, paymentId, status, totalYen }
  return {
    customerName: row.customer_name,
    orderedAt: row.ordered_at,
    orderStatus: row.order_status,
    purged: row.purged === 1,
    shippingTold: row.shipping_told === 1,
    conflict: row.conflict === 1,
    last: source === 'csv' ? parsed(row.csv_reading) : lastOfShop(asRead, row.reading),
    asRead: row.gone_ms === null ? asRead : null,
  }
}

const parsed = (text: string | null): Remembered | null => (text === null ? null : (JSON.parse(text) as Remembered))

/** A text that was written back counts as the shop's own from then on. */
function lastOfShop(asRead: ShopRow | null, text: string | null): Remembered | null {
  if (asRead === null) return null
  const { kind, paymentId, status, totalYen } = asRead
  return {
    ...parsed(text),
    k: kind ?? '',
    t: totalYen,
    ...(paymentId && { p: plainPaymentId(paymentId) }),
    ...(status && { s: status }),
  }
}

/** Call it inside a transaction. @param asRead the shop's own data of a row that could be read */
export function remember(
  connection: Connection,
  source: Source,
  orderId: string,
  remembered: Remembered,
  asRead: ShopRow | null,
  nowMs: number,
): void {
  const text = writtenDown(remembered)
  if (source === 'csv') {
    connection.run('UPDATE orders SET csv_reading = ? WHERE order_id = ?', text, orderId)
    return
  }
  if (asRead === null) {
    connection.run('UPDATE shop_rows SET reading = ? WHERE order_id = ?', text, orderId)
    return
  }
  connection.run(
    `INSERT INTO shop_rows (order_id, kind, payment_id, status, total_yen, reading, read_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (order_id) DO UPDATE SET kind = excluded.kind, payment_id = excluded.payment_id,
       status = excluded.status, total_yen = excluded.total_yen, reading = excluded.reading, read_ms = excluded.read_ms,
       gone_ms = NULL`,
    orderId,
    asRead.kind,
    asRead.paymentId,
    asRead.status,
    asRead.totalYen,
    text,
    nowMs,
  )
}
