// `paygent pull`: reads orders from the shop's database into the mirror, which it makes where there is none.
import type { WaitingStatuses } from '../../domain/chosen.js'
import { EXIT, type ExitCode } from '../../errors.js'
import { foundTrouble, type PullReport } from '../../jobs/pull.js'
import type { EccubeShop } from '../../shop/open.js'
import { pullJson, pullText } from '../../ui/pull.js'
import { waitingStatusParts } from '../../ui/waiting-status.js'
import { type Cli, type CommonOptions, type Context, openContext, refuseCsv } from '../context.js'
import { recordNewMirror, waitingOf, withMirror } from '../mirror.js'
import { printResult } from '../output.js'
import { deskOf, followPull, withTheShop } from '../shop-desk.js'

export async function runPull(options: CommonOptions, { terminal, version }: Cli): Promise<ExitCode> {
  refuseCsv(options)
  const context = await openContext(options, terminal, version)
  // The shop is opened first, so that no mirror is made for a shop that cannot be read.
  return withTheShop(context, async (shop) => {
    const { report, waiting } = await pullFrom(shop, context)
    return print(report, waiting, context)
  })
}

interface Pulled {
  readonly report: PullReport
  readonly waiting: WaitingStatuses | null
}

const pullFrom = (shop: EccubeShop, context: Context): Promise<Pulled> =>
  withMirror(context, 'create', async (mirror) => {
    recordNewMirror(mirror)
    const deps = { desk: deskOf(shop, mirror), lock: mirror.lock, clock: context.clock }
    const report = await followPull(deps, context)
    return { report, waiting: waitingOf(mirror, context.config, context.clock.nowMs()) }
  })

async function print(report: PullReport, waiting: WaitingStatuses | null, context: Context): Promise<ExitCode> {
  const { screen } = context
  const trouble = foundTrouble(report)
  await printResult(context, {
    text: () => [pullText(report, screen), ...waitingStatusParts(waiting, screen)].join('\n'),
    json: () => ({ ...pullJson(report), waitingStatuses: waiting }),
    good: !trouble,
  })
  return trouble ? EXIT.someRejected : EXIT.done
}
