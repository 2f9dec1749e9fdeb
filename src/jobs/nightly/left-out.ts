// What the night leaves to people: orders that are not shipped, and those whose 対応状況 nobody has explained.
import { groupOfOne, type Sum, waitingIn, type WaitingStatuses } from '../../domain/chosen.js'
import { isShipped } from '../../domain/order-status.js'
import type { Order } from '../../domain/order.js'
import { takenByAll } from '../../domain/permit.js'
import type { OrderStore } from '../../ports.js'
import { byExpiry } from '../batch/plan.js'
import type { NightlyWishes } from './deps.js'

export interface LeftToPeople {
  /** Orders that the night would sell if the shop had said what their 対応状況 means. */
  readonly waiting: WaitingStatuses | null
  /** Orders that it would sell if they were shipped. */
  readonly unshipped: Sum
}

export interface NightChoice extends LeftToPeople {
  /** What is to be sold, in the order in which the authorisations expire. */
  readonly chosen: readonly Order[]
}

/** All from one reading of the mirror. */
export function chooseForNight(
  orders: OrderStore,
  { rules, shippedOnly, statusSetting }: Pick<NightlyWishes, 'rules' | 'shippedOnly' | 'statusSetting'>,
): NightChoice {
  const listed = orders.list({ sendable: 'sale' })
  const taken = listed.filter((order) => takenByAll(order, 'sale', rules))
  const left = shippedOnly ? taken.filter((order) => !isShipped(order)) : []
  return {
    chosen: byExpiry(shippedOnly ? taken.filter(isShipped) : taken),
    waiting: waitingIn(listed.map(groupOfOne), rules, statusSetting),
    unshipped: { count: left.length, yen: left.reduce((sum, { totalYen }) => sum + totalYen, 0) },
  }
}
