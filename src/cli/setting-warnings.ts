// Warns at the beginning of a command of settings that are not meant as they stand.
import { wrongSettings } from '../config/wrong-settings.js'
import type { AppError } from '../errors.js'
import { type Cli, type CommonOptions, givenSettings, sameMirror } from './context.js'
import { similarTo } from './similar.js'

/** The faults that no command ends with. */
export const settingFaults = (options: CommonOptions): AppError[] => wrongSettings(givenSettings(options), similarTo)

/** Tells each on a line of stderr; nothing with `--quiet`. */
export async function warnOfSettings(options: CommonOptions, { terminal, lang }: Cli): Promise<void> {
  if (options.quiet) return
  const faults = settingFaults(options)
  if (faults.length === 0) return
  const { tellBeside } = await import('./faults.js')
  const to = { terminal, lang, format: options.format ?? 'table', sameMirror: sameMirror(options) }
  for (const fault of faults) tellBeside(fault, to)
}
