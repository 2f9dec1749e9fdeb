// The mirror as somebody else sees it: a second handle of SQLite, which knows what is committed and nothing else.
import type { MoneyTelegram, Order } from '../../src/domain/order.js'
import type { AttemptState } from '../../src/domain/outcome.js'
import type { PaymentRecord } from '../../src/domain/run.js'
import { Connection } from '../../src/mirror/connection.js'
import { Trail } from '../../src/mirror/journal/trail.js'
import { type BooksCheck, verifyBooks } from '../../src/mirror/journal/verify.js'
import { MirrorOrders } from '../../src/mirror/orders.js'
import Database from 'better-sqlite3'

/** An attempt with the item of the plan that it is for. */
export interface Intent {
  readonly attemptId: number
  readonly runId: number
  readonly position: number
  readonly orderId: string
  readonly state: AttemptState
  readonly code: string | null
  readonly telegram: MoneyTelegram
  readonly paymentId: string
  readonly tradingId: string
  readonly plannedStatus: string
  readonly heldAmountYen: number
  readonly totalYen: number
  readonly amountYen: number
}

const SELECT = `
SELECT a.id AS attemptId, a.run_id AS runId, a.position, a.order_id AS orderId, a.state, a.code, i.telegram,
  i.payment_id AS paymentId, i.trading_id AS tradingId, i.planned_status AS plannedStatus,
  i.held_amount_yen AS heldAmountYen, i.total_yen AS totalYen, i.amount_yen AS amountYen
FROM attempts a JOIN run_items i USING (run_id, position)`

const NOBODY = { osUser: '', sudoUser: null, host: '', version: '', pid: 0 }

export class Books {
  readonly #connection: Connection
  readonly #orders: MirrorOrders

  constructor(path: string) {
    this.#connection = new Connection(path, new Database(path, { readonly: true }))
    this.#orders = new MirrorOrders(this.#connection)
  }

  /** What is about to be sent; at most one of them in a mirror that is in order. */
  prepared(): Intent[] {
    return this.#connection.all<Intent>(`${SELECT} WHERE a.state = 'prepared'`)
  }

  /** Every attempt, the oldest first. */
  attempts(): Intent[] {
    return this.#connection.all<Intent>(`${SELECT} ORDER BY a.id`)
  }

  order(orderId: string): Order {
    const [order] = this.#orders.find([orderId])
    if (!order) throw new Error(`no order ${orderId}`)
    return order
  }

  payments(orderId: string): PaymentRecord[] {
    return this.#orders.payments(orderId)
  }

  verify(): BooksCheck {
    const id = this.#connection.get<{ value: string }>(`SELECT value FROM meta WHERE name = 'id'`)?.value ?? ''
    return verifyBooks(this.#connection, new Trail(this.#connection, id, NOBODY), null)
  }

  /** The fields in which the shop shows the order otherwise. */
  disputed(orderId: string): string[] {
    const sql = 'SELECT key FROM conflicts, json_each(theirs) WHERE order_id = ?'
    return this.#connection.all<{ key: string }>(sql, orderId).map(({ key }) => key)
  }

  /** Whether the trail says what Paygent told, or did not tell, after the attempt was accepted. */
  isAskedAfter(attemptId: number): boolean {
    return (
      this.#connection.get(`SELECT 1 FROM journal WHERE attempt_id = ? AND event = 'asked-after'`, attemptId) !==
      undefined
    )
  }

  /** What became of each notice that the mirror knows, by its number. */
  notices(): Map<number, string> {
    const rows = this.#connection.all<{ id: number; fate: string }>('SELECT notice_id AS id, fate FROM notices')
    return new Map(rows.map(({ id, fate }) => [id, fate]))
  }

  hasConflicts(): boolean {
    return this.#connection.get('SELECT 1 FROM conflicts LIMIT 1') !== undefined
  }

  /** Epoch milliseconds of the last entry; 0 for an empty journal. */
  lastEntryMs(): number {
    return this.#connection.get<{ ms: number | null }>('SELECT max(at_ms) AS ms FROM journal')?.ms ?? 0
  }

  close(): void {
    this.#connection.close()
  }
}
