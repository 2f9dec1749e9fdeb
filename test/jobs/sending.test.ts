// The journal is written first, then the request is sent, one at a time. For the changes by an accepted request see
// docs/rules.md#accepted-requests.
import type { Operation, Order } from '../../src/domain/order.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { auOrder, bench, cardOrder, outcomes, told } from './bench.js'
import { obey, refuse, requestLost } from './paygent.js'
import { describe, expect, it } from 'vitest'

describe('the journal is ahead of the wire', () => {
  it('has committed the attempt, and the outcome before it, when a telegram goes out', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    const seen: string[][] = []
    b.gateway.onSend = () => seen.push(b.attempts())
    await b.batch('sale', ['1', '2', '3'])
    expect(seen).toEqual([['1 prepared'], ['1 accepted', '2 prepared'], ['1 accepted', '2 accepted', '3 prepared']])
  })

  it('has the effect of the answer on disk with the outcome', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const kinds: unknown[] = []
    b.gateway.onSend = () => kinds.push(b.rows('SELECT kind FROM orders ORDER BY order_id').map(({ kind }) => kind))
    await b.batch('sale', ['1', '2'])
    expect(kinds).toEqual([
      ['', ''],
      ['101', ''],
    ])
  })

  it('tells `settled` only of what is on disk', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'), auOrder('4'))
    b.gateway.scripts = [obey, refuse('7003', 'rejected'), requestLost, obey]
    const plan = await b.plan('sale', ['1', '2', '3', '4'])
    let checked = 0
    await b.run(plan, {}, (event) => {
      if (event.type !== 'settled') return
      checked += 1
      expect(b.attempts()).toContain(`${event.step.orderId} ${event.outcome}`)
    })
    expect(checked).toBe(4)
  })

  it('never has two telegrams in flight, nor two attempts prepared', async () => {
    const orders = ['1', '2', '3', '4', '5', '6']
    const b = bench(...orders.map((id) => auOrder(id)))
    b.gateway.scripts = [obey, refuse('E002', 'busy'), requestLost, obey]
    b.gateway.onSend = () => expect(b.attempts().filter((line) => line.endsWith('prepared'))).toHaveLength(1)
    await b.batch('sale', orders)
    expect(b.gateway.maxInFlight).toBe(1)
  })

  it('sends exactly what the plan says, in its order', async () => {
    const b = bench(auOrder('3'), cardOrder('1'), auOrder('2', { carrier: 'docomo' }))
    await b.batch('sale', ['3', '1', '2'])
    expect(b.gateway.sent).toEqual([
      { telegram: '101', carrier: 'au', tradingId: 't3', paymentId: '93', amountYen: null },
      { telegram: '022', carrier: null, tradingId: 't1', paymentId: '91', amountYen: null },
      { telegram: '101', carrier: 'docomo', tradingId: 't2', paymentId: '92', amountYen: null },
    ])
  })

  it('holds the lock while it sends and gives it back at the end', async () => {
    const b = bench(auOrder('1'))
    const other = b.open()
    let taken: boolean | null = null
    b.gateway.onSend = () => (taken = other.lock.acquire('sale'))
    await b.batch('sale', ['1'])
    expect(taken).toBe(false)
    expect(other.lock.acquire('sale')).toBe(true)
    other.lock.release()
  })

  it('tells who is at work when another run holds the lock', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const other = b.open()
    const theirs = await b.plan('sale', ['1'])
    b.gateway.onSend = () => undefined
    const plan = await b.plan('sale', ['2'])
    other.lock.acquire('sale')
    other.journal.beginRun({ ...theirs, startedMs: b.clock.nowMs() })
    const error = await b.run(plan).catch((thrown: unknown) => thrown)
    const params = { command: 'sale', host: 'shop-1', user: 'yamada', done: 0, total: 1 }
    expect(error).toMatchObject({ code: 'another-run', params })
    expect(b.gateway.sent).toHaveLength(0)
  })
})

type Row = [string, Operation, ImportRow, Partial<Order>]
const HELD = { amendedFromYen: null, heldAmountYen: 1_000 }

