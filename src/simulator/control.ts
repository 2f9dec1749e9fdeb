// Serves the control address of the simulator, in JSON.
import { japanIso, msOfIso } from '../clock.js'
import { type Carrier, CARRIERS, type Method, type PaymentStatus, plainPaymentId } from '../domain/order.js'
import { isStatus } from '../domain/statuses.js'
import { AppError } from '../errors.js'
import { parseFaults, STATUS_LIST } from './faults.js'
import type { Payment } from './ledger-payments.js'
import type { Ledger } from './ledger.js'
import { addNewPayment, addPayment, movePayment, type Occasion } from './machine.js'
import { CLOCK_OFFSET, type Office, settleTime } from './office.js'

// Adds payments that customers make: those of the shop's list at the start, and new ones while the simulator runs.
/** A payment that a customer made before the simulator was started. */
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
}

/**
 * Adds the payments that the ledger lacks, all of them or none. Exported for a simulation without TLS.
 * @param by `start` for payments from before, `customer` for new ones: these make a notice
 */
export function addPayments(
  ledger: Ledger,
  payments: readonly SimulatedPayment[],
  nowMs: number,
  by: 'start' | 'customer' = 'start',
): void {
  if (payments.length === 0) return
  const occasion = { atMs: nowMs, by }
  ledger.atomically(() => {
    for (const payment of payments) if (isMissing(ledger, payment)) add(ledger, payment, occasion)
  })
}

const isMissing = (ledger: Ledger, { paymentId, tradingId }: SimulatedPayment): boolean =>
  paymentId
    ? ledger.payments.find(plainPaymentId(paymentId)) === null
    : ledger.payments.ofTrading(tradingId).length === 0

const badPayment = (name: string, value: string | number, expected: string): AppError =>
  new AppError('bad-value', { name, value, expected })

function add(ledger: Ledger, payment: SimulatedPayment, occasion: Occasion): void {
  const { tradingId, method, status, amountYen, authorizedAt } = payment
  const paymentId = payment.paymentId ?? ''
  if (!/^\d{0,18}$/.test(paymentId)) throw badPayment('payment_id', paymentId, '0-9, 18')
  if (!/^\d\d$/.test(status)) throw badPayment('payment_status', status, '10 … 62')
  if (!Number.isSafeInteger(amountYen) || amountYen < 0) throw badPayment('held_amount', amountYen, '0 …')
  const authorizedMs = authorizedAt === null ? occasion.atMs : msOfIso(authorizedAt)
  if (Number.isNaN(authorizedMs)) throw badPayment('authorizedAt', authorizedAt ?? '', 'YYYY-MM-DDThh:mm:ss+09:00')
  const carrier = method === 'credit' ? null : (payment.carrier ?? CARRIERS[0])
  const ids = { tradingId, ...(paymentId === '' ? {} : { paymentId: plainPaymentId(paymentId) }) }
  const fresh = { ...ids, method, carrier, status, amountYen, authorizedMs }
  if (occasion.by === 'start') addPayment(ledger, fresh, occasion)
  else addNewPayment(ledger, fresh, occasion)
}

export interface ControlAnswer {
  readonly status: 200 | 400 | 404 | 405
  readonly json: unknown
}

export const CONTROL_ROOT = '/_simulator/'

const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const

const ok = (json: unknown): ControlAnswer => ({ status: 200, json })
const notFound = (error: string): ControlAnswer => ({ status: 404, json: { error } })

/** Answers one control request. An invalid request is answered with 400, with name, value and the expected form. */
export function control(ledger: Ledger, office: Office, method: string, path: string, body: string): ControlAnswer {
  try {
    return route(ledger, office, method, path.slice(CONTROL_ROOT.length), body)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { status: 400, json: { error: error.code, ...error.params } }
  }
}

function route(ledger: Ledger, office: Office, method: string, what: string, body: string): ControlAnswer {
  const here = OPERATIONS.filter(({ address }) => address.test(what))
  const operation = here.find((one) => one.method === method)
  if (here.length === 0) return notFound('no-such-address')
  const expected = here.map((one) => one.method).join(', ')
  if (operation === undefined) return { status: 405, json: { error: 'wrong-method', expected } }
  const data = operation.method === 'POST' ? jsonOf(body) : null
  return ledger.atomically(() => {
    settleTime(ledger, office.nowMs())
    return operation.run({ ledger, office, data, name: operation.address.exec(what)?.[1] ?? '' })
  })
}

interface ControlRequest {
  readonly ledger: Ledger
  readonly office: Office
  readonly data: unknown
  /** The payment id that the address names. */
  readonly name: string
}

