// Ends a conflict with the shop once Paygent has reported the facts of the payment.
import { type ConflictSide, onlyTheShopEnds, withoutPaygents } from '../../domain/difference.js'
import type { StatusSetting } from '../../domain/order-status.js'
import { type Kind, type PaymentFact, plainPaymentId } from '../../domain/order.js'
import type { Source } from '../../domain/shop.js'
import { CANCEL_KINDS, CANCELLED, CORRECTION_KINDS, isSold, SALE_KINDS, SOLD } from '../../domain/statuses.js'
import type { Connection } from '../connection.js'
import { orderOf, type OrderRow, samePayment } from '../order-rows.js'
import { rowOf } from '../orders.js'
import type { FieldDifference } from './differences.js'
import { type ShopFields, updateShopFields } from './import-orders.js'

// Stores the open conflicts, one for each order: both sides of each disputed field, and the source that disputes it.
export interface Disputed extends FieldDifference {
  /** Null in a conflict of an earlier version. */
  readonly source: Source | null
}

interface Kept {
  readonly ours: ConflictSide
  readonly theirs: ConflictSide
  readonly sources: Readonly<Record<string, Source | null>>
}

/** Returns both sides of the open conflict about an order, or null. */
export function keptOf(connection: Connection, orderId: string): Kept | null {
  const kept = connection.get<Record<keyof Kept, string>>(
    'SELECT ours, theirs, sources FROM conflicts WHERE order_id = ?',
    orderId,
  )
  if (kept === undefined) return null
  const [ours, theirs] = [JSON.parse(kept.ours) as ConflictSide, JSON.parse(kept.theirs) as ConflictSide]
  return { ours, theirs, sources: JSON.parse(kept.sources) as Kept['sources'] }
}

export function disputedOf(connection: Connection, orderId: string): Disputed[] {
  const kept = keptOf(connection, orderId)
  if (kept === null) return []
  return (Object.keys(kept.theirs) as FieldDifference['field'][]).map((field) => ({
    field,
    mirror: kept.ours[field] ?? null,
    file: kept.theirs[field] ?? null,
    source: kept.sources[field] ?? null,
  }))
}

/** Replaces the conflict of the order; without any dispute there is none. Call it inside a transaction. */
export function keepConflict(
  connection: Connection,
  orderId: string,
  disputed: readonly Disputed[],
  nowMs: number,
): void {
  if (disputed.length === 0) return void connection.run('DELETE FROM conflicts WHERE order_id = ?', orderId)
  const column = (name: 'mirror' | 'file' | 'source'): string =>
    JSON.stringify(Object.fromEntries(disputed.map((one) => [one.field, one[name]])))
  connection.run(
    `INSERT INTO conflicts (order_id, ours, theirs, sources, at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (order_id) DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs, sources = excluded.sources,
       at_ms = excluded.at_ms`,
    orderId,
    column('mirror'),
    column('file'),
    column('source'),
    nowMs,
  )
}

/** Whether the shop's side is the same as before. */
export const saysAsBefore = (before: readonly Disputed[], now: readonly Disputed[]): boolean =>
  before.length === now.length &&
  now.every(({ field, file }) => before.some((one) => one.field === field && one.file === file))

interface Ending {
  readonly orderId: string
  readonly facts: readonly PaymentFact[]
  /** An operator has checked the whole conflict. */
  readonly byHand: boolean
  /** The shop's definitions of its own 対応状況. */
  readonly statuses: StatusSetting
}

/**
 * Ends the conflict. Call it inside a transaction, after Paygent's facts are stored: they decide about the payment
 * and the last request. If nothing is left that only the shop or an operator can end, the rest is taken from the
 * shop, including its total. Otherwise the conflict stays open with that rest, and nothing of it is taken.
 */
export function endConflict(connection: Connection, { orderId, facts, byHand, statuses }: Ending): void {
  const kept = keptOf(connection, orderId)
  const order = rowOf(connection, orderId)
  if (kept === null || order === null) return
  const { ours, theirs } = kept
  takeLastRequest(connection, order, { ours, theirs }, facts)
  const after = rowOf(connection, orderId) ?? order
  // A customer who paid again in another way now has that payment, so its method is no longer in dispute.
  const now = { ours: { ...ours, method: after.method }, theirs }
  if (!byHand && onlyTheShopEnds(now, isSold(orderOf(after)), statuses).length > 0) {
    const rest = [withoutPaygents(ours), withoutPaygents(theirs)].map((side) => JSON.stringify(side))
    connection.run('UPDATE conflicts SET ours = ?, theirs = ? WHERE order_id = ?', ...rest, orderId)
    return
  }
  if (theirs['total'] !== undefined) {
    connection.run(
      'UPDATE orders SET total_yen = ?, amended_from_yen = NULL WHERE order_id = ?',
      theirs['total'],
      orderId,
    )
  }
  updateShopFields(connection, shopFactsOf(orderId, theirs))
  connection.run('DELETE FROM conflicts WHERE order_id = ?', orderId)
}

function takeLastRequest(
  connection: Connection,
  order: OrderRow,
  { ours, theirs }: Readonly<Record<'ours' | 'theirs', ConflictSide>>,
  facts: readonly PaymentFact[],
): void {
  const fact = facts.find(({ paymentId }) => paymentId === order.payment_id)
  const before = text(ours['payment_id'])
  const was = before === undefined ? null : plainPaymentId(before)
  const moved = 'payment_id' in theirs && order.payment_id !== was && !isMadeHere(connection, order)
  const kind = kindOf(order, theirs, fact, moved)
  connection.run(
    `UPDATE orders SET kind = ?, kind_by_us = iif(?, 0, kind_by_us), method = coalesce(?, method),
       carrier = iif(coalesce(?, method) = 'credit', NULL, coalesce(?, carrier)) WHERE order_id = ?`,
    kind,
    kind === order.kind && !moved ? 0 : 1,
    fact?.method ?? null,
    fact?.method ?? null,
    fact?.carrier ?? null,
    order.order_id,
  )
}

/** Whether an accepted request of this tool has made the payment: its kind stays, whatever the shop names by then. */
const isMadeHere = (connection: Connection, { order_id: orderId, payment_id: paymentId }: OrderRow): boolean =>
  connection.get(
    `SELECT 1 FROM attempts WHERE order_id = :orderId AND state = 'accepted' AND ${samePayment('new_payment_id', ':paymentId')}`,
    { orderId, paymentId },
  ) !== undefined

/** The mirror's kind stays while Paygent's answer fits it; another payment has the shop's kind. */
function kindOf(order: OrderRow, theirs: ConflictSide, fact: PaymentFact | undefined, moved: boolean): Kind {
  const theirKind = theirs['kind'] as Kind | undefined
  if (moved) return theirKind ?? ''
  if (theirKind === undefined || fact === undefined) return order.kind
  // Both fit if one of them corrected the other's sale, because there is no second correction.
  if (CORRECTION_KINDS.includes(theirKind) && fits(theirKind, fact.status)) return theirKind
  if (fits(order.kind, fact.status)) return order.kind
  return fits(theirKind, fact.status) || order.kind_by_us === 0 ? theirKind : order.kind
}

const fits = (kind: Kind, status: string): boolean =>
  (SALE_KINDS.includes(kind) && SOLD.includes(status)) || (CANCEL_KINDS.includes(kind) && CANCELLED.includes(status))

const text = (value: string | number | null | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

function shopFactsOf(orderId: string, theirs: ConflictSide): ShopFields {
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
