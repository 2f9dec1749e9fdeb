import { type Inspection, inspectMirror, tryDurability } from '../../src/mirror/inspection.js'
import { MIGRATIONS } from '../../src/mirror/migrations/migrations.js'
import { numbersLike } from '../../src/mirror/numbers.js'
import { IDENTITY, mirrorWith, NOON, prepared, row, settlement, STAMP, tempPath, told } from './mirrors.js'
import Database from 'better-sqlite3'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

function tamper(path: string, sql: string): void {
  const db = new Database(path).unsafeMode()
  for (const name of db.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).pluck().all()) {
    db.exec(`DROP TRIGGER ${String(name)}`)
  }
  db.exec(sql)
  db.close()
}

const inspect = (path: string, stamp: typeof STAMP | null = STAMP): Inspection =>
  inspectMirror(path, stamp, join(dirname(path), 'state'), NOON)

const QUIET = { open: 0, attention: 0, conflicts: 0, unacknowledged: 0, unreported: 0, running: null }

describe('inspection', () => {
  test('tells what waits, and changes nothing', () => {
    const mirror = mirrorWith([row(), row({ orderId: '853', paymentId: '9853', tradingId: '853' })])
    told(mirror)
    const { runId, attemptId } = prepared(mirror)
    const since = '2026-11-23T12:00:00+09:00'
    const running = { id: runId, user: IDENTITY.osUser, host: IDENTITY.host, since }
    expect(inspect(mirror.path)).toEqual({
      path: mirror.path,
      version: MIGRATIONS.length,
      damage: [],
      stampFault: null,
      health: { ...QUIET, orders: 2, trail: { ok: true, entries: 2 }, open: 1, running },
      state: { path: join(dirname(mirror.path), 'state', `${mirror.id}.json`), standing: 'unknown' },
    })
    mirror.journal.advance(runId, settlement(attemptId, { outcome: 'attention' }), null, NOON)
    mirror.journal.endRun(runId, 'completed', NOON)
    mirror.close()
    const [before, files] = [readFileSync(mirror.path), readdirSync(dirname(mirror.path))]
    const { health: books } = inspect(mirror.path, null)
    expect(books).toEqual({ ...QUIET, orders: 2, trail: { ok: true, entries: 4 }, attention: 1, unacknowledged: 1 })
    expect(readFileSync(mirror.path).equals(before)).toBe(true)
    expect(readdirSync(dirname(mirror.path))).toEqual(files)
  })

  test('tells whose it is', () => {
    const mirror = mirrorWith([row()])
    const other = (stamp: Partial<typeof STAMP>) => inspect(mirror.path, { ...STAMP, ...stamp }).stampFault?.code
    expect(other({ merchantId: '9' })).toBe('mirror-of-another-merchant')
    expect(other({ environment: 'production' })).toBe('mirror-of-another-environment')
  })

  test('finds a changed entry of the trail', () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    prepared(mirror)
    mirror.close()
    tamper(mirror.path, `UPDATE journal SET os_user = 'nobody' WHERE seq = 1`)
    expect(inspect(mirror.path).health?.trail).toEqual({ ok: false, seq: 1, problem: 'changed' })
  })

  test('finds rows that hang on nothing, and an index that does not fit', () => {
    const mirror = mirrorWith([row()])
    mirror.close()
    tamper(mirror.path, `PRAGMA foreign_keys = OFF; UPDATE orders SET payment = 99`)
    expect(inspect(mirror.path).damage).toEqual(['orders 1: no payments'])
    const torn = mirrorWith([row()])
    torn.close()
    tamper(
      torn.path,
      `PRAGMA writable_schema = ON;
       UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'orders_by_time') WHERE name = 'orders_by_name'`,
    )
    expect(inspect(torn.path).damage).not.toEqual([])
  })

  test('goes on with a file of which pages are gone', () => {
    const mirror = mirrorWith(Array.from({ length: 200 }, (_, n) => row({ orderId: `${n + 1}`, paymentId: `9${n}` })))
    mirror.close()
    const bytes = readFileSync(mirror.path)
    bytes.fill(0x5a, 4096 * 3)
    writeFileSync(mirror.path, bytes)
    expect(inspect(mirror.path, null)).toMatchObject({ health: null, damage: [expect.any(String)] })
  })

  test('has nothing to look at where there is no mirror', () => {
    expect(() => inspect(tempPath())).toThrowError('mirror-missing')
    const path = tempPath()
    writeFileSync(path, 'a letter to somebody, long enough to be taken for a database by its length alone'.repeat(9))
    expect(() => inspect(path)).toThrowError('mirror-not-ours')
  })

  test('a mirror is written so that it lasts', () => {
    expect(tryDurability(NOON)).toEqual({ journalMode: 'wal', synchronous: 2 })
  })
})

test('numbers begin as typed, the newest first, and no wildcard gets through', () => {
  const mirror = mirrorWith(['9', '852', '853', '85', '1'].map((orderId) => row({ orderId, paymentId: `7${orderId}` })))
  const like = (prefix: string, most = 9) => numbersLike(mirror.path, 'orders', prefix, most)
  expect(like('85')).toEqual(['853', '852', '85'])
  expect(like('85', 1)).toEqual(['853'])
  expect(like('')).toHaveLength(5)
  expect([like('*'), like('[0-9]'), like('8?')]).toEqual([[], [], []])
  expect(numbersLike(mirror.path, 'runs', '', 9)).toEqual([])
  expect(() => numbersLike(tempPath(), 'orders', '', 9)).toThrowError('mirror-missing')
})
