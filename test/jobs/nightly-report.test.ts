// Tests the record of the night event by event, its report, and the exit code.
import { describe, expect, it } from 'vitest'
import type { BatchEvent } from '../../src/batch/events.js'
import { planBatch } from '../../src/batch/plan.js'
import { FixedClock } from '../../src/clock.js'
import type { Difference } from '../../src/domain/difference.js'
import type { Outcome } from '../../src/domain/outcome.js'
import type { RunItem } from '../../src/domain/run.js'
import type { NightlyEvent } from '../../src/jobs/nightly/events.js'
import { NightPace, paceOf } from '../../src/jobs/nightly/pace.js'
import { reentrantLock } from '../../src/jobs/nightly/nightly.js'
import { type NightlyReport, NightlyTally, nightlyExit } from '../../src/jobs/nightly/report.js'
import type { ReconcileEvent } from '../../src/jobs/reconcile/events.js'
import type { SyncEvent } from '../../src/jobs/sync/events.js'
import { order, rules } from '../domain/order-fixture.js'
import { type Bench, NOW, auOrder, bench, cardOrder } from './bench.js'
import { depsOf } from './reconciling.js'

const PLAN = planBatch([order()], 'sale', rules())
const [STEP] = PLAN.steps as [(typeof PLAN.steps)[number]]
const DIFFERENCE: Difference = {
  orderId: '1',
  paymentId: '91',
  cause: 'moved',
  mirror: { status: '20', amountYen: 1 },
  paygent: { status: '40', amountYen: 1 },
  code: null,
}
const STOPPED = { type: 'stopped', reason: { type: 'interrupted' } } as const

const reconciling = (event: ReconcileEvent): NightlyEvent => ({ type: 'reconciling', event })
const syncing = (event: SyncEvent): NightlyEvent => ({ type: 'syncing', event })
const selling = (event: BatchEvent): NightlyEvent => ({ type: 'selling', event })
const waiting: NightlyEvent = { type: 'lock-waiting', holder: null, remainingMs: 1 }
const asking = { type: 'asking', index: 1, total: 1, orderId: '1' } as const
const started = (runId: number) => selling({ type: 'started', runId, total: 1 })
const seen = (type: 'recovered' | 'looked-again', orderId: string, outcome: Outcome) =>
  selling({ type, orderId, telegram: '101', outcome })

function tallyOf(...events: readonly NightlyEvent[]): NightlyTally {
  const tally = new NightlyTally()
  for (const event of events) tally.note(event)
  return tally
}

const reportOn = (b: Bench, broken: boolean, ...events: readonly NightlyEvent[]): NightlyReport =>
  tallyOf(...events).report({ ...depsOf(b), inbox: b.mirror.inbox }, broken)

describe('a result that must be reported whatever comes after', () => {
  const rows: readonly [string, NightlyEvent, boolean, boolean][] = [
    ['another program is waited for', waiting, false, false],
    [
      'what is left to people',
      { type: 'left-to-people', waiting: null, unshipped: { count: 0, yen: 0 }, onHold: { count: 0, yen: 0 } },
      false,
      false,
    ],
    ['an order is asked about', reconciling(asking), true, false],
    ['reconcile sends again', reconciling({ type: 'sending-again', orderId: '1', telegram: '022' }), true, true],
    ['sync asks', syncing(asking), true, false],
    ['the plan is prepared', { type: 'preparing', index: 1, total: 1 }, true, false],
    ['the plan is made', { type: 'planned', plan: PLAN }, true, false],
    ['the sale begins', started(1), true, false],
    ['a request goes out', selling({ type: 'sending', step: STEP }), true, true],
    ['an answer is inquired about', selling({ type: 'inquiring', step: STEP }), true, false],
    ['a stage is over', { type: 'over', stage: 'sync' }, true, false],
  ]
  it.each(rows)('%s', (_, event, begun, mayHaveSent) => {
    const tally = tallyOf(event)
    expect([tally.begun, tally.mayHaveSent]).toEqual([begun, mayHaveSent])
  })

  it('nothing before anything has happened', () => {
    const tally = tallyOf()
    expect([tally.begun, tally.mayHaveSent]).toEqual([false, false])
  })
})

