// Every payment that an order may have, as Paygent tells it now: what a person sees before giving a word on it.
import { SEVERAL } from '../../domain/fence.js'
import type { Order, PaymentFact } from '../../domain/order.js'
import type { OpenAttempt } from '../../domain/run.js'
import { inquirePatiently, toldBy } from '../batch/inquiry.js'
import { conflictsForPaygent } from '../reconcile/conflicts.js'
import { askAll, paymentsOf, type KnownPayments, type Unanswered } from '../reconcile/known-payments.js'
import type { SettleDeps, SettleWish } from './wish.js'

export interface HandLook extends Pick<KnownPayments, 'facts' | 'codes'> {
  readonly order: Order
  /** The request that waits: open, or for a person; the last one. */
  readonly attempt: OpenAttempt | null
  /** Paygent can decide something of the order's conflict with the shop, and has not been asked. */
  readonly conflictForPaygent: boolean
  /** Paygent has more payments under the trading id than are known here. */
  readonly anotherUnknown: boolean
}

export async function lookAt(
  order: Order,
  { paymentId }: SettleWish,
  deps: SettleDeps,
  signal: AbortSignal,
): Promise<HandLook | Unanswered> {
  const { orderId, tradingId } = order
  const known = await askAll(paymentsOf(order, deps, paymentId), deps, signal)
  if (known.type === 'unanswered') return known
  const answer = await inquirePatiently({ tradingId }, deps, signal)
  const byTrading = toldBy(answer)
  if (byTrading.type === 'silent' && answer.type !== 'told') return { ...byTrading, type: 'unanswered', answer }
  const facts = byTrading.type === 'told' ? withOne(known.facts, byTrading.fact) : known.facts
  const several = byTrading.type === 'code' && byTrading.code === SEVERAL
  const under = facts.filter((fact) => fact.tradingId === tradingId)
  const waiting = [...deps.books.attentionAttempts([orderId]), ...deps.journal.openAttempts([orderId])]
  const attempt = waiting.at(-1) ?? null
  const conflictForPaygent = conflictsForPaygent([orderId], deps).length > 0
  const anotherUnknown = several && under.length < 2
  return { order, attempt, facts, codes: known.codes, conflictForPaygent, anotherUnknown }
}

const withOne = (facts: readonly PaymentFact[], fact: PaymentFact): readonly PaymentFact[] =>
  facts.some(({ paymentId }) => paymentId === fact.paymentId) ? facts : [...facts, fact]
