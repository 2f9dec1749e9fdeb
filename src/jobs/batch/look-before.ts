// Just before a cancel or a correction Paygent is asked once more: a release must not turn into a refund.
import { momentOf } from '../../clock.js'
import { elapsedMs, isOldAmount, type Moment } from '../../domain/age.js'
import { isOfAnotherTrade, type MoneyTelegram, type PaymentFact } from '../../domain/order.js'
import type { Reason } from '../../domain/outcome.js'
import type { Step } from '../../domain/run.js'
import type { Clock } from '../../ports.js'
import type { BatchDeps } from './deps.js'
import type { BatchEvent, StopReason } from './events.js'
import { inquirePatiently } from './inquiry.js'
import { isHeard, leftOutBy, silenceStop } from './trouble.js'

const LOOKED_AT: readonly MoneyTelegram[] = ['021', '023', '029', '102', '103']

/**
 * A plain sale carries no amount, and Paygent refuses one for a payment that is no longer authorised. It needs a look only
 * where the amount was told too long ago, as after a long question: Paygent captures whatever it holds by now.
 */
export const needsLook = ({ telegram, amountToldMs }: Step, clock: Pick<Clock, 'nowMs'>): boolean =>
  LOOKED_AT.includes(telegram) || isOldAmount(amountToldMs, clock.nowMs())

/** The answer of a look counts for so long. */
const FRESH_MS = 60_000

/** Whether an answer of this moment is no older than 60 s by either clock, as far as the step needs one. */
export const isFresh = (step: Step, looked: Moment | null, clock: Clock): boolean =>
  !needsLook(step, clock) || (looked !== null && elapsedMs(looked, momentOf(clock)) <= FRESH_MS)

/** Null when the payment is as planned; `skip` when the order was booked as refused; else why the batch stops. */
export async function* lookBefore(
  runId: number,
  step: Step,
  deps: BatchDeps,
  signal: AbortSignal,
): AsyncGenerator<BatchEvent, 'skip' | StopReason | null> {
  const refused = function* (reason: Reason, about: string | null): Generator<BatchEvent, 'skip'> {
    deps.journal.refuse(runId, step.position, reason, about)
    yield { type: 'refused', position: step.position, orderId: step.orderId, reason, about }
    return 'skip'
  }
  const { paymentId, tradingId } = step
  const answer = await inquirePatiently({ paymentId, tradingId }, deps, signal)
  if (answer.type === 'told') {
    if (asPlanned(step, answer.fact)) return null
    deps.orders.learn(step, answer.fact, deps.clock.nowMs())
    return yield* refused('changed', answer.fact.status)
  }
  // Paygent answers, and tells nothing of this one order: the others go on.
  if (isHeard(answer)) {
    const { reason, code } = leftOutBy(answer)
    return yield* refused(reason, code)
  }
  if (answer.type === 'silent') return silenceStop(answer.fault)
  return { type: 'code', code: answer.code, detail: answer.detail }
}

const asPlanned = (step: Step, fact: PaymentFact): boolean =>
  fact.status === step.plannedStatus && fact.amountYen === step.heldAmountYen && !isOfAnotherTrade(step, fact)
