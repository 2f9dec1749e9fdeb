// Compares the plans, the results and the list of runs of one desk with the files in screens/, whole: orders with
// numbers of five digits, every request, every outcome and every state of a run.
import { describe, expect, test } from 'vitest'
import { planBatch } from '../../src/batch/plan.js'
import { CARRIERS, type Operation, type Order } from '../../src/domain/order.js'
import { OUTCOMES } from '../../src/domain/outcome.js'
import type { RunItem, RunRecord } from '../../src/domain/run.js'
import { planText, planView } from '../../src/ui/plan.js'
import { type ResultView, resultText } from '../../src/ui/result.js'
import { type RunListRow, runsCsv, runsJson, runsText } from '../../src/ui/runs.js'
import type { Screen } from '../../src/ui/screen.js'
import { rules } from '../domain/order-fixture.js'
import { runItem, sampleOrder, screenOf } from './sample-orders.js'
import { expectScreen } from './screens.js'

const TODAY = '2026-11-29'
const RULES = {
  profile: 'current',
  single: false,
  includeCancelled: false,
  afterUnknown: false,
  statuses: [],
  nowMs: Date.parse(`${TODAY}T10:00:00+09:00`),
} as const

const NAMES = ['佐藤 直樹', '髙橋 美咲', '長谷川 健太郎', 'ペイジェント 花子', '山田ｼｽﾃﾑ販売株式会社 経理部']

/** An authorised order of this month. */
function order(number: number, totalYen: number, more: Partial<Order> = {}): Order {
  const orderId = String(number)
  const at = '2026-11-20T11:50:00+09:00'
  return sampleOrder({
    orderId,
    tradingId: orderId,
    paymentId: `7000${orderId}`,
    customerName: NAMES[number % NAMES.length] ?? '',
    orderedAt: at,
    authorizedAt: at,
    heldAmountAt: '2026-11-29T09:40:00+09:00',
    totalYen,
    heldAmountYen: totalYen,
    orderStatus: '新規受付',
    ...more,
  })
}

const CREDIT = { method: 'credit', carrier: null } as const
const AU = { carrier: 'au' } as const
const SOFTBANK = { carrier: 'softbank' } as const
const SOLD = { status: '40', statusOrigin: 'paygent' } as const

const toSell = [
  order(10231, 12_800, CREDIT),
  order(10232, 1_733, AU),
  order(10233, 9_800, { heldAmountYen: 10_780 }),
  order(10234, 3_240, { ...SOFTBANK, authorizedAt: '2026-10-02T09:00:00+09:00' }),
  order(10235, 128_000, { ...CREDIT, heldAmountYen: 98_000 }),
  order(10236, 4_950, { ...AU, orderStatus: '店舗保留' }),
  order(10237, 2_980, { status: '60', statusOrigin: 'paygent' }),
]

const toCancel = [
  order(10241, 5_400, CREDIT),
  order(10242, 128_000, { ...CREDIT, ...SOLD, kind: '022' }),
  order(10243, 1_733),
  order(10244, 12_000, { status: '44', statusOrigin: 'paygent', kind: '101' }),
  order(10245, 980, AU),
  order(10246, 3_300, { ...SOFTBANK, ...SOLD, kind: '101' }),
]

const lowered = [order(10251, 500, { status: '44', statusOrigin: 'paygent', kind: '101', heldAmountYen: 980 })]

const planOf = (orders: readonly Order[], operation: Operation, single: boolean, screen: Screen): string =>
  planText(planView(planBatch(orders, operation, { ...RULES, single }), 'production', TODAY), screen)

