// Tests busy answers and the acquirer's time-out: docs/wire.md#response-codes. Each retry is an attempt of its own.
import type { StopReason } from '../../src/attempts/trouble.js'
import { auOrder, bench, type Bench, cardOrder, outcomes, told } from './bench.js'
import { leave, neverLeft, obey, refuse, requestLost } from './paygent.js'
import { describe, expect, it } from 'vitest'

const BUSY = refuse('E002', 'busy')
const LOCKED = refuse('9005', 'busy')
const TIMED_OUT = refuse('2008', 'acquirer-timeout')

/** States of the attempts on the order, the oldest first. */
const states = (b: Bench, orderId = '1'): string[] => b.mirror.journal.attempts(orderId).map(({ state }) => state)

describe('a busy gateway', () => {
  it('is tried again after 1 and 3 seconds, each try an attempt of its own', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [BUSY, LOCKED, obey]
    const ran = await b.batch('sale', ['1'])
    expect(b.clock.slept).toEqual([1_000, 3_000])
    expect(states(b)).toEqual(['rejected', 'rejected', 'accepted'])
    expect(ran.items[0]).toMatchObject({ outcome: 'accepted', attempts: 3, code: null })
  })

  it('is tried three times at most', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [BUSY, BUSY, BUSY, obey]
    const ran = await b.batch('sale', ['1', '2'])
    expect(b.gateway.sent.map(({ paymentId }) => paymentId)).toEqual(['91', '91', '91', '92'])
    expect(outcomes(ran)).toBe('1 rejected E002, 2 accepted')
    expect(ran.items[0]).toMatchObject({ attempts: 3 })
  })

  it('has each try on disk before it goes out', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [BUSY, BUSY, obey]
    const seen: string[][] = []
    b.gateway.onSend = () => seen.push(b.attempts())
    await b.batch('sale', ['1'])
    expect(seen).toEqual([['1 prepared'], ['1 rejected', '1 prepared'], ['1 rejected', '1 rejected', '1 prepared']])
  })

  it('is asked before every other try, and not tried when the payment moved after all', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [leave('40', '9005', 'busy')]
    const ran = await b.batch('sale', ['1'])
    expect(b.gateway.sent).toHaveLength(1)
    expect(outcomes(ran)).toBe('1 accepted')
    expect(b.order('1')).toMatchObject({ kind: '101', status: '40' })
  })

  it.each([
    ['029', cardOrder('1', { totalYen: 600 })],
    ['103 au', auOrder('1', { totalYen: 600 })],
    ['103 docomo', auOrder('1', { totalYen: 600, carrier: 'docomo' })],
  ] as const)('never gets a second %s', async (_name, row) => {
    const b = bench(row)
    b.gateway.scripts = [BUSY]
    const ran = await b.batch('sale', ['1'])
    expect(b.gateway.sent).toHaveLength(1)
    expect(outcomes(ran)).toBe('1 rejected E002')
  })

  it.each(['021', '023', '102'] as const)('gets %s again', async (telegram) => {
    const b = bench(telegram === '102' ? auOrder('1') : cardOrder('1', { status: telegram === '023' ? '40' : '20' }))
    b.gateway.scripts = [BUSY, obey]
    const ran = await b.batch('cancel', ['1'])
    expect(b.gateway.sent.map((request) => request.telegram)).toEqual([telegram, telegram])
    expect(outcomes(ran)).toBe('1 accepted')
  })

  it('gets nothing more once somebody changed the payment between the tries', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [BUSY]
    b.clock.onSleep = () => {
      const fact = b.gateway.payments.get('91')!
      b.mirror.orders.learn(b.order('1'), { ...fact, amountYen: 900 }, b.clock.nowMs())
    }
    const ran = await b.batch('sale', ['1'])
    expect(b.gateway.sent).toHaveLength(1)
    expect(told(ran)).toContain('settled 1 rejected')
    expect(ran.items[0]).toMatchObject({ outcome: 'rejected', code: 'E002', attempts: 1 })
  })

  it('does not make a telegram unsent that went out before one that did not', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [BUSY, neverLeft]
    const [item] = (await b.batch('sale', ['1'])).items
    expect(item).toMatchObject({ outcome: 'rejected', telegram: '101', attempts: 1 })
  })
})

