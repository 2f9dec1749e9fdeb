// `paygent export`: writes the mirror's orders as the CSV that `import` reads.
import type { Order } from '../../domain/order.js'
import { EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import { safe } from '../../text/width.js'
import { type Cli, type CommonOptions, openContext } from '../context.js'
import { withMirror } from '../mirror.js'
import { tell } from '../output.js'

export async function runExport(options: CommonOptions, cli: Cli): Promise<number> {
  const context = await openContext(options, cli.terminal, cli.version)
  return withMirror(context, 'read', async (mirror) => {
    const { encodeCsv } = await import('../../mirror/csv/encoding.js')
    const encoding = options.encoding ?? 'utf8'
    const { csv, odd } = await exported(mirror, encoding, cli.terminal.width === null ? exact : harmless)
    context.terminal.out(encodeCsv(csv, encoding))
    if (odd.length === 0) return EXIT.done
    const { oddOrdersText } = await import('../../ui/csv-faults.js')
    tell(context, oddOrdersText(odd, context.config.lang))
    return EXIT.someRejected
  })
}

/** An order with characters that the encoding lacks; replacements are written for them. */
interface OddOrder {
  readonly orderId: string
  readonly characters: readonly string[]
}

/** A file keeps every character, so that it can be imported again. */
const exact = (order: Order): Order => order

/** A terminal would obey the control characters of a name. */
const harmless = (order: Order): Order => ({
  ...(Object.fromEntries(
    Object.entries(order).map(([name, value]) => [name, typeof value === 'string' ? safe(value) : (value as unknown)]),
  ) as unknown as Order),
  hold: order.hold && { ...order.hold, note: safe(order.hold.note) },
})

/** Makes the text page by page: all orders of a mirror at once would take ten times its memory. */
async function exported(
  { orders }: Mirror,
  encoding: 'utf8' | 'sjis',
  shown: (order: Order) => Order,
): Promise<{ csv: string; odd: OddOrder[] }> {
  const { orderLine, ordersToCsv } = await import('../../mirror/csv/export.js')
  const { inWindows31J } = await import('../../mirror/csv/encoding.js')
  const odd: OddOrder[] = []
  const parts = [ordersToCsv([])]
  orders.inPages((page) => {
    for (const order of page) {
      const line = orderLine(shown(order))
      if (encoding === 'utf8') {
        parts.push(line)
        continue
      }
      const { text, lacking } = inWindows31J(line)
      parts.push(text)
      if (lacking.length > 0) odd.push({ orderId: order.orderId, characters: lacking })
    }
  })
  return { csv: parts.join(''), odd }
}
