// One sender per mirror: an exclusive SQLite transaction on a file beside it, and a row in it that says whose it is.
import { japanIso } from '../clock.js'
import {
  isAnotherLivingProcess,
  type LockCommand,
  type LockOwner,
  type MarkOf,
  type ProcessMark,
} from '../domain/lock-owner.js'
import { AppError } from '../errors.js'
import type { Clock, RunLock } from '../ports.js'
import { asAppError, type Connection } from './connection.js'
import { SELECT_RUNS } from './journal/run-rows.js'
import type { Identity } from './journal/trail.js'
import Database from 'better-sqlite3'
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync } from 'node:fs'

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
  asOwner<Result>(work: () => Result): Result {
    return this.asRecorder((own) => {
      if (!own) throw this.lost()
      return work()
    })
  }

  /** The same for what becomes of our own requests: it is written down even where the lock is another's by now. */
  asRecorder<Result>(work: (own: boolean) => Result): Result {
    if (!this.held) throw new Error('the journal is written without the run lock')
    return this.owners.write(work)
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

// The owner of the run lock is also a row of the mirror, because the lock file cannot be read and can be deleted by hand.
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
  /** What our row carries; null while we have none. */
  #token: string | null = null

  constructor(
    private readonly connection: Connection,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly markOf: MarkOf,
  ) {}

  /** For whoever has just locked the file. False where another process holds the mirror all the same: it still lives. */
  enter(command: LockCommand): boolean {
    const { osUser, host, pid } = this.identity
    const token = randomUUID()
    const mark = this.markOf(pid)
    const entered = this.connection.write(() => {
      if (this.#anotherLives()) return false
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

  /** For whoever is about to give the lock back. What another one has written since stays. */
  leave(): void {
    const token = this.#token
    this.#token = null
    this.connection.write(() => this.connection.run('DELETE FROM holder WHERE token = ?', token))
  }

  /** One transaction, in which the work is told whether the row is still our own. */
  write<Result>(work: (own: boolean) => Result): Result {
    return this.connection.write(() => work(this.#isOwn()))
  }

  /**
   * Ask only while the lock is found held: after a crash the row of the dead process stays until the next one takes the
   * lock. A run counts as the holder's only if it is younger than its hold, for a crash leaves runs behind as well.
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

  /** A row without a mark tells nothing: then the lock of the file alone decides. */
  #anotherLives(): boolean {
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

// Reads start time and boot id of a process from /proc. Other systems than Linux have none.
/** Fields of `stat` after the name of the program, which may hold spaces and brackets: state is 3, start time 22. */
const STATE = 0
const START_TIME = 22 - 3

/** Ended, and only not collected by their parents yet. */
const DEAD: readonly string[] = ['Z', 'X', 'x']

/**
 * @param root only tests give another
 * @returns null for a process that has ended or never was, and where the system does not tell
 */
export function processMark(pid: number, root = '/proc'): ProcessMark | null {
  try {
    const bootId = readFileSync(`${root}/sys/kernel/random/boot_id`, 'utf8').trim()
    const stat = readFileSync(`${root}/${pid}/stat`, 'utf8')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 1)
      .trim()
      .split(' ')
    const startTicks = fields[START_TIME]
    if (bootId === '' || startTicks === undefined || DEAD.includes(fields[STATE] ?? '')) return null
    return { bootId, pid, startTicks }
  } catch {
    return null
  }
}
