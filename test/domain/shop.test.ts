// Tests the values written to the shop for an order's attempts, and the recognition of a changed row. Source: the
// values that the shop's module writes back.
import { describe, expect, it } from 'vitest'
import type { Order } from '../../src/domain/order.js'
import {
  asciiErrorText,
  hasMissedNotice,
  holdsByError,
  type ImportRow,
  NOT_TAKEN,
  orderOfRow,
  ordersOfRows,
  PUSH_CONFLICTS,
  PUSH_TROUBLE,
  sameShopRow,
  SHOP_DETAIL,
  tellingOf,
  type ShopRow,
  type ShopWrite,
  type Telling,
  type UnreportedAttempt,
  type UnreportedOrder,
} from '../../src/domain/shop.js'
import { order } from './order-fixture.js'

const AS_READ: ShopRow = { kind: null, paymentId: '91', status: '20', totalYen: 1_000 }

const attempt = (changes: Partial<UnreportedAttempt> = {}): UnreportedAttempt => ({
  attemptId: 1,
  outcome: 'accepted',
  telegram: '101',
  kind: '',
  paymentId: '91',
  newPaymentId: null,
  code: null,
  detail: null,
  ...changes,
})

const refused = (changes: Partial<UnreportedAttempt> = {}): UnreportedAttempt =>
  attempt({ outcome: 'rejected', code: '7003', detail: '受付時間外です。', ...changes })

const REFUSED_TEXT = 'エラー詳細 : 受付時間外です。エラーコード7003'

const untold = (attempts: readonly UnreportedAttempt[], changes: Partial<UnreportedOrder> = {}): UnreportedOrder => ({
  orderId: '1',
  kind: '101',
  paymentId: '91',
  hasOpenOutcome: false,
  attention: false,
  conflict: false,
  asRead: AS_READ,
  attempts,
  ...changes,
})

const writing = (accepted: ShopWrite['accepted'], errorText = ''): Telling => ({
  type: 'write',
  write: { orderId: '1', guard: { kind: null, paymentId: '91' }, accepted, errorText },
})

const SUPERSEDED: Telling = { type: 'superseded' }
const SOLD = { kind: '101', paymentId: '91' } as const

