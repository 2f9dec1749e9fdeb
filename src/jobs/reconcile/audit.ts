// Every order of the mirror that is not finished against what Paygent says of it. Pages 3.1 and 5.1.8.
import type { Order } from '../../domain/order.js'
import { differenceOf } from './comparison.js'
import type { ReconcileDeps, ReconcileWishes, Stopped } from './deps.js'
import type { ReconcileEvent } from './events.js'
import { isBookable, isCalm, isUnfinished, lookAt, takeDifference, type Found, type Looked } from './one-order.js'

export interface Audited {
  readonly stopped: Stopped | null
  readonly orders: number
  readonly differences: number
}

/** @param takes whether the mirror takes what Paygent says; else nothing is changed */
export async function* auditOrders(
  { orderIds }: ReconcileWishes,
  takes: boolean,
  deps: ReconcileDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Audited> {
  const chosen = orderIds === null ? deps.orders.list({}) : deps.orders.find(orderIds)
  const orders = chosen.filter(isUnfinished)
  let differences = 0
  for (const [index, order] of orders.entries()) {
    if (signal.aborted) return { stopped: 'interrupted', orders: index, differences }
    yield { type: 'asking', index: index + 1, total: orders.length, orderId: order.orderId }
    const looked = await lookAt(order, deps, signal)
    if (looked.type === 'unanswered') return { stopped: looked.type, orders: index, differences }
    const found = foundBy(looked, order)
    if (found === null) continue
    differences += 1
    // What is open, in conflict or for a person is settled by the other stages, and not by looking away from it.
    const booked = takes && isBookable(found) && isCalm(order)
    if (booked) takeDifference(order, found, deps.books, deps.clock.nowMs())
    yield { type: 'difference', difference: found.difference, booked }
  }
  return { stopped: null, orders: orders.length, differences }
}

/** An audit lists what has only grown older, too. */
function foundBy(looked: Exclude<Looked, { type: 'unanswered' }>, order: Order): Found | null {
  if (looked.type === 'differs') return looked.found
  if (looked.type === 'unclear') return { difference: differenceOf(order, 'no-payment', looked), facts: [] }
  const { drift, fact } = looked
  return drift === 'same' ? null : { difference: differenceOf(order, 'moved', fact), facts: [fact] }
}
