// Random mirrors: orders of every kind in every state, many of them alike.
import {
  type Carrier,
  CARRIERS,
  type Kind,
  KINDS,
  type Method,
  MONEY_TELEGRAMS,
  type MoneyTelegram,
} from '../../src/domain/order.js'
import { type AttemptState, operationOf } from '../../src/domain/outcome.js'
import type { Connection } from '../../src/mirror/connection.js'
import { importOrders } from '../../src/mirror/intake/import.js'
import { MirrorOrders } from '../../src/mirror/orders.js'
import { STATUSES } from '../domain/expected-status.js'
import { NOON, row } from './mirrors.js'
import fc from 'fast-check'

const HOUR_MS = 3_600_000

/** Few values of each, so that many orders are alike; the likely one first. */
const mostly = <T>(likely: T, ...rare: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(likely), weight: 12 }, { arbitrary: fc.constantFrom(likely, ...rare), weight: 3 })

export interface Drawn {
  readonly payer: readonly [Method, Carrier | null]
  readonly totalYen: number
  readonly orderStatus: string
  readonly kind: Kind
  readonly kindByUs: boolean
  readonly status: string
  readonly origin: 'paygent' | 'shop'
  readonly held: number | null
  readonly tradingId: string
  readonly paymentId: string | null
  readonly statusPaymentId: string | null
  readonly attention: number
  readonly onHold: boolean
  readonly conflict: boolean
  readonly attempts: readonly DrawnAttempt[]
}

interface DrawnAttempt {
  readonly state: AttemptState
  readonly telegram: MoneyTelegram
  readonly code: string | null
  readonly plannedTotalYen: number
  readonly hoursAgo: number
}

const anAttempt: fc.Arbitrary<DrawnAttempt> = fc.record({
  state: fc.constantFrom('prepared', 'accepted', 'rejected', 'not-processed', 'unknown', 'attention', 'unsent'),
  telegram: fc.constantFrom(...MONEY_TELEGRAMS),
  code: fc.constantFrom(null, '2013', '2014', 'P029', '7409', '7003', 'P005'),
  plannedTotalYen: fc.constantFrom(0, 700, 1_000),
  hoursAgo: fc.constantFrom(1, 30),
})

const anOrder: fc.Arbitrary<Drawn> = fc.record({
  payer: fc.constantFrom<Drawn['payer'][]>(
    ['credit', null],
    ...[...CARRIERS, null].map((carrier) => ['carrier', carrier] as const),
  ),
  totalYen: mostly(1_000, 0, 700, 2_000),
  orderStatus: mostly(
    '入金済み',
    '発送済み',
    '',
    'キャンセル',
    ' ９ ',
    '返品',
    '決済処理中',
    '7',
    '取り寄せ中',
    '返品依頼',
  ),
  kind: fc.oneof(fc.constant<Kind>(''), fc.constantFrom<Kind[]>(...KINDS)),
  kindByUs: fc.boolean(),
  status: fc.oneof(fc.constantFrom('20', '21', '40', '44'), fc.constantFrom(...STATUSES)),
  origin: fc.constantFrom('paygent', 'shop'),
  held: mostly<number | null>(1_000, null, 0, 700, 2_000),
  tradingId: mostly('as the order', ''),
  paymentId: mostly<string | null>('of its own', null, 'of another'),
  statusPaymentId: mostly<string | null>(null, 'this', '1'),
  attention: mostly(0, 1),
  onHold: mostly(false, true),
  conflict: mostly(false, true),
  attempts: fc.oneof({ arbitrary: fc.constant([]), weight: 4 }, fc.array(anAttempt, { maxLength: 3 })),
})

const asTold = { origin: 'paygent', held: 1_000, paymentId: 'of its own', statusPaymentId: null } as const
const refusedCorrection = {
  state: 'rejected',
  telegram: '029',
  code: '2014',
  plannedTotalYen: 700,
  hoursAgo: 1,
} as const
/** The orders that shops have most of, and those too rare to be drawn; with whatever else there may be about them. */
const USUAL: readonly Partial<Drawn>[] = [
  { ...asTold, payer: ['carrier', 'docomo'], status: '44' },
  { ...asTold, payer: ['carrier', 'au'], status: '40', held: 2_000 },
  { ...asTold, payer: ['credit', null], status: '40' },
  { ...asTold, payer: ['carrier', 'docomo'], status: '20', kind: '' },
  { ...asTold, payer: ['credit', null], status: '20', kind: '', totalYen: 700 },
  { ...asTold, payer: ['credit', null], status: '20', kind: '', totalYen: 700, attempts: [refusedCorrection] },
  { payer: ['credit', null], status: 'none', kind: '', paymentId: null },
  { payer: ['credit', null], status: 'none', kind: '', paymentId: null, tradingId: '' },
]
const aUsualOrder = fc
  .tuple(anOrder, fc.constantFrom(...USUAL))
  .map(([order, usual]): Drawn => Object.assign(order, usual))
