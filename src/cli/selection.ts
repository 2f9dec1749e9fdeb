// Reads the options that choose orders: numbers named on the command line, or filters.
import type { OrderFilter } from '../domain/chosen.js'
import { CARRIERS, type Carrier, type Order } from '../domain/order.js'
import { AppError } from '../errors.js'
import type { OrderStore } from '../ports.js'
import type { Terminal } from './terminal.js'

export interface FilterOptions {
  readonly method?: string
  readonly from?: string
  readonly to?: string
  readonly search?: string
  readonly shipped?: boolean
}

const METHODS: readonly string[] = ['credit', ...CARRIERS]

/** The options as a filter; a value that cannot be one is wrong usage. */
export function filterOf({ method, from, to, search, shipped }: FilterOptions): OrderFilter {
  const methods = method?.split(',').map((name) => name.trim())
  const wrong = methods?.find((name) => !METHODS.includes(name))
  if (wrong !== undefined)
    throw new AppError('bad-value', { name: '--method', value: wrong, expected: METHODS.join(', ') })
  return {
    ...(methods && { methods: methods as (Carrier | 'credit')[] }),
    ...(from !== undefined && { from: dateOf('--from', from) }),
    ...(to !== undefined && { to: dateOf('--to', to) }),
    ...(search !== undefined && search.trim() !== '' && { search: search.trim() }),
    ...(shipped === true && { shipped }),
  }
}

/** A day as `YYYY-MM-DD`, `/` allowed; anything else is wrong usage. */
export function dateOf(name: string, value: string): string {
  const date = value.replaceAll('/', '-')
  const parsed = /^\d{4}-\d\d-\d\d$/.test(date) ? new Date(`${date}T00:00:00Z`) : null
  if (parsed !== null && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)) return date
  throw new AppError('bad-value', { name, value, expected: 'YYYY-MM-DD' })
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
