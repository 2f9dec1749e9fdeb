// Orders that the shop changed after this tool had touched them: Paygent tells which side is right. Page 3.4.
import { type AttentionCause, type Booking, type Conflict, isForPaygent } from '../../domain/difference.js'
import { type Order, type PaymentFact, plainPaymentId } from '../../domain/order.js'
import { CANCELLED, isSold } from '../../domain/statuses.js'
import { keyOf } from '../batch/inquiry.js'
import { detailOf, differenceOf } from './comparison.js'
import type { ReconcileDeps, ReconcileWishes, StageDeps, Stopped } from './deps.js'
import { type ReconcileEvent, tellSilence } from './events.js'
import { aliveOf, askAll, type KnownPayments } from './known-payments.js'

type Named = Parameters<typeof askAll>[0][number]

/** Those of which Paygent can decide something; the others wait for the shop's line, or for a person. */
export function conflictsForPaygent(
  orderIds: readonly string[] | undefined,
  { books, orders }: Pick<ReconcileDeps, 'books' | 'orders'>,
): Conflict[] {
  const conflicts = books.conflicts(orderIds)
  const found = new Map(orders.find(conflicts.map(({ orderId }) => orderId)).map((order) => [order.orderId, order]))
  return conflicts.filter((conflict) => {
    const order = found.get(conflict.orderId)
    return order !== undefined && isForPaygent(conflict, isSold(order), orders.statuses)
  })
}

export async function* settleConflicts(
  wishes: ReconcileWishes,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const conflicts = conflictsForPaygent(wishes.orderIds ?? undefined, deps)
  for (const [index, conflict] of conflicts.entries()) {
    if (signal.aborted) return 'interrupted'
    const [order] = deps.orders.find([conflict.orderId])
    // An open attempt comes first; attention is lifted by a person, and the conflict with it.
    if (order === undefined || order.openAttempt || order.attention) continue
    yield { type: 'asking', index: index + 1, total: conflicts.length, orderId: order.orderId }
    const named = sidesOf(order, conflict)
    const told = await askAll(named, deps, signal)
    if (told.type === 'unanswered') {
      const ends = yield* tellSilence(order.orderId, told, deps, signal)
      if (ends === null) continue
      return ends
    }
    deps.hearing.heard(keyOf(order))
    const [event, booking] = decide(order, named, told, deps.clock.nowMs())
    deps.books.take(booking)
    yield event
  }
  return null
}

/** The payment of the mirror and the one that the shop names, if it is another. */
function sidesOf({ paymentId, tradingId }: Order, { theirs }: Conflict): Named[] {
  const told = theirs['payment_id']
  const named = typeof told === 'string' ? plainPaymentId(told) : null
  const trading = theirs['trading_id']
  const ours = { paymentId, tradingId }
  if (named === null || named === paymentId) return [ours]
  const other = { paymentId: named, tradingId: typeof trading === 'string' ? trading : tradingId }
  return paymentId === null ? [other] : [ours, other]
}

/** One alive: the mirror takes it. Of two payments both or none: a person must look. */
function decide(
  order: Order,
  named: readonly Named[],
  { facts, codes }: KnownPayments,
  atMs: number,
): readonly [ReconcileEvent, Booking] {
  const alive = aliveOf(facts)
  const [only] = named.length === 1 ? facts : alive
  const unclear = named.length > 1 && alive.length > 1 ? 'two-alive' : only === undefined ? 'none-alive' : null
  const cause = unclear ?? (goneSince(order, facts) ? 'late-arrival' : null)
  const told = only ?? facts.at(-1) ?? { code: codes.at(-1)?.code ?? '' }
  const difference = differenceOf(order, cause ?? 'conflict', told)
  const booking = bookingOf(order, facts, cause === null ? (only ?? null) : null, cause, atMs)
  return [
    { type: 'difference', difference, booked: true },
    { ...booking, detail: detailOf(difference) },
  ]
}

/** A sale called not processed, and now its payment is gone: a correction that came late has put another in its place. */
const goneSince = ({ notProcessed, paymentId }: Order, facts: readonly PaymentFact[]): boolean =>
  notProcessed?.operation === 'sale' &&
  facts.some((fact) => fact.paymentId === paymentId && CANCELLED.includes(fact.status))

const bookingOf = (
  { orderId }: Order,
  facts: readonly PaymentFact[],
  taken: PaymentFact | null,
  attention: AttentionCause | null,
  atMs: number,
): Booking => ({
  orderId,
  event: 'conflict-settled',
  facts,
  currentPaymentId: taken?.paymentId ?? null,
  endsConflict: taken !== null,
  attention,
  settles: null,
  detail: null,
  atMs,
})
