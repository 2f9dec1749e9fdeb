import type { Operation, Order } from '../../src/domain/order.js'
import { type BlockContext, blockOf, markOf, permit } from '../../src/domain/permit.js'
import { HOLD, NOW_MS, order, rules } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

const HOUR_MS = 3_600_000
const context = (more: Partial<BlockContext> = {}): BlockContext => ({
  includeCancelled: false,
  afterUnknown: false,
  statuses: [],
  nowMs: NOW_MS,
  ...more,
})
const reasonOf = (subject: Order, operation: Operation = 'sale', more: Partial<BlockContext> = {}): string =>
  blockOf(subject, operation, context(more))?.reason ?? 'none'

/** Each fence alone, the strongest first: what a person or Paygent must settle comes before what the shop says. */
const FENCES = [
  ['open-attempt', { openAttempt: true }],
  ['attention', { attention: true }],
  ['on-hold', { hold: HOLD }],
  ['conflict', { conflict: true }],
  ['no-payment', { paymentId: null, tradingId: '' }],
  ['duplicate-payment', { duplicatePayment: true }],
  ['cancelled-order', { orderStatus: 'キャンセル' }],
  ['opposite-too-soon', { notProcessed: { operation: 'cancel', atMs: NOW_MS - HOUR_MS } }],
] as const satisfies readonly (readonly [string, Partial<Order>])[]

it('lets an ordinary order through', () => {
  expect(blockOf(order(), 'sale', context())).toBeNull()
  expect(blockOf(order(), 'cancel', context())).toBeNull()
})

describe.each(FENCES)('%s', (reason, state) => {
  it('holds the order back and is what permit answers', () => {
    expect(reasonOf(order(state))).toBe(reason)
    const answer = permit(order(state), 'sale', rules())
    expect(answer).toMatchObject({ verdict: 'refused', reason })
  })

  it('holds whatever else would fit, and comes before the payment status', () => {
    for (const status of [null, '20', '40', '60', '77']) {
      const answer = permit(order({ ...state, status, kind: '0201' }), 'sale', rules({ single: true }))
      expect(answer).toMatchObject({ verdict: 'refused', reason })
    }
  })
})

it.each(FENCES.slice(0, 7))('%s holds back a cancel too', (reason, state) => {
  // An order that the shop has cancelled is released while authorised, and paid back only by a person's word.
  expect(reasonOf(order({ ...state, status: '40' }), 'cancel')).toBe(reason)
})

const PAIRS = FENCES.flatMap(([reason, state], index) =>
  FENCES.slice(index + 1).map(([weaker, weakerState]) => [reason, weaker, { ...weakerState, ...state }] as const),
)
it.each(PAIRS)('%s is named before %s', (reason, _weaker, state) => {
  expect(reasonOf(order(state))).toBe(reason)
})

