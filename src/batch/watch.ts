// Decides when a batch stops: the clock, the cut-off, a signal, bad outcomes. Also sends the inquiry after an accepted
// request that needs one.
import type { Decision } from '../attempts/decision.js'
import { type Hearing, inquiryResultOf } from '../attempts/inquiry.js'
import { pushNewPayments } from '../attempts/shop-push.js'
import type { StopReason } from '../attempts/trouble.js'
import { momentOf } from '../clock.js'
import { areApart } from '../domain/age.js'
import type { Answer, InquiryAnswer, InquiryKey } from '../domain/answer.js'
import { type InquiryResult, isMadeBy } from '../domain/judge.js'
import { type MoneyTelegram, type PaymentFact, isOfAnotherTrade } from '../domain/order.js'
import { type Outcome, asksAfter, makesNewPayment } from '../domain/outcome.js'
import type { Step, UnaskedAttempt } from '../domain/run.js'
import { CANCELLED } from '../domain/statuses.js'
import { AppError } from '../errors.js'
import type { Clock } from '../ports.js'
import type { BatchDeps, BatchEvent, BatchOptions } from './events.js'
import type { Plan } from './plan.js'

/** The same malformed-request code this often in a row stops the batch. */
const MALFORMED_IN_A_ROW = 3

/** This many orders show whether a night goes well. */
const FIRST_ORDERS = 10

export class Watch {
  readonly #notContracted = new Map<MoneyTelegram, string>()
  /** Unknown or unsent outcomes since the last accepted one. */
  #dark = 0
  #silent = 0
  #orders = 0
  #failed = 0
  #malformed = { code: '', count: 0 }

  constructor(
    private readonly options: Pick<
      BatchOptions,
      'untilMs' | 'stopAfter' | 'stopsOnFailures' | 'plannedAt' | 'approval'
    >,
    private readonly clock: Clock,
    readonly signal: AbortSignal,
  ) {}

  /** Why the next request may not start, or null. */
  stopBefore(): StopReason | null {
    if (this.signal.aborted) return { type: 'interrupted' }
    const now = momentOf(this.clock)
    const { untilMs, plannedAt } = this.options
    if (untilMs !== null && now.wallMs >= untilMs) return { type: 'until' }
    return areApart(plannedAt, now) ? { type: 'clock' } : null
  }

  /** Why the batch ends with an order that was not sent although the plan has it, or null. @param begun a request has left */
  noteUnsent(begun: boolean): StopReason | null {
    return this.options.approval === undefined || begun ? null : { type: 'plan-differs' }
  }

  /** Records the outcome of a request. The result is why the batch stops now, or null. */
  note({ telegram }: Step, decision: Decision): StopReason | null {
    if (decision.next === 'leave-out-telegram') this.#notContracted.set(telegram, decision.code ?? '')
    if (decision.stop) return decision.stop
    return this.#countMalformed(decision) ?? this.#countDark(decision) ?? this.#countFailures(decision)
  }

  /**
   * One unanswered inquiry after a cancel does not affect the other orders. After two in a row, Paygent may not be
   * answering at all.
   */
  noteAfter(silent: boolean): StopReason | null {
    this.#silent = silent ? this.#silent + 1 : 0
    return this.#silent > 1 ? { type: 'inquiry-unanswered' } : null
  }

  /** The code by which Paygent reported that this telegram is not contracted, or null. */
  notContracted(telegram: MoneyTelegram): string | null {
    return this.#notContracted.get(telegram) ?? null
  }

