// One writer per mirror: page 5.1.1.
import { anotherRun } from '../jobs/batch/another-run.js'
import type { Mirror } from '../mirror/open.js'

/** Runs a synchronous piece of work with the run lock held. */
export function withLock<Result>(mirror: Mirror, work: () => Result): Result {
  if (!mirror.lock.acquire()) throw anotherRun(mirror.journal)
  try {
    return work()
  } finally {
    mirror.lock.release()
  }
}
