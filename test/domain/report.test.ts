// Tests the sums of a report: what counts on which day, and what changes a period later.
import { describe, expect, it } from 'vitest'
import { outcomeAt, reportOf, type ReportFacts, type ReportRequest } from '../../src/domain/report.js'
import { MADE_AT, reportRequest, sampleReport } from '../ui/sample-report.js'

const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' } as const
const NOTHING = { lost: [], elsewhere: [], differences: [] } as const

const reportWith = (requests: readonly ReportRequest[], more: Partial<ReportFacts> = {}, madeAt = MADE_AT) =>
  reportOf(NOVEMBER, { ...NOTHING, ...more, requests }, madeAt)

describe('the sums', () => {
  const { total, payers, cells, days } = sampleReport()

  it('tell sales, corrected sales, refunds and releases apart', () => {
    expect(total).toEqual({
      sold: { count: 3, yen: 4_500 },
      corrected: { count: 1, yen: 500 },
      refunded: { count: 1, yen: 1_000 },
      released: { count: 1, yen: 1_000 },
      unclear: { count: 0, yen: 0 },
      loweredYen: 480,
      netYen: 4_000,
    })
  })

  it('are those of the days, of the payers, and of both', () => {
    for (const parts of [days, payers, cells]) {
      expect(parts.reduce((sum, { netYen }) => sum + (netYen ?? 0), 0)).toBe(4_000)
      expect(parts.reduce((sum, { sold }) => sum + sold.count, 0)).toBe(3)
    }
    expect(payers.map(({ method, carrier }) => carrier ?? method)).toEqual(['credit', 'au', 'docomo'])
    expect(cells.map(({ day, carrier, method }) => `${day} ${carrier ?? method}`)).toEqual([
      '2026-11-02 credit',
      '2026-11-02 docomo',
      '2026-11-03 credit',
      '2026-11-03 au',
      '2026-11-30 docomo',
    ])
  })

  it('do not add up what is not known', () => {
    const request = { request: 'cancel', telegram: '102', movement: null } as const
    expect(reportWith([reportRequest(), reportRequest(request)]).total).toMatchObject({
      sold: { count: 1, yen: 1_000 },
      unclear: { count: 1, yen: 1_000 },
      netYen: null,
    })
  })

  it('count a correction of a sale as a refund of the difference', () => {
    const lowered = { telegram: '103', request: 'corrected-sale', plannedStatus: '44', amountYen: 300 } as const
    expect(reportWith([reportRequest(lowered)]).total).toMatchObject({
      corrected: { count: 0 },
      refunded: { count: 1, yen: 700 },
      loweredYen: 0,
      netYen: -700,
    })
  })
})

it.each([
  ['more than was held', 500, 300],
  ['after an amount that was not recorded', 500, null],
])('a corrected sale of %s has lowered nothing', (_, amountYen, heldAmountYen) => {
  const corrected = { telegram: '029', request: 'corrected-sale', amountYen, heldAmountYen } as const
  expect(reportWith([reportRequest(corrected)]).total).toMatchObject({ corrected: { yen: 500 }, loweredYen: 0 })
})

it('the lines of one second stand by run and place', () => {
  const requests = [
    reportRequest({ runId: 8, position: 1 }),
    reportRequest({ runId: 7, position: 10 }),
    reportRequest({ runId: 7, position: 9 }),
  ]
  expect(reportWith(requests).lines.map(({ runId, position }) => [runId, position])).toEqual([
    [7, 9],
    [7, 10],
    [8, 1],
  ])
})

it('the payers stand by name, credit first', () => {
  const requests = [
    reportRequest({ carrier: 'softbank' }),
    reportRequest({ method: 'credit', carrier: null }),
    reportRequest({ carrier: 'au' }),
  ]
  expect(reportWith(requests).payers.map(({ method, carrier }) => carrier ?? method)).toEqual([
    'credit',
    'au',
    'softbank',
  ])
})

