// Asks Paygent about every order that waits in the mirror, and settles each one that the answer decides.
import { aheadOf, anotherRun, assertAnswers, checkClock, enterState, leaveState } from '../../attempts/entry.js'
import { Hearing, inquirePatiently, keyOf, inquiryResultOf } from '../../attempts/inquiry.js'
import { pushNewPayments } from '../../attempts/shop-push.js'
import { inquireAfter, takeAfter } from '../../batch/watch.js'
import type { InquiryAnswer, InquiryKey } from '../../domain/answer.js'
import type { Order, PaymentFact } from '../../domain/order.js'
import { SEVERAL_PAYMENTS } from '../../domain/codes.js'
import { ALIVE, lastKnownStatus } from '../../domain/statuses.js'
import { conflictsForPaygent, recheckAttention, resolveConflicts, silentBooking } from './attention.js'
import { auditOrders } from './audit.js'
import {
  type AuditRequest,
  type ReconcileDeps,
  type ReconcileEvent,
  type ReconcileRequest,
  type StageDeps,
  type Stopped,
  stoppedEvent,
  tellSilence,
} from './events.js'
import {
  compare,
  differenceOf,
  foreignCause,
  isCalm,
  takeDifference,
  ordersThatMayArriveLate,
  ordersThatMayGetAnother,
} from './one-order.js'
import { recheckOpen, recheckOverdue } from './open-attempts.js'

export async function* findLateArrivals(
  request: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const orders = deps.orders.find(ordersThatMayArriveLate(request, deps)).filter(isCalm)
  const corrected = ordersThatMayGetAnother(deps)
  const ahead = { ...deps, gateway: deps.gateway.ahead(orders.map(keyOf)) }
  for (const [index, order] of orders.entries()) {
    if (signal.aborted) return 'interrupted'
    const { orderId } = order
    yield { type: 'asking', index: index + 1, total: orders.length, orderId }
    const result = inquiryResultOf(await inquirePatiently(keyOf(order), ahead, signal))
    if (result.type === 'silent') {
      const ends = yield* tellSilence(orderId, result, deps, signal)
      if (ends === null) continue
      return ends
    }
    deps.hearing.heard(order)
    if (result.type === 'code') {
      yield { type: 'difference', difference: differenceOf(order, 'no-payment', result), booked: false }
      continue
    }
    const stands = yield* bookDrift(order, result.fact, deps)
    const ends = stands && corrected.has(orderId) ? yield* findAnother(order, deps, signal) : null
    if (ends !== null) return ends
  }
  return null
}

/**
 * A late correction may have broken off half-way: the old payment stands as it was, and there is another one. Where two
 * payments of the trading id are known already, 13002 says nothing, and a notice has to tell.
 */
async function* findAnother(
  order: Order,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const { orderId, tradingId } = order
  const result = inquiryResultOf(await inquirePatiently({ tradingId }, deps, signal))
  if (result.type === 'silent') return yield* tellSilence(orderId, result, deps, signal)
  const known = deps.issues.payments(orderId).filter((payment) => payment.tradingId === tradingId)
  const isKnown =
    result.type === 'told'
      ? known.some(({ paymentId }) => paymentId === result.fact.paymentId) || !ALIVE.includes(result.fact.status)
      : result.code !== SEVERAL_PAYMENTS || known.length > 1
  if (isKnown) return null
  const difference = differenceOf(order, 'another-payment', result.type === 'told' ? result.fact : result)
  const facts = result.type === 'told' ? [result.fact] : []
  takeDifference(order, { difference, facts }, deps.issues, deps.clock.nowMs())
  yield { type: 'difference', difference, booked: true }
  return null
}

/** @returns true if the payment is as the mirror has it, or has changed by time alone */
function* bookDrift(
  order: Order,
  fact: PaymentFact,
  { issues, orders, clock }: ReconcileDeps,
): Generator<ReconcileEvent, boolean> {
  const foreign = foreignCause(order, fact)
  if (foreign !== null) {
    yield { type: 'difference', difference: differenceOf(order, foreign, fact), booked: false }
    return false
  }
  const drift = compare(order, fact, lastKnownStatus(order))
  if (drift === 'same') return true
  const atMs = clock.nowMs()
  if (drift === 'aged') {
    orders.learn(order, fact, atMs)
    return true
  }
  const difference = differenceOf(order, 'late-arrival', fact)
  takeDifference(order, { difference, facts: [fact] }, issues, atMs)
  yield { type: 'difference', difference, booked: true }
  return false
}

