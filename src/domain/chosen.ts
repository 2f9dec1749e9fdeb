// Defines how a run's orders were chosen, whether they would be chosen again, and the sums of the orders that may be
// sent.
import { comparedName, LONGEST_NAME, usualShapes } from '../text/names.js'
import {
  comparedStatus,
  entryText,
  isShipped,
  type Meaning,
  parseStatus,
  parseStatuses,
  readStatus,
  SELLABLE_ORDER_STATUS,
  type StatusSetting,
} from './order-status.js'
import type { Carrier, MoneyTelegram, Operation, Order } from './order.js'
import type { Permission, Reason } from './outcome.js'
import { type Mark, markOf, permit, type RuleContext, takenByAll } from './permit.js'

/** The orders that a list shows, and that `--all` and the night take. */
export interface OrderFilter {
  readonly methods?: readonly (Carrier | 'credit')[]
  /** Japan dates `YYYY-MM-DD`, both inclusive, of the order. */
  readonly from?: string
  readonly to?: string
  /** Part of the order number or the customer's name. */
  readonly search?: string
  readonly shipped?: boolean
  /**
   * Takes only orders for which a batch may have something to send under any rules: the statuses of `MAY_BE_SENT`. Most
   * orders of an old shop are finished and need not be read.
   */
  readonly sendable?: Operation
}

/** How one order came into a run. `ticked-by-all` is the picker's key that ticks every order. */
export const ORIGINS = ['all', 'night', 'ticked', 'ticked-by-all', 'named'] as const
export type Origin = (typeof ORIGINS)[number]

/** The options of a command by which the rules decide. They stay the same for a run, but the time of day does not. */
export type RunRules = Omit<RuleContext, 'nowMs'>

/** The request for a run. It is stored with the run, so that its rules can be applied again before each request. */
export interface Asked {
  readonly operation: Operation
  readonly rules: RunRules
  /** Dates and words as the command had them when it made the plan. */
  readonly filter: OrderFilter
}

/** Applies the filter to one order. A list finds the same orders by SQL. */
export function fits(order: Order, { methods, from, to, search, shipped }: Omit<OrderFilter, 'sendable'>): boolean {
  const { orderedAt } = order
  const method: string = order.carrier ?? order.method
  if (methods !== undefined && methods.length > 0 && !methods.some((wanted) => wanted === method)) return false
  if (from !== undefined && orderedAt < from) return false
  // 'U' follows the 'T' before the time of day, so the whole last day is included. An order without a date matches no
  // day.
  if (to !== undefined && (orderedAt === '' || orderedAt >= `${to}U`)) return false
  if (shipped !== undefined && shipped !== isShipped(order)) return false
  return search === undefined || isFound(order, usualShapes(comparedName(search)))
}

const isFound = ({ orderId, customerName }: Order, part: string): boolean =>
  orderId.includes(part) || usualShapes(comparedName(customerName)).includes(part)

/** Whether the fences of `--all` alone chose the order; the operator has seen every other one. */
export const isTaken = (origin: Origin): boolean => origin === 'all' || origin === 'night'

/** Whether the operator chose this very order. */
export const isOwnChoice = (origin: Origin): boolean => origin === 'named' || origin === 'ticked'

/** How one order came into a past run. */
export interface PastChoice {
  /** Null in a run of an earlier version, which did not store it. */
  readonly origin: Origin | null
  /** The mark that the plan of that run showed. */
  readonly mark: Mark | null
}

/** How a past run chose its orders, by their numbers. */
export interface RunChoice {
  readonly filter: OrderFilter
  readonly orders: ReadonlyMap<string, PastChoice>
}

/**
 * How an order of a past run comes into the run that takes it up again. Its operator did not choose it with a mark that
 * has come up since, nor is it known who chose the orders of an earlier version's run: no such order counts as an own
 * choice.
 */
export function originAgain(past: PastChoice | undefined, mark: Mark | null): Origin {
  const origin = past?.origin ?? 'ticked-by-all'
  return isOwnChoice(origin) && mark !== null && past?.mark !== mark ? 'ticked-by-all' : origin
}

/** Why an order that is read again is not sent: by the rules, or because its choice or its request has changed. */
export type Objection = Reason | Extract<Permission, { verdict: 'ask' }>['missing'] | 'request' | 'filter' | 'left-out'

/** The part of a planned request that records how it was chosen, and the result of the choice. */
export interface ChosenRequest {
  readonly telegram: MoneyTelegram
  /** The amount that Paygent captures or releases, whole yen. */
  readonly amountYen: number
  readonly asked: Asked
  readonly origin: Origin
  /** The mark that the plan showed to the operator who confirmed it. */
  readonly mark: Mark | null
}

/**
 * Applies the rules again, and the filters and fences that chose the order. Null if they still give the very same
 * telegram. Pure.
 * @param order as it is now, without an open attempt that the step is to close
 */
export function objectionTo(order: Order, step: ChosenRequest, nowMs: number): Objection | null {
  const { operation, filter } = step.asked
  const rules = { ...step.asked.rules, nowMs }
  const permission = permit(order, operation, rules)
  if (permission.verdict === 'refused') return permission.reason
  if (permission.verdict === 'ask') return permission.missing
  if (permission.telegram !== step.telegram || permission.amountYen !== step.amountYen) return 'request'
  if (!fits(order, filter)) return 'filter'
  // The confirmed plan did not show this mark.
  const mark = markOf(order, operation, rules)
  if (mark !== null && step.mark === null) return mark
  return !isOwnChoice(step.origin) && !takenByAll(order, operation, rules) ? 'left-out' : null
}

/**
 * The order as the rules see it for a request that broke off inside Paygent and is sent once more. A cancel is finished
 * although the shop has called the order off meanwhile, because that is what the shop wants. A sale is not.
 */
