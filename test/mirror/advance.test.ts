import { describe, expect, test } from 'vitest'
import type { Step } from '../../src/domain/run.js'
import { begin, fact, mirrorWith, NOON, only, prepared, row, settlement, stepFor, told } from './mirrors.js'

const SOLD = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const

function sellable() {
  const mirror = mirrorWith([row()])
  told(mirror)
  return mirror
}

const item = (mirror: ReturnType<typeof sellable>, runId: number, position = 1) =>
  mirror.journal.items(runId).find((one) => one.position === position)

describe('advance', () => {
  test('prepares, then books the outcome and the next intent together', () => {
    const mirror = mirrorWith([row(), row({ orderId: '853', paymentId: '9853', tradingId: '853' })])
    told(mirror)
    told(mirror, { paymentId: '9853', tradingId: '853' }, '853')
    const [first, second] = [stepFor(mirror), stepFor(mirror, '101', 'sale', { orderId: '853', position: 2 })]
    const runId = begin(mirror, first, second)
    const one = mirror.journal.advance(runId, null, first, NOON)
    expect(one).toEqual({ type: 'prepared', attemptId: 1, mayArriveLate: false })
    const two = mirror.journal.advance(runId, settlement(1, { effect: SOLD }), second, NOON)
    expect(two).toEqual({ type: 'prepared', attemptId: 2, mayArriveLate: false })
    expect(only(mirror)).toMatchObject({ kind: '101', status: '40', openAttempt: false, heldAmountYen: 1733 })
    expect(only(mirror, '853').openAttempt).toBe(true)
    expect(mirror.journal.run(runId)).toMatchObject({ total: 2, done: 1, state: 'running' })
    expect(mirror.journal.advance(runId, settlement(2), null, NOON)).toEqual({ type: 'none' })
    expect(mirror.journal.run(runId)).toMatchObject({ total: 2, done: 2 })
  })

  test('tells of every later request that one before it was called not processed', () => {
    const mirror = sellable()
    const { runId, attemptId, step } = prepared(mirror)
    const closing = settlement(attemptId, { outcome: 'not-processed' })
    const again = { ...step, notProcessedMs: closing.atMs }
    const advanced = mirror.journal.advance(runId, closing, again, NOON)
    expect(advanced).toEqual({ type: 'prepared', attemptId: 2, mayArriveLate: true })
  })

  const changes: [string, (mirror: ReturnType<typeof sellable>) => void, string][] = [
    ['total', (mirror) => mirror.importOrders({ rows: [row({ totalYen: 1000 })], others: [] }, NOON), 'total'],
    ['held amount', (mirror) => told(mirror, { amountYen: 1000 }), 'held-amount'],
    ['status', (mirror) => told(mirror, { status: '40' }), 'status'],
    ['kind', (mirror) => mirror.importOrders({ rows: [row({ kind: '020' })], others: [] }, NOON), 'kind'],
    ['payment', (mirror) => mirror.importOrders({ rows: [row({ paymentId: '7' })], others: [] }, NOON), 'payment'],
    ['trading id', (mirror) => mirror.importOrders({ rows: [row({ tradingId: 'x' })], others: [] }, NOON), 'payment'],
    ['carrier', (mirror) => mirror.importOrders({ rows: [row({ carrier: 'docomo' })], others: [] }, NOON), 'method'],
    ['twin', (mirror) => mirror.importOrders({ rows: [row({ orderId: '9' })], others: [] }, NOON), 'duplicate-payment'],
    ['attempt', (mirror) => prepared(mirror), 'open-attempt'],
    [
      'attention',
      (mirror) => mirror.journal.settle(settlement(prepared(mirror).attemptId, { outcome: 'attention' })),
      'attention',
    ],
    [
      'conflict',
      (mirror) => {
        mirror.journal.settle(settlement(prepared(mirror).attemptId, { outcome: 'unsent' }))
        mirror.importOrders({ rows: [row({ totalYen: 1 })], others: [] }, NOON)
      },
      'conflict',
    ],
  ]
  test.each(changes)('an order with another %s than planned is refused', (_, change, about) => {
    const mirror = sellable()
    const step = stepFor(mirror)
    const runId = begin(mirror, step)
    change(mirror)
    expect(mirror.journal.advance(runId, null, step, NOON)).toEqual({ type: 'changed', reason: 'changed' })
    expect(item(mirror, runId)).toMatchObject({
      outcome: 'refused',
      reason: 'changed',
      about,
      telegram: null,
      attempts: 0,
    })
    expect(mirror.journal.entries('852').at(-1)).toMatchObject({ event: 'refused', code: 'changed', runId })
  })

  test('an order of which only the shop’s own facts changed goes out', () => {
    const mirror = sellable()
    const step = stepFor(mirror)
    const runId = begin(mirror, step)
    mirror.importOrders({ rows: [row({ customerName: '佐藤', orderStatus: '入金済み' })], others: [] }, NOON)
    expect(mirror.journal.advance(runId, null, step, NOON).type).toBe('prepared')
  })

  test('a step that is not in the plan is a bug', () => {
    const mirror = sellable()
    const step = stepFor(mirror)
    const runId = begin(mirror, step)
    const others: Partial<Step>[] = [{ position: 2 }, { amountYen: 1 }, { telegram: '102' }, { paymentId: '1' }]
    for (const other of others) {
      expect(() => mirror.journal.advance(runId, null, { ...step, ...other }, NOON)).toThrow('no such step')
    }
  })

  test('settling twice is a bug, and nothing of it is written', () => {
    const mirror = sellable()
    const { runId, attemptId } = prepared(mirror)
    mirror.journal.advance(runId, settlement(attemptId, { outcome: 'rejected', code: '7003' }), null, NOON)
    const before = [only(mirror), mirror.journal.head()]
    expect(() => mirror.journal.advance(runId, settlement(attemptId, { effect: SOLD }), null, NOON)).toThrow('not open')
    expect(() => mirror.journal.settle(settlement(attemptId))).toThrow('not open')
    expect(() => mirror.journal.settle(settlement(99))).toThrow('not open')
    expect([only(mirror), mirror.journal.head()]).toEqual(before)
  })

  test('an attempt of another run is not settled by this one', () => {
    const mirror = sellable()
    const { attemptId, runId } = prepared(mirror)
    expect(() => mirror.journal.advance(runId + 1, settlement(attemptId), null, NOON)).toThrow('belongs to run')
  })

  test('a retry is another attempt at the same position', () => {
    const mirror = sellable()
    const { runId, attemptId, step } = prepared(mirror)
    const busy = settlement(attemptId, { outcome: 'rejected', code: 'E002', learnt: [fact()] })
    const again = mirror.journal.advance(runId, busy, step, NOON)
    if (again.type !== 'prepared') throw new Error(again.type)
    mirror.journal.advance(runId, settlement(again.attemptId, { effect: SOLD }), null, NOON)
    expect(item(mirror, runId)).toMatchObject({ outcome: 'accepted', code: null, attempts: 2, telegram: '101' })
    expect(mirror.journal.attempts('852').map(({ tryNumber }) => tryNumber)).toEqual([1, 2])
  })

  test('a change after a first try does not hide what was sent', () => {
    const mirror = sellable()
    const { runId, attemptId, step } = prepared(mirror)
    const busy = settlement(attemptId, { outcome: 'rejected', code: 'E002', learnt: [fact({ amountYen: 1 })] })
    expect(mirror.journal.advance(runId, busy, step, NOON)).toEqual({ type: 'changed', reason: 'changed' })
    expect(item(mirror, runId)).toMatchObject({ outcome: 'rejected', code: 'E002', reason: null, attempts: 1 })
  })
})
