// Lists the numbers of orders and runs that begin with the typed digits, for the completion of a shell.
import { openDatabase } from './database.js'

const SELECT = {
  orders: 'SELECT order_id FROM orders WHERE order_id GLOB ? ORDER BY order_number DESC LIMIT ?',
  runs: 'SELECT CAST(id AS TEXT) FROM runs WHERE CAST(id AS TEXT) GLOB ? ORDER BY id DESC LIMIT ?',
} as const

/**
 * Returns the newest first. The mirror's owner is not checked, because nothing is done with the numbers.
 * @throws AppError as opening the mirror does
 */
export function numbersLike(path: string, of: keyof typeof SELECT, prefix: string, limit: number): string[] {
  // GLOB has wildcards of its own, and a number has only digits.
  if (!/^\d*$/.test(prefix)) return []
  const connection = openDatabase(path, { mode: 'read', stamp: { environment: '', merchantId: '' }, nowMs: 0 })
  try {
    return connection.db.prepare(SELECT[of]).pluck().all(`${prefix}*`, limit) as string[]
  } finally {
    connection.close()
  }
}
