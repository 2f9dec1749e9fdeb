// Whether a person's word is taken: only where Paygent does not say otherwise. Pure. Page 5.2.
import type { Booking } from '../../domain/difference.js'
import { isMadeBy } from '../../domain/judge.js'
import type { PaymentFact, PaymentStatus } from '../../domain/order.js'
import { makesNewPayment, operationOf } from '../../domain/outcome.js'
import { SEVERAL } from '../../domain/permit.js'
import type { OpenAttempt, Settlement } from '../../domain/run.js'
import { AUTHORISED, CANCELLED, SOLD } from '../../domain/statuses.js'
import type { Clock } from '../../ports.js'
import { accepted } from '../batch/decision.js'
import { remainingMs, settlesSince } from '../batch/look-again.js'
import { bothKnown, doneSince, standings } from '../reconcile/attention.js'
import { aliveOf } from '../reconcile/known-payments.js'
import type { HandLook } from './look.js'
import type { HandDecision, HandRefusal, HandStanding, SettleWish } from './wish.js'

/** The statuses of the one payment that is alive, where the word is that it is. */
const FITS: Readonly<Record<Exclude<HandStanding, 'cancelled'>, readonly PaymentStatus[]>> = {
  sold: SOLD,
  open: AUTHORISED,
}

export function decide(look: HandLook, wish: SettleWish, clock: Clock): HandDecision {
  const { openAttempt, attention, conflict } = look.order
  if (!openAttempt && !attention && !conflict && !isUnnamed(look)) return refused('nothing-waits')
  if (wish.paymentId !== null && !named(look, wish.paymentId)) return refused('does-not-fit')
  if (wish.paymentId !== null && isUnnamed(look)) return byName(look, wish.paymentId, wish, clock.nowMs())
  if (wish.as === null) return byPayment(look, wish, clock.nowMs())
  const byPersonAlone = conflict && !openAttempt && !look.conflictForPaygent
  if (openAttempt || (!attention && !byPersonAlone)) return refused('ask-first')
  const { attempt } = look
  const settling = attempt !== null && remainingMs(settlesSince(attempt, clock), wish.settleMs, clock) > 0
  return settling ? refused('too-early') : byWord(look, wish.as, wish.note, clock.nowMs())
}

const refused = (why: HandRefusal): HandDecision => ({ type: 'refused', why })

const named = ({ order, facts }: HandLook, paymentId: string): boolean =>
  facts.some((fact) => fact.paymentId === paymentId && fact.tradingId === order.tradingId)

/** Nobody has told which payment is the order's, and Paygent has, or had, several under its trading id. */
const isUnnamed = ({ order, attempt, codes }: HandLook): boolean =>
  order.paymentId === null && attempt === null && (order.attention || codes.some(({ code }) => code === SEVERAL))

/** A payment of the order's trading id is taken where it is of the order's method and has its amount. */
function byName(look: HandLook, paymentId: string, { as, note }: SettleWish, atMs: number): HandDecision {
  const { order } = look
  const fact = look.facts.find((one) => one.paymentId === paymentId)
  const { method, amountYen, status } = fact ?? { method: null, amountYen: null, status: '' }
  const amounts = [order.heldAmountYen, order.listedAmountYen, order.amendedFromYen ?? order.totalYen]
  const ofOrder = amountYen !== null && amounts.includes(amountYen) && (method === null || method === order.method)
  if (fact === undefined || !ofOrder) return refused('does-not-fit')
  if (as !== null && !(as === 'cancelled' ? CANCELLED : FITS[as]).includes(status)) return refused('contradicted')
  const booking = {
    ...bookingOf(look, note, atMs),
    facts: [fact],
    currentPaymentId: paymentId,
    attention: 'over',
  } as const
  return { type: 'taken', booking, outcome: null, waits: false }
}

const bookingOf = ({ order, facts }: HandLook, note: string | null, atMs: number) =>
  ({
    orderId: order.orderId,
    event: 'settled-by-hand',
    facts,
    currentPaymentId: null,
    endsConflict: false,
    attention: null,
    settles: null,
    detail: [standings(facts), note].filter((part) => part).join('; '),
    atMs,
  }) as const satisfies Booking

/** The payment that a correction made; it settles the correction once it is the only one alive. */
function byPayment(look: HandLook, { paymentId, note }: SettleWish, atMs: number): HandDecision {
  const { order, attempt, facts } = look
  if (attempt === null || !makesNewPayment(attempt.telegram, attempt.carrier)) return refused('no-correction')
  const made = facts.find((fact) => fact.paymentId === paymentId)
  if (made === undefined || !isMadeBy(attempt, made)) return refused('does-not-fit')
  const done = doneSince(attempt, facts, atMs, paymentId)
  const settlement = done ?? bothKnown(attempt, made, atMs)
  const from = attempt.state === 'attention' ? 'attention' : 'open'
  const booking = { ...bookingOf(look, note, atMs), settles: { settlement, from } } as const
  if (done === null) return { type: 'taken', booking, outcome: 'attention', waits: true }
  const over = { ...booking, endsConflict: order.conflict, attention: 'over' } as const
  return { type: 'taken', booking: over, outcome: 'accepted', waits: false }
}

function byWord(look: HandLook, as: HandStanding, note: string | null, atMs: number): HandDecision {
  const { order, attempt, facts, anotherUnknown } = look
  const [living, another] = aliveOf(facts)
  if (anotherUnknown) return refused('another-unknown')
  if (another !== undefined) return refused('two-alive')
  const contradicted = as === 'cancelled' ? living !== undefined : !living || !FITS[as].includes(living.status)
  if (contradicted) return refused('contradicted')
  const settlement = attempt === null ? null : settlementOf(attempt, as, living, facts, note, atMs)
  const booking: Booking = {
    ...bookingOf(look, note, atMs),
    currentPaymentId: living?.paymentId ?? null,
    endsConflict: order.conflict && 'by-a-person',
    attention: 'over',
    settles: settlement === null ? null : { settlement, from: 'attention' },
  }
  return { type: 'taken', booking, outcome: settlement?.outcome ?? null, waits: false }
}

/** The request is accepted where the payments stand as it would have left them, and else was not processed. */
function settlementOf(
  attempt: OpenAttempt,
  as: HandStanding,
  living: PaymentFact | undefined,
  facts: readonly PaymentFact[],
  detail: string | null,
  atMs: number,
): Settlement {
  const { attemptId, notMoved } = attempt
  const rest = { attemptId, notMoved, detail, atMs, code: null }
  if (!isDone(attempt, as, living, facts))
    return { ...rest, outcome: 'not-processed', effect: null, learnt: [], newPaymentId: null }
  const made = makesNewPayment(attempt.telegram, attempt.carrier) ? (living?.paymentId ?? null) : null
  const { outcome, effect, learnt, newPaymentId } = accepted(attempt, made, facts)
  return { ...rest, outcome, effect, learnt, newPaymentId }
}

function isDone(
  attempt: OpenAttempt,
  as: HandStanding,
  living: PaymentFact | undefined,
  facts: readonly PaymentFact[],
): boolean {
  const { telegram, carrier, paymentId, amountYen } = attempt
  if (operationOf(telegram) === 'cancel')
    return as === 'cancelled' && facts.some((fact) => fact.paymentId === paymentId && CANCELLED.includes(fact.status))
  if (as !== 'sold' || living === undefined) return false
  if (makesNewPayment(telegram, carrier)) return isMadeBy(attempt, living)
  return living.paymentId === paymentId && living.amountYen === amountYen
}
