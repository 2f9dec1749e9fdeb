// Reports the drivers' errors as codes alone: their messages may quote a statement or the login.
import { describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '../../src/errors.js'
import { addressOf } from '../../src/shop/address.js'
import { lostFault, refusalOf, shopFault } from '../../src/shop/faults.js'

const SECRET = 'hush-hush'
const ADDRESS = addressOf(`mysql://desk:${SECRET}@db.example.jp/eccube`)

/** As both drivers throw: words with the login in them, and a code beside. */
const driverError = (code: string | undefined, words = `for 'desk' using ${SECRET}`, more: object = {}): Error =>
  Object.assign(new Error(words), code === undefined ? {} : { code }, more)

const faultOf = (error: unknown): AppError => {
  const fault = shopFault(error, ADDRESS)
  expect(fault).toBeInstanceOf(AppError)
  return fault as AppError
}

function expectSecretKept(fault: AppError): void {
  const { message, stack, params, cause } = fault
  expect(JSON.stringify([message, stack, params, String(cause)])).not.toMatch(/hush|desk/)
}

describe('a code of the server, the driver or Node', () => {
  it.each([
    ['ER_ACCESS_DENIED_ERROR', 'shop-login-refused'],
    ['ER_DBACCESS_DENIED_ERROR', 'shop-login-refused'],
    ['ER_BAD_DB_ERROR', 'shop-login-refused'],
    ['28000', 'shop-login-refused'],
    ['28P01', 'shop-login-refused'],
    ['3D000', 'shop-login-refused'],
    ['ER_TABLEACCESS_DENIED_ERROR', 'shop-rights'],
    ['ER_COLUMNACCESS_DENIED_ERROR', 'shop-rights'],
    ['ER_SPECIFIC_ACCESS_DENIED_ERROR', 'shop-rights'],
    ['42501', 'shop-rights'],
    ['CERT_HAS_EXPIRED', 'shop-not-verified'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'shop-not-verified'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'shop-not-verified'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'shop-not-verified'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'shop-not-verified'],
    ['HANDSHAKE_NO_SSL_SUPPORT', 'shop-not-verified'],
    ['ECONNREFUSED', 'shop-unreachable'],
    ['ECONNRESET', 'shop-unreachable'],
    ['ENOTFOUND', 'shop-unreachable'],
    ['EAI_AGAIN', 'shop-unreachable'],
    ['ETIMEDOUT', 'shop-unreachable'],
    ['EHOSTUNREACH', 'shop-unreachable'],
    ['ENOENT', 'shop-unreachable'],
    ['EPIPE', 'shop-unreachable'],
    ['PROTOCOL_CONNECTION_LOST', 'shop-unreachable'],
    ['PROTOCOL_SEQUENCE_TIMEOUT', 'shop-unreachable'],
    ['ER_SERVER_SHUTDOWN', 'shop-unreachable'],
    ['ER_CON_COUNT_ERROR', 'shop-unreachable'],
    ['08006', 'shop-unreachable'],
    ['57P01', 'shop-unreachable'],
    ['53300', 'shop-unreachable'],
    ['ER_LOCK_WAIT_TIMEOUT', 'shop-failed'],
    ['ER_BAD_FIELD_ERROR', 'shop-failed'],
    ['40P01', 'shop-failed'],
    ['42703', 'shop-failed'],
  ] as [string, ErrorCode][])('%s is %s', (problem, code) => {
    const fault = faultOf(driverError(problem))
    expect(fault).toMatchObject({ code, params: { place: 'db.example.jp:3306/eccube', problem } })
    expectSecretKept(fault)
  })
})

describe('what is told in words alone', () => {
  it.each([
    ['Connection terminated unexpectedly', 'shop-unreachable'],
    ['Connection terminated due to connection timeout', 'shop-unreachable'],
    ["Can't add new command when connection is closed", 'shop-unreachable'],
    ['Client has encountered a connection error and is not queryable', 'shop-unreachable'],
    ['timeout expired', 'shop-unreachable'],
    ['Query read timeout', 'shop-unreachable'],
    ['The server does not support SSL connections', 'shop-not-verified'],
    ['self-signed certificate', 'shop-not-verified'],
    [`something about '${SECRET}'`, 'shop-failed'],
  ] as [string, ErrorCode][])('%s', (words, code) => {
    const fault = faultOf(driverError(undefined, words))
    expect(fault.code).toBe(code)
    expectSecretKept(fault)
    expect(fault.params['problem']).toMatch(/^[A-Z_]+$/)
  })

  it('the reason underneath counts where there is nothing above it', () => {
    const wrapped = new Error(SECRET, { cause: driverError('ECONNREFUSED') })
    expect(faultOf(wrapped)).toMatchObject({ code: 'shop-unreachable', params: { problem: 'ECONNREFUSED' } })
    expectSecretKept(faultOf(wrapped))
  })
})

describe('what is no fault of the database stays what it is', () => {
  it.each([new AppError('interrupted'), new TypeError('a bug'), new RangeError('a bug')])('%s', (error) => {
    expect(shopFault(error, ADDRESS)).toBe(error)
  })

  it.each([['text'], [42], [{}]])('whatever else is thrown has no code: %j', (thrown) => {
    expect(faultOf(thrown)).toMatchObject({ code: 'shop-failed', params: { problem: 'UNKNOWN' } })
  })
})

describe('one statement that the server does not take', () => {
  it.each([
    ['55P03', {}, '55P03'],
    ['P0001', {}, 'P0001'],
    ['22P05', {}, '22P05'],
    ['40001', {}, '40001'],
    ['57014', {}, '57014'],
    ['42501', {}, '42501'],
    ['ER_LOCK_WAIT_TIMEOUT', { errno: 1205 }, '1205 (ER_LOCK_WAIT_TIMEOUT)'],
    ['ER_LOCK_DEADLOCK', { errno: 1213 }, '1213 (ER_LOCK_DEADLOCK)'],
    ['ER_SIGNAL_EXCEPTION', { errno: 1644 }, '1644 (ER_SIGNAL_EXCEPTION)'],
    ['ER_TRUNCATED_WRONG_VALUE_FOR_FIELD', { errno: 1366 }, '1366 (ER_TRUNCATED_WRONG_VALUE_FOR_FIELD)'],
    ['ER_COLUMNACCESS_DENIED_ERROR', { errno: 1143 }, '1143 (ER_COLUMNACCESS_DENIED_ERROR)'],
  ])('%s is a word about it', (code, more, told) => {
    expect(refusalOf(driverError(code, undefined, more))).toBe(told)
  })

  it.each(['57P01', '08006', 'ECONNRESET', 'PROTOCOL_CONNECTION_LOST', 'ER_SERVER_SHUTDOWN', 'ETIMEDOUT', '28P01'])(
    '%s is none: it is about the connection',
    (code) => expect(refusalOf(driverError(code, undefined, { errno: -104 }))).toBe(null),
  )

  it.each([new TypeError('a bug'), new AppError('lock-lost')])('nor is %s', (error) => {
    expect(refusalOf(error)).toBe(null)
  })

  it('on a connection that is gone is the loss of the connection, whatever the code', () => {
    const fault = lostFault(driverError('P0001'), ADDRESS) as AppError
    expect([fault.code, fault.params['problem']]).toEqual(['shop-unreachable', 'P0001'])
    expectSecretKept(fault)
    const bug = new TypeError('a bug')
    expect(lostFault(bug, ADDRESS)).toBe(bug)
  })
})
