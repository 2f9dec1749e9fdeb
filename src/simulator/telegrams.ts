// Carries out a valid telegram, and answers it.
import type { PaymentStatus } from '../domain/order.js'
import type { AnswerFields } from './codec.js'
import { applyForPayment, askConsent } from './carrier-checkout.js'
import { authoriseCard, cancelRefusal } from './checkout.js'
import type { KeptNotice, Payment } from './ledger-payments.js'
import type { Ledger } from './ledger.js'
import {
  addNewPayment,
  cardCorrection,
  cardMove,
  type CardTelegram,
  carrierMove,
  type CarrierTelegram,
  describe,
  type Move,
  movePayment,
  type Occasion,
} from './machine.js'
import { acceptedReply, malformedReply, refusedReply, type Reply } from './replies.js'
import { type TelegramCode, type TelegramRequest, valueProblem } from './telegram.js'

// Carries out corrected sales: 029 and 103.
const NOT_LOWER = '2013'

/** The statuses in which a failed correction of a card sale leaves the new payment; the old one stays. */
export const HALF_DONE = { '2010': '20', '2011': '20', '2012': '40' } as const satisfies Record<string, PaymentStatus>
export type HalfDoneCode = keyof typeof HALF_DONE

export const isHalfDone = (code: string): code is HalfDoneCode => Object.hasOwn(HALF_DONE, code)

const idsOfBoth = (old: Payment, made: Payment): AnswerFields => [
  ['payment_id', made.paymentId],
  ['trading_id', made.tradingId],
  ['base_payment_id', old.paymentId],
]

const makeAnother = (ledger: Ledger, old: Payment, status: PaymentStatus, amountYen: number, occasion: Occasion) => {
  const { tradingId, method, carrier, paymentId, card } = old
  const fresh = { tradingId, method, carrier, card, status, amountYen, basePaymentId: paymentId }
  return addNewPayment(ledger, fresh, occasion)
}

/**
 * Carries out 029. The old payment moves as docs/wire.md#card-payments defines, and a new one is made.
 * @param broken the code with which it breaks off half-way; null lets it succeed
 */
export function correctCard(
  ledger: Ledger,
  payment: Payment,
  amountYen: number,
  occasion: Occasion,
  broken: HalfDoneCode | null = null,
): Reply {
  const move = cardCorrection(payment.status)
  if (move.type !== 'to') return refusedReply(move.type === 'refused' ? move.code : NOT_LOWER)
  if (amountYen >= payment.amountYen) return refusedReply(NOT_LOWER)
  const made = makeAnother(ledger, payment, broken === null ? '40' : HALF_DONE[broken], amountYen, occasion)
  const data: AnswerFields = [...idsOfBoth(payment, made), ['reduced_amount', String(amountYen)]]
  if (broken !== null) return refusedReply(broken, data)
  movePayment(ledger, payment, { status: move.status }, occasion)
  return acceptedReply(data)
}

/** Carries out 103. docomo makes a new payment; the other carriers change the amount of the existing one. */
export function correctCarrier(ledger: Ledger, payment: Payment, amountYen: number, occasion: Occasion): Reply {
  const { carrier, status } = payment
  if (carrier === null) throw new Error(`carrier payment ${payment.paymentId} without a carrier`)
  const move = carrierMove('103', carrier, status)
  if (move.type === 'refused') return refusedReply(move.code)
  if (move.type === 'stays' || amountYen >= payment.amountYen) return malformedReply(valueProblem('amount'))
  if (carrier === 'docomo') {
    const made = makeAnother(ledger, payment, '40', amountYen, occasion)
    movePayment(ledger, payment, { status: move.status }, occasion)
    return acceptedReply(idsOfBoth(payment, made))
  }
  return acceptedReply(idsOfBoth(payment, movePayment(ledger, payment, { status: move.status, amountYen }, occasion)))
}

// Answers telegram 091, one notice for each call: docs/wire.md#notices.
const HERE = '0'
const NONE = '1'
const HERE_AFTER_A_GAP = '2'

const DETAILS = {
  [HERE]: '',
  [NONE]: '該当する決済情報差分が存在しません。',
  [HERE_AFTER_A_GAP]: '取得されないまま保存期間を過ぎた決済情報差分があります。',
} as const

type SuccessCode = keyof typeof DETAILS

const answer = (code: SuccessCode, notice: KeptNotice | null): Reply =>
  acceptedReply([
    ['success_code', code],
    ['success_detail', DETAILS[code]],
    ['payment_notice_id', notice === null ? '' : String(notice.noticeId)],
    ...(notice?.fields ?? []),
  ])

