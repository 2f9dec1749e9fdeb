// What Paygent's answer to an inquiry (094) says about a request whose own answer is missing or was an error.
// The table of page 5.2.
import type { Fault } from './answer.js'
import { type Carrier, isOfAnotherTrade, type MoneyTelegram, type PaymentFact, type PaymentStatus } from './order.js'
import { makesNewPayment, type Outcome } from './outcome.js'
import { IN_TRANSIT } from './statuses.js'

/** What was sent and how the payment stood before it. */
export interface JudgedAttempt {
  readonly orderId: string
  readonly telegram: MoneyTelegram
  readonly carrier: Carrier | null
  readonly paymentId: string
  readonly tradingId: string
  readonly plannedStatus: PaymentStatus
  readonly heldAmountYen: number
  /** What Paygent captures or releases, whole yen; for 029 and 103 the amount sent. */
  readonly amountYen: number
}

/** Why nothing was told, as far as that is known. */
export interface Silence {
  /** Of the way to Paygent. */
  readonly fault?: Fault
  /** By which Paygent refuses the question about this very order. */
  readonly code?: string
  /** Connection or login are gone: nothing else would be answered, either. */
  readonly cutOff?: true
}

/** Answers to 094: a fact, a code that Paygent gave instead (13001, 13002 ...), or nothing that can be understood. */
export type Told =
  | { readonly type: 'told'; readonly fact: PaymentFact }
  | { readonly type: 'code'; readonly code: string }
  | ({ readonly type: 'silent' } & Silence)

export interface Facts {
  readonly byPayment: Told
  /** By trading id; asked only for a correction that makes a new payment. */
  readonly byTrading: Told | null
}

export type Verdict =
  | { readonly type: 'moved'; readonly fact: PaymentFact; readonly newPayment: PaymentFact | null }
  | { readonly type: 'not-moved'; readonly fact: PaymentFact }
  | { readonly type: 'in-transit'; readonly fact: PaymentFact }
  /** The old payment is gone and the new one is not known yet. */
  | { readonly type: 'old-gone'; readonly fact: PaymentFact }
  | { readonly type: 'differs'; readonly fact: PaymentFact | null; readonly code: string | null }
  | ({ readonly type: 'no-answer' } & Silence)

const OLD_GONE: readonly PaymentStatus[] = ['32', '60', '62']

/** The statuses that show the request done, and whether the amount must then be the held one, the sent one or any. */
const MOVED = {
  '021': { statuses: ['32'], amount: 'any' },
  '022': { statuses: ['40', '41', '44'], amount: 'held' },
  '023': { statuses: ['60'], amount: 'any' },
  '029': { statuses: ['40', '44'], amount: 'sent' },
  '101': { statuses: ['40', '41', '44'], amount: 'held' },
  '102': { statuses: ['32', '60', '62'], amount: 'any' },
  '103': { statuses: ['40', '41'], amount: 'sent' },
} as const satisfies Record<MoneyTelegram, { statuses: readonly PaymentStatus[]; amount: 'any' | 'held' | 'sent' }>

/** Whether Paygent still holds the planned amount. A cancel carries none: it moves whatever there is. */
export const holdsAsPlanned = (
  { telegram, heldAmountYen }: Pick<JudgedAttempt, 'telegram' | 'heldAmountYen'>,
  { amountYen }: PaymentFact,
): boolean => MOVED[telegram].amount === 'any' || amountYen === heldAmountYen

/** Cancels are judged by their status alone; everything else by status and amount. */
const asBefore = (attempt: JudgedAttempt, fact: PaymentFact): boolean =>
  fact.status === attempt.plannedStatus && holdsAsPlanned(attempt, fact)

const MADE: readonly PaymentStatus[] = ['40', '44']

