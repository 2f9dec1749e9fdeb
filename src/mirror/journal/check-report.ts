// Compares the requests of a report with the audit trail, and reads from it when each got its outcomes.
import type { Contradiction } from '../../domain/difference.js'
import type { Outcome } from '../../domain/outcome.js'
import type { Connection } from '../connection.js'
import { bookedPlan, type BookedPlan } from '../payments.js'
import { Contradictions, plainOrNull, sidesOf } from './contradictions.js'

/** The entries that give an attempt its outcome, or refuse an item. `journal_by_order` finds them. */
const SELECT_ENTRIES = `
SELECT run_id, attempt_id, order_id, event, outcome, telegram, payment_id, new_payment_id, amount_yen, at_ms FROM journal
WHERE order_id IN (SELECT i.order_id FROM run_items i WHERE i.rowid IN (SELECT value FROM json_each(:chosen)))
  AND event IN ('prepared', 'settled', 'recovered', 'resolved', 'asked-after', 'refused') ORDER BY seq`

const SELECT_ATTEMPTS = `
SELECT a.id, a.run_id, a.position, a.order_id, a.state, a.new_payment_id, i.telegram, i.payment_id, i.amount_yen
FROM run_items i JOIN attempts a USING (run_id, position)
WHERE i.rowid IN (SELECT value FROM json_each(:chosen)) ORDER BY a.id`

/** The entries without an order are few, and an index holds them together. */
const SELECT_PLANS = `
SELECT run_id, facts FROM journal
WHERE order_id IS NULL AND event = 'run-started' AND run_id IN (SELECT value FROM json_each(:whole))`

interface EntryRow {
  readonly run_id: number | null
  readonly attempt_id: number | null
  readonly order_id: string
  readonly event: string
  readonly outcome: Outcome | null
  readonly telegram: string | null
  readonly payment_id: string | null
  readonly new_payment_id: string | null
  readonly amount_yen: number | null
  readonly at_ms: number
}

interface AttemptRow {
  readonly id: number
  readonly run_id: number
  readonly position: number
  readonly order_id: string
  readonly state: string
  readonly new_payment_id: string | null
  readonly telegram: string | null
  readonly payment_id: string | null
  readonly amount_yen: number | null
}

/** The outcome that an entry gave an attempt, epoch milliseconds. */
export interface ToldOutcome {
  readonly atMs: number
  readonly outcome: Outcome
}

/** An attempt by its entries alone. */
interface ToldAttempt {
  readonly runId: number | null
  readonly orderId: string
  readonly telegram: string | null
  readonly paymentId: string | null
  readonly amountYen: number | null
  state: string
  newPaymentId: string | null
  readonly history: ToldOutcome[]
}

const keyOf = (runId: number | null, orderId: string): string => `${runId}/${orderId}`

export class JournalCheck {
  readonly #found = new Contradictions()
  readonly #told = new Map<number, ToldAttempt>()
  /** By run and order, the refusals that came after the plan. */
  readonly #refused = new Map<number, Set<string>>()
  /** By run and position. */
  readonly #tries = new Map<string, AttemptRow[]>()

  /**
   * @param chosen row ids of run_items, as JSON
   * @param whole the numbers of runs of which every item is chosen, as JSON; the plans of others are not looked at
   */
  constructor(
    private readonly connection: Connection,
    chosen: string,
    whole: string,
  ) {
    const attempts = connection.all<AttemptRow>(SELECT_ATTEMPTS, { chosen })
    const items = connection.all<{ run_id: number; order_id: string }>(
      'SELECT run_id, order_id FROM run_items WHERE rowid IN (SELECT value FROM json_each(:chosen))',
      { chosen },
    )
    const inside = new Set(items.map(({ run_id, order_id }) => keyOf(run_id, order_id)))
    for (const entry of connection.all<EntryRow>(SELECT_ENTRIES, { chosen }))
      if (inside.has(keyOf(entry.run_id, entry.order_id))) this.#take(entry)
    for (const attempt of attempts) {
      const key = keyOf(attempt.run_id, String(attempt.position))
      this.#tries.set(key, [...(this.#tries.get(key) ?? []), attempt])
    }
    this.#compare(attempts)
    this.#comparePlans(whole)
  }

  get differences(): readonly Contradiction[] {
    return this.#found.all
  }

  /** Returns the outcomes of an item in the order of time: those of each try, without a try that never left. */
  historyOf(runId: number, position: number): ToldOutcome[] {
    const tries = this.#tries.get(keyOf(runId, String(position))) ?? []
    const left = tries.filter(({ state }) => state !== 'unsent')
    return (left.length === 0 ? tries : left).flatMap(({ id }) => this.#told.get(id)?.history ?? [])
  }

  /** Returns when the first intent of an item was written, epoch milliseconds; null if it has none. */
  sentMs(runId: number, position: number): number | null {
    const [first] = this.#tries.get(keyOf(runId, String(position))) ?? []
    return first === undefined ? null : (this.#told.get(first.id)?.history[0]?.atMs ?? null)
  }

  #take(entry: EntryRow): void {
    const { event, run_id: runId, order_id: orderId, at_ms: atMs } = entry
    if (event === 'refused') {
      const refused = this.#refused.get(runId ?? 0) ?? new Set()
      this.#refused.set(runId ?? 0, refused.add(orderId))
      return
    }
    const known = this.#told.get(entry.attempt_id ?? 0)
    if (event === 'prepared') {
      const { telegram, payment_id: paymentId, amount_yen: amountYen } = entry
      const plan = { runId, orderId, telegram, paymentId, amountYen }
      const history = [{ atMs, outcome: 'unknown' as const }]
      this.#told.set(entry.attempt_id ?? 0, { ...plan, state: 'prepared', newPaymentId: null, history })
    } else if (known !== undefined) {
      const outcome = entry.outcome ?? 'unknown'
      known.state = outcome
      known.newPaymentId = entry.new_payment_id ?? known.newPaymentId
      known.history.push({ atMs, outcome })
    }
  }

  #compare(attempts: readonly AttemptRow[]): void {
    for (const [attemptId, row, told] of sidesOf(attempts, ({ id }) => id, this.#told)) {
      const about = {
        runId: row?.run_id ?? told?.runId ?? null,
        attemptId,
        orderId: row?.order_id ?? told?.orderId ?? null,
      }
      if (row === undefined || told === undefined) this.#found.row('attempt', about, row !== undefined)
      else
        this.#found.compare('attempt', about, {
          state: [row.state, told.state],
          telegram: [row.telegram, told.telegram],
          payment_id: [plainOrNull(row.payment_id), plainOrNull(told.paymentId)],
          new_payment_id: [row.new_payment_id, told.newPaymentId],
          amount_yen: [row.amount_yen, told.amountYen],
        })
    }
  }

  /** The plan decides what a request has moved: status and held amount before it. Old entries do not carry it. */
  #comparePlans(whole: string): void {
    const started = this.connection.all<{ run_id: number; facts: string | null }>(SELECT_PLANS, { whole })
    for (const { run_id: runId, facts } of started) {
      const { plan: told } = JSON.parse(facts ?? '{}') as Partial<BookedPlan>
      if (told === undefined) continue
      const { plan } = bookedPlan(this.connection, runId, this.#refused.get(runId))
      this.#found.compare('run', { runId }, { plan: [plan, told] })
    }
  }
}