describe('the days', () => {
  it.each([
    ['the last of a month', '2026-11-30T23:59:59+09:00', 1],
    ['the first', '2026-11-01T00:00:00+09:00', 1],
    ['a second before', '2026-10-31T23:59:59+09:00', 0],
    ['a second after', '2026-12-01T00:00:00+09:00', 0],
  ])('%s', (_, at, count) => {
    expect(reportWith([reportRequest({ at })]).lines).toHaveLength(count)
  })

  it.each([
    ['2026-11-03T09:00:00+09:00', 3, false],
    ['2026-11-30T23:59:59+09:00', 30, false],
    ['2026-12-01T00:00:00+09:00', 30, true],
    ['2026-10-31T09:00:00+09:00', 0, false],
  ])('on %s there are %i', (madeAt, count, over) => {
    const { days, over: isOver } = reportWith([], {}, madeAt)
    expect([days.length, isOver]).toEqual([count, over])
  })
})

describe('a change after the period', () => {
  // The outcomes with their times; then the outcome and the day of the request.
  const late = (history: ReportRequest['history'], facts: Partial<ReportRequest> = {}) =>
    reportWith([reportRequest({ at: '2026-11-20T12:00:00+09:00', history, ...facts })])
  const told = ({ changedLater }: ReturnType<typeof late>) =>
    changedLater.map(({ before, after, netYen, changedAt }) => [before, after, netYen, changedAt.slice(0, 10)])

  it('is no outcome that was known in time', () => {
    expect(told(late([{ at: '2026-11-20T12:00:01+09:00', outcome: 'accepted' }]))).toEqual([])
  })

  it('is an acceptance that was learnt after the end', () => {
    const report = late([
      { at: '2026-11-20T12:00:30+09:00', outcome: 'unknown' },
      { at: '2026-12-02T09:00:00+09:00', outcome: 'accepted' },
    ])
    expect(told(report)).toEqual([['unknown', 'accepted', 1_000, '2026-12-02']])
    expect(report.open.map(({ orderId }) => orderId)).toEqual(['852'])
    expect(report.total.netYen).toBe(1_000)
  })

  it('is an acceptance that was taken back after the end', () => {
    const report = late(
      [
        { at: '2026-11-20T12:00:30+09:00', outcome: 'accepted' },
        { at: '2026-12-02T09:00:00+09:00', outcome: 'attention' },
        { at: '2026-12-03T09:00:00+09:00', outcome: 'not-processed' },
      ],
      { outcome: 'not-processed' },
    )
    expect(told(report)).toEqual([['accepted', 'not-processed', -1_000, '2026-12-03']])
    expect(report.open).toEqual([])
  })

  it('is no outcome that came back to what it was', () => {
    const history = [
      { at: '2026-11-20T12:00:30+09:00', outcome: 'accepted' },
      { at: '2026-12-02T09:00:00+09:00', outcome: 'attention' },
      { at: '2026-12-03T09:00:00+09:00', outcome: 'accepted' },
    ] as const
    expect(told(late(history))).toEqual([])
    const earlier = reportRequest({
      at: '2026-10-30T12:00:00+09:00',
      history: [{ at: '2026-11-02T09:00:00+09:00', outcome: 'unknown' }],
      outcome: 'unknown',
    })
    expect(reportWith([earlier]).ofEarlier).toEqual([])
  })

  it('is reported in the month in which it became known, too', () => {
    const { ofEarlier, total } = reportWith([
      reportRequest({
        at: '2026-10-30T12:00:00+09:00',
        history: [{ at: '2026-11-02T09:00:00+09:00', outcome: 'accepted' }],
      }),
    ])
    expect(ofEarlier.map(({ before, after, netYen }) => [before, after, netYen])).toEqual([
      ['unknown', 'accepted', 1_000],
    ])
    expect(total.netYen).toBe(0)
  })

  it('has the outcome and the time of the month that it is listed in', () => {
    const history = [
      { at: '2026-11-02T09:00:00+09:00', outcome: 'accepted' },
      { at: '2026-12-02T09:00:00+09:00', outcome: 'attention' },
    ] as const
    const { ofEarlier } = reportWith([
      reportRequest({ at: '2026-10-30T12:00:00+09:00', outcome: 'attention', history }),
    ])
    expect(ofEarlier.map(({ after, changedAt }) => [after, changedAt.slice(0, 10)])).toEqual([
      ['accepted', '2026-11-02'],
    ])
  })

  it('is not listed as of an earlier month where the request counts in this one', () => {
    const at = '2026-11-01T09:00:00+09:00'
    const sentAt = '2026-10-31T23:59:00+09:00'
    const { lines, ofEarlier } = reportWith([
      reportRequest({ at, sentAt, datedBy: 'paygent', history: [{ at, outcome: 'accepted' }] }),
    ])
    expect([lines.length, ofEarlier]).toEqual([1, []])
  })

  it('has no yen where it is not known what the request has moved', () => {
    const history = [
      { at: '2026-11-20T12:00:30+09:00', outcome: 'unknown' },
      { at: '2026-12-02T09:00:00+09:00', outcome: 'accepted' },
    ] as const
    expect(told(late(history, { movement: null }))).toEqual([['unknown', 'accepted', null, '2026-12-02']])
  })

  it('is not an outcome that came after both months', () => {
    const history = [{ at: '2026-12-02T09:00:00+09:00', outcome: 'accepted' }] as const
    const { ofEarlier, changedLater } = reportWith([reportRequest({ at: '2026-10-30T12:00:00+09:00', history })])
    expect([ofEarlier, changedLater]).toEqual([[], []])
  })
})

