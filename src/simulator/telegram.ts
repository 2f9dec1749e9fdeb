// Checks a telegram before any payment is read: docs/wire.md#telegrams and docs/wire.md#response-codes.
import type { Carrier, MoneyTelegram } from '../domain/order.js'
import { maskCardNumbers } from '../text/card-number.js'
import type { FormFields } from './codec.js'

export const TELEGRAM_PATHS = {
  '020': '/n/card/request',
  '021': '/n/card/request',
  '022': '/n/card/request',
  '023': '/n/card/request',
  '029': '/n/card/request',
  '100': '/n/c/request',
  '101': '/n/c/request',
  '102': '/n/c/request',
  '103': '/n/c/request',
  '104': '/n/c/request',
  '091': '/n/ref/paynotice',
  '094': '/n/ref/paymentref',
} as const satisfies Record<MoneyTelegram | '020' | '091' | '094' | '100' | '104', string>

export type TelegramCode = keyof typeof TELEGRAM_PATHS

export const isTelegram = (text: string): text is TelegramCode => Object.hasOwn(TELEGRAM_PATHS, text)

/** A valid telegram, ready to be carried out. Empty texts are fields that were not sent. */
export interface TelegramRequest {
  readonly telegram: TelegramCode
  readonly paymentId: string
  readonly tradingId: string
  /** The total of 020 and 100, the new one of 029 and 103; whole yen. */
  readonly amountYen: number | null
  readonly noticeId: string
  /** Of 020 only. */
  readonly checkout: CardCheckout | null
  /** Of 100 and 104 only. */
  readonly carrierCheckout: CarrierCheckout | null
}

/** How a card is paid at the checkout, or an authorisation is replaced. Empty texts are fields that were not sent. */
export interface CardCheckout {
  readonly token: string
  /** The trading id whose payment is replaced, with the card of that payment. */
  readonly replacedTradingId: string
}

/** How a customer comes to a carrier: to let the shop have an open id (104), and to pay (100). */
export interface CarrierCheckout {
  readonly carrier: Carrier
  /** Where the customer comes back to. */
  readonly returnUrl: string
  readonly cancelUrl: string
  /** Empty in 104 and for softbank, which has none. */
  readonly openId: string
  /** Base URL of the simulator's pages. */
  readonly pagesUrl: string
}

/** au has two numbers for its two ways of paying; one is enough here. */
export const CAREER_TYPES = { docomo: '5', au: '4', softbank: '6' } as const satisfies Record<Carrier, string>

const carrierOf = (careerType: string): Carrier | null => {
  const known = Object.entries(CAREER_TYPES) as [Carrier, string][]
  return known.find(([, number]) => number === careerType)?.[0] ?? null
}

export interface RequestProblem {
  readonly code: string
  readonly detail: string
}

/** The P codes that this simulator returns; the exact number of each is Paygent's own choice. */
const PROBLEMS = {
  login: { code: 'P002', detail: '接続IDまたは接続パスワードが不正です。' },
  missing: { code: 'P005', detail: '必須項目が設定されていません。' },
  withoutPages: { code: 'P007', detail: 'シミュレーターに --browser-port が指定されていないため、利用できません。' },
  version: { code: 'P006', detail: '電文バージョンが不正です。' },
  telegram: { code: 'P008', detail: '電文種別が不正です。' },
  unservedTelegram: { code: 'P008', detail: 'の電文は、このシミュレーターでは利用できません。' },
  path: { code: 'P009', detail: '電文種別と接続先が一致しません。' },
  value: { code: 'P010', detail: 'パラメータの値は不正な値です。' },
  unserved: { code: 'P010', detail: 'このシミュレーターでは利用できません。' },
  size: { code: 'P011', detail: 'パラメータが長すぎます。' },
  encoding: { code: 'P012', detail: '電文の形式が不正です。' },
} as const satisfies Record<string, RequestProblem>

const problem = (name: keyof typeof PROBLEMS, field = ''): RequestProblem => ({
  code: PROBLEMS[name].code,
  detail: `${field}${PROBLEMS[name].detail}`,
})

export const MAX_REQUEST_BYTES = 102_400
const MAX_NAME_LENGTH = 30

