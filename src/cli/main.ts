// Runs one command and ends with its exit code.
import { AppError, EXIT, type ExitCode, highest, installationFault } from '../errors.js'
import { fitText } from '../text/width.js'
import { type LastWord, lastWord, leftWord, stoppingText, wordJson, wordText } from '../ui/last-word.js'
import { type Topic, topicNamed, topicText } from '../ui/topics.js'
import { earlyFormat, earlyLanguage, earlySameMirror } from './context.js'
import { packageVersion } from './files.js'
import type { Listener } from './faults.js'
import { buildProgram } from './program.js'
import { sourceStack } from './source-stack.js'
import { isPipeClosed, processTerminal, type ProcessTerminal, type Terminal } from './terminal.js'
import { underWay } from './under-way.js'
import { commandIn, unknownCommand, usageError, WrongUsage } from './usage.js'

// The user alone can read the files that this program creates, SQLite's included.
process.umask(0o077)

const version = packageVersion()

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const lang = earlyLanguage(args)
  let code: number = EXIT.done
  try {
    await buildProgram(lang, terminal, version, (exit) => (code = exit)).parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    // Options without a command show the first screen, as `paygent` alone does.
    if (namesNoCommand(error) && !args.includes('help')) return run([...args, 'status'], terminal)
    const topic = namesNoCommand(error) ? topicNamed(args[args.indexOf('help') + 1] ?? '') : null
    if (topic !== null) return showTopic(topic, args, terminal)
    const known =
      installationFault(error) ??
      helpOfNothing(args, error) ??
      (error instanceof WrongUsage ? usageError(error) : error)
    if (known === null) return EXIT.done
    const { tellFault } = await import('./faults.js')
    tellFault(known, earlyListener(args, terminal), { command: commandIn(args) })
    return known instanceof AppError ? known.exitCode : EXIT.bug
  }
}

/** `paygent help <topic>`: a section of the pages. */
async function showTopic(topic: Topic, args: readonly string[], terminal: Terminal): Promise<number> {
  const lang = earlyLanguage(args)
  const { topicBlocks } = await import('./topics.js')
  try {
    const screen = { lang, width: terminal.width, colour: false, ascii: false }
    terminal.out(`${topicText(topic, topicBlocks(topic, lang), screen)}\n`)
    return EXIT.done
  } catch (error) {
    const { tellFault } = await import('./faults.js')
    tellFault(error, earlyListener(args, terminal), { command: 'help' })
    return error instanceof AppError ? error.exitCode : EXIT.bug
  }
}

const earlyListener = (args: readonly string[], to: Terminal): Listener => ({
  terminal: to,
  lang: earlyLanguage(args),
  format: earlyFormat(args),
  sameMirror: earlySameMirror(args),
})

const namesNoCommand = (error: unknown): boolean =>
  error instanceof WrongUsage && error.found.code === 'commander.help' && error.found.exitCode !== 0

/** The error for `help` of an unknown command, for which commander prints nothing of its own. */
function helpOfNothing(args: readonly string[], error: unknown): AppError | null {
  if (!namesNoCommand(error) || !args.includes('help')) return null
  return unknownCommand(args[args.indexOf('help') + 1] ?? '')
}

/**
 * Ends the program. Where a result was not delivered, it reports how to show it again, and the exit code is no success.
 */
async function end(args: readonly string[], terminal: ProcessTerminal): Promise<number> {
  const code = await run(args, terminal)
  const lost = await terminal.lost()
  if (lost === null) return code
  const { tellFault } = await import('./faults.js')
  const where = isPipeClosed({ code: lost.problem }) ? { reader: 'gone' } : { place: 'check' }
  const fault = new AppError('result-unwritable', { ...lost, ...where })
  tellFault(fault, earlyListener(args, terminal), { command: commandIn(args) })
  return highest(code as ExitCode, fault.exitCode)
}

const given = process.argv.slice(2)
const fitted = (text: string): string => fitText(text, { width: terminal.errorWidth, ascii: false })

/** A last message as it is written on stderr. Nothing can be loaded any more. */
function written(word: LastWord): string {
  return earlyFormat(given) === 'json' ? JSON.stringify(wordJson(word)) : fitted(wordText(word, earlyLanguage(given)))
}

const terminal = processTerminal((press) => {
  const lang = earlyLanguage(given)
  return press === 'first'
    ? fitted(stoppingText(underWay(), lang))
    : written(leftWord(underWay(), lang, earlySameMirror(given)))
})
void end(given, terminal).then((code) => {
  process.exitCode = code
})
// A bug that no command caught, in a timer or an event handler too. The last message and the exit code follow.
process.once('uncaughtException', (bug) => {
  terminal.err(`${sourceStack(bug)}\n`)
  process.exitCode = undefined
  process.exit()
})
process.once('exit', () => {
  // No exit code is set: the program ends in the middle of some work, which is not "done".
  if (process.exitCode === undefined) {
    const open = underWay()
    terminal.err(`${written(lastWord(open, earlyLanguage(given), earlySameMirror(given)))}\n`)
    process.exitCode = open.open.length === 0 && open.wait === 'nothing' ? EXIT.bug : EXIT.needsPerson
  }
  terminal.leave()
})
// A signal may still arrive. While Node takes itself down, it restores the default of each signal, which kills the
// process: the exit code would say that finished work was interrupted. This call ends the process before that.
process.once('beforeExit', () => process.exit())
