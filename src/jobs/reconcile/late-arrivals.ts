// Orders that were once settled by time: their request may still arrive, for days. Page 5.2.
import { isOfAnotherTrade, type Order, type PaymentFact } from '../../domain/order.js'
import { inquirePatiently, keyOf, toldBy } from '../batch/inquiry.js'
import { compare, differenceOf } from './comparison.js'
import type { ReconcileDeps, ReconcileWishes, StageDeps, Stopped } from './deps.js'
import { tellSilence, type ReconcileEvent } from './events.js'
import { isCalm, takeDifference } from './one-order.js'
import { watchedOrders } from './watched.js'

export async function* lookForLateArrivals(
  wishes: ReconcileWishes,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const orders = deps.orders.find(watchedOrders(wishes, deps)).filter(isCalm)
  for (const [index, order] of orders.entries()) {
    if (signal.aborted) return 'interrupted'
    const { orderId } = order
    yield { type: 'asking', index: index + 1, total: orders.length, orderId }
    const told = toldBy(await inquirePatiently(keyOf(order), deps, signal))
    if (told.type === 'silent') {
      const ends = yield* tellSilence(orderId, told, deps, signal)
      if (ends === null) continue
      return ends
    }
    deps.hearing.heard(keyOf(order))
    if (told.type === 'code')
      yield { type: 'difference', difference: differenceOf(order, 'no-payment', told), booked: false }
    else yield* bookDrift(order, told.fact, deps)
  }
  return null
}

function* bookDrift(
  order: Order,
  fact: PaymentFact,
  { books, orders, clock }: ReconcileDeps,
): Generator<ReconcileEvent> {
  if (isOfAnotherTrade(order, fact)) {
    return yield { type: 'difference', difference: differenceOf(order, 'other-trading-id', fact), booked: false }
  }
  const drift = compare(order, fact)
  if (drift === 'same') return
  const atMs = clock.nowMs()
  if (drift === 'aged') return void orders.learn(order, fact, atMs)
  const difference = differenceOf(order, 'late-arrival', fact)
  takeDifference(order, { difference, facts: [fact] }, books, atMs)
  yield { type: 'difference', difference, booked: true }
}
