// Tests the mirror's memory of the shop's rows: when a value is news, when it is a conflict, and when a conflict is
// over.
import type { Booking } from '../../src/domain/difference.js'
import type { PaymentFact } from '../../src/domain/order.js'
import type { ImportRow, ShopRow } from '../../src/domain/shop.js'
import type { Mirror } from '../../src/mirror/open.js'
import { fact, mirrorWith, NOON, only, prepared, row, told } from './mirrors.js'
import { pulled, reading, requested, sold, taken, unreadable } from './shop-readings.js'
import { describe, expect, test } from 'vitest'

const CORRECTION = { kind: '103', status: '40', heldAmountYen: 1733, newPaymentId: '7777' } as const

/** A docomo correction, which made payment 7777. */
const corrected = () =>
  sold(
    { carrier: 'docomo' },
    { effect: CORRECTION, newPaymentId: '7777' },
    { telegram: '103', request: 'corrected-sale' },
  )

/** Books the fact as `reconcile` does when Paygent knows one living payment. */
function reconciled(mirror: Mirror, told: PaymentFact): void {
  const booking: Booking = {
    orderId: '852',
    event: 'conflict-settled',
    facts: [told],
    currentPaymentId: told.paymentId,
    endsConflict: true,
    attention: null,
    settles: null,
    detail: null,
    atMs: NOON,
  }
  mirror.issues.take(booking)
}

describe('an order that the tool has not touched', () => {
  test('is new, then as it was', () => {
    const mirror = pulled()
    expect(taken(mirror, reading(), reading({ orderId: '853', paymentId: '9853' }))).toEqual(['added', 'added'])
    expect(taken(mirror, reading(), reading({ orderId: '853', paymentId: '9853' }))).toEqual(['unchanged', 'unchanged'])
    expect(only(mirror)).toMatchObject({ totalYen: 1733, paymentId: '9852', status: '20', kind: '', conflict: false })
  })

  test.each([
    ['total', { totalYen: 1000 }],
    ['kind', { kind: '101' }],
    ['payment', { paymentId: '7777' }],
    ['status', { status: '40' }],
    ['no longer', { kind: '102', status: '32' }],
    ['name', { customerName: '別人' }],
    ['shipment', { shippedAt: '2026-11-24T00:00:00+09:00' }],
    ['order status', { orderStatus: '発送済み' }],
  ] as [string, Partial<ImportRow>][])('takes the shop’s word: %s', (_, changes) => {
    const mirror = pulled(reading())
    expect(taken(mirror, reading(changes), reading(changes))).toEqual(['updated', 'unchanged'])
    expect(only(mirror)).toMatchObject({ ...changes, conflict: false })
  })

  test('keeps what Paygent has told while the shop has learnt nothing', () => {
    const mirror = pulled(reading())
    told(mirror, { status: '40' })
    expect(taken(mirror, reading({ orderStatus: '発送済み' }))).toEqual(['updated'])
    expect(only(mirror)).toMatchObject({ status: '40', heldAmountYen: 1733 })
  })

  test('its card number in free text does not come in', () => {
    const mirror = pulled(reading({ customerName: '4111111111111111' }))
    expect(only(mirror).customerName).not.toContain('4111111111111111')
    expect(taken(mirror, reading({ customerName: '4111111111111111' }))).toEqual(['unchanged'])
  })

  test('its columns are remembered in the shop’s own words', () => {
    const mirror = pulled(reading({}, { kind: null, status: '' }))
    expect(mirror.shopRows.asRead('852')).toEqual({ kind: null, paymentId: '9852', status: '', totalYen: 1733 })
    expect(mirror.shopRows.asRead('853')).toBeNull()
    // '' in the place of null is another row, and says nothing new of the order.
    expect(taken(mirror, reading({}, { status: '' }))).toEqual(['unchanged'])
    expect(mirror.shopRows.asRead('852')).toMatchObject({ kind: '' })
  })

  test('one of a CSV is taken over', () => {
    const mirror = mirrorWith([row()])
    expect(taken(mirror, reading(), reading())).toEqual(['unchanged', 'unchanged'])
  })
})

