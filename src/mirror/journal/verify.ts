// Compares the tables with the audit trail: the tables must hold everything that the entries state, and nothing
// without an entry.
import { plainPaymentId } from '../../domain/order.js'
import type { Connection } from '../connection.js'
import { bookedPlan, WAITS } from '../payments.js'
import { Replay, type ReplayedAttempt, type ReplayedRun } from './replay.js'
import { checkPlans } from '../plans.js'
import type { Trail, TrailCheck, TrailHead } from './trail.js'

// Names the row and the column in which the tables and the audit trail disagree.
type Value = string | number | null

/** A value or row in the tables that the trail contradicts. */
export interface Contradiction {
  readonly what: 'attempt' | 'run' | 'item' | 'order' | 'payment' | 'plan'
  readonly runId: number | null
  readonly attemptId: number | null
  readonly orderId: string | null
  /** The column; `row` when the row itself is missing or no entry wrote it. */
  readonly field: string
  readonly mirror: Value
  readonly trail: Value
}

export type About = Partial<Pick<Contradiction, 'runId' | 'attemptId' | 'orderId'>>
const NO_SUBJECT = { runId: null, attemptId: null, orderId: null } as const

/** Column → the stored value, and the required one. */
export type Pairs = Readonly<Record<string, readonly [Value, Value | undefined]>>

export class Contradictions {
  readonly all: Contradiction[] = []

  compare(what: Contradiction['what'], about: About, pairs: Pairs): void {
    for (const [field, [mirror, trail]] of Object.entries(pairs)) {
      if (trail !== undefined && mirror !== trail) this.tell(what, about, field, mirror, trail)
    }
  }

  tell(what: Contradiction['what'], about: About, field: string, mirror: Value, trail: Value): void {
    this.all.push({ what, ...NO_SUBJECT, ...about, field, mirror, trail })
  }

  /** Reports a row that exists only on one side. */
  row(what: Contradiction['what'], about: About, there: boolean): void {
    this.tell(what, about, 'row', there ? 'present' : null, there ? null : 'present')
  }
}

// Checks orders and their payments against the audit trail.
export class OrdersCheck {
  readonly unchecked = { ordersWithoutRequest: 0, ordersOfOldEntries: 0, payments: 0 }

  constructor(
    private readonly connection: Connection,
    private readonly replay: Replay,
    private readonly found: Contradictions,
  ) {}

  /** Runs after the attempts, because by then the replay holds the plans' data about each order. */
  all(): void {
    this.#orders()
    this.#payments()
    this.#holds()
  }

  /** A hold keeps money from moving, so one that was put or taken away by hand is found. */
  #holds(): void {
    const rows = this.connection.all<HoldRow>('SELECT order_id, note, at_ms, os_user FROM holds')
    const left = new Map(this.replay.holds)
    for (const { order_id: orderId, note, at_ms: atMs, os_user: osUser } of rows) {
      const hold = left.get(orderId)
      left.delete(orderId)
      const pairs: Pairs = {
        hold_note: [note, hold?.note ?? null],
        hold_at_ms: [atMs, hold?.atMs ?? null],
        hold_os_user: [osUser, hold?.osUser ?? null],
      }
      this.found.compare('order', { orderId }, pairs)
    }
    for (const [orderId, { note }] of left) this.found.compare('order', { orderId }, { hold_note: [null, note] })
  }

  #orders(): void {
    const { n } = this.connection.get<{ n: number }>('SELECT count(*) AS n FROM orders') ?? { n: 0 }
    const requested = [...this.replay.orders].filter(([, order]) => order.requested)
    this.unchecked.ordersWithoutRequest = Math.max(0, n - requested.length)
    for (const [orderId, order] of this.replay.orders) {
      const row = this.connection.get<OrderRow>(SELECT_ORDER, orderId)
      if (row === undefined) {
        this.found.row('order', { orderId }, false)
        continue
      }
      this.found.compare('order', { orderId }, { attention: [row.attention, order.attention] })
      for (const [paymentId] of order.payments) if (paymentId !== null) this.#has(orderId, paymentId)
      if (!order.requested) continue
      this.found.compare(
        'order',
        { orderId },
        {
          kind: [row.kind, order.kind],
          payment_id: [
            plainOrNull(row.payment_id),
            order.paymentId === undefined ? undefined : plainOrNull(order.paymentId),
          ],
          total_yen: [row.total_yen, order.totalYen],
          touched: [row.touched, 1],
        },
      )
      const told = [order.kind, order.paymentId, order.totalYen, order.attention]
      if (told.includes(undefined)) this.unchecked.ordersOfOldEntries += 1
    }
    // Only an entry makes an order wait for an operator.
    for (const { order_id: orderId } of this.connection.all<{ order_id: string }>(SELECT_WAITING)) {
      if (!this.replay.orders.has(orderId)) this.found.compare('order', { orderId }, { attention: [1, 0] })
    }
  }

  #has(orderId: string, paymentId: string): void {
    const ids = this.connection.all<{ payment_id: string | null }>(
      'SELECT payment_id FROM payments WHERE order_id = ?',
      orderId,
    )
    if (!ids.some((row) => plainOrNull(row.payment_id) === plainOrNull(paymentId)))
      this.found.tell('payment', { orderId }, 'payment_id', null, paymentId)
  }

  #payments(): void {
    const rows = this.connection.all<PaymentRow>(
      'SELECT order_id, payment_id, status, held_amount_yen, entry FROM payments WHERE entry IS NOT NULL ORDER BY id',
    )
    const { n } = this.connection.get<{ n: number }>('SELECT count(*) AS n FROM payments') ?? { n: 0 }
    this.unchecked.payments = n - rows.length
    for (const { order_id: orderId, payment_id: paymentId, status, held_amount_yen: heldYen, entry } of rows) {
      const carried = this.replay.carried.get(entry)?.find(([id]) => plainOrNull(id) === plainOrNull(paymentId))
      if (carried === undefined) this.found.tell('payment', { orderId }, 'payment_id', paymentId, null)
      else
        this.found.compare(
          'payment',
          { orderId },
          { status: [status, carried[1]], held_amount_yen: [heldYen, carried[2]] },
        )
    }
  }
}

