// Payments that customers make: those of the shop's list at the start, and new ones while the simulator runs.
import { msOfIso } from '../clock.js'
import { CARRIERS, plainPaymentId, type Carrier, type Method, type PaymentStatus } from '../domain/order.js'
import { AppError } from '../errors.js'
import type { Ledger } from './ledger.js'
import { addPayment } from './moves.js'

/** A payment that a customer made before the simulator was started. */
export interface SimulatedPayment {
  /** Digits; null or empty lets the simulator make one, and an inquiry by trading id finds it. */
  readonly paymentId: string | null
  readonly tradingId: string
  readonly method: Method
  /** Null for credit; for a carrier payment whose carrier nobody knows it stands for docomo. */
  readonly carrier: Carrier | null
  readonly amountYen: number
  readonly status: PaymentStatus
  /** ISO with offset; null means now. One that has run out already is told as it is, and lives from now on. */
  readonly authorizedAt: string | null
}

/** Adds what the ledger lacks, all of it or nothing. Exported for a simulation without TLS. */
export function addPayments(ledger: Ledger, payments: readonly SimulatedPayment[], nowMs: number): void {
  if (payments.length === 0) return
  ledger.atomically(() => {
    for (const payment of payments) if (isMissing(ledger, payment)) add(ledger, payment, nowMs)
  })
}

const isMissing = (ledger: Ledger, { paymentId, tradingId }: SimulatedPayment): boolean =>
  paymentId
    ? ledger.payments.find(plainPaymentId(paymentId)) === null
    : ledger.payments.ofTrading(tradingId).length === 0

const bad = (name: string, value: string | number, expected: string): AppError =>
  new AppError('bad-value', { name, value, expected })

function add(ledger: Ledger, payment: SimulatedPayment, nowMs: number): void {
  const { tradingId, method, status, amountYen, authorizedAt } = payment
  const paymentId = payment.paymentId ?? ''
  if (!/^\d{0,18}$/.test(paymentId)) throw bad('payment_id', paymentId, '0-9, 18')
  if (!/^\d\d$/.test(status)) throw bad('payment_status', status, '10 … 62')
  if (!Number.isSafeInteger(amountYen) || amountYen < 0) throw bad('held_amount', amountYen, '0 …')
  const authorizedMs = authorizedAt === null ? nowMs : msOfIso(authorizedAt)
  if (Number.isNaN(authorizedMs)) throw bad('authorizedAt', authorizedAt ?? '', 'YYYY-MM-DDThh:mm:ss+09:00')
  const carrier = method === 'credit' ? null : (payment.carrier ?? CARRIERS[0])
  const ids = { tradingId, ...(paymentId === '' ? {} : { paymentId: plainPaymentId(paymentId) }) }
  const fresh = { ...ids, method, carrier, status, amountYen, authorizedMs }
  addPayment(ledger, fresh, { atMs: nowMs, by: 'start' })
}
