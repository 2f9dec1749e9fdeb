// What no notice tells is inquired about (094), the order longest not looked at first. Page 2.5.
import { NEVER_TOLD } from '../../domain/notice.js'
import type { Order } from '../../domain/order.js'
import { effectiveStatus } from '../../domain/status.js'
import type { Stopped } from '../reconcile/deps.js'
import { isCalm, isUnfinished, lookAt, takeDifference, type Found } from '../reconcile/one-order.js'
import { watchedOrders } from '../reconcile/watched.js'
import type { SyncDeps } from './deps.js'
import type { SyncEvent } from './events.js'

type Asking = AsyncGenerator<SyncEvent, Stopped | null>

/** Orders that are not finished and that nothing else settles, the one longest not looked at first. */
export const waitingOrders = ({ orders }: Pick<SyncDeps, 'orders'>): Order[] =>
  orders
    .list({})
    .filter((order) => isUnfinished(order) && isCalm(order))
    .toSorted(
      (a, b) => (a.heldAmountAt ?? '').localeCompare(b.heldAmountAt ?? '') || Number(a.orderId) - Number(b.orderId),
    )

/** Orders whose status only an inquiry can tell. */
export const toldByNoNotice = (order: Order): boolean => {
  const effective = effectiveStatus(order)
  return order.heldAmountAt === null || !effective.known || NEVER_TOLD.includes(effective.status)
}

/** @param chosen in the order in which they are asked about @param untilMs no inquiry begins at or after it */
export async function* inquireAll(
  chosen: readonly Order[],
  untilMs: number | null,
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Stopped | 'put-off' | null> {
  for (const [index, { orderId }] of chosen.entries()) {
    if (signal.aborted) return 'interrupted'
    if (untilMs !== null && deps.clock.nowMs() >= untilMs) {
      yield { type: 'put-off', orders: chosen.length - index }
      return 'put-off'
    }
    yield { type: 'asking', index: index + 1, total: chosen.length, orderId }
    // A notice or another order's payment may have changed it since it was chosen.
    const [order] = deps.orders.find([orderId])
    const stopped: Stopped | null = order === undefined ? null : yield* inquireAbout(order, deps, signal)
    if (stopped !== null) return stopped
  }
  return null
}

/** Asks about one order and takes what Paygent says of it. */
export async function* inquireAbout(order: Order, deps: SyncDeps, signal: AbortSignal): Asking {
  const looked = await lookAt(order, deps, signal)
  const atMs = deps.clock.nowMs()
  switch (looked.type) {
    case 'unanswered':
      return looked.type
    case 'agrees':
      deps.orders.learn(order, looked.fact, atMs)
      if (looked.drift === 'aged') yield { type: 'aged', orderId: order.orderId, status: looked.fact.status }
      return null
    case 'differs': {
      const found = causeOf(order, looked.found, deps)
      const booked = found.facts.length > 0
      if (booked) takeDifference(order, found, deps.books, atMs)
      yield { type: 'difference', difference: found.difference, booked }
      return null
    }
    default:
      return looked satisfies never
  }
}

/** What moved an order that was once settled by time may be the request that was called not processed. */
function causeOf({ orderId }: Order, found: Found, deps: SyncDeps): Found {
  const { difference, facts } = found
  if (difference.cause !== 'moved' || !watchedOrders({ orderIds: [orderId] }, deps).includes(orderId)) return found
  return { difference: { ...difference, cause: 'late-arrival' }, facts }
}
