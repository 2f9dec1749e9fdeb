// One sender per mirror: an exclusive SQLite transaction on a file beside it. Pages 4.4 and 5.1.1.
import Database from 'better-sqlite3'
import { closeSync, openSync } from 'node:fs'
import type { Holder, LockCommand } from '../domain/holder.js'
import type { RunLock } from '../ports.js'
import { asAppError } from './faults.js'
import type { Holders } from './holders.js'

/**
 * The lock lives as long as the transaction, so it dies with its process. Nothing but SQLite may ever open the file:
 * closing any other handle on it drops the lock of the whole process (POSIX).
 */
export class MirrorLock implements RunLock {
  #handle: Database.Database | null = null

  /** @param path of the mirror, symbolic links resolved: every name of the mirror must mean the same lock */
  constructor(
    path: string,
    private readonly holders: Holders,
  ) {
    this.path = `${path}.lock`
  }
  readonly path: string

  get held(): boolean {
    return this.#handle?.inTransaction ?? false
  }

  acquire(command: LockCommand): boolean {
    if (this.held) throw new Error('the run lock is taken twice by the same run')
    if (!this.#take()) return false
    try {
      this.holders.enter(command)
      return true
    } catch (error) {
      this.#letGo()
      throw error
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

  /** Stays on in the program: whatever sends or settles is the holder of the lock. Page 5.1.4. */
  assertHeld(): void {
    if (!this.held) throw new Error('the journal is written without the run lock')
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
