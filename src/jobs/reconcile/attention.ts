// Asks Paygent again about orders that wait for the operator. If the operator has solved the problem meanwhile, the
// order stops waiting.
import { accepted } from '../../attempts/decision.js'
import { type AttentionCause, type Booking, type Conflict, isForPaygent } from '../../domain/difference.js'
import { judge } from '../../domain/judge.js'
import { type Order, type PaymentFact, isOfAnotherMethod, isOfAnotherTrade } from '../../domain/order.js'
import { makesNewPayment } from '../../domain/outcome.js'
import type { OpenAttempt, PaymentRecord, Settlement } from '../../domain/run.js'
import { CANCELLED, isSold } from '../../domain/statuses.js'
import {
  type ReconcileDeps,
  type ReconcileEvent,
  type ReconcileRequest,
  type StageDeps,
  type Stopped,
  tellSilence,
} from './events.js'
import {
  type KnownPayments,
  aliveOf,
  askAll,
  askTrade,
  detailOf,
  differenceBooking,
  differenceOf,
  foundBy,
  isBookable,
  checkPayment,
  lacksItsPayment,
  namedPayments,
  paymentOfShop,
} from './one-order.js'

/** No time limit: the payment that a late correction has made does not go away. */
const EVER = 0

export async function* recheckAttention(
  request: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const { orderIds } = request
  const waiting = deps.issues.forAPerson().filter(({ orderId }) => orderIds === null || orderIds.includes(orderId))
  const timedOut = deps.issues.timedOutCorrections(EVER)
  for (const [index, { orderId, cause }] of waiting.entries()) {
    if (signal.aborted) return 'interrupted'
    const [order] = deps.orders.find([orderId])
    if (order === undefined || order.openAttempt) continue
    yield { type: 'asking', index: index + 1, total: waiting.length, orderId }
    // A request that waits, too, ends with its own payments.
    const attempt = deps.issues.attentionAttempts([orderId]).at(-1) ?? null
    if (cause === 'no-answer' && attempt === null) {
      const ends = yield* compareAtLast(order, deps, signal)
      if (ends === null) continue
      return ends
    }
    const payments = namedPayments(order, deps)
    const lacksOne = (facts: readonly PaymentFact[]): boolean => lacksItsPayment(attempt, facts, null, [])
    const result =
      cause === 'shop-error'
        ? await askTrade(payments, order, lacksOne, deps, signal)
        : await askAll(payments, deps, signal)
    if (result.type === 'unanswered') {
      const ends = yield* tellSilence(orderId, result, deps, signal)
      if (ends === null) continue
      return ends
    }
    deps.hearing.heard(order)
    if (cause === 'several-payments' && attempt === null) takeTheOnlyOne(order, result, deps)
    // That correction may have come late: it ended the old payment and made another one, which is not known.
    else if (timedOut.has(orderId)) learnNews(order, result.facts, deps)
    else if (
      attempt === null &&
      result.codes.length === 0 &&
      (cause === 'two-alive' || ('anotherUnknown' in result && !result.anotherUnknown))
    )
      keepTheLiving(order, result.facts, deps)
    else yield* endOrLearn(order, result, deps)
  }
  return null
}

/**
 * An audit went on without an answer about this order. Now that Paygent reports its state, the operator need not check
 * it, unless the answer contains something that only a person can settle.
 */
async function* compareAtLast(
  order: Order,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const check = await checkPayment(order, deps, signal)
  if (check.type === 'unanswered') return yield* tellSilence(order.orderId, check, deps, signal)
  deps.hearing.heard(order)
  const found = foundBy(check, order, deps.orders.statuses)
  const atMs = deps.clock.nowMs()
  if (found === null) {
    if (check.type === 'agrees') deps.issues.take({ ...bookingOfFacts(order, [check.fact], atMs), attention: 'over' })
    if (check.type !== 'differs') return null
    // The order was called off unpaid, and Paygent has no payment of it. An earlier payment of it may be alive.
    const hadAnother = namedPayments(order, deps).length > 1
    if (hadAnother) yield { type: 'difference', difference: check.found.difference, booked: false }
    else deps.issues.take({ ...differenceBooking(order, check.found, atMs), attention: 'over' })
    return null
  }
  const booked = isBookable(found)
  if (booked) {
    const booking = differenceBooking(order, found, atMs)
    deps.issues.take({ ...booking, attention: booking.attention ?? 'over' })
  }
  yield { type: 'difference', difference: found.difference, booked }
  return null
}

