// The conflicts that stand, one for an order: both sides of each field that is in dispute.
import { UNREADABLE, type ConflictSide } from '../domain/conflict.js'
import type { Connection } from './connection.js'
import type { FieldDifference } from './import-differences.js'

/** What is in dispute about an order, beside a row that could not be read. */
export function disputedOf(connection: Connection, orderId: string): FieldDifference[] {
  const kept = keptOf(connection, orderId)
  if (kept === null) return []
  return (Object.keys(kept.theirs) as FieldDifference['field'][])
    .filter((field) => field !== UNREADABLE)
    .map((field) => ({ field, mirror: kept.ours[field] ?? null, file: kept.theirs[field] ?? null }))
}

/** Both sides of the conflict that stands about an order, or null. */
export function keptOf(connection: Connection, orderId: string): Record<'ours' | 'theirs', ConflictSide> | null {
  const kept = connection.get<{ ours: string; theirs: string }>(
    'SELECT ours, theirs FROM conflicts WHERE order_id = ?',
    orderId,
  )
  if (kept === undefined) return null
  return { ours: JSON.parse(kept.ours) as ConflictSide, theirs: JSON.parse(kept.theirs) as ConflictSide }
}

/** Inside a transaction. `standing`: the shop's side says what it said before, and it stays as it was. */
export function recordConflict(
  connection: Connection,
  orderId: string,
  differences: readonly FieldDifference[],
  nowMs: number,
): 'new' | 'standing' {
  const side = (which: 'mirror' | 'file'): ConflictSide =>
    Object.fromEntries(differences.map((difference) => [difference.field, difference[which]]))
  const [ours, theirs] = [side('mirror'), side('file')]
  const before = keptOf(connection, orderId)
  if (before !== null && sameSide(before.theirs, theirs)) return 'standing'
  connection.run(
    `INSERT INTO conflicts (order_id, ours, theirs, at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (order_id) DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs, at_ms = excluded.at_ms`,
    orderId,
    JSON.stringify(ours),
    JSON.stringify(theirs),
    nowMs,
  )
  return 'new'
}

function sameSide(one: ConflictSide, other: ConflictSide): boolean {
  const fields = Object.keys(one)
  return fields.length === Object.keys(other).length && fields.every((field) => one[field] === other[field])
}
