// What a row says anew, beside what its source said last and what of it is in dispute already.
import { GONE_ORDER_STATUS } from '../domain/order-status.js'
import type { Kind } from '../domain/order.js'
import type { ImportRow, Source } from '../domain/shop.js'
import type { Connection } from './connection.js'
import type { StoredOrder } from './import-differences.js'
import { samePayment } from './order-rows.js'
import { hasMoved, type Remembered, type RememberedColumn } from './readings.js'

interface Said {
  readonly source: Source
  readonly row: ImportRow
  readonly now: Remembered
  /** Null where the source has never shown the order: all of the row is news then. */
  readonly last: Remembered | null
  readonly stored: StoredOrder
  /** Columns that this source disputes: they stay in dispute until they agree, moved or not. */
  readonly disputed: ReadonlySet<string>
}

/**
 * The row without what is no news. While kind and payment id are as they were, they and an unmoved status tell nothing. A
 * status that has moved is about the source's payment, which need not be the one that the mirror has by now. Name and time
 * are the shop's alone and always told.
 */
export function newsOf(connection: Connection, { source, row, now, last, stored, disputed }: Said): ImportRow {
  const { orderId, paymentId, kind, tradingId, orderStatus, shippedAt, listedAmountYen } = row
  const tells = (column: RememberedColumn): boolean => disputed.has(column) || hasMoved(column, now, last)
  const ofAnother = paymentId !== null && paymentId !== stored.payment_id
  const replaced = ofAnother ? kindBeforeCorrection(connection, orderId, paymentId) : null
  const unknownKind = last?.k === undefined && replaced !== null
  const kindTold = kind !== undefined && (unknownKind ? plain(kind) !== plain(replaced) : hasMoved('kind', now, last))
  // Another trading id is a customer who paid again. What our own corrected sale has replaced is no news of another payment.
  const paidAgain =
    (tradingId !== undefined && tradingId !== stored.trading_id && hasMoved('trading_id', now, last)) ||
    (ofAnother && replaced === null && hasMoved('payment_id', now, last))
  const another = paidAgain || (kindTold && plain(kind) !== plain(stored.kind))
  const tellsStatus = another || disputed.has('payment_status') || (!ofAnother && hasMoved('payment_status', now, last))
  const isBack = source === 'shop' && stored.order_status === GONE_ORDER_STATUS
  return {
    orderId,
    method: another || tells('method') ? row.method : stored.method,
    totalYen: tells('total') ? row.totalYen : stored.total_yen,
    carrier: another || tells('carrier') ? row.carrier : null,
    paymentId: another || !ofAnother || disputed.has('payment_id') ? paymentId : null,
    status: tellsStatus ? row.status : null,
    ...(tradingId !== undefined && (another || tells('trading_id')) && { tradingId }),
    ...(kind !== undefined && (another || kindTold || disputed.has('kind')) && { kind }),
    ...(row.orderedAt !== undefined && { orderedAt: row.orderedAt }),
    ...(row.customerName !== undefined && { customerName: row.customerName }),
    ...(listedAmountYen !== undefined && (another || tells('held_amount')) && { listedAmountYen }),
    ...(shippedAt !== undefined && tells('shipped_at') && { shippedAt }),
    ...(orderStatus !== undefined && (isBack || tells('order_status')) && { orderStatus }),
  }
}

/** 020, a changed authorisation, counts as none. */
const plain = (kind: string): string => (kind === '020' ? '' : kind)

/** What the last request was when our corrected sale put another payment in the place of this one; null where none did. */
function kindBeforeCorrection(connection: Connection, orderId: string, paymentId: string): Kind | null {
  const row = connection.get<{ kind: Kind }>(
    `SELECT i.kind FROM attempts a JOIN run_items i USING (run_id, position)
     WHERE a.order_id = ? AND a.state = 'accepted' AND a.new_payment_id IS NOT NULL
       AND ${samePayment('i.payment_id', '?')} ORDER BY a.id DESC LIMIT 1`,
    orderId,
    paymentId,
  )
  return row?.kind ?? null
}
