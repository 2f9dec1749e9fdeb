// Writes the results of the shop's orders back into its own database, as its module would have. Safe to repeat.
import { anotherRun } from '../attempts/entry.js'
import { fateOf, type PushDeps, pushed, type PushedEvent, type PushedOrder, tell } from '../attempts/shop-push.js'
import { PUSH_TROUBLE, tellingOf } from '../domain/shop.js'
import { AppError, EXIT, type ExitCode } from '../errors.js'
import type { ShopDesk } from '../ports.js'

/**
 * Writes each order in a transaction of its own, and marks it as reported right after it. An order that was cut off in
 * between is found to be written already. A row that the server refuses keeps no other order waiting.
 * @throws AppError another-run, or the fault of the shop's database once its connection is gone. Results written until
 * then stay reported, and each order that was written has been yielded before.
 */
export async function* push(deps: PushDeps, signal: AbortSignal): AsyncGenerator<PushedOrder, void> {
  const { lock, desk } = deps
  if (!lock.acquire('push')) throw anotherRun(lock)
  try {
    const unreported = desk.rows.unreported()
    if (unreported.length > 0) await desk.shop.wake()
    for (const order of unreported) {
      if (signal.aborted) return
      yield* tell(order, deps)
    }
  } finally {
    lock.release()
  }
}

/** Ctrl-C ends the sending. The results of the requests that were sent are written into the shop all the same. */
const NEVER = new AbortController().signal

/**
 * The same with its fault as the result, because the orders that were written before it must still be reported.
 * @param signal ends it early; left out if a command writes its results at its end
 */
export async function* pushResults(
  deps: PushDeps,
  signal: AbortSignal = NEVER,
): AsyncGenerator<PushedEvent, AppError | null> {
  try {
    for await (const order of push(deps, signal)) yield { type: 'pushed', order }
    return null
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error
  }
}

/**
 * Why the operator's word is not accepted: no result waits for the shop, or the order's last request is not settled.
 */
export type LeaveRefusal = 'nothing-owed' | 'unsettled'

/**
 * Takes the operator's decision that the order's settled requests are not written into the shop, and enters it in the
 * audit trail.
 * @returns null if it is accepted @throws AppError another-run
 */
export function leaveUnreported(
  orderId: string,
  note: string,
  { rows, lock, clock }: Pick<ShopDesk, 'rows'> & Pick<PushDeps, 'lock' | 'clock'>,
): LeaveRefusal | null {
  if (!lock.acquire('push')) throw anotherRun(lock)
  try {
    const [order] = rows.unreported([orderId])
    if (order === undefined) return 'nothing-owed'
    if (order.hasOpenOutcome) return 'unsettled'
    const attemptIds = order.attempts.map(({ attemptId }) => attemptId)
    rows.markReported(orderId, attemptIds, 'left', null, clock.nowMs(), note)
    return null
  } finally {
    lock.release()
  }
}

/** The orders that `push` would write. It writes nothing and takes no lock. */
export const pushPlan = ({ rows }: Pick<ShopDesk, 'rows'>): PushedOrder[] =>
  rows.unreported().map((order) => {
    const telling = tellingOf(order)
    return pushed(order, telling, telling.type === 'write' ? 'would-write' : fateOf(telling))
  })

/** An order that waits for its settlement is no fault. An order that differs in the shop is one. */
export function pushExit(orders: readonly PushedOrder[]): ExitCode {
  if (orders.some(({ needsPerson }) => needsPerson)) return EXIT.needsPerson
  return orders.some(({ fate }) => PUSH_TROUBLE.includes(fate)) ? EXIT.someRejected : EXIT.done
}
