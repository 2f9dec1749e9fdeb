// `paygent amend`: the changed total of an order, step 2 of a correction. Pages 1.2 and 3.1.
import { enterState, leaveState } from '../../attempts/entry.js'
import { AppError, EXIT } from '../../errors.js'
import { jsonText } from '../../ui/json.js'
import { type Cli, type CommonOptions, openContext, refuseCsv } from '../context.js'
import { withLock } from '../mirror.js'
import { warnOfLag } from '../output.js'
import { orderNumber, wholeOf } from '../selection.js'

interface AmendOptions extends CommonOptions {
  readonly total?: string
  readonly undo?: boolean
}

export async function runAmend(options: AmendOptions, { terminal, version }: Cli, order: string): Promise<number> {
  refuseCsv(options)
  const total = wholeOf('--total', options.total)
  if (total !== null && options.undo) throw new AppError('options-contradict', { first: '--total', second: '--undo' })
  if (total === null && !options.undo) throw new AppError('bad-value', { name: '--total', value: '', expected: '1733' })
  const orderId = orderNumber(order)
  const context = await openContext(options, terminal, version)
  if (context.config.shopDatabase) throw new AppError('total-from-shop')
  const mirror = context.openMirror('write')
  try {
    const amendment = withLock(mirror, 'amend', () => {
      enterState(mirror.state)
      const made = mirror.journal.amend(orderId, total, context.clock.nowMs())
      leaveState(mirror.state)
      return made
    })
    if (amendment.type === 'unknown-order') throw new AppError('unknown-orders', { orders: [orderId] })
    const { amendJson, amendText } = await import('../../ui/amend.js')
    if (context.format === 'json') {
      terminal.out(jsonText(amendJson(amendment, context.config.lang)))
    } else if (!options.quiet || amendment.type === 'refused') terminal.out(`${amendText(amendment, context.screen)}\n`)
    return warnOfLag(amendment.type === 'refused' ? EXIT.someRejected : EXIT.done, mirror.state, context)
  } finally {
    mirror.close()
  }
}
