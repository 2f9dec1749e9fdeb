// What Paygent's card rules permit; page 1.6. The manual has no table for credit.
import type { PaymentStatus } from './order.js'

type CreditRequest = 'sale' | 'correct' | 'authCancel' | 'saleCancel'

export const CREDIT = {
  sale: ['20'],
  correct: ['20'],
  authCancel: ['20'],
  saleCancel: ['40'],
} as const satisfies Record<CreditRequest, readonly PaymentStatus[]>

/** A request that broke off may be sent again, by the single `sale` and `cancel` and by `reconcile` only. */
export const CREDIT_AGAIN = {
  sale: ['30'],
  correct: [],
  authCancel: ['31'],
  saleCancel: ['42', '50'],
} as const satisfies Record<CreditRequest, readonly PaymentStatus[]>
