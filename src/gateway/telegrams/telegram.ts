// What every telegram has in common. Page 2.1.
import type { MoneyTelegram } from '../../domain/order.js'
import type { Field } from '../codec.js'

export type TelegramKind = MoneyTelegram | '091' | '094'

/** The merchant's login; `connectPassword` is a secret. */
export interface Login {
  readonly merchantId: string
  readonly connectId: string
  readonly connectPassword: string
}

export interface Telegram {
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

/** Login and head first, then what the telegram adds. */
export const telegramOf = (login: Login, kind: TelegramKind, added: readonly Field[]): Telegram => ({
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

/** Payment and trading id; a trading id that the order does not have is left out, as Paygent's own client does. */
export const paymentFields = (tradingId: string, paymentId: string | null): readonly Field[] => [
  ...(tradingId === '' ? [] : [['trading_id', tradingId] as const]),
  ...(paymentId === null ? [] : [['payment_id', paymentId] as const]),
]
