// Remembers the data of the shop's own database: the rows as they were read, and the values that have been written
// back.
import type { AttentionCause } from '../../domain/difference.js'
import { type MethodNames, namesAnother } from '../../domain/method-names.js'
import { GONE_ORDER_STATUS, type StatusSetting } from '../../domain/order-status.js'
import { type Kind, plainPaymentId } from '../../domain/order.js'
import {
  type GoneOrder,
  type ImportRow,
  type OtherMethodReading,
  type PullTaken,
  type SharedPayment,
  type ShopReading,
  type ShopRow,
  type ShopTaken,
  type ShopWrite,
  type ReportFate,
  type UnreportedAttempt,
  type UnreportedOrder,
  asciiErrorText,
  errorTextOf,
  hasMissedNotice,
  holdsByError,
  NOTICE_MOVES,
} from '../../domain/shop.js'
import type { ShopRecords } from '../../ports.js'
import { maskCardNumbers } from '../../text/card-number.js'
import { comparedName } from '../../text/names.js'
import type { Connection } from '../connection.js'
import type { Trail } from '../journal/trail.js'
import type { MirrorLock } from '../lock.js'
import { listed, orderOf, samePayment } from '../order-rows.js'
import { rowOf, sharedPaymentsIn } from '../orders.js'
import { purgedText } from '../purge.js'
import { masked } from './import-orders.js'
import { noteImport } from './import.js'
import { takeReading } from './intake.js'
import { endUnfinished, keepUnfinished, lastPulledMs, unfinishedPull, unnamed, UnreadableRows } from './pull-news.js'
import { knownOf, methodTextsOf } from './readings.js'

// Stores the error text of the shop's own rows. Each pull reads it. An order whose money may have moved twice is held
// for an operator.
/**
 * Call it inside the transaction that takes the reading, after the reading is taken. A text for which the order was
 * held once does not hold it again.
 */
export function noteShopError(
  connection: Connection,
  { row: { orderId }, asRead, errorText }: Extract<ShopReading, { type: 'order' }>,
): void {
  const text = maskCardNumbers(errorText ?? '')
  const isPurged = keepErrorText(connection, orderId, text)
  // After a row without an error the same words are about something new.
  const clears = 'UPDATE shop_rows SET held_error = NULL WHERE order_id = ? AND held_error IS NOT NULL'
  if (text === '') connection.run(clears, orderId)
  if (!holdsByError(asRead.kind, text) || isOurs(connection, orderId, text)) return
  const order = rowOf(connection, orderId)
  // The existing reason for waiting comes first; the next pull checks again.
  if (order === null || order.attention === 1 || order.open_attempt === 1) return
  const held = 'UPDATE shop_rows SET held_error = :mark WHERE order_id = :orderId AND held_error IS NOT :mark'
  if (connection.run(held, { mark: isPurged ? purgedText(text) : text, orderId }).changes === 0) return
  const cause: AttentionCause = 'shop-error'
  connection.run('UPDATE orders SET attention = 1, attention_cause = ? WHERE order_id = ?', cause, orderId)
}

/** Keeps the text, or of a purged order no more than its mark. @returns whether the order is purged */
function keepErrorText(connection: Connection, orderId: string, text: string): boolean {
  const isPurged = connection.get('SELECT 1 FROM orders WHERE order_id = ? AND purged = 1', orderId) !== undefined
  connection.run('UPDATE shop_rows SET error_text = :kept WHERE order_id = :orderId AND error_text IS NOT :kept', {
    kept: isPurged && text !== '' ? purgedText(text) : text,
    orderId,
  })
  return isPurged
}

/** Whether this tool has written the text: the error text of a request that Paygent refused. */
const isOurs = (connection: Connection, orderId: string, text: string): boolean =>
  connection
    .all<{ code: string | null; detail: string | null }>(
      `SELECT code, detail FROM attempts WHERE order_id = ? AND state = 'rejected'`,
      orderId,
    )
    .some((attempt) => [errorTextOf(attempt), asciiErrorText(errorTextOf(attempt))].includes(text))

/** Returns the number of orders with an error in the shop. */
export const countShopErrors = (connection: Connection): number =>
  connection.get<{ n: number }>(
    `SELECT count(*) AS n FROM shop_rows s JOIN orders o USING (order_id)
     WHERE s.error_text <> '' AND s.gone_ms IS NULL AND o.purged = 0`,
  )?.n ?? 0

interface KeptRow {
  readonly kind: string | null
  readonly payment_id: string | null
  readonly status: string | null
  readonly total_yen: number
  readonly gone_ms: number | null
}

export class MirrorShopRows implements ShopRecords {
  /** Orders of which this pull brings news; an order that the shop gives twice is no news the second time. */
  readonly #news = new Set<string>()

  constructor(
    private readonly connection: Connection,
    private readonly lock: MirrorLock,
    private readonly trail: Trail,
    private readonly statuses: StatusSetting,
    private readonly methods: MethodNames,
  ) {}

