// `paygent orders`: prints the order list with what may be sent for each order.
import { freshnessOf } from '../../attempts/entry.js'
import { japanDate, systemClock } from '../../clock.js'
import { authorisationAge } from '../../domain/age.js'
import { permit } from '../../domain/permit.js'
import { EXIT } from '../../errors.js'
import type { ListPage, OrderListRow } from '../../ui/order-list.js'
import { isStranger } from '../../ui/stranger.js'
import { type Cli, type CommonOptions, type Context, openContext } from '../context.js'
import { listRules, withMirror } from '../mirror.js'
import { searchOrders, type SearchOptions, wantedOf } from '../order-search.js'
import { printResult, warnOfStranger } from '../output.js'
import { type Running, runningIn } from '../running.js'
import { filterOf, type FilterOptions, wholeOf } from '../selection.js'

interface OrdersOptions extends CommonOptions, FilterOptions, SearchOptions {
  readonly limit?: string
  readonly page?: string
}

const PAGE_SIZE = 50

export async function runOrders(options: OrdersOptions, cli: Cli): Promise<number> {
  const nowMs = systemClock.nowMs()
  const filter = filterOf(options, nowMs)
  const wanted = wantedOf(options, japanDate(nowMs))
  const context = await openContext(options, cli.terminal, cli.version)
  const limit = wholeOf('--limit', options.limit) ?? (context.format === 'table' ? PAGE_SIZE : Number.MAX_SAFE_INTEGER)
  const page = wholeOf('--page', options.page) ?? 1
  return withMirror(context, 'read', async (mirror) => {
    const stranger = isStranger(freshnessOf(mirror.state))
    const rules = listRules(context.config, context.clock.nowMs())
    const today = japanDate(rules.nowMs)
    const offset = Math.min((page - 1) * limit, Number.MAX_SAFE_INTEGER)
    const [{ orders, total, totalYen }, running] = mirror.atOneMoment(() => {
      const now = runningIn(mirror)
      const searched = { orders: mirror.orders, running: now }
      return [searchOrders(searched, filter, wanted, rules, today, { limit, offset }), now]
    })
    const rows = orders.map((order) => ({
      order,
      sale: permit(order, 'sale', rules),
      cancel: permit(order, 'cancel', rules),
      age: authorisationAge(order, today),
      rules,
    }))
    const shownYen = orders.reduce((sum, order) => sum + order.totalYen, 0)
    const list = { shown: rows.length, page, limit, found: total, shownYen, foundYen: totalYen }
    await print(rows, list, running, context, today)
    if (stranger) warnOfStranger(context)
    return EXIT.done
  })
}

async function print(
  rows: readonly OrderListRow[],
  list: ListPage,
  running: Running | null,
  context: Context,
  today: string,
) {
  const { orderListText, orderJson, orderCsv } = await import('../../ui/order-list.js')
  const { screen, config } = context
  // Few lists are read during a run.
  const beside = running === null ? [] : [(await import('../../ui/runs.js')).runningLine(running.run, config.lang)]
  await printResult(context, {
    text: () => [orderListText(rows, list, screen, today), ...beside].join('\n'),
    json: () => orderJson(rows, config.lang),
    csv: () => orderCsv(rows, config.lang),
  })
}
