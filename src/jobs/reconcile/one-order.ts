// Compares one order of the mirror with Paygent's answer about each of its known payments.
import { type InquiryDeps, inquirePatiently, keyOf, inquiryResultOf } from '../../attempts/inquiry.js'
import { isAboutTheOrder } from '../../attempts/trouble.js'
import type { InquiryAnswer } from '../../domain/answer.js'
import { NO_PAYMENT, SEVERAL_PAYMENTS } from '../../domain/codes.js'
import {
  type Booking,
  type Conflict,
  type Difference,
  type DifferenceCause,
  type Drift,
  driftOf,
} from '../../domain/difference.js'
import type { InquiryResult, Silence } from '../../domain/judge.js'
import { isShipped, type StatusSetting } from '../../domain/order-status.js'
import {
  type Order,
  type PaymentFact,
  isOfAnotherMethod,
  isOfAnotherTrade,
  plainPaymentId,
} from '../../domain/order.js'
import { makesNewPayment } from '../../domain/outcome.js'
import { isCalledOff } from '../../domain/permit.js'
import type { OpenAttempt } from '../../domain/run.js'
import { ALIVE, CANCELLED, effectiveStatus, EXPIRED, FINISHED } from '../../domain/statuses.js'
import type { OpenIssues } from '../../ports.js'
import type { ReconcileDeps, ReconcileRequest } from './events.js'

/** The mirror's view of the payment: the effective status, and the amount that Paygent last reported. */
export function mirrorViewOf(order: Order): Difference['mirror'] {
  const effective = effectiveStatus(order)
  return { status: effective.known ? effective.status : null, amountYen: order.heldAmountYen }
}

/**
 * Compares the order with Paygent's fact. A dead payment charges no customer, whatever amount it once had.
 * @param status of the mirror, where another than the effective one counts
 */
export function compare(order: Order, fact: PaymentFact, status = mirrorViewOf(order).status): Drift {
  const { amountYen } = mirrorViewOf(order)
  const dead = CANCELLED.includes(fact.status)
  return driftOf({ status, amountYen: dead ? null : amountYen, carrier: order.carrier }, fact)
}

/** @param result the fact that Paygent gave, or the code in its place */
export function differenceOf(
  order: Order,
  cause: DifferenceCause,
  result: PaymentFact | { readonly code: string },
): Difference {
  const paygent = 'status' in result ? { status: result.status, amountYen: result.amountYen } : null
  const paymentId = 'status' in result ? result.paymentId : order.paymentId
  return { orderId: order.orderId, paymentId, cause, mirror: mirrorViewOf(order), paygent, code: codeOf(result) }
}

const codeOf = (result: PaymentFact | { readonly code: string }): string | null =>
  'status' in result ? null : result.code

/** Both sides in few words, for the audit trail. */
export function detailOf({ paymentId, cause, mirror, paygent, code }: Difference): string {
  const theirs = paygent === null ? (code ?? '-') : `${paygent.status} ${paygent.amountYen}`
  return `${cause}: payment ${paymentId ?? '-'}, ${mirror.status ?? '-'} ${mirror.amountYen ?? '-'} -> ${theirs}`
}

export interface Found {
  readonly difference: Difference
  /** The facts that the mirror would take. */
  readonly facts: readonly PaymentFact[]
}

export type PaymentCheck =
  | ({ readonly type: 'unanswered' } & Silence)
  /** Paygent answers, and its code means that further inquiries will give no more about this order. */
  | { readonly type: 'unclear'; readonly code: string }
  /** `aged`: the payment changed by time alone. It still lives, or its cancel is complete. */
  | { readonly type: 'agrees'; readonly drift: 'same' | 'aged'; readonly fact: PaymentFact }
  | { readonly type: 'differs'; readonly found: Found }

export const isUnfinished = (order: Order, statuses: StatusSetting): boolean => {
  const effective = effectiveStatus(order)
  return effective.known ? !FINISHED.includes(effective.status) : !hasNothing(order, statuses)
}

/**
 * Whether the order counts as one that never had a payment. The shop's own file has every order that was begun. Paygent
 * has no payment of an order that the customer left, or that the shop called off before it was paid. That is not
 * reported as a difference every night. A cancel of such an order asks Paygent about it.
 */
