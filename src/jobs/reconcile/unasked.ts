// Accepted cancels after which nobody has asked, because the program died in between: what the mirror holds of their
// payments is assumed. Paygent is asked now.
import { takeAfter } from '../batch/after-cancel.js'
import { inquirePatiently, toldBy } from '../batch/inquiry.js'
import { compare, differenceOf } from './comparison.js'
import type { ReconcileWishes, StageDeps, Stopped } from './deps.js'
import { tellSilence, type ReconcileEvent } from './events.js'

export async function* settleUnasked(
  { orderIds }: ReconcileWishes,
  deps: StageDeps,
  signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, Stopped | null> {
  const due = deps.journal.unasked(orderIds ?? undefined)
  for (const [index, { attemptId, orderId }] of due.entries()) {
    if (signal.aborted) return 'interrupted'
    const step = deps.journal.stepOf(attemptId)
    const [order] = deps.orders.find([orderId])
    if (step === null || order === undefined || deps.hearing.silent.has(orderId)) continue
    yield { type: 'asking', index: index + 1, total: due.length, orderId }
    const { paymentId, tradingId, telegram } = step
    const told = toldBy(await inquirePatiently({ paymentId, tradingId }, deps, signal))
    if (signal.aborted && told.type === 'silent') return 'interrupted'
    // Where nothing can be asked at all, it is asked the next time.
    const after = told.type === 'silent' && told.cutOff ? 'silent' : takeAfter(attemptId, step, told, deps)
    if (told.type === 'silent') {
      const ends = yield* tellSilence(orderId, told, deps, signal)
      if (ends === null) continue
      return ends
    }
    deps.hearing.heard(step)
    if (after === 'attention') yield { type: 'attempt-settled', orderId, telegram, outcome: after }
    else if (told.type === 'told' && order.paymentId === paymentId && compare(order, told.fact) === 'moved')
      yield { type: 'difference', difference: differenceOf(order, 'moved', told.fact), booked: true }
  }
  return null
}
