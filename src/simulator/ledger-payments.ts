// Payments as the simulator holds them, and every change of their status.
import type { Database } from 'better-sqlite3'
import { plainPaymentId, type Carrier, type Method, type PaymentStatus } from '../domain/order.js'

export interface Payment {
  readonly paymentId: string
  readonly tradingId: string
  readonly method: Method
  readonly carrier: Carrier | null
  readonly status: PaymentStatus
  readonly amountYen: number
  /** The payment that a correction replaced with this one. */
  readonly basePaymentId: string | null
  /** Epoch milliseconds on the simulator's clock, as all times of the ledger. */
  readonly authorizedMs: number
  readonly soldMs: number | null
  readonly cancelledMs: number | null
  /** When the next timer runs out. */
  readonly dueMs: number | null
}

export interface Change {
  readonly paymentId: string
  readonly atMs: number
  /** Null for the payment's first status. */
  readonly from: PaymentStatus | null
  readonly to: PaymentStatus
  readonly amountYen: number
  /** A telegram, `clock`, `online` (Paygent Online), `fault` or `start`. */
  readonly by: string
}

const COLUMNS = `payment_id AS paymentId, trading_id AS tradingId, method, carrier, status, amount_yen AS amountYen,
  base_payment_id AS basePaymentId, authorized_ms AS authorizedMs, sold_ms AS soldMs, cancelled_ms AS cancelledMs,
  due_ms AS dueMs`

export interface PaymentTable {
  find(paymentId: string): Payment | null
  ofTrading(tradingId: string): Payment[]
  all(): Payment[]
  /** The payment whose timer ran out first. */
  due(nowMs: number): Payment | null
  /** Writes the payment, new or known, and the change that made it so. */
  write(payment: Payment, change: Change): void
  /** In the order in which they happened. */
  changesOf(paymentId: string): Change[]
}

export function paymentTable(db: Database): PaymentTable {
  const find = db.prepare<[string], Payment>(`SELECT ${COLUMNS} FROM payments WHERE payment_id = ?`)
  const ofTrading = db.prepare<[string], Payment>(`SELECT ${COLUMNS} FROM payments WHERE trading_id = ? ORDER BY rowid`)
  const all = db.prepare<[], Payment>(`SELECT ${COLUMNS} FROM payments ORDER BY rowid`)
  const due = db.prepare<[number], Payment>(
    `SELECT ${COLUMNS} FROM payments WHERE due_ms <= ? ORDER BY due_ms, rowid LIMIT 1`,
  )
  const write = db.prepare<[Payment]>(
    `INSERT INTO payments (payment_id, trading_id, method, carrier, status, amount_yen, base_payment_id,
       authorized_ms, sold_ms, cancelled_ms, due_ms)
     VALUES (@paymentId, @tradingId, @method, @carrier, @status, @amountYen, @basePaymentId,
       @authorizedMs, @soldMs, @cancelledMs, @dueMs)
     ON CONFLICT (payment_id) DO UPDATE SET status = excluded.status, amount_yen = excluded.amount_yen,
       sold_ms = excluded.sold_ms, cancelled_ms = excluded.cancelled_ms, due_ms = excluded.due_ms`,
  )
  const log = db.prepare<[Change]>(
    `INSERT INTO changes (payment_id, at_ms, from_status, to_status, amount_yen, by_whom)
     VALUES (@paymentId, @atMs, @from, @to, @amountYen, @by)`,
  )
  const changesOf = db.prepare<[string], Change>(
    `SELECT payment_id AS paymentId, at_ms AS atMs, from_status AS "from", to_status AS "to",
       amount_yen AS amountYen, by_whom AS "by" FROM changes
     WHERE payment_id = ? ORDER BY change_id`,
  )
  return {
    find: (paymentId) => find.get(paymentId) ?? find.get(plainPaymentId(paymentId)) ?? null,
    ofTrading: (tradingId) => ofTrading.all(tradingId),
    all: () => all.all(),
    due: (nowMs) => due.get(nowMs) ?? null,
    write: (payment, change) => {
      write.run(payment)
      log.run(change)
    },
    changesOf: (paymentId) => changesOf.all(paymentId),
  }
}
