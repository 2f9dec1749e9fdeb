// Writes what the shop's module would have written: kind, payment id and error text, and nothing else of the row.
import type { ShopWrite, ShopWritten } from '../domain/shop.js'
import type { Layout } from './layouts.js'
import { DIALECTS, type Session, type Value } from './session.js'

/** One order, in a transaction of its own. */
export async function writeResult(session: Session, layout: Layout, write: ShopWrite): Promise<ShopWritten> {
  return session.transaction(async () => {
    const { sql, values } = updateOf(session, layout, write)
    if ((await session.change(sql, values)) === 1) return { type: 'written' }
    return compare(session, layout, write)
  })
}

/** NULL-safe: in EC-CUBE 4 no request at all is NULL, and `= NULL` matches nothing. */
function updateOf({ server }: Session, layout: Layout, write: ShopWrite): { sql: string; values: Value[] } {
  const { param, same, nowUtc, bounded } = DIALECTS[server]
  const { accepted, errorText, errorRead, guard, orderId } = write
  const set: (readonly [string, Value])[] = [[layout.errorText, errorText === '' ? errorRead : errorText]]
  if (accepted !== null) set.push([layout.kind, accepted.kind], [layout.paymentId, accepted.paymentId])
  const sets = set.map(([column], index) => `${column} = ${param(index + 1)}`)
  // A text that has come since the last pull is about something else, and stays.
  if (errorText === '') {
    const stands = layout.errorText
    sets[0] = `${stands} = CASE WHEN coalesce(${stands}, '') = ${param(1)} THEN '' ELSE ${stands} END`
  }
  if (layout.touches !== null) sets.push(`${layout.touches} = ${nowUtc}`)
  const place = set.length
  return {
    sql: `${bounded}UPDATE dtb_order SET ${sets.join(', ')} WHERE ${layout.id} = ${param(place + 1)}
      AND ${same(layout.kind, place + 2)} AND ${same(layout.paymentId, place + 3)} AND (${layout.where})`,
    values: [...set.map(([, value]) => value), orderId, guard.kind, guard.paymentId],
  }
}

/** Nothing matched: an earlier push has written it already, or the row has moved. */
async function compare(session: Session, layout: Layout, write: ShopWrite): Promise<ShopWritten> {
  const { kind, paymentId, id, where } = layout
  const [row] = await session.all(
    `SELECT ${kind} AS kind, ${paymentId} AS payment_id FROM dtb_order
     WHERE ${id} = ${DIALECTS[session.server].param(1)} AND (${where})`,
    [write.orderId],
  )
  if (row === undefined) return { type: 'gone' }
  const found = { kind: row['kind'] ?? null, paymentId: row['payment_id'] ?? null }
  const { accepted } = write
  const already = accepted !== null && found.kind === accepted.kind && found.paymentId === accepted.paymentId
  return already ? { type: 'already' } : { type: 'moved', found }
}
