// When an authorisation runs out. Days are counted on the calendar of Japan; pages 2.2, 2.3 and 3.1.
import type { Carrier } from './order.js'

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
