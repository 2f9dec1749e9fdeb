// The way in: one command, one exit code. Page 3.2.
import { createRequire } from 'node:module'
import { CommanderError } from 'commander'
import { AppError, EXIT } from '../errors.js'
import { earlyLanguage } from './context.js'
import { buildProgram, usageError } from './program.js'
import { processTerminal, type Terminal } from './terminal.js'

// Whatever this program creates is for its user alone; SQLite honours it too. Page 5.4.
process.umask(0o077)

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const lang = earlyLanguage(args)
  let code: number = EXIT.done
  try {
    await buildProgram(lang, terminal, version, (exit) => (code = exit)).parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    // Options and no command: where things stand, as for `paygent` alone.
    if (namesNoCommand(error)) return run([...args, 'status'], terminal)
    const known = error instanceof CommanderError ? usageError(error) : error
    if (known === null) return EXIT.done
    const [{ errorText, bugText }, { fitText }] = await Promise.all([
      import('../ui/errors.js'),
      import('../ui/width.js'),
    ])
    const tell = (text: string): void =>
      terminal.err(`${fitText(text, { width: terminal.errorWidth, ascii: false })}\n`)
    if (known instanceof AppError) {
      tell(errorText(known, lang))
      return known.exitCode
    }
    tell(bugText(known, lang))
    return EXIT.bug
  }
}

const namesNoCommand = (error: unknown): boolean =>
  error instanceof CommanderError && error.code === 'commander.help' && error.exitCode !== 0

const terminal = processTerminal()
process.exitCode = await run(process.argv.slice(2), terminal)
process.once('exit', () => {
  if (terminal.resultLost() && process.exitCode === EXIT.done) process.exitCode = EXIT.bug
})
