// What became of the shop's orders, written back into its own database as its module would have. Safe to repeat.
import {
  PUSH_TROUBLE,
  tellingOf,
  type PushFate,
  type ShopWritten,
  type Telling,
  type UntoldOrder,
} from '../../domain/shop.js'
import { AppError, EXIT, type ExitCode } from '../../errors.js'
import type { Clock, RunLock, ShopDesk } from '../../ports.js'
import { anotherRun } from '../batch/another-run.js'

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
 * Each order in a transaction of its own, noted as told right after it; one that was cut off in between is found to be
 * written already. A row that the server does not take keeps no other order waiting.
 * @throws AppError another-run, or what the shop's database says once its connection is gone; what was told until then
 * stays told, and each order that was written has been given before
 */
export async function* push(deps: PushDeps, signal: AbortSignal): AsyncGenerator<PushedOrder, void> {
  const { lock, desk } = deps
  if (!lock.acquire('push')) throw anotherRun(lock)
  try {
    const untold = desk.rows.untold()
    if (untold.length > 0) await desk.shop.wake()
    for (const order of untold) {
      if (signal.aborted) return
      yield* tell(order, deps)
    }
  } finally {
    lock.release()
  }
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
    for (const order of desk.rows.untold(orderIds ?? undefined).filter(hasNewPayment))
      for await (const told of tell(order, { desk, clock })) yield { type: 'pushed', order: told }
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('shop-')) throw error
    return error.code
  }
  return null
}

/** Why a person's word is not taken: the shop is owed nothing, or the order's last request is not settled. */
export type LeaveRefusal = 'nothing-owed' | 'unsettled'

/**
 * A person's word that the shop is not to be told of the order's settled requests; it is entered in the audit trail.
 * @returns null where it is taken @throws AppError another-run
 */
export function leaveUntold(
  orderId: string,
  note: string,
  { rows, lock, clock }: Pick<ShopDesk, 'rows'> & Pick<PushDeps, 'lock' | 'clock'>,
): LeaveRefusal | null {
  if (!lock.acquire('push')) throw anotherRun(lock)
  try {
    const [order] = rows.untold([orderId])
    if (order === undefined) return 'nothing-owed'
    if (order.unsettled) return 'unsettled'
    const attemptIds = order.attempts.map(({ attemptId }) => attemptId)
    rows.told(orderId, attemptIds, 'left', null, clock.nowMs(), note)
    return null
  } finally {
    lock.release()
  }
}

/** Whether there is a new payment of the order that the shop has not been told of. */
export const lacksNewPayment = (orderId: string, rows: ShopDesk['rows']): boolean =>
  rows.untold([orderId]).some(hasNewPayment)

/** What `push` would do; nothing is written anywhere, and nobody is kept waiting. */
export const pushPlan = ({ rows }: Pick<ShopDesk, 'rows'>): PushedOrder[] =>
  rows.untold().map((order) => {
    const telling = tellingOf(order)
    return pushed(order, telling, telling.type === 'write' ? 'would-write' : fateOf(telling))
  })

/** What waits for its settlement is no fault; what the shop has otherwise is. */
export function pushExit(orders: readonly PushedOrder[]): ExitCode {
  if (orders.some(({ needsPerson }) => needsPerson)) return EXIT.needsPerson
  return orders.some(({ fate }) => PUSH_TROUBLE.includes(fate)) ? EXIT.someRejected : EXIT.done
}

async function* tell(order: UntoldOrder, { desk, clock }: Omit<PushDeps, 'lock'>): AsyncGenerator<PushedOrder, void> {
  const { shop, rows } = desk
  const { orderId, attempts } = order
  const attemptIds = attempts.map(({ attemptId }) => attemptId)
  const telling = tellingOf(order)
  if (telling.type === 'superseded') rows.told(orderId, attemptIds, 'superseded', null, clock.nowMs())
  if (telling.type !== 'write') return yield pushed(order, telling, fateOf(telling))
  const written = await shop.write(telling.write)
  const { type } = written
  try {
    if (type === 'written' || type === 'already') rows.told(orderId, attemptIds, type, telling.write, clock.nowMs())
    // There is no row to tell, and there will be none.
    if (type === 'gone') rows.told(orderId, attemptIds, type, null, clock.nowMs())
  } finally {
    // It stands in the shop, also where the mirror can no longer note that.
    yield pushed(order, telling, type, written)
  }
}

const hasNewPayment = ({ attempts }: UntoldOrder): boolean => attempts.some(({ newPaymentId }) => newPaymentId !== null)

const fateOf = (telling: Exclude<Telling, { type: 'write' }>): PushFate =>
  telling.type === 'waits' ? telling.why : telling.type

function pushed(order: UntoldOrder, telling: Telling, fate: PushFate, written?: ShopWritten): PushedOrder {
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
