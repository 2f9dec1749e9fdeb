// Writing one order's settled requests into its row of the shop's database.
import {
  PUSH_TROUBLE,
  type PushFate,
  type ShopWritten,
  type Telling,
  tellingOf,
  type UnreportedOrder,
} from '../domain/shop.js'
import { AppError } from '../errors.js'
import type { Clock, RunLock, ShopDesk } from '../ports.js'

export interface PushDeps {
  readonly desk: ShopDesk
  readonly lock: RunLock
  readonly clock: Clock
}

/** One order that was written between two requests, or right after it was settled; or could not be written. */
export interface PushedEvent {
  readonly type: 'pushed'
  readonly order: PushedOrder
}

export interface PushedOrder {
  readonly orderId: string
  readonly fate: PushFate
  /** What is, or would be, written; null where nothing is. */
  readonly kind: string | null
  readonly paymentId: string | null
  readonly errorText: string | null
  /** What the shop's row holds instead. */
  readonly found: { readonly kind: string | null; readonly paymentId: string | null } | null
  /** The server's code where it does not take the write of this row; else null. */
  readonly code: string | null
  /** The order waits for a person, or the shop lacks its new payment, so that it takes no notice of it any more. */
  readonly needsPerson: boolean
}

/**
 * Tells the shop at once of the payments that corrections have made: until it has their ids it drops Paygent's notices of
 * those orders. Call it with the lock held.
 * @param orderIds of these orders alone; null is of every one
 * @returns the code of the fault where the connection is gone, else null. Nothing connects anew.
 */
export async function* pushNewPayments(
  orderIds: readonly string[] | null,
  { desk, clock }: Pick<PushDeps, 'clock'> & { readonly desk: ShopDesk | null },
): AsyncGenerator<PushedEvent, string | null> {
  if (desk === null) return null
  try {
    for (const order of desk.rows.unreported(orderIds ?? undefined).filter(hasNewPayment))
      for await (const told of tell(order, { desk, clock })) yield { type: 'pushed', order: told }
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('shop-')) throw error
    return error.code
  }
  return null
}

/** Whether there is a new payment of the order that the shop has not been told of. */
export const lacksNewPayment = (orderId: string, rows: ShopDesk['rows']): boolean =>
  rows.unreported([orderId]).some(hasNewPayment)

/** The order's row is written in a transaction of its own, and noted as told right after it. */
export async function* tell(
  order: UnreportedOrder,
  { desk, clock }: Omit<PushDeps, 'lock'>,
): AsyncGenerator<PushedOrder, void> {
  const { shop, rows } = desk
  const { orderId, attempts } = order
  const attemptIds = attempts.map(({ attemptId }) => attemptId)
  const telling = tellingOf(order)
  if (telling.type === 'superseded') rows.markReported(orderId, attemptIds, 'superseded', null, clock.nowMs())
  if (telling.type !== 'write') return yield pushed(order, telling, fateOf(telling))
  const written = await shop.write(telling.write)
  const { type } = written
  try {
    if (type === 'written' || type === 'already')
      rows.markReported(orderId, attemptIds, type, telling.write, clock.nowMs())
    // There is no row to tell, and there will be none.
    if (type === 'gone') rows.markReported(orderId, attemptIds, type, null, clock.nowMs())
  } finally {
    // It stands in the shop, also where the mirror can no longer note that.
    yield pushed(order, telling, type, written)
  }
}

const hasNewPayment = ({ attempts }: UnreportedOrder): boolean =>
  attempts.some(({ newPaymentId }) => newPaymentId !== null)

export const fateOf = (telling: Exclude<Telling, { type: 'write' }>): PushFate =>
  telling.type === 'waits' ? telling.why : telling.type

/** What `push` says about one order that it has written, would write or leaves alone. */
export function pushed(order: UnreportedOrder, telling: Telling, fate: PushFate, written?: ShopWritten): PushedOrder {
  const write = telling.type === 'write' ? telling.write : null
  return {
    orderId: order.orderId,
    fate,
    kind: write?.accepted?.kind ?? null,
    paymentId: write?.accepted?.paymentId ?? null,
    errorText: (written?.type === 'written' ? written.errorText : undefined) ?? write?.errorText ?? null,
    found: written?.type === 'moved' ? written.found : null,
    code: written?.type === 'failed' ? written.code : null,
    needsPerson: order.attention || (hasNewPayment(order) && PUSH_TROUBLE.includes(fate)),
  }
}
