// Records which requests wait for their answer, for the messages at Ctrl-C and where the event loop empties before the
// command ends.
import { isWaiting } from '../deadline.js'
import type { MoneyRequest } from '../domain/answer.js'
import type { Clock, Gateway, Journal } from '../ports.js'
import type { OpenRequest, UnderWay } from '../ui/last-word.js'

/** What the records need to know of a command's connection. */
interface Connected {
  readonly journal: Pick<Journal, 'openAttempts'>
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** The longest wait for one answer. */
  readonly timeoutMs: number
}

let connected: Connected | null = null
/** The requests of this program, by payment. Their outcomes may still be missing in the journal. */
const sent = new Set<string>()
/** The requests that wait for their answer, with the time when each was sent. */
const waiting = new Map<MoneyRequest, number>()
let inquiries = 0

async function counted<Answer>(asking: Promise<Answer>): Promise<Answer> {
  inquiries += 1
  try {
    return await asking
  } finally {
    inquiries -= 1
  }
}

/** Wraps a gateway so that its requests are recorded here until they are answered. */
export function noted(gateway: Gateway, to: Connected): Gateway {
  connected = to
  return {
    async send(request) {
      sent.add(request.paymentId)
      waiting.set(request, to.clock.monotonicMs())
      try {
        return await gateway.send(request)
      } finally {
        waiting.delete(request)
      }
    },
    inquire: (key) => counted(gateway.inquire(key)),
    ahead(keys, alone) {
      const ahead = gateway.ahead(keys, alone)
      return { inquire: (key) => counted(ahead.inquire(key)) }
    },
    quiet: () => gateway.quiet(),
    notice: (noticeId) => counted(gateway.notice(noticeId)),
    close: () => gateway.close(),
  }
}

export function underWay(): UnderWay {
  const [request] = waiting
  const open = openRequests()
  if (request === undefined) return { open, answering: [], longestSec: 0, wait: otherWait() }
  const [{ paymentId }, sinceMs] = request
  const own = open.filter((one) => one.paymentId === paymentId)
  return { open, answering: own.slice(-1), longestSec: longestSec(sinceMs), wait: 'money' }
}

const otherWait = (): UnderWay['wait'] => (inquiries > 0 ? 'inquiry' : isWaiting() ? 'other' : 'nothing')

function longestSec(sinceMs: number): number {
  if (connected === null) return 0
  const { clock, timeoutMs } = connected
  return Math.max(1, Math.ceil((timeoutMs - (clock.monotonicMs() - sinceMs)) / 1_000))
}

/** The requests of this program without an outcome, or those without an answer where the journal cannot be read. */
function openRequests(): OpenRequest[] {
  if (connected === null || sent.size === 0) return []
  try {
    const { journal } = connected
    return journal.openAttempts().filter(({ paymentId }) => sent.has(paymentId))
  } catch {
    return [...waiting.keys()].map(({ paymentId }) => ({ orderId: null, paymentId }))
  }
}
