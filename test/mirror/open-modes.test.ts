import { AppError } from '../../src/errors.js'
import { openDatabase } from '../../src/mirror/database.js'
import { importOrders } from '../../src/mirror/intake/import.js'
import { APPLICATION_ID, migrate } from '../../src/mirror/migrations/migrations.js'
import { NOON, only, open, row, STAMP, tempPath } from './mirrors.js'
import Database from 'better-sqlite3'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

const parsed = (...rows: ReturnType<typeof row>[]) => ({ rows, others: [] })

function faultOf(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** A closed mirror with one order. */
function closedMirror(): string {
  const path = tempPath()
  const mirror = open(path)
  mirror.importOrders(parsed(row()), NOON)
  mirror.close()
  return path
}

function withDatabase(path: string, work: (db: Database.Database) => void): void {
  const db = new Database(path)
  work(db)
  db.close()
}

describe('durability', () => {
  test('synchronous is FULL after a write, and after opening it again', () => {
    const path = closedMirror()
    for (let round = 0; round < 2; round += 1) {
      const connection = openDatabase(path, { mode: 'write', stamp: STAMP, nowMs: NOON })
      importOrders(connection, parsed(row({ orderId: String(round + 1) })), NOON)
      expect(connection.db.pragma('synchronous', { simple: true })).toBe(2)
      expect(connection.db.pragma('journal_mode', { simple: true })).toBe('wal')
      expect(connection.db.pragma('foreign_keys', { simple: true })).toBe(1)
      connection.close()
    }
  })

  test.each(['create', 'write', 'read'] as const)('nothing is sorted through a file outside, opened to %s', (mode) => {
    const connection = openDatabase(closedMirror(), { mode, stamp: STAMP, nowMs: NOON })
    expect(connection.db.pragma('temp_store', { simple: true })).toBe(2)
    connection.close()
  })

  test('a write that was not synced is noticed', () => {
    const connection = openDatabase(closedMirror(), { mode: 'write', stamp: STAMP, nowMs: NOON })
    connection.db.pragma('synchronous = NORMAL')
    expect(() => importOrders(connection, parsed(row()), NOON)).toThrow('not FULL')
    connection.close()
  })

  test('a write outside a transaction is a bug', () => {
    const connection = openDatabase(closedMirror(), { mode: 'write', stamp: STAMP, nowMs: NOON })
    expect(() => connection.run('UPDATE orders SET total_yen = 0')).toThrow('outside a transaction')
    connection.close()
  })

  test('its files are private', () => {
    const path = tempPath()
    const mirror = open(path)
    mirror.importOrders(parsed(row()), NOON)
    for (const name of readdirSync(dirname(path))) {
      expect([name, statSync(join(dirname(path), name)).mode & 0o777]).toEqual([name, 0o600])
    }
  })
})

describe('reading', () => {
  test('writes nothing, not even -wal and -shm', () => {
    const path = closedMirror()
    const before = readFileSync(path)
    const mirror = open(path, { mode: 'read' })
    expect(only(mirror).totalYen).toBe(1733)
    expect(readdirSync(dirname(path))).toEqual(['paygent.db'])
    mirror.close()
    expect(readdirSync(dirname(path))).toEqual(['paygent.db'])
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('sees what a writer that is still open has committed', () => {
    const path = tempPath()
    open(path).importOrders(parsed(row()), NOON)
    const reader = open(path, { mode: 'read' })
    expect(only(reader).orderId).toBe('852')
    expect(faultOf(() => reader.importOrders(parsed(row({ orderId: '853' })), NOON)).code).toBe('mirror-unusable')
  })

  test('does not disturb the lock of the same process', () => {
    const path = tempPath()
    const writer = open(path)
    writer.lock.acquire('sale')
    open(path, { mode: 'read' }).close()
    expect(open(path).lock.acquire('sale')).toBe(false)
  })

  test('refuses every writing', () => {
    const path = closedMirror()
    const mirror = open(path, { mode: 'read' })
    expect(faultOf(() => mirror.importOrders(parsed(row({ orderId: '1' })), NOON)).code).toBe('mirror-unusable')
  })
})

describe('making one', () => {
  test('the id is random and stays', () => {
    const path = tempPath()
    const first = open(path)
    const { id } = first
    first.close()
    expect(open(path).id).toBe(id)
    expect(open(tempPath()).id).not.toBe(id)
  })

  test('one that was cut off before its first table is begun again', () => {
    const path = tempPath()
    withDatabase(path, (db) => db.pragma('journal_mode = WAL'))
    open(path).importOrders(parsed(row()), NOON)
  })

  test('a mirror whose -wal and -shm are gone opens', () => {
    const path = closedMirror()
    for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
    expect(only(open(path, { mode: 'write' })).orderId).toBe('852')
  })
})

test('what is read at one moment does not move with a batch that writes beside it', () => {
  const path = closedMirror()
  const [writer, reader] = [open(path, { mode: 'write' }), open(path, { mode: 'read' })]
  const counts = reader.atOneMoment(() => {
    const before = reader.orders.count({})
    writer.importOrders(parsed(row({ orderId: '1', tradingId: '1', paymentId: '1' })), NOON)
    return [before, reader.orders.count({}), reader.orders.groups().length]
  })
  expect(counts).toEqual([1, 1, 1])
  expect(reader.orders.count({})).toBe(2)
})

describe('migrations', () => {
  const steps = ['CREATE TABLE one (a INTEGER) STRICT', 'ALTER TABLE one ADD COLUMN b TEXT']

  test('bring an older schema forward, keeping the data, once', () => {
    const db = new Database(':memory:')
    migrate(db, steps.slice(0, 1))
    db.exec('INSERT INTO one VALUES (7)')
    migrate(db, steps)
    migrate(db, steps)
    expect(db.prepare('SELECT * FROM one').all()).toEqual([{ a: 7, b: null }])
    expect(db.pragma('user_version', { simple: true })).toBe(2)
    expect(db.pragma('application_id', { simple: true })).toBe(APPLICATION_ID)
  })

  test('a step that fails leaves everything as it was', () => {
    const db = new Database(':memory:')
    migrate(db, steps.slice(0, 1))
    expect(() => migrate(db, [...steps, 'CREATE TABLE one (again INTEGER)'])).toThrow('already exists')
    expect(db.pragma('user_version', { simple: true })).toBe(1)
    expect(db.prepare(`SELECT count(*) AS n FROM pragma_table_info('one')`).get()).toEqual({ n: 1 })
  })
})
