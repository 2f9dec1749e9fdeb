// Rows of the shop that cannot be read and whose orders are not in the mirror: each is told once, and counted then.
import type { OtherMethodReading, PullTaken, ShopReading, ShopTaken } from '../domain/shop.js'
import { maskCardNumbers } from './card-number.js'
import type { Connection } from './connection.js'

const NAME = 'shop_unreadable'

/** By order number, what could not be read. Inside one transaction: read, asked, kept. */
export class UnreadableRows {
  readonly #told: Map<string, string>
  #changed = false

  constructor(private readonly connection: Connection) {
    const kept = connection.get<{ value: string }>('SELECT value FROM meta WHERE name = ?', NAME)?.value ?? '{}'
    this.#told = new Map(Object.entries(JSON.parse(kept) as Record<string, string>))
  }

  /** What became of the reading, or that the same has been told before. */
  noted(reading: ShopReading | OtherMethodReading, taken: ShopTaken): PullTaken {
    const orderId = reading.type === 'order' ? reading.row.orderId : reading.orderId
    if (reading.type !== 'unreadable' || taken !== 'left-out') {
      this.#changed = this.#told.delete(orderId) || this.#changed
      return taken
    }
    const said = maskCardNumbers(`${reading.field}=${reading.value}`)
    if (this.#told.get(orderId) === said) return 'left-out-as-before'
    this.#told.set(orderId, said)
    this.#changed = true
    return taken
  }

  /** The shop has them no more. */
  forgetAllBut(seen: ReadonlySet<string>): void {
    for (const orderId of this.#told.keys())
      if (!seen.has(orderId)) this.#changed = this.#told.delete(orderId) || this.#changed
  }

  keep(): void {
    if (!this.#changed) return
    this.connection.run(
      'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      NAME,
      JSON.stringify(Object.fromEntries(this.#told)),
    )
  }
}