describe('what the shop is told', () => {
  const cases: [string, UnreportedOrder, Telling][] = [
    ['accepted', untold([attempt()]), writing(SOLD)],
    [
      'accepted, and the shop writes the id with a zero more: its text is guarded and kept',
      untold([attempt()], { asRead: { ...AS_READ, paymentId: '0091' } }),
      {
        type: 'write',
        write: {
          orderId: '1',
          guard: { kind: null, paymentId: '0091' },
          accepted: { kind: '101', paymentId: '0091' },
          errorText: '',
        },
      },
    ],
    [
      'a correction made another payment: nothing of the old text is left',
      untold([attempt({ telegram: '029', newPaymentId: '92' })], {
        kind: '029',
        paymentId: '92',
        asRead: { ...AS_READ, paymentId: '0091' },
      }),
      {
        type: 'write',
        write: {
          orderId: '1',
          guard: { kind: null, paymentId: '0091' },
          accepted: { kind: '029', paymentId: '92' },
          errorText: '',
        },
      },
    ],
    ['refused: the error text alone', untold([refused()], { kind: '' }), writing(null, REFUSED_TEXT)],
    [
      'accepted, and the next request refused',
      untold([attempt(), refused({ telegram: '102', kind: '101' })]),
      writing(SOLD, REFUSED_TEXT),
    ],
    ['refused, then accepted: no error is left', untold([refused(), attempt()]), writing(SOLD)],
    [
      'refused twice: the last word',
      untold([refused({ code: '1' }), refused()], { kind: '' }),
      writing(null, REFUSED_TEXT),
    ],
    [
      'sold and cancelled',
      untold([attempt(), attempt({ telegram: '102', kind: '101' })], { kind: '102' }),
      writing({ kind: '102', paymentId: '91' }),
    ],
    [
      'a correction with a payment of its own',
      untold([attempt({ telegram: '029', newPaymentId: '92' })], { kind: '029', paymentId: '92' }),
      writing({ kind: '029', paymentId: '92' }),
    ],
    [
      'two corrections, each with a payment of its own',
      untold(
        [
          attempt({ telegram: '029', newPaymentId: '92' }),
          attempt({ telegram: '029', kind: '029', paymentId: '92', newPaymentId: '93' }),
        ],
        { kind: '029', paymentId: '93' },
      ),
      writing({ kind: '029', paymentId: '93' }),
    ],
    [
      'a correction, and the cancellation of the new payment refused: the new payment all the same',
      untold(
        [attempt({ telegram: '103', newPaymentId: '92' }), refused({ telegram: '102', kind: '103', paymentId: '92' })],
        { kind: '103', paymentId: '92' },
      ),
      writing({ kind: '103', paymentId: '92' }, REFUSED_TEXT),
    ],
  ]
  it.each(cases)('%s', (_, order, expected) => expect(tellingOf(order)).toEqual(expected))

  it.each([
    ['both', '受付時間外です。', '7003', REFUSED_TEXT],
    ['no detail', null, '7003', 'エラー詳細 : エラーコード7003'],
    ['no code', '受付時間外です。', null, 'エラー詳細 : 受付時間外です。エラーコード'],
    ['neither', null, null, 'エラー詳細 : エラーコード'],
  ])('words the error as the module does: %s', (_, detail, code, errorText) => {
    expect(tellingOf(untold([refused({ detail, code })], { kind: '' }))).toEqual(writing(null, errorText))
  })

  it('guards by the row as it was read, whatever the mirror has made of it', () => {
    const asRead = { ...AS_READ, kind: '020', paymentId: null }
    expect(tellingOf(untold([attempt()], { asRead }))).toMatchObject({
      write: { guard: { kind: '020', paymentId: null } },
    })
  })
})

describe('020, a changed authorisation, counts as none', () => {
  it.each([
    ['020', ''],
    ['', '020'],
    ['020', '020'],
  ] as const)('planned with %j, now %j', (planned, now) => {
    expect(tellingOf(untold([refused({ kind: planned })], { kind: now }))).toEqual(writing(null, REFUSED_TEXT))
  })
})

describe('an order that has moved on by somebody else is told no more', () => {
  const cases: [string, UnreportedOrder][] = [
    ['the mirror has taken another request', untold([attempt()], { kind: '102' })],
    ['the mirror has taken that there was none', untold([attempt()], { kind: '' })],
    ['another payment', untold([attempt()], { paymentId: '99' })],
    ['no payment', untold([attempt()], { paymentId: null })],
    ['refused, and sold in the shop since', untold([refused()], { kind: '101' })],
    ['refused, and paid anew since', untold([refused()], { kind: '', paymentId: '99' })],
    ['a correction whose new payment was left', untold([attempt({ newPaymentId: '92' })])],
    ['accepted, refused, and moved', untold([attempt(), refused({ kind: '101' })], { kind: '103' })],
  ]
  it.each(cases)('%s', (_, order) => expect(tellingOf(order)).toEqual(SUPERSEDED))
})

describe('nothing unknown is told', () => {
  const moved = { kind: '102', asRead: null } as const
  it.each([
    [{ hasOpenOutcome: true }, { type: 'waits', why: 'unsettled' }],
    [{ conflict: true }, { type: 'waits', why: 'conflict' }],
    [
      { hasOpenOutcome: true, conflict: true },
      { type: 'waits', why: 'unsettled' },
    ],
    [
      { hasOpenOutcome: true, ...moved },
      { type: 'waits', why: 'unsettled' },
    ],
    [
      { conflict: true, ...moved },
      { type: 'waits', why: 'conflict' },
    ],
    [{ asRead: null }, { type: 'never-read' }],
    [moved, { type: 'never-read' }],
  ] as [Partial<UnreportedOrder>, Telling][])('%j', (changes, expected) => {
    expect(tellingOf(untold([attempt()], changes))).toEqual(expected)
  })
})

