// Keeps the files of a mirror in memory, with the handles on them and the contents that remain after a power cut.
import Database from 'better-sqlite3'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FixedClock } from '../../src/clock.js'
import { Connection } from '../../src/mirror/connection.js'
import { openDatabase } from '../../src/mirror/database.js'
import { openMirror } from '../../src/mirror/open.js'
import { Books } from './books.js'

export const STAMP = { environment: 'simulator', merchantId: '12345678' }
export const IDENTITY = { osUser: 'yamada', sudoUser: null, host: 'shop-1', version: '0.1.0', pid: 4711 }

const RAM = '/dev/shm'
const FULL = 2
let folder: string | null = null
let template: Buffer | null = null
let made = 0

/** A new folder, in memory where the machine has such a place: a commit then waits for no disk. */
export const quickFolder = (): string => mkdtempSync(join(existsSync(RAM) ? RAM : tmpdir(), 'paygent-simulation-'))

function folderOfProcess(): string {
  if (folder !== null) return folder
  const chosen = quickFolder()
  process.once('exit', () => rmSync(chosen, { recursive: true, force: true }))
  return (folder = chosen)
}

/** Triggers that forbid what the simulation does between two worlds, and nothing that the program ever does. */
const KEEPERS = `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '%BEFORE DELETE%'`

/** An empty mirror, made once: making the tables takes as long as a whole small world. */
function emptyMirror(): Buffer {
  if (template !== null) return template
  const path = join(folderOfProcess(), 'template.db')
  openMirror(path, {
    mode: 'create',
    stamp: STAMP,
    clock: new FixedClock(0),
    identity: IDENTITY,
    stateDir: folderOfProcess(),
  }).close()
  const db = new Database(path)
  for (const keeper of db.prepare<[], string>(KEEPERS).pluck().all()) db.exec(`DROP TRIGGER ${keeper}`)
  db.close()
  return (template = readFileSync(path))
}

function place(mirror: Buffer, wal: Buffer | null): string {
  made += 1
  const path = join(folderOfProcess(), `${made}.db`)
  writeFileSync(path, mirror, { mode: 0o600 })
  if (wal !== null) writeFileSync(`${path}-wal`, wal, { mode: 0o600 })
  return path
}

const remove = (path: string): void => {
  for (const end of ['', '-wal', '-shm', '.lock']) rmSync(`${path}${end}`, { force: true })
}

/** The tables that a world writes into; the mirror's own stamp stays. */
const TABLES = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('meta', 'sqlite_stat1')`
const CHECKPOINT_EVERY = 8

/** A mirror with open handles that one world after another uses: statements are prepared once and not for each. */
class Shelf {
  readonly path = place(emptyMirror(), null)
  readonly books = new Books(this.path)
  readonly #idle: Connection[] = []
  readonly #cleaner = new Database(this.path)
  readonly #empty: () => void
  #worlds = 0

  constructor() {
    this.#cleaner.pragma('foreign_keys = OFF')
    const tables = this.#cleaner.prepare<[], string>(TABLES).pluck().all()
    const statements = tables.map((table) => this.#cleaner.prepare(`DELETE FROM ${table}`))
    this.#empty = this.#cleaner.transaction(() => statements.forEach((statement) => statement.run()))
  }

  empty(): void {
    this.#empty()
    this.#worlds += 1
    if (this.#worlds % CHECKPOINT_EVERY === 0) this.#cleaner.pragma('wal_checkpoint(TRUNCATE)')
  }

  take = (): Connection | null => this.#idle.pop() ?? null
  giveBack = (connection: Connection): void => void this.#idle.push(connection)
}

let shelf: Shelf | null = null

/** Takes away what the worlds of this process have left; a test's worker does not live to its proper end. */
export function clearDisk(): void {
  if (folder !== null) rmSync(folder, { recursive: true, force: true })
  folder = null
  template = null
  shelf = null
}

/** The disk under one world. */
export class Disk {
  path: string
  books: Books
  /** As much of the write-ahead log as survives a power cut; all of it while every commit is synced. */
  #syncedBytes = 0
  #shelf: Shelf | null
  readonly #planFiles: string[] = []

  /** @param shared false gives the world files that no other world has used */
  constructor(shared: boolean) {
    this.#shelf = shared ? (shelf ??= new Shelf()) : null
    this.#shelf?.empty()
    this.path = this.#shelf?.path ?? place(emptyMirror(), null)
    this.books = this.#shelf?.books ?? new Books(this.path)
  }

  /** Of a file that is not there yet. */
  newPlanPath(): string {
    made += 1
    const path = join(folderOfProcess(), `${made}.plan.json`)
    this.#planFiles.push(path)
    return path
  }

  open(nowMs: number): Connection {
    return this.#shelf?.take() ?? openDatabase(this.path, { mode: 'write', stamp: STAMP, nowMs })
  }

  /** Somebody takes the file for a left-over. */
  deleteLock(): void {
    rmSync(`${this.path}.lock`, { force: true })
  }

  /** A process gives its handle up; the death of one closes it as the system would. */
  giveUp(connection: Connection, dead: boolean): void {
    if (this.#shelf === null || dead || connection.path !== this.path) connection.close()
    else this.#shelf.giveBack(connection)
  }

  /** Called after each write: whether it survives a power cut is a matter of how that handle commits. */
  written(connection: Connection): void {
    const synced = levelOf(connection) === FULL
    if (this.#shelf !== null && !synced) throw new Error('a commit that is not synced, and nobody has planted it')
    if (this.#shelf !== null || !synced) return
    const wal = `${this.path}-wal`
    this.#syncedBytes = existsSync(wal) ? statSync(wal).size : 0
  }

  /** The machine goes dark and comes up again, with new files in which only what was synced is left. */
  powerCut(): void {
    const wal = `${this.path}-wal`
    const bytes = existsSync(wal) ? readFileSync(wal) : null
    const synced = this.#shelf === null ? (bytes?.subarray(0, this.#syncedBytes) ?? null) : bytes
    const after = place(readFileSync(this.path), synced)
    this.#removeMirror()
    this.#shelf = null
    // The bytes that have come through lie on the disk: the next power cut leaves them, too.
    this.#syncedBytes = synced?.length ?? 0
    this.path = after
    this.books = new Books(after)
  }

  dispose(): void {
    for (const path of this.#planFiles) rmSync(path, { force: true })
    this.#removeMirror()
  }

  #removeMirror(): void {
    if (this.#shelf !== null) return
    this.books.close()
    remove(this.path)
  }
}

const levels = new WeakMap<Connection, Database.Statement>()

function levelOf(connection: Connection): unknown {
  const known = levels.get(connection) ?? connection.db.prepare('PRAGMA synchronous').pluck()
  levels.set(connection, known)
  return known.get()
}
