// stdout: the one writer of results, which knows whether they have arrived.
import { fstatSync, writeSync } from 'node:fs'

/** A result that reached nobody. */
export interface LostResult {
  /** The system's name for what was wrong. */
  readonly problem: string
  /** The run whose result it is, '' where it is none's. */
  readonly run: string
}

const STDOUT = 1

/** The reader has gone: a pipe that was closed, a window that was. Such an end is somebody's wish. */
export const isGone = ({ code }: Pick<NodeJS.ErrnoException, 'code'>): boolean => code === 'EPIPE' || code === 'EIO'

export class Stdout {
  #problem: NodeJS.ErrnoException | null = null
  #run = ''
  #isFile: boolean | null = null
  readonly #listeners: ((lost: LostResult) => void)[] = []

  /** @param gone the reader has left */
  constructor(private readonly gone: () => void) {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.#lose(error))
  }

  write(text: string | Uint8Array): void {
    if (this.#problem !== null) return
    this.#isFile ??= isFile()
    if (!this.#isFile) return void process.stdout.write(text)
    try {
      writeWhole(typeof text === 'string' ? Buffer.from(text) : text)
    } catch (error) {
      this.#lose(error as NodeJS.ErrnoException)
    }
  }

  /** From here on this run's result is written, which `runs show` shows again. */
  showsRun(runId: number): void {
    this.#run = String(runId)
  }

  /** Calls back at once when something cannot be written. */
  onLost(listener: (lost: LostResult) => void): void {
    this.#listeners.push(listener)
  }

  /**
   * Waits until all is written. What was lost, or null: who closes a pipe has seen enough of a list, but not of what
   * became of money; a closed window is shown the run when it is opened again.
   */
  async lost(): Promise<LostResult | null> {
    if (this.#problem === null && this.#isFile === false) await new Promise((done) => process.stdout.write('', done))
    if (this.#problem === null) return null
    const wanted = !this.#isFile && isGone(this.#problem) && (this.#run === '' || process.stdout.isTTY)
    return wanted ? null : this.#told(this.#problem)
  }

  #lose(error: NodeJS.ErrnoException): void {
    if (this.#problem !== null) return
    this.#problem = error
    for (const listener of this.#listeners) listener(this.#told(error))
    if (this.#isFile !== true && isGone(error)) this.gone()
  }

  #told({ code, message }: NodeJS.ErrnoException): LostResult {
    return { problem: code ?? message, run: this.#run }
  }
}

function isFile(): boolean {
  const found = fstatSync(STDOUT)
  return found.isFile() || (found.isCharacterDevice() && !process.stdout.isTTY)
}

/** Node's own stream takes a part that a full disk took for the whole. */
function writeWhole(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(STDOUT, bytes, at)
}
