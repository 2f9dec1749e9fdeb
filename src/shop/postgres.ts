// Connects to PostgreSQL with pg.
import type { Socket } from 'node:net'
import type { Client, ClientConfig } from 'pg'
import type { ShopAddress } from './address.js'
import { withDeadline } from '../deadline.js'
import { gone } from './faults.js'
import {
  DIALECTS,
  LOCK_SECONDS,
  WRITE_SECONDS,
  type DriverSetting,
  type WaitLimits,
  type TextRow,
  type Session,
  type Value,
} from './session.js'

/** Limits for the transaction only, so that a long read is not cut off. */
const WRITE_LIMITS = `SELECT set_config('lock_timeout', '${LOCK_SECONDS}s', true), set_config('statement_timeout', '${WRITE_SECONDS}s', true)`

export async function openPostgres(address: ShopAddress, { ca, application, limits }: DriverSetting): Promise<Session> {
  const { default: pg } = await import('pg')
  const client = new pg.Client(optionsOf(address, ca, application))
  const session = new PostgresSession(client, limits)
  try {
    await withDeadline(limits.connectMs, session.start(), () => session.giveUp())
    return session
  } catch (error) {
    session.giveUp()
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
    keepAlive: true,
    // Every value is read as text, because a payment id has eighteen digits and an amount must not become a float.
    types: { getTypeParser: () => (value: string | null) => value } as unknown as NonNullable<ClientConfig['types']>,
    ssl: tls === null ? false : { minVersion: 'TLSv1.2', rejectUnauthorized: true, host, ...(ca !== null && { ca }) },
  }) satisfies ClientConfig

class PostgresSession implements Session {
  readonly server = 'postgres'
  #alive = true
  #pooled = false

  constructor(
    private readonly client: Client,
    private readonly limits: WaitLimits,
  ) {
    // Without a listener, a lost connection would end the program. The next statement reports that it is gone.
    client.on('error', () => (this.#alive = false))
    client.on('end', () => (this.#alive = false))
  }

  get alive(): boolean {
    return this.#alive
  }

  get pooled(): boolean {
    return this.#pooled
  }

  async start(): Promise<void> {
    await this.client.connect()
    // A pooler keeps these two settings apart for each of its clients.
    await this.all(`SET client_encoding TO 'UTF8'`)
    // The zone of a plain timestamp of EC-CUBE 4.
    await this.all(`SET TIME ZONE 'UTC'`)
    const [row] = await this.all(`SELECT ${DIALECTS.postgres.me} AS me`)
    this.#pooled = row?.['me'] !== String(greetedAs(this.client))
    // Any other setting would stay on a connection that the shop's own pages use next.
    if (!this.#pooled) await this.all('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY')
  }

  async all(sql: string, values: readonly Value[] = []): Promise<TextRow[]> {
    return (await this.#query(sql, values)).rows as TextRow[]
  }

  async change(sql: string, values: readonly Value[]): Promise<number> {
    return (await this.#query(sql, values)).rowCount ?? 0
  }

  #query(text: string, values: readonly Value[]) {
    if (!this.#alive) return Promise.reject(gone())
    const answer = this.client.query({ text, values: [...values] }).catch((error: unknown) => {
      // The server closes the connection after such an error. The driver learns of it later, with the socket's end.
      if ((error as { severity?: string }).severity === 'FATAL') this.giveUp()
      throw error
    })
    return withDeadline(this.limits.silenceMs, answer, () => this.giveUp())
  }

  /** Closes the connection without a goodbye. */
  giveUp(): void {
    this.#alive = false
    socketOf(this.client).destroy()
  }

  async *stream(sql: string, size: number): AsyncIterable<readonly TextRow[]> {
    const { default: Cursor } = await import('pg-cursor')
    const cursor = this.client.query(new Cursor<TextRow>(sql))
    for (;;) {
      const rows = await this.#heard(cursor.read(size))
      if (rows.length === 0) break
      yield rows
    }
    await this.#heard(cursor.close())
  }

  /** A cursor reports nothing when its connection is lost. */
  async #heard<Result>(answer: Promise<Result>): Promise<Result> {
    let lose = (): void => undefined
    const lost = new Promise<never>((_resolve, reject) => (lose = () => reject(gone())))
    this.client.once('end', lose)
    this.client.once('error', lose)
    try {
      return await withDeadline(this.limits.silenceMs, Promise.race([answer, lost]), () => this.giveUp())
    } finally {
      this.client.off('end', lose)
      this.client.off('error', lose)
    }
  }

  async transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.all('BEGIN READ WRITE')
    try {
      await this.all(WRITE_LIMITS)
      const result = await work()
      await this.all('COMMIT')
      return result
    } catch (error) {
      await this.all('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  /** For poolers that do not keep even these settings apart. */
  async #putBack(): Promise<void> {
    const defaults = this.client.query('RESET TIME ZONE; RESET client_encoding')
    await withDeadline(this.limits.closeMs, defaults, () => this.giveUp()).catch(() => undefined)
  }

  async close(): Promise<void> {
    if (!this.#alive) return this.giveUp()
    if (this.#pooled) await this.#putBack()
    await withDeadline(this.limits.closeMs, this.client.end(), () => this.giveUp()).catch(() => undefined)
    this.giveUp()
  }
}

/** The session that the greeting names, used to cancel a request; a pooler invents its own number. */
const greetedAs = (client: Client): number | null => (client as unknown as { processID: number | null }).processID

const socketOf = (client: Client): Socket => (client as unknown as { connection: { stream: Socket } }).connection.stream
