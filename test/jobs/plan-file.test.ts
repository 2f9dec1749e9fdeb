// Tests the plan of a file: its document, its differences from the plan of now, and the run that sends it.
import { planDocument, type PlanDocument, type PlanOrder, differencesOf } from '../../src/batch/plan-file.js'
import { BY_NAME, type Plan } from '../../src/batch/plan.js'
import type { PlanDifference } from '../../src/errors.js'
import type { Approval } from '../../src/domain/run.js'
import { auOrder, type Bench, bench, cardOrder, outcomes, told } from './bench.js'
import { FAULT, move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const HEAD = {
  id: 'p1',
  mirrorId: 'm1',
  environment: 'simulator',
  merchantId: '12345',
  profile: 'current',
  operation: 'sale',
  madeAt: '2026-11-23T19:30:00+09:00',
  validUntil: '2026-11-24T19:30:00+09:00',
} as const
const documentOf = (plan: Plan): PlanDocument => planDocument(HEAD, plan, BY_NAME)

const SHA = 'ab'.repeat(32)

/** Enters the plan as a file would be entered, and gives the word of the person who confirms it. */
function approved(b: Bench, plan: Plan, changes: Partial<Approval> = {}): Approval {
  b.mirror.plans.enter({ planId: 'p1', sha256: SHA, asked: plan.asked, madeMs: b.clock.nowMs() })
  return { planId: 'p1', sha256: SHA, samePerson: true, ...changes }
}

const usedBy = ({ mirror }: Pick<Bench, 'mirror'>): number | null | undefined => mirror.plans.find('p1')?.runId

describe('the document', () => {
  it('has each order in its place, without a name', async () => {
    const b = bench(auOrder('1'), auOrder('2', { totalYen: 1_200, listedAmountYen: 1_000 }), cardOrder('3'))
    const document = documentOf(await b.plan('sale', ['3', '2', '1']))
    expect(document.orders).toMatchObject([
      { position: 1, orderId: '3', outcome: 'planned', telegram: '022', amount: 1_000, reason: null },
      { position: 2, orderId: '2', outcome: 'refused', telegram: null, amount: null, reason: 'higher' },
      { position: 3, orderId: '1', outcome: 'planned', telegram: '101', carrier: 'au', heldAmount: 1_000 },
    ])
    expect(document.summary).toEqual({ orders: 2, yen: 2_000 })
    expect(JSON.stringify(document)).not.toContain('ペイジェント 太郎')
    expect(document.orders.map((order) => Object.keys(order).length)).toEqual([18, 18, 18])
  })

  it('is made of nothing that Paygent was not asked about', async () => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    const undecided = [{ position: 1, order: b.order('1'), request: null, mark: null }]
    expect(() => documentOf({ ...plan, undecided })).toThrow('before Paygent was asked')
  })
})

