// Starts a Paygent look-alike: as a program of its own, or embedded in a command. Page 3.6.
import { msOfIso, systemClock } from '../clock.js'
import { CARRIERS, type Carrier, type Method } from '../domain/order.js'
import type { PaymentStatus } from '../domain/order.js'
import { AppError } from '../errors.js'
import type { Clock } from '../ports.js'
import { makeCertificates, type SimulatorCertificates } from './certificates.js'
import { parseFaults } from './faults.js'
import { openLedger, type Ledger } from './ledger.js'
import { SIMULATOR_LOGIN, type SimulatorLogin } from './login.js'
import { addPayment } from './moves.js'
import { openOffice, type Office } from './office.js'
import { startServer } from './server.js'

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

export interface SimulatorOptions {
  /** The ledger: a file, or `:memory:`. */
  readonly statePath: string
  /** 0, the default, takes any port that is free. */
  readonly port?: number
  /** Without them the ledger's own are used, and made at its first start. */
  readonly certificates?: SimulatorCertificates
  readonly payments?: readonly SimulatedPayment[]
  /** Faults as data, checked here; without them those of the ledger stay. */
  readonly faults?: unknown
  readonly latencyMs?: number
  readonly clock?: Clock
  readonly login?: SimulatorLogin
}

export interface RunningSimulator {
  /** Base URL, under a host name that the certificate covers. */
  readonly url: string
  /** PEM texts. */
  readonly ca: string
  readonly clientCert: string
  readonly passphrase: string
  /** Adds the payments that the ledger lacks, and leaves the others as they are. */
  addPayments(payments: readonly SimulatedPayment[]): void
  /** Ends the connections that are kept alive too. May be called again. */
  close(): Promise<void>
}

/**
 * @throws AppError `ledger-unusable` for a state file that is no ledger, `port-in-use`, `bad-value` for a fault or
 *   a payment
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const clock = options.clock ?? systemClock
  const faults = options.faults === undefined ? null : parseFaults(options.faults)
  const ledger = openLedger(options.statePath)
  try {
    const office = openOffice(ledger, clock, options.login ?? SIMULATOR_LOGIN)
    if (faults !== null) ledger.atomically(() => ledger.faults.replace(faults))
    addPayments(ledger, options.payments ?? [], office.nowMs())
    const certificates = options.certificates ?? (await ownCertificates(ledger))
    const setup = { ledger, office, certificates, clock, latencyMs: options.latencyMs ?? 0 }
    const server = await startServer(setup, options.port ?? 0)
    let closed: Promise<void> | null = null
    return {
      url: `https://127.0.0.1:${server.port}`,
      ca: certificates.ca,
      clientCert: certificates.clientCert,
      passphrase: certificates.passphrase,
      addPayments: (payments) => addPayments(ledger, payments, office.nowMs()),
      close: () => (closed ??= closeDown(server.close, office, ledger)),
    }
  } catch (error) {
    ledger.close()
    throw error
  }
}

async function closeDown(closeServer: () => Promise<void>, office: Office, ledger: Ledger): Promise<void> {
  await closeServer()
  try {
    office.close()
  } finally {
    ledger.close()
  }
}

const CERTIFICATES = 'certificates'

/** Making them takes a while, so it is done outside the transaction; whoever was first wins. */
async function ownCertificates(ledger: Ledger): Promise<SimulatorCertificates> {
  const kept = ledger.settings.get(CERTIFICATES)
  if (kept !== null) return JSON.parse(kept) as SimulatorCertificates
  const made = JSON.stringify(await makeCertificates())
  return ledger.atomically(() => {
    if (ledger.settings.get(CERTIFICATES) === null) ledger.settings.set(CERTIFICATES, made)
    return JSON.parse(ledger.settings.get(CERTIFICATES) ?? made) as SimulatorCertificates
  })
}

/** Adds what the ledger lacks, all of it or nothing. Exported for a simulation without TLS. */
export function addPayments(ledger: Ledger, payments: readonly SimulatedPayment[], nowMs: number): void {
  if (payments.length === 0) return
  ledger.atomically(() => {
    for (const payment of payments) if (isMissing(ledger, payment)) add(ledger, payment, nowMs)
  })
}

const isMissing = (ledger: Ledger, { paymentId, tradingId }: SimulatedPayment): boolean =>
  paymentId ? ledger.payments.find(paymentId) === null : ledger.payments.ofTrading(tradingId).length === 0

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
  const ids = { tradingId, ...(paymentId === '' ? {} : { paymentId }) }
  const fresh = { ...ids, method, carrier, status, amountYen, authorizedMs }
  addPayment(ledger, fresh, { atMs: nowMs, by: 'start' })
}
