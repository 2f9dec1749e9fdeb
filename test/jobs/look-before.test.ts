// Paygent is asked just before a cancel or a correction, with the lock held and at most 60 s before the request.
import type { Operation } from '../../src/domain/order.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { auOrder, bench, cardOrder, outcomes, told } from './bench.js'
import { obey, refuse } from './paygent.js'
import { FAULT, move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const lower = { totalYen: 600 }
const LOOKED_AT: readonly [string, Operation, ImportRow][] = [
  ['021', 'cancel', cardOrder('1')],
  ['023', 'cancel', cardOrder('1', { status: '40' })],
  ['029', 'sale', cardOrder('1', lower)],
  ['102', 'cancel', auOrder('1')],
  ['103', 'sale', auOrder('1', lower)],
]
const PLAIN: readonly [string, Operation, ImportRow][] = [
  ['022', 'sale', cardOrder('1')],
  ['101', 'sale', auOrder('1')],
]

describe.each(LOOKED_AT)('%s', (telegram, operation, row) => {
  it('is preceded by an inquiry with the lock held, however lately Paygent was asked', async () => {
    const b = bench(auOrder('9'), row)
    const plan = await b.plan(operation, ['9', '1'])
    const before = b.gateway.inquired.length
    const held: boolean[] = []
    b.gateway.onInquiry = () => {
      held.push(b.mirror.lock.held)
      return null
    }
    const asked: unknown[] = []
    b.gateway.onSend = () => asked.push(b.gateway.inquired.at(-1))
    const ran = await b.run(plan)
    expect(b.gateway.sent[1]).toMatchObject({ telegram })
    expect(asked[1]).toEqual({ paymentId: '91', tradingId: 't1' })
    expect(held).toEqual(Array.from({ length: b.gateway.inquired.length - before }, () => true))
    expect(outcomes(ran)).toBe('9 accepted, 1 accepted')
  })

  it('sold in Paygent Online while the machine slept for 8 h at the question: not sent', async () => {
    const b = bench(auOrder('9'), row)
    const plan = await b.plan(operation, ['9', '1'])
    b.clock.setWall(b.clock.nowMs() + 8 * 60 * 60_000)
    move(b.gateway.payments, '91', { status: '41' })
    const ran = await b.run(plan)
    expect(b.gateway.sent.map(({ paymentId }) => paymentId)).not.toContain('91')
    expect(ran.items[1]).toMatchObject({ outcome: 'refused', reason: 'changed' })
  })

  it.each([
    ['another status', { status: '41' }],
    ['another amount', { amountYen: 900 }],
  ])('is refused when Paygent tells %s, and the mirror learns it', async (_name, change) => {
    const b = bench(auOrder('9'), row)
    const plan = await b.plan(operation, ['9', '1'])
    b.gateway.onSend = () => {
      b.clock.pass(60_001)
      move(b.gateway.payments, '91', change)
    }
    const ran = await b.run(plan)
    expect(b.gateway.sent).toHaveLength(1)
    expect(ran.items[1]).toMatchObject({ outcome: 'refused', reason: 'changed', telegram: null, attempts: 0 })
    const { status, amountYen } = b.gateway.payments.get('91')!
    expect(b.order('1')).toMatchObject({ status, heldAmountYen: amountYen, openAttempt: false })
  })
})

describe.each([...LOOKED_AT, ...PLAIN])(
  '%s of a payment that Paygent tells as one of another method',
  (_, operation, row) => {
    const METHOD = row.method === 'credit' ? 'carrier' : 'credit'

    it('is not sent where the inquiry before the request tells so', async () => {
      const b = bench(auOrder('9'), row)
      const plan = await b.plan(operation, ['9', '1'])
      b.gateway.onSend = () => {
        b.clock.pass(12 * 60 * 60_000 + 1)
        move(b.gateway.payments, '91', { method: METHOD })
      }
      const ran = await b.run(plan)
      expect([b.gateway.sent.length, ran.items[1]]).toMatchObject([1, { reason: 'no-payment', about: 'method' }])
    })

    it('is not sent where the first inquiry of the batch tells so', async () => {
      const b = bench(row)
      const plan = await b.plan(operation, ['1'])
      move(b.gateway.payments, '91', { method: METHOD })
      const ran = await b.run(plan)
      expect([b.gateway.sent, ran.items[0]]).toMatchObject([[], { reason: 'no-payment', about: 'method' }])
    })
  },
)

describe('a retry', () => {
  const busy = async (onSleep: (b: ReturnType<typeof bench>) => void) => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [refuse('E002', 'busy'), obey]
    const plan = await b.plan('cancel', ['1'])
    b.clock.onSleep = () => onSleep(b)
    return { b, ran: await b.run(plan) }
  }

  it('goes by the inquiry that found nothing moved', async () => {
    const { b, ran } = await busy(() => undefined)
    expect([outcomes(ran), b.gateway.sent.length]).toEqual(['1 accepted', 2])
  })

  it('is not sent where that inquiry is older than 60 s', async () => {
    const { b, ran } = await busy(({ clock }) => clock.pass(60_000))
    expect([outcomes(ran), b.gateway.sent.length]).toEqual(['1 rejected E002', 1])
    expect(b.attempts()).toEqual(['1 rejected'])
  })
})

