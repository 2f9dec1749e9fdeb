// Which orders `--all` and the night take. Page 3.1.
import type { Operation, Order } from '../../domain/order.js'
import { takenByAll, type RuleContext } from '../../domain/permit.js'
import type { OrderFilter, OrderStore } from '../../ports.js'
import { byExpiry } from './plan.js'

/** What the fences let through, in the order in which the authorisations expire. */
export const findAll = (orders: OrderStore, filter: OrderFilter, operation: Operation, rules: RuleContext): Order[] =>
  byExpiry(
    orders
      .list(operation === 'sale' ? { ...filter, sendable: 'sale' } : filter)
      .filter((order) => takenByAll(order, operation, rules)),
  )