  take(readings: readonly (ShopReading | OtherMethodReading)[], atMs: number): PullTaken[] {
    return this.lock.asOwner(() => {
      const { connection } = this
      const unreadable = new UnreadableRows(connection)
      const unfinished = unfinishedPull(connection)
      const orderIds = new Set(unfinished?.orderIds)
      const taken = readings.map((reading) => {
        const orderId = reading.type === 'order' ? reading.row.orderId : reading.orderId
        const noted = unreadable.noted(reading, this.#take(reading, atMs))
        const what = orderIds.has(orderId) && !this.#news.has(orderId) ? unnamed(connection, orderId, noted) : noted
        if (typeof what !== 'string' || (what === 'left-out' && reading.type === 'unreadable')) {
          orderIds.add(orderId)
          this.#news.add(orderId)
        }
        if (reading.type === 'order') noteShopError(connection, reading)
        return what
      })
      unreadable.keep()
      if (unfinished !== null && orderIds.size > unfinished.orderIds.length)
        keepUnfinished(connection, { ...unfinished, orderIds: [...orderIds] })
      return taken
    })
  }

  beginPull(): readonly SharedPayment[] {
    this.#news.clear()
    return this.lock.asOwner(() => {
      const cutOff = unfinishedPull(this.connection)
      if (cutOff !== null) return cutOff.sharedBefore
      const sharedBefore = sharedPaymentsIn(this.connection)
      keepUnfinished(this.connection, { sharedBefore, orderIds: [] })
      return sharedBefore
    })
  }

  #take(reading: ShopReading | OtherMethodReading, nowMs: number): ShopTaken {
    const { connection, statuses, methods } = this
    return takeReading(connection, reading, { source: 'shop', statuses, methods, nowMs })
  }

  unseen(seen: ReadonlySet<string>): string[] {
    return this.#known()
      .map((row) => row.order_id)
      .filter((orderId) => !seen.has(orderId))
  }

  #known(): { order_id: string; touched: number }[] {
    return this.connection.all(
      'SELECT s.order_id, o.touched FROM shop_rows s JOIN orders o USING (order_id) WHERE s.gone_ms IS NULL',
    )
  }

  finishPull(seen: ReadonlySet<string>, atMs: number): GoneOrder[] {
    return this.lock.asOwner(() => {
      const gone = this.#known().filter((row) => !seen.has(row.order_id))
      for (const { order_id: orderId } of gone) {
        this.connection.run('UPDATE shop_rows SET gone_ms = ? WHERE order_id = ?', atMs, orderId)
        this.connection.run('UPDATE orders SET order_status = ? WHERE order_id = ?', GONE_ORDER_STATUS, orderId)
      }
      const unreadable = new UnreadableRows(this.connection)
      unreadable.forgetAllBut(seen)
      unreadable.keep()
      endUnfinished(this.connection, atMs)
      noteImport(this.connection, atMs)
      this.trail.append('pulled', { detail: `${seen.size} orders, ${gone.length} gone` }, atMs)
      return gone.map((row) => ({ orderId: row.order_id, touched: row.touched === 1 }))
    })
  }

  sharedPayments(): SharedPayment[] {
    return sharedPaymentsIn(this.connection)
  }

  asRead(orderId: string): ShopRow | null {
    const kept = this.connection.get<KeptRow>('SELECT * FROM shop_rows WHERE order_id = ?', orderId)
    if (kept === undefined) return null
    const { kind, payment_id: paymentId, status, total_yen: totalYen } = kept
    return { kind, paymentId, status, totalYen }
  }

  isErrorRead(orderId: string, text: string): boolean {
    const sql = 'SELECT error_text FROM shop_rows WHERE order_id = ?'
    const kept = this.connection.get<{ error_text: string | null }>(sql, orderId)?.error_text
    const shown = maskCardNumbers(text)
    return kept === shown || kept === purgedText(shown)
  }

  namesAnotherMethod(row: ImportRow): boolean {
    const { methodText: text = '' } = masked(row)
    const texts = methodTextsOf(knownOf(this.connection, 'shop', row.orderId)?.last ?? null)
    // The order may be sent: an operator has ended the dispute about that text.
    const isEnded = texts.disputed !== undefined && comparedName(texts.disputed) === comparedName(text)
    return !isEnded && namesAnother(text, texts, row, this.methods)
  }

  /** Returns the number of orders for which the shop's own page shows an error. */
  errors(): number {
    return countShopErrors(this.connection)
  }

  /**
   * Returns the orders whose 対応状況 does not show a request that Paygent accepted a day or more before the last pull, the
   * oldest request first. A shop that fetches its notices once a day has had its time by then.
   */
  behind(pulledMs = lastPulledMs(this.connection)): string[] {
    const { connection } = this
    if (pulledMs === null) return []
    const [sinceMs, untilMs] = [pulledMs - BEHIND_DAYS * DAY_MS, pulledMs - DAY_MS]
    const rows = connection.all<{ order_id: string; heard: string }>(SELECT_UNHEARD, { sinceMs, untilMs })
    const heard = new Map(rows.map((row) => [row.order_id, row.heard]))
    return [...heard].flatMap(([orderId, status]) => {
      const row = rowOf(connection, orderId)
      const order = row === null ? null : orderOf(row)
      // These are named for themselves.
      const waits = order === null || order.attention || order.conflict || order.openAttempt
      return !waits && hasMissedNotice(order, status) ? [orderId] : []
    })
  }

  unreported(orderIds?: readonly string[]): UnreportedOrder[] {
    const attempts =
      orderIds === undefined
        ? this.connection.all<UnreportedRow>(selectUnreported('true'))
        : orderIds.flatMap((orderId) => this.connection.all<UnreportedRow>(selectUnreported('a.order_id = ?'), orderId))
    const byOrder = new Map<string, UnreportedRow[]>()
    for (const row of attempts) byOrder.set(row.order_id, [...(byOrder.get(row.order_id) ?? []), row])
    return [...byOrder].map(([orderId, rows]) => {
      const row = rowOf(this.connection, orderId)
      if (row === null) throw new Error(`order ${orderId} has attempts and is not in the mirror`)
      const { kind, paymentId, openAttempt, attention, conflict } = orderOf(row)
      const hasOpenOutcome = openAttempt || attention
      return {
        orderId,
        kind,
        paymentId,
        hasOpenOutcome,
        attention,
        conflict,
        asRead: this.asRead(orderId),
        attempts: rows.map(unreportedOf),
      }
    })
  }

  markReported(
    orderId: string,
    attemptIds: readonly number[],
    fate: ReportFate,
    write: Pick<ShopWrite, 'accepted' | 'errorText'> | null,
    atMs: number,
    note?: string,
  ): void {
    const why = fate === 'gone' || fate === 'left' ? fate : null
    const detail = note === undefined ? null : maskCardNumbers(note)
    this.lock.asOwner(() => {
      for (const attemptId of attemptIds) {
        this.connection.run(
          'INSERT INTO pushes (attempt_id, fate, at_ms, why) VALUES (?, ?, ?, ?)',
          attemptId,
          // The table's own term for an attempt that no longer needs to be reported.
          why === null ? fate : 'superseded',
          atMs,
          why,
        )
      }
      const written = write?.accepted ?? null
      // The next pull reads any newer text there.
      if (write !== null) keepErrorText(this.connection, orderId, write.errorText)
      if (written !== null) {
        this.connection.run(
          'UPDATE shop_rows SET kind = ?, payment_id = ? WHERE order_id = ?',
          written.kind,
          written.paymentId,
          orderId,
        )
      }
      const { kind: telegram = null, paymentId = null } = written ?? {}
      this.trail.append('pushed', { orderId, paymentId, telegram, outcome: fate, detail }, atMs)
    })
  }
}

