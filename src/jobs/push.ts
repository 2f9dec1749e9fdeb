// What became of the shop's orders, written back into its own database as its module would have. Safe to repeat.
import { anotherRun } from '../attempts/entry.js'
import { fateOf, type PushDeps, pushed, type PushedEvent, type PushedOrder, tell } from '../attempts/shop-push.js'
import { PUSH_TROUBLE, tellingOf } from '../domain/shop.js'
import { AppError, EXIT, type ExitCode } from '../errors.js'
import type { ShopDesk } from '../ports.js'

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

/** Ctrl-C ends the sending. The results of what was sent are written into the shop all the same. */
const NEVER = new AbortController().signal

/**
 * The same with its fault as the result, because what was written before it is reported all the same.
 * @param signal ends it early; left out where a command writes its results at its end
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

/** Why a person's word is not taken: the shop is owed nothing, or the order's last request is not settled. */
export type LeaveRefusal = 'nothing-owed' | 'unsettled'

/**
 * A person's word that the shop is not to be told of the order's settled requests; it is entered in the audit trail.
 * @returns null where it is taken @throws AppError another-run
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

/** What `push` would do; nothing is written anywhere, and nobody is kept waiting. */
export const pushPlan = ({ rows }: Pick<ShopDesk, 'rows'>): PushedOrder[] =>
  rows.unreported().map((order) => {
    const telling = tellingOf(order)
    return pushed(order, telling, telling.type === 'write' ? 'would-write' : fateOf(telling))
  })

/** What waits for its settlement is no fault; what the shop has otherwise is. */
export function pushExit(orders: readonly PushedOrder[]): ExitCode {
  if (orders.some(({ needsPerson }) => needsPerson)) return EXIT.needsPerson
  return orders.some(({ fate }) => PUSH_TROUBLE.includes(fate)) ? EXIT.someRejected : EXIT.done
}
