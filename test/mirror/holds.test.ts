// Tests the orders that a person puts on hold: what keeps them from being sent, what the trail says, and what does not
// end a hold. Real SQLite.
import { FixedClock } from '../../src/clock.js'
import type { Mirror } from '../../src/mirror/open.js'
import { begin, fact, IDENTITY, mirrorWith, NOON, only, open, row, settlement, stepFor, told } from './mirrors.js'
import { takeBack } from './older.js'
import { pulled, reading, taken } from './shop-readings.js'
import Database from 'better-sqlite3'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

const NOTE = '住所を確認中'
const LATER = NOON + 60_000
const held = (mirror: Mirror, orderId = '852') => only(mirror, orderId).hold

const PAIR = [row(), row({ orderId: '853', paymentId: '9853', tradingId: '853' })]

/** Two orders about which Paygent has answered. */
function pair(): Mirror {
  const mirror = mirrorWith(PAIR)
  told(mirror)
  told(mirror, { paymentId: '9853', tradingId: '853' }, '853')
  return mirror
}

describe('a hold', () => {
  test('is placed, gets another note, and is undone, each with an entry of the trail', () => {
    const mirror = pair()
    const { holds, journal } = mirror
    expect(holds.place('852', NOTE, NOON)).toMatchObject({ wasOnHold: false, order: { hold: { note: NOTE } } })
    expect(held(mirror)).toEqual({ note: NOTE, since: '2026-11-23T12:00:00+09:00', osUser: IDENTITY.osUser })
    expect(holds.place('852', 'second thoughts', LATER)).toMatchObject({ wasOnHold: true })
    expect(held(mirror)).toMatchObject({ note: 'second thoughts', since: '2026-11-23T12:01:00+09:00' })
    expect(holds.list().map(({ orderId }) => orderId)).toEqual(['852'])
    expect(holds.undo('852', null, LATER)).toMatchObject({ wasOnHold: true, order: { hold: null } })
    expect(holds.list()).toEqual([])
    const words = journal.entries('852').map(({ event, outcome, detail }) => [event, outcome, detail])
    expect(words).toEqual([
      ['hold', 'placed', NOTE],
      ['hold', 'placed', 'second thoughts'],
      ['hold', 'undone', null],
    ])
    expect(journal.verify(null)).toMatchObject({ ok: true })
  })

  test('that is not there is not undone, and an unknown order has none', () => {
    const { holds, journal } = pair()
    expect(holds.undo('852', null, NOON)).toMatchObject({ wasOnHold: false })
    expect(holds.place('999', NOTE, NOON)).toBeNull()
    expect(holds.undo('999', null, NOON)).toBeNull()
    expect(journal.entries()).toEqual([])
  })

  test('keeps no card number of its note', () => {
    const mirror = pair()
    mirror.holds.place('852', 'card 4111 1111 1111 1111', NOON)
    expect(held(mirror)?.note).not.toContain('4111 1111')
    expect(mirror.journal.entries('852')[0]?.detail).toBe(held(mirror)?.note)
    mirror.holds.undo('852', 'not 4111 1111 1111 1111', LATER)
    const undone = mirror.journal.entries('852').at(-1)
    expect(undone).toMatchObject({ outcome: 'undone', detail: expect.stringMatching(/^not /) as string })
    expect(undone?.detail).not.toContain('4111 1111')
  })

  test('lists the oldest first', () => {
    const { holds } = pair()
    holds.place('852', NOTE, LATER)
    holds.place('853', NOTE, NOON)
    expect(holds.list().map(({ orderId }) => orderId)).toEqual(['853', '852'])
  })
})

describe('the transaction of the intent', () => {
  test('refuses an order that was put on hold by another program while the run goes on', () => {
    const mirror = pair()
    const steps = [stepFor(mirror), stepFor(mirror, '101', 'sale', { orderId: '853', position: 2 })] as const
    const runId = begin(mirror, ...steps)
    const first = mirror.journal.advance(runId, null, steps[0], NOON)
    if (first.type !== 'prepared') throw new Error(first.type)
    // The other program needs no lock.
    open(mirror.path, { mode: 'write', identity: { ...IDENTITY, pid: 4712 } }).holds.place('853', NOTE, NOON)
    const sold = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const
    const settled = settlement(first.attemptId, { effect: sold })
    expect(mirror.journal.advance(runId, settled, steps[1], NOON)).toEqual({ type: 'changed', reason: 'on-hold' })
    expect(mirror.journal.items(runId)).toMatchObject([
      { outcome: 'accepted' },
      { outcome: 'refused', reason: 'on-hold', about: null, attempts: 0 },
    ])
    expect(mirror.journal.openAttempts()).toEqual([])
    expect(mirror.journal.verify(null)).toMatchObject({ ok: true })
  })

  test.each(['named', 'ticked', 'ticked-by-all', 'all', 'night'] as const)('refuses a cancel, %s', (origin) => {
    const mirror = pair()
    const step = stepFor(mirror, '102', 'cancel', { origin })
    const runId = begin(mirror, step)
    mirror.holds.place('852', NOTE, NOON)
    expect(mirror.journal.advance(runId, null, step, NOON)).toEqual({ type: 'changed', reason: 'on-hold' })
  })

  test('refuses a retry, and the try before it stays open', () => {
    const mirror = pair()
    const step = stepFor(mirror)
    const runId = begin(mirror, step)
    const first = mirror.journal.advance(runId, null, step, NOON)
    if (first.type !== 'prepared') throw new Error(first.type)
    mirror.journal.settle(settlement(first.attemptId, { outcome: 'unknown' }))
    mirror.holds.place('852', NOTE, NOON)
    const closing = settlement(first.attemptId, { outcome: 'not-processed' })
    const again = { ...step, notProcessedMs: NOON }
    expect(mirror.journal.advance(runId, closing, again, NOON)).toEqual({ type: 'changed', reason: 'on-hold' })
    expect(mirror.journal.openAttempts()).toHaveLength(1)
  })

  test('lets the order go once the hold is undone', () => {
    const mirror = pair()
    const step = stepFor(mirror)
    const runId = begin(mirror, step)
    mirror.holds.place('852', NOTE, NOON)
    mirror.holds.undo('852', null, NOON)
    expect(mirror.journal.advance(runId, null, step, NOON).type).toBe('prepared')
  })
})

