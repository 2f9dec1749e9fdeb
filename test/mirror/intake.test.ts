// Compares three values: the source's last one, the mirror's, and the source's present one. An unchanged value of the
// source changes nothing again.
import type { MethodValue } from '../../src/domain/method-names.js'
import { parseStatuses } from '../../src/domain/order-status.js'
import type { ImportRow } from '../../src/domain/shop.js'
import type { Connection } from '../../src/mirror/connection.js'
import type { ImportResult } from '../../src/mirror/intake/import.js'
import type { Mirror } from '../../src/mirror/open.js'
import { fact, mirrorWith, NOON, only, prepared, row, settlement, told } from './mirrors.js'
import { pulled, sold as pulledAndSold, reading, requested, taken } from './shop-readings.js'
import { describe, expect, test } from 'vitest'

const COUNTS = ['added', 'updated', 'unchanged', 'standing', 'skippedOtherMethods'] as const

/** `1 updated`, `conflict kind,total`. */
function shortOf({ conflicts, ...counts }: ImportResult): string {
  const some = COUNTS.filter((name) => counts[name] > 0).map((name) => `${counts[name]} ${name}`)
  const others = conflicts.map(({ differences }) => `conflict ${differences.map(({ field }) => field).join()}`)
  return [...some, ...others].join('; ')
}

/** One day's file of one order. */
const day = (mirror: Mirror, changes: Partial<ImportRow> = {}): string =>
  shortOf(mirror.importOrders({ rows: [row(changes)], others: [] }, NOON))

const otherMethod = (mirror: Mirror, method = '代金引換', orderId = '852'): string =>
  shortOf(mirror.importOrders({ rows: [], others: [{ orderId, method }] }, NOON))

const SOLD = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const

function sold(changes: Partial<ImportRow> = {}): Mirror {
  const mirror = mirrorWith([row(changes)])
  told(mirror)
  mirror.journal.settle(settlement(prepared(mirror).attemptId, { effect: SOLD }))
  return mirror
}

/** A corrected sale of ours that made payment 7777. */
function corrected(changes: Partial<ImportRow> = {}): Mirror {
  const mirror = mirrorWith([row({ carrier: 'docomo', ...changes })])
  told(mirror, { carrier: 'docomo', amountYen: 2_000 })
  const effect = { kind: '103', status: '40', heldAmountYen: 1733, newPaymentId: '7777' } as const
  requested(mirror, { effect, newPaymentId: '7777' }, { telegram: '103', request: 'corrected-sale' })
  expect(only(mirror)).toMatchObject({ paymentId: '7777', kind: '103' })
  return mirror
}

/** As a mirror of the version before: nothing is remembered. */
function forget(mirror: Mirror): Mirror {
  const { connection } = mirror.orders as unknown as { connection: Connection }
  connection.write(() => connection.run('UPDATE orders SET csv_reading = NULL'))
  return mirror
}

describe('the shop’s unchanged file, each day after our own sale', () => {
  test('says nothing new', () => {
    const mirror = sold()
    const before = only(mirror)
    expect([day(mirror), day(mirror), day(mirror)]).toEqual(['1 unchanged', '1 unchanged', '1 unchanged'])
    expect(only(mirror)).toEqual(before)
  })

  test('nor does one in which only the shop’s own facts have moved', () => {
    const mirror = sold()
    const shipped = { orderStatus: '発送済み', shippedAt: '2026-11-24T00:00:00+09:00' }
    expect([day(mirror, shipped), day(mirror, shipped)]).toEqual(['1 updated', '1 unchanged'])
    expect(only(mirror)).toMatchObject({ ...shipped, kind: '101', status: '40', conflict: false })
  })

  test('nor does one that lacks columns for a day', () => {
    const mirror = sold()
    const { kind: _kind, tradingId: _trading, ...short } = row({ status: null, paymentId: null })
    expect(shortOf(mirror.importOrders({ rows: [short], others: [] }, NOON))).toBe('1 unchanged')
    expect(day(mirror)).toBe('1 unchanged')
  })

  test('a corrected sale’s new payment is no conflict with the old id', () => {
    const mirror = corrected()
    const before = only(mirror)
    const file = { carrier: 'docomo' } as const
    expect([day(mirror, file), day(mirror, { ...file, status: '60' })]).toEqual(['1 unchanged', '1 unchanged'])
    expect(only(mirror)).toEqual(before)
  })

  test.each([
    ['its kind column', {}],
    ['another status', { status: '32' }],
  ] as const)('nor where nothing is remembered of it: with %s', (_, changes) => {
    const mirror = forget(corrected())
    expect(day(mirror, { carrier: 'docomo', ...changes })).toBe('1 unchanged')
    expect(only(mirror)).toMatchObject({ paymentId: '7777', conflict: false })
  })

  test('a request that staff have sent since is one, on the old id too', () => {
    const mirror = corrected()
    expect(day(mirror, { carrier: 'docomo', kind: '102', status: '60' })).toMatch(/^conflict .*kind/)
  })

  test('without a reading the mirror alone is compared', () => {
    expect(day(forget(sold()))).toMatch(/^conflict kind/)
  })
})

