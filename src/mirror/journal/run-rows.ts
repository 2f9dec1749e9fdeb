// Reads the runs and their items in the form of the journal's tables, and in the form that the jobs use.
import { japanIso } from '../../clock.js'
import { movementOf } from '../../domain/money.js'
import type { MoneyTelegram, Operation, Order, RequestName } from '../../domain/order.js'
import type { AttemptState, Outcome, Reason } from '../../domain/outcome.js'
import type { Mark } from '../../domain/permit.js'
import type { RunItem, RunRecord, RunState } from '../../domain/run.js'
import { IS_ACCEPTED_LATER, IS_REFUND, outcomeOf } from './attempt-rows.js'

/** An order is finished when it was refused, or when its last request is no longer in flight. */
export const SELECT_RUNS = `
SELECT r.*, (SELECT count(*) FROM run_items i WHERE i.run_id = r.id) AS total,
  (SELECT count(*) FROM run_items i WHERE i.run_id = r.id AND (i.reason IS NOT NULL
    OR (SELECT a.state FROM attempts a WHERE a.run_id = r.id AND a.position = i.position ORDER BY a.id DESC LIMIT 1)
      <> 'prepared')) AS done
FROM runs r`

export interface RunRow {
  readonly id: number
  readonly operation: Operation
  readonly environment: string
  readonly state: RunState
  readonly started_ms: number
  readonly ended_ms: number | null
  readonly acknowledged_ms: number | null
  readonly quiet: number
  readonly host: string
  readonly os_user: string
  readonly total: number
  readonly done: number
}

/** The columns of an `ItemRow`, and the tables that they are read from. */
export const ITEM_COLUMNS = `i.position, i.order_id, i.request, i.telegram, i.payment_id, i.planned_status,
  i.held_amount_yen, i.amount_yen, i.reason, i.about, i.mark,
  (SELECT count(*) FROM attempts s WHERE s.run_id = i.run_id AND s.position = i.position AND s.state <> 'unsent') AS sent,
  a.state, a.first_outcome, a.code, a.detail, a.new_payment_id, ${IS_REFUND} AS refunded, ${IS_ACCEPTED_LATER} AS accepted_later`

/** An item is called by its last try that left. */
export const ITEMS_WITH_TRIES = `run_items i LEFT JOIN attempts a ON a.id =
  (SELECT l.id FROM attempts l WHERE l.run_id = i.run_id AND l.position = i.position
    ORDER BY l.state = 'unsent', l.id DESC LIMIT 1)`

export interface ItemRow {
  readonly position: number
  readonly order_id: string
  readonly request: RequestName | null
  readonly telegram: MoneyTelegram | null
  readonly payment_id: string | null
  readonly planned_status: string | null
  readonly held_amount_yen: number | null
  readonly amount_yen: number | null
  readonly reason: Reason | null
  readonly about: string | null
  readonly sent: number
  readonly state: AttemptState | null
  readonly first_outcome: Outcome | null
  readonly code: string | null
  readonly detail: string | null
  readonly new_payment_id: string | null
  readonly refunded: number
  readonly accepted_later: number
  readonly mark: Mark | null
}

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : japanIso(ms))

export const runRecordOf = (row: RunRow): RunRecord => ({
  id: row.id,
  operation: row.operation,
  environment: row.environment,
  startedAt: japanIso(row.started_ms),
  endedAt: isoOrNull(row.ended_ms),
  state: row.state,
  host: row.host,
  osUser: row.os_user,
  acknowledgedAt: isoOrNull(row.acknowledged_ms),
  quiet: row.quiet === 1,
  total: row.total,
  done: row.done,
})

/** A sent request counts over a refusal that came after it; a refusal counts over a request that was never sent. */
export const itemOf = (row: ItemRow, order: Order): RunItem => ({ order, ...resultOf(row) })

/** The result of an item without its order. */
export function resultOf(row: ItemRow): Omit<RunItem, 'order'> {
  const refused = row.reason !== null && row.sent === 0
  const last = row.state === null || refused ? null : { outcome: outcomeOf(row.state), first: row.first_outcome }
  const outcome = refused ? 'refused' : (last?.outcome ?? 'unsent')
  const nothingSent = outcome === 'refused' || outcome === 'unsent'
  const refunded = outcome === 'accepted' && row.refunded === 1
  const { telegram, planned_status: plannedStatus, held_amount_yen: heldAmountYen, amount_yen: amountYen } = row
  return {
    position: row.position,
    request: row.request,
    telegram: nothingSent ? null : telegram,
    outcome,
    firstOutcome: last === null ? outcome : (last.first ?? 'unknown'),
    code: last === null ? null : row.code,
    detail: last === null ? null : row.detail,
    reason: refused ? row.reason : null,
    about: refused ? row.about : null,
    paymentId: row.payment_id,
    newPaymentId: row.new_payment_id,
    amountYen,
    movement: movementOf({ telegram, plannedStatus, heldAmountYen, amountYen }, refunded),
    attempts: row.sent,
    mark: row.mark,
    refunded,
    acceptedLater: row.accepted_later === 1,
  }
}
