// Stores the pages of a carrier to which customers were sent.
import type { Carrier } from '../domain/order.js'
import type { Database } from 'better-sqlite3'

/** A page of a carrier: the consent of 104, or, with a payment, the application of 100. */
export interface Checkout {
  /** Stands in the address of the page. */
  readonly token: string
  readonly carrier: Carrier
  readonly tradingId: string
  /** Null for a consent. */
  readonly paymentId: string | null
  readonly returnUrl: string
  readonly cancelUrl: string
  /** What a consent has brought. */
  readonly openId: string | null
  /** The first decision stands. A consent is `used` once a payment was applied for with its open id. */
  readonly state: 'open' | 'agreed' | 'cancelled' | 'used' | 'expired'
  /** When it expires, on the simulator's clock; null once nothing can change it any more. */
  readonly dueMs: number | null
}

const COLUMNS = `token, carrier, trading_id AS tradingId, payment_id AS paymentId, return_url AS returnUrl,
  cancel_url AS cancelUrl, open_id AS openId, state, due_ms AS dueMs`

export interface CheckoutTable {
  find(token: string): Checkout | null
  ofOpenId(openId: string): Checkout | null
  /** Returns those that have expired by then, the one that expired first before the others. */
  due(nowMs: number): Checkout[]
  /** Writes a new one, or the state of a known one. */
  write(checkout: Checkout): void
}

export function checkoutTable(db: Database): CheckoutTable {
  const find = db.prepare<[string], Checkout>(`SELECT ${COLUMNS} FROM checkouts WHERE token = ?`)
  const ofOpenId = db.prepare<[string], Checkout>(`SELECT ${COLUMNS} FROM checkouts WHERE open_id = ?`)
  const due = db.prepare<[number], Checkout>(
    `SELECT ${COLUMNS} FROM checkouts WHERE due_ms <= ? ORDER BY due_ms, rowid`,
  )
  const write = db.prepare<[Checkout]>(
    `INSERT INTO checkouts (token, carrier, trading_id, payment_id, return_url, cancel_url, open_id, state, due_ms)
     VALUES (@token, @carrier, @tradingId, @paymentId, @returnUrl, @cancelUrl, @openId, @state, @dueMs)
     ON CONFLICT (token) DO UPDATE SET open_id = excluded.open_id, state = excluded.state, due_ms = excluded.due_ms`,
  )
  return {
    find: (token) => find.get(token) ?? null,
    ofOpenId: (openId) => ofOpenId.get(openId) ?? null,
    due: (nowMs) => due.all(nowMs),
    write: (checkout) => void write.run(checkout),
  }
}
