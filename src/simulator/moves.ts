// Every change of a payment goes through here: the row, the log of changes, the next timer and the notice together.
import type { PaymentStatus } from '../domain/order.js'
import { CANCELLED, NEVER_NOTIFIED, SOLD } from '../domain/statuses.js'
import type { Payment } from './ledger-payments.js'
import type { Ledger } from './ledger.js'
import { paygentDate, paymentFields } from './replies.js'
import { nextTimer, NOTICE_LIFE_MS } from './timers.js'

export interface Occasion {
  readonly atMs: number
  /** As in `Change.by`. */
  readonly by: string
}

type NewPayment = Pick<Payment, 'tradingId' | 'method' | 'carrier' | 'status' | 'amountYen'> &
  Partial<Pick<Payment, 'paymentId' | 'basePaymentId' | 'authorizedMs'>>

/** Puts a payment into the books; without a payment id it gets a new one. Makes no notice. */
export function addPayment(ledger: Ledger, fresh: NewPayment, occasion: Occasion): Payment {
  const payment = dated(
    {
      ...fresh,
      paymentId: fresh.paymentId ?? newPaymentId(ledger),
      basePaymentId: fresh.basePaymentId ?? null,
      authorizedMs: fresh.authorizedMs ?? occasion.atMs,
      soldMs: null,
      cancelledMs: null,
      dueMs: null,
    },
    occasion.atMs,
  )
  ledger.payments.write(payment, changeOf(payment, null, occasion))
  return payment
}

/** Moves a payment, and tells the merchant where Paygent would. */
export function movePayment(
  ledger: Ledger,
  payment: Payment,
  to: Partial<Pick<Payment, 'status' | 'amountYen'>>,
  occasion: Occasion,
): Payment {
  const moved = dated({ ...payment, ...to }, occasion.atMs)
  ledger.payments.write(moved, changeOf(moved, payment.status, occasion))
  giveNotice(ledger, moved, occasion.atMs)
  return moved
}

/** A payment that a correction made; unlike one that was there from the start it is told. */
export function addCorrectedPayment(ledger: Ledger, fresh: NewPayment, occasion: Occasion): Payment {
  const payment = addPayment(ledger, fresh, occasion)
  giveNotice(ledger, payment, occasion.atMs)
  return payment
}

function dated(payment: Payment, atMs: number): Payment {
  const soldMs = SOLD.includes(payment.status) ? (payment.soldMs ?? atMs) : payment.soldMs
  const cancelledMs = CANCELLED.includes(payment.status) ? (payment.cancelledMs ?? atMs) : payment.cancelledMs
  const stamped = { ...payment, soldMs, cancelledMs }
  return { ...stamped, dueMs: dueOf(stamped, atMs) }
}

/** A payment stays in the status that it is given, however old it is: a time that is over already begins anew. */
function dueOf(payment: Payment, atMs: number): number | null {
  const dueMs = nextTimer(payment)?.dueMs ?? null
  if (dueMs === null || dueMs > atMs) return dueMs
  const anew = { ...payment, authorizedMs: atMs, soldMs: atMs, cancelledMs: atMs }
  return nextTimer(anew)?.dueMs ?? null
}

const changeOf = (payment: Payment, from: PaymentStatus | null, { atMs, by }: Occasion) => ({
  paymentId: payment.paymentId,
  atMs,
  from,
  to: payment.status,
  amountYen: payment.amountYen,
  by,
})

function giveNotice(ledger: Ledger, payment: Payment, atMs: number): void {
  if (NEVER_NOTIFIED.includes(payment.status)) return
  ledger.notices.add(payment.paymentId, atMs, [['change_date', paygentDate(atMs)], ...paymentFields(payment)])
}

const FIRST_PAYMENT_ID = 700_000_000_000_000_000n

function newPaymentId(ledger: Ledger): string {
  for (;;) {
    const made = BigInt(ledger.settings.get('payments-made') ?? '0') + 1n
    ledger.settings.set('payments-made', String(made))
    const paymentId = String(FIRST_PAYMENT_ID + made)
    if (ledger.payments.find(paymentId) === null) return paymentId
  }
}

/** Lets happen what time has brought by now: expiries, completions, purged notices, each at its own time. */
export function sweep(ledger: Ledger, nowMs: number): void {
  for (let payment = ledger.payments.due(nowMs); payment !== null; payment = ledger.payments.due(nowMs)) {
    const timer = nextTimer(payment)
    if (timer === null || payment.dueMs === null) throw new Error(`payment ${payment.paymentId} is due without a timer`)
    movePayment(ledger, payment, { status: timer.to }, { atMs: payment.dueMs, by: 'clock' })
  }
  ledger.notices.purge(nowMs - NOTICE_LIFE_MS)
}
