// Runs the built program in a terminal of its own, and gives the contents of its screen as text.
import xterm from '@xterm/headless'
import { spawn } from '@lydell/node-pty'
import { atEnd, OWN_STATE, PROGRAM, type Env } from './program.js'

export interface VirtualTerminal {
  type(keys: string): void
  /** The lines of the screen, the scrolled ones included, without blanks at their ends. */
  screen(): string
  /** Resolves when the screen holds the text, or something that fits. */
  shows(text: string | RegExp): Promise<string>
  resize(columns: number, rows: number): void
  /** Closes the window: the system hangs up, and nothing can be read from it or written to it. */
  closeWindow(): void
  /** The exit code; 128 and the signal's number where one ended the program, as a shell has it. */
  readonly exit: Promise<number>
}

export const KEYS = {
  enter: '\r',
  escape: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  pageDown: '\u001b[6~',
  tab: '\t',
  backspace: '\u007f',
  ctrlA: '\u0001',
  ctrlC: '\u0003',
  ctrlD: '\u0004',
  ctrlN: '\u000e',
} as const

export interface TerminalOptions {
  readonly columns?: number
  readonly rows?: number
  readonly env?: Env
  /** False: a terminal that tells no size, such as a serial line: 0 columns, 0 rows. */
  readonly sized?: boolean
  /** Started by `nohup`: the program does not hear that the system hangs up. */
  readonly nohup?: boolean
}

/** Starts `paygent`; nothing of this process's environment but PATH goes along. */
export function openTerminal(
  cwd: string,
  args: readonly string[],
  { columns = 80, rows = 24, env = {}, sized = true, nohup = false }: TerminalOptions = {},
): VirtualTerminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 })
  const program = [process.execPath, PROGRAM, ...args]
  const before = `${nohup ? "trap '' HUP; " : ''}${sized ? '' : 'stty cols 0 rows 0; '}`
  const child = spawn('/bin/sh', ['-c', `${before}exec "$@"`, 'sh', ...program], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, TERM: 'xterm-256color', ...OWN_STATE(cwd), ...env },
  })
  const waiting = new Set<() => void>()
  child.onData((data) => terminal.write(data, () => waiting.forEach((look) => look())))
  const exit = new Promise<number>((resolve) =>
    child.onExit(({ exitCode, signal }) => terminal.write('', () => resolve(signal ? 128 + signal : exitCode))),
  )
  atEnd(() => {
    child.kill('SIGKILL')
    terminal.dispose()
  })
  const screen = (): string => {
    const { buffer } = terminal
    const lines = Array.from({ length: buffer.active.length }, (_, index) =>
      buffer.active.getLine(index)?.translateToString(true),
    )
    return lines.join('\n').trimEnd()
  }
  return {
    type: (keys) => child.write(keys),
    screen,
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const seen = screen()
          if (typeof text === 'string' ? !seen.includes(text) : !text.test(seen)) return
          waiting.delete(look)
          resolve(seen)
        }
        waiting.add(look)
        void exit.then(() => reject(new Error(`ended without showing ${String(text)}:\n${screen()}`)))
        look()
      }),
    resize(columns, rows) {
      terminal.resize(columns, rows)
      child.resize(columns, rows)
    },
    closeWindow: () => (child as unknown as { destroy(): void }).destroy(),
    exit,
  }
}
