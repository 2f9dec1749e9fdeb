// Settles an order by hand (`paygent settle`): asks Paygent, shows the operator the answer, and books the operator's
// word under the lock.
import { accepted, remainingMs, waitsSince } from '../attempts/decision.js'
import { anotherRun, checkClock, enterState, leaveState, refuseStranger } from '../attempts/entry.js'
import { inquireBefore, keyOf } from '../attempts/inquiry.js'
import { isCutOff, leftOutBy, troubleOf } from '../attempts/trouble.js'
import type { BatchDeps } from '../batch/events.js'
import { SEVERAL_PAYMENTS } from '../domain/codes.js'
import type { Booking } from '../domain/difference.js'
import { isMadeBy } from '../domain/judge.js'
import type { Order, PaymentFact, PaymentStatus } from '../domain/order.js'
import { type Outcome, makesNewPayment, operationOf } from '../domain/outcome.js'
import type { OpenAttempt, Settlement } from '../domain/run.js'
import { AUTHORISED, CANCELLED, SOLD } from '../domain/statuses.js'
import { AppError } from '../errors.js'
import type { Clock } from '../ports.js'
import { bothKnown, conflictsForPaygent, doneSince, isForeign, paymentsDetail } from './reconcile/attention.js'
import type { ReconcileDeps } from './reconcile/events.js'
import {
  type Unanswered,
  type WholeTrade,
  aliveOf,
  askTrade,
  lacksItsPayment,
  namedPayments,
} from './reconcile/one-order.js'

/** The statuses that fit the one living payment, if the operator's word is that it is alive. */
const FITS: Readonly<Record<Exclude<HandVerdict, 'cancelled'>, readonly PaymentStatus[]>> = {
  sold: SOLD,
  open: AUTHORISED,
}

export function decideByHand(unclear: UnclearOrder, request: SettleRequest, clock: Clock): HandDecision {
  const { openAttempt, attention, conflict } = unclear.order
  if (!openAttempt && !attention && !conflict && !isUnnamed(unclear)) return refused('nothing-waits')
  if (request.paymentId !== null && !named(unclear, request.paymentId)) return refused('does-not-fit')
  if (request.paymentId !== null && isUnnamed(unclear))
    return byName(unclear, request.paymentId, request, clock.nowMs())
  if (request.as === null) return byPayment(unclear, request, clock.nowMs())
  const byPersonAlone = conflict && !openAttempt && !unclear.conflictForPaygent
  if (openAttempt || (!attention && !byPersonAlone)) return refused('ask-first')
  const { attempt } = unclear
  const settling = attempt !== null && remainingMs(waitsSince(attempt, clock), request.settleMs, clock) > 0
  return settling ? refused('too-early') : byWord(unclear, request.as, request.note, clock.nowMs())
}

const refused = (why: HandRefusal): HandDecision => ({ type: 'refused', why })

const named = ({ order, facts }: UnclearOrder, paymentId: string): boolean =>
  facts.some((fact) => fact.paymentId === paymentId && fact.tradingId === order.tradingId)

/** Whether the order's payment is unnamed: its id is unknown, and Paygent has, or had, several under its trading id. */
const isUnnamed = ({ order, attempt, codes }: UnclearOrder): boolean =>
  order.paymentId === null &&
  attempt === null &&
  (order.attention || codes.some(({ code }) => code === SEVERAL_PAYMENTS))

/** Takes a payment of the order's trading id if it has the order's method and amount. */
function byName(unclear: UnclearOrder, paymentId: string, { as, note }: SettleRequest, atMs: number): HandDecision {
  const { order } = unclear
  const fact = unclear.facts.find((one) => one.paymentId === paymentId)
  const { method, amountYen, status } = fact ?? { method: null, amountYen: null, status: '' }
  const amounts = [order.heldAmountYen, order.listedAmountYen, order.amendedFromYen ?? order.totalYen]
  const ofOrder = amountYen !== null && amounts.includes(amountYen) && (method === null || method === order.method)
  if (fact === undefined || !ofOrder) return refused('does-not-fit')
  if (as !== null && !(as === 'cancelled' ? CANCELLED : FITS[as]).includes(status)) return refused('contradicted')
  const booking = {
    ...bookingOf(unclear, note, atMs),
    facts: [fact],
    currentPaymentId: paymentId,
    attention: 'over',
  } as const
  return { type: 'taken', booking, outcome: null, waits: false }
}

