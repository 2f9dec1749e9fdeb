// Who holds the lock, for whoever comes second: page 5.1.1.
import { AppError } from '../../errors.js'
import type { RunLock } from '../../ports.js'

/** The error of the program that finds the mirror locked. */
export function anotherRun(lock: Pick<RunLock, 'holder'>): AppError {
  const holder = lock.holder()
  if (holder === null) return new AppError('another-run')
  const { command, host, osUser: user, since, progress } = holder
  return new AppError('another-run', { command, host, user, since, ...progress })
}
