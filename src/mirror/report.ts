// Reads what a report of some days needs: the requests of their runs, and those of other runs that were settled late.
import { japanDate, japanIso } from '../clock.js'
import { lastDayOf } from '../domain/age.js'
import type { Contradiction } from '../domain/difference.js'
import { readStatus } from '../domain/order-status.js'
import type { Carrier, Method, Order } from '../domain/order.js'
import type { Outcome } from '../domain/outcome.js'
import type {
  LostAuthorisation,
  Period,
  ReportFacts,
  ReportOrder,
  ReportRequest,
  SoldElsewhere,
} from '../domain/report.js'
import { AUTHORISED, effectiveStatus, EXPIRED, isSold, SALE_KINDS, SOLD } from '../domain/statuses.js'
import type { Connection } from './connection.js'
import { STATES } from './journal/attempt-rows.js'
import { ITEM_COLUMNS, type ItemRow, ITEMS_WITH_TRIES, resultOf } from './journal/run-rows.js'
import { JournalCheck } from './journal/check-report.js'
import { listed, samePayment } from './order-rows.js'
import type { MirrorOrders } from './orders.js'

/** The clocks of Paygent and of this machine may be apart by less than this. */
const MARGIN_MS = 24 * 60 * 60 * 1000

/** The terms of the index `attempts_settled_late`. */
const SETTLED_LATE = `a.settled_ms IS NOT NULL
  AND (a.first_outcome IS NOT a.state OR a.sent_again = 1 OR a.settled_ms > a.prepared_ms + 3600000)`

/** The table of runs is short, so that it needs no index of its own. */
const RUNS = 'SELECT id FROM runs WHERE started_ms < :toMs AND coalesce(ended_ms, :toMs) >= :fromMs'

const ITEMS_OF_RUN = 'SELECT rowid FROM run_items WHERE run_id = :runId'

/**
 * Each line uses an index: items of other runs that were settled late since the beginning of the period, and those that
 * have no outcome or wait for an operator.
 */
const OTHER_ITEMS = `
SELECT i.rowid FROM attempts a INDEXED BY attempts_settled_late JOIN run_items i USING (run_id, position)
WHERE ${SETTLED_LATE} AND a.settled_ms >= :fromMs
UNION SELECT i.rowid FROM attempts a JOIN run_items i USING (run_id, position) WHERE a.state IN (${STATES.open})
UNION SELECT i.rowid FROM orders o JOIN attempts a USING (order_id) JOIN run_items i USING (run_id, position)
WHERE o.attention = 1 AND a.state IN (${STATES.attention})`

const CACHE_KIB = 2_000

/** So many items are in memory at a time with all that is read of them. */
const PAGE = 500

const paymentDate = (column: 'sold_at' | 'cancelled_at', paymentId: string): string =>
  `(SELECT p.${column} FROM payments p WHERE p.order_id = i.order_id AND ${samePayment('p.payment_id', paymentId)} LIMIT 1)`

const SELECT_REQUESTS = `
SELECT i.run_id, ${ITEM_COLUMNS}, a.id AS attempt_id, a.answered_ms, a.prepared_ms,
  coalesce(i.method, o.method) AS method, coalesce(i.carrier, o.carrier) AS carrier,
  o.ordered_at, o.customer_name, o.attention, r.started_ms, r.os_user, r.state AS run_state,
  ${paymentDate('sold_at', 'coalesce(a.new_payment_id, i.payment_id)')} AS sold_at,
  ${paymentDate('cancelled_at', 'i.payment_id')} AS cancelled_at
FROM ${ITEMS_WITH_TRIES} JOIN orders o ON o.order_id = i.order_id JOIN runs r ON r.id = i.run_id
WHERE i.rowid IN (SELECT value FROM json_each(:chosen))`

interface RequestRow extends ItemRow {
  readonly run_id: number
  readonly attempt_id: number | null
  readonly answered_ms: number | null
  readonly prepared_ms: number | null
  readonly method: Method
  readonly carrier: Carrier | null
  readonly ordered_at: string
  readonly customer_name: string
  readonly attention: number
  readonly started_ms: number
  readonly os_user: string
  readonly run_state: string
  readonly sold_at: string | null
  readonly cancelled_at: string | null
}

export class MirrorReport {
  constructor(
    private readonly connection: Connection,
    private readonly orders: MirrorOrders,
  ) {}