describe("the acquirer's time-out", () => {
  it('is tried again for a card sale that has not moved', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [TIMED_OUT, TIMED_OUT, obey]
    expect(outcomes(await b.batch('sale', ['1']))).toBe('1 accepted')
    expect(b.clock.slept).toEqual([1_000, 3_000])
  })

  it('is finished by another try when it left the sale in transit', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [leave('30', '2008', 'acquirer-timeout'), obey]
    const ran = await b.batch('sale', ['1'])
    expect(outcomes(ran)).toBe('1 accepted')
    expect(ran.items[0]).toMatchObject({ attempts: 2 })
  })

  it('leaves the order open when all three tries end in transit', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [leave('30', '2008', 'acquirer-timeout')]
    const ran = await b.batch('sale', ['1'], { wait: false })
    expect(b.gateway.sent).toHaveLength(3)
    expect(outcomes(ran)).toBe('1 unknown 2008')
    expect(b.order('1').openAttempt).toBe(true)
  })

  it('counts as one unknown outcome, however often it was tried', async () => {
    const b = bench(cardOrder('1'), auOrder('2'))
    b.gateway.scripts = [
      leave('30', '2008', 'acquirer-timeout'),
      leave('30', '2008', 'acquirer-timeout'),
      leave('30', '2008', 'acquirer-timeout'),
      obey,
    ]
    const ran = await b.batch('sale', ['1', '2'], { wait: false })
    expect(outcomes(ran)).toBe('1 unknown 2008, 2 accepted')
  })

  it('never repeats a correction: it stays open', async () => {
    const b = bench(cardOrder('1', { totalYen: 600 }))
    b.gateway.scripts = [TIMED_OUT]
    const ran = await b.batch('sale', ['1'], { wait: false })
    expect(b.gateway.sent).toHaveLength(1)
    expect(outcomes(ran)).toBe('1 unknown 2008')
  })
})

describe('a sale left in transit may still be carried out, so the order stays open', () => {
  const inTransit = leave('30', '2008', 'acquirer-timeout')
  const ways: readonly [string, (b: Bench) => void][] = [
    ['Ctrl-C during the pause', (b) => (b.clock.onSleep = () => b.stop.abort())],
    ['clocks that go apart', (b) => (b.clock.onSleep = () => b.clock.setWall(b.clock.nowMs() + 6_000))],
    ['no connection for the second try', (b) => (b.gateway.scripts = [inTransit, neverLeft])],
    ['maintenance at the second try', (b) => (b.gateway.scripts = [inTransit, refuse('P017', 'stop')])],
    ['a malformed second try', (b) => (b.gateway.scripts = [inTransit, refuse('P010', 'malformed')])],
    ['a second try without answer', (b) => (b.gateway.scripts = [inTransit, requestLost])],
  ]
  it.each(ways)('%s', async (_name, happens) => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [inTransit, obey]
    happens(b)
    const ran = await b.batch('sale', ['1'], { wait: false })
    expect(b.gateway.payments.get('91')).toMatchObject({ status: '30' })
    expect(ran.items[0]).toMatchObject({ outcome: 'unknown', telegram: '022' })
    expect(b.order('1').openAttempt).toBe(true)
  })

  it('a second try that the plan no longer fits', async () => {
    const b = bench(cardOrder('1'), cardOrder('2', { paymentId: null, tradingId: 't2' }))
    b.gateway.scripts = [inTransit, obey]
    const other = b.open()
    const plan = await b.plan('sale', ['1'])
    // Another program learns meanwhile that order 2 has the very same payment.
    b.clock.onSleep = () =>
      other.orders.learn(b.order('2'), { ...b.gateway.payments.get('91')!, tradingId: 't2' }, b.clock.nowMs())
    const ran = await b.run(plan, { wait: false })
    expect(b.gateway.sent).toHaveLength(1)
    expect(ran.items[0]).toMatchObject({ outcome: 'unknown', telegram: '022' })
    expect(b.order('1').openAttempt).toBe(true)
  })

  it('even if the program dies in the pause', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [inTransit]
    b.clock.onSleep = () => {
      throw new Error('kill -9')
    }
    await expect(b.batch('sale', ['1'])).rejects.toThrow('kill -9')
    b.restart()
    expect(b.order('1').openAttempt).toBe(true)
  })
})

describe('a signal or the clock between two tries', () => {
  const stops: readonly [StopReason['type'], (b: Bench) => void][] = [
    ['interrupted', (b) => b.stop.abort()],
    ['clock', (b) => b.clock.setWall(b.clock.nowMs() - 6_000)],
  ]
  it.each(stops)('%s: nothing more is sent, what was answered is booked', async (type, happens) => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [BUSY]
    b.clock.onSleep = () => happens(b)
    const ran = await b.batch('sale', ['1', '2'])
    expect(b.gateway.sent).toHaveLength(1)
    expect(told(ran).at(-1)).toBe(`stopped ${type}`)
    expect(outcomes(ran)).toBe('1 rejected E002, 2 unsent')
  })

  it('until: the time is looked at before each try', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [BUSY]
    const ran = await b.batch('sale', ['1'], { untilMs: b.clock.nowMs() + 500 })
    expect(b.gateway.sent).toHaveLength(1)
    expect(told(ran).at(-1)).toBe('stopped until')
  })
})
