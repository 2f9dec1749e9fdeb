// What SQLite complains about, as faults that the operator can act on.
import { AppError, installationFault } from '../errors.js'

/** Codes that say "this file or its disk is not usable", whatever is being done with it. */
const UNUSABLE = /^SQLITE_(CORRUPT|NOTADB|IOERR|CANTOPEN|READONLY|BUSY|PERM|PROTOCOL|AUTH)/

/**
 * Runs a piece of work on the mirror. A full disk becomes `mirror-full`, a file that cannot be read or written
 * `mirror-unusable`, a driver that cannot be loaded `installation-broken`; anything else is thrown on as it is, because it
 * is a bug.
 */
export function guarded<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw asAppError(path, error) ?? error
  }
}

/** The fault behind an error of SQLite, or null when it is none. */
export function asAppError(path: string, error: unknown): AppError | null {
  if (error instanceof AppError || !(error instanceof Error)) return null
  const broken = installationFault(error)
  if (broken !== null) return broken
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const problem = `${code} ${error.message}`.trim()
  if (code === 'SQLITE_FULL' || code === 'ENOSPC')
    return new AppError('mirror-full', { path, problem }, { cause: error })
  return UNUSABLE.test(code) ? new AppError('mirror-unusable', { path, problem }, { cause: error }) : null
}
