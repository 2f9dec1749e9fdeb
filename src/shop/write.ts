// Writes the values that the shop's module would have written: kind, payment id and error text, and nothing else of
// the row.
import { plainPaymentId } from '../domain/order.js'
import { asciiErrorText, NOT_TAKEN, type ShopWrite, type ShopWritten } from '../domain/shop.js'
import type { Layout } from './layouts.js'
import { DIALECTS, type Session, type Value } from './session.js'

/** Codes for a text that its column or the server's character set cannot hold. */
const NO_ROOM_FOR_TEXT = [
  'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
  'ER_CANNOT_CONVERT_STRING',
  'ER_DATA_TOO_LONG',
  '22P05',
  '22021',
  '22001',
]

/**
 * The row does not hold the values that were written. It is thrown, so that the transaction leaves the row unchanged.
 */
class NotTaken extends Error {
  constructor(readonly textAlone: boolean) {
    super('not taken')
  }
}

/** `errorRead` is the row's error text if that may be cleared, else ''. */
type GuardedWrite = ShopWrite & { readonly errorRead: string }

/**
 * Writes one order in its own transaction, which commits only if the row then holds the written values. A server
 * without Japanese gets the error text in ASCII. An error text is cleared where `isErrorRead` knows it.
 */
export async function writeResult(
  session: Session,
  layout: Layout,
  result: ShopWrite,
  isErrorRead: (text: string) => boolean,
): Promise<ShopWritten> {
  // The text is looked at before the transaction, whose first read would fix what it sees of the row.
  const text = result.errorText === '' ? ((await readBack(session, layout, result.orderId))?.errorText ?? '') : ''
  const write = { ...result, errorRead: text !== '' && isErrorRead(text) ? text : '' }
  try {
    return await writeOnce(session, layout, write)
  } catch (error) {
    const plain = asciiErrorText(write.errorText)
    const isText = error instanceof NotTaken ? error.textAlone : NO_ROOM_FOR_TEXT.includes(codeIn(error))
    if (!session.alive || !isText || plain === write.errorText) return notTaken(error)
    try {
      const written = await writeOnce(session, layout, { ...write, errorText: plain })
      return written.type === 'written' ? { ...written, errorText: plain } : written
    } catch (again) {
      return notTaken(again)
    }
  }
}

const codeIn = (error: unknown): string => String((error as { code?: unknown }).code)

function notTaken(error: unknown): ShopWritten {
  if (error instanceof NotTaken) return { type: 'failed', code: NOT_TAKEN }
  throw error
}

async function writeOnce(session: Session, layout: Layout, write: GuardedWrite): Promise<ShopWritten> {
  return session.transaction(async () => {
    const { sql, values } = updateOf(session, layout, write)
    const matched = (await session.change(sql, values)) === 1
    const found = await readBack(session, layout, write.orderId)
    if (!matched) return compare(found, write)
    const { kind, paymentId } = write.accepted ?? write.guard
    const isTaken = found?.kind === kind && samePayment(found.paymentId, paymentId)
    if (!isTaken || !hasText(found.errorText, write)) throw new NotTaken(isTaken)
    return { type: 'written' }
  })
}

/** Nothing is written over a text that has appeared since the last pull. */
const hasText = (found: string | null, { errorText, errorRead }: GuardedWrite): boolean =>
  errorText === '' ? errorRead === '' || found !== errorRead : found === errorText

const samePayment = (one: string | null, other: string | null): boolean =>
  one === other || (one !== null && other !== null && plainPaymentId(one) === plainPaymentId(other))

/** The comparison is NULL-safe: in EC-CUBE 4 an order without a request holds NULL, and `= NULL` matches nothing. */
function updateOf({ server }: Session, layout: Layout, write: GuardedWrite): { sql: string; values: Value[] } {
  const { param, same, nowUtc, bounded } = DIALECTS[server]
  const { accepted, errorText, errorRead, guard, orderId } = write
  const set: (readonly [string, Value])[] = [[layout.errorText, errorText === '' ? errorRead : errorText]]
  if (accepted !== null) set.push([layout.kind, accepted.kind], [layout.paymentId, accepted.paymentId])
  const sets = set.map(([column], index) => `${column} = ${param(index + 1)}`)
  // A text that has appeared since the last pull concerns something else, and stays.
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

type Found = Readonly<Record<'kind' | 'paymentId' | 'errorText', string | null>>

async function readBack(session: Session, layout: Layout, orderId: string): Promise<Found | null> {
  const { kind, paymentId, errorText, id, where } = layout
  const [row] = await session.all(
    `SELECT ${kind} AS kind, ${paymentId} AS payment_id, ${errorText} AS error_text FROM dtb_order
     WHERE ${id} = ${DIALECTS[session.server].param(1)} AND (${where})`,
    [orderId],
  )
  if (row === undefined) return null
  const { kind: theirs = null, payment_id: payment = null, error_text: text = null } = row
  return { kind: theirs, paymentId: payment, errorText: text }
}

/**
 * Explains why nothing matched: an earlier push has written the values already, the row has changed, or the shop does
 * not accept the write.
 */
function compare(found: Found | null, { accepted, guard }: ShopWrite): ShopWritten {
  if (found === null) return { type: 'gone' }
  const { kind, paymentId } = found
  const isAt = (place: ShopWrite['guard']): boolean => kind === place.kind && paymentId === place.paymentId
  if (accepted !== null && isAt(accepted)) return { type: 'already' }
  return isAt(guard) ? { type: 'failed', code: NOT_TAKEN } : { type: 'moved', found: { kind, paymentId } }
}
