// `paygent show`: prints one order with its payments, its requests, and what may be sent.
import { freshnessOf } from '../../attempts/entry.js'
import { japanDate } from '../../clock.js'
import { AppError, EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import { type Cli, type CommonOptions, openContext, refuseCsv } from '../context.js'
import { listRules, withMirror } from '../mirror.js'
import { printResult } from '../output.js'
import { asSending, runningIn } from '../running.js'
import { orderNumber } from '../selection.js'

export async function runShow(options: CommonOptions, { terminal, version }: Cli, given: string): Promise<number> {
  refuseCsv(options)
  const orderId = orderNumber(given)
  const context = await openContext(options, terminal, version)
  return withMirror(context, 'read', async (mirror) => {
    const { showJson, showText } = await import('../../ui/show.js')
    const { config } = context
    const nowMs = context.clock.nowMs()
    const rules = { ...listRules(config, nowMs), single: true }
    const machineState = freshnessOf(mirror.state)
    const view = { machineState, ...mirror.atOneMoment(() => allOf(orderId, mirror)), rules, today: japanDate(nowMs) }
    await printResult(context, { text: () => showText(view, context.screen), json: () => showJson(view, config.lang) })
    return EXIT.done
  })
}

function allOf(orderId: string, mirror: Mirror) {
  const { orders, journal, issues } = mirror
  const [found] = orders.find([orderId])
  if (found === undefined) throw new AppError('unknown-orders', { orders: [orderId] })
  const running = runningIn(mirror)
  const order = asSending(found, running)
  return {
    order,
    running: order.sending === true ? (running?.run ?? null) : null,
    payments: orders.payments(orderId),
    attempts: journal.attempts(orderId),
    attentionCause: issues.forAPerson().find((waiting) => waiting.orderId === orderId)?.cause ?? null,
  }
}