/** The entry for an order about which Paygent gives no answer, after an audit that has compared everything else. */
export const silentBooking = (order: Order, atMs: number): Booking => ({
  ...bookingOfFacts(order, [], atMs),
  attention: 'no-answer',
  detail: `no-answer: payment ${order.paymentId ?? '-'}`,
})

const bookingOfFacts = (order: Order, facts: readonly PaymentFact[], atMs: number): Booking => ({
  orderId: order.orderId,
  event: 'difference',
  facts,
  currentPaymentId: null,
  endsConflict: false,
  attention: null,
  settles: null,
  detail: paymentsDetail(facts),
  atMs,
})

/** Every payment with its status and amount, for the audit trail. */
export const paymentsDetail = (facts: readonly PaymentFact[]): string =>
  facts.map(({ paymentId, status, amountYen }) => `payment ${paymentId}: ${status} ${amountYen}`).join(', ')

/** Paygent had several payments under the trading id. If it now reports only one, that one is the order's. */
function takeTheOnlyOne(order: Order, { facts, codes }: KnownPayments, deps: ReconcileDeps): void {
  const [only, another] = facts
  if (codes.length > 0 || only === undefined || another !== undefined || isOfAnotherMethod(order, only)) return
  const booking = bookingOfFacts(order, facts, deps.clock.nowMs())
  deps.issues.take({ ...booking, currentPaymentId: only.paymentId, attention: 'over' })
}

/**
 * Two payments were alive, or the shop's error text warns that they may be. If only one is alive, it is the order's.
 */
function keepTheLiving(order: Order, facts: readonly PaymentFact[], deps: ReconcileDeps): void {
  const [living, another] = aliveOf(facts)
  if (living === undefined || another !== undefined || isForeign(order, living)) return learnNews(order, facts, deps)
  const { conflict } = order
  const booking = bookingOfFacts(order, facts, deps.clock.nowMs())
  deps.issues.take({ ...booking, currentPaymentId: living.paymentId, endsConflict: conflict, attention: 'over' })
}

/**
 * Whether the payment would become the order's although it is of another method. A conflict may be about just that, and
 * its end takes the method.
 */
export const isForeign = (order: Order, fact: PaymentFact): boolean =>
  !order.conflict && fact.paymentId !== order.paymentId && isOfAnotherMethod(order, fact)

/** A half-done correction counts as done once the old payment is gone and the new one sold, by whichever actor. */
function* endOrLearn(order: Order, { facts, codes }: KnownPayments, deps: ReconcileDeps): Generator<ReconcileEvent> {
  const attempt = deps.issues.attentionAttempts([order.orderId]).at(-1)
  // A payment for which Paygent gave only a code may be alive.
  const result = attempt !== undefined && codes.length === 0
  const settlement = result ? doneSince(attempt, facts, deps.clock.nowMs()) : null
  if (attempt === undefined || settlement === null) return learnNews(order, facts, deps)
  const booking = bookingOfFacts(order, [], deps.clock.nowMs())
  const settles = { settlement, from: 'attention' } as const
  deps.issues.take({ ...booking, settles, attention: 'over', detail: paymentsDetail(facts) })
  yield { type: 'attempt-settled', orderId: order.orderId, telegram: attempt.telegram, outcome: 'accepted' }
}

/** The settlement of a correction whose payments are now as an accepted one leaves them: only the new one is alive. */
export function doneSince(
  attempt: OpenAttempt,
  facts: readonly PaymentFact[],
  atMs: number,
  newPaymentId: string | null = attempt.newPaymentId,
): Settlement | null {
  const { telegram, carrier, attemptId, notMoved } = attempt
  const old = facts.find(({ paymentId }) => paymentId === attempt.paymentId)
  const made = facts.find(({ paymentId }) => paymentId === newPaymentId)
  if (!makesNewPayment(telegram, carrier) || old === undefined || made === undefined) return null
  if (aliveOf(facts).some(({ paymentId }) => paymentId !== made.paymentId)) return null
  const verdict = judge(attempt, { byPayment: { type: 'told', fact: old }, byTrading: { type: 'told', fact: made } })
  if (verdict.type !== 'moved') return null
  const { code, detail, effect, learnt, outcome } = accepted(attempt, made.paymentId, [old, made])
  return { attemptId, outcome, code, detail, effect, learnt, newPaymentId: made.paymentId, notMoved, atMs }
}

