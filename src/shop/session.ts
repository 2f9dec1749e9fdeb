// One connection to the shop's database, the same for both servers; the drivers stay behind it.
import type { Server } from './address.js'

/** What a driver needs beside the address. */
export interface DriverSetting {
  /** The certificate of who signs for the server; null leaves it to the system's. */
  readonly ca: string | null
  /** What the server's list of sessions calls this one. */
  readonly application: string
  readonly limits: WaitLimits
}

/** How long the server is waited for, milliseconds; then the connection is destroyed and counts as gone. */
export interface WaitLimits {
  /** Until it may be asked. */
  readonly connectMs: number
  /** For each answer; of many rows, for the next. */
  readonly silenceMs: number
  /** Until it has closed its side. */
  readonly closeMs: number
}

export const WAIT_LIMITS: WaitLimits = { connectMs: 10_000, silenceMs: 30_000, closeMs: 5_000 }

/**
 * How long the server waits with a statement for what somebody else has locked, and how long it works at one write: a
 * batch waits for both between two requests.
 */
export const LOCK_SECONDS = 3
export const WRITE_SECONDS = 4

/** Every value as the text that the server gives; null is NULL. */
export type TextRow = Readonly<Record<string, string | null>>
export type Value = string | number | null

export interface Session {
  readonly server: Server
  /** False once the connection is gone; with it went its transaction and its lock. */
  readonly alive: boolean
  /** A pooler answers in the server's name: the greeting named another session than the one that does the work. */
  readonly pooled: boolean
  all(sql: string, values?: readonly Value[]): Promise<TextRow[]>
  /** Matched rows, whether or not they were changed by it. */
  change(sql: string, values: readonly Value[]): Promise<number>
  /** Some rows at a time, so that a shop of any size fits into memory. */
  stream(sql: string, size: number): AsyncIterable<readonly TextRow[]>
  /** Writes; everything else on the session is read-only. Rolled back where the work throws. */
  transaction<Result>(work: () => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** How the two servers say the same thing. */
export interface Dialect {
  /** The number of the server's session that runs the statement. */
  readonly me: string
  param(place: number): string
  /** Equal, and NULL equals NULL. */
  same(column: string, place: number): string
  /** The shop's own clock as `YYYY-MM-DDThh:mm:ss`. */
  localTime(column: string): string
  /** A column in UTC, as Japan time of the same form. */
  fromUtc(column: string): string
  readonly nowUtc: string
  /** Before a statement that changes something: the server ends it after `WRITE_SECONDS`, as far as it can. */
  readonly bounded: string
}

const MYSQL_TIME = '%Y-%m-%dT%H:%i:%s'
const POSTGRES_TIME = 'YYYY-MM-DD"T"HH24:MI:SS'

export const DIALECTS = {
  mysql: {
    me: 'CONNECTION_ID()',
    param: () => '?',
    same: (column) => `${column} <=> ?`,
    localTime: (column) => `DATE_FORMAT(${column}, '${MYSQL_TIME}')`,
    fromUtc: (column) => `DATE_FORMAT(DATE_ADD(${column}, INTERVAL 9 HOUR), '${MYSQL_TIME}')`,
    nowUtc: 'UTC_TIMESTAMP()',
    // MariaDB alone can; to MySQL it is a comment.
    bounded: `/*M!100102 SET STATEMENT max_statement_time=${WRITE_SECONDS} FOR */ `,
  },
  postgres: {
    me: 'pg_backend_pid()',
    param: (place) => `$${place}`,
    same: (column, place) => `${column} IS NOT DISTINCT FROM $${place}`,
    localTime: (column) => `to_char(${column}, '${POSTGRES_TIME}')`,
    // EC-CUBE 4 keeps timestamptz there; a plain timestamp would be UTC by its convention.
    fromUtc: (column) => `to_char(${column}::timestamptz AT TIME ZONE 'Asia/Tokyo', '${POSTGRES_TIME}')`,
    nowUtc: 'CURRENT_TIMESTAMP',
    // Said to the transaction.
    bounded: '',
  },
} as const satisfies Record<Server, Dialect>
