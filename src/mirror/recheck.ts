// The order read again in the transaction that writes the attempt: it must be as planned, and its rules still say so.
import { type Objection, objectionTo } from '../domain/chosen.js'
import type { Order } from '../domain/order.js'
import type { Step } from '../domain/run.js'
import { effectiveStatus } from '../domain/statuses.js'

type Difference =
  | Objection
  | 'gone'
  | 'open-attempt'
  | 'attention'
  | 'conflict'
  | 'duplicate-payment'
  | 'payment'
  | 'kind'
  | 'status'
  | 'held-amount'
  | 'total'
  | 'earlier-attempt'
  | 'method'

/** What keeps the request from going out: a fact that is no longer as planned, else what the rules say now. */
export const differenceOf = (order: Order | null, step: Step, nowMs: number): Difference | null =>
  changedFact(order, step) ?? (order === null ? 'gone' : objectionTo(order, step, nowMs))

/** The first fact that is no longer as in the plan, or null. Alone the rules would permit au at 20 and at 40. */
function changedFact(order: Order | null, step: Step): Difference | null {
  if (order === null) return 'gone'
  if (order.openAttempt) return 'open-attempt'
  if (order.attention) return 'attention'
  if (order.conflict) return 'conflict'
  if (order.duplicatePayment) return 'duplicate-payment'
  if (order.paymentId !== step.paymentId || order.tradingId !== step.tradingId) return 'payment'
  if (order.method !== step.method || order.carrier !== step.carrier) return 'method'
  if ((order.notProcessed?.atMs ?? null) !== step.notProcessedMs) return 'earlier-attempt'
  if (order.kind !== step.kind) return 'kind'
  const effective = effectiveStatus(order)
  if (!effective.known || effective.status !== step.plannedStatus) return 'status'
  if (order.heldAmountYen !== step.heldAmountYen) return 'held-amount'
  return order.totalYen === step.totalYen ? null : 'total'
}
