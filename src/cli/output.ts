// Writes the output of a command: its result to stdout in the format asked for, and its status line to stderr.
import type { BatchEvent } from '../batch/events.js'
import { japanIso } from '../clock.js'
import { grossYen } from '../domain/money.js'
import type { Clock } from '../ports.js'
import { fitText, safe } from '../text/width.js'
import { jsonText } from '../ui/json.js'
import type { BatchProgress } from '../ui/progress.js'
import { underProfile, withProfile } from '../ui/screen.js'
import { strangerText } from '../ui/stranger.js'
import { sentences } from '../ui/words.js'
import type { Context } from './context.js'
import { writeNewFile } from './files.js'
import { CLEAR, type Terminal } from './terminal.js'

/** A result in its formats; only the one that is asked for is made. */
export interface Result {
  /** For a person, without a newline at the end; null where there is nothing to read. */
  text(): string | null
  json(): unknown
  /** Missing for a command that has no list: it refuses `--format csv` at its start. */
  csv?(): string
  /** Missing for a command that has no page. */
  html?(): Promise<string>
  /** All went well: `--quiet` leaves the text out. A program that reads JSON or CSV gets it all the same. */
  readonly good?: boolean
}

type Printing = Pick<Context, 'format' | 'terminal' | 'options' | 'screen'>

/** Writes the result of a command to stdout, under the name of the chosen profile. */
export async function printResult(context: Printing, result: Result): Promise<void> {
  const { format, terminal, options } = context
  if (format === 'table' && options.quiet && result.good) return
  const written = await resultIn(context, result)
  if (written !== null) terminal.out(written)
}

/** The result as it is written in the format that is asked for; null where there is nothing to read. */
async function resultIn(
  { format, options, screen }: Pick<Printing, 'format' | 'options' | 'screen'>,
  { text, json, csv, html }: Result,
): Promise<string | Buffer | null> {
  if (format === 'json') return jsonText(withProfile(json(), screen))
  if (format === 'csv' && csv) return encodedCsv(csv(), options)
  if (format === 'html' && html) return html()
  const shown = text()
  return shown === null ? null : `${underProfile(shown, screen)}\n`
}

/** Writes a sentence of the program's own on stderr, fitted to the screen. */
export function tell({ terminal, errorScreen }: Pick<Context, 'terminal' | 'errorScreen'>, sentence: string): void {
  terminal.err(`${fitText(sentence, errorScreen)}\n`)
}

/** Writes the result into the new file that `--out` names, and says so on stderr; without a name to stdout. */
export async function printInto(out: string | undefined, context: Context, result: Result): Promise<void> {
  if (out === undefined) return printResult(context, result)
  writeNewFile(out, (await resultIn(context, result)) ?? '')
  if (!context.options.quiet) tell(context, sentences(context.errorScreen.lang).writtenTo(safe(out)))
}

/**
 * CSV in the encoding of `--encoding`. An unencodable character does not stop it: where the CSV is a result,
 * money has moved by then.
 */
async function encodedCsv(csv: string, { encoding = 'utf8' }: Context['options']): Promise<string | Buffer> {
  // The tables of Windows-31J are loaded with the first CSV.
  const { encodeResult } = await import('../mirror/csv/encoding.js')
  return encodeResult(csv, encoding)
}

/** Warns beside a list that it may lack requests sent since the mirror was copied; on stderr in every format. */
export function warnOfStranger(context: Context): void {
  tell(context, strangerText(context.config.lang))
}

/** The status line at the foot of the terminal, which is redrawn; other output is written above it. */
export class StatusLine {
  #text = ''

  /** @param drawn false where stderr is no terminal: the line and its carriage returns are left out there */
  constructor(
    private readonly terminal: Terminal,
    private readonly drawn: boolean,
  ) {}

  show(text: string): void {
    if (!this.drawn || text === this.#text) return
    this.#text = text
    shownLines.set(this.terminal, this)
    this.terminal.err(`${CLEAR}${text}`)
  }

  hide(): void {
    if (this.#text !== '') this.terminal.err(CLEAR)
    this.#text = ''
    shownLines.delete(this.terminal)
  }

  /** Writes above the line. */
  above(write: () => void): void {
    const text = this.#text
    this.hide()
    write()
    if (text !== '') this.show(text)
  }
}

/** The status line that each terminal shows now. */
const shownLines = new WeakMap<object, StatusLine>()

/** Writes on stderr above the status line, because otherwise both would stand in one line. */
export function aboveStatusLine(terminal: object, write: () => void): void {
  const line = shownLines.get(terminal)
  if (line === undefined) write()
  else line.above(write)
}

/** The status line of a command; `--quiet` has none. */
export const statusLineOf = ({
  terminal,
  errorScreen,
  options,
}: Pick<Context, 'terminal' | 'errorScreen' | 'options'>) =>
  new StatusLine(terminal, errorScreen.width !== null && !options.quiet)

/** The number of orders after which the rate is steady enough to predict the end. */
const TELLING = 3

/** Counts a batch while it runs, for the status line. */
export class Tally {
  #startMs: number
  #done = 0
  #yen = 0

  constructor(
    private readonly clock: Clock,
    private readonly cutOff: string,
  ) {
    this.#startMs = clock.monotonicMs()
  }

  /** Starts the clock: the first request is about to go out. */
  start(): void {
    this.#startMs = this.clock.monotonicMs()
  }

  count(event: Extract<BatchEvent, { type: 'settled' | 'refused' }>): void {
    this.#done += 1
    if (event.type === 'settled' && event.outcome === 'accepted') this.#yen += grossYen(event.step)
  }

  progress(total: number): BatchProgress {
    const elapsedMs = this.clock.monotonicMs() - this.#startMs
    const leftMs = this.#done < TELLING ? null : ((total - this.#done) * elapsedMs) / this.#done
    const expectedEnd = leftMs === null ? null : japanIso(this.clock.nowMs() + leftMs).slice(11, 16)
    return { done: this.#done, total, yen: this.#yen, elapsedMs, expectedEnd, cutOff: this.cutOff }
  }
}
