import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { askedFor } from '../domain/order-fixture.js'
import { mirrorWith, NOON, open, prepared, row, settlement, told } from './mirrors.js'

/** A closed mirror whose journal has four entries, and the name in none of them. */
function trail(): string {
  const mirror = mirrorWith([row()])
  told(mirror)
  const { runId, attemptId } = prepared(mirror)
  const detail = 'カード 4111 1111 1111 1111'
  mirror.journal.advance(runId, settlement(attemptId, { outcome: 'rejected', code: '7003', detail }), null, NOON)
  mirror.journal.endRun(runId, 'completed', NOON)
  mirror.close()
  return mirror.path
}

/** Somebody who does not care for the triggers. */
function tamper(path: string, ...statements: string[]): void {
  const db = new Database(path)
  for (const { name } of db.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).all() as {
    name: string
  }[]) {
    db.exec(`DROP TRIGGER ${name}`)
  }
  for (const sql of statements) db.exec(sql)
  db.close()
}

describe('the audit trail', () => {
  test('tells who did what to which payment, and when', () => {
    const { journal } = open(trail())
    expect(journal.entries().map(({ event, outcome }) => [event, outcome])).toEqual([
      ['run-started', null],
      ['prepared', null],
      ['settled', 'rejected'],
      ['run-ended', 'completed'],
    ])
    expect(journal.entries('852').at(-1)).toMatchObject({
      at: '2026-11-23T12:00:00+09:00',
      runId: 1,
      attemptId: 1,
      orderId: '852',
      paymentId: '9852',
      telegram: '101',
      amountYen: 1733,
      code: '7003',
      osUser: 'yamada',
      sudoUser: null,
      host: 'shop-1',
      version: '0.1.0',
    })
  })

  test('holds no customer name and no card number', () => {
    const path = trail()
    const { journal } = open(path)
    const text = JSON.stringify(journal.entries())
    expect(text).not.toContain('ペイジェント')
    expect(text).toContain('**** **** **** 1111')
    expect(journal.attempts('852')[0]?.detail).toBe('カード **** **** **** 1111')
  })

  test('is hashed by its form, its words and its facts, each entry with the one before', () => {
    const { journal, id } = open(trail())
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
    let prevHash = sha256(id)
    for (const entry of journal.entries()) {
      const { form, facts, hash, ...words } = entry
      expect([form, entry.prevHash]).toEqual([2, prevHash])
      prevHash = sha256(JSON.stringify([2, ...Object.values(words), facts]))
      expect(hash).toBe(prevHash)
    }
  })

  test('verifies', () => {
    expect(open(trail()).journal.verify(null)).toMatchObject({ ok: true, entries: 4 })
  })

  test.each([
    ['an amount changed', [`UPDATE journal SET amount_yen = 1 WHERE seq = 2`], { seq: 2, problem: 'changed' }],
    ['a name changed', [`UPDATE journal SET os_user = 'x' WHERE seq = 4`], { seq: 4, problem: 'changed' }],
    ['an entry removed', [`DELETE FROM journal WHERE seq = 2`], { seq: 3, problem: 'missing' }],
    ['the first one removed', [`DELETE FROM journal WHERE seq = 1`], { seq: 2, problem: 'missing' }],
    ['the last one removed', [`DELETE FROM journal WHERE seq = 4`], { seq: 4, problem: 'missing' }],
    ['all removed', [`DELETE FROM journal`], { seq: 1, problem: 'missing' }],
    [
      'two swapped',
      [
        `UPDATE journal SET seq = 99 WHERE seq = 2`,
        `UPDATE journal SET seq = 2 WHERE seq = 3`,
        `UPDATE journal SET seq = 3 WHERE seq = 99`,
      ],
      { seq: 2, problem: 'changed' },
    ],
  ])('finds %s', (_, statements, expected) => {
    const path = trail()
    tamper(path, ...statements)
    expect(open(path).journal.verify(null)).toEqual({ ok: false, ...expected, contradictions: [] })
  })

  test('a removed last entry is not covered up by the next one', () => {
    const path = trail()
    tamper(path, `DELETE FROM journal WHERE seq = 4`)
    const mirror = open(path)
    mirror.lock.acquire('sale')
    mirror.journal.beginRun({ asked: askedFor('sale'), steps: [], refused: [], startedMs: NOON })
    expect(mirror.journal.verify(null)).toEqual({ ok: false, seq: 5, problem: 'missing', contradictions: [] })
  })

  test('the trail of another mirror does not fit', () => {
    const path = trail()
    tamper(path, `UPDATE meta SET value = 'another' WHERE name = 'id'`)
    expect(open(path).journal.verify(null)).toEqual({ ok: false, seq: 1, problem: 'swapped', contradictions: [] })
  })
})
