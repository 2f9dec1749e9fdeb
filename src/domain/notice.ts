// What becomes of a notice (091) in the mirror: page 2.5.
import type { Notice } from './answer.js'
import type { PaymentFact, PaymentStatus } from './order.js'

/**
 * `pending`: its order cannot take it now. `other-type`: of another kind of payment than card and carrier.
 * `earlier-payment`: of one that the order no longer has. `purged`: Paygent no longer has it.
 */
export type NoticeFate = 'pending' | 'applied' | 'other-type' | 'unknown-payment' | 'earlier-payment' | 'purged'

/** The order that has or had a notice's payment. */
export interface NoticeOwner {
  readonly orderId: string
  /** It is the payment that the order has now. */
  readonly current: boolean
}

const CARD = '02'
const CARRIER = '06'
export const isOurType = ({ paymentType }: Notice): boolean => paymentType === CARD || paymentType === CARRIER

/** Statuses that no notice ever tells: page 2.4. */
export const NEVER_TOLD: readonly PaymentStatus[] = ['10', '15', '17', '22', '30', '31', '34', '35', '42', '50']

/** What a notice says of its payment, as an inquiry would say it; when it was authorised it does not tell. */
export const factOf = ({ paymentId, tradingId, status, amountYen, paymentType }: Notice): PaymentFact => ({
  paymentId,
  tradingId,
  status,
  amountYen,
  method: paymentType === CARD ? 'credit' : paymentType === CARRIER ? 'carrier' : null,
  carrier: null,
  authorizedAt: null,
})