it.each(['0201', '0291'])('nothing is written over a change that is under way in the shop: %s', (kind) => {
  const order = untold([attempt()], { asRead: { ...AS_READ, kind } })
  expect(tellingOf(order)).toEqual({ type: 'waits', why: 'conflict' })
})

it('a request of the staff’s own is never written over', () => {
  const theirs = untold([attempt()], { asRead: { ...AS_READ, kind: '102' } })
  expect(tellingOf(theirs)).toEqual({ type: 'waits', why: 'conflict' })
  // Cut off after the first of two: what stands there is ours.
  const ours = untold([attempt(), attempt({ telegram: '102', kind: '101' })], {
    kind: '102',
    asRead: { ...AS_READ, kind: '101' },
  })
  expect(tellingOf(ours).type).toBe('write')
})

describe('a notice that the shop has dropped', () => {
  const SOLD_CARD = { kind: '022', status: '20', orderStatus: '新規受付' } as const
  const CANCELLED_CARD = { kind: '023', status: '40', orderStatus: '入金済み' } as const
  const cases: [string, Partial<Order>, string | null, boolean][] = [
    ['a sale that EC-CUBE 4 does not show', SOLD_CARD, '20', true],
    ['a sale that EC-CUBE 2 does not show', { ...SOLD_CARD, orderStatus: '入金待ち' }, '20', true],
    ['a corrected sale taken for a cancel', { kind: '029', status: '40', orderStatus: 'キャンセル' }, '32', true],
    ['a refund taken for a cancel', { kind: '029', status: '40', orderStatus: '注文取消し' }, '60', true],
    ['a sale that the shop shows', { ...SOLD_CARD, orderStatus: '入金済み' }, '40', false],
    ['a sale whose notice it has taken, and staff have put it back', SOLD_CARD, '40', false],
    ['a completed sale whose first notice it has dropped', { ...SOLD_CARD, kind: '103', status: '44' }, '44', true],
    ['a completed sale that it shows', { kind: '101', status: '44', orderStatus: '入金済み' }, '44', false],
    ['a sale that staff have seen to', { ...SOLD_CARD, orderStatus: '発送済み' }, '20', false],
    ['a sale with a 対応状況 of the shop', { ...SOLD_CARD, orderStatus: '10:出荷待ち' }, '20', false],
    ['a shop that has never taken a notice', SOLD_CARD, null, false],
    ['the same in EC-CUBE 2', SOLD_CARD, '', false],
    ['no request', { ...SOLD_CARD, kind: '' }, '20', false],
    ['a cancel that the shop does not show', CANCELLED_CARD, '40', true],
    ['a release that it does not show', { kind: '021', status: '20', orderStatus: '入金待ち' }, '20', true],
    ['a cancel that it shows', { ...CANCELLED_CARD, orderStatus: '注文取消し' }, '60', false],
    ['a cancel that staff have seen to', { ...CANCELLED_CARD, orderStatus: '返品' }, '40', false],
    ['a sale that was cancelled at Paygent Online', { ...SOLD_CARD, status: '60' }, '60', false],
    ['a change under way', { ...SOLD_CARD, kind: '0291' }, '20', false],
  ]

  it.each(cases)('%s', (_, changes, heard, missed) => {
    expect(hasMissedNotice(order({ statusOrigin: 'shop', ...changes }), heard)).toBe(missed)
  })
})

describe('the same row', () => {
  it('is one of which nothing has moved', () => expect(sameShopRow(AS_READ, { ...AS_READ })).toBe(true))

  it.each([
    ['kind', { kind: '101' }],
    ['kind, where none is not the same as blank', { kind: '' }],
    ['payment id', { paymentId: '92' }],
    ['payment id gone', { paymentId: null }],
    ['status', { status: '40' }],
    ['status gone', { status: null }],
    ['total', { totalYen: 999 }],
  ] as [string, Partial<ShopRow>][])('is another by its %s', (_, changes) => {
    expect(sameShopRow(AS_READ, { ...AS_READ, ...changes })).toBe(false)
    expect(sameShopRow({ ...AS_READ, ...changes }, AS_READ)).toBe(false)
  })
})