describe.each(PLAIN)('%s', (telegram, operation, row) => {
  it('needs no look', async () => {
    const b = bench(auOrder('9'), row)
    const plan = await b.plan(operation, ['9', '1'])
    b.gateway.onSend = () => b.clock.pass(60_001)
    await b.run(plan)
    expect(b.gateway.inquired.filter((key) => 'paymentId' in key && key.paymentId === '91')).toHaveLength(1)
    expect(b.gateway.sent[1]?.telegram).toBe(telegram)
  })
})

describe('a plain sale after a question of many hours', () => {
  const HOUR = 60 * 60_000
  const longAsked = async (hours: number, meanwhile: (b: ReturnType<typeof bench>) => void) => {
    const b = bench(auOrder('9'), auOrder('1'))
    const plan = await b.plan('sale', ['9', '1'])
    meanwhile(b)
    b.clock.pass(hours * HOUR)
    const ran = await b.run(plan)
    return {
      asked: b.gateway.inquired.slice(2).filter((key) => 'paymentId' in key && key.paymentId === '91').length,
      ran,
    }
  }

  it.each([
    [12, 0],
    [13, 1],
  ])('%i h: Paygent is asked again %i times', async (hours, times) => {
    const { asked, ran } = await longAsked(hours, () => undefined)
    expect([asked, outcomes(ran)]).toEqual([times, '9 accepted, 1 accepted'])
  })

  it('is refused where Paygent holds another amount by now', async () => {
    const { ran } = await longAsked(13, (b) => move(b.gateway.payments, '91', { amountYen: 900 }))
    expect(ran.items[1]).toMatchObject({ outcome: 'refused', reason: 'changed' })
  })
})