const FORMATS = {
  merchant_id: /^.{0,9}$/,
  connect_id: /^.{0,32}$/,
  connect_password: /^.{0,32}$/,
  trading_id: /^[A-Za-z0-9_]{0,25}$/,
  payment_id: /^\d{0,18}$/,
  payment_notice_id: /^\d{0,18}$/,
  payment_amount: /^(|[1-9]\d{0,8})$/,
  amount: /^(|[1-9]\d{0,8})$/,
  reduction_flag: /^(|0)$/,
  ref_trading_id: /^[A-Za-z0-9_]{0,25}$/,
  card_token: /^[\w.-]{0,100}$/,
  payment_class: /^(|10|21|23|61|80)$/,
  split_count: /^\d{0,3}$/,
  pc_mobile_type: /^[0-4]?$/,
  career_type: /^\d{0,2}$/,
  open_id: /^[\w-]{0,100}$/,
} as const satisfies Record<string, RegExp>

const REQUIRED = {
  '020': ['payment_amount'],
  '021': [],
  '022': [],
  '023': [],
  '029': ['payment_amount', 'reduction_flag'],
  '100': ['trading_id', 'amount', 'career_type', 'return_url', 'cancel_url'],
  '101': [],
  '102': [],
  '103': ['amount'],
  '104': ['trading_id', 'career_type', 'redirect_url', 'cancel_url'],
  '091': [],
  '094': [],
} as const satisfies Record<TelegramCode, readonly string[]>

/** The field in which a telegram carries its total. */
const AMOUNT_FIELDS: Partial<Record<TelegramCode, string>> = {
  '020': 'payment_amount',
  '029': 'payment_amount',
  '100': 'amount',
  '103': 'amount',
}

/** The part of a request that the log of arrivals keeps, whatever the outcome. */
export interface Arrived {
  readonly telegram: string
  readonly paymentId: string
  readonly tradingId: string
  readonly amountYen: number | null
}

export function arrivedOf(fields: FormFields | null): Arrived {
  const telegram = fields?.get('telegram_kind') ?? ''
  const amount = fields?.get(AMOUNT_FIELDS[telegram as TelegramCode] ?? '') ?? ''
  return {
    telegram,
    paymentId: fields?.get('payment_id') ?? '',
    tradingId: fields?.get('trading_id') ?? '',
    amountYen: /^\d{1,9}$/.test(amount) ? Number(amount) : null,
  }
}

const SECRET =
  /password|passphrase|secret|token|^open_id$|^card_number$|^card_valid_term$|card_conf_number|cvc|security_code$/i
const KEPT_LENGTH = 1000

/** The fields of a request as the log of arrivals keeps them: without secrets and card numbers, and each cut to a length. */
export function keptFields(fields: FormFields | null): Readonly<Record<string, string>> | null {
  if (fields === null) return null
  return Object.fromEntries(Array.from(fields, ([name, value]) => [name.slice(0, KEPT_LENGTH), keptValue(name, value)]))
}

function keptValue(name: string, value: string): string {
  if (SECRET.test(name)) return value === '' ? '' : '***'
  // An id has as many digits as a card number, and may look like one.
  const fits = Object.entries(FORMATS).some(([field, format]) => field === name && format.test(value))
  const kept = fits ? value : maskCardNumbers(value)
  return kept.length > KEPT_LENGTH ? `${kept.slice(0, KEPT_LENGTH)}…` : kept
}

/** Known ones that shops send at the checkout, and that are not there. */
const UNSERVED: readonly string[] = ['028', '450']

/**
 * Reads the form as a telegram, or names the first problem. Unknown fields are ignored.
 * @param pagesUrl base URL of the simulator's pages, null where there are none
 */
export function readTelegram(
  path: string,
  fields: FormFields | null,
  bytes: number,
  login: SimulatorLogin,
  pagesUrl: string | null,
): TelegramRequest | RequestProblem {
  if (fields === null) return problem('encoding')
  if (bytes > MAX_REQUEST_BYTES) return problem('size')
  if (!loginFits(fields, login)) return problem('login')
  const telegram = fields.get('telegram_kind') ?? ''
  if (telegram === '') return problem('missing', 'telegram_kind')
  if (UNSERVED.includes(telegram)) return problem('unservedTelegram', telegram)
  if (!isTelegram(telegram)) return problem('telegram')
  if (TELEGRAM_PATHS[telegram] !== path) return problem('path')
  const malformed = fieldProblem(telegram, fields)
  if (malformed !== null) return malformed
  const carrierCheckout = isCarrierCheckout(telegram) ? carrierCheckoutOf(telegram, fields, pagesUrl) : null
  if (carrierCheckout !== null && 'code' in carrierCheckout) return carrierCheckout
  return {
    ...arrivedOf(fields),
    telegram,
    noticeId: fields.get('payment_notice_id') ?? '',
    checkout: telegram === '020' ? checkoutOf(fields) : null,
    carrierCheckout,
  }
}

