// Writes one order's settled requests into its row of the shop's database.
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

/**
 * The result for one order that was written between two requests or right after it was settled, or that could not be
 * written.
 */
export interface PushedEvent {
  readonly type: 'pushed'
  readonly order: PushedOrder
}

export interface PushedOrder {
  readonly orderId: string
  readonly fate: PushFate
  /** The kind that is, or would be, written; null if none is. */
  readonly kind: string | null
  readonly paymentId: string | null
  readonly errorText: string | null
  /** The values that the shop's row holds instead. */
  readonly found: { readonly kind: string | null; readonly paymentId: string | null } | null
  /** The server's code if it refuses the write of this row; else null. */
  readonly code: string | null
  /**
   * The order waits for the operator, or the shop lacks its new payment and therefore ignores Paygent's notices of it.
   */
  readonly needsPerson: boolean
}

/**
 * Writes the payments that corrections have made into the shop at once. Until the shop has their ids, it drops
 * Paygent's notices of those orders. Call it with the lock held.
 * @param orderIds only these orders; null is every order
 * @returns the code of the fault if the connection is gone, else null. It does not reconnect.
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

/** Whether the order has a new payment that has not been written into the shop. */
export const lacksNewPayment = (orderId: string, rows: ShopDesk['rows']): boolean =>
  rows.unreported([orderId]).some(hasNewPayment)

/** Writes the order's row in a transaction of its own, and marks it as reported right after it. */
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
  const written = await shop.write(telling.write, (text) => rows.isErrorRead(orderId, text))
  const { type } = written
  try {
    if (type === 'written' || type === 'already') {
      const errorText = (type === 'written' ? written.errorText : undefined) ?? telling.write.errorText
      rows.markReported(orderId, attemptIds, type, { ...telling.write, errorText }, clock.nowMs())
    }
    // The row does not exist, and will not exist later.
    if (type === 'gone') rows.markReported(orderId, attemptIds, type, null, clock.nowMs())
  } finally {
    // The shop has the result even if the mirror can no longer record that.
    yield pushed(order, telling, type, written)
  }
}

const hasNewPayment = ({ attempts }: UnreportedOrder): boolean =>
  attempts.some(({ newPaymentId }) => newPaymentId !== null)

export const fateOf = (telling: Exclude<Telling, { type: 'write' }>): PushFate =>
  telling.type === 'waits' ? telling.why : telling.type

/** The report of `push` about one order that it has written, would write or leaves alone. */
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
