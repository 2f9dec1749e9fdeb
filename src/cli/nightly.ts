// `paygent nightly`: does the work that cron starts while the shop is closed.
import { japanIso, msOfJapanTime } from '../clock.js'
import type { Config } from '../config/config.js'
import type { Night } from '../domain/run.js'
import { AppError, EXIT, type ErrorCode, type ExitCode, highest } from '../errors.js'
import type { NightlyDeps, NightlyRequest } from '../jobs/nightly/events.js'
import { nightly } from '../jobs/nightly/nightly.js'
import { type NightlyReport, NightlyTally, nightlyExit } from '../jobs/nightly/report.js'
import type { Mirror } from '../mirror/open.js'
import { bodyOf, type NotifyResult, notify, pingAddress } from '../notify/notify.js'
import { type NightEnd, nightLines } from '../ui/night-lines.js'
import { nightTitle, type NightlyView, nightlyJson, nightlyText } from '../ui/nightly.js'
import { underProfile, withProfile } from '../ui/screen.js'
import { type GivenOptions, givenLimits, givenSending, limitsOf } from './batch-options.js'
import { type Cli, type CommonOptions, type Context, openContext, refuseCsv } from './context.js'
import { withSession } from './gateway.js'
import { keepNight } from './kept-reports.js'
import type { Log } from './log.js'
import { measured } from './metrics.js'
import { listRules, withMirror } from './mirror.js'
import { NightNarrator } from './nightly-narrator.js'
import { type Listener, listenerOf, tellBeside, tellFault, warnOfLag } from './faults.js'
import { wholeOf } from './selection.js'
import { withReachableShop } from './shop-desk.js'

/** The addresses that watch the nights. One that does not answer as it should is named once by its setting. */
class Watchers {
  #starting: Promise<NotifyResult | null> = Promise.resolve(null)
  #reported = false
  readonly #named = new Set<string>()

  constructor(
    private readonly config: Pick<Config, 'webhook' | 'webhookFormat' | 'ping'>,
    private readonly listener: Listener,
  ) {}

  /** Sends the start ping without waiting for it: the night continues meanwhile. */
  started(): void {
    this.#starting = this.#ping('start')
  }

  /**
   * Sends the report, after the last commit and once. Neither form of it has a customer's name.
   * @param report for a program
   * @param lines for a person
   * @param log null where none could be opened
   */
  async reported(report: object, lines: readonly string[], log: Log | null): Promise<void> {
    const { webhook, webhookFormat } = this.config
    if (webhook === null || this.#reported) return
    this.#reported = true
    const result = await notify(webhook, bodyOf(webhookFormat, report, lines))
    log?.event('webhook', { ...result })
    this.#note('PAYGENT_WEBHOOK', result)
  }

  /** Sends the final ping. */
  async ended(code: ExitCode): Promise<void> {
    // While the night runs, a line about the first ping would stand among those of its progress.
    this.#note('PAYGENT_PING', await this.#starting)
    this.#note('PAYGENT_PING', await this.#ping(code))
  }

  /** The address is a secret, so that its setting stands for it. */
  #note(setting: 'PAYGENT_WEBHOOK' | 'PAYGENT_PING', result: NotifyResult | null): void {
    if (result === null || result.told || this.#named.has(setting)) return
    this.#named.add(setting)
    tellBeside(new AppError('post-unconfirmed', { setting, problem: result.problem }), this.listener)
  }

  async #ping(moment: 'start' | ExitCode): Promise<NotifyResult | null> {
    const { ping } = this.config
    return ping === null ? null : notify(pingAddress(ping, moment), null)
  }
}

export interface NightlyOptions extends CommonOptions {
  readonly maxOrders?: string
  readonly maxAmount?: string
  readonly stopAfter: string
  readonly limit?: string
  readonly wait: boolean
  readonly pull: boolean
  readonly push: boolean
}

/** The longest wait for another program, milliseconds. */
const LOCK_WAIT_MS = 10 * 60_000

export const runNightly = (options: NightlyOptions, cli: Cli): Promise<ExitCode> =>
  measured('nightly', options, cli, night)

