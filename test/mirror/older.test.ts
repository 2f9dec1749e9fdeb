// A mirror of an earlier version opens: writing migrates it, and reading shows it as it will be after the migration.
import { openDatabase } from '../../src/mirror/database.js'
import { inspectMirror } from '../../src/mirror/inspection.js'
import { MIGRATIONS, versionOf } from '../../src/mirror/migrations/migrations.js'
import { fact, mirrorWith, NOON, only, open, prepared, row, settlement, STAMP, stepFor, told } from './mirrors.js'
import { takeBack } from './older.js'
import Database from 'better-sqlite3'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'

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
    expect(mirror.journal.verify(null)).toMatchObject({ ok: true, entries: 4 })
    expect(mirror.journal.items(1)).toMatchObject([{ outcome: 'accepted' }])
    expect(mirror.lock.acquire('amend')).toBe(true)
    expect(mirror.journal.amend('853', 1000, NOON)).toMatchObject({ type: 'amended' })
    expect(open(path).lock.owner()).toMatchObject({ command: 'amend' })
  })

  test('is read as it will be, and stays as it is', () => {
    const path = olderMirror()
    const [before, files] = [readFileSync(path), readdirSync(dirname(path))]
    const mirror = open(path, { mode: 'read' })
    expect(only(mirror)).toMatchObject({ kind: '101', status: '40' })
    expect([mirror.journal.verify(null).ok, mirror.state.check()]).toEqual([true, 'unknown'])
    expect(() => mirror.importOrders({ rows: [row({ orderId: '1' })], others: [] }, NOON)).toThrowError(
      expect.objectContaining({ code: 'mirror-unusable' }),
    )
    mirror.close()
    expect(inspectMirror(path, STAMP, '', NOON)).toMatchObject({ damage: [], stampFault: null, health: { orders: 2 } })
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

describe('payment ids with leading zeros', () => {
  const P008 = { outcome: 'rejected', code: 'P008' } as const
  const raw = (path: string, sql: string): unknown[] => {
    const db = new Database(path, { readonly: true })
    try {
      return db.prepare(sql).pluck().all()
    } finally {
      db.close()
    }
  }
  /** The mirror of an older program, which kept ids as they were written. */
  const older = (
    made: (mirror: ReturnType<typeof mirrorWith>) => void,
    ...rows: Parameters<typeof row>[0][]
  ): string => {
    const mirror = mirrorWith(rows.map((changes) => row(changes)))
    made(mirror)
    const { path } = mirror
    mirror.close()
    takeBack(path)
    return path
  }
  const padded = { paymentId: '00900' } as const
  const learn = (mirror: ReturnType<typeof mirrorWith>) => told(mirror, padded)

  test('are numbers from now on; what was planned and written down stays as it was', () => {
    const path = older((mirror) => {
      learn(mirror)
      const { attemptId } = prepared(mirror)
      mirror.journal.settle(settlement(attemptId, P008))
    }, padded)
    const entries = raw(path, 'SELECT hash FROM journal ORDER BY seq')
    const mirror = open(path, { mode: 'write' })
    expect(only(mirror)).toMatchObject({ paymentId: '900', heldAmountYen: 1733, malformed: true })
    expect(mirror.orders.payments('852')).toMatchObject([{ paymentId: '900', current: true }])
    expect(mirror.journal.verify(null)).toMatchObject({ ok: true })
    expect(raw(path, 'SELECT hash FROM journal ORDER BY seq')).toEqual(entries)
    expect(raw(path, 'SELECT payment_id FROM run_items')).toEqual(['00900'])
    expect(mirror.importOrders({ rows: [row({ paymentId: '900' })], others: [] }, NOON)).toMatchObject({
      unchanged: 1,
      conflicts: [],
    })
  })

  test('an open attempt is settled on the payment that the order has', () => {
    const path = older((mirror) => {
      learn(mirror)
      const { attemptId } = prepared(mirror)
      mirror.journal.settle(settlement(attemptId, { outcome: 'unknown' }))
    }, padded)
    const mirror = open(path, { mode: 'write' })
    mirror.lock.acquire('reconcile')
    const [attempt] = mirror.journal.openAttempts()
    expect(attempt).toMatchObject({ paymentId: '900' })
    const step = mirror.journal.stepOf(attempt?.attemptId ?? 0)
    expect(step?.paymentId).toBe('900')
    const effect = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const
    mirror.journal.settle(settlement(attempt?.attemptId ?? 0, { effect }))
    expect(only(mirror)).toMatchObject({ paymentId: '900', kind: '101', status: '40', openAttempt: false })
    expect(mirror.orders.payments('852')).toHaveLength(1)
  })

  test('a request in transit goes out once more for the same payment', () => {
    const path = older((mirror) => {
      learn(mirror)
      const { attemptId } = prepared(mirror)
      mirror.journal.settle(settlement(attemptId, { outcome: 'unknown' }))
    }, padded)
    const mirror = open(path, { mode: 'write' })
    mirror.lock.acquire('reconcile')
    const [attempt] = mirror.journal.openAttempts()
    const step = mirror.journal.stepOf(attempt?.attemptId ?? 0)
    if (attempt === undefined || step === null) throw new Error('no attempt')
    const closing = settlement(attempt.attemptId, { outcome: 'not-processed' })
    const again = { ...step, notProcessedMs: NOON }
    const advanced = mirror.journal.advance(attempt.runId, closing, again, NOON)
    if (advanced.type !== 'prepared') throw new Error(advanced.type)
    expect(mirror.journal.verify(null)).toMatchObject({ ok: true })
    const effect = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const
    mirror.journal.settle(settlement(advanced.attemptId, { effect }))
    const after = { fact: fact({ paymentId: '900', status: '60' }), outcome: 'accepted', atMs: NOON } as const
    mirror.journal.noteAfter(advanced.attemptId, after)
    expect(mirror.orders.payments('852')).toMatchObject([{ paymentId: '900', status: '60', current: true }])
    expect(mirror.journal.verify(null)).toMatchObject({ ok: true })
  })

  test('a release that turned out to be a refund still is one', () => {
    const path = older((mirror) => {
      learn(mirror)
      const { attemptId } = prepared(mirror, stepFor(mirror, '102', 'cancel'))
      mirror.journal.settle(settlement(attemptId, { outcome: 'unknown' }))
    }, padded)
    const mirror = open(path, { mode: 'write' })
    mirror.lock.acquire('reconcile')
    const effect = { kind: '102', status: '60', heldAmountYen: null, newPaymentId: null } as const
    mirror.journal.settle(settlement(1, { effect }))
    expect(mirror.journal.items(1)).toMatchObject([
      { outcome: 'accepted', refunded: true, movement: { way: 'refunded', yen: 1733 } },
    ])
  })

  test('one payment that an order had under two texts is one payment, asked about anew', () => {
    const path = older((mirror) => {
      learn(mirror)
      // The customer seemed to have paid again.
      mirror.importOrders({ rows: [row({ paymentId: '0900' })], others: [] }, NOON)
      mirror.importOrders({ rows: [row({ paymentId: '901' })], others: [] }, NOON)
      mirror.importOrders({ rows: [row({ paymentId: '900' })], others: [] }, NOON)
      told(mirror, { paymentId: '900' })
    }, padded)
    expect(raw(path, 'SELECT payment_id FROM payments ORDER BY id')).toEqual(['00900', '0900', '901', '900'])
    const mirror = open(path, { mode: 'write' })
    expect(only(mirror)).toMatchObject({ paymentId: '900', heldAmountYen: null })
    expect(mirror.orders.payments('852')).toMatchObject([
      { paymentId: '901', current: false, supersededBy: '900' },
      { paymentId: '900', current: true, supersededBy: null },
    ])
    expect(raw(path, 'PRAGMA foreign_key_check')).toEqual([])
  })

  test('two orders that turn out to have one payment are held back', () => {
    const path = older(() => undefined, padded, { orderId: '853', tradingId: '853', paymentId: '900' })
    const mirror = open(path, { mode: 'write' })
    expect([only(mirror).duplicatePayment, only(mirror, '853').duplicatePayment]).toEqual([true, true])
    expect(mirror.orders.groups().every(({ example }) => example.duplicatePayment)).toBe(true)
  })

  test.each([
    ['0', '0'],
    ['00', '0'],
    ['1000', '1000'],
    ['000000000000000001', '1'],
    ['012345678901234567', '12345678901234567'],
  ])('%s is %s', (before, after) => {
    const path = older(() => undefined, { paymentId: before })
    expect(only(open(path, { mode: 'write' })).paymentId).toBe(after)
  })

  test('a status of another payment is still that one’s', () => {
    const path = older(
      (mirror) => {
        const rows = [row({ paymentId: '0901', carrier: 'docomo', kind: '103' })]
        mirror.importOrders({ rows, others: [] }, NOON)
      },
      { ...padded, carrier: 'docomo' },
    )
    expect(only(open(path, { mode: 'write' }))).toMatchObject({ paymentId: '901', statusPaymentId: '900' })
  })

  test('a notice kept from before finds its order', () => {
    const path = older(() => undefined, padded)
    const mirror = open(path, { mode: 'write' })
    mirror.lock.acquire('sync')
    const notice = { noticeId: '1', changeDate: null, paymentType: '06', tradingId: '852', status: '40', amountYen: 1 }
    mirror.inbox.store({ ...notice, paymentId: '0900' }, NOON)
    mirror.inbox.decide('1', 'unknown-payment', NOON)
    const [kept] = mirror.inbox.pending()
    expect(kept).toMatchObject({ paymentId: '900' })
    expect(kept && mirror.inbox.ownerOf(kept)).toEqual({ orderId: '852', current: true })
  })
})
