// `paygent reconcile`: asks Paygent about every open request, or compares the whole mirror with it.
import type { PushedOrder } from '../../attempts/shop-push.js'
import { AppError, type ErrorCode, EXIT, type ExitCode, highest } from '../../errors.js'
import {
  type ReconcileDeps,
  type ReconcileEvent,
  reconcileExit,
  type ReconcileReport,
  type ReconcileRequest,
  reportOf,
} from '../../jobs/reconcile/events.js'
import { audit, reconcile } from '../../jobs/reconcile/reconcile.js'
import type { Mirror } from '../../mirror/open.js'
import type { PushFault } from '../../ui/push.js'
import { reconcileCsv, reconcileJson, reconcileLine, reconcileNotes, reconcileText } from '../../ui/reconcile.js'
import { type Cli, type CommonOptions, type Context, openContext } from '../context.js'
import { Counting } from '../counting.js'
import { withSession } from '../gateway.js'
import type { Log } from '../log.js'
import { withMirror } from '../mirror.js'
import { warnOfLag } from '../faults.js'
import { printResult, statusLineOf, tell } from '../output.js'
import { findNamed, namedOrders, wholeOf } from '../selection.js'
import { loggablePush, type Pushing, tellPushed, withReachableShop } from '../shop-desk.js'

export interface ReconcileOptions extends CommonOptions {
  readonly orders: readonly string[]
  readonly audit?: boolean
  readonly days?: string
  readonly yes?: boolean
  readonly wait: boolean
}

/** The audit does not ask about a finished order that has not changed for so many days. */
const AUDITED_DAYS = 30

/** Orders named on the command line, or null; days of `--days`. */
interface Asked {
  readonly orderIds: readonly string[] | null
  readonly days: number
  /** The reason why the shop's database could not be opened. */
  readonly away: ErrorCode | null
}

export async function runReconcile(options: ReconcileOptions, { terminal, version }: Cli): Promise<ExitCode> {
  if (options.yes && !options.audit) throw new AppError('option-needs', { first: '--yes', second: '--audit' })
  if (options.days !== undefined && !options.audit)
    throw new AppError('option-needs', { first: '--days', second: '--audit' })
  const days = wholeOf('--days', options.days, 0) ?? AUDITED_DAYS
  const context = await openContext(options, terminal, version)
  return withMirror(context, 'write', async (mirror) => {
    const orderIds = await chosen(options, mirror, context)
    // Inquiries need no shop. Where its database is unreachable, nothing is sent again, and the rest of the work
    // continues.
    return withReachableShop(context, mirror, (desk, away) =>
      withSession(context, mirror, desk, ({ deps, log }) =>
        work({ orderIds, days, away }, options, deps, context, log),
      ),
    )
  })
}

async function chosen({ orders }: ReconcileOptions, mirror: Mirror, { terminal }: Context): Promise<string[] | null> {
  if (orders.length === 0) return null
  return findNamed(await namedOrders(orders, terminal), mirror.orders).map(({ orderId }) => orderId)
}

async function work(
  { orderIds, days, away }: Asked,
  options: ReconcileOptions,
  deps: ReconcileDeps,
  context: Context,
  log: Log,
): Promise<ExitCode> {
  const { terminal, config } = context
  const leave = new AbortController()
  const request: ReconcileRequest = {
    orderIds,
    settleMs: config.settleMs,
    wait: options.wait,
    leave: leave.signal,
    // Without the shop's lock another desk may be sending.
    sendsAgain: config.shopDatabase === null || deps.desk !== null,
    untilMs: null,
    push: true,
  }
  const signal = terminal.interrupted
  const events = options.audit
    ? audit({ mode: options.yes ? 'take' : 'compare', days }, request, deps, signal)
    : reconcile(request, deps, signal)
  const heard = { waiting: false }
  const deaf = terminal.canAsk ? terminal.onEnter(() => heard.waiting && leave.abort()) : () => undefined
  try {
    const { report, pushing } = await follow(events, heard, away, deps, context, log)
    const code = warnOfLag(reconcileExit(report), deps.state, context)
    await print(report, pushing, code, { ...context, again: commandOf(orderIds, options) })
    return highest(code, tellPushed(pushing, context))
  } finally {
    deaf()
  }
}

