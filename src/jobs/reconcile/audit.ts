// Every order of the mirror that is not finished against what Paygent says of it. Pages 3.1 and 5.1.8.
import type { Difference } from '../../domain/drift.js'
import { ALIVE } from '../../domain/history.js'
import type { Order, PaymentFact, PaymentStatus } from '../../domain/order.js'
import { effectiveStatus } from '../../domain/status.js'
import { inquirePatiently, toldBy } from '../batch/inquiry.js'
import { compare, detailOf, differenceOf } from './comparison.js'
import type { ReconcileDeps, ReconcileWishes, Stopped } from './deps.js'
import type { ReconcileEvent } from './events.js'

/** Nothing is sent for these any more, whatever becomes of them. */
const FINISHED: readonly PaymentStatus[] = ['11', '15', '17', '32', '33', '41', '60', '62']

interface Found {
  readonly difference: Difference
  /** What the mirror would take. */
  readonly facts: readonly PaymentFact[]
}

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
    const found = await lookAt(order, deps, signal)
    if (found === 'unanswered') return { stopped: found, orders: index, differences }
    if (found === null) continue
    differences += 1
    const booked = takes && mayTake(order, found)
    if (booked) take(order, found, deps)
    yield { type: 'difference', difference: found.difference, booked }
  }
  return { stopped: null, orders: orders.length, differences }
}

const isUnfinished = (order: Order): boolean => {
  const effective = effectiveStatus(order)
  return !effective.known || !FINISHED.includes(effective.status)
}

/** What is open, in conflict or for a person is settled by the other stages, and not by looking away from it. */
const mayTake = ({ openAttempt, attention, conflict }: Order, { facts }: Found): boolean =>
  facts.length > 0 && !openAttempt && !attention && !conflict

async function lookAt(order: Order, deps: ReconcileDeps, signal: AbortSignal): Promise<Found | 'unanswered' | null> {
  const { paymentId, tradingId } = order
  const told = toldBy(
    await inquirePatiently(paymentId === null ? { tradingId } : { paymentId, tradingId }, deps, signal),
  )
  if (told.type === 'silent') return 'unanswered'
  if (told.type === 'code') return { difference: differenceOf(order, 'no-payment', told), facts: [] }
  if (compare(order, told.fact) === 'same') return null
  const moved = { difference: differenceOf(order, 'moved', told.fact), facts: [told.fact] }
  return paymentId === null || ALIVE.includes(told.fact.status) ? moved : lookForAnother(order, moved, deps, signal)
}

/** The payment is dead: a correction that this mirror does not know of may have put another in its place. */
async function lookForAnother(
  order: Order,
  moved: Found,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<Found | 'unanswered'> {
  const told = toldBy(await inquirePatiently({ tradingId: order.tradingId }, deps, signal))
  if (told.type === 'silent') return 'unanswered'
  if (told.type === 'told' && told.fact.paymentId === order.paymentId) return moved
  const others = told.type === 'told' ? [told.fact] : []
  const difference = { ...moved.difference, cause: 'another-payment' } as const
  return { difference, facts: [...moved.facts, ...others] }
}

function take({ orderId }: Order, { difference, facts }: Found, { books, clock }: ReconcileDeps): void {
  books.take({
    orderId,
    event: 'difference',
    facts,
    currentPaymentId: null,
    endsConflict: false,
    attention: difference.cause === 'another-payment' ? 'another-payment' : null,
    settles: null,
    detail: detailOf(difference),
    atMs: clock.nowMs(),
  })
}
