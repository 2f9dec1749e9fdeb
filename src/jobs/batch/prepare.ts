// Before the plan: Paygent is asked (094) what it has not told yet: held amount, status, carrier. Pages 1.2 and 3.1.
import type { Operation, Order, PaymentFact } from '../../domain/order.js'
import { permit, type RuleContext } from '../../domain/permit.js'
import { awaitsCompletion } from '../../domain/status.js'
import { AppError } from '../../errors.js'
import type { OrderStore } from '../../ports.js'
import { inquireBefore, type InquiryDeps } from './inquiry.js'
import { asksAmountAgain } from './plan.js'
import { isAboutTheOrder, NO_SINGLE_PAYMENT, troubleOf } from './trouble.js'

export interface PrepareDeps extends InquiryDeps {
  readonly orders: OrderStore
}

export interface Preparation {
  /** The orders as they are now, in the order given. */
  readonly orders: Order[]
  /** Those of which Paygent will tell no single payment however often it is asked, with its code. */
  readonly untold: Map<string, { code: string }>
}

export type PrepareEvent = { readonly type: 'asking'; readonly index: number; readonly total: number }

/**
 * Asks about every order whose permission hangs on it. Each fact is written in a transaction of its own; nothing is
 * sent that moves money. Throws an AppError when Paygent cannot be asked.
 * @param everything every order that would be sent is asked about, however lately Paygent told of it
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
  const untold = new Map<string, { code: string }>()
  for (const [index, order] of open.entries()) {
    if (signal.aborted) throw new AppError('interrupted')
    yield { type: 'asking', index: index + 1, total: open.length }
    const asked = await askAbout(order, deps, signal)
    if ('code' in asked) untold.set(order.orderId, asked)
    else deps.orders.learn(order, asked, deps.clock.nowMs())
  }
  if (signal.aborted) throw new AppError('interrupted')
  return { orders: open.length === 0 ? [...orders] : deps.orders.find(orders.map(({ orderId }) => orderId)), untold }
}

/** What the rules want to know, an amount that was told too long ago, and whether docomo has completed a sale that is to be cancelled or corrected. */
function mustAsk(order: Order, operation: Operation, rules: RuleContext, everything: boolean): boolean {
  const permission = permit(order, operation, rules)
  if (permission.verdict === 'ask') return true
  if (permission.verdict === 'permitted') return everything || asksAmountAgain(order, operation, rules.nowMs)
  if (permission.reason !== 'status' || !awaitsCompletion(order)) return false
  const lowered = order.heldAmountYen !== null && order.totalYen < order.heldAmountYen
  return order.paymentId !== null && (operation === 'cancel' || (rules.single && lowered))
}

async function askAbout(order: Order, deps: PrepareDeps, signal: AbortSignal): Promise<PaymentFact | { code: string }> {
  const { paymentId, tradingId } = order
  const answer = await inquireBefore(paymentId === null ? { tradingId } : { paymentId, tradingId }, deps, signal)
  if (answer.type !== 'told') {
    const ofOrder = answer.type === 'rejected' && (NO_SINGLE_PAYMENT.includes(answer.code) || isAboutTheOrder(answer))
    if (ofOrder) return { code: answer.code }
    throw troubleOf(answer)
  }
  const { fact } = answer
  const foreign = fact.method !== null && fact.method !== order.method
  const nameless = order.method === 'carrier' && order.carrier === null && fact.carrier === null
  return foreign || nameless ? { code: 'method' } : fact
}
