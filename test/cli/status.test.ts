// Tests the first screen while a batch is running.
import { expect, test } from 'vitest'
import { statusOf } from '../../src/cli/commands/status.js'
import { mirrorWith, NOON, open, prepared, row, told } from '../mirror/mirrors.js'

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