/** The settlement when both payments are known but one of them still has to end. */
export const bothKnown = ({ attemptId, code, notMoved }: OpenAttempt, made: PaymentFact, atMs: number): Settlement => ({
  attemptId,
  outcome: 'attention',
  code,
  detail: null,
  effect: null,
  learnt: [],
  newPaymentId: made.paymentId,
  notMoved,
  atMs,
})

/**
 * Takes only new facts, because a repeated report is no news. Facts about the order's payment under another trading id
 * are not taken.
 */
function learnNews(order: Order, result: readonly PaymentFact[], { issues, clock }: ReconcileDeps): void {
  const known = issues.payments(order.orderId)
  const facts = result.filter((fact) => fact.paymentId !== order.paymentId || !isOfAnotherTrade(order, fact))
  if (facts.some((fact) => isNews(fact, known))) issues.take(bookingOfFacts(order, facts, clock.nowMs()))
}

const isNews = (fact: PaymentFact, known: readonly PaymentRecord[]): boolean =>
  !known.some(
    ({ paymentId, status, heldAmountYen }) =>
      paymentId === fact.paymentId && status === fact.status && heldAmountYen === fact.amountYen,
  )

type Named = Parameters<typeof askAll>[0][number]

/** The conflicts of which Paygent can decide a part. The others wait for the shop's line, or for the operator. */
export function conflictsForPaygent(
  orderIds: readonly string[] | undefined,
  { issues, orders }: Pick<ReconcileDeps, 'issues' | 'orders'>,
): Conflict[] {
  const conflicts = issues.conflicts(orderIds)
  const found = new Map(orders.find(conflicts.map(({ orderId }) => orderId)).map((order) => [order.orderId, order]))
  return conflicts.filter((conflict) => {
    const order = found.get(conflict.orderId)
    return order !== undefined && isForPaygent(conflict, isSold(order), orders.statuses)
  })
}

export async function* resolveConflicts(
  request: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const conflicts = conflictsForPaygent(request.orderIds ?? undefined, deps)
  for (const [index, conflict] of conflicts.entries()) {
    if (signal.aborted) return 'interrupted'
    const [order] = deps.orders.find([conflict.orderId])
    // An open attempt comes first. Attention is ended by the operator, and the conflict with it.
    if (order === undefined || order.openAttempt || order.attention) continue
    yield { type: 'asking', index: index + 1, total: conflicts.length, orderId: order.orderId }
    const named = sidesOf(order, conflict)
    const result = await askAll(named, deps, signal)
    if (result.type === 'unanswered') {
      const ends = yield* tellSilence(order.orderId, result, deps, signal)
      if (ends === null) continue
      return ends
    }
    deps.hearing.heard(order)
    const [event, booking] = decideConflict(order, named, result, deps.clock.nowMs())
    deps.issues.take(booking)
    yield event
  }
  return null
}

/** The mirror's payment, and the payment that the shop names if it is another. */
function sidesOf(order: Order, conflict: Conflict): Named[] {
  const { paymentId, tradingId } = order
  const ours = { paymentId, tradingId }
  const theirs = paymentOfShop(order, conflict)
  if (theirs === null) return [ours]
  return paymentId === null ? [theirs] : [ours, theirs]
}

/** If one payment is alive, the mirror takes it. If both or none are alive, the operator must check. */
function decideConflict(
  order: Order,
  named: readonly Named[],
  { facts, codes }: KnownPayments,
  atMs: number,
): readonly [ReconcileEvent, Booking] {
  const alive = aliveOf(facts)
  const [only] = named.length === 1 ? facts : alive
  const unclear = named.length > 1 && alive.length > 1 ? 'two-alive' : only === undefined ? 'none-alive' : null
  const cause = unclear ?? (goneSince(order, facts) ? 'late-arrival' : null)
  const result = only ?? facts.at(-1) ?? { code: codes.at(-1)?.code ?? '' }
  const difference = differenceOf(order, cause ?? 'conflict', result)
  const booking = bookingOf(order, facts, cause === null ? (only ?? null) : null, cause, atMs)
  return [
    { type: 'difference', difference, booked: true },
    { ...booking, detail: detailOf(difference) },
  ]
}

/**
 * Whether a sale was called not processed and its payment is now gone: a late correction has replaced it by another.
 */
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
