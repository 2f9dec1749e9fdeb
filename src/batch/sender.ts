// The loop that moves money. It writes the journal before it sends, one request at a time. `sendOnce` carries the
// safety argument.
import { type Decision, type AttemptAnswer, TRIES, decideAttempt, needsInquiry } from '../attempts/decision.js'
import { PAUSES_MS, inquirePatiently } from '../attempts/inquiry.js'
import { type StopReason, isHeard, leftOutBy, silenceStop } from '../attempts/trouble.js'
import { momentOf } from '../clock.js'
import { type Moment, elapsedMs, isOldAmount } from '../domain/age.js'
import type { Answer } from '../domain/answer.js'
import { type MoneyTelegram, type PaymentFact, isOfAnotherMethod, isOfAnotherTrade } from '../domain/order.js'
import type { Reason } from '../domain/outcome.js'
import type { Settlement, Step } from '../domain/run.js'
import type { Clock } from '../ports.js'
import type { BatchDeps, BatchEvent, ResolvedEvent } from './events.js'
import { type Plan, inOrder, requestOf } from './plan.js'
import { recheckShopRow } from './recheck-shop-row.js'
import { type Watch, bookAtOnce, followUp } from './watch.js'

const RECHECKED: readonly MoneyTelegram[] = ['021', '023', '029', '102', '103']

/**
 * A plain sale carries no amount, and Paygent refuses one for a payment that is no longer authorised. It needs an
 * inquiry only if the last report of the amount is too old, as after a long question, because Paygent captures the
 * amount that it holds by now.
 */
export const needsRecheck = ({ telegram, amountToldMs }: Step, clock: Pick<Clock, 'nowMs'>): boolean =>
  RECHECKED.includes(telegram) || isOldAmount(amountToldMs, clock.nowMs())

/** The answer to an inquiry counts for this long. */
const FRESH_MS = 60_000

/** Whether an answer of this moment is no older than 60 s by either clock, if the step needs one. */
export const isFresh = (step: Step, checkedAt: Moment | null, clock: Clock): boolean =>
  !needsRecheck(step, clock) || (checkedAt !== null && elapsedMs(checkedAt, momentOf(clock)) <= FRESH_MS)

/** Null when the payment is as planned; `skip` when the order was booked as refused; else why the batch stops. */
export async function* recheckPayment(
  runId: number,
  step: Step,
  deps: BatchDeps,
  signal: AbortSignal,
): AsyncGenerator<BatchEvent, 'skip' | StopReason | null> {
  const refused = function* (reason: Reason, about: string | null): Generator<BatchEvent, 'skip'> {
    deps.journal.refuse(runId, step.position, reason, about)
    yield { type: 'refused', position: step.position, orderId: step.orderId, reason, about }
    return 'skip'
  }
  const { paymentId, tradingId } = step
  const answer = await inquirePatiently({ paymentId, tradingId }, deps, signal)
  if (answer.type === 'told') {
    if (isOfAnotherMethod(step, answer.fact)) return yield* refused('no-payment', 'method')
    if (asPlanned(step, answer.fact)) return null
    deps.orders.learn(step, answer.fact, deps.clock.nowMs())
    return yield* refused('changed', answer.fact.status)
  }
  // Paygent answers, but gives no fact about this one order. The others go on.
  if (isHeard(answer)) {
    const { reason, code } = leftOutBy(answer)
    return yield* refused(reason, code)
  }
  if (answer.type === 'silent') return silenceStop(answer.fault)
  return { type: 'code', code: answer.code, detail: answer.detail }
}

/** Whether Paygent reports the payment as the plan has it. */
export const asPlanned = (step: Step, fact: PaymentFact): boolean =>
  fact.status === step.plannedStatus && fact.amountYen === step.heldAmountYen && !isOfAnotherTrade(step, fact)

/** A request whose answer has not been booked. */
interface InFlight extends Omit<AttemptAnswer, 'answer'> {
  readonly attemptId: number
  readonly answering: Promise<Answer>
}

/** The state of the sender. There is no other state, and at most one request is in flight. */
type State =
  | { readonly type: 'idle' }
  | { readonly type: 'in-flight'; readonly request: InFlight }
  /** The outcome is not on disk yet: it shares its commit with the intent of the next request. */
  | { readonly type: 'unbooked'; readonly settlement: Settlement; readonly event: ResolvedEvent }
  /** The attempt is booked and will be retried. If the retry is sent, only the retry's outcome is reported. */
  | { readonly type: 'closed-try'; readonly event: ResolvedEvent }
  /** The same for an attempt in transit. It is closed in the commit of the retry's intent. */
  | { readonly type: 'open-try'; readonly event: ResolvedEvent; readonly closing: Settlement }

const IDLE: State = { type: 'idle' }

type Events<Result> = AsyncGenerator<BatchEvent, Result>

export class Sender {
  #state: State = IDLE
  /** When Paygent last reported that the payment of this order is as planned. */
  #confirmedAt: Moment | null = null
  /** An intent is on disk, so a request has left or may have. */
  #begun = false

