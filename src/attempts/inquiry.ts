// Asks Paygent (094) about one payment, and records which orders are answered while many are asked about. An inquiry
// may be repeated, a request for money never.
import type { InquiryAnswer, InquiryKey } from '../domain/answer.js'
import type { InquiryFacts, JudgedAttempt, Silence, InquiryResult } from '../domain/judge.js'
import type { Order } from '../domain/order.js'
import { makesNewPayment } from '../domain/outcome.js'
import { IN_TRANSIT } from '../domain/statuses.js'
import type { Clock, Inquirer } from '../ports.js'
import { certificateStop, isAboutTheOrder, isCutOff, isHeard, worthAsking } from './trouble.js'

/** Pauses before another try, in milliseconds. */
export const PAUSES_MS = [1_000, 3_000, 10_000] as const

export interface InquiryDeps {
  readonly gateway: Inquirer
  readonly clock: Clock
}

/**
 * Whether asking again may help. Before anything was sent, only a busy gateway is worth waiting for. The operator who
 * waits for the plan should learn at once that the network is down.
 */
type Worth = (answer: InquiryAnswer) => boolean
const busy: Worth = (answer) => answer.type === 'rejected' && worthAsking(answer.handling)
/** A certificate that is refused now will still be refused in these few seconds. */
const noAnswerYet: Worth = (answer) =>
  answer.type === 'silent' ? certificateStop(answer.fault) === null : busy(answer)

/** Asks until there is an answer, four times at most. A signal ends the pauses, but not the inquiry under way. */
export const inquirePatiently = (key: InquiryKey, deps: InquiryDeps, signal?: AbortSignal): Promise<InquiryAnswer> =>
  inquireWhile(noAnswerYet, key, deps, signal)

/** Asks once, and again only if Paygent is busy. */
export const inquireBefore = (key: InquiryKey, deps: InquiryDeps, signal?: AbortSignal): Promise<InquiryAnswer> =>
  inquireWhile(busy, key, deps, signal)

/** The key by which Paygent is asked about an order. */
export const keyOf = ({ paymentId, tradingId }: Pick<Order, 'paymentId' | 'tradingId'>): InquiryKey =>
  paymentId === null ? { tradingId } : { paymentId, tradingId }

/**
 * Asks about another order after silence about one. If Paygent answers, the silence concerns only the first order.
 * @param others the one to ask about comes last; an empty list counts as no answer
 */
export async function anotherAnswers(
  others: readonly InquiryKey[],
  deps: InquiryDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const key = others.at(-1)
  return key !== undefined && isHeard(await inquireBefore(key, deps, signal))
}

async function inquireWhile(
  worth: Worth,
  key: InquiryKey,
  { gateway, clock }: InquiryDeps,
  signal?: AbortSignal,
): Promise<InquiryAnswer> {
  let answer = await gateway.inquire(key)
  for (const pauseMs of PAUSES_MS) {
    if (!worth(answer) || signal?.aborted) return answer
    await clock.sleep(pauseMs, signal)
    answer = await gateway.inquire(key)
  }
  return answer
}

/** Collects every fact that Paygent gives about an attempt, in the form in which `judge` reads it. */
export async function inquireFacts(
  attempt: JudgedAttempt,
  deps: InquiryDeps,
  signal?: AbortSignal,
): Promise<InquiryFacts> {
  const { paymentId, tradingId } = attempt
  const byPayment = inquiryResultOf(await inquirePatiently({ paymentId, tradingId }, deps, signal))
  const isDecided = byPayment.type !== 'told' || IN_TRANSIT.includes(byPayment.fact.status)
  if (isDecided || !makesNewPayment(attempt.telegram, attempt.carrier)) return { byPayment, byTrading: null }
  const byTrading = inquiryResultOf(await inquirePatiently({ tradingId }, deps, signal))
  // The payment may have moved between the two answers: the later one counts.
  const isSame = byTrading.type === 'told' && byTrading.fact.paymentId === paymentId
  return { byPayment: isSame ? byTrading : byPayment, byTrading }
}

/** A code for "not now" proves nothing about the payment; a code for "no such payment" does. */
export function inquiryResultOf(answer: InquiryAnswer): InquiryResult {
  switch (answer.type) {
    case 'told':
      return { type: 'told', fact: answer.fact }
    case 'rejected':
      return answer.handling === 'rejected'
        ? { type: 'code', code: answer.code }
        : { type: 'silent', ...silenceOf(answer) }
    case 'silent':
      return { type: 'silent', fault: answer.fault, ...silenceOf(answer) }
    default:
      return answer satisfies never
  }
}

const silenceOf = (answer: InquiryAnswer): Silence => ({
  ...(isAboutTheOrder(answer) && { code: answer.code }),
  ...(isCutOff(answer) && { cutOff: true }),
})

/**
 * Counts the orders without an answer. Silence about one order does not stop the others. After two in a row, or if the
 * last one is silent and no other is answered, Paygent may not be answering at all. The same holds when connection or
 * login are gone.
 */
export class Hearing {
  /** Orders about which Paygent gave no answer. They are not asked about again in the same run. */
  readonly silent = new Set<string>()
  #heard: InquiryKey | null = null
  #dark = false

  /** Paygent has answered, possibly with a code. */
  heard(key: InquiryKey): void {
    this.#heard = key
    this.#dark = false
  }

  /** Paygent gave no fact about the order. True if no other order is to be asked about. */
  missed(orderId: string, { code, cutOff }: Silence): boolean {
    const ends = cutOff === true || (this.#dark && code === undefined)
    this.silent.add(orderId)
    // A code about the order is an answer, so the next order may be answered as well.
    this.#dark = code === undefined
    return ends
  }

  /**
   * Call it after the last order: the last one that was answered is asked about once more. True if Paygent may not be
   * answering at all.
   */
  async endsDark(deps: InquiryDeps, signal: AbortSignal): Promise<boolean> {
    if (!this.#dark) return false
    return !(await anotherAnswers(this.#heard === null ? [] : [this.#heard], deps, signal))
  }
}
