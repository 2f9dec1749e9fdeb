// One deadline of our own around every wait for the other side. A library's time-outs end what the library knows of;
// an answer that switches protocols, or a goodbye that gets lost, it waits for without an end.
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** Runs `action` after so many milliseconds and keeps the program alive until then; the result calls it off. */
export type Timer = (ms: number, action: () => void) => () => void

export const systemTimer: Timer = (ms, action) => {
  const timer = setTimeout(action, ms)
  return () => clearTimeout(timer)
}

/** The other side said nothing that ends the wait. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed'
  readonly code = 'ETIMEDOUT'
}

const waits = new Set<symbol>()

/** Whether something waits for another side: where the event loop is empty by then, nothing will ever end the wait. */
export const isWaiting = (): boolean => waits.size > 0

/**
 * Waits for `work`, and no longer than `limitMs`.
 * @param giveUp destroys what is waited on, so that nothing of it happens afterwards
 * @throws DeadlinePassed, or what `work` throws
 */
export async function withDeadline<Result>(
  limitMs: number,
  work: Promise<Result>,
  giveUp: () => void,
  timer: Timer = systemTimer,
): Promise<Result> {
  const wait = Symbol()
  waits.add(wait)
  let callOff = (): void => undefined
  const passed = new Promise<never>((_resolve, reject) => {
    callOff = timer(limitMs, () => {
      giveUp()
      reject(new DeadlinePassed())
    })
  })
  try {
    return await Promise.race([work, passed])
  } finally {
    callOff()
    waits.delete(wait)
  }
}

/** The other side began an answer that never becomes one: 101, or any other 1xx. */
export class InterimAnswer extends Error {
  override readonly name = 'InterimAnswer'
  constructor(readonly status: number) {
    super(`HTTP ${status}`)
  }
}

/**
 * Ends a request at the first 1xx: nothing of ours asks for one, and after 101 no answer comes.
 * @param ended hears of it once the connection is destroyed
 */
export function refuseInterim(request: ClientRequest, ended: (answer: InterimAnswer) => void): void {
  request.once('information', ({ statusCode }) => {
    request.destroy()
    ended(new InterimAnswer(statusCode))
  })
  // Node hands such a socket over and forgets it: from then on it is ours to close.
  request.once('upgrade', (answer: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined)
    socket.destroy()
    ended(new InterimAnswer(answer.statusCode ?? 101))
  })
}
