import { describe, expect, test } from 'vitest'
import { fits, type OrderFilter } from '../../src/domain/chosen.js'
import { mirrorWith, NOON, only, prepared, row, fact, settlement, stepFor, told, begin } from './mirrors.js'

const LATER = NOON + 60_000

describe('the list', () => {
  const mirror = () =>
    mirrorWith([
      row({ orderId: '852', orderedAt: '2009-06-19T11:50:00+09:00', carrier: 'au', customerName: 'ペイジェント 太郎' }),
      row({
        orderId: '853',
        orderedAt: '2009-06-19T12:05:00+09:00',
        carrier: 'docomo',
        customerName: 'Smith, J. 100%_',
      }),
      row({
        orderId: '862',
        orderedAt: '2009-06-30T23:59:59+09:00',
        method: 'credit',
        carrier: null,
        customerName: '佐藤花子',
      }),
      row({
        orderId: '99',
        orderedAt: '2009-06-30T23:59:59+09:00',
        carrier: null,
        shippedAt: '2009-07-01T00:00:00+09:00',
      }),
    ])
  const cases: [OrderFilter, string[]][] = [
    [{}, ['862', '99', '853', '852']],
    [{ methods: ['au'] }, ['852']],
    [{ methods: ['credit', 'docomo'] }, ['862', '853']],
    [{ from: '2009-06-30' }, ['862', '99']],
    [{ to: '2009-06-19' }, ['853', '852']],
    [{ from: '2009-06-19', to: '2009-06-19' }, ['853', '852']],
    [{ from: '2009-06-20', to: '2009-06-29' }, []],
    [{ search: '85' }, ['853', '852']],
    [{ search: '８５' }, ['853', '852']],
    [{ search: '85x' }, []],
    [{ search: '100' }, ['853']],
    [{ search: 'ﾍﾟｲｼﾞｪﾝﾄ　太郎' }, ['99', '852']],
    [{ search: 'SMITH' }, ['853']],
    [{ search: '%' }, ['853']],
    [{ search: '_' }, ['853']],
    [{ search: '花子' }, ['862']],
    [{ search: "'; DROP TABLE orders; --" }, []],
    [{ shipped: true }, ['99']],
    [{ shipped: false }, ['862', '853', '852']],
    [{ shipped: false, methods: ['credit', 'au'], search: '2' }, ['862', '852']],
  ]
  test.each(cases)('%j', (filter, expected) => {
    const { orders } = mirror()
    expect(orders.list(filter).map(({ orderId }) => orderId)).toEqual(expected)
    expect(orders.count(filter)).toBe(expected.length)
  })

  test.each([
    ['高崎', ['2', '1']],
    ['髙﨑', ['2', '1']],
    ['渡辺', ['4', '3']],
    ['渡邊*', ['4']],
    ['渡邉[', []],
    [']渡', []],
    ['吉野', ['5']],
    ['吉野^', ['5']],
    ['吉^', []],
    ['徳'.repeat(300), []],
  ])('%s is searched in every shape of its kanji', (search, expected) => {
    const names = ['髙﨑 德一', '高崎 健', '渡邉 学', '渡辺* 学', '𠮷野^家']
    const { orders } = mirrorWith(
      names.map((customerName, index) =>
        row({ orderId: String(index + 1), customerName, orderedAt: `2009-06-0${index + 1}T10:00:00+09:00` }),
      ),
    )
    const found = orders.list({ search }).map(({ orderId }) => orderId)
    expect(found.toSorted()).toEqual(expected.toSorted())
    expect(orders.page({ search }, { limit: 50, offset: 0 }).total).toBe(expected.length)
    expect(
      orders
        .list({})
        .filter((order) => fits(order, { search }))
        .map(({ orderId }) => orderId),
    ).toEqual(found)
  })

  test('an order without a date is the last of all, and of no day', () => {
    const { orderedAt: _, ...undated } = row({ orderId: '7' })
    const { orders } = mirrorWith([row({ orderId: '8', orderedAt: '2009-06-30T23:59:59+09:00' }), undated])
    const found = (filter: OrderFilter) => orders.list(filter).filter((order) => fits(order, filter))
    const cases = [{}, { to: '2030-01-01' }, { from: '1970-01-01' }, { from: '1970-01-01', to: '2030-01-01' }]
    for (const filter of cases) {
      const ids = orders.list(filter).map(({ orderId }) => orderId)
      expect(ids).toEqual(Object.keys(filter).length === 0 ? ['8', '7'] : ['8'])
      expect(found(filter).map(({ orderId }) => orderId)).toEqual(ids)
      expect(orders.list({}).filter((order) => fits(order, filter))).toHaveLength(ids.length)
    }
    expect(orders.list({})[1]?.orderedAt).toBe('')
  })

  test('a page of it', () => {
    const page = mirror().orders.list({}, { limit: 2, offset: 1 })
    expect(page.map(({ orderId }) => orderId)).toEqual(['99', '853'])
  })

  const pages = [0, 1, 2, 5].flatMap((offset) =>
    [1, 2, 100, Number.MAX_SAFE_INTEGER].map((limit) => ({ limit, offset })),
  )
  test.each(pages)('a page with the number and the sum of all: %j', (page) => {
    const { orders } = mirror()
    for (const [filter, expected] of cases) {
      const { orders: found, total, totalYen } = orders.page(filter, page)
      expect([total, totalYen]).toEqual([expected.length, expected.length * 1733])
      expect(found.map(({ orderId }) => orderId)).toEqual(expected.slice(page.offset, page.offset + page.limit))
    }
  })

  test('finds in the order asked for, each once, and leaves out what it lacks', () => {
    const found = mirror().orders.find(['99', '1', '852', '99', '862'])
    expect(found.map(({ orderId }) => orderId)).toEqual(['99', '852', '862'])
  })

  test('finds forty thousand at once', () => {
    const ids = Array.from({ length: 40_000 }, (_, index) => String(index))
    expect(mirror().orders.find(ids)).toHaveLength(4)
  })
})

