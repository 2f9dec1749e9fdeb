// `paygent hold`: keeps an order from being sent until a person ends that. It takes no lock, so that it works while a
// batch sends.
import { japanDate } from '../../clock.js'
import { authorisationAge } from '../../domain/age.js'
import { AppError, EXIT } from '../../errors.js'
import { type Cli, type CommonOptions, openContext, refuseCsv } from '../context.js'
import { withMirror } from '../mirror.js'
import { printResult } from '../output.js'
import { asSending, runningIn } from '../running.js'
import { orderNumber } from '../selection.js'
import { noteOf } from './settle.js'

interface HoldOptions extends CommonOptions {
  readonly note?: string
  readonly undo?: boolean
}

export async function runHold(options: HoldOptions, { terminal, version }: Cli, given: string): Promise<number> {
  refuseCsv(options)
  const undo = options.undo === true
  const note = noteOf(options.note, !undo)
  const orderId = orderNumber(given)
  const context = await openContext(options, terminal, version)
  return withMirror(context, 'write', async (mirror) => {
    const nowMs = context.clock.nowMs()
    const change = undo
      ? mirror.holds.undo(orderId, note === '' ? null : note, nowMs)
      : mirror.holds.place(orderId, note, nowMs)
    if (change === null) throw new AppError('unknown-orders', { orders: [orderId] })
    const { holdJson, holdText } = await import('../../ui/hold.js')
    const order = asSending(change.order, runningIn(mirror))
    const view = { ...change, order, age: authorisationAge(change.order, japanDate(nowMs)) }
    await printResult(context, {
      text: () => holdText(view, context.screen),
      json: () => holdJson(view),
      good: true,
    })
    return EXIT.done
  })
}