describe('the open requests at the end', () => {
  it('leave out an order that no longer waits', () => {
    const attention = { outcome: 'attention', at: '2026-11-20T12:00:00+09:00' } as const
    expect(reportWith([reportRequest({ ...attention, waits: true })]).open).toHaveLength(1)
    expect(reportWith([reportRequest({ ...attention, waits: false })]).open).toHaveLength(0)
  })

  it('hold one of an earlier month', () => {
    const unknown = { outcome: 'unknown', at: '2026-09-20T12:00:00+09:00', history: [], waits: true } as const
    expect(reportWith([reportRequest(unknown)]).open).toHaveLength(1)
  })

  it('hold none that was sent later', () => {
    const unknown = { outcome: 'unknown', at: '2026-12-01T00:00:00+09:00', history: [], waits: true } as const
    expect(outcomeAt(reportRequest(unknown), '2026-11-30U')).toBeNull()
    expect(outcomeAt(reportRequest({ at: unknown.at }), unknown.at)).toBeNull()
    expect(reportWith([reportRequest(unknown)]).open).toHaveLength(0)
  })
})

it('of equally many outcomes those without a reason come first', () => {
  const [none, coded] = [null, '2004'].map((reason) => reportRequest({ outcome: 'rejected', reason, orderId: '1' }))
  for (const requests of [
    [none, coded],
    [coded, none],
  ]) {
    const given = requests.filter((one) => one !== undefined)
    expect(reportWith(given).outcomes.map(({ reason }) => reason)).toEqual([null, '2004'])
  }
})

it('counts outcomes by their reason, the most frequent first', () => {
  const rejected = (reason: string, orderId: string) => reportRequest({ outcome: 'rejected', reason, orderId })
  const { outcomes } = reportWith([
    rejected('2006', '1'),
    rejected('2004', '2'),
    rejected('2005', '3'),
    rejected('2005', '4'),
  ])
  expect(outcomes).toEqual([
    { outcome: 'rejected', reason: '2005', count: 2, yen: 2_000, orderIds: ['3', '4'] },
    { outcome: 'rejected', reason: '2004', count: 1, yen: 1_000, orderIds: ['2'] },
    { outcome: 'rejected', reason: '2006', count: 1, yen: 1_000, orderIds: ['1'] },
  ])
})