/** Shows the progress and collects the report. */
async function follow(
  events: AsyncGenerator<ReconcileEvent, void>,
  heard: { waiting: boolean },
  away: ErrorCode | null,
  deps: ReconcileDeps,
  context: Context,
  log: Log,
): Promise<{ report: ReconcileReport; pushing: Pushing }> {
  const { options, config } = context
  const foot = statusLineOf(context)
  const counting = new Counting(context, foot)
  const settled: ReconcileReport['settled'][number][] = []
  const differences: ReconcileReport['differences'][number][] = []
  const untold: ReconcileReport['untold'][number][] = []
  const pushed = new Map<string, PushedOrder>()
  let fault: PushFault | null = null
  let shopUnseen: string | null = away
  let stopped = false
  let audit: ReconcileReport['audit'] = null
  try {
    for await (const event of events) {
      heard.waiting = event.type === 'waiting'
      if (event.type === 'attempt-settled') settled.push(resolvedOf(event))
      if (event.type === 'difference') differences.push({ ...event.difference, booked: event.booked })
      if (event.type === 'untold') untold.push({ orderId: event.orderId, code: event.code })
      if (event.type === 'shop-unseen') shopUnseen = event.code
      if (event.type === 'stopped') stopped = true
      if (event.type === 'pushed') pushed.set(event.order.orderId, event.order)
      if (event.type === 'push-failed') fault = { code: event.code }
      if (event.type === 'compared') audit = { asked: event.asked, notAsked: event.notAsked }
      log.event(event.type, loggable(event))
      counting.note(event)
      const line = reconcileLine(event, config.lang)
      if (line !== null) foot.show(line)
      if (event.type === 'sending-again' && line !== null && !options.quiet) foot.above(() => tell(context, line))
    }
  } finally {
    foot.hide()
  }
  const report = reportOf({ settled, differences, untold, shopUnseen, stopped, audit }, deps)
  return { report, pushing: { orders: [...pushed.values()], fault } }
}

const resolvedOf = ({ orderId, telegram, outcome }: Extract<ReconcileEvent, { type: 'attempt-settled' }>) => ({
  orderId,
  telegram,
  outcome,
})

/** `--orders` of more orders is no command that anybody reads: without it the rest is asked about, and more. */
const NAMED = 10

/** The command as it was given. */
function commandOf(orderIds: Asked['orderIds'], { audit: isAudit, yes, days }: ReconcileOptions): string {
  const named = orderIds === null || orderIds.length > NAMED ? '' : orderIds.join(',')
  return [
    'paygent reconcile',
    ...(isAudit ? ['--audit'] : []),
    ...(days === undefined ? [] : ['--days', days]),
    ...(named === '' ? [] : ['--orders', named]),
    ...(yes ? ['--yes'] : []),
  ].join(' ')
}

type Printing = Context & { readonly again: string }

async function print(
  report: ReconcileReport,
  { orders, fault }: Pushing,
  code: ExitCode,
  context: Printing,
): Promise<void> {
  const { format, terminal, config, screen, errorScreen, options, again } = context
  const good = code === EXIT.done
  await printResult(context, {
    text: () => reconcileText(report, config.environment, screen, again),
    json: () => ({ ...reconcileJson(report), push: orders.map(loggablePush), pushFailed: fault?.code ?? null }),
    csv: () => reconcileCsv(report),
    good,
  })
  const notes = format === 'csv' && !(options.quiet && good) ? reconcileNotes(report, errorScreen, again) : []
  if (notes.length > 0) terminal.err(`${notes.join('\n')}\n`)
}

/** The loggable part of an event: order number, outcome and code. Names and Paygent's text are left out. */
function loggable(event: ReconcileEvent): Record<string, unknown> {
  if (event.type === 'stopped') return { reason: event.reason.type }
  if (event.type === 'pushed') return loggablePush(event.order)
  if ('step' in event) return { orderId: event.step.orderId, telegram: event.step.telegram }
  return { ...event }
}
