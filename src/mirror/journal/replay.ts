// Derives the required state of runs, attempts and orders from the entries of the audit trail alone.
import type { BookedOrder, BookedPayment, BookedPlan } from '../payments.js'
import type { BookedPlanFile } from '../plans.js'
import type { TrailEntry } from './trail.js'

export interface ReplayedRun {
  readonly operation: string | null
  readonly startedMs: number
  readonly osUser: string
  readonly host: string
  state: string | null
  endedMs: number | null
  acknowledgedMs: number | null
  /** Null when its entry has a form without a plan. */
  readonly plan: string | null
  /** Refusals that came after the plan, by order. */
  readonly refused: Map<string, { readonly reason: string | null; readonly about: string | null }>
  /** The number of attempts of each order. */
  readonly tries: Map<string, number>
}

export interface ReplayedAttempt {
  readonly runId: number | null
  readonly orderId: string
  readonly paymentId: string | null
  readonly telegram: string | null
  readonly amountYen: number | null
  readonly preparedMs: number
  readonly tryNumber: number
  readonly sentAgain: boolean
  state: string | null
  firstOutcome: string | null
  code: string | null
  detail: string | null
  newPaymentId: string | null
  settledMs: number | null
}

export interface ReplayedPlan extends Partial<BookedPlanFile> {
  readonly operation: string | null
  readonly madeMs: number
  readonly osUser: string
  readonly sudoUser: string | null
  /** The run that used it. */
  runId: number | null
}

/** Undefined is a value that no entry states. */
export interface ReplayedOrder {
  kind: string | undefined
  totalYen: number | undefined
  paymentId: string | null | undefined
  attention: number | undefined
  /** The attempt of its last request, whose plan defines kind and total until an entry does; null before the first. */
  plannedBy: number | null
  /** The order has had a request, so the shop no longer changes its kind, payment or total. */
  requested: boolean
  /** The payments of the newest entry that carries them. */
  payments: readonly BookedPayment[]
}

export interface ReplayedHold {
  readonly note: string | null
  readonly atMs: number
  readonly osUser: string
}

export class Replay {
  readonly runs = new Map<number, ReplayedRun>()
  readonly attempts = new Map<number, ReplayedAttempt>()
  readonly orders = new Map<string, ReplayedOrder>()
  /** The orders on hold. */
  readonly holds = new Map<string, ReplayedHold>()
  /** The entries that carry an order. */
  readonly carried = new Map<number, readonly BookedPayment[]>()
  /** The entry of each order that carries its payments; older entries are no longer needed. */
  readonly #carrying = new Map<string, number>()
  /** By the plan's id. */
  readonly plans = new Map<string, ReplayedPlan>()

