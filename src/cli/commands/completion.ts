// `paygent completion`: prints the script of a shell, and answers the hidden command that the script runs at each TAB.
import { TOPICS } from '../../ui/topics.js'
import { CARRIERS } from '../../domain/order.js'
import { EXIT } from '../../errors.js'
import type { Shell } from '../../text/shells.js'
import { type Cli, type CommonOptions, foldersOfProfiles, mirrorPathOf } from '../context.js'
import type { Argument, Command, Help, Option } from 'commander'
import { homedir } from 'node:os'

/** A word to offer, with a few words about it. */
export interface Offer {
  readonly word: string
  readonly about: string
}

/**
 * The kind of value to offer. `begun` is the part of the word before it: `--orders=` and the numbers already in the
 * list.
 */
export type Wanted =
  | { readonly type: 'words'; readonly begun: string; readonly typed: string; readonly offers: readonly Offer[] }
  | {
      readonly type: 'orders' | 'runs'
      readonly begun: string
      readonly typed: string
      /** The values that are already in the list. */
      readonly taken: readonly string[]
    }
  | { readonly type: 'profiles'; readonly begun: string; readonly typed: string }
  | { readonly type: 'files' | 'folders' }

/** The position of the cursor on the command line. */
interface Place {
  readonly command: Command
  /** The command's parent, kept here because the help command itself does not know it. */
  readonly above: Command
  /** The number of arguments before the cursor. */
  readonly position: number
  /** The option whose value is being typed. */
  readonly option: Option | null
  readonly begun: string
  readonly typed: string
  /** After `--` only arguments may follow. */
  readonly closed: boolean
}

/** @param words the words on the line after the program's name; the last one is to be completed */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const place = placeOf(program, words)
  if (place.option !== null) return valueWanted(place.option, place)
  const help = program.createHelp()
  if (!place.closed && place.typed.startsWith('-')) return offered(place, optionsOf(place.command, help))
  return argumentWanted(place, help)
}

/** The value of an option as it is given among the words, or undefined. */
export function valueGiven(words: readonly string[], name: string): string | undefined {
  const whole = unsplit(words)
  const at = whole.findIndex((word) => word === name || word.startsWith(`${name}=`))
  const found = whole[at]
  if (found === undefined) return undefined
  return found === name ? whole[at + 1] : found.slice(name.length + 1)
}

/** Rejoins split words: bash splits `--orders=85` into three words. */
function unsplit(words: readonly string[]): string[] {
  const isSign = (word: string, at: number): boolean => word === '=' && /^--[^=]+$/.test(words[at - 1] ?? '')
  const kept = words.filter((word, at) => !isSign(word, at))
  const last = words.length - 1
  return last >= 0 && isSign(words[last] ?? '', last) ? [...kept, ''] : kept
}

function placeOf(program: Command, words: readonly string[]): Place {
  const whole = unsplit(words)
  const typed = whole.at(-1) ?? ''
  let [command, above] = [program, program]
  let [position, option, closed] = [0, null as Option | null, false]
  for (const word of whole.slice(0, -1)) {
    if (option !== null) option = null
    else if (!closed && word === '--') closed = true
    else if (!closed && /^-./.test(word)) option = awaiting(command, word)
    else {
      const next = position === 0 ? childOf(command, word) : null
      if (next === null) position += 1
      else [above, command] = [command, next]
    }
  }
  const [, name, value] = /^(--[^=]+)=(.*)$/.exec(typed) ?? []
  const named = option === null && !closed && name !== undefined ? awaiting(command, name) : null
  if (named === null) return { command, above, position, option, begun: '', typed, closed }
  return { command, above, position, option: named, begun: `${name}=`, typed: value ?? '', closed }
}

const childOf = (command: Command, word: string): Command | null =>
  command
    .createHelp()
    .visibleCommands(command)
    .find((each) => each.name() === word || each.aliases().includes(word)) ?? null

/** The option of that name if a value must follow it. */
function awaiting(command: Command | null, word: string): Option | null {
  if (command === null) return null
  const found = command.options.find(({ long, short }) => long === word || short === word)
  if (found === undefined) return awaiting(command.parent, word)
  return found.required || found.optional ? found : null
}

function optionsOf(command: Command, help: Help): Offer[] {
  const all = [...help.visibleOptions(command), ...(command.parent === null ? [] : globalOptions(command, help))]
  return all.map(({ long, short, description }) => ({ word: long ?? short ?? '', about: description }))
}

function globalOptions(command: Command, help: Help): Option[] {
  help.showGlobalOptions = true
  return help.visibleGlobalOptions(command)
}