/** A payment id is a number, written with or without leading zeros; entries and plans keep the original spelling. */
export const plainOrNull = (paymentId: string | null): string | null =>
  paymentId === null ? null : plainPaymentId(paymentId)

const SELECT_ORDER = `
SELECT o.kind, o.total_yen, ${WAITS} AS attention, o.touched, p.payment_id
FROM orders o LEFT JOIN payments p ON p.id = o.payment WHERE o.order_id = ?`
const SELECT_WAITING = `SELECT order_id FROM orders o WHERE ${WAITS} = 1`

interface OrderRow {
  readonly kind: string
  readonly total_yen: number
  readonly attention: number
  readonly touched: number
  readonly payment_id: string | null
}

interface HoldRow {
  readonly order_id: string
  readonly note: string
  readonly at_ms: number
  readonly os_user: string
}

interface PaymentRow {
  readonly order_id: string
  readonly payment_id: string | null
  readonly status: string | null
  readonly held_amount_yen: number | null
  readonly entry: number
}

// Checks runs, their items and their attempts against the audit trail.
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
  }

  #runs(): void {
    const rows = this.connection.all<RunRow>(
      'SELECT id, operation, state, started_ms, ended_ms, acknowledged_ms, host, os_user FROM runs ORDER BY id',
    )
    const left = new Map(this.replay.runs)
    for (const row of rows) {
      const run = left.get(row.id)
      left.delete(row.id)
      if (run === undefined) this.found.row('run', { runId: row.id }, true)
      else this.#run(row, run)
    }
    for (const runId of left.keys()) this.found.row('run', { runId }, false)
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
    const left = new Map(this.replay.attempts)
    for (const row of rows) {
      const attempt = left.get(row.id)
      left.delete(row.id)
      const about = { runId: row.run_id, attemptId: row.id, orderId: row.order_id }
      if (attempt === undefined) this.found.row('attempt', about, true)
      else this.#attempt(row, attempt)
    }
    for (const [attemptId, { runId, orderId }] of left) this.found.row('attempt', { runId, attemptId, orderId }, false)
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

/** Data that no entry states; it remains unchecked in the mirror. */
export interface Unchecked {
  /** The number of orders without a request, which hold only the shop's data. */
  readonly ordersWithoutRequest: number
  /**
   * The number of orders with a request whose kind, payment, total or attention an entry of the first form does not
   * state.
   */
  readonly ordersOfOldEntries: number
  /**
   * The number of payments whose status and amount come from an inquiry or the shop, after the last entry or before
   * the first.
   */
  readonly payments: number
  /** The number of runs of the first form: the lines of their plans are unchecked, except the sent requests. */
  readonly plans: number
  /** This machine has no record of the mirror's newest entry, or cannot read it. */
  readonly headOutside: boolean
}

export type MirrorCheck =
  | { readonly ok: true; readonly entries: number; readonly unchecked: Unchecked }
  | {
      readonly ok: false
      /**
       * The place where the trail breaks; for `head` the entry that this machine recorded, for `contradicted` the
       * newest one.
       */
      readonly seq: number
      readonly problem: Extract<TrailCheck, { ok: false }>['problem'] | 'head' | 'contradicted'
      readonly contradictions: readonly Contradiction[]
    }

/**
 * Changes nothing, and sees one state of the mirror.
 * @param outside the newest entry as this machine recorded it, read before the mirror; null when it has no record
 */
export function verifyMirror(connection: Connection, trail: Trail, outside: TrailHead | null): MirrorCheck {
  return connection.read(() => {
    const replay = new Replay()
    let isThere = outside === null || outside.seq === 0
    const check = trail.verify((entry) => {
      replay.take(entry)
      isThere ||= entry.seq === outside?.seq && entry.hash === outside.hash
    })
    if (!check.ok) return { ...check, contradictions: [] }
    const { contradictions, unchecked } = compare(connection, replay)
    if (!isThere) return { ok: false, seq: outside?.seq ?? 0, problem: 'head', contradictions }
    if (contradictions.length > 0) return { ok: false, seq: check.entries, problem: 'contradicted', contradictions }
    return { ok: true, entries: check.entries, unchecked: { ...unchecked, headOutside: outside === null } }
  })
}

function compare(connection: Connection, replay: Replay) {
  const found = new Contradictions()
  const runs = new RunsCheck(connection, replay, found)
  const orders = new OrdersCheck(connection, replay, found)
  runs.all()
  orders.all()
  checkPlans(connection, replay.plans, found)
  return { contradictions: found.all, unchecked: { ...orders.unchecked, plans: runs.uncheckedPlans } }
}
