// `paygent push`: what became of the orders, back into the shop's own database.
import { EXIT, highest, type AppError, type ExitCode } from '../errors.js'
import { pushExit, pushPlan, type PushedOrder } from '../jobs/push/push.js'
import { jsonText } from '../ui/json.js'
import { pushFaultText, pushJson, pushText } from '../ui/push.js'
import type { Cli } from './cli.js'
import { openContext, refuseCsv, type CommonOptions, type Context } from './context.js'
import { deskOf, followPush, withTheShop } from './shop-desk.js'

export interface PushOptions extends CommonOptions {
  readonly dryRun?: boolean
}

export async function runPush(options: PushOptions, { terminal, version }: Cli): Promise<ExitCode> {
  refuseCsv(options)
  const context = await openContext(options, terminal, version)
  const dryRun = options.dryRun === true
  const mirror = context.openMirror(dryRun ? 'read' : 'write')
  try {
    if (dryRun) return tell(pushPlan({ rows: mirror.shopRows }), true, null, context)
    return await withTheShop(context, async (shop) => {
      const deps = { desk: deskOf(shop, mirror), lock: mirror.lock, clock: context.clock }
      const { orders, fault } = await followPush(deps, terminal.interrupted)
      if (fault !== null && orders.length === 0) throw fault
      const code = tell(orders, false, fault, context)
      return fault !== null || terminal.interrupted.aborted ? highest(code, EXIT.stopped) : code
    })
  } finally {
    mirror.close()
  }
}

/** @param fault what ended it in the middle; the orders before it are told all the same */
function tell(orders: readonly PushedOrder[], dryRun: boolean, fault: AppError | null, context: Context): ExitCode {
  const { format, terminal, screen, errorScreen, options } = context
  const code = pushExit(orders)
  if (format === 'json') terminal.out(jsonText(pushJson(orders, dryRun, fault?.code ?? null)))
  else if (!options.quiet || code !== EXIT.done || fault !== null) terminal.out(`${pushText(orders, dryRun, screen)}\n`)
  if (fault !== null) terminal.err(`${pushFaultText(fault, errorScreen)}\n`)
  return code
}
