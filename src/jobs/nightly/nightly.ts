// The night: pull → reconcile → sync → sale → push, under one lock. Safe to start twice, late, or after a crash. Where the
// shop's database is away, reconcile and sync alone.
import { momentOf } from '../../clock.js'
import type { Moment } from '../../domain/age.js'
import type { Clock } from '../../ports.js'
import { AppError, isOfShop, type ErrorCode } from '../../errors.js'
import { reconcile } from '../reconcile/reconcile.js'
import { enterShop, heldDesk } from '../batch/shop-look.js'
import { sync } from '../sync/sync.js'
import type { NightlyDeps, NightlyWishes } from './deps.js'
import type { NightlyEvent } from './events.js'
import { chooseForNight } from './left-out.js'
import { heldLock, takeLock } from './held-lock.js'
import { sell } from './sell.js'
import { bringOrders, tellShop } from './shop.js'

/**
 * Prints nothing; what it came to is in the events and in the journal. Throws an AppError where a stage may not begin:
 * the stages before it are done and booked then.
 */
export async function* nightly(
  wishes: NightlyWishes,
  deps: NightlyDeps,
  signal: AbortSignal,
): AsyncGenerator<NightlyEvent, void> {
  const { lock, clock, desk } = deps
  const began = momentOf(clock)
  yield* takeLock(lock, wishes.lockWaitMs, clock, signal)
  try {
    const away = wishes.shopAway ?? (yield* enter(wishes, deps, signal))
    if (away !== null) yield { type: 'shop-away', code: away }
    const held = { ...deps, lock: heldLock(lock), desk: away === null ? heldDesk(desk) : null }
    try {
      yield* stages(wishes, began, away === null, held, signal)
    } catch (error) {
      // Without the lock the shop is told nothing, either: whoever has it does.
      if (wishes.push && error instanceof AppError && error.code !== 'lock-lost') yield* tellShop(held)
      throw error
    }
    if (wishes.push) yield* tellShop(held)
  } finally {
    lock.release()
    await desk?.shopLock.release()
  }
}

/**
 * The shop's lock and its orders; the result is why they cannot be had, or null.
 * @throws AppError another-desk, or what else ends the night
 */
async function* enter(
  { pull }: NightlyWishes,
  deps: NightlyDeps,
  signal: AbortSignal,
): AsyncGenerator<NightlyEvent, ErrorCode | null> {
  const { lock, desk } = deps
  try {
    await enterShop(desk)
    if (pull) yield* bringOrders({ ...deps, lock: heldLock(lock), desk: heldDesk(desk) }, signal)
    return null
  } catch (error) {
    if (!isOfShop(error)) throw error
    return error.code
  }
}

/** Where Paygent stops answering, or on a signal, the later stages are not begun: no money moves in the dark. */
async function* stages(
  wishes: NightlyWishes,
  began: Moment,
  sends: boolean,
  deps: NightlyDeps,
  signal: AbortSignal,
): AsyncGenerator<NightlyEvent, void> {
  const { settleMs, leave, untilMs, push } = wishes
  const { waiting, unshipped } = chooseForNight(deps.orders, wishes)
  yield { type: 'left-to-people', waiting, unshipped }
  const settling = { orderIds: null, settleMs, wait: false, leave, sendsAgain: sends, untilMs, push }
  const untold: string[] = []
  for await (const event of reconcile(settling, deps, signal)) {
    yield { type: 'reconciling', event }
    if (event.type === 'untold') untold.push(event.orderId)
    if (event.type === 'stopped') return
  }
  for await (const event of sync({ ...wishes.sync, untilMs: syncUntil(untilMs, deps.clock) }, deps, signal)) {
    yield { type: 'syncing', event }
    if (event.type === 'untold') untold.push(event.orderId)
    if (event.type === 'stopped') return
  }
  yield { type: 'over', stage: 'sync' }
  // Without the shop nobody knows what has been called off since, nor whether another desk is sending.
  if (!sends) return
  yield* sell({ ...wishes, began }, untold, deps, signal)
  yield { type: 'over', stage: 'sale' }
}

/** Half of the time until the cut-off is the sale's; after it there is all the time there is. */
function syncUntil(untilMs: number, { nowMs }: Clock): number | null {
  const leftMs = untilMs - nowMs()
  return leftMs > 0 ? nowMs() + leftMs / 2 : null
}
