// `paygent push`: what became of the orders, back into the shop's own database.
import { EXIT, highest, type ExitCode } from '../errors.js'
import { PUSH_CONFLICTS } from '../domain/shop.js'
import { pushPlan, type PushedOrder } from '../jobs/push/push.js'
import { jsonText } from '../ui/json.js'
import { pushJson, pushText } from '../ui/push.js'
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
    if (dryRun) return tell(pushPlan({ rows: mirror.shopRows }), true, context)
    return await withTheShop(context, async (shop) => {
      const deps = { desk: deskOf(shop, mirror), lock: mirror.lock, clock: context.clock }
      const code = tell(await followPush(deps, terminal.interrupted), false, context)
      return terminal.interrupted.aborted ? highest(code, EXIT.stopped) : code
    })
  } finally {
    mirror.close()
  }
}

function tell(orders: readonly PushedOrder[], dryRun: boolean, context: Context): ExitCode {
  const { format, terminal, screen, options } = context
  const code = pushExit(orders)
  if (format === 'json') terminal.out(jsonText(pushJson(orders, dryRun)))
  else if (!options.quiet || code !== EXIT.done) terminal.out(`${pushText(orders, dryRun, screen)}\n`)
  return code
}

/** What waits for its settlement is no fault; what the shop has otherwise is. */
export const pushExit = (orders: readonly PushedOrder[]): ExitCode =>
  orders.some(({ fate }) => PUSH_CONFLICTS.includes(fate)) ? EXIT.someRejected : EXIT.done
