// Finds the differences between the shop's data about an order and the mirror's.
import type { ImportRow } from '../../domain/shop.js'
import { CANCELLED, effectiveStatus, SOLD } from '../../domain/statuses.js'
import type { CsvColumn } from '../csv/columns.js'
import type { OrderRow } from '../order-rows.js'

export interface FieldDifference {
  readonly field: CsvColumn
  readonly mirror: string | number | null
  readonly file: string | number | null
}

/** The stored order with the shop's last reading of its payment. */
export interface StoredOrder extends OrderRow {
  readonly listed_status: string | null
}

type Value = string | number | null

/** Returns a difference unless the source does not state the field. */
function differs(field: CsvColumn, mirror: Value, file: Value | undefined): FieldDifference[] {
  return file === undefined || file === mirror ? [] : [{ field, mirror, file }]
}

/** A null in the source means "not stated", so it contradicts nothing. */
const contradicts = (field: CsvColumn, mirror: Value, file: Value | undefined): FieldDifference[] =>
  file === null ? [] : differs(field, mirror, file)

/**
 * Compares the fields that only the shop decides. This tool never writes them, so the shop's values are simply taken.
 */
export function shopDifferences(row: ImportRow, stored: StoredOrder): FieldDifference[] {
  const { listedAmountYen: listed } = row
  const listedAsKnown = listed === stored.held_amount_yen && listed !== null
  return [
    ...differs('ordered_at', stored.ordered_at, row.orderedAt),
    // The shop still knows a name that was purged here. That is no difference, and the name stays removed.
    ...differs('customer_name', stored.customer_name, stored.purged === 1 ? undefined : row.customerName),
    ...differs('held_amount', stored.listed_amount_yen, listedAsKnown ? undefined : listed),
    ...differs('shipped_at', stored.shipped_at, row.shippedAt),
    ...differs('order_status', stored.order_status, row.orderStatus),
  ]
}

/** Compares the fields that a request depends on, for an order that the tool has not touched. */
export function paymentDifferences(row: ImportRow, stored: StoredOrder): FieldDifference[] {
  return [
    ...orderDifferences(row, stored),
    ...differs('kind', stored.kind, row.kind),
    ...(statusAsBefore(row, stored) ? [] : contradicts('payment_status', stored.status, row.status)),
  ]
}

/**
 * Compares the same fields for an order that the tool has touched. The shop learns of a sale late, so statuses are
 * compared by their effect, and a status that the shop has not changed since its last reading contradicts nothing.
 */
export function touchedDifferences(row: ImportRow, stored: StoredOrder): FieldDifference[] {
  const kind = noneAsBlank(row.kind ?? stored.kind) === noneAsBlank(stored.kind) ? undefined : row.kind
  const given = kind === undefined && (statusAsBefore(row, stored) || sameEffect(row, stored))
  return [
    ...orderDifferences(row, stored),
    ...differs('kind', stored.kind, kind),
    ...(given ? [] : contradicts('payment_status', stored.status, row.status)),
  ]
}

const orderDifferences = (row: ImportRow, stored: StoredOrder): FieldDifference[] => [
  ...differs('method', stored.method, row.method),
  ...contradicts('carrier', stored.carrier, row.carrier),
  // An amendment is kept beside the shop's total, which the file continues to state.
  ...(row.totalYen === stored.amended_from_yen ? [] : differs('total', stored.total_yen, row.totalYen)),
  ...differs('trading_id', stored.trading_id, row.tradingId),
  ...contradicts('payment_id', stored.payment_id, row.paymentId),
]

/**
 * Whether a row without differences leaves nothing to write, as most rows of a file that is taken in again. A value
 * that is no difference may still be new: the shop's own confirmation of a status or an amount that Paygent reported
 * first.
 */
export function isStored(row: ImportRow, stored: StoredOrder): boolean {
  if (stored.conflict === 1) return false
  // Whether the source has a column for it is no difference, but decides the meaning of 対応状況 for shipping.
  if ((row.shippedAt !== undefined) !== (stored.shipping_told === 1)) return false
  if (row.listedAmountYen !== undefined && row.listedAmountYen !== stored.listed_amount_yen) return false
  return stored.touched === 1 || row.status === null || row.status === stored.listed_status
}

/** 020, a changed authorisation, counts as no request. */
const noneAsBlank = (kind: string): string => (kind === '020' ? '' : kind)

/** True when the shop has learnt nothing about the payment since it was last read; Paygent's newer data then stays. */
const statusAsBefore = (row: ImportRow, stored: StoredOrder): boolean =>
  row.status === stored.status || (row.status === stored.listed_status && (row.kind ?? stored.kind) === stored.kind)

function sameEffect(row: ImportRow, stored: StoredOrder): boolean {
  const view = {
    carrier: stored.carrier,
    method: stored.method,
    paymentId: stored.payment_id,
    statusPaymentId: null,
    kind: stored.kind,
  }
  const theirs = effectiveStatus({ ...view, status: row.status, statusOrigin: 'shop' })
  const ours = effectiveStatus({ ...view, status: stored.status, statusOrigin: stored.status_origin })
  if (!theirs.known || !ours.known) return true
  return theirs.status === ours.status || [SOLD, CANCELLED].some((group) => both(group, theirs.status, ours.status))
}

/** 40 and 44, as well as 60 and 62, are the start and the completion of the same change. */
const both = (group: readonly string[], one: string, other: string): boolean =>
  group.includes(one) && group.includes(other)
