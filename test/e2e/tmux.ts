// Runs the program as staff see it: a shell in tmux, typed input, and the contents of the screen.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { atEnd, OWN_STATE, PROGRAM, type Env } from './program.js'

export const hasTmux = spawnSync('tmux', ['-V']).error === undefined

export interface TmuxScreen {
  /** Types the keys; `Enter`, `Space`, `C-c` are tmux's names for them. */
  press(...keys: string[]): void
  /** Clears the screen and types a command line with its Enter. */
  command(line: string): Promise<void>
  /** The screen, once it holds the text, or something that fits. */
  shows(text: string | RegExp): Promise<string>
  /** The screen, once the shell waits for the next command. */
  ended(): Promise<string>
  /** In how many cells the terminal draws the text, which must fit on a line. */
  cellsOf(text: string): Promise<number>
}

const PROMPT = '$'
const WAIT_MS = 30_000
let sessions = 0

/** A shell of its own in a terminal of so many columns; nothing of this process's environment but PATH goes along. */
export async function openTmux(cwd: string, columns: number, env: Env): Promise<TmuxScreen> {
  const bin = join(cwd, '.bin')
  mkdirSync(bin, { recursive: true })
  symlinkSync(PROGRAM, join(bin, 'paygent'))
  const socket = `paygent-${process.pid}-${(sessions += 1)}`
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', '-u', ...args], { cwd, encoding: 'utf8' })
  const settings = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: cwd,
    LANG: 'C.UTF-8',
    TERM: 'screen-256color',
    NO_COLOR: '1',
    PS1: '$ ',
    HISTFILE: '/dev/null',
    ...OWN_STATE(cwd),
    ...env,
  }
  const shell = ['env', '-i', ...Object.entries(settings).map(([name, value]) => `${name}=${value}`)]
  atEnd(() => void spawnSync('tmux', ['-L', socket, 'kill-server']))
  tmux('new-session', '-d', '-x', String(columns), '-y', '100', ...shell, 'bash', '--norc', '--noprofile', '-i')
  const capture = (): string => tmux('capture-pane', '-p').trimEnd()
  const waitFor = async (ready: (screen: string) => boolean, what: string): Promise<string> => {
    const until = performance.now() + WAIT_MS
    for (;;) {
      const screen = capture()
      if (ready(screen)) return screen
      if (performance.now() > until) throw new Error(`the screen never showed ${what}:\n${screen}`)
      await new Promise((wait) => setTimeout(wait, 50))
    }
  }
  const press = (...keys: string[]): void => void tmux('send-keys', ...keys)
  const ended = (): Promise<string> =>
    waitFor((screen) => screen.split('\n').length > 1 && screen.endsWith(`\n${PROMPT}`), 'a prompt')
  const shows = (text: string | RegExp): Promise<string> =>
    waitFor((screen) => (typeof text === 'string' ? screen.includes(text) : text.test(screen)), String(text))
  const command = async (line: string): Promise<void> => {
    press('C-l')
    await waitFor((screen) => screen === PROMPT, 'an empty screen')
    tmux('send-keys', '-l', line)
    press('Enter')
  }
  await waitFor((screen) => screen === PROMPT, 'a prompt')
  return {
    press,
    ended,
    shows,
    command,
    async cellsOf(text) {
      const file = join(cwd, 'drawn.txt')
      writeFileSync(file, text)
      await command(`cat ${file}; read -rs`)
      await shows(`\n${text}`)
      const cells = Number(tmux('display-message', '-p', '#{cursor_x}'))
      press('Enter')
      return cells
    },
  }
}