describe('a look that brings no fact', () => {
  const later = async () => {
    const b = bench(auOrder('9'), auOrder('1'), auOrder('2'))
    const plan = await b.plan('cancel', ['9', '1', '2'])
    b.gateway.onSend = () => b.clock.pass(60_001)
    return { b, plan }
  }

  it('without an answer: the batch stops', async () => {
    const { b, plan } = await later()
    const onSend = b.gateway.onSend
    b.gateway.onSend = (request) => {
      onSend(request)
      b.gateway.onInquiry = () => ({ type: 'silent', fault: FAULT })
    }
    const ran = await b.run(plan)
    expect(outcomes(ran)).toBe('9 accepted, 1 unsent, 2 unsent')
    expect(told(ran).at(-1)).toBe('stopped inquiry-unanswered')
  })

  it('no such payment: the order is refused, the others go on', async () => {
    const { b, plan } = await later()
    const onSend = b.gateway.onSend
    b.gateway.onSend = (request) => {
      onSend(request)
      b.gateway.payments.delete('91')
    }
    const ran = await b.run(plan)
    expect(outcomes(ran)).toBe('9 accepted, 1 refused, 2 accepted')
    expect(ran.items[1]).toMatchObject({ reason: 'no-payment', about: '13001' })
  })

  it.each([
    ['calls malformed', 'P008', 'malformed'],
    ['gives a code that nobody knows', '13999', 'inquire'],
    ['gives a code of its own', '2003', 'rejected'],
  ] as const)('an order about which Paygent %s is refused, the others go on', async (_, code, handling) => {
    const { b, plan } = await later()
    const onSend = b.gateway.onSend
    b.gateway.onSend = (request) => {
      onSend(request)
      b.gateway.onInquiry = (key) =>
        'paymentId' in key && key.paymentId === '91' ? { type: 'rejected', code, detail: 'x', handling } : null
    }
    const ran = await b.run(plan)
    expect(outcomes(ran)).toBe('9 accepted, 1 refused, 2 accepted')
    expect(ran.items[1]).toMatchObject({ reason: 'no-payment', about: code })
  })

  it('an order whose answer cannot be understood is refused, the others go on', async () => {
    const { b, plan } = await later()
    const onSend = b.gateway.onSend
    b.gateway.onSend = (request) => {
      onSend(request)
      b.gateway.onInquiry = (key) =>
        'paymentId' in key && key.paymentId === '91' ? { type: 'silent', fault: { ...FAULT, kind: 'answer' } } : null
    }
    const ran = await b.run(plan)
    expect(outcomes(ran)).toBe('9 accepted, 1 refused, 2 accepted')
    expect(ran.items[1]).toMatchObject({ reason: 'no-answer' })
  })

  it('maintenance: the batch stops', async () => {
    const { b, plan } = await later()
    b.gateway.scripts = [obey]
    const onSend = b.gateway.onSend
    b.gateway.onSend = (request) => {
      onSend(request)
      b.gateway.onInquiry = () => ({ type: 'rejected', code: 'P017', detail: 'x', handling: 'stop' })
    }
    const ran = await b.run(plan)
    expect(outcomes(ran)).toBe('9 accepted, 1 unsent, 2 unsent')
    expect(told(ran).at(-1)).toBe('stopped code')
  })
})

describe('an order that is no longer as planned', () => {
  it.each([
    ['status', { status: '40' }],
    ['held amount', { amountYen: 900 }],
  ])('is refused as changed, and nothing is sent for it: %s', async (_name, change) => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    const fact = { ...b.gateway.payments.get('92')!, ...change }
    b.open().orders.learn(b.order('2'), fact, b.clock.nowMs())
    const ran = await b.run(plan)
    expect(b.gateway.sent.map(({ paymentId }) => paymentId)).toEqual(['91'])
    expect(ran.items[1]).toMatchObject({ outcome: 'refused', reason: 'changed', attempts: 0, telegram: null })
    expect(told(ran)).toEqual(['settled 1 accepted', 'refused 2 changed'])
  })

  it.each([
    ['total', { totalYen: 900 }],
    ['payment', { paymentId: '777' }],
    ['carrier', { carrier: 'docomo' }],
  ] as const)('%s of the shop', async (_name, change) => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    b.open().importOrders({ rows: [auOrder('1', change)], others: [] }, b.clock.nowMs())
    const ran = await b.run(plan)
    expect(b.gateway.sent).toHaveLength(0)
    expect(ran.items[0]).toMatchObject({ outcome: 'refused', reason: 'changed' })
  })

  it('that the first inquiry finds sold already is not sold again', async () => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    move(b.gateway.payments, '91', { status: '40' })
    const ran = await b.run(plan)
    expect(b.gateway.sent).toHaveLength(0)
    expect(ran.items[0]).toMatchObject({ outcome: 'refused', reason: 'changed' })
    expect(b.order('1')).toMatchObject({ status: '40', kind: '' })
  })
})
