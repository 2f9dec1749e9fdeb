// Asks Paygent (094) before the plan for missing facts: held amount, status, carrier. An order for which Paygent gives
// no fact is left out by name, and the others go on.
import { Hearing, inquireBefore, keyOf } from '../attempts/inquiry.js'
import { type LeftOut, isCutOff, leftOutBy, troubleOf } from '../attempts/trouble.js'
import { japanDate, momentOf } from '../clock.js'
import { type Moment, areApart, authorisationAge, isEnding } from '../domain/age.js'
import type { InquiryAnswer } from '../domain/answer.js'
import { type OrderFilter, type RunRules, isTaken } from '../domain/chosen.js'
import { SEVERAL_PAYMENTS } from '../domain/codes.js'
import { type Operation, type Order, type PaymentFact, isOfAnotherMethod, isOfAnotherTrade } from '../domain/order.js'
import type { Reason } from '../domain/outcome.js'
import { type RuleContext, leftOutOfAll, permit, takenByAll } from '../domain/permit.js'
import { awaitsCompletion, effectiveStatus } from '../domain/statuses.js'
import { AppError } from '../errors.js'
import type { Clock, Gateway, OrderStore, RunLock } from '../ports.js'
import { type HowChosen, type LeftOutOrders, type Plan, asksAmountAgain, byExpiry, planBatch } from './plan.js'

export interface PrepareDeps {
  readonly gateway: Gateway
  readonly clock: Clock
  readonly orders: OrderStore
  /** While another run holds it, Paygent is asked one by one: that run may be sending. */
  readonly lock: Pick<RunLock, 'heldElsewhere'>
}

export interface Preparation {
  /** The orders as they are now, in the order given. */
  readonly orders: Order[]
  /**
   * The orders for which Paygent gives no fact or no single payment, or a fact that the mirror could not take, with the
   * reason.
   */
  readonly untold: LeftOutOrders
}

export type PrepareEvent = { readonly type: 'preparing'; readonly index: number; readonly total: number }

/**
 * Asks about every order whose permission depends on it. Each fact is written in a transaction of its own. Nothing that
 * moves money is sent. Silence about one order does not stop the others: `Hearing`.
 * @param everything asks about every order that would be sent, however recent its last answer is
 * @param untold orders for which an earlier call has had no fact: they are not asked about again
 * @throws AppError when Paygent cannot be asked
 */
export async function* prepareOrders(
  orders: readonly Order[],
  operation: Operation,
  rules: RuleContext,
  deps: PrepareDeps,
  signal: AbortSignal,
  everything = false,
  untold: LeftOutOrders = new Map(),
): AsyncGenerator<PrepareEvent, Preparation> {
  const open = orders.filter((order) => !untold.has(order.orderId) && mustAsk(order, operation, rules, everything))
  const unanswered = new Map(untold)
  const learn = (order: Order, fact: PaymentFact): void => {
    if (!deps.orders.learn(order, fact, deps.clock.nowMs())) unanswered.set(order.orderId, NOT_TAKEN)
  }
  const hearing = new Hearing(deps, signal, ({ orderId }, fact) => {
    const [order] = deps.orders.find([orderId])
    if (order === undefined || unanswered.has(orderId)) return
    const left = leftOutOf(order, { type: 'told', fact })
    if (left === null) learn(order, fact)
    else unanswered.set(orderId, left)
  })
  const others = (): Order[] => orders.filter(({ orderId }) => unanswered.get(orderId)?.reason !== 'no-answer')
  let silence: Exclude<InquiryAnswer, { type: 'told' }> | null = null
  const ahead = { ...deps, gateway: deps.gateway.ahead(open.map(keyOf), () => deps.lock.heldElsewhere) }
  for (const [index, order] of open.entries()) {
    if (signal.aborted) throw new AppError('interrupted')
    yield { type: 'preparing', index: index + 1, total: open.length }
    const answer = await inquireBefore(keyOf(order), ahead, signal)
    const left = leftOutOf(order, answer)
    if (left !== null) unanswered.set(order.orderId, left)
    if (left?.reason === 'attention') deps.orders.awaitNaming(order)
    if (left === null && answer.type === 'told') learn(order, answer.fact)
    if (answer.type === 'told' || left?.reason !== 'no-answer') {
      hearing.heard(order)
      continue
    }
    if (signal.aborted) throw new AppError('interrupted')
    silence = answer
    const ends = await hearing.missed(order.orderId, {}, others())
    if (signal.aborted) throw new AppError('interrupted')
    if (ends) throw troubleOf(answer)
  }
  const dark = await hearing.endsDark(others())
  if (signal.aborted) throw new AppError('interrupted')
  if (dark !== null && silence !== null) throw troubleOf(silence)
  return {
    orders: open.length === 0 ? [...orders] : deps.orders.find(orders.map(({ orderId }) => orderId)),
    untold: unanswered,
  }
}

/** Refusals that hang on what Paygent last said of the payment. */
const BY_STANDING: readonly Reason[] = ['status', 'in-transit', 'higher', 'already']

/** Another process has changed the order meanwhile, so the mirror could not take Paygent's answer. */
const NOT_TAKEN: LeftOut = { reason: 'changed', code: null }

/**
 * True if the rules need a fact, if the amount is too old, or if docomo may have completed a sale that is to be
 * cancelled or corrected.
 */
