// Reads the orders of the mirror, and stores Paygent's facts about them.
import { type OrderFilter, type OrderGroup, groupOfOne } from '../domain/chosen.js'
import { NOT_CORRECTABLE_CODES } from '../domain/codes.js'
import { type AttentionCause, type Conflict, driftOf } from '../domain/difference.js'
import type { StatusSetting } from '../domain/order-status.js'
import { type Operation, type Order, type PaymentFact, isOfAnotherMethod, isOfAnotherTrade } from '../domain/order.js'
import type { PaymentRecord } from '../domain/run.js'
import type { SharedPayment } from '../domain/shop.js'
import { CHANGING_KINDS, MAY_BE_SENT, SALE_KINDS, SOLD_CANCELLABLE, lastKnownStatus } from '../domain/statuses.js'
import type { OrderStore } from '../ports.js'
import { comparedName, LONGEST_NAME, shapesOf } from '../text/names.js'
import type { Connection } from './connection.js'
import { type OrderRow, SELECT_ORDERS, listed, orderOf } from './order-rows.js'
import { applyFact, namePayment, paymentsOf } from './payments.js'

// Converts the filters of the order list to SQL.
export interface Condition {
  /** Ready to follow `FROM orders o`; always true when there is no filter. */
  readonly sql: string
  readonly values: readonly (string | number)[]
}

/** The condition without any filter. */
export const EVERYTHING = 'TRUE'

/** A search is a plain part of the text: none of its signs is a wildcard. */
export function filterCondition({ methods, from, to, search, shipped, sendable }: OrderFilter): Condition {
  const parts: Condition[] = []
  if (methods !== undefined && methods.length > 0) {
    const wanted = `(SELECT value FROM json_each(?))`
    parts.push({ sql: `coalesce(o.carrier, o.method) IN ${wanted}`, values: [JSON.stringify(methods)] })
  }
  if (from !== undefined) parts.push({ sql: 'o.ordered_at >= ?', values: [from] })
  // 'U' follows the 'T' before the time of day, so the whole last day is included. An order without a date belongs to
  // no day.
  if (to !== undefined) parts.push({ sql: `o.ordered_at <> '' AND o.ordered_at < ?`, values: [`${to}U`] })
  if (search !== undefined) parts.push(searched(comparedName(search)))
  if (shipped !== undefined) parts.push({ sql: `(${SHIPPED}) = ${shipped ? 1 : 0}`, values: [] })
  if (sendable !== undefined) parts.push(SENDABLE[sendable])
  return {
    sql: [EVERYTHING, ...parts.map(({ sql }) => sql)].join(' AND '),
    values: parts.flatMap(({ values }) => values),
  }
}

/**
 * The same rule as `isShipped` for one order; `means_shipped` is this program's own function, which the connection
 * provides.
 */
const SHIPPED = 'o.shipped_at IS NOT NULL OR (o.shipping_told = 0 AND means_shipped(o.order_status))'

function searched(part: string): Condition {
  // An order number has only digits.
  if (!/[^0-9]/.test(part))
    return { sql: '(instr(o.order_id, ?) > 0 OR instr(o.search_name, ?) > 0)', values: [part, part] }
  const shapes = Array.from(part, shapesOf)
  const isPlain = part.length > LONGEST_NAME || shapes.every(({ length }) => length === 1)
  if (isPlain) return { sql: 'instr(o.search_name, ?) > 0', values: [part] }
  return { sql: 'o.search_name GLOB ?', values: [`*${shapes.map(patternOf).join('')}*`] }
}

/** A set for a kanji of several shapes and for a wildcard. Any other sign stands alone: in a set ^ would mean all others. */
const patternOf = (shapes: readonly string[]): string =>
  shapes.length > 1 || shapes.some((one) => '*?['.includes(one)) ? `[${shapes.join('')}]` : shapes.join('')

/**
 * Each line uses one index, so finished orders are never read. A carrier's cancel leaves the status unknown when the
 * carrier is unknown.
 */
