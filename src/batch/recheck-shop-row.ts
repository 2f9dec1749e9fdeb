// Reads the shop's own row again just before each request. If staff have changed the order there meanwhile, it is not
// sent.
import type { StopReason } from '../attempts/trouble.js'
import { type Objection, objectionTo, toBeFinished } from '../domain/chosen.js'
import { isShipped } from '../domain/order-status.js'
import type { Order } from '../domain/order.js'
import { isGone } from '../domain/permit.js'
import type { Step } from '../domain/run.js'
import { SHOP_DETAIL, type ShopReading, sameShopRow } from '../domain/shop.js'
import { CHANGING_KINDS } from '../domain/statuses.js'
import { AppError } from '../errors.js'
import type { ShopDesk } from '../ports.js'
import type { BatchDeps } from './events.js'

/** The result of the check of the shop's row for a request that is about to be sent. */
export type ShopRowCheck =
  | { readonly type: 'as-read' }
  | { readonly type: 'changed'; readonly about: string }
  | { readonly type: 'lost'; readonly stop: Extract<StopReason, { type: 'shop-lost' }> }

/**
 * The check uses the connection that holds the shop's lock. If that connection answers, no other desk is sending.
 * @param finishes the request broke off inside Paygent and is sent once more: a cancel goes on although the order was
 * called off or has another payment method
 */
export async function recheckShopRow(
  step: Step,
  { shop, rows }: Pick<ShopDesk, 'shop' | 'rows'>,
  deps: Pick<BatchDeps, 'orders' | 'clock'>,
  finishes: boolean,
): Promise<ShopRowCheck> {
  let now: ShopReading | null
  try {
    now = await shop.readOne(step.orderId)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { type: 'lost', stop: { type: 'shop-lost', code: error.code } }
  }
  if (now === null && mayBeGone(step, deps, finishes)) return { type: 'as-read' }
  const difference = differenceOf(step, now, rows, finishes) ?? objectionOfShop(step, now, deps, finishes)
  return difference === null ? { type: 'as-read' } : { type: 'changed', about: `${SHOP_DETAIL}${difference}` }
}

/**
 * An order that was deleted in the shop counts as called off. A cancel that broke off goes on, and so does the single
 * cancel of an order that was known to be gone when the operator typed its number.
 */
function mayBeGone({ orderId, asked }: Step, { orders }: Pick<BatchDeps, 'orders'>, finishes: boolean): boolean {
  if (asked.operation !== 'cancel') return false
  const [order] = orders.find([orderId])
  const confirmed = asked.rules.single && asked.rules.includeCancelled && order !== undefined && isGone(order)
  return finishes || confirmed
}

function differenceOf(step: Step, now: ShopReading | null, rows: ShopDesk['rows'], finishes: boolean): string | null {
  if (now === null) return 'gone'
  if (now.type === 'unreadable') return now.field
  const before = rows.asRead(step.orderId)
  if (before === null) return 'never-read'
  if (now.asRead.totalYen !== step.totalYen) return 'total'
  if (now.asRead.kind !== before.kind || CHANGING_KINDS.some((kind) => kind === now.asRead.kind)) return 'kind'
  if (now.asRead.paymentId !== before.paymentId) return 'payment_id'
  // A cancel that broke off is what the shop wants, all the more where the customer now pays in another way.
  if (!(finishes && step.asked.operation === 'cancel') && rows.namesAnotherMethod(now.row)) return 'method'
  return sameShopRow(before, now.asRead) ? null : 'payment_status'
}

/** The shop's names of the fields to which the rules object. Any other objection has its own name. */
const SHOP_FIELDS: Readonly<Partial<Record<Objection, string>>> = {
  'cancelled-order': 'order_status',
  'unknown-status': 'order_status',
}

/** The mirror's own fences would hide the shop's objection, and may end before the request. */
const UNFENCED = { openAttempt: false, attention: false, hold: null, conflict: false, duplicatePayment: false } as const

/**
 * Fields that the shop alone decides may have changed there since the last pull, so its row passes the same rules and
 * filters as the mirror's order. Objections of the mirror itself are found when the request is written into the
 * journal.
 */
function objectionOfShop(
  step: Step,
  now: ShopReading | null,
  { orders, clock }: Pick<BatchDeps, 'orders' | 'clock'>,
  finishes: boolean,
): string | null {
  const [found] = orders.find([step.orderId])
  if (now?.type !== 'order' || found === undefined) return null
  const here: Order = { ...found, ...UNFENCED }
  const { row } = now
  const there: Order = {
    ...here,
    orderStatus: row.orderStatus ?? here.orderStatus,
    orderedAt: row.orderedAt ?? here.orderedAt,
    customerName: row.customerName ?? here.customerName,
    shippedAt: row.shippedAt === undefined ? here.shippedAt : row.shippedAt,
    shippingTold: row.shippedAt !== undefined,
  }
  // A parcel that has come back is not sold, whichever filters were used.
  if (step.asked.operation === 'sale' && isShipped(here) && !isShipped(there)) return 'shipped_at'
  const nowMs = clock.nowMs()
  const objection = objectionTo(finishes ? toBeFinished(there, step) : there, step, nowMs)
  if (objection === null || objection === objectionTo(here, step, nowMs)) return null
  return SHOP_FIELDS[objection] ?? objection
}
