// Serves the control address of the simulator, in JSON.
import { japanIso } from '../clock.js'
import { AppError } from '../errors.js'
import { jsonOf, paymentOf, paymentShown, statusIn, textIn, timeIn } from './control-json.js'
import { faultShown, parseFaults } from './faults.js'
import { addPayments } from './given-payments.js'
import type { Payment } from './ledger-payments.js'
import { LEDGER_VERSION } from './ledger-schema.js'
import type { Ledger } from './ledger.js'
import { movePayment } from './machine.js'
import { CLOCK_OFFSET, type Office, settleTime } from './office.js'
import { isDeepStrictEqual } from 'node:util'

export interface ControlAnswer {
  readonly status: 200 | 400 | 404 | 405
  readonly json: unknown
}

export const CONTROL_ROOT = '/_simulator'

const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const

const ok = (json: unknown): ControlAnswer => ({ status: 200, json })
const notFound = (error: string): ControlAnswer => ({ status: 404, json: { error } })

export const isControlPath = (path: string): boolean => path === CONTROL_ROOT || path.startsWith(`${CONTROL_ROOT}/`)

/**
 * Answers one control request. An invalid request is answered with 400, with name, value and the expected form.
 * @param version of the program
 */
export function control(
  ledger: Ledger,
  office: Office,
  method: string,
  path: string,
  body: string,
  version: string | null = null,
): ControlAnswer {
  try {
    return route({ ledger, office, version }, method, path.slice(CONTROL_ROOT.length).replace(/^\//, ''), body)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { status: 400, json: { error: error.code, ...error.params } }
  }
}

function route(simulator: Simulator, method: string, what: string, body: string): ControlAnswer {
  const { ledger, office } = simulator
  const here = OPERATIONS.filter(({ address }) => address.test(what))
  const operation = here.find((one) => one.method === method)
  if (here.length === 0) return notFound('no-such-address')
  const expected = here.map((one) => one.method).join(', ')
  if (operation === undefined) return { status: 405, json: { error: 'wrong-method', expected } }
  const data = operation.method === 'POST' && body !== '' ? jsonOf(body) : null
  return ledger.atomically(() => {
    settleTime(ledger, office.nowMs())
    return operation.run({ ...simulator, data, name: operation.address.exec(what)?.[1] ?? '' })
  })
}

interface Simulator {
  readonly ledger: Ledger
  readonly office: Office
  readonly version: string | null
}

interface ControlRequest extends Simulator {
  readonly data: unknown
  /** The payment id that the address names. */
  readonly name: string
}

type Run = (request: ControlRequest) => ControlAnswer

const clockShown = (office: Office) => ({ now: japanIso(office.nowMs()), offsetMs: office.offsetMs() })

const showClock: Run = ({ office }) => ok(clockShown(office))

/** Takes how far the clock goes on, the time that it shows, or its distance from the real time. */
const setClock: Run = ({ ledger, office, data }) => {
  ledger.settings.set(CLOCK_OFFSET, String(offsetIn(data, office)))
  settleTime(ledger, office.nowMs())
  return ok(clockShown(office))
}

function offsetIn(data: unknown, office: Office): number {
  const given = typeof data === 'object' && data !== null ? Object.keys(data) : []
  if (given.includes('set')) return timeIn(data, 'set') - (office.nowMs() - office.offsetMs())
  if (given.includes('offsetMs')) return Number(textIn(data, 'offsetMs', /^-?\d{1,13}$/, 'milliseconds'))
  const advance = textIn(data, 'advance', /^\d{1,4}[dhms]$/, '1d | 2h | 30m | 10s')
  return office.offsetMs() + Number(advance.slice(0, -1)) * UNITS_MS[advance.slice(-1) as keyof typeof UNITS_MS]
}

const listFaults: Run = ({ ledger }) => ok(ledger.faults.all().map(({ fault }) => faultShown(fault)))

const replaceFaults: Run = ({ ledger, data }) => {
  const faults = parseFaults(data)
  ledger.faults.replace(faults)
  return ok(faults.map(faultShown))
}

/** Adds faults to those that are set, whose counts stay. */
const addFaults: Run = ({ ledger, data }) => {
  const faults = parseFaults(data)
  ledger.faults.add(faults)
  return ok(faults.map(faultShown))
}

/** Removes one fault, given as GET shows it; of several that are equal the one that was set first. */
const removeFault: Run = ({ ledger, data }) => {
  const [fault] = parseFaults([data])
  const found = ledger.faults.all().find((each) => isDeepStrictEqual(each.fault, fault))
  if (found === undefined) return notFound('no-such-fault')
  ledger.faults.remove(found.position)
  return ok(faultShown(found.fault))
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

/** Adds payments of customers, one or a list of them. What the ledger has otherwise stays, and is named. */
const makePayments: Run = ({ ledger, office, data }) => {
  const payments = (Array.isArray(data) ? data : [data]).map((one: unknown) => paymentOf(one))
  const { added, differing } = addPayments(ledger, payments, office.nowMs(), 'customer')
  return ok({ payments: payments.length, added, differing })
}

const listed = (payment: Payment, ledger: Ledger) => paymentShown(payment, ledger.payments.changesOf(payment.paymentId))

const listPayments: Run = ({ ledger }) => ok(ledger.payments.all().map((payment) => listed(payment, ledger)))

const listRequests: Run = ({ ledger }) =>
  ok(ledger.requests.all().map(({ atMs, ...request }) => ({ ...request, at: japanIso(atMs) })))

const listNotices: Run = ({ ledger }) =>
  ok(
    ledger.notices.all().map(({ atMs, fields, pushedMs, ...notice }) => ({
      ...notice,
      at: japanIso(atMs),
      pushedAt: pushedMs === null ? null : japanIso(pushedMs),
      fields: Object.fromEntries(fields),
    })),
  )

const showAll: Run = ({ ledger, office, version }) =>
  ok({ version, ledgerVersion: LEDGER_VERSION, ...clockShown(office), counts: ledger.counts() })

/** Empties the ledger and sets the clock to the real time; the certificates stay. */
const reset: Run = ({ ledger, office }) => {
  const removed = ledger.counts()
  ledger.empty()
  return ok({ ...clockShown(office), removed })
}

const OPERATIONS: readonly { method: 'GET' | 'POST'; address: RegExp; run: Run }[] = [
  { method: 'GET', address: /^$/, run: showAll },
  { method: 'POST', address: /^reset$/, run: reset },
  { method: 'GET', address: /^payments$/, run: listPayments },
  { method: 'POST', address: /^payments$/, run: makePayments },
  { method: 'POST', address: /^payments\/(\d{1,18})$/, run: setStatus },
  { method: 'GET', address: /^requests$/, run: listRequests },
  { method: 'GET', address: /^notices$/, run: listNotices },
  { method: 'GET', address: /^clock$/, run: showClock },
  { method: 'POST', address: /^clock$/, run: setClock },
  { method: 'GET', address: /^faults$/, run: listFaults },
  { method: 'POST', address: /^faults$/, run: replaceFaults },
  { method: 'POST', address: /^faults\/add$/, run: addFaults },
  { method: 'POST', address: /^faults\/remove$/, run: removeFault },
]
