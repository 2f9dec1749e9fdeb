// stdin, stdout, stderr and signals, in one place so that a closed pipe or a Ctrl-C means the same everywhere. Page 5.2.
import { isatty } from 'node:tty'
import { EXIT } from '../errors.js'

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
  /** stdout could not be written: the result is in the journal, and reached nobody. */
  resultLost(): boolean
  /** Calls back when Enter is pressed; the result stops listening. */
  onEnter(callback: () => void): () => void
  /** True when Enter was pressed, false when the program was interrupted or stdin ended first. */
  waitForEnter(): Promise<boolean>
  /** Everything on stdin as text; for `--orders -`. */
  readAll(): Promise<string>
}

export function processTerminal(): Terminal {
  // stdin is looked at only by whoever reads it: Node makes its stream at the first look.
  const { stdout, stderr } = process
  const stop = new AbortController()
  // A closed pipe, a closed terminal, a full disk: nothing new is sent, and what is under way is booked.
  const closed = (): void => stop.abort()
  let resultLost = false
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever closes the pipe has seen enough; any other error means that the result reached nobody.
    if (error.code !== 'EPIPE') resultLost = true
    closed()
  })
  stderr.on('error', closed)
  process.on('SIGINT', () => {
    if (stop.signal.aborted) process.exit(EXIT.interruptedTwice)
    stop.abort()
  })
  process.on('SIGTERM', () => stop.abort())
  process.on('SIGHUP', () => stop.abort())
  return {
    canAsk: Boolean(stderr.isTTY) && isatty(0),
    width: stdout.isTTY ? stdout.columns || 80 : null,
    errorWidth: stderr.isTTY ? stderr.columns || 80 : null,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    interrupted: stop.signal,
    resultLost: () => resultLost,
    onEnter(callback) {
      const { stdin } = process
      if (!stdin.isTTY) return () => undefined
      stdin.on('data', callback)
      stdin.resume()
      return () => {
        stdin.off('data', callback)
        stdin.pause()
      }
    },
    waitForEnter: () => (stop.signal.aborted ? Promise.resolve(false) : enterPressed(stop.signal)),
    async readAll() {
      const chunks: Buffer[] = []
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}

/** True for Enter, false where the signal or the end of stdin comes first. */
function enterPressed(signal: AbortSignal): Promise<boolean> {
  const { stdin } = process
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
