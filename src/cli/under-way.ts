// Records which requests wait for their answer, for the message where the event loop empties before the command ends.
import { isWaiting } from '../deadline.js'
import type { MoneyRequest } from '../domain/answer.js'
import type { Gateway, Journal } from '../ports.js'
import type { UnderWay } from '../ui/last-word.js'

/** The open requests, each with a function that finds its order. */
const open = new Map<MoneyRequest, () => string>()

/** Wraps a gateway so that its requests are recorded here until they are answered. */
export const noted = (gateway: Gateway, journal: Pick<Journal, 'openAttempts'>): Gateway => ({
  async send(request) {
    open.set(request, () => orderOf(request, journal))
    try {
      return await gateway.send(request)
    } finally {
      open.delete(request)
    }
  },
  inquire: (key) => gateway.inquire(key),
  ahead: (keys, alone) => gateway.ahead(keys, alone),
  notice: (noticeId) => gateway.notice(noticeId),
  close: () => gateway.close(),
})

export function underWay(): UnderWay {
  if (open.size > 0) return [...open.values()].map((order) => order())
  return isWaiting() ? 'a-wait' : 'nothing'
}

/** The order of a request, or its payment where the journal cannot be read any more. */
function orderOf({ paymentId }: MoneyRequest, journal: Pick<Journal, 'openAttempts'>): string {
  try {
    const attempt = journal.openAttempts().find((one) => one.paymentId === paymentId)
    if (attempt) return attempt.orderId
  } catch {}
  return `payment_id ${paymentId}`
}