const loginFits = (fields: FormFields, login: SimulatorLogin): boolean =>
  fields.get('merchant_id') === login.merchantId &&
  fields.get('connect_id') === login.connectId &&
  fields.get('connect_password') === login.connectPassword

function fieldProblem(telegram: TelegramCode, fields: FormFields): RequestProblem | null {
  const version = fields.get('telegram_version') ?? ''
  if (version === '') return problem('missing', 'telegram_version')
  if (version !== '1.0') return problem('version')
  for (const name of fields.keys())
    if (name.length > MAX_NAME_LENGTH) return problem('size', name.slice(0, MAX_NAME_LENGTH))
  for (const [name, format] of Object.entries(FORMATS)) {
    if (!format.test(fields.get(name) ?? '')) return problem('value', name)
  }
  for (const name of REQUIRED[telegram]) if ((fields.get(name) ?? '') === '') return problem('missing', name)
  if (telegram === '020') return checkoutProblem(fields)
  if (isCarrierCheckout(telegram)) return null
  const named = (fields.get('payment_id') ?? '') !== '' || (fields.get('trading_id') ?? '') !== ''
  return named || telegram === '091' ? null : problem('missing', 'payment_id')
}

const checkoutOf = (fields: FormFields): CardCheckout => ({
  token: fields.get('card_token') ?? '',
  replacedTradingId: fields.get('ref_trading_id') ?? '',
})

const isOn = (fields: FormFields, name: string): boolean => !['', '0'].includes(fields.get(name) ?? '')

/** 3-D Secure and stored cards are not there: a request for them is refused and never carried out without them. */
function checkoutProblem(fields: FormFields): RequestProblem | null {
  const { token, replacedTradingId } = checkoutOf(fields)
  if (token === '' && replacedTradingId === '') return problem('missing', 'card_token')
  if ((fields.get('trading_id') ?? '') === '' && replacedTradingId === '') return problem('missing', 'trading_id')
  if (isOn(fields, '3dsecure_use_type') && fields.get('3dsecure_ryaku') !== '1')
    return problem('unserved', '3dsecure_use_type')
  const stored = ['stock_card_mode', 'customer_card_id'].find((name) => isOn(fields, name))
  return stored === undefined ? null : problem('unserved', stored)
}

export type CarrierCheckoutTelegram = '100' | '104'
export const isCarrierCheckout = (telegram: TelegramCode): telegram is CarrierCheckoutTelegram =>
  telegram === '100' || telegram === '104'

/** The fields with which a shop says where the customer goes on. `other_url` leads to no page here. */
const SHOP_URLS = { '100': ['return_url', 'cancel_url', 'other_url'], '104': ['redirect_url', 'cancel_url'] } as const

/** A plain address of the web: what stands in it goes into headers and pages. */
const SHOP_URL = /^https?:\/\/([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?([/?#][\x21-\x7e]*)?$/i
const MAX_URL_LENGTH = 2000

const isShopUrl = (text: string): boolean => text.length <= MAX_URL_LENGTH && SHOP_URL.test(text) && URL.canParse(text)

function carrierCheckoutOf(
  telegram: CarrierCheckoutTelegram,
  fields: FormFields,
  pagesUrl: string | null,
): CarrierCheckout | RequestProblem {
  const given = (name: string): string => fields.get(name) ?? ''
  const carrier = carrierOf(given('career_type'))
  if (carrier === null || (telegram === '104' && carrier === 'softbank')) return problem('value', 'career_type')
  const wrong = SHOP_URLS[telegram].find((name) => given(name) !== '' && !isShopUrl(given(name)))
  if (wrong !== undefined) return problem('value', wrong)
  // A sale at once would otherwise be left aside.
  if (isOn(fields, 'sales_flg')) return problem('unserved', 'sales_flg')
  const openId = telegram === '100' && carrier !== 'softbank' ? given('open_id') : ''
  if (telegram === '100' && carrier !== 'softbank' && openId === '') return problem('missing', 'open_id')
  if (pagesUrl === null) return problem('withoutPages')
  return { carrier, returnUrl: given(SHOP_URLS[telegram][0]), cancelUrl: given('cancel_url'), openId, pagesUrl }
}

export const valueProblem = (field: string): RequestProblem => problem('value', field)

// Kept apart from the server, so that the configuration can name the login without loading TLS and SQLite.
export interface SimulatorLogin {
  readonly merchantId: string
  readonly connectId: string
  readonly connectPassword: string
}

/** The login of every simulator. It is not secret, and it is of no use anywhere else. */
export const SIMULATOR_LOGIN = {
  merchantId: '12345678',
  connectId: 'simulator',
  connectPassword: 'simulator',
} as const satisfies SimulatorLogin
