// Keeps the orders that a person has put on hold. Neither writer needs the run lock: the transaction that writes an
// intent reads the order again, so a hold works at once, also while a batch sends.
import type { Order } from '../domain/order.js'
import { maskCardNumbers } from '../text/card-number.js'
import type { Connection } from './connection.js'
import type { Identity, Trail } from './journal/trail.js'
import type { MirrorOrders } from './orders.js'

/** The order after the change, and whether it was on hold before. */
export interface HoldChange {
  readonly order: Order
  readonly wasOnHold: boolean
}

const PLACE = `
INSERT INTO holds (order_id, note, at_ms, os_user) VALUES (?, ?, ?, ?)
ON CONFLICT (order_id) DO UPDATE SET note = excluded.note, at_ms = excluded.at_ms, os_user = excluded.os_user`

const SELECT_HELD = 'SELECT order_id FROM holds ORDER BY at_ms, CAST(order_id AS INTEGER)'

export class MirrorHolds {
  constructor(
    private readonly connection: Connection,
    private readonly orders: MirrorOrders,
    private readonly trail: Trail,
    private readonly identity: Identity,
  ) {}

  /** Puts the order on hold; one that is on hold already gets the new note. Null for an unknown order. */
  place(orderId: string, note: string, atMs: number): HoldChange | null {
    return this.#change(orderId, () => {
      const kept = maskCardNumbers(note)
      this.connection.run(PLACE, orderId, kept, atMs, this.identity.osUser)
      this.trail.append('hold', { orderId, outcome: 'placed', detail: kept }, atMs)
    })
  }

  /** Ends the hold; an order that is not on hold stays as it is. Null for an unknown order. */
  undo(orderId: string, note: string | null, atMs: number): HoldChange | null {
    return this.#change(orderId, (wasOnHold) => {
      if (!wasOnHold) return
      this.connection.run('DELETE FROM holds WHERE order_id = ?', orderId)
      const detail = note === null ? null : maskCardNumbers(note)
      this.trail.append('hold', { orderId, outcome: 'undone', detail }, atMs)
    })
  }

  #change(orderId: string, write: (wasOnHold: boolean) => void): HoldChange | null {
    return this.connection.write(() => {
      const [before] = this.orders.find([orderId])
      if (before === undefined) return null
      const wasOnHold = before.hold !== null
      write(wasOnHold)
      const [order = before] = this.orders.find([orderId])
      return { order, wasOnHold }
    })
  }

  /** Returns every order on hold, the one that is on hold for longest first. */
  list(): Order[] {
    return this.orders.find(
      this.connection.all<{ order_id: string }>(SELECT_HELD).map(({ order_id: orderId }) => orderId),
    )
  }
}
