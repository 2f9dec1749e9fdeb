// One handle on the mirror: every write is IMMEDIATE and synced, every error of SQLite has its name.
import type { Database, Statement } from 'better-sqlite3'
import { meansShipped } from '../domain/order-status.js'
import { guarded } from './faults.js'

/** `PRAGMA synchronous` as SQLite counts: 2 is FULL. */
const FULL = 2

export type Row = Record<string, string | number | null>

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

  all<Found = Row>(sql: string, ...values: unknown[]): Found[] {
    return guarded(this.path, () => this.#prepare(sql).all(...values) as Found[])
  }

  get<Found = Row>(sql: string, ...values: unknown[]): Found | undefined {
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

  /** better-sqlite3 falls back to NORMAL in WAL unless told otherwise, so it is read back after each write. Page 5.1.2. */
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