/** The option's placeholder in the help, which names the kind of its value. */
const placeholderOf = ({ flags }: Option): string => /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? ''

function valueWanted(option: Option, place: Place): Wanted {
  const choices = option.argChoices?.map((word) => ({ word, about: '' }))
  if (choices) return offered(place, choices)
  switch (placeholderOf(option)) {
    case 'name':
      return { type: 'profiles', begun: place.begun, typed: place.typed }
    case 'numbers':
      return { type: 'orders', ...asList(place) }
    case 'methods': {
      const { taken, ...list } = asList(place)
      const methods = ['credit', ...CARRIERS].filter((word) => !taken.includes(word))
      return offered(
        { ...place, ...list },
        methods.map((word) => ({ word, about: '' })),
      )
    }
    case 'file':
    case 'csv':
      return { type: 'files' }
    case 'dir':
      return { type: 'folders' }
    default:
      return offered(place, [])
  }
}

/** Splits a list: in `852,853,8` the last number is being typed, and the others are not offered again. */
function asList({ begun, typed }: Place) {
  const parts = typed.split(',')
  const last = parts.pop() ?? ''
  return { begun: begun + parts.map((part) => `${part},`).join(''), typed: last, taken: parts }
}

function argumentWanted(place: Place, help: Help): Wanted {
  const { command, above, position, typed } = place
  const commands = position === 0 ? commandOffers(command, help) : []
  const { registeredArguments: declared } = command
  const argument: Argument | undefined = declared[position] ?? (declared.at(-1)?.variadic ? declared.at(-1) : undefined)
  switch (argument?.name()) {
    case 'order':
      return { type: 'orders', begun: '', typed, taken: [] }
    case 'id':
      return { type: 'runs', begun: '', typed, taken: [] }
    case 'file':
      return { type: 'files' }
    case 'command':
      return offered(place, [...commandOffers(above, help), ...TOPICS.map(({ name }) => ({ word: name, about: '' }))])
    default:
      return offered(place, [...commands, ...(argument?.argChoices ?? []).map((word) => ({ word, about: '' }))])
  }
}

const commandOffers = (command: Command, help: Help): Offer[] =>
  help.visibleCommands(command).map((each) => ({ word: each.name(), about: each.summary() || each.description() }))

const offered = ({ begun, typed }: Place, offers: readonly Offer[]): Wanted => ({
  type: 'words',
  begun,
  typed,
  offers: offers.filter(({ word }) => word.startsWith(typed)),
})

export async function runCompletion(_options: object, { terminal }: Cli, shell: string): Promise<number> {
  const { completionScript } = await import('../../ui/completion.js')
  terminal.out(completionScript(shell as Shell))
  return EXIT.done
}

/** Prints the possible completions of the last word. */
export async function runComplete(program: Command, words: readonly string[], { terminal }: Cli): Promise<void> {
  const lines = await offersAt(program, words)
  if (lines.length > 0) terminal.out(`${lines.join('\n')}\n`)
}

/**
 * The offers at the cursor. Without a mirror, or with wrong settings, there is none: an error would appear in the line
 * being typed.
 */
async function offersAt(program: Command, words: readonly string[]): Promise<string[]> {
  try {
    return await linesOf(wantedAt(program, words), words)
  } catch {
    return []
  }
}

const MOST = 200

/** One line for each offer, with a tab before its description. `:files` and `:folders` leave the offer to the shell. */
async function linesOf(wanted: Wanted, words: readonly string[]): Promise<string[]> {
  switch (wanted.type) {
    case 'files':
    case 'folders':
      return [`:${wanted.type}`]
    case 'words':
      return wanted.offers.map(({ word, about }) => `${wanted.begun}${word}${about === '' ? '' : `\t${about}`}`)
    case 'profiles': {
      const { listProfiles } = await import('../profile.js')
      const names = listProfiles(foldersOfProfiles()).map(({ name }) => name)
      return names.filter((name) => name.startsWith(wanted.typed)).map((name) => wanted.begun + name)
    }
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

/** The path of the mirror that the typed line would use. */
function mirrorOf(words: readonly string[]): string {
  const given = (name: string): string | undefined => atHome(valueGiven(words, name))
  const options = {
    db: given('--db'),
    settings: given('--settings') ?? given('--env-file'),
    profile: given('--profile'),
  }
  const place = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return atHome(mirrorPathOf(place as CommonOptions)) ?? ''
}

/** Expands `~`: the shell asks before it has expanded the line. */
const atHome = (path: string | undefined): string | undefined => path?.replace(/^~(?=\/)/, homedir())
