// `paygent show`: everything about one order. Page 3.1.
import { standingOf } from '../../attempts/entry.js'
import { japanDate } from '../../clock.js'
import { AppError, EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import { jsonText } from '../../ui/json.js'
import { type Cli, type CommonOptions, openContext, refuseCsv } from '../context.js'
import { orderNumber } from '../selection.js'

export async function runShow(options: CommonOptions, { terminal, version }: Cli, given: string): Promise<number> {
  refuseCsv(options)
  const orderId = orderNumber(given)
  const context = await openContext(options, terminal, version)
  const mirror = context.openMirror('read')
  try {
    const { showJson, showText } = await import('../../ui/show.js')
    const { profile, statuses, lang } = context.config
    const nowMs = context.clock.nowMs()
    const rules = { profile, single: true, includeCancelled: false, afterUnknown: false, statuses, nowMs }
    const machineState = standingOf(mirror.state)
    const view = { machineState, ...mirror.atOneMoment(() => allOf(orderId, mirror)), rules, today: japanDate(nowMs) }
    if (context.format === 'json') terminal.out(jsonText(showJson(view, lang)))
    else terminal.out(`${showText(view, context.screen)}\n`)
    return EXIT.done
  } finally {
    mirror.close()
  }
}

function allOf(orderId: string, { orders, journal, books }: Mirror) {
  const [order] = orders.find([orderId])
  if (order === undefined) throw new AppError('unknown-orders', { orders: [orderId] })
  return {
    order,
    payments: orders.payments(orderId),
    attempts: journal.attempts(orderId),
    attentionCause: books.forAPerson().find((waiting) => waiting.orderId === orderId)?.cause ?? null,
  }
}
