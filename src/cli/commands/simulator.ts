// `paygent simulator`: runs the simulator of Paygent as a process of its own (docs/simulator.md).
import { ordersOfRows } from '../../domain/shop.js'
import { isStatus } from '../../domain/statuses.js'
import { japanIso, systemClock } from '../../clock.js'
import { AppError, EXIT } from '../../errors.js'
import { STATUS_LIST } from '../../simulator/faults.js'
import { SIMULATOR_LOGIN, TELEGRAM_PATHS } from '../../simulator/telegram.js'
import type { SimulatedPayment } from '../../simulator/given-payments.js'
import type { PushedNotice, PushSettings } from '../../simulator/push.js'
import type { AnsweredTelegram } from '../../simulator/server.js'
import type { Cli, CommonOptions } from '../context.js'
import { readInput } from '../files.js'
import { simulated } from '../gateway.js'
import { wholeOf } from '../selection.js'
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

interface SimulatorOptions extends CommonOptions {
  readonly port: string
  readonly browserPort?: string
  readonly orders?: string
  readonly certs: string
  readonly state: string
  readonly faults?: string
  readonly latency: string
  readonly host: string
  readonly eccube?: string
  readonly notify?: string
  readonly notifyKey?: string
  readonly notifyAfter: string
}

/** As SQLite calls a database that has no file. */
const IN_MEMORY = ':memory:'

export async function runSimulator(options: SimulatorOptions, { terminal, lang, version }: Cli): Promise<number> {
  const port = portOf('--port', options.port) ?? 0
  const browserPort = portOf('--browser-port', options.browserPort)
  if (browserPort !== 0 && browserPort === port)
    throw new AppError('bad-value', {
      name: '--browser-port',
      value: String(port),
      expected: 'another one than --port',
    })
  const latencyMs = wholeOf('--latency', options.latency, 0) ?? 0
  const payments = options.orders === undefined ? [] : await paymentsOf(options.orders)
  const faults = options.faults === undefined ? undefined : jsonOf(options.faults)
  const { host, names } = hostOf(options.host)
  if (options.eccube !== undefined) refuseForeign(options.eccube)
  const push = pushOf(options)
  const { startSimulator, urlOf } = await import('../../simulator/simulator.js')
  const { certificatePaths, ensureCertificates } = await import('../../simulator/certificates.js')
  const { differingText, foundText, pushLine, simulatorJson, simulatorText, telegramLine } =
    await import('../../ui/simulator.js')
  const folder = resolve(options.certs)
  const simulator = await startSimulator({
    statePath: options.state === IN_MEMORY ? IN_MEMORY : resolve(options.state),
    port,
    host,
    payments,
    latencyMs,
    certificates: () => ensureCertificates(folder, names),
    clock: systemClock,
    version,
    ...(!options.quiet && {
      onTelegram: (facts: AnsweredTelegram) => terminal.err(`${telegramLine(facts)}\n`),
      onPush: (facts: PushedNotice) => terminal.err(`${pushLine({ ...facts, at: japanIso(facts.atMs) })}\n`),
    }),
    ...(browserPort !== null && { browserPort }),
    ...(push !== null && { push }),
    ...(faults !== undefined && { faults }),
  })
  try {
    const { url, browserUrl, passphrase, found, differing } = simulator
    const { ca, client: clientCert } = certificatePaths(folder)
    const { port: listens } = new URL(url)
    const otherUrls = names.map((name) => urlOf(name, Number(listens))).filter((other) => other !== url)
    const facts = { url, otherUrls, browserUrl, ca, clientCert, passphrase, ...SIMULATOR_LOGIN }
    if (options.eccube !== undefined)
      writeProperties(options.eccube, { ...facts, url: otherUrls[0] ?? url, logPath: `${resolve(options.eccube)}.log` })
    if (options.format === 'json') terminal.out(`${JSON.stringify(simulatorJson(facts, found, differing))}\n`)
    else {
      terminal.out(`${simulatorText(facts, lang)}\n`)
      terminal.err(`${foundText(found, lang)}${differingText(differing, lang)}`)
    }
    const { interrupted } = terminal
    if (!interrupted.aborted) await new Promise<void>((done) => interrupted.addEventListener('abort', () => done()))
  } finally {
    // Open connections would keep the program alive.
    await simulator.close()
  }
  return EXIT.done
}

