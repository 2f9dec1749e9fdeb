// Finds the orders of `paygent orders`: its own filters, which no column of the mirror holds, and its sorting.
import { msOfIso } from '../clock.js'
import { authorisationAge, lastDayOf } from '../domain/age.js'
import { fits, type OrderFilter } from '../domain/chosen.js'
import { isOfStatus } from '../domain/order-status.js'
import type { Operation, Order } from '../domain/order.js'
import { permit, type RuleContext } from '../domain/permit.js'
import { STATE_LABELS, stateLabel, type StateLabel } from '../domain/statuses.js'
import { AppError } from '../errors.js'
import type { MirrorOrders, Page } from '../mirror/orders.js'
import { comparedName } from '../text/names.js'
import { LANGS } from '../ui/screen.js'
import { labelWord } from '../ui/words.js'
import { asSending, type Running } from './running.js'
import { type Days, daysOf, parts, wholeOf } from './selection.js'

export interface SearchOptions {
  readonly for?: Operation
  readonly expiring?: string
  readonly status?: string
  readonly state?: string
  readonly soldOn?: string
  readonly sort?: string
  readonly reverse?: boolean
}

/** The list's own filters, and its order. */
export interface Wanted {
  readonly for: Operation | null
  /** Days that the authorisation has at most. */
  readonly expiring: number | null
  /** 対応状況, one of them; null is any. */
  readonly statuses: readonly string[] | null
  /** ペイジェント状況, one of them; null is any. */
  readonly states: readonly StateLabel[] | null
  readonly soldOn: Days | null
  readonly sort: Sort
  readonly reverse: boolean
}

type Sort = keyof typeof SORTS

type Key = string | number | null

/** Each way of sorting: its names, and the key of an order, the smallest first; an order without a key is the last. */
const SORTS = {
  date: { names: ['受注日'], largestFirst: true, key: ({ orderedAt }: Order): Key => orderedAt || null },
  number: {
    names: ['受注番号', '番号'],
    largestFirst: false,
    key: ({ orderId }: Order): Key => orderId.padStart(20, '0'),
  },
  name: {
    names: ['顧客名'],
    largestFirst: false,
    key: ({ customerName }: Order): Key => comparedName(customerName) || null,
  },
  total: { names: ['購入金額', '金額'], largestFirst: true, key: ({ totalYen }: Order): Key => totalYen },
  shipped: { names: ['発送日', '発送'], largestFirst: true, key: ({ shippedAt }: Order): Key => shippedAt },
  expiry: {
    names: ['オーソリ期限', '期限', '残り'],
    largestFirst: false,
    key: (order: Order, today: string): Key => (authorisationAge(order, today) === null ? null : lastDayOf(order)),
  },
} as const

const SORT_NAMES = Object.keys(SORTS) as Sort[]

/** The options as filters; a value that cannot be one is wrong usage. */
export function wantedOf(options: SearchOptions, today: string): Wanted {
  const { status, state, soldOn, sort = 'date' } = options
  return {
    for: options.for ?? null,
    expiring: wholeOf('--expiring', options.expiring, 0),
    statuses: status === undefined ? null : parts(status).map(statusOf),
    states: state === undefined ? null : parts(state).map(stateOf),
    soldOn: soldOn === undefined ? null : daysOf('--sold-on', soldOn, today),
    sort: sortOf(sort),
    reverse: options.reverse === true,
  }
}

function statusOf(value: string): string {
  if (value !== '') return value
  throw new AppError('bad-value', { name: '--status', value, expected: '発送済み, 5, -' })
}

/** A state by its word in either language, or by its code; `-` is the empty one. */
function stateOf(value: string): StateLabel {
  const form = comparedName(value)
  const namesOf = (label: StateLabel): string[] =>
    label === 'blank' ? [label, '-', '表示なし'] : [label, ...LANGS.map((lang) => labelWord(label, lang))]
  const found = STATE_LABELS.find((label) => namesOf(label).some((name) => comparedName(name) === form))
  if (found !== undefined) return found
  throw new AppError('bad-value', { name: '--state', value, expected: STATE_LABELS.join(', ') })
}

