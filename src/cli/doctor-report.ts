// How `doctor` is heard: line by line in a table, all at once as JSON and CSV. Pages 3.1 and 6.
import type { Level, Finding } from '../jobs/doctor/finding.js'
import { doctorCsv, doctorHead, doctorJson, doctorSum, findingText } from '../ui/doctor.js'
import type { Screen } from '../ui/screen.js'
import { screenOf, type CommonOptions } from './context.js'
import type { Diagnosis } from './doctor-settings.js'
import { writeCsv } from './output.js'
import type { Terminal } from './terminal.js'
import { jsonText } from '../ui/json.js'

export class DoctorReport {
  readonly #found: Finding[] = []
  readonly #screen: Screen
  readonly #lines: string[] = []

  constructor(
    private readonly options: CommonOptions,
    { config, certain }: Diagnosis,
    private readonly terminal: Terminal,
  ) {
    this.#screen = screenOf(options, config.lang, terminal.width)
    this.#say(doctorHead(certain ? config.environment : null, this.#screen))
  }

  add(finding: Finding): void {
    this.#found.push(finding)
    this.#say(findingText(finding, this.#screen))
  }

  get healthy(): boolean {
    return this.#counts.bad === 0
  }

  async end(): Promise<void> {
    const { options, terminal } = this
    const { lang } = this.#screen
    const format = options.format ?? 'table'
    if (format === 'json') terminal.out(jsonText(doctorJson(this.#found, lang)))
    else if (format === 'csv') await writeCsv(doctorCsv(this.#found, lang), { terminal, options })
    this.#say(doctorSum(this.#counts, this.#screen))
    const quiet = format === 'table' && options.quiet === true
    if (quiet && this.#counts.warning + this.#counts.bad > 0) for (const line of this.#lines) terminal.out(line)
  }

  get #counts(): Record<Level, number> {
    const counts = { ok: 0, warning: 0, bad: 0 }
    for (const { level } of this.#found) counts[level] += 1
    return counts
  }

  /** At once, so that nobody waits for Paygent to see the first line; with `--quiet` only when it turns out needed. */
  #say(text: string): void {
    const line = `${text}\n`
    if ((this.options.format ?? 'table') !== 'table') return
    if (this.options.quiet) this.#lines.push(line)
    else this.terminal.out(line)
  }
}
