// `paygent orders`: prints the order list with what may be sent for each order.
import { freshnessOf } from '../../attempts/entry.js'
import { japanDate } from '../../clock.js'
import { authorisationAge } from '../../domain/age.js'
import type { OrderFilter } from '../../domain/chosen.js'
import type { Order } from '../../domain/order.js'
import { permit, type RuleContext } from '../../domain/permit.js'
import { EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import type { Page } from '../../mirror/orders.js'
import { isStranger } from '../../ui/stranger.js'
import { type Cli, type CommonOptions, type Context, openContext } from '../context.js'
import { listRules, withMirror } from '../mirror.js'
import { printResult, warnOfStranger } from '../output.js'
import { asSending, type Running, runningIn } from '../running.js'
import { filterOf, type FilterOptions, wholeOf } from '../selection.js'

interface OrdersOptions extends CommonOptions, FilterOptions {
  readonly for?: 'sale' | 'cancel'
  readonly expiring?: string
  readonly limit?: string
  readonly page?: string
}

const PAGE_SIZE = 50

export async function runOrders(options: OrdersOptions, cli: Cli): Promise<number> {
  const filter = filterOf(options)
  const context = await openContext(options, cli.terminal, cli.version)
  const limit = wholeOf('--limit', options.limit) ?? (context.format === 'table' ? PAGE_SIZE : Number.MAX_SAFE_INTEGER)
  const page = wholeOf('--page', options.page) ?? 1
  const expiring = wholeOf('--expiring', options.expiring, 0)
  return withMirror(context, 'read', async (mirror) => {
    const stranger = isStranger(freshnessOf(mirror.state))
    const rules = rulesOf(context)
    const today = japanDate(rules.nowMs)
    const wanted = { for: options.for, expiring, rules, today }
    const [{ orders, total }, running] = mirror.atOneMoment(() => [
      pageOf(mirror, filter, wanted, { limit, offset: (page - 1) * limit }),
      runningIn(mirror),
    ])
    const shown = orders.map((order) => asSending(order, running))
    const rows = shown.map((order) => ({
      order,
      sale: permit(order, 'sale', rules),
      cancel: permit(order, 'cancel', rules),
      age: authorisationAge(order, today),
      profile: rules.profile,
    }))
    await print(rows, total, running, context)
    if (stranger) warnOfStranger(context)
    return EXIT.done
  })
}

const rulesOf = ({ config, clock }: Context): RuleContext => listRules(config, clock.nowMs())

/** Filters without a column in the mirror: the permitted request, and the days until the authorisation expires. */
interface Wanted {
  readonly for: 'sale' | 'cancel' | undefined
  readonly expiring: number | null
  readonly rules: RuleContext
  /** Japan date, `YYYY-MM-DD`. */
  readonly today: string
}

/** With such a filter every order is judged; without one the mirror counts and pages. */
function pageOf(
  { orders }: Mirror,
  filter: OrderFilter,
  wanted: Wanted,
  page: Page,
): { orders: Order[]; total: number } {
  if (wanted.for === undefined && wanted.expiring === null) return orders.page(filter, page)
  const sendable = wanted.for === undefined ? {} : { sendable: wanted.for }
  const fitting = orders.list({ ...filter, ...sendable }).filter((order) => fits(order, wanted))
  return { orders: fitting.slice(page.offset, page.offset + page.limit), total: fitting.length }
}

function fits(order: Order, { for: operation, expiring, rules, today }: Wanted): boolean {
  if (operation !== undefined && permit(order, operation, rules).verdict === 'refused') return false
  if (expiring === null) return true
  const age = authorisationAge(order, today)
  return age !== null && age.left <= expiring
}

async function print(
  rows: Parameters<typeof import('../../ui/order-list.js').orderTable>[0],
  total: number,
  running: Running | null,
  context: Context,
) {
  const { orderTable, orderJson, orderCsv, orderCount } = await import('../../ui/order-list.js')
  const { runningLine } = await import('../../ui/runs.js')
  const { screen, config } = context
  await printResult(context, {
    text: () => {
      const lines = [orderTable(rows, screen), orderCount(rows.length, total, screen)]
      return [...lines, ...(running === null ? [] : [runningLine(running.run, config.lang)])].join('\n')
    },
    json: () => orderJson(rows, config.lang),
    csv: () => orderCsv(rows, config.lang),
  })
}
