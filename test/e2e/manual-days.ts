// The clock of the program under test. The manual's orders are of June 2009: with the clock on one day of that summer the
// screens are the same on every day of a test run, from New Year to the ends of the months.
import { DAY_OF_THE_ORDERS } from '../../src/cli/commands/demo.js'
import { parseFaults } from '../../src/simulator/faults.js'
import { openLedger } from '../../src/simulator/ledger.js'
import { DESK_ORDERS, type Env, run } from './program.js'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'

const DAY_MS = 24 * 60 * 60 * 1000

/** So long before midnight in Japan no look at a screen begins: the cut-off of the screens is 23:59. */
const SHY_MS = 150_000

/** A test that waits for the day to change needs this much time. */
export const DAY_CHANGE_TIMEOUT_MS = SHY_MS + 120_000

/** Far enough from midnight in Japan that the day does not change while screens are looked at. */
export async function awayFromMidnight(): Promise<void> {
  const intoDayMs = (Date.now() + 9 * 60 * 60 * 1000) % DAY_MS
  if (intoDayMs > DAY_MS - SHY_MS) await new Promise((wait) => setTimeout(wait, DAY_MS - intoDayMs + 1000))
}

/** The library that the command `faketime` has programs load; null where it is not installed. */
const preload = ((): string | null => {
  try {
    return execFileSync('faketime', ['-f', '+0', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).trim()
  } catch {
    return null
  }
})()

/** A clone without `faketime` skips the tests of a set clock; on the build server they fail. */
export const cannotSetClock = preload === null && process.env['PAYGENT_TEST_SERVERS'] !== 'required'

/** A program with this environment has the clock that libfaketime's settings say; its time-outs stay real. */
export const clockSetBy = (settings: Env): Env => ({
  LD_PRELOAD: preload ?? '',
  DONT_FAKE_MONOTONIC: '1',
  TZ: 'Asia/Tokyo',
  ...settings,
})

/** The clock stands still, so that every screen is of 3 July 2009, 10:15. */
export const MANUAL_DAY = clockSetBy({ FAKETIME: `${DAY_OF_THE_ORDERS} 10:15:00` })

/** The request of 10231 is lost on its way, and the correction of 10230 breaks off half-way. */
const FAULTS = parseFaults([
  { match: { telegram: '101', trading_id: '10231' }, commits: false, shows: 'reset' },
  { match: { telegram: '029', trading_id: '10230' }, shows: 'code:2011' },
])

/** Makes a desk with an order in every state: two come from a file only after a day that went wrong. */
export async function fillDesk(cwd: string, env: Env): Promise<void> {
  const paygent = (command: string) => run(cwd, command.split(' '), env)
  expect(await paygent(`import ${DESK_ORDERS}`)).toMatchObject({ code: 0, stderr: '' })
  const ledger = openLedger(join(cwd, 'paygent.db.simulator'))
  ledger.faults.replace(FAULTS)
  ledger.close()
  expect((await paygent('amend 10230 --total 10000')).code).toBe(0)
  for (const orderId of ['10230', '10231'])
    expect((await paygent(`sale ${orderId} --yes --no-wait`)).code, orderId).toBe(4)
  expect((await paygent('runs ack --all')).code).toBe(0)
}