const bookingOf = ({ order, facts }: UnclearOrder, note: string | null, atMs: number) =>
  ({
    orderId: order.orderId,
    event: 'settled-by-hand',
    facts,
    currentPaymentId: null,
    endsConflict: false,
    attention: null,
    settles: null,
    detail: [paymentsDetail(facts), note].filter((part) => part).join('; '),
    atMs,
  }) as const satisfies Booking

/** Takes the payment that a correction made. It settles the correction once it is the only one alive. */
function byPayment(unclear: UnclearOrder, { paymentId, note }: SettleRequest, atMs: number): HandDecision {
  const { order, attempt, facts } = unclear
  if (attempt === null || !makesNewPayment(attempt.telegram, attempt.carrier)) return refused('no-correction')
  const made = facts.find((fact) => fact.paymentId === paymentId)
  if (made === undefined || !isMadeBy(attempt, made)) return refused('does-not-fit')
  const done = doneSince(attempt, facts, atMs, paymentId)
  const settlement = done ?? bothKnown(attempt, made, atMs)
  const from = attempt.state === 'attention' ? 'attention' : 'open'
  const booking = { ...bookingOf(unclear, note, atMs), settles: { settlement, from } } as const
  if (done === null) return { type: 'taken', booking, outcome: 'attention', waits: true }
  const over = { ...booking, endsConflict: order.conflict, attention: 'over' } as const
  return { type: 'taken', booking: over, outcome: 'accepted', waits: false }
}

function byWord(unclear: UnclearOrder, as: HandVerdict, note: string | null, atMs: number): HandDecision {
  const { order, attempt, facts, anotherUnknown } = unclear
  const [living, another] = aliveOf(facts)
  if (anotherUnknown) return refused('another-unknown')
  if (another !== undefined) return refused('two-alive')
  const contradicted = as === 'cancelled' ? living !== undefined : !living || !FITS[as].includes(living.status)
  if (contradicted) return refused('contradicted')
  if (living !== undefined && isForeign(order, living)) return refused('does-not-fit')
  const settlement = attempt === null ? null : settlementOf(attempt, facts, living, note, atMs)
  const booking: Booking = {
    ...bookingOf(unclear, note, atMs),
    currentPaymentId: living?.paymentId ?? settlement?.newPaymentId ?? null,
    endsConflict: order.conflict && 'by-a-person',
    attention: 'over',
    settles: settlement === null ? null : { settlement, from: 'attention' },
  }
  return { type: 'taken', booking, outcome: settlement?.outcome ?? null, waits: false }
}

/**
 * Settles the request as accepted if its payments are as it would have left them, and otherwise as not processed. The
 * operator's word does not matter here: the order may have another payment by now, on which the request has no effect.
 * @param living the payment that the order has from now on
 */
function settlementOf(
  attempt: OpenAttempt,
  facts: readonly PaymentFact[],
  living: PaymentFact | undefined,
  detail: string | null,
  atMs: number,
): Settlement {
  const { attemptId, notMoved } = attempt
  const rest = { attemptId, notMoved, detail, atMs, code: null }
  const made = makesNewPayment(attempt.telegram, attempt.carrier)
  const left = made ? madeBy(attempt, facts) : leftBy(attempt, facts)
  if (left === undefined) return { ...rest, outcome: 'not-processed', effect: null, learnt: [], newPaymentId: null }
  const { outcome, effect, learnt, newPaymentId } = accepted(attempt, made ? left.paymentId : null, facts)
  if (living !== undefined && living !== left) return { ...rest, outcome, effect: null, learnt, newPaymentId }
  const heldAmountYen = CANCELLED.includes(left.status) && !made ? null : left.amountYen
  return { ...rest, outcome, effect: effect && { ...effect, heldAmountYen }, learnt, newPaymentId }
}

/**
 * The payment of a request that stays on it, if it is as the request leaves it, or as it can have become since: Paygent
 * Online changes what is held before a sale, and gives a part of it back, or all of it. "Not processed" would say of such
 * a request that it moved no money.
 */
