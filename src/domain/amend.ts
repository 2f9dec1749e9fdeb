// Whether the order's total may be changed here: page 1.2, step 2, and page 3.1.
import type { Order } from './order.js'
import { refuse, type Refusal } from './permission.js'
import { AUTHORISED, effectiveStatus } from './status.js'

/** Null when the total may be changed; a sale already made stands, but for docomo's at 44. */
export function amendable(order: Order): Refusal | null {
  if (order.openAttempt) return refuse('open-attempt')
  if (order.attention) return refuse('attention')
  if (order.conflict) return refuse('conflict')
  const effective = effectiveStatus(order)
  if (!effective.known) return effective.why === 'change-in-shop' ? refuse('change-in-shop') : null
  const correctable = order.carrier === 'docomo' && effective.status === '44'
  return AUTHORISED.includes(effective.status) || correctable ? null : refuse('status', null, effective.status)
}
