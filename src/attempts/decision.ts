// Decides the outcome of an attempt from Paygent's answer, at once or after an inquiry. Also decides about an open
// attempt after a later inquiry.
import { momentOf } from '../clock.js'
import { isAhead } from '../domain/age.js'
import type { Answer, Fault } from '../domain/answer.js'
import type { Handling } from '../domain/codes.js'
import { driftOf } from '../domain/difference.js'
import {
  type JudgedAttempt,
  type RecheckResult,
  type Verdict,
  holdsAsPlanned,
  judge,
  recheckResultOf,
} from '../domain/judge.js'
import { type PaymentFact, isOfAnotherTrade } from '../domain/order.js'
import { effectOf, makesNewPayment, operationOf } from '../domain/outcome.js'
import type { NotMoved, OpenAttempt, Settlement, Step } from '../domain/run.js'
import type { Clock } from '../ports.js'
import { type InquiryDeps, PAUSES_MS, inquireFacts, inquirePatiently, inquiryResultOf } from './inquiry.js'
import { type StopReason, silenceStop, stoppedBy } from './trouble.js'

/** The entry that is booked, and the next step of the batch. */
export interface Decision extends Omit<Settlement, 'attemptId' | 'atMs'> {
  readonly next: 'go-on' | 'retry' | 'leave-out-telegram'
  readonly stop: StopReason | null
  readonly malformed: boolean
}

const NO_CHANGE = {
  code: null,
  detail: null,
  effect: null,
  learnt: [],
  newPaymentId: null,
  notMoved: null,
  next: 'go-on',
  stop: null,
  malformed: false,
} as const satisfies Omit<Decision, 'outcome'>

type Rejection = Extract<Answer, { type: 'rejected' }>

/** The telegram is sent at most this often for E002, 9005 and 2008. */
export const TRIES = PAUSES_MS.length

export interface AttemptAnswer {
  readonly step: Step
  readonly answer: Answer
  /** 1 for the first telegram of this order. */
  readonly tryNumber: number
  /** The telegram before it broke off inside Paygent, which may still carry it out. */
  readonly afterTransit: boolean
  /** A request on this order was once called not processed. It may have arrived since, or may arrive now. */
  readonly mayArriveLate: boolean
}

/**
 * The refusal may not be final: an earlier telegram may have moved the money, or this one may have, if the refusal
 * belongs to another request.
 */
const mayHaveMoved = ({ step, tryNumber, answer }: AttemptAnswer): boolean =>
  step.resend || tryNumber > 1 || (answer.type === 'rejected' && answer.mayBeAnothers === true)

/**
 * P0xx: Paygent refused before it touched anything. The first telegram of an order on its own connection therefore
 * needs no inquiry.
 */
const AT_THE_DOOR: ReadonlySet<Handling> = new Set<Handling>(['stop-login', 'stop', 'not-contracted', 'malformed'])

/** True when Paygent has to be asked before the answer can be booked. */
export function needsInquiry(attemptAnswer: AttemptAnswer): boolean {
  const { answer, afterTransit, mayArriveLate } = attemptAnswer
  switch (answer.type) {
    case 'accepted':
      return mayArriveLate
    case 'unsent':
      return afterTransit
    case 'unclear':
    case 'half-done':
      return true
    case 'rejected':
      return mayHaveMoved(attemptAnswer) || !AT_THE_DOOR.has(answer.handling)
    default:
      return answer satisfies never
  }
}

/** Decides the entry for an answer. Asks Paygent if the answer alone does not decide it. */
export async function decideAttempt(
  attemptAnswer: AttemptAnswer,
  deps: InquiryDeps,
  signal: AbortSignal,
): Promise<Decision> {
  const { step, answer } = attemptAnswer
  if (answer.type === 'accepted') {
    return attemptAnswer.mayArriveLate
      ? stillAccepted(step, answer.newPaymentId, deps, signal)
      : { ...accepted(step, answer.newPaymentId, []), answered: true }
  }
  if (answer.type === 'half-done') return halfDone(step, answer, deps, signal)
  const verdict = needsInquiry(attemptAnswer) ? judge(step, await inquireFacts(step, deps, signal)) : null
  switch (answer.type) {
    case 'unsent':
      return unsent(step, answer.fault, verdict, deps)
    case 'unclear':
      return stoppedBy(answer.fault, unanswered(step, verdict ?? { type: 'no-answer' }, answer.fault.message, deps))
    case 'rejected':
      return verdict === null ? refusedAtTheDoor(answer) : rejected(attemptAnswer, answer, verdict, deps)
    default:
      return answer satisfies never
  }
}

