import { describe, expect, test } from 'vitest'
import { FixedClock } from '../../src/clock.js'
import { effectOf } from '../../src/domain/outcome.js'
import { fact, mirrorWith, NOON, only, open, prepared, row, settlement, stepFor, told } from './mirrors.js'

const SOLD = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const

function sellable() {
  const mirror = mirrorWith([row()])
  told(mirror)
  return mirror
}

const item = (mirror: ReturnType<typeof sellable>, runId: number, position = 1) =>
  mirror.journal.items(runId).find((one) => one.position === position)

describe('an accepted request writes its row of docs/rules.md#accepted-requests', () => {
  test('a corrected sale in place: the amount sent is held', () => {
    const mirror = mirrorWith([row({ totalYen: 1000 })])
    told(mirror)
    const { attemptId } = prepared(mirror, stepFor(mirror, '103', 'corrected-sale'))
    const effect = { kind: '103', status: '40', heldAmountYen: 1000, newPaymentId: null } as const
    mirror.journal.settle(settlement(attemptId, { effect }))
    expect(only(mirror)).toMatchObject({ kind: '103', status: '40', heldAmountYen: 1000, paymentId: '9852' })
  })

  test('one that makes a new payment: the old one is kept', () => {
    const mirror = mirrorWith([row({ carrier: 'docomo', totalYen: 1000 })])
    told(mirror)
    const { runId, attemptId } = prepared(mirror, stepFor(mirror, '103', 'corrected-sale'))
    const effect = { kind: '103', status: '40', heldAmountYen: 1000, newPaymentId: '9999' } as const
    const learnt = [fact({ status: '60' })]
    mirror.journal.settle(settlement(attemptId, { effect, learnt, newPaymentId: '9999', atMs: NOON + 1000 }))
    expect(only(mirror)).toMatchObject({
      paymentId: '9999',
      tradingId: '852',
      status: '40',
      heldAmountYen: 1000,
      heldAmountAt: '2026-11-23T12:00:01+09:00',
      kind: '103',
      kindByUs: true,
    })
    expect(mirror.orders.payments('852')).toMatchObject([
      { paymentId: '9852', current: false, supersededBy: '9999', status: '60', heldAmountYen: 1733 },
      { paymentId: '9999', current: true, supersededBy: null, status: '40', heldAmountYen: 1000 },
    ])
    expect(item(mirror, runId)).toMatchObject({ paymentId: '9852', newPaymentId: '9999', outcome: 'accepted' })
  })

  test.each([
    ['20', '32'],
    ['40', '60'],
  ] as const)('029 from %s leaves the old payment at %s, although no inquiry has told so', (plannedStatus, gone) => {
    const mirror = mirrorWith([row({ method: 'credit', carrier: null, totalYen: 1000 })])
    told(mirror, { method: 'credit', carrier: null })
    const { attemptId } = prepared(mirror, stepFor(mirror, '029', 'corrected-sale'))
    const effect = effectOf({ telegram: '029', carrier: null, plannedStatus, amountYen: 1000, newPaymentId: '9999' })
    mirror.journal.settle(settlement(attemptId, { effect, newPaymentId: '9999' }))
    const found = mirror.orders.payments('852').map(({ paymentId, status }) => [paymentId, status])
    expect(found).toEqual([
      ['9852', gone],
      ['9999', '40'],
    ])
  })

  test('after an effect a fact about the same payment adds only what no request changes', () => {
    const mirror = sellable()
    const { attemptId } = prepared(mirror)
    const learnt = [fact({ status: '41', amountYen: 1, authorizedAt: '2026-11-01T00:00:00+09:00' })]
    mirror.journal.settle(settlement(attemptId, { effect: SOLD, learnt }))
    expect(only(mirror)).toMatchObject({ status: '40', heldAmountYen: 1733, authorizedAt: '2026-11-01T00:00:00+09:00' })
  })

  test('without an effect what Paygent told is taken', () => {
    const mirror = sellable()
    const { attemptId } = prepared(mirror)
    const learnt = [fact({ status: '33', amountYen: 1 })]
    mirror.journal.settle(settlement(attemptId, { outcome: 'rejected', code: '2007', learnt }))
    expect(only(mirror)).toMatchObject({ status: '33', statusOrigin: 'paygent', heldAmountYen: 1, kind: '' })
  })

  test('a half-done correction keeps both payments and needs a person', () => {
    const mirror = sellable()
    const { attemptId } = prepared(mirror)
    const learnt = [fact({ status: '40' }), fact({ paymentId: '9999', status: '20', amountYen: 1000 })]
    mirror.journal.settle(settlement(attemptId, { outcome: 'attention', code: '2012', learnt, newPaymentId: '9999' }))
    expect(only(mirror)).toMatchObject({ attention: true, paymentId: '9852', status: '40' })
    expect(mirror.orders.payments('852')).toMatchObject([
      { paymentId: '9852', status: '40', current: true },
      { paymentId: '9999', status: '20', heldAmountYen: 1000, current: false },
    ])
  })

  test('a rejection alone writes nothing to the order', () => {
    const mirror = sellable()
    const before = only(mirror)
    const { attemptId } = prepared(mirror)
    mirror.journal.settle(settlement(attemptId, { outcome: 'rejected', code: '7003' }))
    expect(only(mirror)).toEqual(before)
  })
})

