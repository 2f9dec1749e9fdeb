// Builds the way to Paygent: the embedded simulator, one that runs elsewhere, or the real hosts. Pages 3.3, 3.6, 5.4.
import type { Config } from '../config/config.js'
import type { Order } from '../domain/order.js'
import { effectiveStatus } from '../domain/statuses.js'
import { AppError } from '../errors.js'
import type { GatewaySettings } from '../gateway/gateway.js'
import type { Mirror } from '../mirror/open.js'
import type { Gateway } from '../ports.js'
import type { SimulatedPayment } from '../simulator/control.js'
import { SIMULATOR_LOGIN } from '../simulator/telegram.js'
import { type Context, refuseReadable } from './context.js'
import { readInput } from './files.js'
import type { Log } from './log.js'
import { noted } from './under-way.js'

/** The only two hosts that hold real payments: page 2.1. */
const HOSTS = {
  sandbox: 'https://sandbox.paygent.co.jp',
  production: 'https://module.paygent.co.jp',
} as const

export interface OpenGateway {
  readonly gateway: Gateway
  close(): Promise<void>
}

/** Opens the way to Paygent; certificates and pass phrase are checked here, before anything is asked. */
export async function connect(context: Context, mirror: Mirror, log: Log): Promise<OpenGateway> {
  const { config } = context
  const { openGateway } = await import('../gateway/gateway.js')
  const rest = { timeoutMs: config.timeoutMs, keepAlive: config.keepAlive, log: log.telegram }
  if (config.environment === 'simulator' && config.endpoint === null) {
    const simulator = await startEmbedded(context, mirror)
    const gateway = openGateway({ ...SIMULATOR_LOGIN, ...simulator.settings, ...rest, proxy: null })
    return {
      gateway: noted(gateway, mirror.journal),
      async close() {
        gateway.close()
        await simulator.close()
      },
    }
  }
  const gateway = openGateway({ ...loginSettings(config), ...rest })
  return { gateway: noted(gateway, mirror.journal), close: async () => gateway.close() }
}

/** Base URL of whom the settings name; null for the embedded simulator. */
export const endpointOf = ({ environment, endpoint }: Config): string | null =>
  environment === 'simulator' ? endpoint : HOSTS[environment]

function loginSettings(config: Config): Omit<GatewaySettings, 'timeoutMs' | 'keepAlive'> {
  const { login, merchantId, proxy } = config
  if (login === null || merchantId === null) throw new AppError('setting-missing', { names: config.loginMissing })
  return {
    endpoint: endpointOf(config) ?? '',
    merchantId,
    connectId: login.connectId,
    connectPassword: login.connectPassword,
    clientCert: readPem(login.clientCertPath, 'PAYGENT_CLIENT_CERT'),
    ca: readPem(login.caPath, 'PAYGENT_CA_CERT'),
    passphrase: login.passphrase,
    proxy,
  }
}

function readPem(path: string, setting: string): string {
  const text = readInput(path, setting).toString('utf8')
  if (text.includes('PRIVATE KEY')) refuseReadable(path)
  return text
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

/** What the simulator holds for an order of the mirror: its status, and its listed amount or total. */
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
