// `paygent sync`: brings the mirror up to date with Paygent. Pages 2.5 and 3.1.
import { EXIT, type ExitCode } from '../../errors.js'
import { type SyncEvent, syncExit, type SyncReport, SyncTally } from '../../jobs/sync/events.js'
import { sync } from '../../jobs/sync/sync.js'
import { jsonText } from '../../ui/json.js'
import { syncCsv, syncJson, syncLine, syncText } from '../../ui/sync.js'
import { type Cli, type CommonOptions, type Context, openContext } from '../context.js'
import { withSession } from '../gateway.js'
import type { Log } from '../log.js'
import { StatusLine, warnOfLag, writeCsv } from '../output.js'
import { wholeOf } from '../selection.js'

export interface SyncOptions extends CommonOptions {
  readonly limit?: string
}

export async function runSync(options: SyncOptions, { terminal, version }: Cli): Promise<ExitCode> {
  const limit = wholeOf('--limit', options.limit)
  const context = await openContext(options, terminal, version)
  const mirror = context.openMirror('write')
  try {
    return await withSession(context, mirror, null, async ({ deps, log }) => {
      const wishes = { notices: context.config.notices, limit, untilMs: null }
      const report = await followSync(sync(wishes, deps, terminal.interrupted), context, log)
      const code = warnOfLag(syncExit(report, deps), deps.state, context)
      await tell(report, code, context)
      return code
    })
  } finally {
    mirror.close()
  }
}

/** Shows what is going on and gathers what came of it. */
export async function followSync(
  events: AsyncGenerator<SyncEvent, void>,
  { terminal, errorScreen, options, config }: Context,
  log: Log,
): Promise<SyncReport> {
  const foot = new StatusLine(terminal, errorScreen.width !== null && !options.quiet)
  const tally = new SyncTally()
  for await (const event of events) {
    tally.note(event)
    log.event(event.type, loggable(event))
    const line = syncLine(event, tally.report.notices.fetched, config.lang)
    if (line !== null) foot.show(line)
  }
  foot.hide()
  return tally.report
}

async function tell(report: SyncReport, code: ExitCode, context: Context): Promise<void> {
  const { format, terminal, screen, options, config } = context
  if (format === 'json') terminal.out(jsonText(syncJson(report)))
  else if (format === 'csv') await writeCsv(syncCsv(report), context)
  else if (!options.quiet || code !== EXIT.done) terminal.out(`${syncText(report, config.environment, screen)}\n`)
}

/** Numbers, statuses and amounts; a notice's trading id may be anything. */
function loggable(event: SyncEvent): Record<string, unknown> {
  if (event.type === 'stopped') return { reason: event.reason.type }
  if (event.type !== 'notice') return { ...event }
  const { noticeId, paymentId, status, amountYen } = event.notice
  return { noticeId, paymentId, status, amountYen, fate: event.fate }
}
