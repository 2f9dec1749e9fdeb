// The conflicts that stand, one for an order: both sides of each field in dispute, and which source disputes it.
import type { ConflictSide } from '../domain/difference.js'
import type { Source } from '../domain/shop.js'
import type { Connection } from './connection.js'
import type { FieldDifference } from './import-differences.js'

export interface Disputed extends FieldDifference {
  /** Null in a conflict of an earlier version. */
  readonly source: Source | null
}

interface Kept {
  readonly ours: ConflictSide
  readonly theirs: ConflictSide
  readonly sources: Readonly<Record<string, Source | null>>
}

/** Both sides of the conflict that stands about an order, or null. */
export function keptOf(connection: Connection, orderId: string): Kept | null {
  const kept = connection.get<Record<keyof Kept, string>>(
    'SELECT ours, theirs, sources FROM conflicts WHERE order_id = ?',
    orderId,
  )
  if (kept === undefined) return null
  const [ours, theirs] = [JSON.parse(kept.ours) as ConflictSide, JSON.parse(kept.theirs) as ConflictSide]
  return { ours, theirs, sources: JSON.parse(kept.sources) as Kept['sources'] }
}

export function disputedOf(connection: Connection, orderId: string): Disputed[] {
  const kept = keptOf(connection, orderId)
  if (kept === null) return []
  return (Object.keys(kept.theirs) as FieldDifference['field'][]).map((field) => ({
    field,
    mirror: kept.ours[field] ?? null,
    file: kept.theirs[field] ?? null,
    source: kept.sources[field] ?? null,
  }))
}

/** Inside a transaction: the conflict of the order from now on; without any dispute there is none. */
export function keepConflict(
  connection: Connection,
  orderId: string,
  disputed: readonly Disputed[],
  nowMs: number,
): void {
  if (disputed.length === 0) return void connection.run('DELETE FROM conflicts WHERE order_id = ?', orderId)
  const column = (name: 'mirror' | 'file' | 'source'): string =>
    JSON.stringify(Object.fromEntries(disputed.map((one) => [one.field, one[name]])))
  connection.run(
    `INSERT INTO conflicts (order_id, ours, theirs, sources, at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (order_id) DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs, sources = excluded.sources,
       at_ms = excluded.at_ms`,
    orderId,
    column('mirror'),
    column('file'),
    column('source'),
    nowMs,
  )
}

/** Whether the shop's side says what it said before. */
export const saysAsBefore = (before: readonly Disputed[], now: readonly Disputed[]): boolean =>
  before.length === now.length &&
  now.every(({ field, file }) => before.some((one) => one.field === field && one.file === file))
