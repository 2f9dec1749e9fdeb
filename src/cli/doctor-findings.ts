// Checks the settings, the files on the disk and the connection to Paygent for `doctor`. It changes none of them.
import type { Config, LoginSettings, Variables } from '../config/config.js'
import { AppError, installationFault } from '../errors.js'
import type { Credentials } from '../gateway/credentials.js'
import type { GatewaySettings } from '../gateway/gateway.js'
import {
  judgeCertificate,
  judgeChain,
  judgeCutOff,
  judgeProbe,
  PROBED_INQUIRIES,
  untried,
} from '../jobs/doctor/connection.js'
import { type FileFacts, judgeFile } from '../jobs/doctor/files.js'
import { type Check, faultFinding, finding, type Finding } from '../jobs/doctor/finding.js'
import { onContainerLayer } from '../mirror/network.js'
import type { Clock } from '../ports.js'
import { SIMULATOR_LOGIN } from '../simulator/telegram.js'
import type { RunningSimulator } from '../simulator/simulator.js'
import { merchantIdOf } from './context.js'
import { readInput } from './files.js'
import { endpointOf } from './gateway.js'
import { STDERR } from './log-place.js'
import { holdsSecretAddress } from './secret-files.js'
import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

export interface Diagnosis {
  /** The configuration, with the default in place of each wrong setting. */
  readonly config: Config
  readonly faults: readonly AppError[]
  /** False where the settings do not determine which Paygent to use; no inquiry is sent then. */
  readonly certain: boolean
  /** The variable that leads other programs through a proxy on the way to Paygent; null where none does. */
  readonly proxyOfOthers: string | null
}

const PROXIES_OF_OTHERS = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'] as const

/** @param host of Paygent; null where no request leaves this machine */
function proxyOfOthers(variables: Variables, host: string | null): string | null {
  const without = (variables['NO_PROXY'] || variables['no_proxy'] || '').split(/[,\s]+/).filter((name) => name !== '')
  if (host === null || without.some((name) => name === '*' || `.${host}`.endsWith(`.${name.replace(/^\*?\./, '')}`))) {
    return null
  }
  return PROXIES_OF_OTHERS.find((name) => variables[name]) ?? null
}

/** Faults after which the environment in the settings may not be the intended one. */
const UNCERTAIN: readonly AppError['code'][] = [
  'env-file-missing',
  'profile-missing',
  'profile-name',
  'endpoint-not-allowed',
]
const PLACES: readonly unknown[] = ['PAYGENT_ENVIRONMENT', 'PAYGENT_ENDPOINT']

/** A misspelt name of these two leaves its default, which may not be meant. */
function isUncertain({ code, params }: AppError): boolean {
  const { name, suggestion } = params
  const meant = [name, ...(Array.isArray(suggestion) ? (suggestion as readonly string[]) : [])]
  return UNCERTAIN.includes(code) || meant.some((one) => PLACES.includes(one))
}

/**
 * Reads the settings repeatedly, each time without the one that was wrong.
 * @param known faults found before: of the .env file, and of required settings without a terminal
 */
export async function diagnose(variables: Variables, known: readonly AppError[]): Promise<Diagnosis> {
  const { readConfig } = await import('../config/config.js')
  const faults = [...known]
  let rest = variables
  for (;;) {
    try {
      const config = readConfig(rest)
      const uncertain = faults.some(isUncertain)
      const host = config.environment === 'simulator' ? null : new URL(endpointOf(config) ?? '').hostname
      return { config, faults, certain: !uncertain, proxyOfOthers: proxyOfOthers(variables, host) }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      faults.push(error)
      rest = without(error, rest)
    }
  }
}

/** The longest settle time suits every time-out. */
const LONGEST_SETTLE = '86400'

function without(fault: AppError, variables: Variables): Variables {
  const name = culprit(fault)
  const value = name === 'PAYGENT_SETTLE_SECONDS' ? LONGEST_SETTLE : undefined
  // A fault that the replacement does not clear would repeat for ever.
  if (name === null || variables[name] === value) throw fault
  return { ...variables, [name]: value }
}

