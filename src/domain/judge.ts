// Judges a request whose own answer is missing or was an error, by Paygent's answer to an inquiry (094):
// docs/rules.md#inquiry-after-an-unclear-answer.
import type { Fault } from './answer.js'
import {
  type Carrier,
  type MoneyTelegram,
  type PaymentFact,
  type PaymentStatus,
  isOfAnotherMethod,
  isOfAnotherTrade,
} from './order.js'
import { makesNewPayment, type Outcome } from './outcome.js'
import { CANCELLED, IN_TRANSIT, SHOWS_DONE, SOLD } from './statuses.js'

/** The request, and the payment before it. */
export interface JudgedAttempt {
  readonly orderId: string
  readonly telegram: MoneyTelegram
  readonly carrier: Carrier | null
  readonly paymentId: string
  readonly tradingId: string
  readonly plannedStatus: PaymentStatus
  readonly heldAmountYen: number
  /** The amount that Paygent captures or releases, whole yen; for 029 and 103 the amount that was sent. */
  readonly amountYen: number
}

/** Why there is no answer, if that is known. */
export interface Silence {
  /** The fault on the way to Paygent. */
  readonly fault?: Fault
  /** The code by which Paygent refuses an inquiry about this order. */
  readonly code?: string
  /** Connection or login are gone, so no other inquiry gets an answer. */
  readonly cutOff?: true
}

/** The answer to 094: a fact, a code in its place (13001, 13002 ...), or nothing that can be understood. */
export type InquiryResult =
  | { readonly type: 'told'; readonly fact: PaymentFact }
  | { readonly type: 'code'; readonly code: string }
  | ({ readonly type: 'silent' } & Silence)

export interface InquiryFacts {
  readonly byPayment: InquiryResult
  /** By trading id; only for a correction that makes a new payment. */
  readonly byTrading: InquiryResult | null
}

export type Verdict =
  | { readonly type: 'moved'; readonly fact: PaymentFact; readonly newPayment: PaymentFact | null }
  | { readonly type: 'not-moved'; readonly fact: PaymentFact }
  | { readonly type: 'in-transit'; readonly fact: PaymentFact }
  /** The old payment is gone and the new one is not known yet. */
  | { readonly type: 'old-gone'; readonly fact: PaymentFact }
  | { readonly type: 'differs'; readonly fact: PaymentFact | null; readonly code: string | null }
  | ({ readonly type: 'no-answer' } & Silence)

/** The amount that shows the request done, beside the status: the held one, the sent one, or any. */
const AMOUNT_WHEN_DONE: Readonly<Record<MoneyTelegram, 'any' | 'held' | 'sent'>> = {
  '021': 'any',
  '022': 'held',
  '023': 'any',
  '029': 'sent',
  '101': 'held',
  '102': 'any',
  '103': 'sent',
}

/** Whether Paygent still holds the planned amount. A cancel has none: it takes the whole payment. */
export const holdsAsPlanned = (
  { telegram, heldAmountYen }: Pick<JudgedAttempt, 'telegram' | 'heldAmountYen'>,
  { amountYen }: PaymentFact,
): boolean => AMOUNT_WHEN_DONE[telegram] === 'any' || amountYen === heldAmountYen

/** Compares the status of a cancel; the status and the amount of any other request. */
const asBefore = (attempt: JudgedAttempt, fact: PaymentFact): boolean =>
  fact.status === attempt.plannedStatus && holdsAsPlanned(attempt, fact)

/**
 * Whether the correction can have made this payment: it has the trading id, the method and the sent amount, and is
 * sold.
 */
export const isMadeBy = ({ telegram, paymentId, tradingId, amountYen }: JudgedAttempt, fact: PaymentFact): boolean =>
  !isOfAnotherMethod({ method: telegram === '103' ? 'carrier' : 'credit' }, fact) &&
  fact.paymentId !== paymentId &&
  fact.tradingId === tradingId &&
  fact.amountYen === amountYen &&
  SOLD.includes(fact.status)

function movedInPlace(attempt: JudgedAttempt, fact: PaymentFact): boolean {
  if (!SHOWS_DONE[attempt.telegram].includes(fact.status)) return false
  const amount = AMOUNT_WHEN_DONE[attempt.telegram]
  if (amount === 'any') return true
  return fact.amountYen === (amount === 'held' ? attempt.heldAmountYen : attempt.amountYen)
}

