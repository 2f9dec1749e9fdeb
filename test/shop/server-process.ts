// Runs a database server as a process of its own: as its own OS user, in its own folder, and ended when the test
// process ends.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Both servers refuse to run as root; whoever is not root runs them as himself. */
export const isRoot = (): boolean => process.getuid?.() === 0

const idOf = (what: '-u' | '-g', user: string): number => Number(execFileSync('id', [what, user], { encoding: 'utf8' }))

/** Gives a file or folder to the user that the server runs as. */
function hand(path: string, user: string): void {
  if (isRoot()) chownSync(path, idOf('-u', user), idOf('-g', user))
}

export const asUser = (user: string, command: readonly string[]): readonly [string, ...string[]] =>
  isRoot() ? ['runuser', '-u', user, '--', ...command] : (command as readonly [string, ...string[]])

/** A folder of the server's user. Its name is short: a socket's path has to stay under 108 bytes. */
export function folderOf(user: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'paygent-db-'))
  hand(folder, user)
  return folder
}

/** A copy that the server's user alone can read, as both servers demand of a key. */
export function copyFor(user: string, from: string, folder: string, name: string): string {
  const path = join(folder, name)
  writeFileSync(path, readFileSync(from))
  chmodSync(path, 0o600)
  hand(path, user)
  return path
}

/** A port of the loopback that nobody had a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/**
 * Starts the server and listens on standard input for the signal to end it with. A test process that dies, however,
 * closes that pipe: then the server is killed and its folder removed.
 */
const GUARDED = `
folder=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
{
  read -r signal <&3
  trap '' TERM
  kill -s "\${signal:-KILL}" "$server"
  if [ -z "$signal" ]; then
    while kill -0 "$server" 2>/dev/null; do sleep 0.1; done
    rm -rf "$folder"
  fi
} & guard=$!
wait "$server"; code=$?
kill "$guard" 2>/dev/null
exit "$code"
`

export interface Process {
  /** Resolves when the server is gone. */
  end(signal: 'KILL' | 'QUIT' | 'TERM'): Promise<void>
  readonly isOver: () => boolean
  readonly log: () => string
}

export function startProcess(user: string, folder: string, command: readonly string[]): Process {
  const logPath = join(folder, 'log')
  const log = openSync(logPath, 'a')
  const [program, ...args] = asUser(user, ['sh', '-c', GUARDED, 'sh', folder, ...command])
  // In a session of its own: Ctrl-C at the test's terminal is for the tests, which then end the server.
  const child: ChildProcess = spawn(program, args, { cwd: folder, stdio: ['pipe', log, log], detached: true })
  closeSync(log)
  child.stdin?.on('error', () => undefined)
  let over = false
  const gone = new Promise<void>((resolve) => {
    const end = (): void => {
      over = true
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  return {
    async end(signal) {
      if (!over) child.stdin?.write(`${signal}\n`)
      await gone
      child.stdin?.destroy()
    },
    isOver: () => over,
    log: () => readFileSync(logPath, 'utf8'),
  }
}

/** Waits until the server answers; one that has ended instead says why in its log. */
export async function untilReady(started: Process, answers: () => Promise<unknown>): Promise<void> {
  for (;;) {
    if (started.isOver()) throw new Error(`the server ended at its start:\n${started.log().slice(-2000)}`)
    const isReady = await answers().then(
      () => true,
      () => false,
    )
    if (isReady) return
    await wait(50)
  }
}

/** Runs a command of the server's package as the server's user; what it printed is told if it fails. */
export async function runAs(user: string, command: readonly string[], cwd: string, input = ''): Promise<void> {
  const [program, ...args] = asUser(user, command)
  const child = spawn(program, args, { cwd })
  const printed: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${command[0] ?? ''} ended with ${code}:\n${Buffer.concat(printed).toString()}`)
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })
