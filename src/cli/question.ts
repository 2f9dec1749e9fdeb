// Asks the person at the terminal: yes or no, a text, and Enter for a result that has been read.
import type { RuleContext } from '../domain/permit.js'
import type { RunRecord } from '../domain/run.js'
import { AppError } from '../errors.js'
import type { Mirror } from '../mirror/open.js'
import { fitText } from '../text/width.js'
import { word } from '../ui/words.js'
import type { Context } from './context.js'
import type { Terminal } from './terminal.js'

/** A question with the words that its answers leave on the screen. */
export interface Question {
  readonly message: string
  readonly yes: string
  readonly no: string
}

type Asker = Pick<Terminal, 'interrupted' | 'prompting'>

/** Asks yes or no on stderr; the default is no. @throws AppError interrupted by Ctrl-C or another signal */
export async function askYes(question: Question, terminal: Asker): Promise<boolean> {
  return ask(terminal, async (prompt) => {
    const { message, yes, no } = question
    const transformer = (answer: boolean): string => (answer ? yes : no)
    const { answer } = await prompt([{ type: 'confirm', name: 'answer', message, default: false, transformer }])
    return answer === true
  })
}

/** Asks for a text on stderr. */
export async function askText(message: string, terminal: Asker): Promise<string> {
  return ask(terminal, async (prompt) => {
    const { answer } = await prompt([{ type: 'input', name: 'answer', message }])
    return String(answer).normalize('NFKC').trim()
  })
}

/** Inquirer's errors for an abandoned prompt: by Ctrl-C, or by the signal. */
const LEFT: readonly string[] = ['ExitPromptError', 'AbortPromptError']

type Prompt = (questions: readonly Record<string, unknown>[]) => Promise<Record<string, unknown>>

async function ask<Result>(
  { interrupted, prompting }: Asker,
  question: (prompt: Prompt) => Promise<Result>,
): Promise<Result> {
  const { default: inquirer } = await import('inquirer')
  const prompt = inquirer.createPromptModule({ output: process.stderr, signal: interrupted }) as unknown as Prompt
  try {
    return await prompting(typeAndTakeBack, () => question(prompt))
  } catch (error) {
    if (error instanceof Error && LEFT.includes(error.name)) throw new AppError('interrupted')
    throw error
  }
}

/** Types a character and deletes it: Inquirer's prompts redraw only when the typed text changes. */
function typeAndTakeBack(stdin: NodeJS.ReadStream): void {
  stdin.emit('keypress', 'x', { name: 'x', sequence: 'x' })
  stdin.emit('keypress', '\b', { name: 'backspace', sequence: '\b' })
}

/** The part of a batch command that shows the results of earlier ones. */
interface Reviewing {
  readonly context: Context
  readonly mirror: Pick<Mirror, 'journal'>
  readonly request: { readonly mayAsk: boolean; readonly dryRun: boolean }
  readonly rules: RuleContext
}

/** Reports in one line the runs without a terminal that went well, and acknowledges them. */
async function tellQuiet({ context, mirror: { journal } }: Pick<Reviewing, 'context' | 'mirror'>): Promise<void> {
  const rows = journal.quietRuns().map((run) => ({ run, items: journal.items(run.id) }))
  if (rows.length === 0) return
  const { quietLine } = await import('../ui/runs.js')
  context.terminal.err(`${fitText(quietLine(rows, context.config.lang), context.errorScreen)}\n`)
  for (const { run } of rows) journal.acknowledge(run.id)
}

/** Shows every result that is not yet acknowledged, and waits until each is closed (docs/rules.md#before-a-batch). */
export async function showUnseen(setting: Reviewing): Promise<void> {
  const { context, mirror, request, rules } = setting
  if (!request.mayAsk || request.dryRun) return
  const { resultText } = await import('../ui/result.js')
  await tellQuiet(setting)
  for (const run of mirror.journal.unacknowledged()) {
    const { terminal, errorScreen } = context
    terminal.err(`${word('unseen-result', context.config.lang)}\n`)
    terminal.err(`${resultText({ run, items: mirror.journal.items(run.id), rules }, errorScreen)}\n`)
    if (!(await closeResult(run, setting))) throw new AppError('interrupted')
  }
}

/** Waits for Enter and acknowledges the run. It settles nothing. */
export async function closeResult(
  run: Pick<RunRecord, 'id'>,
  { context, mirror }: Pick<Reviewing, 'context' | 'mirror'>,
): Promise<boolean> {
  const seen = await isClosed(context)
  if (seen) mirror.journal.acknowledge(run.id)
  return seen
}

/**
 * True for Enter, false where the wait ends otherwise. After a signal, or where the result was not delivered, it does
 * not ask.
 */
export async function isClosed({ terminal, config }: Pick<Context, 'terminal' | 'config'>): Promise<boolean> {
  if (terminal.interrupted.aborted || (await terminal.lost()) !== null) return false
  terminal.err(`${word('close-result', config.lang)}\n`)
  const seen = await terminal.waitForEnter()
  // After ^C the next output needs a line of its own.
  if (!seen) terminal.err('\n')
  return seen
}
