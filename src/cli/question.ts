// The question before money moves. The default is No; inquirer is loaded only when somebody is there to answer.
import { AppError } from '../errors.js'

/** Asks yes or no on stderr. Ctrl-C is no answer: AppError('interrupted'). */
export async function askYes(message: string): Promise<boolean> {
  return ask(async (prompt) => {
    const { answer } = await prompt([{ type: 'confirm', name: 'answer', message, default: false }])
    return answer === true
  })
}

/** Asks for a text on stderr. */
export async function askText(message: string): Promise<string> {
  return ask(async (prompt) => {
    const { answer } = await prompt([{ type: 'input', name: 'answer', message }])
    return String(answer).normalize('NFKC').trim()
  })
}

type Prompt = (questions: readonly Record<string, unknown>[]) => Promise<Record<string, unknown>>

async function ask<Result>(question: (prompt: Prompt) => Promise<Result>): Promise<Result> {
  const { default: inquirer } = await import('inquirer')
  const prompt = inquirer.createPromptModule({ output: process.stderr }) as unknown as Prompt
  try {
    return await question(prompt)
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') throw new AppError('interrupted')
    throw error
  }
}
