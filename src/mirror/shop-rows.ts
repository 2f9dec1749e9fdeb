// What the mirror remembers of the shop's own database: the rows as they were read, and what has been written back.
import { GONE_ORDER_STATUS } from '../domain/fence.js'
import { plainPaymentId, type Kind } from '../domain/order.js'
import {
  type ShopReading,
  type ShopRow,
  type ShopTaken,
  type ShopWrite,
  type UntoldAttempt,
  type UntoldOrder,
} from '../domain/shop.js'
import type { ShopBooks } from '../ports.js'
import type { Connection } from './connection.js'
import { noteImport } from './import.js'
import { takeReading } from './intake.js'
import type { MirrorLock } from './lock.js'
import { orderOf } from './order-rows.js'
import { rowOf } from './orders.js'
import type { Trail } from './trail.js'

interface KeptRow {
  readonly kind: string | null
  readonly payment_id: string | null
  readonly status: string | null
  readonly total_yen: number
  readonly gone_ms: number | null
}

export class MirrorShopRows implements ShopBooks {
  constructor(
    private readonly connection: Connection,
    private readonly lock: MirrorLock,
    private readonly trail: Trail,
  ) {}

  take(readings: readonly ShopReading[], atMs: number): ShopTaken[] {
    return this.lock.asHolder(() => readings.map((reading) => takeReading(this.connection, 'shop', reading, atMs)))
  }

  finishPull(seen: ReadonlySet<string>, atMs: number): { orderId: string; touched: boolean }[] {
    return this.lock.asHolder(() => {
      const known = this.connection.all<{ order_id: string; touched: number }>(
        'SELECT s.order_id, o.touched FROM shop_rows s JOIN orders o USING (order_id) WHERE s.gone_ms IS NULL',
      )
      const gone = known.filter((row) => !seen.has(row.order_id))
      for (const { order_id: orderId } of gone) {
        this.connection.run('UPDATE shop_rows SET gone_ms = ? WHERE order_id = ?', atMs, orderId)
        this.connection.run('UPDATE orders SET order_status = ? WHERE order_id = ?', GONE_ORDER_STATUS, orderId)
      }
      noteImport(this.connection, atMs)
      this.trail.append('pulled', { detail: `${seen.size} orders, ${gone.length} gone` }, atMs)
      return gone.map((row) => ({ orderId: row.order_id, touched: row.touched === 1 }))
    })
  }

  asRead(orderId: string): ShopRow | null {
    const kept = this.connection.get<KeptRow>('SELECT * FROM shop_rows WHERE order_id = ?', orderId)
    if (kept === undefined) return null
    const { kind, payment_id: paymentId, status, total_yen: totalYen } = kept
    return { kind, paymentId, status, totalYen }
  }

  untold(): UntoldOrder[] {
    const attempts = this.connection.all<UntoldRow>(SELECT_UNTOLD)
    const byOrder = new Map<string, UntoldRow[]>()
    for (const row of attempts) byOrder.set(row.order_id, [...(byOrder.get(row.order_id) ?? []), row])
    return [...byOrder].map(([orderId, rows]) => {
      const row = rowOf(this.connection, orderId)
      if (row === null) throw new Error(`order ${orderId} has attempts and is not in the mirror`)
      const { kind, paymentId, openAttempt, attention, conflict } = orderOf(row)
      const unsettled = openAttempt || attention
      return {
        orderId,
        kind,
        paymentId,
        unsettled,
        conflict,
        asRead: this.asRead(orderId),
        attempts: rows.map(untoldOf),
      }
    })
  }

  told(
    orderId: string,
    attemptIds: readonly number[],
    fate: 'written' | 'already' | 'superseded',
    written: ShopWrite['accepted'],
    atMs: number,
  ): void {
    this.lock.asHolder(() => {
      for (const attemptId of attemptIds) {
        this.connection.run('INSERT INTO pushes (attempt_id, fate, at_ms) VALUES (?, ?, ?)', attemptId, fate, atMs)
      }
      if (written !== null) {
        this.connection.run(
          'UPDATE shop_rows SET kind = ?, payment_id = ? WHERE order_id = ?',
          written.kind,
          written.paymentId,
          orderId,
        )
      }
      const { kind: telegram = null, paymentId = null } = written ?? {}
      this.trail.append('pushed', { orderId, paymentId, telegram, outcome: fate }, atMs)
    })
  }
}

interface UntoldRow {
  readonly id: number
  readonly order_id: string
  readonly state: 'accepted' | 'rejected'
  readonly telegram: UntoldAttempt['telegram']
  readonly kind: Kind
  readonly payment_id: string
  readonly new_payment_id: string | null
  readonly code: string | null
  readonly detail: string | null
}

const SELECT_UNTOLD = `
SELECT a.id, a.order_id, a.state, i.telegram, i.kind, i.payment_id, a.new_payment_id, a.code, a.detail
FROM attempts a JOIN run_items i USING (run_id, position)
WHERE a.state IN ('accepted', 'rejected') AND a.id NOT IN (SELECT attempt_id FROM pushes)
ORDER BY a.id`

const untoldOf = (row: UntoldRow): UntoldAttempt => ({
  attemptId: row.id,
  outcome: row.state,
  telegram: row.telegram,
  kind: row.kind,
  paymentId: plainPaymentId(row.payment_id),
  newPaymentId: row.new_payment_id === null ? null : plainPaymentId(row.new_payment_id),
  code: row.code,
  detail: row.detail,
})
