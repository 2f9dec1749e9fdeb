// `paygent push`: what became of the orders, back into the shop's own database.
import type { PushedOrder } from '../../attempts/shop-push.js'
import { AppError, EXIT, type ExitCode, highest } from '../../errors.js'
import { leaveUntold, pushExit, pushPlan } from '../../jobs/push.js'
import { jsonText } from '../../ui/json.js'
import { leaveText, pushFaultText, pushJson, pushText } from '../../ui/push.js'
import { type Cli, type CommonOptions, type Context, openContext, refuseCsv } from '../context.js'
import { orderNumber } from '../selection.js'
import { deskOf, followPush, withTheShop } from '../shop-desk.js'
import { noteOf } from './settle.js'

export interface PushOptions extends CommonOptions {
  readonly dryRun?: boolean
  /** An order's number: the shop is not to be told of its results. */
  readonly leave?: string
  readonly note?: string
}

export async function runPush(options: PushOptions, { terminal, version }: Cli): Promise<ExitCode> {
  refuseCsv(options)
  const { leave, note } = options
  if (leave !== undefined && options.dryRun)
    throw new AppError('options-contradict', { first: '--leave', second: '--dry-run' })
  if (leave === undefined && note !== undefined)
    throw new AppError('bad-value', { name: '--note', value: note, expected: '--leave --note' })
  const wish = leave === undefined ? null : { orderId: orderNumber(leave), note: noteOf(note, true) }
  const context = await openContext(options, terminal, version)
  if (wish !== null) return leaveOrder(wish, context)
  const dryRun = options.dryRun === true
  const mirror = context.openMirror(dryRun ? 'read' : 'write')
  try {
    if (dryRun) return tell(pushPlan({ rows: mirror.shopRows }), true, null, context)
    return await withTheShop(context, async (shop) => {
      const deps = { desk: deskOf(shop, mirror), lock: mirror.lock, clock: context.clock }
      const { orders, fault } = await followPush(deps, terminal.interrupted)
      if (fault !== null && orders.length === 0 && !fault.code.startsWith('shop-')) throw fault
      const code = tell(orders, false, fault, context)
      return fault !== null || terminal.interrupted.aborted ? highest(code, EXIT.stopped) : code
    })
  } finally {
    mirror.close()
  }
}

interface LeaveWish {
  readonly orderId: string
  readonly note: string
}

/** Needs no shop: what cannot agree may have no row there at all. */
function leaveOrder({ orderId, note }: LeaveWish, context: Context): ExitCode {
  const { format, terminal, screen, options, clock } = context
  const mirror = context.openMirror('write')
  try {
    if (mirror.orders.find([orderId]).length === 0) throw new AppError('unknown-orders', { orders: [orderId] })
    const refused = leaveUntold(orderId, note, { rows: mirror.shopRows, lock: mirror.lock, clock })
    const code = refused === null ? EXIT.done : refused === 'unsettled' ? EXIT.needsPerson : EXIT.someRejected
    if (format === 'json') terminal.out(jsonText({ orderId, left: refused === null, reason: refused }))
    else if (!options.quiet || refused !== null) terminal.out(`${leaveText(orderId, refused, screen)}\n`)
    return code
  } finally {
    mirror.close()
  }
}

/** @param fault what ended it in the middle; the orders before it are told all the same */
function tell(orders: readonly PushedOrder[], dryRun: boolean, fault: AppError | null, context: Context): ExitCode {
  const { format, terminal, screen, errorScreen, options } = context
  const code = pushExit(orders)
  if (format === 'json') terminal.out(jsonText(pushJson(orders, dryRun, fault?.code ?? null)))
  else if (
    orders.length > 0 ? !options.quiet || code !== EXIT.done || fault !== null : !options.quiet && fault === null
  )
    terminal.out(`${pushText(orders, dryRun, screen)}\n`)
  if (fault !== null) terminal.err(`${pushFaultText(fault, errorScreen)}\n`)
  return code
}
