// Who has taken the run lock. It stands in the mirror, for the lock's own file can be read by nobody. Page 5.1.1.
import { japanIso } from '../clock.js'
import type { Holder, LockCommand } from '../domain/holder.js'
import type { Clock } from '../ports.js'
import type { Connection } from './connection.js'
import { SELECT_RUNS } from './runs.js'
import type { Identity } from './trail.js'

interface HolderRow {
  readonly command: LockCommand
  readonly os_user: string
  readonly host: string
  readonly pid: number
  readonly since_ms: number
}

export class Holders {
  constructor(
    private readonly connection: Connection,
    private readonly clock: Clock,
    private readonly identity: Identity,
  ) {}

  /** For whoever has just taken the lock. */
  enter(command: LockCommand): void {
    const { osUser, host, pid } = this.identity
    this.connection.write(() =>
      this.connection.run(
        'INSERT OR REPLACE INTO holder (id, command, os_user, host, pid, since_ms) VALUES (1, ?, ?, ?, ?, ?)',
        command,
        osUser,
        host,
        pid,
        this.clock.nowMs(),
      ),
    )
  }

  /** For whoever is about to give it back. */
  leave(): void {
    this.connection.write(() => this.connection.run('DELETE FROM holder'))
  }

  /**
   * Ask only while the lock is found held: after a crash the row of the dead process stays until the next one takes the
   * lock. A run counts as the holder's only if it is younger than its hold, for a crash leaves runs behind as well.
   */
  current(): Holder | null {
    return this.connection.read(() => {
      const row = this.connection.get<HolderRow>('SELECT command, os_user, host, pid, since_ms FROM holder')
      if (row === undefined) return null
      const { command, os_user: osUser, host, since_ms: sinceMs } = row
      return { command, osUser, host, since: japanIso(sinceMs), progress: this.#progressOf(row) }
    })
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
