// The rules are applied again in the transaction that writes the attempt, with the run's request and the way in which
// the order was chosen; only the time of day is new. Real SQLite.
import { type Asked, fits, type OrderFilter, type Origin } from '../../src/domain/chosen.js'
import type { MoneyTelegram } from '../../src/domain/order.js'
import type { Step } from '../../src/domain/run.js'
import type { ImportRow } from '../../src/domain/shop.js'
import type { Mirror } from '../../src/mirror/open.js'
import { askedFor } from '../domain/order-fixture.js'
import { begin, fact, mirrorWith, NOON, only, open, row, settlement, stepFor, told } from './mirrors.js'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const HOUR_MS = 60 * 60_000

interface Case {
  readonly row?: Partial<ImportRow>
  readonly telegram?: MoneyTelegram
  readonly asked?: Partial<Asked>
  readonly rules?: Partial<Asked['rules']>
  readonly origin?: Origin
  readonly mark?: Step['mark']
}

/** A run over one order about which Paygent has answered. */
function planned({ row: changes = {}, telegram = '101', asked, rules, origin = 'named', mark = null }: Case) {
  const mirror = mirrorWith([row(changes)])
  const { paymentId, tradingId, status, method, carrier } = only(mirror)
  told(mirror, { paymentId: paymentId ?? '', tradingId, status: status ?? '20', method, carrier })
  const operation = ['021', '023', '102'].includes(telegram) ? 'cancel' : 'sale'
  const whole: Asked = { ...askedFor(operation, rules), ...asked }
  const step = stepFor(mirror, telegram, operation, { asked: whole, origin, mark })
  return { mirror, step, runId: begin(mirror, step) }
}

const bring = (mirror: Mirror, changes: Partial<ImportRow>): void =>
  void mirror.importOrders({ rows: [row(changes)], others: [] }, NOON)

const advance = (mirror: Mirror, runId: number, step: Step, atMs = NOON): string =>
  mirror.journal.advance(runId, null, step, atMs).type

