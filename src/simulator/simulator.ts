// Starts a Paygent look-alike: as a program of its own, or embedded in a command.
import { japanIso, systemClock } from '../clock.js'
import type { Clock } from '../ports.js'
import type { BrowserSide } from './browser/server.js'
import { makeCertificates, type SimulatorCertificates } from './certificates.js'
import { addPayments, type PaymentDifference, type SimulatedPayment } from './given-payments.js'
import { control, type ControlAnswer } from './control.js'
import { parseFaults, type SimulatorFault } from './faults.js'
import { type Ledger, openLedger } from './ledger.js'
import { type Office, openOffice } from './office.js'
import { type PushedNotice, type PushSettings, startPusher } from './push.js'
import { type AnsweredTelegram, LOOPBACK, type RunningServer, startServer } from './server.js'
import { SIMULATOR_LOGIN, type SimulatorLogin } from './telegram.js'
import { isIPv6 } from 'node:net'

export interface SimulatorOptions {
  /** The ledger: a file, or `:memory:`. */
  readonly statePath: string
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** The address on which it listens, loopback without it. The certificates have to cover it. */
  readonly host?: string
  /**
   * Or a function that makes them, called once the port is taken. Without them the ledger's own certificates are used;
   * they are made at its first start.
   */
  readonly certificates?: SimulatorCertificates | (() => Promise<SimulatorCertificates>)
  readonly payments?: readonly SimulatedPayment[]
  /** Faults as data, checked here; without them the faults of the ledger stay. */
  readonly faults?: unknown
  readonly latencyMs?: number
  readonly clock?: Clock
  readonly login?: SimulatorLogin
  /** Of the program, shown at the control address. */
  readonly version?: string
  /** Called for each telegram once it was carried out, before its answer leaves. */
  readonly onTelegram?: (telegram: AnsweredTelegram) => void
  /** Without it notices are only fetched (091). */
  readonly push?: PushSettings
  readonly onPush?: (push: PushedNotice) => void
  /** The port of the pages, on loopback whatever `host` says; 0 takes any free one. Without it there are none. */
  readonly browserPort?: number
}

export interface RunningSimulator {
  /** Base URL, under a host name that the certificate covers. */
  readonly url: string
  /** PEM texts. */
  readonly ca: string
  readonly clientCert: string
  readonly passphrase: string
  /** Base URL of the pages; null without them. */
  readonly browserUrl: string | null
  /** The contents of the ledger before it was opened. */
  readonly found: FoundState
  /** The values of `payments` that the ledger has otherwise. */
  readonly differing: readonly PaymentDifference[]
  /** Adds the payments that the ledger lacks, and leaves the others unchanged. */
  addPayments(payments: readonly SimulatedPayment[]): void
  /** Does what the control address does, without a connection. @param body JSON */
  control(method: string, path: string, body: string): ControlAnswer
  /** Ends the kept-alive connections too. It may be called again. */
  close(): Promise<void>
}

export interface FoundState {
  readonly payments: number
  readonly faults: number
  /** ISO, on the simulator's clock. */
  readonly now: string
  readonly offsetMs: number
}

/**
 * Takes the ports first: where another simulator has one, no file is made, and the ledger that both share stays as it is.
 * @throws AppError `ledger-unusable` for a state file that is no ledger, `port-in-use`, `bad-value` for a fault or a
 * payment
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const faults = options.faults === undefined ? null : parseFaults(options.faults)
  const server = await startServer(options.port ?? 0, options.host)
  let browser: BrowserSide | null = null
  try {
    // A command with an embedded simulator has no pages, and does not load them.
    if (options.browserPort !== undefined)
      browser = await (await import('./browser/server.js')).startBrowserSide(options.browserPort)
    return await open(options, faults, server, browser)
  } catch (error) {
    await browser?.close()
    await server.close()
    throw error
  }
}

async function open(
  options: SimulatorOptions,
  faults: readonly SimulatorFault[] | null,
  server: RunningServer,
  browser: BrowserSide | null,
): Promise<RunningSimulator> {
  const clock = options.clock ?? systemClock
  const given = await givenCertificates(options)
  const ledger = openLedger(options.statePath)
  try {
    const office = openOffice(ledger, clock, options.login ?? SIMULATOR_LOGIN, browser?.url)
    const found = foundState(ledger, office)
    if (faults !== null) ledger.atomically(() => ledger.faults.replace(faults))
    const { differing } = addPayments(ledger, options.payments ?? [], office.nowMs())
    const certificates = given ?? (await ownCertificates(ledger))
    const { version = null, onTelegram = null } = options
    server.serve({ ledger, office, certificates, clock, latencyMs: options.latencyMs ?? 0, version, onTelegram })
    browser?.serve({ ledger, office, version })
    const pusher = options.push === undefined ? null : startPusher(ledger, office, options.push, options.onPush)
    const closeServer = async (): Promise<void> => {
      await browser?.close()
      await server.close()
      await pusher?.close()
    }
    let closed: Promise<void> | null = null
    return {
      url: urlOf(onLoopback(options.host) ? LOOPBACK : (options.host ?? LOOPBACK), server.port),
      ca: certificates.ca,
      clientCert: certificates.clientCert,
      passphrase: certificates.passphrase,
      browserUrl: browser?.url ?? null,
      found,
      differing,
      addPayments: (payments) => void addPayments(ledger, payments, office.nowMs()),
      control: (method, path, body) => control(ledger, office, method, path, body, version),
      close: () => (closed ??= closeDown(closeServer, office, ledger)),
    }
  } catch (error) {
    ledger.close()
    throw error
  }
}

/** Whether a server that listens there is reached over 127.0.0.1, too. */
const onLoopback = (host: string | undefined): boolean =>
  host === undefined || ['0.0.0.0', '::', 'localhost', LOOPBACK].includes(host)

/** The base URL under a host name or an address. */
export const urlOf = (host: string, port: number): string => `https://${isIPv6(host) ? `[${host}]` : host}:${port}`

function foundState(ledger: Ledger, office: Office): FoundState {
  const { payments, faults } = ledger.counts()
  return { payments, faults, now: japanIso(office.nowMs()), offsetMs: office.offsetMs() }
}

async function closeDown(closeServer: () => Promise<void>, office: Office, ledger: Ledger): Promise<void> {
  await closeServer()
  try {
    office.close()
  } finally {
    ledger.close()
  }
}

const givenCertificates = async ({ certificates }: SimulatorOptions): Promise<SimulatorCertificates | undefined> =>
  typeof certificates === 'function' ? certificates() : certificates

const CERTIFICATES = 'certificates'

/** Making certificates takes a while, so it is done outside the transaction; the first process to store them wins. */
async function ownCertificates(ledger: Ledger): Promise<SimulatorCertificates> {
  const kept = ledger.settings.get(CERTIFICATES)
  if (kept !== null) return JSON.parse(kept) as SimulatorCertificates
  const made = JSON.stringify(await makeCertificates())
  return ledger.atomically(() => {
    if (ledger.settings.get(CERTIFICATES) === null) ledger.settings.set(CERTIFICATES, made)
    return JSON.parse(ledger.settings.get(CERTIFICATES) ?? made) as SimulatorCertificates
  })
}
