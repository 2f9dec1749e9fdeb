// How long ago a stored time was, by a wall clock that may have been wrong when it was stored.
import type { Carrier, Order } from './order.js'
import { AUTHORISED, effectiveStatus } from './statuses.js'

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

// When an authorisation runs out. Days are counted on the calendar of Japan; pages 2.2, 2.3 and 3.1.
const DAY_MS = 24 * 60 * 60 * 1000

/** Days that an authorisation lives; docomo's ends with the second month after it instead. */
const LIFE_DAYS = { credit: 60, au: 90, softbank: 60 } as const satisfies Record<
  'credit' | Exclude<Carrier, 'docomo'>,
  number
>

const utcOf = (date: string): Date => new Date(`${date}T00:00:00Z`)
const dateOf = (utc: Date): string => utc.toISOString().slice(0, 10)

/**
 * The last day on which the payment can still be sold.
 * @param authorizedOn Japan date of the authorisation, `YYYY-MM-DD`
 * @param carrier null for credit
 */
export function expiresOn(authorizedOn: string, carrier: Carrier | null): string {
  const start = utcOf(authorizedOn)
  if (carrier === 'docomo') return dateOf(new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 3, 0)))
  return dateOf(new Date(start.getTime() + LIFE_DAYS[carrier ?? 'credit'] * DAY_MS))
}

/** Whole days from one Japan date (`YYYY-MM-DD`) to another; negative when it is past. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((utcOf(to).getTime() - utcOf(from).getTime()) / DAY_MS)

/**
 * The last day of the order's authorisation, `YYYY-MM-DD`; counted from the order where Paygent has not told, and null
 * where the order has no date either.
 */
export function lastDayOf(order: Order): string | null {
  const from = authorisedOn(order)
  return from === null ? null : expiresOn(from, order.carrier)
}

/** The Japan date of the authorisation, or of the order; null where neither is known. */
export const authorisedOn = ({ authorizedAt, orderedAt }: Pick<Order, 'authorizedAt' | 'orderedAt'>): string | null =>
  (authorizedAt ?? orderedAt).slice(0, 10) || null

export interface AuthorisationAge {
  /** Whole days since the authorisation. */
  readonly days: number
  /** Whole days on which it can still be sold; negative when it is past. */
  readonly left: number
  /** The last of them, `YYYY-MM-DD`. */
  readonly lastDay: string
}

/**
 * How old an authorisation is; null for an order that is not authorised (any more), or of which no date is known.
 * @param today Japan date, `YYYY-MM-DD`
 */
export function authorisationAge(order: Order, today: string): AuthorisationAge | null {
  const effective = effectiveStatus(order)
  if (effective.known ? !AUTHORISED.includes(effective.status) : effective.why !== 'not-told') return null
  const from = authorisedOn(order)
  if (from === null) return null
  const lastDay = expiresOn(from, order.carrier)
  return { days: daysBetween(from, today), left: daysBetween(today, lastDay), lastDay }
}
