// Reads the attempts in the form of the journal's tables, and in the form in which `show` lists them.
import { japanIso } from '../../clock.js'
import type { RuleProfile } from '../../domain/carriers.js'
import type { Asked, OrderFilter, Origin } from '../../domain/chosen.js'
import type { StatusSetting } from '../../domain/order-status.js'
import {
  type Carrier,
  type Kind,
  type Method,
  type MoneyTelegram,
  type Operation,
  plainPaymentId,
  type RequestName,
} from '../../domain/order.js'
import { type AttemptState, OPEN_STATES, type Outcome } from '../../domain/outcome.js'
import type { Mark } from '../../domain/permit.js'
import type { AttemptRecord, NotMoved, OpenAttempt, Settlement, Step } from '../../domain/run.js'
import { AUTHORISED } from '../../domain/statuses.js'
import { maskCardNumbers } from '../../text/card-number.js'
import { listed, samePayment } from '../order-rows.js'

/** Ready for `IN (…)`: the open states, and the one that waits for an operator. */
export const STATES = {
  open: OPEN_STATES.map((state) => `'${state}'`).join(', '),
  attention: `'attention'`,
} as const

/**
 * Whether a request that line i of a plan sent to release an authorisation has refunded money. docomo ends at 60 from
 * every status, so its status proves nothing; the others release to 32 and refund to 60.
 */
export const IS_REFUND = `(i.telegram IS '102' AND i.carrier IS NOT 'docomo' AND i.planned_status IN (${listed(AUTHORISED)})
  AND EXISTS (SELECT 1 FROM payments p WHERE p.order_id = i.order_id AND p.status = '60'
    AND ${samePayment('p.payment_id', 'i.payment_id')}))`

/** Whether a later run's request on the order of line i of a plan was accepted. */
export const IS_ACCEPTED_LATER = `EXISTS (SELECT 1 FROM attempts n WHERE n.order_id = i.order_id AND n.run_id > i.run_id AND n.state = 'accepted')`

/**
 * Marks a run that has ended and that needs no acknowledgement: everything planned was accepted as planned, and none
 * of its orders waits.
 */
export const QUIETEN = `
UPDATE runs SET quiet = 1 WHERE id = ? AND state = 'completed'
  AND EXISTS (SELECT 1 FROM run_items i WHERE i.run_id = runs.id)
  AND NOT EXISTS (SELECT 1 FROM run_items i JOIN orders o USING (order_id) WHERE i.run_id = runs.id AND (
    i.reason IS NOT NULL OR o.attention = 1 OR ${IS_REFUND}
    OR EXISTS (SELECT 1 FROM conflicts c WHERE c.order_id = i.order_id)
    OR EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = i.order_id AND a.state IN (${STATES.open}))
    OR (SELECT a.state FROM attempts a WHERE a.run_id = i.run_id AND a.position = i.position ORDER BY a.id DESC LIMIT 1)
      IS NOT 'accepted'))`

export const SELECT_ATTEMPTS = `
SELECT a.*, i.request, i.telegram, i.carrier, i.payment_id, i.trading_id, i.planned_status, i.held_amount_yen, i.amount_yen,
  r.os_user
FROM attempts a JOIN run_items i USING (run_id, position) JOIN runs r ON r.id = a.run_id`

/** Accepted requests whose payment Paygent must still be asked about. */
export const SELECT_UNASKED = `
SELECT id AS attemptId, order_id AS orderId, new_payment_id AS newPaymentId, EXISTS (
  SELECT 1 FROM journal j WHERE j.order_id = a.order_id AND j.attempt_id = a.id AND j.event = 'asked-after') AS inVain
FROM attempts a WHERE after_due = 1 ORDER BY id`

export interface AttemptRow {
  readonly id: number
  readonly run_id: number
  readonly position: number
  readonly try_number: number
  readonly order_id: string
  readonly state: AttemptState
  readonly first_outcome: Settlement['outcome'] | null
  readonly code: string | null
  readonly detail: string | null
  readonly new_payment_id: string | null
  readonly not_moved_wall_ms: number | null
  readonly not_moved_monotonic_ms: number | null
  readonly not_moved_clock: string | null
  readonly prepared_ms: number
  readonly settled_ms: number | null
  readonly sent_again: number
  readonly never_left: number
  readonly request: RequestName
  readonly telegram: MoneyTelegram
  readonly carrier: Carrier | null
  readonly payment_id: string
  readonly trading_id: string
  readonly planned_status: string
  readonly held_amount_yen: number
  readonly amount_yen: number
  readonly os_user: string
}

/** An attempt without a stored outcome may have been sent, so it counts as unknown. */
export const outcomeOf = (state: AttemptState): Outcome => (state === 'prepared' ? 'unknown' : state)

/** Identifies the attempt in the audit trail. */
export const aboutAttempt = (row: AttemptRow) => ({
  runId: row.run_id,
  attemptId: row.id,
  orderId: row.order_id,
  paymentId: row.payment_id,
  telegram: row.telegram,
  amountYen: row.amount_yen,
})