export const sendableBy = (...lines: readonly string[]): Condition => ({
  sql: `o.payment IN (${[
    ...lines.map((line) => `SELECT id FROM payments WHERE ${line}`),
    'SELECT id FROM payments WHERE status IS NULL',
    'SELECT id FROM payments WHERE payment_id IS NULL',
    'SELECT id FROM payments WHERE status_payment_id IS NOT NULL',
    `SELECT payment FROM orders WHERE carrier IS NULL AND (method = 'carrier' OR kind = '102')`,
  ].join(' UNION ALL ')})`,
  values: [],
})

const SENDABLE: Readonly<Record<Operation, Condition>> = {
  sale: sendableBy(
    `status IN (${listed(MAY_BE_SENT.sale)})`,
    `status IN (${listed(MAY_BE_SENT.saleUntilHeld)}) AND (held_amount_yen IS NULL) = 1`,
  ),
  cancel: sendableBy(`status IN (${listed(MAY_BE_SENT.cancel)})`),
}

// Groups the orders that the rules cannot distinguish, so that `status` applies the rules once for each group.
/** Payments of orders with a rare property; each is judged separately. */
export const ODD_ONES = `
SELECT payment FROM orders WHERE attention = 1
UNION ALL SELECT payment FROM orders WHERE kind IN (${listed(CHANGING_KINDS)})
UNION ALL SELECT payment FROM orders WHERE order_id IN (
  SELECT order_id FROM conflicts
  UNION ALL SELECT order_id FROM holds
  UNION ALL SELECT order_id FROM attempts WHERE state IN ('prepared', 'unknown')
  UNION ALL SELECT order_id FROM attempts WHERE state = 'not-processed'
  UNION ALL SELECT order_id FROM attempts WHERE state = 'rejected' AND code IN (${listed(NOT_CORRECTABLE_CODES)}))
UNION ALL SELECT id FROM payments WHERE payment_id IN (SELECT payment_id FROM shared_payments)`

/** Uses the terms of the index `payments_by_status`, which holds all of it. */
const CONFIRMED_BY_PAYGENT = `(p.held_amount_yen IS NULL) = 0 AND p.status_origin = 'paygent'
  AND (p.payment_id IS NULL OR p.status_payment_id IS NOT NULL) = 0`

const WITHOUT_ODD_ONES = 'p.id NOT IN (SELECT value FROM json_each(:odd))'

/**
 * Selects the groups of one status. All orders that an old shop has ever sold may be among them, so only one index is
 * read, which holds them group by group.
 * @param anyOdd whether there are odd ones to leave out: for a million orders, checking it takes a fifth of the time
 */
export const soldGroups = (anyOdd: boolean): string => `
SELECT min(p.id) AS payment, count(*) AS count, 0 AS total, sum(p.held_amount_yen) AS held
FROM payments p
WHERE p.status = :status AND ${CONFIRMED_BY_PAYGENT} AND p.order_group IS NOT NULL${anyOdd ? ` AND ${WITHOUT_ODD_ONES}` : ''}
GROUP BY p.order_group`

const NOT_SOLD = sendableBy(
  `status IN (${listed(MAY_BE_SENT.cancel.filter((status) => !SOLD_CANCELLABLE.includes(status)))})`,
  `status IN (${listed(SOLD_CANCELLABLE)}) AND (held_amount_yen IS NULL) = 1`,
  `status IN (${listed(SOLD_CANCELLABLE)}) AND (held_amount_yen IS NULL) = 0 AND status_origin = 'shop'`,
).sql

/**
 * Groups by all fields that `permit` reads of an order; `order_group` has method, carrier and 対応状況. For a sale, the sold
 * orders are not read, which are most of a shop.
 */
