// Who holds the lock, for whoever comes second: page 5.1.1.
import { AppError } from '../../errors.js'
import type { Journal } from '../../ports.js'

/** The error of the program that finds the mirror locked. */
export function anotherRun(journal: Pick<Journal, 'holder'>): AppError {
  const holder = journal.holder()
  if (holder === null) return new AppError('another-run')
  const { host, osUser: user, startedAt: since, done, total } = holder
  return new AppError('another-run', { host, user, since, done, total })
}
