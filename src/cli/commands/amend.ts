// `paygent amend`: stores the changed total of an order, which the next sale corrects to (docs/rules.md#amount-correction).
import { enterState, leaveState } from '../../attempts/entry.js'
import { AppError, EXIT } from '../../errors.js'
import { type Cli, type CommonOptions, openContext, refuseCsv } from '../context.js'
import { withLock, withMirror } from '../mirror.js'
import { warnOfLag } from '../faults.js'
import { printResult } from '../output.js'
import { orderNumber, wholeOf } from '../selection.js'

interface AmendOptions extends CommonOptions {
  readonly total?: string
  readonly undo?: boolean
}

/** The new total in whole yen; null withdraws the amendment. @throws AppError no-total, total-zero, bad-value */
function totalOf(order: string, { total, undo }: AmendOptions): number | null {
  const given = wholeOf('--total', total, 0)
  if (given !== null && undo) throw new AppError('options-contradict', { first: '--total', second: '--undo' })
  if (given === null && !undo) throw new AppError('no-total', { order })
  if (given === 0) throw new AppError('total-zero', { order })
  return given
}

export async function runAmend(options: AmendOptions, { terminal, version }: Cli, order: string): Promise<number> {
  refuseCsv(options)
  const orderId = orderNumber(order)
  const total = totalOf(orderId, options)
  const context = await openContext(options, terminal, version)
  if (context.config.shopDatabase) throw new AppError('total-from-shop')
  return withMirror(context, 'write', async (mirror) => {
    const amendment = withLock(mirror, 'amend', () => {
      enterState(mirror.state)
      const made = mirror.journal.amend(orderId, total, context.clock.nowMs())
      leaveState(mirror.state)
      return made
    })
    if (amendment.type === 'unknown-order') throw new AppError('unknown-orders', { orders: [orderId] })
    const { amendJson, amendText } = await import('../../ui/amend.js')
    const { config } = context
    const code = amendment.type === 'refused' ? EXIT.someRejected : EXIT.done
    const view = amendment.type === 'refused' ? { ...amendment, askedYen: total } : amendment
    await printResult(context, {
      text: () => amendText(view, config, context.screen),
      json: () => amendJson(view, config, config.lang),
      good: code === EXIT.done,
    })
    return warnOfLag(code, mirror.state, context)
  })
}
