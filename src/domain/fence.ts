// What keeps an order from being sent whatever its payment status says: pages 3.1, 5.1 and 5.2.
import type { Operation, Order } from './order.js'
import { readStatus, type StatusSetting } from './order-status.js'
import { refuse, type Reason, type Refusal } from './permission.js'
import { AUTHORISED, effectiveStatus } from './status.js'

export interface FenceContext {
  readonly includeCancelled: boolean
  /** `--after-unknown`: the opposite of a request that was not processed may go at once. */
  readonly afterUnknown: boolean
  /** What the shop has said of its own 対応状況; always as it stands now, also for a request of an earlier run. */
  readonly statuses: StatusSetting
  /** Now, epoch milliseconds. */
  readonly nowMs: number
}

/** Orders that the shop has called off, or that never became orders: the shop wants nothing sent for them. */
export function isCalledOff({ orderStatus }: Pick<Order, 'orderStatus'>, statuses: StatusSetting): boolean {
  const { meaning } = readStatus(orderStatus, statuses)
  return meaning === 'cancelled' || meaning === 'unfinished'
}

/** Mark of an order that only a person's own choice sends: nobody has said that it may be. */
export type Mark = Extract<Reason, 'unknown-status'>

/**
 * Why `--all`, the night and the picker's "all" leave the order to a person, who may name or tick it; null where they do
 * not. What only sounds cancelled is no reason to release a payment.
 */
export function markOf({ orderStatus }: Order, operation: Operation, { statuses }: FenceContext): Mark | null {
  const status = readStatus(orderStatus, statuses)
  if (status.meaning === 'unknown' || status.meaning === 'hold') return 'unknown-status'
  const sounds = status.meaning === 'cancelled' && status.by === 'parts'
  return sounds && operation === 'cancel' ? 'unknown-status' : null
}

/** The shop's word for called off, by which alone a payment may be released. */
const SURELY_CANCELLED: readonly string[] = ['name', 'setting']

function calledOff(order: Order, operation: Operation, context: FenceContext): Refusal | null {
  const status = readStatus(order.orderStatus, context.statuses)
  if (status.meaning === 'unfinished') return refuse('cancelled-order', null, 'unfinished')
  if (status.meaning !== 'cancelled' || context.includeCancelled) return null
  if (operation === 'cancel' && (status.by === 'parts' || isToRelease(order, status.by))) return null
  return refuse('cancelled-order', null, order.orderStatus)
}

/** To release what such an order still has authorised is what a cancel is for; to give money back is a person's word. */
function isToRelease(order: Order, by: string): boolean {
  const effective = effectiveStatus(order)
  if (!SURELY_CANCELLED.includes(by)) return false
  // Whether there is anything to release Paygent has still to tell.
  if (!effective.known) return effective.why === 'not-told'
  return AUTHORISED.includes(effective.status) && (order.kind === '' || order.kind === '020')
}

/** The shop has deleted or hidden the order. */
export function isGone({ orderStatus }: Pick<Order, 'orderStatus'>): boolean {
  const status = readStatus(orderStatus, [])
  return status.meaning === 'cancelled' && status.by === 'gone'
}

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
  const off = calledOff(order, operation, context)
  if (off !== null) return off
  if (oppositeTooSoon(order, operation, context)) return refuse('opposite-too-soon')
  return null
}

function oppositeTooSoon({ notProcessed }: Order, operation: Operation, context: FenceContext): boolean {
  if (notProcessed === null || notProcessed.operation === operation || context.afterUnknown) return false
  // A time that lies ahead shows that a clock was wrong, not that a day is over.
  return context.nowMs - notProcessed.atMs < OPPOSITE_WAIT_MS
}