describe('an answer of Paygent', () => {
  test('status, amount, carrier, time of authorisation and the payment that was not known', () => {
    const mirror = mirrorWith([row({ carrier: null, paymentId: null, status: null })])
    const authorizedAt = '2009-06-19T11:50:10+09:00'
    expect(told(mirror, { carrier: 'softbank', amountYen: 2000, status: '21', authorizedAt })).toBe(true)
    expect(only(mirror)).toMatchObject({
      paymentId: '9852',
      carrier: 'softbank',
      status: '21',
      statusOrigin: 'paygent',
      heldAmountYen: 2000,
      heldAmountAt: '2026-11-23T12:00:00+09:00',
      authorizedAt,
      amendedFromYen: null,
      listedAmountYen: 1733,
    })
  })

  test('never another carrier than the known one, and none for a card', () => {
    const mirror = mirrorWith([
      row(),
      row({ orderId: '1', method: 'credit', carrier: null, paymentId: '91', tradingId: '1' }),
    ])
    told(mirror, { carrier: 'docomo' })
    told(mirror, { carrier: 'docomo', paymentId: '91', tradingId: '1' }, '1')
    expect(only(mirror).carrier).toBe('au')
    expect(only(mirror, '1').carrier).toBeNull()
  })

  test.each([
    ['another payment than was read', { orderId: '852', paymentId: '9999', kind: '' } as const, {}],
    ['another kind than was read', { orderId: '852', paymentId: '9852', kind: '101' } as const, {}],
    ['a fact of another payment', { orderId: '852', paymentId: '9852', kind: '' } as const, { paymentId: '9999' }],
    ['an order that is not there', { orderId: '1', paymentId: '9852', kind: '' } as const, {}],
  ])('is not written for %s', (_, asRead, changes) => {
    const mirror = mirrorWith([row()])
    const before = only(mirror)
    expect(mirror.orders.learn(asRead, fact(changes), NOON)).toBe(false)
    expect(only(mirror)).toEqual(before)
  })

  test('names no payment of another method, and knows the status of the one that the shop has named', () => {
    const unnamed = mirrorWith([row({ paymentId: null })])
    expect([told(unnamed, { method: 'credit' }), only(unnamed).paymentId]).toEqual([false, null])
    const known = mirrorWith([row()])
    expect([told(known, { method: 'credit', status: '40' }), only(known).status]).toEqual([true, '40'])
  })

  test('a trading id that was assumed is taught by what Paygent tells of the payment', () => {
    const { tradingId: _named, ...unnamed } = row()
    const mirror = mirrorWith([unnamed])
    expect(only(mirror).tradingId).toBe('852')
    expect(told(mirror, { tradingId: 'T-1' })).toBe(true)
    expect(only(mirror)).toMatchObject({ tradingId: 'T-1', heldAmountYen: 1733 })
    expect(told(mirror, { tradingId: '' })).toBe(true)
    expect(only(mirror).tradingId).toBe('T-1')
  })

  test('one that was given stays, and what is told of another is not taken', () => {
    const mirror = mirrorWith([row({ tradingId: 'T-1' })])
    expect(told(mirror, { tradingId: 'T-2' })).toBe(false)
    expect(only(mirror)).toMatchObject({ tradingId: 'T-1', heldAmountYen: null })
  })

  test('a fact found by another trading id names no payment', () => {
    const mirror = mirrorWith([row({ paymentId: null })])
    expect(told(mirror, { tradingId: '853' })).toBe(false)
  })

  test('is not written while an attempt is open', () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    prepared(mirror)
    expect(told(mirror, { amountYen: 1 })).toBe(false)
    expect(only(mirror).heldAmountYen).toBe(1733)
  })
})