describe('a change between the plan and the request', () => {
  const kept: [string, Case, Partial<ImportRow>, string][] = [
    ['called off', {}, { orderStatus: 'キャンセル' }, 'cancelled-order'],
    ['returned', { origin: 'all' }, { orderStatus: '返品' }, 'cancelled-order'],
    ['called off, full width and blanks', {}, { orderStatus: ' ９ ' }, 'cancelled-order'],
    ['not finished by the customer', {}, { orderStatus: '決済処理中' }, 'cancelled-order'],
    ['called off by its number, a cancel', { telegram: '102' }, { orderStatus: '3' }, 'cancelled-order'],
    ['called off by the sound of it', {}, { orderStatus: 'キャンセル済み' }, 'cancelled-order'],
    ['called off by the sound of it, a cancel', { telegram: '102' }, { orderStatus: 'ｷｬﾝｾﾙ済み' }, 'unknown-status'],
    ['a status of the shop’s own', {}, { orderStatus: '店舗保留' }, 'unknown-status'],
    ['a status of the shop’s own, ticked', { origin: 'ticked' }, { orderStatus: '10' }, 'unknown-status'],
    ['no status any more, ticked by all', { origin: 'ticked-by-all' }, { orderStatus: '' }, 'unknown-status'],
    ['a status of the shop’s own, at night', { origin: 'night' }, { orderStatus: '店舗保留' }, 'unknown-status'],
    [
      'called off, ticked by all in a run that includes such orders',
      { rules: { includeCancelled: true }, origin: 'ticked-by-all' },
      { orderStatus: '返品' },
      'left-out',
    ],
    [
      'marked, and called off now',
      { row: { orderStatus: '店舗保留' }, mark: 'unknown-status' },
      { orderStatus: 'キャンセル' },
      'cancelled-order',
    ],
    [
      'said by the shop to be on hold',
      { rules: { statuses: [{ number: null, name: '入金済み', meaning: 'hold' }] } },
      { orderStatus: '入金済み' },
      'unknown-status',
    ],
    [
      'the parcel came back',
      { row: { shippedAt: '2009-06-20T10:00:00+09:00' }, asked: { filter: { shipped: true } }, origin: 'night' },
      { shippedAt: null },
      'filter',
    ],
    [
      'the date of the order',
      { asked: { filter: { from: '2009-06-19', to: '2009-06-19' } }, origin: 'ticked' },
      { orderedAt: '2009-06-20T00:00:00+09:00' },
      'filter',
    ],
    [
      'the name that was searched for',
      { asked: { filter: { search: 'ﾍﾟｲｼﾞｪﾝﾄ' } }, origin: 'ticked-by-all' },
      { customerName: '佐藤 花子' },
      'filter',
    ],
  ]
  test.each(kept)('%s: refused as changed', (_, chosen, changes, about) => {
    const { mirror, step, runId } = planned(chosen)
    bring(mirror, { ...chosen.row, ...changes })
    expect(advance(mirror, runId, step)).toBe('changed')
    expect(mirror.journal.items(runId)[0]).toMatchObject({ outcome: 'refused', reason: 'changed', about, attempts: 0 })
  })

  const goes: [string, Case, Partial<ImportRow>][] = [
    ['called off, and the run includes such orders', { rules: { includeCancelled: true } }, { orderStatus: '返品' }],
    [
      'called off, ticked by a person in a run that includes such orders',
      { rules: { includeCancelled: true }, origin: 'ticked' },
      { orderStatus: '返品' },
    ],
    [
      'a status of the shop’s own that the plan has marked',
      { row: { orderStatus: '店舗保留' }, mark: 'unknown-status' },
      { orderStatus: '店舗保留2' },
    ],
    ['marked, and sellable now', { row: { orderStatus: '' }, mark: 'unknown-status' }, { orderStatus: '入金済み' }],
    ['called off, and it is a cancel that releases it', { telegram: '102' }, { orderStatus: 'キャンセル' }],
    ['called off, a cancel of all', { telegram: '102', origin: 'all' }, { orderStatus: '返品' }],
    ['another status that holds nothing back', { origin: 'all' }, { orderStatus: '入金済み' }],
    ['shipped now, and nobody asked for that', { origin: 'all' }, { shippedAt: '2009-06-20T10:00:00+09:00' }],
    [
      'a name that is still found',
      { asked: { filter: { search: '太郎' } }, origin: 'all' },
      { customerName: '佐藤太郎' },
    ],
  ]
  test.each(goes)('%s: goes out', (_, chosen, changes) => {
    const { mirror, step, runId } = planned(chosen)
    bring(mirror, { ...chosen.row, ...changes })
    expect(advance(mirror, runId, step)).toBe('prepared')
  })
})

