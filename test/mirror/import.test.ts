import type { ImportRow } from '../../src/domain/shop.js'
import { effectiveStatus } from '../../src/domain/statuses.js'
import { parseOrdersCsv } from '../../src/mirror/csv/csv.js'
import { mirrorWith, NOON, only, open, row, tempPath, told } from './mirrors.js'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const parsed = (...rows: ImportRow[]) => ({ rows, others: [] })
const counts = (added: number, updated: number, unchanged: number) => ({ added, updated, unchanged })

test('the manual’s four orders', () => {
  const mirror = open(tempPath())
  const bytes = readFileSync(new URL('../../fixtures/manual-orders.csv', import.meta.url))
  const orders = parseOrdersCsv(bytes, { path: 'manual-orders.csv', methodNames: new Map() })
  expect(mirror.importOrders(orders, NOON)).toMatchObject(counts(4, 0, 0))
  const shown = mirror.orders
    .list({})
    .map((order) => [order.orderId, order.method, order.carrier, order.totalYen, order.status])
  expect(shown).toEqual([
    ['864', 'credit', null, 1, '20'],
    ['862', 'credit', null, 1, '20'],
    ['853', 'carrier', 'docomo', 1733, '20'],
    ['852', 'carrier', 'au', 1, '20'],
  ])
})

