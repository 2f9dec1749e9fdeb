// Defines faults as data.
import { plainPaymentId } from '../domain/order.js'
import { isStatus, STATUS_NAMES } from '../domain/statuses.js'
import { AppError } from '../errors.js'
import { isTelegram } from './telegram.js'

export type Shows = 'reply' | 'reset' | 'silence' | 'half' | 'garbage' | `status:${number}` | `code:${string}`

export interface SimulatorFault {
  readonly match: {
    readonly telegram: string | null
    readonly payment_id: string | null
    readonly trading_id: string | null
    /** The number of the first matching request that the fault strikes, from 1; null strikes all. */
    readonly nth: number | null
  }
  /** Whether the ledger moves at once, as it would without the fault; with `late` it moves too, but later. */
  readonly commits: boolean
  /** The status in which the failed request leaves the payment instead. */
  readonly leaves: string | null
  readonly shows: Shows
  /** The delay between the change of the ledger and the answer. */
  readonly delay_ms: number
  /** The ledger moves only later: after the next inquiry about the payment, or after `after_ms`. */
  readonly late: boolean
  readonly after_ms: number | null
  /** How many requests the fault strikes. Null means one when `nth` is set, and all otherwise. */
  readonly times: number | null
}

/** The statuses that the simulator takes. */
export const STATUS_LIST = Object.keys(STATUS_NAMES).join(' | ')

const SHOWS = 'reply | reset | silence | half | garbage | status:NNN | code:XXXX'
const SHOWN = /^(reply|reset|silence|half|garbage|status:[1-5]\d\d|code:[A-Z0-9]{1,5})$/
const KEYS = ['match', 'commits', 'leaves', 'shows', 'delay_ms', 'late', 'after_ms', 'times']
const MATCH_KEYS = ['telegram', 'payment_id', 'trading_id', 'nth']
const MAX_DELAY_MS = 365 * 24 * 60 * 60 * 1000

type Data = Readonly<Record<string, unknown>>

const bad = (name: string, value: unknown, expected: string): AppError =>
  new AppError('bad-value', { name, value: JSON.stringify(value) ?? String(value), expected })

function dataOf(value: unknown, name: string, keys: readonly string[]): Data {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(name, value, 'JSON object')
  const names = keys.map((key) => SPELLINGS[key] ?? key)
  for (const key of Object.keys(value))
    if (!keys.includes(key) && !names.includes(key)) throw bad(`${name}.${key}`, key, names.join(' | '))
  return value as Data
}

const absent = (value: unknown): value is null | undefined => value === undefined || value === null

/** The names of today for those that a fault is kept under; both are taken. */
const SPELLINGS: Readonly<Record<string, string>> = {
  payment_id: 'paymentId',
  trading_id: 'tradingId',
  delay_ms: 'delayMs',
  after_ms: 'afterMs',
}

function given(data: Data, key: string): { name: string; value: unknown } {
  const name = SPELLINGS[key]
  return name !== undefined && Object.hasOwn(data, name) ? { name, value: data[name] } : { name: key, value: data[key] }
}

function textOf(data: Data, key: string, place: string, format: RegExp, expected: string): string | null {
  const { name, value } = given(data, key)
  if (absent(value)) return null
  const text = Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !format.test(text)) throw bad(`${place}.${name}`, value, expected)
  return text
}

function numberOf(data: Data, key: string, place: string, min: number): number | null {
  const { name, value } = given(data, key)
  if (absent(value)) return null
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= MAX_DELAY_MS
  if (!fits) throw bad(`${place}.${name}`, value, `${min} … ${MAX_DELAY_MS}`)
  return value
}

/** A fault with the names of today, as the control address shows it. */
export function faultShown({ match, delay_ms, after_ms, ...rest }: SimulatorFault): Readonly<Record<string, unknown>> {
  const { telegram, payment_id, trading_id, nth } = match
  return {
    match: { telegram, paymentId: payment_id, tradingId: trading_id, nth },
    ...rest,
    delayMs: delay_ms,
    afterMs: after_ms,
  }
}

function flagOf(data: Data, key: string, name: string, absentMeans: boolean): boolean {
  const value = data[key]
  if (absent(value)) return absentMeans
  if (typeof value !== 'boolean') throw bad(`${name}.${key}`, value, 'true | false')
  return value
}

/**
 * Reads faults from a file or from the control address: one, or an array of them. `commits` is true unless the fault
 * leaves a status, shows a code or is late.
 * @throws AppError `bad-value` naming the place, the value and the allowed values
 */
export function parseFaults(value: unknown): SimulatorFault[] {
  const list = Array.isArray(value) ? value : [value]
  return list.map((item, index) => parseFault(item, Array.isArray(value) ? `faults[${index}]` : 'fault'))
}

function parseFault(value: unknown, name: string): SimulatorFault {
  const data = dataOf(value, name, KEYS)
  const leaves = textOf(data, 'leaves', name, /^\d\d$/, STATUS_LIST)
  if (leaves !== null && !isStatus(leaves)) throw bad(`${name}.leaves`, leaves, STATUS_LIST)
  const shows = (textOf(data, 'shows', name, SHOWN, SHOWS) ?? 'reply') as Shows
  const late = flagOf(data, 'late', name, false)
  const after_ms = numberOf(data, 'after_ms', name, 0)
  const commits = flagOf(data, 'commits', name, leaves === null && !shows.startsWith('code:') && !late)
  if (leaves !== null && (commits || late)) throw bad(`${name}.leaves`, leaves, '"commits": false, "late": false')
  if (after_ms !== null && !late) throw bad(`${name}.after_ms`, after_ms, '"late": true')
  return {
    match: parseMatch(data['match'], `${name}.match`),
    commits,
    leaves,
    shows,
    delay_ms: numberOf(data, 'delay_ms', name, 0) ?? 0,
    late,
    after_ms,
    times: numberOf(data, 'times', name, 1),
  }
}

function parseMatch(value: unknown, name: string): SimulatorFault['match'] {
  const data = dataOf(value ?? {}, name, MATCH_KEYS)
  const telegram = textOf(data, 'telegram', name, /^\d{3}$/, '020 | 021 | … | 094')
  if (telegram !== null && !isTelegram(telegram)) throw bad(`${name}.telegram`, telegram, '020 | 021 | … | 094')
  return {
    telegram,
    payment_id: textOf(data, 'payment_id', name, /^\d{1,18}$/, '"1" … "999999999999999999"'),
    trading_id: textOf(data, 'trading_id', name, /^[A-Za-z0-9_]{1,25}$/, 'A-Z a-z 0-9 _'),
    nth: numberOf(data, 'nth', name, 1),
  }
}

/** A request with the ids of the payments that it means, whichever of the two ids it names them by. */
export interface Addressed {
  readonly telegram: string
  readonly paymentIds: readonly string[]
  readonly tradingIds: readonly string[]
}

/** Whether the fault applies to this request at all; `nth` counts these requests. */
export const isForRequest = ({ match }: SimulatorFault, { telegram, paymentIds, tradingIds }: Addressed): boolean =>
  (match.telegram === null || match.telegram === telegram) &&
  (match.payment_id === null || paymentIds.includes(plainPaymentId(match.payment_id))) &&
  (match.trading_id === null || tradingIds.includes(match.trading_id))

/** Whether the fault strikes the request that is the `seen`-th to match, counted from 1. */
export function strikes({ match, times }: SimulatorFault, seen: number): boolean {
  const first = match.nth ?? 1
  const count = times ?? (match.nth === null ? Infinity : 1)
  return seen >= first && seen < first + count
}
