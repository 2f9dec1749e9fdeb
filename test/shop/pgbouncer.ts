// A real pgbouncer before a PostgreSQL of the tests.
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import type { DatabaseServer, Login } from './database-server.js'
import { OS_USER, program } from './installed.js'
import { copyFor, folderOf, freePort, removeFolder, startProcess, untilReady } from './server-process.js'

export interface BouncerOptions {
  readonly mode: 'session' | 'transaction' | 'statement'
  /** Connections to the server, for each user and database. */
  readonly poolSize: number
  readonly login: Login
  /** More lines of its settings. */
  readonly more?: string
}

export interface Bouncer {
  readonly port: number
  stop(): Promise<void>
}

const settingsOf = (server: DatabaseServer, port: number, { mode, poolSize, more = '' }: BouncerOptions): string => `
[databases]
* = host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = users.txt
pool_mode = ${mode}
default_pool_size = ${poolSize}
${more}
`

export async function startPgbouncer(server: DatabaseServer, options: BouncerOptions): Promise<Bouncer> {
  const user = OS_USER.pgbouncer
  const folder = folderOf(user)
  const port = await freePort()
  const put = (name: string, text: string): string => {
    const path = join(folder, `${name}.new`)
    writeFileSync(path, text)
    return copyFor(user, path, folder, name)
  }
  const { login } = options
  put('users.txt', `"${login.user}" "${login.password}"\n`)
  const running = startProcess(user, folder, [
    program('pgbouncer'),
    put('settings.ini', settingsOf(server, port, options)),
  ])
  try {
    await untilReady(running, async () => {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      socket.destroy()
    })
  } catch (error) {
    removeFolder(folder)
    throw error
  }
  return {
    port,
    async stop() {
      await running.end('TERM')
      removeFolder(folder)
    },
  }
}