/** This request was not sent, but an earlier one that broke off may have succeeded. */
function unsent(step: Step, fault: Fault, verdict: Verdict | null, deps: InquiryDeps): Decision {
  if (verdict !== null && verdict.type !== 'not-moved')
    return { ...unanswered(step, verdict, fault.message, deps), neverLeft: true }
  return stoppedBy(fault, { ...NO_CHANGE, outcome: 'unsent', code: fault.code, detail: fault.message })
}

/** If Paygent has reported the status since, that report counts: docomo may be at 44 already. */
export function accepted(step: JudgedAttempt, newPaymentId: string | null, learnt: readonly PaymentFact[]): Decision {
  const effect = effectOf({ ...step, newPaymentId })
  const result = learnt.find(({ paymentId }) => paymentId === (newPaymentId ?? step.paymentId))
  return {
    ...NO_CHANGE,
    outcome: 'accepted',
    effect: { ...effect, status: result?.status ?? effect.status },
    learnt,
    newPaymentId,
  }
}

/** A late request of ours may have reached Paygent meanwhile. The payment must now be as this request left it. */
async function stillAccepted(
  step: Step,
  newPaymentId: string | null,
  deps: InquiryDeps,
  signal: AbortSignal,
): Promise<Decision> {
  const done = { ...accepted(step, newPaymentId, []), answered: true } as const
  const key = { paymentId: newPaymentId ?? step.paymentId, tradingId: step.tradingId }
  const result = inquiryResultOf(await inquirePatiently(key, deps, signal))
  if (result.type === 'silent') return { ...done, stop: silenceStop(result.fault) }
  if (result.type === 'code') return { ...done, outcome: 'attention', code: result.code }
  const { fact } = result
  if (isOfAnotherTrade(step, fact)) return { ...done, outcome: 'attention' }
  const amountYen = operationOf(step.telegram) === 'sale' ? step.amountYen : null
  const drift = driftOf({ status: done.effect?.status ?? null, amountYen, carrier: step.carrier }, fact)
  if (drift === 'same') return done
  const now = { ...accepted(step, newPaymentId, [fact]), answered: true } as const
  if (drift === 'aged') return now
  const effect = now.effect && { ...now.effect, heldAmountYen: fact.amountYen }
  return { ...now, effect, outcome: 'attention' }
}

/** There is no answer that can be understood, so Paygent is asked. An unmoved payment proves nothing yet. */
export function unanswered(
  step: JudgedAttempt,
  verdict: Verdict,
  detail: string | null,
  { clock }: InquiryDeps,
): Decision {
  switch (verdict.type) {
    case 'moved':
      return accepted(step, verdict.newPayment?.paymentId ?? null, learntOf(verdict))
    case 'differs':
      return { ...NO_CHANGE, outcome: 'attention', code: verdict.code, detail, learnt: learntOf(verdict) }
    case 'not-moved': {
      const notMoved = { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }
      return { ...NO_CHANGE, outcome: 'unknown', detail, notMoved }
    }
    case 'in-transit':
    case 'old-gone':
      return { ...NO_CHANGE, outcome: 'unknown', detail }
    case 'no-answer':
      return { ...NO_CHANGE, outcome: 'unknown', detail, stop: silenceStop(verdict.fault) }
    default:
      return verdict satisfies never
  }
}

