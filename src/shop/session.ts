// Defines one connection to the shop's database, the same for both servers; only the modules behind it use the
// drivers.
import type { Server } from './address.js'

/** The settings that a driver needs beside the address. */
export interface DriverSetting {
  /** The certificate of the authority that signs for the server; null uses the system's authorities. */
  readonly ca: string | null
  /** The name of this session in the server's list of sessions. */
  readonly application: string
  readonly limits: WaitLimits
}

/**
 * How long the program waits for the server, in milliseconds; after that the connection is destroyed and counts as
 * gone.
 */
export interface WaitLimits {
  /** Until the connection is ready for a statement. */
  readonly connectMs: number
  /** For each answer; when many rows are read, for the next one. */
  readonly silenceMs: number
  /** Until the server has closed its side. */
  readonly closeMs: number
}

export const WAIT_LIMITS: WaitLimits = { connectMs: 10_000, silenceMs: 30_000, closeMs: 5_000 }

/**
 * How long, in seconds, the server waits with a statement for a lock that another session holds, and how long it
 * works at one write: a batch waits for both between two requests.
 */
export const LOCK_SECONDS = 3
export const WRITE_SECONDS = 4

/** Every value as the server's text; null is NULL. */
export type TextRow = Readonly<Record<string, string | null>>
export type Value = string | number | null

export interface Session {
  readonly server: Server
  /** False once the connection is gone; its transaction and its lock are gone with it. */
  readonly alive: boolean
  /** A pooler answers in the server's name: the greeting named another session than the one that does the work. */
  readonly pooled: boolean
  all(sql: string, values?: readonly Value[]): Promise<TextRow[]>
  /** Returns the number of matched rows, whether or not the statement changed them. */
  change(sql: string, values: readonly Value[]): Promise<number>
  /** Reads some rows at a time, so that a shop of any size fits into memory. */
  stream(sql: string, size: number): AsyncIterable<readonly TextRow[]>
  /**
   * Runs work that writes; everything else on the session is read-only. The transaction is rolled back when the work
   * throws.
   */
  transaction<Result>(work: () => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** The wording in which the two servers differ. */
export interface Dialect {
  /** The number of the server's session that runs the statement. */
  readonly me: string
  param(place: number): string
  /** Compares for equality; NULL equals NULL. */
  same(column: string, place: number): string
  /** Formats a column, by the shop's own clock, as `YYYY-MM-DDThh:mm:ss`. */
  localTime(column: string): string
  /** Converts a column in UTC to Japan time of the same form. */
  fromUtc(column: string): string
  readonly nowUtc: string
  /** Prefix of a statement that changes data: the server ends the statement after `WRITE_SECONDS`, as far as it can. */
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
    // Only MariaDB supports this; MySQL reads it as a comment.
    bounded: `/*M!100102 SET STATEMENT max_statement_time=${WRITE_SECONDS} FOR */ `,
  },
  postgres: {
    me: 'pg_backend_pid()',
    param: (place) => `$${place}`,
    same: (column, place) => `${column} IS NOT DISTINCT FROM $${place}`,
    localTime: (column) => `to_char(${column}, '${POSTGRES_TIME}')`,
    // EC-CUBE 4 uses timestamptz there; a plain timestamp would be UTC by its convention.
    fromUtc: (column) => `to_char(${column}::timestamptz AT TIME ZONE 'Asia/Tokyo', '${POSTGRES_TIME}')`,
    nowUtc: 'CURRENT_TIMESTAMP',
    // The transaction sets the limit instead.
    bounded: '',
  },
} as const satisfies Record<Server, Dialect>
