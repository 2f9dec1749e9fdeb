// Selects an order with everything that follows from its payments and attempts, in one statement.
import { japanIso } from '../clock.js'
import { MALFORMED_CODES, NOT_CORRECTABLE_CODES } from '../domain/codes.js'
import type { AttentionCause } from '../domain/difference.js'
import type { Carrier, Kind, Method, MoneyTelegram, Order } from '../domain/order.js'
import { operationOf } from '../domain/outcome.js'

/** Ready for `IN (…)`; only for words of our own. */
export const listed = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ')

/**
 * Whether two columns name one payment. A plan from before ids lost their leading zeros keeps the original spelling.
 */
export const samePayment = (one: string, other: string): string => `CAST(${one} AS INTEGER) = CAST(${other} AS INTEGER)`

/**
 * Selects the last attempt of this order that matches, or nothing. Attempts of one order never overlap, so the id
 * gives the order in time.
 */
const lastAttempt = (condition: string): string => `(
  SELECT a.id FROM attempts a JOIN run_items i USING (run_id, position)
  WHERE a.order_id = o.order_id AND ${condition} ORDER BY a.id DESC LIMIT 1)`

/**
 * The view that `orderOf` reads; the caller adds WHERE and ORDER BY. A request that was not processed may still
 * arrive until another one on the same payment has been accepted, so attempts in between do not remove that mark.
 */
export const SELECT_ORDERS = `
SELECT o.order_id, o.ordered_at, o.customer_name, o.method, o.carrier, o.total_yen, o.amended_from_yen, o.shipped_at, o.shipping_told,
  o.order_status, o.kind, o.kind_by_us, o.payment, o.attention, o.attention_cause, o.touched, o.purged,
  p.payment_id, p.trading_id, p.status, p.status_origin, p.status_payment_id, p.listed_amount_yen,
  p.held_amount_yen, p.held_amount_at, p.authorized_at,
  EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = o.order_id AND a.state IN ('prepared', 'unknown')) AS open_attempt,
  EXISTS (SELECT 1 FROM conflicts c WHERE c.order_id = o.order_id) AS conflict,
  h.note AS hold_note, h.at_ms AS hold_ms, h.os_user AS hold_user,
  (SELECT nullif(s.error_text, '') FROM shop_rows s WHERE s.order_id = o.order_id AND o.purged = 0) AS shop_error,
  EXISTS (SELECT 1 FROM payments q JOIN orders r ON r.payment = q.id
    WHERE q.payment_id = p.payment_id AND r.order_id <> o.order_id) AS duplicate_payment,
  CASE WHEN o.carrier = 'docomo' AND o.kind IN ('101', '103') THEN (
    SELECT a.prepared_ms FROM attempts a JOIN run_items i USING (run_id, position)
    WHERE a.order_id = o.order_id AND a.state = 'accepted' AND i.telegram = o.kind
      AND ${samePayment('coalesce(a.new_payment_id, i.payment_id)', 'p.payment_id')}
    ORDER BY a.id DESC LIMIT 1) END AS sold_ms,
  ni.telegram AS np_telegram, na.settled_ms AS np_ms,
  ra.code AS refused_code, ri.amount_yen AS refused_total_yen,
  EXISTS (SELECT 1 FROM attempts a JOIN run_items i USING (run_id, position)
    WHERE a.id = ${lastAttempt(`a.state <> 'unsent'`)}
      AND a.state = 'rejected' AND a.code IN (${listed(MALFORMED_CODES)})
      AND ${samePayment('i.payment_id', 'p.payment_id')} AND i.trading_id = p.trading_id AND i.total_yen = o.total_yen) AS malformed
FROM orders o
JOIN payments p ON p.id = o.payment
LEFT JOIN holds h ON h.order_id = o.order_id
LEFT JOIN attempts na ON na.state = 'not-processed'
  AND na.id = ${lastAttempt(`${samePayment('i.payment_id', 'p.payment_id')} AND a.state IN ('accepted', 'not-processed')`)}
LEFT JOIN run_items ni ON ni.run_id = na.run_id AND ni.position = na.position
LEFT JOIN attempts ra ON ra.id = ${lastAttempt(
  `${samePayment('i.payment_id', 'p.payment_id')} AND i.telegram IN ('029', '103') AND a.state = 'rejected' AND a.code IN (${listed(NOT_CORRECTABLE_CODES)})`,
)}
LEFT JOIN run_items ri ON ri.run_id = ra.run_id AND ri.position = ra.position`