describe('an order that a run left undone', () => {
  /** Four runs, one a day: each leaves the orders 1 and 2 unsent, and the last one sells order 1. */
  const [first, second, third, fourth] = [2, 3, 4, 5].map((day, index) => ({
    at: `2026-11-0${day}T12:00:00+09:00`,
    runId: index + 1,
  }))
  const counted = (requests: readonly ReportRequest[]) =>
    reportWith(requests).outcomes.map(({ outcome, reason, count, yen, orderIds }) => [
      outcome,
      reason,
      count,
      yen,
      orderIds.join(),
    ])
  const unsent = { outcome: 'unsent', movement: null } as const
  const refused = { outcome: 'refused', reason: 'on-hold', amountYen: null, movement: null } as const

  it('counts once, however many runs have left it', () => {
    const runs = [first, second, third].flatMap((run) =>
      ['1', '2'].map((orderId) => reportRequest({ ...unsent, ...run, orderId })),
    )
    expect(counted(runs)).toEqual([['unsent', null, 2, 2_000, '1,2']])
    expect(counted([...runs, reportRequest({ ...fourth, orderId: '1' })])).toEqual([['unsent', null, 1, 1_000, '2']])
  })

  it('counts by the last request on it', () => {
    const left = reportRequest({ ...unsent, ...first })
    expect(counted([left, reportRequest({ ...refused, ...second })])).toEqual([['refused', 'on-hold', 1, 0, '852']])
    // Of the same second the later place counts.
    const again = reportRequest({ ...refused, ...first, position: 2 })
    expect(counted([again, left])).toEqual([['refused', 'on-hold', 1, 0, '852']])
    const not = reportRequest({ outcome: 'not-processed', ...third })
    expect(counted([reportRequest({ ...refused, ...second }), left, not])).toEqual([
      ['not-processed', null, 1, 1_000, '852'],
    ])
  })

  it('does not count where its request was sent and answered later', () => {
    const rejection = reportRequest({ outcome: 'rejected', reason: '2004', ...second })
    expect(counted([reportRequest({ ...unsent, ...first }), rejection])).toEqual([
      ['rejected', '2004', 1, 1_000, '852'],
    ])
    expect(counted([rejection, reportRequest({ ...rejection, ...third })])).toEqual([
      ['rejected', '2004', 2, 2_000, '852'],
    ])
  })

  it('does not count where its next request was accepted', () => {
    for (const outcome of ['unsent', 'not-processed', 'refused'] as const)
      expect(counted([reportRequest({ ...first, outcome }), reportRequest(second)])).toEqual([])
  })

  it('counts where the acceptance came before, or after the period', () => {
    const left = reportRequest({ ...refused, ...second })
    expect(counted([reportRequest(first), left])).toHaveLength(1)
    expect(counted([left, reportRequest({ at: '2026-12-01T12:00:00+09:00', runId: 9 })])).toHaveLength(1)
  })

  it('does not count where an older request turned out to be accepted after it', () => {
    const learnt = [{ at: '2026-11-04T09:00:00+09:00', outcome: 'accepted' }] as const
    expect(counted([reportRequest({ ...first, history: learnt }), reportRequest({ ...refused, ...second })])).toEqual(
      [],
    )
  })
})

it('keeps what ran out and what was sold elsewhere within the period, by day and order', () => {
  const { lost, elsewhere } = sampleReport()
  const days = ['2026-10-31', '2026-12-01', '2026-11-30', '2026-11-30', '2026-11-01'] as const
  const orders = ['1', '2', '10', '9', '11']
  const spread = <One extends object>([one]: readonly One[]) =>
    days.map((day, index) => ({ ...(one as One), day, orderId: orders[index] ?? '' }))
  const report = reportWith([], { lost: spread(lost), elsewhere: spread(elsewhere) })
  for (const kept of [report.lost, report.elsewhere])
    expect(kept.map(({ day, orderId }) => `${day} ${orderId}`)).toEqual([
      '2026-11-01 11',
      '2026-11-30 9',
      '2026-11-30 10',
    ])
})