export const hasNothing = (order: Order, statuses: StatusSetting): boolean =>
  order.paymentId === null && order.status === null && isCalledOff(order, statuses)

/**
 * Whether no other stage or person deals with the order: it has no open attempt and no conflict, and does not wait for
 * the operator.
 */
export const isCalm = ({ openAttempt, attention, conflict }: Order): boolean => !openAttempt && !attention && !conflict

/** Asks about the order's payment. If that one is dead, asks about another in its place. */
export async function checkPayment(order: Order, deps: InquiryDeps, signal: AbortSignal): Promise<PaymentCheck> {
  const { paymentId } = order
  const answer = await inquirePatiently(keyOf(order), deps, signal)
  if (isAboutTheOrder(answer)) return { type: 'unclear', code: answer.code }
  const result = inquiryResultOf(answer)
  if (result.type === 'silent') return unanswered(result)
  if (result.type === 'code') {
    const several = paymentId === null && result.code === SEVERAL_PAYMENTS
    return differs(differenceOf(order, several ? 'several-payments' : 'no-payment', result), [])
  }
  const foreign = foreignCause(order, result.fact)
  if (foreign !== null) return differs(differenceOf(order, foreign, result.fact), [])
  const drift = isShippedUnpaid(order, result.fact) ? 'moved' : compare(order, result.fact)
  const alive = ALIVE.includes(result.fact.status)
  // docomo completes a cancel. A payment that was dead before has not been replaced by another one since.
  const completed = CANCELLED.includes(result.fact.status)
  if (drift === 'same' || (drift === 'aged' && (alive || completed)))
    return { type: 'agrees', drift, fact: result.fact }
  const moved: Found = { difference: differenceOf(order, 'moved', result.fact), facts: [result.fact] }
  return paymentId === null || alive
    ? { type: 'differs', found: moved }
    : findReplacement(order, result.fact, moved, deps, signal)
}

/**
 * Why the payment that Paygent gives cannot be the order's; null if it may be. A payment that the shop has named by its id
 * is compared whatever its method, so that its changes are seen. The plan or batch that is told the method leaves it out.
 */
export function foreignCause(order: Order, fact: PaymentFact): DifferenceCause | null {
  if (isOfAnotherTrade(order, fact)) return 'other-trading-id'
  return order.paymentId === null && isOfAnotherMethod(order, fact) ? 'other-method' : null
}

/** The first answer about an order whose goods have left says that the authorisation has run out: staff have to know. */
const isShippedUnpaid = (order: Order, { status }: PaymentFact): boolean =>
  order.status === null && EXPIRED.includes(status) && isShipped(order)

const unanswered = (result: Silence): PaymentCheck => ({ ...result, type: 'unanswered' })

const differs = (difference: Difference, facts: readonly PaymentFact[]): PaymentCheck => ({
  type: 'differs',
  found: { difference, facts },
})

/** The payment is dead. A correction that this mirror does not know of may have put another in its place. */
async function findReplacement(
  order: Order,
  dead: PaymentFact,
  moved: Found,
  deps: InquiryDeps,
  signal: AbortSignal,
): Promise<PaymentCheck> {
  const result = inquiryResultOf(await inquirePatiently({ tradingId: order.tradingId }, deps, signal))
  if (result.type === 'silent') return unanswered(result)
  if (result.type === 'told' && result.fact.paymentId === order.paymentId) return { type: 'differs', found: moved }
  const others = result.type === 'told' ? [result.fact] : []
  return differs({ ...moved.difference, cause: 'another-payment' }, [dead, ...others])
}

/** Whether the mirror can take anything: a fact, or that the operator has to name the payment. */
export const isBookable = ({ difference, facts }: Found): boolean =>
  facts.length > 0 || difference.cause === 'several-payments'

/**
 * The mirror takes Paygent's answer. A difference that no later answer can settle waits for the operator from then on.
 */
export const takeDifference = (order: Order, found: Found, issues: OpenIssues, atMs: number): void =>
  issues.take(differenceBooking(order, found, atMs))