describe('the plan of now differs', () => {
  const planned = async (): Promise<[PlanOrder, Plan]> => {
    const plan = await bench(auOrder('1')).plan('sale', ['1'])
    const [order] = documentOf(plan).orders
    return [order ?? expect.fail('no order'), plan]
  }
  const rows: readonly [Partial<PlanOrder>, string, string, string][] = [
    [{ request: 'cancel' }, 'request', 'cancel', 'sale'],
    [{ telegram: '103' }, 'telegram', '103', '101'],
    [{ method: 'credit' }, 'method', 'credit', 'carrier'],
    [{ carrier: 'softbank' }, 'carrier', 'softbank', 'au'],
    [{ carrier: null }, 'carrier', '', 'au'],
    [{ tradingId: 't2' }, 'trading-id', 't2', 't1'],
    [{ paymentId: '92' }, 'payment', '92', '91'],
    [{ kind: '102' }, 'kind', '102', ''],
    [{ status: '21' }, 'status', '21', '20'],
    [{ heldAmount: 999 }, 'held-amount', '999', '1000'],
    [{ total: 1_001 }, 'total', '1001', '1000'],
    [{ amount: 1 }, 'amount', '1', '1000'],
    [{ mark: 'unknown-status' }, 'mark', 'unknown-status', ''],
    [{ outcome: 'refused', reason: 'higher' }, 'planned', 'higher', ''],
  ]
  it.each(rows)('%j', async (changes, field, before, now) => {
    const [order, plan] = await planned()
    expect(differencesOf([order], plan)).toEqual([])
    const expected: PlanDifference = { orderId: '1', field, approved: before, now }
    expect(differencesOf([{ ...order, ...changes }], plan)).toEqual([expected])
  })

  it('in an order that the rules refuse by now, or that is no longer in it', async () => {
    const [order, plan] = await planned()
    const refused = [
      { position: 1, orderId: '1', request: null, paymentId: null, reason: 'attention', about: null },
    ] as const
    const left = { orderId: '1', field: 'refused', approved: '' }
    expect(differencesOf([order], { steps: [], refused })).toEqual([{ ...left, now: 'attention' }])
    expect(differencesOf([order], { steps: [], refused: [] })).toEqual([{ ...left, now: 'left-out' }])
    // Nothing was to be sent, and nothing will be.
    expect(differencesOf([{ ...order, outcome: 'refused' }], { ...plan, steps: [], refused })).toEqual([])
  })
})

