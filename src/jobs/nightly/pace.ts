// Measures what a sale and an inquiry take, and shares out the time until the cut-off by it: the sale gets what it can
// use, with the inquiries that it needs first, and the sync the rest.
import { japanIso } from '../../clock.js'
import type { Clock, Journal } from '../../ports.js'

export interface Pace {
  /** Milliseconds for each order. */
  readonly perOrderMs: number
  /** When the last order will have been sent; ISO, Japan time. */
  readonly endsAt: string
  /** The number of orders that will be left at the cut-off. */
  readonly left: number
}

/**
 * @param perOrderMs what each order takes, in the order of the plan
 * @param untilMs no request starts at or after it
 */
export function paceOf(perOrderMs: readonly number[], nowMs: number, untilMs: number): Pace {
  let startMs = nowMs
  let fits = 0
  for (const ms of perOrderMs) {
    if (ms <= 0 || startMs < untilMs) fits += 1
    startMs += ms
  }
  const { length } = perOrderMs
  const mean = length === 0 ? 0 : (startMs - nowMs) / length
  return { perOrderMs: mean, endsAt: japanIso(startMs), left: length - fits }
}

/** So many inquiries make a rate that is steady enough. */
const TELLING = 3

/** Of four inquiries of a sync three are about orders that may be sold. */
const PER_SALE = 4 / 3

/**
 * A pace is a mean: so much more time is kept for the sales than they take by it, and so many more orders than fit are
 * asked about, as the pace may prove better.
 */
const MARGIN = 1.1

/** The sync's last inquiry may end after its time, and the run asks once before its first sale. */
const INQUIRIES_BETWEEN = 2

export class NightPace {
  #saleMs: number | null
  #first: { readonly done: number; readonly atMs: number } | null = null
  #inquiryMs: number | null = null

  constructor(
    private readonly clock: Clock,
    journal: Pick<Journal, 'paceMs'>,
  ) {
    this.#saleMs = journal.paceMs()
  }

  /** Hears how many inquiries of one row are done; called before each. They may be under way side by side. */
  note(done: number): void {
    const atMs = this.clock.monotonicMs()
    if (this.#first === null || done <= this.#first.done) this.#first = { done, atMs }
    const count = done - this.#first.done
    if (count >= TELLING) this.#inquiryMs = (atMs - this.#first.atMs) / count
  }

  /** Milliseconds of one inquiry among many tonight; null until some have been made. */
  get inquiryMs(): number | null {
    return this.#inquiryMs
  }

  /**
   * Milliseconds of one sale: what the last ones took, and at least what an inquiry takes tonight, as a slow gateway is
   * slow for both. Null while no sale was ever measured.
   */
  get saleMs(): number | null {
    return this.#saleMs === null ? null : Math.max(this.#saleMs, this.#inquiryMs ?? 0)
  }

  /**
   * When the sync ends. So many orders can be sold as can also be asked about, with the inquiries about the rest; the
   * time for their sale is kept. Half of the time is kept until both paces are measured.
   * @param orders the number that may be sold
   */
  syncUntil(orders: number, startMs: number, untilMs: number): number {
    const { saleMs, inquiryMs } = this
    const wholeMs = untilMs - startMs
    if (saleMs === null || inquiryMs === null) return startMs + wholeMs / 2
    const betweenMs = INQUIRIES_BETWEEN * inquiryMs
    const eachMs = saleMs * MARGIN + inquiryMs * PER_SALE
    const fit = eachMs <= 0 ? orders : Math.max(0, Math.floor((wholeMs - betweenMs) / eachMs))
    return untilMs - betweenMs - Math.min(orders, fit) * saleMs * MARGIN
  }

  /**
   * Parts the orders that can be asked about and sold in time from those that cannot. An order that need not be asked
   * about costs nothing before its turn, so it always stays.
   * @param orders in the order of their sale @param work whether an order is still to be asked about, and to be sold
   */
  inTime<Item>(
    orders: readonly Item[],
    work: { asks(order: Item): boolean; sells(order: Item): boolean },
    untilMs: number,
  ): { fits: Item[]; late: Item[] } {
    const leftMs = (untilMs - this.clock.nowMs()) * MARGIN
    const inquiryMs = this.#inquiryMs ?? 0
    const saleMs = Math.max(this.#saleMs ?? 0, inquiryMs)
    const fits: Item[] = []
    const late: Item[] = []
    let takenMs = 0
    for (const order of orders) {
      const asked = work.asks(order)
      if (asked && takenMs >= leftMs) {
        late.push(order)
        continue
      }
      fits.push(order)
      takenMs += (work.sells(order) ? saleMs : 0) + (asked ? inquiryMs : 0)
    }
    return { fits, late }
  }
}
