// Provides the servers that tests ask for: one for a test file, ended with it; a missing server skips the tests with a
// clear message.
import { afterAll, describe, it } from 'vitest'
import { startServer, type DatabaseServer, type Dialect, type ServerOptions } from './database-server.js'
import { missing, type Installable, type ServerKind } from './installed.js'
import { MYSQL } from './mysql-server.js'
import { startPgbouncer, type Bouncer, type BouncerOptions } from './pgbouncer.js'
import { POSTGRES, standbyOf } from './postgres-server.js'

const started: { stop(): Promise<void> }[] = []
afterAll(async () => {
  // A server that stands before or behind another one ends first.
  for (const server of started.splice(0).toReversed()) await server.stop()
})

async function start(dialect: Dialect, options?: ServerOptions): Promise<DatabaseServer> {
  const server = await startServer(dialect, options)
  started.push(server)
  return server
}

/** MariaDB, in seconds; ended after the last test of the file. */
export const startMysql = (options?: ServerOptions): Promise<DatabaseServer> => start(MYSQL, options)

/** PostgreSQL, in seconds; ended after the last test of the file. */
export const startPostgres = (options?: ServerOptions): Promise<DatabaseServer> => start(POSTGRES, options)

/** A hot standby of it: everything can be read there, and nothing written. */
export const startStandby = (primary: DatabaseServer): Promise<DatabaseServer> => start(standbyOf(primary))

/** A pooler before it; ended after the last test of the file. */
export async function startBouncer(server: DatabaseServer, options: BouncerOptions): Promise<Bouncer> {
  const bouncer = await startPgbouncer(server, options)
  started.push(bouncer)
  return bouncer
}

export const START = { mysql: startMysql, postgres: startPostgres } as const satisfies Record<ServerKind, unknown>

export const SERVER_KINDS = ['mysql', 'postgres'] as const satisfies readonly ServerKind[]

/** Null where the server can be started, else why not. */
export const serversAvailable = (): Readonly<Record<Installable, string | null>> => ({
  mysql: missing('mysql'),
  postgres: missing('postgres'),
  pgbouncer: missing('pgbouncer'),
})

export type Way = 'run' | 'skip' | 'fail'

/** With PAYGENT_TEST_SERVERS=required a server that is not there is a failure and no excuse. */
export function wayOf(why: string | null, required: string | undefined): Way {
  if (why === null) return 'run'
  return required === 'required' ? 'fail' : 'skip'
}

/** Tests that need a real server: run with it, and without it skipped so that nobody overlooks it, or failed. */
export function describeWithServer(kind: Installable, title: string, body: () => void): void {
  const why = serversAvailable()[kind]
  const way = wayOf(why, process.env['PAYGENT_TEST_SERVERS'])
  if (way === 'run') return void describe(title, body)
  if (way === 'skip') {
    process.stderr.write(`SKIPPED: ${title}: ${why}\n`)
    return void describe.skip(title, body)
  }
  describe(title, () => {
    it('has its server', () => {
      throw new Error(`PAYGENT_TEST_SERVERS=required, but ${why}`)
    })
  })
}
