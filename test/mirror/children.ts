// Other processes that use the same mirror.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export interface Child {
  readonly process: ChildProcess
  /** The next line that the child says. */
  next(): Promise<string>
  /** `kill -9`, and waits for the end. */
  kill(): Promise<void>
}

export function startChild(...args: string[]): Child {
  const child = spawn(process.execPath, ['--import', here('../typescript-hooks.mjs'), here('./child.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    process: child,
    next: async () => {
      const { value, done } = await lines.next()
      if (done) throw new Error('the child ended without a word')
      return String(value)
    },
    kill: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
