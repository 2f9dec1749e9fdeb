import { describe, expect, test } from 'vitest'
import { askedFor } from '../domain/order-fixture.js'
import { begin, mirrorWith, NOON, only, open, prepared, row, settlement, stepFor, tempPath, told } from './mirrors.js'

const SOLD = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const

function sellable() {
  const mirror = mirrorWith([row()])
  told(mirror)
  return mirror
}

const item = (mirror: ReturnType<typeof sellable>, runId: number, position = 1) =>
  mirror.journal.items(runId).find((one) => one.position === position)

describe('runs', () => {
  test('are kept with who ran them', () => {
    const mirror = sellable()
    const runId = begin(mirror, stepFor(mirror))
    const running = {
      id: runId,
      operation: 'sale',
      environment: 'simulator',
      startedAt: '2026-11-23T12:00:00+09:00',
      endedAt: null,
      state: 'running',
      host: 'shop-1',
      osUser: 'yamada',
      acknowledgedAt: null,
      quiet: false,
      total: 1,
      done: 0,
    }
    expect(mirror.journal.run(runId)).toEqual(running)
    mirror.journal.endRun(runId, 'stopped', NOON + 2000)
    expect(mirror.journal.run(runId)).toMatchObject({ state: 'stopped', endedAt: '2026-11-23T12:00:02+09:00' })
    expect(() => mirror.journal.endRun(runId, 'completed', NOON)).toThrow('not running')
    expect(mirror.journal.run(99)).toBeNull()
  })

  test('are looked at once', () => {
    const mirror = sellable()
    const runId = begin(mirror, stepFor(mirror))
    expect(mirror.journal.acknowledge(runId)).toBe(false)
    mirror.journal.endRun(runId, 'completed', NOON)
    expect(mirror.journal.unacknowledged().map(({ id }) => id)).toEqual([runId])
    expect(mirror.journal.acknowledge(runId)).toBe(true)
    expect(mirror.journal.acknowledge(runId)).toBe(false)
    expect(mirror.journal.unacknowledged()).toEqual([])
    expect(mirror.journal.run(runId)?.acknowledgedAt).toBe('2026-11-23T12:00:00+09:00')
    expect(mirror.journal.runs(5).map(({ id }) => id)).toEqual([runId])
  })

  test('have an item for each order of the plan', () => {
    const mirror = mirrorWith([row(), row({ orderId: '853', paymentId: '9853' })])
    told(mirror)
    const refused = [
      { position: 2, orderId: '853', request: 'sale', paymentId: '9853', reason: 'higher', about: null },
    ] as const
    const runId = mirror.journal.beginRun({
      asked: askedFor('sale'),
      steps: [stepFor(mirror)],
      refused,
      startedMs: NOON,
    })
    expect(mirror.journal.items(runId)).toMatchObject([
      {
        position: 1,
        request: 'sale',
        telegram: null,
        outcome: 'unsent',
        firstOutcome: 'unsent',
        amountYen: 1733,
        attempts: 0,
      },
      {
        position: 2,
        request: 'sale',
        telegram: null,
        outcome: 'refused',
        reason: 'higher',
        amountYen: null,
        attempts: 0,
      },
    ])
    mirror.journal.refuse(runId, 1, 'not-contracted', 'P007')
    expect(item(mirror, runId)).toMatchObject({ outcome: 'refused', reason: 'not-contracted', about: 'P007' })
    expect(() => mirror.journal.refuse(runId, 3, 'changed', null)).toThrow('no item')
  })

  test('an unsent request counts as no telegram', () => {
    const mirror = sellable()
    const { runId, attemptId } = prepared(mirror)
    mirror.journal.advance(runId, settlement(attemptId, { outcome: 'unsent', code: 'ECONNREFUSED' }), null, NOON)
    expect(item(mirror, runId)).toMatchObject({ outcome: 'unsent', telegram: null, code: 'ECONNREFUSED', attempts: 0 })
  })
})

describe('recovery', () => {
  test('a run that died becomes interrupted, its request unknown', () => {
    const mirror = sellable()
    const { runId, attemptId } = prepared(mirror)
    expect(mirror.journal.recover(NOON + 5)).toMatchObject([
      {
        attemptId,
        state: 'unknown',
        orderId: '852',
        telegram: '101',
        paymentId: '9852',
        amountYen: 1733,
        notMoved: null,
      },
    ])
    expect(mirror.journal.run(runId)?.state).toBe('interrupted')
    expect(only(mirror).openAttempt).toBe(true)
    expect(item(mirror, runId)).toMatchObject({ outcome: 'unknown', firstOutcome: 'unknown', attempts: 1 })
    expect(mirror.journal.recover(NOON + 6)).toEqual([])
    mirror.journal.settle(settlement(attemptId, { effect: SOLD }))
    expect(item(mirror, runId)).toMatchObject({ outcome: 'accepted', firstOutcome: 'unknown' })
  })

  test('the time of the last entry', () => {
    const mirror = mirrorWith([row()])
    expect(mirror.journal.lastEntryMs()).toBeNull()
    told(mirror)
    prepared(mirror)
    expect(mirror.journal.lastEntryMs()).toBe(NOON)
  })

  test('a mirror opened to read shows the open attempt and settles nothing', () => {
    const mirror = sellable()
    prepared(mirror)
    const { path } = mirror
    mirror.close()
    const reader = open(path, { mode: 'read' })
    expect(reader.journal.openAttempts()).toHaveLength(1)
    expect(() => reader.journal.recover(NOON)).toThrow('without the run lock')
    reader.close()
  })

  test('the path of a mirror may hold anything', () => {
    expect(open(`${tempPath()} 受注 #%?.db`).path).toContain('受注 #%?.db')
  })
})
