// Writes the figures for monitoring after a batch, a night and `status`, however these end.
import { exitCodeOf } from '../batch/events.js'
import { msOfJapanTime, systemClock } from '../clock.js'
import type { Operation } from '../domain/order.js'
import { AppError, EXIT, type ExitCode } from '../errors.js'
import type { Mirror } from '../mirror/open.js'
import type { LastEnds, LastRun, MetricsView, MirrorFigures, Watched } from '../ui/metrics.js'
import { summaryJson } from '../ui/summary.js'
import {
  type Cli,
  type CommonOptions,
  type Context,
  lenientVariables,
  openContext,
  sameMirror,
  settingsFileOf,
} from './context.js'
import { isSame, misplacedFile } from './log-place.js'
import { withMirror } from './mirror.js'
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Does the work of a command, and writes the figures after it. A fault of that file is shown and changes nothing. */
export async function measured<Options extends CommonOptions>(
  command: Watched,
  options: Options,
  cli: Cli,
  work: (options: Options, cli: Cli) => Promise<ExitCode>,
): Promise<ExitCode> {
  let code: ExitCode = EXIT.bug
  let counts = true
  try {
    code = await work(options, cli)
    return code
  } catch (error) {
    if (error instanceof AppError) code = error.exitCode
    // A person who said no has run nothing.
    counts = !(error instanceof AppError && error.code === 'answered-no')
    throw error
  } finally {
    if (counts) await writeMetrics(command, code, options, cli)
  }
}

async function writeMetrics(command: Watched, code: ExitCode, options: CommonOptions, cli: Cli): Promise<void> {
  let named = ''
  try {
    named = lenientVariables(options).variables['PAYGENT_METRICS'] ?? ''
    if (named === '' || isOfAnother(options)) return
    const context = await contextOf(options, cli)
    const path = context === null ? pathWithoutContext(named, options) : context.config.metricsPath
    if (path === null) return
    const { metricsText, endsIn } = await import('../ui/metrics.js')
    const before = endsIn(contentOf(path))
    replace(path, metricsText(await viewOf(basename(path, '.prom'), { before, command, code }, context, cli)))
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code ?? String(error)
    const fault = new AppError('metrics-unwritable', { path: named, problem })
    const { tellBeside } = await import('./faults.js')
    const { terminal, lang } = cli
    tellBeside(fault, { terminal, lang, format: options.format ?? 'table', sameMirror: sameMirror(options) })
  }
}

/** Whether `--db` leads to another mirror than the settings: the figures of a copy are not those of the shop. */
function isOfAnother({ db, ...options }: CommonOptions): boolean {
  const own = lenientVariables(options).variables['PAYGENT_DB'] ?? ''
  return db !== undefined && own !== '' && !isSame(db, own)
}

/** Null where a setting is wrong or missing: this may be why the command failed, which the figures must show. */
async function contextOf(options: CommonOptions, { terminal, version }: Cli): Promise<Context | null> {
  try {
    return await openContext(options, terminal, version)
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/** The path where the settings as a whole are refused; null where it may be another file of theirs. */
function pathWithoutContext(path: string, options: CommonOptions): string | null {
  const { variables } = lenientVariables(options)
  const clientCertPath = variables['PAYGENT_CLIENT_CERT'] ?? ''
  const caPath = variables['PAYGENT_CA_CERT'] ?? ''
  const places = {
    metricsPath: path,
    logPath: variables['PAYGENT_LOG'] || 'paygent.log',
    dbPath: variables['PAYGENT_DB'] || 'paygent.db',
    login: { clientCertPath, caPath },
  }
  return path.endsWith('.prom') && misplacedFile(places, settingsFileOf(options)) === null ? path : null
}

/** The text of the earlier file; '' where there is none. */
const contentOf = (path: string): string =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : ''

/**
 * The exporter never sees half a file: it is written beside, under a name that it does not read, and renamed. Another
 * user runs the exporter, so all may read it.
 */
function replace(path: string, text: string): void {
  const beside = `${path}.${process.pid}`
  try {
    rmSync(beside, { force: true })
    writeFileSync(beside, text, { flag: 'wx' })
    chmodSync(beside, 0o644)
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

interface End {
  /** The ends that the earlier file has. */
  readonly before: LastEnds
  readonly command: Watched
  readonly code: ExitCode
}

async function viewOf(
  shop: string,
  { before, command, code }: End,
  context: Context | null,
  { version }: Cli,
): Promise<MetricsView> {
  const nowMs = systemClock.nowMs()
  const config = context?.config ?? null
  const known = context === null ? null : await readMirror(context, version)
  const exitCode = new Map([...(known?.ends.exitCode ?? []), ...before.exitCode, [command, code] as const])
  const endedAt = new Map([...(known?.ends.endedAt ?? []), ...before.endedAt, [command, seconds(nowMs)] as const])
  const succeededAt = new Map([...before.succeededAt, ...(known?.ends.succeededAt ?? [])])
  return {
    shop,
    version,
    environment: config?.environment ?? null,
    cutOffAt: config === null ? null : seconds(msOfJapanTime(config.cutOff, nowMs)),
    ends: { exitCode, endedAt, succeededAt },
    mirror: known?.figures ?? null,
  }
}

const seconds = (ms: number): number => Math.floor(ms / 1_000)
const secondsOf = (iso: string): number => seconds(Date.parse(iso))

interface Known {
  readonly figures: MirrorFigures
  readonly ends: LastEnds
}

/** Null where the mirror cannot be read. */
async function readMirror(context: Context, version: string): Promise<Known | null> {
  const { statusOf } = await import('./commands/status.js')
  try {
    return await withMirror(context, 'read', (mirror) => {
      const { open, attention, expiring, importedAt, lastNight } = statusOf(mirror, context, version)
      const { figures, good } = mirror.atOneMoment(() => runsOf(mirror))
      const goodNight = mirror.nights.lastGoodNight()
      const at = importedAt === null ? null : secondsOf(importedAt)
      return {
        figures: { open, attention, expiring, importedAt: at, runs: figures },
        ends: {
          exitCode: new Map(lastNight === null ? [] : [['nightly', lastNight.exitCode]]),
          endedAt: new Map(lastNight === null ? [] : [['nightly', secondsOf(lastNight.endedAt)]]),
          succeededAt: new Map([
            ...good,
            ...(goodNight === null ? [] : [['nightly', secondsOf(goodNight.endedAt)] as const]),
          ]),
        },
      }
    })
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/** So many runs are looked through for the newest good one; an older one stands in the earlier file. */
const LOOKED_THROUGH = 30

/** The newest ended run of each operation, and the end of the newest one whose requests were all accepted. */
function runsOf({ journal }: Pick<Mirror, 'journal'>): { figures: LastRun[]; good: Map<Operation, number> } {
  const figures = new Map<Operation, LastRun>()
  const good = new Map<Operation, number>()
  for (const { id, operation, state, endedAt: ended } of journal.runs(LOOKED_THROUGH)) {
    if (ended === null || good.has(operation)) continue
    const items = journal.items(id)
    const endedAt = secondsOf(ended)
    if (!figures.has(operation)) figures.set(operation, { operation, endedAt, summary: summaryJson(items) })
    if (exitCodeOf(items, state !== 'completed') === EXIT.done) good.set(operation, endedAt)
  }
  return { figures: [...figures.values()], good }
}
