// Tests whether an order's total may be changed here: docs/rules.md#amount-correction.
import type { Order } from '../../src/domain/order.js'
import { amendable } from '../../src/domain/permit.js'
import { order } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

const docomo = { method: 'carrier', carrier: 'docomo' } as const
const au = { method: 'carrier', carrier: 'au' } as const

describe('the total of an order', () => {
  const rows: readonly [string, Partial<Order>, string | null, string | null][] = [
    ['authorised', {}, null, null],
    ['authorised and expiring', { ...au, status: '21' }, null, null],
    ['of a status that nobody has told', { status: null }, null, null],
    ['changed in the shop', { kind: '0201' }, 'change-in-shop', null],
    ['with an open request', { openAttempt: true }, 'open-attempt', null],
    ['for a person', { attention: true }, 'attention', null],
    ['in conflict', { conflict: true }, 'conflict', null],
    ['open and for a person', { openAttempt: true, attention: true, conflict: true }, 'open-attempt', null],
    ['sold', { status: '40' }, 'status', '40'],
    ['sold through au', { ...au, status: '44' }, 'status', '44'],
    ['sold through docomo', { ...docomo, status: '40' }, 'status', '40'],
    ['sold through docomo and completed', { ...docomo, status: '44' }, null, null],
    ['cancelled', { status: '60' }, 'status', '60'],
  ]
  it.each(rows)('%s', (_, changes, reason, about) => {
    const refusal = amendable(order(changes))
    expect([refusal?.reason ?? null, refusal?.about ?? null]).toEqual([reason, about])
  })
})
