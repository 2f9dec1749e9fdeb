// Reads the runs and the results of their items as of now.
import type { OrderFilter, Origin, RunChoice } from '../../domain/chosen.js'
import type { Reason } from '../../domain/outcome.js'
import type { Mark } from '../../domain/permit.js'
import type { NewRun, RefusedItem, RunItem, RunRecord, RunState, Step } from '../../domain/run.js'
import type { Connection } from '../connection.js'
import { samePayment } from '../order-rows.js'
import type { MirrorOrders } from '../orders.js'
import {
  ITEM_COLUMNS,
  itemOf,
  type ItemRow,
  ITEMS_WITH_TRIES,
  runRecordOf,
  type RunRow,
  SELECT_RUNS,
} from './run-rows.js'
import type { Identity } from './trail.js'

interface ChoiceRow {
  readonly order_id: string
  readonly origin: Origin | null
  readonly mark: Mark | null
}

export class Runs {
  constructor(
    private readonly connection: Connection,
    private readonly orders: MirrorOrders,
    private readonly environment: string,
    private readonly identity: Identity,
  ) {}

  /**
   * Returns the mean over the last hundred accepted attempts. An attempt that a later inquiry settled is no measure
   * of the pace.
   */
  paceMs(): number | null {
    return (
      this.connection.get<{ ms: number | null }>(
        `SELECT avg(settled_ms - prepared_ms) AS ms FROM (
           SELECT settled_ms, prepared_ms FROM attempts WHERE state = 'accepted' AND first_outcome = 'accepted'
           ORDER BY id DESC LIMIT 100
         )`,
      )?.ms ?? null
    )
  }

  /** Inserts the run and its plan. Call it inside a transaction. */
  insert({ asked, steps, refused, startedMs }: NewRun): number {
    const { host, osUser, pid } = this.identity
    const { profile, single, includeCancelled, afterUnknown } = asked.rules
    const { id } = this.connection.run(
      `INSERT INTO runs (operation, environment, started_ms, host, os_user, pid, profile, single, include_cancelled,
         after_unknown, filters)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      asked.operation,
      this.environment,
      startedMs,
      host,
      osUser,
      pid,
      profile,
      single ? 1 : 0,
      includeCancelled ? 1 : 0,
      afterUnknown ? 1 : 0,
      JSON.stringify(asked.filter),
    )
    for (const step of steps) this.#insertStep(id, step)
    for (const item of refused) this.#insertRefused(id, item)
    return id
  }

  #insertStep(runId: number, step: Step): void {
    this.connection.run(
      `INSERT INTO run_items (run_id, position, order_id, request, telegram, method, carrier, payment_id, trading_id, kind,
         planned_status, held_amount_yen, total_yen, amount_yen, resend, origin, mark)
       VALUES (:runId, :position, :orderId, :request, :telegram, :method, :carrier, :paymentId, :tradingId, :kind,
         :plannedStatus, :heldAmountYen, :totalYen, :amountYen, :resent, :origin, :mark)`,
      { ...step, runId, resent: step.resend ? 1 : 0, asked: null },
    )
  }

  #insertRefused(runId: number, item: RefusedItem): void {
    this.connection.run(
      `INSERT INTO run_items (run_id, position, order_id, request, payment_id, reason, about)
       VALUES (:runId, :position, :orderId, :request, :paymentId, :reason, :about)`,
      { ...item, runId },
    )
  }

  /**
   * Ensures that journal and wire see exactly the plan that was confirmed.
   * @throws Error when the run has no such item
   */
  assertPlanned(runId: number, step: Step): void {
    const { n } = this.connection.get<{ n: number }>(
      `SELECT count(*) AS n FROM run_items WHERE run_id = :runId AND position = :position AND order_id = :orderId
         AND telegram = :telegram AND ${samePayment('payment_id', ':paymentId')} AND trading_id = :tradingId AND amount_yen = :amountYen`,
      { ...step, runId, resend: null, asked: null },
    ) ?? { n: 0 }
    if (n !== 1) throw new Error(`run ${runId} has no such step at position ${step.position}`)
  }

  /** Returns the item's order. Call it inside a transaction. */
  refuse(runId: number, position: number, reason: Reason, about: string | null): string {
    const item = this.connection.get<{ order_id: string }>(
      'UPDATE run_items SET reason = ?, about = ? WHERE run_id = ? AND position = ? RETURNING order_id',
      reason,
      about,
      runId,
      position,
    )
    if (!item) throw new Error(`run ${runId} has no item at position ${position}`)
    return item.order_id
  }

  /** Returns the number of changed runs. Call it inside a transaction. */
  end(runId: number, state: Exclude<RunState, 'running'>, atMs: number): number {
    return this.connection.run(
      `UPDATE runs SET state = ?, ended_ms = ? WHERE id = ? AND state = 'running'`,
      state,
      atMs,
      runId,
    ).changes
  }

  /** Returns the number of changed runs. Call it inside a transaction. */
  acknowledge(runId: number, atMs: number): number {
    return this.connection.run(
      `UPDATE runs SET acknowledged_ms = ? WHERE id = ? AND state <> 'running' AND acknowledged_ms IS NULL`,
      atMs,
      runId,
    ).changes
  }

  get(runId: number): RunRecord | null {
    const row = this.connection.get<RunRow>(`${SELECT_RUNS} WHERE r.id = ?`, runId)
    return row ? runRecordOf(row) : null
  }

  /** Returns the newest runs first. */
  latest(limit: number): RunRecord[] {
    return this.connection.all<RunRow>(`${SELECT_RUNS} ORDER BY r.id DESC LIMIT ?`, limit).map(runRecordOf)
  }

  running(): RunRecord[] {
    return this.connection.all<RunRow>(`${SELECT_RUNS} WHERE r.state = 'running' ORDER BY r.id DESC`).map(runRecordOf)
  }

  /**
   * Returns the results that no operator has acknowledged, the oldest first: those that need it, or those that do
   * not.
   */
  unacknowledged(quiet: boolean): RunRecord[] {
    return this.connection
      .all<RunRow>(
        `${SELECT_RUNS} WHERE r.state <> 'running' AND r.acknowledged_ms IS NULL AND r.quiet = ? ORDER BY r.id`,
        quiet ? 1 : 0,
      )
      .map(runRecordOf)
  }

  /** Returns how the run chose its orders; null for an unknown run. */
  choiceOf(runId: number): RunChoice | null {
    return this.connection.read(() => {
      const run = this.connection.get<{ filters: string | null }>('SELECT filters FROM runs WHERE id = ?', runId)
      if (run === undefined) return null
      const rows = this.connection.all<ChoiceRow>(
        'SELECT order_id, origin, mark FROM run_items WHERE run_id = ?',
        runId,
      )
      const orders = new Map(rows.map(({ order_id: orderId, origin, mark }) => [orderId, { origin, mark }]))
      return { filter: run.filters === null ? {} : (JSON.parse(run.filters) as OrderFilter), orders }
    })
  }

  items(runId: number): RunItem[] {
    return this.connection.read(() => {
      const rows = this.connection.all<ItemRow>(
        `SELECT ${ITEM_COLUMNS} FROM ${ITEMS_WITH_TRIES} WHERE i.run_id = ? ORDER BY i.position`,
        runId,
      )
      const orders = new Map(this.orders.find(rows.map((row) => row.order_id)).map((order) => [order.orderId, order]))
      return rows.flatMap((row) => {
        const order = orders.get(row.order_id)
        return order ? [itemOf(row, order)] : []
      })
    })
  }
}
