// Runs a confirmed plan: the checks with the lock held, the requests, and the recheck of outcomes that are still
// unknown.
import { recheckAttempt, unanswered, waitOut } from '../attempts/decision.js'
import { anotherRun, checkClock, enterShop, enterState, leaveState } from '../attempts/entry.js'
import { Hearing, inquireFacts, inquireBefore, keyOf } from '../attempts/inquiry.js'
import { pushNewPayments } from '../attempts/shop-push.js'
import { endsAsking, tellsOfPayment, isCutOff, type LeftOut, leftOutBy, troubleOf } from '../attempts/trouble.js'
import { momentOf } from '../clock.js'
import { areApart } from '../domain/age.js'
import { NO_SINGLE_PAYMENT_CODES } from '../domain/codes.js'
import { judge } from '../domain/judge.js'
import { type PaymentFact, isOfAnotherMethod } from '../domain/order.js'
import type { OpenAttempt, RefusedItem, Settlement, Step } from '../domain/run.js'
import { AppError, planDiffers } from '../errors.js'
import type { BatchDeps, BatchEvent, BatchOptions } from './events.js'
import type { Plan } from './plan.js'
import { asPlanned, Sender } from './sender.js'
import { askUnasked, Watch } from './watch.js'

/**
 * Waits with a countdown for the outcomes that are still unknown, and asks once more. A signal to leave ends the wait
 * and they stay open.
 */
export async function* finalRecheck(
  checkedAt: (attempt: OpenAttempt) => boolean,
  deps: BatchDeps,
  options: BatchOptions,
  signal: AbortSignal,
): AsyncGenerator<BatchEvent, void> {
  const leaving = AbortSignal.any([options.leave, signal])
  const open = deps.journal.openAttempts().filter(checkedAt)
  for (const [index, attempt] of open.entries()) {
    const since = attempt.notMoved ?? momentOf(deps.clock)
    const over = yield* waitOut(since, options.settleMs, open.length - index, deps.clock, leaving)
    if (over === null) return
    const settlement = await recheckOnce(attempt, deps, signal)
    deps.journal.settle(settlement)
    const { orderId, telegram } = attempt
    yield { type: 'looked-again', orderId, telegram, outcome: settlement.outcome }
    if (options.push === true && settlement.outcome === 'accepted') yield* pushNewPayments([orderId], deps)
  }
}

/** A request in transit stays open here: only `reconcile` may send it again. */
async function recheckOnce(attempt: OpenAttempt, deps: BatchDeps, signal: AbortSignal): Promise<Settlement> {
  const { verdict, settlement } = await recheckAttempt(attempt, true, deps, signal)
  return verdict.type === 'in-transit' ? { ...settlement, outcome: 'unknown' } : settlement
}

/**
 * The plan as it may be sent. A plan without a step has nothing to check.
 * @throws AppError when nothing may be sent
 */
export async function checkBefore(plan: Plan, deps: BatchDeps, hearing: Hearing, signal: AbortSignal): Promise<Plan> {
  checkClock(deps)
  const answered = await probe(plan, deps, hearing, signal)
  if (signal.aborted) throw new AppError('interrupted')
  return answered
}

/**
 * Asks once about the first order. This finds a refused login or certificate before money moves. Under TLS 1.3 a
 * refused client certificate shows only after the request has been sent, and the outcome would then be unknown. If
 * Paygent answers about another order, or a second one, only those without an answer are left out.
 */
