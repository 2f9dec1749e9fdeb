// Login, certificates and one look at Paygent, each line as far as the ones before let it come. Pages 2.1 and 2.5.
import type { Config, Login } from '../config/config.js'
import { AppError, installationFault } from '../errors.js'
import type { Credentials } from '../gateway/credentials.js'
import type { GatewaySettings } from '../gateway/gateway.js'
import { judgeCertificate, judgeProbe, untried } from '../jobs/doctor/connection.js'
import { type Check, faultFinding, finding, type Finding } from '../jobs/doctor/finding.js'
import type { Clock } from '../ports.js'
import type { RunningSimulator } from '../simulator/simulator.js'
import { SIMULATOR_LOGIN } from '../simulator/telegram.js'
import { merchantIdOf } from './context.js'
import type { Diagnosis } from './doctor-settings.js'
import { endpointOf } from './gateway.js'
import { readFileSync } from 'node:fs'

export interface Surroundings {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly log: NonNullable<GatewaySettings['log']>
}

export async function* gatewayFindings(diagnosis: Diagnosis, around: Surroundings): AsyncGenerator<Finding> {
  const { config, certain } = diagnosis
  if (!certain) return yield* untried('configuration')
  yield proxyFinding(config)
  const endpoint = endpointOf(config)
  if (endpoint === null) {
    yield finding('login', 'login-of-simulator', {})
    return yield* embeddedFindings(config, around)
  }
  const { login } = config
  if (login === null) {
    yield faultFinding('login', new AppError('setting-missing', { names: config.loginMissing }))
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

/** Its name without the password that may stand in it. */
function proxyFinding({ proxy }: Config): Finding {
  return proxy === null
    ? finding('proxy', 'no-proxy', {})
    : finding('proxy', 'proxy', { host: `http://${new URL(proxy).host}` })
}

/** Its books are kept in memory: `doctor` leaves nothing behind. */
async function* embeddedFindings(config: Config, around: Surroundings): AsyncGenerator<Finding> {
  const simulator = await simulatorInMemory(around.clock)
  // Without SQLite there is none: the mirror's line says so.
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

type Wire = Pick<GatewaySettings, 'endpoint' | 'merchantId' | 'connectId' | 'connectPassword' | 'proxy'> & Credentials

async function* probeFindings(wire: Wire, config: Config, { clock, signal, log }: Surroundings) {
  const { timeoutMs, keepAlive } = config
  const { probeGateway } = await import('../gateway/probe.js')
  try {
    const probe = await probeGateway({ ...wire, timeoutMs, log }, signal, clock)
    yield* judgeProbe(probe, { endpoint: wire.endpoint, keepAlive, nowMs: clock.nowMs() })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    yield faultFinding('connection', error)
    yield* untried('connection').filter(({ check }) => check !== 'connection')
  }
}

interface Judged {
  readonly found: readonly Finding[]
  /** Null when there is nothing to connect with. */
  readonly credentials: Credentials | null
}

async function credentialFindings(login: Login, nowMs: number): Promise<Judged> {
  const { certificatePeriod, checkClientKey } = await import('../gateway/credentials.js')
  const { clientCertPath: path, caPath, passphrase } = login
  const found: Finding[] = []
  const look = <Result>(check: Check, work: () => Result): Result | null => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      found.push(faultFinding(check, { code: error.code, params: { path, ...error.params } }))
      return null
    }
  }
  const dated = (check: 'ca-certificate' | 'client-certificate', file: string, setting: string): string | null =>
    look(check, () => {
      const pem = readPem(file, setting)
      const period = certificatePeriod(pem, check === 'ca-certificate' ? 'ca' : check)
      found.push(judgeCertificate(check, period, nowMs))
      return pem
    })
  const clientCert = dated('client-certificate', path, 'PAYGENT_CLIENT_CERT')
  const fits =
    clientCert !== null &&
    look('client-certificate', () => {
      checkClientKey({ clientCert, passphrase })
      found.push(finding('client-certificate', 'key-fits', { path }))
      return true
    }) === true
  const ca = dated('ca-certificate', caPath, 'PAYGENT_CA_CERT')
  return { found, credentials: fits && ca !== null ? { ca, clientCert, passphrase } : null }
}

function readPem(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new AppError('file-unreadable', { path, setting, problem: (error as NodeJS.ErrnoException).code ?? '' })
  }
}