export function mustAsk(order: Order, operation: Operation, rules: RuleContext, everything: boolean): boolean {
  const permission = permit(order, operation, rules)
  if (permission.verdict === 'ask') return true
  // The operator confirms the yen that are given back, so they are worked out from what Paygent says now.
  if (rules.refundToYen !== undefined)
    return permission.verdict === 'permitted' || (order.paymentId !== null && BY_STANDING.includes(permission.reason))
  if (permission.verdict === 'permitted') return everything || asksAmountAgain(order, operation, rules.nowMs)
  if (permission.reason !== 'status' || !awaitsCompletion(order)) return false
  const lowered = order.heldAmountYen !== null && order.totalYen < order.heldAmountYen
  return order.paymentId !== null && (operation === 'cancel' || (rules.single && lowered))
}

/**
 * The reason to leave the order out after Paygent's answer; null if the answer gives the fact.
 * @throws AppError when connection or login are gone
 */
function leftOutOf(order: Order, answer: InquiryAnswer): LeftOut | null {
  if (answer.type !== 'told') {
    if (isCutOff(answer)) throw troubleOf(answer)
    const left = leftOutBy(answer)
    return order.paymentId === null && left.code === SEVERAL_PAYMENTS ? { ...left, reason: 'attention' } : left
  }
  if (isOfAnotherTrade(order, answer.fact)) return { reason: 'no-payment', code: 'trading_id' }
  const carrierUnknown = order.method === 'carrier' && order.carrier === null && answer.fact.carrier === null
  return isOfAnotherMethod(order, answer.fact) || carrierUnknown ? { reason: 'no-payment', code: 'method' } : null
}

/** The orders of `--all`, and why others were left out that it would take if nothing held them back. */
export interface FoundAll {
  readonly orders: Order[]
  readonly left: ReadonlyMap<Reason, number>
  /** Those among the others that are on hold and whose authorisation soon expires. */
  readonly endingOnHold: readonly Order[]
}

/**
 * Returns the orders that the fences let through, in the order in which the authorisations expire, and the orders that
 * are left to the operator.
 */
export function searchAll(orders: OrderStore, filter: OrderFilter, operation: Operation, rules: RuleContext): FoundAll {
  const listed = orders.list(operation === 'sale' ? { ...filter, sendable: 'sale' } : filter)
  const taken: Order[] = []
  const left = new Map<Reason, number>()
  const endingOnHold: Order[] = []
  const today = japanDate(rules.nowMs)
  for (const order of listed) {
    if (takenByAll(order, operation, rules)) taken.push(order)
    else {
      const reason = leftOutOfAll(order, operation, rules)
      if (reason !== null) left.set(reason, (left.get(reason) ?? 0) + 1)
      const age = reason === 'on-hold' ? authorisationAge(order, today) : null
      if (age !== null && isEnding(age)) endingOnHold.push(order)
    }
  }
  return { orders: byExpiry(taken), left, endingOnHold: byExpiry(endingOnHold) }
}

/**
 * The orders of `--all` after the inquiries. An order without an earlier fact may prove to have been sold or dead for a
 * long time. `--all` would not have taken such an order, so it is dropped now.
 * @param asked the orders as they were before
 */
export function stillTaken(
  asked: readonly Order[],
  { orders, untold: unanswered }: Preparation,
  operation: Operation,
  rules: RuleContext,
): Order[] {
  const unknown = new Set(asked.filter((order) => !effectiveStatus(order).known).map(({ orderId }) => orderId))
  return orders.filter(
    (order) => !unknown.has(order.orderId) || unanswered.has(order.orderId) || takenByAll(order, operation, rules),
  )
}

/** The orders of a batch, and how they were chosen. */
export interface Choice extends HowChosen {
  readonly orders: readonly Order[]
  /** Every order that would be sent is asked about, however recent its last answer is. */
  readonly anew?: true
  /** The orders for which an earlier plan of the same run has had no fact: they are left out without another inquiry. */
  readonly untold?: LeftOutOrders
}

export interface Planned {
  readonly plan: Plan
  /** The orders for which Paygent gave no fact, now or for an earlier plan of the same run. */
  readonly untold: LeftOutOrders
  /** When it was made. From then on the two clocks must agree. */
  readonly plannedAt: Moment
  /** Orders that `--all` would not have taken if their facts had been known. */
  readonly leftOut: number
}

/** The clocks may diverge this often before the plan is made. */
const ROUNDS = 3

/**
 * Asks Paygent for the facts that the plan depends on, and makes the plan. If the clocks have diverged since the
 * command began, as in a sleep, no earlier answer counts and every order is asked about again.
 * @param began when the command began
 * @throws AppError clocks-apart, and when Paygent cannot be asked
 */
export async function* makePlan(
  choice: Choice,
  operation: Operation,
  rules: RunRules,
  deps: PrepareDeps,
  began: Moment,
  signal: AbortSignal,
): AsyncGenerator<PrepareEvent, Planned> {
  let since = began
  for (let round = 1; round <= ROUNDS; round += 1) {
    const now = momentOf(deps.clock)
    const apart = areApart(since, now)
    if (apart) since = now
    const asOf = { ...rules, nowMs: now.wallMs }
    const everything = apart || choice.anew === true
    const orders = apart ? deps.orders.find(choice.orders.map(({ orderId }) => orderId)) : choice.orders
    const prepared = yield* prepareOrders(orders, operation, asOf, deps, signal, everything, choice.untold)
    const plannedAt = momentOf(deps.clock)
    if (areApart(since, plannedAt)) continue
    const byAll = choice.orders.some(({ orderId }) => isTaken(choice.originOf(orderId, null)))
    const taken = byAll ? stillTaken(choice.orders, prepared, operation, asOf) : prepared.orders
    const { untold } = prepared
    const plan = planBatch(taken, operation, asOf, untold, choice)
    return { plan, untold, plannedAt, leftOut: prepared.orders.length - taken.length }
  }
  throw new AppError('clocks-apart')
}