describe('an order that the tool has not touched', () => {
  test('is unchanged when the shop says the same', () => {
    const mirror = mirrorWith([row()])
    const before = only(mirror)
    expect(mirror.importOrders(parsed(row()), NOON)).toMatchObject(counts(0, 0, 1))
    expect(only(mirror)).toEqual(before)
  })

  const changes: [string, Partial<ImportRow>][] = [
    ['total', { totalYen: 1000 }],
    ['name', { customerName: '佐藤 花子' }],
    ['shipping', { shippedAt: '2009-07-01T00:00:00+09:00' }],
    ['order status', { orderStatus: 'キャンセル' }],
    ['status', { status: '40' }],
    ['kind', { kind: '101' }],
    ['carrier', { carrier: 'docomo' }],
    ['listed amount', { listedAmountYen: 2000 }],
    ['payment', { paymentId: '1', status: '21' }],
    ['time', { orderedAt: '2010-01-01T00:00:00+09:00' }],
    ['method', { method: 'credit', carrier: null }],
  ]
  test.each(changes)('takes another %s', (_, change) => {
    const mirror = mirrorWith([row()])
    expect(mirror.importOrders(parsed(row(change)), NOON)).toMatchObject({ ...counts(0, 1, 0), conflicts: [] })
    expect(only(mirror)).toMatchObject(change)
    expect(mirror.importOrders(parsed(row(change)), NOON)).toMatchObject(counts(0, 0, 1))
  })

  test('is found by its new name and no longer by the old one', () => {
    const mirror = mirrorWith([row()])
    mirror.importOrders(parsed(row({ customerName: '佐藤 花子' })), NOON)
    expect(mirror.orders.count({ search: '佐藤' })).toBe(1)
    expect(mirror.orders.count({ search: '太郎' })).toBe(0)
  })

  test('notes the shop’s word of a status that Paygent told first: what it says after that is news', () => {
    const mirror = mirrorWith([row()])
    told(mirror, { status: '40' })
    expect(mirror.importOrders(parsed(row({ status: '40' })), NOON)).toMatchObject(counts(0, 0, 1))
    mirror.importOrders(parsed(row({ status: '20' })), NOON)
    expect(only(mirror)).toMatchObject({ status: '20', statusOrigin: 'shop' })
  })

  test('notes the shop’s word of an amount that Paygent told first', () => {
    const mirror = mirrorWith([row({ listedAmountYen: 2000 })])
    told(mirror)
    expect(only(mirror)).toMatchObject({ heldAmountYen: 1733, listedAmountYen: 2000 })
    expect(mirror.importOrders(parsed(row({ listedAmountYen: 1733 })), NOON)).toMatchObject(counts(0, 0, 1))
    expect(only(mirror).listedAmountYen).toBe(1733)
  })

  test('keeps what Paygent told while the payment is the same', () => {
    const mirror = mirrorWith([row({ carrier: null })])
    told(mirror, { status: '33', amountYen: 2000 })
    expect(mirror.importOrders(parsed(row({ carrier: null, totalYen: 1500 })), NOON)).toMatchObject(counts(0, 1, 0))
    const kept = { status: '33', statusOrigin: 'paygent', heldAmountYen: 2000, carrier: 'au', totalYen: 1500 }
    expect(only(mirror)).toMatchObject(kept)
  })

  test('keeps the payment that Paygent named', () => {
    const mirror = mirrorWith([row({ paymentId: null })])
    told(mirror)
    expect(mirror.importOrders(parsed(row({ paymentId: null })), NOON)).toMatchObject(counts(0, 0, 1))
    expect(only(mirror)).toMatchObject({ paymentId: '9852', heldAmountYen: 1733 })
  })

  test('takes the shop’s word where it has moved on since', () => {
    const mirror = mirrorWith([row()])
    told(mirror, { status: '21' })
    mirror.importOrders(parsed(row({ status: '40', kind: '101' })), NOON)
    expect(only(mirror)).toMatchObject({
      status: '40',
      statusOrigin: 'shop',
      kind: '101',
      kindByUs: false,
      heldAmountYen: null,
    })
  })

  test('begins anew with another payment; the earlier one is kept', () => {
    const mirror = mirrorWith([row()])
    told(mirror, { status: '33', authorizedAt: '2009-06-19T11:50:00+09:00' })
    mirror.importOrders(parsed(row({ paymentId: '7777', status: '20' })), NOON)
    expect(only(mirror)).toMatchObject({
      paymentId: '7777',
      status: '20',
      statusOrigin: 'shop',
      statusPaymentId: null,
      kind: '',
      heldAmountYen: null,
      heldAmountAt: null,
      authorizedAt: null,
      amendedFromYen: null,
      listedAmountYen: 1733,
    })
    const [old] = mirror.orders.payments('852')
    expect(old).toMatchObject({
      paymentId: '9852',
      status: '33',
      heldAmountYen: 1733,
      supersededBy: '7777',
      current: false,
    })
  })

  test('and back again to the earlier payment', () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    mirror.importOrders(parsed(row({ paymentId: '7777' })), NOON)
    mirror.importOrders(parsed(row()), NOON)
    expect(only(mirror)).toMatchObject({ paymentId: '9852', status: '20', statusOrigin: 'shop', heldAmountYen: null })
    expect(mirror.orders.payments('852').map(({ current }) => current)).toEqual([true, false])
  })

  test('and back again after a payment whose id nobody has told', () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    mirror.importOrders(parsed(row({ paymentId: null, tradingId: 'b' })), NOON)
    expect(only(mirror)).toMatchObject({ paymentId: null, tradingId: 'b' })
    expect(mirror.importOrders(parsed(row()), NOON)).toMatchObject(counts(0, 1, 0))
    expect(only(mirror)).toMatchObject({ paymentId: '9852', tradingId: '852', status: '20', heldAmountYen: null })
    expect(mirror.orders.payments('852').map(({ current }) => current)).toEqual([true, false])
    expect(mirror.importOrders(parsed(row()), NOON)).toMatchObject(counts(0, 0, 1))
  })

  test('another trading id without a payment is a new payment too', () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    mirror.importOrders(parsed(row({ paymentId: null, tradingId: '852-2' })), NOON)
    expect(only(mirror)).toMatchObject({ paymentId: null, tradingId: '852-2', heldAmountYen: null })
  })

  test.each([
    ['docomo', '103', '20', '9852', false],
    ['docomo', '103', '40', null, true],
    ['docomo', '101', '20', null, true],
    ['au', '103', '20', null, true],
  ] as const)('%s corrected in the shop, kind %s: status %s is of payment %s', (carrier, kind, status, of, known) => {
    const mirror = mirrorWith([row({ carrier })])
    mirror.importOrders(parsed(row({ carrier, kind, status, paymentId: '7777' })), NOON)
    expect(only(mirror)).toMatchObject({ paymentId: '7777', statusPaymentId: of, kind })
    expect(effectiveStatus(only(mirror)).known).toBe(known)
  })

  test('columns that the source does not have keep what is known', () => {
    const mirror = mirrorWith([row()])
    const { orderId, method, totalYen, carrier } = row()
    const bare = { orderId, method, totalYen, carrier, paymentId: null, status: null }
    const before = only(mirror)
    expect(mirror.importOrders(parsed(bare), NOON + 9)).toMatchObject(counts(0, 0, 1))
    // Whether it was shipped is what 対応状況 says from then on.
    expect(only(mirror)).toEqual({ ...before, shippingTold: false })
  })

  test('a card number in free text is masked, in an id it is left', () => {
    const card = '4111111111111111'
    const mirror = mirrorWith([row({ customerName: card, orderStatus: card, paymentId: card })])
    expect(only(mirror)).toMatchObject({
      customerName: '************1111',
      orderStatus: '************1111',
      paymentId: card,
    })
    expect(mirror.orders.count({ search: '4111' })).toBe(0)
  })
})

test('all or none: one row that cannot be stored takes back the others', () => {
  const mirror = mirrorWith([])
  const impossible = row({ orderId: '9', method: 'credit', carrier: 'au' })
  expect(() => mirror.importOrders(parsed(row(), impossible), NOON)).toThrow('CHECK')
  expect(mirror.orders.count({})).toBe(0)
})
