// Defines the effect of each request on a payment: docs/wire.md#card-payments and docs/wire.md#carrier-payments. The
// tables are pure and use no ledger.
import { CURRENT } from '../domain/carriers.js'
import type { Carrier, PaymentStatus } from '../domain/order.js'
import { AUTHORISED, CANCELLED, NEVER_NOTIFIED, SOLD } from '../domain/statuses.js'
import type { AnswerFields } from './codec.js'
import type { PastChange, Payment } from './ledger-payments.js'
import type { Ledger } from './ledger.js'
import { paygentDate, paymentAnswer } from './replies.js'
import { nextTimer, NOTICE_LIFE_MS } from './timers.js'

export type Move =
  | { readonly type: 'to'; readonly status: PaymentStatus }
  /** The answer is result 0, and nothing changes. */
  | { readonly type: 'stays' }
  | { readonly type: 'refused'; readonly code: string }

export type CardTelegram = '021' | '022' | '023'
export type CarrierTelegram = '101' | '102' | '103'

/** A two-digit cell is the status afterwards, a four-digit cell the code of a refusal. */
type Cell = PaymentStatus | 'stays' | '2007' | '2004'

export const CARD_CONFLICT = '2004'
export const CARRIER_CONFLICT = '7003'

// docs/wire.md#card-payments, row by row. A status without a row refuses every request with 2004.
const CARD: Readonly<Record<PaymentStatus, Readonly<Record<CardTelegram, Cell>>>> = {
  '20': { '021': '32', '022': '40', '023': '2004' },
  '30': { '021': '2004', '022': '40', '023': '2004' },
  '31': { '021': '32', '022': '2004', '023': '2004' },
  '32': { '021': 'stays', '022': '2004', '023': '2004' },
  '33': { '021': 'stays', '022': '2007', '023': '2004' },
  '40': { '021': '2004', '022': 'stays', '023': '60' },
  '41': { '021': '2004', '022': 'stays', '023': '2007' },
  '42': { '021': '2004', '022': '2004', '023': '60' },
  '50': { '021': '2004', '022': '2004', '023': '60' },
  '60': { '021': '2004', '022': '2004', '023': 'stays' },
}

export function cardMove(telegram: CardTelegram, status: PaymentStatus): Move {
  const cell = CARD[status]?.[telegram] ?? CARD_CONFLICT
  if (cell === 'stays') return { type: 'stays' }
  return cell.length === 4 ? { type: 'refused', code: cell } : { type: 'to', status: cell }
}

const CARD_CORRECTED: Readonly<Record<PaymentStatus, PaymentStatus>> = { '20': '32', '40': '60' }

/** Returns where a corrected sale (029) leaves the old payment; the new one is at 40. */
export function cardCorrection(status: PaymentStatus): Move {
  const to = CARD_CORRECTED[status]
  return to === undefined ? { type: 'refused', code: CARD_CONFLICT } : { type: 'to', status: to }
}

const COLUMNS = { '101': 'sale', '102': 'cancel', '103': 'correct' } as const satisfies Record<CarrierTelegram, string>

/** docomo: a call to the carrier broke in transit, and the same request continues where it stopped. */
const DOCOMO_AGAIN = { '101': '30', '102': '42', '103': '34' } as const satisfies Record<CarrierTelegram, PaymentStatus>

const RELEASED_FROM: readonly PaymentStatus[] = ['20', '21']

/**
 * Returns where a carrier's request leaves the payment that it names, by the rule `current`. docomo's corrected sale
 * (103) ends the old payment at 60, and the new one is at 40.
 */
export function carrierMove(telegram: CarrierTelegram, carrier: Carrier, status: PaymentStatus): Move {
  const permitted: readonly PaymentStatus[] = CURRENT[carrier][COLUMNS[telegram]]
  const again = carrier === 'docomo' && status === DOCOMO_AGAIN[telegram]
  if (!permitted.includes(status) && !again) return { type: 'refused', code: CARRIER_CONFLICT }
  return { type: 'to', status: carrierTarget(telegram, carrier, status) }
}

function carrierTarget(telegram: CarrierTelegram, carrier: Carrier, status: PaymentStatus): PaymentStatus {
  switch (telegram) {
    case '101':
      return '40'
    case '102':
      return carrier !== 'docomo' && RELEASED_FROM.includes(status) ? '32' : '60'
    case '103':
      return carrier === 'docomo' ? '60' : '40'
    default:
      return telegram satisfies never
  }
}

// Makes every change of a payment: the row, the log of changes, the next timer and the notice together.
export interface Occasion {
  readonly atMs: number
  /** The same values as in `Change.by`. */
  readonly by: string
}

export type FreshPayment = Pick<Payment, 'tradingId' | 'method' | 'carrier' | 'status' | 'amountYen'> &
  Partial<Pick<Payment, 'paymentId' | 'basePaymentId' | 'authorizedMs' | 'card'>>