export function differenceBooking({ orderId }: Order, { difference, facts }: Found, atMs: number): Booking {
  const { cause } = difference
  const forAPerson = cause === 'another-payment' || cause === 'late-arrival' || cause === 'several-payments'
  const person = forAPerson ? cause : null
  return {
    orderId,
    event: 'difference',
    facts,
    currentPaymentId: null,
    endsConflict: false,
    attention: person,
    settles: null,
    detail: detailOf(difference),
    atMs,
  }
}

/** The finding that an audit lists, including a change by time alone. Null if the mirror agrees. */
export function foundBy(
  check: Exclude<PaymentCheck, { type: 'unanswered' }>,
  order: Order,
  statuses: StatusSetting,
): Found | null {
  if (check.type === 'differs')
    return hasNothing(order, statuses) && check.found.difference.code === NO_PAYMENT ? null : check.found
  if (check.type === 'unclear') return { difference: differenceOf(order, 'no-payment', check), facts: [] }
  const { drift, fact } = check
  return drift === 'same' ? null : { difference: differenceOf(order, 'moved', fact), facts: [fact] }
}

export interface KnownPayments {
  readonly type: 'known'
  readonly facts: readonly PaymentFact[]
  /** Payments for which Paygent gave a code instead of a fact. */
  readonly codes: readonly { readonly paymentId: string | null; readonly code: string }[]
}

interface Named {
  readonly paymentId: string | null
  readonly tradingId: string
  /** The shop alone names it, in a conflict. It is the order's only if Paygent tells it under this trading id. */
  readonly byShop?: true
}

/** Paygent gave no answer about one of them. */
export interface Unanswered extends Silence {
  readonly type: 'unanswered'
  readonly answer: Exclude<InquiryAnswer, { type: 'told' }>
}

/** Asks about each payment by its id, or by the trading id if the payment id is unknown. */
export async function askAll(
  payments: readonly Named[],
  deps: Pick<ReconcileDeps, 'gateway' | 'clock'>,
  signal: AbortSignal,
): Promise<KnownPayments | Unanswered> {
  let facts: readonly PaymentFact[] = []
  const codes: KnownPayments['codes'][number][] = []
  for (const named of payments) {
    const answer = await inquirePatiently(keyOf(named), deps, signal)
    const result = inquiryResultOf(answer)
    if (result.type === 'silent' && answer.type !== 'told') return { ...result, type: 'unanswered', answer }
    if (named.byShop && isNotTheOrders(named, result)) continue
    if (result.type === 'code') codes.push({ paymentId: named.paymentId, code: result.code })
    if (result.type === 'told') facts = withLater(facts, result.fact)
  }
  return { type: 'known', facts, codes }
}

const isNotTheOrders = ({ tradingId }: Named, result: InquiryResult): boolean =>
  result.type === 'told' ? result.fact.tradingId !== tradingId : result.type === 'code' && result.code === NO_PAYMENT

/** Every known payment, and Paygent's answer about the trading id itself. */
export interface WholeTrade extends KnownPayments {
  /** Paygent has several payments under the trading id (13002). It names none of them. */
  readonly several: boolean
  /** Paygent has more payments under the trading id than the mirror knows. */
  readonly anotherUnknown: boolean
}

/**
 * Asks about each payment and then about the trading id. 13002 shows an unknown payment where fewer than two are known.
 * Where two are, it comes in any case, and says nothing of the one that an unsettled correction may have made.
 * @param lacksOne whether such a correction may have made a payment that is not among the facts
 */
export async function askTrade(
  payments: readonly Named[],
  { tradingId }: Pick<Order, 'tradingId'>,
  lacksOne: (facts: readonly PaymentFact[]) => boolean,
  deps: Pick<ReconcileDeps, 'gateway' | 'clock'>,
  signal: AbortSignal,
): Promise<WholeTrade | Unanswered> {
  const known = await askAll(payments, deps, signal)
  if (known.type === 'unanswered') return known
  const answer = await inquirePatiently({ tradingId }, deps, signal)
  const byTrading = inquiryResultOf(answer)
  if (byTrading.type === 'silent' && answer.type !== 'told') return { ...byTrading, type: 'unanswered', answer }
  const facts = byTrading.type === 'told' ? withLater(known.facts, byTrading.fact) : known.facts
  const several = byTrading.type === 'code' && byTrading.code === SEVERAL_PAYMENTS
  const under = facts.filter((fact) => fact.tradingId === tradingId)
  const anotherUnknown = several && (under.length < 2 || lacksOne(facts))
  return { type: 'known', facts, codes: known.codes, several, anotherUnknown }
}

