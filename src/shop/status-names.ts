// What may be read where the grant allows it: the shop's own names of 対応状況 (its table mtb_order_status, which a shop may
// change and add to), and the text of the payment method.
import { comparedStatus } from '../domain/order-status.js'
import type { Layout } from './layouts.js'
import type { Session } from './session.js'

/** No right to the table, or no such table: of MySQL and of PostgreSQL. */
const NOT_THERE: readonly string[] = [
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_COLUMNACCESS_DENIED_ERROR',
  'ER_NO_SUCH_TABLE',
  'ER_BAD_FIELD_ERROR',
  '42501',
  '42P01',
  '42703',
]

/**
 * What each number is called, for the mirror to keep: the standard name where the shop has kept it, and the number with
 * the shop's own name where it has not, since what that means only the shop can say.
 * @throws what the driver throws, unless the names may not be read
 */
export async function statusesOf(
  session: Session,
  { statuses }: Pick<Layout, 'statuses'>,
): Promise<Layout['statuses']> {
  const names: Record<string, string> = { ...statuses }
  for (const { id, name } of await rowsOf(session)) {
    const own = (name ?? '').trim()
    if (id === null || id === undefined || own === '') continue
    names[id] = comparedStatus(own) === statuses[id] ? own : `${id}:${own}`
  }
  return names
}

const rowsOf = async (session: Session): ReturnType<Session['all']> =>
  (await ifThere(session, 'SELECT id, name FROM mtb_order_status')) ?? []

/** Whether the user may read the text of the payment method. @throws what the driver throws otherwise */
export const readsMethodText = async (session: Session): Promise<boolean> =>
  (await ifThere(session, 'SELECT payment_method FROM dtb_order WHERE 1 = 0')) !== null

/** Null where it may not be read. */
async function ifThere(session: Session, sql: string): Promise<Awaited<ReturnType<Session['all']>> | null> {
  try {
    return await session.all(sql)
  } catch (error) {
    if (NOT_THERE.includes(String((error as { readonly code?: unknown }).code))) return null
    throw error
  }
}