  take(entry: TrailEntry): void {
    switch (entry.event) {
      case 'run-started':
        return this.#runStarted(entry)
      case 'run-ended':
        return this.#runOf(entry, (run) => {
          run.state = entry.outcome
          run.endedMs = entry.atMs
        })
      case 'acknowledged':
        return this.#runOf(entry, (run) => void (run.acknowledgedMs = entry.atMs))
      case 'refused':
        return this.#runOf(entry, (run) =>
          run.refused.set(entry.orderId ?? '', { reason: entry.code, about: entry.detail }),
        )
      case 'prepared':
        return this.#prepared(entry)
      case 'recovered':
        return this.#recovered(entry)
      case 'settled':
      case 'resolved':
        return this.#settled(entry)
      case 'asked-after':
        return this.#askedAfter(entry)
      case 'hold':
        return this.#held(entry)
      case 'amended':
        return void (this.#order(entry).totalYen = entry.amountYen ?? undefined)
      case 'difference':
      case 'conflict-settled':
      case 'settled-by-hand':
        return this.#booked(entry)
      case 'answer-kept':
      case 'audited':
      case 'purged':
      case 'pulled':
      case 'pushed':
      case 'unrecorded':
      case 'night-ended':
        return
      case 'plan-made':
      case 'plan-used':
        return this.#plan(entry)
      default:
        entry.event satisfies never
    }
  }

  #runStarted({ runId, detail, atMs, osUser, host, facts }: TrailEntry): void {
    const { plan = null } = facts === null ? {} : (JSON.parse(facts) as Partial<BookedPlan>)
    this.runs.set(runId ?? 0, {
      operation: detail,
      startedMs: atMs,
      osUser,
      host,
      state: 'running',
      endedMs: null,
      acknowledgedMs: null,
      plan,
      refused: new Map(),
      tries: new Map(),
    })
  }

  #plan({ event, facts, detail, atMs, osUser, sudoUser, runId }: TrailEntry): void {
    const booked = JSON.parse(facts ?? '{}') as Partial<BookedPlanFile>
    const planId = booked.planId ?? ''
    const known = this.plans.get(planId)
    if (event === 'plan-made')
      this.plans.set(planId, { ...booked, operation: detail, madeMs: atMs, osUser, sudoUser, runId: null })
    else if (known !== undefined) known.runId = runId
  }

  #runOf({ runId }: TrailEntry, change: (run: ReplayedRun) => void): void {
    const run = this.runs.get(runId ?? 0)
    if (run !== undefined) change(run)
  }

  #prepared(entry: TrailEntry): void {
    const { runId, attemptId, paymentId, telegram, amountYen, atMs } = entry
    const orderId = entry.orderId ?? ''
    const run = this.runs.get(runId ?? 0)
    const tryNumber = 1 + (run?.tries.get(orderId) ?? 0)
    run?.tries.set(orderId, tryNumber)
    this.attempts.set(attemptId ?? 0, {
      runId,
      orderId,
      paymentId,
      telegram,
      amountYen,
      preparedMs: atMs,
      tryNumber,
      sentAgain: run !== undefined && run.state !== 'running',
      state: 'prepared',
      firstOutcome: null,
      code: null,
      detail: null,
      newPaymentId: null,
      settledMs: null,
    })
    Object.assign(this.#order(entry), { plannedBy: attemptId, requested: true, kind: undefined, totalYen: undefined })
    this.#order(entry).paymentId = paymentId
  }

  #recovered({ attemptId }: TrailEntry): void {
    const attempt = this.attempts.get(attemptId ?? 0)
    if (attempt === undefined) return
    attempt.state = 'unknown'
    attempt.firstOutcome ??= 'unknown'
  }

  #settled(entry: TrailEntry): void {
    const { attemptId, outcome, code, detail, newPaymentId, atMs } = entry
    const attempt = this.attempts.get(attemptId ?? 0)
    if (attempt !== undefined) {
      const stays = outcome === 'unknown'
      attempt.state = outcome
      attempt.firstOutcome ??= outcome
      attempt.code = stays ? (code ?? attempt.code) : code
      attempt.detail = stays ? (detail ?? attempt.detail) : detail
      attempt.newPaymentId = newPaymentId ?? attempt.newPaymentId
      attempt.settledMs = stays ? null : atMs
    }
    if (entry.form === 1) this.#effectOf(entry)
    else this.#carry(entry)
  }

  /** The answer stays unchanged, but the inquiry after it may require an operator. */
  #askedAfter(entry: TrailEntry): void {
    const attempt = this.attempts.get(entry.attemptId ?? 0)
    if (attempt !== undefined) attempt.state = entry.outcome
    this.#carry(entry)
  }

  /** The first form states the effect of a request only by its outcome. */
  #effectOf({ outcome, telegram, newPaymentId, ...entry }: TrailEntry): void {
    const order = this.#order(entry)
    if (outcome === 'accepted') {
      order.kind = telegram ?? undefined
      // The plan's total still applies.
      // Only docomo's 103 makes a new payment, and the entry does not name the carrier.
      if (newPaymentId !== null && telegram === '029') order.paymentId = newPaymentId
      if (newPaymentId !== null && telegram === '103') order.paymentId = undefined
    }
    if (outcome !== 'attention') return
    order.attention = 1
    // The request may have taken effect with another amount.
    Object.assign(order, { kind: undefined, paymentId: undefined, plannedBy: null })
  }

  #booked(entry: TrailEntry): void {
    if (entry.form !== 1) return this.#carry(entry)
    const order = this.#order(entry)
    const { paymentId } = entry
    const attention = entry.outcome === 'attention' ? 1 : order.attention === 0 ? 0 : undefined
    Object.assign(order, { kind: undefined, totalYen: undefined, plannedBy: null, paymentId, attention })
  }

  #carry(entry: TrailEntry): void {
    if (entry.facts === null) return
    const { payments, ...booked } = JSON.parse(entry.facts) as BookedOrder
    Object.assign(this.#order(entry), { ...booked, payments, plannedBy: null })
    const orderId = entry.orderId ?? ''
    this.carried.delete(this.#carrying.get(orderId) ?? 0)
    this.carried.set(entry.seq, payments)
    this.#carrying.set(orderId, entry.seq)
  }

  #held({ orderId, outcome, detail, atMs, osUser }: TrailEntry): void {
    if (outcome === 'placed') this.holds.set(orderId ?? '', { note: detail, atMs, osUser })
    else this.holds.delete(orderId ?? '')
  }

  #order({ orderId }: Pick<TrailEntry, 'orderId'>): ReplayedOrder {
    const known = this.orders.get(orderId ?? '')
    if (known !== undefined) return known
    const order: ReplayedOrder = {
      kind: undefined,
      totalYen: undefined,
      paymentId: undefined,
      attention: 0,
      plannedBy: null,
      requested: false,
      payments: [],
    }
    this.orders.set(orderId ?? '', order)
    return order
  }
}
