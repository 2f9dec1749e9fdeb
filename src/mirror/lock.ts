// One sender per mirror: an exclusive SQLite transaction on a file beside it, and a row in it that says whose it is.
import Database from 'better-sqlite3'
import { closeSync, openSync } from 'node:fs'
import type { Holder, LockCommand } from '../domain/holder.js'
import { AppError } from '../errors.js'
import type { RunLock } from '../ports.js'
import { asAppError } from './faults.js'
import type { Holders } from './holders.js'

/**
 * The lock lives as long as the transaction, so it dies with its process. Nothing but SQLite may ever open the file:
 * closing any other handle on it drops the lock of the whole process (POSIX). Where somebody deletes the file, the next
 * program locks a new one: it is the row in the mirror that stops it, or that stops us once another has replaced it.
 */
export class MirrorLock implements RunLock {
  #handle: Database.Database | null = null

  /** @param path of the mirror, symbolic links resolved: every name of the mirror must mean the same lock */
  constructor(
    path: string,
    private readonly holders: Holders,
  ) {
    this.#mirror = path
    this.path = `${path}.lock`
  }
  readonly #mirror: string
  readonly path: string

  get held(): boolean {
    return this.#handle?.inTransaction ?? false
  }

  acquire(command: LockCommand): boolean {
    if (this.held) throw new Error('the run lock is taken twice by the same run')
    if (!this.#take()) return false
    let entered = false
    try {
      return (entered = this.holders.enter(command))
    } finally {
      if (!entered) this.#letGo()
    }
  }

  holder(): Holder | null {
    return this.holders.current()
  }

  #take(): boolean {
    makePrivate(this.path)
    let handle: Database.Database | null = null
    try {
      handle = new Database(this.path, { timeout: 0 })
      handle.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      handle?.close()
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false
      throw asAppError(this.path, error) ?? error
    }
    this.#handle = handle
    return true
  }

  release(): void {
    if (this.#handle === null) return
    try {
      this.holders.leave()
    } catch {
      // What broke the mirror is on its way to the operator already; the row is the next holder's to replace.
    }
    this.#letGo()
  }

  #letGo(): void {
    const handle = this.#handle
    this.#handle = null
    if (handle === null) return
    if (handle.inTransaction) handle.exec('ROLLBACK')
    handle.close()
  }

  /**
   * One transaction of the holder. Stays on in the program: whatever sends or settles has the lock.
   * @throws AppError lock-lost where another program has taken it since; nothing is written then
   */
  asHolder<Result>(work: () => Result): Result {
    return this.asSettler((own) => {
      if (!own) throw this.lost()
      return work()
    })
  }

  /** The same for what becomes of our own requests: it is written down even where the lock is another's by now. */
  asSettler<Result>(work: (own: boolean) => Result): Result {
    if (!this.held) throw new Error('the journal is written without the run lock')
    return this.holders.write(work)
  }

  lost(): AppError {
    return new AppError('lock-lost', { path: this.#mirror })
  }
}

/** A new file is made 0600. An existing one is left to SQLite: it is not even opened here. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch {
    // It is there already, or cannot be made; SQLite says which.
  }
}
