import { CREDIT_AGAIN } from '../../src/domain/carriers.js'
import type { Order } from '../../src/domain/order.js'
import { SOLD } from '../../src/domain/statuses.js'
import { describe, expect, test } from 'vitest'
import { planBatch } from '../../src/batch/plan.js'
import { ORIGINS, type Origin } from '../../src/domain/chosen.js'
import { environmentLine, planText, planView, questionText } from '../../src/ui/plan.js'
import { dryRunJson } from '../../src/ui/result.js'
import { HARD_NAMES, MANUAL_ORDERS, sampleOrder, screenOf } from './sample-orders.js'
import { expectFits, expectScreen } from './screens.js'

const RULES = {
  profile: 'manual',
  single: false,
  includeCancelled: false,
  afterUnknown: false,
  statuses: [],
  nowMs: 0,
} as const

const orders = [
  ...MANUAL_ORDERS,
  sampleOrder({ orderId: '900', totalYen: 1000, heldAmountYen: 1733 }),
  sampleOrder({ orderId: '901', totalYen: 1000, heldAmountYen: 1 }),
  sampleOrder({
    orderId: '902',
    totalYen: 1000,
    heldAmountYen: 1733,
    correctionRefused: { code: '2014', totalYen: 1000 },
  }),
  sampleOrder({ orderId: '903', heldAmountYen: null, authorizedAt: null }),
]
const view = planView(planBatch(orders, 'sale', RULES), 'simulator', '2009-08-15')

test('an order of which no date is known has no age', () => {
  const undated = sampleOrder({ orderId: '904', orderedAt: '', authorizedAt: null })
  const text = planText(planView(planBatch([undated], 'sale', RULES), 'simulator', '2009-08-15'), screenOf(120, 'ja'))
  expect(text).toContain('904')
  expect(text).not.toMatch(/NaN|Invalid|undefined|残り/)
})

test.each([...SOLD, ...CREDIT_AGAIN.authCancel])('an order that is no longer authorised has no age: %s', (status) => {
  const one = sampleOrder({ orderId: '905', method: 'credit', carrier: null, status, statusOrigin: 'paygent' })
  const shown = (order: Order) =>
    planText(
      planView(planBatch([order], 'cancel', { ...RULES, single: true }), 'simulator', '2009-06-20'),
      screenOf(null),
    )
  expect(shown(one)).not.toMatch(/残り|オーソリ期限 |期限切れの見込み/)
  expect(shown({ ...one, status: '20' })).toMatch(/残り/)
})