/** The columns of SELECT_ORDERS. The table's checks and the writers allow only the defined words. */
export interface OrderRow {
  readonly order_id: string
  readonly ordered_at: string
  readonly customer_name: string
  readonly method: Method
  readonly carrier: Carrier | null
  readonly total_yen: number
  readonly amended_from_yen: number | null
  readonly shipped_at: string | null
  readonly shipping_told: number
  readonly order_status: string
  readonly kind: Kind
  readonly kind_by_us: number
  readonly payment: number
  readonly attention: number
  readonly attention_cause: AttentionCause | null
  readonly touched: number
  readonly purged: number
  readonly payment_id: string | null
  readonly trading_id: string
  readonly status: string | null
  readonly status_origin: 'shop' | 'paygent'
  readonly status_payment_id: string | null
  readonly listed_amount_yen: number | null
  readonly held_amount_yen: number | null
  readonly held_amount_at: string | null
  readonly authorized_at: string | null
  readonly open_attempt: number
  readonly conflict: number
  readonly hold_note: string | null
  readonly hold_ms: number | null
  readonly hold_user: string | null
  readonly shop_error: string | null
  readonly duplicate_payment: number
  readonly sold_ms: number | null
  readonly np_telegram: MoneyTelegram | null
  readonly np_ms: number | null
  readonly refused_code: string | null
  readonly refused_total_yen: number | null
  readonly malformed: number
}

export function orderOf(row: OrderRow): Order {
  return {
    orderId: row.order_id,
    orderedAt: row.ordered_at,
    customerName: row.customer_name,
    method: row.method,
    carrier: row.carrier,
    totalYen: row.total_yen,
    amendedFromYen: row.amended_from_yen,
    listedAmountYen: row.listed_amount_yen,
    shippedAt: row.shipped_at,
    shippingTold: row.shipping_told === 1,
    orderStatus: row.order_status,
    tradingId: row.trading_id,
    paymentId: row.payment_id,
    kind: row.kind,
    kindByUs: row.kind_by_us === 1,
    status: row.status,
    statusOrigin: row.status_origin,
    statusPaymentId: row.status_payment_id,
    heldAmountYen: row.held_amount_yen,
    heldAmountAt: row.held_amount_at,
    authorizedAt: row.authorized_at,
    ...(row.sold_ms !== null && { soldAt: japanIso(row.sold_ms) }),
    openAttempt: row.open_attempt === 1,
    attention: row.attention === 1,
    severalPayments: row.attention === 1 && row.attention_cause === 'several-payments',
    conflict: row.conflict === 1,
    hold: holdOf(row),
    shopError: row.shop_error,
    duplicatePayment: row.duplicate_payment === 1,
    notProcessed: notProcessedOf(row),
    correctionRefused: correctionRefusedOf(row),
    malformed: row.malformed === 1,
  }
}

const holdOf = ({ hold_note: note, hold_ms: atMs, hold_user: osUser }: OrderRow): Order['hold'] =>
  note === null || atMs === null || osUser === null ? null : { note, since: japanIso(atMs), osUser }

const notProcessedOf = ({ np_telegram: telegram, np_ms: atMs }: OrderRow): Order['notProcessed'] =>
  telegram === null || atMs === null ? null : { operation: operationOf(telegram), atMs }

const correctionRefusedOf = ({
  refused_code: code,
  refused_total_yen: totalYen,
}: OrderRow): Order['correctionRefused'] => (code === null || totalYen === null ? null : { code, totalYen })
