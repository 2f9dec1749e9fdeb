// The keyboard: stdin as a question, the picker and the pop-up read it, through Ctrl-Z and `fg` and a closed window.
import { AppError } from '../errors.js'

const LONGEST_LINE = 1_000

interface Key {
  readonly name?: string
  readonly ctrl?: boolean
}

export class Keyboard {
  #opened: NodeJS.ReadStream | null = null

  /** @param gone the window was closed */
  constructor(private readonly gone: () => void) {}

  /** Node makes the stream at the first look, so only who reads it looks. */
  get stdin(): NodeJS.ReadStream {
    this.#opened ??= process.stdin.on('error', this.gone)
    return this.#opened
  }

  /** Calls back when Enter is pressed; the result stops listening. */
  onEnter(callback: () => void): () => void {
    const { stdin } = this
    if (!stdin.isTTY) return () => undefined
    stdin.on('data', callback)
    stdin.resume()
    return () => {
      stdin.off('data', callback)
      stdin.pause()
    }
  }

  /** True for Enter, false where the signal or the end of stdin comes first. */
  waitForEnter(signal: AbortSignal): Promise<boolean> {
    const { stdin } = this
    if (signal.aborted) return Promise.resolve(false)
    return new Promise((resolve) => {
      const done = (pressed: boolean) => (): void => {
        stdin.off('data', enter)
        stdin.off('end', leave)
        signal.removeEventListener('abort', leave)
        stdin.pause()
        resolve(pressed)
      }
      const enter = done(true)
      const leave = done(false)
      stdin.once('data', enter)
      stdin.once('end', leave)
      signal.addEventListener('abort', leave)
      stdin.resume()
    })
  }

  /**
   * Line by line, so that a million of them is never held; of a line longer than any order's only the beginning.
   * @throws AppError interrupted
   */
  async *lines(signal: AbortSignal): AsyncGenerator<string, void> {
    const { stdin } = this
    const decoder = new TextDecoder()
    const leave = (): void => void stdin.destroy()
    let begun = ''
    signal.addEventListener('abort', leave)
    try {
      for await (const chunk of stdin) {
        const lines = (begun + decoder.decode(chunk as Buffer, { stream: true })).split('\n')
        begun = (lines.pop() ?? '').slice(0, LONGEST_LINE)
        yield* lines
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      signal.removeEventListener('abort', leave)
    }
    if (signal.aborted) throw new AppError('interrupted')
    yield begun + decoder.decode()
  }

  /**
   * Runs a prompt. After Ctrl-Z and `fg` readline has paused stdin and waits for a program that resumes it; inquirer
   * does not, and Node ends as if all had been done. So stdin is resumed here, in the mode that prompts read it in.
   * @param redraw what the shell has written over
   */
  async prompting<Answer>(redraw: (stdin: NodeJS.ReadStream) => void, ask: () => Promise<Answer>): Promise<Answer> {
    const { stdin } = this
    let over = false
    // Only after readline's own handler, which pauses it.
    const goOn = (): void =>
      void setImmediate(() => {
        if (over) return
        // The shell has set another mode, which Node does not know of: it changes nothing where it believes itself right.
        stdin.setRawMode(false).setRawMode(true).resume()
        redraw(stdin)
      })
    // Where nobody could continue it, in a container for one, the system does not stop a program.
    const notStopped = (_text: string, { name, ctrl }: Key): void => {
      if (ctrl && name === 'z') goOn()
    }
    // Readline passes an error of stdin on to where inquirer listens in vain, and the program would end as by a bug.
    const ownErrors = (event: string, listener: () => void): void => {
      if (event === 'error') queueMicrotask(() => stdin.off('error', listener))
    }
    process.on('SIGCONT', goOn)
    stdin.on('keypress', notStopped)
    stdin.on('newListener', ownErrors)
    try {
      return await ask()
    } finally {
      over = true
      process.off('SIGCONT', goOn)
      stdin.off('keypress', notStopped)
      stdin.off('newListener', ownErrors)
      // Readline believes it paused since Ctrl-Z, and leaves it as it is.
      stdin.pause()
    }
  }
}
