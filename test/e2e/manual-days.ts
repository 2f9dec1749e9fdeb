// Moves the dates of the fixtures' orders. The manual's are of June 2009; so that an authorisation has the same age on
// every day of a test run, they are moved to the days before today, as the demo does, and the output is moved back: every
// screen is of 3 July 2009, 10:15.
import { japanDate } from '../../src/clock.js'
import { DAY_OF_THE_ORDERS, movedTo } from '../../src/cli/commands/demo.js'
import { parseFaults } from '../../src/simulator/faults.js'
import { openLedger } from '../../src/simulator/ledger.js'
import { DESK_ORDERS, type Env, run } from './program.js'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect } from 'vitest'

const TODAY = DAY_OF_THE_ORDERS
const NOW = '10:15'
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

/** The orders of a fixture as if they had been placed lately; returns the path of the file. */
export function recentOrders(folder: string, fixture: string): string {
  const path = join(folder, basename(fixture))
  writeFileSync(path, movedTo(japanDate(Date.now()), readFileSync(fixture, 'utf8')))
  return path
}

/** The day of the oldest order that is compared, among days of the fixtures. */
const OLDEST = '2009/04/18'

/**
 * In the first weeks of a year some of the orders are of the year before, so that lists show two digits of it and their
 * columns are wider: no screen is compared then.
 */
export const isTurnOfYear = (): boolean => {
  const today = japanDate(Date.now())
  return movedTo(today, OLDEST, TODAY).slice(0, 4) !== today.slice(0, 4)
}

/** A day of this year as lists show it, `11/26`, moved back as the whole dates are. */
function shortDay(shown: string, month: string, day: string): string {
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return shown
  const today = japanDate(Date.now())
  return movedTo(TODAY, `${today.slice(0, 4)}/${shown}`, today).slice(5)
}

/** The request of 10231 is lost on its way, and the correction of 10230 breaks off half-way. */
const FAULTS = parseFaults([
  { match: { telegram: '101', trading_id: '10231' }, commits: false, shows: 'reset' },
  { match: { telegram: '029', trading_id: '10230' }, shows: 'code:2011' },
])

/** Makes a desk of today with an order in every state: two come from a file only after a day that went wrong. */
export async function fillDesk(cwd: string, env: Env): Promise<void> {
  const paygent = (command: string) => run(cwd, command.split(' '), env)
  expect(await paygent(`import ${recentOrders(cwd, DESK_ORDERS)}`)).toMatchObject({ code: 0, stderr: '' })
  const ledger = openLedger(join(cwd, 'paygent.db.simulator'))
  ledger.faults.replace(FAULTS)
  ledger.close()
  expect((await paygent('amend 10230 --total 10000')).code).toBe(0)
  for (const orderId of ['10230', '10231'])
    expect((await paygent(`sale ${orderId} --yes --no-wait`)).code, orderId).toBe(4)
  expect((await paygent('runs ack --all')).code).toBe(0)
}

/** The screen with the manual's dates, and with one time of day for everything that happened while the test ran. */
export const asInTheManual = (screen: string): string =>
  screen
    .replace(/(\d{4}\/\d\d\/\d\d)( \d\d:\d\d)?/g, (_, date: string, time: string | undefined) => {
      const shown = movedTo(TODAY, date, japanDate(Date.now()))
      // What is still to come, such as docomo's completion of a sale, has a time of its own.
      const ours = time !== undefined && shown === TODAY.replaceAll('-', '/')
      return `${shown}${ours ? ` ${NOW}` : (time ?? '')}`
    })
    .replace(new RegExp(`( ${NOW} -\\s+)\\d\\d:\\d\\d`, 'g'), `$1${NOW}`)
    // The time of a date that was wrapped, in a text or in its cell.
    .replace(new RegExp(`(${TODAY.replaceAll('-', '/')}\\n +)\\d\\d:\\d\\d`, 'g'), `$1${NOW}`)
    .replace(/│ \d\d:\d\d (?= +│)/g, `│ ${NOW} `)
    // docomo's authorisations end with a month, so what is left of one depends on the day.
    .replace(/(?<![\d/])(\d\d)\/(\d\d)(?![\d/])/g, shortDay)
    .replace(
      /^(│(?:.*│)? ?(?:853|10240|10236) .*│ *)\d\d(日|d) │$/gm,
      (_, before: string, unit: string) => `${before}59${unit} │`,
    )
    .replace(/(docomo.*)残り\d\d日/g, '$1残り59日')
    .replace(/(docomo.*)\d\d days (?= *│)/g, (_, before: string) => `${before}59 days `)
    .replace(/(docomo.*)\d\d( days)? left/g, (_, before: string, unit = '') => `${before}59${unit} left`)
    .replace(/\d+時間\d+分/, '13時間44分')
    .replace(/\d+ h \d+ min/, '13 h 44 min')
