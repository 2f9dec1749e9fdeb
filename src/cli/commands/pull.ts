// `paygent pull`: orders from the shop's own database into the mirror, which it makes where there is none.
import type { WaitingStatuses } from '../../domain/chosen.js'
import { EXIT, type ExitCode } from '../../errors.js'
import { foundTrouble, type PullReport } from '../../jobs/pull.js'
import type { EccubeShop } from '../../shop/open.js'
import { jsonText } from '../../ui/json.js'
import { pullJson, pullText } from '../../ui/pull.js'
import { waitingStatusParts } from '../../ui/waiting-status.js'
import { type Cli, type CommonOptions, type Context, openContext, refuseCsv } from '../context.js'
import { waitingOf } from '../mirror.js'
import { deskOf, followPull, withTheShop } from '../shop-desk.js'

export async function runPull(options: CommonOptions, { terminal, version }: Cli): Promise<ExitCode> {
  refuseCsv(options)
  const context = await openContext(options, terminal, version)
  // A shop that cannot be read makes no mirror.
  return withTheShop(context, async (shop) => {
    const { report, waiting } = await pullFrom(shop, context)
    return tell(report, waiting, context)
  })
}

interface Pulled {
  readonly report: PullReport
  readonly waiting: WaitingStatuses | null
}

async function pullFrom(shop: EccubeShop, context: Context): Promise<Pulled> {
  const mirror = context.openMirror('create')
  try {
    const { lock, state } = mirror
    // A new mirror is entered before its first orders: without a place for its state it could never send them.
    if (state.check() === 'new') state.record()
    const report = await followPull({ desk: deskOf(shop, mirror), lock, clock: context.clock }, context)
    return { report, waiting: waitingOf(mirror, context.config, context.clock.nowMs()) }
  } finally {
    mirror.close()
  }
}

function tell(
  report: PullReport,
  waiting: WaitingStatuses | null,
  { format, terminal, screen, options }: Context,
): ExitCode {
  const trouble = foundTrouble(report)
  if (format === 'json') terminal.out(jsonText({ ...pullJson(report), waitingStatuses: waiting }))
  else if (!options.quiet || trouble) {
    terminal.out(`${[pullText(report, screen), ...waitingStatusParts(waiting, screen)].join('\n')}\n`)
  }
  return trouble ? EXIT.someRejected : EXIT.done
}
