// Tests the choice of `--rest` and `--undo` on real runs of a real mirror, and what is wrong usage.
import { type HowChosen, planBatch } from '../../src/batch/plan.js'
import { assertPastRun, chooseFromPast } from '../../src/cli/past-run.js'
import { runNumber } from '../../src/cli/selection.js'
import type { Operation, Order } from '../../src/domain/order.js'
import type { AppError } from '../../src/errors.js'
import { auOrder, bench, type Bench, cardOrder, outcomes } from '../jobs/bench.js'
import { obey, refuse, requestLost } from '../jobs/paygent.js'
import { reconcileOn } from '../jobs/reconciling.js'
import { move } from '../jobs/scripted-gateway.js'
import { describe, expect, it } from 'vitest'

function chosen(b: Bench, option: '--rest' | '--undo', runId: number, operation: Operation) {
  const changed: Order[] = []
  const narrator = { changedSince: (_: number, orders: readonly Order[]) => void changed.push(...orders) }
  const past = { option, runId }
  const { mirror } = b
  const choice = chooseFromPast(past, { request: { operation, past }, mirror, narrator })
  const rules = b.rules()
  const plan = planBatch(choice.orders, operation, rules, new Map(), choice)
  return {
    ids: choice.orders.map(({ orderId }) => orderId),
    changed: changed.map(({ orderId }) => orderId),
    plan: [
      ...plan.steps.map(({ orderId, telegram, origin }) => `${orderId} ${telegram} ${origin}`),
      ...plan.refused.map(({ orderId, reason, about }) => `${orderId} ${reason} ${about ?? ''}`.trim()),
    ],
    choice,
  }
}

/** Orders 1 accepted, 2 rejected, 3 not processed, 4 and 5 unsent. */
async function mixed(): Promise<Bench> {
  const b = bench(...['1', '2', '3', '4', '5'].map((id) => auOrder(id)))
  b.gateway.scripts = [obey, refuse('7003', 'rejected'), requestLost, obey]
  const ran = await b.batch('sale', ['1', '2', '3', '4', '5'], { stopAfter: 1 })
  expect(outcomes(ran)).toBe('1 accepted, 2 rejected 7003, 3 not-processed, 4 unsent, 5 unsent')
  return b
}

describe('--rest', () => {
  it('takes what was not sent and what was not processed, in the order of the run', async () => {
    const b = await mixed()
    expect(chosen(b, '--rest', 1, 'sale').plan).toEqual(['3 101 named', '4 101 named', '5 101 named'])
  })

  it('takes nothing that was accepted since, whichever run did it', async () => {
    const b = await mixed()
    b.gateway.scripts = [obey]
    await b.batch('sale', ['4'])
    expect(chosen(b, '--rest', 1, 'sale').ids).toEqual(['3', '5'])
    await b.batch('cancel', ['5'])
    expect(chosen(b, '--rest', 1, 'sale').ids).toEqual(['3'])
  })

  it('of the rest takes what that left, and the first run still knows its own', async () => {
    const b = await mixed()
    await b.batch('sale', chosen(b, '--rest', 1, 'sale').ids, { untilMs: b.clock.nowMs() })
    expect(chosen(b, '--rest', 2, 'sale').ids).toEqual(['3', '4', '5'])
    await b.batch('sale', ['3', '4'])
    expect(chosen(b, '--rest', 1, 'sale').ids).toEqual(['5'])
    expect(chosen(b, '--rest', 2, 'sale').ids).toEqual(['5'])
    expect(chosen(b, '--rest', 3, 'sale').ids).toEqual([])
  })

  it('leaves an order on hold in the plan with its reason', async () => {
    const b = await mixed()
    b.mirror.holds.place('4', 'address', b.clock.nowMs())
    expect(chosen(b, '--rest', 1, 'sale').plan).toEqual(['3 101 named', '5 101 named', '4 on-hold'])
  })

  it('chooses as --all chose: its fences and its filters have to let the order through again', async () => {
    const shipped = { shippedAt: '2026-11-22T10:00:00+09:00' }
    const b = bench(...['1', '2', '3', '4'].map((id) => auOrder(id, shipped)))
    const how: HowChosen = { filter: { shipped: true }, originOf: () => 'all' }
    const plan = await b.plan('sale', ['1', '2', '3', '4'], {}, how)
    await b.run(plan, { untilMs: b.clock.nowMs() })
    expect(chosen(b, '--rest', 1, 'sale').plan).toEqual(['1 101 all', '2 101 all', '3 101 all', '4 101 all'])
    const rows = [
      auOrder('1', { shippedAt: null }),
      auOrder('2', { ...shipped, orderStatus: '店舗保留' }),
      auOrder('3', { ...shipped, orderStatus: 'キャンセル' }),
    ]
    b.mirror.importOrders({ rows, others: [] }, b.clock.nowMs())
    expect(chosen(b, '--rest', 1, 'sale').plan).toEqual([
      '4 101 all',
      '1 changed filter',
      '2 unknown-status',
      '3 cancelled-order キャンセル',
    ])
  })

  it('takes an order that was named with a mark, and none that has been marked since', async () => {
    const b = bench(auOrder('1', { orderStatus: '店舗保留' }), auOrder('2'))
    await b.run(await b.plan('sale', ['1', '2']), { untilMs: b.clock.nowMs() })
    b.mirror.importOrders({ rows: [auOrder('2', { orderStatus: '店舗保留' })], others: [] }, b.clock.nowMs())
    expect(chosen(b, '--rest', 1, 'sale').plan).toEqual(['1 101 named', '2 unknown-status'])
  })
})