function culprit({ code, params }: AppError): string | null {
  if (code === 'tls-check-disabled') return 'NODE_TLS_REJECT_UNAUTHORIZED'
  if (code === 'tls-keys-logged') return 'NODE_OPTIONS'
  if (code === 'endpoint-not-allowed') return 'PAYGENT_ENDPOINT'
  return typeof params['name'] === 'string' ? params['name'] : null
}

const CHECK_OF: Partial<Record<AppError['code'], Check>> = {
  'tls-check-disabled': 'tls-check',
  'tls-keys-logged': 'tls-check',
  'file-too-open': 'permissions',
}
const checkOf = ({ code }: AppError): Check => CHECK_OF[code] ?? 'configuration'

/** @param envFile the settings file, if there is one */
export function settingFindings({ config, faults, certain }: Diagnosis, envFile: string | null): Finding[] {
  const { environment, cutOff } = config
  const found = faults.map((fault) => faultFinding(checkOf(fault), fault))
  const none = (check: Check): boolean => !found.some((each) => each.check === check)
  if (none('configuration')) found.unshift(finding('configuration', 'settings-valid', { envFile }))
  if (none('tls-check')) found.push(finding('tls-check', 'tls-checked', {}))
  const place = certain
    ? finding('environment', 'environment', { environment, endpoint: endpointOf(config) })
    : finding('environment', 'not-checked', { because: 'configuration' })
  return [...found, place, judgeCutOff(cutOff, environment === 'simulator')]
}

/** @param envFile the settings file, if there is one */
export function fileFindings({ config, faults }: Diagnosis, envFile: string | null): Finding[] {
  // A file that holds a secret and is readable by others is already among the faults.
  const judgedAlready = faults.some(({ code }) => code === 'file-too-open')
  const key = config.login?.clientCertPath
  const holds = envFile !== null && holdsSecretAddress(envFile) ? 'addresses' : 'settings'
  return [
    ...(envFile === null || judgedAlready ? [] : [judgeFile(facts(envFile, holds, 'read'))]),
    // A missing key file is reported by the login check.
    ...(key !== undefined && modeOf(key) !== null ? [judgeFile(facts(key, 'secret', 'read'))] : []),
    ...mirrorFiles(config.dbPath),
    ...(config.logPath === STDERR ? [] : [logFinding(config.logPath)]),
    ...(config.metricsPath === null ? [] : metricsFindings(config.metricsPath)),
    ...(config.reportDir === null ? [] : reportFindings(config.reportDir)),
  ]
}

/** The mirror's file and those beside it: its lock, and the data that SQLite has not yet merged into it. */
function mirrorFiles(path: string): Finding[] {
  if (modeOf(path) === null) return []
  const beside = ['-wal', '-shm', '.lock', '.simulator']
    .map((end) => `${path}${end}`)
    .filter((each) => modeOf(each) !== null)
    .map((each) => judgeFile(facts(each, 'books', 'write')))
    .filter(({ level }) => level !== 'ok')
  const fleeting = onContainerLayer(path) ? [finding('mirror', 'mirror-in-container', { path })] : []
  return [judgeFile(facts(path, 'books', 'write')), ...beside, ...closedFolder(path, 'books'), ...fleeting]
}

/**
 * The folder of the machine state, where each note of the mirror's progress is a new file. A folder that cannot be read
 * is a fault of its own.
 */
export const stateFindings = (path: string): Finding[] => [
  judgeFile(facts(path, 'state', 'write')),
  ...closedFolder(path, 'state'),
]

/** The finding for the folder of a file beside which others must be made, where they cannot be. */
function closedFolder(path: string, holds: FileFacts['holds']): Finding[] {
  const folder = dirname(resolve(path))
  const lacks = lacking(folder, 'write')
  return lacks === null ? [] : [judgeFile({ path: folder, mode: null, holds, lacks })]
}

