// Moves the dates of the manual's orders. They are of June 2009; so that an authorisation has the same age on every day
// of a test run, they are moved to the days before today, and the output is moved back: every screen is of 3 July 2009,
// 10:15.
import { japanDate } from '../../src/clock.js'
import { daysBetween } from '../../src/domain/age.js'
import { MANUAL_ORDERS } from './program.js'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const TODAY = '2009-07-03'
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

const daysSince = (): number => daysBetween(TODAY, japanDate(Date.now()))

const moved = (slashed: string, days: number): string =>
  new Date(Date.parse(`${slashed.replaceAll('/', '-')}T00:00:00Z`) + days * DAY_MS)
    .toISOString()
    .slice(0, 10)
    .replaceAll('-', '/')

/** The manual's four orders as if they had been placed lately; returns the path of the file. */
export function recentManualOrders(folder: string, name = 'manual-orders.csv'): string {
  const path = join(folder, name)
  const csv = readFileSync(MANUAL_ORDERS, 'utf8')
  writeFileSync(
    path,
    csv.replace(/\d{4}\/\d\d\/\d\d/g, (date) => moved(date, daysSince())),
  )
  return path
}

/**
 * In the first days of a year the manual's orders are of the year before, so that lists show two digits of it and their
 * columns are wider: no screen is compared then.
 */
export const isTurnOfYear = (): boolean => {
  const today = japanDate(Date.now())
  return moved('2009/06/01', daysSince()).slice(0, 4) !== today.slice(0, 4)
}

/** A day of this year as lists show it, `11/26`, moved back as the whole dates are. */
function shortDay(shown: string, month: string, day: string): string {
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return shown
  return moved(`${japanDate(Date.now()).slice(0, 4)}/${shown}`, -daysSince()).slice(5)
}

/** The screen with the manual's dates, and with one time of day for everything that happened while the test ran. */
export const asInTheManual = (screen: string): string =>
  screen
    .replace(/(\d{4}\/\d\d\/\d\d)( \d\d:\d\d)?/g, (_, date: string, time: string | undefined) => {
      const shown = moved(date, -daysSince())
      const ours = time !== undefined && shown >= TODAY.replaceAll('-', '/')
      return `${shown}${ours ? ` ${NOW}` : (time ?? '')}`
    })
    .replace(new RegExp(`( ${NOW} -\\s+)\\d\\d:\\d\\d`, 'g'), `$1${NOW}`)
    // The time of a date that was wrapped in its cell.
    .replace(/│ \d\d:\d\d (?= +│)/g, `│ ${NOW} `)
    // docomo's authorisations end with a month, so what is left of one depends on the day.
    .replace(/(?<![\d/])(\d\d)\/(\d\d)(?![\d/])/g, shortDay)
    .replace(/^(│.*│ ?853 .*│ *)\d\d(日|d) │$/gm, (_, before: string, unit: string) => `${before}59${unit} │`)
    .replace(/(docomo.*)残り\d\d日/g, '$1残り59日')
    .replace(/(docomo.*\()\d\d left/g, (_, before: string) => `${before}59 left`)
    .replace(/\d+時間\d+分/, '13時間44分')
    .replace(/\d+ h \d+ min/, '13 h 44 min')
