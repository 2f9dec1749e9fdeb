// Orders named on stdin by the million are planned or refused in little memory.
import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { atEnd, EMBEDDED, folder, OWN_STATE, PROGRAM, run, writeOrders, type Ended } from './program.js'
import { orderRow, type Result } from './shop.js'

const MILLION = 1_000_000
/** Megabytes of JavaScript's heap: what a small command needs, and a good bit less than a million numbers take. */
const SMALL = { ...EMBEDDED, NODE_OPTIONS: '--max-old-space-size=48' }
const named = (cwd: string, lines: string, more: readonly string[] = ['--dry-run']): Promise<Ended> =>
  run(cwd, ['bulk-sale', '--orders', '-', '--format', 'json', '--lang', 'en', ...more], SMALL, lines)

async function shop(): Promise<string> {
  const cwd = folder()
  const csv = writeOrders(
    cwd,
    [1, 2, 3].map((id) => orderRow(id, 'au')),
  )
  expect((await run(cwd, ['import', csv], EMBEDDED)).code).toBe(0)
  return cwd
}

describe('a million lines on stdin', () => {
  it('of as many orders are refused: 2, nothing is sent, and the limit is told', async () => {
    const lines = Array.from({ length: MILLION }, (_, index) => index + 1).join('\n')
    const cwd = await shop()
    for (const more of [['--dry-run'], ['--yes']]) {
      const ended = await named(cwd, lines, more)
      expect([ended.code, ended.signal, ended.stdout]).toEqual([2, null, ''])
      expect(ended.stderr).toContain('at most 20,000 at once')
    }
  })

  it('of a few orders again and again are planned, each once and in the order of the first naming', async () => {
    const cwd = await shop()
    const { code, signal, stdout } = await named(cwd, '3\n1\n\n２\n'.repeat(MILLION / 4))
    const { results } = JSON.parse(stdout) as Result
    expect([code, signal, results.map(({ orderId }) => orderId)]).toEqual([0, null, ['3', '1', '2']])
  })

  it('that are none at all are wrong usage', async () => {
    expect((await named(await shop(), '\n'.repeat(MILLION))).stderr).toContain('No orders')
  })

  it('without a line end are one order that is not known', async () => {
    const ended = await named(await shop(), '7'.repeat(30 * MILLION))
    expect([ended.code, ended.signal, ended.stderr.includes('These orders are not known: 777')]).toEqual([
      2,
      null,
      true,
    ])
    expect(ended.stderr.length).toBeLessThan(100_000)
  })
})

it('a signal while stdin is still read: 6, and nothing is sent', async () => {
  const cwd = await shop()
  const env = { PATH: process.env['PATH'] ?? '', ...OWN_STATE(cwd), ...EMBEDDED }
  const child = spawn(process.execPath, ['--', PROGRAM, 'bulk-sale', '--orders', '-', '--yes'], { cwd, env })
  atEnd(() => child.kill('SIGKILL'))
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve([code, signal])))
  // More than a pipe holds: once it is gone it is being read.
  await new Promise((taken) => child.stdin.write('1\n'.repeat(500_000), taken))
  child.kill('SIGTERM')
  expect(await ended).toEqual([6, null])
})
