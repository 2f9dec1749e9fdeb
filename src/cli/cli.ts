// What every command is handed.
import type { Command } from 'commander'
import type { EXAMPLES, HelpKey } from '../ui/help.js'
import type { Lang } from '../ui/screen.js'
import type { Terminal } from './terminal.js'

/** What a command is handed to declare itself and to run. */
export interface Cli {
  readonly lang: Lang
  readonly terminal: Terminal
  readonly version: string
  text(key: HelpKey): string
  /** A command with the options that every command takes. */
  command(name: keyof typeof EXAMPLES, description: HelpKey): Command
  /** Records the exit code of the command that ran. */
  exit(code: number): void
}
