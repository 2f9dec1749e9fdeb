// The last word of a command whose end could not be noted outside of the mirror.
import { AppError, EXIT, type ExitCode, highest } from '../errors.js'
import type { MachineState } from '../ports.js'
import { fitText } from '../text/width.js'
import { errorLine } from '../ui/errors.js'
import type { Context } from './context.js'

/** The command's exit code; with one line on stderr, and at least 6, where its end could not be noted. */
export function tellLag(code: ExitCode, { lag }: MachineState, { terminal, config, errorScreen }: Context): ExitCode {
  if (lag === null) return code
  terminal.err(`${fitText(errorLine(new AppError('state-unrecorded', lag), config.lang), errorScreen)}\n`)
  return highest(code, EXIT.stopped)
}
