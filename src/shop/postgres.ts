// PostgreSQL, by pg.
import type { Socket } from 'node:net'
import type { Client, ClientConfig, QueryConfig } from 'pg'
import type { ShopAddress } from './address.js'
import { gone } from './faults.js'
import type { DriverSetting, Row, Session, Value } from './session.js'

const CONNECT_MS = 10_000
/** A server that says nothing for so long is taken for gone. */
const SILENCE_MS = 30_000
const CLOSE_MS = 5_000

export async function openPostgres(address: ShopAddress, { ca, application }: DriverSetting): Promise<Session> {
  const { default: pg } = await import('pg')
  const client = new pg.Client(optionsOf(address, ca, application))
  const session = new PostgresSession(client)
  try {
    await client.connect()
    await session.start()
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

const optionsOf = (
  { host, port, socket, user, password, database, tls }: ShopAddress,
  ca: string | null,
  application: string,
) =>
  ({
    host: socket ?? host,
    port,
    user,
    password,
    database,
    application_name: application,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    // Every value as text: a payment id has eighteen digits, and an amount is no float.
    types: { getTypeParser: () => (value: string | null) => value } as unknown as NonNullable<ClientConfig['types']>,
    ssl: tls === null ? false : { minVersion: 'TLSv1.2', rejectUnauthorized: true, host, ...(ca !== null && { ca }) },
  }) satisfies ClientConfig

class PostgresSession implements Session {
  readonly server = 'postgres'
  #alive = true

  constructor(private readonly client: Client) {
    // Without a listener a lost connection would end the program; the next statement says that it is gone.
    client.on('error', () => (this.#alive = false))
    client.on('end', () => (this.#alive = false))
  }

  get alive(): boolean {
    return this.#alive
  }

  async start(): Promise<void> {
    await this.all(`SET client_encoding TO 'UTF8'`)
    // What a plain timestamp of EC-CUBE 4 means.
    await this.all(`SET TIME ZONE 'UTC'`)
    await this.all(`SET lock_timeout TO '10s'`)
    await this.all('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY')
  }

  async all(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    return (await this.#query(sql, values)).rows as Row[]
  }

  async change(sql: string, values: readonly Value[]): Promise<number> {
    return (await this.#query(sql, values)).rowCount ?? 0
  }

  /** For each statement by itself: given for the connection, the timer of a cursor would outlive it. */
  #query(text: string, values: readonly Value[]) {
    return this.client.query({ text, values: [...values], query_timeout: SILENCE_MS } as QueryConfig)
  }

  async *stream(sql: string, size: number): AsyncIterable<readonly Row[]> {
    const { default: Cursor } = await import('pg-cursor')
    const cursor = this.client.query(new Cursor<Row>(sql))
    for (;;) {
      const rows = await this.#heard(cursor.read(size))
      if (rows.length === 0) break
      yield rows
    }
    await this.#heard(cursor.close())
  }

  /** A cursor says nothing at all where its connection is lost. */
  async #heard<Result>(answer: Promise<Result>): Promise<Result> {
    let stop: () => void = () => undefined
    const silence = new Promise<never>((_resolve, reject) => {
      const give = (): void => {
        this.#alive = false
        reject(gone())
      }
      const timer = setTimeout(give, SILENCE_MS)
      this.client.once('end', give)
      this.client.once('error', give)
      stop = () => {
        clearTimeout(timer)
        this.client.off('end', give)
        this.client.off('error', give)
      }
    })
    try {
      return await Promise.race([answer, silence])
    } finally {
      stop()
    }
  }

  async transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.all('BEGIN READ WRITE')
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
    // Where nobody answers the goodbye, the socket is closed without it.
    const timer = setTimeout(() => socketOf(this.client).destroy(), this.#alive ? CLOSE_MS : 0)
    await this.client.end().catch(() => undefined)
    clearTimeout(timer)
    socketOf(this.client).destroy()
  }
}

const socketOf = (client: Client): Socket => (client as unknown as { connection: { stream: Socket } }).connection.stream
