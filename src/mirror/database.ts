// Opens the mirror's file: creates it, or checks that it is a mirror before anything in it is changed.
import { AppError } from '../errors.js'
import { asAppError, Connection, guarded } from './connection.js'
import { APPLICATION_ID, migrate, MIGRATIONS, versionOf } from './migrations/migrations.js'
import { type FileSystemType, refuseNetwork } from './network.js'
import Database from 'better-sqlite3'
import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

// Stamps the mirror with its owner: environment and merchant, and a random id that a copy shares.
export interface Stamp {
  readonly environment: string
  readonly merchantId: string
}

/** Writes the stamp once, when the mirror is created. */
export function writeStamp(connection: Connection, { environment, merchantId }: Stamp, nowMs: number): void {
  const facts = { id: randomUUID(), environment, merchant_id: merchantId, created_ms: String(nowMs) }
  for (const [name, value] of Object.entries(facts)) {
    connection.run('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING', name, value)
  }
}

/**
 * Returns the mirror's own id, if it belongs to this environment and merchant.
 * @throws AppError mirror-of-another-environment, mirror-of-another-merchant
 */
export function checkStamp(connection: Connection, wanted: Stamp): string {
  const { path } = connection
  const found = new Map(
    connection
      .all<{ name: string; value: string }>('SELECT name, value FROM meta')
      .map(({ name, value }) => [name, value]),
  )
  const id = found.get('id')
  if (id === undefined) throw new AppError('mirror-damaged', { path, problem: 'no-stamp' })
  const environment = found.get('environment') ?? ''
  if (environment !== wanted.environment) {
    throw new AppError('mirror-of-another-environment', { path, found: environment, wanted: wanted.environment })
  }
  const merchantId = found.get('merchant_id') ?? ''
  if (merchantId !== wanted.merchantId) {
    throw new AppError('mirror-of-another-merchant', { path, found: merchantId, wanted: wanted.merchantId })
  }
  return id
}

export type Mode = 'create' | 'write' | 'read'

export interface OpenFile {
  /** `create` creates a mirror when there is none, and otherwise opens it to write. */
  readonly mode: Mode
  readonly stamp: Stamp
  readonly nowMs: number
  /** The type of a folder's file system as statfs reports it; only tests give another. */
  readonly fileSystemType?: FileSystemType
}

const BUSY_MS = 5_000

/**
 * Opens a checked handle on the mirror.
 * @throws AppError mirror-missing, mirror-not-ours, mirror-newer, mirror-unusable, mirror-damaged, mirror-on-network
 */
export function openDatabase(given: string, options: OpenFile): Connection {
  const full = resolve(given)
  refuseNetwork(full, options.fileSystemType)
  if (!existsSync(full)) makeFile(full, options.mode)
  const path = guarded(full, () => realpathSync(full))
  if (dirname(path) !== dirname(full)) refuseNetwork(path, options.fileSystemType)
  const db = options.mode === 'read' ? openToRead(path) : openHandle(path)
  try {
    return ready(new Connection(path, db), options)
  } catch (error) {
    db.close()
    throw asForeign(path, error) ?? opening(asAppError(path, error)) ?? error
  }
}

/** Only the opening uses this: a file that is no database at this point never was a mirror. */
const asForeign = (path: string, error: unknown): AppError | null =>
  error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB'
    ? new AppError('mirror-not-ours', { path, problem: error.message }, { cause: error })
    : null

/** Marks a fault by which a command ends before it has begun. */
const opening = (fault: AppError | null): AppError | null =>
  fault && new AppError(fault.code, { ...fault.params, opening: 'yes' }, { cause: fault.cause })

function makeFile(path: string, mode: Mode): void {
  if (mode !== 'create') throw new AppError('mirror-missing', { path })
  loadDriver(path)
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new AppError('mirror-unusable', { path, problem }, { cause: error })
  }
}

/** Runs before a file is created: if the driver's compiled part cannot be loaded, an empty file would stay behind. */
const loadDriver = (path: string): void => guarded(path, () => void new Database(':memory:').close())

const openHandle = (path: string): Database.Database =>
  guarded(path, () => new Database(path, { fileMustExist: true, timeout: BUSY_MS }))

/**
 * A mirror of this size or larger is not read into memory, because that would cost more than the list that is shown.
 */
const LARGE_BYTES = 16 * 1024 * 1024

/**
 * Opens the mirror for reading. A read-only handle on a WAL database would create `-wal` and `-shm` files and leave
 * them behind. While there is no `-wal`, no program writes and the file alone is the whole mirror, so it is read into
 * memory. Otherwise the handle uses the existing files. A large mirror gets a handle that could write but is
 * forbidden to, and that removes those files again.
 */
