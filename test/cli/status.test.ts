// Tests what the first screen reads from the mirror, also while a batch is running.
import { expect, test } from 'vitest'
import { statusOf } from '../../src/cli/commands/status.js'
import type { MarkOf } from '../../src/domain/lock-owner.js'
import { IDENTITY, mirrorWith, NOON, open, prepared, row, told } from '../mirror/mirrors.js'
import { sold } from '../mirror/shop-readings.js'

const CONTEXT = {
  config: { profile: 'manual', environment: 'simulator', cutOff: '21:00', statuses: [], statusesText: '' },
  clock: { nowMs: () => NOON },
} as const

test('a mirror that a batch writes meanwhile is not taken for one that was put back', () => {
  const writer = mirrorWith([row(), row({ orderId: '853', tradingId: '853', paymentId: '9853' })])
  told(writer)
  expect(writer.state.check()).toBe('new')
  writer.state.record()
  const reader = open(writer.path, { mode: 'read' })
  let runId: number | null = null
  const view = statusOf(
    {
      ...reader,
      atOneMoment: (work) =>
        reader.atOneMoment(() => {
          const orders = reader.orders.count({})
          runId = prepared(writer).runId
          writer.state.record()
          expect(orders).toBe(2)
          return work()
        }),
    },
    CONTEXT,
    '0.1.0',
  )
  expect(runId).toBe(1)
  expect(view).toMatchObject({ machineState: 'known', orders: 2, open: 0 })
  expect(statusOf(reader, CONTEXT, '0.1.0')).toMatchObject({ machineState: 'known', open: 1 })
})

/** Two processes of one machine, both alive. */
const both: MarkOf = (pid) => ({ bootId: 'boot', pid, startTicks: String(pid) })
const process = (pid: number, markOf = both) => ({ identity: { ...IDENTITY, pid }, markOf })

test('a batch of another process runs, and its request under way is counted apart', () => {
  const writer = mirrorWith([row()], process(10))
  told(writer)
  const { runId } = prepared(writer)
  const reader = open(writer.path, { mode: 'read', ...process(11) })
  expect(statusOf(reader, CONTEXT, '0.1.0')).toMatchObject({
    running: { command: 'sale', runId, progress: { done: 0, total: 1 }, inFlight: 1 },
    open: 1,
  })
})

test('a request that a dead process left open is unknown, and runs no more', () => {
  const writer = mirrorWith([row()], process(10))
  told(writer)
  prepared(writer)
  const alone: MarkOf = (pid) => (pid === 10 ? null : both(pid))
  const reader = open(writer.path, { mode: 'read', ...process(11, alone) })
  expect(statusOf(reader, CONTEXT, '0.1.0')).toMatchObject({ running: null, open: 1 })
})

test('the newest night counts, and the trail stays whole', () => {
  const mirror = mirrorWith([row()])
  expect(statusOf(mirror, CONTEXT, '0.1.0').lastNight).toBeNull()
  const night = {
    startedAt: '2026-11-22T19:30:00+09:00',
    endedAt: '2026-11-22T19:40:00+09:00',
    fault: null,
    runId: null,
  }
  mirror.nights.noteNight({ ...night, exitCode: 6, fault: 'mirror-full' })
  const newest = { ...night, endedAt: '2026-11-22T20:40:00+09:00', exitCode: 0, runId: 3 }
  mirror.nights.noteNight(newest)
  expect(statusOf(mirror, CONTEXT, '0.1.0').lastNight).toEqual(newest)
  expect(mirror.journal.verify(null).ok).toBe(true)
})

test.each([
  ['credit', null, '2026-09-23', 0],
  ['credit', null, '2026-09-24', 1],
  ['credit', null, '2026-10-01', 7],
  ['credit', null, '2026-10-02', 0],
  ['carrier', 'au', '2026-08-26', 1],
  ['carrier', 'docomo', '2026-09-30', 1],
  ['carrier', 'docomo', '2026-10-01', 0],
] as const)('what expires within seven days is counted: %s %s of %s', (method, carrier, date, left) => {
  const mirror = mirrorWith([row({ method, carrier, orderedAt: `${date}T11:50:00+09:00` })])
  const { count, yen } = statusOf(mirror, CONTEXT, '0.1.0').expiring
  expect([count, yen]).toEqual(left > 0 ? [1, 1733] : [0, 0])
})

test('orders on hold are named, the oldest hold first', () => {
  const mirror = mirrorWith([row(), row({ orderId: '853', tradingId: '853', paymentId: '9853' })])
  mirror.holds.place('853', '在庫の確認', NOON)
  mirror.holds.place('852', '住所の確認', NOON + 1)
  expect(statusOf(mirror, CONTEXT, '0.1.0').heldOrders).toEqual(['853', '852'])
  mirror.holds.undo('853', null, NOON + 2)
  expect(statusOf(mirror, CONTEXT, '0.1.0').heldOrders).toEqual(['852'])
})

test('対応状況 of the last pull is looked at, and a CSV taken in since makes it no newer', () => {
  const mirror = sold()
  const accepted = { kind: '101', paymentId: '9852' } as const
  mirror.shopRows.finishPull(new Set(['852']), NOON)
  mirror.shopRows.markReported('852', [1], 'written', { accepted, errorText: '' }, NOON)
  const twoDaysLater = NOON + 2 * 86_400_000
  const other = row({ orderId: '853', tradingId: '853', paymentId: '9853' })
  mirror.importOrders({ rows: [other], others: [] }, twoDaysLater)
  const shown = () => statusOf(mirror, CONTEXT, '0.1.0')
  expect(shown()).toMatchObject({ importedAt: '2026-11-25T12:00:00+09:00', behindOrders: [] })
  mirror.shopRows.finishPull(new Set(['852']), twoDaysLater)
  expect(shown().behindOrders).toEqual(['852'])
})