/** The file for monitoring is replaced, so that its folder counts; the program makes no such folder. Others may read the file. */
function metricsFindings(path: string): Finding[] {
  const folder = dirname(resolve(path))
  const problem = modeOf(folder) === null ? 'ENOENT' : lacking(folder, 'write') === null ? null : 'EACCES'
  return problem === null ? [] : [faultFinding('permissions', new AppError('metrics-unwritable', { path, problem }))]
}

/** The night makes the folder of its reports where it is missing, and none above it. */
function reportFindings(path: string): Finding[] {
  const folder = modeOf(path) === null ? dirname(resolve(path)) : path
  const mode = modeOf(folder)
  const isFolder = mode !== null && (mode & constants.S_IFMT) === constants.S_IFDIR
  const closed = lacking(folder, 'write') !== null
  const problem = mode === null ? 'ENOENT' : !isFolder ? 'ENOTDIR' : closed ? 'EACCES' : null
  return problem === null ? [] : [faultFinding('permissions', new AppError('report-unwritable', { path, problem }))]
}

/** The finding for the log. A pipe is not opened: its reader would take the close that follows for the end. */
function logFinding(path: string): Finding {
  const found = facts(path, 'books', 'write')
  const isFolder = found.mode !== null && (found.mode & constants.S_IFMT) === constants.S_IFDIR
  if (isFolder) return faultFinding('permissions', new AppError('log-unusable', { path, problem: 'EISDIR' }))
  return judgeFile(found)
}

function facts(path: string, holds: FileFacts['holds'], needed: 'read' | 'write'): FileFacts {
  const mode = modeOf(path)
  return { path, mode, holds, lacks: lacking(mode === null ? nearestFolder(path) : path, needed) }
}

/** The mode of a file; null where it does not exist or its folder is not accessible. */
export function modeOf(path: string): number | null {
  try {
    return statSync(path).mode
  } catch {
    return null
  }
}

function lacking(path: string, needed: 'read' | 'write'): FileFacts['lacks'] {
  const can = (mode: number): boolean => {
    try {
      accessSync(path, mode)
      return true
    } catch {
      return false
    }
  }
  if (!can(constants.R_OK)) return 'read'
  return needed === 'write' && !can(constants.W_OK) ? 'write' : null
}

/** The nearest folder that exists. The log makes the folders below it itself. */
function nearestFolder(path: string): string {
  const folder = dirname(resolve(path))
  return modeOf(folder) === null && folder !== dirname(folder) ? nearestFolder(folder) : folder
}

export interface Surroundings {
  /** The settings file, which a cure names. */
  readonly settingsPath?: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly log: NonNullable<GatewaySettings['log']>
}

export async function* gatewayFindings(diagnosis: Diagnosis, around: Surroundings): AsyncGenerator<Finding> {
  const { config, certain } = diagnosis
  if (!certain) return yield* untried('configuration')
  yield proxyFinding(diagnosis)
  const endpoint = endpointOf(config)
  if (endpoint === null) {
    yield finding('login', 'login-of-simulator', {})
    return yield* embeddedFindings(config, around)
  }
  const { login } = config
  if (login === null) {
    yield faultFinding(
      'login',
      new AppError('setting-missing', { names: config.loginMissing, path: around.settingsPath ?? '' }),
    )
    return yield* untried('login')
  }
  const merchantId = merchantIdOf(config)
  yield finding('login', 'login-complete', { merchantId })
  const { found, credentials } = await credentialFindings(login, around.clock.nowMs())
  yield* found
  if (credentials === null) return yield* untried('client-certificate')
  const { connectId, connectPassword } = login
  const { proxy } = config
  yield* probeFindings({ endpoint, merchantId, connectId, connectPassword, ...credentials, proxy }, config, around)
}

