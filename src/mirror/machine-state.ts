// How far the mirror had come when this machine last used it, kept outside of it: a mirror put back from a backup, or
// a copy, is noticed before it sends anything.
import type { MirrorFreshness } from '../domain/lock-owner.js'
import { AppError } from '../errors.js'
import type { MachineState } from '../ports.js'
import type { Connection } from './connection.js'
import type { TrailEvent, TrailHead } from './journal/trail.js'
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

// A small file outside the mirror, one for each mirror's id. It is replaced as a whole or not at all.
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

/** The entry by which a mirror says that what it holds since the last record may be told of nowhere else. */
export const UNRECORDED = 'unrecorded' satisfies TrailEvent

interface Recorded {
  readonly mirror: string
  /** Number of the newest run; 0 before the first. */
  readonly run: number
  /** The newest entry of the journal; 0 and '' before the first. */
  readonly seq: number
  readonly hash: string
}

export class MirrorState implements MachineState {
  readonly #file: StateFile
  /** The file as the check saw it; undefined until then. */
  #seen: string | null | undefined
  #lag: MachineState['lag'] = null

  /**
   * @param folder of the states; '' when the machine has no place for it, which is told when it is needed
   * @param enter puts an entry of this event into the mirror's trail, in a transaction of its own
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
   * The newest entry as it was recorded, for a check of the whole trail; null where there is no record, or none that can be
   * read.
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
   * Two copies of one mirror may have been checked at the same time, each with a lock of its own: whoever comes second
   * finds that the first has written since, and is refused here, before it sends.
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

  /** What is recorded after such an entry was recorded by an audit, for nothing else gets past it. */
  #missedSince(seq: number): boolean {
    const sql = 'SELECT 1 FROM journal WHERE seq > ? AND event = ? LIMIT 1'
    return this.connection.get(sql, seq, UNRECORDED) !== undefined
  }

  /** The very entry, by its hash: the journal of a copy that went another way has one of the same number too. */
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
      // What is no JSON at all is told like what is not ours.
    }
    throw this.#file.fault('not a state of this mirror')
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