  /** Reads everything at one moment. */
  factsOf(period: Period, nowMs: number): ReportFacts {
    // Hardly a page is read twice, so that a large cache of them only takes memory.
    this.connection.outside((db) => db.pragma(`cache_size = -${CACHE_KIB}`))
    return this.connection.read(() => {
      const fromMs = Date.parse(`${period.from}T00:00:00+09:00`) - MARGIN_MS
      const toMs = Date.parse(`${period.to}T24:00:00+09:00`) + MARGIN_MS
      const runs = this.connection.all<{ id: number }>(RUNS, { fromMs, toMs }).map(({ id }) => id)
      const text = new Texts()
      const requests: ReportRequest[] = []
      const differences: Contradiction[] = []
      const take = (chosen: readonly number[], whole: readonly number[]): void => {
        const check = new JournalCheck(this.connection, JSON.stringify(chosen), JSON.stringify(whole))
        const rows = this.connection.all<RequestRow>(SELECT_REQUESTS, { chosen: JSON.stringify(chosen) })
        requests.push(...rows.flatMap((row) => requestOf(row, check, text) ?? []))
        differences.push(...check.differences)
      }
      for (const runId of runs) take(this.#rowids(ITEMS_OF_RUN, { runId }), [runId])
      const inside = new Set(runs)
      const others = this.#rowids(OTHER_ITEMS, { fromMs }).filter((rowid) => !inside.has(this.#runOf(rowid)))
      for (let at = 0; at < others.length; at += PAGE) take(others.slice(at, at + PAGE), [])
      return { requests, lost: this.#lost(japanDate(nowMs)), elsewhere: this.#elsewhere(period), differences }
    })
  }

  #rowids(sql: string, values: Readonly<Record<string, number>>): number[] {
    return this.connection.all<{ rowid: number }>(sql, values).map(({ rowid }) => rowid)
  }

  #runOf(rowid: number): number {
    const sql = 'SELECT run_id FROM run_items WHERE rowid = ?'
    return this.connection.get<{ run_id: number }>(sql, rowid)?.run_id ?? 0
  }

  /** An order that the shop has called off, or that its customer has not finished, was not to be sold. */
  #lost(today: string): LostAuthorisation[] {
    const told = new Map(
      this.connection
        .all<{ order_id: string; ms: number }>(
          `SELECT order_id, coalesce(changed_ms, first_seen_ms) AS ms FROM payments WHERE status IN (${listed(EXPIRED)})`,
        )
        .map(({ order_id, ms }) => [order_id, japanDate(ms)]),
    )
    return this.#withPayment(
      `SELECT id FROM payments WHERE status IN (${listed([...EXPIRED, ...AUTHORISED])})`,
    ).flatMap((order) => {
      const { meaning } = readStatus(order.orderStatus, this.orders.statuses)
      if (meaning === 'cancelled' || meaning === 'unfinished') return []
      const effective = effectiveStatus(order)
      const lastDay = lastDayOf(order)
      const isTold = effective.known && EXPIRED.includes(effective.status)
      const isPast = effective.known && AUTHORISED.includes(effective.status) && lastDay !== null && lastDay < today
      const toldOn = isTold ? (told.get(order.orderId) ?? null) : null
      const day = [lastDay, toldOn].filter((one) => one !== null).toSorted()[0]
      if (!(isTold || isPast) || day === undefined) return []
      const yen = order.heldAmountYen ?? order.listedAmountYen ?? order.totalYen
      return [{ ...reported(order), day, yen, told: isTold }]
    })
  }

  /** The last known status says that it is sold, and no request of ours has sold or changed it. */
  #elsewhere({ from, to }: Period): SoldElsewhere[] {
    const days = { from, until: `${to}U` }
    const dated = `SELECT id FROM payments WHERE sold_at >= :from AND sold_at < :until`
    const undated = `SELECT o.payment FROM orders o JOIN payments p ON p.id = o.payment
      WHERE o.ordered_at >= :from AND o.ordered_at < :until AND o.kind_by_us = 0 AND p.sold_at IS NULL
        AND (p.status IN (${listed(SOLD)}) OR o.kind IN (${listed(SALE_KINDS)}))`
    const soldAt = new Map(
      this.connection
        .all<{ order_id: string; sold_at: string }>(
          `SELECT o.order_id, p.sold_at FROM payments p JOIN orders o ON o.payment = p.id WHERE p.id IN (${dated})`,
          days,
        )
        .map(({ order_id, sold_at }) => [order_id, sold_at.slice(0, 10)]),
    )
    return [...this.#withPayment(`${dated} UNION ${undated}`, days)].flatMap((order) => {
      if (order.kindByUs || !isSold(order)) return []
      const day = soldAt.get(order.orderId)
      const yen = order.heldAmountYen ?? order.listedAmountYen ?? order.totalYen
      const dating =
        day === undefined
          ? { day: order.orderedAt.slice(0, 10), datedBy: 'order' as const }
          : { day, datedBy: 'paygent' as const }
      return [{ ...reported(order), ...dating, yen, paymentId: order.paymentId }]
    })
  }

  #withPayment(payments: string, values: Readonly<Record<string, string>> = {}): Order[] {
    const found = this.connection.all<{ order_id: string }>(
      `SELECT order_id FROM orders WHERE payment IN (${payments})`,
      values,
    )
    return this.orders.find(found.map(({ order_id }) => order_id))
  }
}