/** Reports the proxy without the password that its address may contain. */
function proxyFinding({ config: { proxy }, proxyOfOthers: name }: Diagnosis): Finding {
  if (proxy !== null) return finding('proxy', 'proxy', { host: `http://${new URL(proxy).host}` })
  return name === null ? finding('proxy', 'no-proxy', {}) : finding('proxy', 'proxy-unset', { name })
}

/** Checks the embedded simulator. Its books are kept in memory, so that `doctor` leaves nothing behind. */
async function* embeddedFindings(config: Config, around: Surroundings): AsyncGenerator<Finding> {
  const simulator = await simulatorInMemory(around.clock)
  // Without SQLite there is no simulator; the mirror's line reports it.
  if (simulator === null) return yield* untried('mirror')
  const { url: endpoint, ca, clientCert, passphrase } = simulator
  try {
    yield* probeFindings({ ...SIMULATOR_LOGIN, endpoint, ca, clientCert, passphrase, proxy: null }, config, around)
  } finally {
    await simulator.close()
  }
}

async function simulatorInMemory(clock: Clock): Promise<RunningSimulator | null> {
  try {
    const { startSimulator } = await import('../simulator/simulator.js')
    return await startSimulator({ statePath: ':memory:', clock })
  } catch (error) {
    if (installationFault(error) === null) throw error
    return null
  }
}

type ProbeSettings = Pick<GatewaySettings, 'endpoint' | 'merchantId' | 'connectId' | 'connectPassword' | 'proxy'> &
  Credentials

async function* probeFindings(wire: ProbeSettings, config: Config, { clock, signal, log }: Surroundings) {
  const { timeoutMs, keepAlive, inquiries } = config
  const { probeGateway } = await import('../gateway/probe.js')
  try {
    const probe = await probeGateway({ ...wire, timeoutMs, log }, PROBED_INQUIRIES, signal, clock)
    yield* judgeProbe(probe, { endpoint: wire.endpoint, keepAlive, inquiries, nowMs: clock.nowMs() })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    yield faultFinding('connection', error)
    yield* untried('connection').filter(({ check }) => check !== 'connection')
  }
}

interface Judged {
  readonly found: readonly Finding[]
  /** Null when there is no login to connect with. */
  readonly credentials: Credentials | null
}

async function credentialFindings(login: LoginSettings, nowMs: number): Promise<Judged> {
  const { authorityPeriod, checkClientKey, clientPeriods, isChainSorted } = await import('../gateway/credentials.js')
  const { readAuthorityFile, readClientFile } = await import('../gateway/certificate-file.js')
  const { clientCertPath: path, caPath, passphrase } = login
  const found: Finding[] = []
  const look = <Result>(check: Check, of: string, work: () => Result): Result | null => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      found.push(faultFinding(check, { code: error.code, params: { path: of, ...error.params } }))
      return null
    }
  }
  const clientCert = look('client-certificate', path, () => {
    const read = readClientFile(readInput(path, 'PAYGENT_CLIENT_CERT'))
    found.push(judgeCertificate('client-certificate', clientPeriods({ clientCert: read, passphrase }).own, nowMs))
    return read
  })
  const fits =
    clientCert !== null &&
    look('client-certificate', path, () => {
      checkClientKey({ clientCert, passphrase })
      found.push(finding('client-certificate', 'key-fits', { path }))
      if (!isChainSorted({ clientCert, passphrase })) {
        found.push(finding('client-certificate', 'chain-unsorted', { path }))
      }
      found.push(...judgeChain(path, clientPeriods({ clientCert, passphrase }).chain, nowMs))
      return true
    }) === true
  const ca = look('ca-certificate', caPath, () => {
    const read = readAuthorityFile(readInput(caPath, 'PAYGENT_CA_CERT'))
    found.push(judgeCertificate('ca-certificate', authorityPeriod(read), nowMs))
    return read
  })
  return { found, credentials: fits && ca !== null ? { ca, clientCert, passphrase } : null }
}
