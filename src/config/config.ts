// Reads the settings into one frozen object, checked as a whole.
import type { RuleProfile } from '../domain/carriers.js'
import { readMethodNames, type MethodNames } from '../domain/method-names.js'
import { parseStatuses, type StatusSetting } from '../domain/order-status.js'
import { AppError } from '../errors.js'
import { cutOffOf, EXPECTED, SCHEMA, SECRET_SETTINGS, type Environment } from './schema.js'

export interface LoginSettings {
  readonly connectId: string
  readonly connectPassword: string
  readonly clientCertPath: string
  readonly passphrase: string | null
  readonly caPath: string
}

export interface Config {
  readonly environment: Environment
  /**
   * Base URL of a simulator that runs elsewhere on this machine; null for the embedded one and outside the simulator.
   */
  readonly endpoint: string | null
  readonly merchantId: string | null
  /** The names of the settings that are missing for a login; empty when `login` is there. */
  readonly loginMissing: readonly string[]
  readonly login: LoginSettings | null
  readonly proxy: string | null
  readonly timeoutMs: number
  readonly dbPath: string
  /** The folder of the machine state; null is the user's state directory. */
  readonly stateDir: string | null
  readonly profile: RuleProfile
  /** `hh:mm`, Japan time. */
  readonly cutOff: string
  readonly settleMs: number
  readonly keepAlive: boolean
  /** How many inquiries may be under way at once. */
  readonly inquiries: number
  readonly confirmOrders: number
  readonly confirmYen: number
  /** True if this tool alone fetches the merchant's notices. */
  readonly notices: boolean
  /** The orders that the nightly run takes. */
  readonly nightly: 'shipped' | 'all'
  /** The shop's names of Paygent's payment methods in its order file. */
  readonly methods: MethodNames
  /** The meanings that the shop has given to its own 対応状況, and the text of that setting. */
  readonly statuses: StatusSetting
  readonly statusesText: string
  /** The folder in which the nightly run leaves its report, and for how many days; null leaves none. */
  readonly reportDir: string | null
  readonly reportDays: number
  /** Receives the report of the nightly run. May hold a secret. */
  readonly webhook: string | null
  /** How it is written: as JSON, or in three lines for a person. */
  readonly webhookFormat: 'json' | 'slack' | 'text'
  readonly ping: string | null
  /** The file of figures for monitoring; null writes none. */
  readonly metricsPath: string | null
  readonly lang: 'ja' | 'en'
  /** `-` is stderr. */
  readonly logPath: string
  readonly logLevel: string
  /** If this is set, the total of an order comes from the shop alone. */
  readonly shopDatabase: string | null
}

/** Variables by name, as the environment or an .env file gives them. */
export type Variables = Readonly<Record<string, string | undefined>>

type Settings = ReturnType<typeof parse>

/**
 * Reads and checks the settings.
 * @param variables the environment over the .env file, with `--db`, `--lang` and Node's own options already in it
 * @throws AppError when a value is not allowed for its setting; nothing has been done yet
 */
