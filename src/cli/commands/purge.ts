// `paygent purge`: removes customers' names of old orders from the mirror; the audit trail stays whole.
import { japanDate } from '../../clock.js'
import { AppError, EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import type { PurgeView } from '../../ui/purge.js'
import { type Cli, type CommonOptions, type Context, openContext, refuseCsv } from '../context.js'
import { withLock, withMirror } from '../mirror.js'
import { printResult } from '../output.js'
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
  // A mistyped year must not remove the names of orders that are still to come.
  if (before > today) throw new AppError('bad-value', { name: '--before', value: before, expected: `… ${today}` })
  return withMirror(context, dryRun ? 'read' : 'write', async (mirror) => {
    const plan = { ...mirror.purgeable(before), dryRun, wiped: null }
    if (asks && plan.purged > 0) await ask(plan, context)
    const done = dryRun ? plan : purged(before, mirror, context)
    await print(done, context)
    return done.left.length > 0 ? EXIT.someRejected : EXIT.done
  })
}

async function ask(plan: PurgeView, { terminal, errorScreen, config }: Context): Promise<void> {
  const { purgeQuestion, purgeText } = await import('../../ui/purge.js')
  terminal.err(`${purgeText({ ...plan, dryRun: true }, errorScreen)}\n`)
  if (!(await askYes(purgeQuestion(config.lang), terminal))) throw new AppError('answered-no')
}

/** The file is wiped also when no order has a name left: another program may have kept it from being wiped last time. */
const purged = (before: string, mirror: Mirror, { clock }: Context): PurgeView =>
  withLock(mirror, 'purge', () => {
    const purge = mirror.journal.purge(before, clock.nowMs())
    return { ...purge, dryRun: false, wiped: mirror.wipe() }
  })

async function print(view: PurgeView, context: Context): Promise<void> {
  const { purgeJson, purgeText } = await import('../../ui/purge.js')
  await printResult(context, {
    text: () => purgeText(view, context.screen),
    json: () => purgeJson(view),
    good: view.left.length === 0 && view.wiped !== false,
  })
}
