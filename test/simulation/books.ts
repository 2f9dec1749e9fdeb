// Reads the mirror as another process sees it: by a second handle of SQLite, which sees only committed data.
import type { MoneyTelegram, Order } from '../../src/domain/order.js'
import type { AttemptState } from '../../src/domain/outcome.js'
import type { PaymentRecord } from '../../src/domain/run.js'
import { Connection } from '../../src/mirror/connection.js'
import { Trail } from '../../src/mirror/journal/trail.js'
import { type MirrorCheck, verifyMirror } from '../../src/mirror/journal/verify.js'
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
  readonly detail: string | null
  /** Of the plan. */
  readonly kind: string
  readonly telegram: MoneyTelegram
  readonly paymentId: string
  /** That the request has made. */
  readonly newPaymentId: string | null
  readonly tradingId: string
  readonly plannedStatus: string
  readonly heldAmountYen: number
  readonly totalYen: number
  readonly amountYen: number
}

const SELECT = `
SELECT a.id AS attemptId, a.run_id AS runId, a.position, a.order_id AS orderId, a.state, a.code, a.detail,
  a.new_payment_id AS newPaymentId, i.kind, i.telegram,
  i.payment_id AS paymentId, i.trading_id AS tradingId, i.planned_status AS plannedStatus,
  i.held_amount_yen AS heldAmountYen, i.total_yen AS totalYen, i.amount_yen AS amountYen
FROM attempts a JOIN run_items i USING (run_id, position)`

/** Attempts that the mirror calls told at one moment. */
export interface Telling {
  readonly orderId: string
  readonly fate: 'written' | 'already' | 'superseded'
  readonly why: 'gone' | 'left' | null
  readonly attemptIds: number[]
}

const NOBODY = { osUser: '', sudoUser: null, host: '', version: '', pid: 0 }

export class Books {
  readonly #connection: Connection
  readonly #orders: MirrorOrders

  constructor(path: string) {
    this.#connection = new Connection(path, new Database(path, { readonly: true }))
    this.#orders = new MirrorOrders(this.#connection)
  }

  /** The attempts that are about to be sent; at most one of them in a mirror that is in order. */
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

  verify(): MirrorCheck {
    const id = this.#connection.get<{ value: string }>(`SELECT value FROM meta WHERE name = 'id'`)?.value ?? ''
    return verifyMirror(this.#connection, new Trail(this.#connection, id, NOBODY), null)
  }

  /** The attempts of which the shop has been told, or is not to be told any more. */
  tellings(): Telling[] {
    const rows = this.#connection.all<Omit<Telling, 'attemptIds'> & { atMs: number; attemptId: number }>(
      `SELECT attempt_id AS attemptId, order_id AS orderId, fate, why, p.at_ms AS atMs
       FROM pushes p JOIN attempts a ON a.id = p.attempt_id ORDER BY a.id`,
    )
    const tellings = new Map<string, Telling>()
    for (const { atMs, attemptId, ...row } of rows) {
      const key = JSON.stringify([row.orderId, atMs, row.fate, row.why])
      const telling = tellings.get(key) ?? { ...row, attemptIds: [] }
      telling.attemptIds.push(attemptId)
      tellings.set(key, telling)
    }
    return [...tellings.values()]
  }

  /** Settled attempts of which the shop has not been told, by order. */
  owed(): Map<string, Intent[]> {
    const owed = new Map<string, Intent[]>()
    const sql = `${SELECT} WHERE a.state IN ('accepted', 'rejected')
      AND NOT EXISTS (SELECT 1 FROM pushes p WHERE p.attempt_id = a.id) ORDER BY a.id`
    for (const intent of this.#connection.all<Intent>(sql))
      owed.set(intent.orderId, [...(owed.get(intent.orderId) ?? []), intent])
    return owed
  }

  /** The shop's row as the mirror has it; null where it never read one. */
  shopRow(orderId: string): { readonly kind: string | null; readonly paymentId: string | null } | null {
    const sql = 'SELECT kind, payment_id AS paymentId FROM shop_rows WHERE order_id = ?'
    return this.#connection.get<{ kind: string | null; paymentId: string | null }>(sql, orderId) ?? null
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

  /** The fate of each notice that the mirror knows, by its number. */
  notices(): Map<number, string> {
    const rows = this.#connection.all<{ id: number; fate: string }>('SELECT notice_id AS id, fate FROM notices')
    return new Map(rows.map(({ id, fate }) => [id, fate]))
  }

  /** The number of the entry that says that the attempt's intent is written; null where there is none. */
  preparedAt(attemptId: number): number | null {
    const sql = `SELECT max(seq) AS seq FROM journal WHERE attempt_id = ? AND event = 'prepared'`
    return this.#connection.get<{ seq: number | null }>(sql, attemptId)?.seq ?? null
  }

  /** The number of the newest entry. */
  lastSeq(): number {
    return this.#connection.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM journal')?.seq ?? 0
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
