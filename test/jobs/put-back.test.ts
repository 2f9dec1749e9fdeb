// A backup made during a run is put back: the outcome of the run's later requests is unknown until all is compared, and
// they are never reported as not sent.
import { asPutBack } from '../../src/domain/run.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { auOrder, bench, type Bench, cardOrder, outcomes } from './bench.js'
import { obey, requestLost } from './paygent.js'
import { auditOn, reconcileOn, SETTLE_MS } from './reconciling.js'
import type { Script } from './scripted-gateway.js'
import Database from 'better-sqlite3'
import { rmSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** A backup of the moment at which the n-th request is under way stands in the mirror's place after the run. */
async function putBack(b: Bench, orderIds: readonly string[], sending: number): Promise<void> {
  let copy: Buffer | null = null
  b.gateway.onSend = () => {
    if (b.gateway.sent.length + 1 !== sending) return
    const db = new Database(b.path, { readonly: true })
    copy = db.serialize()
    db.close()
  }
  await b.batch('sale', orderIds, { wait: false })
  b.gateway.onSend = () => undefined
  b.mirror.close()
  for (const end of ['-wal', '-shm']) rmSync(`${b.path}${end}`, { force: true })
  if (copy === null) throw new Error('the run sent less')
  writeFileSync(b.path, copy)
  b.restart()
  expect(b.mirror.state.check()).toBe('behind')
}

const LOWER = { totalYen: 600, listedAmountYen: 1_000 }
const now = (b: Bench): string => outcomes({ items: b.mirror.journal.items(1) })

it('is unknown before the audit, and what Paygent says after it', async () => {
  const b = bench(auOrder('1'), auOrder('2'), auOrder('3'), cardOrder('4', LOWER), auOrder('5', { status: '60' }))
  b.gateway.scripts = [obey]
  await putBack(b, ['1', '2', '3', '4', '5'], 2)
  expect(now(b)).toBe('1 accepted, 2 unknown, 3 unsent, 4 unsent, 5 refused')
  const [run] = b.mirror.journal.runs(1)
  expect(outcomes({ items: asPutBack(run!, b.mirror.journal.items(1)) })).toBe(
    '1 accepted, 2 unknown, 3 unknown, 4 unknown, 5 refused',
  )
  const sent = b.gateway.sent.length
  await auditOn(b, 'take')
  expect(now(b)).toMatch(/^1 accepted, 2 accepted, 3 accepted, 4 (accepted|attention|unknown)/)
  expect([b.gateway.sent.length, b.mirror.state.check(), b.mirror.journal.run(1)?.state]).toEqual([
    sent,
    'known',
    'interrupted',
  ])
  expect(b.mirror.journal.verify(null).ok).toBe(true)
  expect(outcomes(await b.batch('sale', ['1', '2', '3']))).not.toContain('accepted')
  expect(b.gateway.sent).toHaveLength(sent)
})

const rows: readonly [string, readonly Script[], readonly ImportRow[], string][] = [
  ['did not arrive', [obey, requestLost, requestLost], [auOrder('3')], '1 accepted, 2 not-processed, 3 not-processed'],
  ['was carried out', [obey, requestLost, obey], [auOrder('3')], '1 accepted, 2 not-processed, 3 accepted'],
]
it.each(rows)('a request after the backup that %s', async (_, scripts, more, became) => {
  const b = bench(auOrder('1'), auOrder('2'), ...more)
  b.gateway.scripts = [...scripts]
  await putBack(b, ['1', '2', '3'], 2)
  await auditOn(b, 'take')
  expect(now(b)).toBe(became)
  expect(b.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(SETTLE_MS)
})

it('an audit of one order leaves the others unknown', async () => {
  const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
  await putBack(b, ['1', '2', '3'], 1)
  await auditOn(b, 'take', { orderIds: ['1'] })
  expect([now(b), b.mirror.state.check()]).toEqual(['1 accepted, 2 unknown, 3 unknown', 'behind'])
})

it('comparing changes nothing', async () => {
  const b = bench(auOrder('1'), auOrder('2'))
  await putBack(b, ['1', '2'], 1)
  await auditOn(b, 'compare')
  expect(now(b)).toBe('1 unknown, 2 unsent')
})

it('what a run of a mirror in order had not come to when it died was not sent', async () => {
  const b = bench(auOrder('1'), auOrder('2'))
  b.gateway.onSend = () => {
    throw new Error('kill -9')
  }
  await expect(b.batch('sale', ['1', '2'])).rejects.toThrow('kill -9')
  b.gateway.onSend = () => undefined
  b.restart()
  await reconcileOn(b)
  expect(now(b)).toBe('1 not-processed, 2 unsent')
})
