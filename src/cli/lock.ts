// One writer per mirror: page 5.1.1.
import { anotherRun } from '../attempts/entry.js'
import type { LockCommand } from '../domain/holder.js'
import type { Mirror } from '../mirror/open.js'

/**
 * Runs a synchronous piece of work with the run lock held.
 * @param command what the message to whoever comes second calls it
 */
export function withLock<Result>({ lock }: Mirror, command: LockCommand, work: () => Result): Result {
  if (!lock.acquire(command)) throw anotherRun(lock)
  try {
    return work()
  } finally {
    lock.release()
  }
}
