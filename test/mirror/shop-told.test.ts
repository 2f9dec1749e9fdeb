// Tests the end of a pull, and the record of the results written to the shop: none is forgotten, and none is written
// twice.
import { GONE_ORDER_STATUS } from '../../src/domain/order-status.js'
import { blockOf } from '../../src/domain/permit.js'
import type { Settlement } from '../../src/domain/run.js'
import { fact, mirrorWith, NOON, only, prepared, row, told } from './mirrors.js'
import { pulled, reading, requested, sold, taken } from './shop-readings.js'
import { describe, expect, test } from 'vitest'

const CORRECTED = { kind: '103', status: '40', heldAmountYen: 1733 } as const
const FENCES = { includeCancelled: false, afterUnknown: false, statuses: [], nowMs: NOON }

describe('the end of a pull', () => {
  test('what is no longer in the shop counts as cancelled', () => {
    const mirror = pulled(reading(), reading({ orderId: '853', paymentId: '9853' }))
    expect(mirror.shopRows.finishPull(new Set(['853']), NOON)).toEqual([{ orderId: '852', touched: false }])
    expect(only(mirror).orderStatus).toBe(GONE_ORDER_STATUS)
    expect(blockOf(only(mirror), 'sale', FENCES)).toMatchObject({ reason: 'cancelled-order' })
    expect(only(mirror, '853').orderStatus).toBe('入金待ち')
  })

  test('an order with a request of this tool is told apart', () => {
    const mirror = sold()
    expect(mirror.shopRows.finishPull(new Set(), NOON)).toEqual([{ orderId: '852', touched: true }])
    expect(only(mirror)).toMatchObject({ kind: '101', status: '40', conflict: false })
  })

  test('one that is gone is told once, and again if it goes again', () => {
    const mirror = pulled(reading())
    const ends = () => mirror.shopRows.finishPull(new Set(), NOON).length
    expect([ends(), ends(), ends()]).toEqual([1, 0, 0])
    taken(mirror, reading())
    expect([ends(), ends()]).toEqual([1, 0])
  })

  test.each([
    ['untouched', () => pulled(reading())],
    ['touched', sold],
  ])('one that comes back is as the shop has it: %s', (_, made) => {
    const mirror = made()
    mirror.shopRows.finishPull(new Set(), NOON)
    expect(taken(mirror, reading(), reading())).toEqual(['updated', 'unchanged'])
    expect(only(mirror)).toMatchObject({ orderStatus: '入金待ち', conflict: false })
  })

  test('orders that never came from the shop’s database are left alone', () => {
    const mirror = mirrorWith([row()])
    expect(mirror.shopRows.finishPull(new Set(), NOON)).toEqual([])
    expect(only(mirror).orderStatus).toBe('入金待ち')
  })

  test('the mirror is of that time', () => {
    const mirror = mirrorWith([])
    mirror.shopRows.finishPull(new Set(), NOON + 5)
    expect(mirror.importedMs()).toBe(NOON + 5)
  })
})

describe('what the shop has not been told of', () => {
  const untold = (mirror: ReturnType<typeof sold>) =>
    mirror.shopRows
      .unreported()
      .map(({ orderId, attempts }) => [orderId, ...attempts.map((one) => one.outcome)].join(' '))

  test('nothing, while nothing was sent', () => expect(untold(pulled(reading()))).toEqual([]))

  test('an accepted request, with what the shop needs of it', () => {
    const mirror = sold()
    expect(mirror.shopRows.unreported()).toEqual([
      {
        orderId: '852',
        kind: '101',
        paymentId: '9852',
        hasOpenOutcome: false,
        attention: false,
        conflict: false,
        asRead: { kind: '', paymentId: '9852', status: '20', totalYen: 1733 },
        attempts: [
          {
            attemptId: 1,
            outcome: 'accepted',
            telegram: '101',
            kind: '',
            paymentId: '9852',
            newPaymentId: null,
            code: null,
            detail: null,
          },
        ],
      },
    ])
  })

  test.each([
    ['rejected', ['852 rejected'], { outcome: 'rejected', code: '7003', detail: 'x' }],
    ['not processed: the shop would have heard nothing', [], { outcome: 'not-processed' }],
    ['never sent', [], { outcome: 'unsent' }],
    ['unknown', [], { outcome: 'unknown' }],
    ['for a person', [], { outcome: 'attention' }],
  ] as [string, string[], Partial<Settlement>][])('%s', (_, expected, settled) => {
    expect(untold(sold({}, settled))).toEqual(expected)
  })

  test('several requests on one order together, the oldest first', () => {
    const mirror = sold({}, { outcome: 'rejected', code: '7003' })
    requested(mirror)
    expect(untold(mirror)).toEqual(['852 rejected accepted'])
  })

  test('an order with an open request or a conflict says so', () => {
    const mirror = sold({}, { outcome: 'rejected', code: '7003' })
    prepared(mirror)
    expect(mirror.shopRows.unreported()).toMatchObject([{ hasOpenOutcome: true, conflict: false }])
    taken(mirror, reading({ totalYen: 1 }))
    expect(mirror.shopRows.unreported()).toMatchObject([{ hasOpenOutcome: true, conflict: true }])
  })

  test('an order that waits for a person says so', () => {
    const mirror = sold()
    const blank = { facts: [fact()], currentPaymentId: null, endsConflict: false, settles: null, detail: null }
    mirror.issues.take({ ...blank, orderId: '852', event: 'difference', attention: 'late-arrival', atMs: NOON })
    expect(mirror.shopRows.unreported()).toMatchObject([{ hasOpenOutcome: true }])
  })

  test('an order of a CSV has never been read', () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    requested(mirror)
    expect(mirror.shopRows.unreported()).toMatchObject([{ orderId: '852', asRead: null }])
  })
})

