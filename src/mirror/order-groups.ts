// The orders for which something may be sent, in groups that the rules cannot tell apart: page 6, the first screen.
import { groupOfOne, type OrderGroup } from '../domain/chosen.js'
import { NOT_CORRECTABLE_CODES } from '../domain/codes.js'
import { CHANGING_KINDS, MAY_BE_SENT, SOLD_CANCELLABLE } from '../domain/statuses.js'
import type { Connection } from './connection.js'
import { sendableBy } from './order-filter.js'
import { listed, orderOf, type OrderRow, SELECT_ORDERS } from './order-rows.js'

/** Payments of orders with something about them that is true of few: each is looked at by itself. */
export const ODD_ONES = `
SELECT payment FROM orders WHERE attention = 1
UNION ALL SELECT payment FROM orders WHERE kind IN (${listed(CHANGING_KINDS)})
UNION ALL SELECT payment FROM orders WHERE order_id IN (
  SELECT order_id FROM conflicts
  UNION ALL SELECT order_id FROM attempts WHERE state IN ('prepared', 'unknown')
  UNION ALL SELECT order_id FROM attempts WHERE state = 'not-processed'
  UNION ALL SELECT order_id FROM attempts WHERE state = 'rejected' AND code IN (${listed(NOT_CORRECTABLE_CODES)}))
UNION ALL SELECT id FROM payments WHERE payment_id IN (SELECT payment_id FROM shared_payments)`

/** In the words of the index `payments_by_status`, which has all of it. */
const TOLD = `(p.held_amount_yen IS NULL) = 0 AND p.status_origin = 'paygent'
  AND (p.payment_id IS NULL OR p.status_payment_id IS NOT NULL) = 0`

const WITHOUT_ODD_ONES = 'p.id NOT IN (SELECT value FROM json_each(:odd))'

/**
 * Of one status. All that an old shop has ever sold may be among them, so nothing is read here but one index, which has
 * them group by group.
 * @param anyOdd whether there are odd ones to leave out: of a million orders it takes a fifth of the time to ask
 */
export const settledGroups = (anyOdd: boolean): string => `
SELECT min(p.id) AS payment, count(*) AS count, 0 AS total, sum(p.held_amount_yen) AS held
FROM payments p
WHERE p.status = :status AND ${TOLD} AND p.order_group IS NOT NULL${anyOdd ? ` AND ${WITHOUT_ODD_ONES}` : ''}
GROUP BY p.order_group`

const UNSETTLED = sendableBy(
  `status IN (${listed(MAY_BE_SENT.cancel.filter((status) => !SOLD_CANCELLABLE.includes(status)))})`,
  `status IN (${listed(SOLD_CANCELLABLE)}) AND (held_amount_yen IS NULL) = 1`,
  `status IN (${listed(SOLD_CANCELLABLE)}) AND (held_amount_yen IS NULL) = 0 AND status_origin = 'shop'`,
).sql

/** By all that `permit` reads of an order. */
export const OTHER_GROUPS = `
SELECT min(p.id) AS payment, count(*) AS count, sum(o.total_yen) AS total, sum(p.held_amount_yen) AS held
FROM payments p JOIN orders o ON o.payment = p.id
WHERE ${UNSETTLED} AND (p.status IN (${listed(SOLD_CANCELLABLE)}) AND ${TOLD}) IS NOT TRUE AND ${WITHOUT_ODD_ONES}
GROUP BY o.method, o.carrier, o.order_status, o.kind, o.kind_by_us, o.total_yen = 0, sign(o.total_yen - p.held_amount_yen),
  p.status, p.status_origin, p.payment_id IS NULL, p.trading_id = '',
  p.status_payment_id IS NULL OR p.status_payment_id IS p.payment_id`

interface GroupRow {
  readonly payment: number
  readonly count: number
  readonly total: number
  readonly held: number | null
}

/**
 * Every order that `sendable: 'cancel'` lists is in one of them, for whatever may be sold may be cancelled, or has to be
 * asked about for both.
 */
export function groupsIn(connection: Connection): OrderGroup[] {
  return connection.read(() => {
    const found = connection.all<{ payment: number | null }>(ODD_ONES).flatMap(({ payment }) => payment ?? [])
    const odd = [...new Set(found)]
    const apart = { odd: JSON.stringify(odd) }
    const query = settledGroups(odd.length > 0)
    const settled = SOLD_CANCELLABLE.flatMap((status) => connection.all<GroupRow>(query, { status, ...apart }))
    const groups = [...settled, ...connection.all<GroupRow>(OTHER_GROUPS, apart)]
    const orders = ordersOf(connection, [...odd, ...groups.map(({ payment }) => payment)])
    return [
      ...odd.flatMap((payment) => orders.get(payment) ?? []).map(groupOfOne),
      ...groups.flatMap(({ payment, count, total, held }) => {
        const example = orders.get(payment)
        return example === undefined ? [] : [{ example, count, totalYen: total, heldYen: held ?? 0 }]
      }),
    ]
  })
}

/** By the row of the payment that they have now. */
function ordersOf(connection: Connection, payments: readonly number[]) {
  const rows = connection.all<OrderRow>(
    `${SELECT_ORDERS} WHERE o.payment IN (SELECT value FROM json_each(?))`,
    JSON.stringify(payments),
  )
  return new Map(rows.map((row) => [row.payment, orderOf(row)]))
}
