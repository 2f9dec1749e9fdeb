// How the orders of a run were chosen, and whether an order that is read again would still be chosen and sent.
import type { Carrier, MoneyTelegram, Operation, Order } from './order.js'
import { markOf, type Mark } from './fence.js'
import { isShipped, SELLABLE_ORDER_STATUS } from './order-status.js'
import { permit, takenByAll, type RuleContext } from './permit.js'
import type { Permission, Reason } from './permission.js'

/** Which orders a list shows, and `--all` and the night take. */
export interface OrderFilter {
  readonly methods?: readonly (Carrier | 'credit')[]
  /** Japan dates `YYYY-MM-DD`, both inclusive, of the order. */
  readonly from?: string
  readonly to?: string
  /** Part of the order number or the customer's name. */
  readonly search?: string
  readonly shipped?: boolean
  /**
   * Leaves out what a batch has surely nothing to send for, whatever the rules: the statuses of `MAY_BE_SENT`. Most of
   * an old shop's orders are done with, and are not even read.
   */
  readonly sendable?: Operation
}

/** How one order came into a run. `ticked-by-all` is the picker's key that ticks every order. */
export const ORIGINS = ['all', 'night', 'ticked', 'ticked-by-all', 'named'] as const
export type Origin = (typeof ORIGINS)[number]

/** The options of a command by which the rules decide. They stay the same for a run; the time of day does not. */
export type RunRules = Omit<RuleContext, 'nowMs'>

/** What a run was asked for. It is stored with the run, so that its rules can be asked again before each request. */
export interface Asked {
  readonly operation: Operation
  readonly rules: RunRules
  /** Dates and words as the command had them when it made the plan. */
  readonly filter: OrderFilter
}

/** Names and searches meet in this form: width, case and blanks do not count. */
export const searchForm = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, '')

/** The filter for one order that was read already. A list finds its orders with SQL, and finds the same ones. */
export function fits(order: Order, { methods, from, to, search, shipped }: Omit<OrderFilter, 'sendable'>): boolean {
  const { orderedAt } = order
  const method: string = order.carrier ?? order.method
  if (methods !== undefined && methods.length > 0 && !methods.some((wanted) => wanted === method)) return false
  if (from !== undefined && orderedAt < from) return false
  // 'U' follows the 'T' before the time of day, so the whole last day is in. An order without a date is of no day.
  if (to !== undefined && (orderedAt === '' || orderedAt >= `${to}U`)) return false
  if (shipped !== undefined && shipped !== isShipped(order)) return false
  return search === undefined || isFound(order, searchForm(search))
}

const isFound = ({ orderId, customerName }: Order, part: string): boolean =>
  orderId.includes(part) || searchForm(customerName).includes(part)

/** Whether an order passed the fences of `--all`; a person has looked at every other one. */
export const isTaken = (origin: Origin): boolean => origin === 'all' || origin === 'night'

/** Whether a person chose this very order. */
export const isOwnChoice = (origin: Origin): boolean => origin === 'named' || origin === 'ticked'

/** Why an order that is read again is not sent: a reason of the rules, or how its choice or its request has changed. */
export type Objection = Reason | Extract<Permission, { verdict: 'ask' }>['missing'] | 'request' | 'filter' | 'left-out'

/** The part of a planned request that says how it was chosen, and what came of it. */
export interface ChosenRequest {
  readonly telegram: MoneyTelegram
  /** What Paygent captures or releases, whole yen. */
  readonly amountYen: number
  readonly asked: Asked
  readonly origin: Origin
  /** What the plan said of the order, and the person who confirmed it has read. */
  readonly mark: Mark | null
}

/**
 * Asks the rules again, and the filters and fences that chose the order. Null when they still give the very same
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
  // The plan that was confirmed said nothing of it.
  const mark = markOf(order, operation, rules)
  if (mark !== null && step.mark === null) return mark
  return isTaken(step.origin) && !takenByAll(order, operation, rules) ? 'left-out' : null
}

/**
 * The order as the rules see it for a request that broke off inside Paygent and is sent once more. A cancel is finished
 * although the shop has called the order off meanwhile: that is what the shop wants. A sale is not.
 */
export const toBeFinished = (order: Order, { asked }: Pick<ChosenRequest, 'asked'>): Order =>
  asked.operation === 'cancel' ? { ...order, orderStatus: SELLABLE_ORDER_STATUS } : order
