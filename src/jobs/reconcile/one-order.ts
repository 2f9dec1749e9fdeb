// One order asked about: does Paygent say what the mirror holds, and if not, what becomes of it. Pages 2.5, 3.1 and 5.2.
import type { Booking, Difference } from '../../domain/difference.js'
import type { Silence } from '../../domain/judge.js'
import type { StatusSetting } from '../../domain/order-status.js'
import { isOfAnotherTrade, type Order, type PaymentFact, type PaymentStatus } from '../../domain/order.js'
import { isCalledOff, SEVERAL } from '../../domain/permit.js'
import { ALIVE } from '../../domain/run.js'
import { CANCELLED, effectiveStatus } from '../../domain/statuses.js'
import type { Books } from '../../ports.js'
import { inquirePatiently, type InquiryDeps, keyOf, toldBy } from '../batch/inquiry.js'
import { isAboutTheOrder } from '../batch/trouble.js'
import { compare, detailOf, differenceOf } from './comparison.js'

/** Nothing is sent for these any more, whatever becomes of them. */
const FINISHED: readonly PaymentStatus[] = ['11', '15', '17', '32', '33', '41', '60', '62']

export interface Found {
  readonly difference: Difference
  /** What the mirror would take. */
  readonly facts: readonly PaymentFact[]
}

export type Looked =
  | ({ readonly type: 'unanswered' } & Silence)
  /** Paygent answers, and by its code will say no more about this order however often it is asked. */
  | { readonly type: 'unclear'; readonly code: string }
  /** `aged`: time alone has brought the payment there; it still lives, or its cancel is complete. */
  | { readonly type: 'agrees'; readonly drift: 'same' | 'aged'; readonly fact: PaymentFact }
  | { readonly type: 'differs'; readonly found: Found }

export const isUnfinished = (order: Order, statuses: StatusSetting): boolean => {
  const effective = effectiveStatus(order)
  return effective.known ? !FINISHED.includes(effective.status) : !hasNothing(order, statuses)
}

/**
 * The shop's own file has every order that was begun, and Paygent has no payment of one that the customer left or the
 * shop called off before it was paid. That is no difference, night for night; who cancels such an order has it asked.
 */
export const hasNothing = (order: Order, statuses: StatusSetting): boolean =>
  order.paymentId === null && order.status === null && isCalledOff(order, statuses)

/** What is open, in conflict or for a person already is somebody else's business. */
export const isCalm = ({ openAttempt, attention, conflict }: Order): boolean => !openAttempt && !attention && !conflict

/** Asks about the order's payment, and about another in its place where that one is dead. */
export async function lookAt(order: Order, deps: InquiryDeps, signal: AbortSignal): Promise<Looked> {
  const { paymentId } = order
  const answer = await inquirePatiently(keyOf(order), deps, signal)
  if (isAboutTheOrder(answer)) return { type: 'unclear', code: answer.code }
  const told = toldBy(answer)
  if (told.type === 'silent') return unanswered(told)
  if (told.type === 'code') {
    const several = paymentId === null && told.code === SEVERAL
    return differs(differenceOf(order, several ? 'several-payments' : 'no-payment', told), [])
  }
  if (isOfAnotherTrade(order, told.fact)) return differs(differenceOf(order, 'other-trading-id', told.fact), [])
  const drift = compare(order, told.fact)
  const alive = ALIVE.includes(told.fact.status)
  // docomo completes a cancel: what was dead before has no other payment in its place since.
  const completed = CANCELLED.includes(told.fact.status)
  if (drift === 'same' || (drift === 'aged' && (alive || completed))) return { type: 'agrees', drift, fact: told.fact }
  const moved: Found = { difference: differenceOf(order, 'moved', told.fact), facts: [told.fact] }
  return paymentId === null || alive
    ? { type: 'differs', found: moved }
    : lookForAnother(order, told.fact, moved, deps, signal)
}

const unanswered = (told: Silence): Looked => ({ ...told, type: 'unanswered' })

const differs = (difference: Difference, facts: readonly PaymentFact[]): Looked => ({
  type: 'differs',
  found: { difference, facts },
})

/** The payment is dead: a correction that this mirror does not know of may have put another in its place. */
async function lookForAnother(
  order: Order,
  dead: PaymentFact,
  moved: Found,
  deps: InquiryDeps,
  signal: AbortSignal,
): Promise<Looked> {
  const told = toldBy(await inquirePatiently({ tradingId: order.tradingId }, deps, signal))
  if (told.type === 'silent') return unanswered(told)
  if (told.type === 'told' && told.fact.paymentId === order.paymentId) return { type: 'differs', found: moved }
  const others = told.type === 'told' ? [told.fact] : []
  return differs({ ...moved.difference, cause: 'another-payment' }, [dead, ...others])
}

/** Whether there is anything that the mirror can take: a fact, or that a person has to name the payment. */
export const isBookable = ({ difference, facts }: Found): boolean =>
  facts.length > 0 || difference.cause === 'several-payments'

/** The mirror takes what Paygent says; what no later answer can settle waits for a person from then on. */
export const takeDifference = (order: Order, found: Found, books: Books, atMs: number): void =>
  books.take(differenceBooking(order, found, atMs))

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

/** Paygent knows no payment of the order. */
const NO_PAYMENT = '13001'

/** What an audit lists: what has only grown older, too. Null where the mirror agrees. */
export function foundBy(
  looked: Exclude<Looked, { type: 'unanswered' }>,
  order: Order,
  statuses: StatusSetting,
): Found | null {
  if (looked.type === 'differs')
    return hasNothing(order, statuses) && looked.found.difference.code === NO_PAYMENT ? null : looked.found
  if (looked.type === 'unclear') return { difference: differenceOf(order, 'no-payment', looked), facts: [] }
  const { drift, fact } = looked
  return drift === 'same' ? null : { difference: differenceOf(order, 'moved', fact), facts: [fact] }
}