describe('the report', () => {
  const stops: readonly [string, readonly NightlyEvent[], boolean, boolean][] = [
    ['nothing', [reconciling(asking), syncing(asking), started(1)], false, false],
    ['reconcile', [reconciling(STOPPED)], false, true],
    ['sync', [syncing(STOPPED)], false, true],
    ['the sale', [selling(STOPPED)], false, true],
    ['a fault', [], true, true],
  ]
  it.each(stops)('is of a night that was stopped: %s', (_, events, broken, stopped) => {
    expect(reportOn(bench(auOrder('1')), broken, ...events).stopped).toBe(stopped)
  })

  it('has the sale, whatever was told of it besides', async () => {
    const b = bench(auOrder('1'))
    const { runId } = await b.batch('sale', ['1'])
    const report = reportOn(b, false, started(runId), selling({ type: 'sending', step: STEP }))
    expect([report.sale?.run.id, report.sale?.items.length, report.unseen]).toEqual([runId, 1, []])
    expect(reportOn(b, false, selling({ type: 'finished', runId }))).toMatchObject({ sale: null, unseen: [runId] })
  })

  it('has what the sale settled of earlier runs, and not what stands in its own result', async () => {
    const b = bench(auOrder('1'), auOrder('2', { status: '32' }), auOrder('3'), auOrder('4'))
    const ran = await b.batch('sale', ['1', '2'])
    expect(ran.items.map(({ attempts }) => attempts)).toEqual([1, 0])
    const report = reportOn(
      b,
      false,
      started(ran.runId),
      seen('looked-again', '1', 'accepted'),
      seen('recovered', '2', 'not-processed'),
      seen('recovered', '3', 'unknown'),
      seen('looked-again', '3', 'accepted'),
      seen('looked-again', '4', 'unknown'),
    )
    expect(report.settled).toEqual([
      { orderId: '2', telegram: '101', outcome: 'not-processed' },
      { orderId: '3', telegram: '101', outcome: 'accepted' },
    ])
  })

  it('names what runs out on the same day by its number', () => {
    const orderedAt = '2026-09-26T10:00:00+09:00'
    const b = bench(cardOrder('10', { orderedAt }), cardOrder('9', { orderedAt }), cardOrder('100', { orderedAt }))
    expect(reportOn(b, false).expiring.map(({ orderId }) => orderId)).toEqual(['9', '10', '100'])
  })
})

describe('the exit code', () => {
  const notices = { fetched: 0, applied: 0, otherTypes: 0, pending: 0, unknownPayments: [], stopped: null }
  const sync: NightlyReport['sync'] = {
    asked: 0,
    putOff: 0,
    untold: [],
    aged: [],
    differences: [],
    notices,
    purged: null,
    stopped: false,
  }
  const quiet: NightlyReport = {
    shopAway: null,
    shopUnseen: null,
    pull: null,
    push: [],
    pushFailed: null,
    settled: [],
    differences: [],
    untold: [],
    sync,
    sale: null,
    over: [],
    notBegun: null,
    tooSlow: null,
    expiring: [],
    waiting: null,
    unshipped: { count: 0, yen: 0 },
    onHold: { count: 0, yen: 0 },
    conflicts: [],
    open: [],
    attention: [],
    unseen: [],
    stopped: false,
  }
  const sale = (...outcomes: Outcome[]): NightlyReport['sale'] => ({
    run: {} as NonNullable<NightlyReport['sale']>['run'],
    items: outcomes.map((outcome) => ({ outcome, reason: null }) as RunItem),
  })
  const settled = (outcome: Outcome) => ({ orderId: '1', telegram: '101', outcome }) as const
  const differs = { ...DIFFERENCE, booked: true }
  const notice = {
    noticeId: '1',
    changeDate: null,
    paymentType: '06',
    paymentId: '7',
    tradingId: 't7',
    status: '20',
    amountYen: 1,
  }
  const unknown = { ...notices, unknownPayments: [notice] }
  const rows: readonly [string, Partial<NightlyReport>, number][] = [
    ['nothing', {}, 0],
    ['a sale', { sale: sale('accepted') }, 0],
    ['something accepted on the way', { settled: [settled('accepted')] }, 0],
    ['something not processed on the way', { settled: [settled('accepted'), settled('not-processed')] }, 3],
    ['orders whose status has no meaning', { waiting: { orders: 1, yen: 1, statuses: [], setting: '' } }, 3],
    ['orders that are not shipped', { unshipped: { count: 1, yen: 1 } }, 0],
    ['a difference', { differences: [differs] }, 3],
    ['a difference that sync found', { sync: { ...sync, differences: [differs] } }, 3],
    ['both', { differences: [differs], sync: { ...sync, differences: [differs] } }, 3],
    ['an unknown payment', { sync: { ...sync, notices: unknown } }, 3],
    ['and a difference', { sync: { ...sync, differences: [differs], notices: unknown } }, 3],
    ['an order untold', { sync: { ...sync, untold: [{ orderId: '1', code: null }] } }, 3],
    ['and an unknown payment', { sync: { ...sync, notices: unknown, untold: [{ orderId: '1', code: null }] } }, 3],
    ['a rejection', { sale: sale('accepted', 'rejected') }, 3],
    [
      'notices that Paygent refuses',
      { sync: { ...sync, notices: { ...unknown, stopped: { noticeId: '7', code: 'P010' } } } },
      6,
    ],
    ['stopped', { stopped: true, differences: [differs] }, 6],
    ['stopped in the sale', { stopped: true, sale: sale('accepted') }, 6],
    ['not begun', { notBegun: { why: 'until', left: [] } }, 6],
    ['something unsent', { sale: sale('accepted', 'unsent') }, 6],
    ['something for a person in the sale', { sale: sale('attention') }, 4],
    ['and stopped', { stopped: true, sale: sale('unknown', 'unsent') }, 4],
    ['something open', { open: [{ orderId: '1', telegram: '101', code: null, onHold: false }], stopped: true }, 4],
    ['something for a person', { attention: [{ orderId: '1', cause: null }], stopped: true }, 4],
  ]
  it.each(rows)('%s', (_, changes, code) => {
    expect(nightlyExit({ ...quiet, ...changes })).toBe(code)
  })
})

