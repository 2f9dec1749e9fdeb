// `paygent purge`: customers' names leave the mirror, the audit trail stays whole. Pages 3.1 and 5.4.
import { japanDate } from '../../clock.js'
import { AppError, EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import { jsonText } from '../../ui/json.js'
import type { PurgeView } from '../../ui/purge.js'
import { type Cli, type CommonOptions, type Context, openContext, refuseCsv } from '../context.js'
import { withLock } from '../mirror.js'
import { askYes } from '../question.js'
import { dateOf } from '../selection.js'

interface PurgeOptions extends CommonOptions {
  readonly before?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
}

export async function runPurge(options: PurgeOptions, { terminal, version }: Cli): Promise<number> {
  refuseCsv(options)
  const dryRun = options.dryRun === true
  const asks = !dryRun && options.yes !== true
  const before = dateOf('--before', options.before ?? '')
  if (asks && !terminal.canAsk) throw new AppError('no-terminal')
  const context = await openContext(options, terminal, version)
  const today = japanDate(context.clock.nowMs())
  // Not even a slip of the year may take the names of orders that are still to come.
  if (before > today) throw new AppError('bad-value', { name: '--before', value: before, expected: `… ${today}` })
  const mirror = context.openMirror(dryRun ? 'read' : 'write')
  try {
    const plan = { ...mirror.purgeable(before), dryRun, wiped: null }
    if (asks && plan.purged > 0) await ask(plan, context)
    const done = dryRun ? plan : purged(before, mirror, context)
    await tell(done, context)
    return done.left.length > 0 ? EXIT.someRejected : EXIT.done
  } finally {
    mirror.close()
  }
}

async function ask(plan: PurgeView, { terminal, errorScreen, config }: Context): Promise<void> {
  const { purgeQuestion, purgeText } = await import('../../ui/purge.js')
  terminal.err(`${purgeText({ ...plan, dryRun: true }, errorScreen)}\n`)
  if (!(await askYes(purgeQuestion(config.lang), terminal))) throw new AppError('answered-no')
}

/** The file is wiped even when no order has a name left: the last time somebody may have been reading it. */
const purged = (before: string, mirror: Mirror, { clock }: Context): PurgeView =>
  withLock(mirror, 'purge', () => {
    const purge = mirror.journal.purge(before, clock.nowMs())
    return { ...purge, dryRun: false, wiped: mirror.wipe() }
  })

async function tell(view: PurgeView, { format, terminal, screen, options }: Context): Promise<void> {
  const { purgeJson, purgeText } = await import('../../ui/purge.js')
  const quiet = options.quiet === true && view.left.length === 0 && view.wiped !== false
  if (format === 'json') terminal.out(jsonText(purgeJson(view)))
  else if (!quiet) terminal.out(`${purgeText(view, screen)}\n`)
}