export const attemptRecordOf = (row: AttemptRow): AttemptRecord => ({
  attemptId: row.id,
  runId: row.run_id,
  position: row.position,
  tryNumber: row.try_number,
  request: row.request,
  telegram: row.telegram,
  carrier: row.carrier,
  paymentId: plainPaymentId(row.payment_id),
  newPaymentId: row.new_payment_id === null ? null : plainPaymentId(row.new_payment_id),
  amountYen: row.amount_yen,
  state: row.state,
  firstOutcome: row.first_outcome ?? 'unknown',
  code: row.code,
  detail: row.detail,
  preparedAt: japanIso(row.prepared_ms),
  settledAt: row.settled_ms === null ? null : japanIso(row.settled_ms),
  osUser: row.os_user,
})

/** Selects the plan's line of an attempt. The statement is complete. */
export const SELECT_STEP = `
SELECT i.*, o.customer_name, r.operation, r.profile, r.single, r.include_cancelled, r.after_unknown, r.filters
FROM attempts a JOIN run_items i USING (run_id, position) JOIN orders o ON o.order_id = a.order_id
JOIN runs r ON r.id = a.run_id WHERE a.id = ?`

export interface StepRow {
  readonly position: number
  readonly order_id: string
  readonly customer_name: string
  readonly method: Method
  readonly carrier: Carrier | null
  readonly request: RequestName
  readonly telegram: MoneyTelegram
  readonly trading_id: string
  readonly payment_id: string
  readonly kind: Kind
  readonly planned_status: string
  readonly held_amount_yen: number
  readonly total_yen: number
  readonly amount_yen: number
  readonly origin: Origin | null
  readonly mark: Mark | null
  readonly operation: Operation
  readonly profile: RuleProfile | null
  readonly single: number | null
  readonly include_cancelled: number | null
  readonly after_unknown: number | null
  readonly filters: string | null
}

/**
 * Returns the options with which the run was started. A run of an earlier version did not store them; the strictest
 * rules apply then that still let a single request be finished, which only an operator can have sent. The meaning of
 * a 対応状況 was never stored: an order that the shop calls cancelled by now is not sold, whatever its earlier meaning.
 */
const askedOf = (row: StepRow, statuses: StatusSetting): Asked => ({
  operation: row.operation,
  rules: {
    profile: row.profile ?? 'manual',
    single: row.single !== 0,
    includeCancelled: row.include_cancelled === 1,
    afterUnknown: row.after_unknown === 1,
    statuses,
    // A run has one refund at most, so its amount is the run's.
    ...(row.request === 'refund' && { refundToYen: row.amount_yen }),
  },
  filter: row.filters === null ? {} : (JSON.parse(row.filters) as OrderFilter),
})

/**
 * Returns exactly the same request again. If it is refused, for any reason, the earlier one may still have succeeded.
 */
export const stepOfRow = (row: StepRow, statuses: StatusSetting): Step => ({
  position: row.position,
  orderId: row.order_id,
  customerName: row.customer_name,
  method: row.method,
  carrier: row.carrier,
  request: row.request,
  telegram: row.telegram,
  tradingId: row.trading_id,
  paymentId: plainPaymentId(row.payment_id),
  kind: row.kind,
  plannedStatus: row.planned_status,
  heldAmountYen: row.held_amount_yen,
  amountToldMs: null,
  totalYen: row.total_yen,
  amountYen: row.amount_yen,
  resend: true,
  notProcessedMs: null,
  asked: askedOf(row, statuses),
  origin: row.origin ?? 'named',
  mark: row.mark,
})

/** Both times are given as this process may trust them, see `Attempts`. */
export const openAttemptOf = (row: AttemptRow, notMoved: NotMoved | null, preparedMs: number): OpenAttempt => ({
  attemptId: row.id,
  runId: row.run_id,
  orderId: row.order_id,
  position: row.position,
  state: row.state,
  code: row.code,
  notMoved,
  preparedMs,
  newPaymentId: row.new_payment_id === null ? null : plainPaymentId(row.new_payment_id),
  sentAgain: row.sent_again === 1 && row.never_left === 0,
  telegram: row.telegram,
  carrier: row.carrier,
  paymentId: plainPaymentId(row.payment_id),
  tradingId: row.trading_id,
  plannedStatus: row.planned_status,
  heldAmountYen: row.held_amount_yen,
  amountYen: row.amount_yen,
})

/** Returns the facts of a settlement for the audit trail. */
export const factsOf = (row: AttemptRow, { outcome, code, detail, newPaymentId }: Settlement) => ({
  ...aboutAttempt(row),
  outcome,
  code,
  detail: detail === null ? null : maskCardNumbers(detail),
  newPaymentId,
})

/** Selects one attempt, as long as it is in that state. */
export const SELECT_IN = {
  open: `${SELECT_ATTEMPTS} WHERE a.id = ? AND a.state IN (${STATES.open})`,
  attention: `${SELECT_ATTEMPTS} WHERE a.id = ? AND a.state IN (${STATES.attention})`,
  accepted: `${SELECT_ATTEMPTS} WHERE a.id = ? AND a.state = 'accepted'`,
} as const satisfies Record<keyof typeof STATES | 'accepted', string>
