// Decides the plan of a batch. Pure: the same orders and rules give the same plan.
import type { LeftOut } from '../attempts/trouble.js'
import { amountConfirmedMs, isOldAmount, lastDayOf } from '../domain/age.js'
import type { MoneyRequest } from '../domain/answer.js'
import { type Asked, fits, type OrderFilter, type OrderSum, type Origin, isOwnChoice } from '../domain/chosen.js'
import { grossYen } from '../domain/money.js'
import type { Operation, Order, RequestName } from '../domain/order.js'
import { type Permission, type Refusal, operationOf, refuse } from '../domain/outcome.js'
import { type Mark, type RuleContext, leftOutOfAll, markOf, permit, takenByAll } from '../domain/permit.js'
import type { RefusedItem, Step } from '../domain/run.js'
import { effectiveStatus } from '../domain/statuses.js'

/** An order that needs a fact from Paygent before it can be planned. Only a dry run leaves it undecided. */
export interface UndecidedItem {
  readonly position: number
  readonly order: Order
  readonly request: RequestName | null
  readonly mark: Mark | null
}

/** How the orders of a plan were chosen. */
export interface HowChosen {
  readonly filter: OrderFilter
  /** @param mark of the order as it is now; null where it has none, or where it does not matter */
  readonly originOf: (orderId: string, mark: Mark | null) => Origin
}

/** The operator has named each order. */
export const BY_NAME: HowChosen = { filter: {}, originOf: () => 'named' }

export interface Plan {
  readonly operation: Operation
  /** Stored with the run, so that its rules can be applied again before each request. */
  readonly asked: Asked
  /** Every order of the plan, in the order in which they are sent. */
  readonly orders: readonly Order[]
  readonly steps: readonly Step[]
  readonly refused: readonly RefusedItem[]
  readonly undecided: readonly UndecidedItem[]
}

/** The reasons why Paygent gave no fact, by order id. Nothing can be sent for such an order. */
export type LeftOutOrders = ReadonlyMap<string, LeftOut>

/**
 * @param orders in the order in which they are to be sent, each once
 * @param untold orders for which an inquiry brought no fact; null for a dry run, which has asked about none
 * @param chosen how the orders came into the plan; by name if it is left out
 */
export function planBatch(
  orders: readonly Order[],
  operation: Operation,
  rules: RuleContext,
  unanswered: LeftOutOrders | null = null,
  chosen: HowChosen = BY_NAME,
): Plan {
  const { nowMs: _, ...lasting } = rules
  const asked: Asked = {
    operation,
    rules: lasting,
    filter: chosen.filter,
  }
  const steps: Step[] = []
  const refused: RefusedItem[] = []
  const undecided: UndecidedItem[] = []
  for (const [index, order] of orders.entries()) {
    const position = index + 1
    const mark = markOf(order, operation, rules)
    const origin = chosen.originOf(order.orderId, mark)
    const decided = decide(order, operation, rules, unanswered)
    const left =
      decided.verdict !== 'refused' && leftOutBySelf(order, { origin, mark }, chosen.filter, operation, rules)
    const permission = left ? refuse(left.reason, decided.request, left.about) : decided
    switch (permission.verdict) {
      case 'permitted':
        steps.push({ ...stepOf(position, order, permission), asked, origin, mark })
        break
      case 'refused':
        refused.push(refusedItem(position, order, permission))
        break
      case 'ask':
        undecided.push({ position, order, request: permission.request, mark })
        break
      default:
        permission satisfies never
    }
  }
  return { operation, asked, orders, steps, refused, undecided }
}

/**
 * Why the way in which the order was chosen does not choose it as it is now; null if it still does. It has changed while
 * the picker was open, while Paygent was asked, or since the run whose rest it is. An own choice asks the filters alone.
 */
function leftOutBySelf(
  order: Order,
  { origin, mark }: { readonly origin: Origin; readonly mark: Mark | null },
  filter: OrderFilter,
  operation: Operation,
  rules: RuleContext,
): Pick<Refusal, 'reason' | 'about'> | null {
  if (!isOwnChoice(origin) && mark !== null) return { reason: mark, about: null }
  if (!fits(order, filter)) return { reason: 'changed', about: 'filter' }
  if (isOwnChoice(origin) || takenByAll(order, operation, rules)) return null
  const reason = leftOutOfAll(order, operation, rules)
  return reason === null ? { reason: 'changed', about: 'left-out' } : { reason, about: null }
}

function decide(order: Order, operation: Operation, rules: RuleContext, unanswered: LeftOutOrders | null): Permission {
  const permission = permit(order, operation, rules)
  if (unanswered === null || permission.verdict === 'refused') return permission
  const left = unanswered.get(order.orderId)
  if (left !== undefined) return refuse(left.reason, permission.request, left.code)
  // The inquiry has just given the amount, so it is as new as possible. An amount that has grown old since is checked
  // again before it is captured.
  if (permission.verdict === 'permitted') return permission
  // Paygent has answered and the order is still not clear: another process has changed it meanwhile.
  return refuse('changed', permission.request)
}

/** A sale captures the amount that Paygent holds. Returns whether the last report of it is too old. */
export const asksAmountAgain = (order: Order, operation: Operation, nowMs: number): boolean =>
  operation === 'sale' && isOldAmount(amountConfirmedMs(order), nowMs)

