// The telegrams that move money: 021, 022, 023, 029, 101, 102, 103. Page 2.1.
import type { MoneyRequest } from '../../domain/answer.js'
import type { MoneyTelegram } from '../../domain/order.js'
import { AppError } from '../../errors.js'
import type { Field } from '../codec.js'
import { paymentFields, telegramOf, type Login, type Telegram } from './telegram.js'

const none = (): readonly Field[] => []

/** What each telegram adds to the ids. */
const EXTRAS = {
  '021': none,
  '022': none,
  '023': none,
  '029': (request) => [
    ['payment_amount', yenText(request)],
    ['reduction_flag', '0'],
  ],
  '101': none,
  '102': none,
  '103': (request) => [['amount', yenText(request)]],
} as const satisfies Record<MoneyTelegram, (request: MoneyRequest) => readonly Field[]>

/** A correction without a proper amount is a bug of ours, and must not reach Paygent. */
function yenText({ telegram, amountYen }: MoneyRequest): string {
  if (amountYen === null || !Number.isSafeInteger(amountYen) || amountYen < 1) {
    throw new RangeError(`telegram ${telegram} needs an amount of whole yen, at least 1`)
  }
  return String(amountYen)
}

const notAPaymentId = (value: string): AppError =>
  new AppError('bad-value', { name: 'payment_id', value, expected: '1-18 digits' })

/**
 * @throws AppError `bad-value` when the payment id is not 1 to 18 digits
 * @throws RangeError when a correction has no amount
 */
export function moneyTelegram(login: Login, request: MoneyRequest): Telegram {
  // We always name the payment: two payments can share one trading id.
  if (!/^\d{1,18}$/.test(request.paymentId)) throw notAPaymentId(request.paymentId)
  return telegramOf(login, request.telegram, [
    ...paymentFields(request.tradingId, request.paymentId),
    ...EXTRAS[request.telegram](request),
  ])
}
