// MySQL and MariaDB, by mysql2.
import type { Connection, ConnectionOptions, ResultSetHeader } from 'mysql2'
import type { ShopAddress } from './address.js'
import { gone } from './faults.js'
import type { DriverSetting, Row, Session, Value } from './session.js'

const CONNECT_MS = 10_000
/** A server that says nothing for so long is taken for gone. */
const SILENCE_MS = 30_000
const CLOSE_MS = 5_000

export async function openMysql(address: ShopAddress, { ca }: DriverSetting): Promise<Session> {
  const { createConnection } = await import('mysql2')
  const connection = createConnection(optionsOf(address, ca))
  const session = new MysqlSession(connection)
  try {
    await session.start()
    return session
  } catch (error) {
    connection.destroy()
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
    connectTimeout: CONNECT_MS,
    dateStrings: true,
    // Every value as text: a payment id has eighteen digits, and an amount is no float.
    typeCast: (field, _next) => field.string('utf8'),
    // A row that already holds the values is matched all the same.
    flags: ['+FOUND_ROWS'],
    ...(tls !== null && {
      ssl: { minVersion: 'TLSv1.2', rejectUnauthorized: true, verifyIdentity: true, ...(ca !== null && { ca }) },
    }),
  }) satisfies ConnectionOptions

class MysqlSession implements Session {
  readonly server = 'mysql'
  #alive = true

  constructor(private readonly connection: Connection) {
    // Without a listener a lost connection would end the program; the next statement says that it is gone.
    connection.on('error', () => (this.#alive = false))
    connection.on('end', () => (this.#alive = false))
  }

  get alive(): boolean {
    return this.#alive
  }

  /** TIMESTAMP columns come in the session's zone. */
  async start(): Promise<void> {
    await this.all(
      `SET time_zone = '+09:00', innodb_lock_wait_timeout = 10, lock_wait_timeout = 10, wait_timeout = 28800`,
    )
    // Servers of EC-CUBE 2.11's days do not know it; nothing but a push writes all the same.
    await this.all('SET SESSION TRANSACTION READ ONLY').catch(unlessUnknown)
  }

  async all(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    return (await this.#query(sql, values)) as Row[]
  }

  async change(sql: string, values: readonly Value[]): Promise<number> {
    return ((await this.#query(sql, values)) as ResultSetHeader).affectedRows
  }

  #query(sql: string, values: readonly Value[]): Promise<unknown> {
    if (!this.#alive) return Promise.reject(gone())
    return new Promise((resolve, reject) => {
      this.connection.query({ sql, values: [...values], timeout: SILENCE_MS }, (error, result) => {
        if (error === null) return resolve(result)
        // What has timed out stands at the head of the driver's queue for good.
        if (error.code === 'PROTOCOL_SEQUENCE_TIMEOUT') this.#giveUp()
        reject(error)
      })
    })
  }

  async *stream(sql: string, size: number): AsyncIterable<readonly Row[]> {
    const flow = this.connection.query({ sql }).stream({ highWaterMark: size })
    const silent = (): void => {
      this.#giveUp()
      flow.destroy(gone())
    }
    // The driver does not tell the stream that its connection is lost.
    this.connection.once('error', silent)
    this.connection.once('end', silent)
    // From row to row: a large shop may take its time as a whole.
    let timer = setTimeout(silent, SILENCE_MS)
    try {
      let rows: Row[] = []
      for await (const row of flow) {
        clearTimeout(timer)
        rows.push(row as Row)
        if (rows.length >= size) {
          yield rows
          rows = []
        }
        timer = setTimeout(silent, SILENCE_MS)
      }
      clearTimeout(timer)
      if (rows.length > 0) yield rows
    } finally {
      clearTimeout(timer)
      this.connection.off('error', silent)
      this.connection.off('end', silent)
    }
  }

  #giveUp(): void {
    this.#alive = false
    this.connection.destroy()
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
    if (!this.#alive) return this.connection.destroy()
    const timer = setTimeout(() => this.#giveUp(), CLOSE_MS)
    await new Promise<void>((resolve) => {
      this.connection.once('end', resolve)
      this.connection.end(() => resolve())
    })
    clearTimeout(timer)
  }
}

const unlessUnknown = (error: { readonly code?: string }): void => {
  if (error.code !== 'ER_PARSE_ERROR') throw error
}
