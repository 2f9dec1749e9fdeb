// Adds the payments that are given to the simulator: those of the shop's list at the start, new ones of customers, and
// those that another ledger had.
import { japanIso, msOfIso } from '../clock.js'
import { type Carrier, CARRIERS, type Method, type PaymentStatus, plainPaymentId } from '../domain/order.js'
import { AppError } from '../errors.js'
import type { PastChange, Payment } from './ledger-payments.js'
import type { Ledger } from './ledger.js'
import { addNewPayment, addPayment, type FreshPayment, type Occasion, restorePayment } from './machine.js'

export interface SimulatedPayment {
  /** Digits. When null or empty, the simulator makes an id, and an inquiry by trading id finds the payment. */
  readonly paymentId: string | null
  readonly tradingId: string
  readonly method: Method
  /** Null for credit; for a carrier payment whose carrier is unknown, null means docomo. */
  readonly carrier: Carrier | null
  readonly amountYen: number
  readonly status: PaymentStatus
  /**
   * ISO with offset; null means now. A payment whose time has already run out is reported as it is, and its life
   * starts now.
   */
  readonly authorizedAt: string | null
  /** The payment that a correction replaced with this one; it has to be in the ledger. */
  readonly basePaymentId?: string | null
  /** The last four digits of the card, where it has to behave like one of Paygent's test cards. */
  readonly card?: string | null
  /** The whole history up to `status` and `amountYen`; without it the payment begins with them. */
  readonly changes?: readonly PastChange[]
}

/** A value of a given payment that the ledger has otherwise. The ledger's one stays. */
export interface PaymentDifference {
  readonly paymentId: string
  readonly field: 'tradingId' | 'method' | 'carrier' | 'amountYen' | 'status' | 'authorizedAt'
  readonly ledger: string | number | null
  readonly given: string | number | null
}

export interface AddedPayments {
  /** Ids. */
  readonly added: readonly string[]
  readonly differing: readonly PaymentDifference[]
}

/**
 * Adds the payments that the ledger lacks, all of them or none, and compares the others. Exported for a simulation
 * without TLS.
 * @param by `start` for payments from before, `customer` for new ones: these make a notice
 */
export function addPayments(
  ledger: Ledger,
  payments: readonly SimulatedPayment[],
  nowMs: number,
  by: 'start' | 'customer' = 'start',
): AddedPayments {
  const added: string[] = []
  const differing: PaymentDifference[] = []
  if (payments.length === 0) return { added, differing }
  ledger.atomically(() => {
    for (const given of payments) {
      const [known] = knownPayments(ledger, given)
      if (known === undefined) added.push(add(ledger, given, { atMs: nowMs, by }).paymentId)
      else differing.push(...differences(ledger, known, given))
    }
  })
  return { added, differing }
}

function knownPayments(ledger: Ledger, { paymentId, tradingId }: SimulatedPayment): Payment[] {
  if (!paymentId) return ledger.payments.ofTrading(tradingId)
  const known = ledger.payments.find(plainPaymentId(paymentId))
  return known === null ? [] : [known]
}

/** A status and an amount that the payment has had once are no difference: it has moved on since. */
function differences(ledger: Ledger, known: Payment, given: SimulatedPayment): PaymentDifference[] {
  const { paymentId, authorizedMs } = known
  const changes = ledger.payments.changesOf(paymentId)
  const authorizedAt = japanIso(authorizedMs)
  const isTheSame = {
    tradingId: given.tradingId === known.tradingId,
    method: given.method === known.method,
    carrier: given.carrier === null || given.carrier === known.carrier,
    amountYen: changes.some(({ amountYen }) => amountYen === given.amountYen),
    status: changes.some(({ to }) => to === given.status),
    authorizedAt: given.authorizedAt === null || japanIso(msOfIso(given.authorizedAt)) === authorizedAt,
  }
  const fields = Object.keys(isTheSame) as (keyof typeof isTheSame)[]
  return fields
    .filter((field) => !isTheSame[field])
    .map((field) => ({ paymentId, field, ledger: { ...known, authorizedAt }[field], given: given[field] }))
}

const badPayment = (name: string, value: string | number, expected: string): AppError =>
  new AppError('bad-value', { name, value, expected })

function add(ledger: Ledger, given: SimulatedPayment, occasion: Occasion): Payment {
  const { changes } = given
  const fresh = freshOf(given, occasion.atMs)
  const base = fresh.basePaymentId ?? null
  if (base !== null && ledger.payments.find(base) === null) throw badPayment('basePaymentId', base, 'payment_id')
  if (changes !== undefined) return restorePayment(ledger, fresh, changes)
  return occasion.by === 'start' ? addPayment(ledger, fresh, occasion) : addNewPayment(ledger, fresh, occasion)
}

function freshOf(given: SimulatedPayment, nowMs: number): FreshPayment {
  const { tradingId, method, status, amountYen, authorizedAt } = given
  const paymentId = given.paymentId ?? ''
  if (!/^\d{0,18}$/.test(paymentId)) throw badPayment('payment_id', paymentId, '0-9, 18')
  if (!/^\d\d$/.test(status)) throw badPayment('payment_status', status, '10 … 62')
  if (!Number.isSafeInteger(amountYen) || amountYen < 0) throw badPayment('held_amount', amountYen, '0 …')
  const authorizedMs = authorizedAt === null ? nowMs : msOfIso(authorizedAt)
  if (Number.isNaN(authorizedMs)) throw badPayment('authorizedAt', authorizedAt ?? '', 'YYYY-MM-DDThh:mm:ss+09:00')
  const carrier = method === 'credit' ? null : (given.carrier ?? CARRIERS[0])
  const ids = { tradingId, ...(paymentId === '' ? {} : { paymentId: plainPaymentId(paymentId) }) }
  return {
    ...ids,
    method,
    carrier,
    status,
    amountYen,
    authorizedMs,
    basePaymentId: given.basePaymentId ?? null,
    card: given.card ?? null,
  }
}