function portOf(name: string, value: string | undefined): number | null {
  const port = wholeOf(name, value, 0)
  if (port !== null && port > 65_535) throw new AppError('bad-value', { name, value: value ?? '', expected: '0-65535' })
  return port
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

function pushOf({ notify, notifyKey: key, notifyAfter }: SimulatorOptions): PushSettings | null {
  const afterMs = wholeOf('--notify-after', notifyAfter, 0) ?? 0
  if (notify === undefined) {
    if (key === undefined) return null
    throw new AppError('option-needs', { first: '--notify-key', second: '--notify' })
  }
  const url = URL.canParse(notify) ? new URL(notify) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new AppError('bad-value', { name: '--notify', value: notify, expected: 'https://… | http://…' })
  if (key === '') throw new AppError('bad-value', { name: '--notify-key', value: '', expected: '1-100 characters' })
  return { url: url.href, key: key ?? null, afterMs }
}

const HOST = /^[\dA-Za-z][\dA-Za-z.:-]{0,252}$|^::1?$/

/** Every address of the machine: no client can call it so, and no certificate names it. */
const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::']

/** `0.0.0.0,simulator`: where it listens, and under which names clients reach it. All but "everywhere" go into the certificate. */
function hostOf(value: string): { host: string; names: string[] } {
  const all = value.split(',').map((part) => part.trim())
  if (all.some((part) => !HOST.test(part)))
    throw new AppError('bad-value', { name: '--host', value, expected: 'an address, then names' })
  return { host: all[0] ?? '', names: [...new Set(all)].filter((name) => !EVERY_ADDRESS.includes(name)) }
}

// The properties file with which the EC-CUBE plug-in finds Paygent.
const MARK = '# paygent simulator'

/** A shop's own file is never overwritten: it leads to the real Paygent. */
function refuseForeign(path: string): void {
  if (existsSync(path) && !readInput(path).toString('utf8').startsWith(`${MARK}\n`))
    throw new AppError('file-exists', { path })
}

interface Properties {
  readonly url: string
  readonly ca: string
  readonly clientCert: string
  /** Where the plug-in's connection module writes its log. */
  readonly logPath: string
}

/** @throws AppError `file-unwritable` */
function writeProperties(path: string, { url, ca, clientCert, logPath }: Properties): void {
  const values = {
    client_file_path: clientCert,
    ca_file_path: ca,
    proxy_server_name: '',
    proxy_server_ip: '',
    proxy_server_port: '0',
    default_id: SIMULATOR_LOGIN.connectId,
    default_password: SIMULATOR_LOGIN.connectPassword,
    timeout_value: '35',
    log_output_path: logPath,
    select_max_cnt: '2000',
    'telegram_kind.ref': '027,090',
    ...Object.fromEntries(Object.entries(PROPERTY_URLS).map(([family, at]) => [`url.${family}`, `${url}${at}`])),
  }
  const lines = Object.entries(values).map(([name, value]) => `paygentB2Bmodule.${name}=${value}`)
  try {
    writeFileSync(path, `${[MARK, ...lines].join('\n')}\n`, { mode: 0o600 })
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code ?? ''
    throw new AppError('file-unwritable', { path, problem }, { cause: error })
  }
}

/** By the telegram itself, else by its first two digits. */
const PROPERTY_URLS = {
  '02': TELEGRAM_PATHS['022'],
  '10': TELEGRAM_PATHS['101'],
  '091': TELEGRAM_PATHS['091'],
  '094': TELEGRAM_PATHS['094'],
} as const
