// One line at the foot of the terminal that is drawn again and again; everything else is written above it.
import type { Terminal } from './terminal.js'

const CLEAR = '\r\u001B[K'

export class StatusLine {
  #text = ''

  /** @param drawn false where there is no terminal to draw on: no carriage returns there, one line for each thing */
  constructor(
    private readonly terminal: Terminal,
    private readonly drawn: boolean,
  ) {}

  show(text: string): void {
    if (!this.drawn || text === this.#text) return
    this.#text = text
    this.terminal.err(`${CLEAR}${text}`)
  }

  hide(): void {
    if (this.#text !== '') this.terminal.err(CLEAR)
    this.#text = ''
  }

  /** Writes above the line. */
  above(write: () => void): void {
    const text = this.#text
    this.hide()
    write()
    if (text !== '') this.show(text)
  }
}
