// Carries out a telegram that is in order, and answers it.
import type { Ledger } from './ledger.js'
import type { Payment } from './ledger-payments.js'
import { cardMove, carrierMove, type CardTelegram, type CarrierTelegram, type Move } from './machine.js'
import { correctCard, correctCarrier } from './corrections.js'
import { movePayment } from './moves.js'
import { answerNotice } from './notices.js'
import { accepted, malformed, paymentFields, refused, type Reply } from './replies.js'
import { valueProblem, type Telegram, type TelegramRequest } from './telegram.js'

/** The codes for no payment and for several payments under the ids that a request names; page 2.4. */
const LOOK_UP = {
  card: { none: '2005', several: '2006' },
  carrier: { none: '7001', several: '7002' },
  inquiry: { none: '13001', several: '13002' },
} as const

type Desk = keyof typeof LOOK_UP

export const deskOf = (telegram: Exclude<Telegram, '091'>): Desk => {
  if (telegram === '094') return 'inquiry'
  return telegram.startsWith('02') ? 'card' : 'carrier'
}

/** The one payment that the request names, or the code that says why there is none. */
export function namedPayment(
  ledger: Ledger,
  request: Pick<TelegramRequest, 'paymentId' | 'tradingId'>,
  desk: Desk,
): Payment | string {
  const { paymentId, tradingId } = request
  const found = paymentId === '' ? ledger.payments.ofTrading(tradingId) : [ledger.payments.find(paymentId)]
  const fitting = found.filter((payment) => payment !== null && fits(payment, tradingId, desk))
  const [payment, another] = fitting
  if (another) return LOOK_UP[desk].several
  return payment ?? LOOK_UP[desk].none
}

const fits = (payment: Payment, tradingId: string, desk: Desk): boolean =>
  (tradingId === '' || payment.tradingId === tradingId) &&
  (desk === 'inquiry' || (desk === 'card') === (payment.method === 'credit'))

/** Answers a telegram, and moves the ledger with it. Call it inside a transaction. */
export function perform(ledger: Ledger, request: TelegramRequest, nowMs: number): Reply {
  const { telegram } = request
  if (telegram === '091') return answerNotice(ledger, request.noticeId)
  const payment = namedPayment(ledger, request, deskOf(telegram))
  if (typeof payment === 'string') return refused(payment)
  const occasion = { atMs: nowMs, by: telegram }
  switch (telegram) {
    case '094':
      return accepted(paymentFields(payment))
    case '021':
    case '022':
    case '023':
      return moveCard(ledger, payment, telegram, nowMs)
    case '101':
    case '102':
      return moveCarrier(ledger, payment, telegram, nowMs)
    case '029':
      return request.amountYen === null
        ? malformed(valueProblem('payment_amount'))
        : correctCard(ledger, payment, request.amountYen, occasion)
    case '103':
      return request.amountYen === null
        ? malformed(valueProblem('amount'))
        : correctCarrier(ledger, payment, request.amountYen, occasion)
    default:
      return telegram satisfies never
  }
}

function moveCard(ledger: Ledger, payment: Payment, telegram: CardTelegram, nowMs: number): Reply {
  const refusal = carryOut(ledger, payment, cardMove(telegram, payment.status), telegram, nowMs)
  return refusal ?? accepted(idsOf(payment))
}

function moveCarrier(
  ledger: Ledger,
  payment: Payment,
  telegram: Exclude<CarrierTelegram, '103'>,
  nowMs: number,
): Reply {
  if (payment.carrier === null) throw new Error(`carrier payment ${payment.paymentId} without a carrier`)
  const move = carrierMove(telegram, payment.carrier, payment.status)
  const refusal = carryOut(ledger, payment, move, telegram, nowMs)
  return refusal ?? accepted([...idsOf(payment), ['career_payment_id', `9${payment.paymentId}`]])
}

const idsOf = ({ paymentId, tradingId }: Payment): (readonly [string, string])[] => [
  ['payment_id', paymentId],
  ['trading_id', tradingId],
]

function carryOut(ledger: Ledger, payment: Payment, move: Move, by: string, nowMs: number): Reply | null {
  switch (move.type) {
    case 'refused':
      return refused(move.code)
    case 'stays':
      return null
    case 'to':
      movePayment(ledger, payment, { status: move.status }, { atMs: nowMs, by })
      return null
    default:
      return move satisfies never
  }
}