describe('対応状況', () => {
  it.each([
    'キャンセル',
    '注文取消し',
    '返品',
    ' キャンセル ',
    'ｷｬﾝｾﾙ',
    '3:キャンセル',
    '3',
    '３',
    '03',
    '9',
    '削除済み',
  ])('a sale, and a refund, of %s need --include-cancelled', (orderStatus) => {
    for (const [operation, status] of [
      ['sale', '20'],
      ['sale', null],
      ['cancel', '40'],
      ['cancel', '44'],
      ['cancel', '30'],
    ] as const) {
      expect(reasonOf(order({ orderStatus, status }), operation)).toBe('cancelled-order')
      expect(reasonOf(order({ orderStatus, status }), operation, { includeCancelled: true })).toBe('none')
    }
  })

  const MAPPED = [{ number: null, name: '出荷後キャンセル', meaning: 'cancelled' }] as const
  it.each(['キャンセル', '注文取消し', '返品', 'ｷｬﾝｾﾙ', '3:キャンセル', '出荷後キャンセル'])(
    'what is authorised for %s is released without a switch',
    (orderStatus) => {
      for (const status of ['20', '21', null]) {
        expect(reasonOf(order({ orderStatus, status }), 'cancel', { statuses: MAPPED })).toBe('none')
      }
      // Its sale was corrected, or a request was accepted before: Paygent calls it authorised again all the same.
      for (const kind of ['022', '029', '101', '103', '021'] as const) {
        const again = order({ orderStatus, kind, status: '20', statusOrigin: 'paygent' })
        expect(reasonOf(again, 'cancel', { statuses: MAPPED })).toBe('cancelled-order')
      }
      expect(reasonOf(order({ orderStatus, kind: '0201' }), 'cancel', { statuses: MAPPED })).toBe('cancelled-order')
      expect(markOf(order({ orderStatus }), 'cancel', context({ statuses: MAPPED }))).toBeNull()
    },
  )

  it.each(['3', '9', '０３', '削除済み'])('%s alone releases nothing', (orderStatus) => {
    expect(reasonOf(order({ orderStatus }), 'cancel')).toBe('cancelled-order')
    expect(reasonOf(order({ orderStatus }), 'cancel', { includeCancelled: true })).toBe('none')
  })

  it.each([
    'キャンセル待ち',
    'キャンセル済み',
    '注文ｷｬﾝｾﾙ',
    '注文キヤンセル',
    '取消',
    '返金済み',
    '3:取り消し依頼',
    '10:返品受付',
  ])('%s sounds cancelled: no sale, and a cancel only of a person who named it', (orderStatus) => {
    expect(reasonOf(order({ orderStatus }))).toBe('cancelled-order')
    expect(reasonOf(order({ orderStatus }), 'sale', { includeCancelled: true })).toBe('none')
    expect(reasonOf(order({ orderStatus }), 'cancel')).toBe('none')
    expect(markOf(order({ orderStatus }), 'cancel', context())).toBe('unknown-status')
    expect(markOf(order({ orderStatus }), 'sale', context())).toBeNull()
  })

  it.each(['決済処理中', '購入処理中', '決済処理中　', '7', '8'])(
    '%s is unfinished: --include-cancelled does not help',
    (orderStatus) => {
      for (const includeCancelled of [false, true]) {
        expect(reasonOf(order({ orderStatus }), 'sale', { includeCancelled })).toBe('cancelled-order')
        expect(reasonOf(order({ orderStatus }), 'cancel', { includeCancelled })).toBe('cancelled-order')
      }
    },
  )

  it.each(['新規受付', '入金待ち', '入金済み', '取り寄せ中', '発送済み', '対応中', '1', '6', '5:発送済み'])(
    '%s holds nothing back',
    (orderStatus) => {
      for (const operation of ['sale', 'cancel'] as const) {
        expect(reasonOf(order({ orderStatus }), operation)).toBe('none')
        expect(markOf(order({ orderStatus }), operation, context())).toBeNull()
      }
    },
  )

  it.each(['', '33', '10', '店舗保留', '8:出荷準備中'])('%s is left to a person, and marked', (orderStatus) => {
    for (const operation of ['sale', 'cancel'] as const) {
      expect(reasonOf(order({ orderStatus }), operation)).toBe('none')
      expect(markOf(order({ orderStatus }), operation, context())).toBe('unknown-status')
    }
  })

  it.each([
    ['sale', { status: '32' }, 'status 32'],
    ['sale', { status: '33' }, 'status 33'],
    ['sale', { status: '60' }, 'status 60'],
    ['sale', { status: '62' }, 'status 62'],
    ['sale', { status: '40', kind: '022', kindByUs: true }, 'already 40'],
    ['sale', { status: '30' }, 'cancelled-order 返品'],
    ['sale', { status: '20' }, 'cancelled-order 返品'],
    ['sale', { status: null }, 'cancelled-order 返品'],
    ['sale', { status: '20', totalYen: 2_000 }, 'cancelled-order 返品'],
    ['sale', { status: '32', kind: '0201' }, 'cancelled-order 返品'],
    ['sale', { status: '32', orderStatus: '購入処理中' }, 'cancelled-order unfinished'],
    ['cancel', { status: '33' }, 'status 33'],
    ['cancel', { status: '41' }, 'status 41'],
    ['cancel', { status: '60', kind: '023', kindByUs: true }, 'already 60'],
    ['cancel', { status: '40' }, 'cancelled-order 返品'],
    ['cancel', { status: '40', method: 'carrier', carrier: 'docomo' }, 'status 40'],
    ['cancel', { status: '44', method: 'carrier', carrier: 'docomo' }, 'cancelled-order 返品'],
  ] as const)('a %s of %j: the switch is named only where it would help: %s', (operation, state, said) => {
    const [off, on] = [false, true].map((includeCancelled) =>
      permit(order({ orderStatus: '返品', ...state }), operation, rules({ includeCancelled })),
    )
    expect(off?.verdict === 'refused' && `${off.reason} ${off.about}`).toBe(said)
    if (!said.startsWith('cancelled-order')) expect(on).toEqual(off)
  })

  it('--include-cancelled opens no other fence', () => {
    for (const [reason, state] of FENCES.filter(([name]) => name !== 'cancelled-order')) {
      expect(reasonOf(order(state), 'sale', { includeCancelled: true })).toBe(reason)
    }
  })
})

describe('the opposite of a request that was not processed', () => {
  const after = (operation: Operation, ms: number): Order => order({ notProcessed: { operation, atMs: NOW_MS - ms } })

  it('waits 24 hours', () => {
    expect(reasonOf(after('sale', 0), 'cancel')).toBe('opposite-too-soon')
    expect(reasonOf(after('sale', 24 * HOUR_MS - 1), 'cancel')).toBe('opposite-too-soon')
    expect(reasonOf(after('sale', 24 * HOUR_MS + 1), 'cancel')).toBe('none')
    expect(reasonOf(after('cancel', 24 * HOUR_MS - 1), 'sale')).toBe('opposite-too-soon')
    expect(reasonOf(after('cancel', 24 * HOUR_MS + 1), 'sale')).toBe('none')
  })

  it('or goes with --after-unknown, which opens no other fence', () => {
    expect(reasonOf(after('sale', 0), 'cancel', { afterUnknown: true })).toBe('none')
    for (const [reason, state] of FENCES.slice(0, 6)) {
      expect(reasonOf(order(state), 'sale', { afterUnknown: true })).toBe(reason)
    }
  })

  it('the same request may go again at once', () => {
    expect(reasonOf(after('sale', 0), 'sale')).toBe('none')
    expect(reasonOf(after('cancel', 0), 'cancel')).toBe('none')
  })

  it('waits also when the clock was set back', () => {
    expect(reasonOf(after('sale', -HOUR_MS), 'cancel')).toBe('opposite-too-soon')
    // Stored by a clock that was a year ahead: it does not show that a day is over.
    expect(reasonOf(after('sale', -365 * 24 * HOUR_MS), 'cancel')).toBe('opposite-too-soon')
  })
})
