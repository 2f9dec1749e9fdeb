// The orders of the mirror: the list, and what Paygent tells about them. Pages 1.3 and 5.1.
import type { OrderFilter, OrderGroup } from '../domain/chosen.js'
import { type AttentionCause, type Conflict, driftOf } from '../domain/difference.js'
import type { StatusSetting } from '../domain/order-status.js'
import { isOfAnotherTrade, type Order, type PaymentFact } from '../domain/order.js'
import type { PaymentRecord } from '../domain/run.js'
import { effectiveStatus } from '../domain/statuses.js'
import type { OrderStore } from '../ports.js'
import type { Connection } from './connection.js'
import { type Condition, conditionOf, EVERYTHING } from './order-filter.js'
import { groupsIn } from './order-groups.js'
import { orderOf, type OrderRow, SELECT_ORDERS } from './order-rows.js'
import { applyFact, namePayment, paymentsOf } from './payments.js'

/** So many orders at a time are in memory where all of them are written out. */
const PAGE = 5_000

const NEWEST_FIRST = 'ORDER BY o.ordered_at DESC, o.order_number DESC'

export interface Page {
  readonly limit: number
  readonly offset: number
}

export interface SharedPayment {
  readonly paymentId: string
  readonly orderIds: readonly string[]
}

/** So few found among all names are quicker looked for by name once more than by going back in time. */
const FEW = 1_000

/**
 * A page is found first, in the indexes, and only its orders are put together. Exported for the test of its plan.
 * @param few a search alone that finds hardly more than the page: by time, every order would be read for it
 */
export function listQuery(filter: OrderFilter, paged: boolean, few = false): Condition {
  const { sql, values } = conditionOf(filter)
  if (!paged) return { sql: `${SELECT_ORDERS} WHERE ${sql} ${NEWEST_FIRST}`, values }
  const page = `SELECT o.order_id FROM orders o ${few ? 'INDEXED BY orders_by_name ' : ''}WHERE ${sql} ${NEWEST_FIRST} LIMIT ? OFFSET ?`
  return { sql: `${SELECT_ORDERS} WHERE o.order_id IN (${page}) ${NEWEST_FIRST}`, values }
}

/** Any other wish may have a better index. */
const isSearchAlone = ({ search, ...others }: OrderFilter): boolean =>
  search !== undefined && Object.values(others).every((wish) => wish === undefined)

/** SQLite counts a whole table by its pages, but only where nothing is asked of its rows. */
export function countQuery(filter: OrderFilter): Condition {
  const { sql, values } = conditionOf(filter)
  const where = sql === EVERYTHING ? '' : ` WHERE ${sql}`
  return { sql: `SELECT count(*) AS n FROM orders o${where}`, values }
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

  /** A page of the list, and how many orders there are on all pages. Counted first: nothing found is looked for once. */
  page(filter: OrderFilter, page: Page): { orders: Order[]; total: number } {
    return this.connection.read(() => {
      const total = this.count(filter)
      if (total <= page.offset) return { orders: [], total }
      const few = isSearchAlone(filter) && total <= FEW && total < 2 * (page.offset + page.limit)
      return { orders: this.#list(listQuery(filter, true, few), page), total }
    })
  }

  /** Every order, the newest first, a page at a time and all of one state of the mirror. */
  inPages(work: (orders: readonly Order[]) => void): void {
    this.connection.read(() => {
      for (let offset = 0; ; offset += PAGE) {
        const orders = this.list({}, { limit: PAGE, offset })
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

  /** What may be sent, for the rules to judge a group at a time. */
  groups(): OrderGroup[] {
    return groupsIn(this.connection)
  }

  learn(asRead: Pick<Order, 'orderId' | 'paymentId' | 'kind'>, fact: PaymentFact, nowMs: number): boolean {
    return this.connection.write(() => {
      const row = rowOf(this.connection, asRead.orderId)
      if (row === null || row.open_attempt === 1) return false
      if (row.payment_id !== asRead.paymentId || row.kind !== asRead.kind) return false
      const same = row.payment_id === null ? row.trading_id === fact.tradingId : row.payment_id === fact.paymentId
      const held = { orderId: asRead.orderId, tradingId: row.trading_id }
      if (!same || isOfAnotherTrade(held, fact) || movedLate(row, fact)) return false
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

  /** Payments that several orders have, with those orders; such orders are not sent. The smallest order number first. */
  sharedPayments(): SharedPayment[] {
    const rows = this.connection.all<{ payment_id: string; order_ids: string }>(
      `SELECT p.payment_id, json_group_array(o.order_id ORDER BY o.order_number) AS order_ids
       FROM payments p JOIN orders o ON o.payment = p.id
       WHERE p.payment_id IN (SELECT payment_id FROM shared_payments)
       GROUP BY p.payment_id HAVING count(*) > 1 ORDER BY min(o.order_number)`,
    )
    return rows.map((row) => ({ paymentId: row.payment_id, orderIds: JSON.parse(row.order_ids) as string[] }))
  }

  /** Every payment that the order has or had, the oldest first. */
  payments(orderId: string): PaymentRecord[] {
    return paymentsOf(this.connection, orderId)
  }

  conflicts(): Conflict[] {
    const rows = this.connection.all<{ order_id: string; ours: string; theirs: string; at_ms: number }>(
      'SELECT c.* FROM conflicts c JOIN orders o USING (order_id) ORDER BY o.order_number',
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

/** The order's row as of now; call it inside the transaction that relies on it. */
export const rowOf = (connection: Connection, orderId: string): OrderRow | null =>
  connection.get<OrderRow>(SELECT_ORDER, orderId) ?? null

/**
 * A request that was called not processed may have arrived since. What it has moved is not simply learnt: `reconcile`
 * would find no difference any more. Page 5.2.
 */
function movedLate(row: OrderRow, fact: PaymentFact): boolean {
  if (row.np_ms === null) return false
  const order = orderOf(row)
  const effective = effectiveStatus(order)
  const status = effective.known ? effective.status : null
  return driftOf({ status, amountYen: order.heldAmountYen, carrier: order.carrier }, fact) === 'moved'
}