type Run = (request: ControlRequest) => ControlAnswer

const bad = (name: string, value: unknown, expected: string): AppError =>
  new AppError('bad-value', { name, value: JSON.stringify(value) ?? '', expected })

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    throw bad('body', body.slice(0, 80), 'JSON')
  }
}

function textIn(data: unknown, name: string, format: RegExp, expected: string): string {
  const value = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined
  if (typeof value !== 'string' || !format.test(value)) throw bad(name, value, expected)
  return value
}

function statusIn(data: unknown): PaymentStatus {
  const status = textIn(data, 'status', /^\d\d$/, STATUS_LIST)
  if (!isStatus(status)) throw bad('status', status, STATUS_LIST)
  return status
}

const advanceClock: Run = ({ ledger, office, data }) => {
  const advance = textIn(data, 'advance', /^\d{1,4}[dhms]$/, '1d | 2h | 30m | 10s')
  const unit = advance.slice(-1) as keyof typeof UNITS_MS
  const offsetMs = Number(ledger.settings.get(CLOCK_OFFSET) ?? '0') + Number(advance.slice(0, -1)) * UNITS_MS[unit]
  ledger.settings.set(CLOCK_OFFSET, String(offsetMs))
  settleTime(ledger, office.nowMs())
  return ok({ now: japanIso(office.nowMs()), offsetMs })
}

const replaceFaults: Run = ({ ledger, data }) => {
  const faults = parseFaults(data)
  ledger.faults.replace(faults)
  return ok(faults)
}

/** Sets any status of the list, as an operator in Paygent Online would do it, and notifies the merchant. */
const setStatus: Run = ({ ledger, office, data, name }) => {
  const status = statusIn(data)
  const payment = ledger.payments.find(name)
  if (payment === null) return notFound('no-such-payment')
  const moved =
    status === payment.status
      ? payment
      : movePayment(ledger, payment, { status }, { atMs: office.nowMs(), by: 'online' })
  return ok(listed(moved, ledger))
}

/**
 * Adds payments of customers: a list whose fields have the names of the CSV's columns. Payments that exist already
 * are left unchanged.
 */
const makePayments: Run = ({ ledger, office, data }) => {
  if (!Array.isArray(data)) throw bad('payments', data, '[{ "payment_id": … }]')
  const payments = data.map((one: unknown) => simulatedOf(one))
  addPayments(ledger, payments, office.nowMs(), 'customer')
  return ok({ payments: payments.length })
}

function simulatedOf(one: unknown): SimulatedPayment {
  const method = textIn(one, 'method', /^(credit|docomo|au|softbank)$/, 'credit | docomo | au | softbank')
  return {
    paymentId: textIn(one, 'payment_id', /^\d{1,18}$/, '1-18 digits'),
    tradingId: textIn(one, 'trading_id', /^\w{1,25}$/, '1-25 letters and digits'),
    method: method === 'credit' ? 'credit' : 'carrier',
    carrier: method === 'credit' ? null : (method as Carrier),
    amountYen: Number(textIn(one, 'amount', /^\d{1,9}$/, 'yen')),
    status: '20',
    authorizedAt: null,
  }
}

const listPayments: Run = ({ ledger }) => ok(ledger.payments.all().map((payment) => listed(payment, ledger)))

function listed(payment: Payment, ledger: Ledger): Readonly<Record<string, unknown>> {
  const { paymentId, tradingId, basePaymentId, method, carrier, status, amountYen, authorizedMs } = payment
  return {
    paymentId,
    tradingId,
    basePaymentId,
    method,
    carrier,
    status,
    amountYen,
    authorizedAt: japanIso(authorizedMs),
    changes: ledger.payments
      .changesOf(paymentId)
      .map(({ atMs, from, to, amountYen: yen, by }) => ({ at: japanIso(atMs), from, to, amountYen: yen, by })),
  }
}

const listRequests: Run = ({ ledger }) =>
  ok(ledger.requests.all().map(({ atMs, ...request }) => ({ ...request, at: japanIso(atMs) })))

const OPERATIONS: readonly { method: 'GET' | 'POST'; address: RegExp; run: Run }[] = [
  { method: 'GET', address: /^payments$/, run: listPayments },
  { method: 'GET', address: /^requests$/, run: listRequests },
  { method: 'POST', address: /^payments$/, run: makePayments },
  { method: 'POST', address: /^payments\/(\d{1,18})$/, run: setStatus },
  { method: 'POST', address: /^clock$/, run: advanceClock },
  { method: 'POST', address: /^faults$/, run: replaceFaults },
]