describe('an accepted request writes into the mirror', () => {
  const docomo = { carrier: 'docomo' } as const
  const softbank = { carrier: 'softbank' } as const
  const lower = { totalYen: 600 }
  const rows: readonly Row[] = [
    ['022', 'sale', cardOrder('1'), { kind: '022', status: '40', heldAmountYen: 1_000, paymentId: '91' }],
    ['101 au', 'sale', auOrder('1'), { kind: '101', status: '40', heldAmountYen: 1_000, paymentId: '91' }],
    ['101 docomo at 21', 'sale', auOrder('1', { ...docomo, status: '21' }), { kind: '101', status: '40' }],
    ['021', 'cancel', cardOrder('1'), { kind: '021', status: '32', heldAmountYen: 1_000, paymentId: '91' }],
    ['023', 'cancel', cardOrder('1', { status: '40' }), { kind: '023', status: '60', paymentId: '91' }],
    ['102 au released', 'cancel', auOrder('1'), { kind: '102', status: '32', paymentId: '91' }],
    ['102 au refunded', 'cancel', auOrder('1', { status: '40' }), { kind: '102', status: '60' }],
    ['102 softbank at 21', 'cancel', auOrder('1', { ...softbank, status: '21' }), { kind: '102', status: '32' }],
    ['102 docomo released', 'cancel', auOrder('1', docomo), { kind: '102', status: '60' }],
    ['102 docomo at 44', 'cancel', auOrder('1', { ...docomo, status: '44' }), { kind: '102', status: '60' }],
    ['103 au', 'sale', auOrder('1', lower), { kind: '103', status: '40', heldAmountYen: 600, paymentId: '91' }],
    [
      '103 softbank',
      'sale',
      auOrder('1', { ...softbank, ...lower }),
      { kind: '103', heldAmountYen: 600, paymentId: '91' },
    ],
    [
      '103 docomo',
      'sale',
      auOrder('1', { ...docomo, ...lower }),
      { kind: '103', status: '40', heldAmountYen: 600, paymentId: '91000' },
    ],
    ['029', 'sale', cardOrder('1', lower), { kind: '029', status: '40', heldAmountYen: 600, paymentId: '91000' }],
  ]
  it.each(rows)('%s', async (name, operation, row, expected) => {
    const b = bench(row)
    const ran = await b.batch(operation, ['1'])
    expect(outcomes(ran)).toBe('1 accepted')
    expect(ran.items[0]?.telegram).toBe(name.slice(0, 3))
    expect(b.order('1')).toMatchObject({ ...expected, kindByUs: true, openAttempt: false, attention: false })
  })

  it('keeps the payment that a correction replaced', async () => {
    const b = bench(cardOrder('1', { totalYen: 600 }))
    await b.batch('sale', ['1'])
    expect(b.mirror.orders.payments('1')).toMatchObject([
      { paymentId: '91', current: false, supersededBy: '91000' },
      { paymentId: '91000', current: true, heldAmountYen: 600, status: '40' },
    ])
  })

  it('commits a new payment id at once, before anything else happens', async () => {
    const b = bench(cardOrder('1', { totalYen: 600 }), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    await b.run(plan, {}, (event) => {
      if (event.type !== 'sending' || event.step.orderId !== '2') return
      expect(b.rows(`SELECT payment_id FROM payments WHERE payment_id = '91000'`)).toHaveLength(1)
      expect(b.attempts()).toEqual(['1 accepted'])
    })
  })

  it('writes nothing when the request is rejected and the payment is as it was', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [refuse('7301', 'inquire')]
    await b.batch('sale', ['1'])
    expect(b.order('1')).toMatchObject({ ...HELD, kind: '', status: '20', kindByUs: false })
  })
})

describe('the result', () => {
  it('has the fields of docs/interface.md#result-of-a-batch', async () => {
    const b = bench(cardOrder('1', { totalYen: 600 }), auOrder('2', { status: '40' }), auOrder('3'))
    b.gateway.scripts = [obey, refuse('7301', 'inquire')]
    const { items, state, runId } = await b.batch('sale', ['1', '2', '3'])
    expect(state).toBe('completed')
    const [first, second, third] = items
    expect(first).toMatchObject({
      position: 1,
      request: 'corrected-sale',
      telegram: '029',
      outcome: 'accepted',
      amountYen: 600,
    })
    expect(first).toMatchObject({
      firstOutcome: 'accepted',
      paymentId: '91',
      newPaymentId: '91000',
      attempts: 1,
      code: null,
    })
    expect(second).toMatchObject({
      position: 2,
      telegram: null,
      outcome: 'refused',
      firstOutcome: 'refused',
      reason: 'status',
    })
    expect(second).toMatchObject({ attempts: 0, amountYen: null, about: '40' })
    expect(third).toMatchObject({
      position: 3,
      telegram: '101',
      outcome: 'rejected',
      code: '7301',
      attempts: 1,
      reason: null,
    })
    expect(third?.detail).toBe('detail of 7301')
    expect(b.mirror.journal.run(runId)).toMatchObject({ operation: 'sale', total: 3, done: 3 })
  })

  it('tells the lines in the order of the plan', async () => {
    const b = bench(auOrder('1'), auOrder('2', { status: '60' }), auOrder('3'))
    expect(told(await b.batch('sale', ['1', '2', '3']))).toEqual([
      'settled 1 accepted',
      'refused 2 status',
      'settled 3 accepted',
    ])
  })

  it('sends nothing when every order is refused', async () => {
    const b = bench(auOrder('1', { status: '60' }), auOrder('2', { status: '40' }))
    const ran = await b.batch('sale', ['1', '2'])
    expect(b.gateway.sent).toHaveLength(0)
    expect([outcomes(ran), ran.state]).toEqual(['1 refused, 2 refused', 'completed'])
    expect(b.attempts()).toEqual([])
  })
})