describe('the run’s own rules', () => {
  test('the profile: au is cancelled after a sale by `current` alone', () => {
    const sold = { row: { status: '40', kind: '101' as const }, telegram: '102' as const }
    const current = planned({ ...sold, rules: { profile: 'current' } })
    expect(advance(current.mirror, current.runId, current.step)).toBe('prepared')
    const manual = planned({ ...sold, rules: { profile: 'manual' } })
    expect(advance(manual.mirror, manual.runId, manual.step)).toBe('changed')
    expect(manual.mirror.journal.items(manual.runId)[0]).toMatchObject({ about: 'status' })
  })

  test('`single`: what broke off is sent again by the single command alone', () => {
    const broken = { row: { method: 'credit' as const, carrier: null, status: '30' }, telegram: '022' as const }
    const single = planned({ ...broken, rules: { single: true } })
    expect(advance(single.mirror, single.runId, single.step)).toBe('prepared')
    const bulk = planned(broken)
    expect(advance(bulk.mirror, bulk.runId, bulk.step)).toBe('changed')
  })

  test.each([
    [{ afterUnknown: false }, 1, 'changed'],
    [{ afterUnknown: false }, 24, 'prepared'],
    [{ afterUnknown: true }, 1, 'prepared'],
  ])('the opposite of a sale that was not carried out, %j after %i h: %s', (rules, hours, type) => {
    const { mirror, step, runId } = planned({})
    mirror.journal.advance(runId, null, step, NOON)
    mirror.journal.settle(settlement(1, { outcome: 'not-processed' }))
    const cancel = stepFor(mirror, '102', 'cancel', { asked: askedFor('cancel', rules) })
    const second = begin(mirror, cancel)
    expect(advance(mirror, second, cancel, NOON + hours * HOUR_MS)).toBe(type)
  })

  test('another telegram or another amount than the rules give now is not sent', () => {
    const { mirror, step } = planned({})
    for (const other of [{ telegram: '103' as const }, { amountYen: 1 }]) {
      const odd = { ...step, ...other }
      expect(advance(mirror, begin(mirror, odd), odd)).toBe('changed')
    }
  })

  test('`--all` and the night do not take again what Paygent called malformed; a person may name it', () => {
    const { mirror, step, runId } = planned({ origin: 'all' })
    mirror.journal.advance(runId, null, step, NOON)
    mirror.journal.settle(settlement(1, { outcome: 'rejected', code: 'P010' }))
    const types = (['all', 'night', 'ticked', 'named'] as const).map((origin) => {
      const again = { ...step, origin }
      const run = begin(mirror, again)
      const type = advance(mirror, run, again)
      if (type === 'prepared')
        mirror.journal.settle(settlement(Number(attemptOf(mirror)), { outcome: 'rejected', code: 'P010' }))
      return [origin, type]
    })
    expect(types).toEqual([
      ['all', 'changed'],
      ['night', 'changed'],
      ['ticked', 'prepared'],
      ['named', 'prepared'],
    ])
  })
})

const attemptOf = (mirror: Mirror): number | undefined => mirror.journal.openAttempts()[0]?.attemptId

describe('the very telegram once more', () => {
  /** A card request in transit whose order changes before it is finished. */
  function inTransit(telegram: '021' | '022', changes: Partial<ImportRow>) {
    const card = { method: 'credit', carrier: null } as const
    const { mirror, step, runId } = planned({ row: card, telegram })
    mirror.journal.advance(runId, null, step, NOON)
    mirror.journal.settle(settlement(1, { outcome: 'unknown' }))
    bring(mirror, { ...card, ...changes })
    const again = mirror.journal.stepOf(1)
    if (again === null) throw new Error('no step')
    const closing = settlement(1, { outcome: 'not-processed' })
    const { type } = mirror.journal.advance(runId, closing, { ...again, notProcessedMs: NOON }, NOON)
    return { type, states: mirror.journal.attempts('852').map(({ state }) => state) }
  }

  test.each(['キャンセル', '決済処理中', '削除済み'])(
    'a cancel is finished though the order is now %s',
    (orderStatus) => {
      expect(inTransit('021', { orderStatus })).toEqual({ type: 'prepared', states: ['not-processed', 'prepared'] })
    },
  )

  test('a sale of an order that was called off is not, and its try stays open', () => {
    expect(inTransit('022', { orderStatus: 'キャンセル' })).toEqual({ type: 'changed', states: ['unknown'] })
    expect(inTransit('022', { orderStatus: '入金済み' })).toEqual({
      type: 'prepared',
      states: ['not-processed', 'prepared'],
    })
  })

  test('is asked with what its own run was asked for', () => {
    const filter: OrderFilter = { methods: ['au'], from: '2009-06-01', search: '太郎', shipped: false }
    const rules = { profile: 'manual', single: true, includeCancelled: true, afterUnknown: true } as const
    const { mirror, step, runId } = planned({ asked: { filter }, rules, origin: 'ticked-by-all' })
    mirror.journal.advance(runId, null, step, NOON)
    expect(mirror.journal.stepOf(1)).toMatchObject({
      asked: { operation: 'sale', rules, filter },
      origin: 'ticked-by-all',
    })
  })

  test('the meaning of a status is that of the settings as they stand now, and the plan’s mark is kept', () => {
    const { mirror, step, runId } = planned({ row: { orderStatus: '店舗保留' }, mark: 'unknown-status' })
    mirror.journal.advance(runId, null, step, NOON)
    const { path } = mirror
    mirror.close()
    const statuses = [{ number: null, name: '店舗保留', meaning: 'cancelled' }] as const
    expect(open(path, { statuses }).journal.stepOf(1)).toMatchObject({
      asked: { rules: { statuses } },
      mark: 'unknown-status',
    })
  })

  test('a run of an earlier version: by name, and none of its options', () => {
    const { mirror, step, runId } = planned({ rules: { includeCancelled: true }, origin: 'night' })
    mirror.journal.advance(runId, null, step, NOON)
    const { path } = mirror
    mirror.close()
    expect(forgetful(path)).toEqual({
      asked: { ...askedFor('sale', { profile: 'manual', single: true }), filter: {} },
      origin: 'named',
    })
  })
})