describe('the state that follows from the attempts', () => {
  const SALE = { kind: '101', status: '40', heldAmountYen: null } as const

  /** One attempt settled so, in a run of its own. */
  function attempt(
    mirror: ReturnType<typeof mirrorWith>,
    changes: object,
    telegram = '101' as '101' | '102' | '103',
  ): void {
    const name = { '101': 'sale', '102': 'cancel', '103': 'corrected-sale' } as const
    const { runId, attemptId } = prepared(mirror, stepFor(mirror, telegram, name[telegram]))
    mirror.journal.advance(runId, settlement(attemptId, { atMs: LATER, ...changes }), null, LATER)
  }
  const sellable = () => {
    const mirror = mirrorWith([row()])
    told(mirror)
    return mirror
  }

  /** Its total is lower than what Paygent holds. */
  const correctable = () => {
    const mirror = mirrorWith([row()])
    told(mirror, { amountYen: 2_000 })
    return mirror
  }

  test('an open attempt', () => {
    const mirror = sellable()
    expect(only(mirror).openAttempt).toBe(false)
    prepared(mirror)
    expect(only(mirror).openAttempt).toBe(true)
  })

  test('another order with the same payment', () => {
    const mirror = mirrorWith([
      row(),
      row({ orderId: '853' }),
      row({ orderId: '854', paymentId: '1' }),
      row({ orderId: '855', paymentId: null }),
      row({ orderId: '856', paymentId: null }),
    ])
    expect(mirror.orders.list({}).map(({ orderId, duplicatePayment }) => [orderId, duplicatePayment])).toEqual([
      ['856', false],
      ['855', false],
      ['854', false],
      ['853', true],
      ['852', true],
    ])
  })

  test('not processed, until a request is accepted; an unsent one in between changes nothing', () => {
    const mirror = sellable()
    attempt(mirror, { outcome: 'not-processed' })
    expect(only(mirror).notProcessed).toEqual({ operation: 'sale', atMs: LATER })
    attempt(mirror, { outcome: 'unsent' })
    expect(only(mirror).notProcessed).toEqual({ operation: 'sale', atMs: LATER })
    attempt(mirror, { effect: { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } })
    expect(only(mirror).notProcessed).toBeNull()
    expect(only(mirror)).toMatchObject({ kind: '101', kindByUs: true, status: '40', statusOrigin: 'paygent' })
  })

  test('the time of a docomo sale, until it is cancelled', () => {
    const mirror = mirrorWith([row({ carrier: 'docomo' })])
    told(mirror, { carrier: 'docomo' })
    expect(only(mirror)).not.toHaveProperty('soldAt')
    attempt(mirror, { outcome: 'rejected' })
    expect(only(mirror)).not.toHaveProperty('soldAt')
    // Long after it was sent an inquiry shows that it was accepted.
    attempt(mirror, { atMs: NOON + 86_400_000, effect: { ...SALE, newPaymentId: null } })
    expect(only(mirror).soldAt).toBe('2026-11-23T12:00:00+09:00')
    told(mirror, { carrier: 'docomo', status: '44' })
    attempt(mirror, { effect: { ...SALE, kind: '102', status: '60', newPaymentId: null } }, '102')
    expect(only(mirror)).not.toHaveProperty('soldAt')
  })

  test('the time of a docomo sale, where a correction has made the payment', () => {
    const mirror = mirrorWith([row({ carrier: 'docomo' })])
    told(mirror, { carrier: 'docomo', amountYen: 2_000 })
    const { runId, attemptId } = prepared(mirror, stepFor(mirror, '103', 'corrected-sale'), LATER)
    const made = { newPaymentId: '9853' }
    const effect = { ...SALE, kind: '103', ...made } as const
    mirror.journal.advance(runId, settlement(attemptId, { effect, ...made }), null, LATER)
    expect(only(mirror)).toMatchObject({ paymentId: '9853', soldAt: '2026-11-23T12:01:00+09:00' })
  })

  test('no time of a sale that another program made, nor of one by au', () => {
    const mirror = mirrorWith([
      row({ carrier: 'docomo', kind: '101', status: '40' }),
      row({ orderId: '853', paymentId: '9853', tradingId: '853' }),
    ])
    told(mirror, { paymentId: '9853', tradingId: '853' }, '853')
    const { runId, attemptId } = prepared(mirror, stepFor(mirror, '101', 'sale', { orderId: '853' }))
    mirror.journal.advance(runId, settlement(attemptId, { effect: { ...SALE, newPaymentId: null } }), null, LATER)
    for (const order of mirror.orders.list({})) expect(order).not.toHaveProperty('soldAt')
  })

  test('a change by a request that was called not processed is not simply learnt: reconcile must find it', () => {
    const mirror = correctable()
    attempt(mirror, { outcome: 'not-processed' }, '103')
    expect(told(mirror, { status: '60', amountYen: 2_000 })).toBe(false)
    expect(told(mirror, { amountYen: 1_000 })).toBe(false)
    expect(only(mirror)).toMatchObject({ status: '20', heldAmountYen: 2_000 })
    expect(told(mirror, { amountYen: 2_000 })).toBe(true)
    expect(told(mirror, { status: '33', amountYen: 2_000 })).toBe(true)
    expect(only(mirror).status).toBe('33')
  })

  test('a cancel that was not processed', () => {
    const mirror = sellable()
    attempt(mirror, { outcome: 'not-processed' }, '102')
    expect(only(mirror).notProcessed?.operation).toBe('cancel')
  })

  test.each([
    ['2013', { code: '2013', totalYen: 1733 }],
    ['2014', { code: '2014', totalYen: 1733 }],
    ['P029', { code: 'P029', totalYen: 1733 }],
    ['7409', { code: '7409', totalYen: 1733 }],
    ['7003', null],
  ])('a correction refused with %s', (code, expected) => {
    const mirror = correctable()
    attempt(mirror, { outcome: 'rejected', code }, '103')
    expect(only(mirror).correctionRefused).toEqual(expected)
  })

  test('a plain sale refused so says nothing about corrections', () => {
    const mirror = sellable()
    attempt(mirror, { outcome: 'rejected', code: '2013' })
    expect(only(mirror).correctionRefused).toBeNull()
  })

  test.each(['P005', 'P006', 'P008', 'P009', 'P010', 'P011', 'P012', 'P013', 'P014'])('malformed by %s', (code) => {
    const mirror = sellable()
    attempt(mirror, { outcome: 'rejected', code })
    expect(only(mirror).malformed).toBe(true)
    attempt(mirror, { outcome: 'unsent' })
    expect(only(mirror).malformed).toBe(true)
    attempt(mirror, { outcome: 'rejected', code: '7003' })
    expect(only(mirror).malformed).toBe(false)
  })

  test.each(['P001', 'P007', 'P015', 'E002', '7003'])('not malformed by %s', (code) => {
    const mirror = sellable()
    attempt(mirror, { outcome: 'rejected', code })
    expect(only(mirror).malformed).toBe(false)
  })

  test('attention', () => {
    const mirror = sellable()
    attempt(mirror, { outcome: 'attention' })
    expect(only(mirror)).toMatchObject({ attention: true, openAttempt: false })
  })

  test('every attempt of the order, for show', () => {
    const mirror = sellable()
    attempt(mirror, { outcome: 'rejected', code: '7003', detail: 'status' })
    prepared(mirror)
    const shown = mirror.journal.attempts('852').map(({ runId, state, code }) => [runId, state, code])
    expect(shown).toEqual([
      [1, 'rejected', '7003'],
      [2, 'prepared', null],
    ])
    expect(begin(mirror)).toBe(3)
  })
})
