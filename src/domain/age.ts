// How long ago a stored time was, by a wall clock that may have been wrong when it was stored.
import type { Order } from './order.js'

/** A stored time may be this far ahead of the clock; one that is later was stored by a clock that was wrong. */
export const AHEAD_MS = 5 * 60_000

/** Whether a stored time lies so far ahead that it proves nothing: it counts as never. Both epoch milliseconds. */
export const isAhead = (storedMs: number, nowMs: number): boolean => storedMs > nowMs + AHEAD_MS

/** One moment on both clocks. The monotonic clock stands still while the machine sleeps, the wall clock may be set. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly wallMs: number
  readonly monotonicMs: number
}

/** How long ago it was by the clock that says more; infinitely long where the wall clock says that it is yet to come. */
export const elapsedMs = (then: Moment, now: Moment): number =>
  isAhead(then.wallMs, now.wallMs)
    ? Number.POSITIVE_INFINITY
    : Math.max(now.wallMs - then.wallMs, now.monotonicMs - then.monotonicMs)

/** Wall and monotonic clock may go apart by so much; by more, the machine has slept or its clock was set. */
const APART_MS = 5_000

/** Whether one of the clocks has gone on without the other since then. */
export const areApart = (then: Moment, now: Moment): boolean =>
  Math.abs(now.wallMs - then.wallMs - (now.monotonicMs - then.monotonicMs)) > APART_MS

/** What Paygent holds may change without a word to us; an amount counts for so long. */
const AMOUNT_MS = 12 * 60 * 60_000

/** Whether an amount that was told then, epoch milliseconds, is too old to be captured without asking again. */
export const isOldAmount = (toldMs: number | null, nowMs: number): boolean =>
  toldMs === null || isAhead(toldMs, nowMs) || nowMs - toldMs > AMOUNT_MS

/** When Paygent told what it holds for the order, epoch milliseconds; null where it never did. */
export const amountToldMs = ({ heldAmountAt }: Pick<Order, 'heldAmountAt'>): number | null =>
  heldAmountAt === null ? null : Date.parse(heldAmountAt)
