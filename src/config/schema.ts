// Defines every setting, its allowed values and its default: one row each.
import * as z from 'zod/mini'
import { CUT_OFF, PROFILES, TIME_OF_DAY } from '../domain/carriers.js'
import { METHOD_VALUES, readMethodNames } from '../domain/method-names.js'
import { parseStatuses } from '../domain/order-status.js'

// A start reads its settings once, so zod need not generate a function for it first.
z.config({ jitless: true })

/** An empty value counts as unset, so that `NAME=` in an .env file changes nothing. */
const set = <Type extends z.ZodMiniType>(type: Type) =>
  z.pipe(
    z.transform((value) => (value === '' ? undefined : value)),
    type,
  )
const text = set(z.optional(z.string()))
const textOf = (...checks: Parameters<z.ZodMiniString['check']>) => set(z.optional(z.string().check(...checks)))
const textOr = (fallback: string) => set(z._default(z.string(), fallback))
const number = z.pipe(z.string().check(z.regex(/^\d+$/)), z.transform(Number))
const whole = (fallback: number, min: number, max: number) =>
  set(z._default(z.pipe(number, z.number().check(z.minimum(min), z.maximum(max))), fallback))
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values, fallback: Values[number]) =>
  set(z._default(z.enum(values), fallback))

export const ENVIRONMENTS = ['simulator', 'sandbox', 'production'] as const
export type Environment = (typeof ENVIRONMENTS)[number]

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const WEBHOOK_FORMATS = ['json', 'slack', 'text'] as const

/** The allowed values of each setting, in words for the error message; the same for every language. */
export const EXPECTED: Readonly<Record<string, string>> = {
  PAYGENT_ENVIRONMENT: ENVIRONMENTS.join(' | '),
  PAYGENT_ENDPOINT: 'https://127.0.0.1:4430',
  PAYGENT_MERCHANT_ID: '1-9 digits',
  PAYGENT_CONNECT_ID: '1-32 characters',
  PAYGENT_CONNECT_PASSWORD: '1-32 characters',
  PAYGENT_PROXY: 'http://host:port',
  PAYGENT_TIMEOUT_MS: '1000-300000',
  PAYGENT_RULES: PROFILES.join(' | '),
  PAYGENT_CUTOFF: 'HH:MM',
  PAYGENT_SETTLE_SECONDS: '0-86400',
  PAYGENT_NIGHTLY: 'shipped | all',
  PAYGENT_STATUSES: '8=返品受付:cancelled,店舗保留:hold,出荷準備中:sell,-:sell',
  PAYGENT_NOTICES: 'on | off',
  PAYGENT_KEEPALIVE: 'on | off',
  PAYGENT_INQUIRIES: '1-8',
  PAYGENT_CONFIRM_ORDERS: '1-1000000',
  PAYGENT_CONFIRM_YEN: '1-1000000000000',
  PAYGENT_METHODS: `NAME=${METHOD_VALUES.join('|')}, …`,
  PAYGENT_LANG: 'ja | en',
  PAYGENT_LOG_LEVEL: LOG_LEVELS.join(' | '),
  PAYGENT_SHOP_DATABASE: 'mysql://… | postgres://…',
  PAYGENT_REPORT_DAYS: '1-36500',
  PAYGENT_WEBHOOK: 'https://…',
  PAYGENT_WEBHOOK_FORMAT: WEBHOOK_FORMATS.join(' | '),
  PAYGENT_PING: 'https://…',
  PAYGENT_METRICS: '….prom',
}

const url = (...protocols: readonly string[]) =>
  textOf(z.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol)))

export const SCHEMA = z.object({
  PAYGENT_ENVIRONMENT: oneOf(ENVIRONMENTS, 'simulator'),
  PAYGENT_ENDPOINT: url('https:'),
  PAYGENT_MERCHANT_ID: textOf(z.regex(/^\d{1,9}$/)),
  PAYGENT_CONNECT_ID: textOf(z.maxLength(32)),
  PAYGENT_CONNECT_PASSWORD: textOf(z.maxLength(32)),
  PAYGENT_CLIENT_CERT: text,
  PAYGENT_CLIENT_CERT_PASSPHRASE: text,
  PAYGENT_CA_CERT: text,
  PAYGENT_PROXY: url('http:'),
  PAYGENT_TIMEOUT_MS: whole(35_000, 1_000, 300_000),
  PAYGENT_DB: textOr('paygent.db'),
  PAYGENT_RULES: oneOf(PROFILES, 'manual'),
  PAYGENT_CUTOFF: textOf(z.regex(TIME_OF_DAY)),
  PAYGENT_SETTLE_SECONDS: whole(120, 0, 86_400),
  PAYGENT_NIGHTLY: oneOf(['shipped', 'all'], 'shipped'),
  PAYGENT_STATUSES: textOf(z.refine((value) => parseStatuses(value) !== null)),
  PAYGENT_NOTICES: oneOf(['off', 'on'], 'off'),
  PAYGENT_METHODS: textOf(z.refine((value) => readMethodNames(value) !== null)),
  PAYGENT_STATE_DIR: text,
  PAYGENT_KEEPALIVE: oneOf(['on', 'off'], 'on'),
  PAYGENT_INQUIRIES: set(z.optional(z.pipe(number, z.number().check(z.minimum(1), z.maximum(8))))),
  PAYGENT_CONFIRM_ORDERS: whole(50, 1, 1_000_000),
  PAYGENT_CONFIRM_YEN: whole(500_000, 1, 1_000_000_000_000),
  PAYGENT_LANG: oneOf(['ja', 'en'], 'ja'),
  PAYGENT_LOG: textOr('paygent.log'),
  PAYGENT_LOG_LEVEL: oneOf(LOG_LEVELS, 'info'),
  PAYGENT_SHOP_DATABASE: url('mysql:', 'postgres:', 'postgresql:'),
  PAYGENT_REPORT_DIR: text,
  PAYGENT_REPORT_DAYS: whole(400, 1, 36_500),
  PAYGENT_WEBHOOK: url('https:', 'http:'),
  PAYGENT_WEBHOOK_FORMAT: oneOf(WEBHOOK_FORMATS, 'json'),
  PAYGENT_PING: url('https:', 'http:'),
  PAYGENT_PROFILE: text,
  // The exporter reads no file with another ending. It also keeps the setting from naming the mirror or a certificate.
  PAYGENT_METRICS: textOf(z.regex(/\.prom$/)),
})

/** Settings whose value must never be shown, not even in the error about it. */
export const SECRET_SETTINGS: readonly string[] = [
  'PAYGENT_CONNECT_PASSWORD',
  'PAYGENT_CLIENT_CERT_PASSPHRASE',
  'PAYGENT_SHOP_DATABASE',
  'PAYGENT_PROXY',
  'PAYGENT_WEBHOOK',
  'PAYGENT_PING',
]

export const cutOffOf = (settings: z.infer<typeof SCHEMA>): string =>
  settings.PAYGENT_CUTOFF ?? CUT_OFF[settings.PAYGENT_RULES]