describe('--undo', () => {
  it('takes what is still as the sale left it, and names the others', async () => {
    const b = bench(...['1', '2', '3', '4'].map((id) => cardOrder(id)))
    await b.batch('sale', ['1', '2', '3', '4'])
    // Refunded in Paygent Online.
    move(b.gateway.payments, '92', { status: '60' })
    b.mirror.orders.learn(b.order('2'), { ...fact('2'), status: '60' }, b.clock.nowMs())
    await b.batch('cancel', ['3'])
    const { plan, changed } = chosen(b, '--undo', 1, 'cancel')
    expect(plan).toEqual(['1 023 named', '4 023 named'])
    expect(changed).toEqual(['2', '3'])
  })

  it('takes what reconcile has found accepted, and no rejected one', async () => {
    const b = bench(...['1', '2'].map((id) => cardOrder(id)))
    b.gateway.scripts = [requestLost, refuse('2004', 'rejected')]
    await b.batch('sale', ['1', '2'], { wait: false })
    move(b.gateway.payments, '91', { status: '40' })
    await reconcileOn(b, { wait: false })
    expect(chosen(b, '--undo', 1, 'cancel')).toMatchObject({ ids: ['1'], changed: [] })
  })

  it('asks no filter of the sale, and is no choice of --all', async () => {
    const b = bench(cardOrder('1', { shippedAt: '2026-11-22T10:00:00+09:00' }))
    const how: HowChosen = { filter: { shipped: true }, originOf: () => 'night' }
    await b.run(await b.plan('sale', ['1'], {}, how))
    b.mirror.importOrders({ rows: [cardOrder('1', { shippedAt: null })], others: [] }, b.clock.nowMs())
    expect(chosen(b, '--undo', 1, 'cancel').plan).toEqual(['1 023 ticked-by-all'])
  })
})

describe('wrong usage', () => {
  const codeOf = (work: () => unknown): string => {
    try {
      work()
      return 'none'
    } catch (error) {
      return `${(error as AppError).code} ${(error as AppError).exitCode}`
    }
  }

  it.each([
    ['--rest', 1, 'sale', 'none'],
    ['--rest', 1, 'cancel', 'run-of-another-kind 2'],
    ['--rest', 2, 'cancel', 'none'],
    ['--rest', 2, 'sale', 'run-of-another-kind 2'],
    ['--undo', 1, 'cancel', 'none'],
    ['--undo', 2, 'cancel', 'run-of-another-kind 2'],
    ['--rest', 9, 'sale', 'unknown-run 2'],
    ['--undo', 9, 'cancel', 'unknown-run 2'],
    ['--rest', 3, 'sale', 'run-under-way 2'],
    ['--undo', 3, 'cancel', 'run-under-way 2'],
  ] as const)('%s %i of a %s: %s', async (option, runId, operation, expected) => {
    const b = bench(cardOrder('1'), cardOrder('2'))
    await b.batch('sale', ['1'])
    await b.batch('cancel', ['1'])
    const { asked, steps, refused } = await b.plan('sale', ['2'])
    b.mirror.lock.acquire('sale')
    b.mirror.journal.beginRun({ asked, steps, refused, startedMs: b.clock.nowMs() })
    expect(codeOf(() => assertPastRun({ operation, past: { option, runId } }, b.mirror))).toBe(expected)
  })

  it.each([
    ['5', '5'],
    ['#5', '5'],
    ['＃５', '5'],
    [' #12 ', '12'],
    ['007', '7'],
    ['', 'bad-value 2'],
    ['0', 'bad-value 2'],
    ['-1', 'bad-value 2'],
    ['5,6', 'bad-value 2'],
    ['last', 'bad-value 2'],
  ])('the number of a run may be typed %j', (given, expected) => {
    let number = ''
    const code = codeOf(() => (number = String(runNumber('--rest', given))))
    expect(code === 'none' ? number : code).toBe(expected)
  })
})

const fact = (orderId: string) => ({
  paymentId: `9${orderId}`,
  tradingId: `t${orderId}`,
  status: '40',
  amountYen: 1_000,
  method: 'credit' as const,
  carrier: null,
  authorizedAt: null,
})
