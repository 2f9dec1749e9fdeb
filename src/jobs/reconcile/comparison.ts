// One order of the mirror against what Paygent says of its payment.
import { type Difference, type DifferenceCause, type Drift, driftOf } from '../../domain/difference.js'
import type { Order, PaymentFact } from '../../domain/order.js'
import { CANCELLED, effectiveStatus } from '../../domain/statuses.js'

/** What the mirror holds: status as it takes effect, and the amount that Paygent last told. */
export function standingOf(order: Order): Difference['mirror'] {
  const effective = effectiveStatus(order)
  return { status: effective.known ? effective.status : null, amountYen: order.heldAmountYen }
}

/** A payment that is dead charges nobody, whatever amount it once had. */
export function compare(order: Order, fact: PaymentFact): Drift {
  const { status, amountYen } = standingOf(order)
  const dead = CANCELLED.includes(fact.status)
  return driftOf({ status, amountYen: dead ? null : amountYen, carrier: order.carrier }, fact)
}

/** @param told what Paygent said, or the code that it gave instead */
export function differenceOf(
  order: Order,
  cause: DifferenceCause,
  told: PaymentFact | { readonly code: string },
): Difference {
  const paygent = 'status' in told ? { status: told.status, amountYen: told.amountYen } : null
  const paymentId = 'status' in told ? told.paymentId : order.paymentId
  return { orderId: order.orderId, paymentId, cause, mirror: standingOf(order), paygent, code: codeOf(told) }
}

const codeOf = (told: PaymentFact | { readonly code: string }): string | null => ('status' in told ? null : told.code)

/** Both sides in few words, for the audit trail. */
export function detailOf({ paymentId, cause, mirror, paygent, code }: Difference): string {
  const theirs = paygent === null ? (code ?? '-') : `${paygent.status} ${paygent.amountYen}`
  return `${cause}: payment ${paymentId ?? '-'}, ${mirror.status ?? '-'} ${mirror.amountYen ?? '-'} -> ${theirs}`
}
