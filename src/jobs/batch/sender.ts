// The loop that moves money: journal first, wire after, one request at a time. The safety argument is `sendOnce`.
import type { MoneyRequest } from '../../domain/answer.js'
import type { Settlement, Step } from '../../domain/run.js'
import { bookAtOnce, decide, needsInquiry, type Decision } from './decision.js'
import type { BatchEvent, SettledEvent, StopReason } from './events.js'
import { PAUSES_MS } from './inquiry.js'
import { lookBefore, needsLook } from './look-before.js'
import { inOrder, type Plan } from './plan.js'
import type { BatchDeps } from './deps.js'
import type { Watch } from './watch.js'

/** The outcome of the last request, not on disk yet: it shares its commit with the intent of the next. */
interface Unbooked {
  readonly settlement: Settlement
  readonly event: SettledEvent
}

type Events<Result> = AsyncGenerator<BatchEvent, Result>

export class Sender {
  #unbooked: Unbooked | null = null

  constructor(
    private readonly runId: number,
    private readonly deps: BatchDeps,
    private readonly watch: Watch,
  ) {}

  /** Sends every step of the plan; the result is why it stopped early, or null. */
  async *sendAll(plan: Plan): Events<StopReason | null> {
    for (const item of inOrder(plan)) {
      const stop = item.step ? yield* this.sendOrder(item.step) : yield* this.tell({ type: 'refused', ...item.refused })
      if (stop === null) continue
      yield* this.book()
      return stop
    }
    yield* this.book()
    return null
  }

  /** One order: up to three telegrams where page 2.4 allows it, each an attempt of its own. */
  async *sendOrder(step: Step): Events<StopReason | null> {
    const stop = this.watch.stopBefore() ?? (yield* this.mayGo(step))
    if (stop === 'skip') return null
    if (stop !== null) return stop
    for (let tryNumber = 1; ; tryNumber += 1) {
      yield { type: 'sending', step }
      const late = this.watch.stopBefore()
      if (late !== null) return late
      const decision = yield* this.sendOnce(step, tryNumber)
      if (decision === null) return null
      const enough = this.watch.note(step, decision)
      if (enough !== null || decision.next !== 'retry') return enough
      const pauseMs = PAUSES_MS[tryNumber - 1] ?? PAUSES_MS[0]
      yield { type: 'retrying', step, code: decision.code ?? '', pauseMs }
      await this.deps.clock.sleep(pauseMs, this.watch.signal)
    }
  }

  /**
   * One telegram. Its intent and the outcome of the one before are committed and synced together; nothing awaits
   * between that commit and the send. Null when the order is no longer as planned.
   */
  private async *sendOnce(step: Step, tryNumber: number): Events<Decision | null> {
    const { journal, gateway, clock } = this.deps
    const before = this.#unbooked
    const advanced = journal.advance(this.runId, before?.settlement ?? null, step, clock.nowMs())
    this.#unbooked = null
    const answering = advanced.type === 'prepared' ? gateway.send(requestOf(step)) : null
    if (before) yield before.event
    if (advanced.type !== 'prepared' || answering === null) {
      yield { type: 'refused', position: step.position, orderId: step.orderId, reason: 'changed', about: null }
      return null
    }
    const answer = await answering
    if (needsInquiry(answer)) yield { type: 'inquiring', step }
    const decision = await decide({ step, answer, tryNumber }, this.deps, this.watch.signal)
    const { outcome, code, detail } = decision
    const settlement = { ...settlementOf(decision), attemptId: advanced.attemptId, atMs: clock.nowMs() }
    this.#unbooked = { settlement, event: { type: 'settled', step, outcome, code, detail } }
    if (bookAtOnce(step, decision)) yield* this.book()
    return decision
  }

  /** Fences that show only now: a telegram not contracted, a payment that has moved since the plan. */
  private async *mayGo(step: Step): Events<'skip' | StopReason | null> {
    const { journal } = this.deps
    const notContracted = this.watch.notContracted(step.telegram)
    if (notContracted !== null) {
      yield* this.book()
      journal.refuse(this.runId, step.position, 'not-contracted', notContracted)
      const { position, orderId } = step
      yield { type: 'refused', position, orderId, reason: 'not-contracted', about: notContracted }
      return 'skip'
    }
    if (!needsLook(step)) return null
    yield* this.book()
    return yield* lookBefore(this.runId, step, this.deps, this.watch.signal)
  }

  /** Commits the last outcome by itself; its event is given only after that. */
  private *book(): Generator<BatchEvent> {
    if (this.#unbooked === null) return
    const { settlement, event } = this.#unbooked
    this.deps.journal.settle(settlement)
    this.#unbooked = null
    yield event
  }

  private *tell(event: BatchEvent): Generator<BatchEvent, null> {
    yield* this.book()
    yield event
    return null
  }
}

function settlementOf({ outcome, code, detail, effect, learnt, newPaymentId, notMoved }: Decision) {
  return { outcome, code, detail, effect, learnt, newPaymentId, notMoved }
}

const requestOf = (step: Step): MoneyRequest => ({
  telegram: step.telegram,
  carrier: step.carrier,
  tradingId: step.tradingId,
  paymentId: step.paymentId,
  amountYen: step.telegram === '029' || step.telegram === '103' ? step.amountYen : null,
})