/** The facts that Paygent reported with a verdict. */
export function learntOf(verdict: Verdict): readonly PaymentFact[] {
  if (verdict.type === 'no-answer') return []
  const facts = verdict.fact === null ? [] : [verdict.fact]
  return verdict.type === 'moved' && verdict.newPayment !== null ? [...facts, verdict.newPayment] : facts
}

function refusedAtTheDoor({ code, detail, handling }: Rejection): Decision {
  const stops = handling === 'stop-login' || handling === 'stop'
  return {
    ...NO_CHANGE,
    outcome: 'rejected',
    code,
    detail,
    next: handling === 'not-contracted' ? 'leave-out-telegram' : 'go-on',
    stop: stops ? { type: 'code', code, detail } : null,
    malformed: handling === 'malformed',
  }
}

/** Decides about result 1 after Paygent has checked the payment: by the inquiry, together with the code's row. */
function rejected(attemptAnswer: AttemptAnswer, answer: Rejection, verdict: Verdict, deps: InquiryDeps): Decision {
  const { step, tryNumber } = attemptAnswer
  const { code, detail, handling } = answer
  // The acquirer's time-out leaves a correction open: it may still be carried out, and is never sent twice.
  if (handling === 'acquirer-timeout' && makesNewPayment(step.telegram, step.carrier)) {
    return { ...unanswered(step, verdict, detail, deps), code }
  }
  const said = { ...(AT_THE_DOOR.has(handling) ? refusedAtTheDoor(answer) : { ...NO_CHANGE, code, detail }) }
  const again = tryNumber < TRIES && mayTryAgain(step, handling)
  const final = answer.mayBeAnothers !== true && (handling === 'rejected' || AT_THE_DOOR.has(handling))
  switch (verdict.type) {
    case 'not-moved':
      return { ...said, learnt: learntOf(verdict), outcome: 'rejected', ...(again && { next: 'retry' }) }
    case 'moved': {
      // If the refusal is final and belongs to this telegram, our request has not moved the money. Otherwise it has.
      const ours = !final || mayHaveMoved(attemptAnswer)
      const done = accepted(step, verdict.newPayment?.paymentId ?? null, learntOf(verdict))
      return ours ? { ...done, stop: said.stop } : { ...said, learnt: learntOf(verdict), outcome: 'rejected' }
    }
    case 'in-transit': {
      // The same telegram finishes a request that broke off half-way: 022 may be sent from 30 again, for the amount of
      // the plan.
      const finishes = again && handling === 'acquirer-timeout' && holdsAsPlanned(step, verdict.fact)
      return { ...said, outcome: 'unknown', ...(finishes && { next: 'retry' }) }
    }
    case 'old-gone':
      return { ...said, outcome: 'unknown' }
    case 'no-answer':
      return { ...said, outcome: 'unknown', stop: said.stop ?? silenceStop(verdict.fault) }
    case 'differs': {
      // A second correction always ends here, because Paygent answers 13002 by the trading id. That hides a payment
      // which this one may have left, and only a final code says that there is none.
      const refused = final && !isLate(attemptAnswer, verdict)
      return { ...said, learnt: learntOf(verdict), outcome: refused ? 'rejected' : 'attention' }
    }
    default:
      return verdict satisfies never
  }
}

/**
 * Whether a request may have arrived late. A payment that another request of ours has moved meanwhile is reported to
 * the operator.
 */
const isLate = ({ step, mayArriveLate }: AttemptAnswer, { fact }: Extract<Verdict, { type: 'differs' }>): boolean =>
  mayArriveLate && fact !== null && driftOf({ ...step, status: step.plannedStatus, amountYen: null }, fact) === 'moved'

/**
 * Whether the code allows a retry: busy for all but the corrections, the acquirer's time-out for the card telegrams
 * that are safe to repeat.
 */
function mayTryAgain({ telegram }: Step, handling: Handling): boolean {
  if (handling === 'busy') return telegram !== '029' && telegram !== '103'
  return handling === 'acquirer-timeout' && (telegram === '021' || telegram === '022' || telegram === '023')
}