async function night(options: NightlyOptions, { terminal, version }: Cli): Promise<ExitCode> {
  refuseCsv(options)
  const given = givenOf(options)
  const context = await openContext(options, terminal, version)
  const { clock, config } = context
  const startedAt = japanIso(clock.nowMs())
  const watchers = new Watchers(config, listenerOf(context))
  let begun = false
  watchers.started()
  try {
    return await withMirror(context, 'write', async (mirror) => {
      const { code, tell } = await withReachableShop(context, mirror, (desk, shopAway) =>
        withSession(context, mirror, desk, ({ deps, log }) => {
          begun = true
          return work(
            (leave) => nightlyRequestOf(given, shopAway, leave, context),
            { deps, log, mirror },
            watchers,
            context,
          )
        }),
      )
      await watchers.ended(code)
      // The error that ends the night is the last one on stderr.
      tell()
      return code
    })
  } catch (error) {
    const exitCode = error instanceof AppError ? error.exitCode : EXIT.bug
    const { environment, lang } = config
    const endedAt = japanIso(clock.nowMs())
    const fault = knownOf(error)
    const end: NightEnd = { report: null, mayHaveSent: begun, environment, startedAt, endedAt, exitCode, fault }
    const lines = nightLines(end, lang)
    const json = withProfile(timesOf(end), context.screen)
    // The kept report comes last: a slow folder must not keep the watchers waiting.
    await watchers.reported(json, namedLines(lines, context), null)
    await watchers.ended(exitCode)
    // A night that has begun has left its report.
    const kept = { startedAt, lines, fault: error, mayHaveSent: false }
    if (!begun) await keepNight({ json, draw: (on) => nightTitle(end, on.lang), ...kept }, context)
    throw error
  }
}

/** The options of the night that the command line gives. */
interface GivenNight extends Pick<GivenOptions, 'limits'>, Pick<NightlyRequest, 'pull'> {
  readonly sending: Omit<GivenOptions['sending'], 'untilMs'>
  /** The most orders that the sync asks about. */
  readonly limit: number | null
}

/** @throws AppError bad-value */
const givenOf = (options: NightlyOptions): GivenNight => ({
  limits: givenLimits(options),
  sending: givenSending(options),
  limit: wholeOf('--limit', options.limit),
  pull: options.pull,
})

function nightlyRequestOf(
  { limits, sending, limit, pull }: GivenNight,
  shopAway: ErrorCode | null,
  leave: AbortSignal,
  context: Context,
): NightlyRequest {
  const { config, clock, terminal } = context
  const nowMs = clock.nowMs()
  // An answer may take the whole time-out, and must arrive by the cut-off.
  const untilMs = msOfJapanTime(config.cutOff, nowMs) - config.timeoutMs
  return {
    rules: listRules(config, nowMs),
    limits: limitsOf(limits, config),
    sending: { ...sending, untilMs, unattended: !terminal.canAsk, settleMs: config.settleMs },
    leave,
    shippedOnly: config.nightly === 'shipped',
    statusSetting: config.statusesText,
    lockWaitMs: LOCK_WAIT_MS,
    sync: { notices: config.notices, limit },
    pull,
    shopAway,
  }
}

interface NightParts {
  readonly deps: NightlyDeps
  readonly log: Log
  readonly mirror: Pick<Mirror, 'nights'>
}

interface Worked {
  readonly code: ExitCode
  /** Shows the fault that ended the night early, if one did. */
  readonly tell: () => void
}