/** Every outcome of a sale, and both kinds of a correction. */
const soldItems = (): RunItem[] => {
  const done = (one: Order, kind: Order['kind'] = '101') => ({ ...one, ...SOLD, kind, kindByUs: true }) as const
  const [first, second, third, fourth, fifth] = toSell as [Order, Order, Order, Order, Order]
  return [
    { order: done(first, '022'), telegram: '022', amountYen: 12_800 },
    { order: done(second), amountYen: 1_733 },
    { order: done(third, '103'), request: 'corrected-sale', telegram: '103', amountYen: 9_800, heldAmountYen: 10_780 },
    {
      order: done(lowered[0] ?? first, '103'),
      request: 'corrected-sale',
      telegram: '103',
      amountYen: 500,
      heldAmountYen: 980,
      plannedStatus: '44',
    },
    { order: fourth, outcome: 'rejected', code: '7406', detail: 'オーソリ取消済みです', amountYen: 3_240 },
    { order: fifth, outcome: 'refused', reason: 'higher', telegram: null, amountYen: null, attempts: 0 },
    { order: order(10261, 2_200), outcome: 'not-processed', amountYen: 2_200 },
    { order: order(10262, 7_700, { openAttempt: true }), outcome: 'unknown', amountYen: 7_700 },
    {
      order: order(10263, 6_600, { ...CREDIT, attention: true }),
      outcome: 'attention',
      request: 'corrected-sale',
      telegram: '029',
      code: '2012',
      detail: '売上取消エラー',
      newPaymentId: '700000000000000009',
      amountYen: 5_500,
      heldAmountYen: 6_600,
    },
    { order: order(10264, 1_100), outcome: 'unsent', amountYen: 1_100, attempts: 0 },
    {
      order: order(10265, 8_800, SOLD),
      outcome: 'refused',
      reason: 'already',
      about: '40',
      request: null,
      amountYen: null,
    },
  ].map((fields, index) =>
    runItem({ position: index + 1, paymentId: fields.order.paymentId, ...(fields as Partial<RunItem>) }),
  )
}

/** Releases and refunds by card and carrier, one release that became a refund, and one of an old journal. */
const cancelledItems = (): RunItem[] => {
  const done = (one: Order, status: string) => ({ ...one, status, statusOrigin: 'paygent', kindByUs: true }) as const
  const [first, second, third, fourth, fifth, sixth] = toCancel as [Order, Order, Order, Order, Order, Order]
  return [
    { order: done(first, '32'), request: 'auth-cancel', telegram: '021', amountYen: 5_400 },
    { order: done(second, '60'), request: 'sale-cancel', telegram: '023', amountYen: 128_000, plannedStatus: '40' },
    { order: done(third, '60'), telegram: '102', amountYen: 1_733 },
    { order: done(fourth, '60'), telegram: '102', amountYen: 12_000, plannedStatus: '44' },
    { order: done(fifth, '60'), telegram: '102', amountYen: 980, refunded: true },
    { order: sixth, telegram: '102', amountYen: 3_300, plannedStatus: '40', outcome: 'rejected', code: '7003' },
  ].map((fields, index) => runItem({ position: index + 1, request: 'cancel', ...(fields as Partial<RunItem>) }))
}

const oldItems = (): RunItem[] => [
  runItem({
    order: order(10271, 4_400, AU),
    request: 'cancel',
    telegram: '102',
    plannedStatus: '35',
    amountYen: 4_400,
  }),
]

const run = (id: number, operation: Operation, more: Partial<RunRecord> = {}): RunRecord => ({
  id,
  operation,
  environment: 'production',
  startedAt: '2026-11-29T10:15:00+09:00',
  endedAt: '2026-11-29T10:16:00+09:00',
  state: 'completed',
  host: 'shop-1',
  osUser: 'taro',
  acknowledgedAt: null,
  quiet: false,
  total: 1,
  done: 1,
  ...more,
})

const many = (count: number, more: Partial<RunItem>): RunItem[] =>
  Array.from({ length: count }, (_, index) => runItem({ position: index + 1, amountYen: 10_000, ...more }))

/** Another window carries it out now. */
const RUNNING = run(127, 'sale', { state: 'running', endedAt: null, total: 60, done: 3 })

