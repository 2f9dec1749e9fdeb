// `paygent export`: the mirror's orders as the CSV that `import` takes. Page 3.4.
import type { Order } from '../../domain/order.js'
import { EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import { safe } from '../../ui/width.js'
import { openContext, type CommonOptions } from '../context.js'
import { writeExactCsv } from '../output.js'
import type { Cli } from '../cli.js'

export function addExport(cli: Cli): void {
  cli.action<CommonOptions>(cli.command('export', 'export'), async (options) => {
    const context = await openContext(options, cli.terminal, cli.version)
    const mirror = context.openMirror('read')
    try {
      const { ordersToCsv } = await import('../../mirror/csv-export.js')
      const shown =
        cli.terminal.width === null ? ordersToCsv : (orders: readonly Order[]) => ordersToCsv(orders.map(harmless))
      await writeExactCsv(csvOf(mirror, shown), context)
    } finally {
      mirror.close()
    }
    return EXIT.done
  })
}

/** A terminal would obey the control characters of a name. What goes to a file stays exact, to be imported again. */
const harmless = (order: Order): Order =>
  Object.fromEntries(
    Object.entries(order).map(([name, value]) => [name, typeof value === 'string' ? safe(value) : (value as unknown)]),
  ) as unknown as Order

/** The text page by page, with one header: as orders a whole mirror would take ten times the room. */
function csvOf({ orders }: Mirror, ordersToCsv: (orders: readonly Order[]) => string): string {
  const header = ordersToCsv([])
  const parts = [header]
  orders.inPages((page) => parts.push(ordersToCsv(page).slice(header.length)))
  return parts.join('')
}
