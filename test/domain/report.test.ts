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

describe('requests that changed later', () => {
  // The outcomes with their times; then the outcome and the day of the request.
  const late = (history: ReportRequest['history'], facts: Partial<ReportRequest> = {}) =>
    reportWith([reportRequest({ at: '2026-11-20T12:00:00+09:00', history, ...facts })])
  const told = ({ changedLater }: ReturnType<typeof late>) =>
    changedLater.map(({ before, after, netYen, changedAt }) => [before, after, netYen, changedAt.slice(0, 10)])

  it('is nothing for what was known in time', () => {
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

  it('is told by the month in which it became known, too', () => {
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

  it('is not an outcome that came after both months', () => {
    const history = [{ at: '2026-12-02T09:00:00+09:00', outcome: 'accepted' }] as const
    const { ofEarlier, changedLater } = reportWith([reportRequest({ at: '2026-10-30T12:00:00+09:00', history })])
    expect([ofEarlier, changedLater]).toEqual([[], []])
  })
})

describe('requests that are open at the end', () => {
  it('leaves out an order that no longer waits', () => {
    const attention = { outcome: 'attention', at: '2026-11-20T12:00:00+09:00' } as const
    expect(reportWith([reportRequest({ ...attention, waits: true })]).open).toHaveLength(1)
    expect(reportWith([reportRequest({ ...attention, waits: false })]).open).toHaveLength(0)
  })

  it('holds what is open since an earlier month', () => {
    const unknown = { outcome: 'unknown', at: '2026-09-20T12:00:00+09:00', history: [], waits: true } as const
    expect(reportWith([reportRequest(unknown)]).open).toHaveLength(1)
  })

  it('does not hold what was sent later', () => {
    const unknown = { outcome: 'unknown', at: '2026-12-01T00:00:00+09:00', history: [], waits: true } as const
    expect(outcomeAt(reportRequest(unknown), '2026-11-30U')).toBeNull()
    expect(reportWith([reportRequest(unknown)]).open).toHaveLength(0)
  })
})

it('counts outcomes by their reason, the most frequent first', () => {
  const rejected = (reason: string, orderId: string) => reportRequest({ outcome: 'rejected', reason, orderId })
  const { outcomes } = reportWith([rejected('2005', '1'), rejected('2004', '2'), rejected('2004', '3')])
  expect(outcomes).toEqual([
    { outcome: 'rejected', reason: '2004', count: 2, yen: 2_000, orderIds: ['2', '3'] },
    { outcome: 'rejected', reason: '2005', count: 1, yen: 1_000, orderIds: ['1'] },
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

it('keeps what ran out and what was sold elsewhere within the period', () => {
  const { lost, elsewhere } = sampleReport()
  expect([lost.length, elsewhere.length]).toEqual([1, 1])
  const day = '2026-12-01'
  const outside = reportWith([], { lost: lost.map((one) => ({ ...one, day })) })
  expect(outside.lost).toEqual([])
})