describe('the plan before the question', () => {
  test.each(['ja', 'en'] as const)('%s', (lang) => {
    for (const width of [60, 80, 120]) {
      expectScreen(`plan-${lang}-${width}`, planText(view, screenOf(width, lang)), width)
    }
  })

  test('fits whatever the customers are called', () => {
    const named = HARD_NAMES.map((customerName, index) => sampleOrder({ orderId: String(900 + index), customerName }))
    const plan = planView(planBatch([...named, ...orders], 'cancel', RULES), 'sandbox', '2009-06-20')
    for (const width of [60, 80, 120]) expectFits(planText(plan, screenOf(width)), width)
  })

  test('says what the rules made of a changed total', () => {
    const text = planText(view, screenOf(null))
    expect(text).toContain('補正売上 (1,733 → 1,000)')
    expect(text).toContain('3Dセキュアの決済は補正売上ができません')
    expect(text).toContain('未照会')
    expect(text).toContain('合計：6件 2,736円（うち1件の金額は送信前に照会します）')
  })

  test('marks the orders that only a person’s own choice sends, and says what they say of themselves', () => {
    const own = [
      sampleOrder({ orderId: '910', orderStatus: '店舗保留' }),
      sampleOrder({ orderId: '911', orderStatus: '' }),
      sampleOrder({ orderId: '912' }),
    ]
    const plan = planView(planBatch(own, 'sale', RULES), 'simulator', '2009-08-15')
    const text = planText(plan, screenOf(null))
    expect(text).toContain('※ 対応状況の意味が未設定か、保留の受注です：910（店舗保留）、911（空欄）。')
    expect(text.split('\n').filter((line) => line.includes('売上 ※'))).toHaveLength(2)
    expect(planText(view, screenOf(null))).not.toContain('※')
    const json = dryRunJson(plan, '2009-08-15T10:00:00+09:00', 'ja')
    expect(json.results.map(({ mark }) => mark)).toEqual(['unknown-status', 'unknown-status', null])
    for (const width of [60, 80])
      for (const lang of ['ja', 'en'] as const) expectFits(planText(plan, screenOf(width, lang)), width)
  })

  test('an order that nobody chose by itself is left out where its status has become such a one', () => {
    const own = [sampleOrder({ orderId: '910', orderStatus: '店舗保留' })]
    const of = (origin: Origin) => planBatch(own, 'sale', RULES, null, { filter: {}, originOf: () => origin })
    for (const origin of ORIGINS) {
      const { steps, refused } = of(origin)
      const person = origin === 'named' || origin === 'ticked'
      expect([origin, steps.map(({ mark }) => mark)]).toEqual([origin, person ? ['unknown-status'] : []])
      expect(refused.map(({ reason }) => reason)).toEqual(person ? [] : ['unknown-status'])
    }
  })

  test('an order that the key for all would no longer tick is not sent because of it', () => {
    const own = [sampleOrder({ orderId: '910', orderStatus: 'キャンセル' })]
    const rules = { ...RULES, includeCancelled: true }
    const of = (origin: Origin) => planBatch(own, 'sale', rules, null, { filter: {}, originOf: () => origin })
    expect(of('ticked').steps.map(({ orderId }) => orderId)).toEqual(['910'])
    expect(of('ticked-by-all').refused.map(({ reason }) => reason)).toEqual(['cancelled-order'])
    const bySelf = sampleOrder({ orderId: '911', malformed: true })
    const plan = planBatch([bySelf], 'sale', RULES, null, { filter: {}, originOf: () => 'ticked-by-all' })
    expect([plan.steps, plan.refused.map(({ reason }) => reason)]).toEqual([[], ['malformed']])
  })

  test('an empty plan says so', () => {
    expect(planText({ ...view, items: [] }, screenOf(80))).toBe(
      '環境：シミュレーター（実際の請求は行われません）\n送信できる受注はありません。',
    )
  })

  test('production is red where there is colour', () => {
    expect(environmentLine('production', screenOf(80))).toBe('環境：本番（実際に請求・取消が行われます）')
    expect(environmentLine('production', screenOf(80, 'ja', { colour: true }))).toBe(
      '\u001B[31m環境：本番（実際に請求・取消が行われます）\u001B[39m',
    )
    expect(environmentLine('sandbox', screenOf(80, 'ja', { colour: true }))).not.toContain('\u001B')
  })

  test("asks in the manual's words", () => {
    expect(questionText('cancel', 'ja')).toBe('一括取消処理を実行します。よろしいですか？')
    const one = { orderId: '902', request: 'sale-cancel', amountYen: 12_000 } as const
    expect(questionText('cancel', 'ja', one)).toBe(
      '受注番号：902 の売上キャンセル要求（12,000円）を送信します。よろしいですか？',
    )
    const part = { orderId: '902', request: 'refund', telegram: '029', plannedStatus: '40' } as const
    expect(questionText('sale', 'ja', { ...part, amountYen: 500, heldAmountYen: 5_400 })).toBe(
      '受注番号：902 の一部返金要求（4,900円）を送信します。よろしいですか？',
    )
  })

  test('a step of an order that is not in the plan is a fault of the program', () => {
    expect(() => planView({ ...planBatch(orders, 'sale', RULES), orders: [] }, 'simulator', '2009-08-15')).toThrow(
      '864',
    )
  })
})

test('a dry run as JSON: no run, every order planned or refused', () => {
  const json = dryRunJson(view, '2009-08-15T10:00:00+09:00', 'ja')
  expect(Object.keys(json)).toEqual(['dryRun', 'run', 'results', 'summary'])
  expect(json.dryRun).toBe(true)
  expect(json.run.id).toBeNull()
  expect(json.results.map(({ position, outcome }) => [position, outcome])).toEqual(
    orders.map(({ orderId }, index) => [index + 1, ['901', '902'].includes(orderId) ? 'refused' : 'planned']),
  )
  expect(json.results[4]).toEqual({
    position: 5,
    orderId: '900',
    request: 'corrected-sale',
    telegram: '103',
    outcome: 'planned',
    label: '',
    code: null,
    detail: null,
    reason: null,
    reasonText: null,
    firstOutcome: 'planned',
    paymentId: '12345678',
    newPaymentId: null,
    amount: 1000,
    attempts: 0,
    mark: null,
    money: 'captured',
    netYen: 1000,
  })
  expect(json.results[5]).toMatchObject({ telegram: null, reason: 'higher', amount: null })
  expect(json.results[7]).toMatchObject({ request: 'sale', telegram: null, amount: null })
  expect(json.summary).toMatchObject({ total: 8, accepted: 0, refused: 2, acceptedYen: 0 })
})

describe('after the cut-off', () => {
  const late = (operation: 'sale' | 'cancel', chosen = orders) =>
    planText(planView(planBatch(chosen, operation, RULES), 'simulator', '2009-08-15', '21:00'), screenOf(80, 'ja'))
  const LATE = '本日の締め時刻（21:00）を過ぎています。いま送る docomo の売上は翌日扱いになり'

  test('says what it means for docomo’s sales, within the width', () => {
    expect(late('sale').replaceAll('\n', '')).toContain(LATE)
    expectFits(late('sale'), 80)
  })

  test('says nothing of others', () => {
    expect(late('cancel')).not.toContain(LATE)
    expect(
      late(
        'sale',
        orders.filter(({ carrier }) => carrier !== 'docomo'),
      ),
    ).not.toContain(LATE)
    expect(planText(view, screenOf(80, 'ja'))).not.toContain('締め時刻')
  })
})