/** Asks about both payments of a half-done correction. The operator's next step depends on the answers. */
async function halfDone(
  step: Step,
  { code, detail, newPaymentId }: Extract<Answer, { type: 'half-done' }>,
  deps: InquiryDeps,
  signal: AbortSignal,
): Promise<Decision> {
  const learnt: PaymentFact[] = []
  let stop: StopReason | null = null
  for (const paymentId of [step.paymentId, ...(newPaymentId === null ? [] : [newPaymentId])]) {
    const answer = await inquirePatiently({ paymentId, tradingId: step.tradingId }, deps, signal)
    if (answer.type === 'told') learnt.push(answer.fact)
    if (inquiryResultOf(answer).type === 'silent') stop = silenceStop('fault' in answer ? answer.fault : undefined)
  }
  return { ...NO_CHANGE, outcome: 'attention', code, detail, newPaymentId, learnt, stop }
}

/** The time that an attempt still has to settle, in milliseconds, by the slower of the two clocks. */
export function remainingMs(since: NotMoved, settleMs: number, clock: Clock): number {
  const wall = since.wallMs + settleMs - clock.nowMs()
  const monotonic = since.monotonicMs + settleMs - clock.monotonicMs()
  return Math.max(0, wall, monotonic)
}

/**
 * The moment from which the settle time counts: the first "not moved". A request in transit has arrived, so its settle
 * time counts from when it was sent. A time in the future proves nothing, and the settle time then begins now.
 */
export function waitsSince({ notMoved, preparedMs }: OpenAttempt, clock: Clock): NotMoved {
  const now = momentOf(clock)
  if (notMoved !== null || isAhead(preparedMs, now.wallMs)) return notMoved ?? now
  return { wallMs: preparedMs, monotonicMs: now.monotonicMs - (now.wallMs - preparedMs) }
}

const TICK_MS = 1_000

/**
 * Waits until the settle time is over, with a countdown second by second. It begins anew where the wall clock is put
 * back before `since`: that moment proves nothing any more, and is as far ahead as the clock was put back.
 * @param orders how many outcomes are waited for
 * @returns the moment from which the time counted; null once `leaving` is aborted
 */
export async function* waitOut(
  since: NotMoved,
  settleMs: number,
  orders: number,
  clock: Clock,
  leaving: AbortSignal,
): AsyncGenerator<
  { readonly type: 'waiting'; readonly remainingMs: number; readonly orders: number },
  NotMoved | null
> {
  let from = since
  for (;;) {
    const now = momentOf(clock)
    if (isAhead(from.wallMs, now.wallMs)) from = now
    const leftMs = remainingMs(from, settleMs, clock)
    if (leaving.aborted) return null
    if (leftMs === 0) return from
    yield { type: 'waiting', remainingMs: leftMs, orders }
    await clock.sleep(Math.min(TICK_MS, leftMs), leaving)
  }
}

export interface AttemptRecheck {
  readonly verdict: Verdict
  readonly result: RecheckResult
  /** The entry that is booked. An attempt that is to be sent again stays open until then. */
  readonly settlement: Settlement
}

/** @param overdue the settle time of the attempt is over */
export async function recheckAttempt(
  attempt: OpenAttempt,
  overdue: boolean,
  deps: InquiryDeps,
  signal: AbortSignal,
): Promise<AttemptRecheck> {
  const verdict = judge(attempt, await inquireFacts(attempt, deps, signal))
  const result = recheckResultOf({ ...attempt, seenUnmoved: attempt.notMoved !== null }, verdict, overdue)
  const { code, detail, effect, learnt, newPaymentId, notMoved } = unanswered(attempt, verdict, null, deps)
  const settlement = {
    attemptId: attempt.attemptId,
    outcome: result === 'send-again' ? 'unknown' : result,
    code,
    detail,
    effect,
    // The operator must not find an old payment alive in the mirror if Paygent reports it as gone.
    learnt: result === 'attention' ? learntOf(verdict) : learnt,
    newPaymentId,
    notMoved: attempt.notMoved ?? notMoved,
    atMs: deps.clock.nowMs(),
  } as const
  return { verdict, result, settlement }
}