describe('after a request of this tool that the shop has not been told of', () => {
  const statuses = ['20', '21', '40', '44']

  test.each(statuses)('an unmoved row or the notice’s status alone is no conflict: %s', (status) => {
    const mirror = sold()
    const before = only(mirror)
    expect(taken(mirror, reading({ status }), reading({ status }))).not.toContainEqual(
      expect.stringMatching('conflict'),
    )
    expect(only(mirror)).toEqual(before)
  })

  test.each([...statuses, '60'])(
    'nor after docomo’s correction, whose old payment the status is about: %s',
    (status) => {
      const mirror = corrected()
      const before = only(mirror)
      expect(before).toMatchObject({ paymentId: '7777', kind: '103', status: '40' })
      const now = reading({ carrier: 'docomo', status })
      expect(taken(mirror, now, now)).not.toContainEqual(expect.stringMatching('conflict'))
      expect(only(mirror)).toEqual(before)
    },
  )

  test('nor after a refused one', () => {
    const mirror = sold({}, { outcome: 'rejected', code: '7003' })
    expect(taken(mirror, reading(), reading())).toEqual(['unchanged', 'unchanged'])
  })

  test('the shop’s own facts are taken', () => {
    const mirror = sold()
    const changes = { orderStatus: '発送済み', shippedAt: '2026-11-24T00:00:00+09:00', customerName: '別人' }
    expect(taken(mirror, reading(changes), reading(changes))).toEqual(['updated', 'unchanged'])
    expect(only(mirror)).toMatchObject({ ...changes, kind: '101', status: '40' })
  })

  test('a row that says what the tool did, as after a push that was cut off, is none', () => {
    const mirror = sold()
    expect(taken(mirror, reading({ kind: '101' }), reading({ kind: '101', status: '40' }))).toEqual([
      'unchanged',
      'unchanged',
    ])
    expect(mirror.shopRows.asRead('852')).toMatchObject({ kind: '101', status: '40' })
  })

  const moves: [string, Partial<ImportRow>, string][] = [
    ['cancelled in the shop', { kind: '102', status: '32' }, 'kind,payment_status'],
    ['a change under way in the shop', { kind: '0291' }, 'kind,payment_status'],
    ['another payment', { paymentId: '7777' }, 'kind,payment_status,payment_id'],
    ['another total', { totalYen: 1000 }, 'total'],
    ['taken back at Paygent, as a notice told the shop', { status: '60' }, 'payment_status'],
  ]
  describe.each(moves)('%s', (_, changes, fields) => {
    const sorted = ([text = '']: readonly string[]) => text.replace('conflict ', '').split(',').toSorted()
    const expected = fields.split(',').toSorted()

    test('is a conflict once, which stands at each pull, and the order stays as it is', () => {
      const mirror = sold()
      const before = only(mirror)
      expect(sorted(taken(mirror, reading(changes)))).toEqual(expected)
      expect(taken(mirror, reading(changes), reading(changes))).toEqual(['standing', 'standing'])
      expect(only(mirror)).toEqual({ ...before, conflict: true })
    })

    test('stays one when the status moves, or anything else of the shop’s', () => {
      const mirror = sold()
      taken(mirror, reading(changes))
      const later = { ...changes, status: changes.status === '60' ? '62' : '40', orderStatus: '発送済み' }
      const field = expected.find((one) => one !== 'payment_status') ?? 'payment_status'
      // The order is sold: it has been told.
      expect(taken(mirror, reading(later))).toEqual(['standing'])
      expect(mirror.orders.conflicts()).toMatchObject([{ theirs: { [field]: expect.anything() } }])
    })

    test.each(['40', '60'])('goes away once Paygent has told %s, whichever side that is', (status) => {
      const mirror = sold()
      taken(mirror, reading(changes))
      reconciled(mirror, fact({ status, paymentId: changes.paymentId ?? '9852' }))
      const settled = only(mirror)
      // The total of a sold order is the shop's to take back, or a person's to end.
      const stands = changes.totalYen !== undefined && status === '40'
      const totalYen = stands ? 1733 : (changes.totalYen ?? 1733)
      expect(settled).toMatchObject({ conflict: stands, status, totalYen })
      const again = stands ? 'standing' : 'unchanged'
      expect(taken(mirror, reading(changes), reading(changes))).toEqual([again, again])
      expect(only(mirror)).toEqual(settled)
    })
  })

  test('a row that has come back to what the tool did is no conflict any more', () => {
    const mirror = sold()
    expect(taken(mirror, reading({ kind: '0291' }))).toEqual([expect.stringMatching('conflict')])
    expect(taken(mirror, reading({ kind: '101' }))).toEqual(['unchanged'])
    expect(only(mirror)).toMatchObject({ conflict: false, kind: '101' })
  })

  test('an open attempt counts as a request', () => {
    const mirror = pulled(reading())
    told(mirror)
    prepared(mirror)
    expect(taken(mirror, reading({ totalYen: 1 }))).toEqual(['conflict total'])
  })

  test('a payment of an order that the shop had none for is no conflict', () => {
    const blank = (raw: Partial<ShopRow> = {}) => reading({ paymentId: null }, { paymentId: null, ...raw })
    const mirror = pulled(blank())
    told(mirror)
    requested(mirror)
    expect(taken(mirror, blank(), reading())).toEqual(['unchanged', 'unchanged'])
    expect(only(mirror)).toMatchObject({ paymentId: '9852', conflict: false })
  })
})

describe('a row that cannot be read', () => {
  test('does not come in', () => {
    const mirror = pulled()
    expect(taken(mirror, unreadable())).toEqual(['left-out'])
    expect([mirror.orders.count({}), mirror.shopRows.asRead('852')]).toEqual([0, null])
  })

  test('is a conflict where the order is there already, and leaves it as it is', () => {
    const mirror = pulled(reading())
    const before = only(mirror)
    expect(taken(mirror, unreadable(), unreadable())).toEqual(['conflict order_id', 'standing'])
    expect(only(mirror)).toEqual({ ...before, conflict: true })
    expect(mirror.orders.conflicts()).toMatchObject([{ theirs: { order_id: 'kind=999' } }])
  })

  test.each([
    ['as it was', {}],
    ['changed', { totalYen: 1000 }],
  ])('is none any more once it can be read again: %s', (_, changes) => {
    const mirror = pulled(reading())
    taken(mirror, unreadable())
    taken(mirror, reading(changes))
    expect(only(mirror)).toMatchObject({ conflict: false, ...changes })
  })

  test('takes nothing away from a conflict that stands', () => {
    const mirror = sold()
    taken(mirror, reading({ paymentId: '7777' }), unreadable())
    expect(mirror.orders.conflicts()).toMatchObject([{ theirs: { payment_id: '7777' } }])
    expect(taken(mirror, reading({ paymentId: '7777' }))).toEqual(['standing'])
    expect(mirror.orders.conflicts()).toMatchObject([{ theirs: { payment_id: '7777' } }])
    expect(Object.keys(mirror.orders.conflicts()[0]?.theirs ?? {})).not.toContain('order_id')
  })
})
