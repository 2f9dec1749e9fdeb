// Writes the text of a settings file from the commented example, and the line of a crontab that reads it.
import { quoted } from '../text/shells.js'
import { parseEnv } from 'node:util'

/** The settings that a new file gives a value, by name. */
export type NewSettings = Readonly<Record<string, string>>

const QUOTES = ["'", '"', '`'] as const

/** The value as a settings file takes it; null where no way of writing gives it back. */
export function written(value: string): string | null {
  const ways = [value, ...QUOTES.map((quote) => `${quote}${value}${quote}`)]
  const plain = /^[^\s'"`#\\][^'"`#\\\s]*$/.test(value) || value === ''
  return (plain ? ways : ways.slice(1)).find((way) => parseEnv(`X=${way}\nY=`)['X'] === value) ?? null
}

/**
 * The example with these values in it, and all of its comments.
 * @throws Error for a setting that the example lacks, or a value that cannot be written
 */
export function settingsText(example: string, settings: NewSettings): string {
  const open = new Map(Object.entries(settings))
  const lines = example.split('\n').map((line) => {
    const [, name = ''] = /^(PAYGENT_\w+)=/.exec(line) ?? []
    const value = open.get(name)
    if (value === undefined) return line
    open.delete(name)
    return `${name}=${written(value) ?? ''}`
  })
  const text = lines.join('\n')
  const read = parseEnv(text)
  const lost = Object.entries(settings).find(([name, value]) => read[name] !== value)
  if (lost !== undefined) throw new Error(`the settings file cannot hold ${lost[0]}`)
  return text
}

export interface NightLine {
  /** Local time of the machine. */
  readonly hour: number
  readonly minute: number
  /** Set for the command alone: cron hands on almost nothing of the user's environment. */
  readonly variables: NewSettings
  /** Program, command and options, each with its full path. */
  readonly words: readonly string[]
}

/** A line of a user's crontab. cron reads a bare `%` as a line break, within quotes too. */
export function cronLine({ hour, minute, variables, words }: NightLine): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`)
  const command = [...set, ...words.map(quoted)].join(' ')
  return `${minute} ${hour} * * * ${command.replaceAll('%', String.raw`\%`)}`
}

/** The data file of an environment: a trial in the simulator never stands in the way of the sandbox. */
export const dataFileOf = (environment: string): string => `paygent-${environment}.db`
