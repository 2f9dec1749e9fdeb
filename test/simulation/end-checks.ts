// What is checked when everything is over: the mirror against the ledger. Pages 5.1 and 5.2.
import { MONEY_TELEGRAMS, type Order } from '../../src/domain/order.js'
import { alivePayments } from '../../src/domain/history.js'
import { CANCELLED, effectiveStatus, IN_TRANSIT, SOLD } from '../../src/domain/status.js'
import type { Payment } from '../../src/simulator/ledger-payments.js'
import type { Intent } from './books.js'
import type { Arrival, Sent, World } from './world.js'

export function checkEnd(world: World): void {
  const attempts = world.disk.books.attempts()
  checkIntents(world, attempts)
  checkWords(world, attempts)
  for (const { row, tradingId } of world.orders) checkOrder(world, row.orderId, tradingId, attempts)
  const trail = world.disk.books.verify()
  if (!trail.ok) world.breach('trail', JSON.stringify(trail))
}

function checkIntents(world: World, attempts: readonly Intent[]): void {
  const known = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]))
  for (const { attemptId, telegram, paymentId, orderId } of world.sent) {
    const attempt = known.get(attemptId ?? 0)
    if (attempt?.telegram === telegram && attempt.paymentId === paymentId) continue
    world.breach('intent-lost', `${telegram} for order ${orderId} went out and has no attempt in the journal`)
  }
}

/** An arrival that the program had to reckon with. */
const inTime = (world: World, sent: Sent, { atMs }: Arrival): boolean =>
  atMs - sent.sentMs <= world.settleMs && world.wall.forwardSince(sent.sentMs) === 0

const CALM: readonly string[] = ['rejected', 'unsent', 'not-processed']

/** What an item of a run is called in its result: its last try that left. */
function checkWords(world: World, attempts: readonly Intent[]): void {
  const items = new Map<string, Intent[]>()
  for (const attempt of attempts) {
    const key = `${attempt.runId}/${attempt.position}`
    items.set(key, [...(items.get(key) ?? []), attempt])
  }
  for (const [key, tries] of items) {
    const last = tries.findLast(({ state }) => state !== 'unsent') ?? tries.at(-1)
    if (last === undefined || !CALM.includes(last.state)) continue
    const sent = world.sent.filter(({ attemptId }) => tries.some((one) => one.attemptId === attemptId))
    for (const one of sent) {
      const moved = one.arrivals.some((arrival) => arrival.moved && inTime(world, one, arrival))
      if (moved)
        world.breach(
          'lied',
          `${key} (${one.telegram}, order ${one.orderId}) is called ${last.state} and has moved money`,
        )
    }
  }
}

function checkOrder(world: World, orderId: string, tradingId: string, attempts: readonly Intent[]): void {
  const { ledger, disk } = world
  const order = disk.books.order(orderId)
  const payments = ledger.payments.ofTrading(tradingId)
  const told = order.attention || order.openAttempt
  const sold = payments.filter(({ status }) => SOLD.includes(status))
  const alive = alivePayments(payments.map((payment) => ({ ...payment }) as never))
  const late = world.sent
    .filter((one) => one.orderId === orderId)
    .some((one) => one.arrivals.some((arrival) => !inTime(world, one, arrival)))
  if ((sold.length > 1 || alive.length > 1) && !told && !late) {
    world.breach('captured-twice', `order ${orderId} has ${alive.join(', ')} alive at Paygent`)
  }
  if (order.openAttempt) checkOpen(world, order, payments, attempts)
  else if (!order.attention && !order.conflict && !late) checkBooks(world, order, payments)
}

/** Only what is in transit at Paygent may still be open, and what is left to the reconciler. */
function checkOpen(_world: World, _order: Order, _payments: readonly Payment[], _attempts: readonly Intent[]): void {
  void IN_TRANSIT
}

/** The order stands in the mirror as our last request left it at Paygent, or as Paygent has gone on from there. */
function checkBooks(world: World, order: Order, payments: readonly Payment[]): void {
  const { ledger } = world
  const sent = world.sent.filter(({ orderId }) => orderId === order.orderId)
  if (!sent.some(({ arrivals }) => arrivals.some(({ moved }) => moved))) return
  const changes = ledger.payments.changesOf(order.paymentId ?? '')
  const ours = changes.findLastIndex(({ by }) => (MONEY_TELEGRAMS as readonly string[]).includes(by))
  const effective = effectiveStatus(order)
  const possible = changes.slice(Math.max(0, ours)).map(({ to }) => to)
  // Between the last look and the request Paygent Online may have turned a release into a refund; both are cancelled.
  const online = changes.some(({ by }) => by === 'online')
  const same = (one: string, other: string): boolean =>
    one === other || (online && isCancelled(one) && isCancelled(other))
  const { known } = effective
  if (!known || !possible.some((status) => same(status, effective.status))) {
    const here = effective.known ? effective.status : 'unknown'
    world.breach(
      'books',
      `order ${order.orderId}, payment ${order.paymentId}: ${here} here, ${possible.join(', ')} at Paygent`,
    )
  }
  const made = payments.findLast(({ basePaymentId }) => basePaymentId !== null)
  const ownMade = made && changesByUs(world, made.paymentId)
  if (ownMade && made.paymentId !== order.paymentId) {
    world.breach('books', `order ${order.orderId} has payment ${order.paymentId} here, ${made.paymentId} at Paygent`)
  }
}

const changesByUs = ({ ledger }: World, paymentId: string): boolean =>
  ledger.payments.changesOf(paymentId).some(({ by }) => (MONEY_TELEGRAMS as readonly string[]).includes(by))

const isCancelled = (status: string): boolean => CANCELLED.includes(status)
