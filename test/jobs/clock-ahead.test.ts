// A clock that was once ahead has written times that are still in the future: the mirror is closed until all of it is
// compared.
import { describe, expect, it } from 'vitest'
import { auOrder, bench, cardOrder, NOW, outcomes, type Bench } from './bench.js'
import { leave, obey, requestLost } from './paygent.js'
import { auditOn, reconcileOn, SETTLE_MS, standing, syncOn } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'

const YEAR_MS = 365 * 24 * 60 * 60 * 1_000
const ACCEPTED_AHEAD_MS = 5 * 60_000

/** A batch a year ahead; then the clock is right again, and the program starts anew. */
async function onceAhead(b: Bench, aheadMs = YEAR_MS, wait = false): Promise<Bench> {
  b.clock.setWall(NOW + aheadMs)
  await b.batch('sale', ['1'], { wait })
  b.clock.setWall(NOW)
  b.restart()
  return b
}

const closed = { code: 'clock-behind-journal', exitCode: 6 }

describe('a mirror that a clock ahead has written', () => {
  it.each([
    ['a batch', (b: Bench) => b.batch('sale', ['2'])],
    ['reconcile', (b: Bench) => reconcileOn(b)],
    ['sync', (b: Bench) => syncOn(b)],
    ['an audit of some orders', (b: Bench) => auditOn(b, 'take', { orderIds: ['2'] })],
  ])('is closed to %s, and open after a whole audit', async (_, start) => {
    const b = await onceAhead(bench(auOrder('1'), auOrder('2')))
    await expect(start(b)).rejects.toMatchObject(closed)
    expect([b.gateway.sent.length, b.mirror.lock.held]).toEqual([1, false])
    expect(await auditOn(b, 'take')).toEqual([])
    await start(b)
    expect(outcomes(await b.batch('sale', ['2']))).toMatch(/^2 (accepted|refused)/)
  })

  it.each([
    [ACCEPTED_AHEAD_MS, true],
    [ACCEPTED_AHEAD_MS + 1, false],
  ])('by %i ms is open: %s', async (aheadMs, open) => {
    const b = await onceAhead(bench(auOrder('1'), auOrder('2')), aheadMs)
    const started = await reconcileOn(b).then(
      () => true,
      () => false,
    )
    expect(started).toBe(open)
  })

  it('is not opened by a newer entry of the clock that is right', async () => {
    const b = await onceAhead(bench(auOrder('1'), auOrder('2')))
    expect(b.mirror.journal.acknowledge(1)).toBe(true)
    await expect(b.batch('sale', ['2'])).rejects.toMatchObject(closed)
  })

  it('is not opened by comparing, by half an audit, or by one that the wrong clock has made', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.clock.setWall(NOW + YEAR_MS)
    await b.batch('sale', ['1'])
    await auditOn(b, 'take')
    b.clock.setWall(NOW)
    expect(await auditOn(b, 'compare')).toEqual([])
    await expect(reconcileOn(b)).rejects.toMatchObject(closed)
    move(b.gateway.payments, '91', { status: '44' })
    b.gateway.onInquiry = () => ({ type: 'silent', fault: FAULT })
    expect(await auditOn(b, 'take')).toEqual(['untold 2', 'untold 1', 'stopped inquiry-unanswered'])
    await expect(reconcileOn(b)).rejects.toMatchObject(closed)
  })
})

describe('an attempt that was left open by the clock ahead', () => {
  it('settles from the audit on, and not when that time has come', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost, obey]
    await onceAhead(b)
    expect(standing(b)).toBe('91 20 open')
    expect(await auditOn(b, 'take')).toEqual(['settled 1 101 not-processed'])
    expect(b.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(2 * SETTLE_MS)
    expect(outcomes(await b.batch('sale', ['1']))).toBe('1 accepted')
  })

  it('and not before the settle time is over', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await onceAhead(b)
    expect(await auditOn(b, 'take', { wait: false })).toEqual([])
    b.clock.pass(SETTLE_MS - 1)
    expect(await reconcileOn(b, { wait: false })).toEqual([])
    b.clock.pass(1)
    expect(await reconcileOn(b, { wait: false })).toEqual(['settled 1 101 not-processed'])
  })

  it('in transit is not sent again by the audit, and by the reconcile after it', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [leave('30', '2001', 'inquire'), obey]
    await onceAhead(b)
    expect(await auditOn(b, 'take')).toEqual(['difference 1 moved'])
    expect(b.gateway.sent).toHaveLength(1)
    expect(await reconcileOn(b)).toEqual(['again 1 022', 'settled 1 022 accepted'])
  })
})

it('an audit sends nothing again where another desk may be sending', async () => {
  const b = bench(cardOrder('1'))
  b.gateway.scripts = [leave('30', '2001', 'inquire'), obey]
  await b.batch('sale', ['1'], { wait: false })
  b.clock.pass(SETTLE_MS)
  expect(await auditOn(b, 'take', { sendsAgain: false })).toEqual(['difference 1 moved'])
  expect(b.gateway.sent).toHaveLength(1)
})
