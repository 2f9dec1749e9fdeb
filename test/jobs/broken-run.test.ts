// However a run breaks, the answers to the requests sent are awaited and booked.
import { describe, expect, it } from 'vitest'
import { auOrder, bench } from './bench.js'

describe('a fault of the program itself', () => {
  it('gives the lock back, keeps the outcome that it knows, and ends the run', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    let error: unknown
    try {
      await b.run(plan, {}, (event) => {
        if (event.type === 'sending' && event.step.orderId === '2') throw new Error('the screen broke')
      })
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ message: 'the screen broke' })
    expect(b.attempts()).toEqual(['1 accepted'])
    expect(b.mirror.journal.run(1)?.state).not.toBe('running')
    expect(b.mirror.lock.held).toBe(false)
  })

  it('waits for the request in flight before the lock is given back', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    await b
      .run(plan, {}, (event) => {
        if (event.type === 'settled') throw new Error('the screen broke')
      })
      .catch(() => undefined)
    expect(b.gateway.sent).toHaveLength(2)
    expect(b.attempts()).toEqual(['1 accepted', '2 accepted'])
  })

  it('leaves a request open whose exchange broke, so that the next run asks about it', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    b.gateway.onSend = () => {
      throw new Error('a bug')
    }
    await expect(b.run(plan)).rejects.toThrow('a bug')
    expect(b.order('1').openAttempt).toBe(true)
    expect(b.mirror.lock.held).toBe(false)
  })
})
