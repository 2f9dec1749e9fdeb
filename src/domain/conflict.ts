// Which parts of a conflict with the shop Paygent can decide, and which only the shop's line or a person ends.
import { readStatus, type StatusSetting } from './order-status.js'

/** An order that the shop shows otherwise than the mirror has it, and that is not sent meanwhile. */
export interface Conflict {
  readonly orderId: string
  /** The fields that differ, by the names of the CSV's columns, as the mirror had them and as the shop gives them. */
  readonly ours: ConflictSide
  readonly theirs: ConflictSide
  readonly atMs: number
}

export type ConflictSide = Readonly<Record<string, string | number | null>>

/** The difference of a row that cannot be read stands under the order's number: nothing else of it is known. */
export const UNREADABLE = 'order_id'

/** Paygent knows the payment, and nothing of what the shop has agreed with its customer. */
const PAYGENT_KNOWS: readonly string[] = ['payment_id', 'trading_id', 'payment_status', 'kind', 'carrier']

/**
 * The fields that no answer of Paygent ends: another payment method, a row that cannot be read, an order that was called
 * off and comes back, a total that was raised, and of a sold order any total.
 * @param sold the order's payment is captured
 * @param statuses what the shop has said of its own 対応状況
 */
export const onlyTheShopEnds = (
  { ours, theirs }: Pick<Conflict, 'ours' | 'theirs'>,
  sold: boolean,
  statuses: StatusSetting,
): string[] =>
  Object.keys(theirs).filter((field) => {
    const [mine = null, other = null] = [ours[field], theirs[field]]
    if (field === 'total') return sold || Number(other) > Number(mine)
    if (field === 'order_status') return isRevival(String(mine ?? ''), String(other ?? ''), statuses)
    return field === UNREADABLE || (field === 'method' && other !== mine)
  })

/** What stays of the shop's side once Paygent has decided its part. */
export const withoutPaygents = (side: ConflictSide): ConflictSide =>
  Object.fromEntries(Object.entries(side).filter(([field]) => !PAYGENT_KNOWS.includes(field)))

/** Whether there is anything to ask Paygent about. */
export const isForPaygent = (
  conflict: Pick<Conflict, 'ours' | 'theirs'>,
  sold: boolean,
  statuses: StatusSetting,
): boolean =>
  onlyTheShopEnds(conflict, sold, statuses).length === 0 || PAYGENT_KNOWS.some((field) => field in conflict.theirs)

/**
 * The shop had called the order off, and now shows it as one that goes on: as likely as not that is an old file. An order
 * that was not finished and is now has never been called off.
 */
export const isRevival = (before: string, now: string, statuses: StatusSetting): boolean =>
  readStatus(before, statuses).meaning === 'cancelled' && readStatus(now, statuses).meaning !== 'cancelled'
