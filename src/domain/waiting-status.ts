// Orders that would be sold if the shop had said what their 対応状況 means, and the setting that says it.
import {
  comparedStatus,
  entryText,
  parseStatuses,
  parseStatus,
  readStatus,
  SELLABLE_ORDER_STATUS,
  type Meaning,
  type StatusSetting,
} from './order-status.js'
import { LONGEST_NAME } from './pasteable.js'
import type { OrderGroup } from './order-group.js'
import { takenByAll, type RuleContext } from './permit.js'

/** So many names are told; a shop has few of them. */
const MOST_NAMED = 20

export interface WaitingStatus {
  /** As the shop has it; '' for none. */
  readonly orderStatus: string
  readonly orders: number
}

export interface WaitingStatuses {
  readonly orders: number
  /** Of their totals. */
  readonly yen: number
  /** The most frequent first. */
  readonly statuses: readonly WaitingStatus[]
  /** What the setting would be with an entry for each; the shop has still to choose what each of them means. */
  readonly setting: string
}

/** What a name that sounds cancelled most likely means; of any other nothing is guessed, and it stays where it is. */
const suggested = (orderStatus: string): Meaning =>
  readStatus(orderStatus, []).meaning === 'cancelled' ? 'cancelled' : 'hold'

/**
 * @param groups of orders that the rules cannot tell apart
 * @param setting the text of the setting as it is
 * @returns null where no order waits
 */
export function waitingIn(groups: readonly OrderGroup[], rules: RuleContext, setting: string): WaitingStatuses | null {
  const byStatus = new Map<string, { orderStatus: string; orders: number }>()
  let [orders, yen] = [0, 0]
  for (const { example, count, totalYen } of groups) {
    if (!isWaiting(example.orderStatus, rules)) continue
    if (!takenByAll({ ...example, orderStatus: SELLABLE_ORDER_STATUS }, 'sale', rules)) continue
    const key = comparedStatus(example.orderStatus)
    const known = byStatus.get(key) ?? { orderStatus: example.orderStatus, orders: 0 }
    byStatus.set(key, { ...known, orders: known.orders + count })
    orders += count
    yen += totalYen
  }
  if (orders === 0) return null
  const statuses = [...byStatus.values()].toSorted(byFrequency).slice(0, MOST_NAMED)
  return { orders, yen, statuses, setting: settingFor(statuses, setting.replace(/[\s,]+$/u, '')) }
}

/** With an entry for each that gets through beside the others: a number may have been given two names. */
function settingFor(statuses: readonly WaitingStatus[], said: string): string {
  let setting = said
  for (const { orderStatus } of statuses) {
    if (orderStatus.length > LONGEST_NAME || !waits(orderStatus, parseStatuses(setting) ?? [])) continue
    const { name } = parseStatus(orderStatus)
    const ways = [orderStatus, ...(name === null ? [] : [name])]
    const tried = ways.map((way) => [setting, entryText(way, suggested(orderStatus))].filter(Boolean).join(','))
    setting = tried.find((one) => isSaid(orderStatus, one)) ?? setting
  }
  return setting
}

function isSaid(orderStatus: string, setting: string): boolean {
  const parsed = parseStatuses(setting)
  return parsed !== null && !waits(orderStatus, parsed)
}

/** Among equals in one order whatever the mirror's. */
const byFrequency = (a: WaitingStatus, b: WaitingStatus): number =>
  b.orders - a.orders || (a.orderStatus < b.orderStatus ? -1 : 1)

const isWaiting = (orderStatus: string, { statuses }: RuleContext): boolean => waits(orderStatus, statuses)

function waits(orderStatus: string, statuses: StatusSetting): boolean {
  const reading = readStatus(orderStatus, statuses)
  return reading.meaning === 'unknown' || (reading.meaning === 'cancelled' && reading.by === 'parts')
}
