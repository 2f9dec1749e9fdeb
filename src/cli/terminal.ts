// stdin, stdout, stderr and signals, in one place so that a closed pipe or a Ctrl-C means the same everywhere. Page 5.2.
import { closeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { EXIT } from '../errors.js'
import { Keyboard } from './keyboard.js'
import { isGone, Stdout, type LostResult } from './stdout.js'

export interface Terminal {
  /** Both stdin and stderr are terminals: the program may ask. Page 3.1. */
  readonly canAsk: boolean
  /** Columns of stdout, 80 where the terminal tells none or 0; null when it is not a terminal. */
  readonly width: number | null
  /** The same for stderr. */
  readonly errorWidth: number | null
  out(text: string | Uint8Array): void
  err(text: string): void
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP or a pipe that the reader closed. A second Ctrl-C leaves at once. */
  readonly interrupted: AbortSignal
  /** What goes to stdout from here on is the result of this run. */
  showsRun(runId: number): void
  /** Calls back when something cannot be written to stdout. */
  onLost(listener: (lost: LostResult) => void): void
  /** Waits for stdout; what could not be written there, or null. */
  lost(): Promise<LostResult | null>
  /** Calls back when Enter is pressed; the result stops listening. */
  onEnter(callback: () => void): () => void
  /** True when Enter was pressed, false when the program was interrupted or stdin ended first. */
  waitForEnter(): Promise<boolean>
  /** Runs a prompt that reads stdin; `redraw` draws it again after Ctrl-Z and `fg`. */
  prompting<Answer>(redraw: (stdin: NodeJS.ReadStream) => void, ask: () => Promise<Answer>): Promise<Answer>
  /** What is on stdin, line by line; for `--orders -`. */
  lines(): AsyncIterable<string>
}

/** What the way out needs beside. */
export interface ProcessTerminal extends Terminal {
  /** The window has been closed: a terminal of the start is none any more. */
  isClosed(): boolean
  /** The very last: nothing is written after it. */
  leave(): void
}

export function processTerminal(): ProcessTerminal {
  const { stderr } = process
  const stop = new AbortController()
  // A closed pipe, a closed window: nothing new is sent, and what is under way is booked.
  const gone = (): void => stop.abort()
  const stdout = new Stdout(gone)
  const keyboard = new Keyboard(gone)
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor))
  // A stderr on a full disk says nothing more; what the program does is not its affair.
  stderr.on('error', (error: NodeJS.ErrnoException) => isGone(error) && gone())
  process.on('SIGINT', () => {
    if (stop.signal.aborted) process.exit(EXIT.interruptedTwice)
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
    isClosed: () => terminals.some((descriptor) => !isatty(descriptor)),
    leave: () => closeDead(terminals),
  }
}

/**
 * At its end Node gives each terminal its first settings back, and before 22.16 aborts where a closed window takes none:
 * SIGABRT in the place of the exit code. It passes over what is closed.
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
