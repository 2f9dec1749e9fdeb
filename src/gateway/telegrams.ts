// Builds the telegrams: first the parts that all of them share.
import type { InquiryKey, MoneyRequest } from '../domain/answer.js'
import type { MoneyTelegram } from '../domain/order.js'
import { AppError } from '../errors.js'
import type { Field } from './codec.js'

export type TelegramKind = MoneyTelegram | '091' | '094'

/** The merchant's login; `connectPassword` is a secret. */
export interface Login {
  readonly merchantId: string
  readonly connectId: string
  readonly connectPassword: string
}

export interface TelegramForm {
  readonly kind: TelegramKind
  readonly path: string
  /** In the order in which they are sent. */
  readonly fields: readonly Field[]
}

const PATHS = {
  '021': '/n/card/request',
  '022': '/n/card/request',
  '023': '/n/card/request',
  '029': '/n/card/request',
  '101': '/n/c/request',
  '102': '/n/c/request',
  '103': '/n/c/request',
  '091': '/n/ref/paynotice',
  '094': '/n/ref/paymentref',
} as const satisfies Record<TelegramKind, string>

/** Builds a telegram: login and head first, then the telegram's own fields. */
export const telegramOf = (login: Login, kind: TelegramKind, added: readonly Field[]): TelegramForm => ({
  kind,
  path: PATHS[kind],
  fields: [
    ['merchant_id', login.merchantId],
    ['connect_id', login.connectId],
    ['connect_password', login.connectPassword],
    ['telegram_kind', kind],
    ['telegram_version', '1.0'],
    ...added,
  ],
})

/**
 * Returns payment id and trading id. A trading id that the order does not have is left out, as in Paygent's own
 * client.
 */
export const paymentKeyFields = (tradingId: string, paymentId: string | null): readonly Field[] => [
  ...(tradingId === '' ? [] : [['trading_id', tradingId] as const]),
  ...(paymentId === null ? [] : [['payment_id', paymentId] as const]),
]

// 094, the inquiry about one payment.
export const inquiryTelegram = (login: Login, key: InquiryKey): TelegramForm =>
  telegramOf(login, '094', paymentKeyFields(key.tradingId, 'paymentId' in key ? key.paymentId : null))

// 091, one notice of a changed payment.
/** @param noticeId null fetches the next one and marks it as delivered for the whole merchant */
export const noticeTelegram = (login: Login, noticeId: string | null): TelegramForm =>
  telegramOf(login, '091', [['payment_notice_id', noticeId ?? '']])

// The telegrams that move money: 021, 022, 023, 029, 101, 102, 103.
const none = (): readonly Field[] => []

/** The fields that each telegram adds to the ids. */
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

/** A correction without a proper amount is our own bug, and must not reach Paygent. */
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
export function moneyTelegram(login: Login, request: MoneyRequest): TelegramForm {
  // The payment is always named, because two payments can share one trading id.
  if (!/^\d{1,18}$/.test(request.paymentId)) throw notAPaymentId(request.paymentId)
  return telegramOf(login, request.telegram, [
    ...paymentKeyFields(request.tradingId, request.paymentId),
    ...EXTRAS[request.telegram](request),
  ])
}