describe('a conflict', () => {
  test('is told once, and stands while its line is unchanged', () => {
    const mirror = sold()
    const changed = { totalYen: 2_000 }
    expect([day(mirror, changed), day(mirror, changed)]).toEqual(['conflict total', '1 standing'])
    expect(only(mirror)).toMatchObject({ totalYen: 1733, conflict: true })
    expect([day(mirror), only(mirror).conflict]).toEqual(['1 unchanged', false])
  })

  test('is told again when the line changes, while the order is not finished', () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    mirror.journal.settle(settlement(prepared(mirror).attemptId, { outcome: 'rejected', code: '7003' }))
    const days = [2_000, 2_000, 3_000].map((totalYen) => day(mirror, { totalYen }))
    expect(days).toEqual(['conflict total', '1 standing', 'conflict total'])
  })

  test('and is not on a finished order', () => {
    const mirror = sold()
    const days = [1_000, 900, 900].map((totalYen) => day(mirror, { totalYen }))
    expect(days).toEqual(['conflict total', '1 standing', '1 standing'])
    expect(mirror.orders.conflicts()).toMatchObject([{ theirs: { total: 900 } }])
    expect(only(mirror).totalYen).toBe(1733)
  })

  test('that a person has ended stays ended while the line says the same', () => {
    const mirror = mirrorWith([row()])
    expect(otherMethod(mirror)).toBe('conflict method')
    mirror.issues.take({
      orderId: '852',
      event: 'settled-by-hand',
      facts: [],
      currentPaymentId: null,
      endsConflict: 'by-a-person',
      attention: null,
      settles: null,
      detail: 'cancelled',
      atMs: NOON,
    })
    expect([otherMethod(mirror), only(mirror)]).toMatchObject(['1 unchanged', { conflict: false, method: 'carrier' }])
    expect(otherMethod(mirror, '銀行振込')).toBe('conflict method')
  })
})

describe('a line that no longer tells what is in dispute', () => {
  const refused = (): Mirror => {
    const mirror = mirrorWith([row()])
    told(mirror)
    mirror.journal.settle(settlement(prepared(mirror).attemptId, { outcome: 'rejected', code: '7003' }))
    return mirror
  }
  const without = (mirror: Mirror, changes: Partial<ImportRow> = {}): string => {
    const { kind: _kind, tradingId: _trading, orderStatus: _status, ...short } = row({ ...changes, paymentId: null })
    return shortOf(mirror.importOrders({ rows: [short], others: [] }, NOON))
  }

  test('leaves another payment in dispute', () => {
    const mirror = refused()
    const another = { paymentId: '9999' }
    expect([day(mirror, another), without(mirror), without(mirror)]).toEqual([
      'conflict payment_id',
      '1 standing',
      '1 standing',
    ])
    expect(mirror.orders.conflicts()).toMatchObject([{ theirs: { payment_id: '9999' } }])
    expect(without(mirror, { totalYen: 2_000 })).toBe('conflict total,payment_id')
    expect([without(mirror), day(mirror), only(mirror).conflict]).toEqual(['conflict payment_id', '1 unchanged', false])
  })

  test('leaves a revival in dispute', () => {
    const mirror = mirrorWith([row({ orderStatus: 'キャンセル' })])
    expect([day(mirror, { orderStatus: '新規受付' }), without(mirror)]).toEqual(['conflict order_status', '1 standing'])
    expect(only(mirror)).toMatchObject({ orderStatus: 'キャンセル', conflict: true })
  })
})

