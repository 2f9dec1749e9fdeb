// Records, outside of the mirror, how far the mirror had come when this machine last used it. A restored backup or a
// copy of the mirror is thereby detected before it sends anything.
import type { MirrorFreshness } from '../domain/lock-owner.js'
import { AppError } from '../errors.js'
import type { MachineState } from '../ports.js'
import type { Connection } from './connection.js'
import { makeFolders } from '../folders.js'
import type { TrailEvent, TrailHead } from './journal/trail.js'
import Database from 'better-sqlite3'
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

// Stores the state in a small file outside the mirror, one for each mirror's id. The file is replaced as a whole or
// not at all.
const WAIT_MS = 5_000
const GROUP_WRITES = 0o020

export class StateFile {
  readonly path: string

  /** @param folder for the states of all mirrors; '' when the machine has no place for it */
  constructor(
    private readonly folder: string,
    mirrorId: string,
  ) {
    // The id comes from the mirror, which may be another program's file, so it must not lead out of the folder.
    this.path = join(folder, `${mirrorId.replaceAll(/[^\w-]/g, '_')}.json`)
  }

  /** Returns the text of the file, or null when there is none. */
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
   * Reads, decides and writes as one step for every program on this machine. The lock is SQLite's, like the mirror's,
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

  /**
   * The file is on disk under its name when this returns. Call it inside `exclusively`, because the name of the draft
   * is fixed.
   */
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

  /** Converts an error that keeps the state from being read or written to a fault that the operator can act on. */
  fault(error: unknown): AppError {
    if (error instanceof AppError) return error
    const problem = error instanceof Error ? codeOf(error) : String(error)
    return new AppError('state-unusable', { path: this.folder === '' ? '' : this.path, problem }, { cause: error })
  }

  #needPlace(): void {
    if (this.folder === '') throw new AppError('state-unusable', { path: '', problem: 'no-home' })
  }

  #locked(): Database.Database {
    const path = `${this.path}.lock`
    let lock: Database.Database | null = null
    try {
      this.#needPlace()
      makeFolders(this.folder, 0o700)
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
      // Only the first program creates the file; from then on only SQLite opens it.
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

/**
 * Makes the file private to its user, unless a group may write to the folder; a file that root creates gets the
 * folder's owner.
 */
function shareLike({ mode, uid, gid }: { mode: number; uid: number; gid: number }, file: number): void {
  if (process.getuid?.() === 0) fchownSync(file, uid, gid)
  if ((mode & GROUP_WRITES) === 0) return
  fchmodSync(file, mode & 0o666)
  try {
    fchownSync(file, -1, gid)
  } catch {
    // A user who is not in the folder's group cannot give the file to it, and has shared it as far as possible.
  }
}

/** A new name is durable only after the folder that holds it has been synced. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Returns the code of SQLite or of the system, which is the same in every language. */
const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.message

/** The entry by which a mirror records that its data since the last record may exist nowhere else. */
export const UNRECORDED = 'unrecorded' satisfies TrailEvent

interface Recorded {
  readonly mirror: string
  /** The number of the newest run; 0 before the first. */
  readonly run: number
  /** The newest entry of the journal; 0 and '' before the first. */
  readonly seq: number
  readonly hash: string
}

export class MirrorState implements MachineState {
  readonly #file: StateFile
  /** The content of the file at the check; undefined until then. */
  #seen: string | null | undefined
  #lag: MachineState['lag'] = null

  /**
   * @param folder of the states; '' when the machine has no place for it, which is reported when it is needed
   * @param enter adds an entry of this event to the mirror's trail, in a transaction of its own
   */
  constructor(
    private readonly connection: Connection,
    private readonly mirrorId: string,
    folder: string,
    private readonly enter: (event: typeof UNRECORDED, detail: string) => void,
  ) {
    this.#file = new StateFile(folder, mirrorId)
  }

  get path(): string {
    return this.connection.path
  }

  get file(): string {
    return this.#file.path
  }

  check(): MirrorFreshness {
    this.#seen = this.#file.read()
    return this.#standingTo(this.#seen)
  }

  /**
   * Returns the newest entry as it was recorded, for a check of the whole trail; null when there is no record, or
   * none that can be read.
   */
  head(): TrailHead | null {
    try {
      const text = this.#file.read()
      return text === null ? null : this.#parsed(text)
    } catch (error) {
      if (error instanceof AppError) return null
      throw error
    }
  }

  /**
   * Two copies of one mirror may have been checked at the same time, each with its own lock. The second one finds
   * that the first has written since, and is refused here, before it sends.
   */
  record(): void {
    if (this.#seen === undefined) throw new Error('the machine state is written without a look at it')
    this.#file.exclusively(() => {
      const found = this.#file.read()
      if (found !== this.#seen) throw new AppError('mirror-behind', { path: this.path })
      const text = `${JSON.stringify(this.#now())}\n`
      if (text !== found) this.#file.write(text)
      this.#seen = text
    })
  }

  get lag(): MachineState['lag'] {
    return this.#lag
  }

  missed(problem: string): void {
    this.#lag = { file: this.file, problem }
    try {
      this.enter(UNRECORDED, problem)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }

  #standingTo(text: string | null): MirrorFreshness {
    const { run } = this.#now()
    if (text === null) return run !== 0 ? 'unknown' : this.#missedSince(0) ? 'unrecorded' : 'new'
    const recorded = this.#parsed(text)
    if (run < recorded.run || !this.#holds(recorded)) return 'behind'
    return this.#missedSince(recorded.seq) ? 'unrecorded' : 'known'
  }

  /** A record after such an entry comes from an audit, because only an audit is permitted to continue past it. */
  #missedSince(seq: number): boolean {
    const sql = 'SELECT 1 FROM journal WHERE seq > ? AND event = ? LIMIT 1'
    return this.connection.get(sql, seq, UNRECORDED) !== undefined
  }

  /**
   * Compares the entry by its hash, because the journal of a copy that developed separately has an entry of the same
   * number too.
   */
  #holds({ seq, hash }: Recorded): boolean {
    if (seq === 0) return true
    return this.connection.get<{ hash: string }>('SELECT hash FROM journal WHERE seq = ?', seq)?.hash === hash
  }

  #now(): Recorded {
    const { mirrorId: mirror } = this
    return this.connection.read(() => {
      const run = this.connection.get<{ id: number }>('SELECT id FROM runs ORDER BY id DESC LIMIT 1')?.id ?? 0
      const head = this.connection.get<{ seq: number; hash: string }>(
        'SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1',
      )
      return { mirror, run, seq: head?.seq ?? 0, hash: head?.hash ?? '' }
    })
  }

  /** A state that cannot be read must not pass for one that was never written. */
  #parsed(text: string): Recorded {
    try {
      const { mirror, run, seq, hash } = JSON.parse(text) as Partial<Recorded>
      if (mirror === this.mirrorId && isCount(run) && isCount(seq) && typeof hash === 'string')
        return { mirror, run, seq, hash }
    } catch {
      // A text that is no JSON is reported like a state of another mirror.
    }
    throw this.#file.fault('not a state of this mirror')
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
