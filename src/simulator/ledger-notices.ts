// Notices (091) as Paygent keeps them for the merchant: page 2.5.
import type { Database } from 'better-sqlite3'
import type { AnswerFields } from './codec.js'

export interface KeptNotice {
  readonly noticeId: number
  readonly atMs: number
  readonly fields: AnswerFields
}

export interface NoticeTable {
  add(paymentId: string, atMs: number, fields: AnswerFields): void
  /** Null once purged, and for an id that never was. */
  named(noticeId: string): KeptNotice | null
  /**
   * The oldest notice that nobody has fetched, marked as delivered; `gap` when undelivered ones before it were purged.
   * A gap is told once.
   */
  next(): { readonly notice: KeptNotice; readonly gap: boolean } | null
  /** Purges what is as old as this or older. */
  purge(untilMs: number): void
}

interface Row {
  noticeId: number
  atMs: number
  fields: string
}

const COLUMNS = 'notice_id AS noticeId, at_ms AS atMs, fields'

const kept = (row: Row): KeptNotice => ({ ...row, fields: JSON.parse(row.fields) as AnswerFields })

export function noticeTable(db: Database): NoticeTable {
  const add = db.prepare('INSERT INTO notices (payment_id, at_ms, fields) VALUES (?, ?, ?)')
  const named = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM notices WHERE notice_id = ? AND purged = 0`)
  const oldest = db.prepare<[], Row>(
    `SELECT ${COLUMNS} FROM notices WHERE delivered = 0 AND purged = 0 ORDER BY notice_id LIMIT 1`,
  )
  const deliver = db.prepare<[number]>('UPDATE notices SET delivered = 1 WHERE notice_id = ?')
  const skip = db.prepare<[number]>(
    'UPDATE notices SET delivered = 1 WHERE delivered = 0 AND purged = 1 AND notice_id < ?',
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
  }
}
