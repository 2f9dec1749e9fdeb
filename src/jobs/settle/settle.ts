// `paygent settle`: Paygent is asked, a person is shown what it says, and their word is booked under the lock. Page 5.2.
import { AppError } from '../../errors.js'
import { anotherRun } from '../batch/another-run.js'
import { checkClock } from '../batch/start.js'
import { isCutOff, leftOutBy, troubleOf } from '../batch/trouble.js'
import { inquireBefore, keyOf } from '../batch/inquiry.js'
import { enterState, leaveState, refuseStranger } from '../standing.js'
import { decide } from './decide.js'
import type { Unanswered } from '../reconcile/known-payments.js'
import { lookAt, type HandLook } from './look.js'
import type { HandDecision, SettleDeps, SettleWish } from './wish.js'

export interface Considered {
  readonly look: HandLook
  readonly decision: HandDecision
}

/**
 * What would be booked. Changes nothing and takes no lock, so that a person may take their time over it.
 * @throws AppError for an order that is not there, a mirror that is behind, and whatever keeps Paygent from being asked
 */
export async function consider(wish: SettleWish, deps: SettleDeps, signal: AbortSignal): Promise<Considered> {
  refuseStranger(deps.state)
  // A person is told at once that connection or login are gone.
  const answer = await inquireBefore(keyOf(orderOf(wish, deps)), deps, signal)
  if (answer.type !== 'told' && isCutOff(answer)) throw troubleOf(answer)
  return lookAndDecide(wish, deps, signal)
}

/**
 * Books it, if everything still is as it was when the person was asked. Returns what came of it.
 * @throws AppError as `consider`, and when another program holds the lock
 */
export async function settleByHand(
  wish: SettleWish,
  asked: Considered,
  deps: SettleDeps,
  signal: AbortSignal,
): Promise<Considered> {
  const { lock, journal, books, clock, state } = deps
  if (!lock.acquire('settle')) throw anotherRun(lock)
  try {
    checkClock(deps)
    enterState(state)
    journal.recover(clock.nowMs())
    const now = await lookAndDecide(wish, deps, signal)
    if (factsOf(now) !== factsOf(asked)) return { ...now, decision: { type: 'refused', why: 'changed' } }
    if (now.decision.type === 'taken') books.take(now.decision.booking)
    leaveState(state)
    return now
  } finally {
    lock.release()
  }
}

async function lookAndDecide(wish: SettleWish, deps: SettleDeps, signal: AbortSignal): Promise<Considered> {
  const look = await lookAt(orderOf(wish, deps), wish, deps, signal)
  if (signal.aborted) throw new AppError('interrupted')
  if ('type' in look) throw silenceOf(look, wish)
  return { look, decision: decide(look, wish, deps.clock) }
}

/** A gateway that is busy, or that never answers about this one payment, can be reached all the same. */
function silenceOf({ answer }: Unanswered, { orderId }: SettleWish): AppError {
  if (isCutOff(answer)) return troubleOf(answer)
  return new AppError('payment-unanswered', { order: orderId, code: leftOutBy(answer).code ?? '' })
}

function orderOf({ orderId }: SettleWish, { orders }: SettleDeps) {
  const [order] = orders.find([orderId])
  if (order === undefined) throw new AppError('unknown-orders', { orders: [orderId] })
  return order
}

/** What a person was shown, and what would be booked for it. */
const factsOf = ({ look, decision }: Considered): string =>
  JSON.stringify([
    look.attempt?.attemptId ?? null,
    look.facts.map(({ paymentId, tradingId, status, amountYen }) => [paymentId, tradingId, status, amountYen]),
    look.codes,
    look.anotherUnknown,
    decision.type === 'taken' ? [decision.outcome, decision.waits] : decision.why,
  ])
