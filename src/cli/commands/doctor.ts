// `paygent doctor`: looks at everything that a batch stands on and changes none of it. Pages 3.1 and 3.2.
import { systemClock } from '../../clock.js'
import type { Config } from '../../config/config.js'
import { AppError, EXIT, type ExitCode, installationFault } from '../../errors.js'
import { judgeDurability, judgeMirror, unread } from '../../jobs/doctor/books.js'
import { type Facts, faultFinding, finding, type Finding } from '../../jobs/doctor/finding.js'
import type { Clock } from '../../ports.js'
import type { Cli } from '../cli.js'
import {
  type CommonOptions,
  lenientVariables,
  merchantIdOf,
  missingWithoutTerminal,
  settingsFileOf,
  stateDirOf,
} from '../context.js'
import { fileFindings, modeOf, stateFindings } from '../doctor-files.js'
import { DoctorReport } from '../doctor-report.js'
import { diagnose, type Diagnosis, settingFindings } from '../doctor-settings.js'
import { waitingOf } from '../list-rules.js'
import { logFault } from '../log-place.js'
import type { Terminal } from '../terminal.js'

/** Says what is found as it is found. Exit code 2 when a line is ×. */
export async function runDoctor(options: CommonOptions, { terminal }: Cli): Promise<ExitCode> {
  const diagnosis = await diagnosisOf(options, terminal)
  const report = new DoctorReport(options, diagnosis, terminal)
  for await (const found of findings(options, diagnosis, terminal, systemClock)) {
    if (terminal.interrupted.aborted) throw new AppError('interrupted')
    report.add(found)
  }
  await report.end()
  return report.healthy ? EXIT.done : EXIT.usage
}

async function diagnosisOf(options: CommonOptions, terminal: Terminal): Promise<Diagnosis> {
  const { variables, fault } = lenientVariables(options)
  const missing = terminal.canAsk ? [] : missingWithoutTerminal(variables)
  const diagnosis = await diagnose(variables, [...(fault === null ? [] : [fault]), ...missing])
  const misplaced = logFault(diagnosis.config, settingsFileOf(options))
  return misplaced === null ? diagnosis : { ...diagnosis, faults: [...diagnosis.faults, misplaced] }
}

async function* findings(
  options: CommonOptions,
  diagnosis: Diagnosis,
  terminal: Terminal,
  clock: Clock,
): AsyncGenerator<Finding> {
  const path = settingsFileOf(options)
  const envFile = modeOf(path) === null ? null : path
  yield* settingFindings(diagnosis, envFile)
  yield* fileFindings(diagnosis, envFile)
  const ofMirror = await mirrorFindings(diagnosis, clock)
  yield* ofMirror
  const codes = ofMirror.map(({ code }) => code)
  if (codes.includes('mirror-sound') && codes.includes('stamp-fits')) yield* await statusFindings(diagnosis, clock)
  const { shopFindings } = await import('../doctor-shop.js')
  yield* await shopFindings(diagnosis)
  const { gatewayFindings } = await import('../doctor-gateway.js')
  const log = (entry: Record<string, unknown>): void => {
    if (options.verbose) terminal.err(`${JSON.stringify(entry)}\n`)
  }
  yield* gatewayFindings(diagnosis, { clock, signal: terminal.interrupted, log })
}

async function mirrorFindings({ config, certain }: Diagnosis, clock: Clock): Promise<Finding[]> {
  const stamp = certain ? stampOf(config) : null
  const nowMs = clock.nowMs()
  const durability: Finding[] = []
  try {
    const { inspectMirror, tryDurability } = await import('../../mirror/inspection.js')
    durability.push(judgeDurability(tryDurability(nowMs)))
    const seen = inspectMirror(config.dbPath, stamp, stateDirOf(config), nowMs)
    const stateFile = typeof seen.state?.standing === 'string' ? stateFindings(seen.state.path) : []
    // Without a database of the shop nobody waits for results there.
    const books = seen.books && { ...seen.books, ...(config.shopDatabase === null && { untold: 0 }) }
    return [...judgeMirror({ ...seen, books }, stamp), ...stateFile, ...durability]
  } catch (error) {
    const fault = installationFault(error) ?? error
    if (!(fault instanceof AppError)) throw error
    return [faultFinding('mirror', fault), ...unread(), ...durability]
  }
}

/** Orders that wait until the shop says what their 対応状況 means. The mirror was found sound and ours. */
async function statusFindings({ config, certain }: Diagnosis, clock: Clock): Promise<Finding[]> {
  const stamp = certain ? stampOf(config) : null
  if (stamp === null) return []
  const { openMirror } = await import('../../mirror/open.js')
  const identity = { osUser: '', sudoUser: null, host: '', version: '', pid: 0 }
  const mirror = openMirror(config.dbPath, { mode: 'read', stamp, clock, identity, stateDir: stateDirOf(config) })
  try {
    const waiting = waitingOf(mirror, config, clock.nowMs())
    if (waiting === null) return []
    const { orders: count, yen, setting } = waiting
    return [finding('open-work', 'statuses-waiting', { count, yen, setting })]
  } finally {
    mirror.close()
  }
}

/** Whom the mirror should belong to; null when the settings lack the merchant. */
function stampOf(config: Config): Facts['stamp-fits'] | null {
  const { environment, merchantId } = config
  if (environment !== 'simulator' && merchantId === null) return null
  return { environment, merchantId: merchantIdOf(config) }
}
