// Removes customers' names and the shop's own error texts from old orders and from the file itself.
import { createHash } from 'node:crypto'
import type { Connection } from './connection.js'
import type { Trail } from './journal/trail.js'
import { PLAN_LIFE_MS } from './plans.js'

/** The reasons why an order keeps its name: the operator may still have to call the customer about it. */
export const KEEP_REASONS = ['open-attempt', 'attention', 'conflict'] as const
export type KeepReason = (typeof KEEP_REASONS)[number]

export interface Purge {
  /** Japan date, `YYYY-MM-DD`; orders of the day itself keep their names. */
  readonly before: string
  /** The number of orders that lose their name. */
  readonly purged: number
  /** Orders before the date that keep their name because they are not finished, by number. */
  readonly left: readonly { readonly orderId: string; readonly reason: KeepReason }[]
}

/**
 * Each order before the date that still has its name, with the first reason to keep it, or none. An order without a
 * date is as old as the mirror's first record of it.
 */
const OLD_ORDERS = `
SELECT o.order_id, CASE
  WHEN EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = o.order_id AND a.state IN ('prepared', 'unknown'))
    THEN 'open-attempt'
  WHEN o.attention = 1 THEN 'attention'
  WHEN EXISTS (SELECT 1 FROM conflicts c WHERE c.order_id = o.order_id) THEN 'conflict'
  END AS reason
FROM orders o WHERE o.purged = 0 AND coalesce(
  nullif(o.ordered_at, ''),
  (SELECT strftime('%Y-%m-%d', min(p.first_seen_ms) / 1000 + 32400, 'unixepoch') FROM payments p WHERE p.order_id = o.order_id)
) < ?`

/** A run keeps its search text, which may be a customer's name, as long as one of its orders keeps its own name. */
const FORGET_SEARCHES = `
UPDATE runs SET filters = json_remove(filters, '$.search')
WHERE json_extract(filters, '$.search') IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM run_items i JOIN orders o USING (order_id) WHERE i.run_id = runs.id AND o.purged = 0)`

/** A plan file that was used, or is too old to be used, needs its search text no more: a run has its own. */
const FORGET_PLANNED_SEARCHES = `
UPDATE plans SET filters = json_remove(filters, '$.search')
WHERE json_extract(filters, '$.search') IS NOT NULL AND (run_id IS NOT NULL OR made_ms < ?)`

/**
 * Returns the replacement for a purged text. It shows whether the shop still has the same text, but not the text
 * itself.
 */
export const purgedText = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

/**
 * Errors of the shop's own rows are free text, which may hold a name. They remain recognisable: the last one, which an
 * accepted request clears, and the one for which an order was once held.
 */
function forgetShopErrors(connection: Connection): void {
  const ofPurged = 'order_id IN (SELECT order_id FROM orders WHERE purged = 1)'
  for (const column of ['error_text', 'held_error']) {
    const texts = connection.all<{ order_id: string; text: string }>(
      `SELECT order_id, ${column} AS text FROM shop_rows
       WHERE ${column} <> '' AND ${column} NOT LIKE 'sha256:%' AND ${ofPurged}`,
    )
    for (const { order_id: orderId, text } of texts)
      connection.run(`UPDATE shop_rows SET ${column} = ? WHERE order_id = ?`, purgedText(text), orderId)
  }
}

/** Returns the effect that `purgeNames` would have now. */
export function purgeOf(connection: Connection, before: string): Purge {
  return connection.read(() => {
    const [found] = connection.all<{ n: number }>(
      `SELECT count(*) AS n FROM (${OLD_ORDERS}) WHERE reason IS NULL`,
      before,
    )
    const left = connection.all<Purge['left'][number]>(
      `SELECT order_id AS orderId, reason FROM (${OLD_ORDERS}) WHERE reason IS NOT NULL
       ORDER BY CAST(order_id AS INTEGER)`,
      before,
    )
    return { before, purged: found?.n ?? 0, left }
  })
}

/**
 * Removes the names from every finished order before the date and records that in the trail, without a name. Call it
 * inside a transaction. A conflict holds names too, but then its order is not finished. Overwritten data is zeroed on
 * its page at once, in case the file cannot be wiped afterwards.
 */
export function purgeNames(connection: Connection, trail: Trail, before: string, atMs: number): Purge {
  const purge = purgeOf(connection, before)
  const finished = `SELECT order_id FROM (${OLD_ORDERS}) WHERE reason IS NULL`
  connection.db.pragma('secure_delete = ON')
  connection.run(
    `UPDATE orders SET customer_name = '', search_name = '', purged = 1 WHERE order_id IN (${finished})`,
    before,
  )
  connection.run(FORGET_SEARCHES)
  connection.run(FORGET_PLANNED_SEARCHES, atMs - PLAN_LIFE_MS)
  forgetShopErrors(connection)
  trail.append('purged', { detail: `before ${before}: ${purge.purged} orders` }, atMs)
  return purge
}

/**
 * Rewrites the file without its free pages and empties the write-ahead log, because both still hold the removed data.
 * @returns false when a reader of the mirror keeps the log from being emptied
 * @throws AppError mirror-full, mirror-busy, mirror-unusable
 */
export function wipeFile(connection: Connection): boolean {
  return connection.outside((db) => {
    db.exec('VACUUM')
    const [checkpoint] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    return checkpoint?.busy === 0
  })
}
