// Asks Paygent (094) about one payment, and records which orders are answered while many are asked about. An inquiry
// may be repeated, a request for money never.
import type { InquiryAnswer, InquiryKey } from '../domain/answer.js'
import type { InquiryFacts, JudgedAttempt, Silence, InquiryResult } from '../domain/judge.js'
import type { Order, PaymentFact } from '../domain/order.js'
import { makesNewPayment } from '../domain/outcome.js'
import { IN_TRANSIT } from '../domain/statuses.js'
import type { Clock, Inquirer } from '../ports.js'
import { certificateStop, isAboutTheOrder, isAnswered, isCutOff, tellsOfPayment, worthAsking } from './trouble.js'

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

/** An order as far as Paygent is asked about it. */
export type AskedOrder = Pick<Order, 'orderId' | 'paymentId' | 'tradingId'>

/** The key by which Paygent is asked about an order. */
export const keyOf = ({ paymentId, tradingId }: Pick<Order, 'paymentId' | 'tradingId'>): InquiryKey =>
  paymentId === null ? { tradingId } : { paymentId, tradingId }

/**
 * Asks about another order after silence about one, and about a second one if that is odd too. If Paygent answers, the
 * silence concerns single orders only.
 * @param others the ones to ask about come last
 * @param proves whether an answer shows that Paygent answers
 * @returns the order about which Paygent answered, and the answer; null if it may not be answering at all
 */
export async function anotherAnswers(
  others: readonly AskedOrder[],
  deps: InquiryDeps,
  signal: AbortSignal,
  proves: (answer: InquiryAnswer) => boolean = isAnswered,
): Promise<{ readonly order: AskedOrder; readonly answer: InquiryAnswer } | null> {
  for (const order of others.slice(-2).toReversed()) {
    const answer = await inquireBefore(keyOf(order), deps, signal)
    if (proves(answer)) return { order, answer }
    if (isCutOff(answer) || signal.aborted) return null
  }
  return null
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

type TakeFact = (order: AskedOrder, fact: PaymentFact) => void

/** A run ends at the second silence in a row once so many orders are silent: each one takes minutes of its time. */
const MANY_SILENT = 10

/**
 * Records which orders are answered. Silence about one order does not stop the others. After two in a row, and after
 * the last order, one that was answered is asked about, and then a second one: if both are silent too, Paygent may not
 * be answering at all. The same holds when connection or login are gone.
 */
export class Hearing {
  /** Orders about which Paygent gave no answer. The run does not ask again where it need not. */
  readonly silent = new Set<string>()
  readonly #deps: InquiryDeps
  readonly #signal: AbortSignal
  readonly #take: TakeFact
  /** The last two orders that were answered, the last one last. */
  #heard: readonly AskedOrder[] = []
  #silences = 0
  #dark = false
  /** The last order about which there was no fact; null once `heard` has named an answered one. */
  #missed: string | null = null

  /** @param take what Paygent tells of an order that is asked about instead of a silent one */
  constructor(deps: InquiryDeps, signal: AbortSignal, take: TakeFact = () => undefined) {
    this.#deps = deps
    this.#signal = signal
    this.#take = take
  }

  /** Paygent has answered. Before the first request of a batch that is a fact, or a code that there is no such payment. */
  heard(order: AskedOrder): void {
    this.#note(order)
    this.#missed = null
  }

  #note(order: AskedOrder): void {
    this.#heard = [...this.#heard.filter(({ orderId }) => orderId !== order.orderId), order].slice(-2)
    this.#dark = false
  }

  /**
   * Paygent gave no fact about the order. True if no other order is to be asked about.
   * @param among the orders of the run; the last ones that were not silent take the place of answered ones
   */
  async missed(orderId: string, { code, cutOff }: Silence, among: readonly Order[] = []): Promise<boolean> {
    this.silent.add(orderId)
    this.#missed = orderId
    if (cutOff === true) return true
    const isSecond = this.#dark && code === undefined
    // A code about the order is an answer, so the next order may be answered as well.
    this.#dark = code === undefined
    if (code === undefined) this.#silences += 1
    return isSecond && (this.#silences >= MANY_SILENT || !(await this.#isAnsweredAboutAnother(among, isAnswered)))
  }

  /**
   * Paygent is silent about an order about which it was silent in an earlier run. That is no silence of a row, but the
   * first request has to wait for an answer.
   */
  missedAgain(orderId: string): void {
    this.silent.add(orderId)
    this.#missed = orderId
  }

  /**
   * Call it after the last order. The result is why the run counts as ended before its end, or null.
   * @param among as for `missed`
   */
  async endsDark(among: readonly Order[] = []): Promise<'unanswered' | 'interrupted' | null> {
    if (!this.#dark || (await this.#isAnsweredAboutAnother(among, isAnswered))) return null
    return this.#signal.aborted ? 'interrupted' : 'unanswered'
  }

  /**
   * Call it before the first request. A code may meet every inquiry. So a fact about another order, or a code that it
   * has no payment, has to follow a silence, and a code as well.
   * @param among as for `missed`
   * @returns the order about which there was no answer, if Paygent may not be answering at all; null otherwise
   */
  async missedInTheDark(among: readonly Order[]): Promise<string | null> {
    if (this.#missed === null || (await this.#isAnsweredAboutAnother(among, tellsOfPayment))) return null
    return this.#missed
  }

  /**
   * Asks about the order that was answered last, and then about the one before it, or else the last of the run. One that
   * has been silent since is asked about only where there are not two others: it may be silent about one payment alone.
   */
  async #isAnsweredAboutAnother(among: readonly Order[], proves: (answer: InquiryAnswer) => boolean): Promise<boolean> {
    const isSilent = ({ orderId }: AskedOrder): boolean => this.silent.has(orderId)
    const isHeard = ({ orderId }: AskedOrder): boolean => this.#heard.some((one) => one.orderId === orderId)
    const rest = among.filter((order) => !isSilent(order) && !isHeard(order))
    const others = [...this.#heard.filter(isSilent), ...rest, ...this.#heard.filter((order) => !isSilent(order))]
    const found = await anotherAnswers(others, this.#deps, this.#signal, proves)
    if (found === null) return false
    // A code may be all that was told, so `#missed` stays.
    this.#note(found.order)
    if (found.answer.type === 'told') this.#take(found.order, found.answer.fact)
    return true
  }
}
