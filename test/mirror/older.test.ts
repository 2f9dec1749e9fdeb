// A mirror of an earlier version opens: to write it is brought forward, to read it is shown as it will be. Page 4.1.
import Database from 'better-sqlite3'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/mirror/database.js'
import { inspectMirror } from '../../src/mirror/inspection.js'
import { MIGRATIONS, versionOf } from '../../src/mirror/migrations.js'
import { mirrorWith, NOON, only, open, prepared, row, settlement, STAMP, told } from './mirrors.js'
import { takeBack } from './older.js'

/** With two orders, a run whose order was sold, and its trail. */
function olderMirror(): string {
  const mirror = mirrorWith([row(), row({ orderId: '853', paymentId: '9853', tradingId: '853' })])
  told(mirror)
  const { runId, attemptId } = prepared(mirror)
  const effect = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const
  mirror.journal.advance(runId, settlement(attemptId, { effect }), null, NOON)
  mirror.journal.endRun(runId, 'completed', NOON)
  const { path } = mirror
  mirror.close()
  takeBack(path)
  expect(fileVersion(path)).toBe(1)
  return path
}

function fileVersion(path: string): number {
  const db = new Database(path, { readonly: true })
  try {
    return versionOf(db)
  } finally {
    db.close()
  }
}

describe('a mirror of version 1', () => {
  test('is brought forward by the first command that writes, with all that is in it', () => {
    const path = olderMirror()
    const mirror = open(path, { mode: 'write' })
    expect(fileVersion(path)).toBe(MIGRATIONS.length)
    expect(only(mirror)).toMatchObject({ kind: '101', status: '40', attention: false, openAttempt: false })
    expect(mirror.journal.verify()).toEqual({ ok: true, entries: 4 })
    expect(mirror.journal.items(1)).toMatchObject([{ outcome: 'accepted' }])
    expect(mirror.lock.acquire('amend')).toBe(true)
    expect(mirror.journal.amend('853', 1000, NOON)).toMatchObject({ type: 'amended' })
    expect(open(path).lock.holder()).toMatchObject({ command: 'amend' })
  })

  test('is read as it will be, and stays as it is', () => {
    const path = olderMirror()
    const [before, files] = [readFileSync(path), readdirSync(dirname(path))]
    const mirror = open(path, { mode: 'read' })
    expect(only(mirror)).toMatchObject({ kind: '101', status: '40' })
    expect([mirror.journal.verify().ok, mirror.state.check()]).toEqual([true, 'unknown'])
    expect(() => mirror.importOrders({ rows: [row({ orderId: '1' })], skippedOtherMethods: 0 }, NOON)).toThrowError(
      expect.objectContaining({ code: 'mirror-unusable' }),
    )
    mirror.close()
    expect(inspectMirror(path, STAMP, '', NOON)).toMatchObject({ damage: [], stampFault: null, books: { orders: 2 } })
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(dirname(path))).toEqual(files)
  })

  test('is read through no file of its own', () => {
    const connection = openDatabase(olderMirror(), { mode: 'read', stamp: STAMP, nowMs: NOON })
    expect(connection.db.memory).toBe(true)
    expect(connection.db.pragma('temp_store', { simple: true })).toBe(2)
    connection.close()
  })

  test('is read with what an older program that is at work has committed', () => {
    const path = olderMirror()
    const older = new Database(path)
    older.exec(`UPDATE orders SET total_yen = 7 WHERE order_id = '853'`)
    expect(only(open(path, { mode: 'read' }), '853').totalYen).toBe(7)
    older.exec(`UPDATE orders SET total_yen = 8 WHERE order_id = '853'`)
    expect(only(open(path, { mode: 'read' }), '853').totalYen).toBe(8)
    older.close()
    expect(fileVersion(path)).toBe(1)
  })

  test('is brought forward once when two programs open it', () => {
    const path = olderMirror()
    const [one, two] = [open(path, { mode: 'write' }), open(path, { mode: 'write' })]
    expect([only(one).status, only(two).status]).toEqual(['40', '40'])
  })
})
