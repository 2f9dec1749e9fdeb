import { AppError } from '../../src/errors.js'
import { openDatabase } from '../../src/mirror/database.js'
import { importOrders } from '../../src/mirror/intake/import.js'
import { MIGRATIONS } from '../../src/mirror/migrations/migrations.js'
import { networkName } from '../../src/mirror/network.js'
import { NOON, open, row, STAMP, tempFolder, tempPath } from './mirrors.js'
import Database from 'better-sqlite3'
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
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

describe('what is refused', () => {
  test('a mirror that is not there, by its full path', () => {
    const path = tempPath()
    for (const mode of ['read', 'write'] as const) {
      const fault = faultOf(() => open(path, { mode }))
      expect(fault).toMatchObject({ code: 'mirror-missing', params: { path } })
    }
    expect(readdirSync(dirname(path))).toEqual([])
  })

  test('a folder that is not there', () => {
    expect(faultOf(() => open(join(tempFolder(), 'no', 'paygent.db'))).code).toBe('mirror-unusable')
  })

  test.each(['read', 'write', 'create'] as const)('files of others, unchanged (%s)', (mode) => {
    const folder = tempFolder()
    const [text, shop] = [join(folder, 'text.db'), join(folder, 'shop.db')]
    writeFileSync(text, 'お客様へのお知らせ\n'.repeat(200))
    withDatabase(shop, (db) => db.exec('CREATE TABLE dtb_order (order_id INTEGER)'))
    for (const path of [text, shop]) {
      const before = readFileSync(path)
      expect(faultOf(() => open(path, { mode })).code).toBe('mirror-not-ours')
      expect(readFileSync(path).equals(before)).toBe(true)
    }
  })

  test('an empty file, unless a mirror may be made', () => {
    const path = tempPath()
    writeFileSync(path, '')
    expect(faultOf(() => open(path, { mode: 'write' })).code).toBe('mirror-not-ours')
    expect(open(path).id).not.toBe('')
  })

  test('the schema of a newer program', () => {
    const path = closedMirror()
    withDatabase(path, (db) => db.pragma('user_version = 99'))
    const fault = faultOf(() => open(path, { mode: 'write' }))
    expect(fault).toMatchObject({ code: 'mirror-newer', params: { path, found: 99, known: MIGRATIONS.length } })
  })

  test('a mirror cut short', () => {
    const path = closedMirror()
    truncateSync(path, statSync(path).size - 8192)
    expect(faultOf(() => open(path, { mode: 'write' })).code).toBe('mirror-damaged')
  })

  test('a mirror with a page overwritten', () => {
    const path = closedMirror()
    const bytes = readFileSync(path)
    bytes.fill(0xff, 4096 * 3, 4096 * 5)
    writeFileSync(path, bytes)
    expect(faultOf(() => open(path, { mode: 'write' })).code).toBe('mirror-damaged')
  })

  test.each([
    [
      'environment',
      { ...STAMP, environment: 'production' },
      'mirror-of-another-environment',
      'production',
      'simulator',
    ],
    ['merchant', { ...STAMP, merchantId: '99999' }, 'mirror-of-another-merchant', '99999', '12345'],
  ])('a mirror of another %s', (_, stamp, code, wanted, found) => {
    const path = closedMirror()
    for (const mode of ['read', 'write', 'create'] as const) {
      expect(faultOf(() => open(path, { mode, stamp }))).toMatchObject({ code, params: { path, wanted, found } })
    }
  })

  test('a network file system', () => {
    const path = tempPath()
    const fault = faultOf(() => open(path, { fileSystemType: () => 0x6969 }))
    expect(fault).toMatchObject({ code: 'mirror-on-network', params: { path, problem: 'NFS' } })
    expect(readdirSync(dirname(path))).toEqual([])
  })

  test.each([
    [0x6969, 'NFS'],
    [0x517b, 'SMB'],
    [0xff534d42, 'CIFS'],
    [0xff534d42 | 0, 'CIFS'],
    [0xfe534d42, 'SMB2'],
    [0x65735546, 'FUSE'],
    [0xef53, null],
    [0x9123683e, null],
    [0x58465342, null],
    [0x794c7630, null],
  ])('file system type %i is %s', (type, name) => {
    expect(networkName(type)).toBe(name)
  })

  test('a full disk', () => {
    const path = closedMirror()
    const connection = openDatabase(path, { mode: 'write', stamp: STAMP, nowMs: NOON })
    const pages = connection.db.pragma('page_count', { simple: true })
    connection.db.pragma(`max_page_count = ${String(pages)}`)
    const many = Array.from({ length: 500 }, (_, index) => row({ orderId: String(index + 1000) }))
    expect(faultOf(() => importOrders(connection, parsed(...many), NOON)).code).toBe('mirror-full')
    expect(connection.get('SELECT count(*) AS n FROM orders')).toEqual({ n: 1 })
    connection.close()
  })
})
