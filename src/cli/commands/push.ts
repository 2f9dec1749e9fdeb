// `paygent push`: writes the results of the orders into the shop's database.
import type { PushedOrder } from '../../attempts/shop-push.js'
import { AppError, EXIT, type ExitCode, highest } from '../../errors.js'
import { leaveUnreported, pushExit, pushPlan } from '../../jobs/push.js'
import { leaveText, pushJson, pushText } from '../../ui/push.js'
import { type Cli, type CommonOptions, type Context, openContext, refuseCsv } from '../context.js'
import { withMirror } from '../mirror.js'
import { printResult } from '../output.js'
import { orderNumber } from '../selection.js'
import { deskOf, followPush, tellPushFault, withTheShop } from '../shop-desk.js'
import { noteOf } from './settle.js'

export interface PushOptions extends CommonOptions {
  readonly dryRun?: boolean
  /** The number of an order whose results are not written to the shop. */
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
  const request = leave === undefined ? null : { orderId: orderNumber(leave), note: noteOf(note, true) }
  const context = await openContext(options, terminal, version)
  if (request !== null) return leaveOrder(request, context)
  const dryRun = options.dryRun === true
  return withMirror(context, dryRun ? 'read' : 'write', async (mirror) => {
    if (dryRun) return print(pushPlan({ rows: mirror.shopRows }), true, null, context)
    return withTheShop(context, async (shop) => {
      const deps = { desk: deskOf(shop, mirror), lock: mirror.lock, clock: context.clock }
      const { orders, fault } = await followPush(deps, terminal.interrupted)
      if (fault !== null && orders.length === 0 && !fault.code.startsWith('shop-')) throw fault
      const code = await print(orders, false, fault, context)
      return fault !== null || terminal.interrupted.aborted ? highest(code, EXIT.stopped) : code
    })
  })
}

interface LeaveRequest {
  readonly orderId: string
  readonly note: string
}

/** Leaves an order out of the push. It needs no shop: the order may have no row there any more. */
const leaveOrder = ({ orderId, note }: LeaveRequest, context: Context): Promise<ExitCode> =>
  withMirror(context, 'write', async (mirror) => {
    if (mirror.orders.find([orderId]).length === 0) throw new AppError('unknown-orders', { orders: [orderId] })
    const refused = leaveUnreported(orderId, note, { rows: mirror.shopRows, lock: mirror.lock, clock: context.clock })
    const code = refused === null ? EXIT.done : refused === 'unsettled' ? EXIT.needsPerson : EXIT.someRejected
    await printResult(context, {
      text: () => leaveText(orderId, refused, context.screen),
      json: () => ({ orderId, left: refused === null, reason: refused }),
      good: refused === null,
    })
    return code
  })

/** @param fault the error that ended the push; the orders before it are reported all the same */
async function print(
  orders: readonly PushedOrder[],
  dryRun: boolean,
  fault: AppError | null,
  context: Context,
): Promise<ExitCode> {
  const { screen } = context
  const code = pushExit(orders)
  await printResult(context, {
    text: () => (orders.length === 0 && fault !== null ? null : pushText(orders, dryRun, screen)),
    json: () => pushJson(orders, dryRun, fault?.code ?? null),
    good: code === EXIT.done && fault === null,
  })
  if (fault !== null) tellPushFault(fault, context)
  return code
}
