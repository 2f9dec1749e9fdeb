// Reads a row of EC-CUBE as an order of the mirror. Source: the places where both products keep their fields, with
// their pitfalls.
import type { ImportRow } from '../../src/domain/shop.js'
import { LAYOUTS, type RawOrder } from '../../src/shop/layouts.js'
import { readingOf } from '../../src/shop/order-rows.js'
import { describe, expect, it } from 'vitest'

const RAW: RawOrder = {
  order_id: '852',
  ordered_at: '2026-11-20T11:50:00',
  name01: 'ペイジェント',
  name02: '太郎',
  total: '1733',
  shipped_at: null,
  order_status: '1',
  payment_id: '9852',
  payment_status: '20',
  method: '100_2',
  kind: '',
  error_text: 'エラー<br />',
}

const ORDER: ImportRow = {
  orderId: '852',
  method: 'carrier',
  carrier: 'au',
  totalYen: 1733,
  paymentId: '9852',
  status: '20',
  tradingId: '852',
  kind: '',
  customerName: 'ペイジェント 太郎',
  shippedAt: null,
  orderedAt: '2026-11-20T11:50:00+09:00',
  orderStatus: '新規受付',
}

const read = (changes: Partial<RawOrder> = {}, product: keyof typeof LAYOUTS = 'eccube2') =>
  readingOf({ ...RAW, ...changes }, LAYOUTS[product])

describe('a row', () => {
  it('is an order, and is kept as it was read', () => {
    const asRead = { kind: '', paymentId: '9852', status: '20', totalYen: 1733 }
    expect(read()).toEqual({ type: 'order', row: ORDER, asRead, errorText: 'エラー<br />' })
  })

  it.each([
    [{ method: '020' }, { method: 'credit', carrier: null }],
    [{ method: '100_1' }, { carrier: 'docomo' }],
    [{ method: '100_3' }, { carrier: 'softbank' }],
    [{ total: '1733.00' }, { totalYen: 1733 }],
    [{ total: '0' }, { totalYen: 0 }],
    [{ kind: null }, { kind: '' }],
    [{ kind: '020' }, { kind: '020' }],
    [{ kind: '0201' }, { kind: '0201' }],
    [{ kind: '0291' }, { kind: '0291' }],
    [{ kind: '103' }, { kind: '103' }],
    [{ payment_id: null }, { paymentId: null }],
    [{ payment_id: '' }, { paymentId: null }],
    [{ payment_id: '0900' }, { paymentId: '900' }],
    [{ payment_id: '00' }, { paymentId: '0' }],
    [{ payment_id: '123456789012345678' }, { paymentId: '123456789012345678' }],
    [{ payment_status: null }, { status: null }],
    [{ payment_status: '' }, { status: null }],
    [{ name02: null }, { customerName: 'ペイジェント' }],
    [{ name01: '' }, { customerName: '太郎' }],
    [{ name01: null, name02: null }, { customerName: '' }],
    [{ shipped_at: '2026-11-21T00:00:00' }, { shippedAt: '2026-11-21T00:00:00+09:00' }],
    [{ shipped_at: '0000-00-00T00:00:00' }, { shippedAt: null }],
    [{ order_status: '5' }, { orderStatus: '発送済み' }],
    [{ order_status: '2' }, { orderStatus: '入金待ち' }],
    [{ order_status: '42' }, { orderStatus: '42' }],
    [{ order_status: null }, { orderStatus: '' }],
  ] as [Partial<RawOrder>, Partial<ImportRow>][])('%j is %j', (changes, expected) => {
    expect(read(changes)).toMatchObject({ type: 'order', row: { ...ORDER, ...expected } })
  })

  it('without a time of its own says nothing of it', () => {
    for (const ordered_at of [null, '0000-00-00T00:00:00']) {
      const reading = read({ ordered_at })
      expect(reading.type === 'order' && 'orderedAt' in reading.row).toBe(false)
    }
  })

  it.each([
    ['eccube2', '3', 'キャンセル'],
    ['eccube4', '3', '注文取消し'],
    ['eccube2', '4', '取り寄せ中'],
    ['eccube4', '4', '対応中'],
    ['eccube4', '9', '返品'],
  ] as const)('%s calls %s %s', (product, number, name) => {
    expect(read({ order_status: number }, product)).toMatchObject({ row: { orderStatus: name } })
  })

  it('keeps null and blank apart in what was read', () => {
    expect(read({ payment_id: '0900' })).toMatchObject({ asRead: { paymentId: '0900' }, row: { paymentId: '900' } })
    expect(read({ kind: null, payment_id: '', payment_status: null })).toMatchObject({
      asRead: { kind: null, paymentId: '', status: null },
      row: { kind: '', paymentId: null, status: null },
    })
  })
})

describe('a value that cannot be', () => {
  it.each([
    ['method', null, { method: null }],
    ['method', '104_1', { method: '104_1' }],
    ['method', 'toString', { method: 'toString' }],
    ['total', null, { total: null }],
    ['total', '', { total: '' }],
    ['total', '-1', { total: '-1' }],
    ['total', '1733.50', { total: '1733.50' }],
    ['total', '1,733', { total: '1,733' }],
    ['total', '1e3', { total: '1e3' }],
    ['total', '1234567890123', { total: '1234567890123' }],
    ['payment_id', '12a', { payment_id: '12a' }],
    ['payment_id', ' 12', { payment_id: ' 12' }],
    ['payment_id', '1234567890123456789', { payment_id: '1234567890123456789' }],
    ['payment_status', '2', { payment_status: '2' }],
    ['payment_status', '200', { payment_status: '200' }],
    ['kind', '999', { kind: '999' }],
    ['kind', ' ', { kind: ' ' }],
    ['ordered_at', 'yesterday', { ordered_at: 'yesterday' }],
    ['shipped_at', '2026-11-21', { shipped_at: '2026-11-21' }],
  ] as [string, string | null, Partial<RawOrder>][])('%s: %j', (field, value, changes) => {
    expect(read(changes)).toEqual({ type: 'unreadable', orderId: '852', field, value: value ?? '' })
  })
})
