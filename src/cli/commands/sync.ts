// `paygent sync`: fetches Paygent's notices and brings the mirror up to date with them.
import { EXIT, type ExitCode } from '../../errors.js'
import { type SyncEvent, syncExit, type SyncReport, SyncTally } from '../../jobs/sync/events.js'
import { sync } from '../../jobs/sync/sync.js'
import { syncCsv, syncJson, syncNotes, syncText } from '../../ui/sync.js'
import { type Cli, type CommonOptions, type Context, openContext } from '../context.js'
import { Counting } from '../counting.js'
import { withSession } from '../gateway.js'
import type { Log } from '../log.js'
import { withMirror } from '../mirror.js'
import { warnOfLag } from '../faults.js'
import { printResult, tell } from '../output.js'
import { wholeOf } from '../selection.js'

export interface SyncOptions extends CommonOptions {
  readonly limit?: string
}

export async function runSync(options: SyncOptions, { terminal, version }: Cli): Promise<ExitCode> {
  const limit = wholeOf('--limit', options.limit)
  const context = await openContext(options, terminal, version)
  return withMirror(context, 'write', (mirror) =>
    withSession(context, mirror, null, async ({ deps, log }) => {
      const request = { notices: context.config.notices, limit, untilMs: null }
      const report = await followSync(sync(request, deps, terminal.interrupted), context, log)
      const code = warnOfLag(syncExit(report, deps), deps.state, context)
      await print(report, code, context)
      return code
    }),
  )
}

/** Shows the progress and collects the report. */
export async function followSync(
  events: AsyncGenerator<SyncEvent, void>,
  context: Context,
  log: Log,
): Promise<SyncReport> {
  const counting = new Counting(context)
  const tally = new SyncTally()
  try {
    for await (const event of events) {
      tally.note(event)
      log.event(event.type, loggable(event))
      counting.note(event)
    }
  } finally {
    counting.hide()
  }
  return tally.report
}

async function print(report: SyncReport, code: ExitCode, context: Context): Promise<void> {
  const { format, config } = context
  await printResult(context, {
    text: () => syncText(report, config.environment, context.screen),
    json: () => syncJson(report),
    csv: () => syncCsv(report),
    good: code === EXIT.done,
  })
  const notes = format === 'csv' ? syncNotes(report, config.lang) : []
  if (notes.length > 0) tell(context, notes.join('\n'))
}

/**
 * The loggable part of an event: numbers, statuses and amounts. A notice's trading id is left out: it may contain
 * anything.
 */
function loggable(event: SyncEvent): Record<string, unknown> {
  if (event.type === 'stopped') return { reason: event.reason.type }
  if (event.type !== 'notice') return { ...event }
  const { noticeId, paymentId, status, amountYen } = event.notice
  return { noticeId, paymentId, status, amountYen, fate: event.fate }
}
