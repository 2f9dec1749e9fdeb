// `paygent doctor`: checks everything that a batch needs and changes none of it.
import { systemClock } from '../../clock.js'
import type { Config } from '../../config/config.js'
import { AppError, EXIT, type ExitCode, installationFault } from '../../errors.js'
import { faultFinding, type Finding, finding, type FindingDetails, type Level } from '../../jobs/doctor/finding.js'
import { judgeDurability, judgeMirror, unread } from '../../jobs/doctor/mirror-health.js'
import { judgeShop, shopUntried } from '../../jobs/doctor/shop.js'
import type { Clock } from '../../ports.js'
import { doctorCsv, doctorHead, doctorJson, doctorSum, findingText } from '../../ui/doctor.js'
import type { Screen } from '../../ui/screen.js'
import {
  type Cli,
  type CommonOptions,
  lenientVariables,
  merchantIdOf,
  mirrorElsewhere,
  missingInProfile,
  missingWithoutTerminal,
  screenOf,
  settingsFileOf,
  stateDirOf,
} from '../context.js'
import {
  diagnose,
  type Diagnosis,
  fileFindings,
  gatewayFindings,
  modeOf,
  settingFindings,
  stateFindings,
} from '../doctor-findings.js'
import { misplacedFile } from '../log-place.js'
import { settingFaults } from '../setting-warnings.js'
import { type MirrorMode, waitingOf, withMirror } from '../mirror.js'
import { printResult } from '../output.js'
import type { Terminal } from '../terminal.js'

/** Prints the findings: line by line as a table, all at once as JSON and CSV. */
export class DoctorReport {
  readonly #found: Finding[] = []
  readonly #screen: Screen
  readonly #lines: string[] = []

  constructor(
    private readonly options: CommonOptions,
    { config, certain }: Diagnosis,
    private readonly terminal: Terminal,
  ) {
    this.#screen = screenOf(options, config.lang, terminal.width)
    this.#say(doctorHead(certain ? config.environment : null, this.#screen))
  }

  add(finding: Finding): void {
    this.#found.push(finding)
    this.#say(findingText(finding, this.#screen))
  }

  get healthy(): boolean {
    return this.#counts.bad === 0
  }

