// ペイジェント状況, the one word that staff see for an order: manual section 4, pages 1.4 and 1.8.
import type { Order, PaymentStatus } from './order.js'
import { CANCELLED, CORRECTION_KINDS, effectiveStatus, SOLD } from './status.js'

/** Keys; the words stand in the message tables. */
export type StateLabel =
  | 'blank'
  | 'auth-cancelled'
  | 'sold'
  | 'sale-cancelled'
  | 'cancelled'
  | 'corrected'
  | 'expired'
  | 'checking'
  | 'needs-person'

type Labelled = Pick<Order, 'method' | 'kind' | 'openAttempt' | 'attention' | 'conflict'>

export function stateLabel(order: Order): StateLabel {
  const effective = effectiveStatus(order)
  return labelOf(order, effective.known ? effective.status : null)
}

/** The label for an order whose effective status is known to be `status`. */
export function labelOf(order: Labelled, status: PaymentStatus | null): StateLabel {
  if (order.attention || order.conflict) return 'needs-person'
  if (order.openAttempt) return 'checking'
  if (status === null) return 'blank'
  if (CANCELLED.includes(status)) return cancelLabel(order, status)
  if (SOLD.includes(status)) return CORRECTION_KINDS.includes(order.kind) ? 'corrected' : 'sold'
  return status === '33' ? 'expired' : 'blank'
}

function cancelLabel({ method }: Labelled, status: PaymentStatus): StateLabel {
  if (method === 'carrier') return 'cancelled'
  return status === '32' ? 'auth-cancelled' : 'sale-cancelled'
}
