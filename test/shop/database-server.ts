// One real database server for a test file: MariaDB or PostgreSQL, containing only the test's own data.
import { readFileSync } from 'node:fs'
import { OS_USER, type ServerKind } from './installed.js'
import {
  copyFor,
  folderOf,
  freePort,
  removeFolder,
  runAs,
  startProcess,
  untilReady,
  type Process,
} from './server-process.js'

export interface TlsFiles {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

export interface ServerOptions {
  /** The zone of sessions that do not set one. */
  readonly timeZone?: '+00:00' | '+09:00'
  /** Paths of PEM files; without them the server speaks no TLS. */
  readonly tls?: TlsFiles
}

/** Every value as the server writes it. */
export type Row = Readonly<Record<string, string | null>>

export interface Login {
  readonly user: string
  readonly password: string
}

/** The parts in which the two servers differ. */
export interface Dialect {
  readonly kind: ServerKind
  /** The address that a driver is told: the path of MariaDB's socket, the folder of PostgreSQL's. */
  socket(folder: string): string
  setUp(folder: string): readonly string[]
  command(folder: string, port: number, options: ServerOptions, tls: TlsFiles | null): readonly string[]
  /** The client that reads SQL from its standard input. */
  load(folder: string, port: number, database: string): readonly string[]
  query(folder: string, port: number, sql: string, database?: string): Promise<readonly Row[]>
  createDatabase(name: string): string
  createUser(name: string, password: string): string
  /** Ends it at once and cleanly enough to leave nothing behind. */
  readonly stopSignal: 'TERM' | 'QUIT'
}

export interface DatabaseServer {
  readonly kind: ServerKind
  readonly host: string
  readonly port: number
  /** The path of MariaDB's socket, the folder of PostgreSQL's. */
  readonly socket: string
  /** As PAYGENT_SHOP_DATABASE has it, over TCP on the loopback. */
  url(database: string, login: Login): string
  /** The files are read in one session, one after the other. @param more what CREATE DATABASE says beside the name */
  createDatabase(name: string, sqlFiles: readonly string[], more?: string): Promise<void>
  /** One statement as the superuser; rows where it gives some. */
  admin(sql: string, database?: string): Promise<readonly Row[]>
  /** A user with nothing but what the statements, run in the database, give it. */
  createUser(name: string, password: string, statements: readonly string[], database?: string): Promise<void>
  /** SIGKILL: every connection drops. */
  kill(): Promise<void>
  /** Starts it again with the same port, folder and data, after stopping it where it still runs. */
  restart(): Promise<void>
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

const START_TRIES = 3

/** Another process may take the port between our look and the server's: then another port is tried. */
async function firstStart(port: number, start: (port: number) => Promise<Process>, tries: number) {
  try {
    return { port, running: await start(port) }
  } catch (error) {
    if (tries <= 1 || !/bind|Address already in use/i.test(String(error))) throw error
    return firstStart(await freePort(), start, tries - 1)
  }
}

export async function startServer(dialect: Dialect, options: ServerOptions = {}): Promise<DatabaseServer> {
  const user = OS_USER[dialect.kind]
  const folder = folderOf(user)
  const copy = (path: string, name: string): string => copyFor(user, path, folder, name)
  const start = async (port: number): Promise<Process> => {
    const process = startProcess(user, folder, dialect.command(folder, port, options, tls))
    await untilReady(process, () => dialect.query(folder, port, 'SELECT 1'))
    return process
  }
  const { tls: given } = options
  const tls = given
    ? { cert: copy(given.cert, 'cert.pem'), key: copy(given.key, 'key.pem'), ca: copy(given.ca, 'ca.pem') }
    : null
  try {
    await runAs(user, dialect.setUp(folder), folder)
    const { port, running } = await firstStart(await freePort(), start, START_TRIES)
    return serverOf(dialect, folder, port, running, start)
  } catch (error) {
    removeFolder(folder)
    throw error
  }
}

function serverOf(
  dialect: Dialect,
  folder: string,
  port: number,
  first: Process,
  start: (port: number) => Promise<Process>,
): DatabaseServer {
  let running = first
  const host = '127.0.0.1'
  const admin: DatabaseServer['admin'] = (sql, database) => dialect.query(folder, port, sql, database)
  return {
    kind: dialect.kind,
    host,
    port,
    socket: dialect.socket(folder),
    url: (database, login) =>
      `${dialect.kind}://${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@${host}:${port}/${database}`,
    async createDatabase(name, sqlFiles, more = '') {
      await admin(`${dialect.createDatabase(name)} ${more}`)
      const sql = sqlFiles.map((path) => readFileSync(path, 'utf8')).join('\n')
      await runAs(OS_USER[dialect.kind], dialect.load(folder, port, name), folder, sql)
    },
    admin,
    async createUser(name, password, statements, database) {
      await admin(dialect.createUser(name, password))
      for (const statement of statements) await admin(statement, database)
    },
    kill: () => running.end('KILL'),
    async restart() {
      await running.end(dialect.stopSignal)
      running = await start(port)
    },
    async stop() {
      await running.end(dialect.stopSignal)
      removeFolder(folder)
    },
  }
}
