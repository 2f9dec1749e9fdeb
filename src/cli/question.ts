// The question before money moves. The default is No; inquirer is loaded only when somebody is there to answer.
import { AppError } from '../errors.js'
import type { Terminal } from './terminal.js'

/** A question with the words that its answers leave on the screen. */
export interface Question {
  readonly message: string
  readonly yes: string
  readonly no: string
}

type Asker = Pick<Terminal, 'interrupted' | 'prompting'>

/** Asks yes or no on stderr. Ctrl-C and every other signal are no answer: AppError('interrupted'). */
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

/** How inquirer says that nobody answered: Ctrl-C, or the signal. */
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

/** inquirer's own prompts draw themselves anew when what is typed changes, and not otherwise. */
function typeAndTakeBack(stdin: NodeJS.ReadStream): void {
  stdin.emit('keypress', 'x', { name: 'x', sequence: 'x' })
  stdin.emit('keypress', '\b', { name: 'backspace', sequence: '\b' })
}
