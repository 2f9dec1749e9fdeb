// Entries of the audit trail carry more than their words, so that the tables can be checked against it.
import { createHash } from 'node:crypto'
import type { Connection } from './connection.js'

/** An order right after an entry; all of it comes back from JSON as it went in. */
export interface BookedOrder {
  readonly kind: string
  readonly paymentId: string | null
  readonly attention: number
  readonly totalYen: number
  /** Of every payment that it has or had. */
  readonly payments: readonly BookedPayment[]
}

/** Payment id, status, held amount. */
export type BookedPayment = readonly [string | null, string | null, number | null]

/** The plan of a run, in the entry of its start. */
export interface BookedPlan {
  readonly plan: string
}

/**
 * Whether an order waits for a person, 0 or 1. That Paygent has several payments for it is learnt by an inquiry, and what
 * the shop's row says is wrong by a pull; neither has an entry, and both hold it back all the same.
 */
export const WAITS = `iif(o.attention_cause IN ('several-payments', 'shop-error'), 0, o.attention)`

export function bookedOrder(connection: Connection, orderId: string): BookedOrder {
  const row = connection.get<Omit<BookedOrder, 'payments'>>(
    `SELECT o.kind, p.payment_id AS paymentId, ${WAITS} AS attention, o.total_yen AS totalYen
     FROM orders o JOIN payments p ON p.id = o.payment WHERE o.order_id = ?`,
    orderId,
  )
  if (row === undefined) throw new Error(`no order ${orderId} to carry into the trail`)
  const payments = connection.all<{ payment_id: string | null; status: string | null; held_amount_yen: number | null }>(
    'SELECT payment_id, status, held_amount_yen FROM payments WHERE order_id = ? ORDER BY id',
    orderId,
  )
  return { ...row, payments: payments.map((each) => [each.payment_id, each.status, each.held_amount_yen]) }
}

/** The columns of a plan that nothing changes any more, and the refusal that an item may get later. */
const SELECT_ITEMS = `
SELECT order_id, position, request, telegram, method, carrier, payment_id, trading_id, kind, planned_status, held_amount_yen,
  total_yen, amount_yen, resend, reason, about
FROM run_items WHERE run_id = ? ORDER BY position`

type ItemColumns = Readonly<Record<string, string | number | null>>

/** @param refusedSince orders whose refusal came after the plan */
export function bookedPlan(connection: Connection, runId: number, refusedSince?: ReadonlySet<string>): BookedPlan {
  const hash = createHash('sha256')
  for (const item of connection.all<ItemColumns>(SELECT_ITEMS, runId)) {
    const later = refusedSince?.has(String(item['order_id'])) ?? false
    const values = later ? { ...item, reason: null, about: null } : item
    hash.update(`${JSON.stringify(Object.values(values))}\n`)
  }
  return { plan: hash.digest('hex') }
}