async function probe(plan: Plan, deps: BatchDeps, hearing: Hearing, signal: AbortSignal): Promise<Plan> {
  const [first, ...others] = plan.steps
  if (first === undefined) return plan
  const answer = await inquireBefore(keyOf(first), deps, signal)
  if (tellsOfPayment(answer)) hearing.heard(first)
  if (answer.type === 'told') return heeded(plan, first, answer.fact, deps)
  if (answer.type === 'rejected' && NO_SINGLE_PAYMENT_CODES.includes(answer.code)) return plan
  let rest = withoutStep(plan, first, leftOutBy(answer))
  if (tellsOfPayment(answer)) return rest
  hearing.silent.add(first.orderId)
  for (const other of isCutOff(answer) ? [] : others.slice(-2).toReversed()) {
    const instead = await inquireBefore(keyOf(other), deps, signal)
    if (tellsOfPayment(instead)) hearing.heard(other)
    if (instead.type === 'told') return heeded(rest, other, instead.fact, deps)
    if (tellsOfPayment(instead)) return rest
    if (signal.aborted) throw new AppError('interrupted')
    if (isCutOff(instead)) break
    hearing.silent.add(other.orderId)
    rest = withoutStep(rest, other, leftOutBy(instead))
  }
  throw troubleOf(answer)
}

/**
 * Takes Paygent's answer into the mirror. The mirror may refuse a change that a late request may have made. The order
 * is then left out if it is no longer as planned, because a plain sale would capture an amount that the operator has
 * not confirmed.
 */
function heeded(plan: Plan, step: Step, fact: PaymentFact, { orders, clock }: BatchDeps): Plan {
  if (isOfAnotherMethod(step, fact)) return withoutStep(plan, step, { reason: 'no-payment', code: 'method' })
  if (orders.learn(step, fact, clock.nowMs()) || asPlanned(step, fact)) return plan
  return withoutStep(plan, step, { reason: 'changed', code: fact.status })
}

function withoutStep(plan: Plan, { position, orderId, request, paymentId }: Step, { reason, code }: LeftOut): Plan {
  const left: RefusedItem = { position, orderId, request, paymentId, reason, about: code }
  const steps = plan.steps.filter((step) => step.position !== position)
  return { ...plan, steps, refused: [...plan.refused, left] }
}

/**
 * An attempt that a crash left `prepared` may have been sent. It is unknown, and Paygent is asked about it before
 * anything else. The same holds for an attempt about which an earlier run got no answer. Silence about one of them does
 * not stop the others: it stays open, and its order is left out. Nothing is sent where Paygent may not be answering at
 * all (`Hearing`). Returns the attempts about which it answers; the run asks a second time about those that stay open.
 * @param push a payment that such a request has made is written to the shop at once
 */
export async function* recoverOpen(
  { orders, steps }: Plan,
  deps: BatchDeps,
  hearing: Hearing,
  signal: AbortSignal,
  push: boolean,
): AsyncGenerator<BatchEvent, ReadonlySet<number>> {
  const { journal, clock } = deps
  const answered = new Set<number>()
  journal.recover(clock.nowMs())
  for (const attempt of journal.openAttempts().filter(({ notMoved }) => notMoved === null)) {
    if (signal.aborted) throw new AppError('interrupted')
    const { attemptId, orderId, telegram } = attempt
    yield { type: 'recovering', orderId }
    const verdict = judge(attempt, await inquireFacts(attempt, deps, signal))
    const { outcome, code, detail, effect, learnt, newPaymentId, notMoved } = unanswered(attempt, verdict, null, deps)
    const atMs = clock.nowMs()
    journal.settle({ attemptId, outcome, code, detail, effect, learnt, newPaymentId, notMoved, atMs })
    yield { type: 'recovered', orderId, telegram, outcome }
    if (verdict.type === 'no-answer') {
      const ends = await hearing.missed(orderId, verdict, orders)
      if (signal.aborted) throw new AppError('interrupted')
      const silence = verdict.fault && ({ type: 'silent', fault: verdict.fault } as const)
      if (silence && isCutOff(silence)) throw troubleOf(silence)
      if (ends && steps.length === 0 && verdict.cutOff !== true) break
      if (ends) throw new AppError('open-unanswered', { order: orderId, code: silence?.fault.code ?? '' })
      continue
    }
    hearing.heard(attempt)
    answered.add(attemptId)
    if (push && outcome === 'accepted') yield* pushNewPayments([orderId], deps)
  }
  return answered
}

