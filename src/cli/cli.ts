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
  command(name: keyof typeof EXAMPLES, description: HelpKey): Command
  /** A command below another: `runs show`. */
  subcommand(parent: Command, name: string, description: HelpKey): Command
  /** What the command does: with its options, the common ones among them, and its arguments. Gives the exit code. */
  action<Options>(command: Command, work: (options: Options, ...args: readonly string[]) => Promise<number>): void
}