  #countMalformed({ malformed, code }: Decision): StopReason | null {
    if (!malformed || code === null) {
      this.#malformed = { code: '', count: 0 }
      return null
    }
    this.#malformed = { code, count: this.#malformed.code === code ? this.#malformed.count + 1 : 1 }
    return this.#malformed.count >= MALFORMED_IN_A_ROW ? { type: 'malformed', code } : null
  }

  /** A retry is no outcome yet. */
  #countFailures({ outcome, next }: Decision): StopReason | null {
    if (this.options.stopsOnFailures !== true || next === 'retry' || this.#orders >= FIRST_ORDERS) return null
    this.#orders += 1
    if (outcome !== 'accepted') this.#failed += 1
    const many = this.#failed > FIRST_ORDERS / 3
    return many ? { type: 'failures', count: this.#failed, of: this.#orders } : null
  }

  /** Rejections neither count nor break the row. A gateway that answers errors in between is no better. */
  #countDark({ outcome, next }: Decision): StopReason | null {
    if (next === 'retry') return null
    if (outcome === 'accepted') this.#dark = 0
    if (outcome !== 'unknown' && outcome !== 'unsent') return null
    this.#dark += 1
    return this.#dark >= this.options.stopAfter ? { type: 'stop-after', count: this.#dark } : null
  }
}

/** Every other telegram is refused if it does not fit. */
export const mustAskAfter = (
  step: Pick<Step, 'telegram' | 'request'>,
  { outcome }: { readonly outcome: Outcome },
): boolean => asksAfter(step) && outcome === 'accepted'

/** Whether the outcome has to be on disk before anything else happens, rather than with the next intent. */
export const bookAtOnce = (step: Step, decision: { readonly outcome: Outcome }): boolean =>
  decision.outcome !== 'accepted' || mustAskAfter(step, decision) || makesNewPayment(step.telegram, step.carrier)

/** A request whose answer is booked. */
interface Answered {
  readonly attemptId: number
  readonly step: Step
  readonly answer: Answer
}

/** Does what the acceptance of one request requires, once it is on disk. @returns why the batch stops, or null */
export async function* followUp(
  { attemptId, step, answer }: Answered,
  decision: { readonly outcome: Outcome },
  deps: BatchDeps,
  { watch, push }: { readonly watch: Watch; readonly push: boolean },
): AsyncGenerator<BatchEvent, StopReason | null> {
  const writes = push && decision.outcome === 'accepted' && makesNewPayment(step.telegram, step.carrier)
  const lost = writes ? yield* pushNewPayments([step.orderId], deps) : null
  // A lost shop ends the batch, and Paygent is asked first all the same: the request is out.
  const silent = yield* askOf({ attemptId, step, answer }, decision, deps, watch)
  return lost === null ? silent : { type: 'shop-lost', code: lost }
}

async function* askOf(
  { attemptId, step, answer }: Answered,
  decision: { readonly outcome: Outcome },
  deps: BatchDeps,
  watch: Watch,
): AsyncGenerator<BatchEvent, StopReason | null> {
  if (answer.type !== 'accepted' || !mustAskAfter(step, decision)) return null
  const after = await askAfter({ attemptId, newPaymentId: answer.newPaymentId, inVain: false }, step, deps)
  const { orderId, telegram } = step
  if (after === 'attention') yield { type: 'looked-again', orderId, telegram, outcome: after }
  return watch.noteAfter(after === 'silent')
}

/** `untold`: the acceptance is valid, but the payment's present status is not known. */
type AfterOutcome = 'taken' | 'attention' | 'silent' | 'untold'

/** Paygent's answers after an acceptance. */
export interface AfterAnswers {
  /** About the payment that the order has now. */
  readonly now: InquiryResult
  /** About the one that a refund has replaced; null if none was, or if it was not asked about. */
  readonly replaced: InquiryResult | null
}

type Asked = Pick<UnaskedAttempt, 'attemptId' | 'newPaymentId' | 'inVain'>

/**
 * Asks about the payment of an accepted request; after a refund about both payments. A silence about the one keeps the
 * other from being asked about the first time only, since Paygent may not be answering at all.
 */
