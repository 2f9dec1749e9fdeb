// Calculates the age of stored times, by a wall clock that may have been wrong when they were stored, and the age of
// authorisations.
import type { Carrier, Order } from './order.js'
import { AUTHORISED, effectiveStatus } from './statuses.js'

/** A stored time may be this far ahead of the clock. A later one was stored by a wrong clock. */
export const AHEAD_MS = 5 * 60_000

/**
 * Whether a stored time is so far ahead that it proves nothing and counts as never. Both times are epoch milliseconds.
 */
export const isAhead = (storedMs: number, nowMs: number): boolean => storedMs > nowMs + AHEAD_MS

/** One moment on both clocks. The monotonic clock stands still while the machine sleeps, the wall clock may be set. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly wallMs: number
  readonly monotonicMs: number
}

/**
 * The time since `then` by the clock that gives the longer time; infinity if the wall clock puts `then` into the
 * future.
 */
export const elapsedMs = (then: Moment, now: Moment): number =>
  isAhead(then.wallMs, now.wallMs)
    ? Number.POSITIVE_INFINITY
    : Math.max(now.wallMs - then.wallMs, now.monotonicMs - then.monotonicMs)

/** If the two clocks differ by more than this, the machine has slept or its clock was set. */
const APART_MS = 5_000

/** Whether one clock has advanced without the other since `then`. */
export const areApart = (then: Moment, now: Moment): boolean =>
  Math.abs(now.wallMs - then.wallMs - (now.monotonicMs - then.monotonicMs)) > APART_MS

/** An amount counts for this long, because the amount that Paygent holds may change without a notice. */
const AMOUNT_MS = 12 * 60 * 60_000

/** Whether an amount of that time, epoch milliseconds, is too old to be captured without another inquiry. */
export const isOldAmount = (confirmedMs: number | null, nowMs: number): boolean =>
  confirmedMs === null || isAhead(confirmedMs, nowMs) || nowMs - confirmedMs > AMOUNT_MS

/** When Paygent reported the held amount of the order, epoch milliseconds; null if it never did. */
export const amountConfirmedMs = ({ heldAmountAt }: Pick<Order, 'heldAmountAt'>): number | null =>
  heldAmountAt === null ? null : Date.parse(heldAmountAt)

// Authorisations: docs/rules.md#expiry. Days count on the calendar of Japan.
const DAY_MS = 24 * 60 * 60 * 1000

/** The days for which an authorisation lives. That of docomo ends with the second month after it instead. */
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

/** Whole days from one Japan date (`YYYY-MM-DD`) to another; negative if the second is earlier. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((utcOf(to).getTime() - utcOf(from).getTime()) / DAY_MS)

/**
 * The last day of the order's authorisation, `YYYY-MM-DD`. It counts from the date of the order if Paygent has not
 * given the day of the authorisation. It is null if the order has no date either.
 */
export function lastDayOf(order: Order): string | null {
  const from = authorisedOn(order)
  return from === null ? null : expiresOn(from, order.carrier)
}

/** The Japan date of the authorisation, or of the order; null if neither is known. */
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

/** Authorisations that expire within this many days are named. */
const ENDING_DAYS = 7

/** Whether a person should know that the authorisation soon expires; one that has expired does not count. */
export const isEnding = ({ left }: Pick<AuthorisationAge, 'left'>): boolean => left >= 0 && left <= ENDING_DAYS

/**
 * The age of an authorisation; null for an order that is not authorised (any more), or has no known date.
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
