// Reads and writes the JSON of the control address. What a GET shows, the POST takes; a number may come as a number, and
// the names of earlier versions are still taken.
import { japanIso, msOfIso } from '../clock.js'
import { type Carrier, CARRIERS, type PaymentStatus } from '../domain/order.js'
import { isStatus } from '../domain/statuses.js'
import { AppError } from '../errors.js'
import { STATUS_LIST } from './faults.js'
import type { SimulatedPayment } from './given-payments.js'
import type { PastChange, Payment } from './ledger-payments.js'

export const bad = (name: string, value: unknown, expected: string): AppError =>
  new AppError('bad-value', { name, value: JSON.stringify(value) ?? '', expected })

export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    throw bad('body', body.slice(0, 80), 'JSON')
  }
}

/** @param names the name of today, then those of earlier versions */
function valueIn(data: unknown, names: readonly string[]): { name: string; value: unknown } {
  const known = typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>) : {}
  const name = names.find((each) => Object.hasOwn(known, each)) ?? names[0] ?? ''
  return { name, value: Object.hasOwn(known, name) ? known[name] : undefined }
}

/** A whole number counts as its digits; one that JSON cannot hold exactly is refused. */
export function textIn(data: unknown, names: string | readonly string[], format: RegExp, expected: string): string {
  const { name, value } = valueIn(data, typeof names === 'string' ? [names] : names)
  const text = Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !format.test(text)) throw bad(name, value, expected)
  return text
}

/** The same for a value that may be missing or null. */
export function textOrNull(
  data: unknown,
  names: string | readonly string[],
  format: RegExp,
  expected: string,
): string | null {
  const { value } = valueIn(data, typeof names === 'string' ? [names] : names)
  return value === undefined || value === null ? null : textIn(data, names, format, expected)
}

export function statusIn(data: unknown, name = 'status'): PaymentStatus {
  const status = textIn(data, name, /^\d\d$/, STATUS_LIST)
  if (!isStatus(status)) throw bad(name, status, STATUS_LIST)
  return status
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/
const TIME_FORM = 'YYYY-MM-DDThh:mm:ss+09:00'

/** Epoch milliseconds. */
export function timeIn(data: unknown, name: string): number {
  const ms = msOfIso(textIn(data, name, TIME, TIME_FORM))
  if (Number.isNaN(ms)) throw bad(name, valueIn(data, [name]).value, TIME_FORM)
  return ms
}

const ID = /^\d{1,18}$/
const ID_FORM = '1-18 digits, as a text from 16 digits on'
/** The amounts of a history: a shop's list may have had an order of 0 yen. */
const HELD = { form: /^\d{1,9}$/, expected: 'yen' }
/** A customer pays 1 yen or more. */
const PAID = { form: /^(?=0*[1-9])\d{1,9}$/, expected: 'yen, 1 or more' }

/** A payment as a GET shows it, or with the names of the CSV. */
export function paymentOf(data: unknown): SimulatedPayment {
  const way = textIn(data, 'method', /^(credit|carrier|docomo|au|softbank)$/, 'credit | docomo | au | softbank')
  const named = way === 'carrier' ? textIn(data, 'carrier', /^(docomo|au|softbank)$/, CARRIERS.join(' | ')) : way
  const given = valueIn(data, ['changes']).value
  const amount = given === undefined ? PAID : HELD
  const payment = {
    paymentId: textOrNull(data, ['paymentId', 'payment_id'], ID, ID_FORM),
    tradingId: textIn(data, ['tradingId', 'trading_id'], /^\w{1,25}$/, '1-25 letters and digits'),
    method: way === 'credit' ? ('credit' as const) : ('carrier' as const),
    carrier: way === 'credit' ? null : (named as Carrier),
    amountYen: Number(textIn(data, ['amountYen', 'amount'], amount.form, amount.expected)),
    status: valueIn(data, ['status']).value === undefined ? '20' : statusIn(data),
    authorizedAt: textOrNull(data, 'authorizedAt', TIME, TIME_FORM),
    basePaymentId: textOrNull(data, 'basePaymentId', ID, ID_FORM),
    card: textOrNull(data, 'card', /^\d{4}$/, '4 digits'),
  }
  if (given === undefined) return payment
  return { ...payment, changes: changesOf(given, payment) }
}

const CHANGES_FORM = '[{ "at": …, "from": null, "to": … }], with the status and the amount of the payment at its end'

/** The history has to be one: each change begins where the one before it ended, and the last one ends where the payment is. */
function changesOf(data: unknown, { status, amountYen }: SimulatedPayment): PastChange[] {
  if (!Array.isArray(data)) throw bad('changes', data, CHANGES_FORM)
  const changes = data.map((one: unknown) => ({
    atMs: timeIn(one, 'at'),
    from: valueIn(one, ['from']).value === null ? null : statusIn(one, 'from'),
    to: statusIn(one, 'to'),
    amountYen: Number(textIn(one, 'amountYen', HELD.form, HELD.expected)),
    by: textIn(one, 'by', /^\w{1,20}$/, '1-20 letters and digits'),
  }))
  const last = changes.at(-1)
  const follows = changes.every(({ from }, index) => from === (changes[index - 1]?.to ?? null))
  if (!follows || last?.to !== status || last.amountYen !== amountYen) throw bad('changes', data, CHANGES_FORM)
  return changes
}

export function paymentShown(payment: Payment, changes: readonly PastChange[]): Readonly<Record<string, unknown>> {
  const { paymentId, tradingId, basePaymentId, card, method, carrier, status, amountYen, authorizedMs } = payment
  return {
    paymentId,
    tradingId,
    basePaymentId,
    card,
    method,
    carrier,
    status,
    amountYen,
    authorizedAt: japanIso(authorizedMs),
    changes: changes.map(({ atMs, from, to, amountYen: yen, by }) => ({
      at: japanIso(atMs),
      from,
      to,
      amountYen: yen,
      by,
    })),
  }
}