export async function inquireAfter(
  { newPaymentId, inVain }: Asked,
  { paymentId, tradingId }: Step,
  inquire: (key: InquiryKey) => Promise<InquiryAnswer>,
): Promise<AfterAnswers> {
  const now = inquiryResultOf(await inquire({ paymentId: newPaymentId ?? paymentId, tradingId }))
  if (newPaymentId === null || (now.type === 'silent' && (!inVain || now.cutOff))) return { now, replaced: null }
  return { now, replaced: inquiryResultOf(await inquire({ paymentId, tradingId })) }
}

/** Asks once the acceptance is on disk. The answers are written in a transaction of their own. */
async function askAfter(
  asked: Asked,
  step: Step,
  deps: Pick<BatchDeps, 'gateway' | 'journal' | 'clock'>,
): Promise<AfterOutcome> {
  return takeAfter(asked, step, await inquireAfter(asked, step, (key) => deps.gateway.inquire(key)), deps)
}

/**
 * Takes Paygent's report of the payments after the acceptance. A payment under another trading id proves nothing about
 * these. A refund must have left the new payment sold for the amount sent, and the old one dead. Where Paygent did not
 * answer about one of them, the next `reconcile`, night or batch asks again.
 */
export function takeAfter(
  { attemptId, inVain }: Pick<Asked, 'attemptId' | 'inVain'>,
  step: Step,
  { now, replaced }: AfterAnswers,
  { journal, clock }: Pick<BatchDeps, 'journal' | 'clock'>,
): AfterOutcome {
  const fact = now.type === 'told' ? now.fact : null
  const old = replaced?.type === 'told' ? replaced.fact : null
  const foreign = fact !== null && isOfAnotherTrade(step, fact)
  const isDead = ({ status }: PaymentFact): boolean => CANCELLED.includes(status)
  // What a refund has made may be dead by a later answer: given back, or replaced by the next refund.
  const isDone = (one: PaymentFact): boolean =>
    step.request === 'refund' ? isMadeBy(step, one) || (inVain && isDead(one) && one.status !== '32') : isDead(one)
  const wrong = fact !== null && (foreign || !isDone(fact))
  const outcome = wrong || (old !== null && !isDead(old)) ? 'attention' : 'accepted'
  const silent = now.type === 'silent' || replaced?.type === 'silent'
  const asksAgain = silent && outcome === 'accepted'
  if (asksAgain && inVain) return 'silent'
  const atMs = clock.nowMs()
  journal.noteAfter(attemptId, { fact: foreign ? null : fact, replaced: old, outcome, asksAgain, atMs })
  if (outcome === 'attention') return outcome
  if (silent) return 'silent'
  return fact === null ? 'untold' : 'taken'
}

/**
 * A program ended between an acceptance and the inquiry after it. The inquiry is made now, before anything else is sent.
 * After two unanswered ones in a row Paygent may not be answering at all (`Hearing`). A payment that was asked about in
 * vain is left to `reconcile`, unless its order is in the plan.
 */
export async function* askUnasked(
  { orders, steps }: Pick<Plan, 'orders' | 'steps'>,
  deps: BatchDeps,
  hearing: Hearing,
  signal: AbortSignal,
): AsyncGenerator<BatchEvent, void> {
  const planned = new Set(orders.map(({ orderId }) => orderId))
  for (const unasked of deps.journal.unasked()) {
    const { attemptId, orderId, inVain } = unasked
    const step = deps.journal.stepOf(attemptId)
    if (step === null || (inVain && !planned.has(orderId))) continue
    if (signal.aborted) return
    const after = await askAfter(unasked, step, deps)
    if (after === 'silent') {
      if (signal.aborted) return
      if (inVain) hearing.missedAgain(orderId)
      else if ((await hearing.missed(orderId, {}, orders)) && !signal.aborted) {
        if (steps.length === 0) return
        throw new AppError('open-unanswered', { order: orderId })
      }
      continue
    }
    hearing.heard(step)
    yield { type: 'recovered', orderId, telegram: step.telegram, outcome: after === 'attention' ? after : 'accepted' }
  }
}
