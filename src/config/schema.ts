// Every setting, what it may be and what it is when unset: page 3.3, one row each.
import * as z from 'zod'
import { CUT_OFF, PROFILES, TIME_OF_DAY } from '../domain/carriers.js'

/** An empty value counts as unset, so that `NAME=` in an .env file changes nothing. */
const optional = <Type extends z.ZodType>(type: Type) =>
  z.preprocess((value) => (value === '' ? undefined : value), type)
const text = optional(z.string().optional())
const whole = (fallback: number, min: number, max: number) =>
  optional(z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max)).default(fallback))
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values, fallback: Values[number]) =>
  optional(z.enum(values).default(fallback))

export const ENVIRONMENTS = ['simulator', 'sandbox', 'production'] as const
export type Environment = (typeof ENVIRONMENTS)[number]

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** What a value may be, in words for the error message; the same for every language. */
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
  PAYGENT_NOTICES: 'on | off',
  PAYGENT_KEEPALIVE: 'on | off',
  PAYGENT_CONFIRM_ORDERS: '1-1000000',
  PAYGENT_CONFIRM_YEN: '1-1000000000000',
  PAYGENT_LANG: 'ja | en',
  PAYGENT_LOG_LEVEL: LOG_LEVELS.join(' | '),
  PAYGENT_SHOP_DATABASE: 'mysql://… | postgres://…',
  PAYGENT_WEBHOOK: 'https://…',
  PAYGENT_PING: 'https://…',
}

const url = (...protocols: readonly string[]) =>
  optional(
    z
      .string()
      .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol))
      .optional(),
  )

export const SCHEMA = z.object({
  PAYGENT_ENVIRONMENT: oneOf(ENVIRONMENTS, 'simulator'),
  PAYGENT_ENDPOINT: url('https:'),
  PAYGENT_MERCHANT_ID: optional(
    z
      .string()
      .regex(/^\d{1,9}$/)
      .optional(),
  ),
  PAYGENT_CONNECT_ID: optional(z.string().min(1).max(32).optional()),
  PAYGENT_CONNECT_PASSWORD: optional(z.string().min(1).max(32).optional()),
  PAYGENT_CLIENT_CERT: text,
  PAYGENT_CLIENT_CERT_PASSPHRASE: text,
  PAYGENT_CA_CERT: text,
  PAYGENT_PROXY: url('http:'),
  PAYGENT_TIMEOUT_MS: whole(35_000, 1_000, 300_000),
  PAYGENT_DB: optional(z.string().default('paygent.db')),
  PAYGENT_RULES: oneOf(PROFILES, 'manual'),
  PAYGENT_CUTOFF: optional(z.string().regex(TIME_OF_DAY).optional()),
  PAYGENT_SETTLE_SECONDS: whole(120, 0, 86_400),
  PAYGENT_NIGHTLY: oneOf(['shipped', 'all'], 'shipped'),
  PAYGENT_NOTICES: oneOf(['off', 'on'], 'off'),
  PAYGENT_STATE_DIR: text,
  PAYGENT_KEEPALIVE: oneOf(['on', 'off'], 'on'),
  PAYGENT_CONFIRM_ORDERS: whole(50, 1, 1_000_000),
  PAYGENT_CONFIRM_YEN: whole(500_000, 1, 1_000_000_000_000),
  PAYGENT_LANG: oneOf(['ja', 'en'], 'ja'),
  PAYGENT_LOG: optional(z.string().default('paygent.log')),
  PAYGENT_LOG_LEVEL: oneOf(LOG_LEVELS, 'info'),
  PAYGENT_SHOP_DATABASE: url('mysql:', 'postgres:', 'postgresql:'),
  PAYGENT_WEBHOOK: url('https:', 'http:'),
  PAYGENT_PING: url('https:', 'http:'),
})

export type SettingName = keyof z.infer<typeof SCHEMA>
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
