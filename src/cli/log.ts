// The log: JSON lines, one file, no secret and no customer name. Written synchronously, so that a kill loses no line.
import { AppError } from '../errors.js'
import type { Context } from './context.js'

export interface Log {
  /** One exchange with Paygent. */
  telegram(entry: Record<string, unknown>): void
  event(name: string, entry: Record<string, unknown>): void
  bug(error: unknown): void
}

/** Opens the log of the configuration; `--verbose` says the same on stderr at debug level. */
export async function openLog({
  config,
  options,
  terminal,
}: Pick<Context, 'config' | 'options' | 'terminal'>): Promise<Log> {
  const { pino } = await import('pino')
  const level = options.verbose ? 'debug' : config.logLevel
  let file: ReturnType<typeof pino.destination>
  try {
    file = pino.destination({ dest: config.logPath, sync: true, mkdir: true, mode: 0o600 })
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code ?? ''
    throw new AppError('file-unreadable', { path: config.logPath, setting: 'PAYGENT_LOG', problem })
  }
  // A log that cannot be written, a full disk for one, must not end a batch with a request under way.
  file.on('error', () => undefined)
  const write = (line: string): void => {
    try {
      file.write(line)
    } catch {
      if (!options.verbose) terminal.err(line)
    }
    if (options.verbose) terminal.err(line)
  }
  const stream = { write }
  const logger = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, stream)
  terminal.onLost((lost) => logger.error(lost, 'result-unwritable'))
  return {
    telegram: (entry) => logger.debug(entry, 'telegram'),
    event: (name, entry) => logger.info(entry, name),
    bug: (error) => logger.error({ stack: error instanceof Error ? error.stack : String(error) }, 'bug'),
  }
}