describe('another payment method', () => {
  test('of an order that the mirror does not have is left out', () => {
    expect(otherMethod(mirrorWith([row()]), '代金引換', '853')).toBe('1 skippedOtherMethods')
  })

  test('stands until the line is Paygent’s again', () => {
    const mirror = mirrorWith([row()])
    expect([otherMethod(mirror), otherMethod(mirror)]).toEqual(['conflict method', '1 standing'])
    expect([day(mirror), only(mirror).conflict]).toEqual(['1 unchanged', false])
  })

  test('shows no card number', () => {
    const mirror = mirrorWith([row()])
    otherMethod(mirror, '4111111111111111')
    expect(JSON.stringify(mirror.orders.conflicts())).not.toContain('4111111111111111')
  })
})

describe('an order that the shop had called off', () => {
  const revived = ['新規受付', '発送済み', '入金済み', '']
  test.each(revived)('comes back as %j: a conflict, and it stays called off', (orderStatus) => {
    const mirror = mirrorWith([row({ orderStatus: '新規受付' })])
    expect(day(mirror, { orderStatus: 'キャンセル' })).toBe('1 updated')
    expect([day(mirror, { orderStatus }), day(mirror, { orderStatus })]).toEqual([
      'conflict order_status',
      '1 standing',
    ])
    expect(only(mirror)).toMatchObject({ orderStatus: 'キャンセル', conflict: true })
    expect(day(mirror, { orderStatus: 'キャンセル' })).toBe('1 unchanged')
    expect(only(mirror)).toMatchObject({ orderStatus: 'キャンセル', conflict: false })
  })

  test.each(['返品', '決済処理中'])('one that becomes %s, or was not finished, is taken', (orderStatus) => {
    const mirror = mirrorWith([row({ orderStatus: '決済処理中' })])
    expect(day(mirror, { orderStatus: '新規受付' })).toBe('1 updated')
    expect(day(mirror, { orderStatus })).toBe('1 updated')
    expect(only(mirror)).toMatchObject({ orderStatus, conflict: false })
  })

  test('comes back in the shop’s database the same way', () => {
    const mirror = pulled(reading())
    const back = reading({ orderStatus: '新規受付' })
    expect(taken(mirror, reading({ orderStatus: 'キャンセル' }), back, back)).toEqual([
      'updated',
      'conflict order_status',
      'standing',
    ])
  })
})

describe('by the shop’s own names of 対応状況', () => {
  const statuses = parseStatuses('破棄:cancelled,キャンセル待ち:sell') ?? []

  test('yesterday’s file revives no order whose status the shop has called cancelled', () => {
    const mirror = mirrorWith([row({ orderStatus: '破棄' })], { statuses })
    expect(day(mirror, { orderStatus: '新規受付' })).toBe('conflict order_status')
    expect(only(mirror)).toMatchObject({ orderStatus: '破棄', conflict: true })
  })

  test('nor does its database', () => {
    const mirror = mirrorWith([], { statuses })
    const back = reading({ orderStatus: '新規受付' })
    const days = taken(mirror, reading({ orderStatus: '破棄' }), back, back)
    expect(days).toEqual(['added', 'conflict order_status', 'standing'])
  })

  test('Paygent ends no such revival', () => {
    const mirror = mirrorWith([row({ orderStatus: '破棄' })], { statuses })
    day(mirror, { orderStatus: '新規受付' })
    const { issues: books } = mirror
    books.take({
      orderId: '852',
      event: 'conflict-settled',
      facts: [fact()],
      currentPaymentId: '9852',
      endsConflict: true,
      attention: null,
      settles: null,
      detail: null,
      atMs: NOON,
    })
    expect(only(mirror)).toMatchObject({ orderStatus: '破棄', conflict: true })
  })

  test('one that it sells and that only sounds cancelled goes on', () => {
    const mirror = mirrorWith([row({ orderStatus: 'キャンセル待ち' })], { statuses })
    expect(day(mirror, { orderStatus: '発送済み' })).toBe('1 updated')
  })
})