describe('the run of an approved plan', () => {
  it('marks the plan as used in the transaction that begins it, and enters that in the trail', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    const approval = approved(b, plan)
    const ran = await b.run(plan, { approval })
    expect([outcomes(ran), usedBy(b)]).toEqual(['1 accepted, 2 accepted', ran.runId])
    const entries = b.mirror.journal.entries().filter(({ event }) => event.startsWith('plan-'))
    expect(entries).toMatchObject([
      { event: 'plan-made', runId: null, detail: 'sale', osUser: 'yamada' },
      { event: 'plan-used', runId: ran.runId, detail: 'same-person', osUser: 'yamada' },
    ])
    expect(JSON.parse(entries[1]?.facts ?? '')).toEqual({ planId: 'p1', sha256: SHA, samePerson: true })
    expect(b.mirror.journal.verify(null)).toMatchObject({ ok: true })
  })

  const faults: readonly [string, (b: Bench, plan: Plan) => Approval, string][] = [
    [
      'the same person, without the word for it',
      (b, plan) => approved(b, plan, { samePerson: false }),
      'plan-same-person',
    ],
    ['another file', (b, plan) => approved(b, plan, { sha256: 'cd'.repeat(32) }), 'plan-altered'],
    ['a plan of no entry', (b, plan) => approved(b, plan, { planId: 'p2' }), 'plan-unknown'],
    [
      'a plan that has grown too old at the question',
      (b, plan) => {
        const approval = approved(b, plan)
        b.clock.pass(24 * 60 * 60_000 + 1)
        return approval
      },
      'plan-expired',
    ],
  ]
  it.each(faults)('%s begins none, and sends nothing', async (_, approvalOf, code) => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    const approval = approvalOf(b, plan)
    await expect(b.run(plan, { approval })).rejects.toMatchObject({ code })
    expect([b.gateway.sent, b.mirror.journal.run(1), b.mirror.lock.held, usedBy(b)]).toEqual([[], null, false, null])
    expect(b.mirror.journal.entries().map(({ event }) => event)).toEqual(['plan-made'])
  })

  it('of two programs that both found the plan unused one uses it', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    const approval = approved(b, plan)
    const other = b.open()
    const nowMs = b.clock.nowMs()
    expect([b.mirror.plans.usable(approval, nowMs).runId, other.plans.usable(approval, nowMs).runId]).toEqual([
      null,
      null,
    ])
    const { runId } = await b.run(plan, { approval })
    b.mirror = other
    await expect(b.run({ ...plan, steps: [] }, { approval })).rejects.toMatchObject({
      code: 'plan-used',
      exitCode: 6,
      params: { run: runId },
    })
    expect([b.gateway.sent.length, other.journal.run(runId + 1)]).toEqual([2, null])
  })

  it('that dies between its begin and its first request has used the plan and sent nothing', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    const approval = approved(b, plan)
    const events = b.start(plan, { approval })
    expect((await events.next()).value).toMatchObject({ type: 'started', runId: 1 })
    b.restart()
    await expect(b.run(plan, { approval })).rejects.toMatchObject({ code: 'plan-used' })
    expect([b.gateway.sent, usedBy(b), b.mirror.journal.run(1)?.state]).toEqual([[], 1, 'interrupted'])
    expect(b.mirror.journal.verify(null)).toMatchObject({ ok: true })
  })

  const changes: readonly [string, (b: Bench) => unknown][] = [
    ['amend', (b) => b.mirror.lock.acquire('amend') && b.mirror.journal.amend('2', 900, b.clock.nowMs())],
    ['import', (b) => b.mirror.importOrders({ rows: [auOrder('2', { totalYen: 900 })], others: [] }, b.clock.nowMs())],
    [
      'a cancel in the shop',
      (b) =>
        b.mirror.importOrders({ rows: [auOrder('2', { orderStatus: 'キャンセル' })], others: [] }, b.clock.nowMs()),
    ],
  ]
  it.each(changes)('an order that changes at the question (%s) ends it before it begins', async (_, change) => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    const approval = approved(b, plan)
    change(b)
    b.mirror.lock.release()
    const fault = await b.run(plan, { approval }).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'plan-differs', exitCode: 6 })
    expect(fault).toHaveProperty('params.lines', [expect.stringMatching(/^2\t/)])
    expect([b.gateway.sent, usedBy(b), b.mirror.journal.run(1)]).toEqual([[], null, null])
  })

  it('the inquiry before it brings no fact about the first order: nothing is begun', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    const approval = approved(b, plan)
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? { type: 'silent', fault: FAULT } : null)
    await expect(b.run(plan, { approval })).rejects.toMatchObject({
      code: 'plan-differs',
      params: { lines: ['1\trefused\t\tno-answer'] },
    })
    expect([b.gateway.sent, usedBy(b), b.mirror.lock.held]).toEqual([[], null, false])
    b.gateway.onInquiry = () => null
    expect(outcomes(await b.run(plan, { approval }))).toBe('1 accepted, 2 accepted')
  })

  it('the inquiry before it tells another amount: nothing is begun', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    const approval = approved(b, plan)
    b.gateway.hold({ ...b.order('1'), paymentId: '91', status: '20', amountYen: 400 })
    await expect(b.run(plan, { approval })).rejects.toMatchObject({ code: 'plan-differs' })
    expect([b.gateway.sent, usedBy(b)]).toEqual([[], null])
  })

  const moved: readonly [string, string, string, string, readonly string[]][] = [
    ['the first one', '92', '2 refused, 1 unsent, 3 unsent', 'stopped', ['refused 2 changed', 'stopped plan-differs']],
    ['a later one', '91', '2 accepted, 1 refused, 3 accepted', 'completed', []],
  ]
  it.each(moved)('after its begin Paygent moves %s', async (_, paymentId, outcome, state, heard) => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    const plan = await b.plan('cancel', ['2', '1', '3'])
    const approval = approved(b, plan)
    const ran = await b.run(plan, { approval }, ({ type }) => {
      if (type === 'started') move(b.gateway.payments, paymentId, { status: '40' })
    })
    expect([outcomes(ran), ran.state, b.gateway.sent.length]).toEqual([outcome, state, state === 'stopped' ? 0 : 2])
    if (heard.length > 0) expect(told(ran)).toEqual(heard)
  })

  it('no other batch ends with its first order', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const ran = await b.run(await b.plan('cancel', ['2', '1']), {}, ({ type }) => {
      if (type === 'started') move(b.gateway.payments, '92', { status: '40' })
    })
    expect([outcomes(ran), ran.state]).toEqual(['2 refused, 1 accepted', 'completed'])
  })
})
