// One order as a source shows it, whichever source: what it says anew, beside what that source said last and what the
// mirror has, and what becomes of that.
import { isRevival, UNREADABLE } from '../domain/difference.js'
import { GONE_ORDER_STATUS, type StatusSetting } from '../domain/order-status.js'
import {
  type ImportRow,
  type OtherMethodReading,
  sameShopRow,
  type ShopRow,
  type ShopTaken,
  type Source,
  type UnreadableRow,
} from '../domain/shop.js'
import { CANCELLED, effectiveStatus, isSold } from '../domain/statuses.js'
import { maskCardNumbers } from './card-number.js'
import { type Disputed, disputedOf, keepConflict, saysAsBefore } from './conflict-rows.js'
import type { Connection } from './connection.js'
import {
  type FieldDifference,
  isStored,
  paymentDifferences,
  shopDifferences,
  type StoredOrder,
  touchedDifferences,
} from './import-differences.js'
import { insertOrder, masked, updateShippingTold, updateShopFacts } from './import-orders.js'
import { updatePayment } from './import-payments.js'
import { newsOf } from './intake-news.js'
import { orderOf } from './order-rows.js'
import { rowOf } from './orders.js'
import {
  type Known,
  knownOf,
  remember,
  type Remembered,
  rememberedOf,
  saysTheSame,
  tells,
  writtenDown,
} from './readings.js'

/** One order of a source. `asRead` are the shop's own words, where its database was read. */
export type Reading =
  | { readonly type: 'order'; readonly row: ImportRow; readonly asRead?: ShopRow }
  | OtherMethodReading
  | UnreadableRow

/** From where, and when. */
export interface Taking {
  readonly source: Source
  /** What the shop has said of its own 対応状況. */
  readonly statuses: StatusSetting
  readonly nowMs: number
}

/**
 * Inside a transaction: takes what the reading says anew, or leaves the order as it is and keeps the dispute. Either way
 * it is remembered, so that the same words say nothing the next time.
 */
export function takeReading(connection: Connection, reading: Reading, taking: Taking): ShopTaken {
  const { source, nowMs } = taking
  if (reading.type !== 'order') return takeOther(connection, source, reading, nowMs)
  const row = masked(reading.row)
  const { orderId } = row
  const asRead = reading.asRead ?? null
  const now = rememberedOf(row)
  const known = knownOf(connection, source, orderId)
  if (known === null) {
    insertOrder(connection, row, source === 'csv' ? writtenDown(now) : null, nowMs)
    if (source === 'shop') remember(connection, source, orderId, now, asRead, nowMs)
    return 'added'
  }
  const shippingTold = row.shippedAt !== undefined
  if (shippingTold !== known.shippingTold) updateShippingTold(connection, orderId, shippingTold)
  const taken = saysNothing(source, row, now, known) ? 'unchanged' : takeRow(connection, { row, now, known }, taking)
  if (!isRemembered(now, asRead, known)) {
    const { x: _readable, ...last } = known.last ?? {}
    remember(connection, source, orderId, { ...last, ...now }, asRead, nowMs)
  }
  return taken
}

/** Most of a file that is taken in again: seen without a look at the order's payments and requests. */
function saysNothing(source: Source, { customerName, orderedAt }: ImportRow, now: Remembered, known: Known): boolean {
  if (known.conflict || known.last === null || !saysTheSame(now, known.last)) return false
  if (source === 'shop' && known.orderStatus === GONE_ORDER_STATUS) return false
  const sameName = customerName === undefined || known.purged || customerName === known.customerName
  return sameName && (orderedAt === undefined || orderedAt === known.orderedAt)
}

function isRemembered(now: Remembered, asRead: ShopRow | null, { last, asRead: before }: Known): boolean {
  if (last === null || last.x !== undefined || !saysTheSame(now, last)) return false
  return asRead === null || (before !== null && sameShopRow(asRead, before))
}

interface Row {
  readonly row: ImportRow
  readonly now: Remembered
  readonly known: Known
}

