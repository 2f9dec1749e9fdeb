// Every payment that an order may have, as Paygent tells it now: what a person sees before giving a word on it.
import type { Order } from '../../domain/order.js'
import type { OpenAttempt } from '../../domain/run.js'
import { conflictsForPaygent } from '../reconcile/conflicts.js'
import { askTrade, paymentsOf, type Unanswered, type WholeTrade } from '../reconcile/known-payments.js'
import type { SettleDeps, SettleWish } from './wish.js'

export interface HandLook extends Omit<WholeTrade, 'type'> {
  readonly order: Order
  /** The request that waits: open, or for a person; the last one. */
  readonly attempt: OpenAttempt | null
  /** Paygent can decide something of the order's conflict with the shop, and has not been asked. */
  readonly conflictForPaygent: boolean
}

export async function lookAt(
  order: Order,
  { paymentId }: SettleWish,
  deps: SettleDeps,
  signal: AbortSignal,
): Promise<HandLook | Unanswered> {
  const { orderId } = order
  const trade = await askTrade(paymentsOf(order, deps, paymentId), order, deps, signal)
  if (trade.type === 'unanswered') return trade
  const { facts, codes, anotherUnknown } = trade
  const waiting = [...deps.books.attentionAttempts([orderId]), ...deps.journal.openAttempts([orderId])]
  const attempt = waiting.at(-1) ?? null
  const conflictForPaygent = conflictsForPaygent([orderId], deps).length > 0
  return { order, attempt, facts, codes, conflictForPaygent, anotherUnknown }
}