export const toBeFinished = (order: Order, { asked }: Pick<ChosenRequest, 'asked'>): Order =>
  asked.operation === 'cancel' ? { ...order, orderStatus: SELLABLE_ORDER_STATUS } : order

/**
 * Orders that the rules cannot tell apart, counted together for the first screen. For a batch, `permit` gives the same
 * answer about each of them. Amounts are whole yen.
 */
export interface OrderGroup {
  readonly example: Order
  readonly count: number
  /** The sum of all their totals. */
  readonly totalYen: number
  /** The sum of the amounts that Paygent holds for them; 0 if that is not known. */
  readonly heldYen: number
}

export const groupOfOne = (order: Order): OrderGroup => ({
  example: order,
  count: 1,
  totalYen: order.totalYen,
  heldYen: order.heldAmountYen ?? 0,
})

export interface OrderSum {
  readonly count: number
  readonly yen: number
}

/**
 * The number of orders that may be sent, and the yen that would be captured or released; the total if the held amount
 * is unknown.
 */
export function sumOf(groups: readonly OrderGroup[], operation: Operation, rules: RuleContext): OrderSum {
  let [count, yen] = [0, 0]
  for (const group of groups) {
    // Marked orders are counted apart, because only the operator's own choice sends them.
    if (markOf(group.example, operation, rules) !== null) continue
    const permission = permit(group.example, operation, rules)
    if (permission.verdict === 'refused' || isToAsk(permission)) continue
    count += group.count
    yen += yenOf(group, permission)
  }
  return { count, yen }
}

/** The number of orders whose request is not clear before Paygent has answered an inquiry. */
export const toAskIn = (groups: readonly OrderGroup[], rules: RuleContext): number =>
  groups
    .filter(({ example }) => isToAsk(permit(example, 'sale', rules)))
    .reduce((count, group) => count + group.count, 0)

const isToAsk = (permission: Permission): boolean => permission.verdict === 'ask' && permission.request === null

/** A request has the held amount or the total, and the same one of the two for the whole group. */
function yenOf({ example, totalYen, heldYen }: OrderGroup, permission: Permission): number {
  return permission.verdict === 'permitted' && permission.amountYen === example.heldAmountYen ? heldYen : totalYen
}

// Orders that would be sold if the setting gave their 対応状況 a meaning.
/** The setting that is shown has at most this many names; a shop has few of them. */
const MOST_NAMED = 20

export interface WaitingStatus {
  /** The shop's text; '' for none. */
  readonly orderStatus: string
  readonly orders: number
}

export interface WaitingStatuses {
  readonly orders: number
  /** The sum of their totals. */
  readonly yen: number
  /** The most frequent first. */
  readonly statuses: readonly WaitingStatus[]
  /** The setting with an entry for each; the shop still has to choose the meaning of each. */
  readonly setting: string
}

/** A name that sounds cancelled most likely means that. No other name is guessed, so its orders are held. */
const suggested = (orderStatus: string): Meaning =>
  readStatus(orderStatus, []).meaning === 'cancelled' ? 'cancelled' : 'hold'

/**
 * Finds the orders that wait for a meaning of their 対応状況.
 * @param groups of orders that the rules cannot tell apart
 * @param setting the text of the setting as it is
 * @returns null if no order waits
 */
export function waitingIn(groups: readonly OrderGroup[], rules: RuleContext, setting: string): WaitingStatuses | null {
  const byStatus = new Map<string, { orderStatus: string; orders: number }>()
  let [orders, yen] = [0, 0]
  for (const { example, count, totalYen } of groups) {
    if (!isWaiting(example.orderStatus, rules)) continue
    if (!takenByAll({ ...example, orderStatus: SELLABLE_ORDER_STATUS }, 'sale', rules)) continue
    const key = comparedStatus(example.orderStatus)
    const known = byStatus.get(key) ?? { orderStatus: example.orderStatus, orders: 0 }
    byStatus.set(key, { ...known, orders: known.orders + count })
    orders += count
    yen += totalYen
  }
  if (orders === 0) return null
  const statuses = [...byStatus.values()].toSorted(byFrequency).slice(0, MOST_NAMED)
  return { orders, yen, statuses, setting: settingFor(statuses, setting.replace(/[\s,]+$/u, '')) }
}

/**
 * The setting with an entry for each status that it can hold beside the others: the shop may use one number with two
 * names.
 */
function settingFor(statuses: readonly WaitingStatus[], said: string): string {
  let setting = said
  for (const { orderStatus } of statuses) {
    if (orderStatus.length > LONGEST_NAME || !waits(orderStatus, parseStatuses(setting) ?? [])) continue
    const { name } = parseStatus(orderStatus)
    const ways = [orderStatus, ...(name === null ? [] : [name])]
    const tried = ways.map((way) => [setting, entryText(way, suggested(orderStatus))].filter(Boolean).join(','))
    setting = tried.find((one) => isSaid(orderStatus, one)) ?? setting
  }
  return setting
}

function isSaid(orderStatus: string, setting: string): boolean {
  const parsed = parseStatuses(setting)
  return parsed !== null && !waits(orderStatus, parsed)
}

/** Equal frequencies are sorted in one order that does not depend on the mirror's. */
const byFrequency = (a: WaitingStatus, b: WaitingStatus): number =>
  b.orders - a.orders || (a.orderStatus < b.orderStatus ? -1 : 1)

const isWaiting = (orderStatus: string, { statuses }: RuleContext): boolean => waits(orderStatus, statuses)

function waits(orderStatus: string, statuses: StatusSetting): boolean {
  const reading = readStatus(orderStatus, statuses)
  return reading.meaning === 'unknown' || (reading.meaning === 'cancelled' && reading.by === 'parts')
}
