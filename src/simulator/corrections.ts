// Corrected sales: 029, and 103. Pages 2.2 and 2.3.
import type { PaymentStatus } from '../domain/order.js'
import type { AnswerFields } from './codec.js'
import type { Ledger } from './ledger.js'
import type { Payment } from './ledger-payments.js'
import { cardCorrection, carrierMove } from './machine.js'
import { addCorrectedPayment, movePayment, type Occasion } from './moves.js'
import { accepted, malformed, refused, type Reply } from './replies.js'
import { valueProblem } from './telegram.js'

const NOT_LOWER = '2013'

/** What a correction of a card sale that broke off leaves: the new payment's status, the old one stays. Page 2.2. */
export const HALF_DONE = { '2010': '20', '2011': '20', '2012': '40' } as const satisfies Record<string, PaymentStatus>
export type HalfDoneCode = keyof typeof HALF_DONE

export const isHalfDone = (code: string): code is HalfDoneCode => Object.hasOwn(HALF_DONE, code)

const idsOf = (old: Payment, made: Payment): AnswerFields => [
  ['payment_id', made.paymentId],
  ['trading_id', made.tradingId],
  ['base_payment_id', old.paymentId],
]

const makeAnother = (ledger: Ledger, old: Payment, status: PaymentStatus, amountYen: number, occasion: Occasion) => {
  const { tradingId, method, carrier, paymentId } = old
  const fresh = { tradingId, method, carrier, status, amountYen, basePaymentId: paymentId }
  return addCorrectedPayment(ledger, fresh, occasion)
}

/**
 * 029. The old payment goes to where page 2.2 says and a new one is made.
 * @param broken the code with which it breaks off half-way; null lets it go through
 */
export function correctCard(
  ledger: Ledger,
  payment: Payment,
  amountYen: number,
  occasion: Occasion,
  broken: HalfDoneCode | null = null,
): Reply {
  const move = cardCorrection(payment.status)
  if (move.type !== 'to') return refused(move.type === 'refused' ? move.code : NOT_LOWER)
  if (amountYen >= payment.amountYen) return refused(NOT_LOWER)
  const made = makeAnother(ledger, payment, broken === null ? '40' : HALF_DONE[broken], amountYen, occasion)
  const data: AnswerFields = [...idsOf(payment, made), ['reduced_amount', String(amountYen)]]
  if (broken !== null) return refused(broken, data)
  movePayment(ledger, payment, { status: move.status }, occasion)
  return accepted(data)
}

/** 103. docomo makes a new payment, the others change the amount of the one they have. */
export function correctCarrier(ledger: Ledger, payment: Payment, amountYen: number, occasion: Occasion): Reply {
  const { carrier, status } = payment
  if (carrier === null) throw new Error(`carrier payment ${payment.paymentId} without a carrier`)
  const move = carrierMove('103', carrier, status)
  if (move.type === 'refused') return refused(move.code)
  if (move.type === 'stays' || amountYen >= payment.amountYen) return malformed(valueProblem('amount'))
  if (carrier === 'docomo') {
    const made = makeAnother(ledger, payment, '40', amountYen, occasion)
    movePayment(ledger, payment, { status: move.status }, occasion)
    return accepted(idsOf(payment, made))
  }
  return accepted(idsOf(payment, movePayment(ledger, payment, { status: move.status, amountYen }, occasion)))
}