function takeRow(connection: Connection, { row, now, known }: Row, { source, statuses, nowMs }: Taking): ShopTaken {
  const stored = storedOrder(connection, row.orderId)
  const before = known.conflict ? disputedOf(connection, row.orderId) : []
  const own = before.filter(isOf(source))
  const disputed = new Set(own.map(({ field }) => field))
  const news = newsOf(connection, { source, row, now, last: known.last, stored, disputed })
  const touched = stored.touched === 1
  const ofShop = shopDifferences(news, stored)
  const ofPayment = touched ? touchedDifferences(news, stored) : paymentDifferences(news, stored)
  // What a pull had lost and the shop's own database shows again, it has again.
  const isBack = source === 'shop' && stored.order_status === GONE_ORDER_STATUS
  const revived =
    !isBack && news.orderStatus !== undefined && isRevival(stored.order_status, news.orderStatus, statuses)
  const untold = own.filter(({ field }) => keepsStanding(field) && !tells(now, field))
  if (revived || (touched && ofPayment.length > 0) || untold.length > 0)
    return dispute(connection, source, { stored, before, mine: [...ofPayment, ...ofShop, ...untold] }, nowMs)
  // What agrees now is in dispute no more; what another source disputes stays so.
  if (disputed.size > 0) {
    const rest = before.filter((one) => !isOf(source)(one))
    keepConflict(connection, row.orderId, rest, nowMs)
  }
  if (ofShop.length + ofPayment.length === 0 && isStored(news, stored)) return 'unchanged'
  if (!touched) updatePayment(connection, news, stored, nowMs)
  updateShopFacts(connection, news)
  return ofShop.length + ofPayment.length > 0 ? 'updated' : 'unchanged'
}

/** A conflict of an earlier version is anybody's to end. */
const isOf =
  (source: Source) =>
  (one: Disputed): boolean =>
    one.source === null || one.source === source

/** Another payment method, or a row that cannot be read: nothing else is known of the order. */
function takeOther(
  connection: Connection,
  source: Source,
  reading: OtherMethodReading | UnreadableRow,
  nowMs: number,
): ShopTaken {
  const { orderId } = reading
  const known = knownOf(connection, source, orderId)
  if (known === null) return 'left-out'
  const stored = storedOrder(connection, orderId)
  const unreadable = reading.type === 'unreadable'
  const said = maskCardNumbers(unreadable ? `${reading.field}=${reading.value}` : reading.method)
  const difference: FieldDifference = unreadable
    ? { field: UNREADABLE, mirror: orderId, file: said }
    : { field: 'method', mirror: stored.method, file: said }
  const before = disputedOf(connection, orderId)
  const own = before.filter(isOf(source))
  const { x: _before, ...last } = known.last ?? {}
  const wasSaid = unreadable ? known.last?.x === said : known.last?.m === said
  // A person has looked at these very words and ended the conflict.
  if (wasSaid && !own.some(({ field }) => field === difference.field)) return 'unchanged'
  if (!wasSaid)
    remember(connection, source, orderId, unreadable ? { ...last, x: said } : { ...last, m: said }, null, nowMs)
  const besides = own.filter(({ field }) => field !== difference.field && field !== UNREADABLE)
  return dispute(connection, source, { stored, before, mine: [difference, ...besides] }, nowMs)
}

interface Dispute {
  readonly stored: StoredOrder
  readonly before: readonly Disputed[]
  /** All that the source has otherwise now. */
  readonly mine: readonly FieldDifference[]
}

/** Anything but what the shop alone decides and this tool never writes. */
const isGrave = (field: string): boolean =>
  !['ordered_at', 'customer_name', 'held_amount', 'shipped_at', 'order_status'].includes(field)

/** What the source says no more of is in dispute until it agrees. */
const keepsStanding = (field: string): boolean => isGrave(field) || field === 'order_status'

/** The order is left as it is. Of one that is finished each dispute is told once: nothing is sent for it any more. */
function dispute(connection: Connection, source: Source, { stored, before, mine }: Dispute, nowMs: number): ShopTaken {
  const ofOthers = before.filter((one) => !isOf(source)(one) && !mine.some(({ field }) => field === one.field))
  const now = [...mine.map((one) => ({ ...one, source })), ...ofOthers]
  if (saysAsBefore(before, now)) return 'standing'
  keepConflict(connection, stored.order_id, now, nowMs)
  const isNew = mine.some(({ field }) => isGrave(field) && !before.some((one) => one.field === field))
  if (before.length > 0 && !isNew && isFinished(stored)) return 'standing'
  return { conflict: now.map(({ field, mirror, file }) => ({ field, mirror, file })) }
}

function isFinished(stored: StoredOrder): boolean {
  const order = orderOf(stored)
  const effective = effectiveStatus(order)
  return isSold(order) || (effective.known && CANCELLED.includes(effective.status))
}

function storedOrder(connection: Connection, orderId: string): StoredOrder {
  const row = rowOf(connection, orderId)
  if (row === null) throw new Error(`order ${orderId} is in the mirror and has no payment`)
  const listed = connection.get<{ listed_status: string | null }>(
    'SELECT listed_status FROM payments WHERE id = ?',
    row.payment,
  )
  return { ...row, listed_status: listed?.listed_status ?? null }
}
