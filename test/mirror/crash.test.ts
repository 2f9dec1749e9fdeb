import { describe, expect, test } from 'vitest'
import { startChild } from './children.js'
import { mirrorWith, NOON, only, open, row, settlement, stepFor, told } from './mirrors.js'

describe('a process killed with -9 between intent and outcome', () => {
  test('leaves the attempt prepared; the next holder of the lock makes it unknown', async () => {
    const before = mirrorWith([row()])
    told(before)
    const step = stepFor(before)
    const { path } = before
    before.close()

    const child = startChild(path, 'prepare', JSON.stringify(step))
    expect(await child.next()).toBe('held')
    expect(await child.next()).toBe('prepared')
    await child.kill()

    const { journal, lock } = open(path, { mode: 'write' })
    expect(journal.openAttempts()).toMatchObject([{ state: 'prepared', orderId: '852', paymentId: '9852' }])
    expect(journal.run(1)).toMatchObject({ osUser: 'child', state: 'running', done: 0, total: 1 })
    expect(lock.acquire('sale')).toBe(true)
    const [attempt] = journal.recover(NOON)
    expect(attempt).toMatchObject({ state: 'unknown' })
    expect(journal.run(1)?.state).toBe('interrupted')
    expect(journal.verify(null)).toMatchObject({ ok: true })

    journal.settle(settlement(attempt?.attemptId ?? 0, { outcome: 'not-processed' }))
    expect(only(open(path)).notProcessed).toEqual({ operation: 'sale', atMs: NOON })
  })
})
