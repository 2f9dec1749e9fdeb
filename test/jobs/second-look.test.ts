// An unknown outcome is not a failure: tests the second inquiry after the settle time.
import { describe, expect, it } from 'vitest'
import { auOrder, bench, cardOrder, outcomes, told } from './bench.js'
import { answerLost, leave, obey, requestLost } from './paygent.js'
import { FAULT, move } from './scripted-gateway.js'

const SETTLE_MS = 120_000

describe('the second look', () => {
  it('calls not-processed what is unmoved once the settle time is over, and not before', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    const start = b.clock.nowMs()
    const plan = await b.plan('sale', ['1'])
    const ran = await b.run(plan, {}, (event) => {
      if (event.type === 'waiting') expect(b.order('1').openAttempt).toBe(true)
      if (event.type === 'looked-again') expect(b.clock.nowMs() - start).toBe(SETTLE_MS)
    })
    expect(told(ran)).toEqual(['settled 1 unknown', 'looked-again 1 not-processed'])
    expect(ran.items[0]).toMatchObject({
      outcome: 'not-processed',
      firstOutcome: 'unknown',
      telegram: '101',
      attempts: 1,
    })
    expect(b.order('1')).toMatchObject({ openAttempt: false, kind: '', notProcessed: { operation: 'sale' } })
    expect(ran.state).toBe('completed')
  })

  it('tells how long it waits and for how many, second by second', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    b.gateway.onSend = ({ paymentId }) => {
      if (paymentId === '92') b.clock.pass(10_500)
    }
    const { events } = await b.batch('sale', ['1', '2'])
    const waited = events.flatMap((event) => (event.type === 'waiting' ? [[event.remainingMs, event.orders]] : []))
    expect(waited.slice(0, 2)).toEqual([
      [109_500, 2],
      [108_500, 2],
    ])
    expect(waited.slice(109, 112)).toEqual([
      [500, 2],
      [10_500, 1],
      [9_500, 1],
    ])
    expect(waited).toHaveLength(121)
  })

  it('finds a request that arrived late', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    const plan = await b.plan('sale', ['1'])
    const ran = await b.run(plan, {}, (event) => {
      if (event.type === 'waiting' && event.remainingMs === 60_000) move(b.gateway.payments, '91', { status: '40' })
    })
    expect(told(ran).at(-1)).toBe('looked-again 1 accepted')
    expect(ran.items[0]).toMatchObject({ outcome: 'accepted', firstOutcome: 'unknown' })
    expect(b.order('1')).toMatchObject({ kind: '101', status: '40' })
  })

  it('leaves open what is in transit', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [leave('30', '2001', 'inquire')]
    const ran = await b.batch('sale', ['1'])
    expect(outcomes(ran)).toBe('1 unknown 2001')
    expect(b.order('1').openAttempt).toBe(true)
  })

  it('hands an old payment that is gone, without a new one to be found, to a person', async () => {
    const b = bench(cardOrder('1', { totalYen: 600 }))
    b.gateway.scripts = [
      (request, payments) => {
        move(payments, request.paymentId, { status: '32' })
        return { type: 'unclear', fault: FAULT }
      },
    ]
    const ran = await b.batch('sale', ['1'])
    expect(told(ran)).toEqual(['settled 1 unknown', 'looked-again 1 attention'])
    expect(b.order('1')).toMatchObject({ attention: true, openAttempt: false, status: '32' })
  })

  it('does not start the settle time before the first "not moved"', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [leave('30', '2001', 'inquire')]
    const plan = await b.plan('sale', ['1'])
    const ran = await b.run(plan, {}, (event) => {
      if (event.type === 'waiting') move(b.gateway.payments, '91', { status: '20' })
    })
    expect(ran.items[0]).toMatchObject({ outcome: 'unknown' })
    expect(b.order('1').openAttempt).toBe(true)
  })

  it('stays open when Paygent does not answer', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    const plan = await b.plan('sale', ['1'])
    const ran = await b.run(plan, {}, (event) => {
      if (event.type === 'waiting') b.gateway.onInquiry = () => ({ type: 'silent', fault: FAULT })
    })
    expect(told(ran).at(-1)).toBe('looked-again 1 unknown')
    expect(b.order('1').openAttempt).toBe(true)
  })

  it('sends nothing, and asks about each unknown of this run once', async () => {
    const b = bench(...['1', '2', '3', '4'].map((id) => auOrder(id)))
    b.gateway.scripts = [requestLost, answerLost, requestLost, obey]
    const ran = await b.batch('sale', ['1', '2', '3', '4'])
    expect(b.gateway.sent).toHaveLength(4)
    expect(outcomes(ran)).toBe('1 not-processed, 2 accepted, 3 not-processed, 4 accepted')
    expect(told(ran).filter((line) => line.startsWith('looked'))).toHaveLength(2)
  })

  it('counts down with what is left', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    const ran = await b.batch('sale', ['1'], { settleMs: 3_000 })
    const waits = ran.events.flatMap((event) => (event.type === 'waiting' ? [[event.remainingMs, event.orders]] : []))
    expect(waits).toEqual([
      [3_000, 1],
      [2_000, 1],
      [1_000, 1],
    ])
  })

  it('goes by the slower of the two clocks', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    const plan = await b.plan('sale', ['1'])
    let jumped = false
    let waited = 0
    await b.run(plan, {}, (event) => {
      if (event.type !== 'waiting') return
      waited += 1
      if (!jumped) b.clock.setWall(b.clock.nowMs() + 3_600_000)
      jumped = true
    })
    expect(waited).toBe(SETTLE_MS / 1_000)
  })

  // It waited as long as the clock was put back, with the lock held.
  it.each([
    ['26 hours', 26 * 3_600_000],
    ['6 minutes', 360_000],
  ])('begins to wait anew where the clock is put back by %s', async (_, byMs) => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    const plan = await b.plan('sale', ['1'])
    let waited = 0
    const ran = await b.run(plan, {}, (event) => {
      if (event.type !== 'waiting') return
      waited += 1
      if (waited === 50) b.clock.setWall(b.clock.nowMs() - byMs)
    })
    expect(waited).toBe(50 + SETTLE_MS / 1_000)
    expect(outcomes(ran)).toBe('1 not-processed')
  })
})

describe('the wait', () => {
  it('is left on Enter: the order stays open, the run is over', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    const plan = await b.plan('sale', ['1', '2'])
    const ran = await b.run(plan, {}, (event) => {
      if (event.type === 'waiting' && event.remainingMs < 100_000) b.leave.abort()
    })
    expect(outcomes(ran)).toBe('1 unknown, 2 unknown')
    expect([ran.state, ran.events.at(-1)?.type]).toEqual(['completed', 'finished'])
  })

  it('is left on Ctrl-C', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    const plan = await b.plan('sale', ['1'])
    const ran = await b.run(plan, {}, (event) => {
      if (event.type === 'waiting') b.stop.abort()
    })
    expect(outcomes(ran)).toBe('1 unknown')
    expect(b.mirror.lock.held).toBe(false)
  })

  it('is not begun with --no-wait', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    const ran = await b.batch('sale', ['1'], { wait: false })
    expect([outcomes(ran), b.clock.slept]).toEqual(['1 unknown', []])
  })

  it('takes place after a stop, too', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    const ran = await b.batch('sale', ['1', '2'], { stopAfter: 1 })
    expect(outcomes(ran)).toBe('1 not-processed, 2 unsent')
    expect(ran.state).toBe('stopped')
  })
})
