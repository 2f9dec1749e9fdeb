// Finds the commands in a text of the program, and lets the program read each of them as if it were pasted.
import { expect } from 'vitest'
import { buildProgram } from '../../src/cli/program.js'
import { commandIn } from '../../src/cli/usage.js'
import { topicNamed } from '../../src/ui/topics.js'
import { listed, orderNumber, runNumber } from '../../src/cli/selection.js'
import { silentTerminal } from '../cli/silent-terminal.js'

const WORD = '(?:-{0,2}[a-z0-9][a-z0-9,.:#=-]*|‹[^›]*›)'
const COMMAND = new RegExp(`paygent(?: ${WORD})+`, 'g')

/** Every command that a text names, in its order, each line read by itself. */
export const commandsIn = (text: string): string[] => text.match(COMMAND) ?? []

/** What a person puts in the place of a part in ‹ ›, by the option before it. */
const FILLED: Readonly<Record<string, string>> = {
  '--total': '100',
  '--as': 'sold',
  '--note': 'x',
  '--payment-id': '12345678',
}

const filled = (command: string): string[] =>
  command
    .replaceAll(/(--[a-z-]+) ‹[^›]*›/g, (whole, option: string) => `${option} ${FILLED[option] ?? whole}`)
    .split(' ')
    .slice(1)

const NUMBERED: Readonly<Record<string, (given: string) => unknown>> = {
  '--orders': (given) => listed(given).map(orderNumber),
  '--rest': (given) => runNumber('--rest', given),
  '--undo': (given) => runNumber('--undo', given),
}

/** Each option whose value is a number of a run or an order takes the value that stands there. */
function expectNumbers(words: readonly string[]): void {
  for (const [index, word] of words.entries()) {
    const value = words[index + 1]
    if (value !== undefined && !value.startsWith('--')) NUMBERED[word]?.(value)
  }
}

/** Commands that say nothing without one of these options. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  settle: ['--as', '--payment-id'],
  amend: ['--total', '--undo'],
}

/** The program takes the command: it knows each word, and nothing is missing or too much. Nothing is run. */
export async function expectAccepted(command: string): Promise<void> {
  const words = filled(command)
  const [name, topic] = words
  if (name === 'help') {
    expect([command, topic === undefined || commandIn([topic]) === topic || topicNamed(topic) !== null]).toEqual([
      command,
      true,
    ])
    return
  }
  const program = buildProgram('en', silentTerminal, '0', () => undefined)
  let ran = false
  const disarm = (commands: typeof program.commands): void => {
    for (const one of commands) {
      one.action(() => void (ran = true))
      disarm(one.commands)
    }
  }
  disarm(program.commands)
  const read = program.parseAsync(words, { from: 'user' }).then(
    () => null,
    (error: Error) => error.message,
  )
  expect([command, await read]).toEqual([command, null])
  expect([command, ran]).toEqual([command, true])
  const needed = NEEDS[name ?? '']
  if (needed !== undefined) expect([command, needed.some((option) => words.includes(option))]).toEqual([command, true])
  expectNumbers(words)
}
