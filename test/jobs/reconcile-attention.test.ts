// Tests orders that wait for a person: a correction by the person at Paygent ends the wait.
import { describe, expect, it } from 'vitest'
import { auOrder, bench, cardOrder, type Bench } from './bench.js'
import { carryOut, requestLost } from './paygent.js'
import { reconcileOn, standing } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'

const entries = (b: Bench) => b.rows('SELECT count(*) AS entries FROM journal')[0]

describe('a half-done correction', () => {
  async function broken(): Promise<Bench> {
    const b = bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
    b.gateway.scripts = [
      (request, payments) => {
        const newPaymentId = carryOut(request, payments)
        move(payments, request.paymentId, { status: '20' })
        return { type: 'half-done', code: '2010', detail: '', newPaymentId }
      },
    ]
    await b.batch('sale', ['1'])
    expect(standing(b)).toBe('91 20 attention')
    return b
  }

  it('is done once the old payment is gone', async () => {
    const b = await broken()
    move(b.gateway.payments, '91', { status: '32' })
    expect(await reconcileOn(b)).toEqual(['settled 1 029 accepted'])
    expect([standing(b), b.order('1').kind, b.attempts()]).toEqual(['91000 40', '029', ['1 accepted']])
    expect(b.mirror.issues.payments('1').map(({ status }) => status)).toEqual(['32', '40'])
    const [entry] = b.rows('SELECT event, detail, outcome FROM journal ORDER BY seq DESC LIMIT 1')
    expect(entry).toEqual({
      event: 'difference',
      outcome: 'accepted',
      detail: 'payment 91: 32 1000, payment 91000: 40 600',
    })
  })

  it('waits while both are alive, and says nothing twice', async () => {
    const b = await broken()
    expect(await reconcileOn(b)).toEqual([])
    const before = entries(b)
    expect(await reconcileOn(b)).toEqual([])
    expect([standing(b), entries(b)]).toEqual(['91 20 attention', before])
  })

  it('learns what has become of a payment, and leaves the rest to a person', async () => {
    const b = await broken()
    await reconcileOn(b)
    const before = b.rows('SELECT seq FROM journal').length
    move(b.gateway.payments, '91000', { status: '60' })
    expect(await reconcileOn(b)).toEqual([])
    expect([standing(b), b.rows('SELECT seq FROM journal').length]).toEqual(['91 20 attention', before + 1])
    expect(b.mirror.issues.payments('1').map(({ status }) => status)).toEqual(['20', '60'])
  })

  it('learns an amount, too', async () => {
    const b = await broken()
    await reconcileOn(b)
    move(b.gateway.payments, '91', { amountYen: 999 })
    await reconcileOn(b)
    expect(b.mirror.issues.payments('1').map(({ heldAmountYen }) => heldAmountYen)).toEqual([999, 600])
  })

  it('is settled alone where it is named', async () => {
    const row = { totalYen: 600, listedAmountYen: 1_000 }
    const b = bench(cardOrder('1', row), cardOrder('2', row))
    b.gateway.scripts = [
      (request, payments) => {
        const newPaymentId = carryOut(request, payments)
        return { type: 'half-done', code: '2010', detail: '', newPaymentId }
      },
    ]
    await b.batch('sale', ['1', '2'])
    expect([standing(b), standing(b, '2')]).toEqual(['91 32 attention', '92 32 attention'])
    expect(await reconcileOn(b, { orderIds: ['2'] })).toEqual(['settled 2 029 accepted'])
    expect(await reconcileOn(b)).toEqual(['settled 1 029 accepted'])
  })

  it('stays when Paygent does not answer, or on a signal, or when others are named', async () => {
    const b = await broken()
    move(b.gateway.payments, '91', { status: '32' })
    expect(await reconcileOn(b, { orderIds: ['2'] })).toEqual([])
    const asked = b.gateway.inquired.length
    b.gateway.onInquiry = (_, count) => (count > asked + 1 ? { type: 'silent', fault: FAULT } : null)
    expect(await reconcileOn(b)).toEqual(['untold 1', 'stopped inquiry-unanswered'])
    b.gateway.onInquiry = () => {
      b.stop.abort()
      return null
    }
    expect(await reconcileOn(b)).toEqual(['stopped interrupted'])
    expect(standing(b)).toBe('91 20 attention')
  })
})

