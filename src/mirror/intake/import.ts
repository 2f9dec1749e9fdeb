// Takes a file of the shop's orders into the mirror. One transaction, all of them or none.
import type { StatusSetting } from '../../domain/order-status.js'
import type { ImportRow, OtherMethodLine, ShopTaken } from '../../domain/shop.js'
import type { Connection } from '../connection.js'
import type { ParsedOrders } from '../csv/csv.js'
import type { FieldDifference } from './differences.js'
import { insertOrder, masked } from './import-orders.js'
import { takeReading, type Taking } from './intake.js'
import { rememberedOf, writtenDown } from './readings.js'

// The first import: the indexes that only lists and searches read are made when all rows are in, by sorting once.
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

export interface ImportResult {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  /** Lines of other payment methods whose orders the mirror does not have. */
  readonly skippedOtherMethods: number
  /** Orders whose conflict stands as it did: the source says of them what it said before. */
  readonly standing: number
  /** Orders that the source has otherwise than the tool has left them; they stay as they are and are not sent. */
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly FieldDifference[] }[]
}

/** @param statuses what the shop has said of its own 対応状況 */
export function importOrders(
  connection: Connection,
  { rows, others }: ParsedOrders,
  nowMs: number,
  statuses: StatusSetting = [],
): ImportResult {
  const taking = { source: 'csv', statuses, methods: new Map(), nowMs } as const
  return connection.write(() => {
    const tally = new Tally()
    if (rows.length >= MANY && connection.get('SELECT 1 FROM orders LIMIT 1') === undefined) {
      fill(connection, rows, nowMs)
      tally.counts.added = rows.length
    } else takeRows(connection, rows, tally, taking)
    takeOthers(connection, others, tally, taking)
    noteImport(connection, nowMs)
    return tally.result()
  })
}

class Tally {
  readonly counts = { added: 0, updated: 0, unchanged: 0, standing: 0, 'left-out': 0 }
  readonly #conflicts: ImportResult['conflicts'][number][] = []

  note(orderId: string, taken: ShopTaken): void {
    if (typeof taken === 'string') this.counts[taken] += 1
    else this.#conflicts.push({ orderId, differences: taken.conflict as readonly FieldDifference[] })
  }

  result(): ImportResult {
    const { 'left-out': skippedOtherMethods, ...counts } = this.counts
    return { ...counts, skippedOtherMethods, conflicts: this.#conflicts }
  }
}

/** From here on it pays to make indexes anew: fewer rows are in them sooner. */
const MANY = 1_000

/** For a mirror without orders: there is nothing to compare with. */
const fill = (connection: Connection, rows: readonly ImportRow[], nowMs: number): void =>
  indexingLater(connection, () => {
    for (const plain of rows) {
      const row = masked(plain)
      insertOrder(connection, row, writtenDown(rememberedOf(row)), nowMs)
    }
  })

function takeRows(connection: Connection, rows: readonly ImportRow[], tally: Tally, taking: Taking): void {
  for (const row of rows) tally.note(row.orderId, takeReading(connection, { type: 'order', row }, taking))
}

/** Another payment method is nobody's business here, unless the mirror has the order: then its method has changed. */
function takeOthers(connection: Connection, others: readonly OtherMethodLine[], tally: Tally, taking: Taking): void {
  for (const { orderId, method } of others) {
    if (orderId === null) tally.counts['left-out'] += 1
    else tally.note(orderId, takeReading(connection, { type: 'other-method', orderId, method }, taking))
  }
}

/** Inside a transaction: the mirror knows the shop's orders as of now. */
export const noteImport = (connection: Connection, nowMs: number): void =>
  void connection.run(
    `INSERT INTO meta (name, value) VALUES ('imported_ms', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    String(nowMs),
  )

/** When orders were last imported, epoch milliseconds; null when they never were. */
export function importedMs(connection: Connection): number | null {
  const row = connection.get<{ value: string }>(`SELECT value FROM meta WHERE name = 'imported_ms'`)
  return row ? Number(row.value) : null
}
