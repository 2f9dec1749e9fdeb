// Runs the crash sweep in its short form; `npm run crash-test` is the long one. PAYGENT_TEST_SEED=<number> repeats a
// sweep.
import { expect, it } from 'vitest'
import { reportOf } from './report.js'
import { sweep } from './sweep.js'

const KILLS = 16

it('leaves mirror and ledger equal after every kill', { timeout: 300_000 }, async () => {
  const seed = Number(process.env['PAYGENT_TEST_SEED'] ?? process.pid)
  const swept = await sweep({ seed, kills: KILLS, lanes: 2, onKill: () => undefined })
  expect(swept.differences, reportOf(swept, seed, 0)).toEqual([])
  expect(swept.kills.length).toBeGreaterThanOrEqual(KILLS)
})
