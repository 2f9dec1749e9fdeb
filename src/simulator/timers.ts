// What happens to a payment by itself: docs/wire.md#card-payments and docs/wire.md#carrier-payments.
import { japanDate, msOfIso } from '../clock.js'
import { expiresOn } from '../domain/age.js'
import type { PaymentStatus } from '../domain/order.js'
import { AUTHORISED } from '../domain/statuses.js'
import type { Payment } from './ledger-payments.js'

export const DAY_MS = 24 * 60 * 60 * 1000

/** Notices live as long as this. */
export const NOTICE_LIFE_MS = 7 * DAY_MS

export interface StatusTimer {
  readonly to: PaymentStatus
  /** Epoch milliseconds on the simulator's clock. */
  readonly dueMs: number
}

export type TimedPayment = Pick<Payment, 'method' | 'carrier' | 'status' | 'authorizedMs' | 'soldMs' | 'cancelledMs'>

const LIFE_DAYS = { credit: 60, au: 90, softbank: 60 } as const

/** docomo's life ends with a Japan day, the others' after whole days to the millisecond. */
function endOfLife(fromMs: number, { carrier }: TimedPayment): number {
  if (carrier !== 'docomo') return fromMs + LIFE_DAYS[carrier ?? 'credit'] * DAY_MS
  return msOfIso(`${expiresOn(japanDate(fromMs), 'docomo')}T00:00:00+09:00`) + DAY_MS
}

/**
 * The next thing that time does to the payment, or null. For a carrier's cancel limit the pages name no number of
 * days; it is taken to be as long as that carrier's authorisation lives.
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
