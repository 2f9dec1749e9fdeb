// Tests which orders `--all` takes, which it counts by their reason, which of them soon expire on hold, and which a refund
// asks Paygent about before its yen are worked out.
import { mustAsk, searchAll } from '../../src/batch/prepare.js'
import type { OrderFilter } from '../../src/domain/chosen.js'
import type { Operation, Order } from '../../src/domain/order.js'
import type { OrderStore } from '../../src/ports.js'
import { HOLD, order, rules } from '../domain/order-fixture.js'
import { describe, expect, it } from 'vitest'

describe('--all', () => {
  const OLD = { orderedAt: '2026-09-26T11:50:00+09:00' } as const
  const rows = {
    '1': {},
    '2': { hold: HOLD },
    '3': { hold: HOLD, ...OLD },
    '4': { attention: true, ...OLD },
    '5': { malformed: true },
    '6': { malformed: true },
    '7': { status: '40', kind: '022', kindByUs: true },
    '8': { orderStatus: 'キャンセル' },
    '9': OLD,
  } as const satisfies Record<string, Partial<Order>>

  function found(operation: Operation) {
    const asked: OrderFilter[] = []
    const listed = Object.entries(rows).map(([orderId, changes]) => order({ orderId, tradingId: orderId, ...changes }))
    const store: Pick<OrderStore, 'list'> = {
      list: (filter) => {
        asked.push(filter)
        return listed
      },
    }
    const all = searchAll(store as OrderStore, { search: '太郎' }, operation, rules())
    return {
      asked,
      taken: all.orders.map(({ orderId }) => orderId),
      left: Object.fromEntries(all.left),
      ending: all.endingOnHold.map(({ orderId }) => orderId),
    }
  }

  it('takes what expires first, counts the others by reason, and names those on hold that soon expire', () => {
    expect(found('sale')).toEqual({
      asked: [{ search: '太郎', sendable: 'sale' }],
      taken: ['9', '1'],
      left: { 'on-hold': 2, attention: 1, malformed: 2, 'cancelled-order': 1 },
      ending: ['3'],
    })
  })

  it('lists what may be cancelled without the sale’s own filter', () => {
    expect(found('cancel').asked).toEqual([{ search: '太郎' }])
  })
})

describe('a refund asks Paygent about', () => {
  const sold = { status: '40', kind: '022', kindByUs: true } as const
  const known = { heldAmountAt: '2026-11-23T19:00:00+09:00' } as const
  const rows: readonly [string, Partial<Order>, boolean][] = [
    ['a sale that it may lower', { ...sold, ...known, method: 'carrier', carrier: 'docomo', kind: '101' }, true],
    ['a sale of less than the yen that are to stay', { ...sold, heldAmountYen: 300 }, true],
    ['an order that is not sold by what Paygent said last', {}, true],
    ['one that was given back', { status: '60' }, true],
    ['one in transit', { status: '34' }, true],
    ['one without a known payment', { ...sold, paymentId: null }, true],
    ['one whose held amount nobody has told', { ...sold, heldAmountYen: null, heldAmountAt: null }, true],
    ['not one that waits for a person', { ...sold, attention: true }, false],
    ['not one with an open request', { ...sold, openAttempt: true }, false],
    ['not one on hold', { ...sold, hold: HOLD }, false],
  ]
  it.each(rows)('%s', (_, changes, asks) => {
    const refund = rules({ single: true, refundToYen: 500 })
    expect(mustAsk(order(changes), 'sale', refund, false)).toBe(asks)
  })
})
