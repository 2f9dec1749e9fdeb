// `paygent completion`: the script of a shell, and the hidden command that the script asks at each TAB. Page 3.1.
import type { Command } from 'commander'
import { homedir } from 'node:os'
import { EXIT } from '../../errors.js'
import type { Shell } from '../../text/shells.js'
import type { Cli } from '../cli.js'
import { type Wanted, valueGiven, wantedAt } from '../completion.js'
import { mirrorPathOf } from '../context.js'

export async function runCompletion(_options: object, { terminal }: Cli, shell: string): Promise<number> {
  const { completionScript } = await import('../../ui/completion.js')
  terminal.out(completionScript(shell as Shell))
  return EXIT.done
}

/** Prints what may stand at the last of the words. */
export async function runComplete(program: Command, words: readonly string[], { terminal }: Cli): Promise<void> {
  const lines = await offersAt(program, words)
  if (lines.length > 0) terminal.out(`${lines.join('\n')}\n`)
}

/** Whoever types is not told of faults: with no mirror, or settings that are wrong, there is just nothing to offer. */
async function offersAt(program: Command, words: readonly string[]): Promise<string[]> {
  try {
    return await linesOf(wantedAt(program, words), words)
  } catch {
    return []
  }
}

const MOST = 200

/** One offer a line, a tab before what is said about it; `:files` and `:folders` leave it to the shell. */
async function linesOf(wanted: Wanted, words: readonly string[]): Promise<string[]> {
  switch (wanted.type) {
    case 'files':
    case 'folders':
      return [`:${wanted.type}`]
    case 'words':
      return wanted.offers.map(({ word, about }) => `${wanted.begun}${word}${about === '' ? '' : `\t${about}`}`)
    case 'orders':
    case 'runs': {
      const { begun, typed, taken, type } = wanted
      const { numbersLike } = await import('../../mirror/numbers.js')
      const found = numbersLike(mirrorOf(words), type, typed, MOST)
      return found.filter((number) => !taken.includes(number)).map((number) => begun + number)
    }
    default:
      return wanted satisfies never
  }
}

/** The mirror that the line itself would mean. */
function mirrorOf(words: readonly string[]): string {
  const given = (name: string): string | undefined => atHome(valueGiven(words, name))
  const [db, settings] = [given('--db'), given('--settings') ?? given('--env-file')]
  return atHome(mirrorPathOf({ ...(db !== undefined && { db }), ...(settings !== undefined && { settings }) })) ?? ''
}

/** The line is not yet expanded when the shell asks. */
const atHome = (path: string | undefined): string | undefined => path?.replace(/^~(?=\/)/, homedir())
