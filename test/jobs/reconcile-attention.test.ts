// Tests orders that wait for a person: a correction by the person at Paygent ends the wait.
import { describe, expect, it } from 'vitest'
import { silentBooking } from '../../src/jobs/reconcile/attention.js'
import { auOrder, bench, cardOrder, type Bench } from './bench.js'
import { carryOut, requestLost } from './paygent.js'
import { reconcileOn, standing } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'

const entries = (b: Bench) => b.rows('SELECT count(*) AS entries FROM journal')[0]

describe('a half-done correction', () => {
  const row = cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 })
  const payments = (b: Bench) =>
    b.mirror.issues.payments('1').map(({ paymentId, status, heldAmountYen }) => [paymentId, status, heldAmountYen])

  async function broken(b: Bench = bench(row)): Promise<Bench> {
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

  it('waits for a person where an earlier correction may have come late, for that one made another payment', async () => {
    const b = bench(row)
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'])
    expect(b.attempts()).toEqual(['1 not-processed'])
    await broken(b)
    move(b.gateway.payments, '91', { status: '32' })
    b.gateway.hold({ paymentId: '92000', tradingId: 't1', status: '40', amountYen: 600 })
    expect(await reconcileOn(b)).toEqual([])
    expect([standing(b), b.attempts()]).toEqual(['91 32 attention', ['1 not-processed', '1 attention']])
    expect(payments(b)).toEqual([
      ['91', '32', 1_000],
      ['91000', '40', 600],
    ])
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

  it('learns of a payment that now stands as another one does', async () => {
    const b = await broken()
    await reconcileOn(b)
    move(b.gateway.payments, '91', { status: '40', amountYen: 600 })
    expect(await reconcileOn(b)).toEqual([])
    expect(payments(b)).toEqual([
      ['91', '40', 600],
      ['91000', '40', 600],
    ])
  })

  it.each([
    ['has another amount', { amountYen: 601 }],
    ['is not sold', { status: '20' }],
    ['is of another trade', { tradingId: 't9' }],
  ])('is not done while the new payment %s, though the old one is gone', async (_, change) => {
    const b = await broken()
    move(b.gateway.payments, '91', { status: '32' })
    move(b.gateway.payments, '91000', change)
    expect(await reconcileOn(b)).toEqual([])
    expect([standing(b), b.attempts()]).toEqual(['91 32 attention', ['1 attention']])
  })

  it('takes nothing from a payment that Paygent gives under another trading id', async () => {
    const b = await broken()
    await reconcileOn(b)
    move(b.gateway.payments, '91', { status: '60', tradingId: 't9' })
    expect(await reconcileOn(b)).toEqual([])
    expect([standing(b), payments(b)[0]]).toEqual(['91 20 attention', ['91', '20', 1_000]])
  })

  describe('beside a payment of before', () => {
    /** The customer has paid twice: the shop named payment 90 first and names 91 now. */
    async function paidTwice(): Promise<Bench> {
      const b = bench({ ...row, paymentId: '90', tradingId: 't0' })
      b.mirror.importOrders({ rows: [row], others: [] }, b.clock.nowMs())
      b.gateway.hold({ paymentId: '91', tradingId: 't1', method: 'credit' })
      b.gateway.hold({ paymentId: '90', tradingId: 't0', method: 'credit', status: '33' })
      return broken(b)
    }

    it('is done as Paygent tells of its own two payments', async () => {
      const b = await paidTwice()
      move(b.gateway.payments, '91', { status: '60' })
      expect(await reconcileOn(b)).toEqual(['settled 1 029 accepted'])
      expect([standing(b), payments(b).slice(1)]).toEqual([
        '91000 40',
        [
          ['91', '60', 1_000],
          ['91000', '40', 600],
        ],
      ])
    })

    it('learns what has become of the one of before, under its own trading id', async () => {
      const b = await paidTwice()
      expect(await reconcileOn(b)).toEqual([])
      expect(payments(b)[0]).toEqual(['90', '33', 1_000])
    })

    it('waits where Paygent gives only a code about the one of before: it may be alive', async () => {
      const b = await paidTwice()
      move(b.gateway.payments, '91', { status: '60' })
      b.gateway.payments.delete('90')
      expect(await reconcileOn(b)).toEqual([])
      expect([standing(b), b.attempts()]).toEqual(['91 60 attention', ['1 attention']])
    })
  })

  it('is settled alone where it is named', async () => {
    const lowered = { totalYen: 600, listedAmountYen: 1_000 }
    const b = bench(cardOrder('1', lowered), cardOrder('2', lowered))
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

  it.each([
    ['alive', '20', '91 40 attention two-alive conflict'],
    ['dead', '32', '91 40'],
  ])('of which one is dead, while the shop names a third that is %s', async (_, status, stands) => {
    const b = await two()
    const third = { ...auOrder('1'), paymentId: '78', tradingId: 't78', status: '20' }
    b.mirror.importOrders({ rows: [third], others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '78', tradingId: 't78', status })
    move(b.gateway.payments, '77', { status: '60' })
    await reconcileOn(b)
    expect(standing(b)).toBe(stands)
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

describe('several payments of a customer who has paid before', () => {
  /** The shop named payment 90 first; now it names a trading id alone, under which Paygent has two. */
  async function several(): Promise<Bench> {
    const b = bench(auOrder('1', { paymentId: '90', tradingId: 't0' }), auOrder('2'))
    const now = auOrder('1', { paymentId: null, status: null })
    b.mirror.importOrders({ rows: [now], others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '91', tradingId: 't1', method: 'carrier', carrier: 'au' })
    b.gateway.hold({ paymentId: '95', tradingId: 't1', method: 'carrier', carrier: 'au' })
    await b.plan('sale', ['1', '2'])
    expect(standing(b)).toBe('- - attention several-payments')
    expect(b.mirror.issues.payments('1').map(({ paymentId }) => paymentId)).toEqual(['90', null])
    return b
  }

  it.each([
    ['Paygent still gives a code for the trading id', () => undefined],
    ['one is left beside the one of before', (b: Bench) => void b.gateway.payments.delete('95')],
  ])('where %s: which one is the order’s is for a person', async (_, change) => {
    const b = await several()
    change(b)
    expect(await reconcileOn(b)).toEqual([])
    expect(standing(b)).toBe('- - attention several-payments')
  })
})

it('silence that has ended leaves a conflict with the shop to its own answer', async () => {
  const b = bench(auOrder('1'))
  await b.batch('sale', ['1'])
  b.mirror.lock.acquire('reconcile')
  b.mirror.issues.take(silentBooking(b.order('1'), b.clock.nowMs()))
  b.mirror.lock.release()
  b.mirror.importOrders({ rows: [auOrder('1', { status: '32', kind: '102' })], others: [] }, b.clock.nowMs())
  expect(standing(b)).toBe('91 40 attention no-answer conflict')
  move(b.gateway.payments, '91', { status: '60' })
  expect(await reconcileOn(b)).toEqual(['difference 1 moved, booked'])
  expect(standing(b)).toBe('91 60 conflict')
  expect(await reconcileOn(b)).toEqual(['difference 1 conflict, booked'])
  expect(standing(b)).toBe('91 60')
})
