// Orders and their payments against the audit trail.
import { plainPaymentId } from '../domain/order.js'
import { WAITS } from './booked.js'
import type { Connection } from './connection.js'
import type { Contradictions } from './contradictions.js'
import type { Replay } from './replay.js'

export class OrdersCheck {
  readonly unchecked = { ordersWithoutRequest: 0, ordersOfOldEntries: 0, payments: 0 }

  constructor(
    private readonly connection: Connection,
    private readonly replay: Replay,
    private readonly found: Contradictions,
  ) {}

  /** After the attempts: what their plans tell of an order stands in the replay by then. */
  all(): void {
    this.#orders()
    this.#payments()
  }

  #orders(): void {
    const { n } = this.connection.get<{ n: number }>('SELECT count(*) AS n FROM orders') ?? { n: 0 }
    const requested = [...this.replay.orders].filter(([, order]) => order.requested)
    this.unchecked.ordersWithoutRequest = Math.max(0, n - requested.length)
    for (const [orderId, order] of this.replay.orders) {
      const row = this.connection.get<OrderRow>(SELECT_ORDER, orderId)
      if (row === undefined) {
        this.found.row('order', { orderId }, false)
        continue
      }
      this.found.compare('order', { orderId }, { attention: [row.attention, order.attention] })
      for (const [paymentId] of order.payments) if (paymentId !== null) this.#has(orderId, paymentId)
      if (!order.requested) continue
      this.found.compare(
        'order',
        { orderId },
        {
          kind: [row.kind, order.kind],
          payment_id: [plain(row.payment_id), order.paymentId === undefined ? undefined : plain(order.paymentId)],
          total_yen: [row.total_yen, order.totalYen],
          touched: [row.touched, 1],
        },
      )
      const told = [order.kind, order.paymentId, order.totalYen, order.attention]
      if (told.includes(undefined)) this.unchecked.ordersOfOldEntries += 1
    }
    // Only an entry makes an order wait for a person.
    for (const { order_id: orderId } of this.connection.all<{ order_id: string }>(SELECT_WAITING)) {
      if (!this.replay.orders.has(orderId)) this.found.compare('order', { orderId }, { attention: [1, 0] })
    }
  }

  #has(orderId: string, paymentId: string): void {
    const ids = this.connection.all<{ payment_id: string | null }>(
      'SELECT payment_id FROM payments WHERE order_id = ?',
      orderId,
    )
    if (!ids.some((row) => plain(row.payment_id) === plain(paymentId)))
      this.found.tell('payment', { orderId }, 'payment_id', null, paymentId)
  }

  #payments(): void {
    const rows = this.connection.all<PaymentRow>(
      'SELECT order_id, payment_id, status, held_amount_yen, entry FROM payments WHERE entry IS NOT NULL ORDER BY id',
    )
    const { n } = this.connection.get<{ n: number }>('SELECT count(*) AS n FROM payments') ?? { n: 0 }
    this.unchecked.payments = n - rows.length
    for (const { order_id: orderId, payment_id: paymentId, status, held_amount_yen: heldYen, entry } of rows) {
      const carried = this.replay.carried.get(entry)?.find(([id]) => plain(id) === plain(paymentId))
      if (carried === undefined) this.found.tell('payment', { orderId }, 'payment_id', paymentId, null)
      else
        this.found.compare(
          'payment',
          { orderId },
          { status: [status, carried[1]], held_amount_yen: [heldYen, carried[2]] },
        )
    }
  }
}

/** A payment id is a number, written with or without leading zeros; entries and plans keep it as it was written. */
export const plain = (paymentId: string | null): string | null =>
  paymentId === null ? null : plainPaymentId(paymentId)

const SELECT_ORDER = `
SELECT o.kind, o.total_yen, ${WAITS} AS attention, o.touched, p.payment_id
FROM orders o LEFT JOIN payments p ON p.id = o.payment WHERE o.order_id = ?`
const SELECT_WAITING = `SELECT order_id FROM orders o WHERE ${WAITS} = 1`

interface OrderRow {
  readonly kind: string
  readonly total_yen: number
  readonly attention: number
  readonly touched: number
  readonly payment_id: string | null
}

interface PaymentRow {
  readonly order_id: string
  readonly payment_id: string | null
  readonly status: string | null
  readonly held_amount_yen: number | null
  readonly entry: number
}