/** Runs the night. However it ends, its work is reported: a difference is found once and never again. */
async function work(
  requestUntil: (leave: AbortSignal) => NightlyRequest,
  { deps, log, mirror }: NightParts,
  watchers: Watchers,
  context: Context,
): Promise<Worked> {
  const { clock, config, terminal } = context
  const startedAt = japanIso(clock.nowMs())
  const leave = new AbortController()
  const narrator = new NightNarrator(context, log)
  const tally = new NightlyTally()
  let fault: unknown = null
  const deaf = terminal.canAsk ? terminal.onEnter(() => narrator.waiting && leave.abort()) : () => undefined
  try {
    for await (const event of nightly(requestUntil(leave.signal), deps, terminal.interrupted)) {
      tally.note(event)
      narrator.event(event)
    }
  } catch (error) {
    fault = error
  } finally {
    deaf()
    narrator.over()
  }
  const endedAt = japanIso(clock.nowMs())
  const report = reportOf(tally, deps, fault)
  // Where nothing can be read any more, a request that was under way may be open.
  const unread = tally.mayHaveSent ? EXIT.needsPerson : EXIT.done
  const ended = exitOf(report === null ? unread : nightlyExit(report), fault, tally.mayHaveSent)
  const code = warnOfLag(ended, deps.state, context)
  const { environment, nightly: taken } = config
  const { mayHaveSent } = tally
  const end: NightEnd = { report, mayHaveSent, environment, startedAt, endedAt, exitCode: code, fault: knownOf(fault) }
  noteNight({ ...timesOf(end), runId: report?.sale?.run.id ?? null }, mirror, log)
  const lines = nightLines(end, config.lang)
  const named = namedLines(lines, context)
  const kept = { startedAt, endedAt, lines, fault, mayHaveSent }
  if (report !== null) {
    const rules = listRules(config, clock.nowMs())
    const view: NightlyView = { report, environment, startedAt, endedAt, shippedOnly: taken === 'shipped', rules }
    if (fault === null || tally.begun) await narrator.report(view, timesOf(end), lines)
    const json = withProfile(nightlyJson(view, code, codeOf(fault)), context.screen)
    await watchers.reported(json, named, log)
    await keepNight({ json, draw: (on) => nightlyText(view, on), ...kept }, context)
  } else {
    const json = withProfile(timesOf(end), context.screen)
    await watchers.reported(json, named, log)
    await keepNight({ json, draw: ({ lang }) => nightTitle({ environment, ...kept }, lang), ...kept }, context)
  }
  if (fault === null) return { code, tell: () => undefined }
  if (!(fault instanceof AppError)) throw fault
  return { code, tell: () => tellFault(fault, listenerOf(context), { mayHaveSent }) }
}

/** The lines of a night under its profile's name: a chat has the reports of several shops. */
const namedLines = (lines: readonly string[], { screen }: Pick<Context, 'screen'>): string[] =>
  underProfile(lines.join('\n'), { ...screen, width: null }).split('\n')

const timesOf = ({ startedAt, endedAt, exitCode, fault }: NightEnd) => ({
  startedAt,
  endedAt,
  exitCode,
  fault: fault === null || fault === 'bug' ? fault : fault.code,
})

/** The night's report; null where the mirror can no longer be read, which the fault that ended the night reports. */
function reportOf(tally: NightlyTally, deps: NightlyDeps, fault: unknown): NightlyReport | null {
  try {
    return tally.report(deps, fault !== null)
  } catch (error) {
    if (fault === null) throw error
    return null
  }
}

/** Records the night for the first screen. It has ended as it has, whether that can be recorded or not. */
function noteNight(night: Night, { nights }: NightParts['mirror'], log: Log): void {
  try {
    nights.noteNight(night)
  } catch (error) {
    log.event('night-unrecorded', { code: codeOf(error) })
  }
}

const codeOf = (fault: unknown): string | null =>
  fault === null ? null : fault instanceof AppError ? fault.code : 'bug'

const knownOf = (fault: unknown): NightEnd['fault'] => (fault === null || fault instanceof AppError ? fault : 'bug')

/** The exit code. Once a request may have gone out, no exit code may mean that nothing was sent. */
function exitOf(code: ExitCode, fault: unknown, mayHaveSent: boolean): ExitCode {
  if (fault === null) return code
  if (!(fault instanceof AppError)) return EXIT.bug
  const { exitCode } = fault
  const saysNothingSent = exitCode === EXIT.usage || exitCode === EXIT.blocked
  return highest(code, mayHaveSent && saysNothingSent ? EXIT.stopped : exitCode)
}
