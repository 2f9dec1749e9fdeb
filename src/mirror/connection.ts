// One handle on the mirror: every write is IMMEDIATE and synced, every error of SQLite has its name.
import { meansShipped } from '../domain/order-status.js'
import { AppError, type ErrorCode, installationFault } from '../errors.js'
import type { Database, Statement } from 'better-sqlite3'
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs'

// What SQLite complains about, as faults that the operator can act on.
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

/** `PRAGMA synchronous` as SQLite counts: 2 is FULL. */
const FULL = 2

export type SqlRow = Record<string, string | number | null>

export class Connection {
  readonly #statements = new Map<string, Statement>()
  /** One wrapper for all work: to make it takes longer than most of what it wraps. */
  readonly #transaction
  #level: Statement | null = null

  constructor(
    readonly path: string,
    readonly db: Database,
  ) {
    db.function('means_shipped', { deterministic: true }, (orderStatus) => (meansShipped(String(orderStatus)) ? 1 : 0))
    this.#transaction = db.transaction((work: () => unknown) => work())
  }

  all<Found = SqlRow>(sql: string, ...values: unknown[]): Found[] {
    return guarded(this.path, () => this.#prepare(sql).all(...values) as Found[])
  }

  get<Found = SqlRow>(sql: string, ...values: unknown[]): Found | undefined {
    return guarded(this.path, () => this.#prepare(sql).get(...values) as Found | undefined)
  }

  /** Changes rows; call it inside `write` only. Returns how many, and the id of a new one. */
  run(sql: string, ...values: unknown[]): { changes: number; id: number } {
    if (!this.db.inTransaction) throw new Error('a write outside a transaction')
    const { changes, lastInsertRowid } = this.#prepare(sql).run(...values)
    return { changes, id: Number(lastInsertRowid) }
  }

  /** One IMMEDIATE transaction; on disk when this returns. Nothing in it may wait for anything. */
  write<Result>(work: () => Result): Result {
    const result = guarded(this.path, () => this.#transaction.immediate(work) as Result)
    this.assertSynced()
    return result
  }

  /** Several reads that see one state of the mirror. */
  read<Result>(work: () => Result): Result {
    return guarded(this.path, () => this.#transaction.deferred(work) as Result)
  }

  /** For what SQLite does not do inside a transaction. */
  outside<Result>(work: (db: Database) => Result): Result {
    return guarded(this.path, () => work(this.db))
  }

  /** better-sqlite3 falls back to NORMAL in WAL unless told otherwise, so it is read back after each write. */
  assertSynced(): void {
    // Kept ready, as every write asks: the pragma is carried out anew each time.
    this.#level ??= this.db.prepare('PRAGMA synchronous').pluck()
    const level = this.#level.get()
    if (level !== FULL) throw new Error(`the mirror is written with synchronous=${String(level)}, not FULL`)
  }

  close(): void {
    this.db.close()
  }

  #prepare(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
