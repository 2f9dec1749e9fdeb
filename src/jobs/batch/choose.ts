// Which orders `--all` and the night take. Page 3.1.
import type { OrderFilter } from '../../domain/chosen.js'
import type { Operation, Order } from '../../domain/order.js'
import { takenByAll, type RuleContext } from '../../domain/permit.js'
import { effectiveStatus } from '../../domain/status.js'
import type { OrderStore } from '../../ports.js'
import { byExpiry } from './plan.js'
import type { Preparation } from './prepare.js'

/** What the fences let through, in the order in which the authorisations expire. */
export const findAll = (orders: OrderStore, filter: OrderFilter, operation: Operation, rules: RuleContext): Order[] =>
  byExpiry(
    orders
      .list(operation === 'sale' ? { ...filter, sendable: 'sale' } : filter)
      .filter((order) => takenByAll(order, operation, rules)),
  )

/**
 * The orders of `--all` once Paygent was asked about them. One of which nobody had told anything may turn out to be sold
 * or dead long since; `--all` would not have taken it, had it been known, and does not keep it now.
 * @param asked the orders as they were before
 */
export function stillTaken(
  asked: readonly Order[],
  { orders, untold }: Preparation,
  operation: Operation,
  rules: RuleContext,
): Order[] {
  const unknown = new Set(asked.filter((order) => !effectiveStatus(order).known).map(({ orderId }) => orderId))
  return orders.filter(
    (order) => !unknown.has(order.orderId) || untold.has(order.orderId) || takenByAll(order, operation, rules),
  )
}
