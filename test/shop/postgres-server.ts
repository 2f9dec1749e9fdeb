// Sets up, starts and queries PostgreSQL.
import { join } from 'node:path'
import pg from 'pg'
import type { DatabaseServer, Dialect } from './database-server.js'
import { program } from './installed.js'

/** Committed rows outlive kill -9 (the log is written at each commit), not a power cut (nothing is synced). */
const QUICK = ['fsync=off', 'full_page_writes=off', 'shared_buffers=32MB', 'dynamic_shared_memory_type=mmap']

const ZONES = { '+00:00': 'UTC', '+09:00': 'Asia/Tokyo' } as const

const dataOf = (folder: string): string => join(folder, 'data')

/** As the server writes it: an amount, a time and a number stay the text that they are. */
const AS_TEXT = { getTypeParser: () => (value: string | null) => value }

export const POSTGRES: Dialect = {
  kind: 'postgres',
  socket: (folder) => folder,
  // The superuser is whoever reaches the socket in the server's own folder; over TCP everybody needs a password.
  setUp: (folder) => [
    program('initdb'),
    `--pgdata=${dataOf(folder)}`,
    '--username=postgres',
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ],
  command: (folder, port, { timeZone = '+00:00' }, tls) => [
    program('postgres'),
    '-D',
    dataOf(folder),
    ...[
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      `unix_socket_directories=${folder}`,
      `timezone=${ZONES[timeZone]}`,
      ...QUICK,
      ...(tls ? ['ssl=on', `ssl_cert_file=${tls.cert}`, `ssl_key_file=${tls.key}`, `ssl_ca_file=${tls.ca}`] : []),
    ].flatMap((setting) => ['-c', setting]),
  ],
  load: (folder, port, database) => [
    program('psql'),
    '--no-psqlrc',
    '--quiet',
    '--set=ON_ERROR_STOP=1',
    `--host=${folder}`,
    `--port=${port}`,
    '--username=postgres',
    `--dbname=${database}`,
  ],
  async query(folder, port, sql, database = 'postgres') {
    const client = new pg.Client({ host: folder, port, user: 'postgres', database, types: AS_TEXT })
    // A server that is killed under the connection is told by the query.
    client.on('error', () => undefined)
    await client.connect()
    try {
      const { rows } = await client.query<Record<string, string | null>>(sql)
      return rows
    } finally {
      await client.end()
    }
  },
  createDatabase: (name) => `CREATE DATABASE ${name}`,
  createUser: (name, password) => `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`,
  stopSignal: 'QUIT',
}

/** Starts from a copy of the primary and follows it, by its socket. */
export const standbyOf = ({ socket, port }: DatabaseServer): Dialect => ({
  ...POSTGRES,
  setUp: (folder) => [
    program('pg_basebackup'),
    `--pgdata=${dataOf(folder)}`,
    `--host=${socket}`,
    `--port=${port}`,
    '--username=postgres',
    '--checkpoint=fast',
    '--wal-method=stream',
    '--write-recovery-conf',
    '--no-sync',
  ],
})
