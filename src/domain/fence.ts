// What keeps an order from being sent whatever its payment status says: pages 3.1, 5.1 and 5.2.
import type { Operation, Order } from './order.js'
import { refuse, type Refusal } from './permission.js'

export interface FenceContext {
  readonly includeCancelled: boolean
  /** `--after-unknown`: the opposite of a request that was not processed may go at once. */
  readonly afterUnknown: boolean
  /** Now, epoch milliseconds. */
  readonly nowMs: number
}

/** Our own word: a pull no longer found the order in the shop, where it was deleted or hidden. */
export const GONE_ORDER_STATUS = '削除済み'

/**
 * 対応状況 of orders that the shop has called off; EC-CUBE 2 and 4. Page 3.1. The numbers are theirs in EC-CUBE, for a
 * file that gives numbers and does not look like the shop's own: kept as they are, they must not sell such an order.
 */
const CANCELLED_ORDER_STATUSES: readonly string[] = ['キャンセル', '注文取消し', '返品', '3', '9', GONE_ORDER_STATUS]
/** 対応状況 of orders that the customer has not finished. */
const UNFINISHED_ORDER_STATUSES: readonly string[] = ['決済処理中', '購入処理中', '7', '8']

/** Width and blanks around it do not count. */
const meantStatus = ({ orderStatus }: Pick<Order, 'orderStatus'>): string => orderStatus.normalize('NFKC').trim()

/** Orders that the shop has called off, or that never became orders: the shop wants nothing sent for them. */
export function isCalledOff(order: Pick<Order, 'orderStatus'>): boolean {
  const orderStatus = meantStatus(order)
  return CANCELLED_ORDER_STATUSES.includes(orderStatus) || UNFINISHED_ORDER_STATUSES.includes(orderStatus)
}

/** The shop has deleted or hidden the order. */
export const isGone = (order: Pick<Order, 'orderStatus'>): boolean => meantStatus(order) === GONE_ORDER_STATUS

/** Paygent's code for a trading id under which it has several payments: a person has to name the order's. */
export const SEVERAL = '13002'

/** How long the opposite request waits after one that was not processed: page 5.2. */
export const OPPOSITE_WAIT_MS = 24 * 60 * 60 * 1000

/** The first fence that holds the order back, or null. */
export function fenceOf(order: Order, operation: Operation, context: FenceContext): Refusal | null {
  if (order.openAttempt) return refuse('open-attempt')
  if (order.attention) return refuse('attention', null, order.severalPayments ? SEVERAL : null)
  if (order.conflict) return refuse('conflict')
  if (order.paymentId === null && order.tradingId === '') return refuse('no-payment')
  if (order.duplicatePayment) return refuse('duplicate-payment', null, order.paymentId)
  const orderStatus = meantStatus(order)
  if (UNFINISHED_ORDER_STATUSES.includes(orderStatus)) return refuse('cancelled-order', null, 'unfinished')
  if (CANCELLED_ORDER_STATUSES.includes(orderStatus) && !context.includeCancelled) {
    return refuse('cancelled-order', null, order.orderStatus)
  }
  if (oppositeTooSoon(order, operation, context)) return refuse('opposite-too-soon')
  return null
}

function oppositeTooSoon({ notProcessed }: Order, operation: Operation, context: FenceContext): boolean {
  if (notProcessed === null || notProcessed.operation === operation || context.afterUnknown) return false
  // A time that lies ahead shows that a clock was wrong, not that a day is over.
  return context.nowMs - notProcessed.atMs < OPPOSITE_WAIT_MS
}
