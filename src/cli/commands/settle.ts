// `paygent settle`: records a person's knowledge of an order about which Paygent has no answer
// (docs/rules.md#a-persons-word).
import { anotherRun } from '../../attempts/entry.js'
import { type PushedOrder, lacksNewPayment, pushNewPayments } from '../../attempts/shop-push.js'
import { plainPaymentId } from '../../domain/order.js'
import { AppError, EXIT, type ExitCode, highest } from '../../errors.js'
import { type HandVerdict, type SettleDeps, type SettleRequest, consider, settleByHand } from '../../jobs/settle.js'
import type { Mirror } from '../../mirror/open.js'
import { type SettleView, settleJson, settleOutcome, settlePayments, settleQuestion } from '../../ui/settle.js'
import { type Cli, type CommonOptions, type Context, openContext, refuseCsv } from '../context.js'
import { follow } from '../follow.js'
import { withSession } from '../gateway.js'
import { withMirror } from '../mirror.js'
import { warnOfLag } from '../faults.js'
import { printResult } from '../output.js'
import { askYes } from '../question.js'
import { orderNumber } from '../selection.js'
import { deskOf, tellPushed, withTheShop } from '../shop-desk.js'

export interface SettleOptions extends CommonOptions {
  readonly paymentId?: string
  readonly as?: HandVerdict
  readonly note?: string
  readonly yes?: boolean
}

type Said = Omit<SettleRequest, 'settleMs'>

export async function runSettle(options: SettleOptions, { terminal, version }: Cli, order: string): Promise<ExitCode> {
  refuseCsv(options)
  const said = requestedBy(order, options)
  if (!options.yes && !terminal.canAsk) throw new AppError('no-terminal')
  const context = await openContext(options, terminal, version)
  const request = { ...said, settleMs: context.config.settleMs }
  return withMirror(context, 'write', (mirror) =>
    withSession(context, mirror, null, ({ deps }) => settle(request, deps, mirror, context)),
  )
}

const NOTE_MOST = 500

/** @param needed true where an empty note is wrong usage @throws AppError bad-value */
export function noteOf(note: string | undefined, needed: boolean): string {
  const reason = note?.trim() ?? ''
  if ((needed && reason === '') || Array.from(reason).length > NOTE_MOST)
    throw new AppError('bad-value', { name: '--note', value: reason, expected: `1-${NOTE_MOST} characters` })
  return reason
}

/** Checks the arguments before anything is opened. */
export function requestedBy(order: string, { paymentId, as, note }: SettleOptions): Said {
  const orderId = orderNumber(order)
  if (paymentId === undefined && as === undefined) throw new AppError('verdict-missing')
  const given = paymentId?.normalize('NFKC').trim()
  if (given !== undefined && !/^\d{1,18}$/.test(given))
    throw new AppError('bad-value', { name: '--payment-id', value: given, expected: '1-18 digits' })
  const reason = noteOf(note, as !== undefined)
  const named = given === undefined ? null : plainPaymentId(given)
  return { orderId, paymentId: named, as: as ?? null, note: reason === '' ? null : reason }
}

async function settle(request: SettleRequest, deps: SettleDeps, mirror: Mirror, context: Context): Promise<ExitCode> {
  const { terminal, errorScreen, options, config } = context
  const { environment, lang } = config
  const payments = mirror.orders.payments(request.orderId)
  const asked = await consider(request, deps, terminal.interrupted)
  const shown: SettleView = { ...asked, request, environment, payments }
  if (!options.quiet) terminal.err(`${settlePayments(shown, errorScreen)}\n`)
  const taken = asked.decision.type === 'taken'
  if (taken && !yesOf(context) && !(await askYes(settleQuestion(shown, lang), terminal)))
    throw new AppError('answered-no')
  const done = taken ? await settleByHand(request, asked, deps, terminal.interrupted) : asked
  const view: SettleView = { ...done, request, environment, payments }
  const code = warnOfLag(exitOf(view), deps.state, context)
  await printResult(context, {
    text: () => settleOutcome(view, context.screen),
    json: () => settleJson(view, lang),
    good: code === EXIT.done,
  })
  return view.decision.type === 'taken' ? highest(code, await tellShop(request.orderId, mirror, context)) : code
}

/**
 * Writes a payment that the person named to the shop where its row lacks it. The decision remains even if that fails.
 */
async function tellShop(orderId: string, mirror: Mirror, context: Context): Promise<ExitCode> {
  const { config, clock } = context
  const { lock, shopRows } = mirror
  if (config.shopDatabase === null || !lacksNewPayment(orderId, shopRows)) return EXIT.done
  const orders: PushedOrder[] = []
  try {
    const fault = await withTheShop(context, async (shop) => {
      if (!lock.acquire('push')) throw anotherRun(lock)
      try {
        const pushing = pushNewPayments([orderId], { desk: deskOf(shop, mirror), clock })
        const code = await follow(pushing, ({ order }) => orders.push(order))
        return code === null ? null : { code }
      } finally {
        lock.release()
      }
    })
    return tellPushed({ orders, fault }, context)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return tellPushed({ orders, fault: error }, context)
  }
}

const yesOf = ({ options }: Context): boolean => (options as SettleOptions).yes === true

function exitOf({ decision }: SettleView): ExitCode {
  if (decision.type === 'refused') return EXIT.someRejected
  return decision.waits ? EXIT.needsPerson : EXIT.done
}
