// Which orders a batch takes, and its plan once Paygent was asked about them.
import { momentOf } from '../../clock.js'
import { areApart, type Moment } from '../../domain/age.js'
import { isTaken, type OrderFilter, type RunRules } from '../../domain/chosen.js'
import type { Operation, Order } from '../../domain/order.js'
import type { Reason } from '../../domain/outcome.js'
import { leftOutOfAll, type RuleContext, takenByAll } from '../../domain/permit.js'
import { effectiveStatus } from '../../domain/statuses.js'
import { AppError } from '../../errors.js'
import type { OrderStore } from '../../ports.js'
import { byExpiry, type HowChosen, type Plan, planBatch } from './plan.js'
import { type Preparation, type PrepareDeps, type PrepareEvent, prepareOrders } from './prepare.js'

/** The orders of `--all`, and why others were left out that it would take if nothing stood in the way. */
export interface FoundAll {
  readonly orders: Order[]
  readonly left: ReadonlyMap<Reason, number>
}

/** What the fences let through, in the order in which the authorisations expire, and what they leave to a person. */
export function searchAll(orders: OrderStore, filter: OrderFilter, operation: Operation, rules: RuleContext): FoundAll {
  const listed = orders.list(operation === 'sale' ? { ...filter, sendable: 'sale' } : filter)
  const taken: Order[] = []
  const left = new Map<Reason, number>()
  for (const order of listed) {
    if (takenByAll(order, operation, rules)) taken.push(order)
    else {
      const reason = leftOutOfAll(order, operation, rules)
      if (reason !== null) left.set(reason, (left.get(reason) ?? 0) + 1)
    }
  }
  return { orders: byExpiry(taken), left }
}

export const findAll = (...wanted: Parameters<typeof searchAll>): Order[] => searchAll(...wanted).orders

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

/** The orders of a batch, and how they were chosen. */
export interface Choice extends HowChosen {
  readonly orders: readonly Order[]
}

export interface Planned {
  readonly plan: Plan
  /** When it was made: from then on the clocks must go together. */
  readonly plannedAt: Moment
  /** Orders that `--all` would not have taken, had they been known. */
  readonly leftOut: number
}

/** So often the clocks may go apart before the plan is made. */
const ROUNDS = 3

/**
 * Asks Paygent what the plan hangs on, and makes it. Where the clocks went apart since the command began, as in a sleep,
 * nothing that was told counts: every order is asked about again.
 * @param began when the command began
 * @throws AppError clocks-apart, and when Paygent cannot be asked
 */
export async function* makePlan(
  choice: Choice,
  operation: Operation,
  rules: RunRules,
  deps: PrepareDeps,
  began: Moment,
  signal: AbortSignal,
): AsyncGenerator<PrepareEvent, Planned> {
  let since = began
  for (let round = 1; round <= ROUNDS; round += 1) {
    const now = momentOf(deps.clock)
    const everything = areApart(since, now)
    if (everything) since = now
    const asOf = { ...rules, nowMs: now.wallMs }
    const orders = everything ? deps.orders.find(choice.orders.map(({ orderId }) => orderId)) : choice.orders
    const prepared = yield* prepareOrders(orders, operation, asOf, deps, signal, everything)
    const plannedAt = momentOf(deps.clock)
    if (areApart(since, plannedAt)) continue
    const byAll = choice.orders.some(({ orderId }) => isTaken(choice.originOf(orderId)))
    const taken = byAll ? stillTaken(choice.orders, prepared, operation, asOf) : prepared.orders
    const plan = planBatch(taken, operation, asOf, prepared.untold, choice)
    return { plan, plannedAt, leftOut: prepared.orders.length - taken.length }
  }
  throw new AppError('clocks-apart')
}
