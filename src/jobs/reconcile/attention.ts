// Orders that wait for a person: Paygent is asked again, and what the person has mended meanwhile ends the waiting.
// Pages 2.2 and 5.2.
import type { Booking } from '../../domain/difference.js'
import { judge } from '../../domain/judge.js'
import { isOfAnotherTrade, type Order, type PaymentFact } from '../../domain/order.js'
import { makesNewPayment } from '../../domain/outcome.js'
import type { OpenAttempt, PaymentRecord, Settlement } from '../../domain/run.js'
import { accepted } from '../batch/decision.js'
import { keyOf } from '../batch/inquiry.js'
import type { ReconcileDeps, ReconcileWishes, StageDeps, Stopped } from './deps.js'
import { type ReconcileEvent, tellSilence } from './events.js'
import { aliveOf, askAll, askTrade, type KnownPayments, paymentsOf } from './known-payments.js'
import { differenceBooking, foundBy, isBookable, lookAt } from './one-order.js'

export async function* settleAttention(
  wishes: ReconcileWishes,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const { orderIds } = wishes
  const waiting = deps.books.forAPerson().filter(({ orderId }) => orderIds === null || orderIds.includes(orderId))
  for (const [index, { orderId, cause }] of waiting.entries()) {
    if (signal.aborted) return 'interrupted'
    const [order] = deps.orders.find([orderId])
    if (order === undefined || order.openAttempt) continue
    yield { type: 'asking', index: index + 1, total: waiting.length, orderId }
    if (cause === 'no-answer') {
      const ends = yield* compareAtLast(order, deps, signal)
      if (ends === null) continue
      return ends
    }
    const payments = paymentsOf(order, deps)
    const told =
      cause === 'shop-error' ? await askTrade(payments, order, deps, signal) : await askAll(payments, deps, signal)
    if (told.type === 'unanswered') {
      const ends = yield* tellSilence(orderId, told, deps, signal)
      if (ends === null) continue
      return ends
    }
    deps.hearing.heard(keyOf(order))
    if (cause === 'several-payments') takeTheOnlyOne(order, told, deps)
    else if (told.codes.length === 0 && (cause === 'two-alive' || ('anotherUnknown' in told && !told.anotherUnknown)))
      keepTheLiving(order, told.facts, deps)
    else yield* endOrLearn(order, told, deps)
  }
  return null
}

/** An audit went on without it. Now that Paygent tells how it stands nobody has to look, unless it says what only a person can settle. */
async function* compareAtLast(
  order: Order,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const looked = await lookAt(order, deps, signal)
  if (looked.type === 'unanswered') return yield* tellSilence(order.orderId, looked, deps, signal)
  deps.hearing.heard(keyOf(order))
  const found = foundBy(looked, order, deps.orders.statuses)
  const atMs = deps.clock.nowMs()
  if (found === null) {
    if (looked.type === 'agrees') deps.books.take({ ...plain(order, [looked.fact], atMs), attention: 'over' })
    return null
  }
  const booked = isBookable(found)
  if (booked) {
    const booking = differenceBooking(order, found, atMs)
    deps.books.take({ ...booking, attention: booking.attention ?? 'over' })
  }
  yield { type: 'difference', difference: found.difference, booked }
  return null
}

/** An audit has compared everything else, and Paygent says nothing of this order. */
export const silentBooking = (order: Order, atMs: number): Booking => ({
  ...plain(order, [], atMs),
  attention: 'no-answer',
  detail: `no-answer: payment ${order.paymentId ?? '-'}`,
})

const plain = (order: Order, facts: readonly PaymentFact[], atMs: number): Booking => ({
  orderId: order.orderId,
  event: 'difference',
  facts,
  currentPaymentId: null,
  endsConflict: false,
  attention: null,
  settles: null,
  detail: standings(facts),
  atMs,
})

/** Every payment with its status and amount, for the audit trail. */
export const standings = (facts: readonly PaymentFact[]): string =>
  facts.map(({ paymentId, status, amountYen }) => `payment ${paymentId}: ${status} ${amountYen}`).join(', ')

/** Paygent had several payments under the trading id; one that it tells alone is the order's. */
function takeTheOnlyOne(order: Order, { facts, codes }: KnownPayments, deps: ReconcileDeps): void {
  const [only, another] = facts
  if (codes.length > 0 || only === undefined || another !== undefined) return
  const booking = plain(order, facts, deps.clock.nowMs())
  deps.books.take({ ...booking, currentPaymentId: only.paymentId, attention: 'over' })
}

/** Two payments were alive, or the shop's error text says that they may be; where only one is, it is the order's. */
function keepTheLiving(order: Order, facts: readonly PaymentFact[], deps: ReconcileDeps): void {
  const [living, another] = aliveOf(facts)
  if (living === undefined || another !== undefined) return learnNews(order, facts, deps)
  const { conflict } = order
  const booking = plain(order, facts, deps.clock.nowMs())
  deps.books.take({ ...booking, currentPaymentId: living.paymentId, endsConflict: conflict, attention: 'over' })
}

/** A half-done correction is done once the old payment is gone and the new one sold, whoever did it. */
function* endOrLearn(order: Order, { facts, codes }: KnownPayments, deps: ReconcileDeps): Generator<ReconcileEvent> {
  const attempt = deps.books.attentionAttempts([order.orderId]).at(-1)
  // What Paygent could not tell of a payment may be that it is alive.
  const told = attempt !== undefined && codes.length === 0
  const settlement = told ? doneSince(attempt, facts, deps.clock.nowMs()) : null
  if (attempt === undefined || settlement === null) return learnNews(order, facts, deps)
  const booking = plain(order, [], deps.clock.nowMs())
  const settles = { settlement, from: 'attention' } as const
  deps.books.take({ ...booking, settles, attention: 'over', detail: standings(facts) })
  yield { type: 'attempt-settled', orderId: order.orderId, telegram: attempt.telegram, outcome: 'accepted' }
}

/** What settles a correction whose payments now stand as an accepted one leaves them: the new one alone is alive. */
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

/** Both payments are known now, and one of them has to die first. */
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

/** Told again and again, the same is no news; and of the order's payment under another trading id nothing is taken. */
function learnNews(order: Order, told: readonly PaymentFact[], { books, clock }: ReconcileDeps): void {
  const known = books.payments(order.orderId)
  const facts = told.filter((fact) => fact.paymentId !== order.paymentId || !isOfAnotherTrade(order, fact))
  if (facts.some((fact) => isNews(fact, known))) books.take(plain(order, facts, clock.nowMs()))
}

const isNews = (fact: PaymentFact, known: readonly PaymentRecord[]): boolean =>
  !known.some(
    ({ paymentId, status, heldAmountYen }) =>
      paymentId === fact.paymentId && status === fact.status && heldAmountYen === fact.amountYen,
  )