/**
 * Runs a confirmed plan: lock, check, send, second inquiry. Prints nothing. Every `settled` is on disk already. Throws
 * an AppError while nothing has been sent, or when the mirror can no longer be written.
 */
export async function* runBatch(
  plan: Plan,
  deps: BatchDeps,
  options: BatchOptions,
  signal: AbortSignal,
): AsyncGenerator<BatchEvent, void> {
  const { journal, lock, state, clock, desk } = deps
  if (areApart(options.plannedAt, momentOf(clock))) throw new AppError('clocks-apart')
  if (!lock.acquire(plan.operation)) throw anotherRun(lock)
  let running: number | null = null
  try {
    await enterShop(desk)
    enterState(state)
    const startedMs = clock.nowMs()
    let answered = plan
    const hearing = new Hearing(deps, signal, (_order, fact) => {
      const step = answered.steps.find((one) => one.paymentId === fact.paymentId)
      if (step !== undefined) answered = heeded(answered, step, fact, deps)
    })
    answered = await checkBefore(plan, deps, hearing, signal)
    const recovered = yield* recoverOpen(answered, deps, hearing, signal, options.push === true)
    yield* askUnasked(answered, deps, hearing, signal)
    await assertHeard(answered, hearing, signal)
    if (options.approval !== undefined) refuseShorter(plan, answered)
    const { approval } = options
    const runId = journal.beginRun({ ...answered, startedMs, ...(approval !== undefined && { approval }) })
    running = runId
    // From now on a mirror restored from a backup lacks this run, whether or not the run finishes.
    state.record()
    yield { type: 'started', runId, total: plan.orders.length }
    const watch = new Watch(options, clock, signal)
    const stop = yield* new Sender(runId, deps, watch, options.push === true).sendAll(answered)
    if (stop) yield { type: 'stopped', reason: stop }
    if (options.wait && !endsAsking(stop) && !signal.aborted) {
      const checkedAt = ({ runId: own, attemptId }: OpenAttempt): boolean => own === runId || recovered.has(attemptId)
      yield* finalRecheck(checkedAt, deps, options, signal)
    }
    journal.endRun(runId, stop === null ? 'completed' : 'stopped', clock.nowMs(), options.unattended)
    running = null
    leaveState(state)
    yield { type: 'finished', runId }
  } finally {
    if (running !== null) endBroken(running, deps)
    lock.release()
    await desk?.shopLock.release()
  }
}

/** @throws AppError interrupted, or open-unanswered where Paygent tells nothing about another order, either */
async function assertHeard({ orders, steps }: Plan, hearing: Hearing, signal: AbortSignal): Promise<void> {
  const order = steps.length > 0 ? await hearing.missedInTheDark(orders) : null
  if (signal.aborted) throw new AppError('interrupted')
  if (order !== null) throw new AppError('open-unanswered', { order })
}

/** @throws AppError plan-differs when the check with the lock held has taken an order out of the plan */
function refuseShorter({ steps }: Plan, { steps: left, refused }: Plan): void {
  const out = steps.filter(({ orderId }) => !left.some((step) => step.orderId === orderId))
  if (out.length === 0) return
  const reasonOf = (orderId: string): string => refused.find((item) => item.orderId === orderId)?.reason ?? ''
  throw planDiffers(out.map(({ orderId }) => ({ orderId, field: 'refused', approved: '', now: reasonOf(orderId) })))
}

/**
 * The run broke off after a fault, or because its consumer stopped listening. If not even that can be written, the next
 * start does it.
 */
function endBroken(runId: number, { journal, state, clock }: BatchDeps): void {
  try {
    journal.endRun(runId, 'interrupted', clock.nowMs())
    leaveState(state)
  } catch {
    // The fault that ended the run already goes to the operator. `recover` marks the run as interrupted.
  }
}