function openToRead(path: string): Database.Database {
  const large = !existsSync(`${path}-wal`) && statSync(path).size >= LARGE_BYTES ? openLarge(path) : null
  if (large !== null) return large
  const snapshot = existsSync(`${path}-wal`) ? null : snapshotOf(path)
  if (snapshot === null || existsSync(`${path}-wal`)) {
    return guarded(path, () => new Database(path, { fileMustExist: true, readonly: true, timeout: BUSY_MS }))
  }
  return guarded(path, () => new Database(snapshot, { readonly: true }))
}

/**
 * Returns null when this user may not write the mirror: then only a copy in memory can be read. Another user's `-wal`
 * beside it would keep its owner from writing, and one without the right to write would stay behind.
 */
function openLarge(path: string): Database.Database | null {
  if (!isOurs(path)) return null
  const db = openHandle(path)
  try {
    db.pragma('query_only = ON')
    db.prepare('SELECT count(*) FROM sqlite_master').get()
    return db
  } catch {
    db.close()
    return null
  }
}

const OWNER_MAY_WRITE = 0o200
const ROOT = 0

/** For root, SQLite gives the files that it creates to the mirror's owner. */
function isOurs(path: string): boolean {
  const { uid, mode } = statSync(path)
  const user = process.geteuid?.() ?? uid
  return (mode & OWNER_MAY_WRITE) !== 0 && (user === uid || user === ROOT)
}

/**
 * The bytes of the header that state how the file is journalled; 1 is "not WAL", the only mode of a database in
 * memory.
 */
const JOURNAL_BYTES = [18, 19] as const

function snapshotOf(path: string): Buffer | null {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new AppError('mirror-unusable', { path, problem }, { cause: error })
  }
  if (bytes.length < 100 || bytes.length !== statSync(path).size) return null
  for (const at of JOURNAL_BYTES) bytes[at] = 1
  return bytes
}

function ready(connection: Connection, options: OpenFile): Connection {
  const { db } = connection
  const fresh = options.mode === 'create' && isEmpty(connection)
  if (!fresh) checkOurs(connection)
  db.pragma('foreign_keys = ON')
  db.pragma('recursive_triggers = ON')
  sortInMemory(db)
  if (options.mode === 'read') return versionOf(db) < MIGRATIONS.length ? upgradedCopy(connection) : connection
  setDurable(connection)
  if (!fresh) checkSound(connection)
  connection.write(() => {
    migrate(db)
    if (fresh) writeStamp(connection, options.stamp, options.nowMs)
  })
  return connection
}

function isEmpty({ db }: Connection): boolean {
  if (statSync(db.name).size === 0) return true
  return ownerOf(db) === 0 && db.prepare('SELECT count(*) FROM sqlite_master').pluck().get() === 0
}

const ownerOf = (db: Database.Database): number => Number(db.pragma('application_id', { simple: true }))

function checkOurs({ db, path }: Connection): void {
  if (ownerOf(db) !== APPLICATION_ID) throw new AppError('mirror-not-ours', { path })
  const found = versionOf(db)
  const known = MIGRATIONS.length
  if (found > known) throw new AppError('mirror-newer', { path, found, known })
}

/**
 * Upgrades a copy in memory. A command that only reads an older mirror sees it as the first writing command will make
 * it, and the file stays unchanged for the older program that may still use it.
 */
function upgradedCopy({ db, path }: Connection): Connection {
  const bytes = db.serialize()
  db.close()
  for (const at of JOURNAL_BYTES) bytes[at] = 1
  const copy = new Database(bytes)
  sortInMemory(copy)
  migrate(copy)
  copy.pragma('foreign_keys = ON')
  copy.pragma('query_only = ON')
  return new Connection(path, copy)
}

/**
 * Sorts in memory. Otherwise the sorted data, customers' names among it, would go through a file on a disk that the
 * operator has not chosen for it.
 */
const sortInMemory = (db: Database.Database): void => void db.pragma('temp_store = MEMORY')

/** better-sqlite3 falls back to NORMAL after the first write in WAL unless it is set on each open. */
function setDurable({ db, path }: Connection): void {
  const journal = db.pragma('journal_mode = WAL', { simple: true })
  if (journal !== 'wal') throw new AppError('mirror-unusable', { path, problem: 'no-wal' })
  db.pragma('synchronous = FULL')
}

function checkSound({ db, path }: Connection): void {
  const problem = String(db.pragma('quick_check(1)', { simple: true }))
  if (problem !== 'ok') throw new AppError('mirror-damaged', { path, problem })
}
