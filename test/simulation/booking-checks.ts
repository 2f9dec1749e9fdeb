// Checks made at the moment at which an outcome has been committed.
import type { Order } from '../../src/domain/order.js'
import { makesNewPayment, operationOf } from '../../src/domain/outcome.js'
import type { Settlement } from '../../src/domain/run.js'
import { ALIVE, AUTHORISED, CANCELLED, EXPIRED, SOLD } from '../../src/domain/statuses.js'
import type { SettleRequest } from '../../src/jobs/settle.js'
import type { Intent } from './books.js'
import { hasMoved, inTime, isRefund } from './end-checks.js'
import type { Program } from './program.js'
import type { Arrival, Sent, World } from './world.js'

/**
 * @param superseding the next try of the same order is written in the same commit
 * @param byHand a person says so
 */
export function checkBooked(world: World, settlement: Settlement, superseding: boolean, byHand = false): void {
  const { attemptId, outcome } = settlement
  const attempt = world.disk.books.attempts().find((one) => one.attemptId === attemptId)
  if (!attempt) return world.breach('intent-lost', `attempt ${attemptId} is settled and not in the journal`)
  const sent = world.sent.filter((one) => one.attemptId === attemptId)
  world.tell(() => `  booked: attempt ${attemptId} of order ${attempt.orderId} is ${outcome} ${settlement.code ?? ''}`)
  const name = `attempt ${attemptId} (${attempt.telegram}, order ${attempt.orderId})`
  switch (outcome) {
    case 'accepted':
      world.accepted.add(attemptId)
      if (!isDone(world, attempt, sent, byHand)) world.breach('false-acceptance', `${name} is called accepted`)
      world.notProcessed = world.notProcessed.filter(({ paymentId }) => paymentId !== attempt.paymentId)
      return
    case 'unsent':
      if (sent.some(({ left }) => left)) world.breach('lied', `${name} is called unsent and may have left`)
      return
    case 'rejected':
    case 'not-processed':
      checkRefusal(world, attempt, sent, settlement, superseding, name)
      return
    case 'attention':
    case 'unknown':
      return
    default:
      outcome satisfies never
  }
}

/**
 * The start has come to its end, so nothing has kept it from asking: neither a crash nor a lost lock, and two silent
 * inquiries in a row are two that were asked. An acceptance that only an inquiry told has been asked about already.
 */
export function checkAskedAfter({ world, sent }: Program): void {
  const { books } = world.disk
  const cancels = sent.filter((one) => one.seen === 'accepted' && (one.telegram === '102' || isRefund(world, one)))
  if (cancels.length === 0) return
  const attempts = new Map(books.attempts().map((attempt) => [attempt.attemptId, attempt]))
  for (const { attemptId, orderId, telegram } of cancels) {
    const id = attemptId ?? 0
    if (attempts.get(id)?.state !== 'accepted' || books.isAskedAfter(id)) continue
    world.breach('not-asked-after', `${telegram} for order ${orderId} was accepted, and what it found was not asked`)
  }
}

/** @param before as another handle read it before @param totalYen null takes the amendment back */
export function checkAmended(world: World, before: Order, totalYen: number | null): void {
  const { orderId } = before
  const name = `the total of order ${orderId}`
  if (before.openAttempt || before.attention || before.conflict)
    world.breach('amended', `${name} is changed although something about it is open`)
  const shopYen = world.shopTotals.get(orderId) ?? before.totalYen
  const wantedYen = totalYen ?? shopYen
  const { totalYen: hereYen } = world.disk.books.order(orderId)
  if (hereYen !== wantedYen) world.breach('amended', `${name} is ${hereYen} yen, and was to be ${wantedYen}`)
  if (wantedYen === shopYen) world.shopTotals.delete(orderId)
  else world.shopTotals.set(orderId, shopYen)
}

/** A person's word is good only where Paygent, asked a moment ago, does not say otherwise. */
export function checkHand(world: World, { orderId, as }: SettleRequest): void {
  const { paymentId } = world.disk.books.order(orderId)
  if (paymentId === null || as === null) return
  const { ledger, everToldMs } = world
  const last = ledger.payments.changesOf(paymentId).at(-1)
  const status = ledger.payments.find(paymentId)?.status ?? ''
  // No answer has what happened once its question was read.
  if (last !== undefined && last.atMs >= (everToldMs.get(paymentId) ?? 0)) return
  const fits = { sold: SOLD.includes(status), open: AUTHORISED.includes(status), cancelled: !ALIVE.includes(status) }
  if (!fits[as]) world.breach('against-paygent', `order ${orderId} is settled as ${as}, and stands at ${status}`)
}

function checkRefusal(
  world: World,
  attempt: Intent,
  sent: readonly Sent[],
  { outcome, atMs }: Settlement,
  superseding: boolean,
  name: string,
): void {
  const { orderId, paymentId, telegram } = attempt
  if (world.doubts.has(paymentId)) world.breach('booked-unasked', `${name} is called ${outcome}, and nobody has asked`)
  const moved = sent.some((one) =>
    one.arrivals.some((arrival) => hasMoved(world, arrival) && isKnowable(world, one, arrival)),
  )
  if (moved && !superseding) world.breach('lied', `${name} is called ${outcome} and has moved money`)
  if (outcome === 'rejected') return
  const last = sent.at(-1)
  const early = last !== undefined && world.time.nowMs() - last.sentMs < world.settleMs
  if (early && !superseding && world.wall.forwardSince(last.sentMs) === 0) {
    world.breach(
      'settled-too-early',
      `${name} is called not processed ${world.time.nowMs() - last.sentMs} ms after it left`,
    )
  }
  world.settledByTime.set(orderId, atMs)
  world.notProcessed.push({
    orderId,
    paymentId,
    operation: operationOf(telegram),
    wallMs: atMs,
    atMs: world.time.nowMs(),
  })
}

/**
 * An arrival that an answer could tell of. One after the settle time is not, where it comes after Paygent has read the
 * question whose answer decides: the next `reconcile` finds it.
 */
function isKnowable(world: World, sent: Sent, arrival: Arrival): boolean {
  const readMs = world.everToldMs.get(sent.paymentId) ?? 0
  return inTime(world, sent, arrival) || readMs < sent.sentMs || arrival.atMs <= readMs
}

/**
 * Whether Paygent has said yes to this attempt, or stood at some time as it would if it had. The amount of a sale that a
 * person vouches for proves nothing: Paygent Online may have changed it before and after.
 */
function isDone({ ledger }: World, attempt: Intent, sent: readonly Sent[], byHand: boolean): boolean {
  if (sent.some(({ arrivals }) => arrivals.some(({ result }) => result === '0'))) return true
  const { telegram, paymentId, tradingId } = attempt
  const amountYen = byHand ? null : attempt.amountYen
  const payment = ledger.payments.find(paymentId)
  if (payment === null) return false
  const was = (id: string, statuses: readonly string[], yen: number | null): boolean =>
    ledger.payments.changesOf(id).some(({ to, amountYen: held }) => statuses.includes(to) && (yen ?? held) === held)
  if (operationOf(telegram) === 'cancel') return was(paymentId, CANCELLED, null)
  if (!makesNewPayment(telegram, payment.carrier)) return was(paymentId, SOLD, amountYen)
  const others = ledger.payments.ofTrading(tradingId).filter((one) => one.paymentId !== paymentId)
  // A person may say so of a half-done correction once the old authorisation has expired.
  const gone = byHand ? [...CANCELLED, ...EXPIRED] : CANCELLED
  return was(paymentId, gone, null) && others.some((one) => was(one.paymentId, SOLD, amountYen))
}
