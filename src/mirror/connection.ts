// Holds one handle on the mirror: every write is IMMEDIATE and synced, and every error of SQLite gets a name.
import { meansShipped } from '../domain/order-status.js'
import { AppError, type ErrorCode, installationFault } from '../errors.js'
import type { Database, Statement } from 'better-sqlite3'
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs'

// Maps SQLite's errors to faults that the operator can act on.
/** The remedy decides the fault: another program, a damaged file, or a disk and its permissions. */
const FAULTS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)$/, 'mirror-full'],
  [/^SQLITE_BUSY/, 'mirror-busy'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'mirror-damaged'],
  [/^SQLITE_(IOERR|CANTOPEN|READONLY|PERM|PROTOCOL|AUTH)/, 'mirror-unusable'],
]

/** SQLite also uses these codes for a full disk: for its shared memory, for a file beside the mirror, for a quota. */
const PERHAPS_FULL = /^SQLITE_(IOERR|CANTOPEN)/

/**
 * Runs a piece of work on the mirror and converts its errors. A full disk becomes `mirror-full`, another program that
 * writes `mirror-busy`, a damaged file `mirror-damaged`, one that cannot be read or written `mirror-unusable`, a
 * driver that cannot be loaded `installation-broken`. Any other error is a bug and is thrown unchanged.
 */
export function guarded<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw asAppError(path, error) ?? error
  }
}

/**
 * Returns the fault behind an error of SQLite, or null when there is none.
 * @param isFull whether the disk of a file is full; only tests give another function
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

/** More bytes than fit in the rest of a block that is already begun. */
const PROBE = Buffer.alloc(64 * 1024)

const NO_ROOM: readonly unknown[] = ['ENOSPC', 'EDQUOT']

/** Tries to write where the file lies, because a quota appears in no figure of the disk. */
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

/**
 * SQLite looks at the value of a bare `= ?` while it plans, and so prepares the statement anew whenever a value is bound:
 * most of what reading one order costs. A plus changes no value, and keeps the plan. A quoted text stays as it is.
 */
const keepingItsPlan = (sql: string): string =>
  sql.replaceAll(/'[^']*'|(?:=|\bIS)\s*(?=[?:])/g, (found) => (found.startsWith("'") ? found : `${found} +`))

export type SqlRow = Record<string, string | number | null>

export class Connection {
  readonly #statements = new Map<string, Statement>()
  /** One wrapper for all work, because making it takes longer than most of the work in it. */
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

  /** Changes rows; call it inside `write` only. Returns the number of changed rows, and the id of a new one. */
  run(sql: string, ...values: unknown[]): { changes: number; id: number } {
    if (!this.db.inTransaction) throw new Error('a write outside a transaction')
    const { changes, lastInsertRowid } = this.#prepare(sql).run(...values)
    return { changes, id: Number(lastInsertRowid) }
  }

  /** Runs one IMMEDIATE transaction, which is on disk when this returns. Nothing in it may wait. */
  write<Result>(work: () => Result): Result {
    const result = guarded(this.path, () => this.#transaction.immediate(work) as Result)
    this.assertSynced()
    return result
  }

  /** Runs several reads that see one state of the mirror. */
  read<Result>(work: () => Result): Result {
    return guarded(this.path, () => this.#transaction.deferred(work) as Result)
  }

  /** Runs work that SQLite does not do inside a transaction. */
  outside<Result>(work: (db: Database) => Result): Result {
    return guarded(this.path, () => work(this.db))
  }

  /** better-sqlite3 falls back to NORMAL in WAL unless it is set, so the level is read back after each write. */
  assertSynced(): void {
    // The statement is kept prepared, because every write uses it. The pragma still runs anew each time.
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
    const statement = this.db.prepare(keepingItsPlan(sql))
    this.#statements.set(sql, statement)
    return statement
  }
}
