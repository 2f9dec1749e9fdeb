// Compares the tables with the audit trail: the tables must hold everything that the entries state, and nothing
// without an entry.
import type { Contradiction } from '../../domain/difference.js'
import type { Connection } from '../connection.js'
import { OrdersCheck } from './check-orders.js'
import { RunsCheck } from './check-runs.js'
import { Contradictions } from './contradictions.js'
import { Replay } from './replay.js'
import type { Trail, TrailCheck, TrailHead } from './trail.js'

/** Data that no entry states; it remains unchecked in the mirror. */
export interface Unchecked {
  /** The number of orders without a request, which hold only the shop's data. */
  readonly ordersWithoutRequest: number
  /**
   * The number of orders with a request whose kind, payment, total or attention an entry of the first form does not
   * state.
   */
  readonly ordersOfOldEntries: number
  /**
   * The number of payments whose status and amount come from an inquiry or the shop, after the last entry or before
   * the first.
   */
  readonly payments: number
  /** The number of runs of the first form: the lines of their plans are unchecked, except the sent requests. */
  readonly plans: number
  /** This machine has no record of the mirror's newest entry, or cannot read it. */
  readonly headOutside: boolean
}

export type MirrorCheck =
  | { readonly ok: true; readonly entries: number; readonly unchecked: Unchecked }
  | {
      readonly ok: false
      /**
       * The place where the trail breaks; for `head` the entry that this machine recorded, for `contradicted` the
       * newest one.
       */
      readonly seq: number
      readonly problem: Extract<TrailCheck, { ok: false }>['problem'] | 'head' | 'contradicted'
      readonly contradictions: readonly Contradiction[]
    }

/**
 * Changes nothing, and sees one state of the mirror.
 * @param outside the newest entry as this machine recorded it, read before the mirror; null when it has no record
 */
export function verifyMirror(connection: Connection, trail: Trail, outside: TrailHead | null): MirrorCheck {
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
