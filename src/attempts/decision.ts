// What an answer means for its attempt, at once or after an inquiry; and a later inquiry about an attempt that is open.
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
import { effectOf, operationOf } from '../domain/outcome.js'
import type { NotMoved, OpenAttempt, Settlement, Step } from '../domain/run.js'
import type { Clock } from '../ports.js'
import { type InquiryDeps, PAUSES_MS, inquireFacts, inquirePatiently, inquiryResultOf } from './inquiry.js'
import { type StopReason, silenceStop, stoppedBy } from './trouble.js'

/** What is booked, and what the batch does next. */
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
  /** A request on this order was once called not processed: it may have arrived since, or arrive now. */
  readonly mayArriveLate: boolean
}

/** The refusal may not be the last word: an earlier telegram may have moved the money, or this one that it is not about. */
const mayHaveMoved = ({ step, tryNumber, answer }: AttemptAnswer): boolean =>
  step.resend || tryNumber > 1 || (answer.type === 'rejected' && answer.mayBeAnothers === true)

/** P0xx: refused before anything was touched, so for a first telegram on its own connection there is nothing to ask. */
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

/** What is booked for an answer, asking Paygent where the answer alone does not tell. */
export async function decideAttempt(
  attemptAnswer: AttemptAnswer,
  deps: InquiryDeps,
  signal: AbortSignal,
): Promise<Decision> {
  const { step, answer } = attemptAnswer
  if (answer.type === 'accepted') {
    return attemptAnswer.mayArriveLate
      ? stillAccepted(step, answer.newPaymentId, deps, signal)
      : accepted(step, answer.newPaymentId, [])
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

/** This telegram never left; one before it that broke off may still have been carried out. */
function unsent(step: Step, fault: Fault, verdict: Verdict | null, deps: InquiryDeps): Decision {
  if (verdict !== null && verdict.type !== 'not-moved')
    return { ...unanswered(step, verdict, fault.message, deps), neverLeft: true }
  return stoppedBy(fault, { ...NO_CHANGE, outcome: 'unsent', code: fault.code, detail: fault.message })
}

/** Where Paygent has told the status since, it stands as told: docomo may be at 44 already. */
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

/** A late request of ours may have reached Paygent meanwhile: what the payment is now must be what this one made of it. */
async function stillAccepted(
  step: Step,
  newPaymentId: string | null,
  deps: InquiryDeps,
  signal: AbortSignal,
): Promise<Decision> {
  const done = accepted(step, newPaymentId, [])
  const key = { paymentId: newPaymentId ?? step.paymentId, tradingId: step.tradingId }
  const result = inquiryResultOf(await inquirePatiently(key, deps, signal))
  if (result.type === 'silent') return { ...done, stop: silenceStop(result.fault) }
  if (result.type === 'code') return { ...done, outcome: 'attention', code: result.code }
  const { fact } = result
  if (isOfAnotherTrade(step, fact)) return { ...done, outcome: 'attention' }
  const amountYen = operationOf(step.telegram) === 'sale' ? step.amountYen : null
  const drift = driftOf({ status: done.effect?.status ?? null, amountYen, carrier: step.carrier }, fact)
  if (drift === 'same') return done
  const now = accepted(step, newPaymentId, [fact])
  if (drift === 'aged') return now
  const effect = now.effect && { ...now.effect, heldAmountYen: fact.amountYen }
  return { ...now, effect, outcome: 'attention' }
}

/** No answer that can be understood: Paygent is asked. An unmoved payment proves nothing yet. */
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

/** What Paygent told with a verdict. */
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

/** Result 1 after Paygent looked at the payment: the inquiry decides, with what the code's row says. */
function rejected(attemptAnswer: AttemptAnswer, answer: Rejection, verdict: Verdict, deps: InquiryDeps): Decision {
  const { step, tryNumber } = attemptAnswer
  const { code, detail, handling } = answer
  // The acquirer's time-out leaves a correction open: it may still be carried out, and is never sent twice.
  if (handling === 'acquirer-timeout' && step.telegram === '029') {
    return { ...unanswered(step, verdict, detail, deps), code }
  }
  const said = { ...(AT_THE_DOOR.has(handling) ? refusedAtTheDoor(answer) : { ...NO_CHANGE, code, detail }) }
  const again = tryNumber < TRIES && mayTryAgain(step, handling)
  const final = answer.mayBeAnothers !== true && (handling === 'rejected' || AT_THE_DOOR.has(handling))
  switch (verdict.type) {
    case 'not-moved':
      return { ...said, learnt: learntOf(verdict), outcome: 'rejected', ...(again && { next: 'retry' }) }
    case 'moved': {
      // A word that is final speaks of this telegram, if it is its own; else ours has moved the money.
      const ours = !final || mayHaveMoved(attemptAnswer)
      const done = accepted(step, verdict.newPayment?.paymentId ?? null, learntOf(verdict))
      return ours ? { ...done, stop: said.stop } : { ...said, learnt: learntOf(verdict), outcome: 'rejected' }
    }
    case 'in-transit': {
      // What broke off half-way the same telegram finishes: 022 may be sent from 30 again, for the amount of the plan.
      const finishes = again && handling === 'acquirer-timeout' && holdsAsPlanned(step, verdict.fact)
      return { ...said, outcome: 'unknown', ...(finishes && { next: 'retry' }) }
    }
    case 'old-gone':
      return { ...said, outcome: 'unknown' }
    case 'no-answer':
      return { ...said, outcome: 'unknown', stop: said.stop ?? silenceStop(verdict.fault) }
    case 'differs':
      return {
        ...said,
        learnt: learntOf(verdict),
        outcome: final && !isLate(attemptAnswer, verdict) ? 'rejected' : 'attention',
      }
    default:
      return verdict satisfies never
  }
}

/** A request that arrives late: a payment that another request of ours has moved meanwhile is reported to a person. */
const isLate = ({ step, mayArriveLate }: AttemptAnswer, { fact }: Extract<Verdict, { type: 'differs' }>): boolean =>
  mayArriveLate && fact !== null && driftOf({ ...step, status: step.plannedStatus, amountYen: null }, fact) === 'moved'

/** Codes that allow a retry: busy for all but the corrections, the acquirer's time-out for the card telegrams that are safe to repeat. */
function mayTryAgain({ telegram }: Step, handling: Handling): boolean {
  if (handling === 'busy') return telegram !== '029' && telegram !== '103'
  return handling === 'acquirer-timeout' && (telegram === '021' || telegram === '022' || telegram === '023')
}

/** Both payments of a half-done correction are asked about; what a person must do hangs on what they say. */
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

/** How long an attempt still has to settle, in milliseconds, by the slower of the two clocks. */
export function remainingMs(since: NotMoved, settleMs: number, clock: Clock): number {
  const wall = since.wallMs + settleMs - clock.nowMs()
  const monotonic = since.monotonicMs + settleMs - clock.monotonicMs()
  return Math.max(0, wall, monotonic)
}

/**
 * From the first "not moved"; what is in transit has arrived, so it settles from when it was sent. A time that lies ahead
 * proves nothing: then the settle time begins now.
 */
export function waitsSince({ notMoved, preparedMs }: OpenAttempt, clock: Clock): NotMoved {
  const now = momentOf(clock)
  if (notMoved !== null || isAhead(preparedMs, now.wallMs)) return notMoved ?? now
  return { wallMs: preparedMs, monotonicMs: now.monotonicMs - (now.wallMs - preparedMs) }
}

export interface AttemptRecheck {
  readonly verdict: Verdict
  readonly result: RecheckResult
  /** What is booked; an attempt that is to be sent again stays open until then. */
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
    // Whoever has to look must not find the mirror say that an old payment lives which Paygent calls gone.
    learnt: result === 'attention' ? learntOf(verdict) : learnt,
    newPaymentId,
    notMoved: attempt.notMoved ?? notMoved,
    atMs: deps.clock.nowMs(),
  } as const
  return { verdict, result, settlement }
}