describe('an order with two payments alive', () => {
  async function two(): Promise<Bench> {
    const row = auOrder('1')
    const b = bench(row, auOrder('2'))
    await b.batch('sale', ['1'])
    b.mirror.importOrders({ rows: [{ ...row, paymentId: '77' }], others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '20' })
    expect(await reconcileOn(b)).toEqual(['difference 1 two-alive, booked'])
    return b
  }

  it.each([
    ['the other', '60', '20', '77 20'],
    ['ours', '40', '60', '91 40'],
  ])('has %s once one is dead, and its conflict is over', async (_, ours, theirs, stands) => {
    const b = await two()
    move(b.gateway.payments, '91', { status: ours })
    move(b.gateway.payments, '77', { status: theirs })
    expect(await reconcileOn(b)).toEqual([])
    expect(standing(b)).toBe(stands)
  })

  it.each([
    ['both alive', '41', '20'],
    ['neither', '60', '60'],
  ])('waits on with %s', async (_, ours, theirs) => {
    const b = await two()
    move(b.gateway.payments, '91', { status: ours })
    move(b.gateway.payments, '77', { status: theirs })
    expect(await reconcileOn(b)).toEqual([])
    expect(standing(b)).toContain('attention two-alive conflict')
  })

  it('waits on where Paygent does not know one of them', async () => {
    const b = await two()
    b.gateway.payments.delete('77')
    expect(await reconcileOn(b)).toEqual([])
    expect(standing(b)).toBe('91 40 attention two-alive conflict')
  })

  it('asks about both', async () => {
    const b = await two()
    const asked: string[] = []
    await reconcileOn(b, {}, (event) => {
      if (event.type === 'asking') asked.push(`${event.index}/${event.total} ${event.orderId}`)
    })
    expect(asked).toEqual(['1/1 1'])
    expect(b.gateway.inquired.slice(-2).map((key) => 'paymentId' in key && key.paymentId)).toEqual(['91', '77'])
  })
})

it('what was in transit and was settled otherwise stays for a person', async () => {
  const b = bench(auOrder('1'))
  b.gateway.scripts = [requestLost]
  await b.batch('sale', ['1'], { wait: false })
  move(b.gateway.payments, '91', { status: '33' })
  await reconcileOn(b, { wait: false })
  move(b.gateway.payments, '91', { status: '40' })
  expect(await reconcileOn(b)).toEqual([])
  expect(standing(b)).toBe('91 40 attention')
})

it('several payments under a trading id that the shop has replaced since: the one under the new id is the order’s', async () => {
  const unnamed = { paymentId: null, status: null } as const
  const b = bench(auOrder('1', unnamed), auOrder('2'))
  b.gateway.hold({ paymentId: '91', tradingId: 't1', method: 'carrier', carrier: 'au' })
  b.gateway.hold({ paymentId: '95', tradingId: 't1', method: 'carrier', carrier: 'au' })
  await b.plan('sale', ['1', '2'])
  expect(standing(b)).toBe('- - attention several-payments')
  b.gateway.hold({ paymentId: '96', tradingId: 'u1', method: 'carrier', carrier: 'au' })
  const rows = [auOrder('1', { ...unnamed, tradingId: 'u1' })]
  b.mirror.importOrders({ rows, others: [] }, b.clock.nowMs())
  await reconcileOn(b)
  expect([standing(b), b.order('1').tradingId]).toEqual(['96 20', 'u1'])
})
