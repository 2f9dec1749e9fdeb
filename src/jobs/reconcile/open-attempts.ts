// Settles attempts whose outcome is unknown: by Paygent's answer, by time, or by sending once more.
import { recheckAttempt, remainingMs, waitOut, waitsSince } from '../../attempts/decision.js'
import { inquireFacts } from '../../attempts/inquiry.js'
import { endsAsking } from '../../attempts/trouble.js'
import { recheckShopRow } from '../../batch/recheck-shop-row.js'
import { Sender } from '../../batch/sender.js'
import { Watch } from '../../batch/watch.js'
import { momentOf } from '../../clock.js'
import type { Moment } from '../../domain/age.js'
import { judge } from '../../domain/judge.js'
import type { OpenAttempt, Step } from '../../domain/run.js'
import { AppError } from '../../errors.js'
import type { ShopDesk } from '../../ports.js'
import { type ReconcileEvent, type ReconcileRequest, type StageDeps, type Stopped, tellSilence } from './events.js'

type Events<Result> = AsyncGenerator<ReconcileEvent, Result>

/**
 * Asks about each open attempt once, and then sends again what may be sent again. Before that each open attempt of an
 * order that is not named is asked about, too. Silence about one of them does not stop the others.
 */
export async function* recheckOpen(
  request: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
): Events<Stopped | null> {
  const open = deps.journal.openAttempts(request.orderIds ?? undefined)
  const again: OpenAttempt[] = []
  for (const [index, attempt] of open.entries()) {
    if (signal.aborted) return 'interrupted'
    yield { type: 'asking', index: index + 1, total: open.length, orderId: attempt.orderId }
    const found = yield* recheckOne(attempt, { ...request, sendsAgain: false }, deps, signal)
    if (found === 'again') again.push(attempt)
    else if (found !== null) return found
  }
  return yield* sendEachAgain(again, request, deps, signal)
}

/** Each is asked about a second time, because a minute may have passed since its first answer. */
async function* sendEachAgain(
  attempts: readonly OpenAttempt[],
  request: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
  since?: Moment,
): Events<Stopped | null> {
  if (!request.sendsAgain || attempts.length === 0) return null
  const dark = yield* askAboutOthers(request, deps, signal)
  if (dark !== null) return dark
  for (const attempt of attempts) {
    if (signal.aborted) return 'interrupted'
    const stopped = yield* recheckOne(attempt, request, deps, signal, since)
    if (stopped === 'interrupted' || stopped === 'unanswered') return stopped
  }
  return null
}

/** Waits with a countdown for the attempts that are still settling, and asks again. */
export async function* recheckOverdue(
  request: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
): Events<Stopped | null> {
  const leaving = AbortSignal.any([request.leave, signal])
  const open = request.wait ? answeredAbout(request, deps) : []
  for (const [index, attempt] of open.entries()) {
    const { clock } = deps
    const since = yield* waitOut(waitsSince(attempt, clock), request.settleMs, open.length - index, clock, leaving)
    if (since === null) return signal.aborted ? 'interrupted' : null
    const found = yield* recheckOne(attempt, { ...request, sendsAgain: false }, deps, signal, since)
    const stopped = found === 'again' ? yield* sendEachAgain([attempt], request, deps, signal, since) : found
    if (stopped !== null) return stopped
  }
  return null
}

/** The open attempts about which Paygent is not silent. */
const answeredAbout = ({ orderIds }: ReconcileRequest, { journal, hearing }: StageDeps): OpenAttempt[] =>
  journal.openAttempts(orderIds ?? undefined).filter(({ orderId }) => !hearing.silent.has(orderId))

/** The request of an order on hold stays open: Paygent is asked about it, and nothing is sent again. */
const isOnHold = ({ orderId }: OpenAttempt, { orders }: Pick<StageDeps, 'orders'>): boolean =>
  orders.find([orderId]).some(({ hold }) => hold !== null)

/** @returns why nothing more is asked; `again` for an attempt that may be sent once more, if the request sends nothing */
async function* recheckOne(
  attempt: OpenAttempt,
  request: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
  since = waitsSince(attempt, deps.clock),
): Events<Stopped | 'again' | null> {
  const overdue = remainingMs(since, request.settleMs, deps.clock) === 0
  const { verdict, result, settlement } = await recheckAttempt(attempt, overdue, deps, signal)
  const check = momentOf(deps.clock)
  if (verdict.type !== 'no-answer') deps.hearing.heard(attempt)
  if (result === 'send-again') {
    if (isOnHold(attempt, deps)) return null
    if (!request.sendsAgain) return 'again'
    return yield* sendOnceMore({ attempt, checkedAt: check }, request, deps, signal)
  }
  deps.journal.settle(settlement)
  const { orderId, telegram } = attempt
  if (result !== 'unknown') yield { type: 'attempt-settled', orderId, telegram, outcome: result }
  return verdict.type === 'no-answer' ? yield* tellSilence(orderId, verdict, deps, signal) : null
}