describe('what the shop has been told', () => {
  const SOLD = { kind: '101', paymentId: '9852' } as const
  const WRITE = { accepted: SOLD, errorText: '' }

  test.each(['written', 'already'] as const)(
    '%s: it is told no more, and the row is remembered as it is now',
    (fate) => {
      const mirror = sold()
      mirror.shopRows.markReported('852', [1], fate, WRITE, NOON)
      expect(mirror.shopRows.unreported()).toEqual([])
      expect(mirror.shopRows.asRead('852')).toEqual({ ...SOLD, status: '20', totalYen: 1733 })
      expect(taken(mirror, reading({ kind: '101' }))).toEqual(['unchanged'])
    },
  )

  test('a refusal leaves the row as it was read', () => {
    const mirror = sold({}, { outcome: 'rejected', code: '7003' })
    mirror.shopRows.markReported('852', [1], 'written', null, NOON)
    expect([mirror.shopRows.unreported(), mirror.shopRows.asRead('852')]).toMatchObject([[], { kind: '' }])
  })

  test('superseded: nothing is left to tell', () => {
    const mirror = sold()
    mirror.shopRows.markReported('852', [1], 'superseded', null, NOON)
    expect([mirror.shopRows.unreported(), mirror.shopRows.asRead('852')]).toMatchObject([[], { kind: '' }])
  })

  test('what comes after it is told by itself', () => {
    const mirror = sold({}, { outcome: 'rejected', code: '7003' })
    mirror.shopRows.markReported('852', [1], 'written', null, NOON)
    requested(mirror)
    expect(mirror.shopRows.unreported()).toMatchObject([{ attempts: [{ attemptId: 2, outcome: 'accepted' }] }])
  })

  test('twice is a fault, and then none of it is noted', () => {
    const mirror = sold({}, { outcome: 'rejected', code: '7003' })
    mirror.shopRows.markReported('852', [1], 'written', null, NOON)
    requested(mirror)
    expect(() => mirror.shopRows.markReported('852', [2, 1], 'written', WRITE, NOON)).toThrow()
    expect(mirror.shopRows.unreported()).toMatchObject([{ attempts: [{ attemptId: 2 }] }])
    expect(mirror.shopRows.asRead('852')).toMatchObject({ kind: '' })
  })
})

describe('orders whose 対応状況 is behind Paygent', () => {
  const DAY_MS = 86_400_000
  const accepted = { kind: '101', paymentId: '9852' } as const

  /** Sold by this tool at noon, pushed, and read again with what the shop has taken of it. */
  function unheard(now: Parameters<typeof reading>[0] = {}) {
    const mirror = sold()
    mirror.shopRows.markReported('852', [1], 'written', { accepted, errorText: '' }, NOON)
    taken(mirror, reading({ kind: '101', ...now }))
    return mirror
  }

  test.each([
    ['not before a day has passed', DAY_MS - 1, []],
    ['a day later', DAY_MS, ['852']],
    ['no more after two weeks', 14 * DAY_MS + 1, []],
  ])('%s', (_, passedMs, found) => expect(unheard().shopRows.behind(NOON + passedMs)).toEqual(found))

  test.each([
    ['the notice came', { status: '40', orderStatus: '入金済み' }],
    ['staff have changed 対応状況', { orderStatus: '発送済み' }],
  ])('none: %s', (_, now) => expect(unheard(now).shopRows.behind(NOON + DAY_MS)).toEqual([]))

  test('none that is not in the shop, that the shop contradicts, or whose result it does not have', () => {
    const gone = unheard()
    gone.shopRows.finishPull(new Set(), NOON)
    const disputed = unheard({ totalYen: 1 })
    expect([gone, disputed, sold()].map((mirror) => mirror.shopRows.behind(NOON + DAY_MS))).toEqual([[], [], []])
  })

  test('a payment that a correction has made', () => {
    const mirror = sold(
      { carrier: 'docomo' },
      { newPaymentId: '9999', effect: { ...CORRECTED, newPaymentId: '9999' } },
      { telegram: '103', request: 'corrected-sale' },
    )
    const corrected = { kind: '103', paymentId: '9999' } as const
    mirror.shopRows.markReported('852', [1], 'written', { accepted: corrected, errorText: '' }, NOON)
    expect(mirror.shopRows.behind(NOON + DAY_MS)).toEqual(['852'])
  })
})

describe('without the lock', () => {
  test.each([
    ['take', (mirror: ReturnType<typeof sold>) => mirror.shopRows.take([reading({ orderId: '853' })], NOON)],
    ['finishPull', (mirror: ReturnType<typeof sold>) => mirror.shopRows.finishPull(new Set(), NOON)],
    ['told', (mirror: ReturnType<typeof sold>) => mirror.shopRows.markReported('852', [1], 'written', null, NOON)],
  ])('nothing is written: %s', (_, write) => {
    const mirror = sold()
    mirror.lock.release()
    expect(() => write(mirror)).toThrow()
    expect([mirror.orders.count({}), only(mirror).orderStatus]).toEqual([1, '入金待ち'])
    expect(mirror.shopRows.unreported()).toHaveLength(1)
  })

  test('it is read all the same', () => {
    const mirror = sold()
    mirror.lock.release()
    expect([mirror.shopRows.unreported().length, mirror.shopRows.asRead('852')?.kind]).toEqual([1, ''])
  })
})
