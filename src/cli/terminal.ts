// Reads stdin, writes stdout and stderr, and turns signals and closed pipes into one abort signal.
import { AppError, EXIT } from '../errors.js'
import { closeSync, fstatSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'

const LONGEST_LINE = 1_000

interface Key {
  readonly name?: string
  readonly ctrl?: boolean
}

export class Keyboard {
  #opened: NodeJS.ReadStream | null = null

  /** @param gone is called when the window has been closed */
  constructor(private readonly gone: () => void) {}

  /** The process's stdin. Node makes the stream on first access, so only a reader of it accesses it. */
  get stdin(): NodeJS.ReadStream {
    this.#opened ??= process.stdin.on('error', this.gone)
    return this.#opened
  }

  /** Calls back when Enter is pressed; the returned function stops the listening. */
  onEnter(callback: () => void): () => void {
    const { stdin } = this
    if (!stdin.isTTY) return () => undefined
    stdin.on('data', callback)
    stdin.resume()
    return () => {
      stdin.off('data', callback)
      stdin.pause()
    }
  }

  /** Resolves to true for Enter, to false where the signal or the end of stdin comes first. */
  waitForEnter(signal: AbortSignal): Promise<boolean> {
    const { stdin } = this
    if (signal.aborted) return Promise.resolve(false)
    return new Promise((resolve) => {
      const done = (pressed: boolean) => (): void => {
        stdin.off('data', enter)
        stdin.off('end', leave)
        signal.removeEventListener('abort', leave)
        stdin.pause()
        resolve(pressed)
      }
      const enter = done(true)
      const leave = done(false)
      stdin.once('data', enter)
      stdin.once('end', leave)
      signal.addEventListener('abort', leave)
      stdin.resume()
    })
  }

  /**
   * Reads line by line, so that a million lines are never held at once. Of a line longer than any order number it keeps
   * only the beginning.
   * @throws AppError interrupted
   */
  async *lines(signal: AbortSignal): AsyncGenerator<string, void> {
    const { stdin } = this
    const decoder = new TextDecoder()
    const leave = (): void => void stdin.destroy()
    let begun = ''
    signal.addEventListener('abort', leave)
    try {
      for await (const chunk of stdin) {
        const lines = (begun + decoder.decode(chunk as Buffer, { stream: true })).split('\n')
        begun = (lines.pop() ?? '').slice(0, LONGEST_LINE)
        yield* lines
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      signal.removeEventListener('abort', leave)
    }
    if (signal.aborted) throw new AppError('interrupted')
    yield begun + decoder.decode()
  }

  /**
   * Runs a prompt. After Ctrl-Z and `fg` readline has paused stdin and waits for a program that resumes it; inquirer
   * does not, and Node exits as if all work were done. So stdin is resumed here, in the mode that prompts read it in.
   * @param redraw draws again the lines that the shell has overwritten
   */
  async prompting<Answer>(redraw: (stdin: NodeJS.ReadStream) => void, ask: () => Promise<Answer>): Promise<Answer> {
    const { stdin } = this
    let over = false
    // This must run after readline's own handler, which pauses stdin.
    const goOn = (): void =>
      void setImmediate(() => {
        if (over) return
        // The shell has set another mode, which Node does not know: Node changes nothing where it believes the mode is
        // right.
        stdin.setRawMode(false).setRawMode(true).resume()
        redraw(stdin)
      })
    // Where no shell could continue the program (in a container, for example), the system does not stop it.
    const notStopped = (_text: string, { name, ctrl }: Key): void => {
      if (ctrl && name === 'z') goOn()
    }
    // Readline forwards an error of stdin to where inquirer's listener misses it; the program would end as if by a bug.
    const ownErrors = (event: string, listener: () => void): void => {
      if (event === 'error') queueMicrotask(() => stdin.off('error', listener))
    }
    process.on('SIGCONT', goOn)
    stdin.on('keypress', notStopped)
    stdin.on('newListener', ownErrors)
    try {
      return await ask()
    } finally {
      over = true
      process.off('SIGCONT', goOn)
      stdin.off('keypress', notStopped)
      stdin.off('newListener', ownErrors)
      // Readline believes it has been paused since Ctrl-Z, and leaves stdin as it is.
      stdin.pause()
    }
  }
}

/** A result that was not delivered. */
export interface LostResult {
  /** The system's name of the error. */
  readonly problem: string
  /** The run whose result it is; '' where it is no run's. */
  readonly run: string
}

const STDOUT = 1

/** The reader has gone: a closed pipe or a closed window. The user has chosen such an end. */
export const isPipeClosed = ({ code }: Pick<NodeJS.ErrnoException, 'code'>): boolean =>
  code === 'EPIPE' || code === 'EIO'

export class Stdout {
  #problem: NodeJS.ErrnoException | null = null
  #run = ''
  #isFile: boolean | null = null
  readonly #listeners: ((lost: LostResult) => void)[] = []

  /** @param gone is called when the reader has left */
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

  /** Marks the output from here on as this run's result, which `runs show` shows again. */
  showsRun(runId: number): void {
    this.#run = String(runId)
  }

  /** Calls back at once when something cannot be written. */
  onLost(listener: (lost: LostResult) => void): void {
    this.#listeners.push(listener)
  }

  /**
   * Waits until all is written. Returns the lost result, or null. A reader that closes a pipe has seen enough of a
   * list, but not of a result about money; after a closed window the run is shown again at the next start.
   */
  async lost(): Promise<LostResult | null> {
    if (this.#problem === null && this.#isFile === false) await new Promise((done) => process.stdout.write('', done))
    if (this.#problem === null) return null
    const wanted = !this.#isFile && isPipeClosed(this.#problem) && (this.#run === '' || process.stdout.isTTY)
    return wanted ? null : this.#told(this.#problem)
  }

  #lose(error: NodeJS.ErrnoException): void {
    if (this.#problem !== null) return
    this.#problem = error
    for (const listener of this.#listeners) listener(this.#told(error))
    if (this.#isFile !== true && isPipeClosed(error)) this.gone()
  }

  #told({ code, message }: NodeJS.ErrnoException): LostResult {
    return { problem: code ?? message, run: this.#run }
  }
}

function isFile(): boolean {
  const found = fstatSync(STDOUT)
  return found.isFile() || (found.isCharacterDevice() && !process.stdout.isTTY)
}

/** Writes all the bytes: Node's own stream takes a partial write on a full disk for a complete one. */
function writeWhole(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(STDOUT, bytes, at)
}

/** Back to the beginning of the line, which is erased. */
export const CLEAR = '\r\u001B[K'

export interface Terminal {
  /** Both stdin and stderr are terminals, so that the program may ask. */
  readonly canAsk: boolean
  /** Columns of stdout, 80 where the terminal reports none or 0; null when it is not a terminal. */
  readonly width: number | null
  /** The same for stderr. */
  readonly errorWidth: number | null
  out(text: string | Uint8Array): void
  err(text: string): void
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP or a pipe that the reader closed. A second Ctrl-C ends the process at once. */
  readonly interrupted: AbortSignal
  /** Marks the output to stdout from here on as the result of this run. */
  showsRun(runId: number): void
  /** Calls back when something cannot be written to stdout. */
  onLost(listener: (lost: LostResult) => void): void
  /** Waits for stdout; returns the result that could not be written there, or null. */
  lost(): Promise<LostResult | null>
  /** Calls back when Enter is pressed; the returned function stops the listening. */
  onEnter(callback: () => void): () => void
  /** True when Enter was pressed, false when the program was interrupted or stdin ended first. */
  waitForEnter(): Promise<boolean>
  /** Runs a prompt that reads stdin; `redraw` draws it again after Ctrl-Z and `fg`. */
  prompting<Answer>(redraw: (stdin: NodeJS.ReadStream) => void, ask: () => Promise<Answer>): Promise<Answer>
  /** Reads stdin line by line; for `--orders -`. */
  lines(): AsyncIterable<string>
}

/** The terminal with the function that the end of the process needs. */
export interface ProcessTerminal extends Terminal {
  /** Ends the use of the terminal; nothing is written after it. */
  leave(): void
}

/**
 * @param ctrlC the message for the first and for the second Ctrl-C; the second ends the process at once
 */
export function processTerminal(ctrlC: (press: 'first' | 'second') => string): ProcessTerminal {
  const { stderr } = process
  const stop = new AbortController()
  // After a closed pipe or a closed window nothing new is sent, and a request under way is booked.
  const gone = (): void => stop.abort()
  const stdout = new Stdout(gone)
  const keyboard = new Keyboard(gone)
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor))
  // A stderr on a full disk prints nothing more; the program continues its work.
  stderr.on('error', (error: NodeJS.ErrnoException) => isPipeClosed(error) && gone())
  process.on('SIGINT', () => {
    const press = stop.signal.aborted ? 'second' : 'first'
    const message = ctrlC(press)
    // On a terminal ^C stands at the end of a line that is redrawn.
    if (message !== '') stderr.write(`${stderr.isTTY ? CLEAR : ''}${message}\n`)
    if (press === 'second') process.exit(EXIT.interruptedTwice)
    stop.abort()
  })
  process.on('SIGTERM', gone)
  process.on('SIGHUP', gone)
  return {
    canAsk: Boolean(stderr.isTTY) && terminals.includes(0),
    width: process.stdout.isTTY ? process.stdout.columns || 80 : null,
    errorWidth: stderr.isTTY ? stderr.columns || 80 : null,
    out: (text) => stdout.write(text),
    err: (text) => void stderr.write(text),
    interrupted: stop.signal,
    showsRun: (runId) => stdout.showsRun(runId),
    onLost: (listener) => stdout.onLost(listener),
    onEnter: (callback) => keyboard.onEnter(callback),
    waitForEnter: () => keyboard.waitForEnter(stop.signal),
    prompting: (redraw, ask) => keyboard.prompting(redraw, ask),
    lines: () => keyboard.lines(stop.signal),
    lost: () => stdout.lost(),
    leave: () => closeDead(terminals),
  }
}

/**
 * Closes terminals that no longer exist. At its end Node restores the initial settings of each terminal, and before
 * 22.16 it aborts where a closed window accepts none: SIGABRT in place of the exit code. Node skips closed descriptors.
 */
function closeDead(terminals: readonly number[]): void {
  for (const descriptor of terminals) {
    if (isatty(descriptor)) continue
    try {
      closeSync(descriptor)
    } catch {
      // Closed already.
    }
  }
}
