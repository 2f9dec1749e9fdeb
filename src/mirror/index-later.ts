// The first import: the indexes that only lists and searches read are made when all rows are in, by sorting once.
import type { Connection } from './connection.js'

/** None of them is looked into while orders come in. What guards a rule, or is looked up for a row, stays. */
const ONLY_READ = ['orders_by_time', 'orders_by_name', 'payments_by_status'] as const

/**
 * Inside a transaction: does the work, and puts those indexes off until it is done. They come back as the schema has
 * them; a work that fails leaves them as they were, with all of the transaction.
 */
export function indexingLater<Result>(connection: Connection, work: () => Result): Result {
  const indexes = ONLY_READ.map((name) => ({ name, sql: definitionOf(connection, name) }))
  for (const { name } of indexes) connection.run(`DROP INDEX ${name}`)
  const result = work()
  for (const { sql } of indexes) connection.run(sql)
  return result
}

function definitionOf(connection: Connection, name: string): string {
  const found = connection.get<{ sql: string }>(`SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?`, name)
  if (found === undefined) throw new Error(`the mirror has no index ${name}`)
  return found.sql
}
