// Connects to MySQL and MariaDB with mysql2.
import type { Socket } from 'node:net'
import type { Connection, ConnectionOptions, QueryError, ResultSetHeader } from 'mysql2'
import type { ShopAddress } from './address.js'
import { withDeadline } from '../deadline.js'
import { gone } from './faults.js'
import {
  DIALECTS,
  LOCK_SECONDS,
  type DriverSetting,
  type WaitLimits,
  type TextRow,
  type Session,
  type Value,
} from './session.js'

export async function openMysql(address: ShopAddress, { ca, limits }: DriverSetting): Promise<Session> {
  const { createConnection } = await import('mysql2')
  const connection = createConnection(optionsOf(address, ca))
  const session = new MysqlSession(connection, limits)
  try {
    await withDeadline(limits.connectMs, session.start(), () => session.giveUp())
    return session
  } catch (error) {
    session.giveUp()
    throw error
  }
}

const optionsOf = ({ host, port, socket, user, password, database, tls }: ShopAddress, ca: string | null) =>
  ({
    ...(socket === null ? { host, port } : { socketPath: socket }),
    user,
    password,
    database,
    charset: 'utf8mb4_general_ci',
    // Our own limit covers the whole connection, and a timer of the driver's would outlive a refused connection.
    connectTimeout: 0,
    dateStrings: true,
    // Every value is read as text, because a payment id has eighteen digits and an amount must not become a float.
    typeCast: (field, _next) => field.string('utf8'),
    // A row that already holds the values still counts as matched.
    flags: ['+FOUND_ROWS'],
    ...(tls !== null && {
      ssl: { minVersion: 'TLSv1.2', rejectUnauthorized: true, verifyIdentity: true, ...(ca !== null && { ca }) },
    }),
  }) satisfies ConnectionOptions

class MysqlSession implements Session {
  readonly server = 'mysql'
  #alive = true
  #pooled = false

  constructor(
    private readonly connection: Connection,
    private readonly limits: WaitLimits,
  ) {
    // Without a listener, a lost connection would end the program. The next statement reports that it is gone.
    connection.on('error', () => (this.#alive = false))
    connection.on('end', () => (this.#alive = false))
  }

  get alive(): boolean {
    return this.#alive
  }

  get pooled(): boolean {
    return this.#pooled
  }

  /** TIMESTAMP columns are returned in the session's time zone. */
  async start(): Promise<void> {
    const settings = Object.entries(SETTINGS).map(([name, value]) => `${name} = ${value}`)
    await this.all(`SET ${settings.join(', ')}`)
    // Servers from the time of EC-CUBE 2.11 do not know this statement. Even there, nothing but a push writes.
    await this.all('SET SESSION TRANSACTION READ ONLY').catch(unlessUnknown)
    const [row] = await this.all(`SELECT ${DIALECTS.mysql.me} AS me`)
    // The greeting holds only the lower 32 bits.
    this.#pooled = BigInt(row?.['me'] ?? 0) % 2n ** 32n !== BigInt(greetedAs(this.connection))
  }

  /** A pooler gives the connection to another client afterwards; a connection of our own ends with this program. */
  async #putBack(): Promise<void> {
    const settings = Object.keys(SETTINGS).map((name) => `${name} = DEFAULT`)
    await this.all(`SET ${settings.join(', ')}`)
    await this.all('SET SESSION TRANSACTION READ WRITE').catch(unlessUnknown)
  }

  async all(sql: string, values: readonly Value[] = []): Promise<TextRow[]> {
    return (await this.#query(sql, values)) as TextRow[]
  }

  async change(sql: string, values: readonly Value[]): Promise<number> {
    return ((await this.#query(sql, values)) as ResultSetHeader).affectedRows
  }

  #query(sql: string, values: readonly Value[]): Promise<unknown> {
    if (!this.#alive) return Promise.reject(gone())
    const answer = new Promise((resolve, reject) => {
      this.connection.query({ sql, values: [...values] }, (error, result) => {
        if (error === null) return resolve(result)
        if (endsConnection(error)) this.giveUp()
        reject(error)
      })
    })
    return withDeadline(this.limits.silenceMs, answer, () => this.giveUp())
  }

  async *stream(sql: string, size: number): AsyncIterable<readonly TextRow[]> {
    const flow = this.connection.query({ sql }).stream({ highWaterMark: size })
    const silent = (): void => {
      this.giveUp()
      flow.destroy(gone())
    }
    // The driver does not report to the stream that its connection is lost.
    this.connection.once('error', silent)
    this.connection.once('end', silent)
    const coming = flow[Symbol.asyncIterator]() as AsyncIterator<TextRow>
    // The limit applies from row to row, because reading a large shop as a whole may take long.
    const next = (): Promise<IteratorResult<TextRow>> => withDeadline(this.limits.silenceMs, coming.next(), silent)
    try {
      let rows: TextRow[] = []
      for (let row = await next(); row.done !== true; row = await next()) {
        rows.push(row.value)
        if (rows.length >= size) {
          yield rows
          rows = []
        }
      }
      if (rows.length > 0) yield rows
    } finally {
      flow.destroy()
      this.connection.off('error', silent)
      this.connection.off('end', silent)
    }
  }

  /** Closes the connection without a goodbye; the driver's own `destroy` waits for the server to close as well. */
  giveUp(): void {
    this.#alive = false
    this.connection.destroy()
    socketOf(this.connection).destroy()
  }

  async transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.all('START TRANSACTION READ WRITE')
    try {
      const result = await work()
      await this.all('COMMIT')
      return result
    } catch (error) {
      await this.all('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  async close(): Promise<void> {
    if (this.#alive && this.#pooled) {
      await withDeadline(this.limits.closeMs, this.#putBack(), () => this.giveUp()).catch(() => undefined)
    }
    if (!this.#alive) return this.giveUp()
    const closed = new Promise<void>((resolve) => socketOf(this.connection).once('close', () => resolve()))
    // The driver calls back when it has said goodbye, but the socket stays open until the server has closed its side.
    this.connection.end()
    await withDeadline(this.limits.closeMs, closed, () => this.giveUp()).catch(() => undefined)
  }
}

/** Shutdown in progress, aborted, killed, idle for too long: the server closes the connection after this error. */
const ENDING = [1053, 1152, 1927, 4031]

/** The driver itself learns of the end later, with the socket's. */
const endsConnection = ({ errno, fatal }: QueryError): boolean =>
  fatal || (errno !== undefined && ENDING.includes(errno))

const SETTINGS = {
  time_zone: `'+09:00'`,
  innodb_lock_wait_timeout: LOCK_SECONDS,
  lock_wait_timeout: LOCK_SECONDS,
  wait_timeout: 28_800,
} as const

const greetedAs = (connection: Connection): number => connection.threadId

const socketOf = (connection: Connection): Socket => (connection as unknown as { stream: Socket }).stream

const unlessUnknown = (error: { readonly code?: string }): void => {
  if (error.code !== 'ER_PARSE_ERROR') throw error
}
