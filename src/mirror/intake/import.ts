// Takes a file of the shop's orders into the mirror, in one transaction: all of them or none.
import type { StatusSetting } from '../../domain/order-status.js'
import type { ImportRow, OtherMethodLine, ShopTaken } from '../../domain/shop.js'
import type { Connection } from '../connection.js'
import { counted, type Heard } from '../counted.js'
import type { ParsedOrders } from '../csv/csv.js'
import type { FieldDifference } from './differences.js'
import { insertOrder, masked } from './import-orders.js'
import { takeReading, type Taking } from './intake.js'
import { rememberedOf, writtenDown } from './readings.js'

// Speeds up the first import: what would look at each new row is left out until all rows are stored.
/**
 * The indexes that are not read while orders come in are built by sorting once. An index that guards a rule, or that is
 * used to look up a row, stays. The triggers keep `shared_payments` and `order_group`, which `fill` writes itself.
 */
const POSTPONED = [
  'orders_by_time',
  'orders_by_name',
  'payments_by_status',
  'payments_shared_from_the_start',
  'payments_grouped_from_the_start',
] as const

/**
 * Does the work without those indexes and triggers. Call it inside a transaction. They are recreated as the schema
 * defines them. If the work fails, they stay as they were, with all of the transaction.
 */
function withoutPostponed(connection: Connection, work: () => void): void {
  const postponed = POSTPONED.map((name) => ({ name, ...definitionOf(connection, name) }))
  for (const { type, name } of postponed) connection.run(`DROP ${type} ${name}`)
  work()
  for (const { sql } of postponed) connection.run(sql)
}

function definitionOf(connection: Connection, name: string): { type: string; sql: string } {
  const found = connection.get<{ type: string; sql: string }>(
    'SELECT type, sql FROM sqlite_master WHERE name = ?',
    name,
  )
  if (found === undefined) throw new Error(`the mirror has no ${name}`)
  return found
}

export interface ImportResult {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  /** The number of lines of other payment methods whose orders the mirror does not have. */
  readonly skippedOtherMethods: number
  /** The number of orders whose conflict is unchanged, because the source repeats its earlier data about them. */
  readonly standing: number
  /** Orders that differ between the source and this tool's last change; they stay unchanged and are not sent. */
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly FieldDifference[] }[]
}

/**
 * @param statuses the shop's definitions of its own 対応状況
 * @param heard hears how many of the orders are done
 */
export function importOrders(
  connection: Connection,
  { rows, others }: ParsedOrders,
  nowMs: number,
  statuses: StatusSetting = [],
  heard?: Heard,
): ImportResult {
  const taking = { source: 'csv', statuses, methods: new Map(), nowMs } as const
  return connection.write(() => {
    const tally = new Tally()
    if (rows.length >= MANY && connection.get('SELECT 1 FROM orders LIMIT 1') === undefined) {
      fill(connection, counted(rows, rows.length, heard), nowMs)
      tally.counts.added = rows.length
    } else takeRows(connection, counted(rows, rows.length, heard), tally, taking)
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

/** From this number of rows on, it pays to rebuild the indexes: with fewer rows, inserting into them is quicker. */
const MANY = 1_000

/** Fills a mirror without orders, where there is nothing to compare with. */
const fill = (connection: Connection, rows: Iterable<ImportRow>, nowMs: number): void =>
  withoutPostponed(connection, () => {
    for (const plain of rows) {
      const row = masked(plain)
      insertOrder(connection, row, writtenDown(rememberedOf(row)), nowMs)
    }
    connection.run(
      `INSERT INTO shared_payments
       SELECT payment_id FROM payments WHERE payment_id IS NOT NULL GROUP BY payment_id HAVING count(*) > 1`,
    )
  })

function takeRows(connection: Connection, rows: Iterable<ImportRow>, tally: Tally, taking: Taking): void {
  for (const row of rows) tally.note(row.orderId, takeReading(connection, { type: 'order', row }, taking))
}

/** An order with another payment method is ignored, unless the mirror has the order: then its method has changed. */
function takeOthers(connection: Connection, others: readonly OtherMethodLine[], tally: Tally, taking: Taking): void {
  for (const { orderId, method } of others) {
    if (orderId === null) tally.counts['left-out'] += 1
    else tally.note(orderId, takeReading(connection, { type: 'other-method', orderId, method }, taking))
  }
}

/** Records that the mirror knows the shop's orders as of now. Call it inside a transaction. */
export const noteImport = (connection: Connection, nowMs: number): void =>
  void connection.run(
    `INSERT INTO meta (name, value) VALUES ('imported_ms', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    String(nowMs),
  )

/** Returns when orders were last imported, in epoch milliseconds; null when they never were. */
export function importedMs(connection: Connection): number | null {
  const row = connection.get<{ value: string }>(`SELECT value FROM meta WHERE name = 'imported_ms'`)
  return row ? Number(row.value) : null
}
