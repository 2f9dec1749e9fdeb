// `paygent simulator`: runs the simulator of Paygent as a process of its own (docs/simulator.md).
import { ordersOfRows } from '../../domain/shop.js'
import { isStatus } from '../../domain/statuses.js'
import { systemClock } from '../../clock.js'
import { AppError, EXIT } from '../../errors.js'
import { STATUS_LIST } from '../../simulator/faults.js'
import { SIMULATOR_LOGIN } from '../../simulator/telegram.js'
import type { SimulatedPayment } from '../../simulator/given-payments.js'
import type { AnsweredTelegram } from '../../simulator/server.js'
import type { Cli, CommonOptions } from '../context.js'
import { readInput } from '../files.js'
import { simulated } from '../gateway.js'
import { wholeOf } from '../selection.js'
import { resolve } from 'node:path'

interface SimulatorOptions extends CommonOptions {
  readonly port: string
  readonly orders?: string
  readonly certs: string
  readonly state: string
  readonly faults?: string
  readonly latency: string
}

/** As SQLite calls a database that has no file. */
const IN_MEMORY = ':memory:'

export async function runSimulator(options: SimulatorOptions, { terminal, lang, version }: Cli): Promise<number> {
  const port = wholeOf('--port', options.port, 0) ?? 0
  if (port > 65_535) throw new AppError('bad-value', { name: '--port', value: options.port, expected: '0-65535' })
  const latencyMs = wholeOf('--latency', options.latency, 0) ?? 0
  const payments = options.orders === undefined ? [] : await paymentsOf(options.orders)
  const faults = options.faults === undefined ? undefined : jsonOf(options.faults)
  const { startSimulator } = await import('../../simulator/simulator.js')
  const { ensureCertificates } = await import('../../simulator/certificates.js')
  const { differingText, foundText, simulatorJson, simulatorText, telegramLine } = await import('../../ui/simulator.js')
  const certificates = await ensureCertificates(resolve(options.certs))
  const simulator = await startSimulator({
    statePath: options.state === IN_MEMORY ? IN_MEMORY : resolve(options.state),
    port,
    payments,
    latencyMs,
    certificates,
    clock: systemClock,
    version,
    ...(!options.quiet && { onTelegram: (facts: AnsweredTelegram) => terminal.err(`${telegramLine(facts)}\n`) }),
    ...(faults !== undefined && { faults }),
  })
  const { url, passphrase, found, differing } = simulator
  const { ca, client: clientCert } = certificates.paths
  const facts = { url, ca, clientCert, passphrase, ...SIMULATOR_LOGIN }
  if (options.format === 'json') terminal.out(`${JSON.stringify(simulatorJson(facts, found, differing))}\n`)
  else {
    terminal.out(`${simulatorText(facts, lang)}\n`)
    terminal.err(`${foundText(found, lang)}${differingText(differing, lang)}`)
  }
  const { interrupted } = terminal
  if (!interrupted.aborted) await new Promise<void>((done) => interrupted.addEventListener('abort', () => done()))
  await simulator.close()
  return EXIT.done
}

async function paymentsOf(path: string): Promise<SimulatedPayment[]> {
  const { parseOrdersCsv } = await import('../../mirror/csv/csv.js')
  const { rows } = parseOrdersCsv(readInput(path), { path, methodNames: new Map() })
  const payments = ordersOfRows(rows).map(simulated)
  const unknown = payments.find(({ status }) => !isStatus(status))
  if (unknown === undefined) return payments
  const { tradingId, status } = unknown
  throw new AppError('bad-value', { name: `payment_status (${tradingId})`, value: status, expected: STATUS_LIST })
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readInput(path).toString('utf8'))
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('bad-value', { name: '--faults', value: path, expected: 'JSON' })
  }
}
