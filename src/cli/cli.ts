// What every command is handed.
import type { Lang } from '../ui/screen.js'
import type { Terminal } from './terminal.js'

/** What a command is handed to run. */
export interface Cli {
  readonly lang: Lang
  readonly terminal: Terminal
  readonly version: string
}
