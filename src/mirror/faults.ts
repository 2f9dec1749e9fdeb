// What SQLite complains about, as faults that the operator can act on.
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { AppError, installationFault, type ErrorCode } from '../errors.js'

/** What is to be done about each: another program, a damaged file, or a disk and its permissions. */
const FAULTS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)$/, 'mirror-full'],
  [/^SQLITE_BUSY/, 'mirror-busy'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'mirror-damaged'],
  [/^SQLITE_(IOERR|CANTOPEN|READONLY|PERM|PROTOCOL|AUTH)/, 'mirror-unusable'],
]

/** By these SQLite also says that a disk is full: for its shared memory, for a file beside the mirror, for a quota. */
const PERHAPS_FULL = /^SQLITE_(IOERR|CANTOPEN)/

/**
 * Runs a piece of work on the mirror. A full disk becomes `mirror-full`, another program that writes `mirror-busy`, a
 * damaged file `mirror-damaged`, one that cannot be read or written `mirror-unusable`, a driver that cannot be loaded
 * `installation-broken`; anything else is thrown on as it is, because it is a bug.
 */
export function guarded<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw asAppError(path, error) ?? error
  }
}

/**
 * The fault behind an error of SQLite, or null when it is none.
 * @param isFull whether the disk of a file is; only tests give another
 */
export function asAppError(path: string, error: unknown, isFull = diskIsFull): AppError | null {
  if (error instanceof AppError || !(error instanceof Error)) return null
  const broken = installationFault(error)
  if (broken !== null) return broken
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = FAULTS.find(([pattern]) => pattern.test(code))?.[1]
  if (known === undefined) return null
  const fault = PERHAPS_FULL.test(code) && isFull(path) ? 'mirror-full' : known
  return new AppError(fault, { path, problem: `${code} ${error.message}`.trim() }, { cause: error })
}

/** More than the rest of a block that is begun already. */
const PROBE = Buffer.alloc(64 * 1024)

const NO_ROOM: readonly unknown[] = ['ENOSPC', 'EDQUOT']

/** Tried where the file lies: a quota shows in no figure of the disk. */
function diskIsFull(path: string): boolean {
  const probe = `${path}.${process.pid}.room`
  try {
    const file = openSync(probe, 'wx', 0o600)
    unlinkSync(probe)
    try {
      writeFileSync(file, PROBE)
    } finally {
      closeSync(file)
    }
    return false
  } catch (error) {
    return NO_ROOM.includes((error as NodeJS.ErrnoException).code)
  }
}