describe('unknown attempts', () => {
  test('stay open, keep the first "not moved", and are settled once', () => {
    const mirror = sellable()
    const { runId, attemptId } = prepared(mirror)
    const first = { wallMs: NOON, monotonicMs: 5.5 }
    const unknown = { outcome: 'unknown', detail: 'timeout', notMoved: first } as const
    mirror.journal.advance(runId, settlement(attemptId, unknown), null, NOON)
    const later = { outcome: 'unknown', notMoved: { wallMs: NOON + 9, monotonicMs: 14.5 } } as const
    mirror.journal.settle(settlement(attemptId, later))
    expect(mirror.journal.openAttempts()).toMatchObject([
      { attemptId, state: 'unknown', notMoved: first, orderId: '852' },
    ])
    expect(mirror.journal.openAttempts(['1'])).toEqual([])
    expect(mirror.journal.openAttempts(['1', '852'])).toHaveLength(1)
    expect(item(mirror, runId)).toMatchObject({ outcome: 'unknown', firstOutcome: 'unknown', detail: 'timeout' })
    mirror.journal.settle(settlement(attemptId, { effect: SOLD }))
    expect(item(mirror, runId)).toMatchObject({
      outcome: 'accepted',
      firstOutcome: 'unknown',
      detail: null,
      attempts: 1,
    })
    expect(mirror.journal.openAttempts()).toEqual([])
  })

  test('a "not moved" of a clock that was far ahead counts as never, and the next one is kept', () => {
    const mirror = sellable()
    const { attemptId } = prepared(mirror)
    const book = (aheadMs: number, monotonicMs: number): void =>
      mirror.journal.settle(
        settlement(attemptId, { outcome: 'unknown', notMoved: { wallMs: NOON + aheadMs, monotonicMs } }),
      )
    const kept = () => mirror.journal.openAttempts()[0]?.notMoved
    book(300_001, 1)
    expect(kept()).toBeNull()
    book(300_000, 2)
    expect(kept()).toEqual({ wallMs: NOON + 300_000, monotonicMs: 2 })
    book(0, 3)
    expect(kept()).toEqual({ wallMs: NOON + 300_000, monotonicMs: 2 })
  })

  test('an order settled by a clock that was far ahead is looked after until its week is over', () => {
    const mirror = sellable()
    const { attemptId } = prepared(mirror)
    mirror.journal.settle(settlement(attemptId, { outcome: 'not-processed', atMs: NOON + 365 * 86_400_000 }))
    expect(mirror.issues.timedOut(NOON - 7 * 86_400_000)).toEqual(['852'])
  })

  test('in another process the time since "not moved" is the wall clock’s', () => {
    const mirror = sellable()
    const { attemptId } = prepared(mirror)
    const notMoved = { wallMs: NOON - 30_000, monotonicMs: 4_000_000 }
    mirror.journal.settle(settlement(attemptId, { outcome: 'unknown', notMoved }))
    const { path } = mirror
    mirror.close()
    const clock = new FixedClock(NOON)
    clock.advance(20_000)
    const [attempt] = open(path, { clock }).journal.openAttempts()
    expect(attempt?.notMoved).toEqual({ wallMs: NOON - 30_000, monotonicMs: -30_000 })
  })
})
