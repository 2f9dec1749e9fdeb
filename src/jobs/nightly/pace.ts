// Whether a plan is through by the cut-off, at the pace at which requests have been going. Pure.
import { japanIso } from '../../clock.js'

export interface Pace {
  /** Milliseconds an order. */
  readonly perOrderMs: number
  /** When the last order will have been sent; ISO, Japan time. */
  readonly endsAt: string
  /** How many orders will be left at the cut-off. */
  readonly left: number
}

/** @param orders how many are still to be sent @param untilMs no request starts at or after it */
export function paceOf(orders: number, perOrderMs: number, nowMs: number, untilMs: number): Pace {
  const fits = perOrderMs <= 0 ? orders : Math.max(0, Math.ceil((untilMs - nowMs) / perOrderMs))
  return { perOrderMs, endsAt: japanIso(nowMs + orders * perOrderMs), left: Math.max(0, orders - fits) }
}