/**
 * Whether the correction may have made a payment that is not among the facts. Its id comes with Paygent's answer, or
 * from the operator.
 * @param named the payment id that the operator gives now
 * @param before the payments that were there before the correction, or that another one has made
 */
export function lacksItsPayment(
  attempt: OpenAttempt | null,
  facts: readonly PaymentFact[],
  named: string | null,
  before: readonly string[],
): boolean {
  if (attempt === null || !makesNewPayment(attempt.telegram, attempt.carrier)) return false
  const { newPaymentId, paymentId, tradingId, amountYen } = attempt
  const ids =
    newPaymentId === null ? [named].filter((id) => id !== paymentId && !before.includes(id ?? '')) : [newPaymentId]
  const made = facts.find((fact) => ids.includes(fact.paymentId))
  return made === undefined || (newPaymentId === null && (made.tradingId !== tradingId || made.amountYen !== amountYen))
}

/** The later answer about a payment takes the place of an earlier one: the payment may have moved between them. */
const withLater = (facts: readonly PaymentFact[], later: PaymentFact): readonly PaymentFact[] =>
  facts.some(({ paymentId }) => paymentId === later.paymentId)
    ? facts.map((fact) => (fact.paymentId === later.paymentId ? later : fact))
    : [...facts, later]

/** The payment that the shop names in a conflict; null if it is the order's. */
export function paymentOfShop({ paymentId, tradingId }: Order, { theirs }: Conflict): Named | null {
  const given = theirs['payment_id']
  const named = typeof given === 'string' ? plainPaymentId(given) : null
  if (named === null || named === paymentId) return null
  const trading = theirs['trading_id']
  return { paymentId: named, tradingId: typeof trading === 'string' ? trading : tradingId, byShop: true }
}

/**
 * The payments of an order, the one that the shop names in a conflict, and the one that is named in addition, each once.
 * A conflict may end only after Paygent was asked about both sides.
 */
export const namedPayments = (
  order: Order,
  { issues }: Pick<ReconcileDeps, 'issues'>,
  besides: string | null = null,
): Named[] => {
  // A payment without a known id that the shop has replaced since has no key of its own for an inquiry.
  const named: Named[] = issues
    .payments(order.orderId)
    .filter(({ paymentId, current }) => paymentId !== null || current)
    .map(({ paymentId, tradingId }) => ({ paymentId, tradingId }))
  const more = [
    ...issues.conflicts([order.orderId]).map((conflict) => paymentOfShop(order, conflict)),
    besides === null ? null : { paymentId: besides, tradingId: order.tradingId },
  ].filter((one) => one !== null)
  for (const one of more) if (!named.some(({ paymentId }) => paymentId === one.paymentId)) named.push(one)
  return named
}

export const aliveOf = (facts: readonly PaymentFact[]): PaymentFact[] =>
  facts.filter(({ status }) => ALIVE.includes(status))

/** A request arrives within this time or never. */
export const LATE_ARRIVAL_MS = 7 * 24 * 60 * 60 * 1000

/** Those of `ordersThatMayArriveLate` on which a late request may also have made another payment. */
export const ordersThatMayGetAnother = ({ issues, clock }: ReconcileDeps): ReadonlySet<string> =>
  issues.timedOutCorrections(clock.nowMs() - LATE_ARRIVAL_MS)

/** Order numbers, the oldest first. */
export const ordersThatMayArriveLate = (
  { orderIds }: Pick<ReconcileRequest, 'orderIds'>,
  { issues, clock }: Pick<ReconcileDeps, 'issues' | 'clock'>,
): string[] =>
  issues.timedOut(clock.nowMs() - LATE_ARRIVAL_MS).filter((orderId) => orderIds === null || orderIds.includes(orderId))
