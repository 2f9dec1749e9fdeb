// Opens the connection to Paygent (the embedded simulator, another one, or the real hosts) and the log of a command.
import type { Config, LoginSettings } from '../config/config.js'
import { japanDate } from '../clock.js'
import type { Order } from '../domain/order.js'
import { effectiveStatus } from '../domain/statuses.js'
import { AppError, type CertificateProblem } from '../errors.js'
import type { Credentials } from '../gateway/credentials.js'
import type { SyncDeps } from '../jobs/sync/events.js'
import type { Mirror } from '../mirror/open.js'
import type { Gateway, ShopDesk } from '../ports.js'
import { SIMULATOR_LOGIN } from '../simulator/telegram.js'
import type { SimulatedPayment } from '../simulator/given-payments.js'
import { type Context, settingsFileOf } from './context.js'
import { refuseReadable } from './secret-files.js'
import { readInput } from './files.js'
import { type Log, openLog } from './log.js'
import { noted } from './under-way.js'

/** Paygent's own hosts; a login is never sent to any other. See docs/wire.md. */
const HOSTS = {
  sandbox: 'https://sandbox.paygent.co.jp',
  production: 'https://module.paygent.co.jp',
} as const

export interface OpenGateway {
  readonly gateway: Gateway
  close(): Promise<void>
}

/** Opens the connection; certificates and pass phrase are checked before the first request. */
export async function connect(context: Context, mirror: Mirror, log: Log): Promise<OpenGateway> {
  const { config } = context
  const { openGateway } = await import('../gateway/gateway.js')
  const notes = { journal: mirror.journal, clock: context.clock, timeoutMs: config.timeoutMs }
  const rest = {
    timeoutMs: config.timeoutMs,
    keepAlive: config.keepAlive,
    inquiries: config.inquiries,
    log: log.telegram,
  }
  if (config.environment === 'simulator' && config.endpoint === null) {
    const simulator = await startEmbedded(context, mirror)
    const gateway = openGateway({ ...SIMULATOR_LOGIN, ...simulator.settings, ...rest, proxy: null })
    return {
      gateway: noted(gateway, notes),
      async close() {
        gateway.close()
        await simulator.close()
      },
    }
  }
  const { login, merchantId } = config
  if (login === null || merchantId === null) {
    const path = settingsFileOf(context.options)
    throw new AppError('setting-missing', { names: config.loginMissing, path })
  }
  const gateway = await namingItsFile(login, async () => {
    const { connectId, connectPassword } = login
    const credentials = await readCredentials(login, context.clock.nowMs())
    const endpoint = endpointOf(config) ?? ''
    return openGateway({
      ...credentials,
      ...rest,
      endpoint,
      merchantId,
      connectId,
      connectPassword,
      proxy: config.proxy,
    })
  })
  return { gateway: noted(gateway, notes), close: async () => gateway.close() }
}

/** The base URL that the settings name; null for the embedded simulator. */
export const endpointOf = ({ environment, endpoint }: Config): string | null =>
  environment === 'simulator' ? endpoint : HOSTS[environment]

/** Reads both files by their content. One that is past or not yet valid ends the command before it connects. */
async function readCredentials(login: LoginSettings, nowMs: number): Promise<Credentials> {
  const { authorityPeriod, checkClientKey, clientPeriods } = await import('../gateway/credentials.js')
  const { readAuthorityFile, readClientFile } = await import('../gateway/certificate-file.js')
  const { clientCertPath: path, caPath, passphrase } = login
  const bytes = readInput(path, 'PAYGENT_CLIENT_CERT')
  const clientCert = readClientFile(bytes)
  if (typeof clientCert !== 'string' || clientCert.includes('PRIVATE KEY')) refuseReadable(path)
  const ca = readAuthorityFile(readInput(caPath, 'PAYGENT_CA_CERT'))
  // The dates count of the certificate that the key belongs to; an old authority before it is another fault.
  checkClientKey({ clientCert, passphrase })
  for (const [what, { fromMs, untilMs }] of [
    ['client-certificate', clientPeriods({ clientCert, passphrase }).own],
    ['ca', authorityPeriod(ca)],
  ] as const) {
    const setting = what === 'ca' ? 'PAYGENT_CA_CERT' : 'PAYGENT_CLIENT_CERT'
    const refuse = (problem: CertificateProblem, atMs: number): never => {
      throw new AppError('certificate-unusable', { what, setting, problem, date: japanDate(atMs) })
    }
    if (untilMs <= nowMs) refuse('expired', untilMs)
    if (fromMs > nowMs) refuse('not-yet-valid', fromMs)
  }
  return { ca, clientCert, passphrase }
}

/** A fault of a certificate or of the pass phrase, with the path of the file. */
async function namingItsFile<Result>(login: LoginSettings, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, params } = error
    if (code !== 'certificate-unusable' && code !== 'passphrase-wrong') throw error
    const path = params['what'] === 'ca' ? login.caPath : login.clientCertPath
    throw new AppError(code, { path, ...params }, { cause: error })
  }
}

async function startEmbedded({ clock }: Context, mirror: Mirror) {
  const { startSimulator } = await import('../simulator/simulator.js')
  const statePath = `${mirror.path}.simulator`
  const payments = allOrders(mirror).map(simulated)
  const { url, ca, clientCert, passphrase, close } = await startSimulator({ statePath, port: 0, payments, clock })
  return { settings: { endpoint: url, ca, clientCert, passphrase }, close }
}

const PAGE = 5_000

function allOrders(mirror: Mirror): Order[] {
  const found: Order[] = []
  for (let offset = 0; ; offset += PAGE) {
    const page = mirror.orders.list({}, { limit: PAGE, offset })
    found.push(...page)
    if (page.length < PAGE) return found
  }
}

/** The simulator's payment for an order of the mirror: its status, and its listed amount or total. */
export function simulated(order: Order): SimulatedPayment {
  const effective = effectiveStatus(order)
  return {
    paymentId: order.paymentId,
    tradingId: order.tradingId,
    method: order.method,
    carrier: order.carrier,
    amountYen: order.heldAmountYen ?? order.listedAmountYen ?? order.totalYen,
    status: effective.known ? effective.status : (order.status ?? '20'),
    authorizedAt: order.authorizedAt ?? (order.orderedAt || null),
  }
}

export interface GatewaySession {
  readonly deps: SyncDeps
  readonly log: Log
}

/**
 * Opens log and gateway, works, and closes the gateway.
 * @param desk null where no shop database is configured, or where the command never sends a request that moves money
 */
export async function withSession<Result>(
  context: Context,
  mirror: Mirror,
  desk: ShopDesk | null,
  work: (session: GatewaySession) => Promise<Result>,
): Promise<Result> {
  const log = await openLog(context)
  const { gateway, close } = await connect(context, mirror, log)
  const { orders, journal, issues, inbox, lock, state } = mirror
  const { clock } = context
  const deps = { gateway, orders, journal, issues, inbox, lock, state, clock, desk }
  try {
    return await work({ deps, log })
  } finally {
    await close()
  }
}