  constructor(
    private readonly runId: number,
    private readonly deps: BatchDeps,
    readonly watch: Watch,
    /** New payments are written to the shop at once. */
    readonly push: boolean,
  ) {}

  /** Sends every step of the plan. The result is why it stopped early, or null. */
  async *sendAll(plan: Plan): Events<StopReason | null> {
    // Inquiries of an earlier stage may still be under way, and no request waits for them between its intent and the wire.
    await this.deps.gateway.quiet()
    try {
      for (const item of inOrder(plan)) {
        const stop = item.step
          ? ((yield* this.sendOrder(item.step)) ?? this.watch.noteUnsent(this.#begun))
          : yield* this.tell({ type: 'refused', ...item.refused })
        if (stop === null) continue
        yield* this.book()
        return stop
      }
      yield* this.book()
      return null
    } finally {
      await this.leave()
    }
  }

  /**
   * For `reconcile`: sends the request of an attempt in transit once more, and never again. The attempt is closed in
   * the commit of the new intent. Null when the order is no longer as planned, or nothing may be sent now. A reason if
   * the shop does not answer, because it is then not known whether the order is still valid there. `put-off` if
   * Paygent's answer is too old.
   * @param looked when Paygent was asked about the payment, with the lock held
   */
  async *sendAgain(
    step: Step,
    closing: Settlement,
    looked: Moment,
  ): Events<Decision | Extract<StopReason, { type: 'shop-lost' }> | 'put-off' | null> {
    const event: ResolvedEvent = { type: 'settled', step, outcome: 'unknown', code: null, detail: null }
    this.#state = { type: 'open-try', event, closing }
    this.#confirmedAt = looked
    await this.deps.gateway.quiet()
    try {
      if (this.watch.stopBefore() !== null) return null
      const rowCheck = this.deps.desk === null ? null : await recheckShopRow(step, this.deps.desk, this.deps, true)
      if (rowCheck?.type === 'lost') return rowCheck.stop
      if (rowCheck?.type === 'changed' || this.watch.stopBefore() !== null) return null
      if (!isFresh(step, looked, this.deps.clock)) return 'put-off'
      return yield* this.sendOnce(step, TRIES, true)
    } finally {
      await this.leave()
    }
  }

  /** Sends one order: up to three requests if the code allows a retry, each an attempt of its own. */
  private async *sendOrder(step: Step): Events<StopReason | null> {
    const stop = this.watch.stopBefore() ?? (yield* this.refuseNotContracted(step))
    if (stop === 'skip') return null
    if (stop !== null) return stop
    let afterTransit = false
    for (let tryNumber = 1; ; tryNumber += 1) {
      yield { type: 'sending', step }
      const late = yield* this.lastRechecks(step, tryNumber)
      if (late === 'skip') return null
      if (late !== null) return late
      const decision: Decision | null = yield* this.sendOnce(step, tryNumber, afterTransit)
      if (decision === null) return null
      const enough = this.watch.note(step, decision)
      if (enough !== null || decision.next !== 'retry') return enough
      afterTransit ||= decision.outcome === 'unknown'
      // A retry follows an inquiry which found that the request may go on.
      this.#confirmedAt = momentOf(this.deps.clock)
      const pauseMs = PAUSES_MS[tryNumber - 1] ?? PAUSES_MS[0]
      yield { type: 'retrying', step, code: decision.code ?? '', pauseMs }
      await this.deps.clock.sleep(pauseMs, this.watch.signal)
    }
  }

  /**
   * Sends one request. Its intent and the outcome of the one before are committed and synced together. Nothing awaits
   * between that commit and the send. Null when the order is no longer as planned.
   */
  private async *sendOnce(step: Step, tryNumber: number, afterTransit: boolean): Events<Decision | null> {
    const { journal, gateway, clock } = this.deps
    if (!isFresh(step, this.#confirmedAt, clock))
      throw new Error(`${step.telegram} without an inquiry of the last minute`)
    const before = this.#state
    const recorded = before.type === 'unbooked' ? before.settlement : before.type === 'open-try' ? before.closing : null
    // The history of the order, when it is read again, contains the attempt that this one closes.
    const intent = before.type === 'open-try' ? { ...step, notProcessedMs: before.closing.atMs } : step
    const advanced = journal.advance(this.runId, recorded, intent, clock.nowMs())
    if (advanced.type === 'none') throw new Error('an intent that is neither written nor refused')
    if (advanced.type === 'changed') {
      this.#state = IDLE
      if (before.type !== 'idle' && before.type !== 'in-flight') yield before.event
      const { position, orderId } = step
      if (before.type === 'idle' || before.type === 'unbooked')
        yield { type: 'refused', position, orderId, reason: advanced.reason, about: null }
      return null
    }
    this.#begun = true
    const { attemptId, mayArriveLate } = advanced
    const request = {
      step,
      tryNumber,
      afterTransit,
      mayArriveLate,
      attemptId,
      answering: gateway.send(requestOf(step)),
    }
    this.#state = { type: 'in-flight', request }
    if (before.type === 'unbooked') yield before.event
    const exchange: AttemptAnswer & InFlight = { ...request, answer: await request.answering }
    if (needsInquiry(exchange)) yield { type: 'inquiring', step }
    const decision = await decideAttempt(exchange, this.deps, this.watch.signal)
    this.#hold(exchange, decision)
    if (decision.next === 'retry') this.#supersede()
    else if (bookAtOnce(step, decision)) yield* this.book()
    const stop = yield* followUp(exchange, decision, this.deps, this)
    return { ...decision, stop: stop ?? decision.stop }
  }

  #hold({ attemptId, step }: InFlight, decision: Decision): void {
    const { outcome, code, detail } = decision
    const settlement = { ...decision, attemptId, atMs: this.deps.clock.nowMs() }
    this.#state = { type: 'unbooked', settlement, event: { type: 'settled', step, outcome, code, detail } }
  }

  /**
   * Books an attempt at once that will be retried. An attempt in transit stays open until the retry's intent is
   * written.
   */
  #supersede(): void {
    if (this.#state.type !== 'unbooked') return
    const { settlement, event } = this.#state
    this.deps.journal.settle(settlement)
    const open = settlement.outcome === 'unknown'
    const closing = { ...settlement, outcome: 'not-processed' } as const
    this.#state = open ? { type: 'open-try', event, closing } : { type: 'closed-try', event }
  }

  /** Refuses a telegram of which Paygent has said in this batch that it is not contracted. */
  private async *refuseNotContracted(step: Step): Events<'skip' | StopReason | null> {
    const { journal } = this.deps
    const notContracted = this.watch.notContracted(step.telegram)
    if (notContracted !== null) {
      yield* this.book()
      journal.refuse(this.runId, step.position, 'not-contracted', notContracted)
      const { position, orderId } = step
      yield { type: 'refused', position, orderId, reason: 'not-contracted', about: notContracted }
      return 'skip'
    }
    return null
  }

  /**
   * Checks the shop's row and then Paygent's answer, as the last step before the request leaves. Both may take time. A
   * signal or the cut-off that comes meanwhile also holds this request back.
   */
  private async *lastRechecks(step: Step, tryNumber: number): Events<'skip' | StopReason | null> {
    const late = this.watch.stopBefore() ?? (yield* this.stillInShop(step, tryNumber)) ?? this.watch.stopBefore()
    if (late !== null || !needsRecheck(step, this.deps.clock)) return late
    if (tryNumber > 1) return isFresh(step, this.#confirmedAt, this.deps.clock) ? null : yield* this.noRetry()
    yield* this.book()
    const found = yield* recheckPayment(this.runId, step, this.deps, this.watch.signal)
    if (found !== null) return found
    this.#confirmedAt = momentOf(this.deps.clock)
    return this.watch.stopBefore()
  }

  /** The attempt before stays as it was booked, or open. */
  private *noRetry(): Generator<BatchEvent, 'skip'> {
    yield* this.book()
    return 'skip'
  }

  /** Checks that the shop's row is as it was read, on the connection that keeps other desks from sending. */
  private async *stillInShop(step: Step, tryNumber: number): Events<'skip' | StopReason | null> {
    const { desk, journal } = this.deps
    if (desk === null) return null
    // Before a retry, the attempt that is to be closed waits for the retry's intent.
    if (tryNumber === 1) yield* this.book()
    const rowCheck = await recheckShopRow(step, desk, this.deps, this.#state.type === 'open-try')
    if (rowCheck.type !== 'changed') return rowCheck.type === 'lost' ? rowCheck.stop : null
    if (tryNumber > 1) return yield* this.noRetry()
    const { position, orderId } = step
    journal.refuse(this.runId, position, 'changed', rowCheck.about)
    yield { type: 'refused', position, orderId, reason: 'changed', about: rowCheck.about }
    return 'skip'
  }

  /** Commits the last outcome by itself. Its event is yielded only after that. */
  private *book(): Generator<BatchEvent> {
    const event = this.#write()
    if (event !== null) yield event
  }

  /** Writes the outcome that is not on disk yet. Returns the event that is still to be reported. */
  #write(): ResolvedEvent | null {
    const state = this.#state
    if (state.type === 'unbooked') this.deps.journal.settle(state.settlement)
    if (state.type === 'idle' || state.type === 'in-flight') return null
    this.#state = IDLE
    return state.event
  }

  private *tell(event: BatchEvent): Generator<BatchEvent, null> {
    yield* this.book()
    yield event
    return null
  }

  /** The consumer stopped listening, or a fault occurred. The request under way is still awaited and booked. */
  private async leave(): Promise<void> {
    if (this.#state.type === 'in-flight') {
      const { request } = this.#state
      const exchange = { ...request, answer: await request.answering }
      this.#hold(exchange, await decideAttempt(exchange, this.deps, this.watch.signal))
    }
    this.#write()
  }
}
