// How far the mirror had come when this machine last used it, kept outside of it: a mirror put back from a backup, or a
// copy, is noticed before it sends anything. Page 5.1.8.
import { AppError } from '../errors.js'
import type { MachineState } from '../ports.js'
import type { Standing } from '../domain/holder.js'
import type { Connection } from './connection.js'
import { StateFile } from './state-file.js'
import type { TrailEvent, TrailHead } from './trail-entry.js'

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

  check(): Standing {
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

  #standingTo(text: string | null): Standing {
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
