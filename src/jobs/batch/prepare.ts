// Before the plan: Paygent is asked (094) what it has not told yet: held amount, status, carrier. One order of which it
// tells nothing is left out by name, and the others go on.
import type { InquiryAnswer } from '../../domain/answer.js'
import { isOfAnotherTrade, type Operation, type Order, type PaymentFact } from '../../domain/order.js'
import { permit, type RuleContext, SEVERAL } from '../../domain/permit.js'
import { awaitsCompletion } from '../../domain/statuses.js'
import { AppError } from '../../errors.js'
import type { OrderStore } from '../../ports.js'
import { Hearing } from './hearing.js'
import { inquireBefore, type InquiryDeps, keyOf } from './inquiry.js'
import { asksAmountAgain, type LeftOut } from './plan.js'
import { isCutOff, leftOutBy, troubleOf } from './trouble.js'

export interface PrepareDeps extends InquiryDeps {
  readonly orders: OrderStore
}

export interface Preparation {
  /** The orders as they are now, in the order given. */
  readonly orders: Order[]
  /** Those of which Paygent tells nothing, no single payment, or what the mirror could not take, with the reason. */
  readonly untold: Map<string, LeftOut>
}

export type PrepareEvent = { readonly type: 'asking'; readonly index: number; readonly total: number }

/**
 * Asks about every order whose permission hangs on it. Each fact is written in a transaction of its own; nothing is
 * sent that moves money. One order of which Paygent says nothing keeps nobody else waiting; after two in a row, or the
 * last one while no other is answered, it may be that Paygent says nothing at all.
 * @param everything every order that would be sent is asked about, however lately Paygent told of it
 * @throws AppError when Paygent cannot be asked
 */
export async function* prepareOrders(
  orders: readonly Order[],
  operation: Operation,
  rules: RuleContext,
  deps: PrepareDeps,
  signal: AbortSignal,
  everything = false,
): AsyncGenerator<PrepareEvent, Preparation> {
  const open = orders.filter((order) => mustAsk(order, operation, rules, everything))
  const untold = new Map<string, LeftOut>()
  const hearing = new Hearing()
  for (const [index, order] of open.entries()) {
    if (signal.aborted) throw new AppError('interrupted')
    yield { type: 'asking', index: index + 1, total: open.length }
    const answer = await inquireBefore(keyOf(order), deps, signal)
    const left = leftOutOf(order, answer)
    if (left !== null) untold.set(order.orderId, left)
    if (left?.reason === 'attention') deps.orders.awaitNaming(order)
    if (left === null && answer.type === 'told' && !deps.orders.learn(order, answer.fact, deps.clock.nowMs()))
      untold.set(order.orderId, NOT_TAKEN)
    if (answer.type === 'told' || left?.reason !== 'no-answer') {
      hearing.heard(keyOf(order))
      continue
    }
    if (signal.aborted) throw new AppError('interrupted')
    const others = orders.filter(({ orderId }) => untold.get(orderId)?.reason !== 'no-answer').map(keyOf)
    const isLast = index === open.length - 1
    if (hearing.missed(order.orderId, {}) || (isLast && (await hearing.endsDark(deps, signal, others))))
      throw troubleOf(answer)
  }
  if (signal.aborted) throw new AppError('interrupted')
  return { orders: open.length === 0 ? [...orders] : deps.orders.find(orders.map(({ orderId }) => orderId)), untold }
}

/** Somebody else has changed the order meanwhile, so that the mirror could not take what Paygent told. */
const NOT_TAKEN: LeftOut = { reason: 'changed', code: null }

/** What the rules want to know, an amount that was told too long ago, and whether docomo has completed a sale that is to be cancelled or corrected. */
function mustAsk(order: Order, operation: Operation, rules: RuleContext, everything: boolean): boolean {
  const permission = permit(order, operation, rules)
  if (permission.verdict === 'ask') return true
  if (permission.verdict === 'permitted') return everything || asksAmountAgain(order, operation, rules.nowMs)
  if (permission.reason !== 'status' || !awaitsCompletion(order)) return false
  const lowered = order.heldAmountYen !== null && order.totalYen < order.heldAmountYen
  return order.paymentId !== null && (operation === 'cancel' || (rules.single && lowered))
}

/**
 * Why the order is left out by what Paygent answered; null where it told what there is to know.
 * @throws AppError when connection or login are gone
 */
function leftOutOf(order: Order, answer: InquiryAnswer): LeftOut | null {
  if (answer.type !== 'told') {
    if (isCutOff(answer)) throw troubleOf(answer)
    const left = leftOutBy(answer)
    return order.paymentId === null && left.code === SEVERAL ? { ...left, reason: 'attention' } : left
  }
  if (isOfAnotherTrade(order, answer.fact)) return { reason: 'no-payment', code: 'trading_id' }
  return isOfAnotherMethod(order, answer.fact) ? { reason: 'no-payment', code: 'method' } : null
}

function isOfAnotherMethod(order: Order, fact: PaymentFact): boolean {
  const foreign = fact.method !== null && fact.method !== order.method
  return foreign || (order.method === 'carrier' && order.carrier === null && fact.carrier === null)
}
