// The order read again in the transaction that writes the attempt: page 5.1.7.
import type { Order } from '../domain/order.js'
import type { Step } from '../domain/run.js'
import { effectiveStatus } from '../domain/status.js'

type Difference =
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

/** What about the order is no longer as in the plan; the first that is found, or null. */
export function differenceOf(order: Order | null, step: Step): Difference | null {
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