describe('no hold ends by', () => {
  const survives: readonly [string, (mirror: Mirror) => unknown][] = [
    [
      'an import',
      (mirror) => mirror.importOrders({ rows: [row({ totalYen: 1000, shippedAt: null })], others: [] }, NOON),
    ],
    [
      'a new payment id of a file',
      (mirror) => mirror.importOrders({ rows: [row({ paymentId: '7777' })], others: [] }, NOON),
    ],
    ['an answer of Paygent', (mirror) => mirror.orders.learn(only(mirror), fact({ status: '40' }), NOON)],
    ['an amendment', (mirror) => mirror.journal.amend('852', 1000, NOON)],
    ['a purge', (mirror) => mirror.journal.purge('2027-01-01', NOON)],
  ]
  test.each(survives)('%s', (_, change) => {
    const mirror = pair()
    mirror.holds.place('852', NOTE, NOON)
    change(mirror)
    expect(held(mirror)).toMatchObject({ note: NOTE })
    expect(mirror.journal.verify(null)).toMatchObject({ ok: true })
  })

  test('a pull, whatever the shop says now', () => {
    const mirror = pulled(reading())
    mirror.holds.place('852', NOTE, NOON)
    expect(taken(mirror, reading({ paymentId: '7777', orderStatus: '対応中' }))).toEqual(['updated'])
    mirror.shopRows.finishPull(new Set(), NOON)
    expect(only(mirror)).toMatchObject({ orderStatus: '削除済み', hold: { note: NOTE } })
  })

  test('a correction that makes a new payment', () => {
    const mirror = mirrorWith([row({ carrier: 'docomo', totalYen: 1500 })])
    told(mirror, { carrier: 'docomo' })
    const step = stepFor(mirror, '103', 'corrected-sale')
    const runId = begin(mirror, step)
    const first = mirror.journal.advance(runId, null, step, NOON)
    if (first.type !== 'prepared') throw new Error(first.type)
    mirror.holds.place('852', NOTE, NOON)
    const effect = { kind: '103', status: '40', heldAmountYen: 1500, newPaymentId: '7777' } as const
    mirror.journal.settle(settlement(first.attemptId, { effect, newPaymentId: '7777' }))
    expect(only(mirror)).toMatchObject({ paymentId: '7777', hold: { note: NOTE } })
    expect(mirror.journal.verify(null)).toMatchObject({ ok: true })
  })

  test('a backup', async () => {
    const mirror = pair()
    mirror.holds.place('852', NOTE, NOON)
    const path = join(dirname(mirror.path), 'backup.db')
    await mirror.backup(path, new AbortController().signal)
    expect(held(open(path, { mode: 'read' }))).toMatchObject({ note: NOTE })
  })
})

describe('the trail tells of', () => {
  const byHand: readonly [string, string, string][] = [
    ['a hold that was taken away', 'DELETE FROM holds', 'hold_note'],
    ['another note', `UPDATE holds SET note = 'x'`, 'hold_note'],
    ['another user', `UPDATE holds SET os_user = 'x'`, 'hold_os_user'],
    ['another time', 'UPDATE holds SET at_ms = 1', 'hold_at_ms'],
    ['a hold that nobody has placed', `INSERT INTO holds VALUES ('853', 'x', 1, 'x')`, 'hold_note'],
  ]
  test.each(byHand)('%s', (_, sql, field) => {
    const mirror = pair()
    mirror.holds.place('852', NOTE, NOON)
    const db = new Database(mirror.path)
    db.exec(sql)
    db.close()
    const check = mirror.journal.verify(null)
    expect(check).toMatchObject({ ok: false, problem: 'contradicted' })
    expect('contradictions' in check && check.contradictions.map((one) => one.field)).toContain(field)
  })
})

test('a mirror of an earlier version has no order on hold', () => {
  const mirror = mirrorWith(PAIR, { clock: new FixedClock(NOON) })
  const { path } = mirror
  mirror.close()
  takeBack(path)
  const again = open(path, { mode: 'write' })
  expect(held(again)).toBeNull()
  expect(again.holds.place('852', NOTE, NOON)).toMatchObject({ wasOnHold: false })
})