/** Asks about the open attempts of orders that are not named. */
async function* askAboutOthers(
  { orderIds }: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
): Events<Stopped | null> {
  if (orderIds === null) return null
  for (const attempt of deps.journal.openAttempts()) {
    if (orderIds.includes(attempt.orderId) || deps.hearing.silent.has(attempt.orderId)) continue
    if (signal.aborted) return 'interrupted'
    const verdict = judge(attempt, await inquireFacts(attempt, deps, signal))
    if (verdict.type !== 'no-answer') {
      deps.hearing.heard(attempt)
      continue
    }
    const stopped = yield* tellSilence(attempt.orderId, verdict, deps, signal)
    if (stopped !== null) return stopped
  }
  return null
}

/** An attempt in transit, and when Paygent reported it so. */
interface TransitSighting {
  readonly attempt: OpenAttempt
  readonly checkedAt: Moment
}

/** Sends the same telegram once more. */
async function* sendOnceMore(
  { attempt, checkedAt: check }: TransitSighting,
  { untilMs }: ReconcileRequest,
  deps: StageDeps,
  signal: AbortSignal,
): Events<Stopped | null> {
  if (untilMs !== null && deps.clock.nowMs() >= untilMs) return null
  const { attemptId } = attempt
  const step = deps.journal.stepOf(attemptId)
  if (step === null) throw new Error(`attempt ${attemptId} has no step`)
  const { desk } = deps
  // Without the shop's lock another desk may be sending. Without its row it is unknown whether the order is still
  // valid.
  const unseen = desk === null ? null : await enterTheShop(step, desk, deps)
  if (unseen !== null) {
    yield { type: 'shop-unseen', code: unseen }
    return null
  }
  try {
    return yield* sendAgain({ attempt, checkedAt: check }, step, untilMs, deps, signal)
  } finally {
    await desk?.shopLock.release()
  }
}

/**
 * Why the shop cannot be checked, or that another desk holds it just now; null if its lock is held. Inquiries at
 * Paygent go on without it.
 */
async function enterTheShop(step: Step, desk: ShopDesk, deps: StageDeps): Promise<string | null> {
  try {
    if (!(await desk.shopLock.acquire())) return 'another-desk'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  const rowCheck = await recheckShopRow(step, desk, deps, true)
  if (rowCheck.type !== 'lost') return null
  await desk.shopLock.release()
  return rowCheck.stop.code
}

async function* sendAgain(
  { attempt, checkedAt: check }: TransitSighting,
  step: Step,
  untilMs: number | null,
  deps: StageDeps,
  signal: AbortSignal,
): Events<Stopped | null> {
  const { runId, orderId, telegram } = attempt
  yield { type: 'sending-again', orderId, telegram }
  const watch = new Watch({ untilMs, stopAfter: 1, plannedAt: check }, deps.clock, signal)
  const decision = yield* new Sender(runId, deps, watch, false).sendAgain(
    step,
    closingOf(attempt, deps.clock.nowMs()),
    check,
  )
  if (decision === 'put-off') return null
  if (decision !== null && 'type' in decision) {
    yield { type: 'shop-unseen', code: decision.code }
    return null
  }
  // The reason that held it back does not concern the order: it is too late, or the machine has slept since Paygent's
  // answer.
  const stop = decision === null ? watch.stopBefore() : null
  if (stop !== null) return stop.type === 'interrupted' ? 'interrupted' : null
  if (decision === null) return isOnHold(attempt, deps) ? null : yield* judgeForGood(attempt, deps, signal)
  if (decision.outcome === 'unknown' && endsAsking(decision.stop)) return 'unanswered'
  if (decision.outcome !== 'unknown') {
    yield { type: 'attempt-settled', orderId, telegram, outcome: decision.outcome }
    return null
  }
  const [again] = deps.journal.openAttempts([orderId])
  return again?.sentAgain === true ? yield* judgeForGood(again, deps, signal) : null
}

/**
 * There is no third request. If this one is still in transit, or the order has changed since its plan, it waits for the
 * operator.
 */
async function* judgeForGood(attempt: OpenAttempt, deps: StageDeps, signal: AbortSignal): Events<Stopped | null> {
  const { verdict, settlement } = await recheckAttempt({ ...attempt, sentAgain: true }, true, deps, signal)
  deps.journal.settle(settlement)
  const { orderId, telegram } = attempt
  const { outcome } = settlement
  if (outcome !== 'unknown') yield { type: 'attempt-settled', orderId, telegram, outcome }
  return verdict.type === 'no-answer' ? 'unanswered' : null
}

/** Closes the attempt in transit, because the next attempt carries the request on. */
const closingOf = ({ attemptId, code }: OpenAttempt, atMs: number) =>
  ({
    attemptId,
    outcome: 'not-processed',
    code,
    detail: null,
    effect: null,
    learnt: [],
    newPaymentId: null,
    notMoved: null,
    atMs,
  }) as const
