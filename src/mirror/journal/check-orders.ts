// Checks orders and their payments against the audit trail.
import type { Connection } from '../connection.js'
import { WAITS } from '../payments.js'
import { type Contradictions, plainOrNull, sidesOf } from './contradictions.js'
import type { Replay } from './replay.js'

export class OrdersCheck {
  readonly unchecked = { ordersWithoutRequest: 0, ordersOfOldEntries: 0, payments: 0 }

  constructor(
    private readonly connection: Connection,
    private readonly replay: Replay,
    private readonly found: Contradictions,
  ) {}

  /** Runs after the attempts, because by then the replay holds the plans' data about each order. */
  all(): void {
    this.#orders()
    this.#payments()
    this.#holds()
  }

  /** A hold keeps money from moving, so one that was put or taken away by hand is found. */
  #holds(): void {
    const rows = this.connection.all<HoldRow>('SELECT order_id, note, at_ms, os_user FROM holds')
    for (const [orderId, row, hold] of sidesOf(rows, ({ order_id }) => order_id, this.replay.holds)) {
      this.found.compare('order', { orderId }, { hold_note: [row?.note ?? null, hold?.note ?? null] })
      if (row === undefined) continue
      this.found.compare(
        'order',
        { orderId },
        { hold_at_ms: [row.at_ms, hold?.atMs ?? null], hold_os_user: [row.os_user, hold?.osUser ?? null] },
      )
    }
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
          payment_id: [
            plainOrNull(row.payment_id),
            order.paymentId === undefined ? undefined : plainOrNull(order.paymentId),
          ],
          total_yen: [row.total_yen, order.totalYen],
          touched: [row.touched, 1],
        },
      )
      const told = [order.kind, order.paymentId, order.totalYen, order.attention]
      if (told.includes(undefined)) this.unchecked.ordersOfOldEntries += 1
    }
    // Only an entry makes an order wait for an operator.
    for (const { order_id: orderId } of this.connection.all<{ order_id: string }>(SELECT_WAITING)) {
      if (!this.replay.orders.has(orderId)) this.found.compare('order', { orderId }, { attention: [1, 0] })
    }
  }

  #has(orderId: string, paymentId: string): void {
    const ids = this.connection.all<{ payment_id: string | null }>(
      'SELECT payment_id FROM payments WHERE order_id = ?',
      orderId,
    )
    if (!ids.some((row) => plainOrNull(row.payment_id) === plainOrNull(paymentId)))
      this.found.tell('payment', { orderId }, 'payment_id', null, paymentId)
  }

  #payments(): void {
    const rows = this.connection.all<PaymentRow>(
      'SELECT order_id, payment_id, status, held_amount_yen, entry FROM payments WHERE entry IS NOT NULL ORDER BY id',
    )
    const { n } = this.connection.get<{ n: number }>('SELECT count(*) AS n FROM payments') ?? { n: 0 }
    this.unchecked.payments = n - rows.length
    for (const { order_id: orderId, payment_id: paymentId, status, held_amount_yen: heldYen, entry } of rows) {
      const carried = this.replay.carried.get(entry)?.find(([id]) => plainOrNull(id) === plainOrNull(paymentId))
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

interface HoldRow {
  readonly order_id: string
  readonly note: string
  readonly at_ms: number
  readonly os_user: string
}

interface PaymentRow {
  readonly order_id: string
  readonly payment_id: string | null
  readonly status: string | null
  readonly held_amount_yen: number | null
  readonly entry: number
}
