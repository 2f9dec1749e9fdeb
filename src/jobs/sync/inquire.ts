// What no notice tells is inquired about (094), the order longest not looked at first. Page 2.5.
import { amountToldMs, isAhead } from '../../domain/age.js'
import { NEVER_TOLD } from '../../domain/answer.js'
import type { Order } from '../../domain/order.js'
import { effectiveStatus } from '../../domain/statuses.js'
import { Hearing } from '../batch/hearing.js'
import { keyOf } from '../batch/inquiry.js'
import type { Stopped } from '../reconcile/deps.js'
import { type Found, isBookable, isCalm, isUnfinished, lookAt, takeDifference } from '../reconcile/one-order.js'
import { watchedOrders } from '../reconcile/watched.js'
import type { SyncDeps } from './deps.js'
import type { SyncEvent } from './events.js'

/** `nothing`: Paygent has told nothing that the mirror could take. `cut-off`: connection or login are gone. */
type Came = 'taken' | 'nothing' | 'cut-off' | Stopped

/** What `waitingOrders` reads. */
type Asking = Pick<SyncDeps, 'inbox' | 'clock'> & { readonly orders: Pick<SyncDeps['orders'], 'list' | 'statuses'> }

/**
 * Orders that are not finished and that nothing else settles, the one longest not asked about first: one that Paygent
 * tells nothing of must not keep the others from their turn.
 */
export function waitingOrders({ orders, inbox, clock }: Asking): Order[] {
  const inVain = inbox.askedInVain()
  const nowMs = clock.nowMs()
  // A time that a wrong clock wrote down far ahead would keep the order from its turn until then.
  const past = (ms: number): number => (isAhead(ms, nowMs) ? 0 : ms)
  const askedMs = (order: Order): number =>
    Math.max(past(amountToldMs(order) ?? 0), past(inVain.get(order.orderId) ?? 0))
  return orders
    .list({})
    .filter((order) => isUnfinished(order, orders.statuses) && isCalm(order))
    .toSorted((a, b) => askedMs(a) - askedMs(b) || Number(a.orderId) - Number(b.orderId))
}

/** Orders whose status only an inquiry can tell. */
export const toldByNoNotice = (order: Order): boolean => {
  const effective = effectiveStatus(order)
  return order.heldAmountAt === null || !effective.known || NEVER_TOLD.includes(effective.status)
}

/**
 * One order of which Paygent says nothing keeps nobody else waiting.
 * @param chosen in the order in which they are asked about @param untilMs no inquiry begins at or after it
 */
export async function* inquireAll(
  chosen: readonly Order[],
  untilMs: number | null,
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Stopped | 'put-off' | null> {
  const hearing = new Hearing()
  for (const [index, { orderId }] of chosen.entries()) {
    if (signal.aborted) return 'interrupted'
    if (untilMs !== null && deps.clock.nowMs() >= untilMs) {
      yield { type: 'put-off', orders: chosen.length - index }
      return 'put-off'
    }
    yield { type: 'asking', index: index + 1, total: chosen.length, orderId }
    // A notice or another order's payment may have changed it since it was chosen.
    const [order] = deps.orders.find([orderId])
    const came: Came = order === undefined ? 'nothing' : yield* inquireAbout(order, deps, signal)
    if (came === 'interrupted') return came
    if (came === 'unanswered' || came === 'cut-off') {
      yield { type: 'untold', orderId, code: null }
      if (hearing.missed(orderId, came === 'cut-off' ? { cutOff: true } : {})) return 'unanswered'
    } else if (order !== undefined) hearing.heard(keyOf(order))
  }
  return (await hearing.endsDark(deps, signal)) ? 'unanswered' : null
}

/** Asks about one order and takes what Paygent says of it. */
export async function* inquireAbout(
  order: Order,
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Came> {
  const { orderId } = order
  const looked = await lookAt(order, deps, signal)
  const atMs = deps.clock.nowMs()
  switch (looked.type) {
    case 'unanswered':
      if (signal.aborted) return 'interrupted'
      deps.inbox.noteInVain(orderId, atMs)
      return looked.cutOff ? 'cut-off' : looked.type
    case 'unclear':
      deps.inbox.noteInVain(orderId, atMs)
      yield { type: 'untold', orderId, code: looked.code }
      return 'nothing'
    case 'agrees':
      if (!deps.orders.learn(order, looked.fact, atMs)) return 'nothing'
      if (looked.drift === 'aged') yield { type: 'aged', orderId, status: looked.fact.status }
      return 'taken'
    case 'differs': {
      const found = causeOf(order, looked.found, deps)
      const booked = isBookable(found)
      if (booked) takeDifference(order, found, deps.books, atMs)
      else deps.inbox.noteInVain(orderId, atMs)
      yield { type: 'difference', difference: found.difference, booked }
      return booked ? 'taken' : 'nothing'
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