export const otherGroups = (operation: Operation): string => `
SELECT min(p.id) AS payment, count(*) AS count, sum(o.total_yen) AS total, sum(p.held_amount_yen) AS held
FROM payments p JOIN orders o ON o.payment = p.id
WHERE ${operation === 'sale' ? SENDABLE.sale.sql : NOT_SOLD} AND (p.status IN (${listed(SOLD_CANCELLABLE)}) AND ${CONFIRMED_BY_PAYGENT}) IS NOT TRUE AND ${WITHOUT_ODD_ONES}
GROUP BY p.order_group, o.kind, o.kind_by_us, o.total_yen = 0, sign(o.total_yen - p.held_amount_yen),
  p.status, p.status_origin, p.payment_id IS NULL, p.trading_id = '',
  p.status_payment_id IS NULL OR p.status_payment_id IS p.payment_id`

interface GroupRow {
  readonly payment: number
  readonly count: number
  readonly total: number
  readonly held: number | null
}

/**
 * Every order that `sendable` lists for the operation is in one of them. Those of a cancel have the orders of a sale too,
 * because an order that may be sold may be cancelled, or needs an inquiry for both.
 */
function groupsIn(connection: Connection, operation: Operation): OrderGroup[] {
  return connection.read(() => {
    const found = connection.all<{ payment: number | null }>(ODD_ONES).flatMap(({ payment }) => payment ?? [])
    const odd = [...new Set(found)]
    const apart = { odd: JSON.stringify(odd) }
    const query = soldGroups(odd.length > 0)
    const sold = operation === 'sale' ? [] : SOLD_CANCELLABLE
    const groups = [
      ...sold.flatMap((status) => connection.all<GroupRow>(query, { status, ...apart })),
      ...connection.all<GroupRow>(otherGroups(operation), apart),
    ]
    const orders = ordersOf(connection, [...odd, ...groups.map(({ payment }) => payment)])
    return [
      ...odd.flatMap((payment) => orders.get(payment) ?? []).map(groupOfOne),
      ...groups.flatMap(({ payment, count, total, held }) => {
        const example = orders.get(payment)
        return example === undefined ? [] : [{ example, count, totalYen: total, heldYen: held ?? 0 }]
      }),
    ]
  })
}

/** Returns the orders by the row of their current payment. */
function ordersOf(connection: Connection, payments: readonly number[]) {
  const rows = connection.all<OrderRow>(
    `${SELECT_ORDERS} WHERE o.payment IN (SELECT value FROM json_each(?))`,
    JSON.stringify(payments),
  )
  return new Map(rows.map((row) => [row.payment, orderOf(row)]))
}

/** The number of orders that are in memory at a time when all of them are written out. */
const PAGE = 5_000

const NEWEST_FIRST = 'ORDER BY o.ordered_at DESC, o.order_number DESC'

export interface Page {
  readonly limit: number
  readonly offset: number
}

/** Up to this number of matches among all names, searching by name again is quicker than going back in time. */
const FEW = 1_000

/**
 * The page is found first, in the indexes, and only its orders are read in full. Exported for the test of its query
 * plan.
 * @param few a search alone that finds hardly more than the page: in order of time, every order would be read for it
 */
export function listQuery(filter: OrderFilter, paged: boolean, few = false): Condition {
  const { sql, values } = filterCondition(filter)
  if (!paged) return { sql: `${SELECT_ORDERS} WHERE ${sql} ${NEWEST_FIRST}`, values }
  const page = `SELECT o.order_id FROM orders o ${few ? 'INDEXED BY orders_by_name ' : ''}WHERE ${sql} ${NEWEST_FIRST} LIMIT ? OFFSET ?`
  return { sql: `${SELECT_ORDERS} WHERE o.order_id IN (${page}) ${NEWEST_FIRST}`, values }
}

/** The totals of more orders are not added up for a page: their rows would all have to be read. */
const MOST_ADDED = 100_000

/** Any other filter may have a better index. */
const isSearchAlone = ({ search, ...others }: OrderFilter): boolean =>
  search !== undefined && Object.values(others).every((request) => request === undefined)

/** SQLite counts a whole table by its pages, but only when the query has no condition on its rows. */
export function countQuery(filter: OrderFilter): Condition {
  const { sql, values } = filterCondition(filter)
  const where = sql === EVERYTHING ? '' : ` WHERE ${sql}`
  return { sql: `SELECT count(*) AS n FROM orders o${where}`, values }
}

