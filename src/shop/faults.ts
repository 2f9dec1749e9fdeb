// Reports faults of the shop's database by their codes only, because a driver's own message may quote the statement
// or the login.
import { AppError, installationFault, type ErrorCode } from '../errors.js'
import { placeOf, type ShopAddress } from './address.js'

/** SQLSTATEs, MySQL's names and Node's. A fault that matches none of them is reported by its code. */
const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^(ER_ACCESS_DENIED_ERROR|ER_DBACCESS_DENIED_ERROR|28000|28P01|3D000|ER_BAD_DB_ERROR)$/, 'shop-login-refused'],
  [/^(ER_TABLEACCESS_DENIED_ERROR|ER_COLUMNACCESS_DENIED_ERROR|ER_SPECIFIC_ACCESS_DENIED_ERROR|42501)$/, 'shop-rights'],
  [/^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_|HANDSHAKE_)/, 'shop-not-verified'],
  [/^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT|EPIPE|EACCES)/, 'shop-unreachable'],
  [/^(PROTOCOL_|08|57P0|ER_SERVER_SHUTDOWN|ER_CON_COUNT|53300|CONNECTION_GONE)/, 'shop-unreachable'],
]

/** PostgreSQL's driver reports these only as text. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /Connection terminated|connection is closed|Client has encountered a connection error|not queryable|timeout expired|Query read timeout/i,
    'CONNECTION_GONE',
  ],
  [/does not support SSL/i, 'HANDSHAKE_NO_SSL'],
  [/certificate/i, 'CERT_UNTRUSTED'],
]

const codeOf = (error: unknown): string => {
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown }
  if (typeof code === 'string' && code !== '') return code
  const said = WORDS.find(([pattern]) => typeof message === 'string' && pattern.test(message))
  if (said) return said[1]
  return cause === undefined ? 'UNKNOWN' : codeOf(cause)
}

const errorCodeOf = (problem: string): ErrorCode =>
  CODES.find(([pattern]) => pattern.test(problem))?.[1] ?? 'shop-failed'

/**
 * Returns the code with which the server refuses one statement: a lock, a trigger, a character, a right. Returns null
 * when the error is not the server's answer to the statement, but concerns the connection or is a bug.
 */
export function refusalOf(error: unknown): string | null {
  if (error instanceof AppError || error instanceof TypeError || error instanceof RangeError) return null
  if (installationFault(error) !== null) return null
  const problem = codeOf(error)
  const code = errorCodeOf(problem)
  if (code !== 'shop-failed' && code !== 'shop-rights') return null
  const { errno } = error as { errno?: unknown }
  // Operators search for the number, and the driver has no name for MariaDB's own errors.
  return typeof errno === 'number' ? `${errno} (${problem})` : problem
}

/** A fault on a connection that is gone. Whatever the cause, nothing more is done on that connection. */
export function lostFault(error: unknown, address: ShopAddress): unknown {
  const fault = shopFault(error, address)
  if (!(fault instanceof AppError) || fault.code === 'installation-broken') return fault
  return new AppError('shop-unreachable', { place: placeOf(address), problem: codeOf(error) })
}

/**
 * Converts the fault to an AppError without the driver's text. An error that is no fault of the database is returned
 * unchanged.
 */
export function shopFault(error: unknown, address: ShopAddress): unknown {
  if (error instanceof AppError || error instanceof TypeError || error instanceof RangeError) return error
  const broken = installationFault(error)
  if (broken !== null) return broken
  const problem = codeOf(error)
  return new AppError(errorCodeOf(problem), { place: placeOf(address), problem })
}

/** The error that informs a driver of a lost connection that the driver does not detect by itself. */
export const gone = (): Error => Object.assign(new Error('the connection is gone'), { code: 'CONNECTION_GONE' })
