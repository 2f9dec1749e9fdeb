// A small file outside the mirror, one for each mirror's id. It is replaced as a whole or not at all. Page 5.1.8.
import Database from 'better-sqlite3'
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../errors.js'

const WAIT_MS = 5_000
const GROUP_WRITES = 0o020

export class StateFile {
  readonly path: string

  /** @param folder where the states of all mirrors are kept; '' when the machine has no place for it */
  constructor(
    private readonly folder: string,
    mirrorId: string,
  ) {
    // The id comes out of the mirror, which may be anybody's; it must not lead out of the folder.
    this.path = join(folder, `${mirrorId.replaceAll(/[^\w-]/g, '_')}.json`)
  }

  /** The text as it stands, or null where there is none. */
  read(): string | null {
    try {
      this.#needPlace()
      return readFileSync(this.path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw this.fault(error)
    }
  }

  /**
   * Reads, decides and writes as one step for every program on this machine. The lock is SQLite's, as the mirror's is,
   * so that it ends with its process.
   */
  exclusively<Result>(work: () => Result): Result {
    const lock = this.#locked()
    try {
      return work()
    } finally {
      lock.exec('ROLLBACK')
      lock.close()
    }
  }

  /** On disk under its name when this returns. Call it inside `exclusively`, for the name of the draft is fixed. */
  write(text: string): void {
    const draft = `${this.path}.new`
    try {
      rmSync(draft, { force: true })
      this.#make(draft, text)
      renameSync(draft, this.path)
      syncFolder(this.folder)
    } catch (error) {
      rmSync(draft, { force: true })
      throw this.fault(error)
    }
  }

  /** Whatever keeps the state from being read or written, as what the operator can act on. */
  fault(error: unknown): AppError {
    if (error instanceof AppError) return error
    const problem = error instanceof Error ? codeOf(error) : String(error)
    return new AppError('state-unusable', { path: this.folder === '' ? '' : this.path, problem }, { cause: error })
  }

  #needPlace(): void {
    if (this.folder === '') throw new AppError('state-unusable', { path: '', problem: 'no home directory' })
  }

  #locked(): Database.Database {
    const path = `${this.path}.lock`
    let lock: Database.Database | null = null
    try {
      this.#needPlace()
      mkdirSync(this.folder, { recursive: true, mode: 0o700 })
      this.#makeOnce(path)
      lock = new Database(path, { timeout: WAIT_MS })
      lock.exec('BEGIN EXCLUSIVE')
      return lock
    } catch (error) {
      lock?.close()
      throw this.fault(error)
    }
  }

  #makeOnce(path: string): void {
    try {
      this.#make(path, '')
    } catch (error) {
      // Only the first program makes it; from then on nothing but SQLite opens it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }

  #make(path: string, text: string): void {
    const file = openSync(path, 'wx', 0o600)
    try {
      shareLike(statSync(this.folder), file)
      writeSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }
}

/** For its user alone, unless the folder is one that a group writes to; what root makes belongs to whose folder it is. */
function shareLike({ mode, uid, gid }: { mode: number; uid: number; gid: number }, file: number): void {
  if (process.getuid?.() === 0) fchownSync(file, uid, gid)
  if ((mode & GROUP_WRITES) === 0) return
  fchmodSync(file, mode & 0o666)
  try {
    fchownSync(file, -1, gid)
  } catch {
    // Who is not of the folder's group cannot give the file to it, and has shared it as far as it goes.
  }
}

/** A new name lasts only once the folder that holds it has been synced. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** The name that SQLite or the system has for it, which is the same in every language. */
const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.message