/** A search finds its few orders in the index of the names; by itself SQLite would read every order for their totals. */
export function sumQuery(filter: OrderFilter): Condition {
  const { sql, values } = filterCondition(filter)
  const by = isSearchAlone(filter) ? ' INDEXED BY orders_by_name' : ''
  return { sql: `SELECT sum(o.total_yen) AS yen FROM orders o${by} WHERE ${sql}`, values }
}

export class MirrorOrders implements OrderStore {
  constructor(
    private readonly connection: Connection,
    readonly statuses: StatusSetting = [],
  ) {}

  /** Takes the numbers as one value, so that their count meets no limit of SQLite. */
  find(orderIds: readonly string[]): Order[] {
    const asked = [...new Set(orderIds)]
    const rows = this.connection.all<OrderRow>(
      `${SELECT_ORDERS} WHERE o.order_id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(asked),
    )
    const found = new Map(rows.map((row) => [row.order_id, orderOf(row)]))
    return asked.flatMap((orderId) => found.get(orderId) ?? [])
  }

  list(filter: OrderFilter, page?: Page): Order[] {
    return this.#list(listQuery(filter, page !== undefined), page)
  }

  /**
   * Returns a page of the list, the number of orders on all pages, and the sum of their totals in whole yen, which is
   * null where too many would have to be read. The orders are counted first: a search without matches runs only once.
   */
  page(filter: OrderFilter, page: Page): { orders: Order[]; total: number; totalYen: number | null } {
    return this.connection.read(() => {
      const total = this.count(filter)
      const few = isSearchAlone(filter) && total <= FEW && total < 2 * (page.offset + page.limit)
      const orders = total <= page.offset ? [] : this.#list(listQuery(filter, true, few), page)
      return { orders, total, totalYen: this.#totalYen(filter, orders, total) }
    })
  }

  /** The page may hold all that was found. */
  #totalYen(filter: OrderFilter, orders: readonly Order[], total: number): number | null {
    if (orders.length === total) return orders.reduce((sum, { totalYen }) => sum + totalYen, 0)
    if (total > MOST_ADDED) return null
    const { sql, values } = sumQuery(filter)
    return this.connection.get<{ yen: number | null }>(sql, ...values)?.yen ?? 0
  }

  /** The orders of which a sale was accepted by this tool from one time to before another, epoch milliseconds. */
  soldBetween(fromMs: number, toMs: number): Order[] {
    const sold = this.connection.all<{ order_id: string }>(
      `SELECT a.order_id FROM attempts a JOIN run_items i USING (run_id, position)
       WHERE a.state = 'accepted' AND a.settled_ms >= ? AND a.settled_ms < ? AND i.telegram IN (${listed(SALE_KINDS)})`,
      fromMs,
      toMs,
    )
    return this.find(sold.map(({ order_id }) => order_id))
  }

  /** Passes every order to the work, the newest first, one page at a time and all from one state of the mirror. */
  inPages(work: (orders: readonly Order[]) => void, filter: OrderFilter = {}): void {
    this.connection.read(() => {
      for (let offset = 0; ; offset += PAGE) {
        const orders = this.list(filter, { limit: PAGE, offset })
        if (orders.length > 0) work(orders)
        if (orders.length < PAGE) return
      }
    })
  }

  #list({ sql, values }: Condition, page: Page | undefined): Order[] {
    const bounds = page === undefined ? [] : [page.limit, page.offset]
    return this.connection.all<OrderRow>(sql, ...values, ...bounds).map(orderOf)
  }

  count(filter: OrderFilter): number {
    const { sql, values } = countQuery(filter)
    return this.connection.get<{ n: number }>(sql, ...values)?.n ?? 0
  }

  /** Returns the orders that may be sent for the operation, for the rules to judge one group at a time. */
  groups(operation: Operation = 'cancel'): OrderGroup[] {
    return groupsIn(this.connection, operation)
  }

  learn(asRead: Pick<Order, 'orderId' | 'paymentId' | 'kind'>, fact: PaymentFact, nowMs: number): boolean {
    return this.connection.write(() => {
      const row = rowOf(this.connection, asRead.orderId)
      if (row === null || row.open_attempt === 1) return false
      if (row.payment_id !== asRead.paymentId || row.kind !== asRead.kind) return false
      const same = row.payment_id === null ? row.trading_id === fact.tradingId : row.payment_id === fact.paymentId
      const held = { orderId: asRead.orderId, tradingId: row.trading_id }
      if (!same || isOfAnotherTrade(held, fact) || movedLate(row, fact)) return false
      if (row.payment_id === null && isOfAnotherMethod(row, fact)) return false
      const payment = row.payment_id === null ? namePayment(this.connection, row, fact.paymentId, nowMs) : row.payment
      applyFact(this.connection, payment, fact, nowMs)
      return true
    })
  }

  awaitNaming({ orderId, tradingId }: Pick<Order, 'orderId' | 'tradingId'>): void {
    this.connection.write(() => {
      const row = rowOf(this.connection, orderId)
      if (row === null || row.attention === 1 || row.open_attempt === 1) return
      if (row.payment_id !== null || row.trading_id !== tradingId) return
      const cause: AttentionCause = 'several-payments'
      this.connection.run('UPDATE orders SET attention = 1, attention_cause = ? WHERE order_id = ?', cause, orderId)
    })
  }

  /**
   * Returns payments that several orders share, with those orders; such orders are not sent. The smallest order
   * number comes first.
   */
  sharedPayments(): SharedPayment[] {
    return sharedPaymentsIn(this.connection)
  }

  /** Returns every payment that the order has or had, the oldest first. */
  payments(orderId: string): PaymentRecord[] {
    return paymentsOf(this.connection, orderId)
  }

  /** Returns the conflicts of these orders or of all, by order number. */
  conflicts(orderIds?: readonly string[]): Conflict[] {
    const from =
      orderIds === undefined ? 'conflicts c' : 'json_each(?) wanted JOIN conflicts c ON c.order_id = wanted.value'
    const rows = this.connection.all<{ order_id: string; ours: string; theirs: string; at_ms: number }>(
      `SELECT c.* FROM ${from} JOIN orders o USING (order_id) ORDER BY o.order_number`,
      ...(orderIds === undefined ? [] : [JSON.stringify(orderIds)]),
    )
    return rows.map(({ order_id: orderId, ours, theirs, at_ms: atMs }) => ({
      orderId,
      ours: JSON.parse(ours) as Conflict['ours'],
      theirs: JSON.parse(theirs) as Conflict['theirs'],
      atMs,
    }))
  }
}

const SELECT_ORDER = `${SELECT_ORDERS} WHERE o.order_id = ?`

/** Returns the order's row as of now; call it inside the transaction that relies on it. */
export const rowOf = (connection: Connection, orderId: string): OrderRow | null =>
  connection.get<OrderRow>(SELECT_ORDER, orderId) ?? null

/**
 * A request that was reported as not processed may have arrived since. Its change is not simply stored, because
 * `reconcile` would then find no difference.
 */
function movedLate(row: OrderRow, fact: PaymentFact): boolean {
  if (row.np_ms === null) return false
  const order = orderOf(row)
  const status = lastKnownStatus(order)
  return driftOf({ status, amountYen: order.heldAmountYen, carrier: order.carrier }, fact) === 'moved'
}

export function sharedPaymentsIn(connection: Connection): SharedPayment[] {
  const rows = connection.all<{ payment_id: string; order_ids: string }>(
    `SELECT p.payment_id, json_group_array(o.order_id ORDER BY o.order_number) AS order_ids
     FROM payments p JOIN orders o ON o.payment = p.id
     WHERE p.payment_id IN (SELECT payment_id FROM shared_payments)
     GROUP BY p.payment_id HAVING count(*) > 1 ORDER BY min(o.order_number)`,
  )
  return rows.map((row) => ({ paymentId: row.payment_id, orderIds: JSON.parse(row.order_ids) as string[] }))
}
