// The end of a conflict with the shop: Paygent has told what is true of the payment. Page 3.4.
import type { Conflict } from '../domain/booking.js'
import { plainPaymentId, type Kind, type PaymentFact } from '../domain/order.js'
import { CANCEL_KINDS, CANCELLED, CORRECTION_KINDS, SALE_KINDS, SOLD } from '../domain/status.js'
import type { Connection } from './connection.js'
import { updateShopFacts, type ShopFacts } from './import.js'
import { rowOf } from './orders.js'
import type { OrderRow } from './order-rows.js'

type Side = Conflict['theirs']

/**
 * Inside a transaction, after Paygent's facts are in: takes from the shop what the shop alone decides, its total among
 * it, and for the last request whatever fits what Paygent told.
 */
export function endConflict(connection: Connection, orderId: string, facts: readonly PaymentFact[]): void {
  const kept = connection.get<{ ours: string; theirs: string }>(
    'SELECT ours, theirs FROM conflicts WHERE order_id = ?',
    orderId,
  )
  const order = rowOf(connection, orderId)
  if (kept === undefined || order === null) return
  const ours = JSON.parse(kept.ours) as Side
  const theirs = JSON.parse(kept.theirs) as Side
  const fact = facts.find(({ paymentId }) => paymentId === order.payment_id)
  const before = text(ours['payment_id'])
  const was = before === undefined ? null : plainPaymentId(before)
  const moved = 'payment_id' in theirs && order.payment_id !== was
  const kind = kindOf(order, theirs, fact, moved)
  connection.run(
    `UPDATE orders SET kind = ?, kind_by_us = iif(?, 0, kind_by_us), method = coalesce(?, method),
       carrier = iif(coalesce(?, method) = 'credit', NULL, coalesce(?, carrier)),
       total_yen = coalesce(?, total_yen), amended_from_yen = iif(?, NULL, amended_from_yen) WHERE order_id = ?`,
    kind,
    kind === order.kind && !moved ? 0 : 1,
    fact?.method ?? null,
    fact?.method ?? null,
    fact?.carrier ?? null,
    theirs['total'] ?? null,
    'total' in theirs ? 1 : 0,
    orderId,
  )
  updateShopFacts(connection, shopFactsOf(orderId, theirs))
  connection.run('DELETE FROM conflicts WHERE order_id = ?', orderId)
}

/** Ours stays while what Paygent told fits it; another payment has the shop's. */
function kindOf(order: OrderRow, theirs: Side, fact: PaymentFact | undefined, moved: boolean): Kind {
  const theirKind = theirs['kind'] as Kind | undefined
  if (moved) return theirKind ?? ''
  if (theirKind === undefined || fact === undefined) return order.kind
  // Both fit where one of them corrected the other's sale: there is no second correction.
  if (CORRECTION_KINDS.includes(theirKind) && fits(theirKind, fact.status)) return theirKind
  if (fits(order.kind, fact.status)) return order.kind
  return fits(theirKind, fact.status) || order.kind_by_us === 0 ? theirKind : order.kind
}

const fits = (kind: Kind, status: string): boolean =>
  (SALE_KINDS.includes(kind) && SOLD.includes(status)) || (CANCEL_KINDS.includes(kind) && CANCELLED.includes(status))

const text = (value: string | number | null | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

function shopFactsOf(orderId: string, theirs: Side): ShopFacts {
  const { ordered_at: orderedAt, customer_name: customerName, order_status: orderStatus } = theirs
  const listed = theirs['held_amount']
  return {
    orderId,
    ...(text(orderedAt) !== undefined && { orderedAt: String(orderedAt) }),
    ...(text(customerName) !== undefined && { customerName: String(customerName) }),
    ...(text(orderStatus) !== undefined && { orderStatus: String(orderStatus) }),
    ...('shipped_at' in theirs && { shippedAt: text(theirs['shipped_at']) ?? null }),
    ...(typeof listed === 'number' && { listedAmountYen: listed }),
  }
}
