// Ensures one sender per mirror: an exclusive SQLite transaction on a file beside it, and a row in the mirror that
// names the owner.
import { japanIso } from '../clock.js'
import { isAnotherLivingProcess, type LockCommand, type LockOwner, type MarkOf } from '../domain/lock-owner.js'
import { AppError } from '../errors.js'
import type { Clock, RunLock } from '../ports.js'
import { asAppError, type Connection } from './connection.js'
import { SELECT_RUNS } from './journal/run-rows.js'
import type { Identity } from './journal/trail.js'
import Database from 'better-sqlite3'
import { randomUUID } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'

/**
 * The lock lives as long as the transaction, so it ends with its process. Only SQLite may ever open the file: closing
 * any other handle on it drops the lock of the whole process (POSIX). If the file is deleted, the next program locks
 * a new one. The row in the mirror then stops that program, or stops this one once another has replaced the row.
 */
export class MirrorLock implements RunLock {
  #handle: Database.Database | null = null

  /** @param path of the mirror, symbolic links resolved: every name of the mirror must mean the same lock */
  constructor(
    path: string,
    private readonly owners: LockOwners,
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
      return (entered = this.owners.enter(command))
    } finally {
      if (!entered) this.#letGo()
    }
  }

  owner(): LockOwner | null {
    return this.owners.current()
  }

  get heldElsewhere(): boolean {
    return !this.held && this.owners.anotherLives()
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
      this.owners.leave()
    } catch {
      // The fault that broke the mirror is already being reported to the operator; the next holder replaces the row.
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
   * Runs one transaction of the holder. This check stays in the program: all code that sends or settles must hold the
   * lock.
   * @throws AppError lock-lost when another program has taken it since; nothing is written then
   */
  asOwner<Result>(work: () => Result): Result {
    return this.asRecorder((own) => {
      if (!own) throw this.lost()
      return work()
    })
  }

  /**
   * Does the same for the outcome of our own requests, which is stored even when another program holds the lock by
   * now.
   */
  asRecorder<Result>(work: (own: boolean) => Result): Result {
    if (!this.held) throw new Error('the journal is written without the run lock')
    return this.owners.write(work)
  }

  lost(): AppError {
    return new AppError('lock-lost', { path: this.#mirror })
  }
}

/** A new file is created with mode 0600. An existing one is left to SQLite and not even opened here. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch {
    // The file exists already, or cannot be created; SQLite reports which.
  }
}

// Stores the owner of the run lock also as a row of the mirror, because the lock file cannot be read and can be
// deleted by hand.
interface LockOwnerRow {
  readonly command: LockCommand
  readonly os_user: string
  readonly host: string
  readonly pid: number
  readonly since_ms: number
  readonly token: string | null
  readonly boot_id: string | null
  readonly start_ticks: string | null
}

const SELECT = 'SELECT command, os_user, host, pid, since_ms, token, boot_id, start_ticks FROM holder'

export class LockOwners {
  /** The token in our row; null while we have none. */
  #token: string | null = null

  constructor(
    private readonly connection: Connection,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly markOf: MarkOf,
  ) {}

  /**
   * Call it right after locking the file. Returns false when another process still holds the mirror, because that
   * process is alive.
   */
  enter(command: LockCommand): boolean {
    const { osUser, host, pid } = this.identity
    const token = randomUUID()
    const mark = this.markOf(pid)
    const entered = this.connection.write(() => {
      if (this.anotherLives()) return false
      this.connection.run(
        `INSERT OR REPLACE INTO holder (id, command, os_user, host, pid, since_ms, token, boot_id, start_ticks)
         VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)`,
        command,
        osUser,
        host,
        pid,
        this.clock.nowMs(),
        token,
        mark?.bootId ?? null,
        mark?.startTicks ?? null,
      )
      return true
    })
    if (entered) this.#token = token
    return entered
  }

  /** Call it before the lock is given back. A row that another process has written since stays. */
  leave(): void {
    const token = this.#token
    this.#token = null
    this.connection.write(() => this.connection.run('DELETE FROM holder WHERE token = ?', token))
  }

  /** Runs one transaction, and passes to the work whether the row is still our own. */
  write<Result>(work: (own: boolean) => Result): Result {
    return this.connection.write(() => work(this.#isOwn()))
  }

  /**
   * Returns the owner. Call it only while the lock is found held: after a crash the row of the dead process stays
   * until the next one takes the lock. A run counts as the holder's only if it is younger than the hold, because a
   * crash leaves runs behind as well.
   */
  current(): LockOwner | null {
    return this.connection.read(() => {
      const row = this.#row()
      if (row === undefined) return null
      const { command, os_user: osUser, host, since_ms: sinceMs } = row
      return { command, osUser, host, since: japanIso(sinceMs), progress: this.#progressOf(row) }
    })
  }

  #row(): LockOwnerRow | undefined {
    return this.connection.get<LockOwnerRow>(SELECT)
  }

  #isOwn(): boolean {
    return this.#token !== null && this.#row()?.token === this.#token
  }

  /** A row without a mark proves nothing; then the lock of the file alone decides. */
  anotherLives(): boolean {
    const { pid = 0, boot_id: bootId = null, start_ticks: startTicks = null } = this.#row() ?? {}
    if (bootId === null || startTicks === null) return false
    return isAnotherLivingProcess({ pid, bootId, startTicks }, this.identity.pid, this.markOf)
  }

  #progressOf({ host, pid, since_ms: sinceMs }: LockOwnerRow): LockOwner['progress'] {
    const run = this.connection.get<{ done: number; total: number }>(
      `${SELECT_RUNS} WHERE r.state = 'running' AND r.host = ? AND r.pid = ? AND r.started_ms >= ? ORDER BY r.id DESC`,
      host,
      pid,
      sinceMs,
    )
    return run === undefined ? null : { done: run.done, total: run.total }
  }
}
