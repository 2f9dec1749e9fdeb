// Tests runs without a terminal: a successful one needs no closing, any other does.
import { expect, test } from 'vitest'
import { askedFor } from '../domain/order-fixture.js'
import type { RunRecord, Step } from '../../src/domain/run.js'
import { inspectMirror } from '../../src/mirror/inspection.js'
import type { Mirror } from '../../src/mirror/open.js'
import { fact, mirrorWith, NOON, prepared, row, settlement, STAMP, stepFor, told } from './mirrors.js'

const SOLD = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const
const REFUSED = [
  { position: 2, orderId: '853', request: 'sale', paymentId: '9853', reason: 'already', about: null },
] as const

function sellable(): Mirror {
  const mirror = mirrorWith([row(), row({ orderId: '853', paymentId: '9853', tradingId: '853' })])
  told(mirror)
  return mirror
}

const ids = (runs: readonly RunRecord[]): number[] => runs.map(({ id }) => id)

const waiting = (mirror: Mirror): number[][] => [ids(mirror.journal.quietRuns()), ids(mirror.journal.unacknowledged())]

/** Order 852 is accepted, and something happens to it before the run ends. */
function sold(meanwhile: (mirror: Mirror) => void): { mirror: Mirror; runId: number } {
  const mirror = sellable()
  const { runId, attemptId } = prepared(mirror)
  mirror.journal.advance(runId, settlement(attemptId, { effect: SOLD }), null, NOON)
  meanwhile(mirror)
  mirror.journal.endRun(runId, 'completed', NOON, true)
  return { mirror, runId }
}

test('all accepted: nobody has to close it, and who does has closed it', () => {
  const { mirror, runId } = sold(() => undefined)
  expect([waiting(mirror), mirror.journal.run(runId)]).toMatchObject([[[runId], []], { quiet: true }])
  expect(inspectMirror(mirror.path, STAMP, '', NOON).health?.unacknowledged).toBe(0)
  expect(mirror.journal.acknowledge(runId)).toBe(true)
  expect(waiting(mirror)).toEqual([[], []])
})

test.each([
  [
    'waits for a person',
    (mirror: Mirror) =>
      mirror.issues.take({
        orderId: '852',
        event: 'difference',
        facts: [],
        currentPaymentId: null,
        endsConflict: false,
        attention: 'two-alive',
        settles: null,
        detail: null,
        atMs: NOON,
      }),
  ],
  [
    'is in conflict with the shop',
    (mirror: Mirror) => void mirror.importOrders({ rows: [row({ kind: '102' })], others: [] }, NOON),
  ],
])('all accepted, and an order of it %s: somebody has to close it', (_, meanwhile) => {
  const { mirror, runId } = sold(meanwhile)
  expect(waiting(mirror)).toEqual([[], [runId]])
  expect(inspectMirror(mirror.path, STAMP, '', NOON).health?.unacknowledged).toBe(1)
})

test.each(['rejected', 'not-processed', 'unknown', 'attention', 'unsent'] as const)(
  'one is %s: somebody has to close it',
  (outcome) => {
    const mirror = sellable()
    const { runId, attemptId } = prepared(mirror)
    mirror.journal.advance(runId, settlement(attemptId, { outcome }), null, NOON)
    mirror.journal.endRun(runId, 'completed', NOON, true)
    expect(waiting(mirror)).toEqual([[], [runId]])
  },
)

test.each([
  ['au', '60', [[], [1]]],
  ['au', '32', [[1], []]],
  ['docomo', '60', [[1], []]],
] as const)('a cancel of an authorisation with %s has ended at %s', (carrier, status, expected) => {
  const mirror = mirrorWith([row({ carrier })])
  told(mirror, { carrier })
  const { runId, attemptId } = prepared(mirror, stepFor(mirror, '102', 'cancel'))
  const effect = { kind: '102', status: '32', heldAmountYen: null, newPaymentId: null } as const
  mirror.journal.settle(settlement(attemptId, { effect }))
  mirror.journal.noteAfter(attemptId, { fact: fact({ carrier, status }), outcome: 'accepted', atMs: NOON })
  mirror.journal.endRun(runId, 'completed', NOON, true)
  expect(waiting(mirror)).toEqual(expected)
})

test.each([
  ['one order was refused', 1, REFUSED, 'completed', true, false],
  ['all were refused', 0, REFUSED, 'completed', true, false],
  ['nothing was in it', 0, [], 'completed', true, false],
  ['it was stopped', 1, [], 'stopped', true, false],
  ['it broke off', 1, [], 'interrupted', true, false],
  ['a terminal was there', 1, [], 'completed', false, false],
  ['none of these', 1, [], 'completed', true, true],
] as const)('%s', (_, steps, refused, state, unattended, quiet) => {
  const mirror = sellable()
  const planned: Step[] = steps === 0 ? [] : [stepFor(mirror)]
  const runId = mirror.journal.beginRun({ asked: askedFor('sale'), steps: planned, refused, startedMs: NOON })
  for (const step of planned) {
    const advanced = mirror.journal.advance(runId, null, step, NOON)
    if (advanced.type !== 'prepared') throw new Error(advanced.type)
    mirror.journal.advance(runId, settlement(advanced.attemptId, { effect: SOLD }), null, NOON)
  }
  mirror.journal.endRun(runId, state, NOON, unattended)
  expect(mirror.journal.run(runId)?.quiet).toBe(quiet)
})
