// Stores Paygent's notices as they arrived, each once, and their outcomes.
import type { Notice, NoticeFate, NoticeOwner } from '../domain/answer.js'
import { plainPaymentId } from '../domain/order.js'
import type { Inbox } from '../ports.js'
import type { Connection } from './connection.js'
import type { MirrorLock } from './lock.js'

interface NoticeRow {
  readonly notice_id: number
  readonly change_date: string | null
  readonly payment_type: string
  readonly payment_id: string
  readonly trading_id: string
  readonly status: string
  readonly amount_yen: number
}

export class MirrorNotices implements Inbox {
  constructor(
    private readonly connection: Connection,
    private readonly lock: MirrorLock,
  ) {}

  lastId(): number | null {
    return this.connection.get<{ id: number | null }>('SELECT max(notice_id) AS id FROM notices')?.id ?? null
  }

  missing(limit: number): number[] {
    return this.connection
      .all<{ id: number }>(
        `WITH RECURSIVE hole (after_id, before_id) AS (
           SELECT notice_id, next_id FROM (
             SELECT notice_id, lead(notice_id) OVER (ORDER BY notice_id) AS next_id FROM notices
           ) WHERE next_id > notice_id + 1
         ), lost (id, before_id) AS (
           SELECT after_id + 1, before_id FROM hole
           UNION ALL SELECT id + 1, before_id FROM lost WHERE id + 1 < before_id
           LIMIT ?
         ) SELECT id FROM lost ORDER BY id`,
        limit,
      )
      .map(({ id }) => id)
  }

  store(notice: Notice, atMs: number): boolean {
    const { noticeId, changeDate, paymentType, paymentId, tradingId, status, amountYen } = notice
    return this.lock.asOwner(
      () =>
        this.connection.run(
          `INSERT INTO notices (notice_id, change_date, payment_type, payment_id, trading_id, status, amount_yen, fate,
             received_ms) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?)
           ON CONFLICT (notice_id) DO UPDATE SET change_date = excluded.change_date,
             payment_type = excluded.payment_type, payment_id = excluded.payment_id, trading_id = excluded.trading_id,
             status = excluded.status, amount_yen = excluded.amount_yen, fate = 'pending',
             received_ms = excluded.received_ms, decided_ms = NULL WHERE fate = 'purged'`,
          Number(noticeId),
          changeDate,
          paymentType,
          paymentId,
          tradingId,
          status,
          amountYen,
          atMs,
        ).changes === 1,
    )
  }

  purged(noticeId: number, atMs: number): void {
    this.lock.asOwner(() =>
      this.connection.run(
        `INSERT INTO notices (notice_id, fate, received_ms) VALUES (?, 'purged', ?) ON CONFLICT (notice_id) DO NOTHING`,
        noticeId,
        atMs,
      ),
    )
  }

  unexplained(): number[] {
    return this.connection
      .all<{ id: number }>(
        `SELECT notice_id AS id FROM notices WHERE fate = 'purged' AND decided_ms IS NULL ORDER BY notice_id`,
      )
      .map(({ id }) => id)
  }

  explain(atMs: number): void {
    this.lock.asOwner(() =>
      this.connection.run(`UPDATE notices SET decided_ms = ? WHERE fate = 'purged' AND decided_ms IS NULL`, atMs),
    )
  }

  noteInVain(orderId: string, atMs: number): void {
    this.lock.asOwner(() =>
      this.connection.run(
        `INSERT INTO inquired_in_vain (order_id, at_ms) VALUES (?, ?)
         ON CONFLICT (order_id) DO UPDATE SET at_ms = excluded.at_ms`,
        orderId,
        atMs,
      ),
    )
  }

  askedInVain(): Map<string, number> {
    const rows = this.connection.all<{ order_id: string; at_ms: number }>(
      'SELECT order_id, at_ms FROM inquired_in_vain',
    )
    return new Map(rows.map((row) => [row.order_id, row.at_ms]))
  }

  pending(): Notice[] {
    return this.connection
      .all<NoticeRow>(
        `SELECT * FROM notices n WHERE fate = 'pending' OR (fate = 'unknown-payment' AND EXISTS (
           SELECT 1 FROM payments p WHERE p.payment_id = CAST(CAST(n.payment_id AS INTEGER) AS TEXT))) ORDER BY notice_id`,
      )
      .map((row) => ({
        noticeId: String(row.notice_id),
        changeDate: row.change_date,
        paymentType: row.payment_type,
        paymentId: plainPaymentId(row.payment_id),
        tradingId: row.trading_id,
        status: row.status,
        amountYen: row.amount_yen,
      }))
  }

  decide(noticeId: string, fate: Exclude<NoticeFate, 'pending' | 'purged'>, atMs: number): void {
    this.lock.asOwner(() =>
      this.connection.run(
        'UPDATE notices SET fate = ?, decided_ms = ? WHERE notice_id = ?',
        fate,
        atMs,
        Number(noticeId),
      ),
    )
  }

  ownerOf({ paymentId }: Pick<Notice, 'paymentId'>): NoticeOwner | null {
    const owners = this.connection.all<{ order_id: string; current: number }>(
      `SELECT p.order_id, p.id = o.payment AS current FROM payments p JOIN orders o USING (order_id)
       WHERE p.payment_id = ? ORDER BY current DESC, p.id DESC`,
      paymentId,
    )
    const [owner] = owners
    return owner === undefined ? null : { orderId: owner.order_id, current: owner.current === 1 }
  }

  ordersOfTrading(tradingId: string): string[] {
    return this.connection
      .all<{ order_id: string }>(
        'SELECT DISTINCT order_id FROM payments WHERE trading_id = ? ORDER BY order_id',
        tradingId,
      )
      .map((row) => row.order_id)
  }
}