export async function* inquireUnasked(
  { orderIds }: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const due = deps.journal.unasked(orderIds ?? undefined)
  for (const [index, unasked] of due.entries()) {
    if (signal.aborted) return 'interrupted'
    const { attemptId, orderId, inVain } = unasked
    const step = deps.journal.stepOf(attemptId)
    const [order] = deps.orders.find([orderId])
    if (step === null || order === undefined || deps.hearing.silent.has(orderId)) continue
    yield { type: 'asking', index: index + 1, total: due.length, orderId }
    const { telegram } = step
    const ask = (key: InquiryKey): Promise<InquiryAnswer> =>
      inVain ? deps.gateway.inquire(key) : inquirePatiently(key, deps, signal)
    const answers = await inquireAfter(unasked, step, ask)
    const result = answers.replaced?.type === 'silent' ? answers.replaced : answers.now
    const paymentId = unasked.newPaymentId ?? step.paymentId
    if (signal.aborted && result.type === 'silent') return 'interrupted'
    // If Paygent cannot be asked at all, the next run asks.
    const after = result.type === 'silent' && result.cutOff ? 'silent' : takeAfter(unasked, step, answers, deps)
    if (after === 'attention') yield { type: 'attempt-settled', orderId, telegram, outcome: after }
    // One odd payment, about which Paygent did not answer before either, ends no run.
    if (result.type === 'silent' && inVain && !result.cutOff) {
      if (after !== 'attention') yield { type: 'untold', orderId, code: result.code ?? null }
      continue
    }
    if (result.type === 'silent') {
      const ends = yield* tellSilence(orderId, result, deps, signal)
      if (ends === null) continue
      return ends
    }
    deps.hearing.heard(step)
    const isNow = after !== 'attention' && order.paymentId === paymentId
    if (isNow && result.type === 'told' && compare(order, result.fact) === 'moved')
      yield { type: 'difference', difference: differenceOf(order, 'moved', result.fact), booked: true }
  }
  return null
}

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Settles open attempts, accepted cancels with an unknown effect, conflicts, orders that wait for the operator, and
 * late arrivals, in this order. After the settle time it asks a second time. Throws an AppError while nothing has been
 * asked.
 */