/** The step of the first attempt once the mirror has forgotten what its run was asked for. */
function forgetful(path: string) {
  const db = new Database(path)
  db.exec(
    'UPDATE runs SET profile = NULL, single = NULL, include_cancelled = NULL, after_unknown = NULL, filters = NULL',
  )
  db.exec('UPDATE run_items SET origin = NULL')
  db.close()
  const step = open(path).journal.stepOf(1)
  return { asked: step?.asked, origin: step?.origin }
}

test('one order passes a filter exactly where the list finds it', () => {
  const orders = [
    row(),
    row({
      orderId: '1852',
      carrier: null,
      paymentId: '1',
      customerName: 'ＳＭＩＴＨ　John',
      shippedAt: '2009-06-20T00:00:00+09:00',
    }),
    row({ orderId: '7', method: 'credit', carrier: null, paymentId: '7', orderedAt: '2009-06-20T00:00:00+09:00' }),
    row({ orderId: '8', carrier: 'docomo', paymentId: '8', orderedAt: '2009-06-18T23:59:59+09:00', customerName: '' }),
    ...['発送済み', '5:発送済み', '５', '出荷済み', ''].map((orderStatus, index) => {
      const { shippedAt: _, ...untold } = row({
        orderId: String(100 + index),
        paymentId: String(100 + index),
        orderStatus,
      })
      return untold
    }),
    row({ orderId: '200', paymentId: '200', orderStatus: '発送済み' }),
  ]
  const mirror = mirrorWith(orders)
  const day = fc.constantFrom('2009-06-18', '2009-06-19', '2009-06-20')
  const search = fc.constantFrom('852', '１８', '太郎', 'ﾍﾟｲｼﾞｪﾝﾄ 太', 'smith', 'HJ', '%', '8', 'いない')
  const methods = fc.subarray(['credit', 'docomo', 'au', 'softbank'] as const)
  const drawn = fc.record({ methods, from: day, to: day, search, shipped: fc.boolean() }, { requiredKeys: [] })
  fc.assert(
    fc.property(drawn, (filter) => {
      const listed = new Set(mirror.orders.list(filter).map(({ orderId }) => orderId))
      for (const { orderId } of orders)
        expect([orderId, fits(only(mirror, orderId), filter)]).toEqual([orderId, listed.has(orderId)])
    }),
    { numRuns: 300 },
  )
})

test('Paygent’s word of a payment that has changed is found by the list of facts, as before', () => {
  const { mirror, step, runId } = planned({})
  mirror.orders.learn(only(mirror), fact({ status: '40' }), NOON)
  expect(advance(mirror, runId, step)).toBe('changed')
  expect(mirror.journal.items(runId)[0]).toMatchObject({ about: 'status' })
})
