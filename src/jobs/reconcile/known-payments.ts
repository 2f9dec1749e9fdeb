// Every payment that is known of an order, as Paygent tells it now.
import type { InquiryAnswer } from '../../domain/answer.js'
import type { Silence } from '../../domain/judge.js'
import type { Order, PaymentFact } from '../../domain/order.js'
import { SEVERAL } from '../../domain/permit.js'
import { ALIVE } from '../../domain/run.js'
import { inquirePatiently, keyOf, toldBy } from '../batch/inquiry.js'
import type { ReconcileDeps } from './deps.js'

export interface KnownPayments {
  readonly type: 'known'
  readonly facts: readonly PaymentFact[]
  /** Payments about which Paygent told a code instead. */
  readonly codes: readonly { readonly paymentId: string | null; readonly code: string }[]
}

interface Named {
  readonly paymentId: string | null
  readonly tradingId: string
}

/** Nothing was said of one of them. */
export interface Unanswered extends Silence {
  readonly type: 'unanswered'
  readonly answer: Exclude<InquiryAnswer, { type: 'told' }>
}

/** Asks about each payment by its id, or by the trading id where nobody has told one. */
export async function askAll(
  payments: readonly Named[],
  deps: Pick<ReconcileDeps, 'gateway' | 'clock'>,
  signal: AbortSignal,
): Promise<KnownPayments | Unanswered> {
  const facts: PaymentFact[] = []
  const codes: KnownPayments['codes'][number][] = []
  for (const named of payments) {
    const answer = await inquirePatiently(keyOf(named), deps, signal)
    const told = toldBy(answer)
    if (told.type === 'silent' && answer.type !== 'told') return { ...told, type: 'unanswered', answer }
    if (told.type === 'code') codes.push({ paymentId: named.paymentId, code: told.code })
    if (told.type === 'told') facts.push(told.fact)
  }
  return { type: 'known', facts, codes }
}

/** Every known payment, and what the trading id itself tells. */
export interface WholeTrade extends KnownPayments {
  /** Paygent has more payments under the trading id than are known here. */
  readonly anotherUnknown: boolean
}

/** Asks about each payment and then about the trading id. */
export async function askTrade(
  payments: readonly Named[],
  { tradingId }: Pick<Order, 'tradingId'>,
  deps: Pick<ReconcileDeps, 'gateway' | 'clock'>,
  signal: AbortSignal,
): Promise<WholeTrade | Unanswered> {
  const known = await askAll(payments, deps, signal)
  if (known.type === 'unanswered') return known
  const answer = await inquirePatiently({ tradingId }, deps, signal)
  const byTrading = toldBy(answer)
  if (byTrading.type === 'silent' && answer.type !== 'told') return { ...byTrading, type: 'unanswered', answer }
  const facts = byTrading.type === 'told' ? withOne(known.facts, byTrading.fact) : known.facts
  const several = byTrading.type === 'code' && byTrading.code === SEVERAL
  const under = facts.filter((fact) => fact.tradingId === tradingId)
  return { type: 'known', facts, codes: known.codes, anotherUnknown: several && under.length < 2 }
}

const withOne = (facts: readonly PaymentFact[], fact: PaymentFact): readonly PaymentFact[] =>
  facts.some(({ paymentId }) => paymentId === fact.paymentId) ? facts : [...facts, fact]

/** The payments of an order with the one named besides, each once. */
export const paymentsOf = (
  order: Order,
  { books }: Pick<ReconcileDeps, 'books'>,
  besides: string | null = null,
): Named[] => {
  // A payment that nobody has named and that the shop has replaced since cannot be asked about by anything of its own.
  const named: Named[] = books
    .payments(order.orderId)
    .filter(({ paymentId, current }) => paymentId !== null || current)
    .map(({ paymentId, tradingId }) => ({ paymentId, tradingId }))
  const missing = besides !== null && !named.some(({ paymentId }) => paymentId === besides)
  return missing ? [...named, { paymentId: besides, tradingId: order.tradingId }] : named
}

export const aliveOf = (facts: readonly PaymentFact[]): PaymentFact[] =>
  facts.filter(({ status }) => ALIVE.includes(status))