export const reconcile = (
  request: ReconcileRequest,
  deps: ReconcileDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, void> =>
  withRunLock(deps, async function* () {
    checkClock(deps)
    enterState(deps.state)
    const stage = { ...deps, hearing: new Hearing(deps, signal) }
    const stopped = yield* runStages(request, stage, signal)
    const dark = stopped === null ? await stage.hearing.endsDark() : null
    if (dark !== null) yield stoppedEvent(dark)
    leaveState(deps.state)
  })

/**
 * Compares the mirror with Paygent: every order that is not finished, and the finished ones that changed recently; all
 * of them if the mirror is not the one that this machine knows. With `take` the mirror takes Paygent's answers, and the
 * waiting orders are settled. From then on this machine knows a mirror that was restored from a backup or copied. A
 * mirror in which a clock that was ahead has written is then no longer closed until that time.
 */
export const audit = (
  { mode, days }: AuditRequest,
  request: ReconcileRequest,
  deps: ReconcileDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, void> =>
  withRunLock(deps, async function* () {
    // Only the comparison of everything may go on if the journal has times in the future.
    if (request.orderIds !== null) checkClock(deps)
    const freshness = deps.state.check()
    const isKnown = freshness === 'known' || freshness === 'new'
    const stage = { ...deps, hearing: new Hearing(deps, signal) }
    const isOpen = isKnown && aheadOf(deps) === null
    if (mode === 'take') {
      deps.journal.recover(deps.clock.nowMs(), !isKnown)
      const sendsAgain = request.sendsAgain && isOpen
      const stopped = yield* runStages({ ...request, sendsAgain }, stage, signal)
      if (stopped !== null) return
    }
    const finishedSinceMs = isKnown ? deps.clock.nowMs() - days * DAY_MS : null
    const audited = yield* auditOrders({ ...request, takes: mode === 'take', finishedSinceMs }, stage, signal)
    yield { type: 'compared', asked: audited.asked, notAsked: audited.notAsked }
    if (audited.stopped !== null) return yield stoppedEvent(audited.stopped)
    if (mode === 'compare' || request.orderIds !== null) return
    if (!isOpen) blockSilent(stage)
    deps.issues.audited(audited, deps.clock.nowMs())
    deps.state.record()
  })

/**
 * The mirror opens although Paygent gave no answer about some orders while it answered about the others: a few odd orders
 * must not close a shop for good. Requests of such an order that were sent since are unknown. It therefore waits for the
 * operator, and no command sends for it. The first `reconcile` that gets an answer takes it and ends the waiting.
 */
function blockSilent({ hearing, orders, issues, clock }: StageDeps): void {
  for (const order of orders.find([...hearing.silent]).filter(isCalm)) issues.take(silentBooking(order, clock.nowMs()))
}

async function* withRunLock(
  deps: ReconcileDeps,
  work: () => AsyncGenerator<ReconcileEvent, void>,
): AsyncGenerator<ReconcileEvent, void> {
  const { lock } = deps
  if (!lock.acquire('reconcile')) throw anotherRun(lock)
  try {
    yield* work()
    // The last request of this process may have been booked without the lock. The holder of the lock does not know of
    // it yet.
    deps.journal.assertHeld()
  } finally {
    lock.release()
  }
}

/** Runs all stages, one after the other. The result is why they ended early, or null. */
async function* runStages(
  request: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  deps.journal.recover(deps.clock.nowMs())
  const waiting = waitingOrders(request, deps)
  const dueInVain = deps.journal.unasked().filter(({ inVain }) => inVain)
  const inVain = new Set(dueInVain.map(({ orderId }) => orderId))
  const [first, ...others] = waiting.toSorted((a, b) => Number(inVain.has(a.orderId)) - Number(inVain.has(b.orderId)))
  if (first === undefined) return null
  const hopeful = others.filter(({ orderId }) => !inVain.has(orderId))
  const besides = [...anyBut(waiting, deps), ...hopeful]
  deps.hearing.heard(await assertAnswers(first, deps, signal, besides))
  const stages = [recheckOpen, inquireUnasked, resolveConflicts, recheckAttention, findLateArrivals, recheckOverdue]
  let tells = request.push === true
  for (const stage of stages) {
    const stopped: Stopped | null = yield* stage(request, deps, signal)
    if (tells) tells = yield* tellShop(request, deps)
    if (stopped === null) continue
    yield stoppedEvent(stopped)
    return stopped
  }
  return null
}

/**
 * Writes the new payments that are known by now into the shop, however the stage ended.
 * @returns false once the shop is gone
 */
async function* tellShop({ orderIds }: ReconcileRequest, deps: ReconcileDeps): AsyncGenerator<ReconcileEvent, boolean> {
  const lost = yield* pushNewPayments(orderIds, deps)
  if (lost !== null) yield { type: 'push-failed', code: lost }
  return lost === null
}

/** An order that does not wait, to show whether Paygent answers at all where the waiting ones may get no answer. */
function anyBut(waiting: readonly Order[], { orders }: Pick<ReconcileDeps, 'orders'>): Order[] {
  const ids = new Set(waiting.map(({ orderId }) => orderId))
  return orders.list({}, { limit: waiting.length + 1, offset: 0 }).filter(({ orderId }) => !ids.has(orderId))
}

/** The orders with something to ask, in the order of the stages. */
function waitingOrders(request: ReconcileRequest, deps: ReconcileDeps): Order[] {
  const { orderIds } = request
  const of = orderIds ?? undefined
  const waiting = [
    ...deps.journal.openAttempts(of),
    ...conflictsForPaygent(of, deps),
    ...deps.journal.unasked(of),
    ...deps.issues.forAPerson().filter(({ orderId }) => orderIds === null || orderIds.includes(orderId)),
    ...ordersThatMayArriveLate(request, deps).map((orderId) => ({ orderId })),
  ]
  return deps.orders.find(waiting.map(({ orderId }) => orderId))
}
