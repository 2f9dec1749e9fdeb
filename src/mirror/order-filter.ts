// The filters of the order list as SQL: pages 1.3 and 3.1.
import type { OrderFilter } from '../domain/chosen.js'
import type { Operation } from '../domain/order.js'
import { MAY_BE_SENT } from '../domain/statuses.js'
import { comparedName } from '../text/names.js'
import { listed } from './order-rows.js'

export interface Condition {
  /** Ready to follow `FROM orders o`; true for everything when there is no filter. */
  readonly sql: string
  readonly values: readonly (string | number)[]
}

/** What no filter at all comes to. */
export const EVERYTHING = 'TRUE'

/** A search is a plain part of the text: `instr` knows no wildcards that would have to be escaped. */
export function conditionOf({ methods, from, to, search, shipped, sendable }: OrderFilter): Condition {
  const parts: Condition[] = []
  if (methods !== undefined && methods.length > 0) {
    const wanted = `(SELECT value FROM json_each(?))`
    parts.push({ sql: `coalesce(o.carrier, o.method) IN ${wanted}`, values: [JSON.stringify(methods)] })
  }
  if (from !== undefined) parts.push({ sql: 'o.ordered_at >= ?', values: [from] })
  // 'U' follows the 'T' before the time of day, so the whole last day is in. An order without a date is of no day.
  if (to !== undefined) parts.push({ sql: `o.ordered_at <> '' AND o.ordered_at < ?`, values: [`${to}U`] })
  if (search !== undefined) parts.push(searched(comparedName(search)))
  if (shipped !== undefined) parts.push({ sql: `(${SHIPPED}) = ${shipped ? 1 : 0}`, values: [] })
  if (sendable !== undefined) parts.push(SENDABLE[sendable])
  return {
    sql: [EVERYTHING, ...parts.map(({ sql }) => sql)].join(' AND '),
    values: parts.flatMap(({ values }) => values),
  }
}

/** As `isShipped` has it of one order; `means_shipped` is this program's own function, which the connection brings. */
const SHIPPED = 'o.shipped_at IS NOT NULL OR (o.shipping_told = 0 AND means_shipped(o.order_status))'

const searched = (part: string): Condition =>
  // The number of an order has nothing but digits.
  /[^0-9]/.test(part)
    ? { sql: 'instr(o.search_name, ?) > 0', values: [part] }
    : { sql: '(instr(o.order_id, ?) > 0 OR instr(o.search_name, ?) > 0)', values: [part, part] }

/**
 * One index for each line: what is done with is never looked at. A carrier's cancel of nobody knows which carrier leaves
 * the status unknown.
 */
export const sendableBy = (...lines: readonly string[]): Condition => ({
  sql: `o.payment IN (${[
    ...lines.map((line) => `SELECT id FROM payments WHERE ${line}`),
    'SELECT id FROM payments WHERE status IS NULL',
    'SELECT id FROM payments WHERE payment_id IS NULL',
    'SELECT id FROM payments WHERE status_payment_id IS NOT NULL',
    `SELECT payment FROM orders WHERE carrier IS NULL AND (method = 'carrier' OR kind = '102')`,
  ].join(' UNION ALL ')})`,
  values: [],
})

const SENDABLE: Readonly<Record<Operation, Condition>> = {
  sale: sendableBy(
    `status IN (${listed(MAY_BE_SENT.sale)})`,
    `status IN (${listed(MAY_BE_SENT.saleUntilHeld)}) AND (held_amount_yen IS NULL) = 1`,
  ),
  cancel: sendableBy(`status IN (${listed(MAY_BE_SENT.cancel)})`),
}
