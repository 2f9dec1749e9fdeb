// Defines the changes of a payment that time alone causes: docs/wire.md#card-payments and
// docs/wire.md#carrier-payments.
import { japanDate, msOfIso } from '../clock.js'
import { expiresOn } from '../domain/age.js'
import type { PaymentStatus } from '../domain/order.js'
import { AUTHORISED } from '../domain/statuses.js'
import type { Payment } from './ledger-payments.js'

export const DAY_MS = 24 * 60 * 60 * 1000

/** How long notices are kept. */
export const NOTICE_LIFE_MS = 7 * DAY_MS

export interface StatusTimer {
  readonly to: PaymentStatus
  /** Epoch milliseconds on the simulator's clock. */
  readonly dueMs: number
}

export type TimedPayment = Pick<Payment, 'method' | 'carrier' | 'status' | 'authorizedMs' | 'soldMs' | 'cancelledMs'>

const LIFE_DAYS = { credit: 60, au: 90, softbank: 60 } as const

/**
 * Returns the end of a payment's life. For docomo it is the end of a Japan day; for the others it comes after whole
 * days, to the millisecond.
 */
function endOfLife(fromMs: number, { carrier }: TimedPayment): number {
  if (carrier !== 'docomo') return fromMs + LIFE_DAYS[carrier ?? 'credit'] * DAY_MS
  return msOfIso(`${expiresOn(japanDate(fromMs), 'docomo')}T00:00:00+09:00`) + DAY_MS
}

/**
 * Returns the next change that time makes to the payment, or null. The documents name no number of days for a
 * carrier's cancel limit; it is assumed to equal the life of that carrier's authorisation.
 */
export function nextTimer(payment: TimedPayment): StatusTimer | null {
  const { status, method, carrier, authorizedMs, soldMs, cancelledMs } = payment
  const authorised = method === 'credit' ? status === '20' : AUTHORISED.includes(status)
  if (authorised) return { to: '33', dueMs: endOfLife(authorizedMs, payment) }
  if (carrier === 'docomo' && status === '40' && soldMs !== null) return { to: '44', dueMs: soldMs + DAY_MS }
  if (carrier === 'docomo' && status === '60' && cancelledMs !== null) return { to: '62', dueMs: cancelledMs + DAY_MS }
  const cancelable = carrier === 'docomo' ? '44' : '40'
  return status === cancelable && soldMs !== null ? { to: '41', dueMs: endOfLife(soldMs, payment) } : null
}
