// One writer per mirror: page 5.1.1.
import { AppError } from '../errors.js'
import type { Mirror } from '../mirror/open.js'

/** Runs a synchronous piece of work with the run lock held. */
export function withLock<Result>(mirror: Mirror, work: () => Result): Result {
  if (!mirror.lock.acquire()) {
    const holder = mirror.journal.holder()
    if (holder === null) throw new AppError('another-run')
    const { host, osUser: user, startedAt: since, done, total } = holder
    throw new AppError('another-run', { host, user, since, done, total })
  }
  try {
    return work()
  } finally {
    mirror.lock.release()
  }
}
