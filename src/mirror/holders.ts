// The holder of the run lock, as a row of the mirror: nobody can read the lock's own file, and anybody can delete it.
import { randomUUID } from 'node:crypto'
import { japanIso } from '../clock.js'
import { isAnotherLivingProcess, type Holder, type LockCommand, type MarkOf } from '../domain/holder.js'
import type { Clock } from '../ports.js'
import type { Connection } from './connection.js'
import { SELECT_RUNS } from './run-rows.js'
import type { Identity } from './trail-entry.js'

interface HolderRow {
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

export class Holders {
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
  current(): Holder | null {
    return this.connection.read(() => {
      const row = this.#row()
      if (row === undefined) return null
      const { command, os_user: osUser, host, since_ms: sinceMs } = row
      return { command, osUser, host, since: japanIso(sinceMs), progress: this.#progressOf(row) }
    })
  }

  #row(): HolderRow | undefined {
    return this.connection.get<HolderRow>(SELECT)
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

  #progressOf({ host, pid, since_ms: sinceMs }: HolderRow): Holder['progress'] {
    const run = this.connection.get<{ done: number; total: number }>(
      `${SELECT_RUNS} WHERE r.state = 'running' AND r.host = ? AND r.pid = ? AND r.started_ms >= ? ORDER BY r.id DESC`,
      host,
      pid,
      sinceMs,
    )
    return run === undefined ? null : { done: run.done, total: run.total }
  }
}