export function readConfig(variables: Variables): Config {
  if (variables['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') throw new AppError('tls-check-disabled')
  if (/--tls[-_]keylog/.test(variables['NODE_OPTIONS'] ?? '')) throw new AppError('tls-keys-logged')
  const settings = parse(variables)
  checkEndpoint(settings)
  checkSettleTime(settings)
  const { login, missing } = loginOf(settings)
  return Object.freeze({
    environment: settings.PAYGENT_ENVIRONMENT,
    endpoint: settings.PAYGENT_ENDPOINT?.replace(/\/+$/, '') ?? null,
    merchantId: settings.PAYGENT_MERCHANT_ID ?? null,
    login,
    loginMissing: missing,
    proxy: settings.PAYGENT_PROXY ?? null,
    timeoutMs: settings.PAYGENT_TIMEOUT_MS,
    dbPath: settings.PAYGENT_DB,
    stateDir: settings.PAYGENT_STATE_DIR ?? null,
    profile: settings.PAYGENT_RULES,
    cutOff: cutOffOf(settings),
    settleMs: settings.PAYGENT_SETTLE_SECONDS * 1000,
    keepAlive: settings.PAYGENT_KEEPALIVE === 'on',
    inquiries: settings.PAYGENT_INQUIRIES ?? (settings.PAYGENT_ENVIRONMENT === 'simulator' ? 4 : 1),
    confirmOrders: settings.PAYGENT_CONFIRM_ORDERS,
    confirmYen: settings.PAYGENT_CONFIRM_YEN,
    notices: settings.PAYGENT_NOTICES === 'on',
    nightly: settings.PAYGENT_NIGHTLY,
    methods: readMethodNames(settings.PAYGENT_METHODS ?? '') ?? new Map(),
    statuses: parseStatuses(settings.PAYGENT_STATUSES ?? '') ?? [],
    statusesText: settings.PAYGENT_STATUSES ?? '',
    reportDir: settings.PAYGENT_REPORT_DIR ?? null,
    reportDays: settings.PAYGENT_REPORT_DAYS,
    webhook: settings.PAYGENT_WEBHOOK ?? null,
    webhookFormat: settings.PAYGENT_WEBHOOK_FORMAT,
    ping: settings.PAYGENT_PING ?? null,
    metricsPath: settings.PAYGENT_METRICS ?? null,
    lang: settings.PAYGENT_LANG,
    logPath: settings.PAYGENT_LOG,
    logLevel: settings.PAYGENT_LOG_LEVEL,
    shopDatabase: settings.PAYGENT_SHOP_DATABASE ?? null,
  })
}

function parse(variables: Variables) {
  const result = SCHEMA.safeParse(variables)
  if (result.success) return result.data
  const name = String(result.error.issues[0]?.path[0])
  const given = variables[name] ?? ''
  const value = SECRET_SETTINGS.includes(name) ? '***' : badEntryOf(name, given).replace(/\/\/[^/@]*@/, '//***@')
  throw new AppError('setting-invalid', { name, value, expected: EXPECTED[name] ?? '' })
}

/** Settings that are a list, each with its reader. The reader returns null for an invalid list. */
const LISTS: Readonly<Record<string, (text: string) => unknown>> = {
  PAYGENT_STATUSES: parseStatuses,
  PAYGENT_METHODS: readMethodNames,
}

/** The entry that makes the list invalid, by itself or because it contradicts an earlier one. */
function badEntryOf(name: string, text: string): string {
  const read = LISTS[name]
  if (read === undefined) return text
  const parts = text.split(',')
  const last = parts.findIndex((_, index) => read(parts.slice(0, index + 1).join(',')) === null)
  return parts[last]?.trim() ?? text
}

/** Another simulator is reached only on this machine, and only if the environment is the simulator's. */
function checkEndpoint({ PAYGENT_ENDPOINT: endpoint, PAYGENT_ENVIRONMENT: environment }: Settings): void {
  if (endpoint === undefined) return
  const host = new URL(endpoint).hostname
  const loopback = host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
  if (environment === 'simulator' && loopback) return
  throw new AppError('endpoint-not-allowed', { value: new URL(endpoint).origin, environment })
}

/** A request may still arrive while its time-out runs. Outside the simulator the settle time gives it 60 s more. */
function checkSettleTime(settings: Settings): void {
  if (settings.PAYGENT_ENVIRONMENT === 'simulator') return
  const least = Math.ceil(settings.PAYGENT_TIMEOUT_MS / 1000) + 60
  if (settings.PAYGENT_SETTLE_SECONDS >= least) return
  const value = String(settings.PAYGENT_SETTLE_SECONDS)
  throw new AppError('setting-invalid', { name: 'PAYGENT_SETTLE_SECONDS', value, expected: `${least}-86400` })
}

/** The settings without which Paygent cannot be reached outside the simulator. */
export const LOGIN_SETTINGS = [
  'PAYGENT_MERCHANT_ID',
  'PAYGENT_CONNECT_ID',
  'PAYGENT_CONNECT_PASSWORD',
  'PAYGENT_CLIENT_CERT',
  'PAYGENT_CA_CERT',
] as const

function loginOf(settings: Settings): { login: LoginSettings | null; missing: readonly string[] } {
  const missing = LOGIN_SETTINGS.filter((name) => settings[name] === undefined)
  if (missing.length > 0) return { login: null, missing }
  const login = {
    connectId: settings.PAYGENT_CONNECT_ID ?? '',
    connectPassword: settings.PAYGENT_CONNECT_PASSWORD ?? '',
    clientCertPath: settings.PAYGENT_CLIENT_CERT ?? '',
    passphrase: settings.PAYGENT_CLIENT_CERT_PASSPHRASE ?? null,
    caPath: settings.PAYGENT_CA_CERT ?? '',
  }
  return { login: Object.freeze(login), missing }
}