/** Judges an attempt by Paygent's answers. Pure. */
export function judge(attempt: JudgedAttempt, facts: InquiryFacts): Verdict {
  const { byPayment } = facts
  if (byPayment.type === 'silent') return noAnswer(byPayment)
  if (byPayment.type === 'code') return { type: 'differs', fact: null, code: byPayment.code }
  const { fact } = byPayment
  if (isOfAnotherTrade(attempt, fact)) return { type: 'differs', fact: null, code: null }
  if (makesNewPayment(attempt.telegram, attempt.carrier)) return judgeNewPayment(attempt, fact, facts.byTrading)
  // A payment that was in transit before the request and still is shows "in transit", not "not moved".
  if (IN_TRANSIT.includes(fact.status)) return { type: 'in-transit', fact }
  if (movedInPlace(attempt, fact)) return { type: 'moved', fact, newPayment: null }
  if (asBefore(attempt, fact)) return { type: 'not-moved', fact }
  return { type: 'differs', fact, code: null }
}

const noAnswer = (silence: Extract<InquiryResult, { type: 'silent' }>): Verdict => ({ ...silence, type: 'no-answer' })

function judgeNewPayment(attempt: JudgedAttempt, old: PaymentFact, byTrading: InquiryResult | null): Verdict {
  if (IN_TRANSIT.includes(old.status)) return { type: 'in-transit', fact: old }
  if (byTrading === null) return { type: 'no-answer' }
  if (byTrading.type === 'silent') return noAnswer(byTrading)
  const other = byTrading.type === 'told' && byTrading.fact.paymentId !== attempt.paymentId ? byTrading.fact : null
  const alone = byTrading.type === 'told' && other === null
  if (CANCELLED.includes(old.status)) return judgeOldGone(attempt, old, other)
  if (asBefore(attempt, old) && alone) return { type: 'not-moved', fact: old }
  return { type: 'differs', fact: old, code: byTrading.type === 'code' ? byTrading.code : null }
}

function judgeOldGone(attempt: JudgedAttempt, old: PaymentFact, other: PaymentFact | null): Verdict {
  if (other === null) return { type: 'old-gone', fact: old }
  if (IN_TRANSIT.includes(other.status)) return { type: 'in-transit', fact: other }
  return isMadeBy(attempt, other)
    ? { type: 'moved', fact: old, newPayment: other }
    : { type: 'differs', fact: other, code: null }
}

// The outcome of an open attempt after another inquiry: docs/rules.md#settle-time.
/** The facts of an attempt that its outcome depends on. */
export interface RecheckedAttempt {
  readonly telegram: MoneyTelegram
  readonly carrier: Carrier | null
  readonly heldAmountYen: number
  /** An earlier inquiry has answered "not moved". */
  readonly seenUnmoved: boolean
  /** `reconcile` has already sent it once more. */
  readonly sentAgain: boolean
}

/** `send-again`: `reconcile` sends the same telegram once more; no other command does. */
export type RecheckResult = Exclude<Outcome, 'refused' | 'unsent' | 'rejected'> | 'send-again'

// Telegrams that Paygent finishes where they broke off: docs/rules.md#requests-in-transit. 029 and 103 are not among
// them, because a second one may charge the customer twice.
const CARD_AGAIN: readonly MoneyTelegram[] = ['021', '022', '023']
const DOCOMO_AGAIN: readonly MoneyTelegram[] = ['101', '102']

/** Whether the same telegram may be sent again while the payment is in transit. */
export const mayFinish = (telegram: MoneyTelegram, carrier: Carrier | null): boolean =>
  CARD_AGAIN.includes(telegram) || (carrier === 'docomo' && DOCOMO_AGAIN.includes(telegram))

/**
 * The outcome of an open attempt.
 * @param overdue the settle time is over
 */
export function recheckResultOf(attempt: RecheckedAttempt, verdict: Verdict, overdue: boolean): RecheckResult {
  switch (verdict.type) {
    case 'moved':
      return 'accepted'
    case 'differs':
      return 'attention'
    case 'not-moved':
      // The first "not moved" proves nothing: the request may still be on its way.
      return overdue && attempt.seenUnmoved ? 'not-processed' : 'unknown'
    case 'in-transit':
      if (!overdue) return 'unknown'
      // A sale carries no amount. If it is sent again, it captures the amount that Paygent holds by now, which the
      // operator may not have confirmed.
      return mayFinish(attempt.telegram, attempt.carrier) && holdsAsPlanned(attempt, verdict.fact) && !attempt.sentAgain
        ? 'send-again'
        : 'attention'
    case 'old-gone':
      return overdue ? 'attention' : 'unknown'
    case 'no-answer':
      return 'unknown'
    default:
      return verdict satisfies never
  }
}
