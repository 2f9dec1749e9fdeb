// The question before money moves. The default is No; inquirer is loaded only when somebody is there to answer.
import { AppError } from '../errors.js'

/** A question with the words that its answers leave on the screen. */
export interface Question {
  readonly message: string
  readonly yes: string
  readonly no: string
}

/** Asks yes or no on stderr. Ctrl-C and every other signal are no answer: AppError('interrupted'). */
export async function askYes(question: Question, interrupted: AbortSignal): Promise<boolean> {
  return ask(interrupted, async (prompt) => {
    const { message, yes, no } = question
    const transformer = (answer: boolean): string => (answer ? yes : no)
    const { answer } = await prompt([{ type: 'confirm', name: 'answer', message, default: false, transformer }])
    return answer === true
  })
}

/** Asks for a text on stderr. */
export async function askText(message: string, interrupted: AbortSignal): Promise<string> {
  return ask(interrupted, async (prompt) => {
    const { answer } = await prompt([{ type: 'input', name: 'answer', message }])
    return String(answer).normalize('NFKC').trim()
  })
}

/** How inquirer says that nobody answered: Ctrl-C, or the signal. */
const LEFT: readonly string[] = ['ExitPromptError', 'AbortPromptError']

type Prompt = (questions: readonly Record<string, unknown>[]) => Promise<Record<string, unknown>>

async function ask<Result>(signal: AbortSignal, question: (prompt: Prompt) => Promise<Result>): Promise<Result> {
  const { default: inquirer } = await import('inquirer')
  const prompt = inquirer.createPromptModule({ output: process.stderr, signal }) as unknown as Prompt
  try {
    return await question(prompt)
  } catch (error) {
    if (error instanceof Error && LEFT.includes(error.name)) throw new AppError('interrupted')
    throw error
  }
}