it.each([
  [REFUSED_TEXT, 'Error code 7003'],
  ['エラー詳細 : エラーコードP010', 'Error code P010'],
  ['エラー詳細 : ', 'Error code'],
  ['エラー詳細 : エラーコードP010で', 'Error code'],
  ['', ''],
  ['Error code P010', 'Error code P010'],
])('a database without Japanese has %j as %j', (text, plain) => expect(asciiErrorText(text)).toBe(plain))

describe('an error text that this tool did not write holds the order', () => {
  it.each(['029', '020'])('after a change, %s', (kind) => {
    expect(holdsByError(kind, 'エラー')).toBe(true)
    for (const none of [null, '', ' ', '　\n']) expect(holdsByError(kind, none)).toBe(false)
  })

  it.each([null, '', '022', '101', '103', '0201', '0291'])('and not after %j', (kind) => {
    expect(holdsByError(kind, 'エラー')).toBe(false)
  })
})

it('results after which the shop still differs', () => {
  expect(PUSH_CONFLICTS).toEqual(['conflict', 'moved', 'never-read'])
  expect(PUSH_TROUBLE).toEqual(['conflict', 'moved', 'never-read', 'gone', 'failed'])
  expect([SHOP_DETAIL, NOT_TAKEN]).toEqual(['shop: ', 'not-taken'])
})

describe('a row without any request', () => {
  const row: ImportRow = {
    orderId: '852',
    method: 'credit',
    totalYen: 1000,
    carrier: null,
    paymentId: '12345678',
    status: '20',
  }
  const untold = {
    listedAmountYen: null,
    heldAmountYen: null,
    heldAmountAt: null,
    shippedAt: null,
    statusPaymentId: null,
  } as const

  it('that has only what is necessary', () => {
    expect(orderOfRow(row)).toEqual(
      order({ ...untold, orderedAt: '', customerName: '', orderStatus: '', shippingTold: false }),
    )
  })

  it('that has everything', () => {
    const more = {
      tradingId: 'T1',
      kind: '022',
      orderedAt: '2026-11-20T11:50:00+09:00',
      customerName: '山田 花子',
      listedAmountYen: 900,
      shippedAt: '2026-11-21T09:00:00+09:00',
      orderStatus: '発送済み',
    } as const
    const carrier = { method: 'carrier', carrier: 'au', status: null, paymentId: null } as const
    expect(orderOfRow({ ...row, ...more })).toEqual(order({ ...untold, ...more }))
    expect(orderOfRow({ ...row, ...more, ...carrier })).toEqual(order({ ...untold, ...more, ...carrier }))
    expect(orderOfRow({ ...row, shippedAt: null }).shippingTold).toBe(true)
  })

  it('and those of a whole file', () => {
    expect(ordersOfRows([row, { ...row, orderId: '853' }]).map(({ orderId }) => orderId)).toEqual(['852', '853'])
  })
})

it('a row that has the kind of any of our requests, before or after it, is not the staff’s own', () => {
  const two = [attempt(), attempt({ telegram: '102', kind: '101' })]
  for (const kind of ['101', '102', '', null]) {
    expect([kind, tellingOf(untold(two, { kind: '102', asRead: { ...AS_READ, kind } })).type]).toEqual([kind, 'write'])
  }
  const again = [attempt({ telegram: '103', kind: '022' })]
  expect(tellingOf(untold(again, { kind: '103', asRead: { ...AS_READ, kind: '022' } })).type).toBe('write')
  expect(tellingOf(untold(again, { kind: '103', asRead: { ...AS_READ, kind: '029' } })).type).toBe('waits')
})
