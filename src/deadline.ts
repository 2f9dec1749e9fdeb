// Puts one deadline of our own around every wait for the other side. A library's time-outs cover only the cases that it
// knows. It waits without an end for an answer that switches protocols, or for a close message that is lost.
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** Runs `action` after this many milliseconds and keeps the program alive until then. The result cancels it. */
export type Timer = (ms: number, action: () => void) => () => void

export const systemTimer: Timer = (ms, action) => {
  const timer = setTimeout(action, ms)
  return () => clearTimeout(timer)
}

/** The error for a wait that the other side did not end in time. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed'
  readonly code = 'ETIMEDOUT'
}

const waits = new Set<symbol>()

/** Whether the program waits for another side. If the event loop is empty by then, nothing will ever end the wait. */
export const isWaiting = (): boolean => waits.size > 0

/**
 * Waits for `work`, but no longer than `limitMs`.
 * @param giveUp destroys the resource that is waited on, so that none of its effects happen afterwards
 * @throws DeadlinePassed, or the error of `work`
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

/** The error for an answer that never becomes complete: 101, or any other 1xx. */
export class InterimAnswer extends Error {
  override readonly name = 'InterimAnswer'
  constructor(readonly status: number) {
    super(`HTTP ${status}`)
  }
}

/**
 * Ends a request at the first 1xx. None of our requests asks for one, and after 101 no answer comes.
 * @param ended is called once the connection is destroyed
 */
export function refuseInterim(request: ClientRequest, ended: (answer: InterimAnswer) => void): void {
  request.once('information', ({ statusCode }) => {
    request.destroy()
    ended(new InterimAnswer(statusCode))
  })
  // Node hands such a socket over and no longer tracks it, so this program must close it.
  request.once('upgrade', (answer: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined)
    socket.destroy()
    ended(new InterimAnswer(answer.statusCode ?? 101))
  })
}
