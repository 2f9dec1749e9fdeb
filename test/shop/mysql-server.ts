// Sets up, starts and queries MariaDB.
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import type { Dialect } from './database-server.js'
import { program } from './installed.js'

/** Committed rows outlive kill -9 (the log is written at each commit), not a power cut (nothing is synced). */
const QUICK = [
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-flush-method=nosync',
  '--innodb-doublewrite=0',
  '--innodb-buffer-pool-size=64M',
  '--innodb-log-file-size=16M',
  '--performance-schema=off',
  '--skip-log-bin',
]

const socketOf = (folder: string): string => join(folder, 's')
const dataOf = (folder: string): string => join(folder, 'data')

export const MYSQL: Dialect = {
  kind: 'mysql',
  socket: socketOf,
  // `normal`: root has no password, so that root is whoever reaches the socket in the server's own folder.
  setUp: (folder) => [
    program('mariadb-install-db'),
    '--no-defaults',
    `--datadir=${dataOf(folder)}`,
    // Servers that are set up side by side take each other's temporary tables for their own.
    `--tmpdir=${folder}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    '--innodb-log-file-size=16M',
  ],
  command: (folder, port, { timeZone = '+00:00' }, tls) => [
    program('mariadbd'),
    '--no-defaults',
    `--datadir=${dataOf(folder)}`,
    `--tmpdir=${folder}`,
    `--socket=${socketOf(folder)}`,
    `--pid-file=${join(folder, 'pid')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    `--default-time-zone=${timeZone}`,
    ...QUICK,
    ...(tls ? [`--ssl-cert=${tls.cert}`, `--ssl-key=${tls.key}`, `--ssl-ca=${tls.ca}`] : []),
  ],
  load: (folder, _port, database) => [
    program('mariadb'),
    '--no-defaults',
    `--socket=${socketOf(folder)}`,
    '--user=root',
    '--default-character-set=utf8mb4',
    database,
  ],
  async query(folder, _port, sql, database) {
    const connection = await createConnection({
      socketPath: socketOf(folder),
      user: 'root',
      ...(database === undefined ? {} : { database }),
      charset: 'utf8mb4',
      // As the server writes it: an amount, a time and a number stay the text that they are.
      typeCast: (field) => field.string('utf8'),
    })
    try {
      const [rows] = await connection.query(sql)
      return Array.isArray(rows) ? (rows as Record<string, string | null>[]) : []
    } finally {
      await connection.end()
    }
  },
  createDatabase: (name) => `CREATE DATABASE ${name} CHARACTER SET utf8mb4`,
  createUser: (name, password) => `CREATE USER '${name}'@'%' IDENTIFIED BY '${password}'`,
  stopSignal: 'TERM',
}