const DAY_MS = 24 * 60 * 60 * 1000
/** Older ones are no news any more. */
const BEHIND_DAYS = 14

/** The conditions of `hasMissedNotice`. Those of the shop's row stand alone, too, so that few orders are looked at. */
const UNHEARD = NOTICE_MOVES.map(
  ({ kinds, heard }) => `s.kind IN (${listed(kinds)}) AND s.status NOT IN (${listed(heard)})`,
)
const NOT_SHOWN = NOTICE_MOVES.map(
  ({ kinds, from }) => `s.kind IN (${listed(kinds)}) AND o.order_status IN (${listed(from)})`,
)

/** Orders whose rows have the accepted request, and nothing of its notice. */
const SELECT_UNHEARD = `
SELECT a.order_id, s.status AS heard
FROM attempts a CROSS JOIN shop_rows s ON s.order_id = a.order_id AND (${UNHEARD.join(' OR ')})
CROSS JOIN orders o ON o.order_id = a.order_id AND (${NOT_SHOWN.join(' OR ')})
JOIN run_items i USING (run_id, position)
WHERE a.state = 'accepted' AND a.settled_ms BETWEEN :sinceMs AND :untilMs
  AND s.gone_ms IS NULL AND s.kind = i.telegram
  AND ${samePayment('s.payment_id', 'coalesce(a.new_payment_id, i.payment_id)')}
ORDER BY a.id`

interface UnreportedRow {
  readonly id: number
  readonly order_id: string
  readonly state: 'accepted' | 'rejected'
  readonly telegram: UnreportedAttempt['telegram']
  readonly kind: Kind
  readonly payment_id: string
  readonly new_payment_id: string | null
  readonly code: string | null
  readonly detail: string | null
}

const selectUnreported = (which: string): string => `
SELECT a.id, a.order_id, a.state, i.telegram, i.kind, i.payment_id, a.new_payment_id, a.code, a.detail
FROM attempts a JOIN run_items i USING (run_id, position)
WHERE ${which} AND a.state IN ('accepted', 'rejected')
  AND NOT EXISTS (SELECT 1 FROM pushes p WHERE p.attempt_id = a.id)
ORDER BY a.id`

const unreportedOf = (row: UnreportedRow): UnreportedAttempt => ({
  attemptId: row.id,
  outcome: row.state,
  telegram: row.telegram,
  kind: row.kind,
  paymentId: plainPaymentId(row.payment_id),
  newPaymentId: row.new_payment_id === null ? null : plainPaymentId(row.new_payment_id),
  code: row.code,
  detail: row.detail,
})
