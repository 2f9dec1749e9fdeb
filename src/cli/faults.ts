// Tells faults on stderr: the one that ends a command, and those beside a result. It brings the texts of all errors, so
// that a command without a fault does not load it.
import { AppError, EXIT, type ExitCode, highest } from '../errors.js'
import type { MachineState } from '../ports.js'
import { fitText } from '../text/width.js'
import { bugJson, bugText, errorJson, errorLine, errorText, type ErrorPlace } from '../ui/errors.js'
import { jsonLine } from '../ui/json.js'
import type { Lang } from '../ui/screen.js'
import { type Context, sameMirror } from './context.js'
import { aboveStatusLine } from './output.js'
import type { Terminal } from './terminal.js'

/**
 * Warns on stderr where the machine state could not be written at the end of a command.
 * @returns the command's exit code, raised to at least 6 after a warning
 */
export function warnOfLag(code: ExitCode, { lag }: MachineState, context: Context): ExitCode {
  if (lag === null) return code
  tellBeside(new AppError('state-unrecorded', lag), listenerOf(context))
  return highest(code, EXIT.stopped)
}

/** Receives an error: in words, or as one line of JSON. */
export interface Listener {
  readonly terminal: Pick<Terminal, 'err' | 'errorWidth'>
  readonly lang: Lang
  readonly format: string
  /** The options by which a command to paste reaches the same settings and mirror. */
  readonly sameMirror: string
}

type Listening = Pick<Context, 'terminal' | 'config' | 'options'>

export const listenerOf = ({ terminal, config, options }: Listening): Listener => ({
  terminal,
  lang: config.lang,
  format: options.format ?? 'table',
  sameMirror: sameMirror(options),
})

const fitTo =
  ({ terminal }: Listener) =>
  (text: string): string =>
    fitText(text, { width: terminal.errorWidth, ascii: false })

/**
 * Tells the fault that ends a command, on stderr.
 * @param place which command, and whether a request has gone out before the fault
 */
export function tellFault(fault: unknown, to: Listener, place: Omit<ErrorPlace, 'sameMirror' | 'fit'> = {}): void {
  const { terminal, lang, format, sameMirror: options } = to
  const known = fault instanceof AppError
  const fit = fitTo(to)
  const where = { ...place, sameMirror: options, fit }
  if (format === 'json') terminal.err(jsonLine(known ? errorJson(fault, lang, where) : bugJson(fault, lang, where)))
  else terminal.err(`${known ? errorText(fault, lang, where) : fit(bugText(fault, lang, where))}\n`)
}

/** Tells a fault beside which the command goes on, or has a result of its own. */
export function tellBeside(fault: AppError, to: Listener): void {
  const { terminal, lang, format } = to
  const line =
    format === 'json' ? jsonLine(errorJson(fault, lang, to)) : errorLine(fault, lang, { ...to, fit: fitTo(to) })
  aboveStatusLine(terminal, () => terminal.err(format === 'json' ? line : `${line}\n`))
}