const reported = ({ orderId, orderedAt, customerName, method, carrier }: Order): ReportOrder => ({
  orderId,
  orderedAt,
  customerName,
  method,
  carrier,
})

/** Keeps each text once: SQLite gives a copy for each row, and a report of a month has many. */
class Texts {
  readonly #known = new Map<string, string>()
  readonly #times = new Map<number, string>()

  once<Text extends string>(text: Text): Text {
    const known = this.#known.get(text)
    if (known !== undefined) return known as Text
    this.#known.set(text, text)
    return text
  }

  /** ISO Japan time of epoch milliseconds. */
  time(ms: number): string {
    const known = this.#times.get(ms)
    if (known !== undefined) return known
    // Times of one request follow each other.
    if (this.#times.size > PAGE) this.#times.clear()
    const iso = japanIso(ms)
    this.#times.set(ms, iso)
    return iso
  }
}

/** Returns null for an order that a run under way has not come to yet. */
function requestOf(row: RequestRow, check: JournalCheck, text: Texts): ReportRequest | null {
  const { order_id: orderId, run_id: runId, started_ms: startedMs } = row
  const result = resultOf(row)
  const { movement } = result
  const outcome = text.once(result.outcome)
  if (row.attempt_id === null && outcome === 'unsent' && row.run_state === 'running') return null
  const told = check.historyOf(runId, row.position)
  const history = outcome === 'refused' || told.length === 0 ? [{ atMs: startedMs, outcome }] : told
  const reason = result.reason ?? result.code
  const { at, datedBy } = timeOf(row, outcome, movement?.way === 'captured', text)
  return {
    orderId,
    orderedAt: row.ordered_at,
    customerName: row.customer_name,
    method: text.once(row.method),
    carrier: row.carrier && text.once(row.carrier),
    runId,
    position: row.position,
    request: row.request && text.once(row.request),
    telegram: row.telegram && text.once(row.telegram),
    outcome,
    reason: reason && text.once(reason),
    amountYen: row.amount_yen,
    heldAmountYen: row.held_amount_yen,
    movement,
    paymentId: row.payment_id,
    newPaymentId: row.new_payment_id,
    osUser: text.once(row.os_user),
    at,
    datedBy,
    waits: row.attention === 1 || row.state === 'prepared' || row.state === 'unknown',
    sentAt: text.time(check.sentMs(runId, row.position) ?? startedMs),
    history: history.map((each) => ({ at: text.time(each.atMs), outcome: text.once(each.outcome) })),
  }
}

/**
 * The time of an accepted request is that of its own answer. Where there was none Paygent's date of the payment counts,
 * and of a correction of a sale the date at which the old payment was taken back.
 */
function timeOf(
  row: RequestRow,
  outcome: Outcome,
  captured: boolean,
  text: Texts,
): Pick<ReportRequest, 'at' | 'datedBy'> {
  if (outcome === 'accepted' && row.answered_ms !== null) return { at: text.time(row.answered_ms), datedBy: 'answer' }
  const date = outcome === 'accepted' ? (captured ? row.sold_at : row.cancelled_at) : null
  if (date !== null) return { at: date, datedBy: 'paygent' }
  return { at: text.time(row.prepared_ms ?? row.started_ms), datedBy: 'intent' }
}