function sortOf(value: string): Sort {
  const form = comparedName(value)
  const found = SORT_NAMES.find((sort) => [sort, ...SORTS[sort].names].some((name) => comparedName(name) === form))
  if (found !== undefined) return found
  throw new AppError('bad-value', { name: '--sort', value, expected: SORT_NAMES.join(', ') })
}

/** A page of what was found, with the number and the sum, whole yen, of all of it. */
export interface Found {
  readonly orders: readonly Order[]
  readonly total: number
  /** Null where it would take too long to add up. */
  readonly totalYen: number | null
}

/** The orders of the mirror, and the run that another process carries out on them now. */
interface Searched {
  readonly orders: MirrorOrders
  readonly running: Running | null
}

/**
 * With a filter of the list's own every order is judged; without one the mirror counts and pages. An order in flight is
 * searched and given as one that is being sent.
 * @param today Japan date, `YYYY-MM-DD`
 */
export function searchOrders(
  { orders, running }: Searched,
  filter: OrderFilter,
  wanted: Wanted,
  rules: RuleContext,
  today: string,
  page: Page,
): Found {
  const { soldOn, sort, reverse } = wanted
  const now = (some: readonly Order[]): Order[] => some.map((order) => asSending(order, running))
  if (isPlain(wanted)) {
    const plain = orders.page(filter, page)
    return { ...plain, orders: now(plain.orders) }
  }
  const found: { readonly orderId: string; readonly key: Key }[] = []
  let totalYen = 0
  const take = (some: readonly Order[]): void => {
    for (const order of now(some)) {
      if (!isWanted(order, wanted, rules, today)) continue
      totalYen += order.totalYen
      found.push({ orderId: order.orderId, key: SORTS[sort].key(order, today) })
    }
  }
  if (soldOn === null) orders.inPages(take, wanted.for === null ? filter : { ...filter, sendable: wanted.for })
  else take(soldOrders(orders, soldOn).filter((order) => fits(order, filter)))
  // From the mirror they come as the date sorts them.
  if (soldOn !== null || sort !== 'date' || reverse) found.sort(byKey(SORTS[sort].largestFirst !== reverse))
  const ids = found.slice(page.offset, page.offset + page.limit).map(({ orderId }) => orderId)
  return { orders: now(orders.find(ids)), total: found.length, totalYen }
}

const isPlain = ({ for: operation, expiring, statuses, states, soldOn, sort, reverse }: Wanted): boolean =>
  [operation, expiring, statuses, states, soldOn].every((one) => one === null) && sort === 'date' && !reverse

function isWanted(order: Order, wanted: Wanted, rules: RuleContext, today: string): boolean {
  const { for: operation, expiring, statuses, states } = wanted
  if (operation !== null && permit(order, operation, rules).verdict === 'refused') return false
  if (statuses !== null && !statuses.some((status) => isOfStatus(order.orderStatus, status))) return false
  if (states !== null && !states.includes(stateLabel(order))) return false
  if (expiring === null) return true
  const age = authorisationAge(order, today)
  return age !== null && age.left <= expiring
}

const DAY_MS = 24 * 60 * 60 * 1000
const startOf = (day: string): number => msOfIso(`${day}T00:00:00+09:00`)

const soldOrders = (orders: MirrorOrders, { first, last }: Days): Order[] =>
  orders.soldBetween(startOf(first), startOf(last) + DAY_MS)

interface Keyed {
  readonly orderId: string
  readonly key: Key
}

/** Orders without a key come last either way; equal ones, the higher number first. */
const byKey =
  (largestFirst: boolean) =>
  (a: Keyed, b: Keyed): number => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null) || byNumber(a, b)
    if (a.key === b.key) return byNumber(a, b)
    return a.key < b.key === largestFirst ? 1 : -1
  }

const byNumber = (a: Keyed, b: Keyed): number => (a.orderId.padStart(20, '0') < b.orderId.padStart(20, '0') ? 1 : -1)