/** Whether a payment can be the one that a correction made: its trading id, the amount sent, and sold. */
export const isMadeBy = ({ paymentId, tradingId, amountYen }: JudgedAttempt, fact: PaymentFact): boolean =>
  fact.paymentId !== paymentId &&
  fact.tradingId === tradingId &&
  fact.amountYen === amountYen &&
  MADE.includes(fact.status)

function movedInPlace(attempt: JudgedAttempt, fact: PaymentFact): boolean {
  const row = MOVED[attempt.telegram]
  if (!(row.statuses as readonly string[]).includes(fact.status)) return false
  if (row.amount === 'any') return true
  return fact.amountYen === (row.amount === 'held' ? attempt.heldAmountYen : attempt.amountYen)
}

/** Judges an attempt by what Paygent told. Pure; page 5.2 row by row. */
export function judge(attempt: JudgedAttempt, facts: Facts): Verdict {
  const { byPayment } = facts
  if (byPayment.type === 'silent') return noAnswer(byPayment)
  if (byPayment.type === 'code') return { type: 'differs', fact: null, code: byPayment.code }
  const { fact } = byPayment
  if (isOfAnotherTrade(attempt, fact)) return { type: 'differs', fact: null, code: null }
  if (makesNewPayment(attempt.telegram, attempt.carrier)) return judgeNewPayment(attempt, fact, facts.byTrading)
  // A resend from a status in transit is unmoved while it stays there; "in transit" is what says so.
  if (IN_TRANSIT.includes(fact.status)) return { type: 'in-transit', fact }
  if (movedInPlace(attempt, fact)) return { type: 'moved', fact, newPayment: null }
  if (asBefore(attempt, fact)) return { type: 'not-moved', fact }
  return { type: 'differs', fact, code: null }
}

const noAnswer = (told: Extract<Told, { type: 'silent' }>): Verdict => ({ ...told, type: 'no-answer' })

function judgeNewPayment(attempt: JudgedAttempt, old: PaymentFact, byTrading: Told | null): Verdict {
  if (IN_TRANSIT.includes(old.status)) return { type: 'in-transit', fact: old }
  if (byTrading === null) return { type: 'no-answer' }
  if (byTrading.type === 'silent') return noAnswer(byTrading)
  const other = byTrading.type === 'told' && byTrading.fact.paymentId !== attempt.paymentId ? byTrading.fact : null
  const alone = byTrading.type === 'told' && other === null
  if (OLD_GONE.includes(old.status)) return judgeOldGone(attempt, old, other)
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

// What becomes of an open attempt when Paygent is asked again: page 5.2.
/** What the second look has to know of an attempt. */
export interface Aging {
  readonly telegram: MoneyTelegram
  readonly carrier: Carrier | null
  readonly heldAmountYen: number
  /** An inquiry has said "not moved" before. */
  readonly seenUnmoved: boolean
  /** `reconcile` has sent it once more already. */
  readonly sentAgain: boolean
}

/** `send-again`: the very same telegram goes out once more; only `reconcile` does that. */
export type Settled = Exclude<Outcome, 'refused' | 'unsent' | 'rejected'> | 'send-again'

// Telegrams that Paygent finishes where they broke off: pages 2.2 and 2.3. Never 029 and 103, which may pay twice.
const CARD_AGAIN: readonly MoneyTelegram[] = ['021', '022', '023']
const DOCOMO_AGAIN: readonly MoneyTelegram[] = ['101', '102']

/** Whether the same telegram may be sent again while the payment is in transit. */
export const mayFinish = (telegram: MoneyTelegram, carrier: Carrier | null): boolean =>
  CARD_AGAIN.includes(telegram) || (carrier === 'docomo' && DOCOMO_AGAIN.includes(telegram))

/**
 * The outcome of an open attempt.
 * @param overdue the settle time is over
 */
export function settlingOf(attempt: Aging, verdict: Verdict, overdue: boolean): Settled {
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
      // A sale carries no amount: sent again it captures what Paygent holds by now, which nobody may have confirmed.
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
