import type { ImportRow } from '../../src/domain/shop.js'
import { begin, fact, mirrorWith, NOON, only, prepared, row, settlement, stepFor, told } from './mirrors.js'
import { describe, expect, test } from 'vitest'

const SOLD = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const
const parsed = (...rows: ImportRow[]) => ({ rows, others: [] })
const counts = (added: number, updated: number, unchanged: number) => ({ added, updated, unchanged })

function sold() {
  const mirror = mirrorWith([row()])
  told(mirror)
  mirror.journal.settle(settlement(prepared(mirror).attemptId, { effect: SOLD }))
  return mirror
}

describe('an order that the tool has touched', () => {
  test('is left alone when the shop says what the tool did', () => {
    const mirror = sold()
    const before = only(mirror)
    for (const status of ['20', '40', '44']) {
      const result = mirror.importOrders(parsed(row({ kind: '101', status })), NOON)
      expect(result).toMatchObject({ ...counts(0, 0, 1), conflicts: [] })
    }
    expect(only(mirror)).toEqual(before)
  })

  test('whose amended total the shop has taken over is amended no more, and nothing brings back the old total', () => {
    const mirror = mirrorWith([row()])
    mirror.journal.amend('852', 1000, NOON)
    expect(mirror.importOrders(parsed(row()), NOON)).toMatchObject(counts(0, 0, 1))
    expect(only(mirror)).toMatchObject({ totalYen: 1000, amendedFromYen: 1733 })
    expect(mirror.importOrders(parsed(row({ totalYen: 1000 })), NOON)).toMatchObject(counts(0, 1, 0))
    expect(only(mirror)).toMatchObject({ totalYen: 1000, amendedFromYen: null, conflict: false })
    mirror.journal.amend('852', null, NOON)
    expect([only(mirror).totalYen, mirror.journal.verify(null).ok]).toEqual([1000, true])
  })

  test('whose amended total the shop has taken over is amended no more, though another change is in dispute', () => {
    const mirror = mirrorWith([row()])
    mirror.journal.amend('852', 1000, NOON)
    expect(mirror.importOrders(parsed(row({ totalYen: 1000, paymentId: '7777' })), NOON).conflicts).toHaveLength(1)
    expect(only(mirror)).toMatchObject({ totalYen: 1000, amendedFromYen: null, conflict: true })
    expect(mirror.importOrders(parsed(row({ totalYen: 1000 })), NOON).conflicts).toEqual([])
    expect(only(mirror)).toMatchObject({ totalYen: 1000, amendedFromYen: null, conflict: false })
  })

  const conflicting: [string, Partial<ImportRow>, string, unknown, unknown][] = [
    ['another total', { kind: '101', totalYen: 1000 }, 'total', 1733, 1000],
    ['another payment', { kind: '101', paymentId: '7777' }, 'payment_id', '9852', '7777'],
    ['another trading id', { kind: '101', tradingId: 'x' }, 'trading_id', '852', 'x'],
    ['another carrier', { kind: '101', carrier: 'docomo' }, 'carrier', 'au', 'docomo'],
    ['another request', { kind: '102' }, 'kind', '101', '102'],
    ['a cancelled payment', { kind: '101', status: '60' }, 'payment_status', '40', '60'],
  ]
  test.each(conflicting)('%s is a conflict: told, left, not sent', (_, change, field, mine, theirs) => {
    const mirror = sold()
    const before = only(mirror)
    const result = mirror.importOrders(parsed(row({ ...change, customerName: '別人' })), NOON)
    expect(result).toMatchObject(counts(0, 0, 0))
    expect(result.conflicts).toHaveLength(1)
    expect(result.conflicts[0]?.differences).toContainEqual({ field, mirror: mine, file: theirs })
    expect(only(mirror)).toEqual({ ...before, conflict: true })
    const [conflict] = mirror.orders.conflicts()
    expect(conflict).toMatchObject({ orderId: '852', atMs: NOON, ours: { [field]: mine }, theirs: { [field]: theirs } })
  })

  test('the shop’s own facts are taken', () => {
    const mirror = sold()
    const change = {
      shippedAt: '2026-11-24T00:00:00+09:00',
      orderStatus: '発送済み',
      kind: '101',
      status: '40',
    } as const
    expect(mirror.importOrders(parsed(row(change)), NOON)).toMatchObject(counts(0, 1, 0))
    expect(only(mirror)).toMatchObject({ ...change, statusOrigin: 'paygent' })
  })

  test('a status that the shop has told before is no news', () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    const learnt = [fact({ status: '33' })]
    mirror.journal.settle(settlement(prepared(mirror).attemptId, { outcome: 'rejected', code: '2007', learnt }))
    expect(mirror.importOrders(parsed(row()), NOON)).toMatchObject({ ...counts(0, 0, 1), conflicts: [] })
    expect(only(mirror).status).toBe('33')
  })

  test('an open attempt counts as touched', () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    prepared(mirror)
    expect(mirror.importOrders(parsed(row({ totalYen: 1 })), NOON).conflicts).toHaveLength(1)
  })

  test('an order that was only planned or refused does not', () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    begin(mirror, stepFor(mirror))
    expect(mirror.importOrders(parsed(row({ totalYen: 1 })), NOON)).toMatchObject(counts(0, 1, 0))
  })

  test('a file that agrees again ends the conflict, though it brings nothing else', () => {
    const mirror = sold()
    expect(mirror.importOrders(parsed(row({ totalYen: 1 })), NOON).conflicts).toHaveLength(1)
    expect(mirror.importOrders(parsed(row({ kind: '101', status: '40' })), NOON)).toMatchObject(counts(0, 0, 1))
    expect(mirror.orders.conflicts()).toEqual([])
    expect(only(mirror).conflict).toBe(false)
  })

  test('a conflict keeps the newest word of the shop', () => {
    const mirror = sold()
    mirror.importOrders(parsed(row({ totalYen: 1 })), NOON)
    mirror.importOrders(parsed(row({ totalYen: 2 })), NOON + 1)
    expect(mirror.orders.conflicts()).toMatchObject([{ theirs: { total: 2 }, atMs: NOON + 1 }])
  })
})
