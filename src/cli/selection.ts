// Reads the options that choose orders: numbers named on the command line, or filters.
import { japanDate } from '../clock.js'
import type { OrderFilter } from '../domain/chosen.js'
import { SPOKEN_NAMES } from '../domain/method-names.js'
import { CARRIERS, type Carrier, type Order } from '../domain/order.js'
import { AppError } from '../errors.js'
import type { OrderStore } from '../ports.js'
import { comparedName } from '../text/names.js'
import type { Terminal } from './terminal.js'

export interface FilterOptions {
  readonly method?: string
  readonly from?: string
  readonly to?: string
  readonly search?: string
  readonly shipped?: boolean
}

const METHODS: readonly (Carrier | 'credit')[] = ['credit', ...CARRIERS]

/** The parts of a value between commas, which an input method writes as 、. */
export const parts = (value: string): string[] => value.split(/[,，、]/).map((part) => part.trim())

/** A method by the name of the option, or by one that staff use (ドコモ). @throws AppError bad-value */
function methodOf(name: string): Carrier | 'credit' {
  const form = comparedName(name)
  const found = METHODS.find((method) => [method, ...SPOKEN_NAMES[method]].some((one) => comparedName(one) === form))
  if (found !== undefined) return found
  throw new AppError('bad-value', { name: '--method', value: name, expected: METHODS.join(', ') })
}

/**
 * The options as a filter; a value that cannot be one, and a range without a day, are wrong usage.
 * @param nowMs epoch milliseconds: `today` and the like are days of it
 */
export function filterOf({ method, from, to, search, shipped }: FilterOptions, nowMs: number): OrderFilter {
  const today = japanDate(nowMs)
  const first = from === undefined ? null : daysOf('--from', from, today).first
  const last = to === undefined ? null : daysOf('--to', to, today).last
  if (first !== null && last !== null && first > last) throw new AppError('impossible-range', { first, second: last })
  return {
    ...(method !== undefined && { methods: parts(method).map(methodOf) }),
    ...(first !== null && { from: first }),
    ...(last !== null && { to: last }),
    ...(search !== undefined && search.trim() !== '' && { search: search.trim() }),
    ...(shipped === true && { shipped }),
  }
}

/** The first and the last of some days, Japan dates `YYYY-MM-DD`. */
export interface Days {
  readonly first: string
  readonly last: string
}

const dayBefore = (today: string, days: number): string =>
  new Date(Date.parse(`${today}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)

/** The month that holds the day. */
const monthOf = (day: string): Days => {
  const [year, month] = day.split('-').map(Number) as [number, number]
  return { first: `${day.slice(0, 7)}-01`, last: new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10) }
}

const oneDay = (day: string): Days => ({ first: day, last: day })

const NAMED_DAYS: readonly (readonly [RegExp, (today: string, days: number) => Days])[] = [
  [/^(?:today|今日|本日)$/, oneDay],
  [/^(?:yesterday|昨日)$/, (today) => oneDay(dayBefore(today, 1))],
  [/^(\d{1,4})(?:d|日|日前)$/, (today, days) => oneDay(dayBefore(today, days))],
  [/^(?:month|今月)$/, monthOf],
  [/^(?:last-month|先月)$/, (today) => monthOf(dayBefore(`${today.slice(0, 7)}-01`, 1))],
]

/**
 * A day, or a month by its name: `YYYY-MM-DD`, today, `7d` (that many days ago), month and last-month, and their
 * Japanese words; anything else is wrong usage.
 * @param today Japan date, `YYYY-MM-DD`
 */
export function daysOf(name: string, value: string, today: string): Days {
  const form = comparedName(value)
  for (const [pattern, days] of NAMED_DAYS) {
    const match = pattern.exec(form)
    if (match !== null) return days(today, Number(match[1] ?? 0))
  }
  return oneDay(dateOf(name, form, 'YYYY-MM-DD, today, yesterday, 7d, month, last-month'))
}

/** A day as `YYYY-MM-DD`, `/` allowed; anything else is wrong usage. */
export function dateOf(name: string, value: string, expected = 'YYYY-MM-DD'): string {
  const date = value.replaceAll('/', '-')
  const parsed = /^\d{4}-\d\d-\d\d$/.test(date) ? new Date(`${date}T00:00:00Z`) : null
  if (parsed !== null && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)) return date
  throw new AppError('bad-value', { name, value, expected })
}

/** A whole number of at least `least`, full-width digits included, or wrong usage. */
export function wholeOf(name: string, value: string | undefined, least = 1): number | null {
  if (value === undefined) return null
  const given = value.normalize('NFKC').trim()
  const plain = /^\d{1,3}(?:,\d{3})+$/.test(given) ? given.replaceAll(',', '') : given
  const number = Number(plain)
  if (/^\d+$/.test(plain) && number >= least && Number.isSafeInteger(number)) return number
  throw new AppError('bad-value', { name, value, expected: `${least}, ${least + 1}, …` })
}

/** One order number as it was typed, full-width digits and leading zeros included; anything else is wrong usage. */
export function orderNumber(given: string): string {
  const number = plainNumber(given)
  if (!/^\d+$/.test(number)) throw new AppError('unknown-orders', { orders: [given] })
  return number
}

const plainNumber = (given: string): string =>
  given
    .normalize('NFKC')
    .trim()
    .replace(/^0+(?=\d)/, '')

/** The number of a run as the screens show it: `4`, `#4`, `＃４`; anything else is wrong usage. */
export const runNumber = (name: string, given: string): number =>
  wholeOf(name, given.normalize('NFKC').trim().replace(/^#/, '')) ?? 0

/** The numbers of a list as the screens show it: `852,853`, `852、853`, with blanks or without. */
export const listed = (given: string): string[] =>
  given
    .normalize('NFKC')
    .split(/[,、\s]+/)
    .filter((part) => part !== '')

/** The most orders that can be named: more could not be planned in memory, nor sent in a day. */
export const MOST_NAMED = 20_000

/**
 * The numbers of `--orders` in the order given, each once; `-` reads them from stdin.
 * @throws AppError no-orders-named, too-many-named
 */
export async function namedOrders(values: readonly string[], terminal: Pick<Terminal, 'lines'>): Promise<string[]> {
  const given = new Set<string>()
  const take = (part: string): void => {
    given.add(plainNumber(part))
    if (given.size > MOST_NAMED) throw new AppError('too-many-named', { limit: MOST_NAMED })
  }
  for (const value of values) {
    if (value === '-') for await (const line of terminal.lines()) listed(line).forEach(take)
    else listed(value).forEach(take)
  }
  if (given.size === 0) throw new AppError('no-orders-named')
  return [...given]
}

/** The most numbers that an error lists. */
const MOST_LISTED = 100

function unknownOrders(numbers: readonly string[]): AppError {
  const more = numbers.length - MOST_LISTED
  const orders = numbers.slice(0, MOST_LISTED)
  return new AppError('unknown-orders', more > 0 ? { orders, more } : { orders })
}

/** The named orders. @throws AppError unknown-orders with all numbers that are wrong or not in the mirror */
export function findNamed(numbers: readonly string[], orders: OrderStore): Order[] {
  const found = orders.find(numbers.filter((number) => /^\d+$/.test(number)))
  const known = new Set(found.map(({ orderId }) => orderId))
  const unknown = numbers.filter((number) => !known.has(number))
  if (unknown.length > 0) throw unknownOrders(unknown)
  return found
}
