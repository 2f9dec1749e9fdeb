// Remembers which news of a pull has been named: unreadable rows, and all that a pull which broke off had found.
import type { OtherMethodReading, PullTaken, SharedPayment, ShopReading, ShopTaken } from '../../domain/shop.js'
import { maskCardNumbers } from '../../text/card-number.js'
import type { Connection } from '../connection.js'
import { disputedOf } from './conflicts.js'

// Stores unreadable rows whose orders are not in the mirror. Each is named once, and only counted from then on.
const NAME = 'shop_unreadable'

/** The values that could not be read, by order number. They are read, queried and stored inside one transaction. */
export class UnreadableRows {
  readonly #told: Map<string, string>
  #changed = false

  constructor(private readonly connection: Connection) {
    const kept = connection.get<{ value: string }>('SELECT value FROM meta WHERE name = ?', NAME)?.value ?? '{}'
    this.#told = new Map(Object.entries(JSON.parse(kept) as Record<string, string>))
  }

  /** Returns the outcome of the reading, or that the same was reported before. */
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

  /** Forgets the rows that the shop no longer has. */
  forgetAllBut(seen: ReadonlySet<string>): void {
    for (const orderId of this.#told.keys())
      if (!seen.has(orderId)) this.#changed = this.#told.delete(orderId) || this.#changed
  }

  keep(): void {
    if (this.#changed) keepMeta(this.connection, NAME, Object.fromEntries(this.#told))
  }
}

function keepMeta(connection: Connection, name: string, value: unknown): void {
  connection.run(
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    name,
    JSON.stringify(value),
  )
}

// Remembers when a pull last came to its end. A CSV that is taken in says nothing of the shop's rows.
const PULLED = 'pulled_ms'

/** Epoch milliseconds; null before the first pull that came to its end. */
export function lastPulledMs(connection: Connection): number | null {
  const kept = connection.get<{ value: string }>('SELECT value FROM meta WHERE name = ?', PULLED)
  return kept === undefined ? null : Number(kept.value)
}

// Remembers the news of a pull until it has come to its end: one that is cut off names nothing, and the next one does.
const UNFINISHED = 'pull_unfinished'

export interface UnfinishedPull {
  /** The shared payments before it began. */
  readonly sharedBefore: readonly SharedPayment[]
  /** Orders with a new conflict, or with a row that could not be read. */
  readonly orderIds: readonly string[]
}

export function unfinishedPull(connection: Connection): UnfinishedPull | null {
  const kept = connection.get<{ value: string }>('SELECT value FROM meta WHERE name = ?', UNFINISHED)
  return kept === undefined ? null : (JSON.parse(kept.value) as UnfinishedPull)
}

export const keepUnfinished = (connection: Connection, pull: UnfinishedPull): void =>
  keepMeta(connection, UNFINISHED, pull)

/** The pull has come to its end, and its news are named. */
export function endUnfinished(connection: Connection, atMs: number): void {
  keepMeta(connection, PULLED, atMs)
  connection.run('DELETE FROM meta WHERE name = ?', UNFINISHED)
}

/** Returns the outcome again that a pull before this one found and did not name. */
export function unnamed(connection: Connection, orderId: string, taken: PullTaken): PullTaken {
  if (taken === 'left-out-as-before') return 'left-out'
  if (taken !== 'standing') return taken
  return { conflict: disputedOf(connection, orderId).map(({ field, mirror, file }) => ({ field, mirror, file })) }
}