/** Adds a payment to the ledger; without a payment id it gets a new one. Makes no notice. */
export function addPayment(ledger: Ledger, fresh: FreshPayment, occasion: Occasion): Payment {
  const payment = dated(undated(ledger, fresh, occasion.atMs), occasion.atMs)
  ledger.payments.write(payment, changeOf(payment, null, occasion))
  return payment
}

/** Adds a payment with its whole history, the oldest change first. Makes no notice: it was given at the time. */
export function restorePayment(ledger: Ledger, fresh: FreshPayment, changes: readonly PastChange[]): Payment {
  return changes.reduce(
    (payment, { atMs, from, to, amountYen, by }) => {
      const moved = dated({ ...payment, status: to, amountYen }, atMs)
      ledger.payments.write(moved, changeOf(moved, from, { atMs, by }))
      return moved
    },
    undated(ledger, fresh, changes[0]?.atMs ?? 0),
  )
}

const undated = (ledger: Ledger, fresh: FreshPayment, nowMs: number): Payment => ({
  ...fresh,
  paymentId: fresh.paymentId ?? newPaymentId(ledger),
  basePaymentId: fresh.basePaymentId ?? null,
  card: fresh.card ?? null,
  authorizedMs: fresh.authorizedMs ?? nowMs,
  soldMs: null,
  cancelledMs: null,
  dueMs: null,
})

/** Moves a payment, and notifies the merchant where Paygent would. */
export function movePayment(
  ledger: Ledger,
  payment: Payment,
  to: Partial<Pick<Payment, 'status' | 'amountYen' | 'authorizedMs'>>,
  occasion: Occasion,
): Payment {
  const moved = dated({ ...payment, ...to }, occasion.atMs)
  ledger.payments.write(moved, changeOf(moved, payment.status, occasion))
  giveNotice(ledger, moved, occasion.atMs)
  return moved
}

/**
 * Adds a payment that comes into being now, by a customer or a correction. It makes a notice, unlike a payment that
 * existed from the start.
 */
export function addNewPayment(ledger: Ledger, fresh: FreshPayment, occasion: Occasion): Payment {
  const payment = addPayment(ledger, fresh, occasion)
  giveNotice(ledger, payment, occasion.atMs)
  return payment
}

/** Statuses of a payment that was never sold, or whose sale was taken back. */
const UNSOLD: readonly PaymentStatus[] = ['10', '11', '13', '14', '15', '17', ...AUTHORISED, '22', '32', '33']

function dated(payment: Payment, atMs: number): Payment {
  const { status } = payment
  const soldMs = SOLD.includes(status) ? (payment.soldMs ?? atMs) : UNSOLD.includes(status) ? null : payment.soldMs
  const cancelledMs = CANCELLED.includes(status) ? (payment.cancelledMs ?? atMs) : null
  const stamped = { ...payment, soldMs, cancelledMs }
  return { ...stamped, dueMs: dueOf(stamped, atMs) }
}

/**
 * Returns when the timer runs out. A payment stays in a status that it is given, however old it is: a period that is
 * already over starts anew.
 */
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

/** The fields of 094. The shop applied for the payment before its authorisation, or the ledger has it from then on. */
export function describe(ledger: Ledger, payment: Payment): AnswerFields {
  const [first] = ledger.payments.changesOf(payment.paymentId)
  return paymentAnswer(payment, Math.min(first?.atMs ?? payment.authorizedMs, payment.authorizedMs))
}

function giveNotice(ledger: Ledger, payment: Payment, atMs: number): void {
  if (NEVER_NOTIFIED.includes(payment.status)) return
  ledger.notices.add(payment.paymentId, atMs, [['change_date', paygentDate(atMs)], ...describe(ledger, payment)])
}

const FIRST_PAYMENT_ID = 700_000_000_000_000_000n

/** Each call takes an id away: no other payment gets it. */
export function newPaymentId(ledger: Ledger): string {
  for (;;) {
    const made = BigInt(ledger.settings.get('payments-made') ?? '0') + 1n
    ledger.settings.set('payments-made', String(made))
    const paymentId = String(FIRST_PAYMENT_ID + made)
    if (ledger.payments.find(paymentId) === null) return paymentId
  }
}

/** Applies everything that has become due by now: expiries, completions, purged notices, each at its own time. */
export function sweep(ledger: Ledger, nowMs: number): void {
  for (let payment = ledger.payments.due(nowMs); payment !== null; payment = ledger.payments.due(nowMs)) {
    const timer = nextTimer(payment)
    if (timer === null || payment.dueMs === null) throw new Error(`payment ${payment.paymentId} is due without a timer`)
    movePayment(ledger, payment, { status: timer.to }, { atMs: payment.dueMs, by: 'clock' })
  }
  ledger.notices.purge(nowMs - NOTICE_LIFE_MS)
}