describe('the pace', () => {
  it.each([
    [3, 60_000, 120_000, { perOrderMs: 60_000, endsAt: '2026-11-23T19:33:00+09:00', left: 1 }],
    [2, 60_000, 120_000, { perOrderMs: 60_000, endsAt: '2026-11-23T19:32:00+09:00', left: 0 }],
    [3, 60_000, 120_001, { perOrderMs: 60_000, endsAt: '2026-11-23T19:33:00+09:00', left: 0 }],
    [3, 60_000, -1, { perOrderMs: 60_000, endsAt: '2026-11-23T19:33:00+09:00', left: 3 }],
    [3, 0, -1, { perOrderMs: 0, endsAt: '2026-11-23T19:30:00+09:00', left: 0 }],
  ])('%i orders at %i ms each in %i ms', (orders, perOrderMs, leftMs, pace) => {
    expect(paceOf(Array<number>(orders).fill(perOrderMs), NOW, NOW + leftMs)).toEqual(pace)
  })
})

describe('the window of the sync', () => {
  /** A night in which inquiries take so long each, after runs whose sales took so long. */
  function paceAfter(saleMs: number | null, inquiryMs: number, inquiries = 3): NightPace {
    const clock = new FixedClock(NOW)
    const pace = new NightPace(clock, { paceMs: () => saleMs })
    for (let done = 0; done <= inquiries; done += 1) {
      pace.note(done)
      clock.advance(inquiryMs)
    }
    return pace
  }

  it.each([
    // A sale of 1,000 ms counts for 1,100, an inquiry of 300 ms for 400 a sale; two inquiries lie between.
    [1_000, 300, 10, 60_000, 60_000 - 10 * 1_100 - 600],
    [1_000, 300, 1_000, 60_000, 60_000 - 39 * 1_100 - 600],
    [1_000, 300, 0, 60_000, 59_400],
    // A sale takes as long as an inquiry at least.
    [100, 300, 10, 60_000, 60_000 - 10 * 330 - 600],
    [0, 0, 10, 60_000, 60_000],
    [1_000, 300, 10, 600, 0],
    [1_000, 300, 10, 300, -300],
    [null, 300, 10, 60_000, 30_000],
  ])(
    'sales of %j ms, inquiries of %i ms, %i orders in %i ms: it ends after %i',
    (saleMs, inquiryMs, orders, leftMs, end) => {
      expect(paceAfter(saleMs, inquiryMs).syncUntil(orders, NOW, NOW + leftMs) - NOW).toBeCloseTo(end, 6)
    },
  )

  it('is half of the time until three inquiries have shown their pace', () => {
    expect(paceAfter(1_000, 300, 2).syncUntil(10, NOW, NOW + 60_000) - NOW).toBe(30_000)
    expect([paceAfter(1_000, 300, 2).inquiryMs, paceAfter(1_000, 300, 3).inquiryMs]).toEqual([null, 300])
  })

  it('goes by the inquiries of the last row', () => {
    const clock = new FixedClock(NOW)
    const pace = new NightPace(clock, { paceMs: () => 50 })
    for (const [count, ms] of [
      [5, 100],
      [4, 400],
      [2, 900],
    ] as const)
      for (let done = 0; done < count; done += 1) {
        pace.note(done)
        clock.advance(ms)
      }
    expect([pace.inquiryMs, pace.saleMs]).toEqual([400, 400])
  })

  it.each([
    ['all that fit, and one in ten more', 1_000, 300, ['a', 'a', 'a', 'a', 'a'], 3_600, 'a a a a', 'a'],
    ['those that need not be asked about, however many', 1_000, 300, ['a', 'n', 'n', 'a', 'n'], 1_300, 'a n n n', 'a'],
    ['the place of those that need no sale', 1_000, 300, ['s', 's', 'a', 'a', 'a'], 1_300, 's s a a', 'a'],
    ['the first in any case', 1_000, 300, ['a', 'a'], 1, 'a', 'a'],
    ['all where nothing is measured', null, 0, ['a', 'a'], 1, 'a a', ''],
  ])('takes %s', (_, saleMs, inquiryMs, orders, leftMs, fits, late) => {
    const pace = paceAfter(saleMs, inquiryMs)
    const nowMs = NOW + 4 * inquiryMs
    const found = pace.inTime(orders, { asks: (one) => one === 'a', sells: (one) => one !== 's' }, nowMs + leftMs)
    expect([found.fits.join(' '), found.late.join(' ')]).toEqual([fits, late])
  })
})

it('the lock of the night tells its stages who holds it', () => {
  const b = bench(auOrder('1'))
  b.mirror.lock.acquire('nightly')
  const { lock } = b.mirror
  expect(reentrantLock(lock).owner()).toEqual(lock.owner())
  expect(lock.owner()?.command).toBe('nightly')
})