const listed = (): RunListRow[] => [
  { run: RUNNING, items: many(3, {}), underWay: true },
  { run: run(126, 'cancel'), items: cancelledItems() },
  { run: run(125, 'sale', { state: 'stopped' }), items: soldItems() },
  { run: run(124, 'sale', { state: 'interrupted' }), items: many(1_250, { outcome: 'unsent' }) },
  { run: run(123, 'sale', { acknowledgedAt: '2026-11-29T11:00:00+09:00' }), items: many(2, {}) },
  { run: run(122, 'cancel', { quiet: true }), items: oldItems() },
]

const result = (id: number, operation: Operation, items: readonly RunItem[]): ResultView => ({
  run: run(id, operation, id === 125 ? { state: 'stopped' } : {}),
  items,
  rules: rules({ profile: 'current', nowMs: RULES.nowMs }),
})

/** All screens at one width, one below the other. */
const desk = (screen: Screen): string =>
  [
    ['paygent bulk-sale', planOf(toSell, 'sale', false, screen)],
    ['paygent sale 10251', planOf(lowered, 'sale', true, screen)],
    ['paygent bulk-cancel', planOf(toCancel, 'cancel', false, screen)],
    ['paygent runs show 125', resultText(result(125, 'sale', soldItems()), screen)],
    ['paygent runs show 126', resultText(result(126, 'cancel', cancelledItems()), screen)],
    ['paygent runs show 122', resultText(result(122, 'cancel', oldItems()), screen)],
    [
      'paygent runs show 127',
      resultText({ ...result(127, 'sale', many(3, {})), run: RUNNING, running: RUNNING }, screen),
    ],
    ['paygent runs', runsText(listed(), screen)],
  ]
    .map(([command, text]) => `$ ${command}\n${text}`)
    .join('\n')

describe.each(['ja', 'en'] as const)('the desk, %s', (lang) => {
  test.each([60, 80, 100, 120])('at %i columns', (width) => {
    expectScreen(`desk-${lang}-${width}`, desk(screenOf(width, lang)), width)
  })

  test.each([80, 100, 120])('no count and no sum of the list of runs is broken at %i columns', (width) => {
    const [whole, fitted] = [null, width].map((columns) => runsText(listed(), screenOf(columns, lang)))
    const parts = (text = ''): string[] => text.split(/[│\n]| \/ /).map((part) => part.trim())
    const counts = parts(whole).filter((part) => /^\D+ [\d,]+$/.test(part))
    expect(counts.length).toBeGreaterThan(12)
    expect(parts(fitted)).toEqual(expect.arrayContaining(counts))
  })
})

test('the desk has every carrier, every outcome and every way of money', () => {
  const items = [...soldItems(), ...cancelledItems(), ...oldItems()]
  expect(new Set(items.map(({ outcome }) => outcome))).toEqual(new Set(OUTCOMES))
  expect(new Set(items.map(({ movement }) => movement?.way))).toEqual(
    new Set([undefined, 'captured', 'released', 'refunded']),
  )
  expect(new Set([...toSell, ...toCancel].map(({ carrier }) => carrier))).toEqual(new Set([null, ...CARRIERS]))
})

test('the list of runs tells its sums to a program, and what is not known as null', () => {
  const json = runsJson(listed())
  const sums = json.map(({ id, summary: { acceptedYen, releasedYen, refundedYen, netYen } }) => [
    id,
    acceptedYen,
    releasedYen,
    refundedYen,
    netYen,
  ])
  expect(sums).toEqual([
    [127, 30_000, 0, 0, 30_000],
    [126, 148_113, 7_133, 140_980, -140_980],
    [125, 24_833, 0, 480, 23_853],
    [124, 0, 0, 0, 0],
    [123, 20_000, 0, 0, 20_000],
    [122, 4_400, null, null, null],
  ])
  const [header, ...lines] = runsCsv(listed()).trimEnd().split('\r\n')
  expect(header).toMatch(/,needs_acknowledgement,released_yen,refunded_yen,net_yen$/)
  expect(lines.map((line) => line.split(',').slice(-3).join())).toEqual(
    sums.map((cells) => cells.slice(2).join().replaceAll('null', '')),
  )
})
