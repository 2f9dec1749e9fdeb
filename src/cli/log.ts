// Writes the log: JSON lines in one file, without secrets and customer names, synchronously so that a kill loses no line.
import { japanIsoMs } from '../clock.js'
import { AppError } from '../errors.js'
import { makeFolders } from '../folders.js'
import { type Cli, type CommonOptions, type Context, openContext } from './context.js'
import { STDERR } from './log-place.js'
import { listenerOf, tellBeside } from './faults.js'
import { aboveStatusLine } from './output.js'
import { sourceStack } from './source-stack.js'
import { constants, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Log {
  /** One exchange with Paygent. */
  telegram(entry: Record<string, unknown>): void
  event(name: string, entry: Record<string, unknown>): void
  bug(error: unknown): void
}

/**
 * Opens the log of the configuration; `--verbose` prints the same on stderr at debug level.
 * @throws AppError log-unusable
 */
export async function openLog({
  config,
  clock,
  options,
  terminal,
}: Pick<Context, 'config' | 'clock' | 'options' | 'terminal'>): Promise<Log> {
  const { pino } = await import('pino')
  const level = options.verbose ? 'debug' : config.logLevel
  const toStderr = config.logPath === STDERR
  const file = toStderr
    ? null
    : new LogFile(config.logPath, (problem) => {
        const fault = new AppError('log-unwritable', { path: config.logPath, problem })
        tellBeside(fault, listenerOf({ terminal, config, options }))
      })
  const write = (line: string): void => {
    file?.write(line)
    if (toStderr || options.verbose) aboveStatusLine(terminal, () => terminal.err(line))
  }
  const timestamp = (): string => `,"time":"${japanIsoMs(clock.nowMs())}"`
  const logger = pino({ level, base: { pid: process.pid }, timestamp }, { write })
  terminal.onLost((lost) => logger.error(lost, 'result-unwritable'))
  return {
    telegram: (entry) => logger.debug(entry, 'telegram'),
    event: (name, entry) => logger.info(entry, name),
    bug: (error) => logger.error({ stack: sourceStack(error) }, 'bug'),
  }
}

/**
 * Enters a bug that ended a command in the log, with its stack. Where the settings or the log cannot be used, the command
 * still ends with the bug itself.
 */
export async function logBug(bug: unknown, options: CommonOptions, { terminal, version }: Cli): Promise<void> {
  try {
    const log = await openLog(await openContext(options, terminal, version))
    log.bug(bug)
  } catch {
    // The bug is told on stderr in any case.
  }
}

/**
 * Writes the log file. A log that cannot be written (because the disk is full, for example) must not end a batch with a
 * request under way.
 */
class LogFile {
  readonly #file: number
  #told = false
  /** The last line is incomplete: the next one must not be appended to it. */
  #torn = false

  /** @param unwritable is called once, with the system's name of the error */
  constructor(
    path: string,
    private readonly unwritable: (problem: string) => void,
  ) {
    this.#file = opened(path)
  }

  write(line: string): void {
    const bytes = Buffer.from(this.#torn ? `\n${line}` : line)
    let at = 0
    try {
      while (at < bytes.length) at += this.#part(bytes, at)
      this.#torn = false
    } catch (error) {
      this.#torn ||= at > 0
      if (!this.#told) this.unwritable((error as NodeJS.ErrnoException).code ?? String(error))
      this.#told = true
    }
  }

  /** Writes a part of the bytes. A pipe may be full for a moment; after a longer block nothing waits for it again. */
  #part(bytes: Buffer, at: number): number {
    for (let left = this.#told ? 0 : TRIES; ; left -= 1) {
      try {
        return writeSync(this.#file, bytes, at)
      } catch (error) {
        if (!isFull(error) || left <= 0) throw error
        Atomics.wait(nothing, 0, 0, PAUSE_MS)
      }
    }
  }
}

const isFull = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EAGAIN'

/** The number of further attempts to write to a pipe whose reader is slow. */
const TRIES = 20
const PAUSE_MS = 25
const nothing = new Int32Array(new SharedArrayBuffer(4))

/** Opens without waiting: a pipe (fifo) without a reader would block every command for ever. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK

function opened(path: string): number {
  try {
    makeFolders(dirname(path))
    return openSync(path, APPEND, 0o600)
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new AppError('log-unusable', { path, problem }, { cause: error })
  }
}