function leftBy(attempt: OpenAttempt, facts: readonly PaymentFact[]): PaymentFact | undefined {
  const { telegram, paymentId, plannedStatus, amountYen } = attempt
  const own = facts.find((fact) => fact.paymentId === paymentId)
  if (own === undefined) return undefined
  if (operationOf(telegram) === 'cancel') return CANCELLED.includes(own.status) ? own : undefined
  const wasSold = SOLD.includes(own.status) || isGivenBack(attempt, own)
  const lowered = !SOLD.includes(plannedStatus) || own.amountYen <= amountYen
  return wasSold && lowered ? own : undefined
}

/** A sale that was given back. At 32 the authorisation was released: such a payment was never sold. */
const GIVEN_BACK: readonly PaymentStatus[] = CANCELLED.filter((status) => status !== '32')

/** docomo ends at 60 from everywhere: only the day of the sale shows that there was one. */
const isGivenBack = ({ carrier }: OpenAttempt, { status, soldAt }: PaymentFact): boolean =>
  GIVEN_BACK.includes(status) && (carrier !== 'docomo' || soldAt !== undefined)

/**
 * The payment that a correction has made, as it can have become since: Paygent Online gives parts of it back, or all of
 * it. A sale's amount only goes down. Of a payment that Paygent's answer has named no amount has to tell who made it.
 */
function madeBy(attempt: OpenAttempt, facts: readonly PaymentFact[]): PaymentFact | undefined {
  const isGone = facts.some(({ paymentId, status }) => paymentId === attempt.paymentId && CANCELLED.includes(status))
  const isNamed = ({ paymentId }: PaymentFact): boolean => paymentId === attempt.newPaymentId
  const isOfAnyAmount = (fact: PaymentFact): boolean => isMadeBy({ ...attempt, amountYen: fact.amountYen }, fact)
  const isSoldNow = (fact: PaymentFact): boolean =>
    isMadeBy(attempt, fact) || (isGone && (isNamed(fact) || fact.amountYen <= attempt.amountYen) && isOfAnyAmount(fact))
  const isGivenBackSince = (fact: PaymentFact): boolean => {
    const whenSold = { ...fact, status: '40' }
    const isIts = isMadeBy(attempt, whenSold) || (isNamed(fact) && isOfAnyAmount(whenSold))
    return isGone && GIVEN_BACK.includes(fact.status) && isIts
  }
  return facts.find(isSoldNow) ?? facts.find(isGivenBackSince)
}

export interface UnclearOrder extends Omit<WholeTrade, 'type'> {
  readonly order: Order
  /** The last request that waits: open, or for the operator. */
  readonly attempt: OpenAttempt | null
  /** Paygent can decide a part of the order's conflict with the shop, and has not been asked. */
  readonly conflictForPaygent: boolean
}

export async function readUnclearOrder(
  order: Order,
  { paymentId }: SettleRequest,
  deps: SettleDeps,
  signal: AbortSignal,
): Promise<UnclearOrder | Unanswered> {
  const { orderId } = order
  const waiting = [...deps.issues.attentionAttempts([orderId]), ...deps.journal.openAttempts([orderId])]
  const attempt = waiting.at(-1) ?? null
  const before = attempt === null ? [] : deps.issues.paymentsBefore(attempt.attemptId)
  const lacksOne = (facts: readonly PaymentFact[]): boolean => lacksItsPayment(attempt, facts, paymentId, before)
  const trade = await askTrade(namedPayments(order, deps, paymentId), order, lacksOne, deps, signal)
  if (trade.type === 'unanswered') return trade
  const { facts, codes, several, anotherUnknown } = trade
  const conflictForPaygent = conflictsForPaygent([orderId], deps).length > 0
  return { order, attempt, facts, codes, conflictForPaygent, several, anotherUnknown }
}

export interface Considered {
  readonly unclear: UnclearOrder
  readonly decision: HandDecision
}

/**
 * Decides the entry that would be booked. It changes nothing and takes no lock, so the operator may take time over it.
 * @throws AppError for an order that does not exist, a mirror that is behind, and any fault that keeps Paygent from
 * being asked
 */
export async function consider(request: SettleRequest, deps: SettleDeps, signal: AbortSignal): Promise<Considered> {
  refuseStranger(deps.state)
  // The operator learns at once that connection or login are gone.
  const answer = await inquireBefore(keyOf(orderOf(request, deps)), deps, signal)
  if (answer.type !== 'told' && isCutOff(answer)) throw troubleOf(answer)
  return readAndDecide(request, deps, signal)
}

