// Inspects the mirror for `doctor` without changing it: whether the file is sound and which items wait in it.
import { japanIso } from '../clock.js'
import type { MirrorFreshness } from '../domain/lock-owner.js'
import { AppError } from '../errors.js'
import type { Connection } from './connection.js'
import { checkStamp, openDatabase, type Stamp } from './database.js'
import { Trail, type TrailCheck } from './journal/trail.js'
import { MirrorState } from './machine-state.js'
import { versionOf } from './migrations/migrations.js'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface MirrorHealth {
  readonly orders: number
  readonly trail: TrailCheck
  /** The number of attempts whose outcome is unknown. */
  readonly open: number
  /** The number of orders that an operator must check. */
  readonly attention: number
  readonly conflicts: number
  /** The number of results that no operator has acknowledged. */
  readonly unacknowledged: number
  /** The number of orders with settled attempts that were not reported to the shop yet. */
  readonly unreported: number
  /** The run that is in progress, or was when its process died. */
  readonly running: Running | null
}

export interface Running {
  readonly id: number
  readonly user: string
  readonly host: string
  /** Japan time, ISO. */
  readonly since: string
}

export interface Inspection {
  /** The full path, with symbolic links resolved. */
  readonly path: string
  readonly version: number
  /** The faults that SQLite finds in the file, at most ten; empty when it is sound. */
  readonly damage: readonly string[]
  /** The fault when the mirror belongs to another owner than the settings name. */
  readonly stampFault: AppError | null
  /** Null when the mirror is too damaged to be read. */
  readonly health: MirrorHealth | null
  /**
   * How the mirror compares with this machine's record of it, and the path of that record's file; null when `health`
   * is.
   */
  readonly state: { readonly path: string; readonly standing: MirrorFreshness | AppError } | null
}

/**
 * @param stateDir the folder in which this machine keeps the records of its mirrors
 * @param stamp null when the mirror's owner is not known; the stamp is then not checked
 * @throws AppError mirror-missing, mirror-not-ours, mirror-newer, mirror-unusable, mirror-damaged, mirror-on-network
 */
export function inspectMirror(path: string, stamp: Stamp | null, stateDir: string, nowMs: number): Inspection {
  const connection = openDatabase(path, { mode: 'read', stamp: stamp ?? NOBODY, nowMs })
  try {
    const { health, fault } = readable(() => healthOf(connection))
    const found = damageOf(connection)
    return {
      path: connection.path,
      version: versionOf(connection.db),
      damage: found.length === 0 && fault !== null ? [String(fault.params['problem'] ?? fault.code)] : found,
      stampFault: stamp === null ? null : stampFaultOf(connection, stamp),
      health,
      state: health === null ? null : stateOf(connection, stateDir),
    }
  } finally {
    connection.close()
  }
}

const NOBODY: Stamp = { environment: '', merchantId: '' }

function readable(work: () => MirrorHealth): { health: MirrorHealth | null; fault: AppError | null } {
  try {
    return { health: work(), fault: null }
  } catch (error) {
    if (error instanceof AppError) return { health: null, fault: error }
    throw error
  }
}

/** Runs both of SQLite's checks: of the file's structure, and of references to missing rows. */
function damageOf({ db }: Connection): string[] {
  try {
    const found = db.pragma('integrity_check(10)') as { integrity_check: string }[]
    const structure = found.map((row) => row.integrity_check).filter((problem) => problem !== 'ok')
    const loose = db.pragma('foreign_key_check') as { table: string; rowid: number; parent: string }[]
    return [...structure, ...loose.map(({ table, rowid, parent }) => `${table} ${rowid}: no ${parent}`)].slice(0, 10)
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

function stampFaultOf(connection: Connection, stamp: Stamp): AppError | null {
  try {
    checkStamp(connection, stamp)
    return null
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

const UNREPORTED = `(SELECT DISTINCT order_id FROM attempts
  WHERE state IN ('accepted', 'rejected') AND id NOT IN (SELECT attempt_id FROM pushes))`

/** A mirror of an older schema is inspected as it is. */
const hasTable = (connection: Connection, name: string): boolean =>
  connection.get('SELECT 1 FROM sqlite_master WHERE name = ?', name) !== undefined

function healthOf(connection: Connection): MirrorHealth {
  const count = (sql: string): number => connection.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)?.n ?? 0
  return connection.read(() => ({
    orders: count('orders'),
    trail: trailOf(connection).verify(),
    open: count(`attempts WHERE state IN ('prepared', 'unknown')`),
    attention: count('orders WHERE attention = 1'),
    conflicts: count('conflicts JOIN orders USING (order_id)'),
    unacknowledged: count(`runs WHERE state <> 'running' AND acknowledged_ms IS NULL${quietLeftOut(connection)}`),
    unreported: hasTable(connection, 'pushes') ? count(UNREPORTED) : 0,
    running: runningOf(connection),
  }))
}

const quietLeftOut = (connection: Connection): string =>
  connection.get(`SELECT 1 FROM pragma_table_info('runs') WHERE name = 'quiet'`) === undefined ? '' : ' AND quiet = 0'

function stateOf(connection: Connection, stateDir: string): Inspection['state'] {
  const state = new MirrorState(connection, idOf(connection), stateDir, () => {
    throw new Error('an inspection writes nothing')
  })
  try {
    return { path: state.file, standing: state.check() }
  } catch (error) {
    if (error instanceof AppError) return { path: state.file, standing: error }
    throw error
  }
}

const idOf = (connection: Connection): string =>
  connection.get<{ value: string }>(`SELECT value FROM meta WHERE name = 'id'`)?.value ?? ''

function trailOf(connection: Connection): Trail {
  return new Trail(connection, idOf(connection), { osUser: '', sudoUser: null, host: '', version: '', pid: 0 })
}

function runningOf(connection: Connection): Running | null {
  const row = connection.get<{ id: number; os_user: string; host: string; started_ms: number }>(
    `SELECT id, os_user, host, started_ms FROM runs WHERE state = 'running' ORDER BY id DESC LIMIT 1`,
  )
  return row ? { id: row.id, user: row.os_user, host: row.host, since: japanIso(row.started_ms) } : null
}

/** How this machine's SQLite commits: the promises depend on `wal` and 2 (FULL). */
export interface Durability {
  readonly journalMode: string
  readonly synchronous: number
}

/** Tests it on a mirror of its own in a temporary folder, opened and written the way every mirror is. */
export function tryDurability(nowMs: number): Durability {
  const folder = mkdtempSync(join(tmpdir(), 'paygent-doctor-'))
  try {
    const connection = openDatabase(join(folder, 'trial.db'), { mode: 'create', stamp: NOBODY, nowMs })
    try {
      connection.write(() => connection.run('UPDATE meta SET value = value'))
      return {
        journalMode: String(connection.db.pragma('journal_mode', { simple: true })),
        synchronous: Number(connection.db.pragma('synchronous', { simple: true })),
      }
    } finally {
      connection.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
