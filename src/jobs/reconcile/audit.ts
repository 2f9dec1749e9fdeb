// Compares the mirror with Paygent's answers about its orders.
import { keyOf } from '../../attempts/inquiry.js'
import type { Order, PaymentFact } from '../../domain/order.js'
import {
  type Coverage,
  type ReconcileDeps,
  type ReconcileEvent,
  type ReconcileRequest,
  type StageDeps,
  type Stopped,
  tellSilence,
} from './events.js'
import {
  foundBy,
  hasNothing,
  isBookable,
  isCalm,
  isUnfinished,
  checkPayment,
  mirrorViewOf,
  takeDifference,
} from './one-order.js'

export interface Audited extends Coverage {
  readonly stopped: Stopped | null
  readonly differences: number
}

interface Comparison {
  /** Null is the whole mirror. */
  readonly orderIds: ReconcileRequest['orderIds']
  /** True if the mirror takes Paygent's answers; else nothing is changed. */
  readonly takes: boolean
  /**
   * Finished orders are asked about if they have changed since then, epoch milliseconds. Null is all of them, for a
   * mirror whose later history is unknown.
   */
  readonly finishedSinceMs: number | null
}

/** Yields each difference as it is found. */
export async function* auditOrders(
  { orderIds, takes, finishedSinceMs }: Comparison,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Audited> {
  const { hearing } = deps
  const known = orderIds === null ? deps.orders.list({}) : deps.orders.find(orderIds)
  const chosen = orderIds === null && finishedSinceMs !== null ? chosenOf(known, finishedSinceMs, deps) : known
  const orders = chosen.filter(({ orderId }) => !hearing.silent.has(orderId))
  let asked = 0
  let differences = 0
  const ended = (stopped: Stopped | null): Audited => {
    const unanswered = known.filter(({ orderId }) => hearing.silent.has(orderId)).length
    return { stopped, asked, notAsked: known.length - asked - unanswered, differences }
  }
  const ahead = { ...deps, gateway: deps.gateway.ahead(orders.map(keyOf)) }
  for (const [index, order] of orders.entries()) {
    if (signal.aborted) return ended('interrupted')
    const { orderId } = order
    yield { type: 'asking', index: index + 1, total: orders.length, orderId }
    const check = await checkPayment(order, ahead, signal)
    if (check.type === 'unanswered') {
      const ends = yield* tellSilence(orderId, check, deps, signal, orders)
      if (ends === null) continue
      return ended(ends)
    }
    hearing.heard(order)
    asked += 1
    const found = foundBy(check, order, deps.orders.statuses)
    if (found === null) {
      if (takes && check.type === 'agrees') learnFirst(order, check.fact, deps)
      continue
    }
    differences += 1
    // An order that is open, in conflict or with the operator is settled by the other stages. The audit must not end
    // that.
    const booked = takes && isBookable(found) && isCalm(order)
    if (booked) takeDifference(order, found, deps.issues, deps.clock.nowMs())
    yield { type: 'difference', difference: found.difference, booked }
  }
  return ended(await hearing.endsDark())
}

/** A finished order may be finished in the mirror alone, so the mirror's record of it counts only once it is old. */
function chosenOf(known: readonly Order[], finishedSinceMs: number, { issues, orders }: ReconcileDeps): Order[] {
  const changed = issues.changedSince(finishedSinceMs)
  const { statuses } = orders
  return known.filter(
    (order) =>
      isUnfinished(order, statuses) || !isCalm(order) || (changed.has(order.orderId) && !hasNothing(order, statuses)),
  )
}

/** A fact that the mirror never had is no difference. The mirror takes it from now on. */
function learnFirst(order: Order, fact: PaymentFact, { orders, clock }: ReconcileDeps): void {
  const isFirst = order.paymentId === null || mirrorViewOf(order).status === null
  if (isCalm(order) && isFirst) orders.learn(order, fact, clock.nowMs())
}
