// Every payment that an order may have, as Paygent tells it now: what a person sees before giving a word on it.
import type { Order } from '../../domain/order.js'
import type { OpenAttempt } from '../../domain/run.js'
import { askTrade, paymentsOf, type WholeTrade } from '../reconcile/known-payments.js'
import type { SettleDeps, SettleWish } from './wish.js'

export interface HandLook extends WholeTrade {
  readonly order: Order
  /** The request that waits: open, or for a person; the last one. */
  readonly attempt: OpenAttempt | null
}

/** Null when Paygent did not answer. */
export async function lookAt(
  order: Order,
  { paymentId }: SettleWish,
  deps: SettleDeps,
  signal: AbortSignal,
): Promise<HandLook | null> {
  const { orderId } = order
  const trade = await askTrade(paymentsOf(order, deps, paymentId), order, deps, signal)
  if (trade === null) return null
  const waiting = [...deps.books.attentionAttempts([orderId]), ...deps.journal.openAttempts([orderId])]
  return { order, attempt: waiting.at(-1) ?? null, ...trade }
}