  async end(): Promise<void> {
    const { options, terminal } = this
    const { lang } = this.#screen
    const format = options.format ?? 'table'
    await printResult(
      { format, terminal, options, screen: this.#screen },
      {
        text: () => null,
        json: () => doctorJson(this.#found, lang),
        csv: () => doctorCsv(this.#found, lang),
      },
    )
    this.#say(doctorSum(this.#counts, this.#screen))
    const quiet = format === 'table' && options.quiet === true
    if (quiet && this.#counts.warning + this.#counts.bad > 0) for (const line of this.#lines) terminal.out(line)
  }

  get #counts(): Record<Level, number> {
    const counts = { ok: 0, warning: 0, bad: 0 }
    for (const { level } of this.#found) counts[level] += 1
    return counts
  }

  /** Prints a line at once, before the connection is tried; with `--quiet` only if a warning or an error follows. */
  #say(text: string): void {
    const line = `${text}\n`
    if ((this.options.format ?? 'table') !== 'table') return
    if (this.options.quiet) this.#lines.push(line)
    else this.terminal.out(line)
  }
}

/** Opens the shop's database as `pull` does, inspects it, and closes it. */
export async function shopFindings({ config, faults }: Diagnosis): Promise<Finding[]> {
  if (config.shopDatabase === null) {
    const isUnknown = faults.some(
      ({ code, params }) => code === 'env-file-missing' || params['name'] === 'PAYGENT_SHOP_DATABASE',
    )
    return isUnknown ? shopUntried('configuration') : [finding('shop', 'shop-none', {})]
  }
  try {
    const { withTheShop } = await import('../shop-desk.js')
    const { inspectShop } = await import('../../shop/rights-check.js')
    return judgeShop(await withTheShop({ config }, inspectShop), systemClock.nowMs())
  } catch (error) {
    const fault = installationFault(error) ?? error
    if (!(fault instanceof AppError)) throw error
    return [faultFinding('shop', fault), ...shopUntried('shop').filter(({ check }) => check !== 'shop')]
  }
}

/** Prints each finding at once. Exit code 2 when a line is ×. */
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
  // Without its file a profile lacks every setting, which is one fault.
  const inProfile = fault === null ? missingInProfile(options, variables) : []
  const missing = terminal.canAsk ? inProfile : missingWithoutTerminal(variables, settingsFileOf(options))
  const known = [...(fault === null ? [] : [fault]), ...settingFaults(options), ...missing]
  const diagnosis = await diagnose(variables, known)
  const misplaced = misplacedFile(diagnosis.config, settingsFileOf(options))
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
  const ofMirror = await mirrorFindings(diagnosis, clock, mirrorElsewhere(options))
  yield* ofMirror
  const codes = ofMirror.map(({ code }) => code)
  if (codes.includes('mirror-sound') && codes.includes('stamp-fits')) yield* await statusFindings(diagnosis, clock)
  yield* await shopFindings(diagnosis)
  const log = (entry: Record<string, unknown>): void => {
    if (options.verbose) terminal.err(`${JSON.stringify(entry)}\n`)
  }
  yield* gatewayFindings(diagnosis, { settingsPath: path, clock, signal: terminal.interrupted, log })
}

async function mirrorFindings(
  { config, certain }: Diagnosis,
  clock: Clock,
  elsewhere: AppError | null,
): Promise<Finding[]> {
  const stamp = certain ? stampOf(config) : null
  const nowMs = clock.nowMs()
  const durability: Finding[] = []
  try {
    const { inspectMirror, tryDurability } = await import('../../mirror/inspection.js')
    durability.push(judgeDurability(tryDurability(nowMs)))
    const seen = inspectMirror(config.dbPath, stamp, stateDirOf(config), nowMs)
    const stateFile = typeof seen.state?.standing === 'string' ? stateFindings(seen.state.path) : []
    // Without a shop database no result waits to be written there.
    const issues = seen.health && { ...seen.health, ...(config.shopDatabase === null && { unreported: 0 }) }
    return [...judgeMirror({ ...seen, health: issues }, stamp), ...stateFile, ...durability]
  } catch (error) {
    const known = installationFault(error) ?? error
    if (!(known instanceof AppError)) throw error
    const fault = known.code === 'mirror-missing' ? (elsewhere ?? known) : known
    return [faultFinding('mirror', fault), ...unread(), ...durability]
  }
}

/**
 * Lists the orders that wait until the shop gives their 対応状況 a meaning. The mirror was found sound, and its owner is
 * the one in the settings.
 */
async function statusFindings({ config, certain }: Diagnosis, clock: Clock): Promise<Finding[]> {
  const stamp = certain ? stampOf(config) : null
  if (stamp === null) return []
  const { openMirror } = await import('../../mirror/open.js')
  const identity = { osUser: '', sudoUser: null, host: '', version: '', pid: 0 }
  const stateDir = stateDirOf(config)
  const opener = {
    openMirror: (mode: MirrorMode) => openMirror(config.dbPath, { mode, stamp, clock, identity, stateDir }),
  }
  const waiting = await withMirror(opener, 'read', (mirror) => waitingOf(mirror, config, clock.nowMs()))
  if (waiting === null) return []
  const { orders: count, yen, setting } = waiting
  return [finding('open-work', 'statuses-waiting', { count, yen, setting })]
}

/** The owner that the mirror should have; null when the settings lack the merchant. */
function stampOf(config: Config): FindingDetails['stamp-fits'] | null {
  const { environment, merchantId } = config
  if (environment !== 'simulator' && merchantId === null) return null
  return { environment, merchantId: merchantIdOf(config) }
}