describe('two sources', () => {
  test('an old file says nothing against what the database has told since', () => {
    const mirror = mirrorWith([row()])
    expect(taken(mirror, reading({ orderStatus: 'キャンセル', totalYen: 900 }))).toEqual(['updated'])
    expect(day(mirror)).toBe('1 unchanged')
    expect(only(mirror)).toMatchObject({ orderStatus: 'キャンセル', totalYen: 900 })
  })

  test('a dispute of one of them does not end when the other agrees', () => {
    const mirror = pulledAndSold()
    expect(day(mirror, { kind: '101', status: '40' })).toBe('1 unchanged')
    expect(taken(mirror, reading({ totalYen: 2_000 }))).toEqual(['conflict total'])
    expect([day(mirror, { kind: '101', status: '40', orderStatus: '発送済み' }), only(mirror).conflict]).toEqual([
      '1 updated',
      true,
    ])
    expect([taken(mirror, reading()), only(mirror).conflict]).toEqual([['unchanged'], false])
  })

  test('both may dispute, each for itself', () => {
    const mirror = pulledAndSold()
    day(mirror, { kind: '101', status: '40' })
    expect(taken(mirror, reading({ totalYen: 2_000 }))).toEqual(['conflict total'])
    expect(otherMethod(mirror)).toBe('conflict method,total')
    taken(mirror, reading())
    expect(mirror.orders.conflicts()).toMatchObject([{ theirs: { method: '代金引換' } }])
  })
})

