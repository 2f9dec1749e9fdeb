// Compares books and ledger: every order of the mirror with its payments at the simulator and the requests that arrived
// there.
import Database from 'better-sqlite3'
import type { Desk, LedgerPayment } from './desk.js'
import { MONEY } from './groups.js'

/** The faults that were found, each as one sentence; empty when the books agree. */
export type Differences = string[]

interface MirrorOrder {
  readonly orderId: string
  readonly attention: number
  readonly paymentId: string
  readonly status: string
  readonly heldYen: number | null
  /** State of the order's last attempt; null when there was none. */
  readonly lastState: string | null
  readonly telegram: string | null
  readonly carrier: string | null
}

const ORDERS = `
  SELECT o.order_id AS orderId, o.attention, o.carrier, p.payment_id AS paymentId, p.status, p.held_amount_yen AS heldYen,
    a.state AS lastState, i.telegram
  FROM orders o JOIN payments p ON p.id = o.payment
  LEFT JOIN attempts a ON a.id = (SELECT max(id) FROM attempts WHERE order_id = o.order_id)
  LEFT JOIN run_items i ON i.run_id = a.run_id AND i.position = a.position
  ORDER BY o.order_number`

const DEAD = ['32', '60', '62']
const SOLD = ['40', '41', '44']

/** A correction whose answer never came: it made a payment whose id nobody has told yet, so a person must find it. */
const awaitsPerson = ({ attention, telegram, carrier }: MirrorOrder): boolean =>
  attention === 1 && (telegram === '029' || (telegram === '103' && carrier === 'docomo'))

export interface Verdict {
  readonly differences: Differences
  /** Corrections left to a person, because no answer brought the new payment's id. */
  readonly forPerson: number
}

/** Compares everything; call it when no program is at work. */
export async function compareBooks({ mirrorPath, ledgerPath, payments }: Desk): Promise<Verdict> {
  const ledger = byOrder(await payments())
  const mirror = new Database(mirrorPath, { readonly: true, timeout: 5000 })
  const books = new Database(ledgerPath, { readonly: true, timeout: 5000 })
  try {
    const orders = mirror.prepare<[], MirrorOrder>(ORDERS).all()
    const differences = [
      ...orders.flatMap((order) => differencesOf(order, ledger.get(order.orderId) ?? [])),
      ...[...ledger.values()].flatMap(capturedOnce),
      ...sentToDone(books),
      ...crowded(books),
      ...withoutAttempt(mirror, books),
    ]
    return { differences, forPerson: orders.filter(awaitsPerson).length }
  } finally {
    mirror.close()
    books.close()
  }
}

/** The shop uses its order numbers as trading ids, and a correction's new payment keeps it. */
function byOrder(payments: readonly LedgerPayment[]): Map<string, LedgerPayment[]> {
  const found = new Map<string, LedgerPayment[]>()
  for (const payment of payments) found.set(payment.tradingId, [...(found.get(payment.tradingId) ?? []), payment])
  return found
}

function differencesOf(order: MirrorOrder, payments: readonly LedgerPayment[]): Differences {
  const { orderId, paymentId, status, heldYen, lastState, attention } = order
  const told = `order ${orderId}: the mirror has ${paymentId} at ${status}, ${heldYen} yen (${lastState ?? 'not sent'})`
  if (lastState === 'prepared' || lastState === 'unknown') return [`${told}, and it is still open`]
  const own = payments.find((payment) => payment.paymentId === paymentId)
  const listed = payments.map((each) => `${each.paymentId} at ${each.status}, ${each.amountYen} yen`).join('; ')
  const wrong = [`${told}, the ledger has ${listed}`]
  if (own === undefined || own.status !== status) return wrong
  if (heldYen !== null && heldYen !== own.amountYen) return wrong
  const others = payments.filter((each) => each !== own && !DEAD.includes(each.status))
  if (awaitsPerson(order)) return DEAD.includes(own.status) && others.length === 1 ? [] : wrong
  if (attention === 1) return [`${told}, for a person although the ledger has ${listed}`]
  return others.length > 0 ? wrong : []
}

/** A payment is captured at most once, and of an order's payments one at most stands as captured. */
function capturedOnce(payments: readonly LedgerPayment[]): Differences {
  const twice = payments.filter(
    ({ changes }) =>
      changes.filter(({ from, to }) => from !== null && !SOLD.includes(from) && SOLD.includes(to)).length > 1,
  )
  const standing = payments.filter(({ status }) => SOLD.includes(status))
  return [
    ...twice.map(({ paymentId }) => `payment ${paymentId} was captured twice`),
    ...(standing.length > 1 ? [`order ${payments[0]?.tradingId}: ${standing.length} payments stand as captured`] : []),
  ]
}

interface Late {
  readonly telegram: string
  readonly paymentId: string
}

/** A telegram for a payment that the same kind of telegram had sold or cancelled already. */
function sentToDone(books: Database.Database): Differences {
  const rows = books
    .prepare<[], Late>(
      `SELECT r.telegram, r.payment_id AS paymentId FROM requests r
       WHERE r.telegram IN (${MONEY.map((telegram) => `'${telegram}'`).join()})
         AND EXISTS (SELECT 1 FROM changes c WHERE c.payment_id = r.payment_id AND c.by_whom = r.telegram
           AND c.at_ms < r.at_ms)`,
    )
    .all()
  return rows.map(({ telegram, paymentId }) => `${telegram} was sent for payment ${paymentId} after it had moved`)
}

/**
 * A telegram that moves money is alone at the simulator: it arrives beside nothing, and is over when the next one
 * arrives.
 */
function crowded(books: Database.Database): Differences {
  const money = MONEY.map((telegram) => `'${telegram}'`).join()
  const rows = books
    .prepare<[], Late>(
      `SELECT telegram, payment_id AS paymentId FROM
         (SELECT *, lag(telegram) OVER (ORDER BY seq) AS earlier FROM requests)
       WHERE in_flight > 1 AND (telegram IN (${money}) OR earlier IN (${money}))`,
    )
    .all()
  return rows.map(({ telegram, paymentId }) => `${telegram} for ${paymentId} arrived while another was in flight`)
}

/** Every telegram that arrived has its attempt; an attempt need not have arrived. */
function withoutAttempt(mirror: Database.Database, books: Database.Database): Differences {
  const counted = (db: Database.Database, sql: string): Map<string, number> =>
    new Map(
      db
        .prepare<[], { key: string; n: number }>(sql)
        .all()
        .map(({ key, n }) => [key, n]),
    )
  const arrived = counted(
    books,
    `SELECT telegram || ' ' || payment_id AS key, count(*) AS n FROM requests WHERE telegram <> '094' GROUP BY 1`,
  )
  const attempts = counted(
    mirror,
    `SELECT i.telegram || ' ' || i.payment_id AS key, count(*) AS n
     FROM attempts a JOIN run_items i ON i.run_id = a.run_id AND i.position = a.position GROUP BY 1`,
  )
  return [...arrived].flatMap(([key, n]) =>
    n > (attempts.get(key) ?? 0) ? [`${key} arrived ${n} times with ${attempts.get(key) ?? 0} attempts`] : [],
  )
}
