// Stores the simulator's payments, and every change of their status.
import { type Carrier, type Method, type PaymentStatus, plainPaymentId } from '../domain/order.js'
import type { AnswerFields } from './codec.js'
import type { Database } from 'better-sqlite3'

export interface Payment {
  readonly paymentId: string
  readonly tradingId: string
  readonly method: Method
  readonly carrier: Carrier | null
  readonly status: PaymentStatus
  readonly amountYen: number
  /** The payment that a correction replaced with this one. */
  readonly basePaymentId: string | null
  /** The last four digits of the card; null for a payment that did not come by a token. */
  readonly card: string | null
  /** Epoch milliseconds on the simulator's clock, like all times of the ledger. */
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
  /** The cause: a telegram, `customer`, `clock`, `online` (Paygent Online), `fault` or `start`. */
  readonly by: string
}

/** A change of a payment whose id is known. */
export type PastChange = Omit<Change, 'paymentId'>

const COLUMNS = `payment_id AS paymentId, trading_id AS tradingId, method, carrier, status, amount_yen AS amountYen,
  base_payment_id AS basePaymentId, card, authorized_ms AS authorizedMs, sold_ms AS soldMs, cancelled_ms AS cancelledMs,
  due_ms AS dueMs`

export interface PaymentTable {
  find(paymentId: string): Payment | null
  ofTrading(tradingId: string): Payment[]
  all(): Payment[]
  /** Returns the payment whose timer ran out first. */
  due(nowMs: number): Payment | null
  /** Writes the payment, new or known, and the change that led to its state. */
  write(payment: Payment, change: Change): void
  /** Returns the changes in the order in which they happened. */
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
       card, authorized_ms, sold_ms, cancelled_ms, due_ms)
     VALUES (@paymentId, @tradingId, @method, @carrier, @status, @amountYen, @basePaymentId,
       @card, @authorizedMs, @soldMs, @cancelledMs, @dueMs)
     ON CONFLICT (payment_id) DO UPDATE SET status = excluded.status, amount_yen = excluded.amount_yen,
       authorized_ms = excluded.authorized_ms, sold_ms = excluded.sold_ms, cancelled_ms = excluded.cancelled_ms, due_ms = excluded.due_ms`,
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

// Stores notices (091) as Paygent keeps them for the merchant: docs/wire.md#notices.
export interface KeptNotice {
  readonly noticeId: number
  readonly atMs: number
  readonly fields: AnswerFields
}

export interface ListedNotice extends KeptNotice {
  readonly paymentId: string
  /** It was fetched by a call that named no notice. */
  readonly delivered: boolean
  readonly purged: boolean
  /** How often it was pushed; 0 without an address for it. */
  readonly pushTries: number
  /** Null until the receiver has taken it. */
  readonly pushedMs: number | null
  /** The last answer of the shop, cut to a length, or the code of a connection that failed. */
  readonly pushAnswer: string | null
}

export interface NoticeTable {
  add(paymentId: string, atMs: number, fields: AnswerFields): void
  /** Returns null for a purged notice and for an id that never existed. */
  named(noticeId: string): KeptNotice | null
  /**
   * Returns the oldest notice that was not fetched yet and marks it as delivered; `gap` is set when undelivered
   * notices before it were purged. A gap is reported once.
   */
  next(): { readonly notice: KeptNotice; readonly gap: boolean } | null
  /** Purges the notices that are this old or older. */
  purge(untilMs: number): void
  /** Returns every notice, the oldest first. */
  all(): ListedNotice[]
}

interface Row {
  noticeId: number
  atMs: number
  fields: string
}

interface WholeRow extends Row {
  paymentId: string
  delivered: number
  purged: number
  pushTries: number
  pushedMs: number | null
  pushAnswer: string | null
}

const NOTICE_COLUMNS = 'notice_id AS noticeId, at_ms AS atMs, fields'

const kept = <R extends Row>(row: R) => ({ ...row, fields: JSON.parse(row.fields) as AnswerFields })

export function noticeTable(db: Database): NoticeTable {
  const add = db.prepare('INSERT INTO notices (payment_id, at_ms, fields) VALUES (?, ?, ?)')
  const named = db.prepare<[string], Row>(`SELECT ${NOTICE_COLUMNS} FROM notices WHERE notice_id = ? AND purged = 0`)
  const oldest = db.prepare<[], Row>(
    `SELECT ${NOTICE_COLUMNS} FROM notices WHERE delivered = 0 AND purged = 0 ORDER BY notice_id LIMIT 1`,
  )
  const deliver = db.prepare<[number]>('UPDATE notices SET delivered = 1 WHERE notice_id = ?')
  const skip = db.prepare<[number]>(
    'UPDATE notices SET delivered = 1 WHERE delivered = 0 AND purged = 1 AND notice_id < ?',
  )
  const all = db.prepare<[], WholeRow>(
    `SELECT ${NOTICE_COLUMNS}, payment_id AS paymentId, delivered, purged, coalesce(tries, 0) AS pushTries,
       pushed_ms AS pushedMs, answer AS pushAnswer FROM notices LEFT JOIN pushes USING (notice_id) ORDER BY notice_id`,
  )
  const purge = db.prepare<[number]>('UPDATE notices SET purged = 1 WHERE purged = 0 AND at_ms <= ?')
  const next = (): ReturnType<NoticeTable['next']> => {
    const row = oldest.get()
    if (row === undefined) return null
    deliver.run(row.noticeId)
    return { notice: kept(row), gap: skip.run(row.noticeId).changes > 0 }
  }
  return {
    add: (paymentId, atMs, fields) => void add.run(paymentId, atMs, JSON.stringify(fields)),
    named: (noticeId) => {
      const row = named.get(noticeId)
      return row === undefined ? null : kept(row)
    },
    next,
    purge: (untilMs) => void purge.run(untilMs),
    all: () => all.all().map((row) => ({ ...kept(row), delivered: row.delivered === 1, purged: row.purged === 1 })),
  }
}

// Stores how far the push of each notice has come.
export interface NoticeToPush extends KeptNotice {
  readonly tries: number
  /** When it is due, on the simulator's clock; 0 for one that was not tried yet. */
  readonly nextMs: number
}

export interface PushTable {
  /** Returns the oldest notice after this one that no receiver has taken yet. A purged one is not pushed any more. */
  next(afterNoticeId: number): NoticeToPush | null
  /** Returns the number of the latest notice; 0 without one. */
  latest(): number
  /** @param pushedMs null where it has to be pushed again at `nextMs` */
  tried(noticeId: number, push: { nextMs: number; pushedMs: number | null; answer: string }): void
}

export function pushTable(db: Database): PushTable {
  const next = db.prepare<[number], Row & { tries: number; nextMs: number }>(
    `SELECT ${NOTICE_COLUMNS}, coalesce(tries, 0) AS tries, coalesce(next_ms, 0) AS nextMs
     FROM notices LEFT JOIN pushes USING (notice_id)
     WHERE notice_id > ? AND purged = 0 AND pushed_ms IS NULL ORDER BY notice_id LIMIT 1`,
  )
  const latest = db.prepare<[], { id: number }>('SELECT coalesce(max(notice_id), 0) AS id FROM notices')
  // A notice that a reset removed meanwhile is not there any more.
  const tried = db.prepare(
    `INSERT INTO pushes (notice_id, tries, next_ms, pushed_ms, answer)
     SELECT notice_id, 1, @nextMs, @pushedMs, @answer FROM notices WHERE notice_id = @noticeId
     ON CONFLICT (notice_id) DO UPDATE SET tries = tries + 1, next_ms = excluded.next_ms,
       pushed_ms = excluded.pushed_ms, answer = excluded.answer`,
  )
  return {
    next: (after) => {
      const row = next.get(after)
      return row === undefined ? null : kept(row)
    },
    latest: () => latest.get()?.id ?? 0,
    tried: (noticeId, push) => void tried.run({ noticeId, ...push }),
  }
}
