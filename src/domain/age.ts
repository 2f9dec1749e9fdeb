// How long ago a stored time was, by a wall clock that may have been wrong when it was stored.

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
