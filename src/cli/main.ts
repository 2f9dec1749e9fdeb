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
    const given = args.length === 0 ? ['status'] : args
    await buildProgram(lang, terminal, version, (exit) => (code = exit)).parseAsync(given, { from: 'user' })
    return code
  } catch (error) {
    const known = error instanceof CommanderError ? usageError(error) : error
    if (known === null) return EXIT.done
    const { errorText, bugText } = await import('../ui/errors.js')
    if (known instanceof AppError) {
      terminal.err(`${errorText(known, lang)}\n`)
      return known.exitCode
    }
    terminal.err(`${bugText(known, lang)}\n`)
    return EXIT.bug
  }
}

const terminal = processTerminal()
process.exitCode = await run(process.argv.slice(2), terminal)
process.once('exit', () => {
  if (terminal.resultLost() && process.exitCode === EXIT.done) process.exitCode = EXIT.bug
})