export const drawnOrders = fc.array(fc.oneof(anOrder, aUsualOrder), { minLength: 40, maxLength: 150, size: 'max' })

/** One file for all mirrors of the test: each is taken back as a whole. */
export function withMirror(
  connection: Connection,
  drawn: readonly Drawn[],
  work: (orders: MirrorOrders) => void,
): void {
  connection.db.exec('BEGIN')
  try {
    enter(connection, drawn)
    work(new MirrorOrders(connection))
  } finally {
    connection.db.exec('ROLLBACK')
  }
}

function enter(connection: Connection, drawn: readonly Drawn[]): void {
  const rows = drawn.map((each, index) => {
    const [method, carrier] = each.payer
    const { totalYen, orderStatus, kind, paymentId, status } = each
    return row({
      orderId: String(index + 1),
      method,
      carrier,
      totalYen,
      orderStatus,
      kind,
      tradingId: String(index + 1),
      paymentId: paymentId === null ? null : String(90_000 + (paymentId === 'of another' ? index % 5 : index)),
      status: status === 'none' ? null : status,
    })
  })
  importOrders(connection, { rows, others: [] }, NOON)
  connection.run(`INSERT INTO runs (operation, environment, state, started_ms, host, os_user, pid)
    VALUES ('sale', 'simulator', 'completed', 0, 'shop-1', 'yamada', 1)`)
  for (const [index, each] of drawn.entries()) enterState(connection, index + 1, each)
}

function enterState(connection: Connection, number: number, drawn: Drawn): void {
  const id = String(number)
  connection.run(
    'UPDATE orders SET attention = ?, kind_by_us = ? WHERE order_id = ?',
    drawn.attention,
    Number(drawn.kindByUs),
    id,
  )
  connection.run(
    `UPDATE payments SET held_amount_yen = ?, status_origin = ?, status_payment_id = iif(? = 'this', payment_id, ?),
       trading_id = iif(? = '', '', trading_id)
     WHERE order_id = ?`,
    drawn.held,
    drawn.origin,
    drawn.statusPaymentId,
    drawn.statusPaymentId,
    drawn.tradingId,
    id,
  )
  if (drawn.conflict)
    connection.run(`INSERT INTO conflicts (order_id, ours, theirs, at_ms) VALUES (?, '{}', '{}', 0)`, id)
  if (drawn.onHold)
    connection.run(`INSERT INTO holds (order_id, note, at_ms, os_user) VALUES (?, 'x', 0, 'yamada')`, id)
  for (const [place, attempt] of allowed(drawn.attempts).entries())
    enterAttempt(connection, number * 10 + place, id, attempt)
}

/** The journal has one open attempt of an order at most, and one prepared in all. */
function allowed(attempts: readonly DrawnAttempt[]): DrawnAttempt[] {
  const settled = attempts.filter(({ state }) => state !== 'prepared' && state !== 'unknown')
  return [...settled, ...attempts.filter(({ state }) => state === 'prepared' || state === 'unknown').slice(0, 1)]
}

function enterAttempt(connection: Connection, position: number, id: string, attempt: DrawnAttempt): void {
  const { telegram, code, plannedTotalYen, hoursAgo } = attempt
  const taken = connection.get(`SELECT 1 FROM attempts WHERE state = 'prepared'`) !== undefined
  const state = attempt.state === 'prepared' && taken ? 'unknown' : attempt.state
  connection.run(
    `INSERT INTO run_items (run_id, position, order_id, request, telegram, payment_id, trading_id, total_yen)
     SELECT 1, ?, o.order_id, ?, ?, p.payment_id, p.trading_id, ? FROM orders o JOIN payments p ON p.id = o.payment
     WHERE o.order_id = ?`,
    position,
    operationOf(telegram),
    telegram,
    plannedTotalYen,
    id,
  )
  const settledMs = state === 'prepared' || state === 'unknown' ? null : NOON - hoursAgo * HOUR_MS
  connection.run(
    `INSERT INTO attempts (run_id, position, try_number, order_id, state, code, prepared_ms, settled_ms)
     VALUES (1, ?, 1, ?, ?, ?, 0, ?)`,
    position,
    id,
    state,
    state === 'rejected' ? code : null,
    settledMs,
  )
}