describe('the text of the payment method on the shop’s page', () => {
  const CARD = { method: 'credit', carrier: null } as const
  const days = (
    first: string | undefined,
    later: readonly (string | undefined)[],
    changes: Partial<ImportRow> = {},
  ) => {
    const of = (text: string | undefined) => reading({ ...changes, ...(text !== undefined && { methodText: text }) })
    const mirror = pulled(of(first))
    return { mirror, days: later.flatMap((text) => taken(mirror, of(text))) }
  }

  test.each<readonly [string, string, string, Partial<ImportRow>]>([
    ['its width, case and blanks', 'auかんたん決済', 'ＡＵ かんたん決済', {}],
    ['half-width kana', 'クレジットカード', 'ｸﾚｼﾞｯﾄｶｰﾄﾞ決済', CARD],
    ['another name of the same carrier', 'au かんたん決済', 'auかんたん決済（au PAY）', {}],
    ['a name of all carriers', 'auかんたん決済', 'スマホキャリア決済', {}],
    ['a name nobody knows to the carrier’s', 'まとめて支払い', 'auかんたん決済', {}],
    ['nothing', '', '', {}],
  ])('may change by %s', (_, first, now, changes) => {
    const { mirror, days: found } = days(first, [now, now], changes)
    expect([found, only(mirror).conflict]).toEqual([['unchanged', 'unchanged'], false])
  })

  test.each<readonly [string, string, string, Partial<ImportRow>]>([
    ['cash on delivery', 'auかんたん決済', '代金引換', {}],
    ['a card', 'auかんたん決済', 'クレジットカード', {}],
    ['another carrier', 'auかんたん決済', 'd払い', {}],
    ['a carrier', 'クレジット', 'd払い', CARD],
    ['a card that is paid at the door', 'クレジット', '代引き（カード払い）', CARD],
    ['a card of another company', 'クレジット', 'クレジットカード（Stripe）', CARD],
    ['a card of a shop’s own terminal', 'クレジット', 'クレジット（電話注文・他社端末）', CARD],
    ['a gift card', 'クレジット', '図書カード', CARD],
    ['a name that nobody knows', 'auかんたん決済', 'その他', {}],
  ])('that comes to be %s is a conflict, until it is put back', (_, first, other, changes) => {
    const { mirror, days: found } = days(first, [other, other, first, first], changes)
    expect(found).toEqual(['conflict method', 'standing', 'unchanged', 'unchanged'])
    expect(only(mirror).conflict).toBe(false)
    expect(taken(mirror, reading({ ...changes, methodText: other }))).toEqual(['conflict method'])
    expect(mirror.orders.conflicts()).toMatchObject([
      { ours: { method: changes.method ?? 'carrier' }, theirs: { method: other } },
    ])
  })

  test('is put back to a name that nobody knows, too', () => {
    const { days: found, mirror } = days('まとめ払い', ['代金引換', '銀行振込', 'まとめ払い'])
    expect([found, only(mirror).conflict]).toEqual([['conflict method', 'conflict method', 'unchanged'], false])
  })

  test('stays in dispute while it is empty or cannot be read', () => {
    const { mirror, days: found } = days('auかんたん決済', ['代金引換', '', undefined, '代金引換', ''])
    expect(found).toEqual(['conflict method', 'standing', 'standing', 'standing', 'standing'])
    expect(only(mirror).conflict).toBe(true)
  })

  test('is remembered while it is empty', () => {
    expect(days('まとめ払い', ['', undefined, 'その他']).days).toEqual(['unchanged', 'unchanged', 'conflict method'])
  })

  test.each<readonly [string, string, readonly string[]]>([
    ['a name that nobody knows is taken', 'おまとめ', ['added', 'unchanged']],
    ['one that looks like another carrier’s is taken', 'd払い', ['added', 'unchanged']],
    ['one that may be either is taken', 'auかんたん決済（コンビニ受取）', ['added', 'unchanged']],
    ['one that is plainly another method’s is a conflict', '代金引換', ['conflict method', 'standing']],
    ['so is one in half-width kana', 'ｺﾝﾋﾞﾆ決済', ['conflict method', 'standing']],
  ])('at its first reading: %s', (_, text, found) => {
    const mirror = pulled()
    const now = reading({ methodText: text })
    expect(taken(mirror, now, now)).toEqual(found)
  })

  test('is read for the first time of an order that an earlier version has pulled', () => {
    expect(days(undefined, ['おまとめ', 'その他']).days).toEqual(['unchanged', 'conflict method'])
    expect(days(undefined, ['代金引換', '代金引換', 'auかんたん決済']).days).toEqual([
      'conflict method',
      'standing',
      'unchanged',
    ])
    expect(days(undefined, ['代金引換'], { status: '40', kind: '101' }).days).toEqual(['unchanged'])
  })

  test('of an order that has been cancelled may be any', () => {
    const cancelled = { status: '60', kind: '102' } as const
    expect(days('auかんたん決済', ['代金引換'], cancelled).days).toEqual(['unchanged'])
    // Staff cancel it and take cash instead, between two pulls.
    const mirror = pulled(reading({ methodText: 'auかんたん決済' }))
    expect(taken(mirror, reading({ methodText: '代金引換', ...cancelled }))).toEqual(['updated'])
    // Of one that was in dispute before, the cancel ends it.
    const later = pulled(reading({ methodText: 'auかんたん決済' }))
    expect(taken(later, reading({ methodText: '代金引換' }))).toEqual(['conflict method'])
    expect(taken(later, reading({ methodText: '代金引換', ...cancelled }))).toEqual(['updated'])
    expect(only(later).conflict).toBe(false)
  })

  test.each<readonly [string, Partial<ImportRow>]>([
    ['with its first text', {}],
    ['with a text that was read before', { methodText: 'auかんたん決済' }],
  ])('of a cancelled order is a conflict once a new payment brings the order back: %s', (_, first) => {
    const cancelled = { methodText: '代金引換', status: '60', kind: '102' } as const
    const back = { methodText: '代金引換', paymentId: '77', kind: '' } as const
    for (const status of ['20', null]) {
      const mirror = pulled(reading({ ...first, status: '60', kind: '102' }))
      expect(taken(mirror, reading(cancelled), reading(cancelled))).toEqual(['unchanged', 'unchanged'])
      expect(taken(mirror, reading({ ...back, status }))).toEqual([
        expect.stringMatching(/^conflict method,payment_id/),
      ])
      expect(only(mirror).conflict).toBe(true)
    }
  })

  test('of a sold order is told once', () => {
    const mirror = pulledAndSold({ methodText: 'auかんたん決済' })
    expect([1, 2].flatMap(() => taken(mirror, reading({ methodText: '代金引換' })))).toEqual([
      'conflict method',
      'standing',
    ])
    expect([1, 2].flatMap(() => taken(mirror, reading({ methodText: '銀行振込' })))).toEqual(['standing', 'standing'])
  })

  const settled = (mirror: Mirror, byHand: boolean): void =>
    mirror.issues.take({
      orderId: '852',
      event: byHand ? 'settled-by-hand' : 'conflict-settled',
      facts: [fact()],
      currentPaymentId: '9852',
      endsConflict: byHand ? 'by-a-person' : true,
      attention: null,
      settles: null,
      detail: null,
      atMs: NOON,
    })

  test('is in dispute until a person ends that, and again when it moves on', () => {
    const { mirror } = days('auかんたん決済', ['代金引換'])
    settled(mirror, false)
    expect(only(mirror).conflict).toBe(true)
    settled(mirror, true)
    expect([only(mirror).conflict, mirror.shopRows.namesAnotherMethod(row({ methodText: '代金引換' }))]).toEqual([
      false,
      false,
    ])
    expect(mirror.shopRows.namesAnotherMethod(row({ methodText: '銀行振込' }))).toBe(true)
    const cash = reading({ methodText: '代金引換' })
    expect(taken(mirror, cash, reading({ methodText: '' }), cash)).toEqual(['unchanged', 'unchanged', 'unchanged'])
    expect(taken(mirror, reading({ methodText: '銀行振込' }))).toEqual(['conflict method'])
  })

  test('is asked about again where the module’s own method was in dispute meanwhile', () => {
    const { mirror } = days('auかんたん決済', ['代金引換'])
    expect(taken(mirror, { type: 'other-method', orderId: '852', method: '' } as never)).toEqual(['conflict method'])
    settled(mirror, true)
    expect(taken(mirror, reading({ methodText: '代金引換' }))).toEqual(['conflict method'])
  })

  test('is in dispute also where the module’s own method has moved with it', () => {
    const { mirror } = days('クレジット', [], CARD)
    expect(taken(mirror, reading({ methodText: '代金引換' }), reading({ methodText: '代金引換' }))).toEqual([
      'conflict method,carrier',
      'standing',
    ])
  })

  test('means what a person has said', () => {
    const named = (text: string, value: MethodValue) => {
      const mirror = mirrorWith([], { methods: new Map([[text, value]]) })
      return taken(mirror, reading({ methodText: 'まとめ払い' }), reading({ methodText: text }))
    }
    expect(named('代金引換(au)', 'au')).toEqual(['added', 'unchanged'])
    expect(named('キャリア', 'docomo')).toEqual(['added', 'conflict method'])
  })

  test('leaves no card number in the mirror', () => {
    const { mirror } = days('auかんたん決済', ['4111 1111 1111 1111', '4111 1111 1111 1111'])
    const { connection } = mirror.orders as unknown as { connection: Connection }
    expect(JSON.stringify(connection.all('SELECT * FROM shop_rows, conflicts'))).not.toMatch(/4111.?1111/)
  })

  test('says nothing in a file', () => {
    const mirror = pulled(reading({ methodText: 'auかんたん決済' }))
    // A file tells the listed amount besides.
    expect([day(mirror), day(mirror)]).toEqual(['1 updated', '1 unchanged'])
    taken(mirror, reading({ methodText: '代金引換' }))
    expect([day(mirror), only(mirror).conflict]).toEqual(['1 unchanged', true])
  })
})

test('the remembered reading holds no name', () => {
  const mirror = mirrorWith([row({ customerName: '山田 花子' })])
  const { connection } = mirror.orders as unknown as { connection: Connection }
  expect(JSON.stringify(connection.all('SELECT csv_reading FROM orders'))).not.toContain('山田')
})