function stepOf(
  position: number,
  order: Order,
  permission: Extract<Permission, { verdict: 'permitted' }>,
): Omit<Step, 'asked' | 'origin' | 'mark'> {
  const effective = effectiveStatus(order)
  if (!effective.known || order.paymentId === null || order.heldAmountYen === null) {
    throw new Error(`order ${order.orderId} is permitted without status, payment or held amount`)
  }
  return {
    position,
    orderId: order.orderId,
    customerName: order.customerName,
    method: order.method,
    carrier: order.carrier,
    request: permission.request,
    telegram: permission.telegram,
    tradingId: order.tradingId,
    paymentId: order.paymentId,
    kind: order.kind,
    plannedStatus: effective.status,
    heldAmountYen: order.heldAmountYen,
    amountToldMs: amountConfirmedMs(order),
    totalYen: order.totalYen,
    amountYen: permission.amountYen,
    resend: order.notProcessed?.operation === operationOf(permission.telegram),
    notProcessedMs: order.notProcessed?.atMs ?? null,
  }
}

const refusedItem = (position: number, order: Order, { reason, request, about }: Refusal): RefusedItem => ({
  position,
  orderId: order.orderId,
  request,
  paymentId: order.paymentId,
  reason,
  about,
})

/** Both times have the same form, with the year first. */
const compareTimes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A date later than that of any order. */
const NEVER = '9999-12-31'

/**
 * Sorts the orders of `--all` and of the picker by the end of their authorisation, with an unknown end last. Among
 * equals the older order comes first, then the smaller number.
 */
export function byExpiry(orders: readonly Order[]): Order[] {
  const keyed = orders.map((order) => ({ order, last: lastDayOf(order) ?? NEVER }))
  keyed.sort(
    (a, b) =>
      compareTimes(a.last, b.last) ||
      compareTimes(a.order.orderedAt, b.order.orderedAt) ||
      Number(a.order.orderId) - Number(b.order.orderId),
  )
  return keyed.map(({ order }) => order)
}

/** One order of the plan: to be sent, or refused. */
export type PlanItem =
  | { readonly step: Step; readonly refused: null }
  | { readonly step: null; readonly refused: RefusedItem }

/** Steps and refusals as one list, in the order of the plan. */
export function inOrder({ steps, refused }: Plan): PlanItem[] {
  const items: PlanItem[] = [
    ...steps.map((step) => ({ step, refused: null })),
    ...refused.map((item) => ({ step: null, refused: item })),
  ]
  const positionOf = (item: PlanItem): number => item.step?.position ?? item.refused?.position ?? 0
  return items.sort((a, b) => positionOf(a) - positionOf(b))
}

/** The request that is sent to Paygent for a step. */
export const requestOf = (step: Step): MoneyRequest => ({
  telegram: step.telegram,
  carrier: step.carrier,
  tradingId: step.tradingId,
  paymentId: step.paymentId,
  amountYen: step.telegram === '029' || step.telegram === '103' ? step.amountYen : null,
})

/**
 * The limits of a run; null is no limit. A plan above `largeFrom` needs both limits if no operator is there to confirm
 * it.
 */
export interface RunLimits {
  readonly maxOrders: number | null
  readonly maxAmountYen: number | null
  readonly largeFrom: LargeFrom | null
}

/** More orders, or more yen moved in all, than the operator confirms with one key. */
export interface LargeFrom {
  readonly orders: number
  readonly yen: number
}

export type OverLimit =
  | { readonly type: 'max-orders'; readonly count: number; readonly limit: number }
  | { readonly type: 'max-amount'; readonly yen: number; readonly limit: number }
  | { readonly type: 'limits-needed'; readonly count: number; readonly yen: number }

/** The sum of the yen that the requests move, in whichever direction. */
export const itemYen = ({ steps }: Pick<Plan, 'steps'>): number => steps.reduce((sum, step) => sum + grossYen(step), 0)

export const isLarge = (plan: Pick<Plan, 'steps'>, from: LargeFrom | null): boolean =>
  isAbove({ count: plan.steps.length, yen: itemYen(plan) }, from)

const isAbove = ({ count, yen }: OrderSum, from: LargeFrom | null): boolean =>
  from !== null && (count > from.orders || yen > from.yen)

/**
 * The first limit that keeps the plan from being sent; null if none does.
 * @param putOff orders that would be in the plan if there were time for them; they count as well
 */
export function limitOver(
  plan: Pick<Plan, 'steps'>,
  { maxOrders, maxAmountYen, largeFrom }: RunLimits,
  putOff: OrderSum = { count: 0, yen: 0 },
): OverLimit | null {
  const count = plan.steps.length + putOff.count
  const yen = itemYen(plan) + putOff.yen
  if (maxOrders !== null && count > maxOrders) return { type: 'max-orders', count, limit: maxOrders }
  if (maxAmountYen !== null && yen > maxAmountYen) return { type: 'max-amount', yen, limit: maxAmountYen }
  const unlimited = maxOrders === null || maxAmountYen === null
  return unlimited && isAbove({ count, yen }, largeFrom) ? { type: 'limits-needed', count, yen } : null
}