/**
 * Returns a named notice as often as it is requested. Without an id it returns the next one, which counts as
 * delivered to the whole merchant from then on.
 */
export function answerNotice(ledger: Ledger, noticeId: string): Reply {
  if (noticeId !== '') {
    const notice = ledger.notices.named(noticeId)
    return answer(notice === null ? NONE : HERE, notice)
  }
  const next = ledger.notices.next()
  return next === null ? answer(NONE, null) : answer(next.gap ? HERE_AFTER_A_GAP : HERE, next.notice)
}

/** The codes for "no payment" and "several payments" under the ids of a request. */
const NOT_FOUND_CODES = {
  card: { none: '2005', several: '2006' },
  carrier: { none: '7001', several: '7002' },
  inquiry: { none: '13001', several: '13002' },
} as const

type Service = keyof typeof NOT_FOUND_CODES

export const serviceOf = (telegram: Exclude<TelegramCode, '091'>): Service => {
  if (telegram === '094') return 'inquiry'
  return telegram.startsWith('02') ? 'card' : 'carrier'
}

/** Returns the one payment that the request names, or the code for the reason why there is none. */
export function namedPayment(
  ledger: Ledger,
  request: Pick<TelegramRequest, 'paymentId' | 'tradingId'>,
  service: Service,
): Payment | string {
  const { paymentId, tradingId } = request
  const found = paymentId === '' ? ledger.payments.ofTrading(tradingId) : [ledger.payments.find(paymentId)]
  const fitting = found.filter((payment) => payment !== null && fits(payment, tradingId, service))
  const [payment, another] = fitting
  if (another) return NOT_FOUND_CODES[service].several
  return payment ?? NOT_FOUND_CODES[service].none
}

const fits = (payment: Payment, tradingId: string, service: Service): boolean =>
  (tradingId === '' || payment.tradingId === tradingId) &&
  (service === 'inquiry' || (service === 'card') === (payment.method === 'credit'))

/** Answers a telegram, and moves the ledger with it. Call it inside a transaction. */
export function perform(ledger: Ledger, request: TelegramRequest, nowMs: number): Reply {
  const { telegram } = request
  if (telegram === '091') return answerNotice(ledger, request.noticeId)
  const occasion = { atMs: nowMs, by: telegram }
  if (telegram === '020') return authoriseCard(ledger, request, occasion)
  if (telegram === '100') return applyForPayment(ledger, request, occasion)
  if (telegram === '104') return askConsent(ledger, request, occasion)
  const payment = namedPayment(ledger, request, serviceOf(telegram))
  if (typeof payment === 'string') return refusedReply(payment)
  switch (telegram) {
    case '094':
      return acceptedReply(describe(ledger, payment))
    case '021':
    case '022':
    case '023':
      return moveCard(ledger, payment, telegram, nowMs)
    case '101':
    case '102':
      return moveCarrier(ledger, payment, telegram, nowMs)
    case '029':
      return request.amountYen === null
        ? malformedReply(valueProblem('payment_amount'))
        : correctCard(ledger, payment, request.amountYen, occasion)
    case '103':
      return request.amountYen === null
        ? malformedReply(valueProblem('amount'))
        : correctCarrier(ledger, payment, request.amountYen, occasion)
    default:
      return telegram satisfies never
  }
}

function moveCard(ledger: Ledger, payment: Payment, telegram: CardTelegram, nowMs: number): Reply {
  const move = cardMove(telegram, payment.status)
  const failed = telegram === '022' || move.type !== 'to' ? null : cancelRefusal(payment)
  if (failed !== null) return refusedReply(failed)
  const refusal = carryOut(ledger, payment, move, telegram, nowMs)
  return refusal ?? acceptedReply(idsOf(payment))
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
  return refusal ?? acceptedReply([...idsOf(payment), ['career_payment_id', `9${payment.paymentId}`]])
}

const idsOf = ({ paymentId, tradingId }: Payment): (readonly [string, string])[] => [
  ['payment_id', paymentId],
  ['trading_id', tradingId],
]

function carryOut(ledger: Ledger, payment: Payment, move: Move, by: string, nowMs: number): Reply | null {
  switch (move.type) {
    case 'refused':
      return refusedReply(move.code)
    case 'stays':
      return null
    case 'to':
      movePayment(ledger, payment, { status: move.status }, { atMs: nowMs, by })
      return null
    default:
      return move satisfies never
  }
}
