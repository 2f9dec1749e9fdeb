// Copies the mirror safely while other programs use it. SQLite's own backup makes the copy, which is checked before
// it gets its final name.
import { AppError } from '../errors.js'
import type { Connection } from './connection.js'
import { checkStamp, openDatabase, type Stamp } from './database.js'
import { inspectMirror } from './inspection.js'
import { type Identity, Trail } from './journal/trail.js'
import { UNRECORDED } from './machine-state.js'
import { type FileSystemType, networkTypeOf } from './network.js'
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

export interface BackupOptions {
  readonly nowMs: number
  /** An abort leaves no copy behind. */
  readonly signal: AbortSignal
  readonly stamp: Stamp
  readonly identity: Identity
  readonly fileSystemType?: FileSystemType
}

export interface Backup {
  /** The full path. */
  readonly path: string
  readonly orders: number
  /** The number of entries of the audit trail. */
  readonly entries: number
  readonly bytes: number
}

/**
 * Copies all pages in one step: a copy in several steps would start again with each commit of another program,
 * perhaps for ever.
 */
const EVERYTHING = 0x7fffffff

/**
 * Copies the mirror into a file that does not exist yet, readable by its user alone. The file gets its name only when
 * it is complete, checked and on the disk.
 * @throws AppError file-exists, file-unwritable, backup-on-network, backup-failed, interrupted
 */
export async function backupMirror({ db }: Connection, target: string, options: BackupOptions): Promise<Backup> {
  const path = placeOf(target, options.fileSystemType)
  const draft = `${path}.${randomUUID().slice(0, 8)}.part`
  try {
    makePrivate(draft, path)
    refuseInterrupted(options.signal)
    await db.backup(draft, { progress: () => EVERYTHING })
    refuseInterrupted(options.signal)
    const counted = checked(draft, options)
    sync(draft)
    name(draft, path)
    sync(dirname(path))
    return { path, ...counted, bytes: statSync(path).size }
  } catch (error) {
    throw asFault(path, error)
  } finally {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${draft}${end}`, { force: true })
  }
}

/** Returns the full path with the links of its folder resolved, so that a link to a network file system is detected. */
function placeOf(target: string, typeOf?: FileSystemType): string {
  const full = resolve(target)
  if (taken(full)) throw new AppError('file-exists', { path: full })
  let folder: string
  try {
    folder = realpathSync(dirname(full))
  } catch (error) {
    throw unwritable(full, error)
  }
  const path = join(folder, basename(full))
  const network = networkTypeOf(path, typeOf)
  if (network !== null) throw new AppError('backup-on-network', { path: full, problem: network })
  return path
}

/** A link that leads nowhere takes its name as well; `linkSync` reports it in the end. */
const taken = (path: string): boolean => existsSync(path)

const unwritable = (path: string, cause: unknown): AppError => {
  const problem = cause instanceof Error ? cause.message : String(cause)
  return new AppError('file-unwritable', { path, problem }, { cause })
}

function makePrivate(draft: string, path: string): void {
  try {
    closeSync(openSync(draft, 'wx', 0o600))
  } catch (error) {
    throw unwritable(path, error)
  }
}

function refuseInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('interrupted')
}

/** Checks the copy: a copy of a damaged mirror, or of one whose trail is broken, must not pass for a usable backup. */
function checked(draft: string, options: BackupOptions): { orders: number; entries: number } {
  const { damage, health } = inspectMirror(draft, null, '', options.nowMs)
  if (damage.length > 0 || health === null) throw new Error(damage.join(', '))
  const { orders, trail, running } = health
  if (!trail.ok) throw new Error(`journal ${trail.seq}: ${trail.problem}`)
  if (running === null) return { orders, entries: trail.entries }
  markMidRun(draft, running.id, options)
  return { orders, entries: trail.entries + 1 }
}

/**
 * Marks a copy that was made during a run. The copy lacks the later requests of that run, and this machine's record
 * stays at the start of the run, so a restored copy would pass for the mirror of a run that crashed. The copy
 * therefore states itself that an audit must come first.
 */
function markMidRun(draft: string, runId: number, { stamp, identity, nowMs }: BackupOptions): void {
  const copy = openDatabase(draft, { mode: 'write', stamp, nowMs })
  try {
    const trail = new Trail(copy, checkStamp(copy, stamp), identity)
    copy.write(() => trail.append(UNRECORDED, { runId, detail: 'backup in mid-run' }, nowMs))
  } finally {
    copy.close()
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Gives the draft its name, and never replaces another file. */
function name(draft: string, path: string): void {
  try {
    linkSync(draft, path)
    unlinkSync(draft)
  } catch (error) {
    // A file system without hard links, such as that of a USB stick, allows only a check followed by a renaming.
    if (taken(path) || (error as NodeJS.ErrnoException).code === 'EEXIST') throw new AppError('file-exists', { path })
    renameSync(draft, path)
  }
}

function asFault(path: string, error: unknown): unknown {
  if (error instanceof AppError && !error.code.startsWith('mirror-')) return error
  const fault = error instanceof AppError ? error.params['problem'] : undefined
  const problem = fault ?? (error instanceof Error ? error.message : String(error))
  return new AppError('backup-failed', { path, problem }, { cause: error })
}
