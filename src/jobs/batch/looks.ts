// What Paygent told lately. Cancels and corrections go out only within 60 s of such a look: page 5.2.
import type { PaymentFact } from '../../domain/order.js'
import type { Clock } from '../../ports.js'

const FRESH_MS = 60_000

/** The last look at each order's payment, on the monotonic clock. */
export class Looks {
  readonly #seen = new Map<string, { fact: PaymentFact; monotonicMs: number }>()

  constructor(private readonly clock: Clock) {}

  note(orderId: string, fact: PaymentFact): void {
    this.#seen.set(orderId, { fact, monotonicMs: this.clock.monotonicMs() })
  }

  /** The last fact if it is no older than 60 s. */
  fresh(orderId: string): PaymentFact | null {
    const look = this.#seen.get(orderId)
    return look && this.clock.monotonicMs() - look.monotonicMs <= FRESH_MS ? look.fact : null
  }
}
