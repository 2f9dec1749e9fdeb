// The tables against the audit trail: whatever its entries tell must stand there, and nothing that they do not tell of.
import type { Connection } from './connection.js'
import { Contradictions, type Contradiction } from './contradictions.js'
import { Replay } from './replay.js'
import type { Trail } from './trail.js'
import type { TrailCheck, TrailHead } from './trail-entry.js'
import { OrdersCheck } from './verify-orders.js'
import { RunsCheck } from './verify-runs.js'

/** What no entry tells; all of it stands in the mirror unchecked. */
export interface Unchecked {
  /** Orders without a request: what the shop said of them. */
  readonly ordersWithoutRequest: number
  /** Orders with one of which an entry of the first form does not tell kind, payment, total or attention. */
  readonly ordersOfOldEntries: number
  /** Payments whose status and amount an inquiry or the shop has told since the last entry, or before the first. */
  readonly payments: number
  /** Runs of the first form: the lines of their plans, beside what was sent. */
  readonly plans: number
  /** This machine has no record of how far the mirror had come, or cannot read it. */
  readonly headOutside: boolean
}

export type BooksCheck =
  | { readonly ok: true; readonly entries: number; readonly unchecked: Unchecked }
  | {
      readonly ok: false
      /** Where the trail breaks; of `head` the entry that this machine recorded, of `contradicted` the newest one. */
      readonly seq: number
      readonly problem: Extract<TrailCheck, { ok: false }>['problem'] | 'head' | 'contradicted'
      readonly contradictions: readonly Contradiction[]
    }

/**
 * Changes nothing and sees one state of the mirror.
 * @param outside the newest entry as this machine recorded it, read before the mirror; null where it has no record
 */
export function verifyBooks(connection: Connection, trail: Trail, outside: TrailHead | null): BooksCheck {
  return connection.read(() => {
    const replay = new Replay()
    let isThere = outside === null || outside.seq === 0
    const check = trail.verify((entry) => {
      replay.take(entry)
      isThere ||= entry.seq === outside?.seq && entry.hash === outside.hash
    })
    if (!check.ok) return { ...check, contradictions: [] }
    const { contradictions, unchecked } = compare(connection, replay)
    if (!isThere) return { ok: false, seq: outside?.seq ?? 0, problem: 'head', contradictions }
    if (contradictions.length > 0) return { ok: false, seq: check.entries, problem: 'contradicted', contradictions }
    return { ok: true, entries: check.entries, unchecked: { ...unchecked, headOutside: outside === null } }
  })
}

function compare(connection: Connection, replay: Replay) {
  const found = new Contradictions()
  const runs = new RunsCheck(connection, replay, found)
  const orders = new OrdersCheck(connection, replay, found)
  runs.all()
  orders.all()
  return { contradictions: found.all, unchecked: { ...orders.unchecked, plans: runs.uncheckedPlans } }
}
