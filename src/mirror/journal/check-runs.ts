// Checks runs, their items and attempts, and the plan files against the audit trail.
import type { Connection } from '../connection.js'
import { bookedPlan } from '../payments.js'
import { type Contradictions, plainOrNull, sidesOf } from './contradictions.js'
import type { Replay, ReplayedAttempt, ReplayedRun } from './replay.js'

export class RunsCheck {
  /** The number of runs whose plans no entry carries. */
  uncheckedPlans = 0

  constructor(
    private readonly connection: Connection,
    private readonly replay: Replay,
    private readonly found: Contradictions,
  ) {}

  all(): void {
    this.#runs()
    this.#items()
    this.#attempts()
    this.#issued('runs', 'run', this.replay.runs)
    this.#issued('attempts', 'attempt', this.replay.attempts)
    this.#plans()
  }

  #runs(): void {
    const rows = this.connection.all<RunRow>(
      'SELECT id, operation, state, started_ms, ended_ms, acknowledged_ms, host, os_user FROM runs ORDER BY id',
    )
    for (const [runId, row, run] of sidesOf(rows, ({ id }) => id, this.replay.runs)) {
      if (row === undefined || run === undefined) this.found.row('run', { runId }, row !== undefined)
      else this.#run(row, run)
    }
  }

  #run(row: RunRow, run: ReplayedRun): void {
    const about = { runId: row.id }
    this.found.compare('run', about, {
      operation: [row.operation, run.operation],
      state: [row.state, run.state],
      started_ms: [row.started_ms, run.startedMs],
      ended_ms: [row.ended_ms, run.endedMs],
      acknowledged_ms: [row.acknowledged_ms, run.acknowledgedMs],
      host: [row.host, run.host],
      os_user: [row.os_user, run.osUser],
    })
    if (run.plan === null) this.uncheckedPlans += 1
    else {
      const { plan } = bookedPlan(this.connection, row.id, new Set(run.refused.keys()))
      this.found.compare('run', about, { plan: [plan, run.plan] })
    }
  }

  /** Refusals that came after the plan. */
  #items(): void {
    for (const [runId, { refused }] of this.replay.runs) {
      for (const [orderId, { reason, about }] of refused) {
        const item = this.connection.get<{ reason: string | null; about: string | null }>(
          'SELECT reason, about FROM run_items INDEXED BY run_items_by_order WHERE order_id = ? AND run_id = ?',
          orderId,
          runId,
        )
        if (item === undefined) this.found.row('item', { runId, orderId }, false)
        else
          this.found.compare('item', { runId, orderId }, { reason: [item.reason, reason], about: [item.about, about] })
      }
    }
  }

  #attempts(): void {
    const rows = this.connection.all<AttemptRow>(SELECT_ATTEMPTS)
    for (const [attemptId, row, attempt] of sidesOf(rows, ({ id }) => id, this.replay.attempts)) {
      const runId = row?.run_id ?? attempt?.runId ?? null
      const about = { runId, attemptId, orderId: row?.order_id ?? attempt?.orderId ?? null }
      if (row === undefined || attempt === undefined) this.found.row('attempt', about, row !== undefined)
      else this.#attempt(row, attempt)
    }
  }

  #attempt(row: AttemptRow, attempt: ReplayedAttempt): void {
    const { runId, orderId } = attempt
    this.found.compare(
      'attempt',
      { runId, attemptId: row.id, orderId },
      {
        run_id: [row.run_id, runId],
        order_id: [row.order_id, orderId],
        planned_order_id: [row.planned_order_id, orderId],
        try_number: [row.try_number, attempt.tryNumber],
        sent_again: [row.sent_again, attempt.sentAgain ? 1 : 0],
        state: [row.state, attempt.state],
        first_outcome: [row.first_outcome, attempt.firstOutcome],
        code: [row.code, attempt.code],
        detail: [row.detail, attempt.detail],
        new_payment_id: [row.new_payment_id, attempt.newPaymentId],
        prepared_ms: [row.prepared_ms, attempt.preparedMs],
        settled_ms: [row.settled_ms, attempt.settledMs],
        telegram: [row.telegram, attempt.telegram],
        // A plan keeps the original spelling of an id; later requests write it as a number.
        payment_id: [plainOrNull(row.payment_id), plainOrNull(attempt.paymentId)],
        amount_yen: [row.amount_yen, attempt.amountYen],
      },
    )
    const order = this.replay.orders.get(orderId)
    if (order?.plannedBy !== row.id) return
    // The request was sent because the order was as planned, so a value that no entry has changed since is still the
    // planned one.
    order.kind ??= row.kind ?? undefined
    order.totalYen ??= row.total_yen ?? undefined
  }

  /** Plan files, each by the run that used it: who made which plan, and whether it was used. */
  #plans(): void {
    const rows = this.connection.all<PlanRow>(
      'SELECT id, sha256, operation, made_ms, os_user, sudo_user, run_id FROM plans ORDER BY made_ms, id',
    )
    for (const [, row, plan] of sidesOf(rows, ({ id }) => id, this.replay.plans)) {
      const about = { runId: row === undefined ? (plan?.runId ?? null) : row.run_id }
      if (row === undefined || plan === undefined) this.found.row('plan', about, row !== undefined)
      else
        this.found.compare('plan', about, {
          sha256: [row.sha256, plan.sha256],
          operation: [row.operation, plan.operation],
          made_ms: [row.made_ms, plan.madeMs],
          os_user: [row.os_user, plan.osUser],
          sudo_user: [row.sudo_user, plan.sudoUser],
          run_id: [row.run_id, plan.runId],
        })
    }
  }

  /** SQLite's counter never goes back: a number that was issued and appears in no entry was cut off. */
  #issued(table: string, what: 'run' | 'attempt', known: ReadonlyMap<number, unknown>): void {
    const issued =
      this.connection.get<{ seq: number }>('SELECT seq FROM sqlite_sequence WHERE name = ?', table)?.seq ?? 0
    if (issued === 0 || known.has(issued) || this.found.all.length > 0) return
    this.found.row(what, what === 'run' ? { runId: issued } : { attemptId: issued }, true)
  }
}

interface RunRow {
  readonly id: number
  readonly operation: string
  readonly state: string
  readonly started_ms: number
  readonly ended_ms: number | null
  readonly acknowledged_ms: number | null
  readonly host: string
  readonly os_user: string
}

/** An attempt whose line of the plan is missing is selected all the same. */
const SELECT_ATTEMPTS = `
SELECT a.id, a.run_id, a.order_id, a.try_number, a.state, a.first_outcome, a.code, a.detail, a.new_payment_id, a.prepared_ms,
  a.settled_ms, a.sent_again, i.order_id AS planned_order_id, i.telegram, i.payment_id, i.amount_yen, i.kind, i.total_yen
FROM attempts a LEFT JOIN run_items i USING (run_id, position) ORDER BY a.id`

interface AttemptRow {
  readonly id: number
  readonly run_id: number
  readonly order_id: string
  readonly try_number: number
  readonly state: string
  readonly first_outcome: string | null
  readonly code: string | null
  readonly detail: string | null
  readonly new_payment_id: string | null
  readonly prepared_ms: number
  readonly settled_ms: number | null
  readonly sent_again: number
  readonly planned_order_id: string | null
  readonly telegram: string | null
  readonly payment_id: string | null
  readonly amount_yen: number | null
  readonly kind: string | null
  readonly total_yen: number | null
}

interface PlanRow {
  readonly id: string
  readonly sha256: string
  readonly operation: string
  readonly made_ms: number
  readonly os_user: string
  readonly sudo_user: string | null
  readonly run_id: number | null
}