/**
 * Books it if everything is still as it was when the operator was asked. Returns the result.
 * @throws AppError as `consider`, and when another program holds the lock
 */
export async function settleByHand(
  request: SettleRequest,
  asked: Considered,
  deps: SettleDeps,
  signal: AbortSignal,
): Promise<Considered> {
  const { lock, journal, issues, clock, state } = deps
  if (!lock.acquire('settle')) throw anotherRun(lock)
  try {
    checkClock(deps)
    enterState(state)
    journal.recover(clock.nowMs())
    const now = await readAndDecide(request, deps, signal)
    if (factsOf(now) !== factsOf(asked)) return { ...now, decision: { type: 'refused', why: 'changed' } }
    if (now.decision.type === 'taken') issues.take(now.decision.booking)
    leaveState(state)
    return now
  } finally {
    lock.release()
  }
}

async function readAndDecide(request: SettleRequest, deps: SettleDeps, signal: AbortSignal): Promise<Considered> {
  const unclear = await readUnclearOrder(orderOf(request, deps), request, deps, signal)
  if (signal.aborted) throw new AppError('interrupted')
  if ('type' in unclear) throw silenceOf(unclear, request)
  return { unclear, decision: decideByHand(unclear, request, deps.clock) }
}

/** A gateway that is busy, or that never answers about this one payment, can still be reached. */
function silenceOf({ answer }: Unanswered, { orderId }: SettleRequest): AppError {
  if (isCutOff(answer)) return troubleOf(answer)
  return new AppError('payment-unanswered', { order: orderId, code: leftOutBy(answer).code ?? '' })
}

function orderOf({ orderId }: SettleRequest, { orders }: SettleDeps) {
  const [order] = orders.find([orderId])
  if (order === undefined) throw new AppError('unknown-orders', { orders: [orderId] })
  return order
}

/** The facts that the operator was shown, and the entry that would be booked. */
const factsOf = ({ unclear, decision }: Considered): string =>
  JSON.stringify([
    unclear.attempt?.attemptId ?? null,
    unclear.facts.map(({ paymentId, tradingId, status, amountYen }) => [paymentId, tradingId, status, amountYen]),
    unclear.codes,
    unclear.anotherUnknown,
    decision.type === 'taken' ? [decision.outcome, decision.waits] : decision.why,
  ])

/** The state of the order by the operator's word. `open`: authorised, neither sold nor cancelled. */
export type HandVerdict = 'sold' | 'cancelled' | 'open'

/** A payment id or the order's state, or both. */
export interface SettleRequest {
  readonly orderId: string
  /** A payment of the order that no answer of Paygent has named. */
  readonly paymentId: string | null
  readonly as: HandVerdict | null
  /** The reason, for the audit trail. */
  readonly note: string | null
  /** How long an unknown outcome waits before the next inquiry, in milliseconds. */
  readonly settleMs: number
}

export type SettleDeps = Pick<ReconcileDeps, 'issues'> &
  Pick<BatchDeps, 'gateway' | 'orders' | 'journal' | 'lock' | 'state' | 'clock'>

/** Why the operator's word is not accepted. */
export type HandRefusal =
  /** Nothing about the order is unclear. */
  | 'nothing-waits'
  /** `reconcile` can settle it, and has not tried yet. */
  | 'ask-first'
  /** The request may still arrive: its settle time is not over. */
  | 'too-early'
  /** A payment id alone settles a correction and nothing else. */
  | 'no-correction'
  /** The payment that was named fits, by Paygent's answer, neither trading id, amount nor status. */
  | 'does-not-fit'
  /** Two payments are alive: the customer may be charged twice. */
  | 'two-alive'
  /** Paygent knows more payments under the trading id than the mirror. */
  | 'another-unknown'
  /** Paygent's answer contradicts the operator's word. */
  | 'contradicted'
  /** Paygent or the mirror has changed since the operator was asked. */
  | 'changed'

export type HandDecision =
  | { readonly type: 'refused'; readonly why: HandRefusal }
  | {
      readonly type: 'taken'
      readonly booking: Booking
      /** The outcome of the order's last request; null if none waits. */
      readonly outcome: Outcome | null
      /** The order still waits for the operator. */
      readonly waits: boolean
    }
